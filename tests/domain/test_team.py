"""Who may be in a team, and what they accept before they see content (bijlage 5, bijlage 9; domain book §1.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.actors import Membership, MembershipId, Organisation
from domain.audit import AuditId, Stage, TeamMember
from domain.conduct import (
    Acceptance,
    Statement,
    may_in_audit,
    missing_statements,
    secretariat_list,
    without_statements,
)
from domain.independence import Tie, TieKind, conflicts, team_conflicts, ties_of
from domain.roles import CONTENT_PERMISSIONS, OrganisationId, OrganisationKind, Permission, PersonId, Role
from tests.changing import replace
from tests.domain.audit_cast import AUDIT, AUDITOR, CI, LEADER, MEMBER, NEIGHBOUR, PEER, TEAM

# --- Independence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TieKind)
def test_a_tie_to_the_organisation_keeps_somebody_from_its_audit(kind: TieKind) -> None:
    tie = Tie(AUDITOR, MEMBER, kind)

    assert conflicts(TeamMember(AUDITOR, Role.AUDITOR, CI), MEMBER, [tie]) == (tie,)


def test_a_tie_to_another_organisation_keeps_nobody_from_it() -> None:
    ties = [Tie(AUDITOR, NEIGHBOUR, TieKind.ADVISED), Tie(LEADER, MEMBER, TieKind.ADVISED)]

    assert conflicts(TeamMember(AUDITOR, Role.AUDITOR, CI), MEMBER, ties) == ()


def test_a_peer_auditor_never_audits_the_organisation_that_sends_them() -> None:
    found = conflicts(TeamMember(PEER, Role.PEER_AUDITOR, MEMBER), MEMBER, [])

    assert found == (Tie(PEER, MEMBER, TieKind.OWN_ORGANISATION),)


def test_every_reason_is_named_once() -> None:
    ties = [Tie(PEER, MEMBER, TieKind.STAKE), Tie(PEER, MEMBER, TieKind.STAKE), Tie(PEER, MEMBER, TieKind.ADVISED)]

    assert [tie.kind for tie in conflicts(TEAM[2], MEMBER, ties)] == [TieKind.STAKE, TieKind.ADVISED]


def test_the_reasons_of_a_team_stand_in_its_order() -> None:
    ties = [Tie(PEER, MEMBER, TieKind.STAKE), Tie(LEADER, MEMBER, TieKind.ADVISED)]

    assert [tie.person for tie in team_conflicts(AUDIT, ties)] == [LEADER, PEER]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.READER, Role.VISITOR, Role.OPERATOR}))
def test_a_role_in_an_organisation_is_a_tie(role: Role) -> None:
    assert ties_of([_membership(role)]) == (Tie(AUDITOR, MEMBER, TieKind.BELONGS),)


@pytest.mark.parametrize("role", [Role.READER, Role.VISITOR, Role.OPERATOR])
def test_looking_in_from_outside_is_no_tie(role: Role) -> None:
    """A CI reads along with a self-evaluation before it audits that organisation."""
    assert ties_of([_membership(role)]) == ()


def _membership(role: Role) -> Membership:
    organisation = Organisation(MEMBER, OrganisationKind.MEMBER, "Rivierenland", is_confirmed=True)
    return Membership(MembershipId(1), AUDITOR, organisation, role)


# --- The statements --------------------------------------------------------------------------------------------------

BEFORE = datetime(2026, 11, 20, 9, tzinfo=UTC)


def accepted(
    person: PersonId, *statements: Statement, at: datetime = BEFORE, audit: AuditId = AUDIT.id
) -> list[Acceptance]:
    return [Acceptance(audit, person, statement, "1", at) for statement in statements or Statement]


def test_both_statements_have_to_be_accepted() -> None:
    """Bijlage 9: code of conduct and confidentiality."""
    assert missing_statements(AUDIT, AUDITOR, []) == tuple(Statement)
    assert missing_statements(AUDIT, AUDITOR, accepted(AUDITOR, Statement.CODE_OF_CONDUCT)) == (
        Statement.CONFIDENTIALITY,
    )
    assert missing_statements(AUDIT, AUDITOR, accepted(AUDITOR)) == ()


def test_what_was_accepted_for_another_audit_or_by_somebody_else_does_not_count() -> None:
    others = accepted(AUDITOR, audit=AuditId(2)) + accepted(LEADER)

    assert missing_statements(AUDIT, AUDITOR, others) == tuple(Statement)


def test_who_of_the_team_still_has_to_sign() -> None:
    assert without_statements(AUDIT, accepted(AUDITOR)) == (LEADER, PEER)


@pytest.mark.parametrize("permission", sorted(CONTENT_PERMISSIONS))
def test_content_opens_only_after_both_statements(permission: Permission) -> None:
    audit = replace(AUDIT, stage=Stage.CONSENSUS if permission is Permission.RECORD_CONSENSUS else Stage.RUNNING)

    assert not may_in_audit(audit, LEADER, permission, accepted(LEADER, Statement.CONFIDENTIALITY))
    assert may_in_audit(audit, LEADER, permission, accepted(LEADER))


def test_planning_needs_no_statement() -> None:
    """The team leader sets the days before anybody signs."""
    assert may_in_audit(AUDIT, LEADER, Permission.EDIT_AUDIT, [])


def test_only_the_team_gets_in() -> None:
    stranger = PersonId(99)

    assert not any(may_in_audit(AUDIT, stranger, permission, accepted(stranger)) for permission in Permission)


def test_the_role_in_the_team_counts() -> None:
    consensus = replace(AUDIT, stage=Stage.CONSENSUS)

    assert not may_in_audit(consensus, AUDITOR, Permission.RECORD_CONSENSUS, accepted(AUDITOR))
    assert not may_in_audit(AUDIT, PEER, Permission.EVALUATE_DAY, accepted(PEER))


def test_a_closed_audit_can_be_read_and_not_changed() -> None:
    closed = replace(AUDIT, stage=Stage.CLOSED)

    assert may_in_audit(closed, AUDITOR, Permission.READ_AUDIT, accepted(AUDITOR))
    assert not may_in_audit(closed, AUDITOR, Permission.ADD_FINDING, accepted(AUDITOR))


def test_the_list_for_the_secretariat_shows_who_accepted_what_and_when() -> None:
    """Bijlage 6 step 2: signed before the first audit day, 1 December."""
    late = datetime(2026, 12, 1, 6, tzinfo=UTC)
    rows = secretariat_list(AUDIT, accepted(LEADER) + accepted(AUDITOR, Statement.CODE_OF_CONDUCT, at=late))

    assert [(row.person, row.role, row.is_complete, row.is_late) for row in rows] == [
        (LEADER, Role.TEAM_LEADER, True, False),
        (AUDITOR, Role.AUDITOR, False, True),
        (PEER, Role.PEER_AUDITOR, False, False),
    ]
    assert rows[0].accepted_on == dict.fromkeys(Statement, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 30, 23, 0, tzinfo=UTC), True),  # midnight in Amsterdam
    ],
)
def test_the_day_of_acceptance_is_a_day_in_amsterdam(at: datetime, is_late: bool) -> None:
    assert secretariat_list(AUDIT, accepted(LEADER, at=at))[0].is_late is is_late


def test_accepting_again_keeps_the_first_date() -> None:
    again = datetime(2026, 12, 2, 9, tzinfo=UTC)

    row = secretariat_list(AUDIT, accepted(LEADER, at=again) + accepted(LEADER))[0]

    assert row.accepted_on[Statement.CODE_OF_CONDUCT] == date(2026, 11, 20)
    assert not row.is_late


def test_a_peer_of_a_neighbour_is_free_to_audit() -> None:
    assert (
        team_conflicts(AUDIT, [Tie(PEER, NEIGHBOUR, TieKind.BELONGS), Tie(LEADER, OrganisationId(1), TieKind.BELONGS)])
        == ()
    )
