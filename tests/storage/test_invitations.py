"""Invitation links: once, for fourteen days, for whom they were meant."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.framework import WhoCode
from domain.roles import Role
from storage.interfaces import InvitationState, InvitationUnusable, NotAllowed
from storage.sql import tables as t
from storage.sql.people import forget_tries
from tests.conftest import MovableClock
from tests.storage.cast import CHATS, Cast


def invite(cast: Cast, role: Role = Role.COLLEAGUE, by: str = "Samira") -> str:
    """Let somebody invite, and return the token."""
    with cast.plays(by) as host:
        return host.people.invite(role, cast.now)[1]


def state_of(cast: Cast, name: str, token: str, *, accept: bool = False) -> InvitationState:
    """Return what a link is worth to somebody."""
    with cast.plays(name) as guest:
        try:
            if accept:
                guest.people.accept(token, cast.now)
            else:
                guest.people.find_invitation(token, cast.now)
        except InvitationUnusable as refused:
            return refused.state
    return InvitationState.OPEN


def test_accepting_gives_the_role_at_once(cast: Cast) -> None:
    """The invitation names the organisation and who invites, so that people know what they accept."""
    with cast.plays("Samira") as samira:
        made, token = samira.people.invite(Role.COLLEAGUE, cast.now, function=WhoCode("P&O"), label="Noor van HR")
    with cast.plays("Noor") as noor:
        found = noor.people.find_invitation(token, cast.now)
        assert found == made
        assert (found.invited_by, found.organisation.name, found.label) == (
            "Samira", "Welzijn Rivierenland", "Noor van HR"
        )  # fmt: skip
        accepted = noor.people.accept(token, cast.now)
        assert noor.people.inviter_chat(made.id) == CHATS["Samira"]
    with cast.plays("Noor") as noor:
        assert noor.actor.membership == accepted
        assert (accepted.role, accepted.function) == (Role.COLLEAGUE, "P&O")


def test_a_token_has_128_bits_and_is_not_kept(cast: Cast) -> None:
    """Whoever reads the database cannot accept anything."""
    token = invite(cast)

    assert len(base64.urlsafe_b64decode(token + "==")) == 16
    with cast.database.begin() as work:
        kept = work.execute(sa.select(t.invitation.c.token_hash).order_by(t.invitation.c.id.desc())).scalar()
    assert kept == hashlib.sha256(token.encode()).digest()


def test_a_link_works_once(cast: Cast) -> None:
    """Forwarding it lets nobody else in."""
    token = invite(cast)

    assert state_of(cast, "Noor", token, accept=True) is InvitationState.OPEN
    assert state_of(cast, "Mo", token, accept=True) is InvitationState.USED
    assert state_of(cast, "Noor", token) is InvitationState.ALREADY_MEMBER


def test_a_link_lasts_fourteen_days(cast: Cast, clock: MovableClock) -> None:
    """The day after, somebody has to ask again."""
    token = invite(cast)

    clock.move(days=14, seconds=-1)
    assert state_of(cast, "Noor", token) is InvitationState.OPEN
    clock.move(seconds=1)
    assert state_of(cast, "Noor", token, accept=True) is InvitationState.EXPIRED
    with cast.plays("Samira") as samira:
        assert samira.people.open_invitations(cast.now) == ()


def test_a_link_can_be_withdrawn(cast: Cast) -> None:
    """Until it was used."""
    with cast.plays("Samira") as samira:
        made, token = samira.people.invite(Role.READER, cast.now)
        assert samira.people.open_invitations(cast.now) == (made,)
        assert samira.people.revoke(made.id, cast.now)
        assert not samira.people.revoke(made.id, cast.now)
        assert samira.people.open_invitations(cast.now) == ()

    assert state_of(cast, "Noor", token, accept=True) is InvitationState.REVOKED


def test_a_used_link_cannot_be_withdrawn(cast: Cast) -> None:
    """Then the colleague has to be removed."""
    with cast.plays("Samira") as samira:
        made, token = samira.people.invite(Role.COLLEAGUE, cast.now)
        cast.people(samira.work, "Noor").accept(token, cast.now)

        assert not samira.people.revoke(made.id, cast.now)


def test_guessing_stops_after_five_tries_an_hour(cast: Cast, clock: MovableClock) -> None:
    """Also for a link that is right; other people are not in the way of it."""
    token = invite(cast)
    for _ in range(5):
        assert state_of(cast, "Noor", "guess") is InvitationState.UNKNOWN

    assert state_of(cast, "Noor", token) is InvitationState.TOO_MANY_TRIES
    assert state_of(cast, "Mo", token) is InvitationState.OPEN
    clock.move(hours=1)
    assert state_of(cast, "Noor", token) is InvitationState.OPEN
    with cast.database.begin() as work:
        assert forget_tries(work, cast.now) == 5


def test_links_that_were_real_are_no_guesses(cast: Cast) -> None:
    """Tapping an old link again and again locks nobody out."""
    token = invite(cast)
    state_of(cast, "Mo", token, accept=True)
    for _ in range(7):
        assert state_of(cast, "Noor", token) is InvitationState.USED


def test_who_has_the_role_keeps_the_link_for_another(cast: Cast) -> None:
    """A coordinator who tries the link does not use it up."""
    token = invite(cast)

    for name in ("Joost", "Samira"):
        assert state_of(cast, name, token, accept=True) is InvitationState.ALREADY_MEMBER
    assert state_of(cast, "Noor", token, accept=True) is InvitationState.OPEN


def test_a_colleague_who_becomes_coordinator_has_one_role(cast: Cast) -> None:
    """Not two lines in the list of colleagues."""
    token = invite(cast, Role.COORDINATOR)
    state_of(cast, "Joost", token, accept=True)

    with cast.plays("Joost") as joost:
        assert [m.role for m in joost.actor.memberships] == [Role.COORDINATOR]
        assert joost.actor.role is Role.COORDINATOR


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.COORDINATOR, Role.COLLEAGUE, Role.READER)])
def test_a_member_invites_for_its_own_roles_only(cast: Cast, role: Role) -> None:
    """Nobody makes an auditor, or an operator, from a self-evaluation."""
    with cast.plays("Samira") as samira, pytest.raises(NotAllowed):
        samira.people.invite(role, cast.now)


@pytest.mark.parametrize("name", ["Joost", "Rik", "Noor"])
def test_only_coordinators_invite(cast: Cast, name: str) -> None:
    """Who invites decides who reads along."""
    with cast.plays(name) as other:
        for role in (Role.COLLEAGUE, Role.COORDINATOR, Role.READER):
            with pytest.raises(NotAllowed):
                other.people.invite(role, cast.now)


def test_the_inviter_is_only_told_about_who_accepted(cast: Cast) -> None:
    """The number of an invitation gives nobody a chat."""
    with cast.plays("Samira") as samira:
        made, _ = samira.people.invite(Role.COLLEAGUE, cast.now)
    with cast.plays("Noor") as noor:
        assert noor.people.inviter_chat(made.id) is None


def test_the_token_is_not_the_text_of_somebody_else(cast: Cast) -> None:
    """Whatever comes after /start is looked up, never trusted."""
    for text in ("", "a" * 4000, "\udcff", "' OR 1=1 --"):
        assert state_of(cast, "Noor", text) in (InvitationState.UNKNOWN, InvitationState.TOO_MANY_TRIES)


def test_an_invitation_says_until_when_it_works(cast: Cast) -> None:
    """`expires_at` is what the screen shows."""
    with cast.plays("Samira") as samira:
        made, _ = samira.people.invite(Role.COLLEAGUE, cast.now)

    assert made.expires_at - made.created_at == timedelta(days=14)
