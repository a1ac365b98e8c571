"""Waiting without sleeping: everything that happens bumps one counter and wakes who waits."""

import asyncio
from collections.abc import Callable


class Changes:
    """The version of the simulated world, and a way to wait for a later one."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def note(self) -> int:
        """Record that something happened and return the new version."""
        self.version += 1
        self.wake()
        return self.version

    def wake(self) -> None:
        """Let everyone who waits look again, without a new version."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, holds: Callable[[], bool], within: float, recheck: float | None = None) -> bool:
        """Wait until it holds; return whether it did in time, in seconds.

        ``recheck`` is for conditions that become true by time passing alone.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not holds():
            left = deadline - loop.time()
            if left <= 0:
                return False
            await self._next(left if recheck is None else min(left, recheck))
        return True

    async def _next(self, within: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(within):
                await future
        except TimeoutError:
            self._waiting.discard(future)
