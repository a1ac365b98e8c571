"""One complaint in the hands of who works on it: the quality officer decides, a handler treats, the office keeps track.

signal -> a criterion | why not (typed) -> a handler -> logbook, cause, references -> the outcome (typed)
       -> PROOF (typed or a document) -> closed
       -> another solution | escalated -> LIST of notaries (typed) -> mediation -> closed

A step that cannot be taken shows the case with every reason; nothing changes. Who may do what is decided in storage.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from conversations.case_desk import show_case, start_if_ready, tell_claimant, tell_person
from conversations.case_taps import (
    Ask,
    AskTap,
    AssignTap,
    CaseTap,
    ClassifyTap,
    CloseTap,
    ConsentTap,
    CriteriaTap,
    HandlersTap,
    HistoryTap,
    HolderTap,
    InvolvedTap,
    MarkTap,
    NotaryTap,
    OfferTap,
    PlaceTap,
    ProofTap,
    StartMediationTap,
    ThemesTap,
    ThemeTap,
    TiesTap,
)
from conversations.decisions import refuses_personal_data
from conversations.fallback import refuse_file, show_trouble
from conversations.kit import (
    Button,
    Conversation,
    Keyboard,
    MediaGiven,
    MediaKind,
    Tap,
    TextGiven,
    Turn,
    on_media,
    on_tap,
    on_text,
)
from conversations.kit import State as AnyState
from conversations.menu import RoleTap
from conversations.taps import way_back
from conversations.terms import as_addressed
from domain.complaints import (
    Candidate,
    ComplaintId,
    ComplaintRefused,
    Event,
    Given,
    Happening,
    Hindrance,
    Interest,
    Notary,
    Step,
    list_faults,
)
from storage.complaint_interfaces import ComplaintChanged, Complaints, Dossier
from templates.case_screens import (
    AskCaseText,
    CaseNews,
    CaseTold,
    ChooseCaseAudit,
    ChooseCriterion,
    ChooseHandler,
    ChooseTheme,
    ConfirmHolder,
    HandlerLine,
    HistoryLine,
    InvolvedLine,
    ShowHistory,
    ShowInvolved,
    ShowNotaries,
    TellHolder,
)
from templates.common_screens import Trouble
from templates.render import label, shorten

PER_PAGE = 10
MAX_AUDITS = 48
MAX_NOTARIES = 6
_KEY = "case"  # of our part of the data that a person's place holds

T = TypeVar("T", bound=Tap)

#: What is recorded for what is typed, and what the screen then says; the others are steps.
_NOTES = {
    Ask.NOTE: (Happening.NOTE, CaseTold.NOTED),
    Ask.MEASURE: (Happening.MEASURE, CaseTold.NOTED),
    Ask.ROOT_CAUSE: (Happening.ROOT_CAUSE, CaseTold.NOTED),
    Ask.REFERENCES: (Happening.REFERENCES, CaseTold.NOTED),
    Ask.MEDIATION_NOTE: (Happening.MEDIATION_NOTE, CaseTold.NOTED),
}
_STEPS = {
    Ask.NO_COMPLAINT: (Step.CLASSIFY_NO, CaseTold.NO_COMPLAINT),
    Ask.OUTCOME: (Step.SHARE_OUTCOME, CaseTold.OUTCOME),
    Ask.PROOF: (Step.CLOSE, CaseTold.CLOSED),
    Ask.REOPEN: (Step.REOPEN, CaseTold.REOPENED),
    Ask.ESCALATE: (Step.ESCALATE, CaseTold.ESCALATED),
    Ask.RESULT: (Step.END_MEDIATION, CaseTold.ENDED),
    Ask.CLOSING: (Step.CLOSE_AFTER_MEDIATION, CaseTold.CLOSED),
}
#: What whoever complained hears of a step. Only what is formal and written has to be told (procedure 2305); that who
#: uses the bot hears it in every case is our own.
_CLAIMANT_HEARS = {
    Ask.NO_COMPLAINT: CaseNews.NO_COMPLAINT,
    Ask.OUTCOME: CaseNews.OUTCOME,
    Ask.REOPEN: CaseNews.REOPENED,
    Ask.PROOF: CaseNews.CLOSED,
    Ask.ESCALATE: CaseNews.ESCALATED,
    Ask.MEDIATION_NOTE: CaseNews.MEDIATION_STEP,
    Ask.RESULT: CaseNews.RESULT,
    Ask.CLOSING: CaseNews.CLOSED,
}
#: Of these they read the words themselves.
_CLAIMANT_READS = frozenset({Ask.NO_COMPLAINT, Ask.OUTCOME, Ask.MEDIATION_NOTE, Ask.RESULT})


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    CASE = "case"
    CHOOSING = "case_choosing"
    TYPING = "case_typing"
    PROOF = "case_proof"
    LIST = "case_notaries"


def _store(turn: Turn) -> Complaints:
    return turn.work.complaints(turn.actor)


def _shown(turn: Turn, case: Dossier, told: CaseTold | None = None, refused: tuple[Hindrance, ...] = ()) -> At:
    show_case(turn, case, told, refused)
    return At.CASE


def _acting(step: Callable[[Turn, T], tuple[Dossier, CaseTold]]) -> Callable[[Turn, T], AnyState | None]:
    """Return a step that shows the case afterwards; whatever refuses it is shown with the case."""

    def acted(turn: Turn, tap: T) -> AnyState | None:
        complaint: ComplaintId = tap.complaint  # type: ignore[attr-defined]  # every tap that is wrapped has one
        return _attempt(turn, complaint, lambda: step(turn, tap))

    return acted


def _attempt(turn: Turn, complaint: ComplaintId, act: Callable[[], tuple[Dossier, CaseTold]]) -> At:
    try:
        case, told = act()
    except ComplaintRefused as refusal:
        return _shown(turn, _store(turn).get(complaint), refused=refusal.hindrances)
    except ComplaintChanged:
        return _shown(turn, _store(turn).get(complaint), CaseTold.CHANGED)
    return _shown(turn, case, told)


# ------------------------------------------------------------------------------------------------- looking


def open_case(turn: Turn, tap: CaseTap) -> At:
    """Show a case."""
    return _shown(turn, _store(turn).get(tap.complaint))


def show_history(turn: Turn, tap: HistoryTap) -> At:
    """Show everything that happened, the newest first."""
    case = _store(turn).get(tap.complaint)
    lines = [_history_line(case, event) for event in reversed(case.events)]
    pages = max(1, -(-len(lines) // PER_PAGE))
    page = min(max(tap.page, 0), pages - 1)
    turning = _turning(page, pages, lambda to: HistoryTap(case.id, to))
    shown = tuple(lines[page * PER_PAGE : (page + 1) * PER_PAGE])
    turn.show(ShowHistory(case.number, shown, page, pages), Keyboard.flow(turning) + way_back(CaseTap(case.id)))
    return At.CASE


def _heard(event: Event) -> int:
    """Return how many heard a lesson."""
    return (event.given.number or 0) if event.what == Happening.LESSON else 0


def _history_line(case: Dossier, event: Event) -> HistoryLine:
    """Return what happened in words: what was typed, or who and what was chosen."""
    rules, given, notaries = case.rules, event.given, case.complaint.notaries
    criterion, number = rules.criterion(given.criterion), given.number or 0
    chosen = [
        case.names.get(given.handler.person, "") if given.handler else "",
        criterion.text if criterion else "",
        notaries[number].name if event.what == Happening.CHOOSE_NOTARY and number < len(notaries) else "",
        ", ".join(notary.name for notary in given.notaries),
        rules.theme_labels.get(given.theme, given.theme),
    ]
    text = next(filter(None, [given.text, *chosen]), "")
    by = case.names.get(event.by, "")
    heard, has_file = _heard(event), bool(given.file)
    return HistoryLine(event.at, event.what, by, text, heard, given.is_satisfied, given.choice, has_file)


def _turning(page: int, pages: int, to: Callable[[int], Tap]) -> list[Button | None]:
    return [
        Button(label("earlier_page"), to(page - 1)) if page else None,
        Button(label("later_page"), to(page + 1)) if page + 1 < pages else None,
    ]


def send_proof(turn: Turn, tap: ProofTap) -> At:
    """Have the document sent that shows that the client is satisfied."""
    store = _store(turn)
    case, file = store.get(tap.complaint), store.proof(tap.complaint)
    if file is None:
        return _shown(turn, case)
    turn.job("send_file", file=file, is_confidential=True)
    return _shown(turn, case, CaseTold.SENDING)


# ------------------------------------------------------------------------------------------------- deciding


def choose_criterion(turn: Turn, tap: CriteriaTap) -> At:
    """Ask why it is a complaint."""
    case = _store(turn).get(tap.complaint)
    criteria, seen = case.rules.complaint.criteria, case.complaint.version
    buttons = [Button(one.label, ClassifyTap(case.id, number, seen)) for number, one in enumerate(criteria)]
    turn.show(ChooseCriterion(case.number, criteria), Keyboard.flow(buttons) + way_back(CaseTap(case.id)))
    return At.CHOOSING


def classify(turn: Turn, tap: ClassifyTap) -> tuple[Dossier, CaseTold]:
    """Register it as a complaint."""
    criteria = _store(turn).get(tap.complaint).rules.complaint.criteria
    criterion = criteria[tap.number].id if 0 <= tap.number < len(criteria) else ""
    given = Given(criterion=criterion)
    case = _store(turn).step(tap.complaint, Step.CLASSIFY_YES, given, turn.now, seen=tap.version)
    return case, CaseTold.REGISTERED


def choose_handler(turn: Turn, tap: HandlersTap) -> At:
    """Show the core group: a button for who can handle it, the reason for who cannot."""
    store = _store(turn)
    case, options = store.get(tap.complaint), store.core_group(tap.complaint)
    seen = case.complaint.version
    free = [option for option in options if not option.interests and option.person != case.complaint.handler]
    buttons = [Button(shorten(option.name, 24), AssignTap(case.id, option.person, seen)) for option in free]
    lines = tuple(HandlerLine(option.name, option.interests) for option in options)
    turn.show(ChooseHandler(case.number, lines), Keyboard.flow(buttons) + way_back(CaseTap(case.id)))
    return At.CHOOSING


def assign(turn: Turn, tap: AssignTap) -> tuple[Dossier, CaseTold]:
    """Give the case to somebody; who they are and what ties them is looked up by storage, whatever the button says."""
    store = _store(turn)
    before = store.get(tap.complaint)
    is_first, former = before.complaint.handler is None, store.handler(tap.complaint)
    step = Step.ASSIGN if is_first else Step.REASSIGN
    given = Given(handler=Candidate(tap.person, is_in_core_group=False))
    case = store.step(tap.complaint, step, given, turn.now, seen=tap.version)
    tell_person(
        turn, store.handler(case.id), case.id, case.number, CaseNews.ASSIGNED, due=case.term.due if case.term else None
    )
    if not before.handler_interests:  # else they heard it then
        tell_person(turn, former, case.id, case.number, CaseNews.HANDED_OVER)
    if is_first:
        tell_claimant(turn, case, CaseNews.IN_TREATMENT)
    return case, CaseTold.ASSIGNED


def decide_holder(turn: Turn, tap: HolderTap) -> AnyState | None:
    """Ask, and then record what the board decides, and tell the organisation and the team leader."""
    store = _store(turn)
    case = store.get(tap.complaint)
    if not tap.is_sure:
        sure = Button(label("yes_decide"), HolderTap(tap.complaint, tap.choice, tap.version, is_sure=True))
        holders, leaders = store.concerned(case.id)
        screen = ConfirmHolder(case.number, case.holder, tap.choice, bool(holders), bool(leaders))
        turn.show(screen, Keyboard.flow([sure]) + way_back(CaseTap(case.id)))
        return At.CHOOSING

    def act() -> tuple[Dossier, CaseTold]:
        given = Given(choice=tap.choice)
        decided = store.note(tap.complaint, Happening.HOLDER_DECISION, given, turn.now, seen=tap.version)
        return decided, _tell_concerned(turn, decided, tap)

    return _attempt(turn, tap.complaint, act)


def _tell_concerned(turn: Turn, case: Dossier, tap: HolderTap) -> CaseTold:
    """Tell both sides, and return whom a person has to tell because they cannot be reached here."""
    ci = turn.actor.organisation.name if turn.actor.organisation else ""
    concerned = _store(turn).concerned(case.id)
    for is_holder, people in zip((True, False), concerned, strict=True):
        for person in people:
            if person.chat != turn.incoming.chat_id:
                keyboard = Keyboard.flow([Button(label("go_on"), RoleTap(person.membership))]) + way_back(None)
                turn.say(TellHolder(case.holder, ci, tap.choice, is_holder), keyboard, to_chat=person.chat)
    match tuple(bool(people) for people in concerned):
        case (True, True):
            return CaseTold.DECIDED
        case (True, False):
            return CaseTold.LEADER_UNTOLD
        case (False, True):
            return CaseTold.HOLDER_UNTOLD
        case _:
            return CaseTold.BOTH_UNTOLD


# ------------------------------------------------------------------------------------------------- who is involved


def show_involved(turn: Turn, tap: InvolvedTap, refused: tuple[Hindrance, ...] = ()) -> At:
    """Show who works for the body and how they are marked."""
    store = _store(turn)
    case, people = store.get(tap.complaint), store.people(tap.complaint)
    pages = max(1, -(-len(people) // PER_PAGE))
    page = min(max(tap.page, 0), pages - 1)
    shown = people[page * PER_PAGE : (page + 1) * PER_PAGE]
    signs = {None: "", Interest.MARKED: "👁 ", Interest.SUBJECT: "❗️ "}
    buttons = [
        Button(shorten(f"{signs[person.mark]}{person.name}", 24), MarkTap(case.id, person.person, page))
        for person in shown
    ]
    turning = _turning(page, pages, lambda to: InvolvedTap(case.id, to))
    lines = tuple(InvolvedLine(person.name, person.mark) for person in shown)
    screen = ShowInvolved(case.number, lines, page, pages, refused)
    turn.show(screen, Keyboard.flow(buttons, turning) + way_back(CaseTap(case.id)))
    return At.CHOOSING


_NEXT_MARK = {None: Interest.MARKED, Interest.MARKED: Interest.SUBJECT, Interest.SUBJECT: None}


def mark(turn: Turn, tap: MarkTap) -> At:
    """Give somebody the next mark."""
    store = _store(turn)
    before = store.get(tap.complaint)
    current = next((one.mark for one in store.people(tap.complaint) if one.person == tap.person), None)
    try:
        store.mark(tap.complaint, tap.person, _NEXT_MARK[current], turn.now)
    except ComplaintRefused as refusal:
        return show_involved(turn, InvolvedTap(tap.complaint, tap.page), refusal.hindrances)
    if tap.person == before.complaint.handler and not before.handler_interests and not before.complaint.state.is_over:
        tell_person(turn, store.handler(before.id), before.id, before.number, CaseNews.INVOLVED)
    return show_involved(turn, InvolvedTap(tap.complaint, tap.page))


def place(turn: Turn, tap: PlaceTap) -> AnyState | None:
    """Show the audits that a signal may be about, or record which it is."""
    store, audit = _store(turn), tap.audit
    case = store.get(tap.complaint)
    if audit is None:
        clients = store.clients()[:MAX_AUDITS]
        buttons = [Button(shorten(client.name, 24), PlaceTap(case.id, client.audit)) for client in clients]
        keyboard = Keyboard(tuple((button,) for button in buttons)) + way_back(CaseTap(case.id))
        turn.show(ChooseCaseAudit(case.number, not clients), keyboard)
        return At.CHOOSING
    return _attempt(turn, case.id, lambda: (store.place(case.id, audit, turn.now), CaseTold.PLACED))


def choose_theme(turn: Turn, tap: ThemesTap) -> At:
    """Show the themes."""
    case = _store(turn).get(tap.complaint)
    themes, seen = case.rules.themes, case.complaint.version
    buttons = [Button(theme.label, ThemeTap(case.id, number, seen)) for number, theme in enumerate(themes)]
    turn.show(ChooseTheme(case.number, themes), Keyboard.flow(buttons) + way_back(CaseTap(case.id)))
    return At.CHOOSING


def take_theme(turn: Turn, tap: ThemeTap) -> tuple[Dossier, CaseTold]:
    """Record the theme."""
    themes = _store(turn).get(tap.complaint).rules.themes
    given = Given(theme=themes[tap.number].id if 0 <= tap.number < len(themes) else "")
    case = _store(turn).note(tap.complaint, Happening.THEME, given, turn.now, seen=tap.version)
    return case, CaseTold.NOTED


# ------------------------------------------------------------------------------------------------- typing


def ask(turn: Turn, tap: AskTap) -> At:
    """Ask for words."""
    case = _store(turn).get(tap.complaint)
    turn.data[_KEY] = {"complaint": tap.complaint, "what": tap.what.value, "seen": case.complaint.version}
    is_told = tap.what in _CLAIMANT_HEARS and case.complaint.has_claimant
    now = {Ask.ROOT_CAUSE: Happening.ROOT_CAUSE, Ask.REFERENCES: Happening.REFERENCES}.get(tap.what)
    before = next((e.given.text for e in reversed(case.events) if e.what == now), "") if now else ""
    notaries, is_read = case.rules.mediation.notaries_offered, tap.what in _CLAIMANT_READS
    screen = AskCaseText(case.number, tap.what.value, is_told, before, is_read, notaries)
    turn.show(screen, way_back(CaseTap(case.id)))
    return At.PROOF if tap.what is Ask.PROOF else At.TYPING


def _asked(turn: Turn) -> tuple[ComplaintId, Ask, int] | None:
    """Return what was asked for in which case; None when nothing was."""
    kept: dict[str, Any] = turn.data.get(_KEY) or {}
    if not {"complaint", "what", "seen"} <= kept.keys():
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    return ComplaintId(kept["complaint"]), Ask(kept["what"]), int(kept["seen"])


def take_text(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep what was typed for what was asked, unless it looks like data of a person."""
    asked = _asked(turn)
    if asked is None:
        return None
    complaint, what, seen = asked
    if what is not Ask.REFERENCES and refuses_personal_data(turn, given, CaseTap(complaint)):
        return None
    if what is Ask.NOTARIES:
        return _take_notaries(turn, complaint, given.text)
    turn.data.pop(_KEY, None)
    is_heard = True if what is Ask.PROOF else None  # after a mediation nobody is asked
    return _record(turn, complaint, what, Given(given.text.strip(), is_satisfied=is_heard), seen)


