"""The text of a document that may hold norms: Word, PDF or plain text, read without trusting it.

    bytes -> what it really is (file_check) -> lines in reading order -> domain.norm_import

Of a Word table every row becomes the number, the first cell and then the others, so that the numbers that Word
makes by itself are there as well. Runs in the document process: a file that eats memory takes nobody along.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from bot import file_check
from domain.framework import Framework
from domain.norm_import import Import, find_official_wording

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FILL_IN: Final = "Click or tap here to enter text."
_MAX_XML: Final = 40_000_000
_MAX_PAGES: Final = 400
_MAX_TEXT: Final = 4_000_000
_HEAD = re.compile(r"(?i)^\s*kwaliteitsnormen\b")
_NUMBER = re.compile(r"^\s*(?:[A-Z]{1,2}\s?)?\d{1,2}\s?[.)]")


class FileProblem(StrEnum):
    """Why no text could be read from a file."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    MACROS = "macros"
    BOMB = "bomb"
    BROKEN = "broken"
    LOCKED = "locked"
    NO_TEXT = "no_text"


class UnreadableFile(Exception):
    """The file gives no text; `problem` says why."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def import_norms(content: bytes, framework: Framework) -> Import:
    """Return the norms of a framework that a file holds.

    Raises:
        UnreadableFile
    """
    return find_official_wording(read_text(content), framework)


def read_text(content: bytes) -> str:
    """Return the text of a Word document, PDF or text file, in reading order.

    Raises:
        UnreadableFile
    """
    checked = file_check.check(content)
    if checked.media_type == _WORD:
        text = _word_text(content)
    elif checked.media_type == "application/pdf":
        text = _pdf_text(content)
    elif checked.refusal in (None, file_check.Refusal.UNKNOWN_KIND):
        text = _plain_text(content)
    else:
        raise UnreadableFile(FileProblem(checked.refusal.value))
    if not text.strip():
        raise UnreadableFile(FileProblem.NO_TEXT)
    return text[:_MAX_TEXT]


def _plain_text(content: bytes) -> str:
    """Read text in UTF-8 or, as older programs write it, Windows-1252."""
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(sign) < 32 and sign not in "\t\r\n\f\v" for sign in text):
            break
        return text
    raise UnreadableFile(FileProblem.UNKNOWN_KIND)


# --- PDF -------------------------------------------------------------------------------------------------------------


def _pdf_text(content: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile(FileProblem.LOCKED)
        pages = [page.extract_text() for page in reader.pages[:_MAX_PAGES]]
    except UnreadableFile:
        raise
    except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise UnreadableFile(FileProblem.BROKEN) from error  # a broken PDF breaks pypdf in many ways
    return "\n".join(_without_repeats(pages))


def _without_repeats(pages: list[str]) -> Iterator[str]:
    """Leave out first and last lines that nearly every page has, such as the name of the document."""
    edges: dict[str, int] = {}
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        for line in {*lines[:1], *lines[-1:]}:
            edges[_shape(line)] = edges.get(_shape(line), 0) + 1
    repeated = {line for line, times in edges.items() if times > max(3, len(pages) // 2)}
    for page in pages:
        yield "\n".join(line for line in page.splitlines() if _shape(line.strip()) not in repeated)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line)


# --- Word ------------------------------------------------------------------------------------------------------------


def _word_text(content: bytes) -> str:
    from lxml import etree  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo("word/document.xml").file_size > _MAX_XML:
                raise UnreadableFile(FileProblem.BOMB)
            xml = archive.read("word/document.xml")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnreadableFile(FileProblem.BROKEN) from error
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableFile(FileProblem.BROKEN)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        body = etree.fromstring(xml, parser).find(f"{_W}body")
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(FileProblem.BROKEN) from error
    return "\n".join(_block_lines(body)) if body is not None else ""


def _block_lines(element: Any) -> Iterator[str]:
    """Return paragraphs and tables in order, also those within content controls."""
    for child in element:
        if child.tag == f"{_W}p":
            yield _paragraph(child)
        elif child.tag == f"{_W}tbl":
            yield from _table_lines(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"):
            yield from _block_lines(child)


def _table_lines(table: Any) -> Iterator[str]:
    number, is_list = 0, False
    for row in _children(table, "tr"):
        cells = [_cell_lines(cell) for cell in _children(row, "tc")]
        first = " ".join(cells[0]).strip() if cells else ""
        if _HEAD.match(first):
            number, is_list = 0, True
            yield from ("", " ".join([first, *(" ".join(cell) for cell in cells[1:])]), "")
            continue
        if is_list and first and (_NUMBER.match(first) or _is_numbered(row)):
            number += 1
            first = first if _NUMBER.match(first) else f"{number}. {first}"
            yield from ("", f"\t{first}", "", _FILL_IN)
        else:
            yield first
        for cell in cells[1:]:
            yield from ("", *cell)
        yield ""


def _is_numbered(row: Any) -> bool:
    """Say whether Word numbers the first paragraph of this row by itself."""
    paragraph = next(row.iter(f"{_W}p"), None)
    return paragraph is not None and paragraph.find(f"{_W}pPr/{_W}numPr") is not None


def _children(element: Any, name: str) -> Iterator[Any]:
    """Return rows or cells, also those that a content control holds."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"):
            yield from _children(child, name)


def _cell_lines(cell: Any) -> list[str]:
    return [line.strip() for line in _block_lines(cell) if line.strip()]


def _paragraph(paragraph: Any) -> str:
    """Return the text of a paragraph without what was deleted, and without the codes of fields."""
    parts: list[str] = []
    skipped = {id(run) for gone in paragraph.iter(f"{_W}del", f"{_W}moveFrom") for run in gone.iter()}
    for element in paragraph.iter():
        if id(element) in skipped:
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr") and element.getparent().tag == f"{_W}r":
            parts.append(" ")
        elif element.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)
