"""How long things are kept by themselves, and when who has to hear of it before they go.

    idle for `after_days` - `notice_days` -> announced -> still idle at `erases_at` -> erased
                                                       -> something happened -> stays

Terms are data with their ground (`retention.yaml`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from domain.roles import PersonId


class TermId(StrEnum):
    """Why something goes; the values are stored."""

    ASKED = "asked"
    IDLE_ORGANISATION = "idle_organisation"
    IDLE_PERSON = "idle_person"
    AUDIT_NOTES = "audit_notes"


class RetentionTerm(Struct, frozen=True):
    """How long something may be idle, and how long before it goes people hear of it, both in days."""

    id: TermId
    after_days: int
    notice_days: int
    ground: str

    def is_to_announce(self, last: datetime, now: datetime) -> bool:
        """Say whether the time of the notice has come for what was last used at a moment."""
        return now >= last + timedelta(days=self.after_days - self.notice_days)

    def idle_before(self, now: datetime) -> datetime:
        """Return before which moment the last use has to lie for the notice to be due."""
        return now - timedelta(days=self.after_days - self.notice_days)

    def erases_at(self, last: datetime, announced: datetime) -> datetime:
        """Return when it goes: at its term, and never sooner than the whole notice after it was announced."""
        return max(last + timedelta(days=self.after_days), announced + timedelta(days=self.notice_days))


class MachineTerms(Struct, frozen=True):
    """How many days the machine keeps what it needs for a while."""

    handled_updates: int
    sent_messages: int
    sent_once: int
    invitation_tries: int
    invitation_labels: int
    appeal_letters: int


class Retention(Struct, frozen=True):
    """All terms of an installation."""

    terms: Mapping[TermId, RetentionTerm]
    machine: MachineTerms
    postponed_days: int  # notes of an audit that somebody wants to keep stay so long


class PlannedErasure(Struct, frozen=True):
    """An erasure that was announced and can still be stopped."""

    term: TermId
    erases_at: datetime
    asked_by: PersonId | None
