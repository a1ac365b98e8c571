"""The heartbeat of retention: said once, in the daytime, and what went is told to everybody who took part."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.retention import Retention
from storage.sql import outbox as queue
from storage.sql.database import Database
from storage.sql.outbox import Kind, Row
from storage.sql.tables import outbox
from tests.conftest import MovableClock
from tests.storage.audit_cast import AUDIT_CHATS
from tests.storage.cast import CHATS, Cast
from tests.storage.test_audit_notes import NotesCast


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> Cast:
    cast = Cast(database, clock)
    cast.assemble()
    return cast


def texts(rows: list[Row], chat: int) -> list[str]:
    return [row.payload["params"]["text"] for row in rows if row.lane == chat and row.kind is Kind.MESSAGE]


async def test_nobody_hears_of_it_at_night(cast: Cast, clock: MovableClock) -> None:
    """The clock of the tests begins on a Saturday; Monday at nine it is said, and once."""
    rows: list[Row] = []
    heartbeat = Retention(cast.database, rows.extend, 7, clock)
    with cast.plays("Samira") as samira:
        samira.people.plan_erasure(clock.now)
    clock.move(days=7)

    await heartbeat.tick()
    assert rows == []
    clock.move(days=1, hours=23)
    await heartbeat.tick()
    await heartbeat.tick()

    assert ["is gewist" in text for text in texts(rows, CHATS["Joost"])] == [True]
    commands = [row.payload for row in rows if row.payload.get("method") == "setMyCommands"]
    assert len(commands) == 4
    assert texts(rows, CHATS["Eva"]) == []


async def test_a_notice_names_the_organisation_and_the_day(cast: Cast, clock: MovableClock) -> None:
    rows: list[Row] = []
    heartbeat = Retention(cast.database, rows.extend, 7, clock)
    clock.move(days=1766 + 2)

    await heartbeat.tick()
    await heartbeat.tick()

    [text] = texts(rows, CHATS["Samira"])
    assert "Welzijn Rivierenland" in text
    assert texts(rows, CHATS["Joost"]) == []
    assert len(texts(rows, CHATS["Noor"])) == 1


async def test_two_processes_say_it_once(cast: Cast, clock: MovableClock) -> None:
    """The unique key decides."""
    said: list[Any] = []
    first, second = (Retention(cast.database, said.extend, number, clock) for number in (7, 8))
    clock.move(days=1766 + 2)

    await first.tick()
    await second.tick()

    with cast.database.begin() as work:
        stored = work.execute(sa.select(outbox.c.lane).where(outbox.c.kind == "message")).scalars().all()
        assert len(stored) == len(set(stored)) == len(said)
        assert queue.count_open(work) == len(said)


async def test_the_office_hears_which_notes_go_and_can_keep_them(database: Database, clock: MovableClock) -> None:
    """With the organisation, the day, and one tap."""
    cast = NotesCast(database, clock)
    cast.assemble()
    rows: list[Row] = []
    heartbeat = Retention(database, rows.extend, 7, clock)
    clock.move(days=1826 - 60 + 14)  # a Monday

    await heartbeat.tick()

    [said] = [row for row in rows if row.lane == AUDIT_CHATS["Bea"] and row.kind is Kind.MESSAGE]
    assert "De toetsing bij <b>Welzijn Rivierenland</b>" in said.payload["params"]["text"]
    assert "Nog niet wissen" in str(said.payload["params"]["reply_markup"])
    assert not any("toetsers toen noteerden" in text for chat in AUDIT_CHATS.values() for text in texts(rows, chat)
                   if chat != AUDIT_CHATS["Bea"])  # fmt: skip
