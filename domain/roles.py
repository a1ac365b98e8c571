"""Who may do what: the roles of domain book §1.2 and a table of permissions.

One person may hold several roles, but every turn has exactly one. Storage decides *which*
evaluations and audits somebody reaches; the table here decides what they may do there. In an audit the role in
its team counts, and content only opens after the statements (`domain.conduct`).
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
    """What a role may do with the self-evaluation and the organisation around it, and with an audit."""

    READ_EVALUATION = "read_evaluation"
    ANSWER = "answer"
    DIVIDE = "divide"
    INVITE = "invite"
    NUDGE = "nudge"
    CLOSE_EVALUATION = "close_evaluation"
    SHARE = "share"
    EXPORT_DOCUMENTS = "export_documents"
    MANAGE_ORGANISATION = "manage_organisation"
    WRITE_PLAN = "write_plan"  # the improvement plan after an audit
    RESPOND_TO_REPORT = "respond_to_report"  # what is factually not right in the draft

    PLAN_AUDIT = "plan_audit"
    EDIT_AUDIT = "edit_audit"
    SEE_AUDIT = "see_audit"  # organisation, days and team, but nothing that was heard or judged
    LIST_STATEMENTS = "list_statements"
    READ_AUDIT = "read_audit"
    HOLD_INTERVIEW = "hold_interview"
    ADD_FINDING = "add_finding"
    JUDGE = "judge"
    RECORD_CONSENSUS = "record_consensus"
    MOVE_AUDIT = "move_audit"
    EVALUATE_DAY = "evaluate_day"
    WRITE_REPORT = "write_report"
    REVIEW_PLAN = "review_plan"
    DECIDE = "decide"  # the advice of the CI, and part A to the secretariat

    KEEP_REGISTER = "keep_register"  # checks part A, makes certificates; never any content

    MANAGE_OFFICE = "manage_office"  # who works for a certifying body or the secretariat, and who is invited


_READING = frozenset({Permission.READ_EVALUATION, Permission.EXPORT_DOCUMENTS})

#: What shows or changes what was heard, seen or judged: open only to who accepted the statements of that audit.
CONTENT_PERMISSIONS = frozenset(
    {
        Permission.READ_AUDIT,
        Permission.HOLD_INTERVIEW,
        Permission.ADD_FINDING,
        Permission.JUDGE,
        Permission.RECORD_CONSENSUS,
        Permission.EVALUATE_DAY,
        Permission.WRITE_REPORT,
        Permission.REVIEW_PLAN,
        Permission.DECIDE,
    }
)

_PLANNING = frozenset({Permission.PLAN_AUDIT, Permission.EDIT_AUDIT, Permission.SEE_AUDIT, Permission.LIST_STATEMENTS})
_AUDITING = frozenset(
    {
        Permission.SEE_AUDIT,
        Permission.READ_AUDIT,
        Permission.HOLD_INTERVIEW,
        Permission.ADD_FINDING,
        Permission.JUDGE,
    }
)

AUDIT_PERMISSIONS = _PLANNING | CONTENT_PERMISSIONS | {Permission.MOVE_AUDIT}
OFFICE_PERMISSIONS = frozenset({Permission.MANAGE_OFFICE})
REGISTER_PERMISSIONS = frozenset({Permission.KEEP_REGISTER})
EVALUATION_PERMISSIONS = frozenset(Permission) - AUDIT_PERMISSIONS - OFFICE_PERMISSIONS - REGISTER_PERMISSIONS

#: Roles that are not named here may do nothing with a self-evaluation or an audit. The office plans and sees no content
#: (handbook §2.2: the CI plans); a peer auditor audits along, but the CI goes through the day with the client (own).
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.COORDINATOR: EVALUATION_PERMISSIONS,
        Role.COLLEAGUE: _READING | {Permission.ANSWER},
        Role.READER: _READING,
        Role.VISITOR: _READING,
        Role.TEAM_LEADER: AUDIT_PERMISSIONS,
        Role.AUDITOR: _AUDITING | {Permission.EVALUATE_DAY},
        Role.PEER_AUDITOR: _AUDITING,
        Role.CI_ADMIN: _PLANNING | OFFICE_PERMISSIONS,
        Role.SWN_SECRETARIAT: frozenset({Permission.LIST_STATEMENTS}) | REGISTER_PERMISSIONS | OFFICE_PERMISSIONS,
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Say whether a role has a permission on the self-evaluation or audit that it reaches."""
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
