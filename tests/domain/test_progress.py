"""How far a self-evaluation is, and which norm comes next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.framework import Framework, FrameworkId, NormId
from domain.progress import BAR_BLOCKS, next_open, progress
from domain.verdicts import Verdict
from storage.content import load_frameworks

LABEL = load_frameworks()[FrameworkId("kwaliteitslabel-2019")]
subsets = st.sets(st.sampled_from([norm.id for norm in LABEL.norms]))


def met(*norms: str) -> dict[NormId, Verdict]:
    return dict.fromkeys(map(NormId, norms), Verdict.MET)


def test_the_overview_counts_per_rubric_and_per_verdict(garden: Framework) -> None:
    """Screenplay scene 3: "Vakmanschap 15/15", "24 voldoet · 4 deels"."""
    seen = progress(garden, {**met("G1", "M1"), NormId("G2"): Verdict.PARTIAL, NormId("G3"): Verdict.NOT_ASSESSED})

    assert (seen.answered, seen.total) == (3, 4)
    assert [(each.rubric, each.answered, each.total) for each in seen.rubrics] == [("G", 2, 3), ("M", 1, 1)]
    assert seen.counts == {
        Verdict.MET: 2,
        Verdict.PARTIAL: 1,
        Verdict.NOT_MET: 0,
        Verdict.NOT_APPLICABLE: 0,
        Verdict.NOT_ASSESSED: 1,
    }


@pytest.mark.parametrize(("answered", "blocks"), [(0, 0), (1, 1), (5, 1), (24, 5), (29, 6), (48, 9), (49, 10)])
def test_the_bar_is_empty_only_at_the_start_and_full_only_at_the_end(answered: int, blocks: int) -> None:
    """A first answer shows, and nobody thinks to be done one norm early."""
    verdicts = met(*(norm.id for norm in LABEL.norms[:answered]))

    assert progress(LABEL, verdicts).filled_blocks == blocks


def test_a_norm_of_another_framework_does_not_count(garden: Framework) -> None:
    assert progress(garden, met("D9")).answered == 0


def test_the_next_open_norm_follows_the_last_one(garden: Framework) -> None:
    assert next_open(garden, met("G2"), after=NormId("G1")) == garden.norm(NormId("G3"))


def test_the_search_goes_round(garden: Framework) -> None:
    """Who skipped the first norm comes back to it after the last."""
    assert next_open(garden, met("G2", "G3"), after=NormId("M1")) == garden.norm(NormId("G1"))


def test_own_norms_come_first(garden: Framework) -> None:
    """Screenplay scene 5: a colleague sees their own norms first."""
    assert next_open(garden, {}, after=NormId("G1"), preferring={NormId("M1")}) == garden.norm(NormId("M1"))


def test_with_all_own_norms_done_the_others_follow(garden: Framework) -> None:
    assert next_open(garden, met("M1"), preferring={NormId("M1")}) == garden.norm(NormId("G1"))


def test_a_skipped_norm_is_offered_again_when_it_is_the_last(garden: Framework) -> None:
    assert next_open(garden, met("G1", "G2", "G3"), after=NormId("M1")) == garden.norm(NormId("M1"))


def test_a_complete_evaluation_has_no_next_norm(garden: Framework) -> None:
    assert next_open(garden, dict.fromkeys(garden.norm_ids, Verdict.NOT_APPLICABLE)) is None


def test_an_unknown_norm_starts_at_the_beginning(garden: Framework) -> None:
    """An old button may name a norm of another framework."""
    assert next_open(garden, {}, after=NormId("Z9")) == garden.norm(NormId("G1"))


@given(subsets, subsets)
def test_following_the_next_norm_visits_every_open_norm_once(done: set[NormId], own: set[NormId]) -> None:
    verdicts = dict.fromkeys(done, Verdict.MET)
    visited: list[NormId] = []
    while norm := next_open(LABEL, verdicts, after=visited[-1] if visited else None, preferring=own):
        visited.append(norm.id)
        verdicts[norm.id] = Verdict.MET

    assert len(visited) == len(set(visited)) == len(LABEL.norms) - len(done)
    assert set(visited[: len(own - done)]) == own - done


@given(subsets)
def test_the_bar_never_goes_beyond_its_blocks(done: set[NormId]) -> None:
    seen = progress(LABEL, dict.fromkeys(done, Verdict.MET))

    assert 0 <= seen.filled_blocks <= BAR_BLOCKS
    assert (seen.filled_blocks == BAR_BLOCKS) == seen.is_complete
