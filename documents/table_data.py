"""What a workbook of tables and a picture of bars are made from, apart so that the bot need not load what draws them.

Frozen and picklable: they are made in another process. Texts are plain; a `Bar` without segments is not to be shown.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

Cell = str | int | float | date | None


class Table(Struct, frozen=True):
    """One sheet: the columns with their label and width in characters, the rows, and what has to be said below."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


class TableBook(Struct, frozen=True):
    """A workbook of tables; `made_at` is aware."""

    file: str
    title: str
    owner: str
    tables: tuple[Table, ...]
    made_at: datetime


class Bar(Struct, frozen=True):
    """One line of the picture: a label, how many of each kind in the order of the legend, and a text at its end."""

    label: str
    counts: tuple[int, ...]
    text: str


class BarGroup(Struct, frozen=True):
    """Bars that belong together."""

    title: str
    bars: tuple[Bar, ...]


class BarPicture(Struct, frozen=True):
    """A picture of bars; `legend` names the kinds with their colour and the colour of a number on it."""

    file: str
    kind: str
    title: str
    made_on: date
    lead: str
    legend: tuple[tuple[str, str, str], ...]
    groups: tuple[BarGroup, ...]
    notes: tuple[str, ...]
