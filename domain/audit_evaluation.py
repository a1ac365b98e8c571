"""The evaluation after an audit: all who audited look back on it, and so does the member.

    window opens -> asked -> reminded (twice at most) -> closes -> period ends -> counts for the CI

The code of conduct asks it of all assessors (handbook bijlage 9); that the member looks back as well is our own. People
see their own answers only. A certifying body sees counts over closed evaluations of a whole period that is over, and
never fewer answers than `min_answers`: a number that could still grow by one would give that one away.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct, field

from domain.audit import AuditId, Stage
from domain.periods import Period
from domain.process import EventKind


class Side(StrEnum):
    """Who looks back; the values are stored."""

    AUDITORS = "auditors"
    MEMBER = "member"


#: In these stages there was something to look back on.
STAGES_LOOKED_BACK_ON = (Stage.RUNNING, Stage.JUDGING, Stage.CONSENSUS, Stage.CLOSED)
ASKED = "ask"  # the rung at which the evaluation is announced; a reminder is called after its day: "14d"


class BackQuestion(Struct, frozen=True):
    """One statement with which somebody agrees or not."""

    id: str
    text: str
    source: str


class SideRules(Struct, frozen=True):
    """What one side is asked, and when: from `days_later` after an event, for `open_days` days."""

    side: Side
    opens_after: EventKind
    days_later: int
    open_days: int
    questions: tuple[BackQuestion, ...]
    source: str


class EvaluationRules(Struct, frozen=True):
    """How audits are evaluated; `answers` are the words for 1 to 5, `remind_after` the days after the opening."""

    answers: tuple[str, ...]
    sides: Mapping[Side, SideRules]
    remind_after: tuple[int, ...]
    min_answers: int
    period_months: int
    keep_months: int

    def window(self, side: Side, event_on: date) -> Window:
        """Return from when to when one side can answer; the last day is one of them."""
        rules = self.sides[side]
        opens_on = event_on + timedelta(days=rules.days_later)
        return Window(opens_on, opens_on + timedelta(days=rules.open_days))

    def has(self, side: Side, question: str) -> bool:
        """Say whether this side is asked this question."""
        return any(found.id == question for found in self.sides[side].questions)


class Window(Struct, frozen=True):
    """From when to when somebody can answer, both days included."""

    opens_on: date
    closes_on: date

    def is_open(self, today: date) -> bool:
        """Say whether answers are taken today."""
        return self.opens_on <= today <= self.closes_on

    def is_over(self, today: date) -> bool:
        """Say whether nothing can change any more."""
        return today > self.closes_on


class OwnEvaluation(Struct, frozen=True):
    """What one person holds of one audit: 1 to 5 per question, and a remark; `version` counts the remarks."""

    audit: AuditId
    side: Side
    window: Window
    scores: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    remark: str = ""
    is_finished: bool = False
    version: int = 0


# --- Asking and reminding --------------------------------------------------------------------------------------------


def asking_moments(window: Window, rules: EvaluationRules) -> Mapping[str, date]:
    """Return on which day each rung is due: the announcement, and the reminders while it is open."""
    later = {f"{days}d": window.opens_on + timedelta(days=days) for days in rules.remind_after}
    return {ASKED: window.opens_on} | {rung: on for rung, on in later.items() if on <= window.closes_on}


def due_rungs(window: Window, rules: EvaluationRules, heard: Collection[str], today: date) -> tuple[str, ...]:
    """Return the rungs that have come and were not said; together they are one message, and none once it is over."""
    if not window.is_open(today):
        return ()
    return tuple(rung for rung, on in asking_moments(window, rules).items() if on <= today and rung not in heard)


def next_asking(window: Window, rules: EvaluationRules, today: date) -> date | None:
    """Return the next day on which somebody may have to hear something, None when there is none."""
    return min((on for on in asking_moments(window, rules).values() if on > today), default=None)


# --- What a certifying body sees -------------------------------------------------------------------------------------


class ScoreCount(Struct, frozen=True):
    """How many closed evaluations of a side gave a score to a question, closed on one day."""

    side: Side
    closed_on: date
    question: str
    score: int
    people: int


class QuestionResult(Struct, frozen=True):
    """What was answered to one question; `counts` (for 1 to 5) is empty below the smallest number."""

    question: BackQuestion
    answers: int | None
    counts: tuple[int, ...] = ()

    @property
    def average(self) -> Fraction | None:
        """The average of 1 to 5, None when it is not shown."""
        if not self.counts:
            return None
        return Fraction(sum(score * people for score, people in enumerate(self.counts, 1)), sum(self.counts))


class SideResult(Struct, frozen=True):
    """What one side answered in one period."""

    period: Period
    side: Side
    questions: tuple[QuestionResult, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there is any question with enough answers."""
        return any(found.counts for found in self.questions)


def results(counts: Iterable[ScoreCount], rules: EvaluationRules, today: date) -> tuple[SideResult, ...]:
    """Return what was answered per period and side, the newest first; only periods that are over.

    Nothing is said of a question with fewer than `min_answers` answers, not even how many it had. Periods and sides
    have nobody in common and there is no total, so that nothing can be worked out by subtraction.
    """
    found: dict[tuple[Period, Side], dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for count in counts:
        period = Period.of(count.closed_on, rules.period_months)
        if period.is_over(today) and rules.has(count.side, count.question):
            found[period, count.side][count.question][count.score] += count.people
    order = sorted(found, key=lambda key: (-key[0].year, -key[0].number, list(Side).index(key[1])))
    return tuple(
        SideResult(
            period,
            side,
            tuple(_result(asked, found[period, side][asked.id], rules) for asked in rules.sides[side].questions),
        )
        for period, side in order
    )


def _result(question: BackQuestion, given: Counter[int], rules: EvaluationRules) -> QuestionResult:
    answers = given.total()
    if answers < rules.min_answers:
        return QuestionResult(question, None)
    return QuestionResult(question, answers, tuple(given[score] for score in range(1, len(rules.answers) + 1)))
