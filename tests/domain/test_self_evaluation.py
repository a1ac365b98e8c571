"""What an answer must hold, and when a self-evaluation can close (domain book §3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.framework import Framework, NormId
from domain.roles import PersonId
from domain.self_evaluation import (
    Answer,
    Contribution,
    ContributionId,
    ContributionKind,
    ImprovementAction,
    MissingPart,
    Purpose,
    can_close,
    is_complete,
    missing_parts,
    verdicts_of,
)
from domain.verdicts import Verdict

G1, G2, M1 = NormId("G1"), NormId("G2"), NormId("M1")
TOMATOES = Contribution(
    id=ContributionId(137),
    norm=G1,
    kind=ContributionKind.PHOTO,
    purpose=Purpose.EVIDENCE,
    text="",
    author=PersonId(1),
    at=datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
)


def test_a_norm_without_a_verdict_only_misses_that() -> None:
    """Nothing else is asked before somebody has chosen."""
    assert missing_parts(Answer(G1)) == (MissingPart.VERDICT,)
    assert not is_complete(Answer(G1))


def test_one_tap_makes_an_answer_complete() -> None:
    """49 norms need no more than 98 taps and no typing (screenplay scene 4)."""
    for verdict in (Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET):
        assert is_complete(Answer(G1, verdict))


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_norm_that_does_not_apply_needs_a_reason(reason: str | None) -> None:
    """Part A of the report asks which norms were left out and why."""
    answer = Answer(G1, Verdict.NOT_APPLICABLE, reason=reason)

    assert missing_parts(answer) == (MissingPart.REASON,)
    assert not is_complete(answer)


def test_a_norm_that_does_not_apply_needs_only_a_reason() -> None:
    assert missing_parts(Answer(G1, Verdict.NOT_APPLICABLE, reason="Alles is betegeld.")) == ()


def test_a_met_norm_asks_for_what_shows_it() -> None:
    assert missing_parts(Answer(G1, Verdict.MET)) == (MissingPart.EXPLANATION,)
    assert missing_parts(Answer(G1, Verdict.MET, contributions=(TOMATOES,))) == ()


def test_a_shortcoming_asks_what_who_and_when() -> None:
    """Each of the three can be skipped, and is then asked again later."""
    skipped = Answer(G1, Verdict.PARTIAL, contributions=(TOMATOES,), improvement=ImprovementAction(what="Vaker gieten"))

    assert missing_parts(Answer(G1, Verdict.NOT_MET)) == (
        MissingPart.EXPLANATION,
        MissingPart.IMPROVEMENT,
        MissingPart.IMPROVEMENT_WHO,
        MissingPart.IMPROVEMENT_DUE_ON,
    )
    assert missing_parts(skipped) == (MissingPart.IMPROVEMENT_WHO, MissingPart.IMPROVEMENT_DUE_ON)


def test_a_full_improvement_leaves_nothing_to_ask() -> None:
    action = ImprovementAction("Vaker gieten", "tuinier", date(2026, 12, 1))

    assert missing_parts(Answer(G1, Verdict.PARTIAL, contributions=(TOMATOES,), improvement=action)) == ()


def test_contributions_are_told_apart_by_their_purpose() -> None:
    answer = Answer(G1, contributions=(TOMATOES,))

    assert answer.contributed(Purpose.EVIDENCE) == (TOMATOES,)
    assert answer.contributed(Purpose.EXPLANATION) == ()


def test_closing_lists_open_norms_and_asks_to_confirm(garden: Framework) -> None:
    """Screenplay scene 3: Afronden lists open norms; it does not force anybody to fill them."""
    closing = can_close({G1: Answer(G1, Verdict.MET), M1: Answer(M1)}, garden)

    assert closing.open_norms == ("G2", "G3", "M1")
    assert closing.is_allowed
    assert closing.needs_confirmation


def test_a_missing_reason_keeps_the_evaluation_open(garden: Framework) -> None:
    answers = {norm: Answer(norm, Verdict.MET) for norm in garden.norm_ids} | {G2: Answer(G2, Verdict.NOT_APPLICABLE)}

    closing = can_close(answers, garden)

    assert closing.unexplained == ("G2",)
    assert not closing.is_allowed


def test_open_answers_bring_no_verdict() -> None:
    """So that an answer with only an explanation still counts as open."""
    assert verdicts_of([Answer(G1, Verdict.MET), Answer(G2)]) == {G1: Verdict.MET}
