"""Trends in storage: who is counted, who sees what, and that stopping is stopping."""

from __future__ import annotations

import json
import random
import time
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.audit import AuditKind
from domain.audit_days import Variant
from domain.trends import ALL, Group, Level
from domain.verdicts import Verdict
from storage.interfaces import NotAllowed
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql import trend_tables as trend
from storage.sql.database import Database
from storage.trend_interfaces import DecidedMeanwhile
from tests.conftest import MovableClock
from tests.storage.process_cast import CHATS
from tests.storage.trend_cast import D8, FINAL_ON, PUBLISHED, V1, TrendCast

MET, PARTIAL = {D8: Verdict.MET, V1: Verdict.MET}, {D8: Verdict.PARTIAL, V1: Verdict.MET}


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> TrendCast:
    cast = TrendCast(database, clock)
    cast.assemble()
    cast.at(FINAL_ON)
    return cast


# ------------------------------------------------------------------------------------------------- who is counted


def test_a_year_is_published_once_after_it_is_over(cast: TrendCast) -> None:
    cast.reports(6, PARTIAL)
    cast.reports(4, MET)

    assert cast.publish(date(2027, 1, 13)) == 0
    assert cast.publish() == 1
    assert cast.publish(PUBLISHED + timedelta(days=30)) == 0

    assert cast.published()["all"] == (10, 6)


def test_nobody_takes_part_by_itself(cast: TrendCast) -> None:
    cast.reports(20, PARTIAL, takes_part=False)
    cast.reports(4, MET)

    assert cast.publish() == 0
    assert cast.published() == {}


def test_what_is_too_new_too_old_or_no_full_audit_is_left_out(cast: TrendCast) -> None:
    cast.reports(5, PARTIAL)
    cast.reports(1, MET, on=date(2027, 1, 1))
    cast.reports(1, MET, on=date(2024, 12, 31))
    cast.reports(1, MET, kind=AuditKind.FOLLOWUP)
    cast.publish()

    assert cast.published()["all"] == (5, 5)


def test_a_report_that_was_taken_back_is_not_counted(cast: TrendCast) -> None:
    cast.reports(5, PARTIAL)
    with cast.database.begin() as work:
        work.execute(p.process_event_version.update().values(is_withdrawn=True))

    assert cast.publish() == 0


def test_each_report_is_counted_in_one_publication_only(cast: TrendCast) -> None:
    """The next one stands for other reports: there is nothing to subtract."""
    cast.reports(6, PARTIAL)
    cast.publish()
    cast.reports(5, MET, on=date(2027, 6, 1))

    assert cast.publish(date(2028, 1, 14)) == 1

    with cast.database.begin() as work:
        cell = trend.trend_cell
        rows = work.execute(sa.select(cell.c.applies).where(cell.c.norm == D8, cell.c.level == "all")).scalars().all()
    assert sorted(rows) == [5, 6]


def test_who_joins_late_is_counted_the_next_time(cast: TrendCast) -> None:
    cast.reports(6, PARTIAL)
    cast.own_report(PARTIAL)
    cast.publish()
    before = cast.published()
    cast.decides(takes_part=True)

    assert cast.publish(PUBLISHED + timedelta(days=1)) == 0
    assert cast.published() == before
    cast.reports(4, MET, on=date(2027, 6, 1))
    assert cast.publish(date(2028, 1, 14)) == 1


def test_an_organisation_with_two_reports_counts_once(cast: TrendCast) -> None:
    cast.reports(5, MET)
    cast.own_report(PARTIAL, on=date(2026, 2, 1))
    cast.own_report(MET, on=date(2026, 11, 1))
    cast.decides(takes_part=True)
    cast.publish()

    assert cast.published()["all"] == (6, 0)


def test_the_verdict_that_counts_is_the_newest(cast: TrendCast) -> None:
    cast.reports(5, MET)
    with cast.database.begin() as work:
        first = work.execute(sa.select(t.consensus).where(t.consensus.c.norm == D8).limit(1)).one()
        new = {**first._mapping, "version": 2, "verdict": "not_met"}
        work.execute(t.consensus.insert().values(new))
    cast.publish()

    assert cast.published()["all"] == (5, 1)


