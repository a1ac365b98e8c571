"""What the rest of Handvat may ask of storage about the improvement plan after an audit.

The coordinators of the member write it. The team of the audit reads what was handed in, with both statements accepted,
and its leader decides. Both sides see the same state. Nobody else reaches it: neither the office nor the secretariat.
Every step is recorded in the process at the same moment, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import ImprovementPlan, PlanEntry, PlanStatus, Progress, Retest
from domain.plan_actions import ActionEvidence
from domain.process import Party
from domain.roles import PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.interfaces import Refusal


class PlanChangedMeanwhile(Refusal):
    """Somebody else changed the plan or an entry since the screen was made; `plan` is how it is now."""

    def __init__(self, plan: ImprovementPlan) -> None:
        super().__init__(f"plan of audit {plan.audit} is at version {plan.version}")
        self.plan = plan


class NoPlan(Refusal):
    """The audit asks for no plan (yet): its final findings are not there, or everything is met."""


class Addressee(Struct, frozen=True):
    """Somebody who has to hear of a step: their chat, and the role in which it concerns them."""

    person: PersonId
    chat: int
    membership: MembershipId


class Plans(Protocol):
    """The improvement plans within the actor's reach.

    All methods raise NotAllowed out of reach and StatementsMissing before the statements, and NoPlan where there is
    none. Writing raises PlanChangedMeanwhile when `seen` is not the version (of the plan, or of the entry) that counts
    now, and `domain.improvement_plan.PlanRefused` when the plan is not in a state for it.
    """

    def current(self) -> AuditId | None:
        """Return the newest audit of the actor's organisation that asks for a plan; None for who writes none."""
        ...

    def get(self, audit: AuditId) -> ImprovementPlan:
        """Return a plan: the member sees what it writes, the team what was handed in the last time."""
        ...

    def status(self, audit: AuditId) -> PlanStatus | None:
        """Return how far the plan is, None when the findings ask for none (yet); for menus, without reading it."""
        ...

    def verdicts(self, audit: AuditId) -> Mapping[NormId, Verdict]:
        """Return what the final report of an audit says of every norm; nothing as long as there is none."""
        ...

    def rationales(self, audit: AuditId) -> Mapping[NormId, str]:
        """Return what the report says about the norms that the plan covers."""
        ...

    def write(self, audit: AuditId, entry: PlanEntry, at: datetime) -> PlanEntry:
        """Keep an entry, whose version is the one that was seen; earlier versions are kept."""
        ...

    def submit(self, audit: AuditId, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Hand the plan in. Raises PlanRefused also when something is missing."""
        ...

    def approve(self, audit: AuditId, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Approve the plan as it was seen."""
        ...

    def send_back(self, audit: AuditId, reason: str, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Send the plan back with a reason."""
        ...

    def decline(self, audit: AuditId, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Choose against an additional investigation."""
        ...

    def tick(self, audit: AuditId, progress: Progress, at: datetime) -> Progress:
        """Keep how far an approved entry is; its version is the one that was seen."""
        ...

    def evidence(self, audit: AuditId) -> Mapping[NormId, tuple[ActionEvidence, ...]]:
        """Return the files that show that actions are done; for the coordinators and the team."""
        ...

    def retests(self, audit: AuditId) -> Mapping[NormId, Retest]:
        """Return what the additional investigation found; the member sees it once the investigation is done."""
        ...

    def retest(
        self, audit: AuditId, norm: NormId, at: datetime, *, verdict: Verdict | None = None, text: str | None = None
    ) -> Retest:
        """Record what the additional investigation found at a norm of the plan; None leaves a part as it was."""
        ...

    def after_followup(self, audit: AuditId) -> Outcome:
        """Return what the verdicts come to with what was tested anew."""
        ...

    def finish_followup(self, audit: AuditId, on: date, at: datetime) -> Outcome:
        """Close the additional investigation and return its outcome. Raises PlanRefused: a norm was not tested."""
        ...

    def addressees(self, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
        """Return who hears of a step on a side: the coordinators, the team leader, or the secretariat."""
        ...


__all__ = ["Addressee", "NoPlan", "PlanChangedMeanwhile", "Plans"]
