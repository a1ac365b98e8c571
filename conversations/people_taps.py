"""Taps about other people that more than one conversation shows."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.roles import Role


@dataclass(frozen=True)
class ColleagueTap(Tap, prefix="cg"):
    """To one colleague."""

    membership: MembershipId


@dataclass(frozen=True)
class RemoveTap(Tap, prefix="cr"):
    """End the access of a colleague or reader; asks first."""

    membership: MembershipId
    is_sure: bool


@dataclass(frozen=True)
class InviteTap(Tap, prefix="iv"):
    """To making an invitation for a role."""

    role: Role


@dataclass(frozen=True)
class InvitationsTap(Tap, prefix="il"):
    """To the invitations that are open."""


@dataclass(frozen=True)
class DivideForTap(Tap, prefix="da"):
    """To the norms of one colleague."""

    membership: MembershipId
