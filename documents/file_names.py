"""How the documents are called when they arrive on somebody's phone or computer."""

from __future__ import annotations

from enum import StrEnum

from documents import words
from documents.plain_text import file_stem
from documents.report_data import SelfEvaluationReport

_LONGEST_NAME = 80


class DocumentKind(StrEnum):
    """The documents of a self-evaluation; the values are the extensions."""

    WORD = "docx"
    PDF = "pdf"
    EXCEL = "xlsx"
    SCORECARD = "png"


def file_name(report: SelfEvaluationReport, kind: DocumentKind) -> str:
    """Return a name such as "Zelfevaluatie Welzijn Rivierenland 2026-11-21.docx", safe on every system."""
    return words.text(
        "file.scorecard" if kind is DocumentKind.SCORECARD else "file.name",
        organisation=file_stem(report.organisation, _LONGEST_NAME) or words.text("file.unnamed"),
        date=report.made_on.isoformat(),
        extension=kind.value,
    )
