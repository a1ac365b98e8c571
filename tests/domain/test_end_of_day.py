"""The end of an audit day: what the client says, and what the team tells (CIIO procedure; handbook bijlage 9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.audit import Consensus
from domain.day_evaluation import DayAnswer, Mood, days_to_evaluate, open_questions, signals
from domain.feedback import feedback_sheet
from domain.framework import Framework, NormId
from storage.audit_content import load_day_questions
from tests.domain.audit_cast import AUDIT, LEADER, START, consensus, finding

QUESTIONS = load_day_questions()
FIRST, SECOND = AUDIT.days


def answer(question: str, mood: Mood = Mood.CONTENT, text: str = "", day: date = FIRST) -> DayAnswer:
    return DayAnswer(AUDIT.id, day, question, LEADER, START, mood, text)


# --- What the client says --------------------------------------------------------------------------------------------


def test_there_are_three_questions() -> None:
    assert [question.id for question in QUESTIONS] == ["course", "tomorrow", "displeasure"]


def test_a_day_asks_what_was_not_asked_yet() -> None:
    given: list[DayAnswer] = [answer("course"), answer("tomorrow", day=SECOND)]

    assert [question.id for question in open_questions(FIRST, given, QUESTIONS)] == ["tomorrow", "displeasure"]


@pytest.mark.parametrize(
    ("today", "days"),
    [(date(2026, 11, 30), []), (FIRST, [FIRST]), (SECOND, [FIRST, SECOND]), (date(2027, 1, 5), [FIRST, SECOND])],
)
def test_every_audit_day_is_evaluated(today: date, days: list[date]) -> None:
    assert list(days_to_evaluate(AUDIT, today, [], QUESTIONS)) == days


def test_a_day_that_was_evaluated_is_done() -> None:
    given = [answer(question.id) for question in QUESTIONS]

    assert days_to_evaluate(AUDIT, SECOND, given, QUESTIONS) == (SECOND,)


@pytest.mark.parametrize(
    ("given", "is_signal"),
    [
        (answer("course"), False),
        (answer("course", Mood.REMARK, "Het was vol."), False),
        (answer("course", Mood.DISPLEASED), True),
        (answer("tomorrow", Mood.REMARK, "Graag op tijd."), False),
        (answer("displeasure"), False),
        (answer("displeasure", Mood.CONTENT, "Nee hoor."), False),
        (answer("displeasure", Mood.REMARK), False),
        (answer("displeasure", Mood.REMARK, "De toon was scherp."), True),
        (answer("displeasure", Mood.DISPLEASED, "De toon was scherp."), True),
    ],
)
def test_which_answers_may_be_a_complaint(given: DayAnswer, is_signal: bool) -> None:
    """Displeasure, in person or by phone, may be one (domain book §9); a person decides."""
    assert signals([given], QUESTIONS) == ((given,) if is_signal else ())


# --- What the team tells ---------------------------------------------------------------------------------------------


def ids(points: Any) -> list[str]:
    return [point.norm.id for point in points]


def test_strong_points_come_first_and_the_heaviest_improvement_leads(label: Framework) -> None:
    notes = [
        finding(1, "O2", tone="bottleneck"),
        finding(2, "D9", "V5", tone="strong"),
        finding(3, "V5", tone="strong"),
        finding(4, "V1", tone="bottleneck"),
        finding(5, "V3", tone="tip"),
        finding(6, "V4"),
    ]
    settled: dict[NormId, Consensus] = {
        norm: consensus(norm, verdict, f"Tekst {norm}.")
        for norm, verdict in (
            (NormId("V1"), "partial"),
            (NormId("D2"), "not_met"),
            (NormId("O2"), "met"),
            (NormId("V5"), "met"),
        )
    }

    sheet = feedback_sheet(notes, settled, label)

    assert ids(sheet.strong) == ["V5", "D9"]
    assert ids(sheet.improvements) == ["D2", "V1", "O2"]
    assert ids(sheet.tips) == ["V3"]
    assert [note.id for note in sheet.strong[0].findings] == [2, 3]
    assert sheet.improvements[0].rationale == "Tekst D2."


def test_what_still_lies_in_the_in_tray_is_not_forgotten(label: Framework) -> None:
    """Bijlage 9: no relevant fact may be left out."""
    sheet = feedback_sheet([finding(1, tone="strong"), finding(2)], {}, label)

    assert sheet.is_empty
    assert [note.id for note in sheet.unplaced] == [1]


def test_a_norm_without_a_verdict_can_be_told_about(label: Framework) -> None:
    sheet = feedback_sheet([finding(1, "V5", tone="bottleneck")], {}, label)

    assert [(point.verdict, point.rationale) for point in sheet.improvements] == [("not_assessed", "")]
