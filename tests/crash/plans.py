"""How each life of a rehearsal goes; it follows from the seed and the number of the life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.crash.mutants import FATAL_SEAM
from tests.crash.seams import SEAMS

#: Seconds that a life may take to come by its seam; with an errand other processes have to start first.
_PATIENCE = {False: 2.0, True: 5.0}


@dataclass(frozen=True)
class Plan:
    """How one life goes: it ends at a seam, or after so many seconds at any instant."""

    number: int
    seam: str | None
    passes: int
    seconds: float
    has_trouble: bool
    has_full_disk: bool
    errand: str | None


def plans(lives: int, seed: int, mutant: str | None, *, can_be_full: bool) -> Iterator[Plan]:
    """Yield how each life goes: two of three end at a seam, every seam in turn, the others at any instant."""
    names = sorted(SEAMS)
    Random(seed).shuffle(names)
    for number in range(lives):
        random = Random(f"{seed} life {number}")
        seam = names[(number - number // 3) % len(names)] if number % 3 != 2 else None
        if mutant is not None:
            seam = FATAL_SEAM[mutant]
        has_trouble = mutant is None and random.random() < 0.3
        errand = SEAMS[seam].errand if seam is not None else None
        seconds = random.uniform(0.05, 0.7) if seam is None else _PATIENCE[errand is not None]
        is_rare = seam is None or errand is not None or seam.startswith("start")
        passes = 1 if is_rare or mutant else random.choice([1, 1, 2, 3, 5])
        has_full_disk = can_be_full and seam is None and random.random() < 0.25
        yield Plan(number, seam, passes, 1.5 if has_full_disk else seconds, has_trouble, has_full_disk, errand)
