"""What a crowd does: every chat has a diary, and does a burst of it at a time.

A burst is what travels in one of Telegram's queues: messages, or taps. By webhook these queues overtake each other, so
a chat goes on with the other kind only once the burst before was stored. What was stored need not be handled yet: in
the inbox, several updates of one chat wait together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.crash.diary import Act, Diary, Step

#: One in so many people runs an errand: an export, a photo or an invitation.
ERRANDS_OF = 40


@dataclass
class Walk:
    """How far somebody is in a diary."""

    diary: Diary
    budget: int
    left: deque[Step] = field(default_factory=deque)
    fed: int = 0
    stored: int = 0
    last_update: int = -1
    has_run_errand: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether everything that was sent has been stored."""
        return self.stored == self.fed

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.diary.is_finished and not self.left

    def burst(self, *, is_closing: bool = False) -> list[Step]:
        """Return what is done next, all in one of Telegram's queues."""
        if not self.left:
            self.left += self._chapter(is_closing=is_closing)
        burst = [self.left.popleft()]
        while self.left and _queue(self.left[0]) == _queue(burst[0]) != Act.SENDS_PHOTO:
            burst.append(self.left.popleft())
        self.fed += len(burst)
        return burst

    def _chapter(self, *, is_closing: bool) -> list[Step]:
        if is_closing or len(self.diary.steps) + 2 >= self.budget:
            return self.diary.finish()
        if not self.has_run_errand and self.diary.steps and self.diary.chat % ERRANDS_OF == 0:
            self.has_run_errand = True
            return self.diary.runs_errand((Diary.export, Diary.photograph)[self.diary.chat // ERRANDS_OF % 2])
        return self.diary.go_on() or self.diary.finish()


def _queue(step: Step) -> Act:
    return step.act if step.act in (Act.TAPS, Act.SENDS_PHOTO) else Act.TYPES


class Crowd:
    """Everybody, in an order that follows from the seed and from when things were stored."""

    def __init__(self, diaries: Sequence[Diary], updates: int, seed: int) -> None:
        budget = -(-updates // len(diaries))
        self.walks = {diary.chat: Walk(diary, budget) for diary in diaries}
        self.fed = self.stored = 0
        self.doubles = 0  # what Telegram or the balancer brought once more
        self.is_closing = False  # everybody only finishes the chapter they are at
        self._random = Random(f"{seed} crowd")
        self._ready = list(self.walks.values())

    @property
    def has_more(self) -> bool:
        """Whether anybody can go on now."""
        return bool(self._ready)

    @property
    def is_over(self) -> bool:
        """Whether everybody has done everything, and all of it was stored."""
        return all(walk.is_over and walk.is_ready for walk in self.walks.values())

    def take_stored(self, update: int, chat: int) -> None:
        """Note that the bot has said 200 to an update."""
        walk = self.walks[chat]
        if update <= walk.last_update:
            self.doubles += 1
            return
        walk.last_update = update
        walk.stored += 1
        self.stored += 1
        if walk.is_ready and not walk.is_over:
            self._ready.append(walk)

    def bursts(self, most: int) -> Iterator[tuple[int, list[Step]]]:
        """Yield chats with what they do now, of chats that are ready, for about `most` updates."""
        count = 0
        while self._ready and count < most:
            place = self._random.randrange(len(self._ready))
            self._ready[place], self._ready[-1] = self._ready[-1], self._ready[place]
            walk = self._ready.pop()
            burst = walk.burst(is_closing=self.is_closing)
            count += len(burst)
            self.fed += len(burst)
            yield walk.diary.chat, burst


def act_of(chat: int, step: Step) -> dict[str, Any]:
    """Return a step as the control API of the simulator wants it."""
    match step.act:
        case Act.TYPES:
            return {"person": chat, "action": "text", "text": step.words}
        case Act.EDITS:
            return {"person": chat, "action": "edit", "text": step.words}
        case _:
            return {"person": chat, "action": "forge", "data": step.words}
