"""Dividing the norms over colleagues: by rubric, by function, or one by one.

    👥 Verdelen -> DIVISION -> a name -> PERSON -> rubrics | 🏷 functions | 🔢 norms of a rubric
                            -> ✨ Voorstel op functie -> PROPOSAL -> DIVISION
    ✅ Klaar tells each colleague once which norms they got

A button carries what it wants (give, or take back), so that a second tap changes nothing. What was
given since the last Klaar waits in the conversation, as ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from conversations.acting import needs
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_tap
from conversations.menu import RoleTap
from conversations.people_taps import DivideForTap
from conversations.roster import Roster, name_label, roster_of
from conversations.taps import ColleaguesTap, DivideTap, OverviewTap, way_back
from domain.actors import Colleague, MembershipId
from domain.framework import Framework, Norm, NormId, RubricId, WhoCode
from domain.roles import Permission, PersonId
from domain.self_evaluation import Evaluation
from storage.interfaces import NotAllowed
from templates.common_screens import Trouble
from templates.people_screens import (
    ChooseFunctionNorms,
    ChooseNorms,
    DivideFor,
    NormsGiven,
    NothingToDivide,
    Portion,
    RubricPortion,
    ShowDivision,
    ShowProposal,
)
from templates.render import label, shorten

_GIVEN = "given"  # what colleagues have to be told: membership -> norms, kept between turns
NORMS_PER_ROW = 5


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    DIVISION = "division"
    PERSON = "person"
    PROPOSAL = "proposal"


class GiveRubricTap(Tap, frozen=True):
    """Give a colleague a whole rubric, or take it back."""

    prefix = "dr"

    membership: MembershipId
    rubric: RubricId
    gives: bool


class ByFunctionTap(Tap, frozen=True):
    """To giving a colleague the norms for a function."""

    prefix = "db"

    membership: MembershipId


class GiveFunctionTap(Tap, frozen=True):
    """Give a colleague the norms that are meant for a function, or take them back."""

    prefix = "df"

    membership: MembershipId
    function: WhoCode
    gives: bool


class ByNormTap(Tap, frozen=True):
    """To giving a colleague norms of one rubric one by one."""

    prefix = "dg"

    membership: MembershipId
    rubric: RubricId


class GiveNormTap(Tap, frozen=True):
    """Give a colleague one norm, or take it back."""

    prefix = "dn"

    membership: MembershipId
    norm: NormId
    gives: bool


class ProposeTap(Tap, frozen=True):
    """To a proposal by function."""

    prefix = "dp"


class ApplyProposalTap(Tap, frozen=True):
    """Divide as the proposal says."""

    prefix = "dx"


class DoneTap(Tap, frozen=True):
    """Tell everybody what they got."""

    prefix = "dd"


class Division(Struct, frozen=True):
    """Who has which norms at this moment."""

    evaluation: Evaluation
    roster: Roster
    given: Mapping[NormId, tuple[PersonId, ...]]

    @property
    def framework(self) -> Framework:
        """The framework whose norms are divided."""
        return self.roster.framework

    def norms_of(self, person: Colleague) -> tuple[NormId, ...]:
        """Return somebody's norms, in order."""
        return tuple(norm.id for norm in self.framework.norms if person.person in self.given.get(norm.id, ()))

    def nobodys(self, besides: Collection[NormId] = ()) -> int:
        """Return how many norms are nobody's; leavers count as nobody."""
        present = {person.person for person in self.roster.workers}
        taken = {norm for norm, people in self.given.items() if present.intersection(people)} | set(besides)
        return len(self.framework.norm_ids - taken)

    def portion(self, person: Colleague, norms: int | None = None) -> Portion:
        """Return how many norms somebody has, or would have."""
        count = len(self.norms_of(person)) if norms is None else norms
        return Portion(person.name, self.roster.function_of(person), count)


def division_of(turn: Turn) -> Division | None:
    """Return the division as it is now, None when there is no self-evaluation to divide."""
    roster = roster_of(turn)
    if roster.evaluation is None:
        turn.show(
            NothingToDivide(), Keyboard.flow([Button(label("menu_self_evaluation"), OverviewTap())]) + way_back(None)
        )
        return None
    given = turn.work.evaluations(turn.actor).assignments(roster.evaluation)
    return Division(roster.evaluation, roster, given)


# -------------------------------------------------------------------------------------------- the whole


