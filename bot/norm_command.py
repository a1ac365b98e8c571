"""`python -m bot import-norms FILE`: read official wording from a file, show what was found, and store it.

Nothing is stored before somebody says yes (or passes --yes), and --withdraw goes back to our own wording.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from bot import settings
from bot.clock import Clock
from bot.imports import source_line
from bot.norm_files import UnreadableFile, read_text
from domain.framework import Framework
from domain.norm_import import Doubt, Import, find_official_wording
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.official import SqlWording
from storage.sql.work import SqlWork

_YES = frozenset({"j", "ja", "y", "yes"})


def import_norms(
    file: str | None,
    *,
    withdraw: bool = False,
    organisation: int | None = None,
    is_confirmed: bool = False,
    ask: Callable[[str], str] = input,
) -> int:
    """Import or withdraw, and return the exit code.

    Raises:
        SettingsError: nobody is named who answers for it, or the file is missing.
    """
    from bot.app import open_database

    configured = settings.read()
    if not configured.operators:
        raise settings.SettingsError("import-norms needs HANDVAT_ADMINS: whoever answers for the copy that is used")
    if file is None and not withdraw:
        raise settings.SettingsError("import-norms needs a file. Example: python -m bot import-norms handboek.pdf")
    clock = Clock(configured.clock_url)
    database = open_database(configured, clock)
    try:
        framework = next(iter(database.frameworks.values()))
        if withdraw:
            with database.begin() as work:
                return _withdraw(_wording(work, configured.operators[0], clock), organisation, clock)
        found = _read(Path(file or ""), framework)
        if found is None or not found.usable:
            return 1
        if not (is_confirmed or ask(_question(organisation)).strip().casefold() in _YES):
            print("Nothing was changed.")  # noqa: T201
            return 0
        with database.begin() as work:
            store, now = _wording(work, configured.operators[0], clock), clock.now()
            proposed = store.propose(found, framework.id, source_line(Path(file or "").name, framework, now), now)
            if organisation is not None and not _exists(work, organisation):
                raise settings.SettingsError(f"there is no organisation {organisation}")
            store.show(proposed, organisation, now)
        print(f"{len(found.usable)} norms are shown from now on. Back: python -m bot import-norms --withdraw")  # noqa: T201
        return 0
    finally:
        database.close()


def _wording(work: SqlWork, operator: int, clock: Clock) -> SqlWording:
    return work.wording(ensure_persons(work, {operator: "Handvat"}, clock.now())[operator])


def _exists(work: SqlWork, organisation: int) -> bool:
    query = sa.select(t.organisation.c.id).where(
        t.organisation.c.id == organisation, t.organisation.c.erased_at.is_(None)
    )
    return work.execute(query).first() is not None


def _withdraw(store: SqlWording, organisation: int | None, clock: Clock) -> int:
    count = store.withdraw_all(organisation, clock.now())
    print("Our own wording is shown again." if count else "There was nothing to withdraw.")  # noqa: T201
    return 0


def _question(organisation: int | None) -> str:
    whom = "everybody on this installation" if organisation is None else f"organisation {organisation}"
    return f"Show this to {whom}? Only with a copy that they may use. [y/N] "


def _read(path: Path, framework: Framework) -> Import | None:
    """Return what a file holds after printing it; None when it cannot be read."""
    try:
        found = find_official_wording(read_text(path.read_bytes()), framework)
    except OSError as error:
        print(f"{path}: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return None
    except UnreadableFile as error:
        print(f"{path}: no text could be read ({error.problem.value}).", file=sys.stderr)  # noqa: T201
        return None
    for line in report_lines(found, framework):
        print(line)  # noqa: T201
    return found


def report_lines(found: Import, framework: Framework) -> list[str]:
    """Return what was found as lines: every norm with its text, then what keeps our wording and why."""
    lines = [f"{len(found.usable)} of {len(framework.norms)} norms of {framework.name}"]
    lines += [f"{item.norm:4} {item.layout.value:17} {_marks(item.doubts)}{item.text}" for item in found.usable]
    if found.doubtful:
        lines.append("Doubtful, our own wording stays:")
        lines += [f"{item.norm:4} {', '.join(doubt.value for doubt in item.doubts)}" for item in found.doubtful]
    if found.missing:
        lines.append(f"Not found, our own wording stays: {', '.join(found.missing)}")
    differing = [item.norm for item in found.usable if item.differing]
    if differing:
        lines.append(f"Worded differently elsewhere in this document: {', '.join(differing)}")
    return lines


def _marks(doubts: tuple[Doubt, ...]) -> str:
    return "(look at the hyphen) " if Doubt.HYPHEN in doubts else ""
