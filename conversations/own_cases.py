"""What somebody complained about themselves: how it stands, whether the outcome is good, and the road to a mediator.

📄 Mijn meldingen -> LIST -> one -> ✅ Tevreden | ❌ Niet tevreden -> 🏛 Iemand van buiten -> WHY (typed)
                                 -> one of three notaries -> ✅ Akkoord met inzage -> the mediation begins
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from conversations.case_desk import start_if_ready, tell_person
from conversations.case_taps import (
    OwnCasesTap,
    OwnCaseTap,
    OwnConsentTap,
    OwnEscalateTap,
    OwnNotaryTap,
    ReactTap,
    SignalTap,
)
from conversations.decisions import refuses_personal_data
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.taps import way_back
from domain.complaints import (
    ComplaintId,
    ComplaintRefused,
    ComplaintState,
    Given,
    Happening,
    Hindrance,
    Side,
    Step,
    classify_by,
    treat_by,
)
from storage.complaint_interfaces import ComplaintChanged, Complaints, OwnCase
from templates.case_screens import AskWhyEscalate, CaseNews, OwnLine, OwnTold, ShowOwnCase, ShowOwnCases
from templates.common_screens import Trouble
from templates.render import label, shorten

MAX_CASES = 12
_KEY = "own_case"  # of our part of the data that a person's place holds

T = TypeVar("T", bound=Tap)


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LIST = "own_list"
    CASE = "own_case"
    WHY = "own_why"


def _store(turn: Turn) -> Complaints:
    return turn.work.complaints(turn.actor)


def open_list(turn: Turn, _: object) -> At:
    """List what the person reported."""
    found = _store(turn).own()[:MAX_CASES]
    lines = tuple(OwnLine(case.number, case.received_at, case.complaint.state, case.text) for case in found)
    buttons = [Button(case.number, OwnCaseTap(case.id)) for case in found]
    turn.show(ShowOwnCases(lines), Keyboard.flow(buttons) + way_back(SignalTap()))
    return At.LIST


def open_case(turn: Turn, tap: OwnCaseTap) -> At:
    """Show how one's own case stands."""
    return show_case(turn, _store(turn).own_case(tap.complaint))


def show_case(turn: Turn, case: OwnCase, told: OwnTold | None = None, refused: tuple[Hindrance, ...] = ()) -> At:
    """Show a case with what its claimant can do now."""
    rules = case.rules
    screen = ShowOwnCase(
        number=case.number, received_at=case.received_at, text=case.text, complaint=case.complaint,
        outcome=case.outcome, result=case.result, reason=case.reason, decide_by=classify_by(case.complaint, rules),
        region=rules.mediation.region, rules=rules.mediation.rules, told=told, refused=refused,
        treat_by=treat_by(case.complaint, rules),
    )  # fmt: skip
    turn.show(screen, Keyboard.flow(*_buttons(case)) + way_back(OwnCasesTap()))
    return At.CASE


def _buttons(case: OwnCase) -> list[list[Button]]:
    now, id_, seen = case.complaint, case.id, case.complaint.version
    if now.state is ComplaintState.OUTCOME_SHARED:
        react = [
            Button(label("satisfied" if answer else "not_satisfied"), ReactTap(id_, is_satisfied=answer, version=seen))
            for answer in (True, False)
            if now.is_satisfied is not answer
        ]
        return [react, [Button(label("own_escalate"), OwnEscalateTap(id_, seen))] if now.is_satisfied is False else []]
    if now.state is ComplaintState.ESCALATED and now.notaries:
        choosing = [
            Button(shorten(f"{number + 1}. {notary.name}", 24), OwnNotaryTap(id_, number, seen))
            for number, notary in enumerate(now.notaries)
        ]
        agrees = now.notary is not None and Side.CLAIMANT not in now.consents
        return [choosing, [Button(label("own_consent"), OwnConsentTap(id_, seen))] if agrees else []]
    return []


def _acting(step: Callable[[Turn, T], tuple[OwnCase, OwnTold]]) -> Callable[[Turn, T], AnyState | None]:
    """Return a step that shows the case afterwards; whatever refuses it is shown as well, and nothing changes."""

    def acted(turn: Turn, tap: T) -> AnyState | None:
        complaint: ComplaintId = tap.complaint  # type: ignore[attr-defined]  # every tap that is wrapped has one
        try:
            case, told = step(turn, tap)
        except ComplaintRefused as refusal:
            return show_case(turn, _store(turn).own_case(complaint), refused=refusal.hindrances)
        except ComplaintChanged:
            return show_case(turn, _store(turn).own_case(complaint), OwnTold.CHANGED)
        return show_case(turn, case, told)

    return acted


