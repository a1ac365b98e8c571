"""Who hears of a step in the process of an audit; for stores that have established that the actor may cause it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.process import Party
from domain.roles import OrganisationKind, PersonId, Role
from storage.plan_interfaces import Addressee
from storage.sql import tables as t

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")
_REACHABLE = (
    sa.select(t.membership.c.person_id, t.person.c.chat_id, t.membership.c.id)
    .select_from(t.membership.join(t.person, t.person.c.id == t.membership.c.person_id))
    .where(t.membership.c.ended_at.is_(None), t.person.c.is_reachable, t.person.c.chat_id.is_not(None))
    .order_by(t.membership.c.id)
)
_STATEMENTS = {
    Party.MEMBER: _REACHABLE.join(t.audit, t.audit.c.organisation_id == t.membership.c.organisation_id).where(
        t.audit.c.id == _AUDIT, t.membership.c.role == Role.COORDINATOR.value
    ),
    Party.CI: _REACHABLE.join(t.audit, t.audit.c.ci_id == t.membership.c.organisation_id)
    .join(
        t.audit_member,
        sa.and_(
            t.audit_member.c.audit_id == t.audit.c.id,
            t.audit_member.c.person_id == t.membership.c.person_id,
            t.audit_member.c.removed_at.is_(None),
        ),
    )
    .where(
        t.audit.c.id == _AUDIT,
        t.audit_member.c.role == Role.TEAM_LEADER.value,
        t.membership.c.role.in_([Role.TEAM_LEADER.value, Role.AUDITOR.value]),
    ),
    Party.SWN: _REACHABLE.join(t.organisation, t.organisation.c.id == t.membership.c.organisation_id).where(
        t.organisation.c.kind == OrganisationKind.SWN.value, t.membership.c.role == Role.SWN_SECRETARIAT.value
    ),
}


def addressees(work: SqlWork, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
    """Return who hears of a step on a side, each once: the coordinators, the team leader, or the secretariat."""
    values = {} if party is Party.SWN else {"audit": audit}
    found: dict[int, Addressee] = {}
    for row in work.execute(_STATEMENTS[party], values).all():
        found.setdefault(row.chat_id, Addressee(PersonId(row.person_id), row.chat_id, MembershipId(row.id)))
    return tuple(found.values())
