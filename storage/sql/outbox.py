"""The outbox: what has to leave is a row here, committed with the turn that caused it.

A row belongs to the process that will send it (`owner`). A turn's rows belong to the process that
took the turn, unless an earlier row of the same chat waits elsewhere; rows without a living owner
are taken over by the sweep. So every chat hears things in order, whichever process speaks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.sql.among import per_database
from storage.sql.packing import pack, unpack
from storage.sql.tables import outbox
from storage.sql.work import SqlWork

SCOPE = "talk"
_SWEEP_LOCK = 7003
_OPEN = outbox.c.done_at.is_(None)

# ---------------------------------------------------------------- statements, built once so that they stay compiled

_ADD = outbox.insert().returning(outbox.c.id, sort_by_parameter_order=True)
_ADD_HERE = outbox.insert()
_LAST_ID = sa.select(sa.func.max(outbox.c.id))
_BUSY_ELSEWHERE = per_database(
    lambda among: (
        sa.select(outbox.c.lane)
        .where(_OPEN, among(outbox.c.lane, "lanes"), outbox.c.owner.is_distinct_from(sa.bindparam("me")))
        .distinct()
    )
)
_FINISH = per_database(
    lambda among: (
        outbox.update()
        .where(among(outbox.c.id, "ids"))
        .values(
            done_at=sa.bindparam("now"),
            outcome=sa.bindparam("result"),
            message_id=sa.bindparam("message"),
            error=sa.bindparam("reason"),
            payload_sealed=None,
        )
    )
)


class Kind(StrEnum):
    """What a row asks for; the values are stored."""

    SCREEN = "screen"  # the current screen of a chat: edited in place where possible
    MESSAGE = "message"  # a message of its own
    DOCUMENT = "document"  # a file from the blob store
    CALL = "call"  # any other Bot API call
    JOB = "job"  # slow work of our own


class Outcome(StrEnum):
    """How a row ended; the values are stored."""

    SENT = "sent"
    SUPERSEDED = "superseded"  # a newer screen of the same chat made it pointless
    PARKED = "parked"  # refused for good, or uncertain after several tries
    UNREACHABLE = "unreachable"  # the person blocked the bot or left


class Draft(Struct, frozen=True):
    """Something to send; `lane` is the chat, None where order does not matter.

    A second draft with the same `unique_key` is never stored.
    """

    lane: int | None
    kind: Kind
    payload: Mapping[str, Any]
    unique_key: str | None = None


class Row(Struct, frozen=True):
    """A stored draft, ready to be sent by this process."""

    id: int
    lane: int | None
    kind: Kind
    payload: Mapping[str, Any]
    attempts: int = 0


class Done(Struct, frozen=True):
    """What became of a row."""

    id: int
    outcome: Outcome
    message_id: int | None = None
    error: str | None = None


def _place(lane: int | None) -> str:
    return f"outbox:{lane}"


def busy_elsewhere(work: SqlWork, lanes: Collection[int], me: int) -> set[int]:
    """Return the chats for which another process still has something to send."""
    if work.is_sqlite:
        return set()  # one process
    return set(work.execute(_BUSY_ELSEWHERE[work.is_sqlite], {"lanes": list(lanes), "me": me}).scalars())


def add(work: SqlWork, drafts: Sequence[Draft], me: int, now: datetime, busy: Collection[int] = ()) -> list[Row]:
    """Store drafts in order and return those that this process sends."""
    if not drafts:
        return []
    drafts = _not_queued_yet(work, drafts)
    values = [
        {
            "lane": draft.lane,
            "kind": draft.kind.value,
            "payload_sealed": work.vault.seal_bytes(SCOPE, _place(draft.lane), pack(draft.payload)),
            "unique_key": draft.unique_key,
            "owner": None if draft.lane in busy else me,
            "created_at": now,
        }
        for draft in drafts
    ]
    if not values:
        return []
    rows = zip(_insert(work, values), drafts, strict=True)
    return [Row(id_, d.lane, d.kind, d.payload) for id_, d in rows if d.lane not in busy]


def _insert(work: SqlWork, values: list[dict[str, Any]]) -> Sequence[int]:
    """Store rows and return their ids in the same order.

    To SQLite, RETURNING would be a statement per row; its one writer counts up without gaps.
    """
    if not work.is_sqlite:
        return work.execute(_ADD, values).scalars().all()
    work.execute(_ADD_HERE, values)
    last = work.execute(_LAST_ID).scalar_one()
    return range(last - len(values) + 1, last + 1)


def _not_queued_yet(work: SqlWork, drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out drafts whose unique key is stored already, and repeats among themselves."""
    keys = {draft.unique_key for draft in drafts if draft.unique_key is not None}
    if not keys:
        return list(drafts)
    known = set(work.execute(sa.select(outbox.c.unique_key).where(outbox.c.unique_key.in_(keys))).scalars())
    first = {draft.unique_key: draft for draft in reversed(drafts)}
    return [d for d in drafts if d.unique_key is None or (d.unique_key not in known and first[d.unique_key] is d)]


