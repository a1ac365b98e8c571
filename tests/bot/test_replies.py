"""What a turn says becomes drafts: in order, with the role in the first line where there are several."""

from __future__ import annotations

from typing import Any

import pytest

from bot.replies import drafts_of
from conversations.kit import Button, Keyboard, TapGiven, TextGiven, Turn
from conversations.taps import MenuTap
from domain.actors import Actor, Membership, MembershipId, Organisation
from domain.roles import OrganisationId, OrganisationKind, PersonId, Role
from storage.sql.outbox import Kind
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import Goodbye
from tests.bot.turns import turn_of

SCREEN = SayTrouble(Trouble.AGED)
KEYS = Keyboard(((Button("Menu", MenuTap()),),))


def member(number: int, name: str) -> Membership:
    organisation = Organisation(OrganisationId(number), OrganisationKind.MEMBER, name, True)
    return Membership(MembershipId(number), PersonId(1), organisation, Role.COLLEAGUE)


def shown(turn: Turn, known: int | None = None) -> dict[str, Any]:
    turn.show(SCREEN, KEYS)
    (draft,) = drafts_of(turn, known)
    assert draft.kind is Kind.SCREEN
    return dict(draft.payload)


def test_a_tap_edits_the_message_that_was_tapped() -> None:
    """The person looks at the screen that they tapped, wherever it stands in the chat."""
    payload = shown(turn_of(TapGiven("m"), message_id=55), known=70)

    assert (payload["edit"], payload["screen"]) == (55, 70)


def test_a_message_gets_a_screen_of_its_own_below_it() -> None:
    """An edit above what somebody just typed would not be seen."""
    assert "edit" not in shown(turn_of(TextGiven("hoi"), message_id=56), known=70)


@pytest.mark.parametrize(("organisations", "first_line"), [(1, False), (2, True)])
def test_with_several_roles_the_first_line_says_which_one(organisations: int, first_line: bool) -> None:
    """What is typed goes to that organisation only."""
    roles = tuple(member(n, f"Welzijn {n} & <co>") for n in range(1, organisations + 1))
    turn = turn_of(TextGiven("hoi"))
    turn.actor = Actor(PersonId(1), 1001, "Joost", roles, roles[0])

    text = shown(turn)["params"]["text"]

    assert text.startswith("<i>Welzijn 1 &amp; &lt;co&gt; · collega</i>\n") is first_line


def test_a_goodbye_names_no_role_any_more() -> None:
    """Who had several and had themselves erased has none; the turn still knows the person as they came in."""
    roles = tuple(member(n, f"Welzijn {n}") for n in (1, 2))
    turn = turn_of(TapGiven("m"), message_id=55)
    turn.actor = Actor(PersonId(1), 1001, "Joost", roles, roles[0])
    turn.show(Goodbye())

    (draft,) = drafts_of(turn, 55)
    assert "Welzijn" not in draft.payload["params"]["text"]
