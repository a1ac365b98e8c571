"""The buttons of the report: those of the team are about the chosen audit, those of the member name a version.

Taps that write name the audit or version they were made for, and the version of the text they saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.kit import Tap
from domain.audit import AuditId, FindingId
from domain.framework import NormId, RubricId
from domain.report import VersionId
from domain.report_format import FieldId, Moment


class ReportForm(StrEnum):
    """In which form the report is made."""

    WORD = "word"
    PDF = "pdf"


# ------------------------------------------------------------------------------------------------ the team


@dataclass(frozen=True)
class ReportTap(Tap, prefix="ra"):
    """To the report of the chosen audit."""


@dataclass(frozen=True)
class FillInTap(Tap, prefix="rb"):
    """To the first field that has to be filled in."""


@dataclass(frozen=True)
class FieldTap(Tap, prefix="rc"):
    """To one field; `is_walk` when the next one that is missing follows it."""

    field: FieldId
    is_walk: bool


@dataclass(frozen=True)
class TakeOverTap(Tap, prefix="rd"):
    """Take the proposal of a field over."""

    audit: AuditId
    field: FieldId
    seen: int


@dataclass(frozen=True)
class SkipFieldTap(Tap, prefix="re"):
    """Go on to the next field; one that may stay empty stays empty."""

    audit: AuditId
    field: FieldId
    seen: int


@dataclass(frozen=True)
class PointTap(Tap, prefix="rf"):
    """Put a flagged finding among the points of a field, or take it out."""

    audit: AuditId
    field: FieldId
    finding: FindingId
    seen: int


@dataclass(frozen=True)
class BlocksTap(Tap, prefix="rg"):
    """To the fields of a block of part A, counted from 0."""

    block: int


@dataclass(frozen=True)
class ReportNormsTap(Tap, prefix="rh"):
    """To the norms of a rubric, as the report has them."""

    rubric: RubricId | None


@dataclass(frozen=True)
class ReportNormTap(Tap, prefix="ri"):
    """To what the report says of one norm."""

    norm: NormId


@dataclass(frozen=True)
class CloseOutTap(Tap, prefix="rj"):
    """To what still has to be done before the report can leave."""


@dataclass(frozen=True)
class SendTap(Tap, prefix="rk"):
    """To sending the report to the member."""

    moment: Moment


@dataclass(frozen=True)
class ConfirmSendTap(Tap, prefix="rm"):
    """Freeze the report and send it by chat."""

    audit: AuditId
    moment: Moment


@dataclass(frozen=True)
class MailTap(Tap, prefix="rn"):
    """Say on which day the member received the report by mail."""

    audit: AuditId
    moment: Moment


@dataclass(frozen=True)
class ReceivedTap(Tap, prefix="qd"):
    """Say on which day the member received a version that did not arrive by chat."""

    version: VersionId


@dataclass(frozen=True)
class ReportDocumentTap(Tap, prefix="rq"):
    """Make the report as it stands now; of part A alone for the secretariat."""

    form: ReportForm
    is_summary: bool


@dataclass(frozen=True)
class CorrectionsTap(Tap, prefix="rr"):
    """To what the member says is not right."""


@dataclass(frozen=True)
class CorrectionTap(Tap, prefix="rs"):
    """To one correction; None for what is about no norm."""

    version: VersionId
    norm: NormId | None


@dataclass(frozen=True)
class AcceptTap(Tap, prefix="rt"):
    """Accept a correction."""

    version: VersionId
    norm: NormId | None
    revision: int


@dataclass(frozen=True)
class AnswerTap(Tap, prefix="ru"):
    """Answer a correction with a reason."""

    version: VersionId
    norm: NormId | None


# ---------------------------------------------------------------------------------------------- the member


@dataclass(frozen=True)
class MemberReportTap(Tap, prefix="rv"):
    """To a report that was sent; None for the newest."""

    version: VersionId | None


@dataclass(frozen=True)
class MemberRubricTap(Tap, prefix="rw"):
    """To the norms of a rubric in a report that was sent."""

    version: VersionId
    rubric: RubricId


@dataclass(frozen=True)
class MemberNormTap(Tap, prefix="rx"):
    """To one norm in a report that was sent."""

    version: VersionId
    norm: NormId


@dataclass(frozen=True)
class CorrectTap(Tap, prefix="ry"):
    """Say what is factually not right at a norm, or (None) elsewhere."""

    version: VersionId
    norm: NormId | None


@dataclass(frozen=True)
class TakeBackTap(Tap, prefix="rz"):
    """Take a correction back."""

    version: VersionId
    norm: NormId | None


@dataclass(frozen=True)
class RespondTap(Tap, prefix="qa"):
    """Say that the reaction is complete; asked once more unless `is_sure`."""

    version: VersionId
    is_sure: bool


@dataclass(frozen=True)
class VersionDocumentTap(Tap, prefix="qb"):
    """Send a report that was sent once more as a document."""

    version: VersionId
    form: ReportForm
