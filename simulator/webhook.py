"""Delivery by webhook: one queue per chat and kind, and only its head is under way.

So a tap can overtake an earlier message of the same person, as with the real server. Anything but
a 2xx is repeated: at once, then after 2, 4, 8 ... at most 60 to 120 seconds, or after the bot's
own Retry-After, until the update expires.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .clock import Clock
from .faults import Faults
from .updates import Lane, Pending, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header

Answered = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class WebhookSettings:
    """What setWebhook asked for, and what went wrong last."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    allowed_updates: list[str] = field(default_factory=list)
    ip_address: str = ""
    last_error_date: int = 0
    last_error_message: str = ""


class WebhookSender:
    """Sends pending updates to the bot while a webhook is set."""

    def __init__(self, updates: UpdateQueue, clock: Clock, faults: Faults, pace: float = 1.0) -> None:
        self.settings = WebhookSettings()
        self.attempts = 0
        self._updates, self._clock, self._faults, self._pace = updates, clock, faults, pace
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self._session: aiohttp.ClientSession | None = None
        self.on_answer: Answered | None = None

    def set(self, settings: WebhookSettings) -> None:
        """Start sending to this address; an empty one stops. What is set already changes nothing under way."""
        former = self.settings
        if settings.url and (settings.url, settings.secret, settings.max_connections) == (
            former.url, former.secret, former.max_connections,
        ):  # fmt: skip
            former.allowed_updates = settings.allowed_updates  # "Webhook is already set"
            self.work()
            return
        self._cancel_lanes()
        self.settings = settings
        self._slots = asyncio.Semaphore(settings.max_connections)
        self.work()

    def work(self) -> None:
        """Start a task for every queue that has something and none yet."""
        if not self.settings.url:
            return
        for lane in self._updates.lanes.keys() - self._lanes.keys():
            self._lanes[lane] = asyncio.create_task(self._serve(lane))

    async def close(self) -> None:
        """Stop sending; what is pending stays pending."""
        self._cancel_lanes()
        if self._session:
            await self._session.close()

    def _cancel_lanes(self) -> None:
        for task in self._lanes.values():
            task.cancel()
        self._lanes.clear()

    async def _serve(self, lane: Lane) -> None:
        while pending := self._next(lane):
            await self._deliver(pending)
        self._lanes.pop(lane, None)

    def _next(self, lane: Lane) -> Pending | None:
        self._updates.drop_expired(lane)
        waiting = self._updates.lanes.get(lane, {})
        if len(waiting) > 1 and self._faults.reorders():
            return waiting[sorted(waiting)[1]]
        return waiting[min(waiting)] if waiting else None

    async def _deliver(self, pending: Pending) -> None:
        pause = 0.0
        while pending.id in self._updates.pending:
            async with self._slots:
                retry_after = await self._post(pending)
            if retry_after is None:
                if self._faults.duplicates():
                    await self._post(pending)
                self._updates.confirm(pending.id)
                return
            await asyncio.sleep(max(pause, retry_after) * self._pace)
            pause = min(pause * 2, random.uniform(60, 120)) if pause else 2.0
            self._updates.drop_expired(pending.lane)

    async def _post(self, pending: Pending) -> float | None:
        """Send once; None means accepted, a number is the pause the bot asked for."""
        self.attempts += 1
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        headers = {SECRET_HEADER: self.settings.secret} if self.settings.secret else {}
        try:
            async with self._session.post(self.settings.url, json=pending.body, headers=headers) as response:
                if 200 <= response.status < 300:
                    self._updates.delivered += 1
                    await self._run_answer(response)
                    return None
                self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
                return _retry_after(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(str(error) or "Connection timed out")
            return 0.0

    async def _run_answer(self, response: aiohttp.ClientResponse) -> None:
        """Carry out a method call that the bot put into its answer."""
        body = await response.read()
        if not self.on_answer or b'"method"' not in body:
            return
        try:
            answer = json.loads(body)
        except ValueError:
            return
        if isinstance(answer, dict):
            await self.on_answer(answer)

    def _failed(self, message: str) -> None:
        self.settings.last_error_date = self._clock.timestamp()
        self.settings.last_error_message = message


def _retry_after(response: aiohttp.ClientResponse) -> float:
    asked = response.headers.get("Retry-After", "0")
    return min(float(asked), 3600.0) if asked.isdigit() else 0.0