def sweep(work: SqlWork, me: int, alive: Collection[int], limit: int = 500) -> list[Row]:
    """Take over rows that nobody alive is sending, oldest first, as far as their chat is not busy elsewhere."""
    if not work.is_sqlite and not work.connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_SWEEP_LOCK))):
        return []
    others = [owner for owner in alive if owner != me]
    earlier = outbox.alias("earlier")
    is_behind = sa.exists().where(
        earlier.c.lane == outbox.c.lane, earlier.c.done_at.is_(None),
        earlier.c.id < outbox.c.id, earlier.c.owner.in_(others),
    )  # fmt: skip
    is_free = sa.or_(outbox.c.owner.is_(None), outbox.c.owner.not_in([*others, me]))
    found = work.execute(
        sa.select(outbox.c.id, outbox.c.lane, outbox.c.kind, outbox.c.payload_sealed, outbox.c.attempts)
        .where(_OPEN, is_free, ~is_behind).order_by(outbox.c.id).limit(limit)
    ).all()  # fmt: skip
    if found:
        ids = [row.id for row in found]
        work.execute(outbox.update().where(outbox.c.id.in_(ids)).values(owner=me, attempts=outbox.c.attempts + 1))
    return [_row(work, row) for row in found]


def owned_by(work: SqlWork, me: int, known: Collection[int]) -> list[Row]:
    """Return what a process still has to send and does not know of, oldest first."""
    own = sa.select(outbox).where(_OPEN, outbox.c.owner == me).order_by(outbox.c.id)
    return [_row(work, row) for row in work.execute(own) if row.id not in known]


def is_done(work: SqlWork, row: int) -> bool:
    """Say whether a row has been marked."""
    marked = sa.select(outbox.c.id).where(outbox.c.id == row, outbox.c.done_at.is_not(None))
    return work.execute(marked).first() is not None


def _row(work: SqlWork, row: sa.Row[Any]) -> Row:
    payload = unpack(work.vault.open_bytes(_place(row.lane), row.payload_sealed))
    return Row(row.id, row.lane, Kind(row.kind), payload, row.attempts)


def finish(work: SqlWork, done: Sequence[Done], now: datetime) -> None:
    """Record what became of rows and forget their texts, in one statement for the ordinary case."""
    plain = [d.id for d in done if d.outcome is Outcome.SENT and d.message_id is None and d.error is None]
    if plain:
        _finish(work, plain, Done(plain[0], Outcome.SENT), now)
    rest = set(plain)
    for item in done:
        if item.id not in rest:
            _finish(work, [item.id], item, now)


def _finish(work: SqlWork, ids: Sequence[int], done: Done, now: datetime) -> None:
    error = (done.error or "")[:200] or None
    what = {"now": now, "result": done.outcome.value, "message": done.message_id, "reason": error}
    work.execute(_FINISH[work.is_sqlite], {"ids": list(ids), **what})


def release(work: SqlWork, me: int) -> None:
    """Let go of everything this process still had to send, so that another takes it at once."""
    work.execute(outbox.update().where(_OPEN, outbox.c.owner == me).values(owner=None))


def purge(
    work: SqlWork, now: datetime, keep: timedelta = timedelta(days=7), keep_keys: timedelta = timedelta(days=400)
) -> int:
    """Delete rows that are done; rows with a unique key stay longer, because they keep things from happening twice."""
    is_old = sa.and_(outbox.c.done_at < now - keep, outbox.c.unique_key.is_(None))
    is_very_old = outbox.c.done_at < now - keep_keys
    return work.execute(outbox.delete().where(sa.or_(is_old, is_very_old))).rowcount


def count_open(work: SqlWork) -> int:
    """Return how many rows wait to be sent."""
    return work.connection.scalar(sa.select(sa.func.count()).select_from(outbox).where(_OPEN)) or 0
