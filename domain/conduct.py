"""The code of conduct and the statement of confidentiality: accepted per audit, before anybody sees content.

Everybody involved accepts both (handbook bijlage 9; domain book §6.3 no. 29), and the CI mails them to the secretariat
before the first audit day (bijlage 6 step 2). Who did not accept sees no content (own).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from domain.audit import Audit, AuditId, is_time_for
from domain.roles import CONTENT_PERMISSIONS, Permission, PersonId, Role, may

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")  # a date of acceptance is a calendar day there


class Statement(StrEnum):
    """What has to be accepted; the values are stored."""

    CODE_OF_CONDUCT = "code_of_conduct"
    CONFIDENTIALITY = "confidentiality_statement"


class StatementText(Struct, frozen=True):
    """One statement as people read it, in our words; `points` are shown one under the other."""

    statement: Statement
    title: str
    points: tuple[str, ...]
    source: str


class ConductText(Struct, frozen=True):
    """The statements of one edition; an acceptance keeps the edition that was read."""

    edition: str
    statements: tuple[StatementText, ...]


class Acceptance(Struct, frozen=True):
    """That one person accepted one statement for one audit, and when."""

    audit: AuditId
    person: PersonId
    statement: Statement
    edition: str
    at: datetime

    @property
    def accepted_on(self) -> date:
        """The calendar day in Amsterdam."""
        return self.at.astimezone(_AMSTERDAM).date()


class ConductRow(Struct, frozen=True):
    """One person of the team on the list for the secretariat, with the day per statement; a missing one is None.

    `is_late` when a statement was accepted on the first audit day or after it.
    """

    person: PersonId
    role: Role
    accepted_on: Mapping[Statement, date | None]
    is_late: bool

    @property
    def is_complete(self) -> bool:
        """Whether both were accepted."""
        return all(self.accepted_on.values())


def missing_statements(audit: Audit, person: PersonId, acceptances: Iterable[Acceptance]) -> tuple[Statement, ...]:
    """Return what a person still has to accept before this audit opens; acceptances of other audits don't count."""
    done = {item.statement for item in acceptances if (item.audit, item.person) == (audit.id, person)}
    return tuple(statement for statement in Statement if statement not in done)


def without_statements(audit: Audit, acceptances: Iterable[Acceptance]) -> tuple[PersonId, ...]:
    """Return who of the team still has to accept something, in the order of the team."""
    known = tuple(acceptances)
    return tuple(member.person for member in audit.team if missing_statements(audit, member.person, known))


def may_in_audit(audit: Audit, person: PersonId, permission: Permission, acceptances: Iterable[Acceptance]) -> bool:
    """Say whether somebody of the team may do this now: by role, by stage, and content only with both statements."""
    role = audit.role_of(person)
    if role is None or not may(role, permission) or not is_time_for(permission, audit):
        return False
    return permission not in CONTENT_PERMISSIONS or not missing_statements(audit, person, acceptances)


def secretariat_list(audit: Audit, acceptances: Iterable[Acceptance]) -> tuple[ConductRow, ...]:
    """Return who accepted what and when, for the secretariat (bijlage 6 step 2), in the order of the team."""
    known = tuple(item for item in acceptances if item.audit == audit.id)
    return tuple(_row(audit, member.person, member.role, known) for member in audit.team)


def _row(audit: Audit, person: PersonId, role: Role, acceptances: Iterable[Acceptance]) -> ConductRow:
    own = sorted((item for item in acceptances if item.person == person), key=lambda item: item.at, reverse=True)
    first = {item.statement: item.accepted_on for item in own}  # the oldest is written last
    is_late = audit.first_day is not None and any(day >= audit.first_day for day in first.values())
    return ConductRow(person, role, {statement: first.get(statement) for statement in Statement}, is_late)
