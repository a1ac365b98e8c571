"""The buttons of the improvement plan after an audit; all name the audit, and those that decide what they saw."""

from __future__ import annotations

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import PlanPart
from domain.verdicts import Verdict


class AuditPlanTap(Tap, frozen=True):
    """To the plan of an audit."""

    prefix = "ea"

    audit: AuditId


class PlanNormTap(Tap, frozen=True):
    """To what the plan says about one norm."""

    prefix = "eb"

    audit: AuditId
    norm: NormId


class PlanAskTap(Tap, frozen=True):
    """Say one part of an entry."""

    prefix = "ec"

    audit: AuditId
    norm: NormId
    part: PlanPart


class PlanDueTap(Tap, frozen=True):
    """Ready in so many months."""

    prefix = "ed"

    audit: AuditId
    norm: NormId
    months: int


class UseActionTap(Tap, frozen=True):
    """Take over what the self-evaluation says about this part."""

    prefix = "ee"

    audit: AuditId
    norm: NormId
    part: PlanPart


class SubmitPlanTap(Tap, frozen=True):
    """Hand the plan in: first asked, then done."""

    prefix = "ef"

    audit: AuditId
    version: int
    is_sure: bool


class DeclineTap(Tap, frozen=True):
    """Choose against an additional investigation: first asked, then done."""

    prefix = "eg"

    audit: AuditId
    version: int
    is_sure: bool


class TickTap(Tap, frozen=True):
    """An approved entry is ready, or not after all."""

    prefix = "eh"

    audit: AuditId
    norm: NormId
    is_done: bool


class ShowsTap(Tap, frozen=True):
    """Say how one sees that an entry is ready."""

    prefix = "ei"

    audit: AuditId
    norm: NormId


class ApprovePlanTap(Tap, frozen=True):
    """Approve the plan: first asked, then done."""

    prefix = "ej"

    audit: AuditId
    version: int
    is_sure: bool


class SendBackTap(Tap, frozen=True):
    """Send the plan back; the reason is asked."""

    prefix = "ek"

    audit: AuditId
    version: int


class RetestsTap(Tap, frozen=True):
    """To the additional investigation."""

    prefix = "el"

    audit: AuditId


class RetestTap(Tap, frozen=True):
    """To what the additional investigation found at one norm."""

    prefix = "em"

    audit: AuditId
    norm: NormId


class RetestVerdictTap(Tap, frozen=True):
    """Record what the team holds of a norm now."""

    prefix = "en"

    audit: AuditId
    norm: NormId
    verdict: Verdict


class AddendumTap(Tap, frozen=True):
    """To the addendum to part B: what the additional investigation found, a page at a time."""

    prefix = "ep"

    audit: AuditId
    page: int


class FinishFollowupTap(Tap, frozen=True):
    """Close the additional investigation: first asked, then done."""

    prefix = "eo"

    audit: AuditId
    is_sure: bool


class OwnActionsTap(Tap, frozen=True):
    """To the actions of the plan that are the person's own."""

    prefix = "eq"


class ActionTap(Tap, frozen=True):
    """To one action, for its owner or a coordinator; from a message in the role that it was sent to."""

    prefix = "er"

    audit: AuditId
    norm: NormId
    role: MembershipId | None = None


class ActionTickTap(Tap, frozen=True):
    """An action is ready, or not after all."""

    prefix = "es"

    audit: AuditId
    norm: NormId
    is_done: bool
    role: MembershipId | None = None


class ActionSayTap(Tap, frozen=True):
    """Say how far an action is ("note"), or how one sees that it is ready ("evidence")."""

    prefix = "et"

    audit: AuditId
    norm: NormId
    what: str


class EvidenceTap(Tap, frozen=True):
    """To a file that lies at an action; `what` is "show", "send" or "remove"."""

    prefix = "ex"

    audit: AuditId
    norm: NormId
    number: int
    what: str


class SnoozeActionTap(Tap, frozen=True):
    """Hear of an action again tomorrow."""

    prefix = "eu"

    audit: AuditId
    norm: NormId
    role: MembershipId | None = None


class WhoseActionTap(Tap, frozen=True):
    """Say who does an action."""

    prefix = "ev"

    audit: AuditId
    norm: NormId


class GiveActionTap(Tap, frozen=True):
    """Give an action to somebody, or (None) to nobody."""

    prefix = "ew"

    audit: AuditId
    norm: NormId
    membership: MembershipId | None
