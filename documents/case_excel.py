"""The casusregister as a workbook to sort and filter, with what the period comes to on a sheet of its own.

Whatever people typed is stored as text: a value that starts with "=" is shown and never calculated.
"""

from __future__ import annotations

import io
import math
import re
from datetime import UTC, date
from functools import cache
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from documents import palette, words
from documents.case_data import (
    CaseReport,
    Value,
    file_name,
    measures,
    review_lines,
    review_title,
    subtitle,
    title,
    values_of,
    warning,
)
from documents.cells import font, line
from documents.plain_text import one_line

_LONGEST_CELL = 32_000  # Excel stops at 32,767 signs
_LINE_HEIGHT, _TALLEST = 13.5, 400.0
_DATE_FORMAT = "[$-413]d mmm yyyy"  # 413: Dutch names of months, whatever the language of Excel
#: Excel reads "_x0041_" in a text as an encoded "A"; encoding its "_" keeps the text as it was typed.
_LOOKS_ENCODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def render_case_excel(report: CaseReport) -> tuple[str, bytes]:
    """Return the file name and the .xlsx file."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _fill_cases(_sheet(workbook, words.text("cases.sheet")), report)
    _fill_review(_sheet(workbook, words.text("cases.review_sheet")), report)
    properties = workbook.properties
    properties.title, properties.language = title(report), "nl-NL"
    properties.creator = properties.lastModifiedBy = "" if report.is_anonymous else one_line(report.organisation)
    properties.created = properties.modified = report.made_at.astimezone(UTC).replace(tzinfo=None)
    made = io.BytesIO()
    workbook.save(made)
    return file_name(report, "xlsx"), made.getvalue()


def _sheet(workbook: Workbook, name: str) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(name)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet


def _fill_cases(sheet: Worksheet, report: CaseReport) -> None:
    widths: dict[str, int] = words.entry("cases.widths")
    for place, (column, label) in enumerate(report.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = widths[column]
        _head(sheet.cell(1, place), label)
    sheet.row_dimensions[1].height = 32
    for number, row in enumerate(report.rows, 2):
        values = values_of(report, row)
        lines = 1
        for place, (column, _) in enumerate(report.columns, 1):
            _write(sheet.cell(number, place), values[column])
            lines = max(lines, _lines(values[column], widths[column]))
        sheet.row_dimensions[number].height = min(_TALLEST, 8 + _LINE_HEIGHT * lines)
    if not report.rows:
        _write(sheet.cell(2, 1), words.text("cases.empty"))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(report.columns))}{max(1, len(report.rows) + 1)}"
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"


def _fill_review(sheet: Worksheet, report: CaseReport) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 60
    for row, text in enumerate((title(report), subtitle(report), warning(report), review_title(report)), 1):
        _write(sheet.cell(row, 1), text, is_bold=row in (1, 4), wraps=False)
    row = 5
    for label, value in review_lines(report):
        _write(sheet.cell(row, 1), label)
        _write(sheet.cell(row, 2), value)
        row += 1
    found = measures(report)
    if found:
        _write(sheet.cell(row, 1), words.text("cases.review.measures"), is_bold=True)
    for text in found:
        _write(sheet.cell(row, 2), text)
        row += 1


def _head(cell: Any, label: str) -> None:
    _write(cell, label, is_bold=True)
    cell.font = font(bold=True, colour=palette.SURFACE)
    cell.fill = _head_fill()


def _write(cell: Any, value: Value, *, is_bold: bool = False, wraps: bool = True) -> None:
    """Put a value in a cell, text always as text: openpyxl would make a formula of "=1+1"."""
    if isinstance(value, str):
        cell.value = _LOOKS_ENCODED.sub("_x005F_", value[:_LONGEST_CELL])
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value
        cell.number_format = _DATE_FORMAT if isinstance(value, date) else "General"
    cell.font = font(bold=is_bold)
    cell.alignment = _alignment(wraps=wraps and isinstance(value, str))
    cell.border = line()


@cache
def _alignment(*, wraps: bool) -> Alignment:
    return Alignment(horizontal="left", vertical="top", wrap_text=wraps)


@cache
def _head_fill() -> PatternFill:
    return PatternFill("solid", start_color=_argb(palette.ACCENT))


def _lines(value: Value, width: int) -> int:
    text = value if isinstance(value, str) else ""
    return sum(max(1, math.ceil(len(line) * 0.92 / max(1, width - 2))) for line in text.split("\n"))


def _argb(colour: str) -> str:
    return "FF" + colour.lstrip("#")
