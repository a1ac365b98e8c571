"""An update becomes an inbox row, and only then is it acknowledged.

Polling: the next getUpdates, which lets Telegram forget, leaves after the commit. Webhook (bot.web): 200
is answered after the commit. Either way a crash means that Telegram sends it again, and the update id
drops the double.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.api import Api
from bot.telegram import ALLOWED_UPDATES, lean
from storage.sql import inbox
from storage.sql.database import Database
from storage.sql.faults import is_unavailable

logger = logging.getLogger(__name__)

_Brought = tuple[dict[str, Any], "asyncio.Future[None]"]  # an update, and who waits until it is stored

_QUIET_POLLS = 120  # after about an hour without updates ids may restart at random, so ask from the start


class Intake:
    """Stores updates and wakes the dispatcher."""

    def __init__(self, database: Database, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._database = database
        self._now = now
        self._wake = wake
        self._waiting: list[_Brought] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, updates: list[dict[str, Any]]) -> None:
        """Store updates durably; those that are there already are dropped."""
        kept = [lean(update) for update in updates]
        await self._database.run(lambda work: inbox.receive(work, kept, self._now()))
        self._wake()

    # ---------------------------------------------------------------------------------- webhook

    async def store_one(self, update: dict[str, Any]) -> None:
        """Store an update durably, in one commit with whatever else was brought during the commit before.

        Raises what the database says; Telegram brings the update again.
        """
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((update, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.ensure_future(self._store_waiting())
        await stored

    async def _store_waiting(self) -> None:
        while self._waiting:
            # By id: two processes that store the same updates in another order could wait for each other for ever.
            brought, self._waiting = sorted(self._waiting, key=lambda one: one[0]["update_id"]), []
            await self._store_together(brought)

    async def _store_together(self, brought: Sequence[_Brought]) -> None:
        try:
            await self.store([update for update, _ in brought])
        except Exception as error:
            if len(brought) > 1 and not is_unavailable(error):
                for one in brought:  # so that one that can't be stored does not keep the others out
                    await self._store_together([one])
                return
            logger.error("updates_not_stored", extra={"error": type(error).__name__})
            for _, stored in brought:
                if not stored.done():
                    stored.set_exception(error)
        else:
            for _, stored in brought:
                if not stored.done():  # who brought it may have gone
                    stored.set_result(None)

    # ---------------------------------------------------------------------------------- polling

    async def poll(self, api: Api, seconds: int = 30) -> None:
        """Fetch updates for ever. The offset lives in memory only: asking from 0 costs only doubles."""
        offset, quiet = 0, 0
        while True:
            updates = await self._fetch(api, offset, seconds)
            if updates:
                await self._store_surely(updates)
                offset, quiet = updates[-1]["update_id"] + 1, 0
            elif updates is not None:
                quiet += 1
                offset = 0 if quiet % _QUIET_POLLS == 0 else offset

    async def _fetch(self, api: Api, offset: int, seconds: int) -> list[dict[str, Any]] | None:
        """Return new updates, or None after a failure has been waited out."""
        try:
            found = await api.get_updates(offset, seconds, ALLOWED_UPDATES)
        except (TelegramError, OSError) as error:
            await asyncio.sleep(_pause_after(error))
            return None
        return [update for update in found if is_storable(update)]

    async def _store_surely(self, updates: list[dict[str, Any]]) -> None:
        """Store a batch, waiting for the database if need be: Telegram keeps it until we ask further."""
        while True:
            try:
                await self.store(updates)
            except Exception as error:
                logger.error("updates_not_stored", extra={"error": type(error).__name__})
                await asyncio.sleep(0.5)
            else:
                return


def _pause_after(error: Exception) -> float:
    """Log why polling failed, and return for how many seconds to leave Telegram alone."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return float(wait) if isinstance(wait, int) else wait.total_seconds()
        case Conflict():
            logger.error("another_process_polls")  # or somebody has our token
            return 3.0
        case InvalidToken():
            logger.error("token_refused")
            return 10.0
        case _:
            logger.warning("poll_failed", extra={"error": type(error).__name__})
            return 0.5


def is_storable(update: Any) -> bool:
    """Say whether an update has an id that fits; anything else would never be storable."""
    identifier = update.get("update_id") if isinstance(update, dict) else None
    return type(identifier) is int and 0 <= identifier < 2**62
