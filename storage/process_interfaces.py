"""What the rest of Handvat may ask of storage about the formal process: what happened, and what people are reminded of.

An audit is reached by its team and the office of its CI, by the coordinators of the organisation that is audited, and
by the secretariat of SWN. Who may record an event follows from the kind (`EventRule.recorded_by`): the party that it is
the turn of, or that receives what it is about; within the CI that is the team leader and the office.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId, Organisation
from domain.audit import AuditId, AuditKind, Stage
from domain.deadlines import Deadline
from domain.framework import FrameworkId
from domain.plan_actions import ActionReminder
from domain.process import EventKind, Party, ProcessEdition, ProcessEvent
from domain.reminders import Reminder, ReminderKind
from domain.roles import PersonId
from storage.interfaces import Refusal


class AlreadyRecorded(Refusal):
    """This happens once in an audit, and `event` stands already: correct that, or withdraw it first."""

    def __init__(self, event: ProcessEvent) -> None:
        super().__init__(f"{event.kind} on {event.on}")
        self.event = event


class OutcomeMissing(Refusal):
    """An event of this kind carries the outcome of the weighing as its detail."""

    def __init__(self, kind: EventKind) -> None:
        super().__init__(kind)
        self.kind = kind


class CorrectedMeanwhile(Refusal):
    """Somebody changed the event since the screen was made; `event` is how it is now, None when it was withdrawn."""

    def __init__(self, event: ProcessEvent | None) -> None:
        super().__init__(f"{event.kind} on {event.on}" if event else "withdrawn")
        self.event = event


class ProcessAudit(Struct, frozen=True):
    """One audit as its process shows it to everybody who has a part in it; nothing that was heard or judged.

    `party` is for whom the actor acts in it, None for who only looks on (an auditor who does not lead); `companion` is
    the other half of a combination.
    """

    id: AuditId
    organisation: Organisation
    kind: AuditKind
    stage: Stage
    framework: FrameworkId
    edition: ProcessEdition
    party: Party | None
    companion: AuditId | None = None


class ActionNotice(Struct, frozen=True):
    """An action of the improvement plan that one person has to hear of, with what its norm is called."""

    reminder: ActionReminder
    title: str


class Notice(Struct, frozen=True):
    """What one person has to hear about one audit, in one of their roles."""

    person: PersonId
    chat: int
    membership: MembershipId
    audit: AuditId
    organisation: str
    reminders: tuple[Reminder, ...]
    is_own_turn: tuple[bool, ...]  # for each reminder: whether the person is to act
    actions: tuple[ActionNotice, ...] = ()
    pair: AuditId | None = None  # of a combination: the same for both halves
    framework: str = ""  # then: what this half is about


class ProcessLog(Protocol):
    """What happened in the audits within the actor's reach; every writing is a version, nothing is overwritten."""

    def audits(self) -> tuple[ProcessAudit, ...]:
        """Return every audit within reach that was not cancelled: the newest first."""
        ...

    def get(self, audit: AuditId) -> ProcessAudit:
        """Return one audit. Raises NotAllowed when it is out of the actor's reach."""
        ...

    def events(self, audit: AuditId) -> tuple[ProcessEvent, ...]:
        """Return what stands now, by date, with what the bot derives itself (audit days, the self-evaluation).

        Raises:
            NotAllowed
        """
        ...

    def history(self, audit: AuditId) -> tuple[tuple[ProcessEvent, bool], ...]:
        """Return every version of every event in the order of recording, with whether it was withdrawn by it.

        Raises:
            NotAllowed
        """
        ...

    def terms(self, audit: AuditId, today: date) -> tuple[Deadline, ...]:
        """Return every step that has begun, with its date and whose turn it is, in the order of the process.

        Raises:
            NotAllowed
        """
        ...

    def may_record(self, audit: AuditId, kind: EventKind) -> bool:
        """Say whether the actor may record this there."""
        ...

    def record(self, audit: AuditId, kind: EventKind, on: date, at: datetime, detail: str = "") -> ProcessEvent:
        """Record that something happened on a local day; `detail` is the outcome where the kind needs one.

        Recording the same thing again on the same day returns what stands.

        Raises:
            NotAllowed: out of reach, not for this actor, or something that the bot derives itself.
            AlreadyRecorded: it happens once, and stands on another day.
            OutcomeMissing
        """
        ...

    def correct(self, event: ProcessEvent, on: date, at: datetime, detail: str | None = None) -> ProcessEvent:
        """Record that it was on another day, or with another detail; the earlier version is kept.

        Raises:
            NotAllowed
            CorrectedMeanwhile: it is not as `event` any more.
        """
        ...

    def withdraw(self, event: ProcessEvent, at: datetime) -> None:
        """Record that it did not happen after all. Raises NotAllowed, CorrectedMeanwhile."""
        ...

    # What the actor is told

    def snooze(self, audit: AuditId, term: str, until: date, at: datetime) -> None:
        """Leave the actor alone about a term until a day; the term stays where it is. Raises NotAllowed."""
        ...

    def stopped_reminders(self) -> frozenset[ReminderKind]:
        """Return the kinds of reminder that the actor does not want."""
        ...

    def set_reminders(self, kind: ReminderKind, at: datetime, *, are_wanted: bool) -> None:
        """Stop one kind of reminder for the actor, or begin again."""
        ...


__all__ = ["AlreadyRecorded", "CorrectedMeanwhile", "Notice", "OutcomeMissing", "ProcessAudit", "ProcessLog"]
