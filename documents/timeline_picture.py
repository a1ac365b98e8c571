"""The process as one picture on a phone: a line of steps, with whose turn it is now.

Nothing is said by colour alone: what is done has a tick, what is late a cross, what runs is half full, what comes is
hollow.
"""

from __future__ import annotations

from typing import Any

from documents import words
from documents.palette import SWATCHES
from documents.plain_text import file_stem, one_line
from documents.timeline_data import TimelineReport, TimelineRow
from documents.typesetting import typeset_png
from domain.deadlines import TermState
from domain.verdicts import Verdict

_LONGEST_NAME = 80
#: The sign of a step, drawn as that of a verdict that everybody knows from the scorecard.
_SIGNS = {
    TermState.DONE: Verdict.MET,
    TermState.OVERTAKEN: Verdict.MET,
    TermState.OPEN: Verdict.PARTIAL,
    TermState.LATE: Verdict.NOT_MET,
    TermState.LAPSED: Verdict.NOT_APPLICABLE,
    TermState.COMING: Verdict.NOT_ASSESSED,
}


def render_timeline(report: TimelineReport) -> bytes:
    """Return the picture as a PNG of 1080 pixels wide."""
    return typeset_png("timeline.typ", _card(report))


def timeline_file_name(report: TimelineReport) -> str:
    """Return a name such as "Tijdlijn Welzijn Rivierenland 2026-12-01.png", safe on every system."""
    name = file_stem(report.organisation, _LONGEST_NAME) or words.text("file.unnamed")
    return words.text("file.timeline", organisation=name, date=report.made_on.isoformat())


def _card(report: TimelineReport) -> dict[str, Any]:
    return {
        "kind": words.text("timeline.title"),
        "organisation": one_line(report.organisation)[:_LONGEST_NAME],
        "date": words.long_date(report.made_on),
        "process": report.process,
        "rows": [_row(row) for row in report.rows],
        "legend": [
            {**_sign(state), "text": words.text(f"timeline.state.{state.value}")}
            for state in (TermState.DONE, TermState.OPEN, TermState.LATE, TermState.LAPSED, TermState.COMING)
        ],
    }


def _row(row: TimelineRow) -> dict[str, Any]:
    party = words.text(f"calendar.party.{row.party.value}")
    return {
        **_sign(row.state),
        "title": row.title,
        "date": words.short_date(row.on) if row.on is not None else "",
        "by": words.text("timeline.turn", party=party) if row.is_next else party,
        "is_next": row.is_next,
        "is_over": not (row.state.is_running or row.state is TermState.COMING),
    }


def _sign(state: TermState) -> dict[str, str]:
    verdict = _SIGNS[state]
    return {"sign": verdict.value, "fill": SWATCHES[verdict].fill, "ink": SWATCHES[verdict].sign}
