"""The buttons of the next round of a self-evaluation."""

from __future__ import annotations

from conversations.kit import Tap
from domain.framework import NormId
from domain.self_evaluation import EvaluationId


class NextRoundTap(Tap, frozen=True):
    """Start the next round: first asked, then done."""

    prefix = "zr"

    evaluation: EvaluationId
    is_sure: bool


class EarlierTap(Tap, frozen=True):
    """To what was said of a norm in the round before."""

    prefix = "zs"

    norm: NormId


class StillSoTap(Tap, frozen=True):
    """The earlier answer still holds."""

    prefix = "zt"

    evaluation: EvaluationId
    norm: NormId
    version: int


class TakeEvidenceTap(Tap, frozen=True):
    """Take over what shows that the action of the plan is done."""

    prefix = "zv"

    evaluation: EvaluationId
    norm: NormId
