"""Who may do what with a self-evaluation (domain book §1.2)."""

from __future__ import annotations

import pytest

from domain.roles import Permission, Role, may, roles_of

READING = {Permission.READ_EVALUATION, Permission.EXPORT_DOCUMENTS}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.COORDINATOR, set(Permission)),
        (Role.COLLEAGUE, READING | {Permission.ANSWER}),
        (Role.READER, READING),
        (Role.VISITOR, READING),
    ],
)
def test_what_a_role_may_do(role: Role, allowed: set[Permission]) -> None:
    assert {permission for permission in Permission if may(role, permission)} == allowed


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.COLLEAGUE, Role.READER, Role.VISITOR}))
def test_other_roles_reach_no_self_evaluation_by_themselves(role: Role) -> None:
    """An auditor reads one only as `reader`, with the member's leave; an operator sees no content at all."""
    assert not any(may(role, permission) for permission in Permission)


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
