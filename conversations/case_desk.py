"""The desk of one complaint: what its screen shows, which buttons somebody gets, and who hears of a step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from conversations.case_taps import (
    Ask,
    AskTap,
    CaseTap,
    CloseTap,
    ConsentTap,
    CriteriaTap,
    HandlersTap,
    HistoryTap,
    HolderTap,
    InvolvedTap,
    LessonTap,
    NotaryTap,
    OwnCaseTap,
    PlaceTap,
    ProofTap,
    StartMediationTap,
    ThemesTap,
)
from conversations.kit import Button, Keyboard, Turn
from conversations.taps import MenuTap, way_back
from domain.case_procedure import CaseProcedure
from domain.case_reminders import hours_left
from domain.complaints import (
    Capacity,
    Complaint,
    ComplaintId,
    ComplaintState,
    Doer,
    Event,
    Given,
    Happening,
    Hindrance,
    HolderChoice,
    Side,
    Step,
    Subject,
    hindrances,
)
from domain.roles import PersonId
from storage.complaint_interfaces import Dossier
from storage.plan_interfaces import Addressee
from templates.case_screens import CaseNews, CaseTold, ShowCase, TellCase
from templates.render import label, shorten

T = TypeVar("T")

S = ComplaintState
#: What a handler writes, in the order of the work.
_HANDLER_ASKS = {
    S.IN_TREATMENT: (Ask.MEASURE, Ask.NOTE, Ask.ROOT_CAUSE, Ask.REFERENCES, Ask.OUTCOME),
    S.OUTCOME_SHARED: (Ask.PROOF, Ask.MEASURE, Ask.NOTE, Ask.ROOT_CAUSE, Ask.REFERENCES, Ask.REOPEN, Ask.ESCALATE),
    S.ESCALATED: (Ask.MEASURE, Ask.NOTE),
    S.MEDIATION: (Ask.MEASURE, Ask.NOTE),
    S.MEDIATION_DONE: (Ask.MEASURE, Ask.NOTE),
}
#: What is refused once the client said whether the outcome is good.
_DEAD_ENDS: dict[bool | None, tuple[Ask, ...]] = {True: (Ask.REOPEN, Ask.ESCALATE), False: (Ask.PROOF,)}
_OFFICER_ASKS = {
    S.SIGNAL_RECEIVED: (Ask.NO_COMPLAINT, Ask.NOTE),
    S.ESCALATED: (Ask.NOTARIES,),
    S.MEDIATION: (Ask.MEDIATION_NOTE, Ask.RESULT),
    S.MEDIATION_DONE: (Ask.CLOSING,),
}
_OFFICE_ASKS = {
    S.SIGNAL_RECEIVED: (Ask.NOTE,),
    S.REGISTERED: (Ask.NOTE, Ask.REFERENCES),
    S.IN_TREATMENT: (Ask.NOTE, Ask.REFERENCES),
    S.OUTCOME_SHARED: (Ask.NOTE, Ask.REFERENCES),
    S.MEDIATION: (Ask.MEDIATION_NOTE, Ask.RESULT),
    S.CLOSED: (Ask.NOTE,),
}


def text_of(events: tuple[Event, ...], what: str) -> str:
    """Return the words of the last event of a kind."""
    return next((event.given.text for event in reversed(events) if event.what == what), "")


def show_case(turn: Turn, case: Dossier, told: CaseTold | None = None, refused: tuple[Hindrance, ...] = ()) -> None:
    """Show a case with what somebody can do in it now."""
    rules, now = case.rules, case.complaint
    criterion, channel = rules.criterion(now.criterion), rules.channel(case.channel)
    reporter = case.names.get(case.reporter, "")
    screen = ShowCase(
        number=case.number, complaint=now, capacities=case.capacities, is_subject=case.is_subject, text=case.text,
        client=case.client, holder=case.holder, has_audit=case.audit is not None,
        channel=channel.label if channel else "", reporter=reporter,
        is_for_organisation=case.is_for_organisation, criterion=criterion.text if criterion else "",
        handler=case.names.get(now.handler, "") if now.handler else "", term=case.term,
        is_late=case.term is not None and case.term.is_late(turn.now), hours_left=hours_of(case, turn),
        theme=rules.theme_labels.get(now.theme, ""), root_cause=text_of(case.events, Happening.ROOT_CAUSE),
        references=text_of(case.events, Happening.REFERENCES), outcome=text_of(case.events, Step.SHARE_OUTCOME),
        measures=tuple(event.given.text for event in case.events if event.what == Happening.MEASURE)[-5:],
        reason=text_of(case.events, Step.CLASSIFY_NO), has_file=any(event.given.file for event in case.events),
        handler_interests=case.handler_interests, result=text_of(case.events, Step.END_MEDIATION),
        told=told, refused=refused,
    )  # fmt: skip
    turn.show(screen, Keyboard.flow(*buttons_of(case)) + way_back(MenuTap()))


def hours_of(case: Dossier, turn: Turn) -> int | None:
    """Return how many hours are left of the term that runs, None for one in days."""
    if case.term is None or case.term.ends_at is None:
        return None
    return hours_left(case.term.ends_at, turn.now)


def buttons_of(case: Dossier) -> list[list[Button | None]]:
    """Return the buttons of a case: the next step first, then what is written, then looking around."""
    if case.is_subject:
        return [[Button(label("case_history"), HistoryTap(case.id, 0))]]
    steps: list[Button | None] = []
    asks: list[Ask] = []
    state = case.complaint.state
    if Capacity.QUALITY_OFFICER in case.capacities:
        steps += _officer_buttons(case)
        asks += _OFFICER_ASKS.get(state, ())
    if Capacity.HANDLER in case.capacities:
        steps += _handler_buttons(case)
        asks += _HANDLER_ASKS.get(state, ())
    if case.capacities & {Capacity.OFFICE_MANAGER, Capacity.QUALITY_OFFICER}:
        asks += _OFFICE_ASKS.get(state, ())
    dead_ends = _DEAD_ENDS.get(case.complaint.is_satisfied, ())
    written = [
        Button(label("case_ask", what), AskTap(case.id, what)) for what in dict.fromkeys(asks) if what not in dead_ends
    ]
    return [steps, [*written], [*_around(case)]]


def _officer_buttons(case: Dossier) -> list[Button | None]:
    id_, now, seen = case.id, case.complaint, case.complaint.version
    if now.state is S.SIGNAL_RECEIVED:
        return [Button(label("is_complaint"), CriteriaTap(id_))]
    found: list[Button | None] = []
    if now.state is S.REGISTERED or (now.state is S.IN_TREATMENT):
        found.append(Button(label("handlers" if now.handler is None else "other_handler"), HandlersTap(id_)))
    if now.subject is Subject.CERTIFICATE_HOLDER and not now.state.is_over:
        found += [
            Button(label("holder_choice", choice), HolderTap(id_, choice, seen, is_sure=False))
            for choice in HolderChoice
            if choice is not now.holder_choice
        ]
    if now.state is S.ESCALATED and now.notaries:
        found += _mediation_buttons(case)
    return found


def _mediation_buttons(case: Dossier) -> list[Button | None]:
    id_, now, seen = case.id, case.complaint, case.complaint.version
    found: list[Button | None] = []
    if Side.CI not in now.consents:
        found.append(Button(label("ci_consent"), ConsentTap(id_, Side.CI, seen)))
    if not now.has_claimant:  # somebody outside the bot: what they said is recorded
        found += [
            Button(shorten(f"{number + 1}. {notary.name}", 24), NotaryTap(id_, number, seen))
            for number, notary in enumerate(now.notaries)
        ]
        if Side.CLAIMANT not in now.consents:
            found.append(Button(label("claimant_consent"), ConsentTap(id_, Side.CLAIMANT, seen)))
    if len(now.consents) == len(Side) and now.notary is not None:
        found.append(Button(label("start_mediation"), StartMediationTap(id_, seen)))
    return found


def _handler_buttons(case: Dossier) -> list[Button | None]:
    is_settled = case.complaint.state is S.OUTCOME_SHARED and case.complaint.is_satisfied is True
    return [Button(label("close_case"), CloseTap(case.id, case.complaint.version))] if is_settled else []


def _around(case: Dossier) -> list[Button | None]:
    keeps = bool(case.capacities & {Capacity.OFFICE_MANAGER, Capacity.QUALITY_OFFICER})
    is_new = case.complaint.state is S.SIGNAL_RECEIVED
    teaches = case.complaint.state is S.CLOSED and bool(case.capacities & {Capacity.QUALITY_OFFICER, Capacity.HANDLER})
    return [
        Button(label("case_theme"), ThemesTap(case.id)) if case.complaint.registered_at else None,
        Button(label("case_involved"), InvolvedTap(case.id)) if keeps and not case.complaint.state.is_over else None,
        Button(label("case_audit"), PlaceTap(case.id, None)) if keeps and is_new else None,
        Button(label("case_proof"), ProofTap(case.id)) if any(event.given.file for event in case.events) else None,
        Button(label("case_lesson"), LessonTap(case.id)) if teaches else None,
        Button(label("case_history"), HistoryTap(case.id, 0)),
    ]


# ------------------------------------------------------------------------------------------------------- messages


def tell_person(
    turn: Turn,
    person: Addressee | None,
    complaint: ComplaintId,
    number: str,
    news: CaseNews,
    text: str = "",
    due: date | None = None,
) -> None:
    """Send somebody who works on a case a message that leads to it; to whom it was taken from it leads no more."""
    if person is not None and person.chat != turn.incoming.chat_id:
        is_theirs = news not in (CaseNews.HANDED_OVER, CaseNews.INVOLVED)
        button = Button(label("open_case"), CaseTap(complaint, person.membership)) if is_theirs else None
        turn.say(TellCase(number, news, text, due), Keyboard.flow([button]) + way_back(None), to_chat=person.chat)


def tell_claimant(turn: Turn, case: Dossier, news: CaseNews, text: str = "") -> None:
    """Tell who complained in the bot how it goes on; whoever complained elsewhere is told by a person."""
    person = turn.work.complaints(turn.actor).claimant(case.id)
    if person is not None and person.chat != turn.incoming.chat_id:
        button = Button(label("open_own_case"), OwnCaseTap(case.id))
        due = case.term.due if case.term else None
        turn.say(TellCase(case.number, news, text, due), Keyboard.flow([button]) + way_back(None), to_chat=person.chat)


def start_if_ready(now: Complaint, rules: CaseProcedure, start: Callable[[int], T]) -> T | None:
    """Let the mediation begin when choice and consents are there; None when something is still missing."""
    client = Doer(PersonId(0), frozenset({Capacity.CLIENT}))
    if hindrances(now, Step.START_MEDIATION, client, Given(), rules):
        return None
    return start(now.version)
