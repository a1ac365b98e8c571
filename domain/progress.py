"""How far a self-evaluation is, and which norm comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from domain.framework import Framework, Norm, NormId, RubricId
from domain.verdicts import Verdict

#: How many blocks the bar of a screen has.
BAR_BLOCKS = 10


class RubricProgress(Struct, frozen=True):
    """How many norms of one rubric have a verdict."""

    rubric: RubricId
    answered: int
    total: int


class Progress(Struct, frozen=True):
    """How many norms have a verdict, over all and per rubric; `counts` holds every verdict, 0 included."""

    answered: int
    total: int
    rubrics: tuple[RubricProgress, ...]
    counts: Mapping[Verdict, int]

    @property
    def is_complete(self) -> bool:
        """Whether every norm has a verdict."""
        return self.answered == self.total

    @property
    def filled_blocks(self) -> int:
        """How many of the `BAR_BLOCKS` are filled: one as soon as there is an answer, all only when all is done."""
        if self.answered in (0, self.total):
            return BAR_BLOCKS if self.is_complete else 0
        rounded = (2 * self.answered * BAR_BLOCKS + self.total) // (2 * self.total)
        return min(max(rounded, 1), BAR_BLOCKS - 1)


def progress(framework: Framework, verdicts: Mapping[NormId, Verdict]) -> Progress:
    """Return how far the verdicts go; norms that the framework lacks are left out."""
    counts = dict.fromkeys(Verdict, 0)
    answered = {rubric.id: 0 for rubric in framework.rubrics}
    for norm, verdict in verdicts.items():
        if verdict is not Verdict.NOT_ASSESSED and framework.has(norm):
            counts[verdict] += 1
            answered[framework.norm(norm).rubric] += 1
    given = sum(answered.values())
    counts[Verdict.NOT_ASSESSED] = len(framework.norms) - given
    return Progress(
        answered=given,
        total=len(framework.norms),
        rubrics=tuple(
            RubricProgress(rubric, done, len(framework.in_rubric(rubric))) for rubric, done in answered.items()
        ),
        counts=counts,
    )


def next_open(
    framework: Framework,
    verdicts: Mapping[NormId, Verdict],
    after: NormId | None = None,
    preferring: Collection[NormId] | None = None,
) -> Norm | None:
    """Return the next norm without a verdict, or None when there is none left.

    Searches on from `after` and round to it (that norm itself comes last); norms in `preferring`
    (somebody's own) come before all others. An unknown `after` starts at the first norm.
    """
    open_norms = [norm for norm in _from(framework, after) if not _has_verdict(norm, verdicts)]
    own = [norm for norm in open_norms if norm.id in (preferring or ())]
    return next(iter(own or open_norms), None)


def _from(framework: Framework, after: NormId | None) -> tuple[Norm, ...]:
    start = framework.norm(after).ordinal + 1 if after and framework.has(after) else 0
    return framework.norms[start:] + framework.norms[:start]


def _has_verdict(norm: Norm, verdicts: Mapping[NormId, Verdict]) -> bool:
    return verdicts.get(norm.id, Verdict.NOT_ASSESSED) is not Verdict.NOT_ASSESSED
