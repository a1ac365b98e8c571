"""What a reminder about appeals says and where it leads; the heartbeat sends it, outside of any turn."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.kit import Button, Keyboard
from conversations.menu import RoleTap
from conversations.taps import way_back
from storage.appeal_interfaces import AppealNotice
from templates.appeal_screens import RemindAppeals
from templates.render import label


def reminder_screen(notices: Sequence[AppealNotice]) -> RemindAppeals:
    """Return what one person hears, the most urgent first."""
    found = sorted(notices, key=lambda notice: notice.days_left)
    return RemindAppeals(tuple((notice.organisation, notice.due, notice.days_left) for notice in found))


def reminder_keyboard(notices: Sequence[AppealNotice]) -> Keyboard:
    """Return the way to the role in which it was said."""
    return Keyboard.flow([Button(label("go_on"), RoleTap(notices[0].membership))]) + way_back(None)
