"""LibreOffice opens what we make and finds everything in it: a second opinion beside our own libraries."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from documents.excel import render_excel
from documents.word import render_word
from tests.documents.example import full_report
from tests.documents.reading import pdf_reader, squeezed

SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="NOT CHECKED: soffice is missing, so nobody opened the docx and xlsx")
def test_libreoffice_opens_word_and_excel(tmp_path: Path) -> None:
    report = full_report()
    (tmp_path / "verslag.docx").write_bytes(render_word(report))
    (tmp_path / "lijst.xlsx").write_bytes(render_excel(report))

    texts = _as_pdf_texts(tmp_path, "verslag.docx", "lijst.xlsx")

    last = report.rubrics[-2].norms[-1].contributions[-1]
    for text in texts:
        assert squeezed(f"#{last.receipt}") in text
        assert squeezed("Vaststellen welke leveranciers kritisch zijn") in text


def _as_pdf_texts(folder: Path, *names: str) -> list[str]:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *names]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    made = [(folder / name).with_suffix(".pdf").read_bytes() for name in names]
    return [squeezed("".join(page.extract_text() for page in pdf_reader(pdf).pages)) for pdf in made]
