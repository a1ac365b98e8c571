"""What a reminder of a case says; the heartbeat sends it, outside of any turn, in the role that it is for."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.case_taps import CaseTap
from conversations.kit import Button, Keyboard
from conversations.taps import way_back
from storage.complaint_interfaces import CaseNotice
from templates.case_screens import CaseReminder, RemindCases

_MAX_BUTTONS = 8


def reminder_screen(notices: Sequence[CaseNotice]) -> RemindCases:
    """Return what one person hears: a line per case, the most urgent first."""
    return RemindCases(
        tuple(
            CaseReminder(one.number, one.is_deciding, one.ends_at, one.due, one.hours_left, one.days_left)
            for one in in_order(notices)
        )
    )


def reminder_keyboard(notices: Sequence[CaseNotice]) -> Keyboard:
    """Return a button to each case."""
    buttons = [Button(f"📂 {one.number}", CaseTap(one.complaint, one.membership)) for one in in_order(notices)]
    return Keyboard.flow(buttons[:_MAX_BUTTONS]) + way_back(None)


def in_order(notices: Sequence[CaseNotice]) -> list[CaseNotice]:
    """Return what falls due first first; the hours before the days of the same day."""
    return sorted(notices, key=lambda one: (one.due, not one.is_deciding, one.complaint))
