"""The faults of a whole installation: each begins while people are at work, goes on for a while, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.sql.database import engine_url
from tests.faults.way import Way, execute
from tests.soak.soak import Scene

BOTH = ("sqlite", "postgresql")


@dataclass
class Place:
    """Where a fault strikes: the running soak, its database, and the way to it (PostgreSQL only)."""

    scene: Scene
    url: str
    way: Way | None

    @contextlib.contextmanager
    def calls_fail(self, kind: str, **details: Any) -> Iterator[None]:
        """Let calls of the bot fail as the simulator can."""
        self.scene.telegram.add_fault(kind, **details)
        try:
            yield
        finally:
            self.scene.telegram.clear_faults()


@dataclass(frozen=True)
class Fault:
    """One row of the table; `seconds` is how long it goes on in the long version."""

    what: str
    strike: Callable[[Place, float], Awaitable[None]]
    databases: tuple[str, ...] = BOTH
    seconds: float = 30.0
    has_own_clock: bool = False


async def database_gone(place: Place, seconds: float) -> None:
    """Refuse every connection to PostgreSQL."""
    assert place.way
    place.way.cut()
    await asyncio.sleep(seconds)
    place.way.restore()


async def database_blocked(place: Place, seconds: float) -> None:
    """Let no byte through, and say nothing: a cable that was pulled."""
    assert place.way
    place.way.block()
    await asyncio.sleep(seconds)
    place.way.unblock()


async def database_slow(place: Place, seconds: float) -> None:
    """Let every answer of PostgreSQL, and every question, take a while longer."""
    assert place.way
    place.way.slow_down(0.02)
    await asyncio.sleep(seconds)
    place.way.slow_down(0.0)


async def database_locked(place: Place, seconds: float) -> None:
    """Let another program hold SQLite's only write lock."""
    path = str(engine_url(place.url).database)
    other = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")  # it may have to wait for its turn
    await asyncio.sleep(seconds)
    other.rollback()
    other.close()


_FULL = (
    "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
)


async def disk_full(place: Place, seconds: float) -> None:
    """Leave no room: a limit on the files of the real process, or what PostgreSQL says when its disk is full."""
    if place.way is None:
        with _no_room_for([replica.pid for replica in place.scene.fleet.alive.values()]):
            await asyncio.sleep(seconds)
        return
    tables = ("inbox", "outbox", "contribution", "answer_version")
    execute(place.url, _FULL, *(
        f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()"
        for table in tables
    ))  # fmt: skip
    await asyncio.sleep(seconds)
    execute(place.url, *(f"DROP TRIGGER no_room ON {table}" for table in tables), "DROP FUNCTION no_room")


@contextlib.contextmanager
def _no_room_for(pids: list[int]) -> Iterator[None]:
    """Let no file of these processes grow beyond a page, until the block ends."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


async def too_many_requests(place: Place, seconds: float) -> None:
    """Refuse most calls for being too many, with how long to wait."""
    with place.calls_fail("too_many_requests", probability=0.7, retry_after=1):
        await asyncio.sleep(seconds)


async def server_errors(place: Place, seconds: float) -> None:
    """Answer every call with 502."""
    with place.calls_fail("bad_gateway"):
        await asyncio.sleep(seconds)


async def connections_dropped(place: Place, seconds: float) -> None:
    """Break off every call before Telegram has done anything."""
    with place.calls_fail("drop_before"):
        await asyncio.sleep(seconds)


async def answers_lost(place: Place, seconds: float) -> None:
    """Do what is asked and break off, for one call in three: nobody can know whether it was done."""
    with place.calls_fail("drop_after", probability=0.3, methods=["sendMessage", "editMessageText"]):
        await asyncio.sleep(seconds)


async def telegram_slow(place: Place, seconds: float) -> None:
    """Let every other call take a second."""
    with place.calls_fail("latency", ms=1000, probability=0.5):
        await asyncio.sleep(seconds)


async def brought_twice(place: Place, seconds: float) -> None:
    """Let Telegram bring every update twice."""
    with place.calls_fail("duplicate_update"):
        await asyncio.sleep(seconds)


async def clock_jumps(place: Place, seconds: float) -> None:
    """Put the clock of the machine forward and back, by hours and by days."""
    clock = Path(place.scene.directory) / "clock"
    for shift in (7200, -7200, 86_400, -86_400, 0):
        clock.write_text(str(shift))
        await asyncio.sleep(seconds / 5)


async def all_gone(place: Place, seconds: float) -> None:
    """Kill every process at once, and start none for a while."""
    fleet, size = place.scene.fleet, place.scene.fleet.size
    fleet.size = 0
    for replica in fleet.alive.values():
        fleet.end(replica, signal.SIGKILL)
    await asyncio.sleep(seconds)
    fleet.size = size


FAULTS = {
    "database-gone": Fault("PostgreSQL refuses every connection", database_gone, ("postgresql",), seconds=60.0),
    "database-blocked": Fault("PostgreSQL neither answers nor refuses", database_blocked, ("postgresql",)),
    "database-slow": Fault("PostgreSQL is 40 ms further away", database_slow, ("postgresql",)),
    "database-locked": Fault("another program holds SQLite's write lock", database_locked, ("sqlite",)),
    "disk-full": Fault("the disk is full", disk_full),
    "too-many-requests": Fault("7 of 10 calls get a 429 with retry_after", too_many_requests),
    "server-errors": Fault("every call gets a 502", server_errors),
    "connections-dropped": Fault("every connection to Telegram breaks off", connections_dropped),
    "answers-lost": Fault("3 of 10 calls are done, but their answer gets lost", answers_lost),
    "telegram-slow": Fault("every other call takes a second longer", telegram_slow),
    "brought-twice": Fault("every update is brought twice", brought_twice),
    "clock-jumps": Fault("the clock jumps by hours and days, forward and back", clock_jumps, has_own_clock=True),
    "all-gone": Fault("every process is killed, and none started for a while", all_gone, seconds=60.0),
}
