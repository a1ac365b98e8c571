"""Two certifying bodies with their people, and an audit at each; for the tests of everything around audits.

Olga is the operator. Bea keeps the office of CI Kompas, with Tom (team leader), Ada and Wim (auditors) and Pim (peer
auditor, from Buurtwerk Noord); Otto keeps that of CI Anker, with Ina. Samira coordinates the audited Welzijn
Rivierenland. Noor has no role at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from fractions import Fraction

from domain.actors import Actor
from domain.audit import AuditId, AuditKind, Stage
from domain.audit_days import Headcount, Variant
from domain.conduct import Statement
from domain.framework import FrameworkId
from domain.roles import PersonId, Role
from storage.audit_interfaces import NewAudit, PlanChange
from storage.sql.actors import ensure_persons
from storage.sql.audits import SqlAudits
from storage.sql.database import Database
from storage.sql.offices import SqlOffices
from storage.sql.work import SqlWork

FRAMEWORK = FrameworkId("kwaliteitslabel-2019")
OPERATOR = 999  # as tests/conftest.py opens the database
AUDIT_CHATS = {
    "Olga": OPERATOR, "Bea": 101, "Tom": 102, "Ada": 103, "Wim": 104, "Pim": 105, "Otto": 111, "Ina": 112,
    "Samira": 121, "Noor": 131,
}  # fmt: skip
KOMPAS_ROLES = {"Tom": Role.AUDITOR, "Ada": Role.AUDITOR, "Wim": Role.AUDITOR, "Pim": Role.PEER_AUDITOR}
PARTS = (Headcount("employees_delivery", Fraction(40)), Headcount("interns_taster", Fraction(3)))
DAYS = (date(2026, 12, 1), date(2026, 12, 2))


class AuditCast:
    """The people of a test on one database; a part is played within a transaction."""

    def __init__(self, database: Database, clock: object) -> None:
        self.database = database
        self._clock = clock
        self.audit = AuditId(0)
        self.other_audit = AuditId(0)

    @property
    def now(self) -> datetime:
        """The time of the test."""
        return self._clock()  # type: ignore[operator, no-any-return]

    def assemble(self) -> None:
        """Make the bodies, their people and an audit that runs; Wim is in no team."""
        with self.database.begin() as work:
            ensure_persons(work, {chat: name for name, chat in AUDIT_CHATS.items()}, self.now)
            work.people(self.actor(work, "Samira")).create_organisation("Welzijn Rivierenland", "SWN1", self.now)
            self._found(work, "CI Kompas", "Bea")
            for name, role in KOMPAS_ROLES.items():
                self._join(work, "Bea", name, role)
            self._found(work, "CI Anker", "Otto")
            self._join(work, "Otto", "Ina", Role.AUDITOR)
            self.offices(work, "Pim").set_home(self.now, name="Buurtwerk Noord", member_number="SWN2")
            self.audit = self._plan(work, "Bea", {"Tom": Role.TEAM_LEADER, "Ada": Role.AUDITOR})
            self.other_audit = self._plan(work, "Otto", {"Ina": Role.TEAM_LEADER})

    def accept(self, *names: str, audit: AuditId | None = None) -> None:
        """Let people accept both statements."""
        with self.database.begin() as work:
            for name in names:
                for statement in Statement:
                    self.audits(work, name).accept(audit or self.audit, statement, self.now)

    def start(self, leader: str = "Tom", audit: AuditId | None = None) -> None:
        """Let the team leader bring the audit under way."""
        with self.database.begin() as work:
            for stage in (Stage.CONTRACTED, Stage.RUNNING):
                self.audits(work, leader).move(audit or self.audit, stage, self.now)

    def _plan(self, work: SqlWork, office: str, team: dict[str, Role]) -> AuditId:
        audits = self.audits(work, office)
        framework = next(iter(self.database.frameworks))  # the label, unless a test is about another one
        new = NewAudit(AuditKind.INITIAL, Variant.CI, framework, name="Welzijn Rivierenland", member_number="SWN1")
        audit = audits.plan(new, self.now).id
        audits.change(audit, PlanChange(scope="Alles", parts=PARTS, place="Tiel", days=DAYS), self.now)
        for name, role in team.items():
            audits.add_member(audit, self.person(work, name), role, self.now)
        return audit

    def _found(self, work: SqlWork, name: str, first: str) -> None:
        _, token = self.offices(work, "Olga").found(name, self.now)
        work.people(self.actor(work, first)).accept(token, self.now)

    def _join(self, work: SqlWork, host: str, guest: str, role: Role) -> None:
        _, token = work.people(self.actor(work, host)).invite(role, self.now)
        work.people(self.actor(work, guest)).accept(token, self.now)

    @contextmanager
    def plays(self, name: str) -> Iterator[tuple[SqlWork, SqlAudits]]:
        """Let one person act in a transaction of its own."""
        with self.database.begin() as work:
            yield work, self.audits(work, name)

    def actor(self, work: SqlWork, name: str) -> Actor:
        """Return somebody as they are now."""
        return work.actor(AUDIT_CHATS[name])

    def person(self, work: SqlWork, name: str) -> PersonId:
        """Return somebody's id."""
        return self.actor(work, name).person

    def audits(self, work: SqlWork, name: str) -> SqlAudits:
        """Return the audits that somebody reaches."""
        return work.audits(self.actor(work, name))

    def offices(self, work: SqlWork, name: str) -> SqlOffices:
        """Return the certifying bodies as somebody sees them."""
        return work.offices(self.actor(work, name))
