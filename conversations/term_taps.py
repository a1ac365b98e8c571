"""The buttons of the formal process: each names its audit, those in a reminder also the role that it was for."""

from __future__ import annotations

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.process import EventId, EventKind, StepId
from domain.reminders import ReminderKind
from domain.weighing import Outcome


class TermsTap(Tap, frozen=True):
    """To the terms of an audit; None for the one that counts now."""

    prefix = "Tm"

    audit: AuditId | None = None


class TermTap(Tap, frozen=True):
    """To one term; out of a reminder in the role that it was for."""

    prefix = "Tt"

    audit: AuditId
    step: StepId
    round: int
    role: MembershipId | None = None


class WhyTap(Tap, frozen=True):
    """To why this date."""

    prefix = "Ty"

    audit: AuditId
    step: StepId
    round: int
    role: MembershipId | None = None


class SnoozeTap(Tap, frozen=True):
    """Tomorrow again."""

    prefix = "Tz"

    audit: AuditId
    step: StepId
    round: int
    role: MembershipId | None = None


class HappenedTap(Tap, frozen=True):
    """It happened: on which day, and where it needs one, with which outcome?"""

    prefix = "Th"

    audit: AuditId
    kind: EventKind
    outcome: Outcome | None = None
    role: MembershipId | None = None


class RecordTap(Tap, frozen=True):
    """Record that it happened so many days ago."""

    prefix = "Tr"

    audit: AuditId
    kind: EventKind
    days_ago: int
    outcome: Outcome | None = None


class EventsTap(Tap, frozen=True):
    """To what happened in an audit."""

    prefix = "Te"

    audit: AuditId


class EventTap(Tap, frozen=True):
    """To one event."""

    prefix = "Tv"

    audit: AuditId
    event: EventId


class CorrectTap(Tap, frozen=True):
    """Say on which other day it was."""

    prefix = "Tc"

    audit: AuditId
    event: EventId
    version: int


class YesCorrectTap(Tap, frozen=True):
    """Really that day; the day as a number of days since the year 1."""

    prefix = "Tx"

    audit: AuditId
    event: EventId
    version: int
    day: int


class WithdrawTap(Tap, frozen=True):
    """It did not happen after all; the second time it is certain."""

    prefix = "Tw"

    audit: AuditId
    event: EventId
    version: int
    is_certain: bool = False


class CalendarTap(Tap, frozen=True):
    """The terms as a calendar file: of one audit, or of everything that the person is to do."""

    prefix = "Tk"

    audit: AuditId | None = None
    role: MembershipId | None = None


class TimelinePictureTap(Tap, frozen=True):
    """The whole process of an audit as a picture."""

    prefix = "Ti"

    audit: AuditId


class RemindersTap(Tap, frozen=True):
    """To which reminders the person wants."""

    prefix = "Tn"


class SetRemindersTap(Tap, frozen=True):
    """Stop or begin one kind of reminder."""

    prefix = "Ts"

    kind: ReminderKind
    are_wanted: bool
