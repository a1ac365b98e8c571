"""What a supervisor, a balancer and Prometheus see of the running bot."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.app import App, open_database
from bot.clock import Clock
from bot.metrics import EventCounter
from simulator.client import SimulatorClient
from simulator.server import Simulator
from tests.scenes.test_webhook import free_port
from tests.scenes.town import Town, settings_for, town


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def watched(database_url: str, tmp_path: Path, port: int) -> AsyncIterator[Town]:
    """A town whose bot shows its metrics."""
    async with town(database_url, tmp_path / "data", port=port, metrics=True) as running:
        yield running


async def get(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as reply:
        return reply.status, await reply.text()


async def values(port: int) -> dict[str, float]:
    """Return what /metrics shows, by name and labels."""
    status, page = await get(port, "/metrics")
    assert status == 200
    return {name: float(value) for name, value in re.findall(r"^(\w[^ #]*) (\S+)$", page, re.MULTILINE)}


async def until(port: int, name: str, value: float) -> dict[str, float]:
    """Wait until a metric has reached a value; marks are written a moment after the last message left."""
    async with asyncio.timeout(60):
        while (found := await values(port)).get(name, 0) < value:
            pass
    return found


async def test_what_a_process_did_is_counted(watched: Town, port: int) -> None:
    """Updates, turn times and what went out; nothing waits any more."""
    joost = await watched.person("Joost")
    await joost.sends("/start")
    await joost.taps("Rondkijken")

    found = await until(port, 'handvat_deliveries_total{outcome="sent"}', 2.0)

    assert found["handvat_updates_handled_total"] == found["handvat_turn_seconds_count"] == 2
    assert found['handvat_turn_seconds_bucket{le="+Inf"}'] == 2
    assert (found["handvat_inbox"], found["handvat_outbox"], found["handvat_inbox_age_seconds"]) == (0, 0, 0)
    assert (found["handvat_database_up"], found["handvat_leading"]) == (1, 1)


async def test_when_telegram_asks_to_wait_it_is_counted(watched: Town, port: int) -> None:
    """A storm of these is the first sign that the pace is wrong."""
    await watched.telegram.add_fault("too_many_requests", next=1, methods=["sendMessage"])
    joost = await watched.person("Joost")

    await joost.sends("/start")

    assert (await values(port))["handvat_telegram_429_total"] == 1


async def test_no_metric_names_anybody(watched: Town, port: int) -> None:
    """Whoever watches the machine is not one of the people who may read."""
    joost = await watched.person("Kanarienaam", 731_946_285_017)  # no number of the page itself
    await joost.sends("/start")
    await joost.taps("Lidorganisatie")
    await joost.sends("Kanarieorganisatie")

    _, page = await get(port, "/metrics")

    assert [word for word in ("Kanarie", str(joost.id), "424242") if word in page] == []


async def test_metrics_are_off_unless_they_are_wanted(database_url: str, tmp_path: Path, port: int) -> None:
    """The port of a webhook is open to the world."""
    async with town(database_url, tmp_path / "data", port=port) as here:
        await here.telegram.wait_for_calls("setMyCommands")
        assert (await get(port, "/metrics"))[0] == 404
        assert await get(port, "/readyz") == (200, '{"status": "ready"}')


async def test_a_process_is_not_ready_before_telegram_has_answered(
    database_url: str, tmp_path: Path, port: int
) -> None:
    """It lives, so nobody should restart it; but a balancer must not send it anything yet."""
    simulator = Simulator()
    await simulator.start()
    async with SimulatorClient(simulator.url) as telegram:
        await telegram.add_fault("bad_gateway", probability=1.0, methods=["getMe"])
        configured = settings_for(simulator.url, database_url, tmp_path, clock_url=None, port=port)
        database = await asyncio.to_thread(open_database, configured, Clock())
        app = App(configured, database, Clock())
        running = asyncio.ensure_future(app.run())
        await telegram.wait_for_calls("getMe")

        waiting, healthy = await get(port, "/readyz"), await get(port, "/healthz")
        await telegram.clear_faults()
        await telegram.wait_for_calls("setMyCommands")
        ready = await get(port, "/readyz")

        app.stop()
        await running
        database.close()
    await simulator.stop()
    assert (waiting[0], healthy[0], ready[0]) == (503, 200, 200)
    assert "Telegram" in waiting[1]


def test_events_are_counted_by_their_constant_name() -> None:
    """Never by a sentence, which could hold what somebody wrote."""
    counter = EventCounter()
    logger = logging.Logger("of this test")
    logger.addHandler(counter)

    logger.error("update_parked", extra={"update_id": 7})
    logger.warning("Joost wrote %s", "something")
    logger.info("reminded")

    assert counter.counts == {("update_parked", "error"): 1, ("other", "warning"): 1}


async def test_the_example_alerts_name_metrics_that_exist(watched: Town, port: int) -> None:
    """An alert on a metric that nobody shows never rings."""
    await watched.telegram.wait_for_calls("setMyCommands")
    text = (Path(__file__).parents[2] / "docs" / "alerts.yml").read_text()
    rules = yaml.safe_load(text)["groups"][0]["rules"]
    named = {name for rule in rules for name in re.findall(r"handvat_\w+", rule["expr"])}

    shown = {name.partition("{")[0] for name in await values(port)}

    assert named - shown <= {"handvat_events_total"}  # no event yet: nothing went wrong
    assert len(rules) == len({rule["alert"] for rule in rules}) > 5
