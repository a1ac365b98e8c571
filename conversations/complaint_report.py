"""Telling what one is not content with, and passing on what one heard: everybody's duty at a certifying body.

a client:  /klacht -> WHAT (typed) -> [which body] -> about what [HOLDER] -> for whom -> formal? -> CONFIRM -> sent
a body:    📣 Signaal -> WHAT (typed) -> CONFIRM, with the client and how it came in -> sent
the end of an audit day: an answer that sounds like displeasure -> CONFIRM -> sent

What is typed is kept in the person's place until it is sent; the quality officer hears of it in the same turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from conversations.acting import needs
from conversations.audit_acting import engagement_of
from conversations.case_taps import (
    AsWhomTap,
    BodyTap,
    CaseTap,
    ChannelTap,
    ClientTap,
    DaySignalTap,
    FormalTap,
    OwnCasesTap,
    SendSignalTap,
    SignalTap,
    SubjectTap,
)
from conversations.decisions import refuses_personal_data
from conversations.fallback import show_trouble
from conversations.judging_desk import JudgingDesk, at_desk
from conversations.kit import Button, CommandGiven, Conversation, Keyboard, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.onboarding import name_problem, tidy
from conversations.taps import MenuTap, way_back
from domain.audit import AuditId
from domain.case_procedure import CaseProcedure
from domain.complaints import Subject
from domain.day_evaluation import signals
from domain.roles import OrganisationId, OrganisationKind, Permission
from storage.complaint_interfaces import AlreadyPassedOn, Body, Complaints, NewSignal, Received
from templates.case_screens import (
    AskAsWhom,
    AskFormal,
    AskHolder,
    AskSubject,
    AskWhatHappened,
    ChooseBody,
    ChooseChannel,
    ChooseClient,
    ConfirmSignal,
    SignalKnown,
    SignalSent,
    TellSignal,
)
from templates.common_screens import Trouble
from templates.render import label, shorten

MAX_BUTTONS = 12  # of certifying bodies and clients to choose from
_KEY = "signal"  # of our part of the data that a person's place holds


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    WHAT = "signal_what"
    CHOOSING = "signal_choosing"
    HOLDER = "signal_holder"
    CONFIRM = "signal_confirm"
    SENT = "signal_sent"


def _store(turn: Turn) -> Complaints:
    return turn.work.complaints(turn.actor)


def _is_client(turn: Turn) -> bool:
    """Say whether somebody speaks as a client, and not for a certifying body or the secretariat."""
    return turn.actor.organisation is not None and turn.actor.organisation.kind is OrganisationKind.MEMBER


def _draft(turn: Turn) -> dict[str, Any]:
    return dict(turn.data.get(_KEY) or {})


def _keep(turn: Turn, **changes: Any) -> dict[str, Any]:
    """Keep what is known of the signal; our part of the data is replaced, never changed."""
    turn.data[_KEY] = _draft(turn) | changes
    return _draft(turn)


# ------------------------------------------------------------------------------------------------ what happened


def start(turn: Turn, _: object) -> At:
    """Ask what happened; at an audit its client is filled in already."""
    engagement = engagement_of(turn)
    about = engagement.organisation.name if engagement is not None else ""
    turn.data[_KEY] = {"audit": engagement.id if engagement is not None else None}
    own = len(_store(turn).own())
    buttons = [Button(label("own_cases", str(own)), OwnCasesTap())] if own else []
    turn.show(AskWhatHappened(_is_client(turn), own, about), Keyboard.flow(buttons) + way_back(MenuTap()))
    return At.WHAT


def take_text(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep what was typed, and ask what else there is to know."""
    if refuses_personal_data(turn, given, SignalTap()):
        return None
    bodies = _store(turn).bodies()
    if not bodies:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    _keep(turn, text=given.text.strip())
    if not _is_client(turn):
        _keep(turn, channel="oral")
    if len(bodies) > 1:
        buttons = [Button(shorten(body.name, 24), BodyTap(body.id)) for body in bodies[:MAX_BUTTONS]]
        turn.show(ChooseBody(given.text), Keyboard(tuple((button,) for button in buttons)) + way_back(SignalTap()))
        return At.CHOOSING
    return _go_on(turn, bodies[0])


