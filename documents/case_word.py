"""The casusregister as a Word document: what the period comes to first, then every case with its fields.

It is built from paragraphs and tables, not filled in: whatever people typed is never read as a template.
"""

from __future__ import annotations

import io
from datetime import UTC, date
from typing import Any

from docx.document import Document
from docx.shared import Pt, RGBColor

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
from documents.plain_text import one_line
from documents.word_parts import LANGUAGE, TEXT_WIDTH, new_document
from domain.cases import CaseRow, RegisterColumn

_LABEL_WIDTH = 2600  # in twentieths of a point, like TEXT_WIDTH


def render_case_word(report: CaseReport) -> tuple[str, bytes]:
    """Return the file name and the .docx file."""
    document = new_document()
    _paragraph(document, title(report), "Title")
    if not report.is_anonymous:
        _paragraph(document, one_line(report.organisation), "Normal", is_bold=True)
    _paragraph(document, subtitle(report), "Normal")
    _paragraph(document, warning(report), "Normal", ink=palette.MUTED)
    _paragraph(document, review_title(report), "Heading 1")
    _table(document, review_lines(report))
    found = measures(report)
    if found:
        _paragraph(document, words.text("cases.review.measures"), "Heading 2")
    for text in found:
        _paragraph(document, f"• {text}", "Normal")
    _paragraph(document, words.text("cases.sheet"), "Heading 1")
    if not report.rows:
        _paragraph(document, words.text("cases.empty"), "Normal")
    for row in report.rows:
        _case(document, report, row)
    return file_name(report, "docx"), _saved(document, report)


def _case(document: Document, report: CaseReport, row: CaseRow) -> None:
    """Write one case: a heading, and a line for every field that says something."""
    kind = words.text(f"cases.kinds.{row.kind}")
    _paragraph(document, f"{row.number} · {kind}", "Heading 2")
    values, above = values_of(report, row), (RegisterColumn.NUMBER, RegisterColumn.KIND)
    labels = {column: label for column, label in report.columns if column not in above}
    _table(document, [(label, _written(values[column])) for column, label in labels.items() if values[column]])


def _written(value: Value) -> str:
    return words.long_date(value) if isinstance(value, date) else value or ""


def _paragraph(document: Document, text: str, style: str, *, is_bold: bool = False, ink: str = "") -> None:
    run = document.add_paragraph(style=style).add_run(text)
    run.bold = is_bold or None
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink.lstrip("#"))


def _table(document: Document, lines: list[tuple[str, str]]) -> None:
    """Write labels with their values; a label stays on the page of its value as far as that fits."""
    if not lines:
        return
    table: Any = document.add_table(rows=0, cols=2)
    table.autofit = False
    widths = [Pt(width / 20) for width in (_LABEL_WIDTH, TEXT_WIDTH - _LABEL_WIDTH)]
    for column, width in zip(table.columns, widths, strict=True):  # LibreOffice reads these, Word those of the cells
        column.width = width
    for label, value in lines:
        cells = table.add_row().cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
        cells[0].paragraphs[0].add_run(label).bold = True
        for number, line in enumerate(value.split("\n")):
            paragraph = cells[1].paragraphs[0] if number == 0 else cells[1].add_paragraph()
            paragraph.add_run(line)
    document.add_paragraph()


def _saved(document: Document, report: CaseReport) -> bytes:
    properties = document.core_properties
    properties.title, properties.language = title(report), LANGUAGE
    properties.author = properties.last_modified_by = "" if report.is_anonymous else one_line(report.organisation)[:255]
    properties.created = properties.modified = report.made_at.astimezone(UTC)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