def take_file(turn: Turn, given: MediaGiven) -> AnyState | None:
    """Keep a document as the proof that the client is satisfied."""
    asked = _asked(turn)
    if asked is None:
        return None
    complaint, what, seen = asked
    if what is not Ask.PROOF or given.kind not in (MediaKind.DOCUMENT, MediaKind.PHOTO):
        refuse_file(turn, given)
        return None
    store = _store(turn)
    now = store.get(complaint).complaint
    file = store.want_file(complaint, given.name, given.media_type, given.size, given.file_id, turn.now)
    turn.data.pop(_KEY, None)
    state = _record(turn, complaint, what, Given(given.caption.strip(), is_satisfied=True, file=file.id), seen)
    if store.get(complaint).complaint.version > now.version:
        turn.job("fetch_file", file=file.id)
    return state


def _record(turn: Turn, complaint: ComplaintId, what: Ask, given: Given, seen: int) -> At:
    """Take the step or record the note that was asked for, and tell who hears of it."""
    store = _store(turn)

    def act() -> tuple[Dossier, CaseTold]:
        if what in _NOTES:
            happening, told = _NOTES[what]
            case = store.note(complaint, happening, given, turn.now, seen=seen)
        else:
            step, told = _STEPS[what]
            case = store.step(complaint, step, given, turn.now, seen=seen)
        _tell(turn, case, what, given.text)
        return case, told

    return _attempt(turn, complaint, act)


