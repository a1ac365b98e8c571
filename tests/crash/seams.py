"""The places where a life can end, named by what has just happened. Production code knows nothing of them.

A life gets at most one seam and a number of passes; when the process passes there for that time, it
kills itself with SIGKILL, so no `finally` runs and nothing is flushed.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

import bot.app
from bot.api import Api
from bot.blobs import Blobs
from bot.clock import Clock
from bot.delivery import Delivery
from bot.dispatcher import Dispatcher
from bot.intake import Intake
from bot.jobs import Jobs
from bot.replicas import Replica
from storage.sql import inbox, outbox, states
from storage.sql.vault import Vault

Passed = Callable[[Any, tuple[Any, ...]], bool]  # (result, arguments) -> whether this counts


def _always(result: Any, arguments: tuple[Any, ...]) -> bool:
    return True


def _something(result: Any, arguments: tuple[Any, ...]) -> bool:
    return bool(result)


def _handled(result: Any, arguments: tuple[Any, ...]) -> bool:
    return bool(result.handled)


def _accepted(result: Any, arguments: tuple[Any, ...]) -> bool:
    return bool(arguments[1])


def _calls(*methods: str) -> Passed:
    return lambda result, arguments: arguments[1] in methods


@dataclass(frozen=True)
class Seam:
    """A place: before or after one function of the bot. `errand` is what has to be done to come by there."""

    owner: Any
    function: str
    is_after: bool = True
    counts: Passed = _always
    errand: str | None = None


SEAMS: dict[str, Seam] = {
    "start: database migrated": Seam(bot.app, "open_database"),
    "start: joined the replicas": Seam(Replica, "join"),
    "intake: fetched, nothing stored": Seam(Intake, "_fetch", counts=_something),
    "intake: rows written, no commit": Seam(inbox, "receive"),
    "intake: committed, not acknowledged": Seam(Intake, "store"),
    "turn: claimed": Seam(inbox, "claim", counts=_something),
    "turn: one of a group taken": Seam(Dispatcher, "_take_turn"),
    "turn: places saved": Seam(states, "save"),
    "turn: everything written, no commit": Seam(Dispatcher, "_take", counts=_handled),
    "turn: committed, nothing sent": Seam(Dispatcher, "take_group", counts=_handled),
    "any transaction: just before its commit": Seam(Vault, "committed", is_after=False),  # see `_before_commit`
    "any transaction: just committed": Seam(Vault, "committed"),
    "delivery: rows accepted": Seam(Delivery, "accept", counts=_accepted),
    "delivery: before a message": Seam(Api, "call", is_after=False, counts=_calls("sendMessage")),
    "delivery: message sent, no mark": Seam(Api, "call", counts=_calls("sendMessage")),
    "delivery: before an edit": Seam(Api, "call", is_after=False, counts=_calls("editMessageText")),
    "delivery: edited, no mark": Seam(Api, "call", counts=_calls("editMessageText")),
    "delivery: old keyboard taken off": Seam(Api, "call", counts=_calls("editMessageReplyMarkup")),
    "delivery: tap answered": Seam(Api, "call", counts=_calls("answerCallbackQuery")),
    "delivery: marks written, no commit": Seam(Delivery, "_record"),
    "delivery: marks committed": Seam(Delivery, "_write"),
    "sweep: rows taken over, no commit": Seam(outbox, "sweep", counts=_something),
    "job: begun": Seam(Jobs, "run", is_after=False, errand="export"),
    "job: file written, not in its place": Seam(os, "fsync", errand="photograph"),
    "job: file in its place": Seam(Blobs, "write", errand="photograph"),
    "job: done, no mark": Seam(Jobs, "run", errand="export"),
    "document: read, not sent": Seam(Jobs, "content", errand="export"),
    "document: sent, no mark": Seam(Api, "upload", errand="export"),
    "document: marked, file deleted": Seam(Jobs, "forget", errand="export"),
    "picture: made in the other process": Seam(Jobs, "_in_pool", errand="invite"),
}
_BEFORE_COMMIT = "any transaction: just before its commit"


class Notes:
    """A file that survives the process: one short write per note, so a kill never tears one."""

    def __init__(self, path: Path, life: int) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._life = life

    def write(self, what: str) -> None:
        """Write down that something happened now."""
        with contextlib.suppress(OSError):  # the disk is full: only these notes miss it
            os.write(self._file, f"{self._life}\t{what}\t{time.monotonic():.6f}\n".encode())


@dataclass
class Fate:
    """Ends this process when it has passed a seam so many times."""

    name: str
    passes: int
    notes: Notes

    def passed(self) -> None:
        """Count one pass."""
        self.passes -= 1
        if self.passes == 0:
            self.notes.write(f"killed at {self.name}")
            os.kill(os.getpid(), signal.SIGKILL)


def arm(name: str, passes: int, notes: Notes) -> None:
    """Let this process die when it passes a seam for the given time."""
    fate = Fate(name, passes, notes)
    if name == _BEFORE_COMMIT:
        _before_commit(fate)
    else:
        wrap(SEAMS[name], fate.passed)


def _before_commit(fate: Fate) -> None:
    """The engine says when a commit is about to leave; there is no function of ours to wrap."""
    sa.event.listen(sa.Engine, "commit", lambda connection: fate.passed())


def wrap(seam: Seam, do: Callable[[], None]) -> None:
    """Do something whenever the process passes a seam."""
    function = getattr(seam.owner, seam.function)
    wrapped = _wrapped_coroutine if inspect.iscoroutinefunction(function) else _wrapped_function
    setattr(seam.owner, seam.function, wrapped(function, seam, do))


def _wrapped_function(function: Callable[..., Any], seam: Seam, do: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(function)
    def around(*arguments: Any, **named: Any) -> Any:
        if not seam.is_after and seam.counts(None, arguments):
            do()
        result = function(*arguments, **named)
        if seam.is_after and seam.counts(result, arguments):
            do()
        return result

    return around


def _wrapped_coroutine(function: Callable[..., Any], seam: Seam, do: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def around(*arguments: Any, **named: Any) -> Any:
        if not seam.is_after and seam.counts(None, arguments):
            do()
        result = await function(*arguments, **named)
        if seam.is_after and seam.counts(result, arguments):
            do()
        return result

    return around


def note_turns(notes: Notes) -> None:
    """Write down when this life has started, and whenever it has handled updates."""
    wrap(Seam(bot.app.App, "_start"), lambda: notes.write("started"))
    wrap(SEAMS["turn: committed, nothing sent"], lambda: notes.write("handled"))


def fill_the_disk() -> None:
    """Let SQLite find no room for more than a page or two."""

    @sa.event.listens_for(sa.Engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")


def follow_clock(path: Path) -> None:
    """Let the machine's clock be off by as many seconds as a file says; what measures durations is not touched."""
    now, seconds = Clock.now, time.time

    def shift() -> float:
        try:
            return float(path.read_text() or 0)
        except FileNotFoundError:
            return 0.0

    Clock.now = lambda self: now(self) + timedelta(seconds=shift())  # type: ignore[method-assign]
    time.time = lambda: seconds() + shift()


def lose_commit_answers(probability: float, seed: int, notes: Notes) -> None:
    """Let a commit succeed now and then while its answer gets lost, as when the connection breaks just then."""
    chance = Random(seed)

    def lose() -> None:
        if chance.random() < probability:
            notes.write("answer lost")
            raise sa.exc.OperationalError("COMMIT", {}, ConnectionError("the answer to a commit got lost"))

    wrap(SEAMS["any transaction: just committed"], lose)
