"""Calls that are given up: whoever waits for one must be able to stop."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from pyreqwest.client import ClientBuilder

from bot.http import send
from tests.scenes.town import Simulator


async def test_a_call_that_is_cancelled_in_any_instant_ends_there() -> None:
    """A cancellation that was swallowed would leave a loop that never stops."""
    simulator = Simulator()
    await simulator.start()
    client = ClientBuilder().timeout(timedelta(seconds=30)).no_proxy().build()

    async def call_and_go_on() -> None:
        await send(client.get(f"{simulator.url}/control/clock").build())
        await asyncio.Event().wait()

    for turns in range(300):
        calling = asyncio.ensure_future(call_and_go_on())
        for _ in range(turns % 60):
            await asyncio.sleep(0)
        calling.cancel()
        await asyncio.wait({calling}, timeout=2)
        assert calling.cancelled()
    await client.close()
    await simulator.stop()
