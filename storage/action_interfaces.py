"""What the rest of Handvat may ask of storage about single actions of an improvement plan, and who does them.

A coordinator gives an action to somebody of the organisation. That owner reads and reports on this action and no other,
and sees nothing else of the plan, the report or the audit; the coordinators see what the owner says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import Progress
from domain.plan_actions import ActionEvidence, PlanAction
from domain.roles import PersonId
from domain.self_evaluation import ContributionKind
from storage.interfaces import Refusal
from storage.plan_interfaces import Addressee


class ActionChanged(Refusal):
    """Somebody else said how far the action is since the screen was made; nothing was overwritten."""


class ActionFull(Refusal):
    """As many files lie at the action as there can be."""


class NewEvidence(Struct, frozen=True):
    """A file as it came in, with the line below it."""

    kind: ContributionKind
    name: str
    media_type: str
    size: int | None
    telegram_id: str
    caption: str = ""


class ActionOwner(Struct, frozen=True):
    """Somebody of the member who does an action, or who can be given one."""

    person: PersonId
    membership: MembershipId
    name: str
    chat: int | None = None


class PlanActions(Protocol):
    """The actions of improvement plans within the actor's reach.

    All methods raise NotAllowed for who does not own the action and does not coordinate the organisation.
    """

    def own(self) -> tuple[PlanAction, ...]:
        """Return the actions that the actor owns in the current organisation, by day; nothing for everybody else."""
        ...

    def count(self) -> int:
        """Return how many of the actor's own actions are not ready yet, without opening what they say."""
        ...

    def get(self, audit: AuditId, norm: NormId) -> PlanAction:
        """Return one action, for its owner or a coordinator."""
        ...

    def report(self, audit: AuditId, progress: Progress, at: datetime) -> Progress:
        """Keep how far an action is; its version is the one that was seen.

        Raises:
            ActionChanged
            domain.improvement_plan.PlanRefused: the plan was not approved.
        """
        ...

    def attach(self, audit: AuditId, norm: NormId, new: NewEvidence, at: datetime) -> ActionEvidence:
        """Keep a file at an action; the caller queues the job "fetch_file".

        Raises:
            ActionFull
            domain.improvement_plan.PlanRefused: the plan was not approved.
        """
        ...

    def detach(self, audit: AuditId, norm: NormId, number: int, at: datetime) -> None:
        """Take a file away again: one's own, or any for a coordinator; again changes nothing."""
        ...

    def snooze(self, audit: AuditId, norm: NormId, until: date, at: datetime) -> None:
        """Leave the actor alone about an action until a day."""
        ...

    def coordinators(self, audit: AuditId, norm: NormId) -> tuple[Addressee, ...]:
        """Return the coordinators who hear what the owner says."""
        ...

    # The coordinator

    def owners(self, audit: AuditId) -> Mapping[NormId, ActionOwner]:
        """Return who owns which action; only people who still work for the organisation."""
        ...

    def candidates(self, audit: AuditId) -> tuple[ActionOwner, ...]:
        """Return who can be given an action: the coordinators and colleagues of the organisation, by name."""
        ...

    def give(self, audit: AuditId, norm: NormId, membership: MembershipId | None, at: datetime) -> ActionOwner | None:
        """Give an action to somebody, or (None) to nobody.

        Raises:
            domain.improvement_plan.PlanRefused: the plan ended without being approved.
        """
        ...


__all__ = ["ActionChanged", "ActionFull", "ActionOwner", "NewEvidence", "PlanActions"]
