"""The heartbeat: APScheduler asks now and then what has had its time; storage knows the rest.

APScheduler keeps nothing: every tick is idempotent, and a tick that was missed is made good by the next.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.blobs import Blobs
from domain.working_days import local_day
from storage.sql import inbox, outbox
from storage.sql.appeal_rows import purge_letters
from storage.sql.audit_evaluations import purge_remarks
from storage.sql.complaint_rights import purge_cases
from storage.sql.database import Database
from storage.sql.files import blob_names
from storage.sql.purging import purge_tries
from storage.sql.retention import forget_labels
from storage.sql.trends import publish_due
from storage.sql.work import SqlWork

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
        """Delete what has had its time: handled updates, sent messages, old tries, cases and remarks, unnamed files."""
        purged = await self._database.run(self._purge)
        logger.info("purged", extra=purged)
        published = await self._database.run(lambda work: publish_due(work, self._now()))
        if published:
            logger.info("trends_published", extra={"frameworks": published})
        await self._delete_orphans()

    def _purge(self, work: SqlWork) -> dict[str, int]:
        """Delete rows by the terms of the content file, and return how many by what they were."""
        now, terms = self._now(), work.audit_rules.retention.machine
        sent, once = timedelta(days=terms.sent_messages), timedelta(days=terms.sent_once)
        return {
            "inbox": inbox.purge(work, now, timedelta(days=terms.handled_updates)),
            "outbox": outbox.purge(work, now, sent, once),
            "tries": purge_tries(work, now, timedelta(days=terms.invitation_tries)),
            "labels": forget_labels(work, now - timedelta(days=terms.invitation_labels)),
            "cases": purge_cases(work, now),
            "letters": purge_letters(work, now - timedelta(days=terms.appeal_letters)),
            "remarks": purge_remarks(work, local_day(now)),
        }

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
