"""What the rest of Handvat may ask of storage about the report of an audit.

The team of the audit reads it while it is being made, and only its leader writes. What went out is frozen: the
coordinators of the member read what was sent to them, the secretariat of SWN part A of what was sent there, and the
office of the CI no content at all. Every method raises NotAllowed out of reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.coverage import NormCoverage
from domain.framework import NormId
from domain.report import Channel, Composition, Correction, Recipient, Report, ReportVersion, Ruling, VersionId
from domain.report_check import ReportBlocker
from domain.report_format import FieldId, Moment
from domain.report_prefill import FieldText, ReportFacts
from domain.roles import PersonId
from storage.interfaces import Refusal


class FieldChanged(Refusal):
    """Somebody wrote in the field since the screen was made; `now` is how it is."""

    def __init__(self, field: FieldId, now: FieldText | None) -> None:
        super().__init__(field)
        self.field = field
        self.now = now


class ResponseClosed(Refusal):
    """The member said already that its reaction is complete, or nothing can be said of this version."""


class DraftedReport(Struct, frozen=True):
    """The report of an audit as it stands: its content, the facts behind it, and what keeps it from leaving."""

    made: Composition
    facts: ReportFacts
    covered: Mapping[NormId, NormCoverage]
    written: Mapping[FieldId, FieldText]
    blockers: tuple[ReportBlocker, ...]

    def version_of(self, field: FieldId) -> int:
        """Return the version of what somebody wrote in a field, 0 when nobody did."""
        return self.written[field].version if field in self.written else 0


class ReportReader(Struct, frozen=True):
    """Somebody at the member to whom a report can be sent by chat."""

    person: PersonId
    chat: int
    membership: MembershipId
    name: str


class Reports(Protocol):
    """The reports within the actor's reach."""

    # The team

    def drafted(self, audit: AuditId, moment: Moment, today: date) -> DraftedReport:
        """Return the report as it stands, as it would leave at a moment; for the team of the audit.

        Raises:
            StatementsMissing
        """
        ...

    def had_followup(self, audit: AuditId) -> bool:
        """Say whether an additional investigation was done that the report has to tell of; for the team."""
        ...

    def write(self, audit: AuditId, field: FieldId, text: str, at: datetime, *, seen: int) -> FieldText:
        """Write in a field, of part A or one of part B that can be changed; an empty text leaves it empty.

        Raises:
            FieldChanged: it is not at the version `seen` any more.
            WrongStage
        """
        ...

    def freeze(self, audit: AuditId, moment: Moment, at: datetime) -> ReportVersion:
        """Keep the report as it stands now, to be sent.

        Raises:
            domain.report_check.ReportRefused: something still stands in the way.
        """
        ...

    def readers(self, audit: AuditId) -> tuple[ReportReader, ...]:
        """Return the coordinators of the member who can be reached by chat; for the team leader."""
        ...

    def send(
        self,
        version: VersionId,
        recipient: Recipient,
        channel: Channel,
        at: datetime,
        *,
        person: PersonId | None = None,
        received_on: date | None = None,
    ) -> int:
        """Record that a version goes to somebody, and return the id of the sending.

        By mail, `received_on` says when it was received; by chat that is the day on which Telegram took it.
        """
        ...

    def rule(
        self, version: VersionId, norm: NormId | None, ruling: Ruling, answer: str, at: datetime, *, revision: int
    ) -> Correction:
        """Record what the team leader makes of a correction.

        Raises:
            ResponseClosed: the correction is not at this revision any more.
        """
        ...

    # Everybody who has it

    def versions(self, audit: AuditId) -> tuple[ReportVersion, ...]:
        """Return what went out, as far as the actor may read it, the newest first."""
        ...

    def version(self, version: VersionId) -> ReportVersion:
        """Return one version."""
        ...

    def content(self, version: VersionId) -> Report:
        """Return a version as it was frozen; for the secretariat without part B."""
        ...

    def newest(self) -> ReportVersion | None:
        """Return the newest report that was sent to the actor's organisation; None when there is none."""
        ...

    def corrections(self, version: VersionId) -> tuple[Correction, ...]:
        """Return what the member says of a version; for the team once the member's reaction is complete."""
        ...

    # The member

    def correct(self, version: VersionId, norm: NormId | None, text: str, at: datetime) -> Correction | None:
        """Keep what is factually not right at a norm or (None) elsewhere; an empty text takes it back.

        Raises:
            ResponseClosed
        """
        ...

    def writers(self, version: VersionId) -> tuple[int, ...]:
        """Return the chats of who leads the team, where they can be reached; for the member."""
        ...

    def respond(self, version: VersionId, at: datetime) -> ReportVersion:
        """Record that the reaction is complete, with corrections or without; again changes nothing.

        Raises:
            ResponseClosed: nothing is asked about this version.
        """
        ...


__all__ = ["DraftedReport", "FieldChanged", "ReportReader", "Reports", "ResponseClosed"]
