"""Audits: who reaches which, the statements, the plan, the team and the stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audit import AuditKind, Hindrance, Stage, StageRefused
from domain.audit_days import Variant
from domain.conduct import Statement
from domain.independence import TieKind
from domain.roles import Permission, Role
from storage.audit_interfaces import (
    Counts,
    NewAudit,
    NotIndependent,
    PlanChange,
    StatementsMissing,
    WrongStage,
)
from storage.interfaces import MemberNumberTaken, NotAllowed
from storage.sql import tables as t
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.audit_cast import DAYS, FRAMEWORK, AuditCast


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> AuditCast:
    """Two certifying bodies with an audit each."""
    cast = AuditCast(database, clock)
    cast.assemble()
    return cast


# ------------------------------------------------------------------------------------- who reaches which


def test_the_team_and_the_office_reach_an_audit(cast: AuditCast) -> None:
    """The role in the team counts; the office has none in it."""
    seen = {}
    for name in ("Bea", "Tom", "Ada"):
        with cast.plays(name) as (_, audits):
            current = audits.current()
            assert current is not None
            seen[name] = (current.id, current.role, current.is_office)

    assert seen == {
        "Bea": (cast.audit, None, True),
        "Tom": (cast.audit, Role.TEAM_LEADER, False),
        "Ada": (cast.audit, Role.AUDITOR, False),
    }


OUTSIDERS = ("Wim", "Pim", "Otto", "Ina", "Samira", "Noor", "Olga")
ATTEMPTS: dict[str, Callable[[AuditCast, Any, Any], object]] = {
    "get": lambda c, w, a: a.get(c.audit),
    "choose": lambda c, w, a: a.choose(c.audit),
    "within": lambda c, w, a: a.within(c.audit, Permission.SEE_AUDIT),
    "accept": lambda c, w, a: a.accept(c.audit, Statement.CONFIDENTIALITY, c.now),
    "declare": lambda c, w, a: a.declare_tie(c.audit, TieKind.ADVISED, c.now),
    "change": lambda c, w, a: a.change(c.audit, PlanChange(scope="x"), c.now),
    "add": lambda c, w, a: a.add_member(c.audit, c.person(w, "Wim"), Role.AUDITOR, c.now),
    "remove": lambda c, w, a: a.remove_member(c.audit, c.person(w, "Ada"), c.now),
    "move": lambda c, w, a: a.move(c.audit, Stage.CANCELLED, c.now),
}


@pytest.mark.parametrize("what", ATTEMPTS)
def test_who_is_not_in_it_reaches_nothing_with_a_forged_id(cast: AuditCast, what: str) -> None:
    """Buttons carry ids, never rights: nothing is shown, and nothing changes."""
    before = contents(cast)
    for name in OUTSIDERS:
        with cast.plays(name) as (work, audits), pytest.raises(NotAllowed):
            ATTEMPTS[what](cast, work, audits)

    assert contents(cast) == before


@pytest.mark.parametrize("name", OUTSIDERS)
def test_the_numbers_and_names_of_another_audit_stay_hidden(cast: AuditCast, name: str) -> None:
    """A value that was got hold of elsewhere opens nothing either."""
    with cast.plays("Tom") as (_, audits):
        audit = audits.get(cast.audit).audit
    with cast.plays(name) as (_, audits):
        for attempt in (audits.names, audits.chats, audits.candidates, audits.shared_evaluation):
            with pytest.raises(NotAllowed):
                attempt(audit)


@pytest.mark.parametrize("what", ["change", "add", "remove", "move"])
def test_an_auditor_does_not_plan(cast: AuditCast, what: str) -> None:
    """The office and the team leader do."""
    before = contents(cast)

    with cast.plays("Ada") as (work, audits), pytest.raises(NotAllowed):
        ATTEMPTS[what](cast, work, audits)

    assert contents(cast) == before


def test_who_left_the_team_reaches_it_no_more(cast: AuditCast) -> None:
    """Access ends with the place in the team; what was recorded stays."""
    with cast.plays("Bea") as (work, audits):
        audits.remove_member(cast.audit, cast.person(work, "Ada"), cast.now)

    with cast.plays("Ada") as (_, audits), pytest.raises(NotAllowed):
        audits.get(cast.audit)


def test_the_chosen_audit_comes_first(cast: AuditCast) -> None:
    """Who works on several says which one counts."""
    with cast.plays("Bea") as (_, audits):
        new = NewAudit(AuditKind.RECERTIFICATION, Variant.CI, FRAMEWORK, name="Zuid", member_number="SWN9")
        second = audits.plan(new, cast.now).id
    with cast.plays("Bea") as (_, audits):
        chosen = audits.current()
        assert chosen is not None
        assert chosen.id == second
        assert [found.id for found in audits.all()] == [cast.audit, second]
        audits.choose(cast.audit)
    with cast.plays("Bea") as (_, audits):
        chosen = audits.current()
        assert chosen is not None
        assert chosen.id == cast.audit


def contents(cast: AuditCast) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with cast.database.begin() as work:
        return {
            table.name: sorted((tuple(row) for row in work.execute(sa.select(table))), key=repr)
            for table in t.metadata.sorted_tables
        }


# ----------------------------------------------------------------------------------------- the statements


def test_content_opens_after_both_statements(cast: AuditCast) -> None:
    """One is not enough, and the date is kept."""
    cast.start()
    with cast.plays("Ada") as (_, audits):
        with pytest.raises(StatementsMissing):
            audits.within(cast.audit, Permission.READ_AUDIT)
        one = audits.accept(cast.audit, Statement.CODE_OF_CONDUCT, cast.now)
        assert one.missing == (Statement.CONFIDENTIALITY,)
        assert not one.may(Permission.READ_AUDIT)
        both = audits.accept(cast.audit, Statement.CONFIDENTIALITY, cast.now)

    assert both.may(Permission.READ_AUDIT)
    assert {acceptance.at for acceptance in both.acceptances} == {cast.now}
    assert {acceptance.edition for acceptance in both.acceptances} != {""}


def test_accepting_again_keeps_the_first_date(cast: AuditCast, clock: MovableClock) -> None:
    """A second tap must not move the day."""
    cast.accept("Ada")
    first = cast.now
    clock.move(days=3)

    cast.accept("Ada")

    with cast.plays("Ada") as (_, audits):
        assert {acceptance.at for acceptance in audits.get(cast.audit).acceptances} == {first}


def test_the_office_sees_no_content(cast: AuditCast) -> None:
    """It plans; what is heard stays in the team."""
    with cast.plays("Bea") as (_, audits), pytest.raises(NotAllowed):
        audits.within(cast.audit, Permission.READ_AUDIT)


def test_a_stage_refuses_what_is_not_its_work(cast: AuditCast) -> None:
    """Nobody judges before the audit runs."""
    cast.accept("Ada")
    with cast.plays("Ada") as (_, audits), pytest.raises(WrongStage):
        audits.within(cast.audit, Permission.JUDGE)


def test_who_declares_a_tie_leaves_the_team_and_stays_out(cast: AuditCast) -> None:
    """Nobody audits an organisation they advised; the office sees why."""
    with cast.plays("Ada") as (_, audits):
        audits.declare_tie(cast.audit, TieKind.ADVISED, cast.now)

    with cast.plays("Bea") as (work, audits), pytest.raises(NotIndependent) as refusal:
        audits.add_member(cast.audit, cast.person(work, "Ada"), Role.AUDITOR, cast.now)
    assert [tie.kind for tie in refusal.value.ties] == [TieKind.ADVISED]


# ------------------------------------------------------------------------------------------------ the plan


def test_the_plan_keeps_what_was_filled_in(cast: AuditCast) -> None:
    """Who counts is kept beside the fte, and the days are in order."""
    with cast.plays("Bea") as (_, audits):
        engagement = audits.change(cast.audit, PlanChange(days=(DAYS[1], DAYS[0])), cast.now)

    assert (engagement.audit.scope, engagement.audit.place, engagement.audit.days) == ("Alles", "Tiel", DAYS)
    assert engagement.audit.fte.total == 40
    assert len(engagement.parts) == 2


def test_a_peer_auditor_stays_away_from_their_own_organisation(cast: AuditCast) -> None:
    """Handbook §2.2: A and B audit along at C, and never at home."""
    with cast.plays("Bea") as (work, audits):
        new = NewAudit(AuditKind.INITIAL, Variant.INTERCOLLEGIAL, FRAMEWORK, name="Noord", member_number="swn 2")
        audit = audits.plan(new, cast.now).id
        with pytest.raises(NotIndependent):
            audits.add_member(audit, cast.person(work, "Pim"), Role.PEER_AUDITOR, cast.now)
        assert audits.get(audit).organisation.name == "Buurtwerk Noord"


def test_a_new_team_leader_takes_the_place_of_the_old_one(cast: AuditCast) -> None:
    """There is one at a time."""
    with cast.plays("Bea") as (work, audits):
        audit = audits.add_member(cast.audit, cast.person(work, "Ada"), Role.TEAM_LEADER, cast.now).audit

        assert audit.role_of(cast.person(work, "Ada")) is Role.TEAM_LEADER
        assert audit.role_of(cast.person(work, "Tom")) is Role.AUDITOR


@pytest.mark.parametrize("stage", [Stage.JUDGING, Stage.CONSENSUS, Stage.CLOSED])
def test_the_office_replaces_a_leader_who_left_also_once_the_team_judges(cast: AuditCast, stage: Stage) -> None:
    """Nothing else of the team changes then; what was recorded and accepted stays."""
    cast.accept("Tom", "Ada")
    with cast.database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage=stage.value))
    with cast.plays("Bea") as (work, audits):
        before = audits.get(cast.audit).acceptances
        with pytest.raises(WrongStage):
            audits.add_member(cast.audit, cast.person(work, "Wim"), Role.AUDITOR, cast.now)
        with pytest.raises(WrongStage):
            audits.remove_member(cast.audit, cast.person(work, "Tom"), cast.now)

        changed = audits.add_member(cast.audit, cast.person(work, "Ada"), Role.TEAM_LEADER, cast.now)

        assert changed.audit.team_leader == cast.person(work, "Ada")
        assert changed.audit.role_of(cast.person(work, "Tom")) is Role.AUDITOR
        assert changed.acceptances == before
    with cast.plays("Ada") as (_, audits):
        assert audits.get(cast.audit).may(Permission.WRITE_REPORT)


def test_an_auditor_and_another_body_do_not_replace_a_leader(cast: AuditCast) -> None:
    """The office does, or the leader hands over."""
    cast.accept("Tom", "Ada")
    with cast.database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage=Stage.JUDGING.value))
    for name in ("Ada", "Ina", "Samira"):
        with cast.plays(name) as (work, audits), pytest.raises(NotAllowed):
            audits.add_member(cast.audit, cast.person(work, "Ada"), Role.TEAM_LEADER, cast.now)
    with cast.plays("Bea") as (work, audits), pytest.raises(NotAllowed):
        audits.add_member(cast.audit, cast.person(work, "Ina"), Role.TEAM_LEADER, cast.now)
    with cast.plays("Tom") as (work, audits):
        changed = audits.add_member(cast.audit, cast.person(work, "Ada"), Role.TEAM_LEADER, cast.now)
        assert changed.audit.team_leader == cast.person(work, "Ada")


def test_a_peer_auditor_does_not_lead(cast: AuditCast) -> None:
    """The CI leads (handbook §2.2)."""
    with cast.plays("Bea") as (work, audits), pytest.raises(NotAllowed):
        audits.add_member(cast.audit, cast.person(work, "Pim"), Role.TEAM_LEADER, cast.now)


def test_nobody_of_another_body_comes_in_the_team(cast: AuditCast) -> None:
    """A forged person id finds nobody."""
    with cast.plays("Bea") as (work, audits), pytest.raises(NotAllowed):
        audits.add_member(cast.audit, cast.person(work, "Ina"), Role.AUDITOR, cast.now)


def test_an_audit_goes_on_when_nothing_stands_in_the_way(cast: AuditCast) -> None:
    """Missing statements are only a warning: who did not sign sees nothing."""
    with cast.plays("Tom") as (_, audits):
        audits.move(cast.audit, Stage.CONTRACTED, cast.now)
        ways = audits.passages(audits.get(cast.audit))
        assert ways[0].warnings == (Hindrance.STATEMENTS_MISSING,)
        assert audits.move(cast.audit, Stage.RUNNING, cast.now).audit.stage is Stage.RUNNING


def test_the_office_contracts_but_does_not_run_an_audit(cast: AuditCast) -> None:
    """From the first audit day on it is the team leader's."""
    with cast.plays("Bea") as (_, audits):
        audits.move(cast.audit, Stage.CONTRACTED, cast.now)
        with pytest.raises(NotAllowed):
            audits.move(cast.audit, Stage.RUNNING, cast.now)


