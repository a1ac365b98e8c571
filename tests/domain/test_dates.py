"""Dates as people type them, and months that are counted as the conventions say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import add_months, last_day, parse_date, parse_days
from tests.domain.cases import cases

TODAY = date(2026, 11, 12)
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))


@pytest.mark.parametrize("case", cases("date_cases.yaml"))
def test_a_date_means_what_people_mean(case: dict[str, Any]) -> None:
    assert parse_date(case["typed"], TODAY) == case["date"]


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
    ],
)
def test_a_day_that_does_not_exist_becomes_the_last_of_its_month(start: date, months: int, expected: date) -> None:
    """process-conventions, counting: months are calendar months."""
    assert add_months(start, months) == expected


@given(days, st.integers(-240, 240))
def test_adding_months_lands_in_the_right_month(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, last_day(later.year, later.month).day)


@given(days, days)
def test_every_written_date_is_read_back(day: date, today: date) -> None:
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"):
        assert parse_date(day.strftime(form), today) == day


@given(days)
def test_a_date_without_a_year_is_never_in_the_past(today: date) -> None:
    for typed in ("1 jan", "15-6", "31 dec", "eind maart", "juli", "q3", "week 20"):
        meant = parse_date(typed, today)
        assert meant is not None
        assert meant >= today


@given(st.text(max_size=40), days)
def test_no_text_makes_the_reader_stumble(text: str, today: date) -> None:
    meant = parse_date(text, today)

    assert meant is None or isinstance(meant, date)


@given(st.from_regex(r"[0-9]{1,4}[-/. ]?[a-z0-9]{0,9}[-/. ]?[0-9]{0,4}", fullmatch=True), days)
def test_nothing_that_looks_like_a_date_makes_the_reader_stumble(text: str, today: date) -> None:
    meant = parse_date(text, today)

    assert meant is None or isinstance(meant, date)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("1 dec, 2 dec", [date(2026, 12, 1), date(2026, 12, 2)]),
        ("1 en 2 december", [date(2026, 12, 1), date(2026, 12, 2)]),
        ("di 1, wo 2 en do 3 dec 2026", [date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)]),
        ("30 nov & 1 en 2 dec", [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)]),
        ("1-12; 2-12", [date(2026, 12, 1), date(2026, 12, 2)]),
        ("31 en 1 dec", [date(2026, 12, 31), date(2026, 12, 1)]),
        ("1 en 2", [None, None]),
        ("1, 31 feb", [date(2027, 2, 1), None]),
        ("", []),
    ],
)
def test_days_in_a_row_share_the_month_that_is_typed_once(typed: str, found: list[date | None]) -> None:
    assert [day for _, day in parse_days(typed, TODAY)] == found


@given(st.text())
def test_any_text_is_a_list_of_days_or_not(typed: str) -> None:
    assert all(words for words, _ in parse_days(typed, TODAY))
