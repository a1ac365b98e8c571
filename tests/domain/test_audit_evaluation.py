"""Looking back on an audit: when, how often people hear of it, and that a count never gives one person away."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from domain.audit_evaluation import (
    ASKED,
    ScoreCount,
    Side,
    SideResult,
    Window,
    asking_moments,
    due_rungs,
    next_asking,
    results,
)
from domain.periods import Period
from storage.evaluation_content import load_evaluation_rules
from tests.changing import replace

RULES = load_evaluation_rules()
DAY = date(2026, 12, 2)
CLOSED, NEXT_YEAR = date(2026, 12, 31), date(2027, 1, 1)


def count(
    score: int, people: int = 1, on: date = CLOSED, side: Side = Side.MEMBER, question: str = "voice"
) -> ScoreCount:
    return ScoreCount(side, on, question, score, people)


def found(*counts: ScoreCount, today: date = NEXT_YEAR) -> tuple[SideResult, ...]:
    return results(counts, RULES, today)


def shown(result: SideResult, question: str = "voice") -> tuple[int, ...]:
    return next(one.counts for one in result.questions if one.question.id == question)


def test_the_auditors_look_back_from_the_day_after_the_last_one() -> None:
    window = RULES.window(Side.AUDITORS, DAY)

    assert [window.is_open(DAY + timedelta(days=days)) for days in (0, 1, 29, 30)] == [False, True, True, False]
    assert window.is_over(DAY + timedelta(days=30))


def test_people_hear_of_it_once_and_are_reminded_twice_at_most() -> None:
    window = RULES.window(Side.MEMBER, DAY)

    assert list(asking_moments(window, RULES)) == [ASKED, "7d", "14d"]
    assert due_rungs(window, RULES, (), DAY) == (ASKED,)
    assert due_rungs(window, RULES, (ASKED,), DAY + timedelta(days=6)) == ()
    assert due_rungs(window, RULES, (ASKED,), DAY + timedelta(days=20)) == (
        "7d",
        "14d",
    )  # one message after a standstill


def test_nobody_is_asked_once_it_is_over() -> None:
    window = RULES.window(Side.MEMBER, DAY)

    assert due_rungs(window, RULES, (), window.closes_on) != ()
    assert due_rungs(window, RULES, (), window.closes_on + timedelta(days=1)) == ()
    assert next_asking(window, RULES, DAY + timedelta(days=14)) is None


def test_a_reminder_after_the_end_is_left_out() -> None:
    short = Window(DAY, DAY + timedelta(days=7))

    assert list(asking_moments(short, RULES)) == [ASKED, "7d"]


@pytest.mark.parametrize(
    ("day", "months", "first", "last"),
    [
        (date(2026, 12, 31), 3, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), 1, date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 7, 1), 12, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 6, 30), 6, date(2026, 1, 1), date(2026, 6, 30)),
    ],
)
def test_a_period_is_a_number_of_calendar_months(day: date, months: int, first: date, last: date) -> None:
    period = Period.of(day, months)

    assert (period.starts_on, period.ends_on) == (first, last)
    assert not period.is_over(last)
    assert period.is_over(last + timedelta(days=1))


def test_counts_and_averages_come_with_the_number_of_answers() -> None:
    [result] = found(count(5, 2), count(2))

    voice = next(one for one in result.questions if one.question.id == "voice")
    assert (voice.answers, voice.counts, voice.average) == (3, (0, 1, 0, 0, 2), Fraction(4))


def test_too_few_answers_are_not_even_counted() -> None:
    """Nor may the number itself tell how many people there were."""
    [result] = found(count(5), count(1))

    assert [(one.answers, one.counts, one.average) for one in result.questions] == [(None, (), None)] * 6
    assert not result.is_shown


def test_nothing_shows_before_the_period_is_over() -> None:
    """A number that can still grow by one would give that one away."""
    assert found(count(5, 9), today=CLOSED) == ()


def test_one_more_answer_changes_no_number_that_was_shown_before() -> None:
    """What closes later falls into another period; what was shown stays as it was."""
    before = found(count(5, 3))

    after = found(count(5, 3), count(1, on=NEXT_YEAR), today=date(2027, 2, 1))

    assert after == before


def test_sides_and_periods_are_kept_apart_and_come_newest_first() -> None:
    """There is no total from which a part could be taken."""
    made = found(
        count(5, 3), count(4, 3, on=date(2026, 9, 30)), count(3, 3, side=Side.AUDITORS, question="consensus"),
    )  # fmt: skip

    assert [(one.period.number, one.side) for one in made] == [
        (4, Side.AUDITORS), (4, Side.MEMBER), (3, Side.MEMBER)
    ]  # fmt: skip
    assert shown(made[1]) == (0, 0, 0, 0, 3)
    assert shown(made[2]) == (0, 0, 0, 3, 0)


def test_a_question_that_is_gone_from_the_content_is_left_out() -> None:
    assert found(count(5, 3, question="earlier")) == ()


def test_the_smallest_number_is_data() -> None:
    [result] = results([count(5, 3)], replace(RULES, min_answers=4), NEXT_YEAR)

    assert not result.is_shown
