"""The buttons of taking over what was said in another framework."""

from __future__ import annotations

from conversations.kit import Tap
from domain.framework import NormId
from domain.self_evaluation import EvaluationId


class OtherFrameworkTap(Tap, frozen=True):
    """To what was said in the other framework about the same ground."""

    prefix = "xo"

    norm: NormId


class TakeOverTap(Tap, frozen=True):
    """Take over what is on the screen: `version` of the answer here, `shown` the fingerprint of what was proposed."""

    prefix = "xt"

    evaluation: EvaluationId
    norm: NormId
    version: int
    shown: int


class GiveBackTap(Tap, frozen=True):
    """Undo taking over: `count` texts from receipt `first`, and the verdict that made `version` (0: there was none)."""

    prefix = "xg"

    evaluation: EvaluationId
    norm: NormId
    first: int
    count: int
    version: int