def test_an_audit_without_a_leader_is_not_contracted(cast: AuditCast) -> None:
    """The reasons come along."""
    with cast.plays("Bea") as (work, audits):
        audits.remove_member(cast.audit, cast.person(work, "Tom"), cast.now)
        with pytest.raises(StageRefused) as refused:
            audits.move(cast.audit, Stage.CONTRACTED, cast.now)
    assert Hindrance.NO_TEAM_LEADER in refused.value.passage.obstacles


# ---------------------------------------------------------------------------- the member's self-evaluation


def shares(cast: AuditCast, reader: str) -> None:
    """Let Samira start a self-evaluation and share it."""
    with cast.database.begin() as work:
        samira = cast.actor(work, "Samira")
        work.evaluations(samira).start(FRAMEWORK, cast.now)
        _, token = work.people(samira).invite(Role.READER, cast.now)
        work.people(cast.actor(work, reader)).accept(token, cast.now)
    with cast.database.begin() as work:  # and back to the CI
        actor = cast.actor(work, reader)
        work.people(actor).switch_to(actor.memberships[0].id)


def test_an_organisation_that_shared_can_be_chosen(cast: AuditCast) -> None:
    """By anybody of the CI: the one who reads is not always the one who plans."""
    shares(cast, "Wim")
    with cast.plays("Bea") as (_, audits):
        (found,) = audits.shared()
        planned = audits.plan(NewAudit(AuditKind.INITIAL, Variant.CI, FRAMEWORK, found.organisation.id), cast.now)
        assert planned.audit.evaluation == found.evaluation
    with cast.plays("Otto") as (_, audits):
        assert audits.shared() == ()


