"""Files with norms: Word and PDF say what the text says, and a hostile file is refused with its reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
import pypdf
import pytest
import typst
from docx.oxml import OxmlElement

from bot.norm_files import FileProblem, UnreadableFile, import_norms, read_text
from domain.framework import Framework, FrameworkId, NormId
from domain.norm_import import Layout
from storage.content import load_frameworks
from tests.domain import norm_documents as documents


@pytest.fixture(scope="module")
def label() -> Framework:
    return load_frameworks()[FrameworkId("kwaliteitslabel-2019")]


@pytest.fixture(scope="module")
def texts(label: Framework) -> Mapping[NormId, str]:
    return documents.invented(label)


def interview_format(label: Framework, texts: Mapping[NormId, str], *, numbered_by_word: bool) -> bytes:
    """The form as Word has it: a table per rubric with three columns."""
    document = docx.Document()
    document.add_paragraph("Gesprek met:\tBij organisatie:")
    for rubric in label.rubrics:
        table = document.add_table(rows=1, cols=3)
        heads = (f"Kwaliteitsnormen {rubric.name}", "Wie", "Bevindingen toetsing")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.text = head
        for norm in label.in_rubric(rubric.id):
            row = table.add_row()
            paragraph = row.cells[0].paragraphs[0]
            paragraph.text = texts[norm.id] if numbered_by_word else f"{norm.number}. {texts[norm.id]} "
            if numbered_by_word:
                paragraph._p.get_or_add_pPr().append(OxmlElement("w:numPr"))
            row.cells[1].text = "\n".join(norm.who)
    return _saved(document)


def report_form(label: Framework, texts: Mapping[NormId, str]) -> bytes:
    """Bijlage 7 as Word has it: content controls to fill in, and a norm that stands in one itself."""
    document = docx.Document()
    for rubric in label.rubrics:
        table = document.add_table(rows=1, cols=3)
        heads = (f"Kwaliteitsnormen {rubric.name}", "Bevindingen en verbeterpunten toetsing", "Oordeel +, +/-, -")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.text = head
        for norm in label.in_rubric(rubric.id):
            cells = table.add_row().cells
            cells[0].text = f"{norm.number}. {texts[norm.id]}"
            cells[1].text = "Dit vond ik in 3 gesprekken."
            if norm.number == 2:
                _wrap_in_content_control(cells[0].paragraphs[0]._p)
    return _saved(document)


def _wrap_in_content_control(paragraph: object) -> None:
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    paragraph.addprevious(control)  # type: ignore[attr-defined]
    control.append(content)
    content.append(paragraph)


def _saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def exact(content: bytes, label: Framework, texts: Mapping[NormId, str]) -> int:
    read = {norm.norm: norm.text for norm in import_norms(content, label).usable}
    return sum(read.get(norm) == text for norm, text in texts.items())


@pytest.mark.parametrize("numbered_by_word", [False, True], ids=["typed numbers", "numbers of Word"])
def test_the_interview_format_comes_in_from_word(
    numbered_by_word: bool, label: Framework, texts: Mapping[NormId, str]
) -> None:
    content = interview_format(label, texts, numbered_by_word=numbered_by_word)

    assert exact(content, label, texts) == 49
    assert {norm.layout for norm in import_norms(content, label).norms} == {Layout.INTERVIEW_FORMAT}


def test_the_report_form_comes_in_from_word(label: Framework, texts: Mapping[NormId, str]) -> None:
    """Content controls hide text from simple readers; findings of somebody never come along."""
    content = report_form(label, texts)

    assert exact(content, label, texts) == 49
    assert all("gesprekken" not in norm.text for norm in import_norms(content, label).norms)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_handbook_comes_in_from_text(encoding: str, label: Framework, texts: Mapping[NormId, str]) -> None:
    written = documents.handbook(label, texts)

    assert exact(written.encode(encoding), label, texts) == 49


def test_the_handbook_comes_in_from_pdf(label: Framework, texts: Mapping[NormId, str]) -> None:
    """With the name of the document on top of every page and a number below it."""
    lines = documents.handbook(label, texts).replace("\t", " ").split("\n")
    escaped = "".join(f"#text({_quoted(line)}) \\\n" for line in lines)
    source = (
        f'#set page(header: [Het hele handboek], numbering: "1")\n#set text(hyphenate: false, size: 8pt)\n{escaped}'
    )

    content = typst.compile(source.encode())

    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) > 10
    assert exact(content, label, texts) == 49


def _quoted(line: str) -> str:
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- What is refused -------------------------------------------------------------------------------------------------


def _word(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _locked_pdf() -> bytes:
    writer, file = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("geheim", algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()


def _empty_pdf() -> bytes:
    writer, file = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(file)
    return file.getvalue()


_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: b"", FileProblem.EMPTY),
        (lambda: b"x" * (20 * 1024 * 1024 + 1), FileProblem.TOO_LARGE),
        (lambda: b"\x00\x01\x02\x03" * 50, FileProblem.UNKNOWN_KIND),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 90, FileProblem.UNKNOWN_KIND),
        (lambda: b"   \n\n ", FileProblem.NO_TEXT),
        (lambda: _word({"word/document.xml": b"<a>" + b" " * 90_000_000}), FileProblem.BOMB),
        (lambda: _word({"word/document.xml": b"<a", "word/vbaProject.bin": b""}), FileProblem.MACROS),
        (lambda: _word({"word/document.xml": b"<a"}), FileProblem.BROKEN),
        (lambda: _word({"word/document.xml": _ENTITIES}), FileProblem.BROKEN),
        (lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nnonsense", FileProblem.BROKEN),
        (_locked_pdf, FileProblem.LOCKED),
        (_empty_pdf, FileProblem.NO_TEXT),
    ],
    ids=[
        "empty", "large", "bytes", "picture", "spaces", "bomb", "macros", "xml", "entities", "pdf", "locked", "scan",
    ],
)  # fmt: skip
def test_a_file_without_text_says_why(make: Callable[[], bytes], problem: FileProblem) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_text(make())

    assert refused.value.problem is problem
