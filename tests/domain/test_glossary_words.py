"""What people ask about is found, and a note of an auditor is no question."""

from __future__ import annotations

import pytest

from domain.framework import Framework, NormId, OfficialWording
from domain.glossary import asked_word, entries, entries_in, find_entry
from templates.glossary_screens import asking_words


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Wat is een bedrijfskritische vrijwilliger?", "bedrijfskritische_vrijwilliger"),
        ("wat zijn bedrijfskritische vrijwilligers", "bedrijfskritische_vrijwilliger"),
        ("wat betekent scope?", "scope"),
        ("Wat is eigenlijk een snuffelstagiere ?", "snuffelstagiaire"),
        ("wat is ook alweer de opdrachtgever?!", "opdrachtgever"),
        ("wat is BC-O3?", "BC-O3"),
    ],
)
def test_a_question_finds_its_term(text: str, term: str, label: Framework) -> None:
    word = asked_word(text, asking_words())

    assert word is not None
    found = find_entry(word, entries([label]))
    assert found is not None
    assert found.id == term


@pytest.mark.parametrize(
    "text",
    [
        "Wat is er geregeld voor stagiaires? De teamleider vertelt dat iemand hen inwerkt.",
        "Wat is een klant\nvolgens de professional: iedereen die binnenloopt",
        "Professionals weten wat een klant is",
        "wat is?",
        "Ze vroeg: wat is een klant?",
    ],
)
def test_a_note_is_no_question(text: str) -> None:
    """Nothing that somebody found may get lost in a glossary."""
    assert asked_word(text, asking_words()) is None


def test_an_unknown_word_is_not_guessed(label: Framework) -> None:
    assert find_entry("zonnepaneel", entries([label])) is None


def test_every_term_and_value_is_in_it(label: Framework) -> None:
    known = entries([label])

    assert len(known) == len(label.terms) + len(label.branch_code)
    assert all(find_entry(entry.name, known) == entry for entry in known)


def test_a_norm_leads_to_the_terms_in_it(label: Framework) -> None:
    """The longest name wins: a critical intern is no intern of another kind."""
    found = [entry.id for entry in entries_in(label.norm(NormId("D9")), entries([label]))]

    assert all(not entry.is_value for entry in entries_in(label.norm(NormId("D9")), entries([label])))
    assert len(found) == len(set(found))
    assert any(entries_in(norm, entries([label])) for norm in label.norms)


def test_the_questions_of_a_document_are_read_one_by_one() -> None:
    """Bijlage 4 is extracted with broken lines, and has words between its questions."""
    text = "Hoe doe je\ndit? Wat je ervan merkt. Kun je een voorbeeld\nnoemen? • Wie is erbij betrokken?"
    imported = OfficialWording("Een norm.", "© Iemand", questions=text)

    assert imported.asked == ("Hoe doe je dit?", "Kun je een voorbeeld noemen?", "Wie is erbij betrokken?")
    assert OfficialWording("Een norm.", "© Iemand").asked == ()
