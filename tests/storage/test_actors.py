"""Who is behind a chat."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from domain.roles import Role
from storage.sql import tables as t
from storage.sql.actors import clean_name, ensure_persons, load_actors, mark_unreachable
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.cast import CHATS, Cast


def test_somebody_who_writes_first_becomes_a_person_without_a_role(database: Database, clock: MovableClock) -> None:
    """Everybody may write to the bot; nothing is within reach before an invitation."""
    with database.begin() as work:
        actor = ensure_persons(work, {42: "Fatma"}, clock.now)[42]

    assert (actor.name, actor.chat, actor.membership, actor.memberships) == ("Fatma", 42, None, ())
    assert not actor.is_operator


def test_writing_again_is_the_same_person(database: Database, clock: MovableClock) -> None:
    """The name of the first time stands, whatever Telegram says later."""
    with database.begin() as work:
        first = ensure_persons(work, {42: "Fatma"}, clock.now)[42]
    with database.begin() as work:
        again = ensure_persons(work, {42: "F.", 43: "Piet"}, clock.now)

    assert again[42] == first
    assert again[43].name == "Piet"


def test_strangers_are_left_out(cast: Cast) -> None:
    """Loading makes nobody."""
    with cast.database.begin() as work:
        assert load_actors(work, [1, 555]).keys() == {1}
        assert load_actors(work, []) == {}


def test_who_blocked_the_bot_is_reachable_again_by_writing(cast: Cast) -> None:
    """Otherwise nobody would ever be reminded again after one block."""
    with cast.database.begin() as work:
        mark_unreachable(work, CHATS["Joost"])
    with cast.plays("Samira") as samira:
        joost = cast.actor(samira.work, "Joost").person
        assert samira.people.chat_of(joost) is None

        ensure_persons(samira.work, {CHATS["Joost"]: "Joost"}, cast.now)

        assert samira.people.chat_of(joost) == CHATS["Joost"]


def test_a_group_of_chats_takes_one_statement(cast: Cast) -> None:
    """It is asked for every group of turns."""
    statements: list[str] = []
    with cast.database.begin() as work:
        sa.event.listen(work.connection, "before_cursor_execute", lambda *args: statements.append(args[2]))

        actors = ensure_persons(work, {chat: name for name, chat in CHATS.items()}, cast.now)

    assert len(statements) - _keys(statements) == 1
    assert {actor.name for actor in actors.values()} == CHATS.keys()


def _keys(statements: list[str]) -> int:
    """Count what a process asks once: its data keys."""
    return sum("data_key" in statement for statement in statements)


def test_the_role_that_was_chosen_counts_while_it_runs(cast: Cast) -> None:
    """Who loses the chosen role falls back on another, never on nothing."""
    with cast.database.begin() as work:
        cast.join(work, "Eva", "Joost", Role.READER)
    with cast.plays("Joost") as joost:
        assert joost.actor.role is Role.READER
        colleague = next(m for m in joost.actor.memberships if m.role is Role.COLLEAGUE)
        joost.people.switch_to(colleague.id)
    with cast.plays("Joost") as joost:
        assert joost.actor.role is Role.COLLEAGUE
        joost.people.leave(cast.now)

    with cast.plays("Joost") as joost:
        assert joost.actor.role is Role.READER
        assert len(joost.actor.memberships) == 1


def test_operators_are_known_by_their_telegram_id(database: Database, clock: MovableClock) -> None:
    """The fixture names 999; being an operator gives no reach at all."""
    with database.begin() as work:
        operator = ensure_persons(work, {999: "Beheer"}, clock.now)[999]

    assert operator.is_operator
    assert operator.membership is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Anne-Marie  ", "Anne-Marie"),
        ("Jan\nPiet\x00", "Jan Piet"),
        ("\u202eevil", "evil"),
        ("e\u0301", "é"),
        ("👩‍⚕️ Sam", "👩‍⚕️ Sam"),
        ("\u200e\u200f", "?"),
        ("a" * 200, "a" * 64),
        ("x" * 63 + " y", "x" * 63),
    ],
)
def test_names_fit_one_line(given: str, kept: str) -> None:
    """A name stands in the middle of sentences; control characters could turn those around."""
    assert clean_name(given) == kept


def test_two_processes_that_meet_somebody_at_once_make_one_person(cast: Cast) -> None:
    """Insert-or-ignore leaves the row of the first, name included."""
    with cast.database.begin() as work:
        work.execute(work.upsert(t.person).values(chat_id=77, is_reachable=True, wants_nudges=True,
                                                   is_welcomed=False, created_at=cast.now))  # fmt: skip
        assert ensure_persons(work, {77: "Laat"}, cast.now)[77].chat == 77

        assert work.execute(sa.select(sa.func.count()).where(t.person.c.chat_id == 77)).scalar() == 1