def test_size_and_variant_divide_where_that_is_safe(cast: TrendCast) -> None:
    cast.reports(6, PARTIAL, fte=12)
    cast.reports(6, MET, fte=80)
    cast.reports(5, MET, fte=80, variant=Variant.INTERCOLLEGIAL)
    cast.publish()

    assert cast.published() == {
        "all": (17, 6), "size small": (6, 6), "size large": (11, 0), f"ci   {cast.ci}": (17, 6),
        "comparable small ci": (6, 6), "comparable large ci": (6, 0), "comparable large intercollegial": (5, 0),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------- who sees what


def test_the_secretariat_sees_the_branch_and_no_certifying_body(cast: TrendCast) -> None:
    cast.reports(6, PARTIAL)
    cast.reports(6, MET, ci=cast.other_ci)
    cast.publish()
    publication = cast.newest()

    with cast.sees("Sanne") as store:
        assert {group.level for group in store.groups(publication)} == {Level.ALL, Level.SIZE, Level.COMPARABLE}
        [cell] = [cell for cell in store.cells(publication, ALL) if cell.norm == D8]
        with pytest.raises(NotAllowed):
            store.cells(publication, Group(Level.CI, ci=cast.ci))
    assert (cell.applies, cell.improvements) == (12, 6)


@pytest.mark.parametrize(("name", "improvements"), [("Bea", 6), ("Otto", 0)])
def test_a_certifying_body_sees_its_own_audits_only(cast: TrendCast, name: str, improvements: int) -> None:
    cast.reports(6, PARTIAL)
    cast.reports(6, MET, ci=cast.other_ci)
    cast.publish()
    publication = cast.newest(name)

    with cast.sees(name) as store:
        [own] = store.groups(publication)
        [cell] = [cell for cell in store.cells(publication, own) if cell.norm == D8]
        other = cast.other_ci if name == "Bea" else cast.ci
        for foreign in (ALL, Group(Level.SIZE, "small"), Group(Level.CI, ci=other)):
            with pytest.raises(NotAllowed):
                store.cells(publication, foreign)
    assert (cell.applies, cell.improvements) == (6, improvements)


@pytest.mark.parametrize("name", ["Tom", "Ada", "Samira", "Sam", "Noor"])
def test_nobody_else_sees_what_was_published(cast: TrendCast, name: str) -> None:
    cast.reports(6, PARTIAL)
    cast.publish()
    publication = cast.newest()

    with cast.sees(name) as store:
        for look in (store.publications, lambda: store.groups(publication), lambda: store.cells(publication, ALL)):
            with pytest.raises(NotAllowed):
                look()


def test_a_member_sees_six_of_ten_comparable_organisations(cast: TrendCast) -> None:
    """Itself is not one of the others."""
    cast.reports(6, PARTIAL)
    cast.reports(4, MET)
    cast.own_report(PARTIAL)
    cast.decides(takes_part=True)
    cast.publish()

    with cast.sees("Sam") as store:
        found = store.beside()

    assert found is not None
    cell = found.benchmarks[D8].cell
    assert (found.size, cell.group.level, cell.applies, cell.improvements) == ("small", Level.COMPARABLE, 10, 6)


def test_a_member_that_takes_no_part_sees_nothing(cast: TrendCast) -> None:
    cast.reports(10, PARTIAL)
    cast.publish()

    with cast.sees("Samira") as store:
        assert store.beside() is None


def test_a_member_without_its_own_report_in_it_is_compared_as_well(cast: TrendCast) -> None:
    """Joined after the publication, with a size that is known."""
    cast.reports(10, PARTIAL, fte=80)
    cast.reports(6, MET)
    cast.publish()
    cast.own_report(PARTIAL, on=date(2027, 1, 10))
    cast.decides(takes_part=True)

    with cast.sees("Samira") as store:
        found = store.beside()

    assert found is not None
    assert (found.size, found.benchmarks[D8].cell.applies) == ("small", 6)


@pytest.mark.parametrize("name", ["Tom", "Bea", "Sanne", "Noor", "Ina"])
def test_only_people_of_a_member_have_something_beside_them(cast: TrendCast, name: str) -> None:
    with cast.sees(name) as store:
        for look in (store.consent, store.beside, store.sharable):
            with pytest.raises(NotAllowed):
                look()


# ------------------------------------------------------------------------------------------------- consent


def test_taking_part_is_off_until_a_coordinator_decides(cast: TrendCast) -> None:
    with cast.sees("Sam") as store:
        assert (store.consent().takes_part, store.consent().shares_points) == (False, False)
        with pytest.raises(NotAllowed):
            store.decide(takes_part=True, shares_points=False, at=cast.now, seen=0)

    found = cast.decides(takes_part=True)

    assert (found.takes_part, found.shares_points, found.version) == (True, False, 1)


def test_every_decision_is_kept(cast: TrendCast) -> None:
    cast.decides(takes_part=True)
    cast.decides(takes_part=True)  # once more is no new decision
    cast.decides(takes_part=False)

    with cast.database.begin() as work:
        decided = sa.select(trend.trend_consent.c.takes_part).order_by(trend.trend_consent.c.version)
        assert list(work.execute(decided).scalars()) == [True, False]
        trail = list(work.execute(sa.select(t.audit_trail.c.action)).scalars())
        mine = work.people(work.actor(CHATS["Samira"])).export()["trends"]
    assert [action for action in trail if action.startswith("trends_")] == ["trends_joined", "trends_left"]
    assert [one["takes_part"] for one in mine] == [True, False]


def test_two_coordinators_do_not_overwrite_each_other(cast: TrendCast) -> None:
    cast.decides(takes_part=True)

    with cast.sees("Samira") as store, pytest.raises(DecidedMeanwhile):
        store.decide(takes_part=False, shares_points=False, at=cast.now, seen=0)
    with cast.sees("Samira") as store:
        assert store.consent().takes_part


def test_who_stops_leaves_every_number_at_once(cast: TrendCast) -> None:
    """Every cell that it was in goes, also for others: one that was made again without it would give it away."""
    cast.reports(6, PARTIAL)
    cast.reports(6, MET, fte=80)
    cast.own_report(PARTIAL)
    cast.decides(takes_part=True)
    cast.publish()
    assert cast.published()["size small"] == (7, 7)

    cast.decides(takes_part=False)

    assert cast.published() == {"size large": (6, 0), "comparable large ci": (6, 0)}
    cast.publish(PUBLISHED + timedelta(days=1))
    assert "all" not in cast.published()
    with cast.database.begin() as work:
        own = trend.trend_source.c.organisation_id == cast.own
        assert work.execute(sa.select(trend.trend_source).where(own)).all() == []


def test_an_erased_organisation_leaves_every_number(cast: TrendCast) -> None:
    cast.reports(6, PARTIAL)
    cast.own_report(PARTIAL)
    cast.decides(takes_part=True)
    cast.publish()
    with cast.database.begin() as work:
        work.people(work.actor(CHATS["Samira"])).erase_organisation(cast.now)

    assert cast.published() == {}
    with cast.database.begin() as work:
        consents = work.execute(sa.select(trend.trend_consent.c.organisation_id)).scalars().all()
    assert cast.own not in consents


# ------------------------------------------------------------------------------------------------- size


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_screens_take_few_statements_however_large_the_branch(cast: TrendCast) -> None:
    rng = random.Random(1)
    norms = [norm.id for norm in next(iter(cast.database.frameworks.values())).norms]
    for fte in (12, 30, 80, 200):
        cast.reports(12, {norm: rng.choice((Verdict.MET, Verdict.PARTIAL)) for norm in norms}, fte=fte)
    audit = cast.own_report(dict.fromkeys(norms, Verdict.MET))
    cast.strong(audit, D8)
    cast.decides(takes_part=True)
    started = time.perf_counter()
    cast.publish()
    assert time.perf_counter() - started < 10  # a runaway, not a benchmark

    with cast.database.begin() as work:
        statements: list[str] = []
        sa.event.listen(work.connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        samira, sanne = work.actor(CHATS["Samira"]), work.actor(CHATS["Sanne"])
        statements.clear()
        found = work.trends(samira).beside()
        assert found is not None
        assert len(found.benchmarks) == 49
        assert len(statements) <= 6
        statements.clear()
        store = work.trends(sanne)
        publication = store.publications()[0].id
        groups = store.groups(publication)
        assert len(store.cells(publication, groups[0])) == 49
        assert len(statements) <= 3


def test_the_tables_hold_no_names_and_no_words(cast: TrendCast) -> None:
    cast.reports(6, PARTIAL)
    cast.publish()

    with cast.database.begin() as work:
        found = [
            dict(row._mapping)
            for table in (trend.trend_cell, trend.trend_source, trend.trend_publication)
            for row in work.execute(sa.select(table)).all()
        ]
    assert "Welzijn" not in json.dumps(found, default=str)
