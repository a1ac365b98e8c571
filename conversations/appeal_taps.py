"""The buttons of appeals; those that take a step name the version that they saw."""

from __future__ import annotations

from enum import StrEnum

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.appeals import AppealId, AppealStep
from domain.audit import AuditId
from domain.roles import PersonId


class LetterPart(StrEnum):
    """What the letter says, in the order in which it is asked."""

    GROUNDS = "grounds"
    REQUEST = "request"


class ReceiptPart(StrEnum):
    """What the office says about what came in, in the order in which it is asked."""

    DAY = "day"
    CHANNEL = "channel"
    SENDER = "sender"
    REASONS = "reasons"
    DESCRIPTION = "description"


class DossierPart(StrEnum):
    """What who handles an appeal reads."""

    DECISION = "decision"
    CONSIDERED = "considered"
    PLAN = "plan"
    EVENTS = "events"


class AppealsTap(Tap, frozen=True):
    """To the appeals: one's own, or those of a certifying body."""

    prefix = "ba"


class ContestTap(Tap, frozen=True):
    """To one decision, and what can be done about it."""

    prefix = "bb"

    audit: AuditId


class LetterTap(Tap, frozen=True):
    """Say a part of the letter."""

    prefix = "bc"

    audit: AuditId
    part: LetterPart


class LetterFileTap(Tap, frozen=True):
    """Make the letter, as Word or PDF."""

    prefix = "bd"

    audit: AuditId
    is_word: bool


class AppealTap(Tap, frozen=True):
    """To one appeal."""

    prefix = "be"

    appeal: AppealId


class OpenAppealTap(Tap, frozen=True):
    """Out of a message to one appeal, in the role that it was for."""

    prefix = "bw"

    appeal: AppealId
    role: MembershipId


class AppealLogTap(Tap, frozen=True):
    """To every step of one appeal."""

    prefix = "bf"

    appeal: AppealId


class ReceiveTap(Tap, frozen=True):
    """Record an appeal: first against which decision."""

    prefix = "bg"

    audit: AuditId | None


class MailedTap(Tap, frozen=True):
    """The decision was mailed so many days ago."""

    prefix = "bh"

    audit: AuditId
    days_ago: int


class ReceiptTap(Tap, frozen=True):
    """Say one thing about what came in."""

    prefix = "bi"

    part: ReceiptPart
    value: str


class JudgeReceiptTap(Tap, frozen=True):
    """Acknowledge the appeal, or reject it."""

    prefix = "bj"

    appeal: AppealId
    step: AppealStep
    version: int


class ReasonsCameTap(Tap, frozen=True):
    """The reasons came today."""

    prefix = "bk"

    appeal: AppealId
    version: int


class MailTextTap(Tap, frozen=True):
    """To a text to mail to the appellant; `is_sent` once it was."""

    prefix = "bl"

    appeal: AppealId
    is_sent: bool


class CandidatesTap(Tap, frozen=True):
    """To who may handle the appeal."""

    prefix = "bm"

    appeal: AppealId


class AssignTap(Tap, frozen=True):
    """Give the appeal to somebody."""

    prefix = "bn"

    appeal: AppealId
    person: PersonId
    version: int


class ReviewTap(Tap, frozen=True):
    """Begin to look at the appeal."""

    prefix = "bo"

    appeal: AppealId
    version: int


class DossierTap(Tap, frozen=True):
    """Read a part of what was considered."""

    prefix = "bp"

    appeal: AppealId
    part: DossierPart
    page: int


class AppealReportTap(Tap, frozen=True):
    """Make the report of the audit once more, for who handles the appeal."""

    prefix = "bq"

    appeal: AppealId


class ConcludeTap(Tap, frozen=True):
    """Decide; the reasons are asked."""

    prefix = "br"

    appeal: AppealId
    is_changed: bool
    version: int


class EffectTap(Tap, frozen=True):
    """The office saw to an effect of a changed decision; effects count from 0."""

    prefix = "bs"

    appeal: AppealId
    effect: int
    version: int


class CloseAppealTap(Tap, frozen=True):
    """Close the appeal."""

    prefix = "bt"

    appeal: AppealId
    version: int


class TargetTap(Tap, frozen=True):
    """To the body's own target for treatment."""

    prefix = "bu"


class SetTargetTap(Tap, frozen=True):
    """Set it in weeks; 0 for none."""

    prefix = "bv"

    weeks: int
