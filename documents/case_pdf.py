"""Cases to learn from as PDF, without names: the same fields as the Word document, to hand round on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from documents import words
from documents.case_data import CaseReport, Value, file_name, subtitle, title, values_of, warning
from documents.pdf import typeset
from domain.cases import CaseRow, RegisterColumn


def render_case_pdf(report: CaseReport) -> tuple[str, bytes]:
    """Return the file name and the PDF file."""
    return file_name(report, "pdf"), typeset("cases.typ", view_of(report), report.made_at)


def view_of(report: CaseReport) -> dict[str, Any]:
    """Return every text of the document, in its order."""
    return {
        "title": title(report),
        "subtitle": subtitle(report),
        "warning": warning(report),
        "empty": "" if report.rows else words.text("cases.empty"),
        "page": words.text("cases.page"),
        "of": words.text("cases.of"),
        "cases": [_case(report, row) for row in report.rows],
    }


def _case(report: CaseReport, row: CaseRow) -> dict[str, Any]:
    kind, values = words.text(f"cases.kinds.{row.kind}"), values_of(report, row)
    labels = {column: label for column, label in report.columns if column is not RegisterColumn.KIND}
    return {
        "name": f"{row.number} · {kind}",
        "fields": [
            {"label": label, "lines": _written(values[column]).split("\n")}
            for column, label in labels.items()
            if values[column]
        ],
    }


def _written(value: Value) -> str:
    return words.long_date(value) if isinstance(value, date) else value or ""
