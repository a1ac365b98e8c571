"""How much waits, and since when; counts only, from indexes that are as small as what is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.sql.process_tables import next_reminder
from storage.sql.tables import inbox, outbox
from storage.sql.work import SqlWork


class Waiting(Struct, frozen=True):
    """How much of something waits, and since when the oldest does."""

    count: int
    since: datetime | None


class Gauges(Struct, frozen=True):
    """What waits in the whole installation."""

    inbox: Waiting
    outbox: Waiting
    jobs: Waiting
    reminders: Waiting


def read_gauges(work: SqlWork, now: datetime) -> Gauges:
    """Return what waits at this moment."""
    is_job = outbox.c.kind == "job"
    is_open, is_due = outbox.c.done_at.is_(None), next_reminder.c.next_reminder_at <= now
    return Gauges(
        inbox=_waiting(work, inbox.c.received_at, inbox.c.handled_at.is_(None)),
        outbox=_waiting(work, outbox.c.created_at, is_open),
        jobs=_waiting(work, outbox.c.created_at, is_open, is_job),
        reminders=_waiting(work, next_reminder.c.next_reminder_at, is_due),
    )


def _waiting(work: SqlWork, since: sa.Column[datetime], *which: sa.ColumnElement[bool]) -> Waiting:
    counted = sa.select(sa.func.count().label("waiting"), sa.func.min(since).label("since")).where(*which)
    row: Any = work.execute(counted).one()
    return Waiting(row.waiting, row.since)
