"""What a calendar file is made of; apart from the library, so that the bot itself stays small."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class CalendarEntry(Struct, frozen=True):
    """One day in a calendar; `identity` names the term for ever, whatever day it moves to."""

    identity: str
    on: date
    title: str
    organisation: str
    explanation: str
    is_done: bool


class CalendarReport(Struct, frozen=True):
    """What goes into a calendar file; `organisation` is None for everything of one person."""

    organisation: str | None
    entries: tuple[CalendarEntry, ...]
    made_at: datetime
