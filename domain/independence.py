"""Independence: nobody audits an organisation they belong to, advised, work for or have a stake in.

Handbook bijlage 5 (assessors free of pressure, without advisory work or a stake) and bijlage 9; domain book §1.2. The
sources name no term after which a tie is over, so it never is (own). Everything is returned as reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from domain.actors import Membership
from domain.audit import Audit, TeamMember
from domain.roles import OrganisationId, PersonId, Role


class TieKind(StrEnum):
    """What ties a person to an organisation; the values are stored."""

    BELONGS = "belongs"
    WORKS_FOR = "works_for"
    ADVISED = "advised"
    STAKE = "stake"
    OWN_ORGANISATION = "own_organisation"  # a peer auditor at the member that sends them


class Tie(Struct, frozen=True):
    """Something that ties a person to an organisation: declared by themselves, or known from a membership."""

    person: PersonId
    organisation: OrganisationId
    kind: TieKind


#: Who only looks in from outside belongs to nothing: a CI reads along with a self-evaluation before it audits.
_LOOKING_IN = frozenset({Role.READER, Role.VISITOR, Role.OPERATOR})


def ties_of(memberships: Iterable[Membership]) -> tuple[Tie, ...]:
    """Return the ties that follow from the roles that people have in organisations."""
    return tuple(
        Tie(membership.person, membership.organisation.id, TieKind.BELONGS)
        for membership in memberships
        if membership.role not in _LOOKING_IN
    )


def conflicts(member: TeamMember, organisation: OrganisationId, ties: Iterable[Tie]) -> tuple[Tie, ...]:
    """Return what keeps somebody from auditing an organisation; empty when they are free to."""
    is_own = member.role is Role.PEER_AUDITOR and member.organisation == organisation
    own = (Tie(member.person, organisation, TieKind.OWN_ORGANISATION),) if is_own else ()
    found = (tie for tie in ties if tie.person == member.person and tie.organisation == organisation)
    return tuple(dict.fromkeys((*own, *found)))


def team_conflicts(audit: Audit, ties: Iterable[Tie]) -> tuple[Tie, ...]:
    """Return what keeps the people of a team from this audit, in the order of the team."""
    known = tuple(ties)
    return tuple(tie for member in audit.team for tie in conflicts(member, audit.organisation, known))
