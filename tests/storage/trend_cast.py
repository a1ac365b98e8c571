"""A branch with many final reports, made in bulk: Samira's organisation is one of them, Sanne is the secretariat."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

import sqlalchemy as sa

from domain.audit import AuditId, AuditKind, Stage
from domain.audit_days import Variant
from domain.framework import NormId
from domain.process import EventKind
from domain.roles import OrganisationId
from domain.verdicts import Verdict
from domain.working_days import AMSTERDAM
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql import trend_tables as trend
from storage.sql.audit_reach import audit_scope
from storage.sql.trends import SqlTrends, publish_due
from storage.sql.work import SqlWork
from storage.trend_interfaces import Consent, PublicationId
from tests.storage.audit_cast import FRAMEWORK
from tests.storage.process_cast import CHATS, ProcessCast

FINAL_ON, PUBLISHED = date(2026, 12, 10), date(2027, 1, 14)
D8, V1 = NormId("D8"), NormId("V1")


class TrendCast(ProcessCast):
    """`reports` makes organisations that take part, with a final report each, at Bea's CI unless said otherwise."""

    def assemble(self) -> None:
        super().assemble()
        with self.database.begin() as work:
            self.ci = self._organisation_of(work, "Bea")
            self.other_ci = self._organisation_of(work, "Otto")
            self.own = self._organisation_of(work, "Samira")

    def _organisation_of(self, work: SqlWork, name: str) -> OrganisationId:
        organisation = work.actor(CHATS[name]).organisation
        assert organisation is not None
        return organisation.id

    def at(self, day: date) -> datetime:
        """Go to a day and return the moment."""
        self._clock.now = datetime(day.year, day.month, day.day, 8, tzinfo=AMSTERDAM).astimezone(UTC)  # type: ignore[attr-defined]
        return self.now

    def reports(
        self, how_many: int, verdicts: Mapping[NormId, Verdict], *, fte: int = 12, variant: Variant = Variant.CI,
        ci: OrganisationId | None = None, on: date = FINAL_ON, takes_part: bool = True,
        kind: AuditKind = AuditKind.INITIAL,
    ) -> list[OrganisationId]:  # fmt: skip
        """Make organisations with a final report that says this, and return them."""
        with self.database.begin() as work:
            made = []
            for _ in range(how_many):
                values = {"kind": "member", "is_confirmed": True, "created_at": self.now}
                insert = t.organisation.insert().values(values).returning(t.organisation.c.id)
                organisation = OrganisationId(work.execute(insert).scalar_one())
                if takes_part:
                    self._joins(work, organisation)
                self.report(work, organisation, verdicts, fte=fte, variant=variant, ci=ci or self.ci, on=on, kind=kind)
                made.append(organisation)
            return made

    def _joins(self, work: SqlWork, organisation: OrganisationId) -> None:
        values = {"organisation_id": organisation, "version": 1, "takes_part": True, "shares_points": False,
                  "decided_by": self.person(work, "Samira"), "decided_at": self.now}  # fmt: skip
        work.execute(trend.trend_consent.insert().values(values))

    def report(
        self, work: SqlWork, organisation: OrganisationId, verdicts: Mapping[NormId, Verdict], *, fte: int = 12,
        variant: Variant = Variant.CI, ci: OrganisationId, on: date = FINAL_ON, kind: AuditKind = AuditKind.INITIAL,
    ) -> AuditId:  # fmt: skip
        """Make one audit with a final report."""
        tom = self.person(work, "Tom")
        values = {"organisation_id": organisation, "ci_id": ci, "framework": FRAMEWORK, "process": "2021",
                  "weighing": "2022", "kind": kind.value, "variant": variant.value, "stage": Stage.CLOSED.value,
                  "planned_by": tom, "planned_at": self.now}  # fmt: skip
        audit = AuditId(work.execute(t.audit.insert().values(values).returning(t.audit.c.id)).scalar_one())
        details = json.dumps({"parts": [["employees_delivery", str(fte), "fte"]] if fte else []})
        sealed = work.vault.seal(audit_scope(audit), f"audit.details:{audit}", details)
        work.execute(t.audit.update().where(t.audit.c.id == audit).values(details_sealed=sealed))
        rows = [{"audit_id": audit, "norm": norm, "version": 1, "verdict": verdict.value, "recorded_by": tom,
                 "recorded_at": self.now} for norm, verdict in verdicts.items()]  # fmt: skip
        work.execute(t.consensus.insert(), rows)
        insert = p.process_event.insert().values(audit_id=audit, kind=EventKind.FINDINGS_FINAL.value)
        event = work.execute(insert.returning(p.process_event.c.id)).scalar_one()
        version = {"event_id": event, "version": 1, "on": on, "recorded_by": tom, "recorded_at": self.now,
                   "is_withdrawn": False}  # fmt: skip
        work.execute(p.process_event_version.insert().values(version))
        return audit

    def own_report(self, verdicts: Mapping[NormId, Verdict], *, fte: int = 12, on: date = FINAL_ON) -> AuditId:
        """Give Samira's organisation a final report."""
        with self.database.begin() as work:
            return self.report(work, self.own, verdicts, fte=fte, ci=self.ci, on=on)

    def strong(self, audit: AuditId, norm: NormId) -> None:
        """Let the team have noted a strong point there."""
        with self.database.begin() as work:
            tom = self.person(work, "Tom")
            values = {"audit_id": audit, "receipt": 1, "author_id": tom, "form": "text", "tone": "strong",
                      "created_at": self.now, "changed_at": self.now}  # fmt: skip
            row = work.execute(t.finding.insert().values(values).returning(t.finding.c.id)).scalar_one()
            work.execute(t.finding_norm.insert().values(finding_id=row, norm=norm, audit_id=audit))

    def publish(self, on: date = PUBLISHED) -> int:
        """Go to a day and let what is due be published."""
        self.at(on)
        with self.database.begin() as work:
            return publish_due(work, self.now)

    @contextmanager
    def sees(self, name: str) -> Iterator[SqlTrends]:
        """Let one person look at trends in a transaction of its own."""
        with self.database.begin() as work:
            yield work.trends(work.actor(CHATS[name]))

    def decides(self, *, takes_part: bool, shares_points: bool = False, name: str = "Samira") -> Consent:
        """Let a coordinator decide."""
        with self.sees(name) as store:
            seen = store.consent().version
            return store.decide(takes_part=takes_part, shares_points=shares_points, at=self.now, seen=seen)

    def published(self, norm: NormId = D8) -> dict[str, tuple[int, int]]:
        """Return what stands in the tables of a norm: by group, of how many organisations, how many improve."""
        with self.database.begin() as work:
            cell = trend.trend_cell
            rows = work.execute(sa.select(cell).where(cell.c.norm == norm)).all()
            return {
                f"{row.level} {row.size} {row.variant} {row.ci_id or ''}".strip(): (row.applies, row.improvements)
                for row in rows
            }

    def newest(self, name: str = "Sanne") -> PublicationId:
        """Return what was published last."""
        with self.sees(name) as store:
            return store.publications()[0].id
