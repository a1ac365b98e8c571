"""`python -m bot drill-wal BASE ARCHIVE --until MOMENT`: PostgreSQL as it was at any moment, from base backup and log.

BASE is what pg_basebackup made; ARCHIVE is where PostgreSQL's `archive_command` puts its write-ahead log. A copy of the
base is brought up to the moment on a server of its own, which listens on a socket that only we can reach; every sealed
value is opened, and all of it is thrown away again. docs/operations.md says how to do it for good.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from msgspec import Struct

from bot.backup import BackupError
from storage.sql import copies
from storage.sql.database import create_engine, engine_url
from storage.sql.migrate import current_revision, migrate, newest_revision
from storage.sql.sealed_places import open_all
from storage.sql.vault import Keyring, MasterKey, Vault

_PATIENCE: Final = 3600  # seconds that replaying the log may take
_DEBIAN: Final = "/usr/lib/postgresql/*/bin/pg_ctl"
_NOT_YET: Final = (
    "57P03"  # what it says to whoever comes while it recovers (PostgreSQL, appendix A: cannot_connect_now)
)


class Recovered(Struct, frozen=True):
    """What a drill found: everything up to that moment is there, and opens."""

    until: datetime
    rows: int
    values: int
    seconds: float


def drill(base: Path, archive: Path, until: datetime, database_url: str, keys: tuple[MasterKey, ...]) -> Recovered:
    """Bring a copy of a base backup up to a moment and open everything in it.

    Raises:
        BackupError: it says why this would not bring everything back.
    """
    began = time.monotonic()
    with recovered(base, archive, until, database_url) as engine:
        if current_revision(engine) != newest_revision():
            migrate(engine)  # the tables of this version are known; those of another are not
        rows = sum(table.rows for table in copies.read(engine).tables.values())
        with engine.connect() as connection:
            found = list(open_all(connection, Vault(Keyring(keys), connection, until)))
    failed = next((column for column in found if column.failed), None)
    if failed is not None:
        raise BackupError(f"{failed.failed} values of {failed.column} do not open with HANDVAT_ENCRYPTION_KEY.")
    return Recovered(until, rows, sum(column.opened for column in found), time.monotonic() - began)


@contextmanager
def recovered(base: Path, archive: Path, until: datetime, database_url: str) -> Iterator[sa.Engine]:
    """Have the database as it was at a moment, for as long as the block takes; nothing of `base` is changed.

    Raises:
        BackupError
    """
    if until.tzinfo is None:
        raise BackupError("the moment needs its zone, such as 2026-11-21T14:30:05+01:00")
    if not (base / "PG_VERSION").is_file():
        raise BackupError(f"{base} is no base backup of pg_basebackup (in its plain format)")
    with tempfile.TemporaryDirectory(prefix="handvat-wal-") as place:
        data = Path(place) / "data"
        shutil.copytree(base, data)
        _configure(data, archive.resolve(), until, Path(place))
        _give_away(Path(place))
        _control(data, "start", "-t", str(_PATIENCE), "-l", f"{place}/log")
        try:
            asked = engine_url(database_url)
            url = sa.URL.create(
                "postgresql", asked.username or "postgres", database=asked.database, query={"host": place}
            )
            engine = create_engine(url.render_as_string())
            try:
                _wait_until_open(engine, data)
                yield engine
            finally:
                engine.dispose()
        finally:
            if (data / "postmaster.pid").exists():
                _control(data, "stop", "-m", "fast")


def _wait_until_open(engine: sa.Engine, data: Path) -> None:
    """Wait until the log has been replayed; the server lets nobody in before, and ends when it cannot get that far."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            engine.connect().close()
            return
        except sa.exc.OperationalError:
            if not (data / "postmaster.pid").exists():
                break
            time.sleep(0.1)
    raise BackupError(f"PostgreSQL could not be brought up to that moment: {_reason(data)}")


def _reason(data: Path) -> str:
    """Return what the server said last before it ended."""
    log = data.parent / "log"
    said = [line for line in log.read_text().splitlines() if "FATAL:" in line and not line.startswith(_NOT_YET)]
    return said[-1].split("FATAL:")[-1].strip() if said else "it does not say why"


def _configure(data: Path, archive: Path, until: datetime, place: Path) -> None:
    """Let a server recover to a moment, and neither archive anything nor let anybody else in."""
    settings = {
        "restore_command": f'cp "{archive}/%f" "%p"', "recovery_target_time": until.isoformat(sep=" "),
        "recovery_target_action": "promote", "hot_standby": "off", "archive_mode": "off", "listen_addresses": "",
        "unix_socket_directories": str(place), "port": "5432", "hba_file": str(data / "drill_hba.conf"),
        "ident_file": str(data / "drill_ident.conf"), "ssl": "off", "shared_preload_libraries": "",
        "logging_collector": "off", "external_pid_file": "", "log_line_prefix": "%e ", "lc_messages": "C",
        "log_destination": "stderr",
    }  # fmt: skip
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    (data / "postgresql.conf").touch()  # on Debian it is elsewhere
    with (data / "postgresql.auto.conf").open("a") as file:  # the last line of a setting is the one that counts
        file.write("\n" + "\n".join(lines) + "\n")
    (data / "drill_hba.conf").write_text("local all all trust\n")  # within a directory that is ours alone
    (data / "drill_ident.conf").write_text("")
    (data / "recovery.signal").touch()
    (data / "postmaster.pid").unlink(missing_ok=True)


def _give_away(place: Path) -> None:
    """PostgreSQL refuses to run as root; then everything is given to its own user."""
    if os.geteuid() != 0:
        return
    user = _ordinary_user()
    for path in [place, *place.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _ordinary_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise BackupError("PostgreSQL does not run as root: do this as another user.") from None


def _control(data: Path, *command: str) -> None:
    """Start or stop the server, and wait until it has."""
    user = _ordinary_user().pw_uid if os.geteuid() == 0 else None
    done = subprocess.run(
        [program("pg_ctl"), "-D", str(data), "-w", "-s", *command],
        user=user, cwd=data, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        reason = _reason(data) if (data.parent / "log").exists() else done.stderr.strip()[:200]
        raise BackupError(f"PostgreSQL could not be brought up to that moment: {reason}")


def program(name: str) -> str:
    """Return where a program of the server is. Raises BackupError."""
    found = shutil.which(name) or max((str(path.with_name(name)) for path in Path("/").glob(_DEBIAN[1:])), default=None)
    if found is None:
        raise BackupError(f"{name} is not installed; it comes with the server, such as the package postgresql.")
    return found


def run(base: str, archive: str, until: str, database_url: str, keys: tuple[MasterKey, ...], now: datetime) -> str:
    """Drill and return what to say of it. Raises BackupError."""
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        raise BackupError(f"{until!r} is no moment; it looks like 2026-11-21T14:30:05+01:00") from None
    done = drill(Path(base), Path(archive), moment, database_url, keys)
    ago = timedelta(seconds=int((now - moment).total_seconds()))
    return (f"Everything until {moment.isoformat()} ({ago} ago) comes back: {done.rows} rows, and {done.values} sealed "
            f"values all opened. That took {done.seconds:.1f} seconds.")  # fmt: skip
