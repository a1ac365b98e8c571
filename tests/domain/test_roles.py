"""Who may do what with a self-evaluation and with an audit (domain book §1.2)."""

from __future__ import annotations

import pytest

from domain.roles import (
    APPEAL_PERMISSIONS,
    AUDIT_PERMISSIONS,
    CASE_PERMISSIONS,
    CONTENT_PERMISSIONS,
    EVALUATION_PERMISSIONS,
    INSIGHT_PERMISSIONS,
    OFFICE_PERMISSIONS,
    REGISTER_PERMISSIONS,
    Permission,
    Role,
    may,
    roles_of,
)

READING = {Permission.READ_EVALUATION, Permission.EXPORT_DOCUMENTS}
AUDITING = {
    Permission.SEE_AUDIT,
    Permission.READ_AUDIT,
    Permission.HOLD_INTERVIEW,
    Permission.ADD_FINDING,
    Permission.JUDGE,
}
SIGNAL = {Permission.REPORT_SIGNAL}
PLANNING = {
    Permission.PLAN_AUDIT, Permission.EDIT_AUDIT, Permission.SEE_AUDIT, Permission.LIST_STATEMENTS,
    Permission.REPLACE_LEADER,
}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.COORDINATOR, EVALUATION_PERMISSIONS | SIGNAL | {Permission.LODGE_APPEAL}),
        (Role.COLLEAGUE, READING | {Permission.ANSWER} | SIGNAL),
        (Role.READER, READING),
        (Role.VISITOR, READING),
        (Role.TEAM_LEADER, AUDIT_PERMISSIONS | SIGNAL),
        (Role.AUDITOR, AUDITING | {Permission.EVALUATE_DAY} | SIGNAL),
        (Role.PEER_AUDITOR, AUDITING | SIGNAL),
        (
            Role.CI_ADMIN,
            PLANNING
            | OFFICE_PERMISSIONS
            | SIGNAL
            | {Permission.RECEIVE_APPEALS, Permission.SEE_EVALUATIONS, Permission.SEE_TRENDS},
        ),
        (
            Role.SWN_SECRETARIAT,
            {Permission.LIST_STATEMENTS, Permission.SEE_TRENDS} | OFFICE_PERMISSIONS | REGISTER_PERMISSIONS | SIGNAL,
        ),
        (
            Role.QUALITY_OFFICER,
            SIGNAL
            | {Permission.CLASSIFY_CASES, Permission.KEEP_CASES, Permission.ASSIGN_APPEALS, Permission.CHOOSE_PROCEDURE}
            | INSIGHT_PERMISSIONS,
        ),
        (Role.OFFICE_MANAGER, SIGNAL | {Permission.KEEP_CASES, Permission.RECEIVE_APPEALS}),
        (Role.COMPLAINT_HANDLER, SIGNAL | {Permission.HANDLE_CASES}),
        (Role.APPEAL_HANDLER, SIGNAL | {Permission.HANDLE_APPEALS}),
        (Role.OPERATOR, set()),
    ],
)
def test_what_a_role_may_do(role: Role, allowed: set[Permission]) -> None:
    assert {permission for permission in Permission if may(role, permission)} == allowed


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.COLLEAGUE, Role.READER, Role.VISITOR}))
def test_other_roles_reach_no_self_evaluation_by_themselves(role: Role) -> None:
    """An auditor reads one only as `reader`, with the member's leave; an operator sees no content at all."""
    assert not any(may(role, permission) for permission in EVALUATION_PERMISSIONS)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COLLEAGUE, Role.READER, Role.VISITOR])
def test_nobody_of_a_member_reaches_an_audit(role: Role) -> None:
    """What the team hears and weighs is theirs until the report goes out."""
    assert not any(may(role, permission) for permission in AUDIT_PERMISSIONS)


@pytest.mark.parametrize("role", [Role.CI_ADMIN, Role.SWN_SECRETARIAT, Role.OPERATOR])
def test_an_office_sees_no_content_of_an_audit(role: Role) -> None:
    assert not any(may(role, permission) for permission in CONTENT_PERMISSIONS)


def test_every_permission_belongs_to_the_self_evaluation_the_audit_an_office_cases_or_insight() -> None:
    groups = (
        *(EVALUATION_PERMISSIONS, AUDIT_PERMISSIONS, OFFICE_PERMISSIONS, REGISTER_PERMISSIONS),
        *(CASE_PERMISSIONS, APPEAL_PERMISSIONS, INSIGHT_PERMISSIONS),
    )
    assert frozenset(Permission) == frozenset().union(*groups)
    assert not EVALUATION_PERMISSIONS & AUDIT_PERMISSIONS


@pytest.mark.parametrize(
    "role", [Role.TEAM_LEADER, Role.AUDITOR, Role.CI_ADMIN, Role.SWN_SECRETARIAT, Role.COORDINATOR]
)
def test_who_audits_plans_or_is_audited_reads_no_register_of_cases(role: Role) -> None:
    assert not any(may(role, permission) for permission in CASE_PERMISSIONS - SIGNAL)


def test_only_the_coordinator_changes_who_takes_part() -> None:
    for permission in (Permission.INVITE, Permission.DIVIDE, Permission.MANAGE_ORGANISATION, Permission.SHARE):
        assert [role for role in Role if may(role, permission)] == [Role.COORDINATOR]


@pytest.mark.parametrize(
    ("actor", "roles"),
    [
        ("member", (Role.COORDINATOR,)),
        ("ci", (Role.TEAM_LEADER, Role.CI_ADMIN)),
        ("assessor", (Role.AUDITOR,)),
        ("branch_assessor", (Role.PEER_AUDITOR,)),
        ("mediator", ()),
    ],
)
def test_an_actor_of_the_content_files_has_a_role_in_the_bot(actor: str, roles: tuple[Role, ...]) -> None:
    assert roles_of(actor) == roles


def test_an_unknown_actor_is_refused() -> None:
    """A new actor in a content file must not silently reach nobody."""
    with pytest.raises(KeyError):
        roles_of("somebody")
