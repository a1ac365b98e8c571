"""What the rest of Handvat may ask of storage about the decision of the CI and the register of SWN.

The team leader decides and sends part A; the team and the coordinators of the member read the decision. The secretariat
checks part A, makes certificates and keeps the register; it never reaches anything that was heard, judged or planned.
Every step is recorded in the process at the same moment.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import Organisation
from domain.audit import AuditId, AuditKind
from domain.certificate import (
    Certificate,
    CertificateId,
    CertificateStatus,
    DecisionFacts,
    DecisionHindrance,
    EditionProposal,
    PartAState,
    Printed,
    ReplacedEdition,
    StatusProposal,
    StatusReason,
    Validity,
)
from domain.process import Party
from domain.report import VersionId
from domain.roles import PersonId
from storage.interfaces import Refusal
from storage.plan_interfaces import Addressee


class DecisionRefused(Refusal):
    """The CI cannot decide this: `hindrance` says why."""

    def __init__(self, hindrance: DecisionHindrance) -> None:
        super().__init__(hindrance.value)
        self.hindrance = hindrance


class NotTheTime(Refusal):
    """Somebody did this already, or something has to happen first; nothing was changed."""


class Decision(Struct, frozen=True):
    """What the CI decided, with its reason; the label itself is granted by SWN."""

    audit: AuditId
    is_positive: bool
    on: date
    reason: str
    by: PersonId
    version: int = 1


class PartA(Struct, frozen=True):
    """Part A at the secretariat: `report` is the version that was sent by chat, None when it went by mail."""

    audit: AuditId
    number: int
    state: PartAState
    on: date
    question: str = ""
    report: VersionId | None = None


class RegisterEntry(Struct, frozen=True):
    """A certificate with what is printed on it."""

    certificate: Certificate
    organisation: str
    ci: str
    scope: str
    norms_version: str = ""

    @property
    def printed(self) -> Printed:
        """What is printed beside number, code and dates."""
        return Printed(self.organisation, self.ci, self.scope, self.norms_version)


class Standing(Struct, frozen=True):
    """Where an audit is after its final findings, for the CI and the member.

    The reasons come from the domain, so that a screen can say why something cannot be done yet. `is_part_a_due` when
    part A has to go to the secretariat, also anew because the decision was changed since.
    """

    facts: DecisionFacts
    decision: Decision | None
    part_a: PartA | None
    entry: RegisterEntry | None
    is_part_a_due: bool = False


class Submission(Struct, frozen=True):
    """Part A of one audit as the secretariat sees it; `ci` and `scope` as the plan of the audit has them.

    `is_overtaken` when the decision was changed after part A was sent, as on appeal: another part A belongs to it.
    """

    part_a: PartA
    decision: Decision
    organisation: Organisation
    ci: str
    scope: str
    kind: AuditKind
    days: tuple[date, ...]
    is_overtaken: bool = False


class Waiting(Struct, frozen=True):
    """What waits for the secretariat: part A to check, certificates to make, changes and notices to confirm.

    `to_remake` are certificates that say something else than what stands now.
    """

    to_check: tuple[Submission, ...]
    to_issue: tuple[Submission, ...]
    changes: tuple[tuple[RegisterEntry, StatusProposal], ...]
    notices: tuple[RegisterEntry, ...]
    to_remake: tuple[RegisterEntry, ...] = ()


class Decisions(Protocol):
    """The decisions within the actor's reach. All methods raise NotAllowed out of reach, and StatementsMissing."""

    def get(self, audit: AuditId) -> Standing:
        """Return where an audit stands, for its team and for the member."""
        ...

    def decide(self, audit: AuditId, reason: str, on: date, at: datetime, *, is_positive: bool) -> Decision:
        """Record the decision of the CI, as its team leader; once, unless a negative one is mended (bijlage 5 B10c.i).

        Raises:
            DecisionRefused
            NotTheTime: it was decided already, or there is no reason.
        """
        ...

    def send_part_a(self, audit: AuditId, on: date, at: datetime, report: VersionId | None = None) -> PartA:
        """Record that part A went to the secretariat. Raises NotTheTime: no decision yet, or it lies there."""
        ...

    def own_entries(self) -> tuple[RegisterEntry, ...]:
        """Return the certificates of the actor's organisation, the newest first, for its coordinator."""
        ...

    def entry(self, certificate: CertificateId) -> RegisterEntry:
        """Return a certificate of an audit within the actor's reach."""
        ...

    def editions(self, certificate: CertificateId) -> tuple[ReplacedEdition, ...]:
        """Return the editions of such a certificate that another one replaced, the newest first."""
        ...

    def addressees(self, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
        """Return who hears of a step on a side."""
        ...


class Register(Protocol):
    """The register, for the secretariat of SWN; everybody else gets NotAllowed."""

    def waiting(self, today: date) -> Waiting:
        """Return what waits for the secretariat."""
        ...

    def submission(self, audit: AuditId) -> Submission:
        """Return part A of an audit as it came in last."""
        ...

    def complete(self, audit: AuditId, number: int, on: date, at: datetime) -> Submission:
        """Record that part A is complete and correct in form. Raises NotTheTime."""
        ...

    def send_back(self, audit: AuditId, number: int, question: str, on: date, at: datetime) -> Submission:
        """Record what has to be completed or corrected. Raises NotTheTime."""
        ...

    def validity(self, audit: AuditId, on: date) -> Validity:
        """Return the dates that a certificate would carry if it were made on a day."""
        ...

    def issue(self, audit: AuditId, on: date, at: datetime) -> RegisterEntry:
        """Make the certificate. Raises NotTheTime: part A is not complete, the decision is negative, or it is there."""
        ...

    def entries(self) -> tuple[RegisterEntry, ...]:
        """Return the newest certificate of every organisation, by name."""
        ...

    def entry(self, certificate: CertificateId) -> RegisterEntry:
        """Return one certificate."""
        ...

    def editions(self, certificate: CertificateId) -> tuple[ReplacedEdition, ...]:
        """Return the editions of a certificate that another one replaced, the newest first."""
        ...

    def of_code(self, code: str) -> RegisterEntry | None:
        """Return the certificate that a code stands on, or stood on; None when it stands on none."""
        ...

    def proposed_edition(self, audit: AuditId, scope: str | None = None) -> EditionProposal | None:
        """Return the edition of an audit's certificate that should be made now; None while nothing differs.

        After a changed decision `scope` is printed instead of the one that part A says.
        """
        ...

    def has_new_decision(self, certificate: CertificateId) -> bool:
        """Say whether part A of a decision that was changed since is complete, so that other words may belong to it."""
        ...

    def remake(
        self, certificate: CertificateId, on: date, at: datetime, *, seen: int, scope: str | None = None
    ) -> RegisterEntry:
        """Make the proposed edition with a code of its own, and keep the one before; `seen` is the edition one saw.

        Raises NotTheTime: nothing differs, or somebody was first.
        """
        ...

    def proposal(self, certificate: CertificateId, today: date) -> StatusProposal | None:
        """Return the change of status that somebody should confirm now."""
        ...

    def after_expiry(self, certificate: CertificateId, today: date) -> StatusProposal:
        """Return what becomes of a certificate on its vervaldatum as things are: suspended, or lapsed."""
        ...

    def set_status(
        self, certificate: CertificateId, status: CertificateStatus, since: date, reason: StatusReason, at: datetime,
        *, seen: int, note: str = "",
    ) -> RegisterEntry:  # fmt: skip
        """Record that a certificate is suspended, lapsed or certified again. Raises NotTheTime."""
        ...

    def note_notice(self, certificate: CertificateId, on: date, at: datetime) -> None:
        """Record that the member was written to about the expiry. Raises NotTheTime."""
        ...

    def addressees(self, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
        """Return who hears of a step on a side."""
        ...


__all__ = [
    "Decision", "DecisionRefused", "Decisions", "NotTheTime", "PartA", "Register", "RegisterEntry",
    "Standing", "Submission", "Waiting",
]  # fmt: skip
