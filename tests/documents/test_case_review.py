"""The review of a quarter as Word: real headings, headers of tables that come back, nothing that leads to somebody."""

from __future__ import annotations

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import docx
import pytest
from docx.oxml.ns import qn

from documents.case_review_data import CaseReviewReport
from documents.case_review_word import render_review_word
from domain.cases import CaseKind, CaseLine, CaseRow, KeptTerm, period_of, review
from storage.complaint_content import load_case_procedure
from tests.changing import replace
from tests.documents.odd_texts import odd_texts
from tests.documents.reading import word_paragraphs, word_tables

RULES = load_case_procedure()
ROW = CaseRow(
    CaseKind.COMPLAINT, 1, "K2026-1", date(2026, 12, 1), "Welzijn Rivierenland", "Te laat begonnen", "closed",
    is_open=False, handler="Kim", kept_terms=(KeptTerm("classify", is_met=True), KeptTerm("treat", is_met=False)),
    is_satisfied=True, theme="planning", actions=(CaseLine(date(2026, 12, 2), "measure", "Voortaan bellen", "Kim"),),
)  # fmt: skip
EARLIER = replace(ROW, id=2, number="K2026-2", on=date(2026, 8, 1), kind=CaseKind.APPEAL, theme="costs")


def made(*rows: CaseRow, quarter: int = 4, measures: tuple[tuple[str, str], ...] = ()) -> tuple[str, bytes]:
    before = period_of(2026, quarter - 1) if quarter else period_of(2025, 0)
    return render_review_word(
        CaseReviewReport(
            quarter, datetime(2026, 12, 31, 12, tzinfo=ZoneInfo("Europe/Amsterdam")),
            review(rows, *period_of(2026, quarter)), review(rows, *before), RULES.theme_labels, measures,
            RULES.complaint.learning, 3,
        )
    )  # fmt: skip


def test_a_quarter_stands_beside_the_one_before_it() -> None:
    name, document = made(ROW, EARLIER, measures=(("planning", "Voortaan bellen"),))

    assert name == "Klachten en beroepen kwartaal 4 van 2026.docx"
    rows = [[cell.text for cell in row.cells] for table in word_tables(document) for row in table.rows]
    for row in (
        ["Soort", "kwartaal 4 van 2026", "kwartaal 3 van 2026"],
        ["Samen", "1", "1"],
        ["klacht", "1", "0"],
        ["beroep", "0", "1"],
        ["Termijn", "Gehaald", "Niet gehaald"],
        ["Op tijd besloten of het een klacht is", "1", "0"],
        ["Behandeld binnen de termijn", "0", "1"],
        ["ja", "1", "1"],
        ["Planning en termijnen", "1", "0"],
        ["Planning en termijnen", "Voortaan bellen"],
    ):
        assert row in rows


def test_its_headings_are_headings_and_the_header_of_a_table_comes_back() -> None:
    """Somebody with a screen reader goes from heading to heading, and a long table stays readable."""
    _, made_ = made(ROW, EARLIER, measures=tuple(("planning", f"Maatregel {n}") for n in range(120)))
    document = docx.Document(io.BytesIO(made_))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style and paragraph.text]

    assert styles[:2] == ["Title", "Subtitle"]
    assert styles.count("Heading 1") == 6
    assert len(document.tables) == 5
    for table in document.tables:
        first = table.rows[0]._tr.trPr
        assert first is not None
        assert first.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in table.rows[1:])


def test_nothing_leads_to_a_case_a_person_or_an_organisation() -> None:
    _, document = made(ROW, EARLIER, measures=(("planning", "Voortaan bellen"),))

    text = "\n".join(word_paragraphs(document))
    for word in ("K2026", "Rivierenland", "Kim", "Te laat begonnen", "2 december"):
        assert word not in text
    properties = docx.Document(io.BytesIO(document)).core_properties
    assert (properties.author, properties.last_modified_by) == ("", "")


def test_a_year_in_which_nothing_happened_says_so() -> None:
    name, document = made(quarter=0)

    assert name == "Klachten en beroepen 2026.docx"
    assert word_paragraphs(document).count("In deze periode niets.") == 3  # terms, themes and measures


@pytest.mark.parametrize("text", [*odd_texts(20), "{{ 7*7 }}", "<w:p/>", "a & b", "=1+1"])
def test_what_people_typed_is_only_text(text: str) -> None:
    _, document = made(ROW, measures=(("planning", text),))

    assert len(word_tables(document)) == 5
    if text == "<w:p/>":
        assert text in word_paragraphs(document)
