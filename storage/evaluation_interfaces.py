"""What the rest of Handvat may ask of storage about the evaluation after an audit.

Everybody who audited with both statements accepted, the coordinators of the member, and the colleagues whom these
asked: each of them reaches what they answered themselves, and nothing of anybody else. The office and the quality
officer of a certifying body see counts of its own audits; remarks only the quality officer, without names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.audit_evaluation import OwnEvaluation, Side, SideResult
from domain.periods import Period
from domain.roles import PersonId
from storage.interfaces import Refusal


class EvaluationOver(Refusal):
    """The evaluation is closed (or not open yet): it can be read and not changed."""


class Lookback(Struct, frozen=True):
    """What somebody answered about an audit; `about` is who was audited, or for the member who audited."""

    own: OwnEvaluation
    about: str
    may_ask: bool  # a coordinator may ask colleagues to look back as well


class EvaluationAsk(Struct, frozen=True):
    """A message to somebody who has not looked back yet; `is_reminder` when it was said before."""

    person: PersonId
    chat: int
    membership: MembershipId
    audit: AuditId
    side: Side
    about: str
    closes_on: date
    is_reminder: bool


class AuditEvaluations(Protocol):
    """The evaluations within the actor's reach; all methods raise NotAllowed out of reach."""

    def get(self, audit: AuditId, today: date) -> Lookback:
        """Return what the actor answered; also once it is closed. NotAllowed before it opens."""
        ...

    def score(self, audit: AuditId, question: str, score: int | None, today: date, at: datetime) -> Lookback:
        """Keep 1 to 5 for a question, None to leave it open. Raises EvaluationOver."""
        ...

    def remark(self, audit: AuditId, text: str, today: date, at: datetime) -> Lookback:
        """Keep a remark; an empty text takes it back. Raises EvaluationOver."""
        ...

    def finish(self, audit: AuditId, today: date, at: datetime) -> Lookback:
        """Keep that the actor needs no reminder any more; answers can still be changed. Raises EvaluationOver."""
        ...

    def asked(self, audit: AuditId) -> Collection[PersonId]:
        """Return the colleagues who were asked to look back; for the coordinator."""
        ...

    def ask(self, audit: AuditId, membership: MembershipId, today: date, at: datetime) -> EvaluationAsk | None:
        """Ask a colleague and return the message to them; None when they were asked already or can't be reached.

        Raises:
            EvaluationOver
        """
        ...

    def results(self, today: date) -> tuple[SideResult, ...]:
        """Return what was answered about the audits of the actor's CI, the newest period first."""
        ...

    def remarks(self, today: date) -> Mapping[tuple[Period, Side], tuple[str, ...]]:
        """Return the remarks of periods that are over, in an order that tells nothing; for the quality officer."""
        ...


__all__ = ["AuditEvaluations", "EvaluationAsk", "EvaluationOver", "Lookback"]
