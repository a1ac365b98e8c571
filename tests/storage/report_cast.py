"""An audit of which the report is written: settled on every norm, with Samira's organisation to read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa

from domain.audit import FindingKind, Stage, Tone
from domain.framework import NormId
from domain.improvement_plan import PlanEntry
from domain.judging import Draft
from domain.report import Channel, Recipient, ReportVersion, VersionId
from domain.report_format import FieldId, Moment
from domain.roles import Role
from domain.verdicts import Verdict
from storage.sql import report_tables as r
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.reports import SqlReports, mark_received
from tests.storage.audit_cast import AUDIT_CHATS
from tests.storage.judging_cast import JudgingCast

CHATS = AUDIT_CHATS | {"Sanne": 141, "Sam": 122}


class ReportCast(JudgingCast):
    """Tom leads, Ada and Wim audit with him; Samira coordinates, Sam is a colleague, Sanne the secretariat."""

    def assemble(self) -> None:
        super().assemble()
        with self.database.begin() as work:
            ensure_persons(work, {141: "Sanne", 122: "Sam"}, self.now)
            values = {"kind": "swn", "is_confirmed": True, "created_at": self.now}
            swn = work.execute(t.organisation.insert().values(values).returning(t.organisation.c.id)).scalar_one()
            role = {"organisation_id": swn, "role": Role.SWN_SECRETARIAT.value, "created_at": self.now}
            work.execute(t.membership.insert().values(role | {"person_id": work.actor(141).person}))
            _, token = work.people(work.actor(CHATS["Samira"])).invite(Role.COLLEAGUE, self.now)
            work.people(work.actor(122)).accept(token, self.now)

    def settle_all(self, **verdicts: Verdict) -> None:
        """Look well at every norm and settle it: met, unless the test says otherwise."""
        self.round_off(self.norms)
        self.goes_to(Stage.JUDGING, Stage.CONSENSUS)
        held = dict.fromkeys(self.norms, Verdict.MET) | {NormId(norm): verdict for norm, verdict in verdicts.items()}
        with self.judges("Tom") as (judging, audit):
            drafts = [Draft(norm, verdict, f"Dit zagen wij bij {norm}") for norm, verdict in held.items()]
            judging.settle(audit.id, drafts, {}, self.now)
        first, later = self.norms[0], NormId("V5") if NormId("V5") in self.norms else self.norms[-1]
        self.notes([later], tone=Tone.TIP, text="Begin klein")
        self.notes([first], tone=Tone.STRONG, text="Sterk team")
        self.notes([first], kind=FindingKind.DOCUMENT, text="Scholingsplan")

    @contextmanager
    def reports(self, name: str) -> Iterator[SqlReports]:
        """Let one person work with reports in a transaction of its own."""
        with self.database.begin() as work:
            yield work.reports(work.actor(CHATS[name]))

    def write(self, field: str, text: str = "Ingevuld", *, name: str = "Tom", seen: int = 0) -> None:
        """Let somebody write in a field."""
        with self.reports(name) as store:
            store.write(self.audit, FieldId(field), text, self.now, seen=seen)

    def fill_in(self, moment: Moment = Moment.SUMMARY) -> None:
        """Let Tom fill in everything that is missing at a moment."""
        with self.reports("Tom") as store:
            drafted = store.drafted(self.audit, moment, self.now.date())
            for item in drafted.made.filled:
                if item.is_missing(moment):
                    store.write(self.audit, item.field.id, "Ingevuld", self.now, seen=item.version)

    def freeze(self, moment: Moment = Moment.DRAFT) -> ReportVersion:
        """Let Tom freeze the report."""
        with self.reports("Tom") as store:
            return store.freeze(self.audit, moment, self.now)

    def sent(self, moment: Moment = Moment.DRAFT) -> VersionId:
        """Let Tom send a complete report to Samira by chat, not yet received."""
        self.fill_in(moment)
        version = self.freeze(moment).id
        with self.reports("Tom") as store:
            for reader in store.readers(self.audit):
                store.send(version, Recipient.MEMBER, Channel.CHAT, self.now, person=reader.person)
        return version

    def follow_up(self, on: date, now: Verdict = Verdict.MET, text: str = "Nu op orde: gezien in drie teams") -> None:
        """Let Samira plan, Tom approve, and the team test every norm of the plan anew; the final report was received.

        Who does what is said with a name, as people do.
        """
        with self.database.begin() as work:
            samira, tom = (work.plans(work.actor(CHATS[name])) for name in ("Samira", "Tom"))
            for norm in samira.get(self.audit).needed:
                entry = PlanEntry(norm, f"Intervisie bij {norm}", "Karin de Wit", on, "Vier verslagen")
                samira.write(self.audit, entry, self.now)
            samira.submit(self.audit, on, self.now, seen=samira.get(self.audit).version)
            tom.approve(self.audit, on, self.now, seen=tom.get(self.audit).version)
            for norm in tom.get(self.audit).needed:
                tom.retest(self.audit, norm, self.now, verdict=now, text=text)
            tom.finish_followup(self.audit, on, self.now)

    def received(self, on: date) -> bool:
        """Let the last sending be received on a day; says whether there was anything left to record."""
        with self.database.begin() as work:
            sending = work.execute(sa.select(sa.func.max(r.report_sending.c.id))).scalar_one()
            return mark_received(work, int(sending), on, self.now)
