"""The casusregister in pages: in order, within reach, and read no further than what stands on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.cases import CaseFilter, CaseKind, Which, select
from domain.complaints import ComplaintId, Step
from storage.case_interfaces import CasePage
from storage.interfaces import NotAllowed
from storage.sql import case_register
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.appeal_cast import APPEAL_CHATS, AppealCast, appealed
from tests.storage.case_cast import CASE_CHATS, CaseCast

ALL = CaseFilter(Which.ALL)
FISH = ("aal", "baars", "forel", "haring", "karper", "snoek", "zalm")


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> CaseCast:
    """Seven signals on seven days: one is registered, one no complaint, the newest in another year."""
    cast = CaseCast(database, clock)
    cast.assemble()
    for number in range(7):
        complaint = cast.reported("Ottelien", f"Melding over {FISH[number]}", channel="phone").id
        if number == 1:
            cast.steps("Quinten", complaint, Step.CLASSIFY_YES, criterion="oral")
            cast.steps("Quinten", complaint, Step.ASSIGN, handler="Kim")
        if number == 2:
            cast.steps("Quinten", complaint, Step.CLASSIFY_NO, text="Een vraag")
        clock.now = clock.now + timedelta(days=9)
    return cast


def page(cast: CaseCast, wanted: CaseFilter = ALL, first: int = 0, size: int = 3, name: str = "Quinten") -> CasePage:
    with cast.database.begin() as work:
        return work.cases(work.actor(CASE_CHATS[name])).page(wanted, first, size)


def numbers(found: CasePage) -> list[str]:
    return [row.number for row in found.rows]


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def test_pages_hold_together_what_one_list_would(cast: CaseCast) -> None:
    """The order that people see is that of the rule: what is open by its term, then the newest."""
    with cast.database.begin() as work:
        rows = work.cases(work.actor(CASE_CHATS["Quinten"])).rows()
    for wanted in (ALL, CaseFilter(), CaseFilter(Which.CLOSED), CaseFilter(Which.ALL, CaseKind.SIGNAL),
                   CaseFilter(Which.ALL, year=2027), CaseFilter(Which.OPEN, CaseKind.COMPLAINT, 2026)):  # fmt: skip
        found: list[str] = []
        first: int | None = 0
        while first is not None:
            one = page(cast, wanted, first)
            assert one.total == len(select(rows, wanted))
            found += numbers(one)
            first = one.further
        assert found == [row.number for row in select(rows, wanted)]


def test_a_page_says_what_else_there_is(cast: CaseCast) -> None:
    found = page(cast)

    assert (found.total, found.further) == (7, 3)
    assert found.kinds == (CaseKind.COMPLAINT, CaseKind.SIGNAL)
    assert found.years == tuple(sorted({row.on.year for row in page(cast, size=9).rows}, reverse=True))
    assert page(cast, first=99).first == 6  # the last page, when there is less than there was


def test_a_search_goes_on_where_it_stopped(cast: CaseCast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are sealed, so they are read: never more than so many cases for one screen."""
    monkeypatch.setattr(case_register, "SEARCHED", 4)
    monkeypatch.setattr(case_register, "AT_A_TIME", 2)
    wanted = CaseFilter(Which.ALL, words="melding forel")  # closed, so the last of all

    first = page(cast, wanted)
    assert (numbers(first), first.further, first.among) == ([], 4, 7)
    second = page(cast, wanted, first.further or 0)
    assert (numbers(second), second.further) == (["K2026-3"], None)
    assert len(numbers(page(cast, CaseFilter(Which.ALL, words="melding")))) == 3  # a full page stops it too


def test_a_number_is_found_at_once(cast: CaseCast, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long ago: the number stands in the row."""
    monkeypatch.setattr(case_register, "SEARCHED", 1)
    monkeypatch.setattr(case_register, "AT_A_TIME", 1)

    assert numbers(page(cast, CaseFilter(Which.ALL, words=" k2026-3 "))) == ["K2026-3"]
    assert numbers(page(cast, CaseFilter(Which.ALL, words="B2026-3"))) == []


def test_everybody_sees_a_page_of_what_is_theirs(cast: CaseCast) -> None:
    assert numbers(page(cast, name="Kim")) == ["K2026-2"]
    assert page(cast, name="Kim").total == 1
    assert numbers(page(cast, name="Hans")) == []
    assert numbers(page(cast, name="Wies")) == []
    for name in ("Tom", "Samira", "Bea", "Sanne"):
        with pytest.raises(NotAllowed):
            page(cast, name=name)


def test_forged_keys_give_nothing(cast: CaseCast) -> None:
    """What is read is looked up again within reach."""
    with cast.database.begin() as work:
        keys = work.cases(work.actor(CASE_CHATS["Quinten"])).keys(ALL)
    with cast.database.begin() as work:
        assert work.cases(work.actor(CASE_CHATS["Wies"])).read(keys) == ()
        assert [row.number for row in work.cases(work.actor(CASE_CHATS["Kim"])).read(keys)] == ["K2026-2"]


def test_a_page_takes_as_many_statements_however_full_the_register_is(cast: CaseCast) -> None:
    with statements(cast.database) as before:
        page(cast)
    for number in range(30):
        cast.reported("Ottelien", f"Nog een {number}", channel="phone")
    with statements(cast.database) as after:
        page(cast)

    assert len(after) == len(before)


def test_the_menu_reads_what_it_shows(cast: CaseCast) -> None:
    with cast.cases("Quinten") as store:
        everything = store.waiting()
        assert [case.number for case in store.waiting(2)] == [case.number for case in everything[:2]]
        assert store.how_many_wait() == len(everything) == 6


def test_the_row_follows_the_term_that_runs(cast: CaseCast) -> None:
    """A signal, a complaint in treatment and one with an outcome: what the order of the register goes by."""
    complaint = ComplaintId(2)
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses")

    assert "K2026-2" in numbers(page(cast, CaseFilter(), size=9))[-1:]  # open, and nothing runs any more


def test_an_appeal_stands_among_the_rest_by_its_target(database: Database, clock: MovableClock) -> None:
    cast = appealed(AppealCast(database, clock), clock)
    cast.receive()
    with cast.database.begin() as work:
        register = work.cases(work.actor(APPEAL_CHATS["Quinn"]))
        [row] = register.page(CaseFilter(), 0, 8).rows
        assert register.page(CaseFilter(Which.ALL, words=row.number), 0, 8).rows == (row,)
        assert register.page(CaseFilter(Which.ALL, CaseKind.APPEAL, 2027), 0, 8).total == 1
    with cast.appeals("Omar") as appeals:
        appeals.set_target(6, cast.now)
    with cast.database.begin() as work:
        [row] = work.cases(work.actor(APPEAL_CHATS["Quinn"])).page(CaseFilter(), 0, 8).rows
        kept = work.execute(sa.text("SELECT due_on FROM appeal")).scalar_one()
    assert str(row.due) == str(kept)
