"""Read documents back as a recipient's program would: every text with its place forgotten."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator

import docx
import openpyxl
import pypdf
from docx.table import Table
from docx.text.paragraph import Paragraph

_INVISIBLE = re.compile("[\\s\u200b\u00ad\x00]+")


def word_paragraphs(document: bytes) -> list[str]:
    """Return the text of every paragraph, also those in tables."""
    return [paragraph.text for paragraph in _paragraphs(docx.Document(io.BytesIO(document)).element.body)]


def _paragraphs(element: object) -> Iterator[Paragraph]:
    for found in element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):  # type: ignore[attr-defined]
        yield Paragraph(found, None)  # type: ignore[arg-type]


def word_tables(document: bytes) -> list[Table]:
    """Return the tables of the body."""
    return docx.Document(io.BytesIO(document)).tables


def pdf_reader(document: bytes) -> pypdf.PdfReader:
    """Return a reader on the document."""
    return pypdf.PdfReader(io.BytesIO(document))


def pdf_text(document: bytes, furniture: tuple[str, ...] = ()) -> str:
    """Return all text of a PDF without white space, and without the `furniture` that pages repeat."""
    pages = [squeezed(page.extract_text()) for page in pdf_reader(document).pages]
    for repeated in map(squeezed, furniture):
        pages = [page.replace(repeated, "") for page in pages]
    return re.sub(r"Pagina\d+van\d+", "", "".join(pages))


def squeezed(text: str) -> str:
    """Return the text without white space and with ligatures written out: PDF keeps neither."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def excel_values(workbook: bytes, sheet: str) -> list[list[object]]:
    """Return the rows of a sheet below its header, decoded as Excel does."""
    rows = openpyxl.load_workbook(io.BytesIO(workbook))[sheet].iter_rows(min_row=2, values_only=True)
    return [[_decoded(value) for value in row] for row in rows]


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return "" if value is None else value
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found.group(1), 16)), value)


def parts(document: bytes) -> dict[str, bytes]:
    """Return the files inside an Office document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
