"""A turn without storage, for what only needs to know what came in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conversations.kit import Given, Incoming, Place, TapGiven, Turn
from domain.actors import Actor
from domain.roles import PersonId

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def turn_of(given: Given, message_id: int = 1, work: Any = None) -> Turn:
    """Return the turn of somebody without a role."""
    callback = "cb" if isinstance(given, TapGiven) else None
    incoming = Incoming(1, 1001, 1001, "Joost", given, message_id, callback)
    actor = Actor(PersonId(1), 1001, "Joost", (), None)
    return Turn(incoming, actor, work, Place(), NOW, NOW.date(), lambda payload: f"https://t.me/x?start={payload}")
