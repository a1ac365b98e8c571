"""Certifying bodies: an operator makes one, its office invites its people, a peer auditor says where they come from.

/operator -> OFFICES -> ➕ CI toevoegen -> NAME -> the link for the first office person
                     -> 📒 SWN-secretariaat -> the link for somebody of the secretariat
🏛 Bureau -> PEOPLE -> ➕ Uitnodigen -> ROLE -> MADE: the link to forward
                    -> a name -> PERSON -> 🗑 Weghalen, which asks first -> REMOVED
🏢 Mijn organisatie -> HOME -> one's own, or HOME_NAME -> HOME_NUMBER -> menu
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from conversations.acting import Step, become, needs
from conversations.audit_taps import HomeTap, OfficeTap
from conversations.fallback import show_trouble
from conversations.invitations import forward
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.menu import show_menu
from conversations.onboarding import name_problem, number_problem, tidy
from conversations.people_taps import InvitationsTap
from conversations.taps import MenuTap, way_back
from conversations.wording import WordingTap
from domain.actors import Organisation
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role
from storage.audit_interfaces import LastOfficePerson, OfficePerson, StillLeads
from storage.interfaces import NotAllowed
from templates.audit_screens import (
    AskHome,
    AskName,
    AskNumber,
    ChooseOfficeRole,
    ConfirmOfficeRemoval,
    KeepsTheOffice,
    LeadsStill,
    NamePurpose,
    OfficeAccessEnded,
    OfficeLine,
    OfficePersonRemoved,
    ShowOffice,
    ShowOfficePerson,
    ShowOffices,
)
from templates.commands import NEWCOMER
from templates.common_screens import Trouble
from templates.render import label, shorten

G = TypeVar("G")

OFFICE_ROLES = (
    Role.AUDITOR, Role.TEAM_LEADER, Role.PEER_AUDITOR, Role.CI_ADMIN, Role.QUALITY_OFFICER, Role.OFFICE_MANAGER,
    Role.COMPLAINT_HANDLER, Role.APPEAL_HANDLER,
)  # fmt: skip
PER_PAGE = 12  # people of a certifying body
MAX_SHOWN = 12  # certifying bodies with a button each
_NAME = "home_name"


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    OFFICES = "offices"
    NAME = "name"
    PEOPLE = "people"
    ROLE = "role"
    MADE = "made"
    PERSON = "person"
    REMOVED = "removed"
    HOME = "home"
    HOME_NAME = "home_name"
    HOME_NUMBER = "home_number"


class OfficesTap(Tap, frozen=True):
    """To the certifying bodies, for an operator."""

    prefix = "oa"


class AddOfficeTap(Tap, frozen=True):
    """Make a certifying body."""

    prefix = "ob"


class OfficeLinkTap(Tap, frozen=True):
    """Another link for an office person of a certifying body."""

    prefix = "oc"

    office: OrganisationId


class SecretariatLinkTap(Tap, frozen=True):
    """A link for somebody of the secretariat of SWN."""

    prefix = "ok"


class InviteHereTap(Tap, frozen=True):
    """To inviting somebody for the certifying body."""

    prefix = "oi"


class OfficeRoleTap(Tap, frozen=True):
    """Make an invitation for a role at the certifying body."""

    prefix = "oj"

    role: Role


class OfficePageTap(Tap, frozen=True):
    """To another page of who works for the certifying body; pages count from 1."""

    prefix = "og"

    page: int


class OfficePersonTap(Tap, frozen=True):
    """To one person of the certifying body."""

    prefix = "op"

    person: PersonId


class RemoveFromOfficeTap(Tap, frozen=True):
    """End somebody's access to the certifying body; asks first."""

    prefix = "or"

    person: PersonId
    is_sure: bool


class OwnHomeTap(Tap, frozen=True):
    """This is where the peer auditor works; None to type another."""

    prefix = "oh"

    organisation: OrganisationId | None


# --------------------------------------------------------------------------------------------- the operator


