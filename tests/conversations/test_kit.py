"""The vocabulary: taps that pack themselves, keyboards that fit a phone, and who answers what."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.kit import Button, CommandGiven, Conversation, Conversations, Keyboard, Tap, on_command, on_tap
from domain.framework import NormId
from domain.verdicts import Verdict
from tests.bot.turns import turn_of


class Colour(StrEnum):
    """Any enum."""

    RED = "red"


class SampleTap(Tap, frozen=True):
    """A tap with every kind of field."""

    prefix = "_t"

    norm: NormId
    verdict: Verdict
    version: int
    colour: Colour | None
    is_on: bool


SAMPLE = SampleTap(NormId("D9"), Verdict.PARTIAL, 12, None, True)


def test_a_tap_comes_back_from_its_button_as_it_went() -> None:
    """A button is the only memory that a tap has."""
    assert Tap.unpack(SAMPLE.pack()) == SAMPLE


@pytest.mark.parametrize(
    "data", ["", "_t", "_t:D9", "_t:D9:great:12:-:1", "_t:D9:met:x:-:1", "_t:D9:met:1:blue:1", "_t:D9:met:1:-:2",
             "_t:D9:met:1:-:1:extra", "zz:1", "_t:D9:met:" + "9" * 60 + ":-:1", "_t:D9:met:１:-:1"]
)  # fmt: skip
def test_forged_data_is_no_tap(data: str) -> None:
    """A client can send anything as callback data."""
    assert Tap.unpack(data) is None


@given(st.text(max_size=80))
def test_no_text_makes_unpacking_fail(data: str) -> None:
    """Whatever comes, the answer is a tap or None."""
    Tap.unpack(data)
    Tap.unpack(f"_t:{data}")


def test_a_tap_that_would_not_fit_is_refused_when_it_is_made() -> None:
    """Better a failing test than a button that Telegram refuses."""
    with pytest.raises(ValueError, match="does not fit"):
        SampleTap(NormId("N" * 60), Verdict.MET, 1, None, False).pack()
    with pytest.raises(ValueError, match="does not fit"):
        SampleTap(NormId("a:b"), Verdict.MET, 1, None, False).pack()


def test_two_taps_with_one_prefix_are_refused() -> None:
    """One of them would never be reached."""
    with pytest.raises(ValueError, match="prefix"):

        class OtherTap(Tap, frozen=True):
            """The same prefix."""

            prefix = "_t"


@pytest.mark.parametrize(
    ("labels", "per_row"),
    [
        (["✅ Voldoet", "🟠 Deels", "❌ Niet"], [3]),
        (["⬅️ Vorige", "🗂 Overzicht", "Volgende ➡️"], [3]),
        (["📋 Zelfevaluatie", "⚙️ Instellingen"], [2]),
        (["Een veel langer label", "Kort"], [1, 1]),
        (["Kort", "Kort", "Kort", "Kort"], [3, 1]),
    ],
)
def test_labels_decide_how_many_fit_a_row(labels: list[str], per_row: list[int]) -> None:
    """A fourth button, or a long label beside another, would be cut off on a small phone."""
    assert [len(row) for row in Keyboard.flow([Button(text) for text in labels]).rows] == per_row


def test_two_conversations_may_not_want_the_same_tap() -> None:
    """Otherwise the order of modules would decide what a button does."""
    one = Conversation("one", entry_points=[on_tap(SampleTap, lambda turn, tap: None)])
    two = Conversation("two", entry_points=[on_tap(SampleTap, lambda turn, tap: None)])

    with pytest.raises(ValueError, match="more than one"):
        Conversations([one, two])
    with pytest.raises(ValueError, match="more than one"):
        Conversations([Conversation("c", entry_points=[on_command("x", lambda t, c: None)] * 2)])


class Here(StrEnum):
    """The states of one conversation."""

    OPEN = "open"


class There(StrEnum):
    """Those of another, with the same value."""

    OPEN = "open"


def test_a_step_may_lead_into_another_conversation() -> None:
    """What is typed outside every state may open a norm: the person is then where norms are."""
    here = Conversation("here", entry_points=[on_command("go", lambda turn, _: There.OPEN)], states={Here.OPEN: []})
    there = Conversation("there", states={There.OPEN: []})
    turn = turn_of(CommandGiven("go"))

    assert Conversations([here, there]).step(turn)

    assert (turn.place.conversation, turn.place.state) == ("there", "open")
