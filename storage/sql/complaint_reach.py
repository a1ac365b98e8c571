"""Which complaints an actor reaches, and who has an interest in one: conditions that stand in every statement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from domain.complaints import Interest
from domain.roles import Role
from storage.sql import complaint_tables as c
from storage.sql import register_tables as r
from storage.sql import tables as t

CASE = c.complaint

#: Who only looks in from outside belongs to nothing (domain.independence).
_LOOKING_IN = [Role.READER.value, Role.VISITOR.value]


def interests_of(person: Any) -> dict[Interest, sa.ColumnElement[bool]]:
    """Return for every interest the condition on `complaint` that a person (a column or parameter) has it."""
    return {
        Interest.CLAIMANT: sa.and_(CASE.c.claimant_id.is_not(None), CASE.c.claimant_id == person),
        Interest.SUBJECT: _marked(person, "subject"),
        Interest.MARKED: _marked(person, "marked"),
        # Whoever was ever in the team, also when they were taken from it since.
        Interest.IN_TEAM: _is_there(
            person, t.audit_member.c.audit_id == CASE.c.audit_id, t.audit_member.c.person_id == person
        ),
        Interest.DECIDED: _is_there(
            person, r.ci_decision.c.audit_id == CASE.c.audit_id, r.ci_decision.c.decided_by == person
        ),
        Interest.TIED: sa.or_(_belongs(person), _declared(person), _comes_from(person)),
    }


def _is_there(person: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    outer = [person.table] if isinstance(person, sa.Column) else []
    return sa.exists().where(*conditions).correlate(CASE, *outer)


def _marked(person: Any, kind: str) -> Any:
    mark = c.complaint_mark.alias(f"mark_{kind}")
    return _is_there(
        person, mark.c.complaint_id == CASE.c.id, mark.c.person_id == person, mark.c.kind == kind,
        mark.c.ended_at.is_(None),
    )  # fmt: skip


def _is_party(organisation: Any) -> sa.ColumnElement[bool]:
    return sa.or_(organisation == CASE.c.organisation_id, organisation == CASE.c.holder_id)


def _belongs(person: Any) -> Any:
    """Works or worked for the client or the certificate holder."""
    seat = t.membership.alias("seat")
    return _is_there(
        person, seat.c.person_id == person, seat.c.role.not_in(_LOOKING_IN), _is_party(seat.c.organisation_id)
    )


def _declared(person: Any) -> Any:
    return _is_there(person, t.tie.c.person_id == person, _is_party(t.tie.c.organisation_id))


def _comes_from(person: Any) -> Any:
    """A peer auditor whose own organisation it is."""
    own = t.membership.alias("own_seat")
    return _is_there(
        person, own.c.person_id == person, t.peer_home.c.membership_id == own.c.id,
        _is_party(t.peer_home.c.organisation_id),
    )  # fmt: skip


_PERSON: Any = sa.bindparam("person")
_MY_INTERESTS = interests_of(_PERSON)
HAS_INTEREST = sa.or_(*_MY_INTERESTS.values())
IS_SUBJECT = _MY_INTERESTS[Interest.SUBJECT]

#: Within the body: whoever keeps the register reaches all, a handler what is theirs and free of any interest.
WITHIN = sa.and_(
    CASE.c.ci_id == sa.bindparam("ci"),
    sa.or_(
        sa.bindparam("keeps", type_=sa.Boolean),
        sa.and_(sa.bindparam("handles", type_=sa.Boolean), CASE.c.handler_id == _PERSON, ~HAS_INTEREST),
    ),
)
