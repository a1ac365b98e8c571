"""The menu: what a role sees, and how roles stay apart."""

from __future__ import annotations

import pytest

from conversations.menu import RoleTap
from conversations.taps import NormTap
from domain.actors import MembershipId
from domain.framework import NormId
from domain.roles import Role
from domain.verdicts import Verdict
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import ChooseRole, MenuNews, ShowMenu, Welcome
from tests.conversations.people_stage import JOOST, PRIYA, RIVERS, SAMIRA, actor_of, founded, joined, people_stage
from tests.scenes.stage import Stage, StageChat


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


def judge(stage: Stage, chat: StageChat, *norms: str) -> None:
    """Give norms a verdict behind the screens."""
    with stage.database.begin() as work:
        evaluations = work.evaluations(work.actor(chat.id))
        evaluation = evaluations.current()
        assert evaluation is not None
        for norm in norms:
            evaluations.record_verdict(evaluation, NormId(norm), Verdict.MET, seen=None, at=stage.now)


def test_the_menu_of_a_coordinator_shows_what_exists(stage: Stage) -> None:
    """Scene 2, without what is not built yet."""
    samira = founded(stage)

    samira.sends("/menu")

    assert samira.labels == [
        "Zelfevaluatie", "Verbeterplan", "Documenten", "Collega's", "Rekenhulp", "Trends", "Klacht of signaal",
        "Instellingen",
    ]  # fmt: skip


def test_the_menu_counts_what_is_done_and_what_is_ones_own(stage: Stage) -> None:
    """The first glance says how far we are, and the first button goes on with one's own norms."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    person = actor_of(stage, joost).person
    with stage.database.begin() as work:
        evaluations = work.evaluations(work.actor(samira.id))
        evaluation = evaluations.current()
        assert evaluation is not None
        evaluations.assign(evaluation, [NormId("D9"), NormId("O1")], person, stage.now)
    judge(stage, samira, "V1", "D9")

    joost.sends("/menu")

    assert joost.screen == ShowMenu(RIVERS, Role.COLLEAGUE, False, answered=2, total=49, own_open=1, own_total=2)
    assert joost.keyboard.buttons[0].tap == NormTap(NormId("O1"))


def test_a_closed_evaluation_offers_no_norm_to_go_on_with(stage: Stage) -> None:
    """What is closed has to be reopened first, so the menu does not lead into a refusal."""
    samira = founded(stage)
    person = actor_of(stage, samira).person
    with stage.database.begin() as work:
        evaluations = work.evaluations(work.actor(samira.id))
        evaluation = evaluations.current()
        assert evaluation is not None
        evaluations.assign(evaluation, [NormId("D9")], person, stage.now)
        evaluations.close(evaluation, stage.now)

    samira.sends("/menu")

    assert isinstance(samira.screen, ShowMenu)
    assert samira.screen.is_closed
    assert samira.labels[0] == "Zelfevaluatie"


def test_the_menu_works_halfway_a_question(stage: Stage) -> None:
    """/menu leaves the question behind: what is typed next is no answer to it."""
    chat = stage.chat(SAMIRA, "Samira")
    chat.sends("/start")
    chat.taps("Lidorganisatie")

    chat.sends("/menu")
    assert chat.screen == Welcome()
    chat.sends(RIVERS)

    assert chat.screen == SayTrouble(Trouble.NOT_UNDERSTOOD)
    assert actor_of(stage, chat).role is None


def test_one_person_with_two_organisations_works_in_one_at_a_time(stage: Stage) -> None:
    """The first line names the role, and switching is two taps."""
    founded(stage, PRIYA, "Priya", "Buurtwerk Noord")
    samira = founded(stage)
    priya = joined(stage, samira, PRIYA, "Priya", "P&O")
    assert isinstance(priya.screen, ShowMenu)
    assert priya.screen.organisation == RIVERS

    priya.taps("Wissel van rol")
    assert isinstance(priya.screen, ChooseRole)
    turn = priya.taps("1. Buurtwerk Noord")

    assert priya.screen == ShowMenu("Buurtwerk Noord", Role.COORDINATOR, False, 0, 49, news=MenuNews.SWITCHED)
    assert turn.commands == {turn.incoming.chat_id: Role.COORDINATOR}
    assert turn.place.data == {}


def test_switching_to_the_same_role_changes_nothing(stage: Stage) -> None:
    """The button in a nudge leads to the menu, whether or not one was there already."""
    samira = founded(stage)
    membership = actor_of(stage, samira).membership
    assert membership is not None

    samira.taps_old(RoleTap(membership.id))

    assert samira.screen == ShowMenu(RIVERS, Role.COORDINATOR, False, 0, 49)


def test_the_role_of_somebody_else_cannot_be_taken(stage: Stage) -> None:
    """Buttons carry ids, never rights."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    other = actor_of(stage, samira).membership
    assert other is not None

    joost.taps_old(RoleTap(other.id))
    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    joost.taps_old(RoleTap(MembershipId(987654)))

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert actor_of(stage, joost).role is Role.COLLEAGUE
