"""The buttons of the report: those of the team are about the chosen audit, those of the member name a version.

Taps that write name the audit or version they were made for, and the version of the text they saw.
"""

from __future__ import annotations

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


class ReportTap(Tap, frozen=True):
    """To the report of the chosen audit."""

    prefix = "ra"


class ReportAddendumTap(Tap, frozen=True):
    """To the addendum of the chosen audit, a page at a time."""

    prefix = "r1"

    page: int


class MemberAddendumTap(Tap, frozen=True):
    """To the addendum of a version that was sent, a page at a time."""

    prefix = "r2"

    version: VersionId
    page: int


class FillInTap(Tap, frozen=True):
    """To the first field that has to be filled in."""

    prefix = "rb"


class FieldTap(Tap, frozen=True):
    """To one field; `is_walk` when the next one that is missing follows it."""

    prefix = "rc"

    field: FieldId
    is_walk: bool


class TakeOverTap(Tap, frozen=True):
    """Take the proposal of a field over."""

    prefix = "rd"

    audit: AuditId
    field: FieldId
    seen: int


class SkipFieldTap(Tap, frozen=True):
    """Go on to the next field; one that may stay empty stays empty."""

    prefix = "re"

    audit: AuditId
    field: FieldId
    seen: int


class PointTap(Tap, frozen=True):
    """Put a flagged finding among the points of a field, or take it out."""

    prefix = "rf"

    audit: AuditId
    field: FieldId
    finding: FindingId
    seen: int


class BlocksTap(Tap, frozen=True):
    """To the fields of a block of part A, counted from 0."""

    prefix = "rg"

    block: int


class ReportNormsTap(Tap, frozen=True):
    """To the norms of a rubric, as the report has them."""

    prefix = "rh"

    rubric: RubricId | None


class ReportNormTap(Tap, frozen=True):
    """To what the report says of one norm."""

    prefix = "ri"

    norm: NormId


class CloseOutTap(Tap, frozen=True):
    """To what still has to be done before the report can leave."""

    prefix = "rj"


class SendTap(Tap, frozen=True):
    """To sending the report to the member."""

    prefix = "rk"

    moment: Moment


class ConfirmSendTap(Tap, frozen=True):
    """Freeze the report and send it by chat."""

    prefix = "rm"

    audit: AuditId
    moment: Moment


class MailTap(Tap, frozen=True):
    """Say on which day the member received the report by mail."""

    prefix = "rn"

    audit: AuditId
    moment: Moment


class ReceivedTap(Tap, frozen=True):
    """Say on which day the member received a version that did not arrive by chat."""

    prefix = "qd"

    version: VersionId


class ReportDocumentTap(Tap, frozen=True):
    """Make the report as it stands now; of part A alone for the secretariat."""

    prefix = "rq"

    form: ReportForm
    is_summary: bool


class CorrectionsTap(Tap, frozen=True):
    """To what the member says is not right."""

    prefix = "rr"


class CorrectionTap(Tap, frozen=True):
    """To one correction; None for what is about no norm."""

    prefix = "rs"

    version: VersionId
    norm: NormId | None


class AcceptTap(Tap, frozen=True):
    """Accept a correction."""

    prefix = "rt"

    version: VersionId
    norm: NormId | None
    revision: int


class AnswerTap(Tap, frozen=True):
    """Answer a correction with a reason."""

    prefix = "ru"

    version: VersionId
    norm: NormId | None


# ---------------------------------------------------------------------------------------------- the member


class MemberReportTap(Tap, frozen=True):
    """To a report that was sent; None for the newest."""

    prefix = "rv"

    version: VersionId | None


class MemberRubricTap(Tap, frozen=True):
    """To the norms of a rubric in a report that was sent."""

    prefix = "rw"

    version: VersionId
    rubric: RubricId


class MemberNormTap(Tap, frozen=True):
    """To one norm in a report that was sent."""

    prefix = "rx"

    version: VersionId
    norm: NormId


class CorrectTap(Tap, frozen=True):
    """Say what is factually not right at a norm, or (None) elsewhere."""

    prefix = "ry"

    version: VersionId
    norm: NormId | None


class TakeBackTap(Tap, frozen=True):
    """Take a correction back."""

    prefix = "rz"

    version: VersionId
    norm: NormId | None


class RespondTap(Tap, frozen=True):
    """Say that the reaction is complete; asked once more unless `is_sure`."""

    prefix = "qa"

    version: VersionId
    is_sure: bool


class VersionDocumentTap(Tap, frozen=True):
    """Send a report that was sent once more as a document."""

    prefix = "qb"

    version: VersionId
    form: ReportForm
