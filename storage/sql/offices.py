"""Certifying bodies and who works for them; and member organisations that are only known by their number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import Invitation, Organisation
from domain.audit import UNDER_WAY, Stage
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role, may
from storage.audit_interfaces import LastOfficePerson, OfficePerson, StillLeads
from storage.interfaces import NotAllowed
from storage.sql import tables as t
from storage.sql.actors import clean_name, open_name, read_organisation, seal_organisation
from storage.sql.invitations import Invitations

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_OFFICES = (
    sa.select(t.organisation.c.id, t.organisation.c.name_sealed, sa.func.count(t.membership.c.id).label("people"))
    .select_from(
        t.organisation.outerjoin(
            t.membership,
            sa.and_(
                t.membership.c.organisation_id == t.organisation.c.id,
                t.membership.c.role == Role.CI_ADMIN.value,
                t.membership.c.ended_at.is_(None),
            ),
        )
    )
    .where(t.organisation.c.kind == OrganisationKind.CI.value, t.organisation.c.erased_at.is_(None))
    .group_by(t.organisation.c.id, t.organisation.c.name_sealed)
    .order_by(t.organisation.c.id)
)
_SWN = (
    sa.select(t.organisation.c.id)
    .where(t.organisation.c.kind == OrganisationKind.SWN.value, t.organisation.c.erased_at.is_(None))
    .order_by(t.organisation.c.id)
    .limit(1)
)
_ORGANISATION = (
    t.organisation.c.id.label("organisation_id"),
    t.organisation.c.kind,
    t.organisation.c.name_sealed.label("organisation_name"),
    t.organisation.c.member_number_sealed,
    t.organisation.c.is_confirmed,
)
_PEOPLE = (
    sa.select(
        t.membership.c.person_id,
        t.membership.c.role,
        t.person.c.name_sealed.label("person_name"),
        *_ORGANISATION,
    )
    .select_from(
        t.membership.join(t.person, t.person.c.id == t.membership.c.person_id)
        .outerjoin(t.peer_home, t.peer_home.c.membership_id == t.membership.c.id)
        .outerjoin(t.organisation, t.organisation.c.id == t.peer_home.c.organisation_id)
    )
    .where(t.membership.c.organisation_id == sa.bindparam("ci"), t.membership.c.ended_at.is_(None))
    .order_by(t.membership.c.id)
)
_HOME = (
    sa.select(*_ORGANISATION)
    .select_from(t.organisation.join(t.peer_home, t.peer_home.c.organisation_id == t.organisation.c.id))
    .where(t.peer_home.c.membership_id == sa.bindparam("membership"))
)
_KEEPING = [role.value for role in Role if may(role, Permission.MANAGE_OFFICE)]
_OWN_ROLES = (
    sa.select(t.membership.c.id, t.person.c.chat_id, t.person.c.is_reachable)
    .join(t.person, t.person.c.id == t.membership.c.person_id)
    .where(
        t.membership.c.organisation_id == sa.bindparam("ci"),
        t.membership.c.person_id == sa.bindparam("person"),
        t.membership.c.ended_at.is_(None),
    )
)
_OTHERS_KEEPING = sa.select(t.membership.c.id).where(
    t.membership.c.organisation_id == sa.bindparam("ci"),
    t.membership.c.person_id != sa.bindparam("person"),
    t.membership.c.role.in_(_KEEPING),
    t.membership.c.ended_at.is_(None),
)
_LED = (
    sa.select(t.organisation.c.id, t.organisation.c.name_sealed)
    .select_from(
        t.audit.join(t.audit_member, t.audit_member.c.audit_id == t.audit.c.id).join(
            t.organisation, t.organisation.c.id == t.audit.c.organisation_id
        )
    )
    .where(
        t.audit.c.ci_id == sa.bindparam("ci"),
        t.audit.c.stage.in_([stage.value for stage in UNDER_WAY]),
        t.audit_member.c.person_id == sa.bindparam("person"),
        t.audit_member.c.role == Role.TEAM_LEADER.value,
        t.audit_member.c.removed_at.is_(None),
    )
    .order_by(t.audit.c.id)
)


class SqlOffices(Invitations):
    """Implements `storage.audit_interfaces.Offices`."""

    def found(self, name: str, at: datetime) -> tuple[Invitation, str]:
        """Make a certifying body and return the invitation for its first office person. Raises NotAllowed."""
        self._require_operator()
        return self._make_invitation(self._make(OrganisationKind.CI, name, at), Role.CI_ADMIN, at)

    def invite_secretariat(self, name: str, at: datetime) -> tuple[Invitation, str]:
        """Return an invitation for the secretariat of SWN, which is made the first time. Raises NotAllowed."""
        self._require_operator()
        found = self._work.execute(_SWN).scalar()
        swn = OrganisationId(found) if found is not None else self._make(OrganisationKind.SWN, name, at)
        return self._make_invitation(swn, Role.SWN_SECRETARIAT, at)

    def _make(self, kind: OrganisationKind, name: str, at: datetime) -> OrganisationId:
        values = {"kind": kind.value, "is_confirmed": True, "created_at": at}
        insert = t.organisation.insert().values(values).returning(t.organisation.c.id)
        organisation = OrganisationId(self._work.execute(insert).scalar_one())
        _name(self._work, organisation, name)
        self._audit("organisation_created", f"organisation:{organisation}", at, organisation)
        return organisation

    def all(self) -> Mapping[OrganisationId, tuple[str, int]]:
        """Return name and number of office people of every certifying body. Raises NotAllowed."""
        self._require_operator()
        return {
            OrganisationId(row.id): (self._work.vault.open(f"organisation.name:{row.id}", row.name_sealed), row.people)
            for row in self._work.execute(_OFFICES).all()
        }

    def invite_first(self, ci: OrganisationId, at: datetime) -> tuple[Invitation, str]:
        """Make another invitation for an office person of a certifying body. Raises NotAllowed."""
        if ci not in self.all():
            raise NotAllowed("organisation")
        return self._make_invitation(ci, Role.CI_ADMIN, at)

    def people(self) -> tuple[OfficePerson, ...]:
        """Return everybody who works for the actor's CI, by name. Raises NotAllowed."""
        rows = self._work.execute(_PEOPLE, {"ci": self._require(Permission.MANAGE_OFFICE)}).all()
        found = [
            OfficePerson(
                PersonId(row.person_id),
                open_name(self._work, row.person_id, row.person_name),
                Role(row.role),
                read_organisation(self._work, row) if row.organisation_id else None,
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.person)))

    def chat_of(self, person: PersonId) -> int | None:
        """Return the chat of somebody who works for the actor's CI, None when unreachable. Raises NotAllowed."""
        row = self._roles_of(person)[0]
        return row.chat_id if row.is_reachable else None

    def remove(self, person: PersonId, at: datetime) -> None:
        """End all roles of somebody at the actor's CI, and their places in its teams; what they wrote stays.

        Raises:
            NotAllowed, LastOfficePerson, StillLeads
        """
        ci = self._require(Permission.MANAGE_OFFICE)
        # Two office people may remove each other at once: the organisation's row lets them go one by one.
        self._work.execute(sa.select(t.organisation.c.id).where(t.organisation.c.id == ci).with_for_update())
        roles, them = self._roles_of(person), {"ci": ci, "person": person}
        if self._work.execute(_OTHERS_KEEPING, them).first() is None:
            raise LastOfficePerson("invite another first")
        led = self._work.execute(_LED, them).all()
        if led:
            raise StillLeads([self._work.vault.open(f"organisation.name:{row.id}", row.name_sealed) for row in led])
        for row in roles:
            self._end_membership(row.id, person, ci, at)
        self._leave_teams(person, ci, at)
        self._audit("office_person_removed", f"person:{person}", at)

    def _roles_of(self, person: PersonId) -> Any:
        """Return the running roles of somebody at the actor's CI. Raises NotAllowed."""
        them = {"ci": self._require(Permission.MANAGE_OFFICE), "person": person}
        rows = self._work.execute(_OWN_ROLES, them).all()
        if not rows:
            raise NotAllowed("person")
        return rows

    def _leave_teams(self, person: PersonId, ci: OrganisationId, at: datetime) -> None:
        """Take somebody out of every team that still has work to do; who audited before stays in the report."""
        own, to_do = t.audit.c.ci_id == ci, t.audit.c.stage.in_([stage.value for stage in (Stage.PLANNED, *UNDER_WAY)])
        seats = sa.and_(
            t.audit_member.c.person_id == person,
            t.audit_member.c.removed_at.is_(None),
            t.audit_member.c.audit_id.in_(sa.select(t.audit.c.id).where(own, to_do)),
        )
        self._work.execute(t.audit_member.update().where(seats).values(removed_at=at))
        chosen = sa.and_(
            t.audit_choice.c.person_id == person, t.audit_choice.c.audit_id.in_(sa.select(t.audit.c.id).where(own))
        )
        self._work.execute(t.audit_choice.delete().where(chosen))

    def home(self) -> Organisation | None:
        """Return the member organisation that the actor comes from as a peer auditor, None when not known yet."""
        membership = self._actor.membership
        if membership is None:
            return None
        row = self._work.execute(_HOME, {"membership": membership.id}).first()
        return read_organisation(self._work, row) if row is not None else None

    def set_home(
        self, at: datetime, *, organisation: OrganisationId | None = None, name: str = "", member_number: str = ""
    ) -> Organisation:
        """Record from which member organisation the actor comes as a peer auditor. Raises NotAllowed."""
        membership = self._actor.membership
        if membership is None or membership.role is not Role.PEER_AUDITOR:
            raise NotAllowed("home")
        if organisation is not None and organisation not in {own.id for own in own_members(self._actor.memberships)}:
            raise NotAllowed("organisation")
        home = organisation or member_by_number(self._work, name, member_number, at)
        insert = self._work.upsert(t.peer_home).values(membership_id=membership.id, organisation_id=home)
        self._work.execute(
            insert.on_conflict_do_update(index_elements=["membership_id"], set_={"organisation_id": home})
        )
        self._audit("peer_home_set", f"membership:{membership.id}", at)
        return read_organisation(self._work, self._work.execute(_HOME, {"membership": membership.id}).one())

    def _require_operator(self) -> None:
        if not self._actor.is_operator:
            raise NotAllowed("operator")


