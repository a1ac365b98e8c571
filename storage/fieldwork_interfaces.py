"""What the rest of Handvat may ask of storage about field work: interviews and findings, in words of the domain.

A finding is stored once per chat message and gets the next receipt of its audit. Every change makes a version, and
none is overwritten unseen: a change by a colleague since the version on the screen is refused with how it is now. Its
text belongs to its author; labels and norms to the whole team.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import Final, Protocol

from msgspec import Struct

from domain.audit import AuditId, Finding, FindingId, FindingKind, Interview, Tone
from domain.combination import Counted
from domain.coverage import Tally
from domain.framework import NormId, WhoCode
from domain.self_evaluation import ContributionKind
from storage.interfaces import FileRef, Refusal


class FindingChanged(Refusal):
    """A colleague changed the finding since the screen was made; `finding` is how it is now."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"finding {finding.id} is at version {finding.version}")
        self.finding = finding


class Keep(Enum):
    """Stands for a field that a change leaves as it is, where None means something."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


class NewFinding(Struct, frozen=True):
    """What somebody typed or sent; without norms it goes to the in-tray. `message` is the chat message it came in."""

    text: str
    form: ContributionKind = ContributionKind.TEXT
    norms: tuple[NormId, ...] = ()
    interview: Interview | None = None
    kind: FindingKind | None = None
    file: FileRef | None = None
    message: int | None = None


class FindingChange(Struct, frozen=True):
    """What changes at a finding; the rest stays. A kind or tone of None takes that label off.

    `also` are the norms of the other half of a combination at which it counts.
    """

    kind: FindingKind | Keep | None = KEEP
    tone: Tone | Keep | None = KEEP
    is_to_discuss: bool | None = None
    norms: tuple[NormId, ...] | None = None
    interview: Interview | None = None
    text: str | None = None
    also: tuple[NormId, ...] | None = None


class FindingPage(Struct, frozen=True):
    """Some findings, and how many there are."""

    findings: tuple[Finding, ...]
    total: int


class Edited(Struct, frozen=True):
    """A finding before and after its author edited the message."""

    before: Finding
    after: Finding


class ConfirmedNote(Struct, frozen=True):
    """A note of this audit that somebody placed at a norm."""

    text: str
    norm: NormId


class Fieldwork(Protocol):
    """Interviews and findings of the audits within the actor's reach.

    Every method raises NotAllowed out of reach, StatementsMissing before the statements, and WrongStage when the
    audit is not in a stage for it.
    """

    # Interviews

    def interviews(self, audit: AuditId) -> tuple[Interview, ...]:
        """Return all interviews of an audit, in order."""
        ...

    def interview(self, audit: AuditId, number: int) -> Interview:
        """Return one interview. Raises NotAllowed when there is none with this number."""
        ...

    def open_interview(self, audit: AuditId, functions: Sequence[WhoCode], at: datetime, *, seen: int) -> Interview:
        """Open the next interview with the actor in it; `seen` is the last number on the screen.

        A second tap on the same screen opens nothing new, but returns what the first one opened.
        """
        ...

    def describe_interview(
        self, audit: AuditId, number: int, *, description: str | None = None, place: str | None = None
    ) -> Interview:
        """Record function and team, or where it is held; None leaves a field. Only for who takes part."""
        ...

    def join_interview(self, audit: AuditId, number: int) -> Interview:
        """Let the actor take part; who does already changes nothing."""
        ...

    def end_interview(self, audit: AuditId, number: int, at: datetime) -> Interview:
        """End an interview, for everybody in it; again changes nothing."""
        ...

    def resume_interview(self, audit: AuditId, number: int) -> Interview:
        """Go on with an interview that was ended, and take part in it."""
        ...

    def brought_up(self, audit: AuditId, interview: Interview) -> frozenset[NormId]:
        """Return the norms of an audit at which something was recorded in this interview."""
        ...

    # Recording and changing

    def want_file(
        self, audit: AuditId, name: str, media_type: str, size: int | None, telegram_id: str, at: datetime
    ) -> FileRef:
        """Record a file that has to be fetched, under the CI of the audit; the caller queues the job "fetch_file"."""
        ...

    def record(self, audit: AuditId, new: NewFinding, at: datetime) -> Finding:
        """Store a finding; the same chat message twice is stored once."""
        ...

    def change(
        self, audit: AuditId, finding: FindingId, change: FindingChange, at: datetime, *, seen: int | None = None
    ) -> Finding:
        """Change a finding, keeping the version before; `seen` is the version on the screen, None for the actor's own.

        Raises:
            FindingChanged: a colleague changed it after that version.
            NotAllowed: it was taken back, its norm is unknown, or its text is somebody else's.
        """
        ...

    def edit_by_message(self, message: int, text: str, at: datetime) -> Edited | None:
        """Store the new text of the actor's own message, in whichever audit; None when it became no finding."""
        ...

    def own_by_message(self, message: int) -> Finding | None:
        """Return the finding that the actor's own message became, also in an audit that keeps nothing any more."""
        ...

    def became_finding(self, message: int) -> bool:
        """Say whether the actor's own message became a finding, in whichever role it was sent."""
        ...

    def undo(self, audit: AuditId, finding: FindingId, at: datetime, *, seen: int) -> Finding | None:
        """Undo the actor's last write at a finding: text and norms go back a version, a new finding is taken back.

        Returns how it is now (for one that was taken back: as it was); None when it changed since.
        """
        ...

    def withdraw(self, audit: AuditId, finding: FindingId, at: datetime) -> Finding:
        """Take back a finding of one's own, and return it as it was. Its receipt is never given out again."""
        ...

    def replace_text(self, audit: AuditId, finding: FindingId, text: str, at: datetime) -> tuple[Finding, int | None]:
        """Replace the text of one's own finding and erase what it was, from every version; in every stage.

        Returns the finding, and the chat message that the text came in.
        """
        ...

    def erase(self, audit: AuditId, finding: FindingId, at: datetime) -> tuple[Finding, int | None]:
        """Take back a finding of one's own and erase its text, from every version; returns as replace_text."""
        ...

    # Reading

    def finding(self, audit: AuditId, finding: FindingId) -> Finding:
        """Return one finding. Raises NotAllowed when there is none, or it was taken back."""
        ...

    def at_norm(self, audit: AuditId, norm: NormId, *, limit: int = 8, offset: int = 0) -> FindingPage:
        """Return the findings of the whole team at a norm, the newest first."""
        ...

    def found_since(self, audit: AuditId, norm: NormId, seen: FindingId, *, limit: int = 3) -> tuple[Finding, ...]:
        """Return the latest findings of others at a norm after a receipt, in order; empty for who may not see any."""
        ...

    def in_tray(self, audit: AuditId, *, limit: int = 8, offset: int = 0) -> FindingPage:
        """Return what has no norm yet: the actor's own first, then in order of arrival."""
        ...

    def outline(self, audit: AuditId) -> tuple[Finding, ...]:
        """Return every finding without its text, in order, from one statement."""
        ...

    def tallies(self, audit: AuditId, norms: Collection[NormId] | None = None) -> tuple[Tally, ...]:
        """Return what was gathered per norm, from one statement; of all norms unless some are named."""
        ...

    def confirmed(self, audit: AuditId, limit: int = 200) -> tuple[ConfirmedNote, ...]:
        """Return the latest notes of this audit that stand at a norm, to learn from."""
        ...

    def counted(self, audit: AuditId, finding: FindingId) -> tuple[Counted, ...]:
        """Return for which norms of which half somebody had a finding count, and on which basis."""
        ...

    def file(self, audit: AuditId, finding: FindingId) -> FileRef | None:
        """Return what is known of the file of a finding."""
        ...


__all__ = [
    "KEEP", "ConfirmedNote", "Edited", "Fieldwork", "FindingChange", "FindingChanged", "FindingPage", "Keep",
    "NewFinding",
]  # fmt: skip
