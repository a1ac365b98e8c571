"""A database per run: seeded once, copied for every round, thrown away."""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from storage.sql.database import engine_url

_LOCAL = ("postgresql://{user}@127.0.0.1:5432/postgres", "postgresql://{user}@/postgres?host=%2Fvar%2Frun%2Fpostgresql")


@dataclass(frozen=True)
class Counts:
    """What a database holds after a run."""

    handled: int
    waiting: int
    first_update: int
    last_update: int
    verdicts: int


class Sqlite:
    """Files in the directory of the benchmark."""

    name = "SQLite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._template = directory / "template.db"
        self.template_url = f"sqlite:///{self._template}"

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Lend a copy of what was seeded, and delete it afterwards."""
        place = self._directory / f"run-{uuid4().hex[:8]}"
        place.mkdir()
        with _engine(self.template_url) as engine, engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._template, place / "handvat.db")
        try:
            yield f"sqlite:///{place / 'handvat.db'}"
        finally:
            shutil.rmtree(place)

    def close(self) -> None:
        """Nothing stays behind: the directory is temporary."""


class Postgres:
    """Databases on a server that is there already."""

    name = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self._server = engine_url(server)
        self._template = self._new()
        self.template_url = self._url(self._template)

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Lend a copy of what was seeded, and drop it afterwards."""
        name = self._new(self._template)
        try:
            yield self._url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Drop what was seeded."""
        self._run(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _new(self, template: str = "template1") -> str:
        name = f"handvat_bench_{uuid4().hex[:8]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _url(self, name: str) -> str:
        return self._server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with _engine(self._server) as engine, engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(statement)


def find_postgres() -> Postgres | None:
    """Return the server of HANDVAT_TEST_POSTGRES, else the one on this computer, else None."""
    named = os.environ.get("HANDVAT_TEST_POSTGRES")
    local = [url.format(user=user) for url in _LOCAL for user in (getpass.getuser(), "postgres")]
    for url in [named] if named else local:
        with suppress(sa.exc.SQLAlchemyError):
            return Postgres(url)
    return None


def count(url: str) -> Counts:
    """Return what the bot has stored, without the bot's help."""
    queries = {
        "handled": "SELECT count(*) FROM inbox WHERE handled_at IS NOT NULL",
        "waiting": "SELECT count(*) FROM inbox WHERE handled_at IS NULL",
        "first_update": "SELECT coalesce(min(update_id), 0) FROM inbox",
        "last_update": "SELECT coalesce(max(update_id), 0) FROM inbox",
        "verdicts": "SELECT count(*) FROM answer_version v JOIN answer a USING (evaluation_id, norm) "
        "JOIN self_evaluation e ON e.id = v.evaluation_id JOIN organisation o ON o.id = e.organisation_id "
        "WHERE v.what = 'verdict' AND o.kind = 'member'",
    }
    with _engine(engine_url(url)) as engine, engine.connect() as connection:
        return Counts(**{name: connection.exec_driver_sql(query).scalar_one() for name, query in queries.items()})


@contextmanager
def _engine(url: Any) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    try:
        yield engine
    finally:
        engine.dispose()
