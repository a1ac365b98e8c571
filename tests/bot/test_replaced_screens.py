"""A screen that nobody has seen yet is left out when a tap has replaced it; a crash changes nothing about that."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.delivery import Delivery
from bot.pace import Pace
from storage.sql import outbox
from storage.sql.database import Database
from storage.sql.outbox import Draft, Kind

CHAT, FIRST, SECOND = 1001, 1, 2
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SCREENS = [("first receipt", None), ("second receipt", None), ("third receipt", None), ("after a tap", 50)]


class SlowTelegram:
    """Answers calls once it is let go; remembers what was asked."""

    def __init__(self, is_slow: bool = False) -> None:
        self.calls: list[tuple[str, str]] = []
        self._lets_go = asyncio.Event()
        if not is_slow:
            self._lets_go.set()

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        if "text" in params:
            self.calls.append((method, params["text"]))
        await self._lets_go.wait()
        return {"message_id": 100 + len(self.calls)}


def screen(text: str, edit: int | None) -> Draft:
    payload: dict[str, Any] = {"params": {"chat_id": CHAT, "text": text}, "screen": None}
    return Draft(CHAT, Kind.SCREEN, payload if edit is None else payload | {"edit": edit})


def delivery(telegram: SlowTelegram, database: Database, owner: int) -> Delivery:
    nobody: Any = None
    api: Any = telegram
    return Delivery(
        api, database, Pace(0, 0), nobody, owner=owner, now=lambda: NOW, alive=lambda work: [owner], sweep_seconds=0.01
    )


async def test_a_crash_does_not_drop_a_screen_that_was_to_stay(database: Database) -> None:
    """The tap replaces the third receipt. Marked at once, it would replace the second as well after a crash."""
    telegram = SlowTelegram(is_slow=True)
    dying = delivery(telegram, database, FIRST)
    running = asyncio.ensure_future(dying.run())
    with database.begin() as work:
        rows = outbox.add(work, [screen(*each) for each in SCREENS], FIRST, NOW)
    dying.accept(rows)
    await dying.drain(0)
    running.cancel()  # its marks are written; whatever it had in memory is gone

    telegram = SlowTelegram()
    living = delivery(telegram, database, SECOND)
    running = asyncio.ensure_future(living.run())
    async with asyncio.timeout(10):
        while await database.run(outbox.count_open):
            await asyncio.sleep(0.01)
    running.cancel()

    texts = [text for _, text in telegram.calls]
    assert texts == ["first receipt", "second receipt", "after a tap"]
    assert telegram.calls[-1][0] == "sendMessage"
