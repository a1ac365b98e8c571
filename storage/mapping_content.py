"""The mapping between frameworks: YAML becomes domain values, checked against the frameworks that it names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec.structs import replace

from domain.framework import Framework, FrameworkId, NormId, Principle
from domain.mapping import FrameworkMapping, NormLink, Overlap, Strength
from storage.content import CONTENT_DIRECTORY, Section, reading

MAPPING_FILE = CONTENT_DIRECTORY / "mapping.yaml"


def load_mapping(frameworks: Mapping[FrameworkId, Framework], path: Path = MAPPING_FILE) -> FrameworkMapping:
    """Return the mapping of a file.

    Raises:
        ContentError: with everything in it that does not fit the frameworks.
    """
    with reading(path) as root:
        root.choice("basis", ("own", "handbook"))
        both = root.section("frameworks")
        norms_of = FrameworkId(both.choice("norms", list(frameworks)))
        sections_of = FrameworkId(both.choice("sections", list(frameworks)))
        both.finish()
        norms, sections = _norm_ids(frameworks.get(norms_of)), _norm_ids(frameworks.get(sections_of))
        mapping = FrameworkMapping(
            norms_of=norms_of,
            sections_of=sections_of,
            links=tuple(
                _link(entry, norms, frameworks.get(sections_of))
                for entry in root.sections("norm_to_section", name="link", key="norm")
            ),
            principles=tuple(
                _principle(entry, sections, norms) for entry in root.sections("iso_principles", name="principle")
            ),
            schemes=tuple(root.texts("schemes")),
        )
        for norm in sorted(norms - {link.norm for link in mapping.links}):
            root.complain("norm_to_section", f"“{norm}” is missing.", "Add it; use strength own when nothing is close.")
    return mapping


def with_mapping(frameworks: Mapping[FrameworkId, Framework]) -> Mapping[FrameworkId, Framework]:
    """Return the frameworks, those of the mapping with it and with the quality principles that bear on their norms.

    Raises:
        ContentError: the mapping does not fit them.
    """
    mapping = load_mapping(frameworks)
    both = (mapping.norms_of, mapping.sections_of)
    return {
        framework.id: replace(framework, principles=mapping.principles, mapping=mapping)
        if framework.id in both
        else framework
        for framework in frameworks.values()
    }


def _norm_ids(framework: Framework | None) -> frozenset[NormId]:
    return framework.norm_ids if framework is not None else frozenset()


def _link(entry: Section, norms: Collection[NormId], other: Framework | None) -> NormLink:
    norm = NormId(entry.choice("norm", sorted(norms)))
    strength = Strength(entry.choice("strength", [str(strength) for strength in Strength]) or Strength.OWN)
    overlaps = tuple(_overlap(part, strength, other) for part in entry.parts("sections") if isinstance(part, Section))
    entry.finish()
    return NormLink(norm, strength, overlaps)


def _overlap(part: Section, strength: Strength, other: Framework | None) -> Overlap:
    norm = NormId(part.choice("id", sorted(_norm_ids(other))))
    points = part.numbers("points", may_be_empty=True)
    part.finish()
    count = len(other.norm(norm).points) if other is not None and other.has(norm) else 0
    for point in points:
        if not 1 <= point <= count:
            part.complain("points", f"holds {point}, but {norm} has {count} points.", "Give numbers of its points.")
    return Overlap(norm, points, strength)


def _principle(entry: Section, *known: Collection[NormId]) -> Principle:
    norms: list[NormId] = []
    for field, ids in zip(("sections", "norms"), known, strict=True):
        named = entry.texts(field)
        for norm in named:
            if norm not in ids:
                entry.complain(field, f"“{norm}” is not in that framework.", "Correct the id.")
        norms.extend(NormId(norm) for norm in named)
    principle = Principle(
        entry.text("id"), entry.number("number"), entry.text("name"), entry.text("text"), tuple(norms)
    )
    entry.finish()
    return principle
