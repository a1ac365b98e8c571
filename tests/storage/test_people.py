"""Organisations, roles and colleagues."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.actors import MembershipId
from domain.framework import WhoCode
from domain.roles import OrganisationKind, PersonId, Role
from storage.interfaces import LastCoordinator, MemberNumberTaken, NotAllowed
from storage.sql.actors import mark_unreachable
from storage.sql.example import seed_example
from storage.sql.people import normal_member_number
from tests.conftest import MovableClock
from tests.storage.cast import CHATS, FRAMEWORK, Cast, Part


def membership_of(part: Part, name: str) -> MembershipId:
    """Return the membership of a colleague by name."""
    return next(c.membership for c in part.people.colleagues() if c.name == name)


def person_of(part: Part, name: str) -> PersonId:
    """Return the person with a part in this test."""
    return part.cast.actor(part.work, name).person


# ------------------------------------------------------------------------------------------ organisations


def test_whoever_makes_an_organisation_coordinates_it(cast: Cast) -> None:
    """It waits for an office to confirm its member number."""
    with cast.plays("Noor") as noor:
        made = noor.people.create_organisation("  Buurtwerk\nOost ", " swn 77 ", cast.now)
    with cast.plays("Noor") as noor:
        assert noor.actor.membership == made
        assert noor.actor.organisation is not None
        assert (noor.actor.organisation.name, noor.actor.organisation.member_number) == ("Buurtwerk Oost", "SWN77")
        assert noor.actor.role is Role.COORDINATOR
        assert not noor.actor.organisation.is_confirmed


@pytest.mark.parametrize("number", ["SWN 123", "swn123", " S W N 1 2 3 "])
def test_a_member_number_is_used_once(cast: Cast, number: str) -> None:
    """However it is typed; its coordinator is asked instead."""
    with cast.plays("Noor") as noor:
        with pytest.raises(MemberNumberTaken) as refused:
            noor.people.create_organisation("Welzijn Rivierenland?", number, cast.now)

        assert refused.value.coordinators == (person_of(noor, "Samira"),)
        assert refused.value.chats == (CHATS["Samira"],)
    with cast.plays("Noor") as noor:
        assert noor.actor.memberships == ()


def test_many_organisations_have_no_number_yet(cast: Cast) -> None:
    """No number is not a number."""
    for number in (None, "", "  "):
        with cast.plays("Noor") as noor:
            noor.people.create_organisation("Nieuw", number, cast.now)
    assert normal_member_number(" 12 a") == "12A"


def test_a_member_number_can_be_given_later(cast: Cast) -> None:
    """It is refused when it is somebody else's, and may be given again or cleared."""
    with cast.plays("Eva") as eva:
        with pytest.raises(MemberNumberTaken):
            eva.people.set_member_number("swn 123", cast.now)
        for number, kept in (("swn 124", "SWN124"), ("SWN124", "SWN124"), (" ", None)):
            eva.people.set_member_number(number, cast.now)

            organisation = cast.actor(eva.work, "Eva").organisation
            assert organisation is not None
            assert organisation.member_number == kept
    with cast.plays("Samira") as samira:
        samira.people.set_member_number("", cast.now)


def test_a_coordinator_renames_the_organisation(cast: Cast) -> None:
    """A typing error in the name must not stay for ever."""
    with cast.plays("Samira") as samira:
        samira.people.rename_organisation("Welzijn Rivierenland-West", cast.now)
    with cast.plays("Rik") as rik:
        assert rik.actor.organisation is not None
        assert rik.actor.organisation.name == "Welzijn Rivierenland-West"


# ---------------------------------------------------------------------------------------------- colleagues


def test_colleagues_are_listed_by_name(cast: Cast) -> None:
    """Readers included: the coordinator has to see who can read along."""
    with cast.plays("Joost") as joost:
        listed = [(c.name, c.role) for c in joost.people.colleagues()]

    assert listed == [
        ("Joost", Role.COLLEAGUE), ("Priya", Role.COLLEAGUE), ("Rik", Role.READER), ("Samira", Role.COORDINATOR)
    ]  # fmt: skip


