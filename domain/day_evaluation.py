"""The end of an audit day: a few questions to the client, whose remarks can still be put right tomorrow.

CIIO's procedure asks for it at the end of every audit day; a remark that shows displeasure may be a complaint, and
everybody must pass it on to the quality officer (domain book §8, §9). The bot proposes, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from domain.audit import Audit, AuditId
from domain.roles import PersonId


class Mood(StrEnum):
    """How the client answered, as the auditor heard it; the values are stored."""

    CONTENT = "content"
    REMARK = "remark"
    DISPLEASED = "displeased"


class DayQuestion(Struct, frozen=True):
    """A question of the content file; `asks_displeasure` when any text in answer to it is a signal."""

    id: str
    text: str
    asks_displeasure: bool
    source: str


class DayAnswer(Struct, frozen=True):
    """What the client said to one question, in the words of the auditor and without names."""

    audit: AuditId
    day: date
    question: str
    by: PersonId
    at: datetime
    mood: Mood = Mood.CONTENT
    text: str = ""
    version: int = 1


def open_questions(
    day: date, answers: Iterable[DayAnswer], questions: Sequence[DayQuestion]
) -> tuple[DayQuestion, ...]:
    """Return the questions that were not asked yet that day, in their order."""
    asked = {answer.question for answer in answers if answer.day == day}
    return tuple(question for question in questions if question.id not in asked)


def days_to_evaluate(
    audit: Audit, today: date, answers: Iterable[DayAnswer], questions: Sequence[DayQuestion]
) -> tuple[date, ...]:
    """Return the audit days up to today that still lack an answer, the oldest first."""
    known = tuple(answers)
    return tuple(day for day in sorted(audit.days) if day <= today and open_questions(day, known, questions))


def signals(answers: Iterable[DayAnswer], questions: Sequence[DayQuestion]) -> tuple[DayAnswer, ...]:
    """Return the answers that may be a complaint, for the auditor to pass on (CIIO procedure; domain book §9)."""
    asking = {question.id for question in questions if question.asks_displeasure}
    return tuple(answer for answer in answers if _is_signal(answer, answer.question in asking))


def _is_signal(answer: DayAnswer, asks_displeasure: bool) -> bool:
    if answer.mood is Mood.DISPLEASED:
        return True
    return asks_displeasure and answer.mood is Mood.REMARK and bool(answer.text.strip())
