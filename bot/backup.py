"""`python -m bot backup | restore | drill`: a copy of everything while the bot runs, and the way back.

    DIRECTORY/manifest.json      when, which database, rows and checksum per table, sha256 of every file
    DIRECTORY/database.sqlite    or database.dump, of pg_dump
    DIRECTORY/evidence/ab/...    files that people sent, as encrypted as they always are
    DIRECTORY/outgoing/ab/...    documents that were on their way

The database goes first: a file without a row is harmless, a row without its file is not. The encryption key is in none
of these files; without it a backup says nothing, to a thief and to you alike.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from bot.blobs import Blobs
from storage.sql import copies
from storage.sql.copies import CopyFailed, TableSum
from storage.sql.database import create_engine, engine_url
from storage.sql.migrate import newest_revision
from storage.sql.sealed_places import open_all, unlisted
from storage.sql.vault import Keyring, MasterKey, Unreadable, Vault

_FORMAT: Final = 1
_DATABASE: Final = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
_DIRECTORIES: Final = ("evidence", "outgoing")
#: Below the data directory: when the last backup was made, for `doctor`.
LAST_BACKUP: Final = "last-backup.json"


class BackupError(Exception):
    """A backup could not be made, put back or trusted; the message says why, for the person at the keyboard."""


class Manifest(Struct, frozen=True):
    """What a backup holds, as it was when it was made."""

    made_at: datetime
    database: str
    revision: str | None
    tables: Mapping[str, TableSum]
    files: Mapping[str, str]  # sha256 by path within the backup
    erased_meanwhile: tuple[str, ...]  # named by a row of the copy, and erased before the files were copied

    def to_json(self) -> str:
        """Return the text of manifest.json."""
        tables = {name: asdict(found) for name, found in self.tables.items()}
        values = {"format": _FORMAT, "made_at": self.made_at.isoformat(), "database": self.database,
                  "revision": self.revision, "tables": tables, "files": dict(self.files),
                  "erased_meanwhile": list(self.erased_meanwhile)}  # fmt: skip
        return json.dumps(values, indent=1, sort_keys=True)

    @classmethod
    def read(cls, directory: Path) -> Manifest:
        """Return the manifest of a backup. Raises BackupError."""
        path = directory / "manifest.json"
        if not path.is_file():
            raise BackupError(f"{directory} is no backup: it has no manifest.json, which is written last.")
        try:
            values: dict[str, Any] = json.loads(path.read_bytes())
            if values["format"] != _FORMAT:
                raise BackupError(f"{path} is of another version of Handvat (format {values['format']}).")
            tables = {name: TableSum(**found) for name, found in values["tables"].items()}
            if any(Path(name).is_absolute() or ".." in Path(name).parts for name in values["files"]):
                raise ValueError("a file outside the backup")
            return cls(datetime.fromisoformat(values["made_at"]), values["database"], values["revision"], tables,
                       values["files"], tuple(values["erased_meanwhile"]))  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise BackupError(f"{path} cannot be read; somebody or something has changed it.") from error

    @property
    def rows(self) -> int:
        """How many rows there are in all tables together."""
        return sum(table.rows for table in self.tables.values())


# -------------------------------------------------------------------------------------------------- backing up


def back_up(database_url: str, data_dir: Path, directory: Path, now: datetime) -> Manifest:
    """Make a backup while the bot runs; the directory appears only when it is whole.

    Raises:
        BackupError: nothing is left behind.
    """
    if directory.exists():
        raise BackupError(f"{directory} is there already, and a backup never overwrites anything. Name another.")
    part = directory.with_name(f"{directory.name}.partial-{secrets.token_hex(4)}")
    part.mkdir(parents=True, mode=0o700)
    try:
        with _engine(database_url) as engine, _in_words("the backup was not made"):
            manifest = _fill(engine, data_dir, part, now)
        (part / "manifest.json").write_text(manifest.to_json())
        _sync(part)
        part.rename(directory)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    with _in_words("the backup is made, but could not be noted for `doctor`"):
        (data_dir / LAST_BACKUP).write_text(json.dumps({"made_at": now.isoformat(), "directory": str(directory)}))
    return manifest


def _fill(engine: sa.Engine, data_dir: Path, part: Path, now: datetime) -> Manifest:
    kind = engine.dialect.name
    copied = copies.copy_out(engine, part / _DATABASE[kind])
    files = {_DATABASE[kind]: _sha256(part / _DATABASE[kind])}
    missing: set[str] = set()
    for name in sorted(copied.files):
        if not _copy_file(data_dir, part, f"evidence/{name[:2]}/{name}", files):
            missing.add(name)
    for name in Blobs(data_dir / "outgoing").names(older_than=timedelta()):
        _copy_file(data_dir, part, f"outgoing/{name[:2]}/{name}", files)
    if missing:
        with engine.connect() as connection:
            gone = sorted(missing & set(copies.named_files(connection)))
        if gone:
            raise BackupError(
                f"{len(gone)} file(s) of people are missing below {data_dir / 'evidence'}, such as {gone[0]}. "
                "Is HANDVAT_DATA_DIR the one that the bot works with?"
            )
    return Manifest(now, kind, copied.revision, copied.tables, files, tuple(sorted(missing)))


def _copy_file(data_dir: Path, part: Path, name: str, files: dict[str, str]) -> bool:
    """Copy one file and note its sum; False when it is not there (any more)."""
    target = part / name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        shutil.copyfile(data_dir / name, target)
    except FileNotFoundError:
        return False
    files[name] = _sha256(target)
    return True


def _sync(directory: Path) -> None:
    """Let everything below a directory reach the disk, and keep it to ourselves."""
    for path in [*directory.rglob("*"), directory]:
        if path.is_file():
            path.chmod(0o600)
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ------------------------------------------------------------------------------------------------ putting back


def put_back(directory: Path, database_url: str, data_dir: Path) -> Manifest:
    """Put a backup into an empty database and an empty data directory, and compare it with its manifest.

    Raises:
        BackupError: it says whether anything was put back.
    """
    manifest = Manifest.read(directory)
    kind = copies.kind_of(database_url)
    if kind != manifest.database:
        raise BackupError(
            f"this backup is of {manifest.database}, and DATABASE_URL names {kind}. Nothing was put back."
        )
    _check_revision(manifest)
    with _engine(database_url) as engine, _in_words("nothing was put back"):
        if copies.has_tables(engine):
            raise BackupError("the database that DATABASE_URL names is not empty. Nothing was put back.")
        for name in _DIRECTORIES:
            if any(path.is_file() for path in (data_dir / name).rglob("*")):
                raise BackupError(f"{data_dir / name} is not empty. Nothing was put back.")
        check_files(directory, manifest)
    with _in_words("only a part was put back: empty the database and the data directory, and try again"):
        for name in manifest.files:
            if name not in _DATABASE.values():
                target = data_dir / name
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(directory / name, target)
        with _engine(database_url) as engine:
            copies.copy_in(directory / _DATABASE[kind], engine)
    _compare(manifest, _read(database_url))
    return manifest


def _check_revision(manifest: Manifest) -> None:
    if manifest.revision is not None and manifest.revision > newest_revision():
        raise BackupError(
            f"this backup is of a newer Handvat (tables {manifest.revision}, this one knows {newest_revision()}). "
            "Install that version first. Nothing was put back."
        )


def check_files(directory: Path, manifest: Manifest) -> None:
    """Compare every file of a backup with what the manifest says of it. Raises BackupError."""
    for name, expected in manifest.files.items():
        path = directory / name
        if not path.is_file():
            raise BackupError(f"{name} is missing in {directory}. This backup is not whole; use another.")
        if _sha256(path) != expected:
            raise BackupError(
                f"{name} in {directory} is not as it was when the backup was made: cut off or changed. Use another."
            )


def _read(database_url: str) -> copies.Copied:
    """Return what is in a database now; SQLite is read without our settings, so that nothing is written."""
    if copies.kind_of(database_url) == "sqlite":
        return copies.read_sqlite(Path(engine_url(database_url).database or ""))
    with _engine(database_url) as engine:
        return copies.read(engine)


def _compare(manifest: Manifest, found: copies.Copied) -> None:
    """Raises BackupError when what was put back is not what was backed up."""
    for name in sorted(manifest.tables.keys() | found.tables.keys()):
        expected, got = manifest.tables.get(name), found.tables.get(name)
        if expected != got:
            rows = f"{expected.rows if expected else 0} rows then, {got.rows if got else 0} now"
            raise BackupError(f"the table {name} is not what it was ({rows}). Do not work with this database.")


# -------------------------------------------------------------------------------------------------- rehearsing


class Drilled(Struct, frozen=True):
    """What a drill found: everything is there and opens."""

    age: timedelta
    rows: int
    values: int
    files: int
    unchecked: tuple[str, ...]
    seconds: float


def drill(directory: Path, database_url: str, keys: tuple[MasterKey, ...], now: datetime) -> Drilled:
    """Put a backup into a database of its own, open every sealed value and file, and throw it away again.

    Raises:
        BackupError: this backup would not bring back everything.
    """
    began = time.monotonic()
    manifest = Manifest.read(directory)
    _check_revision(manifest)
    check_files(directory, manifest)
    with _temporary(manifest.database, database_url) as url:
        with _engine(url) as engine, _in_words("the rehearsal failed"):
            copies.copy_in(directory / _DATABASE[manifest.database], engine)
        _compare(manifest, _read(url))
        with _engine(url) as engine:
            values, files = _open(engine, directory, manifest, keys)
    return Drilled(now - manifest.made_at, manifest.rows, values, files, tuple(unlisted()), time.monotonic() - began)


def _open(engine: sa.Engine, directory: Path, manifest: Manifest, keys: tuple[MasterKey, ...]) -> tuple[int, int]:
    """Open everything and return how many values and files that were."""
    if manifest.revision != newest_revision():
        from storage.sql.migrate import migrate

        migrate(engine)  # the tables of this version are known; those of another are not
    with engine.connect() as connection:
        vault = Vault(Keyring(keys), connection, manifest.made_at)
        found = list(open_all(connection, vault))
        for column in found:
            if column.failed:
                raise BackupError(
                    f"{column.failed} of {column.opened + column.failed} values of {column.column} do not open with "
                    f"HANDVAT_ENCRYPTION_KEY ({column.reason}). Is the key of that time among them?"
                )
        names = set(copies.named_files(connection)) - set(manifest.erased_meanwhile)
        for name in sorted(names):
            _open_file(directory, name, vault)
    return sum(column.opened for column in found), len(names)


def _open_file(directory: Path, name: str, vault: Vault) -> None:
    path = directory / "evidence" / name[:2] / name
    try:
        vault.open_bytes(f"blob:{name}", path.read_bytes())
    except FileNotFoundError as error:
        raise BackupError(f"a row names the file {name}, and it is not in the backup.") from error
    except Unreadable as error:
        raise BackupError(f"the file {name} does not open with HANDVAT_ENCRYPTION_KEY.") from error


@contextmanager
def _temporary(kind: str, database_url: str) -> Iterator[str]:
    """Have a database for as long as a drill takes."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="handvat-drill-") as directory:
            yield f"sqlite:///{directory}/drill.db"
        return
    if copies.kind_of(database_url) != "postgresql":
        raise BackupError("this backup is of PostgreSQL: DATABASE_URL must name a server on which it can be rehearsed.")
    name = f"handvat_drill_{secrets.token_hex(6)}"
    server = sa.create_engine(engine_url(database_url), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with _in_words("a drill needs a role that may create databases (ALTER ROLE ... CREATEDB)"), server.connect() as to:
        to.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield engine_url(database_url).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as to:
            to.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


# ------------------------------------------------------------------------------------------------------ shared


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _in_words(outcome: str) -> Iterator[None]:
    """Turn what may go wrong with databases and disks into a sentence."""
    try:
        yield
    except CopyFailed as error:
        raise BackupError(f"{error} ({outcome})") from error
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise BackupError(f"the database does not answer as it should: {type(cause).__name__} ({outcome})") from error
    except OSError as error:
        raise BackupError(f"{error.strerror or error}: {error.filename} ({outcome})") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_words(age: timedelta) -> str:
    """Return how long ago something was, such as "3 hours"."""
    for seconds, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if age.total_seconds() >= 2 * seconds:
            return f"{int(age.total_seconds() // seconds)} {unit}"
    return f"{int(age.total_seconds())} seconds"


def _now() -> datetime:
    return datetime.now(UTC)


Command = Callable[[str, tuple[MasterKey, ...], Path, Path], str]


def run_backup(database_url: str, keys: tuple[MasterKey, ...], data_dir: Path, directory: Path) -> str:
    """Make a backup and return what to say of it. Raises BackupError."""
    del keys  # a backup is as sealed as the database
    manifest = back_up(database_url, data_dir, directory, _now())
    return f"{directory}: {manifest.rows} rows and {len(manifest.files) - 1} files. Rehearse it with: drill {directory}"


def run_restore(database_url: str, keys: tuple[MasterKey, ...], data_dir: Path, directory: Path) -> str:
    """Put a backup back and return what to say of it. Raises BackupError."""
    del keys
    manifest = put_back(directory, database_url, data_dir)
    age = in_words(_now() - manifest.made_at)
    return f"{manifest.rows} rows and {len(manifest.files) - 1} files are back, as they were {age} ago. Start the bot."


def run_drill(database_url: str, keys: tuple[MasterKey, ...], data_dir: Path, directory: Path) -> str:
    """Rehearse a backup and return what to say of it. Raises BackupError."""
    del data_dir
    done = drill(directory, database_url, keys, _now())
    said = (f"This backup brings everything back: {done.rows} rows, {done.values} sealed values and {done.files} files,"
            f" all opened. It is {in_words(done.age)} old; the drill took {done.seconds:.1f} seconds.")  # fmt: skip
    return said + "".join(f"\nNot opened, because its place is not known: {column}" for column in done.unchecked)


COMMANDS: Final[Mapping[str, Command]] = {"backup": run_backup, "restore": run_restore, "drill": run_drill}
