"""How fast a bot may talk: one message a second per chat with some slack, thirty overall.

The real limits are not published to the digit; these follow the bots FAQ. Edits have a bucket of
their own, because a person who taps quickly makes a bot edit quickly and Telegram lets that pass.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from .errors import too_many_requests


@dataclass
class _Bucket:
    rate: float
    burst: float
    level: float
    filled_at: float

    def wait_for_one(self, now: float) -> float:
        """Take one token, or return how many seconds until there is one."""
        self.level = min(self.burst, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate


@dataclass(frozen=True)
class Rates:
    """Calls per second and the burst that is let through, per kind of bucket."""

    chat: tuple[float, float] = (1.0, 10.0)
    group: tuple[float, float] = (20 / 60, 20.0)
    edits: tuple[float, float] = (3.0, 20.0)
    overall: tuple[float, float] = (30.0, 60.0)


class RateLimits:
    """Raises 429 for a bot that talks too fast; does nothing while switched off."""

    def __init__(self, now: Callable[[], float], *, on: bool, rates: Rates | None = None) -> None:
        self.on = on
        self.rates = rates or Rates()
        self._now = now
        self._buckets: dict[tuple[str, int], _Bucket] = {}

    def check(self, method: str, chat: int | None) -> None:
        """Count a call against its limits, or raise 429 with the seconds to wait."""
        if not self.on or chat is None:
            return
        if method.startswith("send") and method != "sendChatAction":
            self._take("group" if chat < 0 else "chat", chat)
            self._take("overall", 0)
        elif method.startswith("edit"):
            self._take("edits", chat)

    def _take(self, kind: str, key: int) -> None:
        rate, burst = getattr(self.rates, kind)
        now = self._now()
        bucket = self._buckets.setdefault((kind, key), _Bucket(rate, burst, burst, now))
        if wait := bucket.wait_for_one(now):
            raise too_many_requests(math.ceil(wait))
