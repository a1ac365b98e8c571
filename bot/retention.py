"""What goes by itself: every hour of a working day somebody looks what nobody uses, says so, and erases in time.

Nothing is kept here: what was announced and what went stands in storage, in the transaction that says or does it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError

from bot.replies import commands_draft, message_draft
from conversations.kit import Button, Keyboard
from conversations.privacy import KeepNotesTap
from conversations.taps import PrivacyTap, way_back
from domain.retention import TermId
from storage.sql import outbox
from storage.sql.actors import load_actors
from storage.sql.database import Database
from storage.sql.outbox import Draft, Row
from storage.sql.retention import Announced, Erased, announce, carry_out, withdraw_used
from storage.sql.work import SqlWork
from templates.commands import NEWCOMER
from templates.people_screens import OrganisationErased
from templates.render import AMSTERDAM, label
from templates.retention_screens import TellNotesGo, TellOrganisationGoes, TellPersonGoes

logger = logging.getLogger(__name__)


class Retention:
    """Says what will go, stops what is used again, and erases what has had its time."""

    def __init__(
        self, database: Database, deliver: Callable[[Sequence[Row]], None], owner: int, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._deliver = deliver
        self._owner = owner
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin to tick: every hour, late ticks folded into one."""
        self._scheduler.add_job(self.tick, "interval", hours=1, misfire_grace_time=None, coalesce=True, max_instances=1)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Look once; what the database refuses now is looked at again in an hour."""
        try:
            rows = await self._database.run(self._look)
        except DBAPIError as error:
            logger.warning("retention_waits", extra={"error": type(error).__name__})
            return
        self._deliver(rows)

    def _look(self, work: SqlWork) -> list[Row]:
        """First stop what is used again, so that nothing goes that somebody came back for."""
        now = self._now()
        if not work.audit_rules.working_days.is_open(now):
            return []  # nobody should hear of it at night
        withdrawn = withdraw_used(work, now)
        erased, announced = carry_out(work, now), announce(work, now)
        for gone in erased:
            logger.info("erased", extra={"subject": gone.subject, "rows": gone.removed})
        if withdrawn or announced:
            logger.info("erasures_announced", extra={"announced": len(announced), "withdrawn": withdrawn})
        drafts = [draft for each in erased for draft in _farewell(work, each)]
        drafts += [draft for each in announced for draft in _notice(each)]
        busy = outbox.busy_elsewhere(work, [draft.lane for draft in drafts if draft.lane is not None], self._owner)
        return outbox.add(work, drafts, self._owner, now, busy)


def _farewell(work: SqlWork, gone: Erased) -> list[Draft]:
    """Tell everybody who took part, and give them the commands of what is left to them."""
    keyboard = Keyboard.flow([Button(label("menu_privacy"), PrivacyTap())]) + way_back(None)
    drafts = [message_draft(chat, OrganisationErased(gone.organisation), keyboard) for chat in gone.chats]
    actors = load_actors(work, gone.chats)
    roles = {chat: actor.role.value if actor.role else NEWCOMER for chat, actor in actors.items()}
    return [*drafts, *(commands_draft(chat, role) for chat, role in roles.items())]


def _notice(announced: Announced) -> list[Draft]:
    on = announced.erases_at.astimezone(AMSTERDAM).date()
    if announced.term is TermId.IDLE_PERSON:
        return [message_draft(chat, TellPersonGoes(on), way_back(None)) for chat in announced.chats]
    if announced.audit is not None:
        keep = Keyboard.flow([Button(label("keep_notes"), KeepNotesTap(announced.audit))]) + way_back(None)
        return [message_draft(chat, TellNotesGo(announced.organisation, on), keep) for chat in announced.chats]
    keyboard = Keyboard.flow([Button(label("menu_privacy"), PrivacyTap())]) + way_back(None)
    screen = TellOrganisationGoes(announced.organisation, on)
    return [message_draft(chat, screen, keyboard) for chat in announced.chats]
