"""File names, QR codes, cleaned text, and reports that travel to another process."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys

import pytest
from PIL import Image

from documents import words
from documents.file_names import DocumentKind, file_name
from documents.palette import SWATCHES
from documents.plain_text import clean
from documents.qr import qr_png
from domain.self_evaluation import ContributionKind, Purpose
from domain.verdicts import Verdict
from tests.changing import replace
from tests.documents.example import full_report


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        ("Welzijn Rivierenland", "Zelfevaluatie Welzijn Rivierenland 2026-11-21.docx"),
        ("Coöperatie 't Zand & Co.", "Zelfevaluatie Coöperatie 't Zand & Co 2026-11-21.docx"),
        ("../../etc/passwd\x00", "Zelfevaluatie etc passwd 2026-11-21.docx"),
        ('a<b>:"c|d?*\r\n', "Zelfevaluatie a b c d 2026-11-21.docx"),
        ("👍", "Zelfevaluatie organisatie 2026-11-21.docx"),
        ("x" * 300, f"Zelfevaluatie {'x' * 80} 2026-11-21.docx"),
    ],
)
def test_file_names_are_safe(organisation: str, expected: str) -> None:
    assert file_name(replace(full_report(), organisation=organisation), DocumentKind.WORD) == expected


def test_the_picture_is_called_a_scorecard() -> None:
    assert file_name(full_report(), DocumentKind.SCORECARD) == "Scorekaart Welzijn Rivierenland 2026-11-21.png"


def test_a_report_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(full_report())) == full_report()


def test_the_qr_code_is_a_square_picture_with_a_white_border() -> None:
    picture = Image.open(io.BytesIO(qr_png("https://t.me/handvatbot?start=" + "A" * 43))).convert("L")

    assert picture.width == picture.height > 300
    assert {picture.getpixel((place, 0)) for place in range(picture.width)} == {255}


def test_every_kind_and_purpose_has_a_word() -> None:
    """A new value of the domain without a word would only show when somebody asks for a document."""
    assert {kind.value for kind in ContributionKind} == set(words.entry("kind"))
    assert {purpose.value for purpose in Purpose} == set(words.entry("purpose"))
    assert set(SWATCHES) == set(Verdict)


def test_cleaning_keeps_what_people_wrote() -> None:
    assert clean("  a\r\nb\x00\x0bc\ud800 \U0001f468\u200d\U0001f469 \u202eomgekeerd\u202c  ") == (
        "a\nb\nc \U0001f468\u200d\U0001f469 omgekeerd"
    )


def test_the_data_object_loads_no_document_library() -> None:
    """The bot builds reports in its own process and renders them in another: only that one pays."""
    heavy = "{'typst', 'docx', 'docxtpl', 'openpyxl', 'segno'}"
    code = f"import sys, documents.build, documents.file_names; print(sorted({heavy} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
