"""An update becomes an inbox row, and only then is it acknowledged.

Polling: the next getUpdates, which lets Telegram forget, leaves after the commit. Webhook (bot.web): 200
is answered after the commit. Either way a crash means that Telegram sends it again, and the update id
drops the double.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.api import Api
from bot.telegram import ALLOWED_UPDATES, lean
from storage.sql import inbox
from storage.sql.database import Database

logger = logging.getLogger(__name__)

_QUIET_POLLS = 120  # after about an hour without updates ids may restart at random, so ask from the start


class Intake:
    """Stores updates and wakes the dispatcher."""

    def __init__(self, database: Database, now: Callable[[], datetime], wake: Callable[[], None]) -> None:
        self._database = database
        self._now = now
        self._wake = wake

    async def store(self, updates: list[dict[str, Any]]) -> None:
        """Store updates durably; those that are there already are dropped."""
        kept = [lean(update) for update in updates]
        await self._database.run(lambda work: inbox.receive(work, kept, self._now()))
        self._wake()

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
