"""The scorecard: the whole self-evaluation as one picture on a phone, a cell with a sign for every norm."""

from __future__ import annotations

from typing import Any

from documents import words
from documents.plain_text import one_line
from documents.report_data import ReportNorm, ReportRubric, SelfEvaluationReport
from documents.typesetting import typeset_png
from documents.view import limit_of, verdict_view
from domain.verdicts import Verdict

#: The width of the picture in pixels; its height follows the number of norms.
WIDTH = 1080
_LONGEST_NAME = 90


def render_scorecard(report: SelfEvaluationReport) -> bytes:
    """Return the scorecard as a PNG of `WIDTH` pixels wide."""
    return typeset_png("scorecard.typ", _card(report))


def _card(report: SelfEvaluationReport) -> dict[str, Any]:
    totals = report.totals
    return {
        "kind": f"{words.text('title')} · {one_line(report.framework_short)}",
        "organisation": _short(one_line(report.organisation)),
        "date": words.long_date(report.made_on),
        "progress": words.text("scorecard.progress", judged=totals.judged, norms=totals.norms),
        "verdicts": {item.verdict.value: vars(verdict_view(item)) for item in report.verdicts},
        "rubrics": [_rubric(rubric) for rubric in report.rubrics if rubric.norms],
        "counts": [{"verdict": v.verdict.value, "count": totals.of(v.verdict)} for v in report.verdicts],
        "totals": [_total(report, verdict) for verdict in (Verdict.NOT_MET, Verdict.PARTIAL)],
        "state": words.text(f"scorecard.state.{_state(report)}"),
        "so_far": words.text("scorecard.so_far") if totals.forecast and totals.max_partial is not None else "",
    }


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _rubric(rubric: ReportRubric) -> dict[str, Any]:
    judged = sum(not norm.is_open for norm in rubric.norms)
    progress = words.text("scorecard.rubric_progress", judged=judged, norms=len(rubric.norms))
    return {"name": one_line(rubric.name), "progress": progress, "norms": [_cell(norm) for norm in rubric.norms]}


def _cell(norm: ReportNorm) -> dict[str, str]:
    return {"id": norm.id, "verdict": norm.verdict.value}


def _state(report: SelfEvaluationReport) -> str:
    if report.totals.max_partial is None:
        return "no_threshold"
    return report.totals.forecast.value if report.totals.forecast else "none"


def _total(report: SelfEvaluationReport, verdict: Verdict) -> dict[str, Any]:
    count, limit = report.totals.of(verdict), limit_of(report, verdict)
    if limit is None:  # as many slots as were given, and no word about what is allowed
        text = words.text(f"scorecard.counted.{verdict.value}", n=count)
        return {"verdict": verdict.value, "count": count, "limit": count, "text": text}
    return {
        "verdict": verdict.value,
        "count": count,
        "limit": limit,
        "text": words.text(f"scorecard.{verdict.value}", n=count, limit=limit),
    }
