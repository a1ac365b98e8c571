"""The terms: where the process of an audit stands, whose turn it is, and recording what happened.

    ⏰ Termijnen -> TERMS -> a term -> happened -> (outcome) -> WHEN -> recorded
                         -> why, tomorrow, calendar
                         -> what happened -> an event -> ANOTHER_DAY -> confirm -> corrected, or withdrawn

The same for a team leader, the office of the CI, a coordinator and the secretariat; storage decides who may record
what. A reminder carries the role that it was sent to, so that its buttons work wherever the person is by then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct

from conversations.acting import Step, switch
from conversations.audit_acting import AUDIT_ROLES, engagement_of
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, MediaGiven, Tap, TextGiven, Turn, on_tap, on_text
from conversations.taps import way_back
from conversations.term_reminders import about_term
from conversations.term_taps import (
    CalendarTap,
    CorrectTap,
    EventsTap,
    EventTap,
    HappenedTap,
    RecordTap,
    RemindersTap,
    SetRemindersTap,
    SnoozeTap,
    TermsTap,
    TermTap,
    TimelinePictureTap,
    WhyTap,
    WithdrawTap,
    YesCorrectTap,
)
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.combination import shared_with
from domain.dates import parse_date
from domain.deadlines import Deadline, TermState, next_up
from domain.process import CERTIFICATE_EXPIRY, CERTIFICATE_STEPS, EventId, EventKind, ProcessEvent
from domain.reminders import ReminderKind
from domain.roles import Permission
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.interfaces import NotAllowed
from storage.process_interfaces import AlreadyRecorded, CorrectedMeanwhile, ProcessAudit, ProcessLog
from templates.common_screens import Trouble
from templates.render import label, shorten
from templates.screens import in_words_of
from templates.term_screens import (
    AskOutcome,
    AskWhen,
    ChooseProcess,
    ChooseReminders,
    ConfirmCorrection,
    ConfirmWithdrawal,
    EventConflict,
    EventVersion,
    ExplainTerm,
    MakingFile,
    ShowEvent,
    ShowEvents,
    ShowTerm,
    ShowTerms,
    TermLine,
    WhyLink,
)

_MAX_AUDITS = 8  # in the choice between audits, the newest first
_MAX_DAYS_AGO = 365  # a tap may carry anything
_WEIGHED = (Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)
_MAX_LABEL = 24

T = TypeVar("T", bound=Tap | TextGiven | MediaGiven)


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    TERMS = "terms"
    WHEN = "when"
    ANOTHER_DAY = "another_day"


def as_addressed(step: Step[T]) -> Step[T]:
    """Return a step that first goes on in the role that a reminder was sent to; a role that ended refuses kindly."""

    def addressed(turn: Turn, tap: T) -> Any:
        role: MembershipId | None = getattr(tap, "role", None)
        current = turn.actor.membership.id if turn.actor.membership else None
        try:
            if role is not None and role != current:
                switch(turn, role)
            return step(turn, tap)
        except NotAllowed:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None

    return addressed


# ------------------------------------------------------------------------------------------------ the terms


def show_terms(turn: Turn, tap: TermsTap, news: str = "") -> At:
    """Show the terms of an audit; first which, when the person reaches several."""
    log = turn.work.process(turn.actor)
    audit = tap.audit if tap.audit is not None else _current(turn, log)
    if audit is None:
        return _choose(turn, log)
    found, terms = log.get(audit), log.terms(audit, turn.today)
    running = [term for term in terms if term.state.is_running]
    coming = [term for term in terms if term.state is TermState.COMING]
    following = next_up(terms)
    done = sum(term.state in (TermState.DONE, TermState.OVERTAKEN) for term in terms)
    also = _other_half(turn, found)
    lines = {term.term: term_line(turn, found, term, also) for term in (*running, *coming)}
    screen = ShowTerms(
        organisation=found.organisation.name,
        process=found.edition.title,
        lines=tuple(lines[term.term] for term in running),
        coming=tuple(lines[term.term] for term in coming),
        done=done,
        following=lines[following.term] if following is not None else None,
        planning=found.edition.planning if any(t.step.id == CERTIFICATE_EXPIRY for t in running) else None,
        news=news,
        framework=also.own if also else "",
    )
    turn.show(screen, _terms_keyboard(found, [*running, *coming], also))
    return At.TERMS


def _current(turn: Turn, log: ProcessLog) -> AuditId | None:
    """Return the audit that an auditor chose, or the only one that there is."""
    audits = [found.id for found in log.audits()]
    engagement = engagement_of(turn) if turn.actor.role in AUDIT_ROLES else None
    if engagement is not None and engagement.id in audits:  # one that was cancelled has no process
        return engagement.id
    return audits[0] if len(audits) == 1 else None


def _choose(turn: Turn, log: ProcessLog) -> At:
    audits = log.audits()[:_MAX_AUDITS]
    buttons = [
        (Button(shorten(f"{n}. {_called(turn, found)}", _MAX_LABEL), TermsTap(found.id)),)
        for n, found in enumerate(audits, 1)
    ]
    turn.show(ChooseProcess(len(audits)), Keyboard(tuple(buttons)) + way_back(None))
    return At.TERMS


class _OtherHalf(Struct, frozen=True):
    """The other half of a combination: what both are called, and its terms."""

    audit: AuditId
    own: str
    name: str
    terms: tuple[Deadline, ...]


def _other_half(turn: Turn, found: ProcessAudit) -> _OtherHalf | None:
    if found.companion is None:
        return None
    log, frameworks = turn.work.process(turn.actor), turn.work.frameworks
    try:
        other = log.get(found.companion)
    except NotAllowed:  # it was cancelled by itself
        return None
    own, name = (frameworks[half.framework].short_name for half in (found, other))
    return _OtherHalf(other.id, own, name, log.terms(other.id, turn.today))


def _called(turn: Turn, found: ProcessAudit) -> str:
    """Return what an audit is called in a choice; the halves of a combination by what they are about."""
    name = found.organisation.name
    about = turn.work.frameworks[found.framework].short_name
    return f"{about} · {name}" if found.companion is not None else name


def term_line(turn: Turn, found: ProcessAudit, term: Deadline, also: _OtherHalf | None = None) -> TermLine:
    """Return a term as a list shows it; in a combination with whether it counts for the other half as well."""
    shared = also is not None and shared_with(term, also.terms) is not None
    return TermLine(
        title=term.step.title,
        party=term.party,
        state=term.state,
        due=term.due,
        days_left=(term.due - turn.today).days if term.due is not None else None,
        is_own=term.party is found.party,
        is_choice=term.step.is_choice,
        also=also.name if also is not None and shared else "",
    )


def _terms_keyboard(found: ProcessAudit, terms: list[Deadline], also: _OtherHalf | None) -> Keyboard:
    rows = [
        (Button(shorten(term.step.title, _MAX_LABEL), TermTap(found.id, term.step.id, term.round)),) for term in terms
    ]
    around = [
        Button(label("term_of_other_half", also.name), TermsTap(found.companion)) if also else None,
        Button(label("term_timeline"), TimelinePictureTap(found.id)),
        Button(label("term_events"), EventsTap(found.id)),
        Button(label("term_calendar"), CalendarTap(found.id)),
        Button(label("term_all_calendar"), CalendarTap()),
        Button(label("term_reminders"), RemindersTap()),
    ]
    return Keyboard(tuple(rows)) + Keyboard.flow(around) + way_back(None)


# --------------------------------------------------------------------------------------------------- a term


def show_term(turn: Turn, tap: TermTap | SnoozeTap | WhyTap, news: str = "") -> At:
    """Show one term with what can be done about it; one that is no more leads to what is."""
    log = turn.work.process(turn.actor)
    term = _term(turn, log, tap)
    if term is None:
        return show_terms(turn, TermsTap(tap.audit))
    found = log.get(tap.audit)
    happened = _recordable(log, found, term) if _may_happen(term) else []
    missing = found.edition.events[term.missing] if term.missing else None
    also = _other_half(turn, found)
    line = term_line(turn, found, term, also)
    screen = ShowTerm(found.organisation.name, line, missing, bool(happened), news, also.own if also else "")
    turn.show(screen, term_keyboard(found, term, happened))
    return At.TERMS


def _may_happen(term: Deadline) -> bool:
    """Say whether there is anything to record: what lapsed may still come, and what is over is corrected elsewhere."""
    return term.state in (TermState.OPEN, TermState.LATE, TermState.COMING, TermState.LAPSED)


def _term(turn: Turn, log: ProcessLog, tap: TermTap | SnoozeTap | WhyTap) -> Deadline | None:
    terms = log.terms(tap.audit, turn.today)
    return next((term for term in terms if (term.step.id, term.round) == (tap.step, tap.round)), None)


def _recordable(log: ProcessLog, found: ProcessAudit, term: Deadline) -> list[EventKind]:
    """Return what can be recorded about a term: what its step produces, and the date that it waits for."""
    kinds = [*term.step.produces, *([term.missing] if term.missing else [])]
    return [kind for kind in kinds if log.may_record(found.id, kind)]


def term_keyboard(found: ProcessAudit, term: Deadline, happened: list[EventKind]) -> Keyboard:
    """What can be done about a term."""
    done = [
        Button(
            label("term_record_missing", kind) if kind is term.missing else label("term_done", kind),
            HappenedTap(found.id, kind),
        )
        for kind in happened
    ]
    return Keyboard.flow(done, about_term(found.id, term)) + way_back(TermsTap(found.id))


def explain_term(turn: Turn, tap: WhyTap) -> At:
    """Say which rule gives the date, from which day it counts, and what happens after it."""
    log = turn.work.process(turn.actor)
    term = _term(turn, log, tap)
    if term is None:
        return show_terms(turn, TermsTap(tap.audit))
    found = log.get(tap.audit)
    events = found.edition.events
    links = tuple(
        WhyLink(events[link.event].phrase, link.on, link.lapsed.title if link.lapsed else None) for link in term.path
    )
    turn.show(ExplainTerm(found.organisation.name, term, links), way_back(TermTap(tap.audit, tap.step, tap.round)))
    return At.TERMS


def snooze(turn: Turn, tap: SnoozeTap) -> At:
    """Leave the person alone until tomorrow; the term stays."""
    log = turn.work.process(turn.actor)
    term = _term(turn, log, tap)
    if term is not None and term.state.is_running:
        log.snooze(tap.audit, term.term, turn.today + timedelta(days=1), turn.now)
        also = _other_half(turn, log.get(tap.audit))
        if also is not None and shared_with(term, also.terms) is not None:  # it is said as one
            log.snooze(also.audit, term.term, turn.today + timedelta(days=1), turn.now)
    return show_term(turn, tap, "snoozed")


# --------------------------------------------------------------------------------------------- what happened


def ask_when(turn: Turn, tap: HappenedTap, problem: str = "") -> At:
    """Ask on which day it was; first with which outcome, where one goes with it."""
    log = turn.work.process(turn.actor)
    found = log.get(tap.audit)
    if not log.may_record(tap.audit, tap.kind):
        raise NotAllowed(tap.kind.value)
    rule = found.edition.events[tap.kind]
    if rule.needs_outcome and tap.outcome not in _WEIGHED:
        has_limits = turn.work.frameworks[found.framework].weighing.has_limits
        outcomes = [each for each in _WEIGHED if has_limits or each is not Outcome.FOLLOWUP_REQUIRED]
        choices = [
            Button(_outcome_label(turn, found, each), HappenedTap(tap.audit, tap.kind, each)) for each in outcomes
        ]
        turn.show(AskOutcome(rule.title), Keyboard.flow(choices) + way_back(TermsTap(tap.audit)))
        return At.TERMS
    outcome = tap.outcome if rule.needs_outcome else None
    turn.data.clear()
    turn.data.update(audit=tap.audit, kind=tap.kind.value, outcome=outcome.value if outcome else "")
    days = [] if tap.kind is EventKind.CERTIFICATE_EXPIRY else [0, 1, 2]
    buttons = [Button(label("on_day", str(ago)), RecordTap(tap.audit, tap.kind, ago, outcome)) for ago in days]
    turn.show(AskWhen(rule.title, problem), Keyboard.flow(buttons) + way_back(TermsTap(tap.audit)))
    return At.WHEN


def _outcome_label(turn: Turn, found: ProcessAudit, outcome: Outcome) -> str:
    if outcome is Outcome.ALL_MET:
        return label("final_all_met", turn.work.frameworks[found.framework].in_audit[Verdict.MET])
    return label("final_outcome", outcome)


def record_days_ago(turn: Turn, tap: RecordTap) -> At:
    """Record that it happened today, yesterday or the day before."""
    if not 0 <= tap.days_ago <= _MAX_DAYS_AGO:
        return show_terms(turn, TermsTap(tap.audit))
    return _record(turn, tap.audit, tap.kind, turn.today - timedelta(days=tap.days_ago), tap.outcome)


def record_typed(turn: Turn, given: TextGiven) -> At:
    """Record that it happened on the day that was typed."""
    data = turn.data
    if "audit" not in data or data.get("kind") not in frozenset(EventKind):
        return show_terms(turn, TermsTap())  # nothing was asked (any more)
    audit, kind = AuditId(data["audit"]), EventKind(data["kind"])
    outcome = Outcome(data["outcome"]) if data.get("outcome") else None
    rule = turn.work.process(turn.actor).get(audit).edition.events[kind]
    day = _past_day(given.text, turn.today, may_be_ahead=_may_lie_ahead(kind))
    if isinstance(day, str):
        return ask_when(turn, HappenedTap(audit, kind, outcome if rule.needs_outcome else None), day)
    return _record(turn, audit, kind, day, outcome)


def _may_lie_ahead(kind: EventKind) -> bool:
    """Say whether a day may still have to come: a certificate that follows on the old one is dated ahead."""
    return kind in (EventKind.CERTIFICATE_EXPIRY, EventKind.CERTIFICATE_ISSUED)


def _past_day(text: str, today: date, *, may_be_ahead: bool) -> date | str:
    """Return the day that a person typed, or why it cannot be used; without a year it is the last such day."""
    day = parse_date(text, today)
    if day is None:
        return "unclear"
    if day <= today or may_be_ahead:
        return day
    last_year = parse_date(text, today - timedelta(days=366))
    if last_year is not None and last_year <= today and (last_year.month, last_year.day) == (day.month, day.day):
        return last_year
    return "future"


def _record(turn: Turn, audit: AuditId, kind: EventKind, on: date, outcome: Outcome | None) -> At:
    log = turn.work.process(turn.actor)
    try:
        log.record(audit, kind, on, turn.now, outcome.value if outcome else "")
    except AlreadyRecorded as refused:
        title = log.get(audit).edition.events[kind].title
        turn.show(EventConflict(title, refused.event), _event_keyboard(log, refused.event))
        return At.TERMS
    return show_terms(turn, TermsTap(audit), "recorded")


def show_events(turn: Turn, tap: EventsTap, news: str = "") -> At:
    """List what happened, with a button for what can be put right."""
    log = turn.work.process(turn.actor)
    found, events = log.get(tap.audit), log.events(tap.audit)
    rules = found.edition.events
    lines = tuple((event, rules[event.kind].title) for event in events)
    own = [
        event
        for event in events
        if not (event.is_derived or rules[event.kind].is_kept_elsewhere)
        and found.party in rules[event.kind].recorded_by
    ]
    buttons = [(Button(shorten(rules[event.kind].title, _MAX_LABEL), EventTap(tap.audit, event.id)),) for event in own]
    keyboard = Keyboard(tuple(buttons)) + way_back(TermsTap(tap.audit))
    screen = in_words_of(ShowEvents(found.organisation.name, lines, news), turn.work.frameworks[found.framework])
    turn.show(screen, keyboard)
    return At.TERMS


def show_event(turn: Turn, tap: EventTap) -> At:
    """Show one event with its versions."""
    log = turn.work.process(turn.actor)
    event = _event(log, tap.audit, tap.event)
    if event is None:
        return show_events(turn, EventsTap(tap.audit))
    found = log.get(tap.audit)
    title = found.edition.events[event.kind].title
    versions = tuple(
        EventVersion(version.on, version.recorded_at, is_withdrawn)
        for version, is_withdrawn in log.history(tap.audit)
        if version.id == event.id and version.recorded_at is not None
    )
    screen = in_words_of(ShowEvent(title, event, versions), turn.work.frameworks[found.framework])
    turn.show(screen, _event_keyboard(log, event))
    return At.TERMS


def _event_keyboard(log: ProcessLog, event: ProcessEvent) -> Keyboard:
    found = log.get(event.audit)
    may_change = not event.is_derived and found.party in found.edition.events[event.kind].recorded_by
    may_withdraw = may_change and log.may_record(event.audit, event.kind)
    return Keyboard.flow(
        [
            Button(label("event_correct"), CorrectTap(event.audit, event.id, event.version)) if may_change else None,
            Button(label("event_withdraw"), WithdrawTap(event.audit, event.id, event.version))
            if may_withdraw
            else None,
        ]
    ) + way_back(EventsTap(event.audit))


def _event(log: ProcessLog, audit: AuditId, event: EventId) -> ProcessEvent | None:
    return next((found for found in log.events(audit) if found.id == event and not found.is_derived), None)


def ask_other_day(turn: Turn, tap: CorrectTap, problem: str = "") -> At:
    """Ask on which day it really was."""
    log = turn.work.process(turn.actor)
    event = _event(log, tap.audit, tap.event)
    if event is None:
        return show_events(turn, EventsTap(tap.audit))
    turn.data.clear()
    turn.data.update(audit=tap.audit, event=tap.event, version=tap.version)
    title = log.get(tap.audit).edition.events[event.kind].title
    turn.show(AskWhen(title, problem), way_back(EventTap(tap.audit, tap.event)))
    return At.ANOTHER_DAY


def confirm_other_day(turn: Turn, given: TextGiven) -> At:
    """Show what would change, and ask whether that is meant."""
    data = turn.data
    if not {"audit", "event", "version"} <= data.keys():
        return show_terms(turn, TermsTap())
    audit, number, version = AuditId(data["audit"]), EventId(data["event"]), int(data["version"])
    log = turn.work.process(turn.actor)
    event = _event(log, audit, number)
    if event is None:
        return show_events(turn, EventsTap(audit))
    day = _past_day(given.text, turn.today, may_be_ahead=_may_lie_ahead(event.kind))
    if isinstance(day, str):
        return ask_other_day(turn, CorrectTap(audit, number, version), day)
    title = log.get(audit).edition.events[event.kind].title
    yes = Button(label("yes_correct"), YesCorrectTap(audit, number, version, day.toordinal()))
    turn.show(ConfirmCorrection(title, event.on, day), Keyboard.flow([yes]) + way_back(EventTap(audit, number)))
    return At.TERMS


def correct(turn: Turn, tap: YesCorrectTap) -> At:
    """Put the day right, unless somebody changed it meanwhile."""
    day = date.fromordinal(tap.day) if 1 <= tap.day <= date.max.toordinal() else turn.today
    return _change(turn, tap, "corrected", lambda log, event: log.correct(event, day, turn.now))


def _differs(turn: Turn, event: ProcessEvent) -> bool:
    """Say whether a certificate went out with another day than the one that was put right."""
    is_issue = event.kind is EventKind.CERTIFICATE_ISSUED and turn.actor.may(Permission.KEEP_REGISTER)
    return is_issue and turn.work.register(turn.actor).proposed_edition(event.audit) is not None


def withdraw(turn: Turn, tap: WithdrawTap) -> At:
    """Ask whether it did not happen after all, and then take it back."""
    if tap.is_certain:
        return _change(turn, tap, "withdrawn", lambda log, event: log.withdraw(event, turn.now))
    log = turn.work.process(turn.actor)
    event = _event(log, tap.audit, tap.event)
    if event is None:
        return show_events(turn, EventsTap(tap.audit))
    title = log.get(tap.audit).edition.events[event.kind].title
    yes = Button(label("yes_withdraw"), WithdrawTap(tap.audit, tap.event, tap.version, is_certain=True))
    turn.show(ConfirmWithdrawal(title, event.on), Keyboard.flow([yes]) + way_back(EventTap(tap.audit, tap.event)))
    return At.TERMS


def _change(
    turn: Turn, tap: YesCorrectTap | WithdrawTap, news: str, write: Callable[[ProcessLog, ProcessEvent], object]
) -> At:
    """Write a new version of the event that the person saw; one that changed meanwhile is shown as it is now."""
    log = turn.work.process(turn.actor)
    event = _event(log, tap.audit, tap.event)
    if event is None:
        return show_events(turn, EventsTap(tap.audit))
    try:
        if event.version != tap.version:
            raise CorrectedMeanwhile(event)
        write(log, event)
    except CorrectedMeanwhile as refused:
        title = log.get(tap.audit).edition.events[event.kind].title
        turn.show(EventConflict(title, refused.event), way_back(EventTap(tap.audit, tap.event)))
        return At.TERMS
    return show_terms(turn, TermsTap(tap.audit), "certificate_differs" if _differs(turn, event) else news)


# ------------------------------------------------------------------------------- calendar and reminders


def make_calendar(turn: Turn, tap: CalendarTap) -> At:
    """Make a calendar file of one audit, or of all that the person has a part in."""
    if tap.audit is not None:
        turn.work.process(turn.actor).get(tap.audit)
    turn.job("calendar", audit=tap.audit)
    turn.show(MakingFile(), way_back(TermsTap(tap.audit)))
    return At.TERMS


def make_timeline(turn: Turn, tap: TimelinePictureTap) -> At:
    """Make the picture of the whole process."""
    turn.work.process(turn.actor).get(tap.audit)
    turn.job("timeline_picture", audit=tap.audit)
    turn.show(MakingFile(is_picture=True), way_back(TermsTap(tap.audit)))
    return At.TERMS


def show_reminders(turn: Turn, _: object) -> At:
    """Show which reminders the person wants."""
    stopped = turn.work.process(turn.actor).stopped_reminders()
    buttons = [
        Button(
            label("reminders_off" if kind in stopped else "reminders_on", kind), SetRemindersTap(kind, kind in stopped)
        )
        for kind in ReminderKind
    ]
    rules = turn.work.audit_rules
    screen = ChooseReminders(
        stopped, rules.newest_edition.reminders, rules.working_days.hours, len(rules.evaluation.remind_after)
    )
    turn.show(screen, Keyboard.flow(buttons) + way_back(TermsTap()))
    return At.TERMS


def set_reminders(turn: Turn, tap: SetRemindersTap) -> At:
    """Stop or begin one kind of reminder."""
    turn.work.process(turn.actor).set_reminders(tap.kind, turn.now, are_wanted=tap.are_wanted)
    return show_reminders(turn, tap)


# --------------------------------------------------------------------------------------- for other screens


def headline(turn: Turn, audit: AuditId | None = None) -> TermLine | None:
    """Return the term on which an audit waits, for a menu: of a given audit, or the newest that waits for somebody."""
    log = turn.work.process(turn.actor)
    try:
        found = log.get(audit) if audit is not None else next(iter(log.audits()), None)
    except NotAllowed:  # it was cancelled: its menu is still there, and nothing of it falls due
        return None
    waiting = next_up(log.terms(found.id, turn.today)) if found is not None else None
    if found is None or waiting is None or waiting.due is None or waiting.step.id in CERTIFICATE_STEPS:
        return None
    return term_line(turn, found, waiting)


def has_process(turn: Turn) -> bool:
    """Say whether the person has a part in any audit."""
    return bool(turn.work.process(turn.actor).audits())


TERMS = Conversation(
    name="terms",
    entry_points=[
        on_tap(TermsTap, as_addressed(show_terms)),
        on_tap(TermTap, as_addressed(show_term)),
        on_tap(WhyTap, as_addressed(explain_term)),
        on_tap(SnoozeTap, as_addressed(snooze)),
        on_tap(HappenedTap, as_addressed(ask_when)),
        on_tap(RecordTap, as_addressed(record_days_ago)),
        on_tap(EventsTap, as_addressed(show_events)),
        on_tap(EventTap, as_addressed(show_event)),
        on_tap(CorrectTap, as_addressed(ask_other_day)),
        on_tap(YesCorrectTap, as_addressed(correct)),
        on_tap(WithdrawTap, as_addressed(withdraw)),
        on_tap(CalendarTap, as_addressed(make_calendar)),
        on_tap(TimelinePictureTap, as_addressed(make_timeline)),
        on_tap(RemindersTap, as_addressed(show_reminders)),
        on_tap(SetRemindersTap, as_addressed(set_reminders)),
    ],
    states={
        At.TERMS: [],
        At.WHEN: [on_text(as_addressed(record_typed))],
        At.ANOTHER_DAY: [on_text(as_addressed(confirm_other_day))],
    },
)

CONVERSATIONS = (TERMS,)
