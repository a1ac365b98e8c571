"""Official wording from a file: what is proposed to whoever sent it, and how its source is named."""

from __future__ import annotations

from datetime import datetime

from bot.norm_files import FileProblem
from conversations.kit import Keyboard
from conversations.taps import way_back
from conversations.wording import WordingTap, found_keyboard, found_screen
from domain.framework import Framework
from domain.norm_import import Import
from storage.sql.work import SqlWork
from templates.render import full_date
from templates.screens import Screen
from templates.wording_screens import ImportFailed


def propose(
    work: SqlWork, *, chat: int, name: str, framework: Framework, read: Import | FileProblem, now: datetime
) -> tuple[Screen, Keyboard]:
    """Keep what was read as a proposal and return what to show for it. Raises NotAllowed."""
    if isinstance(read, FileProblem):
        return ImportFailed(name, read.value), way_back(WordingTap())
    actor = work.actor(chat)
    organisation = actor.organisation.name if actor.organisation else None
    screen = found_screen(name, framework, read, organisation)
    if not read.usable:
        return screen, way_back(WordingTap())
    wording = work.wording(actor).propose(read, framework.id, source_line(name, framework, now), now)
    return screen, found_keyboard(wording, has_organisation=organisation is not None)


def source_line(name: str, framework: Framework, now: datetime) -> str:
    """Return where the text comes from and whose it is, as it stands below every norm."""
    return f"© {framework.owner} · {name}, {full_date(now)}"
