"""`python -m demo.bot`: the bot of a demo; the first time it begins with a town in its database.

The town is made in a file beside it that gets its name when it is whole, so a demo that is stopped halfway begins anew.
"""

from __future__ import annotations

import gc
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from bot.settings import Settings

_UNFINISHED = ("", "-wal", "-shm", "-journal")


def prepare(settings: Settings, database: Path, now: datetime) -> bool:
    """Make the database of a new demo; say whether it had to be made."""
    from bot.app import open_database
    from bot.clock import Clock
    from demo.town import build
    from storage.audit_content import load_audit_rules

    if database.exists():
        return False
    new = database.with_name(f"{database.name}.new")
    for ending in _UNFINISHED:
        new.with_name(new.name + ending).unlink(missing_ok=True)
    opened = open_database(replace(settings, database_url=f"sqlite:///{new}"), Clock())
    try:
        build(opened, load_audit_rules(), now)
    finally:
        opened.close()
    new.rename(database)
    return True


def main() -> int:
    """Make the town if need be, and run the bot."""
    from bot import command_line, settings
    from bot.clock import Clock

    chosen = settings.read()
    prepare(chosen, chosen.data_dir / "handvat.db", Clock().now())
    return command_line.main(["run"])


if __name__ == "__main__":
    gc.disable()  # as in bot/__main__.py; the command line turns it on again
    raise SystemExit(main())