def test_former_colleagues_keep_their_name_with_what_they_gave(cast: Cast) -> None:
    """They are no longer listed, but the report still says who wrote it."""
    with cast.plays("Joost") as joost:
        person = joost.actor.person
        joost.people.leave(cast.now)
    with cast.plays("Samira") as samira:
        assert samira.people.names()[person] == "Joost"
        assert "Joost" not in {c.name for c in samira.people.colleagues()}
        with pytest.raises(NotAllowed):
            samira.people.chat_of(person)
    with cast.plays("Joost") as joost:
        assert joost.actor.membership is None


def test_everybody_says_for_which_function_they_speak(cast: Cast) -> None:
    """The coordinator may say it for others."""
    with cast.plays("Joost") as joost:
        assert joost.actor.membership is not None
        joost.people.set_function(joost.actor.membership.id, WhoCode("P&O"), cast.now)
        with pytest.raises(NotAllowed):
            joost.people.set_function(membership_of(joost, "Priya"), WhoCode("P"), cast.now)
    with cast.plays("Samira") as samira:
        samira.people.set_function(membership_of(samira, "Priya"), WhoCode("Mng"), cast.now)

        functions = {c.name: c.function for c in samira.people.colleagues()}
        assert (functions["Joost"], functions["Priya"]) == ("P&O", "Mng")


def test_a_coordinator_removes_a_colleague(cast: Cast) -> None:
    """Their links go with them, so that nobody comes back by an invitation of their own."""
    with cast.plays("Samira") as samira:
        samira.people.hand_over(membership_of(samira, "Joost"), cast.now)
    with cast.plays("Joost") as joost:
        joost.people.invite(Role.COLLEAGUE, cast.now)
    with cast.plays("Samira") as samira:
        samira.people.remove(membership_of(samira, "Joost"), cast.now)

        assert samira.people.open_invitations(cast.now) == ()
    with cast.plays("Joost") as joost:
        assert joost.actor.membership is None


def test_the_last_coordinator_hands_over_first(cast: Cast) -> None:
    """An organisation without coordinator could invite nobody any more."""
    with cast.plays("Samira") as samira:
        for leaving in (
            lambda: samira.people.leave(cast.now),
            lambda: samira.people.remove(membership_of(samira, "Samira"), cast.now),
            lambda: samira.people.erase(cast.now),
        ):
            with pytest.raises(LastCoordinator):
                leaving()
    with cast.plays("Samira") as samira:
        assert samira.actor.role is Role.COORDINATOR
        samira.people.hand_over(membership_of(samira, "Priya"), cast.now)
        samira.people.leave(cast.now)
    with cast.plays("Priya") as priya:
        assert priya.actor.role is Role.COORDINATOR


def test_a_reader_is_not_made_coordinator(cast: Cast) -> None:
    """A reader comes from outside."""
    with cast.plays("Samira") as samira, pytest.raises(NotAllowed):
        samira.people.hand_over(membership_of(samira, "Rik"), cast.now)


# --------------------------------------------------------------------------------------------------- nudges


def test_a_colleague_is_nudged_once_a_day(cast: Cast, clock: MovableClock) -> None:
    """A day is a day in Amsterdam: 23:30 there is 22:30 in UTC."""
    with cast.plays("Samira") as samira:
        joost = person_of(samira, "Joost")
        assert samira.people.may_nudge(joost, datetime(2026, 11, 21, 22, 30, tzinfo=UTC))
        assert not samira.people.may_nudge(joost, datetime(2026, 11, 21, 22, 59, tzinfo=UTC))
        assert samira.people.may_nudge(joost, datetime(2026, 11, 21, 23, 1, tzinfo=UTC))


def test_who_wants_no_nudges_or_left_telegram_gets_none(cast: Cast) -> None:
    """And nobody nudges themselves."""
    with cast.plays("Joost") as joost:
        joost.people.set_wants_nudges(False)
    with cast.plays("Samira") as samira:
        mark_unreachable(samira.work, CHATS["Priya"])

        for name in ("Joost", "Priya", "Samira"):
            assert not samira.people.may_nudge(person_of(samira, name), cast.now)


