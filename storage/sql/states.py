"""Where everybody is in their conversation: one sealed row per chat, read and written per group of turns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field
from sqlalchemy.dialects import postgresql, sqlite

from storage.sql.among import per_database
from storage.sql.packing import pack, unpack
from storage.sql.tables import conversation_state as t
from storage.sql.work import SqlWork

SCOPE = "talk"
_CHANGING = ("conversation", "state", "data_sealed", "screen_message_id", "update_id", "updated_at")
_LOAD = per_database(lambda among: sa.select(t).where(among(t.c.chat_id, "chats")))
_SET_SCREEN = t.update().where(t.c.chat_id == sa.bindparam("chat")).values(screen_message_id=sa.bindparam("msg"))


def _upsert(insert: Callable[[sa.Table], Any]) -> Any:
    statement = insert(t)
    return statement.on_conflict_do_update(
        index_elements=["chat_id"], set_={name: statement.excluded[name] for name in _CHANGING}
    )


_SAVE = {True: _upsert(sqlite.insert), False: _upsert(postgresql.insert)}


class StoredPlace(Struct, frozen=True):
    """The place of one chat, and the message that holds its current screen."""

    conversation: str | None = None
    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    screen_message_id: int | None = None


def load(work: SqlWork, chats: Collection[int]) -> dict[int, StoredPlace]:
    """Return the places of these chats; a chat without one is left out."""
    rows = work.execute(_LOAD[work.is_sqlite], {"chats": list(chats)})
    return {row.chat_id: _stored(work, row) for row in rows}


def _stored(work: SqlWork, row: sa.Row[Any]) -> StoredPlace:
    sealed = row.data_sealed
    data = unpack(work.vault.open_bytes(_place(row.chat_id), sealed)) if sealed is not None else {}
    return StoredPlace(row.conversation, row.state, data, row.screen_message_id)


def _place(chat_id: int) -> str:
    return f"conversation_state:{chat_id}"


class Moved(Struct, frozen=True):
    """The place of a chat after a turn."""

    chat_id: int
    conversation: str | None
    state: str | None
    data: Mapping[str, Any]
    screen_message_id: int | None
    update_id: int


def save(work: SqlWork, moves: Collection[Moved], now: datetime) -> None:
    """Store the places of several chats in one statement."""
    if moves:
        work.execute(_SAVE[work.is_sqlite], [_row(work, move, now) for move in moves])


def forget(work: SqlWork, chat_id: int) -> None:
    """Delete the place of a chat, because its person asked to be erased."""
    work.execute(t.delete().where(t.c.chat_id == chat_id))


def _row(work: SqlWork, move: Moved, now: datetime) -> dict[str, Any]:
    return {
        "chat_id": move.chat_id,
        "conversation": move.conversation,
        "state": move.state,
        "data_sealed": work.vault.seal_bytes(SCOPE, _place(move.chat_id), pack(move.data)) if move.data else None,
        "screen_message_id": move.screen_message_id,
        "update_id": move.update_id,
        "updated_at": now,
    }


def set_screens(work: SqlWork, screens: Mapping[int, int]) -> None:
    """Record which message now holds the screen of each chat."""
    if screens:
        work.execute(_SET_SCREEN, [{"chat": chat, "msg": message} for chat, message in screens.items()])
