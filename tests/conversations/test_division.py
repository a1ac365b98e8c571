"""Dividing the norms: by rubric, by function, one by one, and telling everybody once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conversations.division import (
    ApplyProposalTap,
    ByNormTap,
    DoneTap,
    GiveFunctionTap,
    GiveNormTap,
    GiveRubricTap,
    proposal,
)
from conversations.menu import RoleTap
from conversations.people_taps import DivideForTap
from conversations.taps import DivideTap
from domain.actors import Colleague, MembershipId
from domain.framework import Framework, FrameworkId, NormId, RubricId, WhoCode
from domain.roles import PersonId, Role
from storage.sql.actors import mark_unreachable
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import (
    ChooseFunctionNorms,
    ChooseNorms,
    DivideFor,
    NormsGiven,
    Portion,
    ShowDivision,
    ShowProposal,
)
from tests.conversations.people_stage import (
    JOOST,
    PRIYA,
    RIVERS,
    WILLEM,
    colleague_of,
    founded,
    joined,
    last_said,
    norms_of,
    people_stage,
    told,
)
from tests.scenes.stage import Stage, StageChat


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


@pytest.fixture
def framework(frameworks: Mapping[FrameworkId, Framework]) -> Framework:
    return next(iter(frameworks.values()))


def team(stage: Stage) -> tuple[StageChat, StageChat, StageChat]:
    """Return Samira who coordinates, Priya of P&O, and Joost without a function."""
    samira = founded(stage)
    return samira, joined(stage, samira, PRIYA, "Priya", "P&O"), joined(stage, samira, JOOST, "Joost")


def open_person(stage: Stage, coordinator: StageChat, name: str) -> MembershipId:
    """Open the norms of a colleague and return the role's id."""
    membership = colleague_of(stage, coordinator, name).membership
    coordinator.taps_old(DivideTap())
    coordinator.taps(DivideForTap(membership))
    return membership


def test_at_first_no_norm_is_anybodys(stage: Stage) -> None:
    """The screen begins with how much is left to divide."""
    samira, _, _ = team(stage)

    samira.taps_old(DivideTap())

    portions = (Portion("Joost", None, 0), Portion("Priya", "P&O", 0), Portion("Samira", None, 0))
    assert samira.screen == ShowDivision(portions, nobodys=49, total=49, waiting=0)


def test_a_rubric_is_given_in_one_tap_and_taken_back_in_another(stage: Stage) -> None:
    """The quickest way to divide, and no harm when the thumb slipped."""
    samira, _, _ = team(stage)
    open_person(stage, samira, "Priya")

    samira.taps("Dienstverlening")
    assert isinstance(samira.screen, DivideFor)
    assert samira.screen.portion == Portion("Priya", "P&O", 11)
    samira.taps("Dienstverlening")

    assert norms_of(stage, samira, "Priya") == []


def test_a_second_tap_gives_the_rubric_once(stage: Stage) -> None:
    """A button carries what it wants, so a double tap does not take back what it just gave."""
    samira, _, _ = team(stage)
    membership = open_person(stage, samira, "Priya")
    tap = GiveRubricTap(membership, RubricId("D"), gives=True)

    samira.taps(tap)
    samira.taps_old(tap)

    assert len(norms_of(stage, samira, "Priya")) == 11


def test_the_norms_for_a_function_are_given_in_one_tap(stage: Stage, framework: Framework) -> None:
    """Scene 5: "Priya (P&O)" gets what the column Wie names for P&O."""
    samira, _, _ = team(stage)
    open_person(stage, samira, "Priya")

    samira.taps("Op functie")
    assert isinstance(samira.screen, ChooseFunctionNorms)
    samira.taps("P&O 13")

    expected = sorted(norm.id for norm in framework.norms if "P&O" in norm.who)
    assert norms_of(stage, samira, "Priya") == expected
    assert len(expected) == 13


def test_norms_are_given_one_by_one(stage: Stage) -> None:
    """The grid shows whose each norm is."""
    samira, _, _ = team(stage)
    joost = open_person(stage, samira, "Joost")
    samira.taps_old(GiveNormTap(joost, NormId("D9"), gives=True))
    open_person(stage, samira, "Priya")

    samira.taps("D per norm")
    samira.taps("D2")

    assert samira.screen == ChooseNorms(Portion("Priya", "P&O", 1), "Dienstverlening", given=1, total=11)
    grid = [button.label for button in samira.keyboard.buttons]
    assert (grid[0], grid[1], grid[8]) == ("D1", "D2 ✅", "D9 👤")


def test_the_proposal_gives_everybody_the_norms_of_their_function(stage: Stage) -> None:
    """One look and one tap, and most of the work is divided."""
    samira, _, _ = team(stage)
    samira.taps_old(DivideTap())

    samira.taps("Voorstel op functie")
    assert samira.screen == ShowProposal((Portion("Priya", "P&O", 13),), ("Joost", "Samira"), nobodys=36)
    samira.taps("Zo verdelen")

    assert isinstance(samira.screen, ShowDivision)
    assert (samira.screen.nobodys, samira.screen.waiting) == (36, 1)