def _tell(turn: Turn, case: Dossier, what: Ask, text: str) -> None:
    store = _store(turn)
    if what in _CLAIMANT_HEARS:
        tell_claimant(turn, case, _CLAIMANT_HEARS[what], text if what in _CLAIMANT_READS else "")
    if what is Ask.ESCALATE:
        for officer in store.officers(case.id):
            tell_person(turn, officer, case.id, case.number, CaseNews.ESCALATED)


# ------------------------------------------------------------------------------------------------- mediation


def _take_notaries(turn: Turn, complaint: ComplaintId, text: str) -> At:
    """Read a list of notaries, one to a line: a name, and after a comma the place."""
    lines = [line.strip(" -•\t") for line in text.splitlines()]
    found = [line.partition(",") for line in lines if line.strip(" -•\t")][:MAX_NOTARIES]
    names = [[shorten(name.strip(), 80), shorten(place.strip(), 60), False] for name, _, place in found]
    turn.data[_KEY] = {"complaint": complaint, "notaries": names}
    return _show_list(turn, complaint)


def _listed(turn: Turn, complaint: ComplaintId) -> tuple[Notary, ...]:
    kept: dict[str, Any] = turn.data.get(_KEY) or {}
    if kept.get("complaint") != complaint:
        return ()
    return tuple(Notary(str(name), str(place), bool(tied)) for name, place, tied in kept.get("notaries", []))


