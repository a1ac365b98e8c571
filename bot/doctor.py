"""`python -m bot doctor`: finds the mistakes that installations commonly have, and says what to do about each.

Reads only: it changes nothing at Telegram, in the database or in the data directory. Nothing it says holds a secret.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from msgspec import Struct

from bot.backup import LAST_BACKUP, in_words
from bot.settings import Settings
from storage.sql.database import create_engine, engine_url
from storage.sql.migrate import current_revision, newest_revision
from storage.sql.tables import data_key, stored_file
from storage.sql.vault import Keyring

_NETWORK_FILE_SYSTEMS: Final = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "ceph",
    "gluster",
    "lustre",
    "afs",
    "fuse.sshfs",
    "fuse.s3fs",
)
_OLD_BACKUP: Final = timedelta(days=2)
_MEGABYTE: Final = 1_000_000


class Finding(Struct, frozen=True):
    """Something that is wrong (an error: fix it before the bot runs) or may become so, and what to do."""

    is_error: bool
    what: str
    remedy: str


class Surroundings(Struct, frozen=True):
    """What a doctor looks at besides settings, Telegram and database; a test has its own."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    mounts: Path = Path("/proc/mounts")
    poll_seconds: int = 5  # how long to wait for somebody else who polls


def examine(settings: Settings, surroundings: Surroundings | None = None) -> list[Finding]:
    """Return everything that was found, the errors first."""
    around = surroundings or Surroundings()
    is_running, found = _database(settings, around)
    found += [*_data_directory(settings), *_disk(settings, around), *_backups(settings, around)]
    found += asyncio.run(_telegram(settings, around, is_running=is_running))
    return sorted(found, key=lambda finding: not finding.is_error)


def _error(what: str, remedy: str) -> Finding:
    return Finding(True, what, remedy)


def _warning(what: str, remedy: str) -> Finding:
    return Finding(False, what, remedy)


# ----------------------------------------------------------------------------------------------------- Telegram


class _Answer(Struct, frozen=True):
    status: int
    body: dict[str, Any] | None  # None when it was no JSON of a Bot API
    date: datetime | None

    @property
    def result(self) -> dict[str, Any]:
        """What Telegram says, when it says anything."""
        found = (self.body or {}).get("result")
        return found if isinstance(found, dict) else {}