def test_the_team_reads_what_the_member_shared(cast: AuditCast) -> None:
    """Read-only, and only after the statements."""
    shares(cast, "Bea")
    with cast.plays("Tom") as (_, audits):
        audit = audits.get(cast.audit).audit
        with pytest.raises(StatementsMissing):
            audits.shared_evaluation(audit)
    cast.accept("Tom")
    with cast.plays("Tom") as (_, audits):
        found = audits.shared_evaluation(audit)
        assert found is not None
        evaluation, store = found
        assert store.answers(evaluation) == {}
        with pytest.raises(NotAllowed):
            store.close(evaluation, cast.now)


def test_access_ends_when_the_member_withdraws_it(cast: AuditCast) -> None:
    """The member decides."""
    shares(cast, "Bea")
    cast.accept("Tom")
    with cast.database.begin() as work:
        samira = work.people(cast.actor(work, "Samira"))
        reader = next(person for person in samira.colleagues() if person.role is Role.READER)
        samira.remove(reader.membership, cast.now)

    with cast.plays("Tom") as (_, audits):
        assert audits.shared_evaluation(audits.get(cast.audit).audit) is None


# --------------------------------------------------------------------------------------------- the numbers


def test_the_menu_counts_nothing_for_who_may_not_see(cast: AuditCast) -> None:
    """Even how many findings there are is content."""
    cast.accept("Ada")
    for name in ("Bea", "Tom", "Ada"):
        with cast.plays(name) as (_, audits):
            assert audits.counts(audits.get(cast.audit).audit) == Counts()


