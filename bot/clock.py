"""The only reader of the time. In a rehearsal the simulator's movable clock shifts it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError

from bot.http import send
from templates.render import AMSTERDAM

logger = logging.getLogger(__name__)


class Clock:
    """The time of this process: the machine's, plus what a rehearsal has moved it."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url
        self._shift = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC) + self._shift

    def today(self) -> date:
        """Return the calendar day in Amsterdam, from which all terms count."""
        return self.now().astimezone(AMSTERDAM).date()

    async def look(self) -> None:
        """Look at the movable clock once, if there is one, so that what begins now begins at its time."""
        if self._url is not None:
            async with _client() as client:
                await self._read(client, self._url)

    async def follow(self, interval: float = 0.25) -> None:
        """Keep following the movable clock, if there is one."""
        if self._url is None:
            return
        async with _client() as client:
            while True:
                await self._read(client, self._url)
                await asyncio.sleep(interval)

    async def _read(self, client: Client, url: str) -> None:
        try:
            _, body = await send(client.get(url).build())
            moment = datetime.fromisoformat(json.loads(body)["now"])
        except (PyreqwestError, KeyError, ValueError) as error:
            logger.warning("clock_unreachable", extra={"error": type(error).__name__})
            return
        shift = moment - datetime.now(UTC)
        # Small differences are the way there and back; following them would make time run unevenly.
        if abs(shift - self._shift) > timedelta(seconds=2):
            self._shift = shift
            self._moved.set()

    async def when_moved(self, act: Callable[[], Awaitable[None]]) -> None:
        """Act whenever a rehearsal has moved the clock; for ever, and never on an ordinary clock."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            await act()


def _client() -> Client:
    return ClientBuilder().timeout(timedelta(seconds=5)).no_proxy().build()
