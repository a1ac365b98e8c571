"""The part of the heartbeat that is about appeals: one message for everybody who has to hear of a body's own target."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from bot.replies import message_draft
from conversations.appeal_reminders import reminder_keyboard, reminder_screen
from domain.appeals import AppealId
from domain.roles import PersonId
from storage.appeal_interfaces import AppealNotice
from storage.sql.appeal_reminders import SUBJECT, look_at, look_later
from storage.sql.outbox import Draft
from storage.sql.work import SqlWork

logger = logging.getLogger(__name__)


def appeal_drafts(work: SqlWork, subjects: Iterable[tuple[str, int]], now: datetime) -> list[Draft]:
    """Look at the appeals among what is due, and return what people should hear."""
    by_person: dict[PersonId, list[AppealNotice]] = defaultdict(list)
    for kind, subject in subjects:
        for notice in _look(work, AppealId(subject), now) if kind == SUBJECT else ():
            by_person[notice.person].append(notice)
    return [message_draft(own[0].chat, reminder_screen(own), reminder_keyboard(own)) for own in by_person.values()]


def _look(work: SqlWork, appeal: AppealId, now: datetime) -> tuple[AppealNotice, ...]:
    """Look at one appeal; one that cannot be looked at is put off and reported, and the others go on."""
    try:
        with work.connection.begin_nested():
            return look_at(work, appeal, now)
    except DBAPIError:
        raise  # nothing can be looked at
    except Exception as error:
        logger.error("reminder_failed", extra={"appeal": appeal}, exc_info=error)
        look_later(work, appeal, now)
        return ()
