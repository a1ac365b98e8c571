"""Settings: what people choose for themselves and for their organisation, and leaving it."""

from __future__ import annotations

import pytest

from conversations.acting import NEWCOMER
from conversations.settings import LeaveTap, NudgesTap, OwnFunctionTap, RenameTap
from domain.framework import WhoCode
from domain.roles import Role
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import (
    AskNewName,
    AskNumberLater,
    ConfirmLeaving,
    HandOverFirst,
    MenuNews,
    NameProblem,
    ShowMenu,
    ShowSettings,
    Welcome,
)
from tests.conversations.people_stage import JOOST, PRIYA, RIVERS, WILLEM, actor_of, founded, joined, people_stage
from tests.scenes.stage import Stage


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


@pytest.mark.parametrize("command", ["/instellingen", "/settings"])
def test_the_coordinator_sees_the_settings(stage: Stage, command: str) -> None:
    """Telegram's own word works as well as ours."""
    samira = founded(stage)

    samira.sends(command)

    assert samira.screen == ShowSettings(RIVERS, Role.COORDINATOR, None, True, None, is_confirmed=False)


def test_the_organisation_gets_another_name(stage: Stage) -> None:
    """A typing error in the name would stand on every report."""
    samira = founded(stage)
    samira.sends("/instellingen")

    samira.taps("Naam wijzigen")
    assert samira.screen == AskNewName(RIVERS)
    samira.sends("X")
    assert samira.screen == AskNewName(RIVERS, NameProblem.TOO_SHORT)
    samira.sends("Welzijn Rivierenland-Oost")

    assert isinstance(samira.screen, ShowSettings)
    assert (samira.screen.organisation, samira.screen.is_saved) == ("Welzijn Rivierenland-Oost", True)


def test_a_colleague_does_not_rename_the_organisation(stage: Stage) -> None:
    """That is for the coordinator, also when the question was still open from before."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")

    joost.taps_old(RenameTap())
    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    joost.place.conversation, joost.place.state = "settings", "renaming"
    joost.sends("Van mij")

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    samira.sends("/menu")
    assert isinstance(samira.screen, ShowMenu)
    assert samira.screen.organisation == RIVERS


def test_everybody_sets_their_own_function(stage: Stage) -> None:
    """Who skipped it at the start finds it here."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    joost.taps("Instellingen")

    joost.taps("Mijn functie")
    joost.taps("Beleid/kwaliteit")

    assert isinstance(joost.screen, ShowSettings)
    assert joost.screen.function == "Beleid/kwaliteit"
    joost.taps_old(OwnFunctionTap(WhoCode("Z")))
    assert joost.screen == SayTrouble(Trouble.AGED)


def test_nudges_go_off_and_on(stage: Stage) -> None:
    """A double tap wants the same thing twice, so it changes nothing."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    joost.taps("Instellingen")

    joost.taps("Porren uitzetten")
    joost.taps_old(NudgesTap(wants=False))
    assert not actor_of(stage, joost).settings.wants_nudges
    joost.taps("Porren aanzetten")

    assert actor_of(stage, joost).settings.wants_nudges


def test_a_reader_has_nothing_to_do_with_functions_and_nudges(stage: Stage) -> None:
    """What is not for a role is not on its screen."""
    willem = joined(stage, founded(stage), WILLEM, "Willem", role=Role.READER)

    willem.taps("Instellingen")

    assert willem.labels == ["Privacy", "Hulp", "Wissel van rol", "Organisatie verlaten", "Menu"]


# ---------------------------------------------------------------------------------------------- leaving


def test_leaving_is_asked_first(stage: Stage) -> None:
    """Access ends at once, so one tap is not enough; without any role one begins anew."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    joost.taps("Instellingen")

    joost.taps("Organisatie verlaten")
    assert joost.screen == ConfirmLeaving(RIVERS, Role.COLLEAGUE)
    turn = joost.taps("Ja, verlaten")

    assert joost.screen == Welcome()
    assert turn.commands == {turn.incoming.chat_id: NEWCOMER}
    assert actor_of(stage, joost).role is None


def test_the_only_coordinator_hands_over_first(stage: Stage) -> None:
    """Otherwise the colleagues would be left with an organisation that nobody can open."""
    samira = founded(stage)
    joined(stage, samira, JOOST, "Joost")
    samira.sends("/instellingen")
    samira.taps("Organisatie verlaten")

    samira.taps("Ja, verlaten")

    assert samira.screen == HandOverFirst(RIVERS, has_colleagues=True)
    assert samira.labels == ["Collega's", "Organisatie wissen", "Terug", "Menu"]
    assert actor_of(stage, samira).role is Role.COORDINATOR


def test_who_is_alone_may_delete_the_organisation_instead(stage: Stage) -> None:
    """With nobody to hand over to there is still a way out."""
    samira = founded(stage)
    samira.sends("/instellingen")
    samira.taps("Organisatie verlaten")

    samira.taps("Ja, verlaten")

    assert samira.screen == HandOverFirst(RIVERS, has_colleagues=False)
    assert "Uitnodigen" in samira.labels


def test_a_second_tap_does_not_leave_the_next_organisation(stage: Stage) -> None:
    """After leaving, another role counts; a double tap must not end that one as well."""
    founded(stage, PRIYA, "Priya", "Buurtwerk Noord")
    priya = joined(stage, founded(stage), PRIYA, "Priya", "P&O")
    priya.sends("/instellingen")
    priya.taps("Organisatie verlaten")
    priya.taps("Ja, verlaten")
    assert priya.screen == ShowMenu("Buurtwerk Noord", Role.COORDINATOR, False, 0, 49, news=MenuNews.LEFT)

    priya.taps_old(LeaveTap(is_sure=True))

    assert actor_of(stage, priya).role is Role.COORDINATOR


def test_a_member_number_can_be_given_later(stage: Stage) -> None:
    """Who skipped it at the start did not have it at hand, and an office needs it to confirm the organisation."""
    samira = founded(stage)
    samira.sends("/instellingen")

    samira.taps("Lidnummer")
    samira.sends("weet ik niet")
    asked_again = samira.screen
    samira.sends("SWN 1234")

    assert asked_again == AskNumberLater(NameProblem.NO_DIGITS)
    assert isinstance(samira.screen, ShowSettings)
    assert (samira.screen.member_number, samira.screen.is_saved) == ("SWN1234", True)


def test_a_member_number_of_another_organisation_is_refused(stage: Stage) -> None:
    """Two organisations with one number would both be confirmed."""
    first, second = founded(stage), founded(stage, WILLEM, "Willem", "Welzijn Elders")
    for chat in (first, second):
        chat.sends("/instellingen")
        chat.taps("Lidnummer")
        chat.sends("1234")

    assert second.screen == AskNumberLater(is_taken=True)
