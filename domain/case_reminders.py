"""Reminders of a case: a term in hours at any hour of the day, a term in days in working hours, each moment once.

    term -> rungs (at once, after 24 hours, 4 hours before the end, late | 7 and 1 days before, the day, a day late)

A rung on a closed day moves to the working day before; what was missed in a standstill is said in one message. The same
for every kind of case, so it knows nothing of complaints or appeals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from domain.case_procedure import CaseRungs
from domain.reminders import Saying
from domain.working_days import WorkingDays, local_day

FIRST = "h0"  # the rung that is said at once


class CaseRung(Struct, frozen=True):
    """One moment of reminding; `is_late` when the term has passed, so that others hear it as well."""

    name: str
    at: datetime
    is_late: bool = False


class TermOfCase(Struct, frozen=True):
    """A term as reminders see it: from when, until which moment (`ends_at`, in hours) or through which day (`due`)."""

    name: str
    began_at: datetime
    due: date
    ends_at: datetime | None = None


def rungs(term: TermOfCase, moments: CaseRungs, working: WorkingDays) -> tuple[CaseRung, ...]:
    """Return when people are reminded of a term, the earliest first."""
    found = _in_hours(term, term.ends_at, moments) if term.ends_at is not None else _in_days(term, moments, working)
    return tuple(sorted((rung for rung in found if rung.at >= term.began_at), key=lambda rung: rung.at))


def _in_hours(term: TermOfCase, ends_at: datetime, moments: CaseRungs) -> list[CaseRung]:
    return [
        *(CaseRung(f"h{hours}", term.began_at + timedelta(hours=hours)) for hours in moments.hours_after),
        *(CaseRung(f"-{hours}h", ends_at - timedelta(hours=hours)) for hours in moments.hours_before),
        CaseRung("late", ends_at + timedelta(seconds=1), is_late=True),
    ]


def _in_days(term: TermOfCase, moments: CaseRungs, working: WorkingDays) -> list[CaseRung]:
    before = [
        CaseRung(f"{days}d", working.opening(working.on_or_before(term.due - timedelta(days=days))))
        for days in moments.days_before
    ]
    late = [
        CaseRung(f"late{days}", working.opening(working.on_or_after(term.due + timedelta(days=days))), is_late=True)
        for days in moments.days_after
    ]
    return [*before, *late]


def due_now(
    term: TermOfCase,
    moments: CaseRungs,
    heard: Collection[Saying],
    now: datetime,
    working: WorkingDays,
    *,
    hears_only_late: bool = False,
) -> tuple[Saying, ...]:
    """Return what one person has to hear now, as what is ticked off with it: one message, however much was missed.

    Empty outside working hours for a term in days; `hears_only_late` for who comes in when it is too late.
    """
    if term.ends_at is None and not working.is_open(now):
        return ()
    return tuple(
        Saying(term.name, term.due, rung.name)
        for rung in rungs(term, moments, working)
        if rung.at <= now
        and (rung.is_late or not hears_only_late)
        and Saying(term.name, term.due, rung.name) not in heard
    )


def next_look(term: TermOfCase, moments: CaseRungs, now: datetime, working: WorkingDays) -> datetime | None:
    """Return when a case has to be looked at again, None when time alone says nothing more."""
    if term.ends_at is None and not working.is_open(now):
        return working.next_opening(now)
    later: Iterable[datetime] = (rung.at for rung in rungs(term, moments, working) if rung.at > now)
    return min(later, default=None)


def hours_left(ends_at: datetime, now: datetime) -> int:
    """Return the whole hours until a moment, rounded up; 0 or less when it has passed."""
    seconds = (ends_at.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
    return -int(-seconds // 3600)


def days_left(due: date, now: datetime) -> int:
    """Return the days until a due date as people count them; below 0 when it has passed."""
    return (due - local_day(now)).days
