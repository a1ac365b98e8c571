"""A key that leaked, or whoever knew it left: everything comes under a new one, and the old one can go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from storage.interfaces import MemberNumberTaken
from storage.sql.database import Database
from storage.sql.rotation import Rotated, rotate
from storage.sql.tables import data_key
from storage.sql.vault import Keyring, MasterKey, Unreadable
from tests.storage.cast import V1, Cast

OLD, NEW = MasterKey(b"handvat test key".ljust(32, b".")), MasterKey(b"a newer key".ljust(32, b"."))

MakeDatabase = Callable[[str, Keyring], Database]


def keys_in_use(database: Database) -> set[str]:
    with database.begin() as work:
        return set(work.execute(sa.select(data_key.c.master_key)).scalars())


def test_after_a_rotation_nobody_needs_the_old_key(cast: Cast, database_url: str, make_database: MakeDatabase) -> None:
    """Texts open, and a member number is still found, with the new key alone."""
    with cast.plays("Joost") as joost:
        joost.writes("Elke vrijdag overleg")

    rotate(cast.database.engine, Keyring([NEW, OLD]))

    cast.database = make_database(database_url, Keyring([NEW]))
    assert keys_in_use(cast.database) == {NEW.id}
    with cast.plays("Joost") as joost:
        assert [item.text for item in joost.evaluations.answer(joost.evaluation, V1).contributions] == [
            "Elke vrijdag overleg"
        ]
    with cast.plays("Noor") as noor, pytest.raises(MemberNumberTaken):
        noor.people.create_organisation("Rivierenland nog eens", "SWN 123", cast.now)


def test_the_old_key_alone_opens_nothing_any_more(cast: Cast, database_url: str, make_database: MakeDatabase) -> None:
    """That is what a rotation is for."""
    rotate(cast.database.engine, Keyring([NEW, OLD]))

    cast.database = make_database(database_url, Keyring([OLD]))
    with pytest.raises(Unreadable):
        cast.plays("Joost").__enter__()


def test_processes_go_on_while_keys_are_rotated(cast: Cast, database_url: str, make_database: MakeDatabase) -> None:
    """They hold both keys by then; before and after the rotation they find the same member number."""
    cast.database = make_database(database_url, Keyring([NEW, OLD]))
    with cast.plays("Joost") as joost:
        joost.writes("Ervoor")
    with cast.plays("Noor") as noor, pytest.raises(MemberNumberTaken):
        noor.people.create_organisation("Rivierenland nog eens", "SWN 123", cast.now)

    rotate(make_database(database_url, Keyring([NEW, OLD])).engine, Keyring([NEW, OLD]))

    with cast.plays("Joost") as joost:
        joost.writes("Erna")
        texts = [item.text for item in joost.evaluations.answer(joost.evaluation, V1).contributions]
    assert sorted(texts) == ["Erna", "Ervoor"]
    with cast.plays("Noor") as noor, pytest.raises(MemberNumberTaken):
        noor.people.create_organisation("Rivierenland nog eens", "SWN 123", cast.now)


def test_a_second_rotation_has_nothing_to_do(cast: Cast) -> None:
    """Whoever is not sure may repeat it."""
    first = rotate(cast.database.engine, Keyring([NEW, OLD]))

    assert rotate(cast.database.engine, Keyring([NEW, OLD])) == Rotated(0, first.rewrapped)


def test_without_the_old_key_nothing_is_changed(cast: Cast) -> None:
    """The commonest mistake is to take it away first."""
    with pytest.raises(Unreadable, match="HANDVAT_ENCRYPTION_KEY"):
        rotate(cast.database.engine, Keyring([NEW]))

    assert keys_in_use(cast.database) == {OLD.id}
