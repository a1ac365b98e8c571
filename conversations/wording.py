"""Official wording: an operator sends the file that they hold, looks at what was found, and shows or drops it.

    /normen, 📜 Officiële tekst -> WAITING -> a file -> (a job reads it) -> what was found -> shown or dropped

Nothing changes before somebody confirms, and what is shown can be withdrawn.
"""

from __future__ import annotations

from enum import StrEnum

from conversations.fallback import show_trouble
from conversations.kit import (
    Button,
    Conversation,
    Keyboard,
    MediaGiven,
    MediaKind,
    Tap,
    Turn,
    on_command,
    on_media,
    on_tap,
)
from conversations.taps import MenuTap, way_back
from domain.framework import Framework
from domain.norm_import import Doubt, Import
from storage.wording_interfaces import ForWhom, ShownWording, WordingId
from templates.common_screens import Trouble
from templates.render import label
from templates.screens import Screen
from templates.wording_screens import (
    DoubtfulNorm,
    ImportFailed,
    ReadingFile,
    ShowImport,
    ShowWording,
    WordingLine,
    WordingNews,
)

MAX_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot fetch
SHOWN_EXAMPLES = 3


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    WAITING = "waiting"


class WordingTap(Tap, frozen=True):
    """To the official wording, for an operator."""

    prefix = "ow"


class ShowImportTap(Tap, frozen=True):
    """Show what was read, to everybody or to one's own organisation."""

    prefix = "os"

    wording: WordingId
    whom: ForWhom


class DropImportTap(Tap, frozen=True):
    """Do not use what was read."""

    prefix = "od"


class WithdrawWordingTap(Tap, frozen=True):
    """Go back to our own words."""

    prefix = "ox"

    wording: WordingId


def open_wording(turn: Turn, _: object) -> State | None:
    """Show what is shown now."""
    if not turn.actor.is_operator:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    return show_wording(turn)


def show_wording(turn: Turn, news: WordingNews | None = None) -> State:
    """Show what is shown now, with what just happened on top."""
    shown = turn.work.wording(turn.actor).shown()
    lines = tuple(_line(turn.work.frameworks[item.framework], item) for item in shown)
    withdraw = [
        Button(label("withdraw_wording", str(number) if len(shown) > 1 else "het"), WithdrawWordingTap(item.id))
        for number, item in enumerate(shown, start=1)
    ]
    turn.show(ShowWording(lines, news), Keyboard.flow(withdraw) + way_back(MenuTap()))
    return State.WAITING


def _line(framework: Framework, item: ShownWording) -> WordingLine:
    total = len(framework.norms)
    return WordingLine(framework.short_name, item.whom.value, item.source, len(item.norms), total, item.since)


def take_file(turn: Turn, given: MediaGiven) -> State:
    """Have the file read outside the turn; what it holds comes as a message of its own."""
    if given.kind is not MediaKind.DOCUMENT or (given.size or 0) > MAX_BYTES:
        return show_wording(turn, WordingNews.TOO_LARGE if (given.size or 0) > MAX_BYTES else None)
    turn.job("read_norms", file=given.file_id, file_name=given.name)
    turn.show(ReadingFile(given.name), way_back(WordingTap()))
    return State.WAITING


def show_import(turn: Turn, tap: ShowImportTap) -> State:
    """Show the wording from now on; a second tap finds it shown already."""
    turn.work.wording(turn.actor).confirm(tap.wording, tap.whom, turn.now)
    return show_wording(turn, WordingNews.SHOWN)


def drop_import(turn: Turn, tap: DropImportTap) -> State | None:
    """Leave everything as it was."""
    if not turn.actor.is_operator:
        return open_wording(turn, tap)
    return show_wording(turn, WordingNews.DROPPED)


def withdraw(turn: Turn, tap: WithdrawWordingTap) -> State:
    """Go back to our own words."""
    turn.work.wording(turn.actor).withdraw(tap.wording, turn.now)
    return show_wording(turn, WordingNews.WITHDRAWN)


# ---------------------------------------------------------------------- what the job says about a file


def found_screen(name: str, framework: Framework, found: Import, organisation: str | None) -> Screen:
    """Return what was found, or that nothing was."""
    if not found.usable:
        return ImportFailed(name, "nothing_found")
    return ShowImport(
        name=name,
        framework=framework.short_name,
        usable=len(found.usable),
        total=len(framework.norms),
        doubtful=tuple(DoubtfulNorm(item.norm, item.doubts) for item in found.doubtful),
        missing=found.missing,
        guessed=tuple(item.norm for item in found.usable if Doubt.HYPHEN in item.doubts),
        differing=tuple(item.norm for item in found.usable if item.differing),
        with_questions=sum(bool(item.questions) for item in found.usable),
        with_examples=sum(bool(item.examples) for item in found.usable),
        examples=found.usable[:SHOWN_EXAMPLES],
        organisation=organisation,
    )


def found_keyboard(wording: WordingId, *, has_organisation: bool) -> Keyboard:
    """For one's own organisation where there is one, for everybody, or not at all."""
    whom = ((ForWhom.ORGANISATION,) if has_organisation else ()) + (ForWhom.EVERYBODY,)
    buttons = [Button(label("show_import", choice), ShowImportTap(wording, choice)) for choice in whom]
    return Keyboard.flow(buttons, [Button(label("drop_import"), DropImportTap())])


WORDING = Conversation(
    name="wording",
    entry_points=[
        on_command("normen", open_wording),
        on_tap(WordingTap, open_wording),
        on_tap(ShowImportTap, show_import),
        on_tap(DropImportTap, drop_import),
        on_tap(WithdrawWordingTap, withdraw),
    ],
    states={State.WAITING: [on_media(take_file)]},
)

CONVERSATIONS = (WORDING,)
