"""The inbox: an update is a row here before Telegram may forget it, and until its turn has committed.

A lane is a chat; the oldest open row of a lane is its head, and only heads are claimed. On
PostgreSQL the claim is an advisory lock per lane that ends with the transaction, so that a late,
lower update id can never run beside a higher one of the same chat.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from storage.sql.among import per_database
from storage.sql.packing import pack, unpack
from storage.sql.tables import inbox
from storage.sql.work import SqlWork

SCOPE = "inbox"  # the organisation is not known yet at intake
_LANE_LOCK = 7001
_OPEN = inbox.c.handled_at.is_(None)

# ---------------------------------------------------------------- statements, built once so that they stay compiled

_RECEIVE = {
    True: sqlite.insert(inbox).on_conflict_do_nothing(),
    False: postgresql.insert(inbox).on_conflict_do_nothing(),
}
_OLDER = inbox.alias("older")
_IS_BEHIND = sa.exists().where(
    _OLDER.c.lane == inbox.c.lane, _OLDER.c.handled_at.is_(None), _OLDER.c.update_id < inbox.c.update_id
)
#: Seconds from now on; a failed turn is tried again within a few, so what waits for longer waits because the clock was
#: put back meanwhile.
_LATEST = 60.0
_HEADS = (
    sa.select(inbox.c.update_id, inbox.c.lane, inbox.c.payload_sealed, inbox.c.attempts)
    .where(_OPEN, sa.or_(inbox.c.next_at <= sa.bindparam("now"), inbox.c.next_at > sa.bindparam("latest")), ~_IS_BEHIND)
    .order_by(inbox.c.update_id)
    .limit(sa.bindparam("limit"))
)
_HEADS_OF_LANES = per_database(lambda among: _HEADS.where(among(inbox.c.lane, "lanes")))
_LANES_WITH_HEADS = _HEADS.with_only_columns(inbox.c.lane)
_TRY_LOCK = sa.text(
    "SELECT lane FROM unnest(CAST(:lanes AS bigint[])) AS lane WHERE pg_try_advisory_xact_lock(:key, hashint8(lane))"
)
_MARK_HANDLED = per_database(
    lambda among: (
        inbox.update()
        .where(among(inbox.c.update_id, "update_ids"))
        .values(handled_at=sa.bindparam("now"), payload_sealed=None)
    )
)


class Received(Struct, frozen=True):
    """An update as it came in: `raw` is the JSON that Telegram sent."""

    update_id: int
    lane: int
    raw: dict[str, Any]
    attempts: int = 0


def lane_of(raw: Any) -> int:
    """Return the chat that an update belongs to, 0 when it cannot be understood.

    Never raises: an update that could not be stored would come again for ever and block the rest.
    """
    try:
        body = next(value for key, value in raw.items() if key != "update_id" and isinstance(value, dict))
        chat = body.get("chat") or (body.get("message") or {}).get("chat") or body.get("from") or body["user"]
        lane = int(chat["id"])
    except (AttributeError, KeyError, OverflowError, StopIteration, TypeError, ValueError):
        return 0
    return lane if abs(lane) < 2**62 else 0


def receive(work: SqlWork, updates: Sequence[dict[str, Any]], now: datetime) -> None:
    """Store updates; one that is there already is dropped."""
    rows = [
        {
            "update_id": raw["update_id"],
            "lane": lane_of(raw),
            "payload_sealed": work.vault.seal_bytes(SCOPE, _place(raw["update_id"]), pack(raw)),
            "received_at": now,
        }
        for raw in updates
    ]
    if rows:
        work.execute(_RECEIVE[work.is_sqlite], rows)


def _place(update_id: int) -> str:
    return f"inbox:{update_id}"


def claim(work: SqlWork, now: float, limit: int, lane: int | None = None) -> list[Received]:
    """Return the heads of up to `limit` lanes that are ready, locked for this transaction.

    `now` is in epoch seconds; with `lane` only the head of that lane is considered.
    """
    when = {"now": now, "latest": now + _LATEST, "limit": limit}
    lanes = None if lane is None else [lane]
    if not work.is_sqlite:
        lanes = _lock(work, work.execute(_LANES_WITH_HEADS, when).scalars().all() if lanes is None else lanes)
        if not lanes:
            return []
    # Read (again) under the lock: another process may just have handled the head, or a lower id may have come.
    if lanes is None:
        rows = work.execute(_HEADS, when)
    else:
        rows = work.execute(_HEADS_OF_LANES[work.is_sqlite], when | {"lanes": list(lanes)})
    return [_received(work, row) for row in rows]


def _lock(work: SqlWork, lanes: Sequence[int]) -> list[int]:
    """Lock the lanes that no other process is working on, and return them."""
    if not lanes:
        return []
    return list(work.execute(_TRY_LOCK, {"lanes": sorted(set(lanes)), "key": _LANE_LOCK}).scalars())


def _received(work: SqlWork, row: sa.Row[Any]) -> Received:
    raw = unpack(work.vault.open_bytes(_place(row.update_id), row.payload_sealed))
    return Received(row.update_id, row.lane, raw, row.attempts)


def mark_handled(work: SqlWork, update_ids: Sequence[int], now: datetime) -> None:
    """Close updates and forget what was in them."""
    work.execute(_MARK_HANDLED[work.is_sqlite], {"update_ids": list(update_ids), "now": now})


def record_failure(work: SqlWork, update_id: int, error: str, next_at: float) -> None:
    """Count a failed attempt; the update is tried again from `next_at` (epoch seconds)."""
    change = {"attempts": inbox.c.attempts + 1, "error": error[:200], "next_at": next_at}
    work.execute(inbox.update().where(inbox.c.update_id == update_id).values(change))


def park(work: SqlWork, update_id: int, error: str, now: datetime) -> None:
    """Give up on an update so that its lane goes on; its sealed content stays until the purge."""
    change = {"attempts": inbox.c.attempts + 1, "error": error[:200], "handled_at": now, "is_parked": True}
    work.execute(inbox.update().where(inbox.c.update_id == update_id).values(change))


def purge(work: SqlWork, now: datetime, keep: timedelta = timedelta(days=6)) -> int:
    """Delete closed updates after six days, because update ids restart at random after a quiet week."""
    return work.execute(inbox.delete().where(inbox.c.handled_at < now - keep)).rowcount


def count_open(work: SqlWork) -> int:
    """Return how many updates wait."""
    return work.connection.scalar(sa.select(sa.func.count()).select_from(inbox).where(_OPEN)) or 0