def react(turn: Turn, tap: ReactTap) -> tuple[OwnCase, OwnTold]:
    """Record whether the outcome is good, and tell the handler."""
    given = Given(is_satisfied=tap.is_satisfied)
    case = _store(turn).own_note(tap.complaint, Happening.REACTION, given, turn.now, seen=tap.version)
    news = CaseNews.REACTED_YES if tap.is_satisfied else CaseNews.REACTED_NO
    tell_person(turn, _store(turn).handler(tap.complaint), tap.complaint, case.number, news)
    return case, OwnTold.SATISFIED if tap.is_satisfied else OwnTold.NOT_SATISFIED


def ask_why(turn: Turn, tap: OwnEscalateTap) -> At:
    """Ask why the client does not get any further."""
    case = _store(turn).own_case(tap.complaint)
    turn.data[_KEY] = {"complaint": tap.complaint, "seen": tap.version}
    turn.show(AskWhyEscalate(case.number), way_back(OwnCaseTap(tap.complaint)))
    return At.WHY


def escalate(turn: Turn, given: TextGiven) -> AnyState | None:
    """Ask for somebody from outside, for the reason that was typed."""
    asked: dict[str, Any] = turn.data.get(_KEY) or {}
    if "complaint" not in asked:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    complaint = ComplaintId(asked["complaint"])
    if refuses_personal_data(turn, given, OwnCaseTap(complaint)):
        return None
    store, reason = _store(turn), Given(given.text.strip())
    turn.data.pop(_KEY, None)
    try:
        case = store.own_step(complaint, Step.ESCALATE, reason, turn.now, seen=int(asked["seen"]))
    except ComplaintRefused as refusal:
        return show_case(turn, store.own_case(complaint), refused=refusal.hindrances)
    except ComplaintChanged:
        return show_case(turn, store.own_case(complaint), OwnTold.CHANGED)
    for officer in store.officers(complaint):
        tell_person(turn, officer, complaint, case.number, CaseNews.ESCALATED)
    tell_person(turn, store.handler(complaint), complaint, case.number, CaseNews.ESCALATED)
    return show_case(turn, case, OwnTold.ESCALATED)


def choose_notary(turn: Turn, tap: OwnNotaryTap) -> tuple[OwnCase, OwnTold]:
    """Record the choice of a notary."""
    store, given = _store(turn), Given(number=tap.number)
    case = store.own_note(tap.complaint, Happening.CHOOSE_NOTARY, given, turn.now, seen=tap.version)
    return _on_the_way(turn, case), OwnTold.CHOSEN


def consent(turn: Turn, tap: OwnConsentTap) -> tuple[OwnCase, OwnTold]:
    """Record that the notary may see the file."""
    store, given = _store(turn), Given(side=Side.CLAIMANT)
    case = store.own_note(tap.complaint, Happening.CONSENT, given, turn.now, seen=tap.version)
    return _on_the_way(turn, case), OwnTold.CONSENTED


def _on_the_way(turn: Turn, case: OwnCase) -> OwnCase:
    """Tell the quality officers; once nothing is missing the mediation begins."""
    store = _store(turn)
    now = start_if_ready(case.complaint, case.rules, lambda seen: store.own_step(
        case.id, Step.START_MEDIATION, Given(), turn.now, seen=seen
    ))  # fmt: skip
    news = CaseNews.MEDIATION if now is not None else CaseNews.NOTARY_CHOSEN
    for officer in store.officers(case.id):
        tell_person(turn, officer, case.id, case.number, news)
    return now if now is not None else case


OWN_CASES = Conversation(
    name="own_cases",
    entry_points=[
        on_tap(OwnCasesTap, open_list),
        on_tap(OwnCaseTap, open_case),
        on_tap(ReactTap, _acting(react)),
        on_tap(OwnEscalateTap, ask_why),
        on_tap(OwnNotaryTap, _acting(choose_notary)),
        on_tap(OwnConsentTap, _acting(consent)),
    ],
    states={At.LIST: [], At.CASE: [], At.WHY: [on_text(escalate)]},
)

CONVERSATIONS = (OWN_CASES,)
