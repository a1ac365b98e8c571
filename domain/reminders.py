"""Reminders: who hears of which term, on which day, and never twice.

    deadlines -> rungs (14, 7, 3, 1 days before, on the day, late) -> what one person has to hear now, as one message

A reminder never changes a term. A rung on a closed day moves to the working day before, and the text names the true
distance; a rung from before its term began is skipped. What was said is kept per term, due date, rung and person, so a
term that moves is announced anew and everything else once. After a standstill what was missed is said in one line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from domain.deadlines import Deadline, TermState
from domain.process import CERTIFICATE_EXPIRY, Party, Period, ReminderMoments
from domain.working_days import WorkingDays, local_day


class ReminderKind(StrEnum):
    """What a reminder is about; a person may stop each kind, and the values are stored."""

    TERM = "term"  # it is your turn, and the day comes near
    LATE = "late"  # the day has passed
    RENEWAL = "renewal"  # the certificate lapses in so many months
    EVALUATION = "evaluation"  # look back on an audit (`domain.audit_evaluation`)
    ACTION = "action"  # an action of the improvement plan is to be ready, or should have been


class Ear(StrEnum):
    """As what somebody hears of an audit: for the party that acts, or because they lead the team."""

    MEMBER = "member"
    CI = "ci"
    SWN = "swn_secretariat"
    LEADER = "leader"


class Rung(Struct, frozen=True):
    """One moment of reminding: its name, the working day on which it is said, and the kind.

    `is_for_all`: late so long that the other side hears it too.
    """

    name: str
    on: date
    kind: ReminderKind
    is_for_all: bool = False


class Saying(Struct, frozen=True):
    """What is kept of a reminder that one person heard."""

    term: str
    due: date
    rung: str


class Reminder(Struct, frozen=True):
    """One line for one person: the term, how many days are left (below 0: late), and what is ticked off with it."""

    term: Deadline
    days_left: int
    kind: ReminderKind
    sayings: tuple[Saying, ...]


class Listener(Struct, frozen=True):
    """One person, as far as one audit goes: in which capacity, what they heard already, postponed and stopped."""

    ears: frozenset[Ear]
    heard: Collection[Saying] = ()
    snoozed: Mapping[str, date] = field(default_factory=dict)
    stopped: Collection[ReminderKind] = ()


def rungs(term: Deadline, moments: ReminderMoments, working: WorkingDays) -> tuple[Rung, ...]:
    """Return when people are reminded of a term, the earliest first; nothing for a step without a date."""
    if term.due is None:
        return ()
    if term.step.id == CERTIFICATE_EXPIRY:
        wanted = [(_name(period), period.before(term.due), ReminderKind.RENEWAL) for period in moments.before_expiry]
    else:
        days = term.step.remind_days or moments.term_days
        wanted = [(f"{count}d", term.due - timedelta(days=count), ReminderKind.TERM) for count in days]
    before = [Rung(name, working.on_or_before(day), kind) for name, day, kind in wanted]
    started = [rung for rung in before if term.starts_on is None or rung.on >= term.starts_on]
    return (*started, *(_late_rungs(term, moments, working) if term.state is not TermState.COMING else ()))


def _late_rungs(term: Deadline, moments: ReminderMoments, working: WorkingDays) -> list[Rung]:
    if term.due is None or term.step.is_aim or term.step.id == CERTIFICATE_EXPIRY:
        return []
    return [
        Rung(f"late{count}", working.on_or_after(term.due + timedelta(days=count)), ReminderKind.LATE, number > 0)
        for number, count in enumerate(moments.late_days)
    ]


def _name(period: Period) -> str:
    named = {"d": period.days, "w": period.weeks, "m": period.months, "y": period.years}
    return next(f"{count}{unit}" for unit, count in named.items() if count)


def hears(term: Deadline, rung: Rung, ears: Collection[Ear]) -> bool:
    """Say whether somebody hears a rung: who acts always, the team leader what is late, and then the member as well."""
    if Ear(term.party.value) in ears:
        return True
    if rung.kind is not ReminderKind.LATE:
        return False
    return Ear.LEADER in ears or (rung.is_for_all and term.party is Party.CI and Ear.MEMBER in ears)


def due_now(
    terms: Iterable[Deadline], moments: ReminderMoments, listener: Listener, now: datetime, working: WorkingDays
) -> tuple[Reminder, ...]:
    """Return what one person has to hear now: one line per term, however many rungs were missed.

    What the person stopped comes along as well, with its kind, so that it can be ticked off without being said.
    """
    if not working.is_open(now):
        return ()
    today = local_day(now)
    found = [_reminder(term, moments, listener, today, working) for term in terms if term.state.is_running]
    return tuple(reminder for reminder in found if reminder is not None)


def _reminder(
    term: Deadline, moments: ReminderMoments, listener: Listener, today: date, working: WorkingDays
) -> Reminder | None:
    if term.due is None:
        return None
    mine = [rung for rung in rungs(term, moments, working) if hears(term, rung, listener.ears)]
    passed = [
        rung for rung in mine if rung.on <= today and Saying(term.term, term.due, rung.name) not in listener.heard
    ]
    again_on = listener.snoozed.get(term.term)
    if again_on is not None:
        if today < again_on:
            return None
        again = Rung(f"z{again_on:%Y%m%d}", again_on, ReminderKind.TERM)
        passed += [again] if Saying(term.term, term.due, again.name) not in listener.heard else []
    if not passed:
        return None
    days_left = (term.due - today).days
    kind = ReminderKind.LATE if days_left < 0 else passed[-1].kind
    return Reminder(term, days_left, kind, tuple(Saying(term.term, term.due, rung.name) for rung in passed))


def next_look(
    terms: Iterable[Deadline],
    moments: ReminderMoments,
    listeners: Iterable[Listener],
    now: datetime,
    working: WorkingDays,
) -> datetime | None:
    """Return when an audit has to be looked at again: a rung, the end of a snooze, or a day on which a term passes.

    Assumes that what is due now has been said, so outside working hours it is when they begin; None when time alone
    changes nothing any more.
    """
    if not working.is_open(now):
        return working.next_opening(now)
    today = local_day(now)
    waiting = [term for term in terms if term.state.is_running or term.state is TermState.COMING]
    days = {rung.on for term in waiting for rung in rungs(term, moments, working)}
    days |= {term.due + timedelta(days=1) for term in waiting if term.due is not None}
    days |= {term.starts_on for term in waiting if term.state is TermState.COMING and term.starts_on is not None}
    days |= {until for listener in listeners for until in listener.snoozed.values()}
    ahead = [working.opening(working.on_or_after(day)) for day in days if day >= today]
    later = [moment for moment in ahead if moment > now]
    return min(later, default=None)