def _show_list(turn: Turn, complaint: ComplaintId) -> At:
    """Show the list with all its faults, and let somebody say who has ties."""
    case = _store(turn).get(complaint)
    rules = case.rules.mediation
    notaries = _listed(turn, complaint)
    faults = list_faults(notaries, rules)
    tied = [
        Button(label("notary_ties", str(number + 1)), TiesTap(complaint, number)) for number in range(len(notaries))
    ]
    offer = [] if faults else [Button(label("offer_notaries"), OfferTap(complaint, case.complaint.version))]
    screen = ShowNotaries(case.number, notaries, faults, rules.region, rules.qualification)
    turn.show(screen, Keyboard.flow(offer, tied) + way_back(AskTap(complaint, Ask.NOTARIES)))
    return At.LIST


def turn_ties(turn: Turn, tap: TiesTap) -> AnyState | None:
    """Say that a notary has a tie, or none after all."""
    notaries = _listed(turn, tap.complaint)
    if not 0 <= tap.number < len(notaries):
        show_trouble(turn, Trouble.AGED)
        return None
    kept = [[one.name, one.place, one.has_ties is not (number == tap.number)] for number, one in enumerate(notaries)]
    turn.data[_KEY] = {"complaint": tap.complaint, "notaries": kept}
    return _show_list(turn, tap.complaint)


