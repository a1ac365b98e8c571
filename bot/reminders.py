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
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from bot.appeal_reminders import appeal_drafts
from bot.replies import message_draft
from conversations import case_reminders
from conversations.evaluation_after import ask_keyboard, ask_screen
from conversations.term_reminders import reminder_keyboard, reminder_screen
from domain.audit import AuditId
from domain.complaints import ComplaintId
from domain.roles import PersonId
from storage.complaint_interfaces import CaseNotice
from storage.evaluation_interfaces import EvaluationAsk
from storage.process_interfaces import Notice
from storage.sql import case_reminders as cases
from storage.sql import outbox
from storage.sql.database import Database
from storage.sql.evaluation_asks import take_asks
from storage.sql.outbox import Draft, Row
from storage.sql.process_events import SUBJECT
from storage.sql.reminders import BATCH, look_at, look_later, take_due, with_other_halves
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
        """Look at every audit and case that is due, a batch at a time."""
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
        audits = with_other_halves(work, subjects)
        found = [_look(work, subject, now) for kind, subject in audits if kind == SUBJECT]
        rules = work.audit_rules.evaluation
        asks = [ask for looked in found for ask in looked.asks]
        drafts = drafts_of([notice for looked in found for notice in looked.notices])
        drafts += [message_draft(ask.chat, ask_screen(ask, rules), ask_keyboard(ask)) for ask in asks]
        drafts += appeal_drafts(work, subjects, now)
        about_cases = [
            notice
            for kind, subject in subjects
            if kind == cases.SUBJECT
            for notice in _look_at_case(work, subject, now)
        ]
        drafts += case_drafts_of(about_cases)
        busy = outbox.busy_elsewhere(work, [draft.lane for draft in drafts if draft.lane is not None], self._owner)
        return len(subjects), outbox.add(work, drafts, self._owner, now, busy)


class _Looked(Struct, frozen=True):
    """What came of looking at one audit: terms to remind of, and people to look back on it."""

    notices: tuple[Notice, ...] = ()
    asks: tuple[EvaluationAsk, ...] = ()


def _look(work: SqlWork, subject: int, now: datetime) -> _Looked:
    """Look at one audit; one that cannot be looked at is put off and reported, and the others go on."""
    audit = AuditId(subject)
    try:
        with work.connection.begin_nested():
            return _Looked(look_at(work, audit, now), take_asks(work, audit, now))
    except DBAPIError:
        raise  # nobody can be looked at
    except Exception as error:
        logger.error("reminder_failed", extra={"audit": audit}, exc_info=error)
        look_later(work, audit, now)
        return _Looked()


def _look_at_case(work: SqlWork, subject: int, now: datetime) -> tuple[CaseNotice, ...]:
    """Look at one complaint, with the same care."""
    complaint = ComplaintId(subject)
    try:
        with work.connection.begin_nested():
            return cases.look_at(work, complaint, now)
    except DBAPIError:
        raise
    except Exception as error:
        logger.error("reminder_failed", extra={"complaint": complaint}, exc_info=error)
        cases.look_later(work, complaint, now)
        return ()


def case_drafts_of(notices: Sequence[CaseNotice]) -> list[Draft]:
    """Return one message about cases for everybody who has to hear something."""
    by_person: dict[PersonId, list[CaseNotice]] = defaultdict(list)
    for notice in notices:
        by_person[notice.person].append(notice)
    return [
        message_draft(own[0].chat, case_reminders.reminder_screen(own), case_reminders.reminder_keyboard(own))
        for own in by_person.values()
    ]


def drafts_of(notices: Sequence[Notice]) -> list[Draft]:
    """Return one message for everybody who has to hear something, however much of it falls together."""
    by_person: dict[PersonId, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_person[notice.person].append(notice)
    return [message_draft(own[0].chat, reminder_screen(own), reminder_keyboard(own)) for own in by_person.values()]
