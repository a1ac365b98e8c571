"""A process that starts while its database is gone waits for it; one that was given a wrong file ends."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import app
from bot.app import App, open_surely
from bot.clock import Clock
from simulator.client import SimulatorClient
from simulator.server import Simulator
from tests.faults.way import Way
from tests.scenes.town import settings_for

on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_DATABASE_PAUSE", 0.02)


async def complaints(caplog: pytest.LogCaptureFixture, count: int) -> None:
    async with asyncio.timeout(60):
        while sum(record.message == "database_unavailable" for record in caplog.records) < count:
            await asyncio.sleep(0.01)


@on_postgresql
async def test_a_process_that_starts_without_its_database_waits(
    empty_database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A supervisor gives up on a program that ends five times in ten seconds, just while the database restarts."""
    caplog.set_level(logging.ERROR)
    with Way(empty_database_url) as way:
        way.cut()
        opening = asyncio.to_thread(open_surely, settings_for("http://x", way.url, tmp_path), Clock())
        waiting = asyncio.ensure_future(opening)
        await complaints(caplog, 2)
        assert not waiting.done()

        way.restore()

        (await asyncio.wait_for(waiting, 60)).close()


@on_postgresql
async def test_a_database_that_goes_between_opening_and_joining_is_waited_for(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Afterwards it serves people as ever."""
    simulator = Simulator()
    await simulator.start()
    with Way(database_url) as way:
        configured = settings_for(simulator.url, way.url, tmp_path, clock_url=None)
        database = await asyncio.to_thread(open_surely, configured, Clock())
        way.cut()
        process = App(configured, database, Clock())
        running = asyncio.ensure_future(process.run())
        await complaints(caplog, 1)

        way.restore()

        async with SimulatorClient(simulator.url) as telegram:
            joost = await telegram.add_person("Joost")
            await joost.sends("/start", settle=False)
            assert (await telegram.wait_for_calls("sendMessage", within=30))[0]["ok"]
        process.stop()
        await running
        database.close()
    await simulator.stop()


@on_sqlite
def test_a_file_that_cannot_be_opened_is_said_at_once(empty_database_url: str, tmp_path: Path) -> None:
    """Waiting would not make a directory into a database."""
    (tmp_path / "handvat.db").mkdir()

    with pytest.raises(sa.exc.OperationalError):
        open_surely(settings_for("http://x", f"sqlite:///{tmp_path / 'handvat.db'}", tmp_path), Clock())
