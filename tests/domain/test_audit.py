"""The stages of an audit, and what may be done in each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from domain.audit import (
    NEXT_STAGES,
    STAGE_WORK,
    Facts,
    FindingKind,
    Hindrance,
    Stage,
    StageRefused,
    TeamMember,
    is_time_for,
    kind_of,
    may_change_edition,
    move,
    passage,
)
from domain.audit_days import ScopeFte, Variant
from domain.framework import NormId
from domain.roles import AUDIT_PERMISSIONS, Permission, PersonId, Role
from domain.self_evaluation import ContributionKind
from tests.changing import replace
from tests.domain.audit_cast import AUDIT, CI, LEADER, PEER, finding, interview
from tests.domain.cases import cases


@pytest.mark.parametrize("case", cases("stage_cases.yaml"))
def test_what_stands_between_an_audit_and_a_stage(case: dict[str, Any]) -> None:
    asked = case["given"]
    audit = replace(AUDIT, stage=Stage(asked["stage"]), variant=Variant(asked.get("variant", "ci")))
    if "scope" in asked:
        audit = replace(audit, scope=asked["scope"], fte=ScopeFte(staff=Fraction(asked["fte"])))
    if "team" in asked:
        team = [TeamMember(PersonId(number), Role(role), CI) for number, role in enumerate(asked["team"])]
        audit = replace(audit, team=tuple(team))
    if not asked.get("days", True):
        audit = replace(audit, days=())

    way = passage(audit, Stage(asked["to"]), _facts(asked))

    seen = {"obstacles": list(way.obstacles), "warnings": list(way.warnings)}
    assert {name: seen[name] for name in case["expect"]} == case["expect"], case["source"]


def _facts(asked: dict[str, Any]) -> Facts:
    return Facts(
        min_organisations=asked.get("min_organisations", 1),
        not_independent=[LEADER] * asked.get("not_independent", 0),
        without_statements=[PEER] * asked.get("without_statements", 0),
        running_interviews=asked.get("running_interviews", 0),
        in_tray=asked.get("in_tray", 0),
        unsettled=[NormId("V1")] * asked.get("unsettled", 0),
        has_content=asked.get("has_content", False),
        is_report_sent=asked.get("is_report_sent", False),
    )


def test_moving_changes_the_stage_and_nothing_else() -> None:
    moved = move(AUDIT, Stage.JUDGING, Facts())

    assert moved == replace(AUDIT, stage=Stage.JUDGING)


def test_a_refused_move_says_why() -> None:
    with pytest.raises(StageRefused) as refused:
        move(AUDIT, Stage.JUDGING, Facts(running_interviews=1))

    assert refused.value.passage.obstacles == (Hindrance.INTERVIEW_RUNNING,)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_its_ways_on_and_its_work(stage: Stage) -> None:
    """Only a cancelled audit has no way on."""
    assert bool(NEXT_STAGES[stage]) == (stage is not Stage.CANCELLED)
    assert STAGE_WORK[stage] <= AUDIT_PERMISSIONS


def test_every_stage_can_be_reached() -> None:
    reached, on_the_way = set(), [Stage.PLANNED]
    while on_the_way:
        stage = on_the_way.pop()
        reached.add(stage)
        on_the_way += [following for following in NEXT_STAGES[stage] if following not in reached]

    assert reached == set(Stage)


@pytest.mark.parametrize(
    ("stage", "permission", "is_time"),
    [
        (Stage.PLANNED, Permission.ADD_FINDING, False),
        (Stage.CONTRACTED, Permission.ADD_FINDING, True),  # documents are read beforehand
        (Stage.CONTRACTED, Permission.HOLD_INTERVIEW, False),
        (Stage.RUNNING, Permission.HOLD_INTERVIEW, True),
        (Stage.RUNNING, Permission.RECORD_CONSENSUS, False),
        (Stage.JUDGING, Permission.JUDGE, True),
        (Stage.CONSENSUS, Permission.RECORD_CONSENSUS, True),
        (Stage.CLOSED, Permission.ADD_FINDING, False),
        (Stage.CLOSED, Permission.READ_AUDIT, True),
        (Stage.CANCELLED, Permission.SEE_AUDIT, True),
    ],
)
def test_what_may_be_done_when(stage: Stage, permission: Permission, is_time: bool) -> None:
    assert is_time_for(permission, replace(AUDIT, stage=stage)) is is_time


def test_contracting_fixes_the_editions() -> None:
    """A running audit keeps the edition it started with."""
    fixed = {stage for stage in Stage if not may_change_edition(replace(AUDIT, stage=stage))}

    assert fixed == set(Stage) - {Stage.PLANNED}


def test_an_audit_knows_its_days_and_its_people() -> None:
    assert (str(AUDIT.first_day), str(AUDIT.last_day)) == ("2026-12-01", "2026-12-02")
    assert AUDIT.team_leader == LEADER
    assert AUDIT.role_of(PEER) is Role.PEER_AUDITOR
    assert AUDIT.role_of(PersonId(99)) is None
    assert replace(AUDIT, days=()).first_day is None


def test_a_finding_without_a_norm_lies_in_the_in_tray() -> None:
    assert finding(1).is_in_tray
    assert not finding(1, "V5").is_in_tray


def test_an_interview_runs_until_it_is_ended() -> None:
    assert interview(1, ended=False).is_running
    assert not interview(1).is_running


def test_a_file_is_a_document_until_somebody_says_otherwise() -> None:
    assert kind_of(ContributionKind.DOCUMENT) is FindingKind.DOCUMENT
    assert kind_of(ContributionKind.PHOTO) is None
    assert kind_of(ContributionKind.TEXT) is None
