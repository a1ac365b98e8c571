"""The PDF: the same text as Word, fonts inside, tagged for who listens, bookmarks for who searches."""

from __future__ import annotations

import re
from typing import Any

import pypdf
import pytest
import typst

from documents import typesetting
from documents.pdf import render_pdf
from documents.view import view_of
from documents.word import render_word
from tests.documents.example import empty_report, full_report, other_framework_report, report_of
from tests.documents.reading import pdf_reader, pdf_text, squeezed, word_paragraphs


@pytest.fixture(scope="module")
def reader() -> pypdf.PdfReader:
    return pdf_reader(render_pdf(full_report()))


def test_every_font_is_inside(reader: pypdf.PdfReader) -> None:
    fonts = [font for page in reader.pages for font in _fonts(page)]

    assert fonts
    assert all(_is_embedded(font) for font in fonts)


def test_it_is_accessible(reader: pypdf.PdfReader) -> None:
    """PDF/UA-1: a title, a language, and a structure that can be read aloud."""
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()

    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "nl-NL"
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert reader.metadata is not None
    assert reader.metadata.title == "Zelfevaluatie Welzijn Rivierenland"
    assert reader.metadata.author == "Welzijn Rivierenland"


def test_bookmarks_lead_to_every_rubric_and_norm(reader: pypdf.PdfReader) -> None:
    chapters = [item for item in reader.outline if not isinstance(item, list)]
    norms = [norm for item in reader.outline if isinstance(item, list) for norm in item]

    assert [str(chapter["/Title"]) for chapter in chapters][2:5] == [
        "Vakmanschap",
        "Dienstverlening",
        "Organisatie en bestuur",
    ]
    assert len(norms) == 49
    assert squeezed(str(norms[0]["/Title"])) == squeezed("V1 Vakbekwaam volgens je beroepsprofiel")


def test_pages_are_numbered(reader: pypdf.PdfReader) -> None:
    pages = len(reader.pages)

    for number, page in enumerate(reader.pages, 1):
        assert squeezed(f"Pagina {number} van {pages}") in squeezed(page.extract_text())


def test_word_and_pdf_say_the_same_in_the_same_order() -> None:
    """One view feeds both; a layout that forgets a field or moves it would show here."""
    report = full_report()
    pdf = pdf_text(render_pdf(report))
    headings = [f"{norm.id}{squeezed(norm.title)}" for norm in report.norms]
    said = [squeezed(item.text) for norm in report.norms for item in norm.contributions if 0 < len(item.text) < 300]
    word = squeezed("".join(word_paragraphs(render_word(report))))

    assert [text for text in said if word.count(text) != pdf.count(text)] == []
    assert re.findall(r"#\d\d\d", word) == re.findall(r"#\d\d\d", pdf)
    for document in (word, pdf):
        places = [document.rindex(heading) for heading in headings]
        assert places == sorted(places)


@pytest.mark.parametrize("report", [empty_report(), other_framework_report(), report_of(())])
def test_there_is_a_document_whatever_the_evaluation_holds(report: Any) -> None:
    text = pdf_text(render_pdf(report))

    for sentence in view_of(report).forecast:
        assert squeezed(sentence) in text


def test_the_same_report_makes_the_same_file() -> None:
    """Who compares two downloads of a closed evaluation must find no difference."""
    assert render_pdf(empty_report()) == render_pdf(empty_report())


def test_templates_cannot_read_outside_their_folder() -> None:
    compiler = typesetting._compiler.__wrapped__("self_evaluation.typ")  # a fresh one: it remembers its input

    with pytest.raises(typst.TypstError):
        compiler.compile(input=b'#read("/etc/passwd")', format="pdf")


def _fonts(page: pypdf.PageObject) -> list[Any]:
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]  # type: ignore[attr-defined]


def _is_embedded(font: Any) -> bool:
    described = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    return any(key in described["/FontDescriptor"] for key in ("/FontFile", "/FontFile2", "/FontFile3"))