def test_somebody_without_a_function_is_proposed_nothing(framework: Framework) -> None:
    """Two colleagues with one function both get its norms; a norm may be several people's."""
    people = [
        Colleague(MembershipId(n), PersonId(n), "x", Role.COLLEAGUE, code)
        for n, code in enumerate([WhoCode("CB"), WhoCode("CB"), None, WhoCode("nbV")])
    ]

    assert proposal(framework, people) == {PersonId(0): (NormId("O13"),), PersonId(1): (NormId("O13"),)}


def test_a_colleague_hears_of_all_norms_at_once(stage: Stage) -> None:
    """One message after Klaar, not one per tap, with a button to begin."""
    samira, priya, _ = team(stage)
    membership = open_person(stage, samira, "Priya")
    samira.taps("Dienstverlening")
    samira.taps("V per norm")
    samira.taps("V1")
    assert told(priya) == []
    samira.taps("Terug")

    samira.taps("Klaar")

    (message,) = told(priya)
    assert isinstance(message, NormsGiven)
    assert [norm.id for norm in message.norms] == ["V1", *(f"D{n}" for n in range(1, 12))]
    assert last_said(priya).keyboard.buttons[0].tap == RoleTap(membership)
    assert isinstance(samira.screen, ShowDivision)
    assert samira.screen.told == ("Priya",)


def test_a_second_klaar_tells_nobody_again(stage: Stage) -> None:
    """What was told is told."""
    samira, priya, _ = team(stage)
    open_person(stage, samira, "Priya")
    samira.taps("Dienstverlening")
    samira.taps("Klaar")

    samira.taps_old(DoneTap())

    assert len(told(priya)) == 1


def test_what_was_taken_back_before_klaar_is_not_told(stage: Stage) -> None:
    """A slip of the thumb is nobody's news."""
    samira, priya, _ = team(stage)
    open_person(stage, samira, "Priya")
    samira.taps("Dienstverlening")
    samira.taps("Dienstverlening")

    assert "Klaar" not in samira.labels
    samira.taps_old(DoneTap())

    assert told(priya) == []


def test_the_coordinator_needs_no_message_about_their_own_norms(stage: Stage) -> None:
    """Samira knows what Samira took."""
    samira, _, _ = team(stage)
    open_person(stage, samira, "Samira")

    samira.taps("Dienstverlening")

    assert "Klaar" not in samira.labels
    assert len(norms_of(stage, samira, "Samira")) == 11


def test_who_cannot_be_reached_is_named(stage: Stage) -> None:
    """The coordinator can tell them at the coffee machine."""
    samira, priya, _ = team(stage)
    with stage.database.begin() as work:
        mark_unreachable(work, priya.id)
    open_person(stage, samira, "Priya")
    samira.taps("Dienstverlening")

    samira.taps("Klaar")

    assert isinstance(samira.screen, ShowDivision)
    assert samira.screen.untold == ("Priya",)
    assert told(priya) == []


def test_a_reader_is_given_no_norms(stage: Stage) -> None:
    """An auditor who reads along answers nothing."""
    samira, _, _ = team(stage)
    joined(stage, samira, WILLEM, "Willem", role=Role.READER)
    reader = colleague_of(stage, samira, "Willem").membership

    samira.taps_old(GiveRubricTap(reader, RubricId("D"), gives=True))

    assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED)


def test_a_colleague_divides_nothing(stage: Stage) -> None:
    """Neither by the menu nor by a forged button."""
    samira, priya, _ = team(stage)
    membership = colleague_of(stage, samira, "Priya").membership

    for tap in (DivideTap(), ApplyProposalTap(), GiveNormTap(membership, NormId("D1"), gives=True)):
        priya.taps_old(tap)
        assert priya.screen == SayTrouble(Trouble.NOT_ALLOWED)

    assert norms_of(stage, samira, "Priya") == []


def test_forged_rubrics_functions_and_norms_change_nothing(stage: Stage) -> None:
    """A tap may carry anything; nothing unknown is stored."""
    samira, _, _ = team(stage)
    membership = colleague_of(stage, samira, "Priya").membership

    samira.taps_old(GiveNormTap(membership, NormId("Z99"), gives=True))
    assert samira.screen == SayTrouble(Trouble.AGED)
    samira.taps_old(ByNormTap(membership, RubricId("Z")))
    assert samira.screen == SayTrouble(Trouble.AGED)
    samira.taps_old(GiveRubricTap(membership, RubricId("Z"), gives=True))
    samira.taps_old(GiveFunctionTap(membership, WhoCode("Z"), gives=True))

    assert norms_of(stage, samira, "Priya") == []


def test_a_colleague_begins_with_the_norms_they_got(stage: Stage) -> None:
    """From the message to one's own first norm: one tap, and the menu names it."""
    samira, priya, _ = team(stage)
    open_person(stage, samira, "Priya")
    samira.taps("Dienstverlening")
    samira.taps("Klaar")
    tap = last_said(priya).keyboard.buttons[0].tap
    assert tap is not None

    priya.taps_old(tap)

    assert priya.labels[0] == "Verder bij D1"
    assert RIVERS in priya.text
