"""The heartbeat: APScheduler asks now and then what has had its time; storage knows the rest.

APScheduler keeps nothing: every tick is idempotent, and a tick that was missed is made good by the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.blobs import Blobs
from storage.sql import inbox, outbox
from storage.sql.database import Database
from storage.sql.files import blob_names
from storage.sql.purging import purge_tries

logger = logging.getLogger(__name__)


class Housekeeping:
    """What has to go, goes by itself."""

    def __init__(self, database: Database, evidence: Blobs, outgoing: Blobs, now: Callable[[], datetime]) -> None:
        self._database = database
        self._evidence = evidence
        self._outgoing = outgoing
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin to tick: every ten minutes, late ticks folded into one."""
        self._scheduler.add_job(
            self.tick, "interval", minutes=10, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Delete what has had its time: handled updates, sent messages, old tries, files nobody refers to."""
        now = self._now()
        counts = await self._database.run(
            lambda work: (inbox.purge(work, now), outbox.purge(work, now), purge_tries(work, now))
        )
        logger.info("purged", extra={"inbox": counts[0], "outbox": counts[1], "tries": counts[2]})
        await self._delete_orphans()

    async def _delete_orphans(self) -> None:
        """Delete evidence that no row names any more, as after an erasure, and documents nobody fetched.

        A file gets its name in a committed row before it is written, so whatever is on disk before
        the rows are read and is not among them is an orphan.
        """
        on_disk = await self._database.call(lambda: self._evidence.names(older_than=timedelta()))
        never_sent = await self._database.call(lambda: self._outgoing.names(older_than=timedelta(days=7)))
        known = await self._database.run(blob_names)
        for name in set(on_disk) - known:
            self._evidence.delete(name)
        for name in never_sent:
            self._outgoing.delete(name)
        for blobs in (self._evidence, self._outgoing):
            blobs.delete_unfinished(older_than=timedelta(hours=1))
