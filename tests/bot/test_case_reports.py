"""The casusregister as a document: only for who keeps it, with what was looked for, and without names to learn from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.case_reports import load_cases
from documents.case_data import CaseReport
from domain.cases import RegisterColumn
from domain.complaints import Happening, Step
from storage.interfaces import NotAllowed
from storage.sql.complaint_rights import purge_cases
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.case_cast import CASE_CHATS, CaseCast


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> CaseCast:
    cast = CaseCast(database, clock)
    cast.assemble()
    complaint = cast.in_treatment()
    cast.notes("Kim", complaint, Happening.NOTE, text="Samira belde met Tom van Welzijn Rivierenland")
    cast.steps("Quinten", cast.reported("Ottelien", "Rekening?", channel="phone").id, Step.CLASSIFY_NO, text="Vraag")
    return cast


def loaded(cast: CaseCast, name: str = "Quinten", **wanted: Any) -> CaseReport:
    data = {"form": "word", "which": "all", "kind": None, "year": None, "words": ""} | wanted
    with cast.database.begin() as work:
        return load_cases(work, CASE_CHATS[name], data, cast.now)


def test_who_keeps_the_register_gets_what_they_looked_for(cast: CaseCast) -> None:
    assert [row.number for row in loaded(cast).rows] == ["K2026-1", "K2026-2"]
    assert [row.number for row in loaded(cast, "Ottelien", words="rekening").rows] == ["K2026-2"]
    assert [row.number for row in loaded(cast, which="open").rows] == ["K2026-1"]
    assert loaded(cast, which="open").review.total == 2  # the review is of the year, whatever was looked for
    assert len(loaded(cast).columns) == len(RegisterColumn)


@pytest.mark.parametrize("name", ["Kim", "Hans", "Tom", "Samira", "Bea", "Sanne", "Noor"])
def test_nobody_else_gets_a_document(cast: CaseCast, name: str) -> None:
    """A handler reads their cases in the chat; the rights are looked at when the document is made."""
    with pytest.raises(NotAllowed):
        loaded(cast, name)


def test_another_body_gets_its_own(cast: CaseCast) -> None:
    assert loaded(cast, "Wies").rows == ()


def test_to_learn_from_there_are_no_names(cast: CaseCast) -> None:
    found = loaded(cast, form="anonymous")

    assert found.taken_out
    for word in ("Samira", "Tom", "Welzijn", "Rivierenland", "Kim", "K2026"):
        assert word not in f"{found.rows}{found.review}"
    assert RegisterColumn.CLIENT not in {column for column, _ in found.columns}
    assert [row.number for row in found.rows] == ["1", "2"]


def test_what_was_purged_is_still_counted(cast: CaseCast) -> None:
    later = cast.now.replace(year=2034)
    with cast.database.begin() as work:
        assert purge_cases(work, later) == 1

    assert loaded(cast).review.total == 2
