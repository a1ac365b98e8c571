"""Who may do what: the roles of domain book §1.2 and a table of permissions.

One person may hold several roles, but every turn has exactly one. Storage decides *which*
evaluations somebody reaches; the table here decides what they may do there.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

PersonId = NewType("PersonId", int)
OrganisationId = NewType("OrganisationId", int)


class OrganisationKind(StrEnum):
    """What an organisation is to the label; the values are stored."""

    MEMBER = "member"
    CI = "ci"
    SWN = "swn"
    EXAMPLE = "example"


class Role(StrEnum):
    """In which capacity a person works with the bot; the values are stored (domain book §1.2)."""

    COORDINATOR = "coordinator"
    COLLEAGUE = "colleague"
    READER = "reader"
    VISITOR = "visitor"
    TEAM_LEADER = "team_leader"
    AUDITOR = "auditor"
    PEER_AUDITOR = "peer_auditor"
    CI_ADMIN = "ci_admin"
    SWN_SECRETARIAT = "swn_secretariat"
    QUALITY_OFFICER = "quality_officer"
    OFFICE_MANAGER = "office_manager"
    COMPLAINT_HANDLER = "complaint_handler"
    APPEAL_HANDLER = "appeal_handler"
    OPERATOR = "operator"  # keeps the machine running and sees no content


class Permission(StrEnum):
    """What a role may do with the self-evaluation and the organisation around it."""

    READ_EVALUATION = "read_evaluation"
    ANSWER = "answer"
    DIVIDE = "divide"
    INVITE = "invite"
    NUDGE = "nudge"
    CLOSE_EVALUATION = "close_evaluation"
    SHARE = "share"
    EXPORT_DOCUMENTS = "export_documents"
    MANAGE_ORGANISATION = "manage_organisation"


_READING = frozenset({Permission.READ_EVALUATION, Permission.EXPORT_DOCUMENTS})

#: Roles that are not named here may do nothing with a self-evaluation.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.COORDINATOR: frozenset(Permission),
        Role.COLLEAGUE: _READING | {Permission.ANSWER},
        Role.READER: _READING,
        Role.VISITOR: _READING,
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Say whether a role has a permission on the self-evaluation that it reaches."""
    return permission in PERMISSIONS.get(role, frozenset())


# Who is meant by an actor of the process and complaints files (domain book §1.1, §1.2; own where no source names a
# role of the bot). Roles come in the order in which they are asked; an actor without a role acts outside the bot.
_ACTOR_ROLES: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "member": (Role.COORDINATOR,),
        "certificate_holder": (Role.COORDINATOR,),
        "ci": (Role.TEAM_LEADER, Role.CI_ADMIN),
        "ci_and_member": (Role.TEAM_LEADER, Role.CI_ADMIN, Role.COORDINATOR),
        "team_leader": (Role.TEAM_LEADER,),
        "assessor": (Role.AUDITOR,),
        "branch_assessor": (Role.PEER_AUDITOR,),
        "swn": (Role.SWN_SECRETARIAT,),
        "swn_secretariat": (Role.SWN_SECRETARIAT,),
        "board": (Role.QUALITY_OFFICER,),
        "quality_officer": (Role.QUALITY_OFFICER,),
        "office_manager": (Role.OFFICE_MANAGER,),
        "core_group_member": (Role.COMPLAINT_HANDLER,),
        "certification_decider": (Role.APPEAL_HANDLER,),
        "client": (),
        "mediator": (),
    }
)


def roles_of(actor: str) -> tuple[Role, ...]:
    """Return the roles that act for an actor code of the content files; empty for who acts outside the bot.

    Raises:
        KeyError: no such actor code.
    """
    return _ACTOR_ROLES[actor]
