"""Making, showing and withdrawing invitations, and sharing with an auditor."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from conversations.invitations import MakeTap, RevokeTap, share_url
from conversations.kit import Job
from conversations.people_taps import InviteTap
from conversations.taps import ShareTap
from domain.actors import InvitationId
from domain.framework import WhoCode
from domain.roles import Role
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import (
    AccessEnded,
    ChooseInvitation,
    ForwardInvitation,
    InvitationMade,
    ShowInvitations,
    ShowSharing,
)
from tests.conversations.people_stage import (
    JOOST,
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
from tests.scenes.stage import Stage, StageChat


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


def open_count(stage: Stage, coordinator: StageChat) -> int:
    """Return how many invitations are open according to storage."""
    with stage.database.begin() as work:
        return len(work.people(work.actor(coordinator.id)).open_invitations(stage.now))


def test_an_invitation_takes_two_taps(stage: Stage) -> None:
    """The link comes as a message to forward and as a QR code, and stays in the chat."""
    samira = founded(stage)
    samira.taps("Collega's")

    samira.taps("Uitnodigen")
    assert isinstance(samira.screen, ChooseInvitation)
    samira.taps("P&O")

    expires = stage.now + timedelta(days=14)
    assert samira.screen == InvitationMade(RIVERS, Role.COLLEAGUE, "P&O", expires)
    (forward,) = told(samira)
    assert isinstance(forward, ForwardInvitation)
    assert (forward.invited_by, forward.organisation, forward.role) == ("Samira", RIVERS, Role.COLLEAGUE)
    assert stage.jobs == [Job("invitation_qr", SAMIRA, {"link": forward.link})]


def test_the_share_button_carries_the_link_whole(stage: Stage) -> None:
    """Telegram's own button lets people pick a chat; signs in a name must not break the address."""
    samira = founded(stage, organisation="Wij & Zij <Rivierenland>")
    samira.taps_old(InviteTap(Role.COLLEAGUE))
    samira.taps("Zonder functie")

    url = samira.button("Link delen").url

    assert url is not None
    asked = parse_qs(urlsplit(url).query)
    (forward,) = told(samira)
    assert isinstance(forward, ForwardInvitation)
    assert asked["url"] == [forward.link]
    assert "Wij & Zij <Rivierenland>" in asked["text"][0]


def test_the_address_of_the_share_button_is_quoted() -> None:
    """A question mark or an ampersand inside would end the link halfway."""
    assert share_url("https://t.me/b?start=x", "a & b") == (
        "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fb%3Fstart%3Dx&text=a%20%26%20b"
    )


def test_a_second_tap_makes_no_second_link(stage: Stage) -> None:
    """Otherwise an open link would lie about that nobody knows of."""
    samira = founded(stage)
    samira.taps_old(InviteTap(Role.COLLEAGUE))
    samira.taps("Professional")
    made = samira.screen

    samira.taps_old(MakeTap(Role.COLLEAGUE, WhoCode("P")))

    assert samira.screen == made
    assert open_count(stage, samira) == 1


def test_an_old_button_asks_first(stage: Stage) -> None:
    """A button of last week makes no link unasked, it shows the choice."""
    samira = founded(stage)

    samira.taps_old(MakeTap(Role.COLLEAGUE, WhoCode("P")))

    assert isinstance(samira.screen, ChooseInvitation)
    assert open_count(stage, samira) == 0


def test_a_second_coordinator_is_one_tap_further(stage: Stage) -> None:
    """Being the only one is a risk for holidays and for leaving."""
    samira = founded(stage)
    samira.taps_old(InviteTap(Role.COLLEAGUE))

    samira.taps("Tweede coördinator")
    samira.taps("Leidinggevende")

    assert isinstance(samira.screen, InvitationMade)
    assert samira.screen.role is Role.COORDINATOR


def test_open_invitations_can_be_withdrawn(stage: Stage) -> None:
    """A link in the wrong hands is made worthless in two taps; a second tap says that it was."""
    samira = founded(stage)
    invited(samira, function="P")
    samira.taps("Open uitnodigingen")
    assert isinstance(samira.screen, ShowInvitations)
    (invitation,) = samira.screen.invitations

    samira.taps("Intrekken 1")
    assert samira.screen == ShowInvitations((), was_revoked=True)
    samira.taps_old(RevokeTap(invitation.id))

    assert samira.screen == ShowInvitations((), was_revoked=False)


@pytest.mark.parametrize("role", [Role.READER, Role.AUDITOR, Role.OPERATOR])
def test_a_forged_role_is_not_invited_for(stage: Stage, role: Role) -> None:
    """The two roles of an organisation are chosen here; a reader has a screen of their own."""
    samira = founded(stage)

    samira.taps_old(InviteTap(role))

    assert samira.screen == SayTrouble(Trouble.AGED)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.VISITOR])
def test_storage_refuses_to_invite_for_a_forged_role(stage: Stage, role: Role) -> None:
    """Even from the right screen."""
    samira = founded(stage)
    samira.taps_old(InviteTap(Role.COLLEAGUE))

    samira.taps_old(MakeTap(role, None))

    assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert open_count(stage, samira) == 0


def test_a_colleague_invites_nobody(stage: Stage) -> None:
    """The coordinator decides who comes in."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")

    for tap in (InviteTap(Role.COLLEAGUE), MakeTap(Role.COLLEAGUE, None), ShareTap(), RevokeTap(InvitationId(1))):
        joost.taps_old(tap)
        assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)


def test_the_invitation_of_another_organisation_is_out_of_reach(stage: Stage) -> None:
    """Ids in a button are guesses until storage knows whose they are."""
    samira = founded(stage)
    noor = founded(stage, 3000, "Noor", "Buurtwerk Noord")
    invited(noor, function="P")

    samira.taps_old(RevokeTap(InvitationId(1)))

    assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert open_count(stage, noor) == 1


# ---------------------------------------------------------------------------------------------- sharing


def test_sharing_lets_an_auditor_read(stage: Stage) -> None:
    """The auditor gets a link, reads along, and the coordinator sees who does."""
    samira = founded(stage)
    samira.taps_old(ShareTap())
    assert samira.screen == ShowSharing(RIVERS, (), invitations=0)

    joined(stage, samira, WILLEM, "Willem", role=Role.READER)
    samira.taps_old(ShareTap())

    assert samira.screen == ShowSharing(RIVERS, ("Willem",), invitations=0)
    assert samira.labels == ["Intrekken Willem", "Toetser uitnodigen", "Menu"]


def test_access_can_be_withdrawn(stage: Stage) -> None:
    """Sharing is for as long as the member wants."""
    samira = founded(stage)
    willem = joined(stage, samira, WILLEM, "Willem", role=Role.READER)
    samira.taps_old(ShareTap())

    samira.taps("Intrekken Willem")
    samira.taps("Ja, intrekken")

    assert told(willem) == [AccessEnded(RIVERS)]
    assert actor_of(stage, willem).role is None
