"""A process that starts after a crash: first what was left, then what is new, and patience with the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App, open_database
from bot.clock import Clock
from bot.settings import Settings
from simulator.client import SimulatorClient
from simulator.server import Simulator
from storage.sql import inbox, outbox
from storage.sql.outbox import Draft, Kind
from storage.sql.work import SqlWork
from tests.scenes.town import settings_for

CHAT = 1001
DEAD = 7  # the number of a process that is no more
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@asynccontextmanager
async def local_telegram() -> AsyncIterator[tuple[Simulator, SimulatorClient]]:
    """A Telegram where Samira has opened the chat; its bot does not run yet."""
    simulator = Simulator()
    await simulator.start()
    async with SimulatorClient(simulator.url) as telegram:
        samira = await telegram.add_person("Samira", id=CHAT)
        await samira.sends("/start", settle=False)
        yield simulator, telegram
    await simulator.stop()


@asynccontextmanager
async def living(simulator: Simulator, database_url: str, directory: Path) -> AsyncIterator[None]:
    """Let the bot live on this database."""
    configured = settings_for(simulator.url, database_url, directory, clock_url=None)
    database = await asyncio.to_thread(open_database, configured, Clock())
    app = App(configured, database, Clock())
    running = asyncio.ensure_future(app.run())
    try:
        yield
    finally:
        app.stop()
        await running
        database.close()


@contextmanager
def opened(configured: Settings) -> Iterator[SqlWork]:
    """A transaction while no bot lives."""
    database = open_database(configured, Clock())
    with database.begin() as work:
        yield work
    database.close()


def messages(count: int) -> list[Draft]:
    return [Draft(CHAT, Kind.MESSAGE, {"params": {"chat_id": CHAT, "text": f"left {n}"}}) for n in range(count)]


async def test_what_a_dead_process_left_is_sent_before_anything_new(database_url: str, tmp_path: Path) -> None:
    """Otherwise a chat would see the answer to its last message above the answers to earlier ones."""
    async with local_telegram() as (simulator, telegram):
        configured = settings_for(simulator.url, database_url, tmp_path, clock_url=None)
        updates = await telegram.pending()
        with opened(configured) as work:
            outbox.add(work, messages(2), DEAD, NOW)
            inbox.receive(work, updates, NOW)

        async with living(simulator, database_url, tmp_path):
            calls = await telegram.wait_for_calls("sendMessage", 3)

    assert [call["params"]["text"] for call in calls[:2]] == ["left 0", "left 1"]


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setMyCommands"])
@pytest.mark.parametrize("trouble", ["bad_gateway", "drop_before"])
async def test_a_network_that_fails_at_the_start_is_waited_for(
    method: str, trouble: str, database_url: str, tmp_path: Path
) -> None:
    """A supervisor gives up on a program that ends again and again, just when Telegram is having a bad day."""
    async with local_telegram() as (simulator, telegram):
        await telegram.add_fault(trouble, next=1, methods=[method])

        async with living(simulator, database_url, tmp_path):
            calls = await telegram.wait_for_calls("sendMessage")

    assert calls[0]["ok"]


@pytest.mark.parametrize("code", [400, 404])
async def test_a_server_that_knows_no_webhooks_is_polled_all_the_same(
    code: int, database_url: str, tmp_path: Path
) -> None:
    """Bot API servers of others offer what they need, and the token was accepted a moment before."""
    async with local_telegram() as (simulator, telegram):
        await telegram.add_fault("error", probability=1.0, methods=["deleteWebhook", "setMyCommands"], code=code)

        async with living(simulator, database_url, tmp_path):
            calls = await telegram.wait_for_calls("sendMessage")

    assert calls[0]["ok"]


async def test_a_process_that_stops_first_sends_what_is_queued(database_url: str, tmp_path: Path) -> None:
    """Each message waits for the mark of the one before, so marking has to go on until the end."""
    async with local_telegram() as (simulator, telegram):
        configured = settings_for(simulator.url, database_url, tmp_path, clock_url=None)
        with opened(configured) as work:
            outbox.add(work, messages(9), DEAD, NOW)

        async with living(simulator, database_url, tmp_path):
            await telegram.wait_for_calls("sendMessage")

        with opened(configured) as work:
            assert outbox.count_open(work) == 0
        sent = [call["params"]["text"] for call in await telegram.calls("sendMessage")]
    assert sent[:9] == [f"left {n}" for n in range(9)]
