"""What the picture of a process is made of; apart from typst, so that the bot itself stays small."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from domain.deadlines import TermState
from domain.process import Party


class TimelineRow(Struct, frozen=True):
    """One step: the day on which it was done or is due (None without one), and whose turn it is."""

    title: str
    party: Party
    state: TermState
    on: date | None
    is_next: bool


class TimelineReport(Struct, frozen=True):
    """The process of one audit, in the order of its steps."""

    organisation: str
    process: str
    rows: tuple[TimelineRow, ...]
    made_on: date
