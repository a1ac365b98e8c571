"""Finding a norm by what people type (screenplay scene 3: "Kies een norm")."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.framework import Framework, FrameworkId
from domain.norm_search import Likeness, NormSearch, Place, bare_norm_id, find_norms, stem
from storage.content import load_frameworks

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "norm_search_cases.yaml").read_text(encoding="utf-8"))
LABEL = load_frameworks()[FrameworkId("kwaliteitslabel-2019")]
SEARCH = NormSearch(LABEL)


def found(typed: str) -> list[str]:
    return [match.norm.id for match in SEARCH.find(typed)]


@pytest.mark.parametrize("case", CASES["first"], ids=lambda case: case["typed"])
def test_a_clear_question_finds_its_norm_first(case: dict[str, Any]) -> None:
    assert case["norm"] in found(case["typed"])[: 3 if case["typed"].isdigit() else 1]


@pytest.mark.parametrize("case", CASES["among"], ids=lambda case: case["typed"])
def test_a_wide_question_finds_a_fitting_norm_among_the_first_three(case: dict[str, Any]) -> None:
    assert set(case["norms"]) & set(found(case["typed"])[:3])


@pytest.mark.parametrize("typed", ["D9", "d9", " D 9 ", "D-9", "d.9", "D09", "(d9)", "D9!"])
def test_a_bare_id_is_understood_however_it_is_typed(typed: str) -> None:
    """It jumps to the norm from anywhere (screenplay: what typed text means)."""
    assert bare_norm_id(typed, LABEL) == "D9"


@pytest.mark.parametrize("typed", ["D9 was lastig", "9", "D", "D12", "D99", "D9 en D10", "norm D9", "", "  ", "ad9"])
def test_anything_beside_the_id_is_a_sentence(typed: str) -> None:
    """It would be lost as an answer if it jumped away."""
    assert bare_norm_id(typed, LABEL) is None


def test_every_norm_is_found_by_its_id_its_label_and_its_title() -> None:
    for norm in LABEL.norms:
        assert found(norm.id) == [norm.id]
        assert found(norm.label)[0] == norm.id
        assert found(norm.title)[0] == norm.id


def test_a_number_alone_lists_that_number_of_every_rubric() -> None:
    """Numbering starts anew in each rubric, so "9" is not one norm."""
    assert found("9") == ["V9", "D9", "O9"]
    assert found("norm 20") == ["O20"]


def test_the_name_of_a_rubric_lists_its_norms() -> None:
    assert found("vakmanschap") == ["V1", "V2", "V3", "V4", "V5", "V6"]


def test_ids_in_a_sentence_are_listed() -> None:
    assert found("D10 en O11 graag") == ["D10", "O11"]


def test_a_match_says_which_word_was_found_where() -> None:
    """So that the screen can show why a norm is in the list."""
    reason = SEARCH.find("vrijwiligersbeleid")[0].reasons[0]

    assert (reason.typed, reason.place, reason.likeness) == ("vrijwiligersbeleid", Place.EVIDENCE, Likeness.SAME)
    assert reason.found == "vrijwilligersbeleid"


@pytest.mark.parametrize("typed", ["", "   ", "??", "asdfghj", "de", "D99", "99", "😀"])
def test_what_means_nothing_finds_nothing(typed: str) -> None:
    """A kind "wat bedoel je?" is better than six norms by chance."""
    assert found(typed) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vrijwilligers", "vrijwilliger"),
        ("afspraken", "afspraak"),
        ("initiatieven", "initiatief"),
        ("kosten", "kost"),
        ("stagiaires", "stagiair"),
        ("vaardigheden", "vaardigheid"),
        ("begeleiding", "begeleiden"),
        ("risicos", "risico"),
    ],
)
def test_the_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_the_search_knows_no_norm_by_name(garden: Framework) -> None:
    assert [match.norm.id for match in find_norms("sproeien", garden)] == ["G1"]
    assert [match.norm.id for match in find_norms("mensen 1", garden)] == ["M1"]
    assert [match.norm.id for match in find_norms("koffi", garden)] == ["M1"]
    assert bare_norm_id("g 2", garden) == "G2"


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_at_most_six_norms(typed: str) -> None:
    """No text makes it stumble, and every norm stands in the list once."""
    ids = found(typed)

    assert len(ids) == len(set(ids)) <= 6


def test_a_pasted_letter_costs_no_time() -> None:
    """Only the first part of a long text is looked at."""
    assert found("samenwerken " * 5_000)[0] == "D9"
