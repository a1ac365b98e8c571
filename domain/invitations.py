"""What holds for invitation links (docs/architecture, security; the numbers are our own choice).

A link is 128 random bits, so guessing is hopeless; the limit on wrong tries keeps it from being tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from domain.roles import OrganisationKind, Permission, Role

INVITATION_VALID_FOR = timedelta(days=14)  # long enough for somebody on holiday
TOKEN_BYTES = 16
MAX_WRONG_TRIES = 5  # per person within TRIES_COUNT_FOR
TRIES_COUNT_FOR = timedelta(hours=1)

#: What somebody must be allowed to invite for a role; nobody is invited for a role that is not named here.
NEEDED_TO_INVITE: Mapping[Role, Permission] = MappingProxyType(
    {
        Role.COLLEAGUE: Permission.INVITE,
        Role.COORDINATOR: Permission.MANAGE_ORGANISATION,
        Role.READER: Permission.SHARE,
        Role.CI_ADMIN: Permission.MANAGE_OFFICE,
        Role.TEAM_LEADER: Permission.MANAGE_OFFICE,
        Role.AUDITOR: Permission.MANAGE_OFFICE,
        Role.PEER_AUDITOR: Permission.MANAGE_OFFICE,
        Role.SWN_SECRETARIAT: Permission.MANAGE_OFFICE,
        Role.QUALITY_OFFICER: Permission.MANAGE_OFFICE,
        Role.OFFICE_MANAGER: Permission.MANAGE_OFFICE,
        Role.COMPLAINT_HANDLER: Permission.MANAGE_OFFICE,
        Role.APPEAL_HANDLER: Permission.MANAGE_OFFICE,
    }
)

#: At which kind of organisation a role belongs, where only one makes sense.
HOME_OF_ROLE: Mapping[Role, OrganisationKind] = MappingProxyType(
    {
        Role.CI_ADMIN: OrganisationKind.CI,
        Role.TEAM_LEADER: OrganisationKind.CI,
        Role.AUDITOR: OrganisationKind.CI,
        Role.PEER_AUDITOR: OrganisationKind.CI,
        Role.SWN_SECRETARIAT: OrganisationKind.SWN,
        Role.QUALITY_OFFICER: OrganisationKind.CI,
        Role.OFFICE_MANAGER: OrganisationKind.CI,
        Role.COMPLAINT_HANDLER: OrganisationKind.CI,
        Role.APPEAL_HANDLER: OrganisationKind.CI,
    }
)
