"""Judging and consensus: who holds what, what stands in the way, what it means and what would tip it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import AuditKind, FindingId, ProcessId
from domain.coverage import coverage
from domain.framework import CoverageRule, Framework, FrameworkId, NormId
from domain.judging import (
    Advice,
    Agreement,
    Blocker,
    Comparison,
    Consequence,
    Draft,
    InPlay,
    NotSettled,
    Tipping,
    blockers,
    compare,
    differences,
    in_play,
    positions,
    result,
    room,
    settle,
    settled,
    standing,
    tipping,
    to_discuss,
    unsettled,
    verdicts_so_far,
)
from domain.roles import PersonId
from domain.verdicts import JUDGED_VERDICTS, Verdict
from domain.weighing import Outcome, weigh
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from tests.domain.audit_cast import AUDITOR, LEADER, PEER, START, consensus, finding, judgement
from tests.domain.cases import cases

LABEL = load_frameworks()[FrameworkId("kwaliteitslabel-2019")]
RULES = load_audit_rules()
V5, D9 = NormId("V5"), NormId("D9")


# --- What the auditors hold ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "agreement", "suggestion"),
    [
        ([], Agreement.NONE, None),
        (["met"], Agreement.UNANIMOUS, "met"),
        (["partial", "partial", "partial"], Agreement.UNANIMOUS, "partial"),
        (["met", "met", "partial"], Agreement.MAJORITY, "met"),
        (["met", "partial"], Agreement.SPLIT, None),
        (["met", "met", "partial", "not_met"], Agreement.SPLIT, None),
        (["not_applicable", "met"], Agreement.SPLIT, None),
        (["not_assessed", "met"], Agreement.UNANIMOUS, "met"),
        (["not_assessed"], Agreement.NONE, None),
    ],
)
def test_how_far_auditors_agree(held: list[str], agreement: Agreement, suggestion: str | None) -> None:
    """A majority is where the talk may start; the team reaches consensus (bijlage 9)."""
    given_ = [judgement(V5, PersonId(number), verdict) for number, verdict in enumerate(held)]

    position = positions(given_, LABEL)[V5]

    assert (position.agreement, position.suggestion) == (agreement, suggestion)
    assert position.differs == (agreement in (Agreement.MAJORITY, Agreement.SPLIT))


def test_only_the_newest_judgement_of_an_auditor_counts() -> None:
    """Who changed their mind differs from nobody."""
    given_ = [
        judgement(V5, AUDITOR, "met", version=2),
        judgement(V5, AUDITOR, "not_met", version=1),
        judgement(V5, LEADER, "met"),
    ]

    assert positions(given_, LABEL)[V5].agreement is Agreement.UNANIMOUS


def test_a_position_names_who_did_not_judge_yet() -> None:
    position = positions([judgement(V5, AUDITOR, "met")], LABEL, team=(LEADER, AUDITOR, PEER))[V5]

    assert position.waiting == (LEADER, PEER)


def test_differences_stand_in_the_order_of_the_framework() -> None:
    given_ = [
        judgement(D9, AUDITOR, "met"),
        judgement(D9, LEADER, "partial"),
        judgement(V5, LEADER, "met"),
        judgement(V5, AUDITOR, "not_met"),
        judgement("O1", LEADER, "met"),
    ]

    assert [position.norm for position in differences(positions(given_, LABEL))] == [V5, D9]


def test_a_running_result_takes_consensus_first_then_what_all_hold() -> None:
    """What the team still has to talk about stays open."""
    found = positions(
        [
            judgement("V1", LEADER, "met"),
            judgement("V1", AUDITOR, "partial"),
            judgement("V2", LEADER, "partial"),
            judgement("V3", LEADER, "met"),
            judgement("V3", AUDITOR, "not_met"),
        ],
        LABEL,
    )

    assert verdicts_so_far({NormId("V1"): consensus("V1", "not_met", "Gezien.")}, found) == {
        "V1": Verdict.NOT_MET,
        "V2": Verdict.PARTIAL,
    }


def test_what_the_team_settled_is_what_counts(garden: Framework) -> None:
    done = {NormId("G1"): consensus("G1", "met"), NormId("G2"): consensus("G2", "not_assessed")}

    assert settled(done) == {"G1": Verdict.MET}
    assert unsettled(done, garden) == ("G2", "G3", "M1")


# --- What stands in the way ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("settling_cases.yaml"))
def test_what_stands_in_the_way_of_settling_a_norm(case: dict[str, Any]) -> None:
    draft, found = _draft(case["given"]), _blockers(case["given"])

    assert [blocker.kind for blocker in found] == case["expect"]["shown"], case["source"]
    assert [blocker.kind for blocker in standing(found, draft)] == case["expect"]["refused"], case["source"]


def _draft(asked: dict[str, Any]) -> Draft:
    return Draft(V5, Verdict(asked["verdict"]), asked.get("rationale", ""), asked.get("override", ""))


def _blockers(asked: dict[str, Any]) -> tuple[Blocker, ...]:
    """Make a norm that lacks exactly so much, and auditors who hold exactly that."""
    sources, documents = asked.get("missing_sources", 0), asked.get("missing_documents", 0)
    tests = sources + documents + asked.get("missing_tests", 0)
    norm_coverage = coverage([], (), LABEL)[V5]
    lacking = type(norm_coverage)(norm_coverage.norm, CoverageRule(tests, sources, bool(documents)))
    held = [judgement(V5, PersonId(number), verdict) for number, verdict in enumerate(asked.get("auditors", []))]
    waiting = [FindingId(number) for number in range(asked.get("to_discuss", 0))]
    return blockers(_draft(asked), lacking, positions(held, LABEL)[V5], waiting, RULES.blockers)


def test_a_refused_consensus_says_why_and_records_nothing() -> None:
    draft = Draft(V5, Verdict.PARTIAL)

    with pytest.raises(NotSettled) as refused:
        settle(draft, _blockers({"verdict": "partial"}), LEADER, START)

    assert [blocker.kind for blocker in refused.value.blockers] == ["no_rationale"]


def test_a_consensus_keeps_why_it_was_settled_all_the_same() -> None:
    asked = {"verdict": "met", "rationale": " Goed. ", "override": " De afspraak viel uit. ", "missing_sources": 1}

    recorded = settle(_draft(asked), _blockers(asked), LEADER, START)

    assert (recorded.rationale, recorded.override) == ("Goed.", "De afspraak viel uit.")
    assert (recorded.norm, recorded.verdict, recorded.by, recorded.at) == (V5, Verdict.MET, LEADER, START)


def test_a_blocker_counts_what_is_missing() -> None:
    found = _blockers({"verdict": "met", "rationale": "x", "missing_sources": 2, "to_discuss": 3})

    assert [(blocker.kind, blocker.count) for blocker in found] == [("missing_source", 2), ("to_discuss", 3)]


def test_findings_that_the_team_wants_to_talk_about() -> None:
    notes = [finding(1, V5, to_discuss=True), finding(2, V5), finding(3, D9, to_discuss=True)]

    assert to_discuss(notes, V5) == (1,)


# --- What it means ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("outcome_cases.yaml"))
def test_what_an_outcome_means_per_edition(case: dict[str, Any]) -> None:
    process = RULES.processes[ProcessId(case["edition"])]
    thresholds = RULES.weighings[case.get("weighing", process.weighing)]

    found = result(_verdicts(case["given"]), LABEL, thresholds, process, AuditKind(case.get("kind", "initial_audit")))

    seen = {
        "outcome": found.weighing.outcome,
        "advice": found.rule.advice,
        "steps": [_step(consequence) for consequence in found.rule.consequences],
    }
    assert {name: seen[name] for name in case["expect"]} == case["expect"], case["source"]


def _step(consequence: Consequence) -> str:
    term = f"{consequence.weeks} weeks" if consequence.weeks else f"{consequence.months} months"
    return f"{consequence.step} {term}" if consequence.weeks or consequence.months else consequence.step


def _verdicts(counts: dict[str, int]) -> dict[NormId, Verdict]:
    held = [Verdict(name) for name, count in counts.items() for _ in range(count)]
    held += [Verdict.MET] * (len(LABEL.norms) - len(held))
    return {norm.id: verdict for norm, verdict in zip(LABEL.norms, held, strict=True)}


def test_every_edition_says_what_every_outcome_means() -> None:
    for process in RULES.processes.values():
        for kind in AuditKind:
            assert {process.rule(outcome, kind).outcome for outcome in Outcome} == set(Outcome)
            assert process.rule(Outcome.INVALID, kind).advice is Advice.NONE


# --- What if ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("tipping_cases.yaml"))
def test_which_norms_could_tip_the_outcome(case: dict[str, Any]) -> None:
    verdicts = _verdicts(case["given"])
    weighing = weigh(verdicts, LABEL)
    left = room(weighing)

    tips = tipping(weighing, _could_be(case["could_be"], verdicts))

    seen = {
        "outcome": left.outcome,
        "not_met": left.not_met,
        "partial": left.partial,
        "over_not_met": left.over_not_met,
        "over_partial": left.over_partial,
        "tips": [f"{tip.outcome}, {tip.verdict or 'any'}: {tip.how_many} of {len(tip.norms)}" for tip in tips],
    }
    assert {name: seen[name] for name in case["expect"]} == case["expect"], case["source"]


def _could_be(asked: dict[str, list[Any]], verdicts: dict[NormId, Verdict]) -> InPlay:
    found: dict[NormId, frozenset[Verdict]] = {}
    for now, (count, *others) in asked.items():
        norms = [norm for norm, verdict in verdicts.items() if verdict == now][:count]
        options = {Verdict(other) for other in others} | ({Verdict(now)} - {Verdict.NOT_ASSESSED})
        found |= dict.fromkeys(norms, frozenset(options))
    return found


def test_what_is_in_play() -> None:
    """Differing auditors, open norms, flags, and what lies in between."""
    found = positions(
        [
            judgement("V1", LEADER, "met"),
            judgement("V2", LEADER, "met"),
            judgement("V2", AUDITOR, "not_met"),
            judgement("V3", LEADER, "partial"),
            judgement("V4", LEADER, "not_met"),
            judgement("V5", LEADER, "not_applicable"),
            judgement("V6", LEADER, "met"),
        ],
        LABEL,
    )
    settled_ = {NormId("V6"): consensus("V6", "met")}

    could_be = in_play(verdicts_so_far(settled_, found), found, flagged=[NormId("V4"), NormId("V5")])

    assert {norm: set(could_be[norm]) for norm in map(NormId, ("V2", "V3", "V4", "V7"))} == {
        "V2": {Verdict.MET, Verdict.NOT_MET},
        "V3": set(JUDGED_VERDICTS),
        "V4": {Verdict.PARTIAL, Verdict.NOT_MET},
        "V7": set(JUDGED_VERDICTS),
    }
    assert not {"V1", "V5", "V6"} & could_be.keys()


options = st.frozensets(st.sampled_from([*JUDGED_VERDICTS, Verdict.NOT_APPLICABLE]), min_size=1)


@st.composite
def doubts(draw: st.DrawFn) -> tuple[dict[NormId, Verdict], InPlay]:
    """Verdicts close to the limits, with up to four norms that could become something else."""
    counts = {"not_met": draw(st.integers(0, 6)), "partial": draw(st.integers(0, 11))}
    verdicts = _verdicts(counts)
    norms = draw(st.lists(st.sampled_from(LABEL.norms), max_size=4, unique=True))
    could_be = {}
    for norm in norms:
        if draw(st.booleans()):
            del verdicts[norm.id]
            could_be[norm.id] = draw(options)
        else:
            could_be[norm.id] = draw(options) | {verdicts[norm.id]}
    return verdicts, could_be


@given(doubts())
def test_tipping_agrees_with_trying_everything(doubt: tuple[dict[NormId, Verdict], InPlay]) -> None:
    """Norms are named when, and only when, some choice among what is in play leads to another outcome."""
    verdicts, could_be = doubt
    weighing = weigh(verdicts, LABEL)
    tried = [
        weigh(verdicts | dict(zip(could_be, choice, strict=True)), LABEL) for choice in product(*could_be.values())
    ]
    now = room(weighing).outcome

    possible = {room(other).outcome for other in tried} - {now}
    tips = tipping(weighing, could_be)

    if now is Outcome.FOLLOWUP_REQUIRED:
        assert bool(tips) == bool(possible)
    else:
        assert {tip.outcome for tip in tips} == possible


@given(doubts())
def test_how_many_are_enough_is_never_more_than_there_are(doubt: tuple[dict[NormId, Verdict], InPlay]) -> None:
    verdicts, could_be = doubt
    tips: tuple[Tipping, ...] = tipping(weigh(verdicts, LABEL), could_be)

    for tip in tips:
        assert 1 <= tip.how_many <= len(tip.norms)
        assert set(tip.norms) <= could_be.keys()


@given(doubts())
def test_so_many_of_them_are_indeed_enough(doubt: tuple[dict[NormId, Verdict], InPlay]) -> None:
    """Any of the norms will do."""
    verdicts, could_be = doubt

    for tip in tipping(weigh(verdicts, LABEL), could_be):
        if tip.outcome is Outcome.FOLLOWUP_REQUIRED:
            assert tip.verdict is not None
            worse = dict.fromkeys(tip.norms[-tip.how_many :], tip.verdict)
            assert room(weigh(verdicts | worse, LABEL)).outcome is Outcome.FOLLOWUP_REQUIRED


# --- Side by side ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "audit", "comparison"),
    [
        ("met", "met", Comparison.SAME),
        ("not_applicable", "not_applicable", Comparison.SAME),
        ("met", "partial", Comparison.LOWER),
        ("partial", "not_met", Comparison.LOWER),
        ("not_met", "met", Comparison.HIGHER),
        ("not_applicable", "met", Comparison.APPLICABILITY),
        ("met", "not_applicable", Comparison.APPLICABILITY),
        ("not_assessed", "met", Comparison.OPEN),
        ("met", "not_assessed", Comparison.OPEN),
        ("not_assessed", "not_assessed", Comparison.OPEN),
    ],
)
def test_self_evaluation_and_audit_side_by_side(own: str, audit: str, comparison: Comparison) -> None:
    compared = compare({V5: Verdict(own)}, {V5: Verdict(audit)}, LABEL)

    assert [item.norm for item in compared] == [norm.id for norm in LABEL.norms]
    assert {item.norm: item.comparison for item in compared}[V5] is comparison
