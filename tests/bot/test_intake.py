"""Updates that are brought by webhook at the same time share a commit, and no update pays for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.intake import Intake
from storage.sql.database import Database
from storage.sql.tables import inbox
from storage.sql.work import SqlWork

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def intake(database: Database) -> Intake:
    return Intake(database, lambda: NOW, lambda: None)


def update(number: int, **changes: Any) -> dict[str, Any]:
    person = {"id": number, "is_bot": False, "first_name": "Joost"}
    chat = {"id": number, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "from": person, "chat": chat, "text": "hallo", **changes}}


def stored(database: Database) -> list[int]:
    with database.begin() as work:
        return list(work.execute(sa.select(inbox.c.update_id).order_by(inbox.c.update_id)).scalars())


async def bring(intake: Intake, *updates: dict[str, Any]) -> list[bool]:
    """Bring updates side by side, and return which of them the bot said to have."""
    answers = await asyncio.gather(*map(intake.store_one, updates), return_exceptions=True)
    return [answer is None for answer in answers]


async def test_what_comes_during_a_commit_shares_the_next(database: Database, intake: Intake) -> None:
    """Telegram keeps forty updates under way; a commit for each would be what a webhook waits for."""
    commits = []
    sa.event.listen(database.engine, "commit", lambda connection: commits.append(connection))

    assert all(await bring(intake, *map(update, range(1, 41))))

    assert stored(database) == list(range(1, 41))
    assert len(commits) <= 3  # the first alone, the others together, and our look at them


async def test_an_update_that_cannot_be_stored_keeps_no_other_out(database: Database, intake: Intake) -> None:
    """It alone is refused, and comes again."""
    brought = [update(1), update(2, text=object()), update(3)]

    assert await bring(intake, update(9), *brought) == [True, True, False, True]

    assert stored(database) == [1, 3, 9]


async def test_nobody_hears_that_all_is_well_while_the_database_is_gone(
    database: Database, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And each update is stored when it comes again."""
    with monkeypatch.context() as patch:
        patch.setattr(database, "run", _gone)
        assert not any(await bring(intake, update(1), update(2)))

    assert all(await bring(intake, update(1), update(2)))

    assert stored(database) == [1, 2]


async def _gone(_: Callable[[SqlWork], Awaitable[None]]) -> None:
    raise sa.exc.OperationalError("BEGIN", {}, ConnectionError("gone"))
