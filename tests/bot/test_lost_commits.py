"""A commit that is carried out while its answer gets lost: nothing may stay behind, and nothing may leave twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery import Delivery
from bot.pace import Pace
from storage.sql import outbox
from storage.sql.database import Database
from storage.sql.outbox import Draft, Kind, Row
from storage.sql.vault import Vault
from storage.sql.work import SqlWork

CHAT, ME = 1001, 1
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Telegram:
    """Takes every message."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        self.texts.append(params["text"])
        return {"message_id": 100 + len(self.texts)}


class Worker:
    """Turns a job into a message."""

    async def run(self, row: Row) -> list[Draft]:
        return [message("made by a job")]


@contextmanager
def answers_of_commits_get_lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(Vault, "committed", _lose)
        yield


def _lose(*_: Any) -> None:
    raise sa.exc.OperationalError("COMMIT", {}, ConnectionError("lost"))


def message(text: str) -> Draft:
    return Draft(CHAT, Kind.MESSAGE, {"params": {"chat_id": CHAT, "text": text}})


def delivery(telegram: Telegram, database: Database) -> Delivery:
    double: Any = telegram
    worker: Any = Worker()
    return Delivery(double, database, Pace(0, 0), worker, owner=ME, now=lambda: NOW, alive=lambda work: [ME])


async def all_sent(database: Database) -> None:
    async with asyncio.timeout(10):
        while await database.run(outbox.count_open):
            await asyncio.sleep(0.01)


async def test_rows_of_a_lost_commit_leave_before_later_ones(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are stored in the name of a living process, so nobody else would ever send them."""
    telegram = Telegram()
    sending = delivery(telegram, database)

    def store(text: str) -> Any:
        return lambda work: outbox.add(work, [message(text)], ME, NOW)

    with answers_of_commits_get_lost(monkeypatch), pytest.raises(sa.exc.OperationalError):
        await database.run(store("first"))
    await sending.settle()
    sending.accept(await database.run(store("second")))
    await sending.settle()
    running = asyncio.ensure_future(sending.run())
    await all_sent(database)
    running.cancel()

    assert telegram.texts == ["first", "second"]


async def test_a_job_whose_mark_was_written_unnoticed_does_not_send_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark of a job stores what it wants to send, so writing it again would send it again."""
    telegram = Telegram()
    sending = delivery(telegram, database)
    with database.begin() as work:
        rows = outbox.add(work, [Draft(None, Kind.JOB, {"name": "any", "chat_id": CHAT, "data": {}})], ME, NOW)

    record, tries = outbox.finish, []

    def finish(work: SqlWork, *arguments: Any) -> None:
        record(work, *arguments)
        tries.append(1)
        if len(tries) == 1:
            monkeypatch.setattr(work.vault, "committed", _lose)

    monkeypatch.setattr(outbox, "finish", finish)
    running = asyncio.ensure_future(sending.run())
    sending.accept(rows)
    await all_sent(database)
    await sending.settle()
    await all_sent(database)
    running.cancel()

    assert telegram.texts == ["made by a job"]
    assert len(tries) > 1
