"""The workbook: to sort, filter and print, with everything that people typed as text."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from documents.excel import render_excel
from documents.palette import SWATCHES
from domain.verdicts import Verdict
from tests.documents.example import empty_report, full_report, other_framework_report, report_of
from tests.documents.reading import excel_values


@pytest.fixture(scope="module")
def workbook() -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_excel(full_report())))


def test_the_sheets_come_in_order(workbook: Any) -> None:
    assert workbook.sheetnames == ["Normen", "Bijdragen", "Verbeteracties", "Samenvatting"]


@pytest.mark.parametrize("name", ["Normen", "Bijdragen", "Verbeteracties"])
def test_lists_filter_freeze_and_print_with_their_header(workbook: Any, name: str) -> None:
    sheet = workbook[name]

    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_every_norm_has_a_row_with_its_verdict_in_word_and_colour(workbook: Any) -> None:
    rows = {row[0].value: row for row in workbook["Normen"].iter_rows(min_row=2)}

    assert len(rows) == 49
    assert rows["V8"][6].value == "Voldoet deels (verbeterpunt)"
    assert rows["V8"][6].fill.start_color.rgb == "FF" + SWATCHES[Verdict.PARTIAL].tint[1:]
    assert rows["O13"][10].value.startswith("Burgerinitiatieven ondersteunen hoort niet")
    assert rows["O18"][14].value == "nog niet"


def test_contributions_carry_receipt_date_and_file(workbook: Any) -> None:
    row = next(row for row in workbook["Bijdragen"].iter_rows(min_row=2, values_only=True) if row[8])

    assert row[0].startswith("#")
    assert isinstance(row[6], datetime)
    assert row[8] == "planbord-centrum.jpg"
    assert row[9] == "1,2 MB"


def test_improvements_list_every_norm_that_asks_for_one(workbook: Any) -> None:
    rows = list(workbook["Verbeteracties"].iter_rows(min_row=2, values_only=True))

    assert [row[0] for row in rows] == ["V8", "D4", "O9", "O18", "O21"]
    assert rows[0][5] == datetime(2027, 2, 1)  # noqa: DTZ001  (a day in a sheet has no zone)


def test_the_summary_counts_against_the_threshold(workbook: Any) -> None:
    rows = list(workbook["Samenvatting"].iter_rows(values_only=True))

    assert ("Voldoet deels (verbeterpunt)", 4, "hoogstens 9", "binnen de ondergrens") in rows
    assert ("Voldoet niet", 1, "hoogstens 4", "binnen de ondergrens") in rows


def test_no_cell_is_a_formula(workbook: Any) -> None:
    kinds = {cell.data_type for sheet in workbook for row in sheet.iter_rows() for cell in row}

    assert "f" not in kinds


def test_the_empty_evaluation_says_so() -> None:
    made = render_excel(empty_report())

    assert excel_values(made, "Bijdragen")[0][0] == "Er zijn nog geen bijdragen."
    assert excel_values(made, "Verbeteracties")[0][0] == "Er zijn geen normen die om een verbeteractie vragen."


@pytest.mark.parametrize(("report", "norms"), [(other_framework_report(), 5), (report_of(()), 0)])
def test_there_is_a_workbook_whatever_the_framework(report: Any, norms: int) -> None:
    assert len(excel_values(render_excel(report), "Normen")) == norms
