"""The buttons of the improvement plan after an audit; all name the audit, and those that decide what they saw."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import PlanPart
from domain.verdicts import Verdict


@dataclass(frozen=True)
class AuditPlanTap(Tap, prefix="ea"):
    """To the plan of an audit."""

    audit: AuditId


@dataclass(frozen=True)
class PlanNormTap(Tap, prefix="eb"):
    """To what the plan says about one norm."""

    audit: AuditId
    norm: NormId


@dataclass(frozen=True)
class PlanAskTap(Tap, prefix="ec"):
    """Say one part of an entry."""

    audit: AuditId
    norm: NormId
    part: PlanPart


@dataclass(frozen=True)
class PlanDueTap(Tap, prefix="ed"):
    """Ready in so many months."""

    audit: AuditId
    norm: NormId
    months: int


@dataclass(frozen=True)
class UseActionTap(Tap, prefix="ee"):
    """Take over what the self-evaluation says about this part."""

    audit: AuditId
    norm: NormId
    part: PlanPart


@dataclass(frozen=True)
class SubmitPlanTap(Tap, prefix="ef"):
    """Hand the plan in: first asked, then done."""

    audit: AuditId
    version: int
    is_sure: bool


@dataclass(frozen=True)
class DeclineTap(Tap, prefix="eg"):
    """Choose against an additional investigation: first asked, then done."""

    audit: AuditId
    version: int
    is_sure: bool


@dataclass(frozen=True)
class TickTap(Tap, prefix="eh"):
    """An approved entry is ready, or not after all."""

    audit: AuditId
    norm: NormId
    is_done: bool


@dataclass(frozen=True)
class ShowsTap(Tap, prefix="ei"):
    """Say how one sees that an entry is ready."""

    audit: AuditId
    norm: NormId


@dataclass(frozen=True)
class ApprovePlanTap(Tap, prefix="ej"):
    """Approve the plan: first asked, then done."""

    audit: AuditId
    version: int
    is_sure: bool


@dataclass(frozen=True)
class SendBackTap(Tap, prefix="ek"):
    """Send the plan back; the reason is asked."""

    audit: AuditId
    version: int


@dataclass(frozen=True)
class RetestsTap(Tap, prefix="el"):
    """To the additional investigation."""

    audit: AuditId


@dataclass(frozen=True)
class RetestTap(Tap, prefix="em"):
    """To what the additional investigation found at one norm."""

    audit: AuditId
    norm: NormId


@dataclass(frozen=True)
class RetestVerdictTap(Tap, prefix="en"):
    """Record what the team holds of a norm now."""

    audit: AuditId
    norm: NormId
    verdict: Verdict


@dataclass(frozen=True)
class AddendumTap(Tap, prefix="ep"):
    """To the addendum to part B: what the additional investigation found, a page at a time."""

    audit: AuditId
    page: int


@dataclass(frozen=True)
class FinishFollowupTap(Tap, prefix="eo"):
    """Close the additional investigation: first asked, then done."""

    audit: AuditId
    is_sure: bool
