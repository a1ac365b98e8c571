"""Invitations: a link that works once. Only the hash of its token is kept.

Accepting is a single conditional UPDATE, so that of two people with the same link one becomes a member.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.actors import Invitation, InvitationId, Membership, MembershipId
from domain.framework import WhoCode
from domain.invitations import (
    HOME_OF_ROLE,
    INVITATION_VALID_FOR,
    MAX_WRONG_TRIES,
    NEEDED_TO_INVITE,
    TOKEN_BYTES,
    TRIES_COUNT_FOR,
)
from domain.roles import OrganisationId, Permission, Role
from storage.interfaces import InvitationState, InvitationUnusable, NotAllowed
from storage.sql import tables as t
from storage.sql.actors import clean_name, open_name, organisation_scope, read_organisation
from storage.sql.reach import Reach

_INVITATIONS = sa.select(
    t.invitation,
    t.organisation.c.kind,
    t.organisation.c.name_sealed.label("organisation_name"),
    t.organisation.c.member_number_sealed,
    t.organisation.c.is_confirmed,
    t.person.c.name_sealed.label("inviter_name"),
).select_from(
    t.invitation.join(t.organisation, t.organisation.c.id == t.invitation.c.organisation_id).join(
        t.person, t.person.c.id == t.invitation.c.invited_by
    )
)


class Invitations(Reach):
    """Makes, finds and accepts invitations."""

    def invite(
        self, role: Role, at: datetime, *, function: WhoCode | None = None, label: str = ""
    ) -> tuple[Invitation, str]:
        """Make an invitation of 14 days and return it with its token, which is not kept.

        Raises:
            NotAllowed: the actor may not invite for this role.
        """
        host = self._actor.organisation
        if role not in NEEDED_TO_INVITE or (host is not None and HOME_OF_ROLE.get(role, host.kind) is not host.kind):
            raise NotAllowed(role.value)
        return self._make_invitation(self._require(NEEDED_TO_INVITE[role]), role, at, function, label)

    def _make_invitation(
        self, organisation: OrganisationId, role: Role, at: datetime, function: WhoCode | None = None, label: str = ""
    ) -> tuple[Invitation, str]:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        values = {
            "token_hash": _hash(token),
            "organisation_id": organisation,
            "role": role.value,
            "function": function,
            "label_sealed": self._seal_label(organisation, token, label),
            "invited_by": self._actor.person,
            "created_at": at,
            "expires_at": at + INVITATION_VALID_FOR,
        }
        made = self._work.execute(t.invitation.insert().values(values).returning(t.invitation.c.id)).scalar_one()
        self._audit("invitation_made", f"invitation:{made}", at, organisation)
        row = self._work.execute(_INVITATIONS.where(t.invitation.c.id == made)).one()
        return self._invitation(row), token

    def open_invitations(self, at: datetime) -> tuple[Invitation, ...]:
        """Return the invitations of the actor's organisation that can still be accepted, newest first.

        Raises:
            NotAllowed
        """
        own = t.invitation.c.organisation_id == self._require(self._inviting())
        rows = self._work.execute(_INVITATIONS.where(own, _is_open(at)).order_by(t.invitation.c.id.desc()))
        return tuple(self._invitation(row) for row in rows.all())

    def revoke(self, invitation: InvitationId, at: datetime) -> bool:
        """Withdraw an invitation; False when it was used or withdrawn already. Raises NotAllowed."""
        own = sa.and_(
            t.invitation.c.id == invitation, t.invitation.c.organisation_id == self._require(self._inviting())
        )
        if self._work.execute(sa.select(t.invitation.c.id).where(own)).first() is None:
            raise NotAllowed("invitation")
        unused = sa.and_(t.invitation.c.accepted_at.is_(None), t.invitation.c.revoked_at.is_(None))
        done = self._work.execute(t.invitation.update().where(own, unused).values(revoked_at=at))
        if not done.rowcount:
            return False
        self._audit("invitation_revoked", f"invitation:{invitation}", at)
        return True

    def find_invitation(self, token: str, at: datetime) -> Invitation:
        """Return the open invitation behind a link; wrong tries are counted per person and hour.

        Raises:
            InvitationUnusable: catch it within the step, or the wrong try is rolled back.
        """
        return self._invitation(self._find(token, at))

    def accept(self, token: str, at: datetime) -> Membership:
        """Accept an invitation, once, and make its role the actor's current one.

        Raises:
            InvitationUnusable: as find_invitation, or the actor has this role already.
        """
        row = self._find(token, at)
        if self._has_role(row):
            raise InvitationUnusable(InvitationState.ALREADY_MEMBER)
        claim = t.invitation.update().where(t.invitation.c.id == row.id, _is_open(at))
        claimed = self._work.execute(claim.values(accepted_by=self._actor.person, accepted_at=at))
        if not claimed.rowcount:
            self._find(token, at)  # says what somebody else did with it just now
            raise InvitationUnusable(InvitationState.USED)
        membership = self._join(row, at)
        self._audit("invitation_accepted", f"invitation:{row.id}", at, row.organisation_id)
        return membership

    def inviter_chat(self, invitation: InvitationId) -> int | None:
        """Return the chat of who made an invitation that the actor accepted; None if unreachable."""
        inviter = (
            sa.select(t.person.c.chat_id)
            .join(t.invitation, t.invitation.c.invited_by == t.person.c.id)
            .where(
                t.invitation.c.id == invitation,
                t.invitation.c.accepted_by == self._actor.person,
                t.person.c.is_reachable,
            )
        )
        return self._work.execute(inviter).scalar()

    # -------------------------------------------------------------------------------------------------- parts

    def _inviting(self) -> Permission:
        """Return what somebody needs to see the open invitations of their organisation: an office has its own."""
        return Permission.MANAGE_OFFICE if self._may(Permission.MANAGE_OFFICE) else Permission.INVITE

    def _find(self, token: str, at: datetime) -> Any:
        """Return the row of an invitation that is open. Raises InvitationUnusable."""
        if self._wrong_tries(at) >= MAX_WRONG_TRIES:
            raise InvitationUnusable(InvitationState.TOO_MANY_TRIES)
        row = self._work.execute(_INVITATIONS.where(t.invitation.c.token_hash == _hash(token))).first()
        if row is None:
            self._work.execute(t.invitation_try.insert().values(person_id=self._actor.person, tried_at=at))
            raise InvitationUnusable(InvitationState.UNKNOWN)
        state = self._state(row, at)
        if state is not InvitationState.OPEN:
            raise InvitationUnusable(state)
        return row

    def _state(self, row: Any, at: datetime) -> InvitationState:
        if row.accepted_at is not None:
            is_own = row.accepted_by == self._actor.person and self._has_role(row)
            return InvitationState.ALREADY_MEMBER if is_own else InvitationState.USED
        if row.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.OPEN if at < row.expires_at else InvitationState.EXPIRED

    def _wrong_tries(self, at: datetime) -> int:
        recent = sa.select(sa.func.count()).where(
            t.invitation_try.c.person_id == self._actor.person, t.invitation_try.c.tried_at > at - TRIES_COUNT_FOR
        )
        return self._work.execute(recent).scalar_one()  # type: ignore[no-any-return]

    def _has_role(self, row: Any) -> bool:
        """Say whether the actor has the role of an invitation; a coordinator needs no role of a colleague."""
        roles = {m.role for m in self._running(row.organisation_id)}
        return Role(row.role) in roles or (row.role == Role.COLLEAGUE and Role.COORDINATOR in roles)

    def _join(self, row: Any, at: datetime) -> Membership:
        """Give the actor the role of an invitation; a colleague who becomes coordinator stays one person."""
        colleague = [m for m in self._running(row.organisation_id) if m.role == Role.COLLEAGUE]
        if row.role == Role.COORDINATOR and colleague:
            membership = colleague[0].id
            self._work.execute(
                t.membership.update().where(t.membership.c.id == membership).values(role=Role.COORDINATOR.value)
            )
        else:
            membership = self._make_membership(row.organisation_id, Role(row.role), at, row.function)
        self._make_active(membership)
        function = WhoCode(row.function) if row.function else None
        organisation = read_organisation(self._work, row)
        return Membership(MembershipId(membership), self._actor.person, organisation, Role(row.role), function)

    def _running(self, organisation: int) -> list[Any]:
        """Return the actor's running memberships in an organisation."""
        own = sa.select(t.membership.c.id, t.membership.c.role).where(
            t.membership.c.person_id == self._actor.person,
            t.membership.c.organisation_id == organisation,
            t.membership.c.ended_at.is_(None),
        )
        return list(self._work.execute(own).all())

    def _make_membership(self, organisation: int, role: Role, at: datetime, function: str | None = None) -> int:
        """Return the actor's membership with this role; made when there is none."""
        values = {"person_id": self._actor.person, "organisation_id": organisation, "role": role.value,
                  "function": function, "created_at": at}  # fmt: skip
        insert = self._work.upsert(t.membership).values(values).on_conflict_do_nothing()
        made: int | None = self._work.execute(insert.returning(t.membership.c.id)).scalar()
        return made if made is not None else next(m.id for m in self._running(organisation) if m.role == role)

    def _end_membership(self, membership: int, person: int, organisation: int, at: datetime) -> None:
        """End a role, with the open invitations that somebody made: who is put out must not come back by their own."""
        ended = t.membership.update().where(t.membership.c.id == membership, t.membership.c.ended_at.is_(None))
        self._work.execute(ended.values(ended_at=at))
        chosen = sa.and_(t.person.c.id == person, t.person.c.active_membership_id == membership)
        self._work.execute(t.person.update().where(chosen).values(active_membership_id=None))
        own_links = sa.and_(
            t.invitation.c.invited_by == person,
            t.invitation.c.organisation_id == organisation,
            t.invitation.c.accepted_at.is_(None),
            t.invitation.c.revoked_at.is_(None),
        )
        self._work.execute(t.invitation.update().where(own_links).values(revoked_at=at))

    def _make_active(self, membership: int) -> None:
        own = t.person.c.id == self._actor.person
        self._work.execute(t.person.update().where(own).values(active_membership_id=membership))

    def _invitation(self, row: Any) -> Invitation:
        return Invitation(
            id=InvitationId(row.id),
            organisation=read_organisation(self._work, row),
            role=Role(row.role),
            function=WhoCode(row.function) if row.function else None,
            invited_by=open_name(self._work, row.invited_by, row.inviter_name),
            created_at=row.created_at,
            expires_at=row.expires_at,
            label=open_label(self._work, row),
        )

    def _seal_label(self, organisation: OrganisationId, token: str, label: str) -> bytes | None:
        if not label.strip():
            return None
        scope = organisation_scope(organisation)
        return self._work.vault.seal(scope, f"invitation.label:{_hash(token).hex()}", clean_name(label))


def open_label(work: Any, row: Any) -> str:
    """Return what an invitation was called; empty when it has no label."""
    return str(work.vault.open(f"invitation.label:{row.token_hash.hex()}", row.label_sealed))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _is_open(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        t.invitation.c.accepted_at.is_(None), t.invitation.c.revoked_at.is_(None), t.invitation.c.expires_at > at
    )
