"""The buttons of the decision, part A at the secretariat, certificates and the register."""

from __future__ import annotations

from conversations.kit import Tap
from domain.audit import AuditId
from domain.certificate import CertificateId, CertificateStatus

# --- The CI and the member -------------------------------------------------------------------------------------------


class DecisionTap(Tap, frozen=True):
    """To the decision of an audit."""

    prefix = "za"

    audit: AuditId


class DecideTap(Tap, frozen=True):
    """Decide; the reason is asked."""

    prefix = "zb"

    audit: AuditId
    is_positive: bool


class SendPartATap(Tap, frozen=True):
    """Send part A to the secretariat: first asked, then done; or record that it went by mail."""

    prefix = "zc"

    audit: AuditId
    is_mail: bool
    is_sure: bool


class CertificateTap(Tap, frozen=True):
    """To a certificate."""

    prefix = "ze"

    certificate: CertificateId


class CertificatePdfTap(Tap, frozen=True):
    """Make the certificate as PDF."""

    prefix = "zf"

    certificate: CertificateId


class PressTap(Tap, frozen=True):
    """To a text for the press that one can make one's own."""

    prefix = "zg"

    certificate: CertificateId


class LogoTap(Tap, frozen=True):
    """To what one may do with the logo."""

    prefix = "zh"

    certificate: CertificateId


# --- The secretariat -------------------------------------------------------------------------------------------------


class SubmissionTap(Tap, frozen=True):
    """To part A of an audit."""

    prefix = "zi"

    audit: AuditId


class ReadPartATap(Tap, frozen=True):
    """Read part A, a page at a time."""

    prefix = "zj"

    audit: AuditId
    page: int


class CompleteTap(Tap, frozen=True):
    """Part A is complete."""

    prefix = "zk"

    audit: AuditId
    number: int


class ReturnTap(Tap, frozen=True):
    """Part A goes back; the question is asked."""

    prefix = "zl"

    audit: AuditId
    number: int


class IssueTap(Tap, frozen=True):
    """Make the certificate: first shown, then done."""

    prefix = "zm"

    audit: AuditId
    is_sure: bool


class RegisterTap(Tap, frozen=True):
    """To the register."""

    prefix = "zn"

    page: int


class EntryTap(Tap, frozen=True):
    """To one line of the register."""

    prefix = "zo"

    certificate: CertificateId


class StatusTap(Tap, frozen=True):
    """Confirm a change of status: first asked, then done."""

    prefix = "zp"

    certificate: CertificateId
    status: CertificateStatus
    version: int
    is_sure: bool


class RemakeTap(Tap, frozen=True):
    """Make another edition of the certificate than the one that was seen: first shown, then done."""

    prefix = "zu"

    certificate: CertificateId
    edition: int
    is_sure: bool


class NoticeTap(Tap, frozen=True):
    """The member was written to about the expiry: first the letter, then recorded."""

    prefix = "zq"

    certificate: CertificateId
    is_sure: bool
