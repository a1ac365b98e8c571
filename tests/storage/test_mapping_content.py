"""The mapping between the label and the Maatstaf: complete, in both directions, and refused when it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.framework import FrameworkId, NormId
from domain.mapping import FrameworkMapping, Strength
from storage.content import ContentError, load_frameworks
from storage.mapping_content import MAPPING_FILE, load_mapping

LABEL, MAATSTAF = FrameworkId("kwaliteitslabel-2019"), FrameworkId("ciio-maatstaf-2016")


@pytest.fixture(scope="module")
def mapping() -> FrameworkMapping:
    return load_mapping(load_frameworks())


def test_every_norm_of_the_label_is_mapped(mapping: FrameworkMapping) -> None:
    frameworks = load_frameworks()

    assert {link.norm for link in mapping.links} == frameworks[LABEL].norm_ids
    assert mapping.covers(MAATSTAF, LABEL)
    assert len(mapping.principles) == 7


def test_a_norm_leads_to_its_sections_and_back(mapping: FrameworkMapping) -> None:
    """Domain book §11: V2 and mensen.ontwikkeling, point 1."""
    forth = mapping.overlaps(LABEL, NormId("V2"))
    back = mapping.overlaps(MAATSTAF, NormId("Me2"))

    assert [(overlap.norm, overlap.points) for overlap in forth] == [("Me2", (1,))]
    assert back[0].norm == "V2"
    assert [overlap.strength for overlap in back] == sorted(
        (overlap.strength for overlap in back), key=list(Strength).index
    )


def test_what_is_typical_of_the_label_needs_evidence_of_its_own(mapping: FrameworkMapping) -> None:
    own = [norm for norm in load_frameworks()[LABEL].norm_ids if mapping.strength(LABEL, norm) is Strength.OWN]

    assert sorted(own) == ["O13", "O4", "V14", "V4", "V7"]
    assert mapping.strength(LABEL, NormId("nonsense")) is Strength.OWN


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ("id: Me2, points: [1]}]}", "id: Me9, points: [1]}]}", "“Me9” is not known."),
        ("id: Me2, points: [1]}]}", "id: Me2, points: [7]}]}", "holds 7, but Me2 has 6 points."),
        ("  - {norm: V2,  strength: strong,  sections: [{id: Me2, points: [1]}]}\n", "", "“V2” is missing."),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path: Path, change: str, into: str, says: str) -> None:
    text = MAPPING_FILE.read_text(encoding="utf-8")
    assert change in text
    broken = tmp_path / "mapping.yaml"
    broken.write_text(text.replace(change, into, 1), encoding="utf-8")

    with pytest.raises(ContentError) as refused:
        load_mapping(load_frameworks(), broken)

    assert says in str(refused.value)
