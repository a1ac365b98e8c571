"""The report of an audit as Word and PDF: the same text in both, a watermark on drafts, and no text that runs."""

from __future__ import annotations

import io
import re
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from documents.audit_report_data import AuditReport
from documents.audit_report_pdf import render_pdf
from documents.audit_report_view import file_name, view_of
from documents.audit_report_word import render_word
from documents.file_names import DocumentKind
from documents.make_audit_template import TEMPLATE, make_template
from documents.plain_text import clean
from domain.report_format import Moment
from domain.verdicts import Verdict
from tests.changing import replace
from tests.documents.audit_report_example import MADE_AT, draft, example_report, final, followed_up, odd_report
from tests.documents.odd_texts import odd_texts
from tests.documents.reading import parts, pdf_reader, pdf_text, squeezed, word_paragraphs, word_tables


@pytest.fixture(scope="module")
def word() -> bytes:
    return render_word(draft())


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(draft())


def headers_of(document: bytes) -> str:
    return "".join(content.decode() for name, content in parts(document).items() if "header" in name)


def test_the_committed_template_is_what_its_script_makes() -> None:
    """Otherwise the next person to run the script would undo somebody's change by hand."""
    assert parts(TEMPLATE.read_bytes()) == parts(make_template())


def test_the_forty_fields_stand_in_the_official_order(word: bytes) -> None:
    labels = [line.label for part in example_report().part_a for line in part.lines]

    told = [row.cells[0].text for table in word_tables(word) for row in table.rows]
    assert len(labels) == 40
    assert [text for text in told if text in labels] == labels


def test_part_b_has_a_row_per_norm_with_the_sign_of_the_form(word: bytes) -> None:
    rows = {
        row.cells[0].text.split()[0]: row.cells[2].text.strip()
        for table in word_tables(word)
        for row in table.rows
        if len(row.cells) == 3
    }

    assert len([norm for norm in rows if re.fullmatch(r"[VDO]\d+", norm)]) == 49
    assert (rows["V1"], rows["V5"], rows["D9"], rows["V6"]) == ("+", "+/-", "-", "n.v.t.")


def test_every_table_of_rows_repeats_its_header(word: bytes) -> None:
    without = [
        table.rows[0].cells[0].text
        for table in word_tables(word)
        if table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None
    ]

    assert without == ["Getoetst door"]  # the title block has its labels beside the values


def test_headings_make_the_outline(word: bytes) -> None:
    styled = [(p.style.name, p.text) for p in docx.Document(io.BytesIO(word)).paragraphs if p.style is not None]

    assert [text for style, text in styled if style == "Heading 1"] == [
        "Deel A · Samenvatting", "Deel B · Bevindingen", "Vakmanschap", "Dienstverlening", "Organisatie en bestuur",
    ]  # fmt: skip
    assert "Conclusies" in [text for style, text in styled if style == "Heading 2"]


def test_a_draft_says_so_on_every_page(word: bytes, pdf: bytes) -> None:
    assert 'string="CONCEPT"' in headers_of(word)
    assert "titlePg" not in parts(word)["word/document.xml"].decode()  # the first page has the same header
    assert all("CONCEPT" in page.extract_text() for page in pdf_reader(pdf).pages)


def test_a_final_report_carries_no_watermark() -> None:
    assert "CONCEPT" not in headers_of(render_word(final()))
    assert "CONCEPT" not in pdf_text(render_pdf(final()))


def test_part_a_alone_holds_no_findings() -> None:
    """It is what the secretariat gets."""
    alone = replace(final(), has_findings=False)

    texts = (" ".join(word_paragraphs(render_word(alone))), pdf_text(render_pdf(alone)))

    assert all("Deel B" not in text and "DeelB" not in text for text in texts)
    assert all("Begin klein" not in text and "Beginklein" not in text for text in texts)
    assert file_name(alone, DocumentKind.PDF) == "Rapport deel A Welzijn Rivierenland 2026-12-14.pdf"


def test_word_and_pdf_say_the_same_in_the_same_order(word: bytes, pdf: bytes) -> None:
    """One view feeds both; a layout that forgets a field or moves it would show here."""
    said = pdf_text(pdf)
    texts = [squeezed(text) for text in word_paragraphs(word)]
    whole = [text for text in texts if 12 < len(text) < 500]  # a longer one runs over pages, with header and footer

    missing = [text for text in whole if text not in said and text.replace("•", "") not in said]
    assert missing == []
    assert said.count("Wijzagenditbijelkteam.") == "".join(texts).count("Wijzagenditbijelkteam.") == 40


