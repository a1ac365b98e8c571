"""The commands of whoever looks after an installation; what they say is English and for one person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bot import settings

COMMANDS: Final = ("backup", "restore", "drill", "rotate-keys", "doctor")


def run(command: str, name: str | None) -> int:
    """Run one command and return its exit code.

    Raises:
        SettingsError: a variable is missing, or what the command needs to know.
    """
    if command == "doctor":
        return _doctor()
    configured = settings.read()
    if command == "rotate-keys":
        return _rotate(configured)
    return _with_backup(configured, command, name)


def _with_backup(configured: settings.Settings, command: str, name: str | None) -> int:
    from bot import backup  # late: who runs the bot needs none of it in memory

    if not name:
        raise settings.SettingsError(f"{command} needs a directory. Example: python -m bot {command} /backup/handvat-1")
    act = backup.COMMANDS[command]
    try:
        said = act(configured.database_url, configured.encryption_keys, configured.data_dir, Path(name))
    except backup.BackupError as error:
        print(f"{command} failed: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(said)  # noqa: T201
    return 0


def drill_log(base: str | None, archive: str | None, until: str | None) -> int:
    """Rehearse going back to a moment with PostgreSQL's own log, and return the exit code.

    Raises:
        SettingsError: a variable is missing, or what the command needs to know.
    """
    from datetime import UTC, datetime

    from bot import recovery
    from bot.backup import BackupError

    if not (base and archive and until):
        raise settings.SettingsError(
            "drill-wal needs a base backup, the archive and a moment. "
            "Example: python -m bot drill-wal /backup/base /backup/wal --until 2026-11-21T14:30:05+01:00"
        )
    configured = settings.read()
    try:
        said = recovery.run(
            base, archive, until, configured.database_url, configured.encryption_keys, datetime.now(UTC)
        )
    except BackupError as error:
        print(f"drill-wal failed: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(said)  # noqa: T201
    return 0


def _rotate(configured: settings.Settings) -> int:
    from storage.sql.database import create_engine
    from storage.sql.rotation import rotate
    from storage.sql.vault import Keyring, Unreadable

    engine = create_engine(configured.database_url)
    try:
        done = rotate(engine, Keyring(configured.encryption_keys))
    except Unreadable as error:
        print(f"rotate-keys failed, and nothing was changed: {error}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        engine.dispose()
    print(  # noqa: T201
        f"{done.rewrapped} data keys were wrapped anew, {done.kept} were wrapped with the first key already. "
        "The other keys can leave HANDVAT_ENCRYPTION_KEY; keep them with the backups of their time."
    )
    return 0


def _doctor() -> int:
    from bot.doctor import Finding, examine

    try:
        found = examine(settings.read())
    except settings.SettingsError as error:
        found = [Finding(True, str(error), "Set it in the environment of the bot, such as /etc/handvat.env.")]
    for finding in found:
        print(f"{'ERROR' if finding.is_error else 'warning'}: {finding.what}\n    {finding.remedy}")  # noqa: T201
    errors = sum(finding.is_error for finding in found)
    print(f"{errors} errors, {len(found) - errors} warnings." if found else "Nothing is wrong.")  # noqa: T201
    return 1 if errors else 0
