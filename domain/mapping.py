"""How two frameworks touch: which norms and sections cover the same ground, and what both owe to the ISO principles.

All of it is our own judgement (domain book §11). A mapping suggests where an answer or evidence may serve twice; it
never decides: `domain.takeover` says what is proposed, and somebody takes it over or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from domain.framework import FrameworkId, NormId, Principle


class Strength(StrEnum):
    """How much of the same ground a norm and its sections cover; `OWN` is hardly in the other framework at all."""

    STRONG = "strong"
    PARTIAL = "partial"
    WEAK = "weak"
    OWN = "own"


class Overlap(Struct, frozen=True):
    """A norm of the other framework that comes close, with the numbers of its points (none: the norm as a whole)."""

    norm: NormId
    points: tuple[int, ...]
    strength: Strength


class NormLink(Struct, frozen=True):
    """A norm with the sections of the other framework that come closest."""

    norm: NormId
    strength: Strength
    sections: tuple[Overlap, ...]


class FrameworkMapping(Struct, frozen=True, dict=True):
    """Everything that is known about two frameworks together; `links` go from `norms_of` to `sections_of`.

    `schemes` are the other halves of a combination audit that cover the same ground as `sections_of`.
    """

    norms_of: FrameworkId
    sections_of: FrameworkId
    links: tuple[NormLink, ...]
    principles: tuple[Principle, ...]
    schemes: tuple[str, ...] = ()

    def covers(self, framework: FrameworkId, other: FrameworkId) -> bool:
        """Say whether this mapping is about these two, in either direction."""
        return {framework, other} == {self.norms_of, self.sections_of}

    def overlaps(self, framework: FrameworkId, norm: NormId) -> tuple[Overlap, ...]:
        """Return what comes close to a norm in the other framework, the strongest first; empty for what is unknown."""
        known = {self.norms_of: self._forward, self.sections_of: self._backward}.get(framework, {})
        return known.get(norm, ())

    def strength(self, framework: FrameworkId, norm: NormId) -> Strength:
        """Return how far the other framework covers a norm; `OWN` when nothing comes close."""
        found = self.overlaps(framework, norm)
        return found[0].strength if found else Strength.OWN

    def beside(self, framework: FrameworkId, scheme: str) -> Mapping[NormId, Strength]:
        """Return how far the other scheme of a combination audit covers each norm; empty when that is not known."""
        if framework != self.norms_of or scheme not in self.schemes:
            return {}
        return {link.norm: link.strength for link in self.links}

    @cached_property
    def _forward(self) -> Mapping[NormId, tuple[Overlap, ...]]:
        return {link.norm: link.sections for link in self.links}

    @cached_property
    def _backward(self) -> Mapping[NormId, tuple[Overlap, ...]]:
        """The same links from the sections, with the points that each norm is about."""
        found: dict[NormId, list[Overlap]] = {}
        for link in self.links:
            for section in link.sections:
                found.setdefault(section.norm, []).append(Overlap(link.norm, section.points, link.strength))
        order = list(Strength)
        return {
            section: tuple(sorted(overlaps, key=lambda overlap: order.index(overlap.strength)))
            for section, overlaps in found.items()
        }
