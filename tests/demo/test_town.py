"""What a new demo begins with: everybody in it finds something to try, and a second start changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import demo.__main__ as page
from bot.settings import read
from demo.bot import prepare
from demo.people import OPERATOR, TOWN
from demo.town import FRAMEWORK, build
from domain.audit_rules import AuditRules
from domain.cases import CaseFilter
from domain.complaints import ComplaintState
from domain.framework import NormId
from domain.roles import Role
from domain.trends import Level
from domain.working_days import local_day
from storage.sql.database import Database
from tests.changing import replace
from tests.conftest import MovableClock


@pytest.fixture
def town(database: Database, audit_rules: AuditRules, clock: MovableClock) -> Database:
    database.operators = frozenset({OPERATOR})
    build(database, audit_rules, clock.now)
    return database


def test_everybody_on_the_page_has_a_part(town: Database) -> None:
    """Each with a phone, and in the role that they begin with."""
    assert {person["id"]: person["first_name"] for person in page.PEOPLE}.items() >= {
        chat: name for name, chat in TOWN.items()
    }.items()
    roles = {"Farah": Role.COORDINATOR, "Quirine": Role.QUALITY_OFFICER, "Karim": Role.COMPLAINT_HANDLER,
             "Dewi": Role.OFFICE_MANAGER, "Thomas": Role.AUDITOR}  # fmt: skip
    with town.begin() as work:
        for name, role in roles.items():
            assert work.actor(TOWN[name]).role is role
        assert {one.role for one in work.actor(TOWN["Marga"]).memberships} == {
            Role.COMPLAINT_HANDLER, Role.APPEAL_HANDLER,
        }  # fmt: skip


def test_a_complaint_is_under_way_and_a_signal_waits(town: Database, clock: MovableClock) -> None:
    with town.begin() as work:
        waiting = work.complaints(work.actor(TOWN["Quirine"])).waiting()
        assert [case.complaint.state for case in waiting] == [
            ComplaintState.SIGNAL_RECEIVED, ComplaintState.IN_TREATMENT,
        ]  # fmt: skip
        assert not any(case.term and case.term.is_late(clock.now) for case in waiting)
        [case] = work.complaints(work.actor(TOWN["Karim"])).waiting()
        assert case.client == "Welzijn De Linde"
        [own] = work.complaints(work.actor(TOWN["Farah"])).own()
        assert own.number == case.number
        assert work.cases(work.actor(TOWN["Dewi"])).page(CaseFilter(), 0, 8).total == 2


def test_a_certified_member_may_still_appeal(town: Database, clock: MovableClock) -> None:
    """Its re-audit was turned down, the mail is known, and the month is not over."""
    today = local_day(clock.now)
    with town.begin() as work:
        farah = work.actor(TOWN["Farah"])
        found = work.appeals(farah).contestables()[0]
        assert (found.contested.is_positive, found.appeal) == (False, None)
        assert found.last_day is not None
        assert today + timedelta(days=14) < found.last_day
        assert len(work.decisions(farah).own_entries()) == 1
        work.appeals(farah).write_letter(found.contested.audit, clock.now, grounds="Wij waren op tijd")


def test_there_is_something_to_compare_with(town: Database) -> None:
    with town.begin() as work:
        quirine = work.trends(work.actor(TOWN["Quirine"]))
        [publication] = quirine.publications()
        [group] = quirine.groups(publication.id)
        cells = {cell.norm: cell for cell in quirine.cells(publication.id, group)}
        assert publication.framework == FRAMEWORK
        assert group.level is Level.CI
        assert (cells[NormId("V5")].applies, cells[NormId("V5")].improvements) == (9, 5)
        farah = work.trends(work.actor(TOWN["Farah"]))
        assert farah.consent().takes_part


@pytest.mark.parametrize("day", [datetime(2027, 1, 2, 8, tzinfo=UTC), datetime(2028, 2, 29, 8, tzinfo=UTC)])
def test_a_demo_can_begin_on_any_day(
    database: Database, audit_rules: AuditRules, clock: MovableClock, day: datetime
) -> None:
    database.operators = frozenset({OPERATOR})
    clock.now = day

    build(database, audit_rules, clock.now)

    with database.begin() as work:
        assert work.trends(work.actor(TOWN["Quirine"])).publications()


def test_only_a_new_demo_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What people did stays; one that was stopped halfway begins anew."""
    for name, value in page.environment(tmp_path, "http://127.0.0.1:1").items():
        monkeypatch.setenv(name, value)
    database, now = tmp_path / "handvat.db", datetime(2026, 11, 20, 8, tzinfo=UTC)
    (tmp_path / "handvat.db.new").write_bytes(b"half a town")

    assert prepare(read(), database, now)
    made = database.read_bytes()
    assert not prepare(replace(read(), operators=()), database, now)

    assert database.read_bytes() == made
    assert [path.name for path in tmp_path.glob("handvat.db*")] == ["handvat.db"]
