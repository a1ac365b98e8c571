"""Reminders: the right day, the right person, and each once; whatever stands still meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.holidays_nl import dutch_working_days
from domain.audit import AuditId, AuditKind, ProcessId
from domain.deadlines import Case, Deadline, deadlines
from domain.process import EventId, EventKind, ProcessEvent
from domain.reminders import Ear, Listener, Reminder, ReminderKind, Saying, due_now, next_look, rungs
from domain.working_days import AMSTERDAM
from storage.process_content import load_processes

EDITION = load_processes()[ProcessId("2021")]
MOMENTS = EDITION.reminders
WORKING = dutch_working_days()
LEADER = frozenset({Ear.CI, Ear.LEADER})
MEMBER = frozenset({Ear.MEMBER})


def at(day: date, hour: int = 10) -> datetime:
    """Return a moment of a day in Amsterdam."""
    return datetime.combine(day, time(hour), AMSTERDAM).astimezone(UTC)


def terms_on(today: date, **happened: date) -> tuple[Deadline, ...]:
    events = [ProcessEvent(EventId(1), AuditId(1), EventKind(kind), on) for kind, on in happened.items()]
    return deadlines(EDITION, Case(AuditKind.RECERTIFICATION, True), events, today)


def draft(today: date, last_day: date = date(2026, 12, 2)) -> Deadline:
    return next(term for term in terms_on(today, last_audit_day=last_day) if term.step.id == "draft_report")


# --- which days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [
        # Due Wednesday 16 December: 14, 7, 3 (Sunday -> Friday 11), 1 day before and the day itself.
        (date(2026, 12, 2), {"14d": (12, 2), "7d": (12, 9), "3d": (12, 11), "1d": (12, 15), "0d": (12, 16)}),
        # Due Saturday 26 December, second day of Christmas: Friday is closed too, so everything near is Thursday.
        (date(2026, 12, 12), {"7d": (12, 18), "3d": (12, 23), "1d": (12, 24), "0d": (12, 24)}),
        # Due Easter Monday 2027: the last working day before is Thursday, for Good Friday is closed.
        (date(2027, 3, 15), {"14d": (3, 15), "7d": (3, 22), "3d": (3, 25), "1d": (3, 25), "0d": (3, 25)}),
        # Due King's Day: the day itself moves to Monday.
        (date(2027, 4, 13), {"14d": (4, 13), "7d": (4, 20), "3d": (4, 23), "1d": (4, 26), "0d": (4, 26)}),
    ],
)
def test_a_rung_on_a_closed_day_moves_to_the_working_day_before(
    last_day: date, expected: dict[str, tuple[int, int]]
) -> None:
    """A rung that would lie before the term began is left out, also when only the moving brings it there."""
    found = rungs(draft(last_day, last_day), MOMENTS, WORKING)

    before = {rung.name: (rung.on.month, rung.on.day) for rung in found if rung.kind is ReminderKind.TERM}
    assert before == expected


def test_late_comes_on_the_first_working_day_after() -> None:
    found = rungs(draft(date(2027, 1, 10), date(2026, 12, 18)), MOMENTS, WORKING)  # due Friday 1 January

    late = [(rung.name, rung.on, rung.is_for_all) for rung in found if rung.kind is ReminderKind.LATE]
    assert late == [("late1", date(2027, 1, 4), False), ("late8", date(2027, 1, 11), True)]


def test_a_certificate_is_announced_in_months() -> None:
    term = next(t for t in terms_on(date(2027, 3, 21), certificate_issued=date(2027, 3, 20)) if t.within)

    found = {rung.name: rung.on for rung in rungs(term, MOMENTS, WORKING)}

    assert found == {
        "12m": date(2028, 3, 20),
        "9m": date(2028, 6, 20),
        "6m": date(2028, 9, 20),
        "3m": date(2028, 12, 20),
        "6w": date(2029, 2, 6),
        "2w": date(2029, 3, 6),
    }


def test_a_step_without_a_date_reminds_of_nothing() -> None:
    term = next(t for t in terms_on(date(2026, 11, 1), ci_contracted=date(2026, 10, 5)) if t.step.id == "prepare_audit")

    assert rungs(term, MOMENTS, WORKING) == ()


# --- what one person hears -------------------------------------------------------------------------------------------


def hear(today: date, ears: Iterable[Ear] = LEADER, hour: int = 10, **listener: object) -> tuple[Reminder, ...]:
    now, listens = at(today, hour), Listener(frozenset(ears), **listener)  # type: ignore[arg-type]
    return due_now(terms_on(today, last_audit_day=date(2026, 12, 2)), MOMENTS, listens, now, WORKING)


def test_the_one_who_acts_hears_it_with_the_true_distance() -> None:
    """Sunday's rung is said on Friday, and then five days are left, not three."""
    heard = hear(date(2026, 12, 11))

    assert [(r.term.step.id, r.days_left) for r in heard] == [("draft_report", 5)]


def test_the_other_side_does_not_hear_it() -> None:
    assert hear(date(2026, 12, 9), MEMBER) == ()


@pytest.mark.parametrize("hour", [0, 8, 18, 23])
def test_nobody_is_disturbed_outside_working_hours(hour: int) -> None:
    assert hear(date(2026, 12, 9), hour=hour) == ()


