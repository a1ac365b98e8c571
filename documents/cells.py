"""Cells of a workbook: text is stored as text, so that a value that starts with "=" is shown and never calculated."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any, Literal

from msgspec import Struct
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from documents import palette
from documents.palette import SWATCHES
from domain.verdicts import Verdict

Value = str | int | float | date | None
Stands = Literal["top", "center"]

_FONT = "Calibri"
_DATE_FORMAT = "[$-413]d mmm yyyy"  # 413: Dutch names of months, whatever the language of Excel
#: Excel reads "_x0041_" in a text as an encoded "A"; encoding its "_" keeps the text as it was typed.
_LOOKS_ENCODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Style(Struct, frozen=True):
    """What a cell looks like; text wraps, and in a high row it stands at the top, like paragraphs."""

    font: Font | None = None
    fill: PatternFill | None = None
    border: Border | None = None
    stands: Stands = "center"


def write(cell: Cell | Any, value: Value, look: Style) -> None:
    """Put a value in a cell, text always as text: openpyxl would make a formula of "=1+1"."""
    if isinstance(value, str):
        cell.value = _LOOKS_ENCODED.sub("_x005F_", value)
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value
        cell.number_format = _DATE_FORMAT if isinstance(value, date) else "General"
    cell.font = look.font or font()
    cell.alignment = _alignment(look.stands, is_text=isinstance(value, str))
    if look.fill:
        cell.fill = look.fill
    if look.border:
        cell.border = look.border


def head(cell: Cell | Any, label: str) -> None:
    """Put a label in the header of a column."""
    write(cell, label, Style(font=font(bold=True, colour=palette.SURFACE), fill=_fill(palette.ACCENT), stands="center"))


@cache
def style(verdict: Verdict | None, *, is_key: bool = False, stands: Stands = "center") -> Style:
    """Return how a cell of a list looks, in the colours of a verdict if it has one."""
    if verdict is None:
        return Style(font=font(bold=is_key), border=line(), stands=stands)
    swatch = SWATCHES[verdict]
    return Style(font(bold=True, colour=swatch.ink), _fill(swatch.tint), line(), stands)


@cache
def remark_style() -> Style:
    """Return how a remark looks that stands where rows would."""
    return Style(font=Font(name=_FONT, size=10, italic=True, color=_argb(palette.MUTED)))


@cache
def font(*, size: int = 10, bold: bool = False, colour: str = palette.INK) -> Font:
    """Return the font of the workbooks."""
    return Font(name=_FONT, size=size, bold=bold, color=_argb(colour))


@cache
def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=_argb(colour))


@cache
def line() -> Border:
    """Return the line below a row."""
    return Border(bottom=Side("thin", color=_argb(palette.LINE)))


@cache
def _alignment(stands: Stands, *, is_text: bool) -> Alignment:
    return Alignment(horizontal="left", vertical=stands, wrap_text=is_text, indent=1)


def _argb(colour: str) -> str:
    return "FF" + colour.lstrip("#")
