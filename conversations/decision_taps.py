"""The buttons of the decision, part A at the secretariat, certificates and the register."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.audit import AuditId
from domain.certificate import CertificateId, CertificateStatus

# --- The CI and the member -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionTap(Tap, prefix="za"):
    """To the decision of an audit."""

    audit: AuditId


@dataclass(frozen=True)
class DecideTap(Tap, prefix="zb"):
    """Decide; the reason is asked."""

    audit: AuditId
    is_positive: bool


@dataclass(frozen=True)
class SendPartATap(Tap, prefix="zc"):
    """Send part A to the secretariat: first asked, then done; or record that it went by mail."""

    audit: AuditId
    is_mail: bool
    is_sure: bool


@dataclass(frozen=True)
class CertificateTap(Tap, prefix="ze"):
    """To a certificate."""

    certificate: CertificateId


@dataclass(frozen=True)
class CertificatePdfTap(Tap, prefix="zf"):
    """Make the certificate as PDF."""

    certificate: CertificateId


@dataclass(frozen=True)
class PressTap(Tap, prefix="zg"):
    """To a text for the press that one can make one's own."""

    certificate: CertificateId


@dataclass(frozen=True)
class LogoTap(Tap, prefix="zh"):
    """To what one may do with the logo."""

    certificate: CertificateId


# --- The secretariat -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SubmissionTap(Tap, prefix="zi"):
    """To part A of an audit."""

    audit: AuditId


@dataclass(frozen=True)
class ReadPartATap(Tap, prefix="zj"):
    """Read part A, a page at a time."""

    audit: AuditId
    page: int


@dataclass(frozen=True)
class CompleteTap(Tap, prefix="zk"):
    """Part A is complete."""

    audit: AuditId
    number: int


@dataclass(frozen=True)
class ReturnTap(Tap, prefix="zl"):
    """Part A goes back; the question is asked."""

    audit: AuditId
    number: int


@dataclass(frozen=True)
class IssueTap(Tap, prefix="zm"):
    """Make the certificate: first shown, then done."""

    audit: AuditId
    is_sure: bool


@dataclass(frozen=True)
class RegisterTap(Tap, prefix="zn"):
    """To the register."""

    page: int


@dataclass(frozen=True)
class EntryTap(Tap, prefix="zo"):
    """To one line of the register."""

    certificate: CertificateId


@dataclass(frozen=True)
class StatusTap(Tap, prefix="zp"):
    """Confirm a change of status: first asked, then done."""

    certificate: CertificateId
    status: CertificateStatus
    version: int
    is_sure: bool


@dataclass(frozen=True)
class NoticeTap(Tap, prefix="zq"):
    """The member was written to about the expiry: first the letter, then recorded."""

    certificate: CertificateId
    is_sure: bool
