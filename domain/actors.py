"""Who acts: a person in exactly one capacity, read anew in every transaction and never cached."""

from __future__ import annotations

from datetime import datetime
from typing import NewType

from msgspec import Struct

from domain.framework import WhoCode
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role, may

MembershipId = NewType("MembershipId", int)
InvitationId = NewType("InvitationId", int)


class Organisation(Struct, frozen=True):
    """An organisation as people see it; `is_confirmed` once an office has checked its member number."""

    id: OrganisationId
    kind: OrganisationKind
    name: str
    is_confirmed: bool
    member_number: str | None = None


class Membership(Struct, frozen=True):
    """One role of one person in one organisation; `function` is the code of the column "Wie"."""

    id: MembershipId
    person: PersonId
    organisation: Organisation
    role: Role
    function: WhoCode | None = None


class Settings(Struct, frozen=True):
    """What a person chose for itself; `is_welcomed` once the honest lines of the start were shown."""

    wants_nudges: bool = True
    is_welcomed: bool = False


class Actor(Struct, frozen=True):
    """The person behind a turn, with all roles and the one that counts now.

    `membership` is None for somebody who has no role (any more); then nothing is within reach.
    """

    person: PersonId
    chat: int
    name: str
    memberships: tuple[Membership, ...]
    membership: Membership | None
    settings: Settings = Settings()
    is_operator: bool = False

    @property
    def role(self) -> Role | None:
        """The role that counts in this turn."""
        return self.membership.role if self.membership else None

    @property
    def organisation(self) -> Organisation | None:
        """The organisation of this turn."""
        return self.membership.organisation if self.membership else None

    def may(self, permission: Permission) -> bool:
        """Say whether the role of this turn has a permission."""
        return self.membership is not None and may(self.membership.role, permission)


class Colleague(Struct, frozen=True):
    """Somebody else in the same organisation, with what a list of colleagues shows.

    The numbers count norms of the running self-evaluation: `assigned` to them, `done` of those
    (with a verdict of anybody), and `answered` by them, assigned or not.
    """

    membership: MembershipId
    person: PersonId
    name: str
    role: Role
    function: WhoCode | None
    is_reachable: bool = True
    assigned: int = 0
    answered: int = 0
    done: int = 0


class Invitation(Struct, frozen=True):
    """An invitation that can still be accepted, or what became of it; the token itself is never kept."""

    id: InvitationId
    organisation: Organisation
    role: Role
    function: WhoCode | None
    invited_by: str
    created_at: datetime
    expires_at: datetime
    label: str = ""