def own_members(memberships: Any) -> tuple[Organisation, ...]:
    """Return the member organisations for which somebody works, by their roles there."""
    working = (Role.COORDINATOR, Role.COLLEAGUE)
    return tuple(dict.fromkeys(m.organisation for m in memberships if m.role in working))


def member_by_number(work: SqlWork, name: str, member_number: str, at: datetime) -> OrganisationId:
    """Return the member organisation with this number; made, without anybody in it, when it is not known yet.

    Whoever registers it later becomes its coordinator (`People.create_organisation`).

    Raises:
        NotAllowed: there is no number, so it could not be found again.
    """
    from storage.sql.people import normal_member_number  # people knows invitations, as this module does

    number = normal_member_number(member_number)
    if number is None:
        raise NotAllowed("member_number")
    fingerprint = work.vault.fingerprint("member_number", number)
    values = {"kind": "member", "member_number_hash": fingerprint, "is_confirmed": False, "created_at": at}
    insert = work.upsert(t.organisation).values(values).on_conflict_do_nothing()
    made = work.execute(insert.returning(t.organisation.c.id)).scalar()
    if made is None:
        known = sa.select(t.organisation.c.id).where(t.organisation.c.member_number_hash == fingerprint)
        return OrganisationId(work.execute(known).scalar_one())
    organisation = OrganisationId(made)
    _name(work, organisation, name, number)
    return organisation


def _name(work: SqlWork, organisation: OrganisationId, name: str, number: str | None = None) -> None:
    """Seal the name (and number) of a new organisation, whose id had to be known first."""
    sealed = {"name_sealed": seal_organisation(work, organisation, "name", clean_name(name))}
    if number:
        sealed["member_number_sealed"] = seal_organisation(work, organisation, "member_number", number)
    work.execute(t.organisation.update().where(t.organisation.c.id == organisation).values(sealed))
