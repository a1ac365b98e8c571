"""One transaction, with a store for everything that takes part in it.

What a turn only ever adds (audit trail, versions, outbox) is gathered and written in one statement
per table when the work ends, so that a group of turns costs few statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.actors import Actor
from domain.audit_rules import AuditRules
from domain.framework import Framework, FrameworkId
from domain.suggest import Suggester
from storage.sql import tables as t
from storage.sql.actors import load_actors
from storage.sql.ahead import ReadAhead
from storage.sql.appeals import SqlAppeals
from storage.sql.audit_evaluations import SqlAuditEvaluations
from storage.sql.audits import SqlAudits
from storage.sql.case_lessons import SqlCaseLessons
from storage.sql.case_register import SqlCaseRegister
from storage.sql.case_settings import SqlCaseSettings
from storage.sql.complaints import SqlComplaints
from storage.sql.decisions import SqlDecisions
from storage.sql.evaluations import SqlEvaluations
from storage.sql.fieldwork import SqlFieldwork
from storage.sql.files import SqlFiles
from storage.sql.judging import SqlJudging
from storage.sql.offices import SqlOffices
from storage.sql.official import OfficialTexts, SqlWording
from storage.sql.people import SqlPeople
from storage.sql.plan_actions import SqlPlanActions
from storage.sql.plans import SqlPlans
from storage.sql.process_log import SqlProcess
from storage.sql.register import SqlRegister
from storage.sql.reports import SqlReports
from storage.sql.rounds import SqlRounds
from storage.sql.trends import SqlTrends
from storage.sql.vault import Vault

#: In an order that foreign keys allow; sorting the tables for every transaction would cost more than a row.
_INSERTS = {table: table.insert() for table in t.metadata.sorted_tables}


class SqlWork:
    """The transaction that `Database.begin` opened; implements `storage.interfaces.Work`."""

    def __init__(
        self,
        connection: sa.Connection,
        vault: Vault,
        frameworks: Mapping[FrameworkId, Framework],
        operators: Collection[int] = (),
        audit_rules: AuditRules | None = None,
        suggesters: Mapping[FrameworkId, Suggester] | None = None,
    ) -> None:
        self.connection = connection
        self.vault = vault
        self.frameworks = frameworks
        self.suggesters = suggesters or {}
        self.operators = operators
        self._audit_rules = audit_rules
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.ahead = ReadAhead()
        self._put: dict[sa.Executable, dict[Hashable, dict[str, Any]]] = {}
        self._added: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)
        self._begun: dict[sa.Table, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self._after_commit: list[Callable[[], None]] = []
        self.official = OfficialTexts()

    @property
    def audit_rules(self) -> AuditRules:
        """The rules of audits: day table, outcomes, statements.

        Raises:
            RuntimeError: this database was opened without them.
        """
        if self._audit_rules is None:
            raise RuntimeError("the database was opened without the rules of audits")
        return self._audit_rules

    @property
    def now(self) -> datetime:
        """The moment at which this transaction began."""
        return self.vault.now

    def framework(self, framework: FrameworkId, actor: Actor) -> Framework:
        """Return a framework with the official wording that the actor may see.

        Raises:
            KeyError: the content of that edition is not installed.
        """
        return self.official.framework(self, framework, actor.organisation.id if actor.organisation else None)

    def wording(self, actor: Actor) -> SqlWording:
        """Return the official wording that operators import."""
        return SqlWording(self, actor)

    def people(self, actor: Actor) -> SqlPeople:
        """Return the people within the actor's reach."""
        return SqlPeople(self, actor)

    def evaluations(self, actor: Actor) -> SqlEvaluations:
        """Return the self-evaluations within the actor's reach."""
        return SqlEvaluations(self, actor)

    def files(self, actor: Actor) -> SqlFiles:
        """Return the files within the actor's reach."""
        return SqlFiles(self, actor)

    def audits(self, actor: Actor) -> SqlAudits:
        """Return the audits within the actor's reach."""
        return SqlAudits(self, actor)

    def judging(self, actor: Actor) -> SqlJudging:
        """Return coverage, judgements and consensus of the audits within the actor's reach."""
        return SqlJudging(self, actor)

    def fieldwork(self, actor: Actor) -> SqlFieldwork:
        """Return the interviews and findings within the actor's reach."""
        return SqlFieldwork(self, actor)

    def process(self, actor: Actor) -> SqlProcess:
        """Return what happened in the audits within the actor's reach."""
        return SqlProcess(self, actor)

    def plans(self, actor: Actor) -> SqlPlans:
        """Return the improvement plans within the actor's reach."""
        return SqlPlans(self, actor)

    def plan_actions(self, actor: Actor) -> SqlPlanActions:
        """Return the single actions of improvement plans within the actor's reach."""
        return SqlPlanActions(self, actor)

    def reports(self, actor: Actor) -> SqlReports:
        """Return the reports of audits within the actor's reach."""
        return SqlReports(self, actor)

    def decisions(self, actor: Actor) -> SqlDecisions:
        """Return the decisions of certifying bodies within the actor's reach."""
        return SqlDecisions(self, actor)

    def appeals(self, actor: Actor) -> SqlAppeals:
        """Return the appeals within the actor's reach."""
        return SqlAppeals(self, actor)

    def rounds(self, actor: Actor) -> SqlRounds:
        """Return the rounds of the self-evaluations within the actor's reach."""
        return SqlRounds(self, actor)

    def register(self, actor: Actor) -> SqlRegister:
        """Return the register of certificates, for the secretariat."""
        return SqlRegister(self, actor)

    def complaints(self, actor: Actor) -> SqlComplaints:
        """Return the complaints and signals within the actor's reach."""
        return SqlComplaints(self, actor)

    def cases(self, actor: Actor) -> SqlCaseRegister:
        """Return the casusregister as far as the actor reaches."""
        return SqlCaseRegister(self, actor)

    def case_lessons(self, actor: Actor) -> SqlCaseLessons:
        """Return what closed complaints teach, for the auditors of the actor's certifying body."""
        return SqlCaseLessons(self, actor)

    def case_settings(self, actor: Actor) -> SqlCaseSettings:
        """Return by which procedure the actor's certifying body treats cases."""
        return SqlCaseSettings(self, actor)

    def audit_evaluations(self, actor: Actor) -> SqlAuditEvaluations:
        """Return the evaluations after audits, each person's own and the counts of a certifying body."""
        return SqlAuditEvaluations(self, actor)

    def trends(self, actor: Actor) -> SqlTrends:
        """Return the trends within the actor's reach."""
        return SqlTrends(self, actor)

    def offices(self, actor: Actor) -> SqlOffices:
        """Return the certifying bodies, as far as the actor has a say in them."""
        return SqlOffices(self, actor)

    def actor(self, chat_id: int) -> Actor:
        """Return the actor behind a chat as it is now.

        Raises:
            KeyError: this chat never wrote to the bot.
        """
        return load_actors(self, [chat_id])[chat_id]

    def read_ahead(self, actors: Collection[Actor]) -> None:
        """Read for many actors at once what their turns are going to ask; worth it from a few on."""
        self.ahead.load(self, {actor.organisation.id for actor in actors if actor.organisation is not None})

    def execute(self, statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
        """Run one statement; it sees everything that was begun."""
        if self._begun:
            self._write_begun()
        if isinstance(statement, sa.UpdateBase):
            self.ahead.written(statement.table, values)
        return self.connection.execute(statement, values)

    def add(self, table: sa.Table, **values: Any) -> None:
        """Gather a row that nothing reads again within this work; written when the work ends."""
        self._added[table].append(values)

    def begin(self, table: sa.Table, key: tuple[Any, ...], values: dict[str, Any]) -> None:
        """Gather a row that was seen not to exist; written before the next statement, or when the work ends.

        When another process made the row meanwhile, that fails with an IntegrityError: only for a group, which is then
        taken apart, so that each of its turns looks again.
        """
        self._begun.setdefault(table, {})[key] = values

    def _write_begun(self) -> None:
        """In the order of their keys, so that two processes with the same rows wait for each other, not in a circle."""
        while self._begun:
            table, rows = self._begun.popitem()
            self.connection.execute(_INSERTS[table], [rows[key] for key in sorted(rows)])

    def put(self, upsert: sa.Executable, key: Hashable, values: dict[str, Any]) -> None:
        """Gather the newest state of a row; written when the work ends, so flush before reading it within this work."""
        self._put.setdefault(upsert, {})[key] = values

    def audit(self, action: str, subject: str, actor: Actor, at: datetime) -> None:
        """Write down who did what to which thing; ids and codes only."""
        organisation = actor.organisation.id if actor.organisation else None
        self.add(
            t.audit_trail, at=at, person_id=actor.person, organisation_id=organisation, action=action, subject=subject
        )

    def upsert(self, table: sa.Table) -> Any:
        """Return an INSERT that knows ON CONFLICT on this database."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Do something once everything is committed; it may run although a part was rolled back."""
        self._after_commit.append(action)

    def committed(self) -> None:
        """Do what waited for the commit."""
        for action in self._after_commit:
            action()

    def flush(self) -> None:
        """Write what was gathered, one statement per table."""
        self._write_begun()
        if self._added:
            for table, insert in _INSERTS.items():
                rows = self._added.pop(table, None)
                if rows:
                    self.connection.execute(insert, rows)
        while self._put:
            upsert, newest = self._put.popitem()
            self.connection.execute(upsert, list(newest.values()))
