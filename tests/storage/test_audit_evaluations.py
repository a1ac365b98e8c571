"""Looking back on an audit: who may, what they see of others (nothing), and what the CI sees of all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.actors import MembershipId
from domain.audit import Stage
from domain.audit_evaluation import Side
from domain.process import EventKind
from domain.reminders import ReminderKind
from domain.roles import Permission, Role
from storage.content import load_frameworks
from storage.evaluation_interfaces import EvaluationOver
from storage.interfaces import NotAllowed
from storage.mapping_content import with_mapping
from storage.sql import evaluation_tables as e
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.audit_evaluations import purge_remarks
from storage.sql.database import Database
from storage.sql.evaluation_asks import take_asks
from storage.sql.sealed_places import open_all
from tests.conftest import MovableClock
from tests.storage.evaluation_cast import CHATS, FINAL_ON, LAST_DAY, EvaluationCast
from tests.storage.test_combination import PairedCast

OPEN, LATE = LAST_DAY + timedelta(days=1), date(2027, 4, 1)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> EvaluationCast:
    cast = EvaluationCast(database, clock)
    cast.assemble()
    cast.at(OPEN)
    return cast


def memberships(cast: EvaluationCast, name: str) -> MembershipId:
    with cast.database.begin() as work:
        own = work.actor(CHATS[name]).membership
        assert own is not None
        return own.id


# ------------------------------------------------------------------------------------------------- one's own


def test_an_answer_is_kept_and_can_be_changed(cast: EvaluationCast) -> None:
    with cast.looks_back("Ada") as store:
        store.score(cast.audit, "consensus", 4, OPEN, cast.now)
        store.score(cast.audit, "consensus", 2, OPEN, cast.now)
        store.score(cast.audit, "teamwork", 5, OPEN, cast.now)
        store.score(cast.audit, "teamwork", None, OPEN, cast.now)
        store.remark(cast.audit, " Meer tijd ", OPEN, cast.now)

    with cast.looks_back("Ada") as store:
        found = store.get(cast.audit, OPEN)
    assert (found.own.side, dict(found.own.scores), found.own.remark) == (Side.AUDITORS, {"consensus": 2}, "Meer tijd")
    assert found.about == "Welzijn Rivierenland"


def test_nobody_sees_what_another_answered(cast: EvaluationCast) -> None:
    cast.answers("Ada", OPEN, 1, "Tom luisterde niet")

    with cast.looks_back("Tom") as store:
        own = store.get(cast.audit, OPEN).own

    assert (own.scores, own.remark, own.is_finished) == ({}, "", False)


@pytest.mark.parametrize("name", ["Bea", "Ina", "Sanne", "Sam", "Pim", "Quinten", "Noor"])
def test_who_did_not_take_part_cannot_look_back(cast: EvaluationCast, name: str) -> None:
    """Not the office, not another team, not the secretariat, not a colleague who was not asked."""
    cast.is_final()
    with cast.looks_back(name) as store, pytest.raises(NotAllowed):
        store.get(cast.audit, FINAL_ON)
    with cast.looks_back(name) as store, pytest.raises(NotAllowed):
        store.score(cast.audit, "voice", 1, FINAL_ON, cast.now)


def test_who_never_accepted_the_statements_did_not_audit(cast: EvaluationCast) -> None:
    with cast.database.begin() as work:
        own = t.audit_member.c.person_id == cast.person(work, "Wim")
        work.execute(t.audit_member.update().where(own).values(conduct_accepted_at=None))

    with cast.looks_back("Wim") as store, pytest.raises(NotAllowed):
        store.get(cast.audit, OPEN)


def test_it_opens_after_the_last_day_and_closes_after_its_term(cast: EvaluationCast) -> None:
    with cast.looks_back("Ada") as store:
        with pytest.raises(NotAllowed):
            store.get(cast.audit, LAST_DAY)
        window = store.get(cast.audit, OPEN).own.window
        store.score(cast.audit, "teamwork", 5, window.closes_on, cast.now)
        after = window.closes_on + timedelta(days=1)
        with pytest.raises(EvaluationOver):
            store.score(cast.audit, "teamwork", 1, after, cast.now)
        with pytest.raises(EvaluationOver):
            store.remark(cast.audit, "Te laat", after, cast.now)
        assert store.get(cast.audit, after).own.scores == {"teamwork": 5}


def test_the_member_looks_back_once_the_report_is_final(cast: EvaluationCast) -> None:
    with cast.looks_back("Samira") as store, pytest.raises(NotAllowed):
        store.get(cast.audit, FINAL_ON)
    cast.is_final()

    with cast.looks_back("Samira") as store:
        found = store.get(cast.audit, FINAL_ON)

    assert (found.own.side, found.about, found.may_ask) == (Side.MEMBER, "CI Kompas", True)


def test_a_cancelled_audit_is_not_looked_back_on(cast: EvaluationCast) -> None:
    with cast.database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage=Stage.CANCELLED.value))

    with cast.looks_back("Ada") as store, pytest.raises(NotAllowed):
        store.get(cast.audit, OPEN)


@pytest.mark.parametrize(
    ("question", "score"), [("voice", 3), ("nothing", 3), ("teamwork", 6), ("teamwork", 0), ("teamwork", -1)]
)
def test_only_what_is_asked_is_answered(cast: EvaluationCast, question: str, score: int) -> None:
    """`voice` is a question to the member."""
    with cast.looks_back("Ada") as store, pytest.raises(NotAllowed):
        store.score(cast.audit, question, score, OPEN, cast.now)


def test_the_day_it_closes_stays_what_was_told(cast: EvaluationCast) -> None:
    """A date that is corrected later must not move an answer to a period in which it would be counted again."""
    cast.answers("Ada", OPEN)
    with cast.database.begin() as work:
        work.execute(t.audit_day.insert().values(audit_id=cast.audit, on=date(2027, 3, 1)))

    with cast.looks_back("Ada") as store:
        assert store.get(cast.audit, OPEN).own.window.closes_on == OPEN + timedelta(days=28)


# ------------------------------------------------------------------------------------------------- colleagues


def test_a_coordinator_asks_a_colleague_who_answers_alone(cast: EvaluationCast) -> None:
    cast.is_final()
    sam = memberships(cast, "Sam")
    with cast.looks_back("Samira") as store:
        ask = store.ask(cast.audit, sam, FINAL_ON, cast.now)
        again = store.ask(cast.audit, sam, FINAL_ON, cast.now)
        assert len(store.asked(cast.audit)) == 1

    cast.answers("Sam", FINAL_ON, 2)

    assert ask is not None
    assert (ask.chat, ask.about, again) == (CHATS["Sam"], "CI Kompas", None)
    with cast.looks_back("Samira") as store:
        assert store.get(cast.audit, FINAL_ON).own.scores == {}
    with cast.looks_back("Sam") as store, pytest.raises(NotAllowed):
        store.asked(cast.audit)


def test_only_a_coordinator_asks_and_only_colleagues(cast: EvaluationCast) -> None:
    cast.is_final()
    sam, tom = memberships(cast, "Sam"), memberships(cast, "Tom")
    with cast.looks_back("Ada") as store, pytest.raises(NotAllowed):
        store.ask(cast.audit, sam, OPEN, cast.now)
    with cast.looks_back("Samira") as store, pytest.raises(NotAllowed):
        store.ask(cast.audit, tom, FINAL_ON, cast.now)


# ------------------------------------------------------------------------------------------------- reminders


def test_everybody_is_asked_once_and_reminded_twice(cast: EvaluationCast) -> None:
    team = [("Ada", "auditors"), ("Tom", "auditors"), ("Wim", "auditors")]

    assert cast.asks() == [(name, side, False) for name, side in team]
    assert cast.asks() == []
    for days in (7, 14):
        cast.at(OPEN + timedelta(days=days))
        assert cast.asks() == [(name, side, True) for name, side in team]
    cast.at(OPEN + timedelta(days=21))
    assert cast.asks() == []


def test_who_has_finished_hears_nothing_more(cast: EvaluationCast) -> None:
    cast.asks()
    cast.answers("Ada", OPEN)
    with cast.looks_back("Tom") as store:
        store.score(cast.audit, "teamwork", 5, OPEN, cast.now)  # begun on the bus, and not finished
    cast.at(OPEN + timedelta(days=7))

    assert cast.asks() == [("Tom", "auditors", True), ("Wim", "auditors", True)]


def test_nobody_is_disturbed_outside_working_hours(cast: EvaluationCast) -> None:
    cast.at(OPEN, hour=20)
    assert cast.asks() == []
    with cast.database.begin() as work:
        row = work.execute(sa.select(p.next_reminder).where(p.next_reminder.c.subject_id == cast.audit)).one()
    assert row.next_reminder_at.date() <= OPEN + timedelta(days=1)

    cast.at(OPEN + timedelta(days=1))
    assert len(cast.asks()) == 3


def test_reminders_of_it_can_be_stopped(cast: EvaluationCast) -> None:
    with cast.keeps("Ada") as process:
        process.set_reminders(ReminderKind.EVALUATION, cast.now, are_wanted=False)

    assert [name for name, _, _ in cast.asks()] == ["Tom", "Wim"]


def test_the_coordinator_is_asked_when_the_report_is_final(cast: EvaluationCast) -> None:
    """And the colleague who was asked by them is reminded, but not asked twice."""
    cast.asks()
    cast.is_final()
    cast.at(FINAL_ON)
    assert ("Samira", "member", False) in cast.asks()
    sam = memberships(cast, "Sam")
    with cast.looks_back("Samira") as store:
        store.ask(cast.audit, sam, FINAL_ON, cast.now)

    assert cast.asks() == []
    cast.at(FINAL_ON + timedelta(days=7))
    assert {("Sam", "member", True), ("Samira", "member", True)} <= set(cast.asks())


# ------------------------------------------------------------------------------------------------- the CI


def everybody_answers(cast: EvaluationCast) -> None:
    for name, score in (("Tom", 5), ("Ada", 2), ("Wim", 5)):
        cast.answers(name, OPEN, score, f"Van {name}" if name != "Wim" else "")


@pytest.mark.parametrize("name", ["Bea", "Quinten"])
def test_the_office_and_the_quality_officer_see_counts(cast: EvaluationCast, name: str) -> None:
    everybody_answers(cast)

    with cast.looks_back(name) as store:
        [result] = store.results(LATE)

    assert {one.counts for one in result.questions} == {(0, 1, 0, 0, 2)}
    assert {one.average for one in result.questions} == {4}


def test_before_the_period_is_over_there_is_nothing(cast: EvaluationCast) -> None:
    everybody_answers(cast)

    with cast.looks_back("Bea") as store:
        assert store.results(date(2026, 12, 31)) == ()


@pytest.mark.parametrize("name", ["Otto", "Tom", "Samira", "Sanne", "Ina"])
def test_nobody_else_sees_them(cast: EvaluationCast, name: str) -> None:
    """The office of another body sees its own, and there is nothing yet."""
    everybody_answers(cast)

    with cast.looks_back(name) as store:
        if name == "Otto":
            assert store.results(LATE) == ()
            return
        with pytest.raises(NotAllowed):
            store.results(LATE)


def test_remarks_are_for_the_quality_officer_without_names(cast: EvaluationCast) -> None:
    everybody_answers(cast)

    with cast.looks_back("Quinten") as store:
        assert list(store.remarks(LATE).values()) == [("Van Ada", "Van Tom")]
        assert store.remarks(date(2026, 12, 20)) == {}
    with cast.looks_back("Bea") as store, pytest.raises(NotAllowed):
        store.remarks(LATE)


def test_a_remark_of_one_of_two_is_not_shown(cast: EvaluationCast) -> None:
    """The other would know at once."""
    cast.answers("Tom", OPEN, 5, "Goed gedaan")
    cast.answers("Ada", OPEN, 2)

    with cast.looks_back("Quinten") as store:
        assert store.remarks(LATE) == {}
        assert [one.is_shown for one in store.results(LATE)] == [False]


# ------------------------------------------------------------------------------------------------- rights


def test_the_export_holds_what_somebody_answered(cast: EvaluationCast) -> None:
    cast.answers("Ada", OPEN, 2, "Meer tijd", question="teamwork")

    with cast.database.begin() as work:
        found = work.people(work.actor(CHATS["Ada"])).export()["audit_evaluations"]

    assert [(one["scores"], one["remark"]) for one in found] == [({"teamwork": 2}, "Meer tijd")]


def test_an_erased_person_leaves_a_number_and_no_words(cast: EvaluationCast) -> None:
    everybody_answers(cast)
    with cast.database.begin() as work:
        work.people(work.actor(CHATS["Ada"])).erase(cast.now)

    with cast.looks_back("Quinten") as store:
        assert list(store.remarks(LATE).values()) == [("Van Tom",)]
        assert store.results(LATE)[0].questions[0].counts == (0, 1, 0, 0, 2)


def test_an_erased_organisation_takes_its_words_along_and_no_number(cast: EvaluationCast) -> None:
    """A count that was seen before and is one less now would give that one away."""
    cast.is_final()
    everybody_answers(cast)
    cast.answers("Samira", FINAL_ON, 1, "Onvriendelijk")
    with cast.database.begin() as work:
        work.people(work.actor(CHATS["Samira"])).erase_organisation(cast.now)

    with cast.database.begin() as work:
        rows = work.execute(sa.select(e.audit_evaluation.c.side, e.audit_evaluation.c.remark_sealed)).all()
        scores = work.execute(sa.select(sa.func.count()).select_from(e.audit_evaluation_score)).scalar_one()
    assert {tuple(row) for row in rows} == {("auditors", None), ("member", None)}
    assert scores == 24


def test_remarks_are_erased_after_their_time(cast: EvaluationCast) -> None:
    everybody_answers(cast)
    with cast.database.begin() as work:
        assert purge_remarks(work, date(2028, 12, 1)) == 0
        assert purge_remarks(work, date(2029, 1, 15)) == 2
    with cast.looks_back("Quinten") as store:
        assert store.remarks(LATE) == {}


def test_remarks_are_sealed_where_a_drill_finds_them(cast: EvaluationCast) -> None:
    everybody_answers(cast)

    with cast.database.begin() as work:
        found = {one.column: one for one in open_all(work.connection, work.vault)}["audit_evaluation.remark"]

    assert (found.opened, found.failed) == (2, 0)


def test_only_the_quality_officer_may_read_remarks(cast: EvaluationCast) -> None:
    assert [role for role in Role if Permission.READ_REMARKS in _of(role)] == [Role.QUALITY_OFFICER]


def _of(role: Role) -> set[Permission]:
    from domain.roles import PERMISSIONS

    return set(PERMISSIONS.get(role, frozenset()))


def test_a_report_that_is_taken_back_asks_nobody(cast: EvaluationCast) -> None:
    cast.is_final()
    with cast.keeps("Tom") as process:
        event = next(one for one in process.events(cast.audit) if one.kind is EventKind.FINDINGS_FINAL)
        process.withdraw(event, cast.now)
    cast.at(FINAL_ON)

    assert [side for _, side, _ in cast.asks() if side == "member"] == []


def test_looking_and_answering_take_few_statements(cast: EvaluationCast) -> None:
    """However many audits, questions and people there are."""
    everybody_answers(cast)
    with cast.database.begin() as work:
        statements: list[str] = []
        sa.event.listen(work.connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        ada, bea = work.actor(CHATS["Ada"]), work.actor(CHATS["Bea"])
        statements.clear()
        work.audit_evaluations(ada).get(cast.audit, OPEN)
        assert len(statements) <= 3
        statements.clear()
        work.audit_evaluations(bea).results(LATE)
        assert len(statements) <= 1


def test_the_halves_of_a_combination_are_looked_back_on_once(database: Database, clock: MovableClock) -> None:
    """It was one visit, by one team; from either half one comes to the same answers."""
    database.frameworks = with_mapping(load_frameworks())
    cast = PairedCast(database, clock)
    cast.assemble()
    cast.runs()
    clock.now = datetime(2026, 12, 3, 9, tzinfo=UTC)

    with database.begin() as work:
        asked = {audit: len(take_asks(work, audit, clock.now)) for audit in (cast.audit, cast.second)}
        ada = work.audit_evaluations(cast.actor(work, "Ada"))
        ada.score(cast.second, "teamwork", 4, OPEN, clock.now)
        ada.remark(cast.second, "Goed samen", OPEN, clock.now)
        ada.finish(cast.second, OPEN, clock.now)
        found = ada.get(cast.audit, OPEN)

    assert asked == {cast.audit: 2, cast.second: 0}
    assert (found.own.audit, found.own.scores, found.own.remark) == (cast.audit, {"teamwork": 4}, "Goed samen")
    assert found.own.is_finished
