"""Who is behind a chat: persons with their running roles, read in one statement for a whole group.

Names are sealed under the scope "people", bound to the person's id; an organisation's name and
number under its own scope, so that erasing the organisation erases them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import Actor, Membership, MembershipId, Organisation, Settings
from domain.framework import WhoCode
from domain.roles import OrganisationId, OrganisationKind, PersonId, Role
from storage.sql import tables as t
from storage.sql.among import per_database

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

PEOPLE = "people"  # the scope under which names of persons are sealed
MAX_NAME = 64  # Telegram's own limit for a first name; longer would not fit a line of a phone
NO_NAME = "?"  # for a name of nothing but invisible characters
_JOINERS = "\u200c\u200d"  # part of names and emoji, while other format characters can turn a line around

_WITH_ROLES = per_database(
    lambda among: (
        sa.select(
            t.person.c.id,
            t.person.c.chat_id,
            t.person.c.name_sealed,
            t.person.c.active_membership_id,
            t.person.c.is_reachable,
            t.person.c.wants_nudges,
            t.person.c.is_welcomed,
            t.membership.c.id.label("membership_id"),
            t.membership.c.role,
            t.membership.c.function,
            t.organisation.c.id.label("organisation_id"),
            t.organisation.c.kind,
            t.organisation.c.name_sealed.label("organisation_name"),
            t.organisation.c.member_number_sealed,
            t.organisation.c.is_confirmed,
        )
        .select_from(
            t.person.outerjoin(
                t.membership, sa.and_(t.membership.c.person_id == t.person.c.id, t.membership.c.ended_at.is_(None))
            ).outerjoin(t.organisation, t.organisation.c.id == t.membership.c.organisation_id)
        )
        .where(among(t.person.c.chat_id, "chats"))
        .order_by(t.person.c.id, t.membership.c.id)
    )
)


def load_actors(work: SqlWork, chat_ids: Collection[int]) -> dict[int, Actor]:
    """Return the actors behind these chats by chat id; chats that never wrote are left out."""
    return {actor.chat: actor for actor, _ in _load(work, chat_ids)}


def ensure_persons(work: SqlWork, first_names: Mapping[int, str], now: datetime) -> dict[int, Actor]:
    """Return the actor of every chat; makes persons who are new, and marks who left as reachable again."""
    found = _load(work, first_names)
    actors = {actor.chat: actor for actor, _ in found}
    returned = [actor.person for actor, is_reachable in found if not is_reachable]
    if returned:
        work.execute(t.person.update().where(t.person.c.id.in_(returned)).values(is_reachable=True))
    missing = sorted(first_names.keys() - actors.keys())
    if missing:
        _make_persons(work, {chat: first_names[chat] for chat in missing}, now)
        actors.update(load_actors(work, missing))
    return actors


def mark_unreachable(work: SqlWork, chat_id: int) -> None:
    """Remember that a person blocked the bot; writing again makes them reachable."""
    work.execute(t.person.update().where(t.person.c.chat_id == chat_id).values(is_reachable=False))


def clean_name(text: str) -> str:
    """Return a name on one line of at most 64 characters, without control characters."""
    kept = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text) if _is_visible(char))
    return " ".join("".join(kept).split())[:MAX_NAME].rstrip() or NO_NAME


def seal_name(work: SqlWork, person: PersonId, name: str) -> bytes:
    """Return a person's name as it is stored."""
    return work.vault.seal(PEOPLE, f"person.name:{person}", clean_name(name))


def open_name(work: SqlWork, person: int, sealed: bytes | None) -> str:
    """Return a person's name, empty once it was erased."""
    return work.vault.open(f"person.name:{person}", sealed)


def organisation_scope(organisation: int) -> str:
    """Return the scope under which everything of an organisation is sealed."""
    return f"organisation:{organisation}"


def seal_organisation(work: SqlWork, organisation: int, field: str, text: str) -> bytes:
    """Return the name or member_number of an organisation as it is stored."""
    return work.vault.seal(organisation_scope(organisation), f"organisation.{field}:{organisation}", text)


def read_organisation(work: SqlWork, row: Any) -> Organisation:
    """Return the organisation of a row with organisation_id, kind, organisation_name and so on."""
    number = work.vault.open(f"organisation.member_number:{row.organisation_id}", row.member_number_sealed)
    return Organisation(
        id=OrganisationId(row.organisation_id),
        kind=OrganisationKind(row.kind),
        name=work.vault.open(f"organisation.name:{row.organisation_id}", row.organisation_name),
        is_confirmed=row.is_confirmed,
        member_number=number or None,
    )


def _is_visible(char: str) -> bool:
    return char.isspace() or char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn")


def _load(work: SqlWork, chat_ids: Iterable[int]) -> list[tuple[Actor, bool]]:
    """Return every known actor and whether the bot can reach them."""
    chats = list(chat_ids)
    if not chats:
        return []
    people: dict[int, list[Any]] = {}
    for row in work.execute(_WITH_ROLES[work.is_sqlite], {"chats": chats}):
        people.setdefault(row.id, []).append(row)
    organisations: dict[int, Organisation] = {}
    return [(_actor(work, rows, organisations), rows[0].is_reachable) for rows in people.values()]


def _actor(work: SqlWork, rows: list[Any], organisations: dict[int, Organisation]) -> Actor:
    person = rows[0]
    memberships = tuple(_membership(work, row, organisations) for row in rows if row.membership_id is not None)
    return Actor(
        person=PersonId(person.id),
        chat=person.chat_id,
        name=open_name(work, person.id, person.name_sealed),
        memberships=memberships,
        membership=_active(memberships, person.active_membership_id),
        settings=Settings(wants_nudges=person.wants_nudges, is_welcomed=person.is_welcomed),
        is_operator=person.chat_id in work.operators,
    )


def _membership(work: SqlWork, row: Any, organisations: dict[int, Organisation]) -> Membership:
    organisation = organisations.get(row.organisation_id)
    if organisation is None:
        organisation = organisations[row.organisation_id] = read_organisation(work, row)
    function = WhoCode(row.function) if row.function else None
    return Membership(MembershipId(row.membership_id), PersonId(row.id), organisation, Role(row.role), function)


def _active(memberships: tuple[Membership, ...], chosen: int | None) -> Membership | None:
    """Return the chosen role if it still runs, else the most recent one."""
    for membership in memberships:
        if membership.id == chosen:
            return membership
    return memberships[-1] if memberships else None


def _make_persons(work: SqlWork, first_names: Mapping[int, str], now: datetime) -> None:
    """Insert persons; another process may be doing the same, and then its row stands."""
    rows = [
        {"chat_id": chat, "is_reachable": True, "wants_nudges": True, "is_welcomed": False, "created_at": now}
        for chat in first_names
    ]
    work.execute(work.upsert(t.person).values(rows).on_conflict_do_nothing())
    # The name is sealed for the person's id, so that has to be known first.
    nameless = sa.select(t.person.c.id, t.person.c.chat_id).where(
        t.person.c.chat_id.in_(first_names), t.person.c.name_sealed.is_(None)
    )
    named = [
        {"person": row.id, "name": seal_name(work, PersonId(row.id), first_names[row.chat_id])}
        for row in work.execute(nameless).all()
    ]
    if named:
        update = t.person.update().where(t.person.c.id == sa.bindparam("person"))
        work.execute(update.values(name_sealed=sa.bindparam("name")), named)
