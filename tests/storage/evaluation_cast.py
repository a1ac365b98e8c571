"""An audit that is over, to look back on: Tom led, Ada and Wim audited; Samira coordinates, Sam is her colleague."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from domain.process import EventKind
from domain.roles import Role
from domain.working_days import AMSTERDAM
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.audit_evaluations import SqlAuditEvaluations
from storage.sql.evaluation_asks import take_asks
from storage.sql.work import SqlWork
from tests.storage.judging_cast import JudgingCast
from tests.storage.process_cast import CHATS as PROCESS_CHATS
from tests.storage.process_cast import ProcessCast

CHATS = PROCESS_CHATS | {"Quinten": 151}
LAST_DAY, FINAL_ON = date(2026, 12, 2), date(2026, 12, 21)


class EvaluationCast(JudgingCast, ProcessCast):
    """Everybody accepted the statements; Quinten is the quality officer of the CI."""

    def assemble(self) -> None:
        super().assemble()
        with self.database.begin() as work:
            ensure_persons(work, {CHATS["Quinten"]: "Quinten"}, self.now)
            self._make_officer(work)

    def _make_officer(self, work: SqlWork) -> None:
        office = work.actor(CHATS["Bea"]).organisation
        assert office is not None
        role = {"person_id": work.actor(CHATS["Quinten"]).person, "organisation_id": office.id,
                "role": Role.QUALITY_OFFICER.value, "created_at": self.now}  # fmt: skip
        made = work.execute(t.membership.insert().values(role).returning(t.membership.c.id)).scalar_one()
        own = t.person.c.id == role["person_id"]
        work.execute(t.person.update().where(own).values(active_membership_id=made))

    def is_final(self) -> None:
        """Let the report reach the member."""
        self.record("Tom", EventKind.FINDINGS_FINAL, FINAL_ON, "all_met")

    def at(self, day: date, hour: int = 10) -> datetime:
        """Go to a day and return the moment."""
        self._clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM).astimezone(UTC)  # type: ignore[attr-defined]
        return self.now

    @contextmanager
    def looks_back(self, name: str) -> Iterator[SqlAuditEvaluations]:
        """Let one person look back in a transaction of its own."""
        with self.database.begin() as work:
            yield work.audit_evaluations(work.actor(CHATS[name]))

    def answers(self, name: str, day: date, score: int = 4, remark: str = "", question: str = "") -> None:
        """Let somebody answer everything (or one question) the same."""
        side = self.database_rules.sides["member" if name in ("Samira", "Sam") else "auditors"]  # type: ignore[index]
        asked = [question] if question else [found.id for found in side.questions]
        with self.looks_back(name) as store:
            for one in asked:
                store.score(self.audit, one, score, day, self.now)
            if remark:
                store.remark(self.audit, remark, day, self.now)
            store.finish(self.audit, day, self.now)

    @property
    def database_rules(self):  # type: ignore[no-untyped-def]
        """The rules of evaluations."""
        with self.database.begin() as work:
            return work.audit_rules.evaluation

    def asks(self) -> list[tuple[str, str, bool]]:
        """Let the heartbeat look at the audit, and return who hears of which side, and whether it is a reminder."""
        names = {chat: name for name, chat in CHATS.items()}
        with self.database.begin() as work:
            return sorted(
                (names[ask.chat], ask.side.value, ask.is_reminder) for ask in take_asks(work, self.audit, self.now)
            )