def open_division(turn: Turn, _: object) -> State | None:
    """Show who has how many norms."""
    return show_division(turn)


def show_division(turn: Turn, told: Sequence[str] = (), untold: Sequence[str] = ()) -> State | None:
    """Show who has how many norms, and how many are nobody's yet."""
    division = division_of(turn)
    if division is None:
        return None
    workers, waiting = division.roster.workers, len(_waiting(turn))
    portions = tuple(division.portion(person) for person in workers)
    total = len(division.framework.norms)
    screen = ShowDivision(portions, division.nobodys(), total, waiting, tuple(told), tuple(untold))
    turn.show(screen, division_keyboard(division.roster, waiting))
    return State.DIVISION


def propose(turn: Turn, _: object) -> State | None:
    """Show who would get which norms by function."""
    division = division_of(turn)
    if division is None:
        return None
    shares = proposal(division.framework, division.roster.workers)
    by_person = {person.person: person for person in division.roster.workers}
    portions = tuple(division.portion(by_person[who], len(norms)) for who, norms in shares.items())
    without = tuple(person.name for person in division.roster.workers if person.function is None)
    left = division.nobodys({norm for norms in shares.values() for norm in norms})
    apply = Button(label("apply_proposal"), ApplyProposalTap()) if portions else None
    turn.show(ShowProposal(portions, without, left), Keyboard.flow([apply]) + way_back(DivideTap()))
    return State.PROPOSAL


def apply_proposal(turn: Turn, _: object) -> State | None:
    """Give everybody with a function the norms that are meant for it."""
    division = division_of(turn)
    if division is None:
        return None
    shares = proposal(division.framework, division.roster.workers)
    for person in division.roster.workers:
        give(turn, division, person, shares.get(person.person, ()))
    return show_division(turn)


def proposal(framework: Framework, workers: Iterable[Colleague]) -> dict[PersonId, tuple[NormId, ...]]:
    """Return per person the norms whose column "Wie" names their function; without any somebody is left out."""
    shares = {person.person: tuple(n.id for n in norms_for(framework, person.function)) for person in workers}
    return {person: norms for person, norms in shares.items() if norms}


def norms_for(framework: Framework, function: WhoCode | None) -> tuple[Norm, ...]:
    """Return the norms that are meant for a function."""
    return tuple(norm for norm in framework.norms if function in norm.who)


def finish(turn: Turn, _: object) -> State | None:
    """Tell each colleague once which norms they got since the last time; oneself needs no message."""
    division = division_of(turn)
    if division is None:
        return None
    told: list[str] = []
    untold: list[str] = []
    for person, norms in _to_tell(turn, division):
        is_told = tell(turn, division, person, norms)
        (told if is_told else untold).append(person.name)
    turn.data.pop(_GIVEN, None)
    return show_division(turn, told, untold)


def tell(turn: Turn, division: Division, person: Colleague, norms: Sequence[NormId]) -> bool:
    """Send a colleague the norms they got; False when they cannot be reached."""
    chat = turn.work.people(turn.actor).chat_of(person.person)
    if chat is None:
        return False
    organisation = turn.actor.organisation
    chosen = tuple(norm for norm in division.framework.norms if norm.id in norms)
    begin = Keyboard.flow([Button(label("go_begin"), RoleTap(person.membership))]) + way_back(None)
    turn.say(NormsGiven(turn.actor.name, organisation.name if organisation else "", chosen), begin, to_chat=chat)
    return True


# ------------------------------------------------------------------------------------------ one colleague


def open_person(turn: Turn, tap: DivideForTap) -> State | None:
    """Show the norms of one colleague."""
    return show_person(turn, tap.membership)


def show_person(turn: Turn, membership: MembershipId) -> State | None:
    """Show somebody's norms, with a button per rubric."""
    division = division_of(turn)
    if division is None:
        return None
    person = find_worker(division, membership)
    norms = division.norms_of(person)
    rubrics = tuple(
        RubricPortion(rubric.name, sum(norm.id in norms for norm in own), len(own))
        for rubric in division.framework.rubrics
        for own in [division.framework.in_rubric(rubric.id)]
    )
    screen = DivideFor(division.portion(person), rubrics, norms, division.nobodys())
    turn.show(screen, person_keyboard(turn, division, person))
    return State.PERSON


