"""One place opens transactions, on SQLite and on PostgreSQL.

Statements run synchronously in a database thread, so that a turn costs one hop between threads
instead of one per statement, and the event loop goes on delivering while a commit waits for the
disk (docs/decisions/0002). SQLite has one thread and one connection, because it has one writer;
PostgreSQL has several.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from domain.audit_rules import AuditRules
from domain.framework import Framework, FrameworkId
from domain.suggest import Suggester
from storage.sql.official import OfficialTexts
from storage.sql.vault import Keyring, Vault
from storage.sql.work import SqlWork

T = TypeVar("T")

#: What the contract of architecture §8 allows in DATABASE_URL, and the driver that we use for it.
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+aiosqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+psycopg",
}


def engine_url(url: str) -> sa.URL:
    """Return the URL with the driver that storage works with.

    Raises:
        ValueError: the database is neither SQLite nor PostgreSQL.
    """
    name, _, _ = url.partition("://")
    if name not in _DRIVERS:
        raise ValueError(f"DATABASE_URL starts with {name!r}; known are {', '.join(sorted(_DRIVERS))}")
    return sa.make_url(_DRIVERS[name] + url[len(name) :])


def create_engine(url: str, connections: int = 4) -> sa.Engine:
    """Return an engine that commits durably: SQLite with WAL and synchronous=FULL, PostgreSQL as it is set up."""
    parsed = engine_url(url)
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed, pool_size=connections, max_overflow=2, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        parsed,
        hide_parameters=True,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": 30, "cached_statements": 512},
    )
    _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Take the transaction into our own hands: the driver would not BEGIN before a SELECT."""

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Database:
    """Opens transactions and runs them in a database thread."""

    def __init__(
        self,
        engine: sa.Engine,
        keyring: Keyring,
        frameworks: Mapping[FrameworkId, Framework],
        clock: Callable[[], datetime],
        *,
        operators: Sequence[int] = (),
        audit_rules: AuditRules | None = None,
        suggesters: Mapping[FrameworkId, Suggester] | None = None,
        threads: int = 4,
    ) -> None:
        self.engine = engine
        self.keyring = keyring
        self.frameworks = frameworks
        self.operators = frozenset(operators)
        self._audit_rules = audit_rules
        self._suggesters = suggesters or {}
        self._official = OfficialTexts()
        self.uncertain_commits = 0  # those that failed: they may have been carried out all the same
        self._clock = clock
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else threads, thread_name_prefix="database")

    @contextmanager
    def begin(self) -> Iterator[SqlWork]:
        """Open a transaction in the current thread: leaving the block commits everything or nothing."""
        is_complete = False
        try:
            with self.engine.begin() as connection:
                vault = Vault(self.keyring, connection, self._clock())
                work = SqlWork(connection, vault, self.frameworks, self.operators, self._audit_rules, self._suggesters)
                work.official = self._official
                yield work
                work.flush()
                is_complete = True
            vault.committed()
            work.committed()
        except sa.exc.DBAPIError:
            self.uncertain_commits += is_complete
            raise

    async def run(self, job: Callable[[SqlWork], T]) -> T:
        """Run a job within a transaction of its own, in a database thread."""
        return await self.call(lambda: self._in_transaction(job))

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function that opens its own transactions, in a database thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def _in_transaction(self, job: Callable[[SqlWork], T]) -> T:
        with self.begin() as work:
            return job(work)

    def close(self) -> None:
        """Wait for the running transaction and close all connections."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()
