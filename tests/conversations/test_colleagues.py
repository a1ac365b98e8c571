"""Colleagues: the list, one colleague, the nudge, and who may do what."""

from __future__ import annotations

import pytest

from conversations.colleagues import FunctionTap, HandOverTap, NudgeTap
from conversations.menu import RoleTap
from conversations.people_taps import ColleagueTap, RemoveTap
from conversations.taps import ColleaguesTap
from domain.actors import MembershipId
from domain.framework import NormId, WhoCode
from domain.roles import Role
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import (
    AccessEnded,
    AskFunction,
    ColleagueLine,
    ColleagueNotice,
    ConfirmHandOver,
    ConfirmRemoval,
    HandOverFirst,
    MadeCoordinator,
    MenuNews,
    NudgeReceived,
    Removed,
    ShowColleague,
    ShowColleagues,
    ShowMenu,
)
from tests.conversations.people_stage import (
    JOOST,
    PRIYA,
    RIVERS,
    WILLEM,
    actor_of,
    colleague_of,
    founded,
    invited,
    joined,
    last_said,
    people_stage,
    told,
)
from tests.scenes.stage import Stage, StageChat


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


def give_norms(stage: Stage, coordinator: StageChat, name: str, *norms: str) -> None:
    """Give somebody norms behind the screens."""
    person = colleague_of(stage, coordinator, name).person
    with stage.database.begin() as work:
        evaluations = work.evaluations(work.actor(coordinator.id))
        evaluation = evaluations.current()
        assert evaluation is not None
        evaluations.assign(evaluation, [NormId(norm) for norm in norms], person, stage.now)


def open_colleague(stage: Stage, coordinator: StageChat, name: str) -> MembershipId:
    """Open one colleague from the list and return the role's id."""
    membership = colleague_of(stage, coordinator, name).membership
    coordinator.taps_old(ColleaguesTap())
    coordinator.taps(ColleagueTap(membership))
    return membership


# -------------------------------------------------------------------------------------------- the list


def test_the_list_shows_everybody_with_what_they_have_to_do(stage: Stage) -> None:
    """The coordinator sees at a glance who takes part and how far they are."""
    samira = founded(stage)
    joined(stage, samira, PRIYA, "Priya", "P&O")
    give_norms(stage, samira, "Priya", "V1", "O15")

    samira.sends("/menu")
    samira.taps("Collega's")

    priya = ColleagueLine("Priya", Role.COLLEAGUE, "P&O", assigned=2, done=0, answered=0)
    me = ColleagueLine("Samira", Role.COORDINATOR, None, assigned=0, done=0, answered=0, is_self=True)
    assert samira.screen == ShowColleagues(RIVERS, (priya, me), page=1, pages=1, invitations=0, may_manage=True)
    assert samira.labels == ["Priya  P&O", "Samira", "Uitnodigen", "Verdelen", "Delen met toetser", "Menu"]


def test_a_colleague_sees_the_list_but_manages_nobody(stage: Stage) -> None:
    """Knowing who else takes part helps; what may be done stays with the coordinator."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")

    joost.taps("Collega's")
    assert joost.labels == ["Menu"]
    joost.taps_old(NudgeTap(colleague_of(stage, samira, "Samira").membership))

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert told(samira) == []


def test_a_reader_does_not_see_the_colleagues(stage: Stage) -> None:
    """Sharing a self-evaluation is not sharing the list of people."""
    samira = founded(stage)
    willem = joined(stage, samira, WILLEM, "Willem", role=Role.READER)

    willem.sends("/collegas")

    assert willem.screen == SayTrouble(Trouble.NOT_ALLOWED)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_large_team_comes_in_pages(stage: Stage) -> None:
    """A list of sixty would not fit a phone, nor a message."""
    samira = founded(stage)
    for number in range(15):
        joined(stage, samira, 2000 + number, f"Collega {number:02}", "P")

    samira.taps_old(ColleaguesTap())
    assert isinstance(samira.screen, ShowColleagues)
    assert (len(samira.screen.people), samira.screen.page, samira.screen.pages) == (12, 1, 2)
    samira.taps("Volgende")

    assert isinstance(samira.screen, ShowColleagues)
    assert [line.name for line in samira.screen.people][-1] == "Samira"
    assert "Vorige" in samira.labels


# ------------------------------------------------------------------------------------------- the nudge


def test_a_nudge_leads_a_colleague_to_their_norms(stage: Stage) -> None:
    """One tap, a friendly message, and a button that opens the right role."""
    samira = founded(stage)
    priya = joined(stage, samira, PRIYA, "Priya", "P&O")
    give_norms(stage, samira, "Priya", "V1", "O15")
    membership = open_colleague(stage, samira, "Priya")

    samira.taps("Porren")

    assert isinstance(samira.screen, ShowColleague)
    assert samira.screen.notice is ColleagueNotice.NUDGED
    assert told(priya) == [NudgeReceived("Samira", RIVERS, open_norms=2)]
    assert last_said(priya).keyboard.buttons[0].tap == RoleTap(membership)


def test_the_nudge_opens_the_right_organisation(stage: Stage) -> None:
    """Somebody who is at work elsewhere must not answer there what was asked here."""
    samira = founded(stage)
    priya = joined(stage, samira, PRIYA, "Priya", "P&O")
    give_norms(stage, samira, "Priya", "V1")
    membership = open_colleague(stage, samira, "Priya")
    founded(stage, PRIYA, "Priya", "Buurtwerk Noord")
    priya.sends("/start")
    samira.taps("Porren")

    priya.taps_old(RoleTap(membership))

    assert isinstance(priya.screen, ShowMenu)
    assert priya.screen.organisation == RIVERS
    assert priya.labels[0] == "Verder bij V1"


def test_one_nudge_a_day(stage: Stage) -> None:
    """A nudge is friendly because it is rare; tomorrow there may be another."""
    samira = founded(stage)
    priya = joined(stage, samira, PRIYA, "Priya", "P&O")
    give_norms(stage, samira, "Priya", "V1")
    open_colleague(stage, samira, "Priya")
    samira.taps("Porren")

    samira.taps("Porren")
    assert isinstance(samira.screen, ShowColleague)
    assert samira.screen.notice is ColleagueNotice.NOT_NUDGED
    assert len(told(priya)) == 1
    stage.later(days=1)
    samira.taps("Porren")

    assert len(told(priya)) == 2


def test_who_wants_no_nudges_gets_none(stage: Stage) -> None:
    """A setting that does nothing would be worse than none."""
    samira = founded(stage)
    priya = joined(stage, samira, PRIYA, "Priya", "P&O")
    give_norms(stage, samira, "Priya", "V1")
    priya.taps("Instellingen")
    priya.taps("Porren uitzetten")
    open_colleague(stage, samira, "Priya")

    samira.taps("Porren")

    assert isinstance(samira.screen, ShowColleague)
    assert samira.screen.notice is ColleagueNotice.NOT_NUDGED
    assert told(priya) == []


def test_nobody_is_nudged_about_nothing(stage: Stage) -> None:
    """Without open norms a nudge only annoys, and it would use up today's."""
    samira = founded(stage)
    priya = joined(stage, samira, PRIYA, "Priya", "P&O")
    open_colleague(stage, samira, "Priya")

    samira.taps("Porren")

    assert isinstance(samira.screen, ShowColleague)
    assert samira.screen.notice is ColleagueNotice.NOTHING_OPEN
    assert told(priya) == []


