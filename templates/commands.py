"""The command menu of Telegram per role: which commands there are, and what they say they do."""

from __future__ import annotations

from html import unescape

from templates.people_screens import CommandMenu
from templates.render import render

#: What `role` says of somebody without one.
NEWCOMER = "newcomer"


def commands_for(role: str | None) -> tuple[tuple[str, str], ...]:
    """Return name and Dutch description of every command of a role, in order; None or `NEWCOMER` for no role."""
    lines = unescape(render(CommandMenu(role or NEWCOMER))).splitlines()
    return tuple((name, description) for name, _, description in (line.partition(" - ") for line in lines) if name)
