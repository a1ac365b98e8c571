"""A whole database as a file, consistent to one instant while it is written, and back.

SQLite copies itself by its online backup; PostgreSQL by pg_dump, in a snapshot in which the rows are summed up as well.
A sum does not depend on the order of rows, so that it is the same wherever the database is put back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from storage.sql.database import engine_url

_BATCH = 1000
_MODULUS = 2**256


class CopyFailed(Exception):
    """A database could not be copied or put back; the message says why and what to do."""


class TableSum(Struct, frozen=True):
    """How many rows a table has, and a checksum of all that stands in them."""

    rows: int
    checksum: str


class Copied(Struct, frozen=True):
    """What was copied: the rows per table, and the files that the rows of the same instant name."""

    revision: str | None
    tables: Mapping[str, TableSum]
    files: frozenset[str]


def kind_of(url: str) -> str:
    """Return "sqlite" or "postgresql"."""
    return engine_url(url).get_backend_name()


# ------------------------------------------------------------------------------------------------------ out


def copy_out(engine: sa.Engine, target: Path) -> Copied:
    """Write the database to a file, while others go on working with it.

    Raises:
        CopyFailed
    """
    return _copy_sqlite(engine, target) if engine.dialect.name == "sqlite" else _copy_postgres(engine, target)


def _copy_sqlite(engine: sa.Engine, target: Path) -> Copied:
    source_path = engine.url.database or ""
    if not Path(source_path).is_file():
        raise CopyFailed(f"there is no database at {source_path}")
    source, copy = sqlite3.connect(source_path, timeout=30), sqlite3.connect(target)
    try:
        source.backup(copy)  # in one step: one instant, and in WAL mode no writer waits for it
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without another beside it
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CopyFailed("SQLite says that the copy is damaged, so the database probably is too")
    except sqlite3.Error as error:
        raise CopyFailed(f"SQLite could not copy the database: {error}") from error
    finally:
        source.close()
        copy.close()
    return read_sqlite(target)


def read_sqlite(path: Path) -> Copied:
    """Return what is in an SQLite file that nobody works with. Raises CopyFailed."""
    engine = sa.create_engine(f"sqlite+pysqlite:///{path}", poolclass=sa.pool.NullPool)
    return read(engine)


def read(engine: sa.Engine) -> Copied:
    """Return what is in a database, as of one instant. Raises CopyFailed."""
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            return _sums(connection)
    except sa.exc.DBAPIError as error:
        raise CopyFailed(f"the database cannot be read: {type(error.orig).__name__}") from error
    finally:
        if isinstance(engine.pool, sa.pool.NullPool):
            engine.dispose()


def _copy_postgres(engine: sa.Engine, target: Path) -> Copied:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        server = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000
        _check_version("pg_dump", server)
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
        _run("pg_dump", options, engine.url)
        return _sums(connection)


def _check_version(program: str, server: int) -> None:
    """Refuse a program that is missing, or older than the server: it would refuse, or leave things out."""
    if shutil.which(program) is None:
        raise CopyFailed(
            f"{program} is not installed. Install the client programs of PostgreSQL {server} "
            f"(Debian: apt-get install postgresql-client-{server})."
        )
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said.partition(")")[2] or said)
    if found is None or int(found[1]) < server:
        raise CopyFailed(
            f"{program} is of version {found[1] if found else 'unknown'} and the server of version {server}. "
            f"Install the client programs of PostgreSQL {server} (Debian: apt-get install postgresql-client-{server})."
        )


def _run(program: str, options: Sequence[str], url: sa.URL) -> None:
    """Run a program of PostgreSQL; the password travels by the environment, where other users cannot see it."""
    query = {name: value for name, value in url.query.items() if name != "password"}
    password = url.password or url.query.get("password")
    plain = sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    environment = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
    command = [program, *options, f"--dbname={plain.render_as_string(hide_password=False)}"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise CopyFailed(f"{program} failed: {_first_line(done.stderr)}")


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if "error" in line.casefold()), text.strip() or "it says nothing")


# ------------------------------------------------------------------------------------------------------- in


def has_tables(engine: sa.Engine) -> bool:
    """Say whether there is anything in a database. An SQLite file that is not there is empty."""
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and not Path(path).exists():
        return False
    with engine.connect() as connection:
        return bool(sa.inspect(connection).get_table_names())


def copy_in(source: Path, engine: sa.Engine) -> None:
    """Put a copy back into an empty database, whole or not at all.

    Raises:
        CopyFailed
    """
    if engine.dialect.name == "sqlite":
        _place_sqlite(source, Path(engine.url.database or ""))
        return
    with engine.connect() as connection:
        server = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000
    _check_version("pg_restore", server)
    _run("pg_restore", ["--single-transaction", "--no-owner", "--no-privileges", "--exit-on-error", str(source)],
         engine.url)  # fmt: skip


def _place_sqlite(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(f"{target.name}.restoring")
    part.unlink(missing_ok=True)
    shutil.copyfile(source, part)
    part.chmod(0o600)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    for beside in ("-wal", "-shm"):  # of a database that is no more: they would be read into the new one
        Path(f"{target}{beside}").unlink(missing_ok=True)
    part.rename(target)


# ----------------------------------------------------------------------------------------------------- sums


def _sums(connection: sa.Connection) -> Copied:
    names = sorted(sa.inspect(connection).get_table_names())
    tables = {name: _sum(connection, name) for name in names}
    revision, files = None, frozenset[str]()
    if "alembic_version" in names:
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if "stored_file" in names:
        files = frozenset(named_files(connection))
    return Copied(revision, tables, files)


def named_files(connection: sa.Connection) -> Sequence[str]:
    """Return the names of the files that rows say are there."""
    stored = "SELECT blob FROM stored_file WHERE status = 'stored' AND blob IS NOT NULL"
    return list(connection.exec_driver_sql(stored).scalars())


def _sum(connection: sa.Connection, table: str) -> TableSum:
    rows, total = 0, 0
    everything = sa.text(f'SELECT * FROM "{table}"')  # noqa: S608 - a name that the database itself gave
    for row in connection.execute(everything, execution_options={"yield_per": _BATCH}):
        digest = hashlib.sha256()
        for value in row:
            digest.update(_written(value))
        rows, total = rows + 1, (total + int.from_bytes(digest.digest(), "big")) % _MODULUS
    return TableSum(rows, f"{total:064x}")


def _written(value: Any) -> bytes:
    """Return a value with its kind and its length, so that no two rows look alike."""
    match value:
        case None:
            kind, content = b"0", b""
        case bytes() | memoryview():
            kind, content = b"b", bytes(value)
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo else value
            kind, content = b"t", moment.isoformat().encode()
        case date():
            kind, content = b"d", value.isoformat().encode()
        case dict() | list():
            kind, content = b"j", json.dumps(value, sort_keys=True).encode()
        case str():
            kind, content = b"s", value.encode(errors="surrogatepass")
        case _:
            kind, content = b"n", repr(value).encode()
    return kind + len(content).to_bytes(8, "big") + content