# ------------------------------------------------------------------------------------------ one colleague


def test_the_coordinator_sets_a_function(stage: Stage) -> None:
    """Two taps, and the list and the division know it."""
    samira = founded(stage)
    joined(stage, samira, JOOST, "Joost")
    open_colleague(stage, samira, "Joost")

    samira.taps("Functie")
    assert isinstance(samira.screen, AskFunction)
    samira.taps("Leidinggevende")

    assert isinstance(samira.screen, ShowColleague)
    assert samira.screen.notice is ColleagueNotice.FUNCTION_SET
    assert colleague_of(stage, samira, "Joost").function == WhoCode("Mng")


def test_making_somebody_coordinator_is_asked_first_and_told(stage: Stage) -> None:
    """It cannot be undone with a button, so it takes two; the colleague hears it at once."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    membership = open_colleague(stage, samira, "Joost")

    samira.taps("Coördinator maken")
    assert samira.screen == ConfirmHandOver("Joost")
    samira.taps("Ja, coördinator maken")

    assert isinstance(samira.screen, ShowColleague)
    assert samira.screen.notice is ColleagueNotice.HANDED_OVER
    assert told(joost) == [MadeCoordinator("Samira", RIVERS)]
    assert actor_of(stage, joost).role is Role.COORDINATOR
    samira.taps_old(HandOverTap(membership, is_sure=True))
    assert len(told(joost)) == 1


def test_removing_ends_access_and_keeps_the_answers(stage: Stage) -> None:
    """Asked first, told to the colleague, and their name stays with what they gave."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    membership = open_colleague(stage, samira, "Joost")

    samira.taps("Verwijderen")
    assert samira.screen == ConfirmRemoval("Joost", Role.COLLEAGUE)
    samira.taps("Ja, verwijderen")

    assert samira.screen == Removed("Joost", Role.COLLEAGUE)
    assert told(joost) == [AccessEnded(RIVERS)]
    assert actor_of(stage, joost).role is None
    samira.taps_old(RemoveTap(membership, is_sure=True))
    assert samira.screen == Removed("Joost", Role.COLLEAGUE)
    assert len(told(joost)) == 1


def test_nobody_removes_the_last_coordinator(stage: Stage) -> None:
    """Not even with a forged button."""
    samira = founded(stage)

    samira.taps_old(RemoveTap(colleague_of(stage, samira, "Samira").membership, is_sure=True))

    assert samira.screen == HandOverFirst(RIVERS, has_colleagues=True)
    assert actor_of(stage, samira).role is Role.COORDINATOR


def test_the_people_of_another_organisation_are_out_of_reach(stage: Stage) -> None:
    """Whatever a button says, storage only reaches one's own organisation."""
    samira = founded(stage)
    noor = founded(stage, 3000, "Noor", "Buurtwerk Noord")
    theirs = colleague_of(stage, noor, "Noor").membership

    for tap in (
        ColleagueTap(theirs),
        NudgeTap(theirs),
        FunctionTap(theirs, WhoCode("P")),
        HandOverTap(theirs, is_sure=True),
        RemoveTap(theirs, is_sure=True),
    ):
        samira.taps_old(tap)
        assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED)

    assert told(noor) == []
    assert colleague_of(stage, noor, "Noor").function is None


# -------------------------------------------------------------------------------- coming in again


def test_who_was_removed_can_be_invited_again(stage: Stage) -> None:
    """A mistake is mended with a new link."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost", "P")
    open_colleague(stage, samira, "Joost")
    samira.taps("Verwijderen")
    samira.taps("Ja, verwijderen")

    token = invited(samira, function="P")
    joost.sends(f"/start {token}")
    joost.taps("Meedoen")

    assert joost.screen == ShowMenu(RIVERS, Role.COLLEAGUE, False, 0, 49, news=MenuNews.JOINED)
