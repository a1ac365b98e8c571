"""How fast we may speak: new messages 30 a second overall and one a second per chat, edits in small bursts.

The figures are those of Telegram's FAQ for bots. Waiting is decided here, on a monotonic clock;
what was refused with 429 pauses its chat, and everything once a second chat is refused as well.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

BURST: Final = 3
_REMEMBERED_CHATS: Final = 20_000


@dataclass
class _Bucket:
    """Allows `burst` at once and then `rate` a second; `free_at` is when it would be full again."""

    rate: float
    burst: float
    free_at: float = 0.0

    def take(self, now: float) -> float:
        """Take one and return how long to wait for it, in seconds."""
        start = max(self.free_at, now - (self.burst - 1) / self.rate)
        self.free_at = start + 1 / self.rate
        return max(0.0, start - now)


@dataclass
class Pace:
    """The limits of this process. A rate of 0 means that there is none."""

    per_second: float = 30.0
    per_chat: float = 1.0
    _overall: _Bucket = field(init=False)
    _chats: OrderedDict[tuple[int, bool], _Bucket] = field(default_factory=OrderedDict)
    _paused_until: float = 0.0
    _refused_chat: tuple[int, float] = (0, -1e9)

    def __post_init__(self) -> None:
        self._overall = _Bucket(self.per_second or 1.0, max(1.0, self.per_second))

    async def before(self, chat: int | None, *, is_new_message: bool) -> None:
        """Wait until a call for this chat may leave."""
        while (wait := self._pause()) > 0:
            await asyncio.sleep(wait)
        wait = self._wait(chat, is_new_message)
        if wait > 0:
            await asyncio.sleep(wait)

    def _pause(self) -> float:
        return self._paused_until - asyncio.get_running_loop().time()

    def _wait(self, chat: int | None, is_new_message: bool) -> float:
        now = asyncio.get_running_loop().time()
        overall = self._overall.take(now) if is_new_message and self.per_second else 0.0
        if chat is None or not self.per_chat:
            return overall
        return max(overall, self._of(chat, is_new_message).take(now))

    def _of(self, chat: int, is_new_message: bool) -> _Bucket:
        """Return the bucket of a chat: messages and edits each have their own."""
        key = (chat, is_new_message)
        bucket = self._chats.get(key)
        if bucket is None:
            bucket = self._chats[key] = _Bucket(self.per_chat, BURST)
            if len(self._chats) > _REMEMBERED_CHATS:
                self._chats.popitem(last=False)
        else:
            self._chats.move_to_end(key)
        return bucket

    def refused(self, chat: int | None, seconds: float) -> None:
        """Learn from a 429: two chats within a second mean that the whole bot is too fast."""
        now = asyncio.get_running_loop().time()
        other, at = self._refused_chat
        if chat is None or (other != chat and now - at < 1.0):
            self._paused_until = max(self._paused_until, now + seconds)
        self._refused_chat = (chat or 0, now)
