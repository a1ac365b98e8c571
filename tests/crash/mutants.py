"""Bots with one known fault each, made by patching the real one.

A rehearsal that does not notice them proves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.api import Api
from bot.delivery import Delivery
from bot.dispatcher import Dispatcher, Outgoing
from bot.intake import Intake
from bot.telegram import ALLOWED_UPDATES
from storage.sql import inbox, outbox, states
from storage.sql import tables as t
from storage.sql.inbox import Received
from storage.sql.outbox import Done, Kind, Outcome, Row
from storage.sql.work import SqlWork


def acknowledge_before_storing() -> None:
    """Ask for the next updates, which lets Telegram forget these, before these are stored."""
    fetch = Intake._fetch

    async def fetch_and_acknowledge(self: Intake, api: Api, offset: int, seconds: int) -> Any:
        found = await fetch(self, api, offset, seconds)
        if found:
            await api.get_updates(found[-1]["update_id"] + 1, 0, ALLOWED_UPDATES)
        return found

    Intake._fetch = fetch_and_acknowledge  # type: ignore[method-assign]


def no_order_in_a_lane() -> None:
    """Claim whatever is open, the newest first."""

    def claim(work: SqlWork, now: float, limit: int, lane: int | None = None) -> list[Received]:
        is_asked = t.inbox.c.lane == lane if lane is not None else sa.true()
        found = sa.select(t.inbox).where(t.inbox.c.handled_at.is_(None), t.inbox.c.next_at <= now, is_asked)
        rows = work.execute(found.order_by(t.inbox.c.update_id.desc()).limit(limit))
        return [inbox._received(work, row) for row in rows]

    inbox.claim = claim


def place_outside_the_transaction() -> None:
    """Save where people are after the commit of their turns, in a transaction of its own."""
    take_group, save = Dispatcher.take_group, states.save
    kept: list[tuple[Any, Any]] = []

    def keep(work: SqlWork, moves: Any, now: Any) -> None:
        kept.append((moves, now))

    def take_then_save(self: Dispatcher) -> Outgoing:
        outgoing = take_group(self)
        with self._database.begin() as work:
            while kept:
                save(work, *kept.pop(0))
        return outgoing

    states.save = keep
    Dispatcher.take_group = take_then_save  # type: ignore[method-assign]


def handled_outside_the_transaction() -> None:
    """Mark updates as handled after the commit of their turns, in a transaction of its own."""
    take_group, mark = Dispatcher.take_group, inbox.mark_handled
    kept: list[tuple[Any, Any]] = []

    def keep(work: SqlWork, update_ids: Sequence[int], now: Any) -> None:
        kept.append((update_ids, now))

    def take_then_mark(self: Dispatcher) -> Outgoing:
        outgoing = take_group(self)
        with self._database.begin() as work:
            while kept:
                mark(work, *kept.pop(0))
        return outgoing

    inbox.mark_handled = keep
    Dispatcher.take_group = take_then_mark  # type: ignore[method-assign]


def mark_before_the_call() -> None:
    """Mark a screen or message as sent, and only then send it."""
    send = Delivery._send

    async def mark_and_send(self: Delivery, row: Row) -> None:
        if row.kind in (Kind.SCREEN, Kind.MESSAGE):
            await self._finish_surely(Done(row.id, Outcome.SENT))
        await send(self, row)

    Delivery._send = mark_and_send  # type: ignore[method-assign]


def no_sweep() -> None:
    """Leave what a dead process still had to send."""
    outbox.sweep = lambda work, me, alive, limit=500: []


def answer_before_storing() -> None:
    """Say 200 to Telegram and store a little later, as who puts updates in a queue in memory does."""
    store = Intake.store

    async def later(self: Intake, updates: list[dict[str, Any]]) -> None:
        task = asyncio.ensure_future(_after(0.05, store(self, updates)))
        _LATER.add(task)
        task.add_done_callback(_LATER.discard)

    Intake.store = later  # type: ignore[method-assign]


_LATER: set[asyncio.Future[None]] = set()


async def _after(seconds: float, work: Awaitable[None]) -> None:
    await asyncio.sleep(seconds)
    await work


def no_lock_on_a_lane() -> None:
    """Let two processes take the same update at the same time."""
    inbox._lock = lambda work, lanes: list(lanes)


#: By name; the values patch the process that they are called in.
MUTANTS: dict[str, Callable[[], None]] = {
    "acknowledge before storing": acknowledge_before_storing,
    "no order in a lane": no_order_in_a_lane,
    "place outside the transaction": place_outside_the_transaction,
    "handled outside the transaction": handled_outside_the_transaction,
    "mark before the call": mark_before_the_call,
    "no sweep": no_sweep,
}

#: Faults of several processes behind a webhook, for the soak.
WEBHOOK_MUTANTS: dict[str, Callable[[], None]] = {
    "200 before storing": answer_before_storing,
    "no lock on a lane": no_lock_on_a_lane,
    "no sweep": no_sweep,
}
ALL = MUTANTS | WEBHOOK_MUTANTS

#: Where lives end while a mutant is at work: the instant that the fault is about.
FATAL_SEAM = {
    "acknowledge before storing": "intake: rows written, no commit",
    "no order in a lane": "turn: committed, nothing sent",
    "place outside the transaction": "turn: committed, nothing sent",
    "handled outside the transaction": "turn: committed, nothing sent",
    "mark before the call": "delivery: before a message",
    "no sweep": "delivery: before a message",
}