def offer(turn: Turn, tap: OfferTap) -> tuple[Dossier, CaseTold]:
    """Offer the list to who complained."""
    given = Given(notaries=_listed(turn, tap.complaint))
    case = _store(turn).note(tap.complaint, Happening.OFFER_NOTARIES, given, turn.now, seen=tap.version)
    turn.data.pop(_KEY, None)
    tell_claimant(turn, case, CaseNews.NOTARIES)
    return case, CaseTold.OFFERED


def consent(turn: Turn, tap: ConsentTap) -> tuple[Dossier, CaseTold]:
    """Record that a side lets the notary see the file; once nothing is missing the mediation begins."""
    given = Given(side=tap.side)
    case = _store(turn).note(tap.complaint, Happening.CONSENT, given, turn.now, seen=tap.version)
    return _begun(turn, case) or (case, CaseTold.CONSENTED)


def choose_notary(turn: Turn, tap: NotaryTap) -> tuple[Dossier, CaseTold]:
    """Record which notary somebody outside the bot chose."""
    given = Given(number=tap.number)
    case = _store(turn).note(tap.complaint, Happening.CHOOSE_NOTARY, given, turn.now, seen=tap.version)
    return _begun(turn, case) or (case, CaseTold.CHOSEN)


def _begun(turn: Turn, case: Dossier) -> tuple[Dossier, CaseTold] | None:
    store = _store(turn)
    begun = start_if_ready(
        case.complaint, case.rules, lambda seen: store.step(case.id, Step.START_MEDIATION, Given(), turn.now, seen=seen)
    )
    if begun is None:
        return None
    tell_claimant(turn, begun, CaseNews.MEDIATION)
    return begun, CaseTold.STARTED


