"""Getting to know each other: scenes 1 of the screenplay, and everything that can be wrong with a link."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conversations.acting import NEWCOMER
from conversations.menu import Newcomer, NewcomerTap
from conversations.onboarding import MAX_NAME, DeclineTap, JoinFunctionTap, JoinTap, SkipNumberTap
from domain.framework import Framework, FrameworkId, WhoCode
from domain.roles import Role
from storage.sql.database import Database
from storage.sql.example import seed_example
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import (
    AskMemberNumber,
    AskOrganisationName,
    AskOwnFunction,
    AuditorsByInvitation,
    InvitationDeclined,
    InvitationProblem,
    MenuNews,
    NameProblem,
    NumberIsTaken,
    ShowInvitation,
    ShowMenu,
    SomebodyAsksToJoin,
    SomebodyJoined,
    Welcome,
)
from tests.conversations.people_stage import (
    JOOST,
    PRIYA,
    RIVERS,
    SAMIRA,
    WILLEM,
    actor_of,
    founded,
    invited,
    joined,
    people_stage,
    told,
)
from tests.scenes.stage import Stage


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


# ------------------------------------------------------------------------------------------- /start


def test_start_asks_who_somebody_is(stage: Stage) -> None:
    """Scene 1: three ways to begin, and nothing else."""
    chat = stage.chat(SAMIRA, "Samira")

    chat.sends("/start")

    assert chat.screen == Welcome()
    assert chat.labels == ["Lidorganisatie", "Toetser", "Rondkijken"]


def test_start_brings_a_member_to_the_menu(stage: Stage) -> None:
    """Who has a role need not say again who they are."""
    chat = founded(stage)

    chat.sends("/start")

    assert chat.screen == ShowMenu(RIVERS, Role.COORDINATOR, is_confirmed=False, answered=0, total=49)


def test_an_auditor_comes_in_by_invitation_only(stage: Stage) -> None:
    """Nobody makes themselves an auditor."""
    chat = stage.chat(WILLEM, "Willem")
    chat.sends("/start")

    chat.taps("Toetser")

    assert chat.screen == AuditorsByInvitation()
    assert actor_of(stage, chat).role is None


def test_looking_around_needs_no_organisation(stage: Stage, frameworks: Mapping[FrameworkId, Framework]) -> None:
    """Anybody may look through the example, and go on from there to an organisation of their own."""
    with stage.database.begin() as work:
        content = {"organisation": "Voorbeeld", "coordinator": "Sam", "answers": {}}
        seed_example(work, lambda: (next(iter(frameworks)), content), stage.now)
    chat = stage.chat(WILLEM, "Willem")
    chat.sends("/start")

    turn = chat.taps("Rondkijken")

    assert chat.screen == ShowMenu("Voorbeeld", Role.VISITOR, is_confirmed=True, answered=0, total=49)
    assert chat.labels == ["Zelfevaluatie", "Verbeterplan", "Documenten", "Zelf beginnen", "Instellingen"]
    assert turn.commands == {turn.incoming.chat_id: Role.VISITOR}


# ---------------------------------------------------------------------------------- an organisation


def test_who_registers_an_organisation_becomes_its_coordinator(stage: Stage) -> None:
    """From /start to the menu: two taps and two typed lines; the organisation is not confirmed yet."""
    chat = stage.chat(SAMIRA, "Samira")
    chat.sends("/start")

    chat.taps("Lidorganisatie")
    assert chat.screen == AskOrganisationName()
    chat.sends("  Welzijn\nRivierenland ")
    assert chat.screen == AskMemberNumber(RIVERS)
    turn = chat.sends("1234")

    news = MenuNews.BECAME_COORDINATOR
    assert chat.screen == ShowMenu(RIVERS, Role.COORDINATOR, is_confirmed=False, answered=0, total=49, news=news)
    assert turn.commands == {turn.incoming.chat_id: Role.COORDINATOR}
    organisation = actor_of(stage, chat).organisation
    assert organisation is not None
    assert organisation.member_number == "1234"


def test_the_longest_name_is_kept_whole(stage: Stage) -> None:
    """A name that is cut in silence would stand wrong on every report."""
    longest = "Stichting Welzijn en Maatschappelijk Werk Rivierenland en Omstr."
    assert len(longest) == MAX_NAME

    chat = founded(stage, organisation=longest)

    assert isinstance(chat.screen, ShowMenu)
    assert chat.screen.organisation == longest


def test_the_member_number_may_be_skipped(stage: Stage) -> None:
    """Who does not know the number by heart can begin all the same."""
    chat = founded(stage)

    organisation = actor_of(stage, chat).organisation

    assert organisation is not None
    assert organisation.member_number is None


def test_a_second_tap_on_skip_founds_no_second_organisation(stage: Stage) -> None:
    """People tap twice when a phone is slow."""
    chat = founded(stage)

    chat.taps_old(SkipNumberTap())

    assert isinstance(chat.screen, ShowMenu)
    assert len(actor_of(stage, chat).memberships) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "problem"),
    [("A", NameProblem.TOO_SHORT), ("x" * 65, NameProblem.TOO_LONG), ("12 34", NameProblem.NO_LETTERS)],
)
def test_a_name_that_is_no_name_is_asked_again(stage: Stage, typed: str, problem: NameProblem) -> None:
    """The error says what is the matter, and the question stays open."""
    chat = stage.chat(SAMIRA, "Samira")
    chat.sends("/start")
    chat.taps("Lidorganisatie")

    chat.sends(typed)
    assert chat.screen == AskOrganisationName(problem)
    chat.sends(RIVERS)

    assert chat.screen == AskMemberNumber(RIVERS)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("weet ik niet", NameProblem.NO_DIGITS),
        ("1" * 21, NameProblem.TOO_LONG),
        ("12<b>", NameProblem.ODD_SIGNS),
    ],
)
def test_a_number_that_is_no_number_is_asked_again(stage: Stage, typed: str, problem: NameProblem) -> None:
    """A typing error must not become a number that nobody can confirm."""
    chat = stage.chat(SAMIRA, "Samira")
    chat.sends("/start")
    chat.taps("Lidorganisatie")
    chat.sends(RIVERS)

    chat.sends(typed)

    assert chat.screen == AskMemberNumber(RIVERS, problem)


def test_with_a_known_number_the_coordinator_is_asked(stage: Stage) -> None:
    """One organisation, once: the newcomer is let in by whoever coordinates it."""
    samira, joost = stage.chat(SAMIRA, "Samira"), stage.chat(JOOST, "Joost")
    for chat in (samira, joost):
        chat.sends("/start")
        chat.taps("Lidorganisatie")
        chat.sends(RIVERS)
        chat.sends("1234")

    assert joost.screen == NumberIsTaken("1234", was_asked=True)
    assert told(samira) == [SomebodyAsksToJoin("Joost", "1234")]
    assert actor_of(stage, joost).role is None


def test_a_coordinator_is_asked_once_a_day(stage: Stage) -> None:
    """A typed number must not become a way to pester people."""
    samira, joost = stage.chat(SAMIRA, "Samira"), stage.chat(JOOST, "Joost")
    for chat in (samira, joost):
        chat.sends("/start")
        chat.taps("Lidorganisatie")
        chat.sends(RIVERS)
        chat.sends("1234")

    joost.sends("1234")

    assert joost.screen == NumberIsTaken("1234", was_asked=False)
    assert len(told(samira)) == 1


def test_the_question_survives_a_look_at_the_help(stage: Stage) -> None:
    """/help works halfway, and what is typed next still answers the question."""
    chat = stage.chat(SAMIRA, "Samira")
    chat.sends("/start")
    chat.taps("Lidorganisatie")

    chat.sends("/help")
    chat.sends(RIVERS)

    assert chat.screen == AskMemberNumber(RIVERS)


# ------------------------------------------------------------------------------------ an invitation


def test_an_invitation_says_who_invites_and_for_what(stage: Stage) -> None:
    """Nobody has to guess whose link this is; joining or not is theirs to choose."""
    token = invited(founded(stage), function="P&O")
    priya = stage.chat(PRIYA, "Priya")

    priya.sends(f"/start {token}")

    assert priya.screen == ShowInvitation("Samira", RIVERS, Role.COLLEAGUE, "P&O")
    assert priya.labels == ["Meedoen", "Nee, bedankt", "Menu"]


def test_joining_makes_a_colleague_and_tells_the_inviter(stage: Stage) -> None:
    """The coordinator sees who came in, so that a wrong person is noticed."""
    samira = founded(stage)
    token = invited(samira, function="P&O")
    priya = stage.chat(PRIYA, "Priya")
    priya.sends(f"/start {token}")

    turn = priya.taps("Meedoen")

    assert priya.screen == ShowMenu(RIVERS, Role.COLLEAGUE, False, answered=0, total=49, news=MenuNews.JOINED)
    assert turn.commands == {turn.incoming.chat_id: Role.COLLEAGUE}
    assert told(samira)[-1] == SomebodyJoined("Priya", RIVERS, Role.COLLEAGUE)


def test_without_a_function_in_the_invitation_it_is_asked(
    stage: Stage, frameworks: Mapping[FrameworkId, Framework]
) -> None:
    """The function decides which norms suit somebody; one tap is enough."""
    samira = founded(stage)
    token = invited(samira)
    joost = stage.chat(JOOST, "Joost")
    joost.sends(f"/start {token}")

    joost.taps("Meedoen")
    functions = next(iter(frameworks.values())).functions
    assert joost.screen == AskOwnFunction(RIVERS, functions)
    joost.taps("Professional")

    assert isinstance(joost.screen, ShowMenu)
    membership = actor_of(stage, joost).membership
    assert membership is not None
    assert membership.function == WhoCode("P")


def test_the_function_may_be_skipped(stage: Stage) -> None:
    """Nothing that is not needed stands in the way."""
    joost = joined(stage, founded(stage), JOOST, "Joost")

    assert isinstance(joost.screen, ShowMenu)
    membership = actor_of(stage, joost).membership
    assert membership is not None
    assert membership.function is None


def test_a_second_tap_on_joining_asks_the_function_again(stage: Stage) -> None:
    """A double tap must not say that the link was used: it was, by this person."""
    token = invited(founded(stage))
    joost = stage.chat(JOOST, "Joost")
    joost.sends(f"/start {token}")
    joost.taps(JoinTap(token))

    joost.taps_old(JoinTap(token))

    assert isinstance(joost.screen, AskOwnFunction)


def test_a_reader_is_not_asked_for_a_function(stage: Stage) -> None:
    """An auditor who reads along has no norms of their own."""
    samira = founded(stage)

    willem = joined(stage, samira, WILLEM, "Willem", role=Role.READER)

    assert willem.screen == ShowMenu(RIVERS, Role.READER, False, answered=0, total=49, news=MenuNews.JOINED)
    assert willem.labels == ["Zelfevaluatie", "Verbeterplan", "Documenten", "Instellingen"]


def test_declining_keeps_the_link_open(stage: Stage) -> None:
    """No thank you is no, not never."""
    token = invited(founded(stage), function="P")
    priya = stage.chat(PRIYA, "Priya")
    priya.sends(f"/start {token}")

    priya.taps(DeclineTap())
    assert priya.screen == InvitationDeclined()
    priya.sends(f"/start {token}")

    assert isinstance(priya.screen, ShowInvitation)


def test_a_link_works_once(stage: Stage) -> None:
    """A link that was forwarded further lets nobody else in."""
    samira = founded(stage)
    token = invited(samira, function="P")
    stage.chat(PRIYA, "Priya").sends(f"/start {token}")
    stage.chat(PRIYA, "Priya").taps("Meedoen")
    joost = stage.chat(JOOST, "Joost")

    joost.sends(f"/start {token}")
    assert joost.screen == InvitationProblem("used")
    joost.taps_old(JoinTap(token))

    assert joost.screen == InvitationProblem("used")
    assert actor_of(stage, joost).role is None


def test_a_link_expires(stage: Stage) -> None:
    """After fourteen days a link that lies about somewhere is worth nothing."""
    token = invited(founded(stage))
    stage.later(days=15)

    stage.chat(PRIYA, "Priya").sends(f"/start {token}")

    assert stage.chat(PRIYA, "Priya").screen == InvitationProblem("expired")


def test_a_withdrawn_link_says_so(stage: Stage) -> None:
    """Whoever got it knows whom to ask."""
    samira = founded(stage)
    token = invited(samira)
    samira.taps("Open uitnodigingen")
    samira.taps("Intrekken 1")

    stage.chat(PRIYA, "Priya").sends(f"/start {token}")

    assert stage.chat(PRIYA, "Priya").screen == InvitationProblem("revoked")


@pytest.mark.parametrize("payload", ["nonsense", "a:b", "x" * 64, "<b>", "🙂"])
def test_an_unknown_link_is_refused_kindly(stage: Stage, payload: str) -> None:
    """A payload is hostile until storage knows it."""
    chat = stage.chat(PRIYA, "Priya")

    chat.sends(f"/start {payload}")

    assert chat.screen == InvitationProblem("unknown")


def test_guessing_is_stopped_after_some_tries(stage: Stage) -> None:
    """Wrong tries are counted even though each is refused, and the good link has to wait as well."""
    token = invited(founded(stage))
    guesser = stage.chat(WILLEM, "Willem")
    for number in range(6):
        guesser.sends(f"/start wrong{number}")

    guesser.sends(f"/start {token}")
    assert guesser.screen == InvitationProblem("too_many_tries")
    stage.later(hours=2)
    guesser.sends(f"/start {token}")

    assert isinstance(guesser.screen, ShowInvitation)


def test_a_coordinator_who_tries_their_own_link_does_not_use_it_up(stage: Stage) -> None:
    """People test the link that they are about to send."""
    samira = founded(stage)
    token = invited(samira)

    samira.sends(f"/start {token}")
    assert samira.screen == InvitationProblem("already_member", is_still_open=True)
    stage.chat(PRIYA, "Priya").sends(f"/start {token}")

    assert isinstance(stage.chat(PRIYA, "Priya").screen, ShowInvitation)


def test_a_function_that_nobody_knows_is_not_stored(stage: Stage) -> None:
    """A tap may carry anything."""
    joost = joined(stage, founded(stage), JOOST, "Joost")

    joost.taps_old(JoinFunctionTap(WhoCode("director")))

    assert joost.screen == SayTrouble(Trouble.AGED)


def test_who_has_no_role_has_the_commands_of_a_newcomer(stage: Stage) -> None:
    """The command menu never offers what cannot be done."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    joost.taps("Instellingen")
    joost.taps("Organisatie verlaten")

    turn = joost.taps("Ja, verlaten")

    assert turn.commands == {turn.incoming.chat_id: NEWCOMER}
    assert joost.screen == Welcome()


def test_old_buttons_of_the_start_still_work_for_a_member(stage: Stage) -> None:
    """A second organisation is as welcome as the first, and the roles stay apart."""
    samira = founded(stage)

    samira.taps_old(NewcomerTap(Newcomer.MEMBER))
    samira.sends("Buurtwerk Noord")
    samira.taps(SkipNumberTap())

    assert isinstance(samira.screen, ShowMenu)
    assert samira.screen.organisation == "Buurtwerk Noord"
    assert "Wissel van rol" in samira.labels