def give_rubric(turn: Turn, tap: GiveRubricTap) -> State | None:
    """Give or take back a whole rubric."""
    division = division_of(turn)
    if division is None:
        return None
    norms = [norm.id for norm in division.framework.in_rubric(tap.rubric)]
    change(turn, division, tap.membership, norms, gives=tap.gives)
    return show_person(turn, tap.membership)


def open_functions(turn: Turn, tap: ByFunctionTap) -> State | None:
    """Show the functions whose norms can be given."""
    return show_functions(turn, tap.membership)


def show_functions(turn: Turn, membership: MembershipId) -> State | None:
    """Show a button per function that any norm is meant for."""
    division = division_of(turn)
    if division is None:
        return None
    person = find_worker(division, membership)
    functions = tuple(f for f in division.framework.functions if norms_for(division.framework, f.code))
    screen = ChooseFunctionNorms(division.portion(person), functions)
    turn.show(screen, functions_keyboard(division, person))
    return State.PERSON


def give_function(turn: Turn, tap: GiveFunctionTap) -> State | None:
    """Give or take back the norms that are meant for a function."""
    division = division_of(turn)
    if division is None:
        return None
    norms = [norm.id for norm in norms_for(division.framework, tap.function)]
    change(turn, division, tap.membership, norms, gives=tap.gives)
    return show_functions(turn, tap.membership)


def open_norms(turn: Turn, tap: ByNormTap) -> State | None:
    """Show the norms of one rubric to choose from."""
    return show_norms(turn, tap.membership, tap.rubric)


def show_norms(turn: Turn, membership: MembershipId, rubric_id: RubricId) -> State | None:
    """Show a grid of the norms of one rubric; a rubric that we do not have has aged."""
    division = division_of(turn)
    if division is None:
        return None
    person, norms = find_worker(division, membership), division.framework.in_rubric(rubric_id)
    if not norms:
        show_trouble(turn, Trouble.AGED)
        return None
    given = sum(norm.id in division.norms_of(person) for norm in norms)
    screen = ChooseNorms(division.portion(person), division.framework.rubric(rubric_id).name, given, len(norms))
    turn.show(screen, norms_keyboard(division, person, norms))
    return State.PERSON


def give_norm(turn: Turn, tap: GiveNormTap) -> State | None:
    """Give or take back one norm."""
    division = division_of(turn)
    if division is None:
        return None
    if not division.framework.has(tap.norm):
        show_trouble(turn, Trouble.AGED)
        return None
    change(turn, division, tap.membership, [tap.norm], gives=tap.gives)
    return show_norms(turn, tap.membership, division.framework.norm(tap.norm).rubric)


# ---------------------------------------------------------------------------------------- giving, telling


def find_worker(division: Division, membership: MembershipId) -> Colleague:
    """Return a colleague who can be given norms. Raises NotAllowed."""
    person = division.roster.find(membership)
    if person not in division.roster.workers:
        raise NotAllowed(str(membership))
    return person


def change(turn: Turn, division: Division, membership: MembershipId, norms: Sequence[NormId], *, gives: bool) -> None:
    """Give norms to a colleague or take them back."""
    person = find_worker(division, membership)
    (give if gives else take_back)(turn, division, person, norms)


def give(turn: Turn, division: Division, person: Colleague, norms: Sequence[NormId]) -> None:
    """Give somebody norms besides what they have, and remember to tell them about the new ones."""
    new = set(norms) - set(division.norms_of(person))
    if new:
        turn.work.evaluations(turn.actor).assign(division.evaluation, sorted(new), person.person, turn.now)
        _remember(turn, person, _waiting(turn).get(str(person.membership), set()) | new)


def take_back(turn: Turn, division: Division, person: Colleague, norms: Sequence[NormId]) -> None:
    """Take norms from somebody; what they were not told yet needs no telling any more."""
    gone = set(norms) & set(division.norms_of(person))
    if gone:
        turn.work.evaluations(turn.actor).unassign(division.evaluation, sorted(gone), person.person, turn.now)
        _remember(turn, person, _waiting(turn).get(str(person.membership), set()) - gone)


def _waiting(turn: Turn) -> dict[str, set[NormId]]:
    """Return what colleagues have to be told still, by membership."""
    return {membership: set(norms) for membership, norms in turn.data.get(_GIVEN, {}).items()}


def _remember(turn: Turn, person: Colleague, norms: set[NormId]) -> None:
    """Keep what a colleague has to be told; oneself has nothing to be told."""
    if person.person == turn.actor.person:
        return
    others = {key: sorted(value) for key, value in _waiting(turn).items() if key != str(person.membership)}
    turn.data[_GIVEN] = others | ({str(person.membership): sorted(norms)} if norms else {})


