"""Every sealed value of a whole audit opens at the place that a drill of backups looks for it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.audit import Tone
from domain.framework import NormId
from domain.report_format import Moment
from domain.verdicts import Verdict
from storage.fieldwork_interfaces import FindingChange, NewFinding
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.sealed_places import Opened, open_all
from tests.conftest import MovableClock
from tests.storage.cast import Cast
from tests.storage.judging_cast import JudgingCast
from tests.storage.plan_cast import PlanCast
from tests.storage.report_cast import ReportCast
from tests.storage.test_secrecy import sing


def opened(database: Database) -> dict[str, Opened]:
    """Return what came of opening everything, by column, as a process does that has just started."""
    with database.begin() as work:
        return {found.column: found for found in open_all(work.connection, work.vault)}


def test_all_of_a_self_evaluation_opens(database: Database, clock: MovableClock) -> None:
    cast = Cast(database, clock)
    cast.assemble()
    sing(cast)

    found = opened(database)

    assert [column for column in found.values() if column.failed] == []
    kept = {"person.name", "organisation.member_number", "invitation.label", "answer.reason", "answer.improve_who",
            "answer_version.snapshot", "stored_file.name", "contribution.text", "contribution_version.text",
            "frozen_version.content"}  # fmt: skip
    assert [column for column in kept if not found[column].opened] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_all_of_a_report_opens(database: Database, clock: MovableClock) -> None:
    cast = ReportCast(database, clock)
    cast.assemble()
    cast.settle_all(V2=Verdict.NOT_MET)
    cast.fill_in(Moment.DRAFT)
    cast.sent(Moment.DRAFT)

    found = opened(database)

    assert [column for column in found.values() if column.failed] == []
    kept = {"audit.details", "finding.text", "consensus.rationale", "report_field.value", "report_version.content"}
    assert [column for column in kept if not found[column].opened] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_all_of_an_improvement_plan_opens(database: Database, clock: MovableClock) -> None:
    cast = PlanCast(database, clock)
    cast.assemble()
    cast.finish()
    cast.fill_in()
    cast.hand_in()
    cast.send_back()

    found = opened(database)

    assert [column for column in found.values() if column.failed] == []
    kept = {"plan_entry.content", "plan_review.entries", "plan_review.reason", "process_event_version.detail"}
    assert [column for column in kept if not found[column].opened] == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_noted_in_a_second_audit_opens(database: Database, clock: MovableClock) -> None:
    """Receipts count per audit and rows over all of them, so that only a second audit tells them apart."""
    cast = JudgingCast(database, clock)
    cast.assemble()
    cast.notes(["V1"], text="Hier gezien")
    with database.begin() as work:
        new = NewFinding("Daar gezien", norms=(NormId("V1"),))
        found = work.fieldwork(cast.actor(work, "Ina")).record(cast.other_audit, new, clock.now)
        change = FindingChange(tone=Tone.STRONG)
        work.fieldwork(cast.actor(work, "Ina")).change(cast.other_audit, found.id, change, clock.now)

    snapshots = opened(database)["finding_version.snapshot"]

    assert (snapshots.opened > 0, snapshots.failed) == (True, 0)


def test_a_text_at_another_place_is_counted(database: Database, clock: MovableClock) -> None:
    """With the reason, and without stopping at the first."""
    cast = Cast(database, clock)
    cast.assemble()
    with cast.plays("Joost") as joost:
        joost.writes("Eerste")
        joost.writes("Tweede")
    with database.begin() as work:
        first = sa.select(t.contribution.c.text_sealed).where(t.contribution.c.receipt == 1).scalar_subquery()
        work.execute(t.contribution.update().where(t.contribution.c.receipt == 2).values(text_sealed=first))

    found = opened(database)["contribution.text"]

    assert (found.opened, found.failed) == (1, 1)
    assert "contribution.text" in found.reason