def test_the_addendum_stands_behind_part_b_in_both() -> None:
    """Per norm: first, planned, found now, and what the team holds of it now; with the passage in part A."""
    document = AuditReport(followed_up(), Moment.ADDENDUM, 4, MADE_AT)
    word, pdf = render_word(document), render_pdf(document)

    table = next(table for table in word_tables(word) if table.rows[0].cells[-1].text == "Nu")
    assert [cell.text.strip() for cell in table.rows[1].cells][2:] == ["+/-", "+"]
    assert [cell.text.strip() for cell in table.rows[2].cells][2:] == ["-", "+/-"]
    assert "Intervisie in elk team (klaar op 1 februari 2027)" in table.rows[1].cells[1].text
    assert "Nog geen tekst." in table.rows[2].cells[1].text
    said = pdf_text(pdf)
    texts = [squeezed(text) for text in word_paragraphs(word)]
    assert [text for text in texts if 12 < len(text) < 500 and text not in said] == []
    assert said.index("DeelB·Bevindingen") < said.index("AddendumbijdeelB") < said.index("Conclusievanhetaanvullend")
    assert said.count("Wijsprakenmetdrieteams.") == 45
    assert "met addendum, versie 4" in " ".join(content.decode() for n, content in parts(word).items() if "footer" in n)
    assert [str(item["/Title"]) for item in pdf_reader(pdf).outline if not isinstance(item, list)][-1].startswith("Add")


def test_part_a_alone_tells_of_the_investigation_without_its_findings() -> None:
    alone = AuditReport(followed_up(), Moment.SUMMARY, 5, MADE_AT, has_findings=False)

    texts = (squeezed(" ".join(word_paragraphs(render_word(alone)))), pdf_text(render_pdf(alone)))

    assert all("Opnieuwgetoetstenormen" in text and "drieteams" not in text for text in texts)
    assert all("AddendumbijdeelB" not in text for text in texts)


def test_bookmarks_lead_to_every_part(pdf: bytes) -> None:
    chapters = [str(item["/Title"]) for item in pdf_reader(pdf).outline if not isinstance(item, list)]

    assert chapters[:3] == ["Deel A · Samenvatting", "Deel B · Bevindingen", "Vakmanschap"]


def test_the_pdf_is_accessible(pdf: bytes) -> None:
    root: Any = pdf_reader(pdf).trailer["/Root"]

    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_pages_are_numbered(word: bytes, pdf: bytes) -> None:
    footers = [content.decode() for name, content in parts(word).items() if "footer" in name]

    assert any('w:instr="PAGE"' in footer and 'w:instr="NUMPAGES"' in footer for footer in footers)
    assert "Pagina1van" in squeezed(pdf_reader(pdf).pages[0].extract_text())


def test_what_nobody_filled_in_says_so(word: bytes) -> None:
    paragraphs = word_paragraphs(word)

    assert "Nog niet ingevuld." in paragraphs
    assert "Nog geen tekst." in paragraphs
    assert "None" not in paragraphs


def test_texts_of_people_never_run_and_never_get_lost() -> None:
    """Markup of HTML, Word, typst and Jinja is shown as it was typed, at every place where people write."""
    texts = odd_texts(300)
    document = draft(odd_report(texts))

    word, said = render_word(document), pdf_text(render_pdf(document))

    shown = squeezed(" ".join(word_paragraphs(word)))
    used = [text for text in texts if f"\u00bb{_mark(text)}\u00bb" in shown]
    assert len(used) > 180
    for text in used:
        body = squeezed(clean(text)).replace("•", "")
        assert body in shown.replace("•", "")
        assert f"\u00ab{_mark(text)}\u00ab" in said


def test_no_tag_of_the_template_is_left(word: bytes) -> None:
    for name, content in parts(word).items():
        assert not re.search(rb"\{\{|\{%|\{#", content), name


def test_paragraph_properties_are_in_the_order_of_the_schema(word: bytes) -> None:
    """LibreOffice forgives another order, Word says that the file is damaged."""
    order = (
        "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "shd", "tabs", "spacing", "ind",
        "jc", "outlineLvl",
    )  # fmt: skip

    for properties in docx.Document(io.BytesIO(word)).element.iter(qn("w:pPr")):
        places = [order.index(child.tag.split("}")[1]) for child in properties if child.tag != qn("w:rPr")]
        assert places == sorted(places)
        assert len(places) == len(set(places))


def test_the_open_sign_stands_only_where_norms_are_open() -> None:
    report = example_report()
    v1 = replace(report.rubrics[0].norms[0], verdict=Verdict.NOT_ASSESSED)
    first = replace(report.rubrics[0], norms=(v1, *report.rubrics[0].norms[1:]))

    with_open = view_of(draft(replace(report, rubrics=(first, *report.rubrics[1:]))))

    assert [sign.symbol for sign in view_of(draft()).signs] == ["+", "+/-", "-", "n.v.t."]
    assert [sign.symbol for sign in with_open.signs][-1] == "open"


def _mark(text: str) -> str:
    return re.match(r"\u00ab(\d+)\u00ab", text).group(1)  # type: ignore[union-attr]
