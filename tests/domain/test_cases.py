"""The casusregister as rows: finding a case, counting a year, and telling it without names."""

from __future__ import annotations

from datetime import date

import pytest

from domain.cases import (
    MASK,
    CaseFilter,
    CaseKind,
    CaseLine,
    CaseRow,
    KeptTerm,
    Masking,
    Which,
    anonymised,
    lesson,
    review,
    select,
)
from domain.privacy_guard import PrivacyKind
from tests.changing import replace

DAY = date(2026, 12, 1)
ROW = CaseRow(
    CaseKind.COMPLAINT, 1, "K2026-1", DAY, "Welzijn Rivierenland", "Samira vond de toon van Tom niet prettig.",
    "closed", is_open=False, handler="Kim de Boer", theme="conduct", is_satisfied=True, names=("Samira Bakker", "Tom"),
    kept_terms=(KeptTerm("classify", is_met=True),), root_cause="Tom had haast",
    actions=(CaseLine(DAY, "measure", "Bel Samira op 06-12345678", "Kim de Boer"), CaseLine(DAY, "note", "Gesproken")),
)  # fmt: skip
OPEN = replace(ROW, id=2, number="K2026-2", is_open=True, due=date(2027, 1, 1), is_satisfied=None, kept_terms=())
SOON = replace(OPEN, id=3, number="K2026-3", due=date(2026, 12, 9))
SIGNAL = replace(OPEN, id=4, number="S4", kind=CaseKind.SIGNAL, theme="", is_open=False)
OLD = replace(ROW, id=5, number="K2025-9", on=date(2025, 3, 1), kept_terms=(KeptTerm("classify", is_met=False),))
ROWS = (ROW, OPEN, SOON, SIGNAL, OLD)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(), ["K2026-3", "K2026-2"]),
        (CaseFilter(Which.CLOSED), ["S4", "K2026-1", "K2025-9"]),
        (CaseFilter(Which.ALL, CaseKind.COMPLAINT, 2026), ["K2026-3", "K2026-2", "K2026-1"]),
        (CaseFilter(Which.ALL, words="haast K2025"), ["K2025-9"]),
        (CaseFilter(Which.ALL, words="GESPROKEN rivieren", year=2025), ["K2025-9"]),
        (CaseFilter(Which.ALL, words="niemand"), []),
    ],
)
def test_a_case_is_found(wanted: CaseFilter, expected: list[str]) -> None:
    """What waits comes first, by its term; then the newest."""
    assert [row.number for row in select(ROWS, wanted)] == expected


def test_a_year_is_counted() -> None:
    """For the core group and the management review: a signal that was no complaint counts as a signal only."""
    found = review(ROWS, date(2026, 1, 1), date(2026, 12, 31))

    assert (found.total, found.open) == (4, 2)
    assert found.kinds == {CaseKind.COMPLAINT: 3, CaseKind.SIGNAL: 1}
    assert found.themes == {"conduct": 3}
    assert found.terms == {"classify": (1, 0)}
    assert found.satisfied == {True: 1}
    assert {number for number, _ in found.measures} == {"K2026-1", "K2026-2", "K2026-3"}
    assert review(ROWS, date(2025, 1, 1), date(2025, 12, 31)).terms == {"classify": (0, 1)}
    assert review(ROWS, date(2024, 1, 1), date(2024, 12, 31)).total == 0


def test_a_case_is_told_without_names() -> None:
    """First names, last names, the client and a phone number; whoever reads it is told how much was taken out."""
    found = anonymised(ROW)

    everything = f"{found.row}"
    for word in ("Samira", "Bakker", "Tom ", "Kim", "Boer", "Rivierenland", "06-12345678"):
        assert word not in everything
    assert found.row.description == f"{MASK} vond de toon van {MASK} niet prettig."
    assert found.found == {PrivacyKind.PHONE: 1}
    assert found.names_found == 4
    assert found.row.theme == "conduct"


def test_a_name_within_a_word_stays() -> None:
    """Tom is no part of "automatisch"."""
    row = replace(ROW, description="Dat gaat automatisch", root_cause="", actions=())

    assert anonymised(row).row.description == "Dat gaat automatisch"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan van Dijk belde van huis", f"{MASK} belde van huis"),
        ("Jan zei van niet", f"{MASK} zei van niet"),
        ("Bij 't Hof en bij O'Brien-Jansen", f"Bij '{MASK} en bij {MASK}"),
        ("jan VAN DIJK", MASK),
        ("Het sociaal werk van Welzijn Oost", f"Het sociaal werk van {MASK}"),
        ("Janneke en Dijkstra", "Janneke en Dijkstra"),
    ],
)
def test_ordinary_words_stay_and_names_go(text: str, expected: str) -> None:
    """A small word in a name is no name by itself, and neither is a name within a longer word."""
    assert Masking(["Jan van Dijk", "'t Hof", "O'Brien-Jansen", "Welzijn Oost"]).masked(text) == expected


def test_a_lesson_holds_what_happened_why_and_what_changed() -> None:
    """Without steps, days, client and names; what somebody says in their own words is masked as well."""
    masking = Masking((ROW.client, *ROW.names, ROW.handler))

    found = lesson(ROW, masking)
    assert found.description == f"{MASK} vond de toon van {MASK} niet prettig."
    assert (found.root_cause, found.measures) == (f"{MASK} had haast", (f"Bel {MASK} op {MASK}",))
    assert found.taken_out == 5
    assert lesson(ROW, Masking(["Tom"]), "Let op je toon, zei Tom").text == f"Let op je toon, zei {MASK}"
