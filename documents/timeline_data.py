"""What the picture of a process is made of; apart from typst, so that the bot itself stays small."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.deadlines import TermState
from domain.process import Party


@dataclass(frozen=True)
class TimelineRow:
    """One step: the day on which it was done or is due (None without one), and whose turn it is."""

    title: str
    party: Party
    state: TermState
    on: date | None
    is_next: bool


@dataclass(frozen=True)
class TimelineReport:
    """The process of one audit, in the order of its steps."""

    organisation: str
    process: str
    rows: tuple[TimelineRow, ...]
    made_on: date
