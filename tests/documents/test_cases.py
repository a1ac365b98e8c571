"""The casusregister as documents: everything in its place, nothing calculated or filled in, no names to learn from."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pytest

from documents.case_data import CaseReport
from documents.case_excel import render_case_excel
from documents.case_pdf import render_case_pdf
from documents.case_word import render_case_word
from documents.words import entry
from domain.appeals import AppealState, AppealStep
from domain.cases import CaseKind, CaseLine, CaseRow, KeptTerm, RegisterColumn, review
from storage.complaint_content import load_case_procedure
from tests.changing import replace
from tests.documents.odd_texts import odd_texts
from tests.documents.reading import pdf_reader, pdf_text, squeezed

RULES = load_case_procedure()
DAY = date(2026, 12, 1)
ROW = CaseRow(
    CaseKind.COMPLAINT, 1, "K2026-1", DAY, "Welzijn Rivierenland", "Te laat begonnen", "closed", is_open=False,
    is_formal_written=True, handler="Kim", kept_terms=(KeptTerm("classify", is_met=True),), is_satisfied=True,
    escalation="mr. Bos", root_cause="Te krap gepland", references="Map 12", theme="planning",
    steps=(CaseLine(DAY, "assign", "", "Quinten"),), actions=(CaseLine(DAY, "measure", "Voortaan bellen", "Kim"),),
)  # fmt: skip
HOSTILE = (
    "=1+1", "+31 6", "-cmd|' /C calc'!A0", "@SUM(A1)", "{{ 7*7 }}", "{% for x in y %}", "<script>&amp;", "_x0041_",
    "a\x00b\x0bc", "\ud800", "\u202egevaar", "x" * 40_000,
)  # fmt: skip


def report(*rows: CaseRow, columns: tuple[RegisterColumn, ...] = tuple(RegisterColumn), **values: object) -> CaseReport:
    labels = {field.id: field.label for field in RULES.register_fields}
    made_at = datetime(2026, 12, 31, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
    return CaseReport(
        "CI Kompas", made_at, tuple((column, labels[column]) for column in columns), rows, RULES.theme_labels,
        review(rows, date(2026, 1, 1), date(2026, 12, 31)), **values,  # type: ignore[arg-type]
    )  # fmt: skip


def sheet_of(made: bytes, number: int = 0) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(made))
    return [[cell.value for cell in row] for row in book.worksheets[number].iter_rows()]


def words_of(made: bytes) -> str:
    found = docx.Document(io.BytesIO(made))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


def test_every_field_of_the_register_has_its_column() -> None:
    name, made = render_case_excel(report(ROW))
    head, first = sheet_of(made)

    assert name == "Casusregister CI Kompas 2026-12-31.xlsx"
    labels = {field.id: field.label for field in RULES.register_fields}
    assert head == [labels[column] for column in RegisterColumn]
    found = dict(zip((column.value for column in RegisterColumn), first, strict=True))
    assert found["client"] == "Welzijn Rivierenland"
    assert found["client_satisfied"] == "ja"
    assert found["handling"] == "gesloten\n1 dec 2026: behandelaar aangewezen (Quinten)"
    assert found["actions"] == "1 dec 2026: maatregel: Voortaan bellen (Kim)"
    assert found["theme"] == "Planning en termijnen"


def test_word_says_the_same_with_the_review_first() -> None:
    name, made = render_case_word(report(ROW))
    text = words_of(made)

    assert name == "Casusregister CI Kompas 2026-12-31.docx"
    for words in ("Managementreview", "Op tijd besloten of het een klacht is", "1 gehaald, 0 niet",
                  "K2026-1: Voortaan bellen",
                  "K2026-1 · klacht", "Te krap gepland", "1 december 2026", "Map 12"):  # fmt: skip
        assert words in text


def test_values_get_the_room_that_labels_leave() -> None:
    """LibreOffice takes the width of a column from the table, Word from its cells."""
    _, made = render_case_word(report(ROW))

    for table in docx.Document(io.BytesIO(made)).tables:
        label, value = [column.width for column in table.columns]
        assert label is not None
        assert value is not None
        assert value > 2 * label
        assert [cell.width for cell in table.rows[0].cells] == [label, value]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_people_type_is_calculated_or_filled_in(text: str) -> None:
    row = replace(
        ROW, client=text, description=text, root_cause=text, handler=text, references=text, escalation=text,
        actions=(CaseLine(DAY, "measure", text, text),), steps=(CaseLine(DAY, "escalate", text, text),),
    )  # fmt: skip
    _, book = render_case_excel(report(row))
    _, document = render_case_word(report(row))

    for sheet in openpyxl.load_workbook(io.BytesIO(book)).worksheets:
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    for made in (book, document):
        assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None
    if "7*7" in text:
        assert "{{ 7*7 }}" in words_of(document)


def test_odd_texts_fit() -> None:
    rows = [replace(ROW, description=text, client=text) for text in odd_texts(100)]

    assert len(sheet_of(render_case_excel(report(*rows))[1])) == 101
    assert words_of(render_case_word(report(*rows))[1])


def test_an_empty_register_is_a_document_too() -> None:
    assert "Er zijn geen casussen" in words_of(render_case_word(report())[1])
    assert sheet_of(render_case_excel(report())[1])[1][0] == "Er zijn geen casussen die hieraan voldoen."


def test_an_anonymous_document_names_nobody() -> None:
    columns = (RegisterColumn.KIND, RegisterColumn.DESCRIPTION, RegisterColumn.ROOT_CAUSE, RegisterColumn.ACTIONS)
    row = replace(ROW, client="", handler="", number="1", references="", escalation="", steps=(),
                  actions=(CaseLine(DAY, "measure", "Voortaan bellen"),))  # fmt: skip
    name, made = render_case_word(report(row, columns=columns, is_anonymous=True, taken_out=3))
    text = words_of(made)

    assert name == "Casussen om van te leren 2026-12-31.docx"
    assert "december 2026: maatregel: Voortaan bellen" in text
    for word in ("CI Kompas", "1 dec 2026", "Kim", "Rivierenland"):
        assert word not in text
    properties = docx.Document(io.BytesIO(made)).core_properties
    assert (properties.author, properties.last_modified_by) == ("", "")


def test_without_names_it_is_a_pdf_as_well() -> None:
    """The same fields as in Word, tagged, and with nobody's name in its properties."""
    columns = (RegisterColumn.KIND, RegisterColumn.DESCRIPTION, RegisterColumn.ROOT_CAUSE, RegisterColumn.ACTIONS)
    row = replace(ROW, client="", handler="", number="1", references="", escalation="", steps=(),
                  actions=(CaseLine(DAY, "measure", "Voortaan bellen"),))  # fmt: skip
    name, made = render_case_pdf(report(row, columns=columns, is_anonymous=True, taken_out=3))
    text, reader = pdf_text(made), pdf_reader(made)

    assert name == "Casussen om van te leren 2026-12-31.pdf"
    for words in (
        "Casussen om van te leren",
        "1 · klacht",
        "Te krap gepland",
        "december 2026: maatregel: Voortaan bellen",
    ):
        assert squeezed(words) in text
    for word in ("CI Kompas", "1 dec 2026", "Kim", "Rivierenland"):
        assert squeezed(word) not in text
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Casussen om van te leren", None)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', "*vet* _schuin_ $x$", "a\nb", "\u202egevaar", "x" * 4_000])
def test_a_pdf_reads_no_text_as_markup(text: str) -> None:
    _, made = render_case_pdf(report(replace(ROW, description=text), is_anonymous=True))

    if text.isascii() and "\n" not in text and len(text) < 100:
        assert squeezed(text) in pdf_text(made)


def test_an_empty_pdf_says_so() -> None:
    assert squeezed("Er zijn geen casussen") in pdf_text(render_case_pdf(report(is_anonymous=True))[1])


def test_every_state_and_step_of_an_appeal_has_its_words() -> None:
    """A code in a register that people read would be a riddle."""
    assert set(AppealState) <= set(entry("cases.states"))
    assert set(AppealStep) <= set(entry("cases.steps"))