def take_body(turn: Turn, tap: BodyTap) -> AnyState | None:
    """Go on with the body that was chosen."""
    body = next((body for body in _store(turn).bodies() if body.id == tap.ci), None)
    if body is None or not _draft(turn).get("text"):
        show_trouble(turn, Trouble.AGED)
        return None
    return _go_on(turn, body)


def _go_on(turn: Turn, body: Body) -> At:
    """Ask a client what it is about; a body and the secretariat only confirm."""
    _keep(turn, ci=body.id, body=body.name)
    if not _is_client(turn):
        return confirm(turn)
    buttons = [Button(label("signal_subject", subject), SubjectTap(subject)) for subject in Subject]
    turn.show(AskSubject(body.name), Keyboard.flow(buttons) + way_back(SignalTap()))
    return At.CHOOSING


def take_subject(turn: Turn, tap: SubjectTap) -> AnyState | None:
    """Keep what it is about; a certificate holder has a name."""
    if not _has_text(turn):
        return None
    draft = _keep(turn, subject=tap.subject.value)
    is_named = bool(draft.get("holder") or draft.get("audit"))  # whoever was audited is the one it is about
    if tap.subject is Subject.CERTIFICATE_HOLDER and not is_named:
        turn.show(AskHolder(), way_back(SignalTap()))
        return At.HOLDER
    if _is_client(turn):
        return _ask_as_whom(turn)
    return confirm(turn)