def test_an_audit_takes_as_many_statements_however_many_there_are(cast: AuditCast) -> None:
    """Two for a list or for one: the audits with their days, and their teams."""
    for number in range(5):
        with cast.plays("Bea") as (_, audits):
            new = NewAudit(AuditKind.INITIAL, Variant.CI, FRAMEWORK, name=f"Org {number}", member_number=f"7{number}")
            audits.plan(new, cast.now)
    with cast.plays("Bea") as (work, audits):
        audits.all()
        statements: list[str] = []
        sa.event.listen(work.connection, "before_cursor_execute", lambda *a: statements.append(a[2]))
        assert len(audits.all()) == 6
        assert len(statements) == 2
        audits.current()
        assert len(statements) == 4


# -------------------------------------------------------------------------------------- certifying bodies


@pytest.mark.parametrize("name", ["Bea", "Tom", "Pim", "Samira", "Noor"])
def test_only_an_operator_makes_a_certifying_body(cast: AuditCast, name: str) -> None:
    """HANDVAT_ADMINS says who that is."""
    before = contents(cast)
    with cast.database.begin() as work:
        offices = cast.offices(work, name)
        for attempt in (lambda: offices.found("CI Nep", cast.now), offices.all):
            with pytest.raises(NotAllowed):
                attempt()
    assert contents(cast) == before


