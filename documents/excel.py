"""The self-evaluation as a workbook to sort and filter: norms, contributions, improvement actions, summary.

Whatever people typed is stored as text: a value that starts with "=" is shown and never calculated.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import cache

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from documents import palette, words
from documents.cells import Stands, Style, Value, font, head, line, remark_style, style, write
from documents.plain_text import clean, one_line
from documents.report_data import ReportContribution, ReportNorm, SelfEvaluationReport
from documents.view import contributors_text, forecast_sentences, is_filled_in, limit_words, who_text
from domain.self_evaluation import Purpose
from domain.verdicts import Verdict

_LINE_HEIGHT = 13.5
_PADDING = 8
_LOW_ROW = 4  # up to so many lines a row looks best with its texts in the middle
_TALLEST = 400.0  # Excel stops at 409 points
#: A row of a sheet shows about 28 lines at most; a longer text goes on in the next row, so that a print loses nothing.
_LINES_IN_ROW = 27


class _Row(Struct, frozen=True):
    """The values of one row, and the verdict that colours one of its cells."""

    values: Sequence[Value]
    verdict: Verdict | None = None


class _Column(Struct, frozen=True):
    key: str
    label: str
    width: int


def render_excel(report: SelfEvaluationReport) -> bytes:
    """Return the report as a .xlsx file."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _fill_list(_sheet(workbook, "norms", report), "norms", _norm_rows(report))
    _fill_list(_sheet(workbook, "contributions", report), "contributions", _contribution_rows(report))
    _fill_list(_sheet(workbook, "improvements", report), "improvements", _improvement_rows(report))
    _fill_summary(_sheet(workbook, "summary", report), report)
    _set_properties(workbook, report)
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


# ---------------------------------------------------------------- what stands in the rows


def _norm_rows(report: SelfEvaluationReport) -> list[_Row]:
    return [
        _Row(_norm_values(report, norm, one_line(rubric.name)), norm.verdict)
        for rubric in report.rubrics
        for norm in rubric.norms
    ]


def _norm_values(report: SelfEvaluationReport, norm: ReportNorm, rubric: str) -> list[Value]:
    judged = report.words(norm.verdict)
    evidence = sum(item.purpose is Purpose.EVIDENCE for item in norm.contributions)
    return [
        norm.id,
        rubric,
        one_line(norm.title),
        clean(norm.wording),
        one_line(norm.wording_source) if norm.wording_source else words.text("wording.own"),
        who_text(norm),
        judged.label,
        judged.symbol,
        one_line(norm.updated_by or ""),
        norm.updated_at.date() if norm.updated_at else None,
        clean(norm.reason_not_applicable or ""),
        len(norm.contributions) - evidence,
        evidence,
        ", ".join(words.text("receipt", n=item.receipt) for item in norm.contributions),
        _improvement_mark(norm),
    ]


def _improvement_mark(norm: ReportNorm) -> str:
    if is_filled_in(norm.improvement):
        return words.text("excel.improvement_present")
    return words.text("excel.improvement_missing") if norm.verdict.needs_improvement else ""


def _contribution_rows(report: SelfEvaluationReport) -> list[_Row]:
    width = next(column.width for column in _columns("contributions") if column.key == "text")
    return [
        _Row(values)
        for norm in report.norms
        for item in norm.contributions
        for values in _contribution_values(norm, item, width)
    ]


def _contribution_values(norm: ReportNorm, item: ReportContribution, width: int) -> Iterable[list[Value]]:
    """Yield one row for a contribution, and further rows where its text is too long to see in one."""
    purpose = words.text(f"purpose.{item.purpose.value}")
    file = item.attachment
    for number, part in enumerate(_parts(clean(item.text), width)):
        yield [
            words.text("receipt", n=item.receipt),
            norm.id,
            one_line(norm.title),
            words.text("excel.continued", label=purpose) if number else purpose,
            words.text(f"kind.{item.kind.value}"),
            one_line(item.author),
            item.given_at.date(),
            part,
            one_line(file.name or "") if file and not number else "",
            words.file_size(file.size_bytes) if file and file.size_bytes is not None and not number else "",
        ]


def _improvement_rows(report: SelfEvaluationReport) -> list[_Row]:
    return [
        _Row(_improvement_values(report, norm), norm.verdict)
        for norm in report.norms
        if is_filled_in(norm.improvement) or norm.verdict.needs_improvement
    ]


def _improvement_values(report: SelfEvaluationReport, norm: ReportNorm) -> list[Value]:
    action = norm.improvement
    return [
        norm.id,
        one_line(norm.title),
        report.words(norm.verdict).label,
        clean(action.what or "") if action else "",
        clean(action.who or "") if action else "",
        action.due_on if action else None,
    ]


def _parts(text: str, width: int) -> list[str]:
    """Cut a text at line ends or spaces in parts that each fit a row; joined they are the text again."""
    parts = [""]
    for piece in re.findall(r"[^\n]*\n|[^\n]+", text):
        for bit in re.findall(rf".{{1,{width * 8}}}(?:\s+|$)|.{{1,{width * 8}}}", piece, re.DOTALL):
            if parts[-1] and _lines(parts[-1] + bit, width) > _LINES_IN_ROW:
                parts.append("")
            parts[-1] += bit
    return parts


# ---------------------------------------------------------------- sheets


@cache
def _columns(sheet: str) -> tuple[_Column, ...]:
    return tuple(_Column(**column) for column in words.entry(f"excel.{sheet}"))


def _sheet(workbook: Workbook, name: str, report: SelfEvaluationReport) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(words.text(f"excel.sheets.{name}"))
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=_footer_text(report.organisation)),
        center=_HeaderFooterPart(text=words.long_date(report.made_on)),
        right=_HeaderFooterPart(text=words.text("excel.page")),
    )
    return sheet