def operating(step: Step[G]) -> Step[G]:
    """Return a step for operators only; storage refuses as well."""

    def guarded(turn: Turn, given: G) -> AnyState | None:
        if not turn.actor.is_operator:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None
        return step(turn, given)

    return guarded


def open_offices(turn: Turn, _: object) -> AnyState | None:
    """List the certifying bodies."""
    offices = turn.work.offices(turn.actor).all()
    buttons = [
        Button(label("office_link", str(number)), OfficeLinkTap(office))
        for number, office in enumerate(list(offices)[:MAX_SHOWN], start=1)
    ]
    add = Button(label("add_office"), AddOfficeTap())
    secretariat = Button(label("secretariat"), SecretariatLinkTap())
    wording = Button(label("official_wording"), WordingTap())
    keyboard = Keyboard.flow(buttons, [add], [secretariat, wording]) + way_back(MenuTap())
    turn.show(ShowOffices(tuple(offices.values())), keyboard)
    return State.OFFICES


def ask_office_name(turn: Turn, _: object) -> AnyState | None:
    """Ask the name of a new certifying body."""
    turn.show(AskName(NamePurpose.OFFICE), way_back(OfficesTap()))
    return State.NAME


def found_office(turn: Turn, given: TextGiven) -> AnyState | None:
    """Make the certifying body, with the link for its first office person."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        turn.show(AskName(NamePurpose.OFFICE, problem), way_back(OfficesTap()))
        return State.NAME
    forward(turn, *turn.work.offices(turn.actor).found(name, turn.now), back=OfficesTap())
    return State.MADE


def make_office_link(turn: Turn, tap: OfficeLinkTap) -> AnyState | None:
    """Make another link for an office that nobody came into yet, or whose people left."""
    forward(turn, *turn.work.offices(turn.actor).invite_first(tap.office, turn.now), back=OfficesTap())
    return State.MADE


def make_secretariat_link(turn: Turn, _: SecretariatLinkTap) -> AnyState | None:
    """Make a link for somebody of the secretariat of SWN."""
    offices = turn.work.offices(turn.actor)
    forward(turn, *offices.invite_secretariat(label("swn_name"), turn.now), back=OfficesTap())
    return State.MADE


# ----------------------------------------------------------------------------------------------- the office


def open_office(turn: Turn, _: object) -> AnyState | None:
    """Show who works for the certifying body, from the first page."""
    return show_office(turn, 1)


def turn_page(turn: Turn, tap: OfficePageTap) -> AnyState | None:
    """Show another page; one that is gone by now becomes the nearest."""
    return show_office(turn, tap.page)


def show_office(turn: Turn, page: int) -> AnyState | None:
    """Show a page of who works for the certifying body."""
    people = turn.work.offices(turn.actor).people()
    pages = max(1, -(-len(people) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = people[(page - 1) * PER_PAGE : page * PER_PAGE]
    lines = tuple(OfficeLine(p.name, p.role, p.home.name if p.home else "") for p in shown)
    invited = len(turn.work.people(turn.actor).open_invitations(turn.now))
    names = {p.person: p.name for p in shown}  # somebody with two roles has one button
    buttons = [
        Button(label("invite"), InviteHereTap()),
        Button(label("invitations"), InvitationsTap()) if invited else None,
    ]
    turning = [
        Button(label("page_before"), OfficePageTap(page - 1)) if page > 1 else None,
        Button(label("page_after"), OfficePageTap(page + 1)) if page < pages else None,
    ]
    people_buttons = [Button(shorten(name, 24), OfficePersonTap(person)) for person, name in names.items()]
    keyboard = Keyboard.flow(people_buttons, turning, buttons) + way_back(MenuTap())
    turn.show(ShowOffice(_office_name(turn), lines, invited, page, pages), keyboard)
    return State.PEOPLE


def open_person(turn: Turn, tap: OfficePersonTap) -> AnyState | None:
    """Show one person with every role at the certifying body."""
    found = _roles_of(turn, tap.person)
    home = next((person.home.name for person in found if person.home), "")
    screen = ShowOfficePerson(found[0].name, _office_name(turn), tuple(person.role for person in found), home)
    removing = Button(label("remove_from_office"), RemoveFromOfficeTap(tap.person, is_sure=False))
    turn.show(screen, Keyboard.flow([removing]) + way_back(OfficeTap()))
    return State.PERSON


def remove_person(turn: Turn, tap: RemoveFromOfficeTap) -> AnyState | None:
    """Ask, and then end somebody's access and tell them; what they wrote stays."""
    offices, name, office = turn.work.offices(turn.actor), _roles_of(turn, tap.person)[0].name, _office_name(turn)
    is_self = tap.person == turn.actor.person
    if not tap.is_sure:
        sure = Button(label("yes_remove_from_office"), RemoveFromOfficeTap(tap.person, is_sure=True))
        back = way_back(OfficePersonTap(tap.person))
        turn.show(ConfirmOfficeRemoval(name, office, is_self), Keyboard.flow([sure]) + back)
        return State.PERSON
    chat = offices.chat_of(tap.person)
    try:
        offices.remove(tap.person, turn.now)
    except LastOfficePerson:
        turn.show(KeepsTheOffice(name, office), way_back(OfficeTap()))
        return State.PERSON
    except StillLeads as refusal:
        turn.show(LeadsStill(name, refusal.organisations), way_back(OfficeTap()))
        return State.PERSON
    if is_self:
        become(turn)
        turn.show(OfficeAccessEnded(office), way_back(None))
        return State.REMOVED
    if chat is not None:
        role = turn.work.actor(chat).role
        turn.refresh_commands(role.value if role else NEWCOMER, of_chat=chat)
        turn.say(OfficeAccessEnded(office), way_back(None), to_chat=chat)
    turn.show(OfficePersonRemoved(name, office), way_back(OfficeTap()))
    return State.REMOVED


