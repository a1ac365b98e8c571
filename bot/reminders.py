"""The heartbeat of reminders: now and then it asks storage which audits to look at, and queues what people should hear.

Nothing is kept here: what was said and when to look again stands in storage, in the same transaction as the messages.
So a tick that was missed is made good by the next, and two processes that tick at once do not say anything twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError

from bot.replies import message_draft
from conversations.term_reminders import reminder_keyboard, reminder_screen
from domain.audit import AuditId
from domain.roles import PersonId
from storage.process_interfaces import Notice
from storage.sql import outbox
from storage.sql.database import Database
from storage.sql.outbox import Draft, Row
from storage.sql.process_events import SUBJECT
from storage.sql.reminders import BATCH, look_at, look_later, take_due
from storage.sql.work import SqlWork

logger = logging.getLogger(__name__)

_MANY_BATCHES = 40  # in one tick: after a long standstill the rest follows with the next


class Reminders:
    """Says what is due, once."""

    def __init__(
        self, database: Database, deliver: Callable[[Sequence[Row]], None], owner: int, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._deliver = deliver
        self._owner = owner
        self._now = now
        self._ticking = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin to tick: every minute, late ticks folded into one."""
        self._scheduler.add_job(
            self.tick, "interval", minutes=1, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Look at every audit that is due, a batch at a time."""
        async with self._ticking:
            said = 0
            for _ in range(_MANY_BATCHES):
                try:
                    looked, rows = await self._database.run(self._batch)
                except DBAPIError as error:
                    logger.warning("reminders_wait", extra={"error": type(error).__name__})
                    return  # nothing was said or ticked off; the next tick tries again
                self._deliver(rows)
                said += len(rows)
                if looked < BATCH:
                    break
            if said:
                logger.info("reminded", extra={"messages": said})

    def _batch(self, work: SqlWork) -> tuple[int, list[Row]]:
        now = self._now()
        subjects = take_due(work, now)
        notices = [notice for kind, subject in subjects if kind == SUBJECT for notice in _look(work, subject, now)]
        drafts = drafts_of(notices)
        busy = outbox.busy_elsewhere(work, [draft.lane for draft in drafts if draft.lane is not None], self._owner)
        return len(subjects), outbox.add(work, drafts, self._owner, now, busy)


def _look(work: SqlWork, subject: int, now: datetime) -> tuple[Notice, ...]:
    """Look at one audit; one that cannot be looked at is put off and reported, and the others go on."""
    audit = AuditId(subject)
    try:
        with work.connection.begin_nested():
            return look_at(work, audit, now)
    except DBAPIError:
        raise  # nobody can be looked at
    except Exception as error:
        logger.error("reminder_failed", extra={"audit": audit}, exc_info=error)
        look_later(work, audit, now)
        return ()


def drafts_of(notices: Sequence[Notice]) -> list[Draft]:
    """Return one message for everybody who has to hear something, however much of it falls together."""
    by_person: dict[PersonId, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_person[notice.person].append(notice)
    return [message_draft(own[0].chat, reminder_screen(own), reminder_keyboard(own)) for own in by_person.values()]
