"""The letter of an appeal: the same words in Word and PDF, on pages to sign, and no text that runs."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from documents.appeal_letter import file_name, render_letter_pdf, render_letter_word, view_of
from documents.appeal_letter_data import AppealLetterData
from documents.make_letter_template import TEMPLATE, make_template
from documents.plain_text import clean
from domain.audit import AuditKind
from domain.working_days import AMSTERDAM
from tests.changing import replace
from tests.documents.odd_texts import PAYLOADS
from tests.documents.reading import parts, pdf_reader, pdf_text, squeezed, word_paragraphs

LETTER = AppealLetterData(
    organisation="Welzijn Rivierenland", member_number="SWN 123", ci="CI Kompas", kind=AuditKind.INITIAL,
    is_positive=False, decided_on=date(2027, 1, 11), mailed_on=date(2027, 1, 12),
    grounds="Het plan was op tijd.\nHet jaarplan is gezien.", request="Neem een nieuw besluit.",
    made_at=datetime(2027, 1, 20, 10, tzinfo=AMSTERDAM),
)  # fmt: skip


def test_the_committed_template_is_what_its_script_makes() -> None:
    assert parts(TEMPLATE.read_bytes()) == parts(make_template())


def test_everything_that_counts_stands_in_both() -> None:
    word, pdf = word_paragraphs(render_letter_word(LETTER)), squeezed(pdf_text(render_letter_pdf(LETTER)))

    for said in (
        "Welzijn Rivierenland", "Lidnummer bij Sociaal Werk Nederland: SWN 123",
        "Betreft: beroep tegen het besluit van 11 januari 2027", "Het plan was op tijd.", "Het jaarplan is gezien.",
        "Neem een nieuw besluit.", "Handtekening", "CI Kompas, ter attentie van het bureau",
        "Namens Welzijn Rivierenland stellen wij beroep in tegen uw negatieve besluit van 11 januari 2027"
        " (eerste toetsing), dat u ons op 12 januari 2027 mailde.",
    ):  # fmt: skip
        assert said in word
        assert squeezed(said) in pdf
    assert len(pdf_reader(render_letter_pdf(LETTER)).pages) == 1


def test_without_the_day_of_the_mail_and_without_a_number_nothing_is_made_up() -> None:
    view = view_of(replace(LETTER, mailed_on=None, member_number="", is_positive=True))

    assert view["opening"].endswith("tegen uw positieve besluit van 11 januari 2027 (eerste toetsing).")
    assert view["member_number"] == ""
    assert "Lidnummer" not in " ".join(word_paragraphs(render_letter_word(replace(LETTER, member_number=""))))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_are_only_words(payload: str) -> None:
    letter = replace(LETTER, organisation=payload, ci=payload, grounds=payload, request=payload)

    word, pdf = word_paragraphs(render_letter_word(letter)), squeezed(pdf_text(render_letter_pdf(letter)))

    assert word.count(clean(payload)) >= 2
    assert squeezed(clean(payload)) in pdf
    assert not set('<>:"/\\|?*') & set(file_name(letter, "docx"))


def test_a_long_letter_goes_on() -> None:
    letter = replace(LETTER, grounds="\n".join(f"Reden {n}: " + "dit klopt niet " * 20 for n in range(40)))

    text = squeezed(pdf_text(render_letter_pdf(letter)))
    assert squeezed("Reden 39:") in text
    assert len(pdf_reader(render_letter_pdf(letter)).pages) > 2
