"""Who takes decisions at a certifying body, and who hears of a step in an appeal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import MembershipId
from domain.appeals import Appeal
from domain.process import Party
from domain.roles import OrganisationId, PersonId, Role
from storage.appeal_interfaces import Audience
from storage.plan_interfaces import Addressee
from storage.sql import tables as t
from storage.sql.actors import open_name
from storage.sql.addressees import addressees

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_CI: Any = sa.bindparam("ci")
_DECIDERS = (
    sa.select(t.person.c.id, t.person.c.name_sealed)
    .join(t.membership, t.membership.c.person_id == t.person.c.id)
    .where(
        t.membership.c.organisation_id == _CI,
        t.membership.c.role == Role.APPEAL_HANDLER.value,
        t.membership.c.ended_at.is_(None),
        t.person.c.erased_at.is_(None),
    )
    .order_by(t.membership.c.id)
)
_WITH_ROLE = (
    sa.select(t.membership.c.person_id, t.person.c.chat_id, t.membership.c.id)
    .join(t.person, t.person.c.id == t.membership.c.person_id)
    .where(
        t.membership.c.organisation_id == _CI,
        t.membership.c.role.in_(sa.bindparam("roles", expanding=True)),
        t.membership.c.ended_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
    )
    .order_by(t.membership.c.id)
)
_ROLES = {
    Audience.OFFICE: [Role.CI_ADMIN.value, Role.OFFICE_MANAGER.value],
    Audience.QUALITY: [Role.QUALITY_OFFICER.value],
    Audience.HANDLER: [Role.APPEAL_HANDLER.value],
}
_PARTIES = {Audience.APPELLANT: Party.MEMBER, Audience.TEAM: Party.CI, Audience.SWN: Party.SWN}


def deciders_at(work: SqlWork, ci: OrganisationId) -> Mapping[PersonId, str]:
    """Return who may take certification decisions on appeal at a body, with their names."""
    return {PersonId(row.id): open_name(work, row.id, row.name_sealed) for row in work.execute(_DECIDERS, {"ci": ci})}


def appeal_addressees(work: SqlWork, appeal: Appeal, audience: Audience) -> tuple[Addressee, ...]:
    """Return who hears of a step, each once."""
    if audience in _PARTIES:
        return addressees(work, appeal.audit, _PARTIES[audience])
    found: dict[int, Addressee] = {}
    for row in work.execute(_WITH_ROLE, {"ci": appeal.ci, "roles": _ROLES[audience]}).all():
        is_asked = audience is not Audience.HANDLER or row.person_id == appeal.handler
        if is_asked:
            found.setdefault(row.chat_id, Addressee(PersonId(row.person_id), row.chat_id, MembershipId(row.id)))
    return tuple(found.values())
