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
    REPLACE_LEADER = "replace_leader"  # once judging began, when nothing else of the plan changes any more
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

    SEE_EVALUATIONS = "see_evaluations"  # what was answered after the audits of one's own CI, as counts
    READ_REMARKS = "read_remarks"  # the remarks in it, without names
    SEE_TRENDS = "see_trends"  # of the branch, or of the audits of one's own CI

    MANAGE_OFFICE = "manage_office"  # who works for a certifying body or the secretariat, and who is invited

    REPORT_SIGNAL = "report_signal"  # say what a client is not content with, about oneself or heard from somebody
    CLASSIFY_CASES = "classify_cases"  # decide what is a complaint, and who handles it
    KEEP_CASES = "keep_cases"  # the whole casusregister of a certifying body
    HANDLE_CASES = "handle_cases"  # the complaints that were given to somebody
    CHOOSE_PROCEDURE = "choose_procedure"  # by which procedure a certifying body treats complaints and appeals

    LODGE_APPEAL = "lodge_appeal"  # only the (intended) certificate holder
    RECEIVE_APPEALS = "receive_appeals"  # record what came in, and close what was decided
    ASSIGN_APPEALS = "assign_appeals"  # the board of a certifying body
    HANDLE_APPEALS = "handle_appeals"  # a certification decider, for what was given to them


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

_PLANNING = frozenset(
    {
        Permission.PLAN_AUDIT,
        Permission.EDIT_AUDIT,
        Permission.SEE_AUDIT,
        Permission.LIST_STATEMENTS,
        Permission.REPLACE_LEADER,
    }
)
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
CASE_PERMISSIONS = frozenset(
    {
        Permission.REPORT_SIGNAL,
        Permission.CLASSIFY_CASES,
        Permission.KEEP_CASES,
        Permission.HANDLE_CASES,
        Permission.CHOOSE_PROCEDURE,
    }
)
APPEAL_PERMISSIONS = frozenset(
    {
        Permission.LODGE_APPEAL,
        Permission.RECEIVE_APPEALS,
        Permission.ASSIGN_APPEALS,
        Permission.HANDLE_APPEALS,
    }
)
#: Counts over many audits; nobody can be recognised in them.
INSIGHT_PERMISSIONS = frozenset({Permission.SEE_EVALUATIONS, Permission.READ_REMARKS, Permission.SEE_TRENDS})
EVALUATION_PERMISSIONS = (
    frozenset(Permission)
    - AUDIT_PERMISSIONS
    - OFFICE_PERMISSIONS
    - REGISTER_PERMISSIONS
    - CASE_PERMISSIONS
    - APPEAL_PERMISSIONS
    - INSIGHT_PERMISSIONS
)
_SIGNAL = frozenset({Permission.REPORT_SIGNAL})  # everybody's duty at a certifying body, and the right of a client

#: Roles that are not named here may do nothing with a self-evaluation or an audit. The office plans and sees no content
#: (handbook §2.2: the CI plans); a peer auditor audits along, but the CI goes through the day with the client (own).
#: In a complaint it counts as well who was assigned and who is involved (`domain.complaints`).
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.COORDINATOR: EVALUATION_PERMISSIONS | _SIGNAL | {Permission.LODGE_APPEAL},
        Role.COLLEAGUE: _READING | {Permission.ANSWER} | _SIGNAL,
        Role.READER: _READING,
        Role.VISITOR: _READING,
        Role.TEAM_LEADER: AUDIT_PERMISSIONS | _SIGNAL,
        Role.AUDITOR: _AUDITING | {Permission.EVALUATE_DAY} | _SIGNAL,
        Role.PEER_AUDITOR: _AUDITING | _SIGNAL,
        Role.CI_ADMIN: _PLANNING
        | OFFICE_PERMISSIONS
        | _SIGNAL
        | {Permission.RECEIVE_APPEALS, Permission.SEE_EVALUATIONS, Permission.SEE_TRENDS},
        Role.SWN_SECRETARIAT: frozenset({Permission.LIST_STATEMENTS})
        | REGISTER_PERMISSIONS
        | OFFICE_PERMISSIONS
        | _SIGNAL
        | {Permission.SEE_TRENDS},
        Role.QUALITY_OFFICER: _SIGNAL
        | {
            Permission.CLASSIFY_CASES,
            Permission.KEEP_CASES,
            Permission.CHOOSE_PROCEDURE,
            Permission.ASSIGN_APPEALS,
        }
        | INSIGHT_PERMISSIONS,
        Role.OFFICE_MANAGER: _SIGNAL | {Permission.KEEP_CASES, Permission.RECEIVE_APPEALS},
        Role.COMPLAINT_HANDLER: _SIGNAL | {Permission.HANDLE_CASES},
        Role.APPEAL_HANDLER: _SIGNAL | {Permission.HANDLE_APPEALS},
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
