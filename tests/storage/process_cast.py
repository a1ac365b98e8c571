"""An audit whose process is played from all sides: Sanne is the secretariat of SWN, Sam a colleague of Samira."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from domain.process import EventKind, ProcessEvent
from domain.roles import Role
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.process_log import SqlProcess
from tests.storage.audit_cast import AUDIT_CHATS, AuditCast

CHATS = AUDIT_CHATS | {"Sanne": 141, "Sam": 122}


class ProcessCast(AuditCast):
    """Tom leads and Ada audits the audit of Welzijn Rivierenland, whose coordinator is Samira; Bea keeps the office."""

    def assemble(self) -> None:
        super().assemble()
        with self.database.begin() as work:
            ensure_persons(work, {141: "Sanne", 122: "Sam"}, self.now)
            values = {"kind": "swn", "is_confirmed": True, "created_at": self.now}
            swn = work.execute(t.organisation.insert().values(values).returning(t.organisation.c.id)).scalar_one()
            secretary = {"person_id": work.actor(141).person, "organisation_id": swn,
                         "role": Role.SWN_SECRETARIAT.value, "created_at": self.now}  # fmt: skip
            membership = work.execute(t.membership.insert().values(secretary).returning(t.membership.c.id)).scalar_one()
            own = t.person.c.id == secretary["person_id"]
            work.execute(t.person.update().where(own).values(active_membership_id=membership))
            _, token = work.people(work.actor(CHATS["Samira"])).invite(Role.COLLEAGUE, self.now)
            work.people(work.actor(122)).accept(token, self.now)

    @contextmanager
    def keeps(self, name: str) -> Iterator[SqlProcess]:
        """Let one person work with the process in a transaction of its own."""
        with self.database.begin() as work:
            yield work.process(work.actor(CHATS[name]))

    def record(self, name: str, kind: EventKind, on: date, detail: str = "") -> ProcessEvent:
        """Let somebody record an event of the audit."""
        with self.keeps(name) as process:
            return process.record(self.audit, kind, on, self.now, detail)

    def events(self, name: str = "Tom") -> dict[EventKind, date]:
        """Return what stands, as somebody sees it."""
        with self.keeps(name) as process:
            return {event.kind: event.on for event in process.events(self.audit)}
