"""The one value that every document of the casusregister is made from, and what stands in its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from documents import words
from documents.plain_text import clean, file_stem, one_line
from domain.cases import (
    CaseFilter,
    CaseKind,
    CaseLine,
    CaseReview,
    CaseRow,
    Masking,
    RegisterColumn,
    review,
    select,
    without_names,
)

Value = str | date | None


class CaseReport(Struct, frozen=True):
    """Cases as one person may see them; `columns` are ids with their Dutch, `themes` the Dutch of themes.

    An anonymous report has no columns that name people; `taken_out` counts what was masked in its texts. `made_at` is
    local and aware.
    """

    organisation: str
    made_at: datetime
    columns: tuple[tuple[RegisterColumn, str], ...]
    rows: tuple[CaseRow, ...]
    themes: Mapping[str, str]
    review: CaseReview
    is_anonymous: bool = False
    taken_out: int = 0


class CasePlan(Struct, frozen=True):
    """What a report is made by, apart from its rows, which may be thousands and come later.

    `masking` for an anonymous one, which leaves out who, when exactly and where the documents are; else the review is
    of all that came in from `first` to `last`.
    """

    organisation: str
    made_at: datetime
    columns: tuple[tuple[RegisterColumn, str], ...]
    themes: Mapping[str, str]
    wanted: CaseFilter
    first: date
    last: date
    masking: Masking | None = None


_NAMING = frozenset(
    {
        RegisterColumn.DATE,
        RegisterColumn.CLIENT,
        RegisterColumn.HANDLER,
        RegisterColumn.REFERENCES,
        RegisterColumn.DUE,
        RegisterColumn.NUMBER,
    }
)


def report_of(plan: CasePlan, rows: Sequence[CaseRow]) -> CaseReport:
    """Return the report of what is looked for among rows, which hold at least that and what the review counts."""
    chosen, masking = select(rows, plan.wanted), plan.masking
    if masking is not None:
        clean = [without_names(row, masking) for row in chosen]
        chosen = tuple(replace(row, number=str(number)) for number, row in enumerate(clean, start=1))
    return CaseReport(
        organisation=plan.organisation,
        made_at=plan.made_at,
        columns=tuple(one for one in plan.columns if masking is None or one[0] not in _NAMING),
        rows=chosen,
        themes=plan.themes,
        review=review(rows if masking is None else chosen, plan.first, plan.last),
        is_anonymous=masking is not None,
        taken_out=masking.taken_out if masking is not None else 0,
    )


def title(report: CaseReport) -> str:
    """Return what the document is called."""
    return words.text("cases.title_anonymous" if report.is_anonymous else "cases.title")


def file_name(report: CaseReport, extension: str) -> str:
    """Return the name of the file; an anonymous one names nobody."""
    place = "cases.file_anonymous" if report.is_anonymous else "cases.file"
    organisation = file_stem(report.organisation, 60) or words.text("file.unnamed")
    day = report.made_at.date().isoformat()
    return words.text(place, organisation=organisation, date=day, extension=extension)


def subtitle(report: CaseReport) -> str:
    """Return of when it is, and how many cases it holds."""
    cases = words.counted("cases.count", len(report.rows))
    return words.text("cases.made", date=words.long_date(report.made_at.date()), cases=cases)


def warning(report: CaseReport) -> str:
    """Return who may read it, or what to do before it is shared."""
    if report.is_anonymous:
        return words.text("cases.read_first", n=report.taken_out)
    return words.text("cases.confidential")


def values_of(report: CaseReport, row: CaseRow) -> dict[RegisterColumn, Value]:
    """Return what stands in each column for a case; texts are fit for a document."""
    c = RegisterColumn
    everything: dict[RegisterColumn, Value] = {
        c.DATE: row.on,
        c.NUMBER: row.number,
        c.KIND: words.text(f"cases.kinds.{row.kind}"),
        c.CLIENT: one_line(row.client),
        c.DESCRIPTION: clean(row.description),
        c.ROOT_CAUSE: clean(row.root_cause),
        c.REFERENCES: clean(row.references),
        c.HANDLING: "\n".join([_state(row), *(_line(report, line) for line in row.steps)]),
        c.CLIENT_SATISFIED: _yes_or_no(row.is_satisfied),
        c.ESCALATION: clean(row.escalation),
        c.FORMAL_WRITTEN: _yes_or_no(row.is_formal_written),
        c.HANDLER: one_line(row.handler),
        c.DUE: row.due,
        c.ACTIONS: "\n".join(_line(report, line) for line in row.actions),
        c.THEME: theme_of(report, row.theme),
    }
    return {column: everything[column] for column, _ in report.columns}


def _state(row: CaseRow) -> str:
    known: Mapping[str, str] = words.entry("cases.states")
    return known.get(row.state, row.state)


def _line(report: CaseReport, line: CaseLine) -> str:
    """Return a step or a line of the logbook; an anonymous one tells the month only."""
    known: Mapping[str, str] = words.entry("cases.steps")
    text = f": {clean(known.get(line.text, line.text))}" if line.text else ""
    what = known.get(line.what, line.what)
    if report.is_anonymous:
        month = f"{words.entry('months')[line.on.month - 1]} {line.on.year}"
        return words.text("cases.month_line", month=month, what=what, text=text)
    place = "cases.line_by" if line.by else "cases.line"
    return words.text(place, date=words.short_date(line.on), what=what, text=text, name=one_line(line.by))


def _yes_or_no(value: bool | None) -> str:
    if value is None:
        return ""
    return words.text("cases.yes" if value else "cases.no")


def review_lines(report: CaseReport) -> list[tuple[str, str]]:
    """Return what the period comes to, as labels with their values."""
    found = report.review
    lines = [
        (words.text("cases.review.total"), str(found.total)),
        (words.text("cases.review.open"), str(found.open)),
        *((words.text(f"cases.kinds.{kind}"), str(found.kinds[kind])) for kind in CaseKind if kind in found.kinds),
    ]
    known: Mapping[str, str] = words.entry("cases.review")
    for term, (met, missed) in found.terms.items():
        lines.append((known.get(term, term), words.text("cases.review.kept", met=met, missed=missed)))
    counts = {name: found.satisfied.get(value, 0) for name, value in (("yes", True), ("no", False), ("unknown", None))}
    lines.append((words.text("cases.review.satisfied"), words.text("cases.review.satisfied_value", **counts)))
    lines.append((words.text("cases.review.escalated"), str(found.escalated)))
    themes = sorted(found.themes.items(), key=lambda item: (-item[1], item[0]))
    return [*lines, *((theme_of(report, theme), str(count)) for theme, count in themes)]


def theme_of(report: CaseReport, theme: str) -> str:
    """Return what a theme is called, without the sign of its button: not every font has it."""
    return theme_name(report.themes, theme)


def theme_name(themes: Mapping[str, str], theme: str) -> str:
    """Return what a theme is called, without the sign of its button."""
    return re.sub(r"^\W+", "", one_line(themes.get(theme, theme)))


def review_title(report: CaseReport) -> str:
    """Return over which days the review goes."""
    first, last = words.long_date(report.review.first), words.long_date(report.review.last)
    return words.text("cases.review.title", first=first, last=last)


def measures(report: CaseReport) -> list[str]:
    """Return the measures of the period, each with the number of its case."""
    return [f"{number}: {one_line(line.text)}" for number, line in report.review.measures]
