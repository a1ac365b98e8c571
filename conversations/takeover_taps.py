"""The buttons of taking over what was said in another framework."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.framework import NormId
from domain.self_evaluation import EvaluationId


@dataclass(frozen=True)
class OtherFrameworkTap(Tap, prefix="xo"):
    """To what was said in the other framework about the same ground."""

    norm: NormId


@dataclass(frozen=True)
class TakeOverTap(Tap, prefix="xt"):
    """Take over what is on the screen: `version` of the answer here, `shown` the fingerprint of what was proposed."""

    evaluation: EvaluationId
    norm: NormId
    version: int
    shown: int


@dataclass(frozen=True)
class GiveBackTap(Tap, prefix="xg"):
    """Undo taking over: `count` texts from receipt `first`, and the verdict that made `version` (0: there was none)."""

    evaluation: EvaluationId
    norm: NormId
    first: int
    count: int
    version: int
