"""The buttons of the next round of a self-evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.framework import NormId
from domain.self_evaluation import EvaluationId


@dataclass(frozen=True)
class NextRoundTap(Tap, prefix="zr"):
    """Start the next round: first asked, then done."""

    evaluation: EvaluationId
    is_sure: bool


@dataclass(frozen=True)
class EarlierTap(Tap, prefix="zs"):
    """To what was said of a norm in the round before."""

    norm: NormId


@dataclass(frozen=True)
class StillSoTap(Tap, prefix="zt"):
    """The earlier answer still holds."""

    evaluation: EvaluationId
    norm: NormId
    version: int
