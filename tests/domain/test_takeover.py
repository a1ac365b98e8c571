"""What may be proposed from one framework in another, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.framework import FrameworkId, NormId
from domain.mapping import FrameworkMapping, NormLink, Overlap, Strength
from domain.roles import PersonId
from domain.self_evaluation import Answer, Contribution, ContributionId, ContributionKind, Purpose
from domain.takeover import MAX_TEXTS, NearNorm, covered, near, propose, proposed_verdict
from domain.verdicts import Verdict

HERE, THERE = FrameworkId("here"), FrameworkId("there")
A, B, C = NormId("A"), NormId("B"), NormId("C")
AT = datetime(2026, 11, 1, tzinfo=UTC)
MET, PARTIAL, NOT_MET = Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET
OPEN, NOT_APPLICABLE = Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE


def overlaps(**strengths: Strength) -> list[Overlap]:
    return [Overlap(NormId(norm), (), strength) for norm, strength in strengths.items()]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (MET, MET, MET),
        (MET, PARTIAL, PARTIAL),
        (NOT_MET, PARTIAL, NOT_MET),
        (MET, OPEN, None),
        (MET, NOT_APPLICABLE, MET),
        (NOT_APPLICABLE, NOT_APPLICABLE, None),
    ],
)
def test_the_least_good_verdict_is_proposed_once_all_the_ground_was_judged(
    a: Verdict, b: Verdict, expected: Verdict | None
) -> None:
    assert proposed_verdict(overlaps(A=Strength.STRONG, B=Strength.STRONG), {A: a, B: b}) is expected


@pytest.mark.parametrize("strength", [Strength.PARTIAL, Strength.WEAK])
def test_ground_that_only_overlaps_proposes_no_verdict(strength: Strength) -> None:
    assert proposed_verdict(overlaps(A=strength), {A: MET}) is None
    assert proposed_verdict(overlaps(A=Strength.STRONG, B=strength), {A: MET, B: NOT_MET}) is MET


def test_what_is_typical_of_one_framework_is_new() -> None:
    links = tuple(
        NormLink(norm, strength, (Overlap(NormId("S"), (), strength),))
        for norm, strength in ((A, Strength.OWN), (B, Strength.WEAK), (C, Strength.PARTIAL))
    )
    mapping = FrameworkMapping(HERE, THERE, links, ())

    assert near(mapping, HERE, A) == ()
    assert covered(mapping, HERE, (A, B, C), {NormId("S"): MET}, [NormId("S")]) == {C}
    assert covered(mapping, HERE, (A, B, C), {NormId("S"): MET}, []) == set()
    assert [found.norm for found in near(mapping, THERE, NormId("S"))] == [C, B]


def test_texts_come_a_screen_at_a_time_and_never_twice() -> None:
    texts = tuple(
        Contribution(ContributionId(n), A, ContributionKind.TEXT, Purpose.EXPLANATION, str(n), PersonId(1), AT)
        for n in range(1, MAX_TEXTS + 3)
    )
    found = [NearNorm(Overlap(A, (), Strength.STRONG), Answer(A, MET, contributions=texts))]

    first = propose(found, Answer(B), ())
    second = propose(found, Answer(B, PARTIAL), {(A, item.id) for item in first.texts})

    assert (first.verdict, len(first.texts), first.later) == (MET, MAX_TEXTS, 2)
    assert (second.verdict, [item.id for item in second.texts], second.later) == (None, [7, 8], 0)
    assert propose(found, Answer(B, PARTIAL), {(A, item.id) for item in texts}).is_empty
