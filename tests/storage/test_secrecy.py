"""What somebody sees who has only the database: ids, numbers and times, and no text of anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.roles import Role
from domain.self_evaluation import ContributionKind, Purpose
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.vault import Keyring, MasterKey, Unreadable
from tests.storage.cast import V1, Cast

#: One per kind of text; no word of ours and none of the content contains it.
CANARIES = (
    "Kanarienaam", "Kanarieorganisatie", "KANARIE123", "kanarietekst", "kanariebewerking", "kanariereden",
    "kanarieactie", "kanariewie", "kanariebestand", "kanarielabel", "kanarietelegram",
)  # fmt: skip


def sing(cast: Cast) -> None:
    """Store every kind of text once, and everything that is derived from it."""
    with cast.database.begin() as work:
        ensure_persons(work, {50: "Kanarienaam"}, cast.now)
        people = work.people(work.actor(50))
        people.create_organisation("Kanarieorganisatie", "KANARIE123", cast.now)
        host = work.actor(50)
        work.people(host).invite(Role.COLLEAGUE, cast.now, label="kanarielabel")
        store = work.evaluations(host)
        evaluation = store.start(next(iter(work.frameworks)), cast.now)
        work.files(host).want(evaluation, "kanariebestand.pdf", "", None, "kanarietelegram", cast.now)
        store.record_improvement(evaluation, V1, cast.now, what="kanarieactie", who="kanariewie")
        store.record_reason(evaluation, V1, "kanariereden", cast.now)
    with cast.database.begin() as work:
        store = work.evaluations(work.actor(50))
        item = store.contribute(
            evaluation, V1, ContributionKind.TEXT, Purpose.EXPLANATION, "kanarietekst", cast.now, message_id=1
        )
        store.summarise(evaluation, item.id, "kanariebewerking", cast.now)
        store.undo(evaluation, cast.now)
        store.close(evaluation, cast.now)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_files_of_sqlite_hold_no_text(cast: Cast, tmp_path: Path) -> None:
    """Also not in the write-ahead log, where rows stand before they reach the file."""
    sing(cast)

    raw = b"".join(path.read_bytes() for path in tmp_path.glob("handvat.db*"))

    assert len(list(tmp_path.glob("handvat.db*"))) >= 2
    assert [canary for canary in CANARIES if canary.encode() in raw] == []


def test_a_dump_of_all_rows_holds_no_text(cast: Cast) -> None:
    """Whichever database: every column of every row, as it is stored."""
    sing(cast)

    with cast.database.begin() as work:
        dump = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else repr(value).encode()
            for table in t.metadata.sorted_tables
            for row in work.execute(sa.select(table))
            for value in row
        )

    assert [canary for canary in CANARIES if canary.encode() in dump] == []


def test_another_master_key_opens_nothing(cast: Cast) -> None:
    """A stolen database is worthless without the environment."""
    sing(cast)
    cast.database.keyring = Keyring([MasterKey(b"stolen".ljust(32, b"."))])

    with pytest.raises(Unreadable), cast.database.begin() as work:
        work.actor(50)


def test_a_sealed_text_cannot_be_moved_to_another_row(cast: Cast) -> None:
    """Who can write to the database cannot put words in another norm or person."""
    with cast.plays("Joost") as joost:
        joost.writes("Eerste")
        joost.writes("Tweede")
    with cast.database.begin() as work:
        texts = dict(work.execute(sa.select(t.contribution.c.receipt, t.contribution.c.text_sealed)).all())  # type: ignore[arg-type]
        swap = t.contribution.update().where(t.contribution.c.receipt == 1)
        work.execute(swap.values(text_sealed=texts[2]))

    with cast.plays("Joost") as joost, pytest.raises(Unreadable):
        joost.evaluations.answer(joost.evaluation, V1)


def test_a_member_number_is_found_without_being_readable(cast: Cast) -> None:
    """A plain hash of few digits could be tried out; this one needs the master key."""
    with cast.database.begin() as work:
        hashes = sa.select(t.organisation.c.member_number_hash)
        kept = work.execute(hashes.where(t.organisation.c.member_number_hash.is_not(None))).scalar()
        assert kept == work.vault.fingerprint("member_number", "SWN123")
    other = MasterKey(b"stolen".ljust(32, b"."))
    assert kept != other.fingerprint("member_number", "SWN123")
