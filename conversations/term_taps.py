"""The buttons of the formal process: each names its audit, those in a reminder also the role that it was for."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.process import EventId, EventKind, StepId
from domain.reminders import ReminderKind
from domain.weighing import Outcome


@dataclass(frozen=True)
class TermsTap(Tap, prefix="Tm"):
    """To the terms of an audit; None for the one that counts now."""

    audit: AuditId | None = None


@dataclass(frozen=True)
class TermTap(Tap, prefix="Tt"):
    """To one term; out of a reminder in the role that it was for."""

    audit: AuditId
    step: StepId
    round: int
    role: MembershipId | None = None


@dataclass(frozen=True)
class WhyTap(Tap, prefix="Ty"):
    """To why this date."""

    audit: AuditId
    step: StepId
    round: int
    role: MembershipId | None = None


@dataclass(frozen=True)
class SnoozeTap(Tap, prefix="Tz"):
    """Tomorrow again."""

    audit: AuditId
    step: StepId
    round: int
    role: MembershipId | None = None


@dataclass(frozen=True)
class HappenedTap(Tap, prefix="Th"):
    """It happened: on which day, and where it needs one, with which outcome?"""

    audit: AuditId
    kind: EventKind
    outcome: Outcome | None = None
    role: MembershipId | None = None


@dataclass(frozen=True)
class RecordTap(Tap, prefix="Tr"):
    """Record that it happened so many days ago."""

    audit: AuditId
    kind: EventKind
    days_ago: int
    outcome: Outcome | None = None


@dataclass(frozen=True)
class EventsTap(Tap, prefix="Te"):
    """To what happened in an audit."""

    audit: AuditId


@dataclass(frozen=True)
class EventTap(Tap, prefix="Tv"):
    """To one event."""

    audit: AuditId
    event: EventId


@dataclass(frozen=True)
class CorrectTap(Tap, prefix="Tc"):
    """Say on which other day it was."""

    audit: AuditId
    event: EventId
    version: int


@dataclass(frozen=True)
class YesCorrectTap(Tap, prefix="Tx"):
    """Really that day; the day as a number of days since the year 1."""

    audit: AuditId
    event: EventId
    version: int
    day: int


@dataclass(frozen=True)
class WithdrawTap(Tap, prefix="Tw"):
    """It did not happen after all; the second time it is certain."""

    audit: AuditId
    event: EventId
    version: int
    is_certain: bool = False


@dataclass(frozen=True)
class CalendarTap(Tap, prefix="Tk"):
    """The terms as a calendar file: of one audit, or of everything that the person is to do."""

    audit: AuditId | None = None
    role: MembershipId | None = None


@dataclass(frozen=True)
class TimelinePictureTap(Tap, prefix="Ti"):
    """The whole process of an audit as a picture."""

    audit: AuditId


@dataclass(frozen=True)
class RemindersTap(Tap, prefix="Tn"):
    """To which reminders the person wants."""


@dataclass(frozen=True)
class SetRemindersTap(Tap, prefix="Ts"):
    """Stop or begin one kind of reminder."""

    kind: ReminderKind
    are_wanted: bool
