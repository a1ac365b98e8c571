"""Help and stopping: short, for the current role, and without losing anybody's place.

/help -> the help; whoever was halfway a question can still answer it
/stop -> STOPPED: the conversation is closed, everything is kept
"""

from __future__ import annotations

from enum import StrEnum

from conversations.kit import Button, Conversation, Keyboard, Turn, on_command, on_tap
from conversations.taps import HelpTap, MenuTap, PrivacyTap, SettingsTap, way_back
from templates.people_screens import ShowHelp, Stopped
from templates.render import label


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    STOPPED = "stopped"


def show_help(turn: Turn, _: object) -> None:
    """Show the help of the current role; the place somebody was at stays."""
    settings = Button(label("menu_settings"), SettingsTap()) if turn.actor.role else None
    privacy = Button(label("menu_privacy"), PrivacyTap())
    turn.show(ShowHelp(turn.actor.role), Keyboard.flow([privacy, settings]) + way_back(MenuTap()))


def stop(turn: Turn, _: object) -> State:
    """Close the conversation; nothing is lost."""
    turn.show(Stopped(), way_back(None))
    return State.STOPPED


HELP = Conversation(
    name="help",
    entry_points=[on_command("help", show_help), on_command("stop", stop), on_tap(HelpTap, show_help)],
    states={State.STOPPED: []},
)

CONVERSATIONS = (HELP,)
