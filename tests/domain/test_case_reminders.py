"""When people hear of the terms of a case: hours at any hour, days in working hours, and what was missed in one go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.case_reminders import TermOfCase, days_left, due_now, hours_left, next_look, rungs
from domain.reminders import Saying
from domain.working_days import AMSTERDAM, Hours, WorkingDays
from storage.complaint_content import load_case_procedure

MOMENTS = load_case_procedure().complaint.reminders
WORKING = WorkingDays(lambda day: day == date(2026, 12, 25))
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
HOURS = TermOfCase("classify", FRIDAY, date(2026, 11, 22), FRIDAY + timedelta(hours=48))
MONTH = TermOfCase("treat", datetime(2026, 11, 25, 9, tzinfo=UTC), date(2026, 12, 25))


def names(term: TermOfCase) -> list[tuple[str, datetime]]:
    return [(rung.name, rung.at) for rung in rungs(term, MOMENTS, WORKING)]


def test_the_hours_do_not_wait_for_monday() -> None:
    """A signal on Friday at half past five is decided on before Sunday at half past five."""
    assert names(HOURS) == [
        ("h0", FRIDAY),
        ("h24", FRIDAY + timedelta(hours=24)),
        ("-4h", FRIDAY + timedelta(hours=44)),
        ("late", FRIDAY + timedelta(hours=48, seconds=1)),
    ]


def test_the_month_is_told_on_working_days_at_nine() -> None:
    """Christmas moves to the day before, and being late to the Monday after."""
    assert names(MONTH) == [
        ("7d", datetime(2026, 12, 18, 8, tzinfo=UTC)),
        ("1d", datetime(2026, 12, 24, 8, tzinfo=UTC)),
        ("0d", datetime(2026, 12, 24, 8, tzinfo=UTC)),
        ("late1", datetime(2026, 12, 28, 8, tzinfo=UTC)),
    ]


def test_what_was_missed_is_said_once() -> None:
    now = FRIDAY + timedelta(hours=45)
    said = due_now(HOURS, MOMENTS, (), now, WORKING)

    assert [saying.rung for saying in said] == ["h0", "h24", "-4h"]
    assert due_now(HOURS, MOMENTS, said, now, WORKING) == ()
    assert due_now(HOURS, MOMENTS, (), now, WORKING, hears_only_late=True) == ()
    late = due_now(HOURS, MOMENTS, said, FRIDAY + timedelta(hours=49), WORKING, hears_only_late=True)
    assert late == (Saying("classify", date(2026, 11, 22), "late"),)


def test_the_month_is_silent_at_night() -> None:
    night = datetime(2026, 12, 18, 5, tzinfo=UTC)

    assert due_now(MONTH, MOMENTS, (), night, WORKING) == ()
    assert next_look(MONTH, MOMENTS, night, WORKING) == datetime(2026, 12, 18, 8, tzinfo=UTC)


def test_after_the_last_moment_nobody_looks_any_more() -> None:
    assert next_look(HOURS, MOMENTS, FRIDAY, WORKING) == FRIDAY + timedelta(hours=24)
    assert next_look(HOURS, MOMENTS, FRIDAY + timedelta(days=9), WORKING) is None


def test_a_term_that_began_late_skips_what_lies_before() -> None:
    """A month that is nearly over when it is registered anew says nothing of a week before."""
    short = TermOfCase("treat", datetime(2026, 12, 22, 9, tzinfo=UTC), date(2026, 12, 24))

    assert [name for name, _ in names(short)] == ["1d", "0d", "late1"]


@pytest.mark.parametrize(
    ("left", "expected"), [(timedelta(hours=4), 4), (timedelta(hours=3, minutes=1), 4), (timedelta(seconds=-1), 0)]
)
def test_hours_are_told_as_people_count_them(left: timedelta, expected: int) -> None:
    assert hours_left(FRIDAY + left, FRIDAY) == expected
    assert days_left(date(2026, 11, 21), FRIDAY) == 1


def test_the_hours_are_those_that_the_content_says() -> None:
    """Who lets reminders come from ten to four gets them then, also where the first moment is the next day."""
    working = WorkingDays(hours=Hours(10, 16))
    monday = datetime(2027, 1, 4, tzinfo=AMSTERDAM)

    assert [working.is_open(monday.replace(hour=hour)) for hour in (9, 10, 15, 16)] == [False, True, True, False]
    assert working.next_opening(monday.replace(hour=17)) == monday.replace(day=5, hour=10)
    assert working.opening(monday.date()) == monday.replace(hour=10)
