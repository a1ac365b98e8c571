"""Brings a database to the tables of this version, in one transaction and one process at a time.

Replicas that start together wait for each other: PostgreSQL by an advisory lock, SQLite because its
transactions begin by taking the writer's lock.

Alembic is only imported when there is something to do: it would be a sixth of the start and of the memory.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x48616E6476617401  # "Handvat" and a number of its own: no other lock of this database

_LOCK_TIMEOUT = "2s"  # so long turns wait at most while a migration waits for a table
_LOCK_NOT_AVAILABLE = "55P03"
_ATTEMPTS, _PAUSE = 120, 5.0  # ten minutes and more; then the start fails, and the supervisor tries again

logger = logging.getLogger(__name__)


class MigrationError(Exception):
    """A migration would leave rows that refer to nothing; it was rolled back."""


def migrate(engine: sa.Engine, revision: str = "head") -> str | None:
    """Bring the database up to a revision and return which one it has now.

    A database that a newer program has migrated stays as it is: the version before can work with it, by the rules of
    docs/operations.md.

    Raises:
        MigrationError
    """
    if revision == "head" and (current := current_revision(engine)) is not None and current >= newest_revision():
        return current
    from alembic import command

    return _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: sa.Engine, revision: str = "base") -> str | None:
    """Bring the database back to an earlier revision; what the later ones kept is lost."""
    from alembic import command

    return _run(engine, lambda config: command.downgrade(config, revision))


def current_revision(engine: sa.Engine) -> str | None:
    """Return the revision that the database has, None when it is empty."""
    with engine.connect() as connection:
        return _revision_of(connection)


def _revision_of(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def newest_revision() -> str:
    """Return the revision that this version of Handvat works with: the last by the numbers of the files."""
    return max(file.name.split("_", 1)[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def differences(engine: sa.Engine) -> list[Any]:
    """Return what alembic would still change to make the database equal to the tables; normally nothing."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own types into a migration as plain ones, so that old migrations never change with the code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Id:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def _run(engine: sa.Engine, change: Callable[[Config], None]) -> str | None:
    """Carry out a change, and try again when somebody holds a table for long, such as a backup.

    Waiting for such a lock would make every turn wait behind us.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return _run_once(engine, change)
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE or attempt == _ATTEMPTS - 1:
                raise
            logger.warning("migration_waits", extra={"attempt": attempt + 1})
            time.sleep(_PAUSE)
    raise AssertionError("the last attempt returns or raises")


def _run_once(engine: sa.Engine, change: Callable[[Config], None]) -> str | None:
    with _without_foreign_keys(engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
        config = _config()
        config.attributes["connection"] = connection
        change(config)
        _check_foreign_keys(connection)
        return _revision_of(connection)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@contextmanager
def _without_foreign_keys(engine: sa.Engine) -> Iterator[None]:
    """SQLite alters a table by dropping it, which must not delete what refers to it.

    It only listens to this pragma outside a transaction, so before SQLAlchemy begins one.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
        yield
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")
        raw.close()


def _check_foreign_keys(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise MigrationError("rows would refer to nothing")