def take_holder(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the name of the organisation that it is about."""
    name = tidy(given.text)
    if not _has_text(turn):
        return None
    if name_problem(name) is not None:
        turn.show(AskHolder(), way_back(SignalTap()))
        return At.HOLDER
    _keep(turn, holder=name)
    return _ask_as_whom(turn) if _is_client(turn) else confirm(turn)


def _ask_as_whom(turn: Turn) -> At:
    organisation = turn.actor.organisation.name if turn.actor.organisation else ""
    buttons = [
        Button(label("for_myself"), AsWhomTap(is_for_organisation=False)),
        Button(label("for_organisation"), AsWhomTap(is_for_organisation=True)),
    ]
    turn.show(AskAsWhom(organisation), Keyboard.flow(buttons) + way_back(SignalTap()))
    return At.CHOOSING


def take_as_whom(turn: Turn, tap: AsWhomTap) -> AnyState | None:
    """Keep for whom it is said, and ask whether a letter or mail goes with it."""
    if not _has_text(turn):
        return None
    draft = _keep(turn, is_for_organisation=tap.is_for_organisation)
    buttons = [
        Button(label("only_here"), FormalTap(is_formal=False)),
        Button(label("also_written"), FormalTap(is_formal=True)),
    ]
    turn.show(AskFormal(draft.get("body", "")), Keyboard.flow(buttons) + way_back(SignalTap()))
    return At.CHOOSING


def take_formal(turn: Turn, tap: FormalTap) -> AnyState | None:
    """Keep how it is said, and show all of it."""
    if not _has_text(turn):
        return None
    _keep(turn, channel="email" if tap.is_formal else "chat")
    return confirm(turn)


def _has_text(turn: Turn) -> bool:
    """Say whether there is a signal to go on with; if not, the screen has aged."""
    if _draft(turn).get("text"):
        return True
    show_trouble(turn, Trouble.AGED)
    return False


# ------------------------------------------------------------------------------------------------ sending it


def confirm(turn: Turn) -> At:
    """Show what will be sent, with what can still be said about it."""
    draft, is_client = _draft(turn), _is_client(turn)
    rules = _procedure(turn, draft)
    channel = rules.channel(draft.get("channel", "chat"))
    works_there = turn.actor.organisation is not None and turn.actor.organisation.kind is OrganisationKind.CI
    screen = ConfirmSignal(
        text=draft["text"], body=draft.get("body", ""), is_own=is_client,
        subject=Subject(draft.get("subject", Subject.OWN_WORK)), holder=draft.get("holder", ""),
        client=_client_name(turn, draft) if works_there else "", channel=channel.label if channel else "",
        is_for_organisation=bool(draft.get("is_for_organisation")), is_written=bool(channel and channel.is_written),
    )  # fmt: skip
    buttons = [Button(label("send_signal" if is_client else "pass_signal"), SendSignalTap())]
    other = Subject.OWN_WORK if screen.subject is Subject.CERTIFICATE_HOLDER else Subject.CERTIFICATE_HOLDER
    more = [
        Button(label("signal_client"), ClientTap(None, is_list=True)) if works_there else None,
        Button(label("signal_channel"), ChannelTap(-1)) if not is_client else None,
        Button(label("signal_subject", other), SubjectTap(other)) if not is_client else None,
    ]
    turn.show(screen, Keyboard.flow(buttons, more) + way_back(SignalTap()))
    return At.CONFIRM


def _procedure(turn: Turn, draft: dict[str, Any]) -> CaseProcedure:
    """Return what the signal goes by at the body that gets it; as long as none was chosen, the default."""
    ci = draft.get("ci")
    return _store(turn).procedure(OrganisationId(ci)) if ci else turn.work.audit_rules.cases.standard


def _client_name(turn: Turn, draft: dict[str, Any]) -> str:
    clients = _store(turn).clients() if draft.get("audit") else ()
    return next((client.name for client in clients if client.audit == draft["audit"]), "")


def choose_client(turn: Turn, tap: ClientTap) -> AnyState | None:
    """Keep at which audit the signal was heard, or show the choice."""
    if not _has_text(turn):
        return None
    if tap.is_list:
        clients = _store(turn).clients()[: MAX_BUTTONS * 4]
        buttons = [Button(shorten(client.name, 24), ClientTap(client.audit)) for client in clients]
        none = Button(label("other_client"), ClientTap(None))
        keyboard = Keyboard(tuple((button,) for button in (*buttons, none)))
        turn.show(ChooseClient(), keyboard + way_back(SignalTap()))
        return At.CHOOSING
    _keep(turn, audit=tap.audit)
    return confirm(turn)


def choose_channel(turn: Turn, tap: ChannelTap) -> AnyState | None:
    """Keep how the signal came in, or show the choice."""
    if not _has_text(turn):
        return None
    channels = _procedure(turn, _draft(turn)).channels
    if not 0 <= tap.number < len(channels):
        buttons = [Button(channel.label, ChannelTap(number)) for number, channel in enumerate(channels)]
        turn.show(ChooseChannel(), Keyboard.flow(buttons) + way_back(SignalTap()))
        return At.CHOOSING
    _keep(turn, channel=channels[tap.number].id)
    return confirm(turn)


def send(turn: Turn, _: SendSignalTap) -> AnyState | None:
    """Store the signal and tell who decides about it."""
    draft = _draft(turn)
    if not draft.get("text") or not draft.get("ci"):
        show_trouble(turn, Trouble.AGED)
        return None
    is_client, audit = _is_client(turn), draft.get("audit")
    new = NewSignal(
        ci=OrganisationId(draft["ci"]), text=draft["text"], subject=Subject(draft.get("subject", Subject.OWN_WORK)),
        channel=draft.get("channel", "chat"), audit=AuditId(audit) if audit and not is_client else None,
        holder=draft.get("holder", ""), is_for_organisation=bool(draft.get("is_for_organisation")),
        origin=draft.get("origin", ""),
    )  # fmt: skip
    turn.data.pop(_KEY, None)
    try:
        received = _store(turn).report(new, turn.now)
    except AlreadyPassedOn as refusal:
        turn.show(SignalKnown(refusal.number), way_back(MenuTap()))
        return At.SENT
    _tell(turn, received, new.subject)
    channel = _store(turn).procedure(new.ci).channel(new.channel)
    is_formal = channel is not None and channel.is_written
    screen = SignalSent(received.number, draft.get("body", ""), received.decide_by, is_client, is_formal)
    own = [Button(label("own_cases", "1"), OwnCasesTap())] if is_client else []
    turn.show(screen, Keyboard.flow(own) + way_back(MenuTap()))
    return At.SENT


def _tell(turn: Turn, received: Received, subject: Subject) -> None:
    screen = TellSignal(received.number, received.decide_by, subject, is_office=not received.has_officer)
    for person in received.listeners:
        if person.chat != turn.incoming.chat_id:
            button = Button(label("open_case"), CaseTap(received.id, person.membership))
            buttons = [button] if received.has_officer else []
            turn.say(screen, Keyboard.flow(buttons) + way_back(None), to_chat=person.chat)


# ------------------------------------------------------------------------------------------------ the audit day


def from_day(desk: JudgingDesk, tap: DaySignalTap) -> AnyState | None:
    """Propose an answer of an audit day as a signal; a person confirms it."""
    questions = desk.turn.work.audit_rules.day_questions
    question = questions[tap.question] if 0 <= tap.question < len(questions) else None
    loud = signals(desk.store.day_answers(desk.audit), questions)
    found = [one for one in loud if question and one.question == question.id and one.day.isoformat() == tap.day]
    if not found or question is None:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    organisation = desk.turn.actor.organisation
    desk.turn.data[_KEY] = {
        "text": found[0].text or question.text, "audit": desk.audit.id, "channel": "evaluation_form",
        "ci": organisation.id if organisation else None, "body": organisation.name if organisation else "",
        "origin": origin_of(desk.audit.id, found[0].day, question.id),
    }  # fmt: skip
    return confirm(desk.turn)


def origin_of(audit: AuditId, day: date, question: str) -> str:
    """Return what a signal from an audit day is called, so that it is passed on once."""
    return f"day:{audit}:{day.isoformat()}:{question}"


def passed_on(desk: JudgingDesk, day: date) -> frozenset[str]:
    """Return the questions of a day of which the answer was passed on as a signal; none for who may not report."""
    if not desk.turn.actor.may(Permission.REPORT_SIGNAL):
        return frozenset()
    known = _store(desk.turn).passed_on(desk.audit.id)
    questions = desk.turn.work.audit_rules.day_questions
    return frozenset(one.id for one in questions if origin_of(desk.audit.id, day, one.id) in known)


def day_buttons(desk: JudgingDesk, day: date, loud: Sequence[bool]) -> list[Button]:
    """Return a button for every answer of a day that sounds like displeasure; `loud` says it of each question."""
    if not desk.turn.actor.may(Permission.REPORT_SIGNAL):
        return []
    return [
        Button(label("pass_day_signal", str(index + 1)), DaySignalTap(day.isoformat(), index))
        for index, is_loud in enumerate(loud)
        if is_loud
    ]


def _may(step: Any) -> Any:
    """Return a step for who may report; storage refuses as well."""
    return needs(Permission.REPORT_SIGNAL, step)


def answer_command(turn: Turn, given: CommandGiven) -> AnyState | None:
    """Begin, or tell whoever has no role here where a complaint can go."""
    if not turn.actor.may(Permission.REPORT_SIGNAL):
        show_trouble(turn, Trouble.COMPLAIN_ELSEWHERE)
        return None
    return start(turn, given)


REPORTING = Conversation(
    name="complaint_report",
    entry_points=[
        on_command("klacht", answer_command),
        on_command("signaal", answer_command),
        on_tap(SignalTap, _may(start)),
        on_tap(BodyTap, _may(take_body)),
        on_tap(SubjectTap, _may(take_subject)),
        on_tap(AsWhomTap, _may(take_as_whom)),
        on_tap(FormalTap, _may(take_formal)),
        on_tap(ClientTap, _may(choose_client)),
        on_tap(ChannelTap, _may(choose_channel)),
        on_tap(SendSignalTap, _may(send)),
        on_tap(DaySignalTap, at_desk(Permission.EVALUATE_DAY, from_day)),
    ],
    states={
        At.WHAT: [on_text(_may(take_text))],
        At.CHOOSING: [],
        At.HOLDER: [on_text(_may(take_holder))],
        At.CONFIRM: [on_text(_may(take_text))],
        At.SENT: [],
    },
)

CONVERSATIONS = (REPORTING,)
