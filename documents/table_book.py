"""A workbook of plain tables, to sort and filter; text stays text."""

from __future__ import annotations

import io
import math
from datetime import UTC

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from documents.cells import head, remark_style, style, write
from documents.plain_text import clean, one_line
from documents.table_data import Table, TableBook

_LINE_HEIGHT = 13.5
_PADDING = 8
_TALLEST = 400.0  # Excel stops at 409 points
_LONGEST_NAME = 31  # of a sheet
_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def render_book(book: TableBook) -> bytes:
    """Return the tables as a .xlsx file."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for table in book.tables:
        _fill(_sheet(workbook, table), table)
    properties = workbook.properties
    properties.title, properties.language = one_line(book.title), "nl-NL"
    properties.creator = properties.lastModifiedBy = one_line(book.owner)
    # openpyxl writes moments without a zone and means UTC.
    properties.created = properties.modified = book.made_at.astimezone(UTC).replace(tzinfo=None)
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def _sheet(workbook: Workbook, table: Table) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(one_line(table.name).translate(_FORBIDDEN)[:_LONGEST_NAME])
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    return sheet


def _fill(sheet: Worksheet, table: Table) -> None:
    for number, (label, width) in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        head(sheet.cell(1, number), label)
    sheet.row_dimensions[1].height = 32
    for row, values in enumerate(table.rows, 2):
        lines = 1
        for column, value in enumerate(values, 1):
            shown = clean(value) if isinstance(value, str) else value
            write(sheet.cell(row, column), shown, style(None, is_key=column == 1))
            if isinstance(shown, str):
                lines = max(lines, _lines(shown, table.columns[column - 1][1]))
        sheet.row_dimensions[row].height = min(_TALLEST, _PADDING + _LINE_HEIGHT * lines)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{max(1, len(table.rows) + 1)}"
    sheet.freeze_panes, sheet.print_title_rows = "B2", "1:1"
    _add_notes(sheet, table)


def _add_notes(sheet: Worksheet, table: Table) -> None:
    width = sum(width for _, width in table.columns)
    for row, note in enumerate(table.notes, len(table.rows) + 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(table.columns))
        write(sheet.cell(row, 1), clean(note), remark_style())
        sheet.row_dimensions[row].height = _PADDING + _LINE_HEIGHT * _lines(note, width)


def _lines(text: str, width: int) -> int:
    return sum(max(1, math.ceil(len(line) * 0.92 / max(1, width - 2))) for line in text.split("\n"))
