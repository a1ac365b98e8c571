"""The way back from an explanation beside the screen, to the norm that somebody was at when they asked for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations.fieldwork_taps import QuestionOfNormTap
from conversations.judging_taps import VerdictNormTap
from conversations.kit import Keyboard, Tap, Turn
from conversations.taps import NormTap, way_back
from domain.framework import NormId


def _in_interview(turn: Turn, norm: NormId) -> Tap:
    """Return the way to the question that was asked; outside an interview that shows what was found."""
    return QuestionOfNormTap(norm, (turn.data.get("fieldwork") or {}).get("question", 0))


#: By the name of the conversation that one was in.
_BACK: Mapping[str, Callable[[Turn, NormId], Tap]] = {
    "fieldwork": _in_interview,
    "verdicts": lambda _, norm: VerdictNormTap(norm),
    "self_evaluation": lambda _, norm: NormTap(norm),
}


def back_to_norm(turn: Turn, norm: NormId) -> Keyboard:
    """Return the last row of an explanation: back to the norm where the person was at one, and the menu."""
    back = _BACK.get(turn.place.conversation or "")
    return way_back(back(turn, norm) if back else None)
