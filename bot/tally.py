"""What a process counts while it works: plain numbers, so that counting costs nothing worth saving on.

`bot/metrics.py` reads them when somebody asks; a process that nobody asks needs nothing else in its memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

#: Upper ends of the classes of turn times, in seconds; what took longer is in the last, open one.
TURN_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass
class Tally:
    """Counts since this process began; no names, chats or texts."""

    turns: list[int] = field(default_factory=lambda: [0] * (len(TURN_SECONDS) + 1))
    turn_seconds: float = 0.0
    deliveries: Counter[str] = field(default_factory=Counter)  # by outcome
    jobs: int = 0
    refusals: int = 0  # 429: Telegram asked us to wait

    def took(self, seconds: float, updates: int) -> None:
        """Count the updates of a group; each of them waited for the commit of all."""
        self.turns[bisect_left(TURN_SECONDS, seconds)] += updates
        self.turn_seconds += seconds * updates
