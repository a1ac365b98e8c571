"""The self-evaluation as PDF: tagged, with bookmarks, its fonts inside, in the order of the Word document."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from documents.report_data import SelfEvaluationReport
from documents.typesetting import typeset_pdf
from documents.view import view_of

_LONG_WORD = re.compile(r"\S{28,}")
_AFTER_A_SIGN = re.compile(r"([/?&=_.,;:+-])(?=\w)")
_TWENTY = re.compile(r"([^\s\u200b]{20})(?=[^\s\u200b])")


def render_pdf(report: SelfEvaluationReport) -> bytes:
    """Return the report as a PDF file."""
    return typeset("self_evaluation.typ", view_of(report).as_dict(), report.made_at)


def typeset(template: str, view: dict[str, Any], made_at: datetime) -> bytes:
    """Return a template of ours with a view as a PDF file; `made_at` is aware and in Europe/Amsterdam."""
    data: dict[str, Any] = _with_breaks(view)
    data["made"] = {"year": made_at.year, "month": made_at.month, "day": made_at.day}
    return typeset_pdf(template, data, made_at)


def _with_breaks(value: Any) -> Any:
    """Return the data with places to break in very long words: one that runs off the page would be lost."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_with_break, value)
    if isinstance(value, dict):
        return {key: _with_breaks(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_breaks(item) for item in value]
    return value


def _with_break(word: re.Match[str]) -> str:
    return _TWENTY.sub("\\1\u200b", _AFTER_A_SIGN.sub("\\1\u200b", word.group()))