@pytest.mark.parametrize("name", ["Rik", "Mo", "Noor"])
def test_only_colleagues_who_answer_are_nudged(cast: Cast, name: str) -> None:
    """A reader has nothing to do, a stranger is none of ours."""
    with cast.plays("Samira") as samira, pytest.raises(NotAllowed):
        samira.people.may_nudge(person_of(samira, name), cast.now)


def test_settings_stay(cast: Cast) -> None:
    """They are the person's, whatever the role."""
    with cast.plays("Joost") as joost:
        assert (joost.actor.settings.wants_nudges, joost.actor.settings.is_welcomed) == (True, False)
        joost.people.set_wants_nudges(False)
        joost.people.set_welcomed()
    with cast.plays("Joost") as joost:
        assert (joost.actor.settings.wants_nudges, joost.actor.settings.is_welcomed) == (False, True)


# -------------------------------------------------------------------------------------------------- example

EXAMPLE = {
    "organisation": "Welzijn Voorbeeld",
    "coordinator": "Anja",
    "answers": {
        "V1": {
            "verdict": "partial",
            "by": "Bram",
            "contributions": [
                {"author": "Bram", "text": "Elk team houdt intervisie."},
                {"author": "Anja", "text": "https://example.org", "kind": "link", "purpose": "evidence"},
            ],
            "improvement": {"what": "Ook met vrijwilligers", "who": "Anja"},
        },
        "V2": {"verdict": "not_applicable", "reason": "Niemand werkt hier zo."},
    },
}


def seed(cast: Cast) -> None:
    with cast.database.begin() as work:
        seed_example(work, lambda: (FRAMEWORK, EXAMPLE), cast.now)


def test_the_example_is_made_once(cast: Cast) -> None:
    """Every start of the bot asks for it, and only the first one reads its content."""
    readings = iter([(FRAMEWORK, EXAMPLE)])
    with cast.database.begin() as work:
        first = seed_example(work, lambda: next(readings), cast.now)
    with cast.database.begin() as work:
        assert seed_example(work, lambda: next(readings), cast.now) == first


def test_anybody_may_look_through_the_example(cast: Cast) -> None:
    """It looks like one's own, and nothing in it can be changed."""
    seed(cast)
    with cast.plays("Noor") as noor:
        visit = noor.people.visit_example(cast.now)
        assert noor.people.visit_example(cast.now) == visit
    with cast.plays("Noor") as noor:
        assert (noor.actor.role, noor.actor.organisation) == (Role.VISITOR, visit.organisation)
        assert visit.organisation.kind is OrganisationKind.EXAMPLE
        answers = noor.evaluations.answers(noor.evaluation)
        names = noor.people.names()
        assert [names[item.author] for item in answers["V1"].contributions] == ["Bram", "Anja"]  # type: ignore[index]
        assert answers["V2"].reason == "Niemand werkt hier zo."  # type: ignore[index]
        with pytest.raises(NotAllowed):
            noor.writes("Vandalisme")


def test_visitors_of_the_example_do_not_see_each_other(cast: Cast) -> None:
    """Looking around is nobody's business."""
    seed(cast)
    for name in ("Noor", "Joost"):
        with cast.plays(name) as visitor:
            visitor.people.visit_example(cast.now)
    with cast.plays("Noor") as noor:
        assert set(noor.people.names().values()) == {"Anja", "Bram", "Noor"}
        assert {c.name for c in noor.people.colleagues()} == {"Anja", "Bram"}
        with pytest.raises(NotAllowed):
            noor.people.chat_of(person_of(noor, "Joost"))


def test_who_visits_the_example_switches_back(cast: Cast) -> None:
    """Their own organisation waits in the list of roles."""
    seed(cast)
    with cast.plays("Joost") as joost:
        own = joost.actor.membership
        assert own is not None
        joost.people.visit_example(cast.now)
        assert joost.people.switch_to(own.id) == own
        with pytest.raises(NotAllowed):
            joost.people.switch_to(membership_of(joost, "Priya"))
    with cast.plays("Joost") as joost:
        assert joost.actor.membership == own


def test_without_an_example_there_is_nothing_to_visit(cast: Cast) -> None:
    """A fresh installation may leave it out."""
    with cast.plays("Noor") as noor, pytest.raises(NotAllowed):
        noor.people.visit_example(cast.now)
