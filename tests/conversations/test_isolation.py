"""Nobody reaches what is not theirs: every button, command and message, by everybody else, with forged ids.

The buttons are found in the conversations themselves, so a new one is tried here without a word.
"""

from __future__ import annotations

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.fieldwork_taps import FindingTap
from conversations.judging_taps import VerdictTap
from conversations.kit import Conversations, OnTap, Place, Tap, TapGiven
from conversations.term_taps import TermsTap
from domain.audit import FindingId
from domain.verdicts import Verdict
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.conversations.intruders import (
    CHATS,
    INTRUDERS,
    OWN,
    SECRET,
    V1,
    VICTIMS,
    Intruder,
    PairedTown,
    Town,
    forgeries,
    reaches,
    rules_of,
)


@pytest.fixture
def town(database: Database, clock: MovableClock) -> Town:
    return Town(database, Conversations(ALL_CONVERSATIONS), clock)


def look_everywhere(town: Town, intruder: Intruder) -> list[str]:
    """Let somebody try everything, and return what they should not have got."""
    victims = {CHATS[name] for name in VICTIMS}
    wrong = []
    for place, given in forgeries(town, ALL_CONVERSATIONS):
        where = f"{place.conversation}/{place.state} {given}"
        seen = town.attempts(intruder, given, place)
        wrong += [f"shows {word!r}: {where}" for word in intruder.forbidden if word in seen.shown]
        wrong += [f"changes: {where}"] if seen.is_changed else []
        if intruder.tables is None:
            wrong += [f"{what}: {where}" for what in reaches(town, seen)]
            wrong += [f"tells {seen.told & victims}: {where}"] if seen.told & victims else []
    return wrong


@pytest.mark.parametrize("intruder", INTRUDERS, ids=str)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_is_shown_or_changed(town: Town, intruder: Intruder) -> None:
    """Every kind of button and command, in every state that waits for something."""
    assert look_everywhere(town, intruder) == []


@pytest.mark.parametrize("name", ["Ina", "Eva"])
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_nothing_is_shown_or_changed_on_a_server(town: Town, name: str) -> None:
    """The same conditions hold in the other database; one of each kind of organisation is enough to know."""
    assert look_everywhere(town, next(found for found in INTRUDERS if found.name == name)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_look_itself_sees(town: Town) -> None:
    """Who may do it does see and change it: else the tests above would prove nothing."""
    tom = Intruder("Tom")

    assert SECRET in town.attempts(tom, TapGiven(FindingTap(FindingId(1)).pack()), Place()).shown
    assert town.attempts(tom, TapGiven(VerdictTap(town.audit, V1, Verdict.MET).pack()), Place()).is_changed


@pytest.mark.parametrize("name", ["Ina", "Eva", "Bea", "Wim", "Nynke", "Samira"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_of_a_combination_is_shown_or_changed(database: Database, clock: MovableClock, name: str) -> None:
    """Both halves, each by its own id: who may not reach the one does not reach it by way of the other."""
    town = PairedTown(database, Conversations(ALL_CONVERSATIONS), clock)

    assert town.second is not None
    assert OWN in town.attempts(Intruder("Tom"), TapGiven(TermsTap(town.second).pack()), Place()).shown
    assert look_everywhere(town, next(found for found in INTRUDERS if found.name == name)) == []


def test_every_button_is_tried() -> None:
    """A kind of button that no conversation takes would never be looked at."""
    tried = {rule.kind for _, rule in rules_of(ALL_CONVERSATIONS) if isinstance(rule, OnTap)}

    assert {kind for kind in Tap._known.values() if kind.__module__.startswith("conversations.")} == tried