class _Telegram:
    """Asks the Bot API; what fails on the way is told without the address, which holds the token."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession) -> None:
        self._root = f"{settings.api_url}/bot{settings.token}"
        self._session = session

    async def ask(self, method: str, **params: Any) -> _Answer:
        """Make one call. Raises aiohttp.ClientError or TimeoutError."""
        async with self._session.post(f"{self._root}/{method}", json=params) as reply:
            text = await reply.text(errors="replace")
            try:
                body = json.loads(text)
            except ValueError:
                body = None
            is_bot_api = isinstance(body, dict) and "ok" in body
            return _Answer(reply.status, body if is_bot_api else None, _date(reply.headers.get("Date")))


def _date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


async def _telegram(settings: Settings, around: Surroundings, *, is_running: bool) -> list[Finding]:
    timeout = aiohttp.ClientTimeout(total=15 + around.poll_seconds)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        telegram = _Telegram(settings, session)
        try:
            me = await telegram.ask("getMe")
            if (trouble := _trouble(settings, me)) is not None:
                return [trouble]
            found = [*_clock(me, around), *_groups(me)]
            webhook = (await telegram.ask("getWebhookInfo")).result
            found += _webhook(settings, webhook, around)
            if settings.webhook_url is None and not webhook.get("url") and not is_running:
                found += await _other_poller(telegram, around)
        except (aiohttp.ClientError, TimeoutError) as error:
            host = urlsplit(settings.api_url).hostname
            return [
                _error(
                    f"Telegram cannot be reached at {host} ({type(error).__name__}).",
                    "Check the network of this machine, and TELEGRAM_API_URL if you set it.",
                )
            ]
        return found


def _trouble(settings: Settings, me: _Answer) -> Finding | None:
    """Say why the Bot API does not tell who we are, None when it does."""
    host = urlsplit(settings.api_url).hostname
    if me.body is None:
        return _error(
            f"{host} answers, but not as a Bot API does (status {me.status}).",
            "Correct TELEGRAM_API_URL, or leave it out to use Telegram's own.",
        )
    if not me.body["ok"]:
        return _error(
            f"Telegram refuses TELEGRAM_BOT_TOKEN (status {me.status}).",
            "Copy the token from @BotFather (/mybots, API Token) once more; /revoke makes a new one.",
        )
    return None


def _clock(me: _Answer, around: Surroundings) -> Iterator[Finding]:
    if me.date is None:
        return
    off = abs(around.now() - me.date)
    if off > timedelta(seconds=30):
        yield Finding(
            off > timedelta(minutes=5),
            f"The clock of this machine is {in_words(off)} off Telegram's.",
            "Switch time synchronisation on (timedatectl set-ntp true); terms and reminders follow the clock.",
        )


def _groups(me: _Answer) -> Iterator[Finding]:
    if me.result.get("can_join_groups"):
        yield _warning(
            "The bot can be added to groups, where it only says that it works in private.",
            "Tell @BotFather: /setjoingroups, this bot, Disable.",
        )
    if me.result.get("can_read_all_group_messages"):
        yield _warning(
            "The bot may read everything in groups, and needs nothing of it.",
            "Tell @BotFather: /setprivacy, this bot, Enable.",
        )


def _webhook(settings: Settings, info: dict[str, Any], around: Surroundings) -> Iterator[Finding]:
    url = str(info.get("url") or "")
    host = urlsplit(url).hostname
    if settings.webhook_url is None and url:
        yield _error(
            f"Telegram brings the updates of this bot to {host}, and here WEBHOOK_URL is not set.",
            "Another installation uses the same token, or this one did. Stop the other; polling here, the bot "
            "removes the webhook at its start. One token is for one installation.",
        )
    elif settings.webhook_url is not None and url != settings.webhook_url:
        where = f"it brings them to {host}" if url else "there is no webhook"
        yield _error(
            f"Telegram does not bring updates to WEBHOOK_URL: {where}.",
            "The bot registers it at its start: start it. If it runs, another installation uses the token.",
        )
    failed_at = info.get("last_error_date")
    if url and failed_at and around.now() - datetime.fromtimestamp(failed_at, UTC) < timedelta(hours=1):
        reason = str(info.get("last_error_message", ""))
        yield _error(f"Telegram could not deliver to the webhook: {reason}.", _webhook_remedy(reason))
    waiting = int(info.get("pending_update_count") or 0)
    if waiting > 100:
        yield _warning(f"{waiting} updates wait at Telegram.", "Is the bot running? See /healthz and the log.")


def _webhook_remedy(reason: str) -> str:
    words = reason.casefold()
    if "certificate" in words or "ssl" in words:
        return "The certificate must be valid for the host name and come with its whole chain; Telegram checks it."
    if "403" in words or "forbidden" in words:
        return "WEBHOOK_SECRET differs from the one that was registered: restart all processes with the same one."
    return "Can the address be reached from outside, on port 443, 80, 88 or 8443? What does the balancer say?"


async def _other_poller(telegram: _Telegram, around: Surroundings) -> list[Finding]:
    """Ask for updates and keep none: whoever else polls breaks this off, or is broken off and comes back."""
    answer = await telegram.ask("getUpdates", timeout=around.poll_seconds, limit=1)
    if answer.status != 409:
        return []
    return [
        _error(
            "Another process polls Telegram with this token.",
            "Stop it: one token is for one installation. If you do not know it, somebody has your token: /revoke "
            "at @BotFather.",
        )
    ]


# ----------------------------------------------------------------------------------------------------- database


def _database(settings: Settings, around: Surroundings) -> tuple[bool, list[Finding]]:
    """Return whether a bot works on the database now, and what was found there."""
    url = engine_url(settings.database_url)
    found = list(_file_system(url, around))
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return False, [
            *found,
            _warning(
                f"There is no database at {url.database} yet.",
                "The first start makes it. If there should be one: is DATABASE_URL right, and the working directory?",
            ),
        ]
    engine = create_engine(settings.database_url)
    try:
        found += _tables(engine)
        with engine.connect() as connection:
            has_tables = sa.inspect(connection).has_table("data_key")
            if has_tables:
                found += [*_keys(connection, settings), *_files(connection, settings)]
            if engine.dialect.name == "postgresql":
                found += _durability(connection)
            return _is_running(connection, url), found
    except sa.exc.SQLAlchemyError as error:
        cause = type(getattr(error, "orig", None) or error).__name__
        where = url.host or url.query.get("host") or url.database
        return False, [
            *found,
            _error(
                f"The database at {where} cannot be used ({cause}).",
                "Does it run, may this machine reach it, and are user, password and name in DATABASE_URL right?",
            ),
        ]
    finally:
        engine.dispose()


def _tables(engine: sa.Engine) -> Iterator[Finding]:
    revision, newest = current_revision(engine), newest_revision()
    if revision is None:
        yield _warning("The database is empty.", "The first start makes the tables.")
    elif revision < newest:
        yield _warning(
            f"The tables are of revision {revision}; this version works with {newest}.",
            "Make a backup, then start the bot, which brings them up to date, or run: python -m bot migrate",
        )
    elif revision > newest:
        yield _error(
            f"The tables are of revision {revision}, newer than this program knows ({newest}).",
            "Install the version of Handvat that was here before, or a newer one.",
        )


def _keys(connection: sa.Connection, settings: Settings) -> Iterator[Finding]:
    ring = Keyring(settings.encryption_keys)
    rows = connection.execute(sa.select(data_key)).all()
    closed = [row for row in rows if not _opens(ring, row)]
    if closed:
        yield _error(
            f"{len(closed)} of {len(rows)} data keys do not open with HANDVAT_ENCRYPTION_KEY, and without them "
            "nobody can read what people wrote.",
            "Put the key back with which this database was made (with several: new,old).",
        )
    elif any(row.master_key != ring.current.id for row in rows):
        yield _warning(
            "Some data keys are wrapped with an older master key still.",
            "When every process has the new key in front: python -m bot rotate-keys",
        )


def _opens(ring: Keyring, row: Any) -> bool:
    master = ring.masters.get(row.master_key)
    try:
        return master is not None and bool(master.unwrap(row.wrapped, row.scope))
    except InvalidTag:
        return False


def _files(connection: sa.Connection, settings: Settings) -> Iterator[Finding]:
    newest = sa.select(stored_file.c.blob).where(stored_file.c.status == "stored").order_by(stored_file.c.id.desc())
    names = [name for name in connection.execute(newest.limit(200)).scalars() if name]
    missing = [name for name in names if not (settings.data_dir / "evidence" / name[:2] / name).is_file()]
    if missing:
        yield _error(
            f"{len(missing)} of the newest {len(names)} files of people are not below {settings.data_dir}.",
            "HANDVAT_DATA_DIR must be the same directory for all processes: a shared volume. If files were "
            "lost, a backup has them.",
        )


def _durability(connection: sa.Connection) -> Iterator[Finding]:
    for name, harm in (
        ("fsync", "a power cut can destroy the database"),
        ("full_page_writes", "a power cut can leave torn pages behind"),
        ("synchronous_commit", "a power cut loses the last answers of people"),
    ):
        if connection.exec_driver_sql(f"SHOW {name}").scalar() == "off":
            yield _error(
                f"PostgreSQL runs with {name} = off: {harm}.",
                f"Set {name} = on in postgresql.conf (or ALTER DATABASE/ROLE ... RESET {name}) and reload.",
            )


def _is_running(connection: sa.Connection, url: sa.URL) -> bool:
    """Say whether a bot works on this database, by the lock that it holds for as long as it lives."""
    if url.get_backend_name() == "postgresql":
        held = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7402 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(connection.exec_driver_sql(held).scalar())
    lock = Path(f"{url.database}.lock")
    if not lock.exists():
        return False
    with lock.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def _file_system(url: sa.URL, around: Surroundings) -> Iterator[Finding]:
    if url.get_backend_name() != "sqlite" or not url.database or not around.mounts.is_file():
        return
    path = Path(url.database).absolute()
    mounts = [line.split()[1:3] for line in around.mounts.read_text().splitlines() if len(line.split()) >= 3]
    above = [(Path(point), kind) for point, kind in mounts if path.is_relative_to(point)]
    kind = max(above, key=lambda mount: len(mount[0].parts), default=(Path("/"), ""))[1]
    if kind.startswith(_NETWORK_FILE_SYSTEMS):
        yield _error(
            f"The SQLite database is on a network file system ({kind}), where its locks cannot be trusted.",
            "Put it on a disk of this machine, or use PostgreSQL.",
        )


# --------------------------------------------------------------------------------------------------------- disk


def _data_directory(settings: Settings) -> Iterator[Finding]:
    existing = _existing(settings.data_dir)
    if settings.data_dir.exists() and not settings.data_dir.is_dir():
        yield _error(f"HANDVAT_DATA_DIR ({settings.data_dir}) is a file.", "Name a directory.")
        return
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        yield _error(
            f"The data directory {existing} cannot be written to ({error.strerror}).",
            f"Give it to the user that the bot runs as (chown), here user number {os.getuid()}; with systemd it "
            "belongs in ReadWritePaths.",
        )


def _disk(settings: Settings, around: Surroundings) -> Iterator[Finding]:
    url = engine_url(settings.database_url)
    places = [settings.data_dir]
    if url.get_backend_name() == "sqlite" and url.database:
        places.append(Path(url.database).parent)
    for place in dict.fromkeys(_existing(place) for place in places):
        free = around.free_bytes(place) // _MEGABYTE
        if free < 1000:
            yield Finding(
                free < 100,
                f"Only {free} MB are free at {place}.",
                "Make room or enlarge the disk: on a full one the bot waits, and people with it.",
            )


def _existing(path: Path) -> Path:
    """Return a directory, or the nearest above it that exists: the bot makes the rest."""
    path = path.absolute()
    return next(above for above in (path, *path.parents) if above.exists())


def _backups(settings: Settings, around: Surroundings) -> Iterator[Finding]:
    remedy = "Make one every night and try it: python -m bot backup DIRECTORY, python -m bot drill DIRECTORY"
    note = settings.data_dir / LAST_BACKUP
    try:
        made_at = datetime.fromisoformat(json.loads(note.read_bytes())["made_at"])
    except FileNotFoundError:
        yield _warning("No backup was ever made with `python -m bot backup`.", remedy)
        return
    except (OSError, KeyError, TypeError, ValueError):
        yield _warning(f"{note} cannot be read, so when the last backup was made is not known.", remedy)
        return
    age = around.now() - made_at
    if age > _OLD_BACKUP:
        yield _warning(f"The last backup is {in_words(age)} old.", remedy)
