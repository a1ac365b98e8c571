"""The coverage as one picture on a phone: per norm its sources, its document and whether it is round.

Nothing is said by colour alone: a source is a filled circle, a document a filled sheet, round has a tick.
"""

from __future__ import annotations

from typing import Any

from documents import words
from documents.coverage_data import CoverageReport
from documents.palette import SWATCHES
from documents.plain_text import file_stem, one_line
from documents.typesetting import typeset_png
from domain.coverage import NormCoverage, overview
from domain.framework import Rubric
from domain.verdicts import Verdict

_LONGEST_NAME = 80
_MOST_SIGNS = 4  # what fits a cell


def render_coverage(report: CoverageReport) -> bytes:
    """Return the picture as a PNG of 1080 pixels wide."""
    return typeset_png("coverage.typ", _card(report))


def coverage_file_name(report: CoverageReport) -> str:
    """Return a name such as "Dekking Welzijn Rivierenland 2026-12-01.png", safe on every system."""
    name = file_stem(report.organisation, _LONGEST_NAME) or words.text("file.unnamed")
    return words.text("file.coverage", organisation=name, date=report.made_on.isoformat())


def _card(report: CoverageReport) -> dict[str, Any]:
    found, rule = overview(report.covered, report.framework), report.framework.coverage
    rounds = {rubric.rubric: rubric for rubric in found.rubrics}
    return {
        "kind": f"{words.text('coverage.title')} · {one_line(report.framework.short_name)}",
        "organisation": one_line(report.organisation)[:_LONGEST_NAME],
        "date": words.long_date(report.made_on),
        "progress": words.text("coverage.progress", round=found.round_norms, norms=found.total),
        "states": {name: _swatch(verdict) for name, verdict in _STATES.items()},
        "legend": [{"state": name, "text": words.text(f"coverage.state.{name}")} for name in _STATES],
        "signs": words.text("coverage.signs", sources=rule.min_sources, tests=rule.min_tests),
        "rubrics": [
            _rubric(rubric, report, words.text("coverage.rubric", round=rounds[rubric.id].round_norms,
                                               norms=rounds[rubric.id].total))
            for rubric in report.framework.rubrics
        ],
    }  # fmt: skip


#: The states of a cell, each in the colours of a verdict that everybody knows from the scorecard.
_STATES = {
    "round": Verdict.MET,
    "begun": Verdict.PARTIAL,
    "none": Verdict.NOT_ASSESSED,
    "exempt": Verdict.NOT_APPLICABLE,
}


def _swatch(verdict: Verdict) -> dict[str, str]:
    return {"fill": SWATCHES[verdict].fill, "sign": SWATCHES[verdict].sign}


def _rubric(rubric: Rubric, report: CoverageReport, progress: str) -> dict[str, Any]:
    cells = [_cell(report.covered[norm.id]) for norm in report.framework.in_rubric(rubric.id)]
    return {"name": one_line(rubric.name), "progress": progress, "norms": cells}


def _cell(covered: NormCoverage) -> dict[str, Any]:
    wanted = min(covered.rule.min_sources, _MOST_SIGNS)
    return {
        "id": covered.norm.id,
        "state": _state(covered),
        "sources": [number < covered.sources for number in range(wanted)],
        "document": [covered.documents > 0] if covered.rule.needs_document else [],
        "tests": f"{covered.tests}×",
    }


def _state(covered: NormCoverage) -> str:
    if covered.is_exempt:
        return "exempt"
    if covered.is_round:
        return "round"
    return "begun" if covered.tests else "none"
