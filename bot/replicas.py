"""Several processes on one PostgreSQL: who is alive, and who polls.

Every process holds a session lock with its own number for as long as it lives; PostgreSQL frees
the lock when the connection ends, however the process died. On SQLite there is one process, which
holds a lock file.

While processes are replaced by a newer version, old and new are alive together. From the moment that the first new
one is, the old ones take no turns any more: they only store what is brought to them, and send what they have. So nobody
meets a screen, or a row, that a process does not know.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import IO, Any

import sqlalchemy as sa

from storage.sql.database import Database
from storage.sql.migrate import newest_revision
from storage.sql.work import SqlWork

logger = logging.getLogger(__name__)

_ALIVE = 7402  # the first half of the lock key; the second half is the process's number
_POLLER = 7401
_VERSION = 7404  # shared; the second half is the newest revision of the tables that a process knows

_LOCKED = sa.text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = :key AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


CHECKED_EVERY = 0.5  # seconds


def _announcing(version: int) -> sa.Select[Any]:
    return sa.select(sa.func.pg_advisory_lock_shared(_VERSION, version))


class AlreadyRunning(Exception):
    """Another process works on this SQLite database."""


class Replica:
    """This process among the others; `number` names it in the outbox."""

    def __init__(self, database: Database) -> None:
        self.number = secrets.randbelow(2**31 - 1) + 1
        self._database = database
        self._file: IO[str] | None = None
        self._connection: sa.Connection | None = None
        self._in_use = Lock()  # of the connection: several database threads come by
        self._lost = asyncio.Event()
        self._version = int(newest_revision())
        self._is_announced = False
        self.is_outdated = False  # a newer version is at work
        self.is_leading = False

    def join(self) -> None:
        """Say that this process lives.

        Raises:
            AlreadyRunning: on SQLite, when another process has the database.
        """
        if self._database.is_sqlite:
            self._lock()
        else:
            self._connection = self._connect()

    def _lock(self) -> None:
        path = Path(f"{self._database.engine.url.database}.lock")
        self._file = path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(str(path)) from error

    def _connect(self) -> sa.Connection:
        """Open a connection of our own and hold the lock on it; a pooled one would be reset."""
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.select(sa.func.pg_advisory_lock(_ALIVE, self.number)))
        if self._is_announced:
            connection.execute(_announcing(self._version))
        return connection

    def announce(self) -> bool:
        """Say that this version is about to take turns, and return whether an older one is alive and has to notice.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is gone; to be tried again.
        """
        if self._database.is_sqlite:
            return False
        self._check()
        with self._in_use:
            assert self._connection is not None  # noqa: S101 - who has joined has one
            self._connection.execute(_announcing(self._version))
            self._is_announced = True
            self._look_for_newer(self._connection)
            oldest: int = min(self._connection.execute(_LOCKED, {"key": _VERSION}).scalars())
            return oldest < self._version

    def alive(self, work: SqlWork) -> Sequence[int]:
        """Return the numbers of all living processes, this one included."""
        if work.is_sqlite:
            return [self.number]
        return [int(number) for number in work.execute(_LOCKED, {"key": _ALIVE}).scalars()]

    async def keep_alive(self, seconds: float = CHECKED_EVERY) -> None:
        """Renew the locks when their connection was lost, as by a restart of the database; look for newer versions."""
        while self._connection is not None:
            await asyncio.sleep(seconds)
            if not await self._database.call(self._check):
                self._lost.set()

    def _check(self) -> bool:
        """Say whether our locks still hold; if not, lock our number again."""
        with self._in_use:
            try:
                if self._connection is not None:
                    self._look_for_newer(self._connection)
            except sa.exc.SQLAlchemyError:  # also what a connection says that failed before
                logger.warning("replica_lock_lost")
                self._connection = self._reconnect()
                return False
            return True

    def _look_for_newer(self, connection: sa.Connection) -> None:
        newest = max(connection.execute(_LOCKED, {"key": _VERSION}).scalars(), default=0)
        if self.is_outdated != (newest > self._version):
            self.is_outdated = newest > self._version
            logger.info("steps_aside" if self.is_outdated else "takes_turns_again", extra={"newest": int(newest)})

    def _reconnect(self) -> sa.Connection | None:
        try:
            fresh = self._connect()
        except sa.exc.DBAPIError as error:
            logger.error("database_unavailable", extra={"error": type(error).__name__})
            return self._connection
        if self._connection is not None:
            self._connection.invalidate()
        return fresh

    async def when_leader(self, work: Callable[[], Any]) -> None:
        """Do something that only one process at a time may do, such as polling, for as long as we lead.

        Whoever lost the lock with its connection stops: by then another process may be leading.
        """
        if self._database.is_sqlite:
            self.is_leading = True
            await work()
            return
        while True:
            while not await self._database.call(self._try_to_lead):
                await asyncio.sleep(1.0)
            self._lost.clear()
            self.is_leading = True
            logger.info("leading", extra={"replica": self.number})
            if await _ends_before(work(), self._lost.wait()):
                return
            self.is_leading = False

    def _try_to_lead(self) -> bool:
        lead = sa.select(sa.func.pg_try_advisory_lock(_POLLER))
        with self._in_use:
            try:
                return bool(self._connection and self._connection.scalar(lead))
            except sa.exc.SQLAlchemyError:
                return False

    def leave(self) -> None:
        """Let go of everything, so that another process goes on at once."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None
        if self._file is not None:
            self._file.close()


async def _ends_before(work: Awaitable[Any], signal: Awaitable[Any]) -> bool:
    """Run something until it ends (True), or until the signal comes (False)."""
    running, signalled = asyncio.ensure_future(work), asyncio.ensure_future(signal)
    try:
        await asyncio.wait([running, signalled], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        return running.done()
    finally:
        running.cancel()
        signalled.cancel()
        await asyncio.gather(running, signalled, return_exceptions=True)