def start_mediation(turn: Turn, tap: StartMediationTap) -> tuple[Dossier, CaseTold]:
    """Let the mediation begin."""
    case = _store(turn).step(tap.complaint, Step.START_MEDIATION, Given(), turn.now, seen=tap.version)
    tell_claimant(turn, case, CaseNews.MEDIATION)
    return case, CaseTold.STARTED


def close(turn: Turn, tap: CloseTap) -> tuple[Dossier, CaseTold]:
    """Close a case of which the client said in the bot that it is good; that is the proof."""
    case = _store(turn).step(tap.complaint, Step.CLOSE, Given(), turn.now, seen=tap.version)
    tell_claimant(turn, case, CaseNews.CLOSED)
    return case, CaseTold.CLOSED


CASES = Conversation(
    name="cases",
    entry_points=[
        on_tap(CaseTap, as_addressed(open_case)),
        on_tap(HistoryTap, show_history),
        on_tap(ProofTap, send_proof),
        on_tap(CriteriaTap, choose_criterion),
        on_tap(ClassifyTap, _acting(classify)),
        on_tap(HandlersTap, choose_handler),
        on_tap(AssignTap, _acting(assign)),
        on_tap(HolderTap, decide_holder),
        on_tap(InvolvedTap, show_involved),
        on_tap(MarkTap, mark),
        on_tap(PlaceTap, place),
        on_tap(ThemesTap, choose_theme),
        on_tap(ThemeTap, _acting(take_theme)),
        on_tap(AskTap, ask),
        on_tap(TiesTap, turn_ties),
        on_tap(OfferTap, _acting(offer)),
        on_tap(ConsentTap, _acting(consent)),
        on_tap(NotaryTap, _acting(choose_notary)),
        on_tap(StartMediationTap, _acting(start_mediation)),
        on_tap(CloseTap, _acting(close)),
    ],
    states={
        At.CASE: [],
        At.CHOOSING: [],
        At.TYPING: [on_text(take_text)],
        At.PROOF: [on_text(take_text), on_media(take_file)],
        At.LIST: [],
    },
)

CONVERSATIONS = (CASES,)