def test_nobody_is_disturbed_in_the_weekend() -> None:
    assert hear(date(2026, 12, 12)) == ()


def test_missed_rungs_become_one_line() -> None:
    """After a month of standstill nobody gets five messages about the same report."""
    [heard] = hear(date(2027, 1, 18))

    assert (heard.days_left, heard.kind) == (-33, ReminderKind.LATE)
    assert [saying.rung for saying in heard.sayings] == ["14d", "7d", "3d", "1d", "0d", "late1", "late8"]


def test_late_is_heard_by_the_leader_and_later_by_the_member() -> None:
    office, leader = frozenset({Ear.CI}), frozenset({Ear.LEADER})

    assert all(hear(date(2026, 12, 17), ears) for ears in (office, leader))
    assert hear(date(2026, 12, 17), MEMBER) == ()
    assert [r.kind for r in hear(date(2026, 12, 24), MEMBER)] == [ReminderKind.LATE]


def test_a_snooze_waits_and_then_says_it_again() -> None:
    """ "Morgen" moves the reminder and never the term."""
    heard = {Saying("draft_report:1", date(2026, 12, 16), rung) for rung in ("14d", "7d", "3d", "1d")}
    snoozed = {"draft_report:1": date(2026, 12, 16)}

    assert hear(date(2026, 12, 15), heard=heard, snoozed=snoozed) == ()
    [again] = hear(date(2026, 12, 16), heard=heard, snoozed=snoozed)

    assert again.term.due == date(2026, 12, 16)
    assert [saying.rung for saying in again.sayings] == ["0d", "z20261216"]
    assert hear(date(2026, 12, 16), heard=heard | set(again.sayings), snoozed=snoozed) == ()


def test_a_term_that_moved_is_announced_anew() -> None:
    """Somebody corrected the audit day: the day that people knew is not the day any more."""
    heard = {Saying("draft_report:1", date(2026, 12, 15), "7d")}

    assert hear(date(2026, 12, 9), heard=heard)


# --- a whole time of it ----------------------------------------------------------------------------------------------


def live(
    start: date, days: int, skip: Iterable[int] = (), minutes: int = 60, **happened: date
) -> list[tuple[date, Reminder]]:
    """Let time pass as the heartbeat does: look when it has to, unless the machine stands still that day."""
    standstill = frozenset(skip)
    said: list[tuple[date, Reminder]] = []
    heard: set[Saying] = set()
    look: datetime | None = at(start, 0)
    now, end = at(start, 0), at(start + timedelta(days=days), 0)
    while now < end:
        today = now.astimezone(AMSTERDAM).date()
        if look is not None and look <= now and (today - start).days not in standstill:
            terms = terms_on(today, **happened)
            listener = Listener(LEADER | MEMBER | {Ear.SWN}, heard=frozenset(heard))
            found = due_now(terms, MOMENTS, listener, now, WORKING)
            for reminder in found:
                said.append((today, reminder))
                heard |= set(reminder.sayings)
            look = next_look(terms, MOMENTS, [listener], now, WORKING)
        now += timedelta(minutes=minutes)
    return said


def test_each_reminder_comes_once_over_the_change_to_summer_time() -> None:
    """The clocks go forward on 28 March 2027; nine in the morning is nine on both sides."""
    said = live(date(2027, 3, 15), 25, last_audit_day=date(2027, 3, 17))

    assert [(day.isoformat(), r.days_left) for day, r in said if r.term.step.id == "draft_report"] == [
        ("2027-03-17", 14),
        ("2027-03-24", 7),
        ("2027-03-25", 6),
        ("2027-03-30", 1),
        ("2027-03-31", 0),
        ("2027-04-01", -1),
        ("2027-04-08", -8),
    ]


def test_nothing_is_said_twice_when_the_clock_goes_back() -> None:
    """On 25 October 2026 an hour comes twice."""
    said = live(date(2026, 10, 19), 14, minutes=30, last_audit_day=date(2026, 10, 14))

    days = [(day, r.term.term) for day, r in said]
    assert len(days) == len(set(days))


def test_a_month_of_standstill_ends_in_one_line_per_term() -> None:
    said = live(date(2026, 12, 1), 60, skip=range(5, 36), last_audit_day=date(2026, 12, 2))

    drafts = [(day.isoformat(), r.days_left) for day, r in said if r.term.step.id == "draft_report"]
    assert drafts == [("2026-12-02", 14), ("2027-01-06", -21)]


@settings(max_examples=25, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.sets(st.integers(0, 40), max_size=20))
def test_whatever_stands_still_nothing_is_said_twice(last_day: date, skip: set[int]) -> None:
    said = live(last_day, 45, skip=skip, minutes=240, last_audit_day=last_day)

    sayings = [saying for _, reminder in said for saying in reminder.sayings]
    assert len(sayings) == len(set(sayings))
    assert all(WORKING.is_working_day(day) for day, _ in said)


def test_the_next_look_is_not_earlier_than_needed() -> None:
    """A million audits that look every minute would be a million too many."""
    today = date(2026, 12, 3)
    terms = terms_on(today, last_audit_day=date(2026, 12, 2))

    found = next_look(terms, MOMENTS, [Listener(LEADER)], at(today), WORKING)

    assert found == at(date(2026, 12, 9), 9)
