"""Everything that is kept of a member organisation as plain values, for the archive that its coordinator asks for.

Which tables take part follows from `belongings`, and where a sealed value opens from `sealed_places`, so that a new
table comes along by itself. What reaches a person outside the bot (their Telegram id), keys and Telegram's names of
files stay out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.roles import OrganisationId
from domain.self_evaluation import FileId
from storage.sql import tables as t
from storage.sql.actors import open_name
from storage.sql.belongings import Whose, of_member, tables_of
from storage.sql.sealed_places import opened_rows

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

#: What says nothing to the organisation, or would let somebody reach or become somebody.
_LEFT_OUT = frozenset({"chat_id", "message_id", "telegram_id", "blob", "scope", "token_hash", "member_number_hash"})


class KeptFile(Struct, frozen=True):
    """A file of an organisation: where it lies, how its content was sealed, and what it was called."""

    id: FileId
    blob: str
    name: str


def export_organisation(work: SqlWork, organisation: OrganisationId) -> dict[str, Any]:
    """Return all rows of an organisation by table, with names of the people in them by id."""
    work.flush()
    return {
        "people": _people(work, organisation),
        "tables": {name: rows for name, rows in sorted(_tables(work, organisation)) if rows},
    }


def _tables(work: SqlWork, organisation: OrganisationId) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for whose in (Whose.MEMBER, Whose.SHARED):
        for table, belonging in tables_of(whose):
            condition = of_member(table, belonging.path, organisation)
            rows = opened_rows(work.connection, work.vault, table, condition)
            yield table.name, [_row(row) for row in rows]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items() if name not in _LEFT_OUT}


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it; what was sealed as JSON is opened up."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value  # somebody's own words that begin with a bracket
    return value


def _people(work: SqlWork, organisation: OrganisationId) -> dict[str, str]:
    """Return the names of everybody who is or was in the organisation; who was erased is not among them."""
    members = sa.select(t.membership.c.person_id).where(t.membership.c.organisation_id == organisation)
    rows = sa.select(t.person.c.id, t.person.c.name_sealed).where(
        t.person.c.id.in_(members), t.person.c.erased_at.is_(None)
    )
    return {str(row.id): open_name(work, row.id, row.name_sealed) for row in work.execute(rows).all()}


def kept_files(work: SqlWork, organisation: OrganisationId) -> tuple[KeptFile, ...]:
    """Return the files of an organisation that are really there, in order."""
    own = of_member(t.stored_file, "organisation_id", organisation)
    stored = sa.select(t.stored_file).where(own, t.stored_file.c.status == "stored").order_by(t.stored_file.c.id)
    return tuple(
        KeptFile(FileId(row.id), row.blob, work.vault.open(f"stored_file.name:{row.blob}", row.name_sealed))
        for row in work.execute(stored).all()
    )
