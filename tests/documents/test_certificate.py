"""The certificate: what stands on it, what its code says, and that nobody's text can break it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from documents.certificate import file_name, picture_of, render_certificate, verification_text
from documents.certificate_data import CertificateData
from tests.changing import replace

DATA = CertificateData(
    organisation="Welzijn Rivierenland", scope="Alle diensten in Tiel en Buren", ci="CI Kompas",
    number="SSW-2027-0001", code="ABCD-EFGH-JKMN", norms_version="29 mei 2019 (kader 2.0)",
    valid_from=date(2027, 2, 1), expires_on=date(2029, 2, 1), made_at=datetime(2027, 2, 1, 9, 0, tzinfo=UTC),
)  # fmt: skip


def words_of(data: CertificateData) -> str:
    pages = PdfReader(BytesIO(render_certificate(data))).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def test_everything_that_counts_stands_on_one_landscape_page() -> None:
    text = words_of(DATA)

    for said in ("Welzijn Rivierenland", "Alle diensten in Tiel en Buren", "CI Kompas", "SSW-2027-0001",
                 "1 februari 2027", "1 februari 2029", "ABCD-EFGH-JKMN", "29 mei 2019"):  # fmt: skip
        assert said in text
    box = PdfReader(BytesIO(render_certificate(DATA))).pages[0].mediabox
    assert box.width > box.height


def test_the_code_says_what_should_stand_there() -> None:
    """Whoever changes a copy cannot change what its code says and what the register holds."""
    said = verification_text(DATA)

    assert all(part in said for part in ("SSW-2027-0001", "Welzijn Rivierenland", "1 februari 2029", "ABCD-EFGH-JKMN"))


def test_another_edition_says_on_paper_and_in_its_code_that_it_replaces_one() -> None:
    """Who holds both knows which one counts; a first edition says nothing of the kind."""
    again = replace(DATA, edition=2)

    assert "Uitgave 2. Eerdere uitgaven gelden niet meer." in words_of(again)
    assert "uitgave 2; eerdere uitgaven gelden niet meer" in verification_text(again)
    assert file_name(again) == "Certificaat Welzijn Rivierenland SSW-2027-0001 uitgave 2.pdf"
    assert "itgave" not in words_of(DATA) + verification_text(DATA)


@pytest.mark.parametrize(
    "name", ["Stichting #set page(fill: red) <b>&", "Lang " * 60, "مؤسسة الرعاية", "Zorg {x} $y$ \\z _w_ *v*"]
)
def test_hostile_and_long_names_are_only_text(name: str) -> None:
    data = replace(DATA, organisation=name.strip(), scope=name * 4)

    assert words_of(data)
    assert file_name(data).endswith(" SSW-2027-0001.pdf")
    assert not set('<>:"/\\|?*') & set(file_name(data))


def test_a_copy_of_what_is_not_valid_says_so() -> None:
    valid = Image.open(BytesIO(picture_of(DATA)))
    not_valid = Image.open(BytesIO(picture_of(replace(DATA, is_valid=False))))

    assert valid.size == not_valid.size
    assert valid.tobytes() != not_valid.tobytes()