def _roles_of(turn: Turn, person: PersonId) -> tuple[OfficePerson, ...]:
    """Return somebody of the certifying body once per role. Raises NotAllowed."""
    found = tuple(one for one in turn.work.offices(turn.actor).people() if one.person == person)
    if not found:
        raise NotAllowed("person")
    return found


def choose_role(turn: Turn, _: object) -> AnyState | None:
    """Ask for which role the invitation is."""
    roles = _roles_here(turn)
    is_swn = Role.SWN_SECRETARIAT in roles
    buttons = [Button(label("office_role", role), OfficeRoleTap(role)) for role in roles]
    turn.show(ChooseOfficeRole(_office_name(turn), is_swn), Keyboard.flow(buttons) + way_back(OfficeTap()))
    return State.ROLE


def invite(turn: Turn, tap: OfficeRoleTap) -> AnyState | None:
    """Make the invitation."""
    if tap.role not in _roles_here(turn):
        show_trouble(turn, Trouble.AGED)
        return None
    forward(turn, *turn.work.people(turn.actor).invite(tap.role, turn.now), back=OfficeTap())
    return State.MADE


def _roles_here(turn: Turn) -> tuple[Role, ...]:
    """Return for which roles one invites at the organisation of the actor."""
    is_swn = turn.actor.organisation is not None and turn.actor.organisation.kind is OrganisationKind.SWN
    return (Role.SWN_SECRETARIAT,) if is_swn else OFFICE_ROLES


def keep(_: Turn, __: object) -> AnyState | None:
    """A second tap makes no second link."""
    return None


# -------------------------------------------------------------------------------------------- a peer's home


def ask_home(turn: Turn, _: object) -> AnyState | None:
    """Ask from which member organisation a peer auditor comes."""
    if turn.actor.role is not Role.PEER_AUDITOR:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    buttons = [Button(shorten(own.name, 24), OwnHomeTap(own.id)) for own in _own_members(turn)]
    other = Button(label("other_organisation"), OwnHomeTap(None))
    turn.show(AskHome(_office_name(turn)), Keyboard.flow(buttons, [other]) + way_back(MenuTap()))
    return State.HOME


