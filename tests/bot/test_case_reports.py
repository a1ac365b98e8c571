"""The casusregister as a document: only for who keeps it, with what was looked for, and without names to learn from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.case_reports import AT_A_TIME, load_review, plan_cases, read_cases
from documents.case_data import CaseReport, report_of
from domain.cases import MASK, RegisterColumn
from domain.complaints import Happening, Notary, Step
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
        plan, keys = plan_cases(work, CASE_CHATS[name], data, cast.now)
    with cast.database.begin() as work:
        rows = read_cases(work, CASE_CHATS[name], keys[:AT_A_TIME])
    return report_of(plan, rows)


def test_who_keeps_the_register_gets_what_they_looked_for(cast: CaseCast) -> None:
    assert [row.number for row in loaded(cast).rows] == ["K2026-1", "K2026-2"]
    assert [row.number for row in loaded(cast, "Ottelien", words="rekening").rows] == ["K2026-2"]
    assert [row.number for row in loaded(cast, which="open").rows] == ["K2026-1"]
    assert loaded(cast, which="open").review.total == 2  # the review is of the year, whatever was looked for
    assert len(loaded(cast).columns) == len(RegisterColumn)


@pytest.mark.parametrize("form", ["anonymous", "anonymous_pdf"])
def test_no_form_to_learn_from_names_a_notary(cast: CaseCast, form: str) -> None:
    """Typed in one case, and a name in every other text of the body as well."""
    complaint = cast.in_treatment()
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses")
    cast.steps("Kim", complaint, Step.ESCALATE, text="Wij bellen Aalders wel")
    offered = tuple(Notary(name, "Tiel") for name in ("mr. Aalders", "mr. Bos", "mr. Crum"))
    cast.notes("Quinten", complaint, Happening.OFFER_NOTARIES, notaries=offered)

    assert "Aalders" not in f"{loaded(cast, form=form).rows}"
    assert "Aalders" in f"{loaded(cast).rows}"


def test_a_quarter_is_reviewed_without_names(cast: CaseCast) -> None:
    """Counted as in the chat; a measure says what changed and not for whom."""
    complaint = cast.in_treatment()
    cast.notes("Kim", complaint, Happening.THEME, theme="planning")
    cast.notes("Kim", complaint, Happening.MEASURE, text="Tom belt Welzijn Rivierenland een dag eerder")

    with cast.database.begin() as work:
        data = {"year": cast.now.year, "quarter": (cast.now.month + 2) // 3}
        found = load_review(work, CASE_CHATS["Ottelien"], data, cast.now)

    assert (found.review.total, found.before.total) == (3, 0)
    assert found.review.themes == {"planning": 1}
    assert found.measures == (("planning", f"{MASK} belt {MASK} een dag eerder"),)
    assert found.taken_out == 2


@pytest.mark.parametrize("name", ["Kim", "Hans", "Tom", "Samira", "Bea", "Sanne", "Noor"])
def test_nobody_else_gets_a_review(cast: CaseCast, name: str) -> None:
    with cast.database.begin() as work, pytest.raises(NotAllowed):
        load_review(work, CASE_CHATS[name], {"year": 2026, "quarter": 0}, cast.now)


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
