"""What the rest of Handvat may ask of storage about the rounds of a self-evaluation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from domain.framework import NormId
from domain.next_round import EarlierNorm
from domain.self_evaluation import Answer, Evaluation
from storage.interfaces import Refusal


class RoundRuns(Refusal):
    """The present round is not closed, or somebody started the next one already."""


class Rounds(Protocol):
    """The rounds of the self-evaluations within the actor's reach. All methods raise NotAllowed out of reach."""

    def start_next(self, evaluation: Evaluation, at: datetime) -> Evaluation:
        """Start the next round after one that is closed, against the same framework; everybody goes on with it.

        Raises:
            RoundRuns
        """
        ...

    def earlier(self, evaluation: Evaluation, norm: NormId) -> EarlierNorm | None:
        """Return what is known of a norm from the round before; None in a first round."""
        ...

    def keep(self, evaluation: Evaluation, norm: NormId, today: date, at: datetime, *, seen: int) -> Answer:
        """Record that the earlier answer still holds: its verdict, reason, texts, files and what was planned.

        Raises:
            ChangedMeanwhile: the answer is not at the version `seen` any more.
            EvaluationClosed
        """
        ...

    def take_evidence(self, evaluation: Evaluation, norm: NormId, at: datetime) -> int:
        """Let what shows that the action of the plan is done be evidence of the norm, each thing once.

        Returns how much was taken; nothing for who does not see the plan. Raises EvaluationClosed.
        """
        ...


__all__ = ["RoundRuns", "Rounds"]
