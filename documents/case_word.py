"""The casusregister as a Word document: what the period comes to first, then every case with its fields.

It is built from paragraphs and tables, not filled in: whatever people typed is never read as a template.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date
from xml.sax.saxutils import escape

from documents import words
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
from documents.word_parts import LANGUAGE, MUTED, TEXT_WIDTH, cell, fill_body, new_document, p, row, run, table
from domain.cases import CaseRow, RegisterColumn

_LABEL_WIDTH = 2600  # in twentieths of a point, like TEXT_WIDTH
_CLOSE = '<w:spacing w:before="0" w:after="0"/>'


def render_case_word(report: CaseReport) -> tuple[str, bytes]:
    """Return the file name and the .docx file."""
    document = new_document()
    fill_body(document, _body(report))
    properties = document.core_properties
    properties.title, properties.language = title(report), LANGUAGE
    properties.author = properties.last_modified_by = "" if report.is_anonymous else one_line(report.organisation)[:255]
    properties.created = properties.modified = report.made_at.astimezone(UTC)
    made = io.BytesIO()
    document.save(made)
    return file_name(report, "docx"), made.getvalue()


def _body(report: CaseReport) -> Iterator[str]:
    yield p("Title", run(escape(title(report))))
    if not report.is_anonymous:
        yield p("Normal", run(escape(one_line(report.organisation)), bold=True))
    yield p("Normal", run(escape(subtitle(report))))
    yield p("Normal", run(escape(warning(report)), ink=MUTED))
    yield p("Heading 1", run(escape(review_title(report))))
    yield from _table(review_lines(report), review_title(report))
    found = measures(report)
    if found:
        yield p("Heading 2", run(escape(words.text("cases.review.measures"))))
    for text in found:
        yield p("Normal", run(escape(f"• {text}")))
    yield p("Heading 1", run(escape(words.text("cases.sheet"))))
    if not report.rows:
        yield p("Normal", run(escape(words.text("cases.empty"))))
    for case in report.rows:
        yield from _case(report, case)


def _case(report: CaseReport, case: CaseRow) -> Iterator[str]:
    """Write one case: a heading, and a line for every field that says something."""
    name = f"{case.number} · {words.text(f'cases.kinds.{case.kind}')}"
    yield p("Heading 2", run(escape(name)))
    values, above = values_of(report, case), (RegisterColumn.NUMBER, RegisterColumn.KIND)
    labels = {column: label for column, label in report.columns if column not in above}
    yield from _table([(label, _written(values[column])) for column, label in labels.items() if values[column]], name)


def _written(value: Value) -> str:
    return words.long_date(value) if isinstance(value, date) else value or ""


def _table(lines: list[tuple[str, str]], caption: str) -> Iterator[str]:
    """Write labels with their values; a label stays on the page of its value as far as that fits."""
    if not lines:
        return
    widths = (_LABEL_WIDTH, TEXT_WIDTH - _LABEL_WIDTH)
    rows = [
        row(
            [
                cell(widths[0], p("Normal", run(escape(label), bold=True), more=_CLOSE)),
                cell(widths[1], *(p("Normal", run(escape(line)), more=_CLOSE) for line in value.split("\n"))),
            ],
            more="",
        )
        for label, value in lines
    ]
    yield table(widths, rows, caption=escape(caption, {'"': "&quot;"}))
    yield p("Normal")
