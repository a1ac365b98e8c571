"""The Word document: navigable, accessible, editable, and from a template that its script reproduces."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from jinja2.exceptions import SecurityError

from documents import word, words
from documents.make_template import TEMPLATE, make_template
from documents.word import render_word
from tests.changing import replace
from tests.documents.example import empty_report, full_report, other_framework_report, report_of
from tests.documents.reading import parts, word_paragraphs, word_tables

STYLES = {"Normal", "Title", "Subtitle", *(f"Heading {n}" for n in (1, 2, 3)), *words.entry("styles").values()}


@pytest.fixture(scope="module")
def document() -> bytes:
    return render_word(full_report())


def test_the_committed_template_is_what_its_script_makes() -> None:
    """Otherwise the next person to run the script would undo somebody's change by hand."""
    assert parts(TEMPLATE.read_bytes()) == parts(make_template())


def test_headings_make_the_outline(document: bytes) -> None:
    styles = [
        (paragraph.style.name, paragraph.text)
        for paragraph in docx.Document(io.BytesIO(document)).paragraphs
        if paragraph.style is not None and str(paragraph.style.name).startswith("Heading")
    ]

    chapters = [text for style, text in styles if style == "Heading 1"]
    norms = [text for style, text in styles if style == "Heading 2"]
    assert chapters == [
        "Samenvatting",
        "Overzicht van de normen",
        "Vakmanschap",
        "Dienstverlening",
        "Organisatie en bestuur",
        "Over dit document",
    ]
    assert len(norms) == 49
    assert norms[0] == "V1  Vakbekwaam volgens je beroepsprofiel"


def test_every_table_of_rows_repeats_its_header(document: bytes) -> None:
    without = [_first(table) for table in word_tables(document) if not _has_header(table)]

    assert without == ["Normenkader", "41"]  # the title block and the tiles have labels inside their cells


def test_every_table_has_a_description(document: bytes) -> None:
    captions = [table._tbl.tblPr.find(qn("w:tblCaption")) for table in word_tables(document)]

    assert all(caption is not None and caption.get(qn("w:val")) for caption in captions)


def test_the_overview_links_to_every_norm(document: bytes) -> None:
    body = docx.Document(io.BytesIO(document)).element.body
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    bookmarks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    ids = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]

    assert links == bookmarks
    assert len(set(ids)) == 49


def test_properties_name_the_document() -> None:
    report = replace(full_report(), organisation="Welzijn <Rivierenland> & Zn.")

    properties = docx.Document(io.BytesIO(render_word(report))).core_properties

    assert properties.title == "Zelfevaluatie Welzijn <Rivierenland> & Zn."
    assert properties.author == "Welzijn <Rivierenland> & Zn."
    assert properties.language == "nl-NL"


def test_a_name_longer_than_word_allows_is_no_error() -> None:
    assert render_word(replace(empty_report(), organisation="Stichting " * 60))


def test_pages_are_numbered_and_named(document: bytes) -> None:
    inside = parts(document)
    footers = [content.decode() for name, content in inside.items() if "footer" in name]
    headers = "".join(content.decode() for name, content in inside.items() if "header" in name)

    assert len(footers) == 2
    assert all('w:instr="PAGE"' in footer and 'w:instr="NUMPAGES"' in footer for footer in footers)
    assert "Welzijn Rivierenland" in headers
    assert "21 november 2026" in headers


def test_paragraph_properties_are_in_the_order_of_the_schema(document: bytes) -> None:
    """LibreOffice forgives another order, Word says that the file is damaged."""
    before_spacing = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "shd", "tabs")
    order = (*before_spacing, "spacing", "ind", "jc", "outlineLvl")
    opened = docx.Document(io.BytesIO(document))
    own = [style.element for style in opened.styles if style.name in STYLES]

    for properties in (found for element in (opened.element, *own) for found in element.iter(qn("w:pPr"))):
        places = [order.index(child.tag.split("}")[1]) for child in properties if child.tag != qn("w:rPr")]
        assert places == sorted(places)
        assert len(places) == len(set(places))


def test_a_norm_stays_in_one_piece_unless_it_is_long(document: bytes) -> None:
    tables = {_caption(table).split(":")[0]: table for table in word_tables(document)}

    assert all(_keeps(row.cells[1].paragraphs[0]) for row in tables["V1"].rows[:-1])
    assert not any(_keeps(row.cells[1].paragraphs[0]) for row in tables["V3"].rows[1:])  # V3 tells a long story


def test_no_tag_of_the_template_is_left(document: bytes) -> None:
    for name, content in parts(document).items():
        assert not re.search(rb"\{\{|\{%|\{#", content), name


@pytest.mark.parametrize("report", [empty_report(), other_framework_report(), report_of(())])
def test_there_is_a_document_whatever_the_evaluation_holds(report: object) -> None:
    paragraphs = word_paragraphs(render_word(report))  # type: ignore[arg-type]

    assert "Samenvatting" in paragraphs
    assert "None" not in paragraphs


def test_the_empty_evaluation_says_so() -> None:
    paragraphs = word_paragraphs(render_word(empty_report()))

    assert "Er is nog geen norm beoordeeld. Zodra dat zo is, staat hier hoe het ervoor staat." in paragraphs
    assert paragraphs.count("Nog geen toelichting of bewijs.") == 49


def test_templates_run_in_a_sandbox() -> None:
    """docxtpl runs Jinja unsandboxed by itself: from a template one reaches the operating system."""
    with pytest.raises(SecurityError):
        word._environment().from_string("{{ cycler.__init__.__globals__.os }}").render()


def _first(table: Table) -> str:
    return table.rows[0].cells[0].paragraphs[0].text


def _has_header(table: Table) -> bool:
    return table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def _caption(table: Table) -> str:
    return str(table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")))


def _keeps(paragraph: Paragraph) -> bool:
    return bool(paragraph.paragraph_format.keep_with_next)