def test_an_office_sees_its_own_people_with_where_peers_come_from(cast: AuditCast) -> None:
    """And nobody of another body."""
    with cast.database.begin() as work:
        people = cast.offices(work, "Bea").people()

    assert [person.name for person in people] == ["Ada", "Bea", "Pim", "Tom", "Wim"]
    assert [person.home.name for person in people if person.home] == ["Buurtwerk Noord"]


@pytest.mark.parametrize("name", ["Tom", "Pim", "Samira", "Noor", "Olga"])
def test_only_the_office_invites_for_a_certifying_body(cast: AuditCast, name: str) -> None:
    """Nobody makes themselves or a friend an auditor."""
    for role in (Role.CI_ADMIN, Role.TEAM_LEADER, Role.AUDITOR, Role.PEER_AUDITOR):
        with cast.database.begin() as work, pytest.raises(NotAllowed):
            work.people(cast.actor(work, name)).invite(role, cast.now)


def test_an_organisation_that_is_only_known_by_its_number_gets_its_coordinator(cast: AuditCast) -> None:
    """An office that plans early must not keep the member itself out."""
    with cast.database.begin() as work:
        people = work.people(cast.actor(work, "Noor"))
        membership = people.create_organisation("Buurtwerk Noord in Tiel", "swn2", cast.now)

    with cast.database.begin() as work:
        homes = [person.home for person in cast.offices(work, "Bea").people() if person.home]
    assert [(home.id, home.name) for home in homes] == [(membership.organisation.id, "Buurtwerk Noord in Tiel")]


def test_a_second_person_does_not_take_it_over(cast: AuditCast) -> None:
    """Once somebody has a role there, the number is theirs."""
    for name, is_first in (("Noor", True), ("Wim", False)):
        with cast.database.begin() as work:
            people = work.people(cast.actor(work, name))
            if is_first:
                people.create_organisation("Buurtwerk Noord", "swn2", cast.now)
                continue
            with pytest.raises(MemberNumberTaken):
                people.create_organisation("Buurtwerk Noord", "swn2", cast.now)


def test_who_is_erased_leaves_the_team_and_keeps_what_was_signed(cast: AuditCast) -> None:
    """That somebody signed is a decision record; who they were is not."""
    cast.accept("Ada")
    with cast.plays("Ada") as (work, audits):
        person = cast.person(work, "Ada")
        audits.choose(cast.audit)
        exported = work.people(cast.actor(work, "Ada")).export()
        assert [seat["role"] for seat in exported["audit_teams"]] == [Role.AUDITOR]
        work.people(cast.actor(work, "Ada")).erase(cast.now)

    with cast.plays("Bea") as (work, audits):
        audit = audits.get(cast.audit).audit
        assert audit.role_of(person) is None
        assert person not in audits.names(audit)
        signed = sa.select(t.audit_member.c.conduct_accepted_at).where(t.audit_member.c.person_id == person)
        assert work.execute(signed).scalar_one() == cast.now
