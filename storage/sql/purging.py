"""What has had its time and is in no store's care: wrong tries of invitation links."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.sql.tables import invitation_try
from storage.sql.work import SqlWork


def purge_tries(work: SqlWork, now: datetime, keep: timedelta = timedelta(days=1)) -> int:
    """Delete wrong tries of invitation links; they count for an hour only."""
    return work.execute(invitation_try.delete().where(invitation_try.c.tried_at < now - keep)).rowcount