def take_home(turn: Turn, tap: OwnHomeTap) -> AnyState | None:
    """Record one's own organisation, or ask for the name of another."""
    if tap.organisation is None:
        turn.show(AskName(NamePurpose.HOME), way_back(HomeTap()))
        return State.HOME_NAME
    turn.work.offices(turn.actor).set_home(turn.now, organisation=tap.organisation)
    return show_menu(turn)


def take_home_name(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the name and ask for the number."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        turn.show(AskName(NamePurpose.HOME, problem), way_back(HomeTap()))
        return State.HOME_NAME
    turn.data[_NAME] = name
    turn.show(AskNumber(NamePurpose.HOME, name), way_back(HomeTap()))
    return State.HOME_NUMBER


def take_home_number(turn: Turn, given: TextGiven) -> AnyState | None:
    """Record the organisation with this number."""
    number, name = tidy(given.text), turn.data.get(_NAME, "")
    problem = number_problem(number)
    if problem is not None:
        turn.show(AskNumber(NamePurpose.HOME, name, problem), way_back(HomeTap()))
        return State.HOME_NUMBER
    turn.work.offices(turn.actor).set_home(turn.now, name=name, member_number=number)
    turn.data.pop(_NAME, None)
    return show_menu(turn)


def _own_members(turn: Turn) -> tuple[Organisation, ...]:
    """Return the member organisations for which the person works."""
    working = (Role.COORDINATOR, Role.COLLEAGUE)
    found = (m.organisation for m in turn.actor.memberships if m.role in working)
    return tuple(dict.fromkeys(own for own in found if own.kind is OrganisationKind.MEMBER))


def _office_name(turn: Turn) -> str:
    return turn.actor.organisation.name if turn.actor.organisation else ""


OFFICES = Conversation(
    name="offices",
    entry_points=[
        on_command("operator", operating(open_offices)),
        on_command("bureau", needs(Permission.MANAGE_OFFICE, open_office)),
        on_tap(OfficesTap, operating(open_offices)),
        on_tap(AddOfficeTap, operating(ask_office_name)),
        on_tap(OfficeLinkTap, operating(make_office_link)),
        on_tap(SecretariatLinkTap, operating(make_secretariat_link)),
        on_tap(OfficeTap, needs(Permission.MANAGE_OFFICE, open_office)),
        on_tap(OfficePageTap, needs(Permission.MANAGE_OFFICE, turn_page)),
        on_tap(OfficePersonTap, needs(Permission.MANAGE_OFFICE, open_person)),
        on_tap(RemoveFromOfficeTap, needs(Permission.MANAGE_OFFICE, remove_person)),
        on_tap(InviteHereTap, needs(Permission.MANAGE_OFFICE, choose_role)),
        on_tap(OfficeRoleTap, needs(Permission.MANAGE_OFFICE, choose_role)),
        on_tap(HomeTap, ask_home),
        on_tap(OwnHomeTap, take_home),
    ],
    states={
        State.OFFICES: [],
        State.NAME: [on_text(found_office)],
        State.PEOPLE: [],
        # A button of an older screen shows the choice, and does not make a link unasked.
        State.ROLE: [on_tap(OfficeRoleTap, needs(Permission.MANAGE_OFFICE, invite))],
        State.MADE: [on_tap(OfficeRoleTap, keep), on_tap(OfficeLinkTap, keep), on_tap(SecretariatLinkTap, keep)],
        State.PERSON: [],
        State.REMOVED: [on_tap(RemoveFromOfficeTap, keep)],
        State.HOME: [],
        State.HOME_NAME: [on_text(take_home_name)],
        State.HOME_NUMBER: [on_text(take_home_number)],
    },
)

CONVERSATIONS = (OFFICES,)
