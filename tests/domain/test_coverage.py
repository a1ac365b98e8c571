"""Coverage: when a norm is round, what it still needs, and which norms suit whom (domain book §8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import Finding, FindingKind
from domain.audit_days import Variant
from domain.coverage import (
    NormCoverage,
    Tally,
    coverage,
    coverage_of,
    covered_elsewhere,
    fitting,
    function_needs,
    interview_order,
    overview,
)
from domain.framework import CoverageRule, Framework, FrameworkId, NormId, WhoCode
from domain.mapping import Strength
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from tests.changing import replace
from tests.domain.audit_cast import AUDIT, finding, interview
from tests.domain.cases import cases

LABEL = load_frameworks()[FrameworkId("kwaliteitslabel-2019")]
V5 = NormId("V5")
TALKS = (interview(1, "P"), interview(2, "Mng"))


@pytest.mark.parametrize("case", cases("coverage_cases.yaml"))
def test_when_a_norm_is_round(case: dict[str, Any], label: Framework) -> None:
    notes = [
        finding(number, V5, kind=note.get("kind"), interview=note.get("in"))
        for number, note in enumerate(case["given"], start=1)
    ]

    covered = coverage(notes, TALKS, label, not_applicable=[V5] if case.get("not_applicable") else ())[V5]

    assert {name: _seen(covered, name) for name in case["expect"]} == case["expect"], case["source"]


def _seen(covered: NormCoverage, name: str) -> object:
    return covered.is_round if name == "round" else getattr(covered, name)


def test_one_finding_serves_several_norms(label: Framework) -> None:
    covered = coverage([finding(1, "V5", "O2", "V5", interview=1)], TALKS, label)

    assert [norm for norm, of in covered.items() if of.tests] == ["V5", "O2"]
    assert covered[V5].kinds == {None: 1}


def test_a_count_by_storage_gives_the_same_as_reading_everything(label: Framework) -> None:
    """That is how an audit with thousands of findings opens as fast as an empty one."""
    counted = Tally(V5, interviews=1, observations=1, documents=1, heard=frozenset({WhoCode("P")}))

    covered = coverage_of([counted], label)[V5]

    assert covered.is_round
    assert (covered.tests, covered.sources, covered.heard) == (3, 2, {"P"})


def test_what_lies_in_the_in_tray_covers_nothing(label: Framework) -> None:
    covered = coverage([finding(1, interview=1), finding(2, "X9", kind="document")], TALKS, label)

    assert not any(of.tests for of in covered.values())


def test_what_is_missing_comes_from_who_was_not_heard_yet(label: Framework) -> None:
    """V5 is for P and Mng; after a talk with a professional a manager brings the second source."""
    before = coverage([], TALKS, label)[V5]
    after = coverage([finding(1, V5, interview=1)], TALKS, label)[V5]

    assert before.could_give == ("P", "Mng")
    assert after.could_give == ("Mng", "P")
    assert after.heard == {"P"}


def test_a_round_norm_needs_nobody(label: Framework) -> None:
    notes = [finding(1, V5, interview=1), finding(2, V5, interview=2), finding(3, V5, kind="document")]

    assert coverage(notes, TALKS, label)[V5].could_give == ()


def test_another_framework_brings_its_own_numbers(garden: Framework) -> None:
    """In the garden one talk is enough."""
    covered = coverage([finding(1, "G1", interview=1)], TALKS, garden)

    assert overview(covered, garden).round_norms == 1
    assert [norm.norm.id for norm in overview(covered, garden).open_norms] == ["G2", "G3", "M1"]


def test_the_overview_counts_per_rubric(label: Framework) -> None:
    covered = coverage([], (), label, not_applicable=[NormId("D10"), NormId("O13")])

    seen = overview(covered, label)

    assert (seen.round_norms, seen.total) == (2, 49)
    assert [(rubric.rubric, rubric.round_norms, rubric.total) for rubric in seen.rubrics] == [
        ("V", 0, 15),
        ("D", 1, 11),
        ("O", 1, 23),
    ]


# --- Which norms suit whom -------------------------------------------------------------------------------------------


def test_thirty_norms_suit_a_professional_and_those_meant_for_others_too_come_after(label: Framework) -> None:
    """The screen says "30 normen passen" (screenplay scene 8)."""
    fits = interview_order(coverage([], (), label), [WhoCode("P")], label)

    assert sum(not fit.is_also for fit in fits) == 30
    assert [fit.is_also for fit in fits] == sorted(fit.is_also for fit in fits)
    assert [fit.norm.id for fit in fits][:3] == ["V1", "V2", "V3"]


def test_several_functions_bring_the_norms_of_all(label: Framework) -> None:
    fits = interview_order(coverage([], (), label), [WhoCode("CB"), WhoCode("BV")], label)

    assert {fit.norm.id for fit in fits if not fit.is_also} == {"O13", "O11"}


def test_what_was_looked_at_least_comes_first(label: Framework) -> None:
    notes = [finding(1, "V1", "V2", interview=1), finding(2, "V2", interview=2)]

    fits = fitting(coverage(notes, TALKS, label), [WhoCode("P")], label)

    assert [fit.norm.id for fit in fits][:2] == ["V3", "V4"]
    order = [fit.norm.id for fit in fits if not fit.is_also]
    assert order[-2:] == ["V1", "V2"]


def test_a_norm_that_needs_a_talk_comes_before_one_that_needs_a_document(label: Framework) -> None:
    """An interview can surely bring the first."""
    notes = [
        finding(1, "V1", interview=1),
        finding(2, "V1", interview=2),
        finding(3, "V2", interview=1),
        finding(4, "V2", kind="document"),
        finding(5, "V2", kind="document"),
    ]

    fits = fitting(coverage(notes, TALKS, label), [WhoCode("P")], label)

    order = [fit.norm.id for fit in fits if not fit.is_also]
    assert order[-2:] == ["V2", "V1"]


def test_five_norms_are_proposed_for_the_next_talk(label: Framework) -> None:
    """ "Deze 5 passen bij je volgende gesprek (Mng)"."""
    fits = fitting(coverage([], (), label), [WhoCode("Mng")], label, limit=5)

    assert [fit.norm.id for fit in fits] == [norm.id for norm in label.norms if "Mng" in norm.who][:5]


def test_a_round_norm_is_not_proposed_but_can_still_be_brought_up(label: Framework) -> None:
    notes = [finding(1, V5, interview=1), finding(2, V5, interview=2), finding(3, V5, kind="document")]
    covered = coverage(notes, TALKS, label)

    assert V5 not in {fit.norm.id for fit in fitting(covered, [WhoCode("P")], label)}
    assert interview_order(covered, [WhoCode("P")], label)[-1].norm.id == V5


def test_what_was_passed_over_in_this_talk_comes_last(label: Framework) -> None:
    fits = interview_order(coverage([], (), label), [WhoCode("P")], label, done=[NormId("V1")])

    assert fits[0].norm.id == "V2"
    assert fits[-1].norm.id == "V1"


BESIDE = {NormId("V1"): Strength.STRONG, NormId("V2"): Strength.PARTIAL, NormId("V3"): Strength.OWN}


def in_combination(label: Framework, *notes: Finding, done: tuple[NormId, ...] = ()) -> list[NormId]:
    """Return the norms for a professional when the other scheme covers V1, V2 and V3 as far as that."""
    only = replace(label, norms=label.norms[:3])
    fits = interview_order(coverage(notes, TALKS, only), [WhoCode("P")], only, done, BESIDE)
    return [fit.norm.id for fit in fits]


def test_what_the_other_scheme_hardly_covers_comes_first(label: Framework) -> None:
    """In a combination audit these need evidence of their own (domain book §11)."""
    assert in_combination(label) == ["V3", "V2", "V1"]


def test_what_the_other_scheme_brings_up_anyway_waits_whatever_it_needs(label: Framework) -> None:
    """And among the others the one that needs most is first, as always."""
    heard = [finding(1, "V3", interview=1), finding(2, "V3", kind="document")]

    assert in_combination(label, *heard) == ["V2", "V3", "V1"]


def test_what_was_passed_over_comes_last_in_a_combination_too(label: Framework) -> None:
    assert in_combination(label, done=(NormId("V3"),)) == ["V2", "V1", "V3"]


@pytest.mark.parametrize(
    ("variant", "scheme", "is_known"),
    [
        (Variant.COMBINATION, "ISO", True),
        (Variant.COMBINATION, "HKZ", True),
        (Variant.COMBINATION, "NVVK", False),
        (Variant.COMBINATION, None, False),
        (Variant.CI, "ISO", False),
    ],
)
def test_only_a_combination_with_a_known_scheme_changes_the_order(
    variant: Variant, scheme: str | None, *, is_known: bool
) -> None:
    label = with_mapping(load_frameworks())[LABEL.id]
    planned = replace(AUDIT, variant=variant, scheme=scheme)

    known = covered_elsewhere(planned, label)

    assert bool(known) is is_known
    assert not covered_elsewhere(planned, LABEL)  # a framework without a mapping
    assert known.get(NormId("V4")) is (Strength.OWN if is_known else None)


def test_which_functions_could_still_help(label: Framework) -> None:
    needs = function_needs(coverage([], (), label), label)

    assert [(need.function, len(need.norms)) for need in needs] == [
        ("P", 30),
        ("Mng", 24),
        ("P&O", 13),
        ("BKC", 10),
        ("CB", 1),
        ("BV", 1),
    ]


def test_an_unknown_function_fits_nothing(label: Framework) -> None:
    assert interview_order(coverage([], (), label), [WhoCode("Koning")], label) == ()


# --- What can never happen -------------------------------------------------------------------------------------------

a_finding = st.builds(
    finding,
    st.integers(1, 999),
    st.sampled_from(["V1", "V5", "D10", "O13"]),
    kind=st.sampled_from([None, *(str(kind) for kind in FindingKind)]),
    interview=st.sampled_from([None, 1, 2, 9]),
)
findings = st.lists(a_finding, max_size=12)


@given(findings, a_finding)
def test_one_more_finding_never_makes_it_worse(notes: list[Finding], one_more: Finding) -> None:
    before, after = coverage(notes, TALKS, LABEL), coverage([*notes, one_more], TALKS, LABEL)

    for norm in before:
        assert after[norm].missing <= before[norm].missing
        assert after[norm].sources >= before[norm].sources


@given(findings)
def test_the_order_of_findings_does_not_matter(notes: list[Finding]) -> None:
    one, other = coverage(notes, TALKS, LABEL), coverage(notes[::-1], TALKS, LABEL)

    assert {norm: (of.tests, of.sources, of.documents) for norm, of in one.items()} == {
        norm: (of.tests, of.sources, of.documents) for norm, of in other.items()
    }


@given(findings, st.integers(0, 5), st.integers(0, 4), st.booleans())
def test_what_is_missing_is_exactly_enough(
    notes: list[Finding], tests: int, sources: int, needs_document: bool
) -> None:
    """Bring what the screen asks for, no more, and the norm is round; bring one less and it is not."""
    framework = replace(LABEL, coverage=CoverageRule(tests, sources, needs_document))
    for norm, of in coverage(notes, TALKS, framework).items():
        talks = [interview(100 + number) for number in range(of.missing_sources)]
        brought = [
            *(finding(2000 + talk.number, norm, interview=talk.number) for talk in talks),
            *(finding(3000 + number, norm, kind="document") for number in range(of.missing_documents)),
            *(finding(4000 + number, norm, kind="document") for number in range(of.missing_tests)),
        ]
        assert coverage([*notes, *brought], [*TALKS, *talks], framework)[norm].is_round
        if brought:
            assert not coverage([*notes, *brought[:-1]], [*TALKS, *talks], framework)[norm].is_round
