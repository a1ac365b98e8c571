"""Taps about other people that more than one conversation shows."""

from __future__ import annotations

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.roles import Role


class ColleagueTap(Tap, frozen=True):
    """To one colleague."""

    prefix = "cg"

    membership: MembershipId


class RemoveTap(Tap, frozen=True):
    """End the access of a colleague or reader; asks first."""

    prefix = "cr"

    membership: MembershipId
    is_sure: bool


class InviteTap(Tap, frozen=True):
    """To making an invitation for a role."""

    prefix = "iv"

    role: Role


class InvitationsTap(Tap, frozen=True):
    """To the invitations that are open."""

    prefix = "il"


class DivideForTap(Tap, frozen=True):
    """To the norms of one colleague."""

    prefix = "da"

    membership: MembershipId
