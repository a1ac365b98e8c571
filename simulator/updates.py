"""The queue of updates, with the rules by which the real server forgets.

An update stays until a getUpdates with a higher offset, or a 200 of the webhook. A second poller
ends the first. Messages are dropped after 24 hours and taps after 150 seconds, by the clock.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .changes import Changes
from .clock import Clock
from .errors import conflict
from .faults import Faults

TAP_EXPIRES = 150
OTHERS_EXPIRE = 86_400
# The kinds that Telegram only sends to a bot that asks for them by name.
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}

Update = dict[str, Any]
Lane = tuple[int, str]


@dataclass
class Pending:
    """An update that the bot has not confirmed, with the queue a webhook would use for it."""

    id: int
    kind: str
    chat: int
    body: Update
    expires_at: int

    @property
    def lane(self) -> Lane:
        """Return the webhook queue: messages and taps of one chat are different queues."""
        return self.chat, "message" if self.kind in ("message", "edited_message") else self.kind


class UpdateQueue:
    """What the bot has not yet confirmed, oldest first."""

    def __init__(self, clock: Clock, changes: Changes, faults: Faults) -> None:
        self.pending: dict[int, Pending] = {}
        self.lanes: dict[Lane, dict[int, Pending]] = {}
        self.next_id = random.randrange(100_000_000, 500_000_000)
        self.allowed: list[str] = []
        self.delivered = 0
        self._clock, self._changes, self._faults = clock, changes, faults
        self._poller: asyncio.Future[None] | None = None
        # Called when the queue is longer or shorter, for what is kept over restarts.
        self.changed: Callable[[], None] = self._changes.wake

    def add(self, kind: str, payload: dict[str, Any], chat: int) -> Pending | None:
        """Queue an update; None when the bot did not ask for this kind."""
        return self.add_raw({kind: payload}, kind, chat)

    def add_raw(self, body: Update, kind: str, chat: int) -> Pending | None:
        """Queue an update as it is; a missing update_id is filled in."""
        if not self._wanted(kind):
            return None
        number = body.get("update_id", self.next_id)
        self.next_id = max(self.next_id, number + 1)
        lifetime = TAP_EXPIRES if kind == "callback_query" else OTHERS_EXPIRE
        pending = Pending(number, kind, chat, {"update_id": number, **body}, self._clock.timestamp() + lifetime)
        self.restore(pending)
        self._noted()
        return pending

    def restore(self, pending: Pending) -> None:
        """Put an update in the queue as it once was."""
        self.pending[pending.id] = pending
        self.lanes.setdefault(pending.lane, {})[pending.id] = pending

    def _forget(self, number: int) -> None:
        pending = self.pending.pop(number)
        lane = self.lanes[pending.lane]
        del lane[number]
        if not lane:
            del self.lanes[pending.lane]

    def _noted(self) -> None:
        self._changes.note()
        self.changed()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _ON_REQUEST

    def confirm(self, number: int) -> None:
        """Forget one update, as a webhook's 200 does."""
        if number in self.pending:
            self._forget(number)
            self._noted()

    def confirm_below(self, offset: int) -> None:
        """Forget every update with a lower id; negative counts from the end of the queue."""
        numbers = sorted(self.pending)
        gone = numbers[:offset] if offset < 0 else [n for n in numbers if n < offset]
        for number in gone:
            self._forget(number)
        if gone:
            self._noted()

    def drop_expired(self, lane: Lane | None = None) -> None:
        """Forget what the real server would have thrown away by now, in one webhook queue or all."""
        now = self._clock.timestamp()
        looked_at = self.pending if lane is None else self.lanes.get(lane, {})
        for pending in [p for p in looked_at.values() if p.expires_at <= now]:
            self.confirm(pending.id)

    def clear(self) -> None:
        """Forget everything (drop_pending_updates)."""
        self.pending.clear()
        self.lanes.clear()
        self._noted()

    async def fetch(self, offset: int, limit: int, wait: float) -> list[Update]:
        """Answer getUpdates: confirm, wait for something when there is nothing, hand out."""
        self._end_other_poller()
        self.confirm_below(offset)
        self.drop_expired()
        if not self.pending and wait > 0:
            await self._wait(wait)
        batch = sorted(self.pending)[: max(1, min(limit, 100))]
        self.delivered += len(batch)
        bodies = []
        for number in batch:
            bodies.extend([self.pending[number].body] * (2 if self._faults.duplicates() else 1))
        return bodies

    def _end_other_poller(self) -> None:
        if self._poller and not self._poller.done():
            reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self._poller.set_exception(conflict(reason))

    def end_poller(self, reason: str) -> None:
        """End a waiting getUpdates with a conflict (a webhook was set)."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict(reason))

    async def _wait(self, within: float) -> None:
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[None] = loop.create_future()
        self._poller = mine
        arrival = asyncio.create_task(self._changes.until(lambda: bool(self.pending), within))
        try:
            both: set[asyncio.Future[Any]] = {mine, arrival}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if mine.done():
                mine.result()
        finally:
            arrival.cancel()
            mine.cancel()