def _to_tell(turn: Turn, division: Division) -> list[tuple[Colleague, list[NormId]]]:
    """Return who has to be told which norms, as far as they still take part and still have them."""
    waiting = _waiting(turn)
    found: list[tuple[Colleague, list[NormId]]] = []
    for person in division.roster.workers:
        norms = waiting.get(str(person.membership), set()) & set(division.norms_of(person))
        if norms:
            found.append((person, sorted(norms)))
    return found


# --------------------------------------------------------------------------------------------- keyboards


def division_keyboard(roster: Roster, waiting: int) -> Keyboard:
    """A name per button, the proposal, and Klaar when somebody has to be told."""
    names = [Button(name_label(roster, person), DivideForTap(person.membership)) for person in roster.workers[:60]]
    done = Button(label("done_dividing"), DoneTap()) if waiting else None
    return Keyboard.flow(names, [Button(label("proposal"), ProposeTap())], [done]) + way_back(ColleaguesTap())


def person_keyboard(turn: Turn, division: Division, person: Colleague) -> Keyboard:
    """A rubric per button, ticked when somebody has all of it, and the finer ways to divide."""
    own, rubrics = set(division.norms_of(person)), division.framework.rubrics
    whole = [
        Button(_ticked(rubric.name, has_all), GiveRubricTap(person.membership, rubric.id, not has_all))
        for rubric in rubrics
        for has_all in [own.issuperset(norm.id for norm in division.framework.in_rubric(rubric.id))]
    ]
    one_by_one = [
        Button(label("norm_by_norm", rubric.id), ByNormTap(person.membership, rubric.id)) for rubric in rubrics
    ]
    by_function = Button(label("by_function"), ByFunctionTap(person.membership))
    done = Button(label("done_dividing"), DoneTap()) if _waiting(turn) else None
    return Keyboard.flow(whole, one_by_one, [by_function], [done]) + way_back(DivideTap())


def functions_keyboard(division: Division, person: Colleague) -> Keyboard:
    """A function per button with the number of its norms, ticked when somebody has them all."""
    own = set(division.norms_of(person))
    buttons: list[Button] = []
    for function in division.framework.functions:
        norms = {norm.id for norm in norms_for(division.framework, function.code)}
        if norms:
            words = _ticked(f"{function.label} ({len(norms)})", norms <= own)
            buttons.append(Button(words, GiveFunctionTap(person.membership, function.code, not norms <= own)))
    return Keyboard.flow(buttons) + way_back(DivideForTap(person.membership))


def norms_keyboard(division: Division, person: Colleague, norms: Sequence[Norm]) -> Keyboard:
    """A norm per button, with a sign for whose it is."""
    buttons: list[Button] = []
    for norm in norms:
        people = division.given.get(norm.id, ())
        has_it = person.person in people
        sign = " ✅" if has_it else " 👤" if people else ""
        buttons.append(Button(f"{norm.id}{sign}", GiveNormTap(person.membership, norm.id, not has_it)))
    return Keyboard.grid(NORMS_PER_ROW, buttons) + way_back(DivideForTap(person.membership))


def _ticked(words: str, is_ticked: bool) -> str:
    return shorten(f"✅ {words}" if is_ticked else words, 24)


DIVISION = Conversation(
    name="division",
    entry_points=[
        on_tap(DivideTap, needs(Permission.DIVIDE, open_division)),
        on_tap(DivideForTap, needs(Permission.DIVIDE, open_person)),
        on_tap(GiveRubricTap, needs(Permission.DIVIDE, give_rubric)),
        on_tap(ByFunctionTap, needs(Permission.DIVIDE, open_functions)),
        on_tap(GiveFunctionTap, needs(Permission.DIVIDE, give_function)),
        on_tap(ByNormTap, needs(Permission.DIVIDE, open_norms)),
        on_tap(GiveNormTap, needs(Permission.DIVIDE, give_norm)),
        on_tap(ProposeTap, needs(Permission.DIVIDE, propose)),
        on_tap(ApplyProposalTap, needs(Permission.DIVIDE, apply_proposal)),
        on_tap(DoneTap, needs(Permission.DIVIDE, finish)),
    ],
    states={State.DIVISION: [], State.PERSON: [], State.PROPOSAL: []},
)

CONVERSATIONS = (DIVISION,)
