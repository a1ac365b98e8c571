"""The heartbeat: messages on their way, each once, with two processes, a failing audit and a calendar that is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.reminders import Reminders
from bot.reports import load_calendar, load_timeline
from domain.audit import AuditId, Stage
from domain.process import EventKind
from domain.working_days import AMSTERDAM
from storage.interfaces import NotAllowed
from storage.sql import complaint_tables
from storage.sql import process_tables as p
from storage.sql.database import Database
from storage.sql.outbox import Row
from storage.sql.vault import Keyring
from tests.conftest import MovableClock
from tests.storage.case_cast import CASE_CHATS, CaseCast
from tests.storage.process_cast import CHATS, ProcessCast


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> ProcessCast:
    """Both audits were contracted; their last day was 2 December, and it is the 9th."""
    cast = ProcessCast(database, clock)
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.accept("Ina", audit=cast.other_audit)
    for leader, audit in (("Tom", cast.audit), ("Ina", cast.other_audit)):
        with cast.plays(leader) as (_, audits):
            audits.move(audit, Stage.CONTRACTED, cast.now)
    clock.now = datetime(2026, 12, 9, 10, tzinfo=AMSTERDAM).astimezone(UTC)
    return cast


class Heart:
    """One process with its heartbeat, and what it sends."""

    def __init__(self, database: Database, clock: MovableClock, owner: int) -> None:
        self.rows: list[Row] = []
        self._reminders = Reminders(database, self.rows.extend, owner, clock)

    async def beats(self) -> list[int]:
        """Tick once and return who is sent something."""
        self.rows.clear()
        await self._reminders.tick()
        return sorted(row.lane for row in self.rows if row.lane is not None)


async def test_a_tick_sends_what_is_due(cast: ProcessCast, database: Database, clock: MovableClock) -> None:
    heart = Heart(database, clock, 1)

    assert await heart.beats() == [CHATS["Tom"], CHATS["Ina"]]
    assert "Conceptrapport naar het lid" in heart.rows[0].payload["params"]["text"]
    assert await heart.beats() == []


async def test_two_processes_say_it_once(
    cast: ProcessCast, database_url: str, keyring: Keyring, clock: MovableClock,
    make_database: Callable[[str, Keyring], Database],
) -> None:  # fmt: skip
    """One restarts while the other goes on, or both tick at the same minute."""
    hearts = [Heart(make_database(database_url, keyring), clock, number) for number in (1, 2)]

    said = [await heart.beats() for heart in hearts]
    again = [await heart.beats() for heart in hearts]

    assert sorted(said[0] + said[1]) == [CHATS["Tom"], CHATS["Ina"]]
    assert again == [[], []]


async def test_an_audit_that_cannot_be_read_does_not_silence_the_others(
    cast: ProcessCast, database: Database, clock: MovableClock
) -> None:
    """It is reported and tried again in an hour."""
    with database.begin() as work:
        event = work.execute(sa.select(p.process_event.c.id).where(p.process_event.c.audit_id == cast.audit)).scalar()
        broken = p.process_event_version.update().where(p.process_event_version.c.event_id == event)
        work.execute(broken.values(detail_sealed=b"not a sealed value"))
    heart = Heart(database, clock, 1)

    assert await heart.beats() == [CHATS["Ina"]]
    assert await heart.beats() == []
    with database.begin() as work:
        row = work.execute(sa.select(p.next_reminder).where(p.next_reminder.c.subject_id == cast.audit)).one()
    assert row.next_reminder_at == datetime(2026, 12, 9, 10, tzinfo=UTC)


async def test_several_audits_of_one_leader_come_in_one_message(
    cast: ProcessCast, database: Database, clock: MovableClock
) -> None:
    """Sanne hears of both organisations on one morning."""
    for leader, audit in (("Tom", cast.audit), ("Ina", cast.other_audit)):
        with cast.keeps(leader) as process:
            process.record(audit, EventKind.FINDINGS_FINAL, clock.now.date(), clock.now, "all_met")
            process.record(audit, EventKind.SUMMARY_RECEIVED, clock.now.date(), clock.now)
    clock.now = datetime(2026, 12, 16, 10, tzinfo=AMSTERDAM).astimezone(UTC)
    heart = Heart(database, clock, 1)

    assert (await heart.beats()).count(CHATS["Sanne"]) == 1
    [row] = [row for row in heart.rows if row.lane == CHATS["Sanne"]]
    assert row.payload["params"]["text"].count("Deel A controleren") == 2


async def test_a_wide_gap_is_closed_in_batches(cast: ProcessCast, database: Database, clock: MovableClock) -> None:
    """Subjects that are gone or never were do not keep the heartbeat busy for ever."""
    with database.begin() as work:
        rows = [
            {"subject_kind": "audit", "subject_id": number, "next_reminder_at": clock.now} for number in range(100, 220)
        ]
        work.execute(p.next_reminder.insert(), rows)

    assert await Heart(database, clock, 1).beats() == [CHATS["Tom"], CHATS["Ina"]]
    with database.begin() as work:
        due = sa.select(sa.func.count()).where(p.next_reminder.c.next_reminder_at <= clock.now)
        assert work.execute(due).scalar() == 0


def test_the_timeline_is_the_same_for_both_sides(cast: ProcessCast, database: Database) -> None:
    with database.begin() as work:
        report, following = load_timeline(work, CHATS["Samira"], cast.audit, cast.now)
        assert load_timeline(work, CHATS["Tom"], cast.audit, cast.now) == (report, following)
        with pytest.raises(NotAllowed):
            load_timeline(work, CHATS["Ina"], cast.audit, cast.now)

    assert following is not None
    assert [row.title for row in report.rows if row.is_next] == [following.title] == ["Conceptrapport naar het lid"]


def test_the_calendar_holds_what_its_reader_may_see(cast: ProcessCast, database: Database) -> None:
    with database.begin() as work:
        whole = load_calendar(work, CHATS["Samira"], cast.audit, cast.now)
        own = load_calendar(work, CHATS["Tom"], None, cast.now)
        with pytest.raises(NotAllowed):
            load_calendar(work, CHATS["Ina"], cast.audit, cast.now)

    assert {entry.identity for entry in whole.entries} == {
        f"audit{cast.audit}-{step}-1" for step in ("code_of_conduct", "draft_report")
    }
    assert {entry.title for entry in own.entries} >= {"Conceptrapport naar het lid"}
    assert AuditId(cast.other_audit) not in {int(entry.identity.split("-")[0][5:]) for entry in own.entries}


# ------------------------------------------------------------------------------------------------------- complaints


async def test_a_complaint_is_reminded_of_by_the_same_heartbeat(database: Database, clock: MovableClock) -> None:
    """At any hour, in one message however many cases, and by one of two processes."""
    cases = CaseCast(database, clock)
    cases.assemble()
    clock.now = datetime(2026, 11, 20, 17, 30, tzinfo=AMSTERDAM).astimezone(UTC)
    first, second = cases.reported(), cases.reported()
    heart = Heart(database, clock, 1)
    assert CASE_CHATS["Quinten"] not in await heart.beats()

    clock.now += timedelta(hours=24)
    assert (await heart.beats()).count(CASE_CHATS["Quinten"]) == 1
    [row] = [row for row in heart.rows if row.lane == CASE_CHATS["Quinten"]]
    for number in (first.number, second.number):
        assert number in row.payload["params"]["text"]
    assert "nog 24 uur" in row.payload["params"]["text"]
    assert CASE_CHATS["Quinten"] not in await Heart(database, clock, 2).beats()


async def test_a_case_that_cannot_be_read_does_not_silence_the_others(database: Database, clock: MovableClock) -> None:
    cases = CaseCast(database, clock)
    cases.assemble()
    broken, fine = cases.reported(), cases.reported()
    with database.begin() as work:
        own = complaint_tables.complaint_event.c.complaint_id == broken.id
        work.execute(complaint_tables.complaint_event.update().where(own).values(content_sealed=b"not sealed"))
    clock.now += timedelta(hours=25)
    heart = Heart(database, clock, 1)

    assert CASE_CHATS["Quinten"] in await heart.beats()
    [row] = [row for row in heart.rows if row.lane == CASE_CHATS["Quinten"]]
    assert fine.number in row.payload["params"]["text"]
    assert await heart.beats() == []