def _footer_text(text: str) -> str:
    """Return a name for a footer, where Excel takes "&" for the start of a code and allows 255 signs in all."""
    return one_line(text)[:100].replace("&", "&&")


def _fill_list(sheet: Worksheet, name: str, rows: Sequence[_Row]) -> None:
    """Fill a sheet with a header row that stays in sight and on every printed page, and with filters."""
    columns = _columns(name)
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        head(sheet.cell(1, number), column.label)
    sheet.row_dimensions[1].height = 32
    for number, row in enumerate(rows, 2):
        _fill_row(sheet, number, row, columns)
    last = f"{get_column_letter(len(columns))}{max(1, len(rows) + 1)}"
    sheet.auto_filter.ref = f"A1:{last}"
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    if not rows and f"no_{name}" in words.entry("excel"):
        write(sheet.cell(2, 1), words.text(f"excel.no_{name}"), remark_style())


def _fill_row(sheet: Worksheet, number: int, row: _Row, columns: Sequence[_Column]) -> None:
    cells = list(zip(row.values, columns, strict=True))
    lines = max(_lines(value, column.width) if isinstance(value, str) else 1 for value, column in cells)
    stands: Stands = "center" if lines <= _LOW_ROW else "top"
    for place, (value, column) in enumerate(cells, 1):
        colours = row.verdict if column.key == "verdict" else None
        write(sheet.cell(number, place), value, style(colours, is_key=place == 1, stands=stands))
    sheet.row_dimensions[number].height = min(_TALLEST, _PADDING + _LINE_HEIGHT * lines)


def _lines(text: str, width: int) -> int:
    """Estimate how many lines a text takes in a column; a little too many looks better than one too few."""
    return sum(max(1, math.ceil(len(line) * 0.92 / max(1, width - 2))) for line in text.split("\n"))


def _fill_summary(sheet: Worksheet, report: SelfEvaluationReport) -> None:
    for letter, width in zip("ABCD", (34, 14, 22, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    write(sheet["A1"], one_line(report.organisation), Style(font=font(size=18, bold=True)))
    write(sheet["A2"], words.text("title"), Style(font=font(size=12, bold=True, colour=palette.ACCENT)))
    sheet.row_dimensions[1].height = 28
    row = _fill_facts(sheet, 4, _facts(report))
    row = _fill_counts(sheet, row + 1, report)
    sheet.page_setup.fitToHeight = 1
    for sentence in (*forecast_sentences(report), one_line(report.copyright)):
        row = _fill_sentence(sheet, row, sentence)


def _facts(report: SelfEvaluationReport) -> list[tuple[str, Value]]:
    closed = report.closed_on
    status = words.text("status.closed", date=words.long_date(closed)) if closed else words.text("status.open")
    values = {"framework": one_line(report.framework), "version": one_line(report.norms_version)}
    facts: list[tuple[str, Value]] = [
        (words.text("excel.status"), status),
        (words.text("facts.framework"), words.text("facts.framework_value", **values)),
        (words.text("facts.round"), words.text("facts.round_value", round=report.round, version=report.version)),
        (words.text("facts.made"), report.made_on),
        (words.text("facts.contributors"), contributors_text(report.contributors)),
    ]
    scope = clean(report.scope or "")
    return [*facts, (words.text("facts.scope"), scope)] if scope else facts


def _fill_facts(sheet: Worksheet, row: int, facts: Iterable[tuple[str, Value]]) -> int:
    for label, value in facts:
        write(sheet.cell(row, 1), label, Style(font=font(bold=True, colour=palette.MUTED), border=line()))
        for column in (2, 3, 4):
            sheet.cell(row, column).border = line()
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
        write(sheet.cell(row, 2), value, Style(border=line()))
        sheet.row_dimensions[row].height = _PADDING + _LINE_HEIGHT * (
            _lines(value, 66) if isinstance(value, str) else 1
        )
        row += 1
    return row


def _fill_counts(sheet: Worksheet, row: int, report: SelfEvaluationReport) -> int:
    for column, label in enumerate(words.entry("excel.counts"), 1):
        head(sheet.cell(row, column), label)
    for number, verdict in enumerate((item.verdict for item in report.verdicts), row + 1):
        write(sheet.cell(number, 1), report.words(verdict).label, style(verdict))
        write(sheet.cell(number, 2), report.totals.of(verdict), style(None))
        for column, text in enumerate(limit_words(report, verdict), 3):
            write(sheet.cell(number, column), text, style(None))
        sheet.row_dimensions[number].height = 20
    last = row + 1 + len(report.verdicts)
    write(sheet.cell(last, 1), words.text("labels.total"), style(None, is_key=True))
    write(sheet.cell(last, 2), report.totals.norms, style(None, is_key=True))
    return last + 2


def _fill_sentence(sheet: Worksheet, row: int, sentence: str) -> int:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
    write(sheet.cell(row, 1), sentence, Style())
    sheet.row_dimensions[row].height = _PADDING + _LINE_HEIGHT * _lines(sentence, 98)
    return row + 1


def _set_properties(workbook: Workbook, report: SelfEvaluationReport) -> None:
    organisation = one_line(report.organisation)
    properties = workbook.properties
    properties.title = words.text("document_title", organisation=organisation)
    properties.creator = properties.lastModifiedBy = organisation
    properties.language = "nl-NL"
    # openpyxl writes moments without a zone and means UTC.
    properties.created = properties.modified = report.made_at.astimezone(UTC).replace(tzinfo=None)
