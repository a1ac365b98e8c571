"""A framework without a threshold: an audit on it passes and fails nothing, and no screen says otherwise."""

from __future__ import annotations

import pytest

from domain.audit import AuditKind, Stage
from domain.framework import FrameworkId, NormId
from domain.judging import result, room
from domain.process import ProcessId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from templates import judging_screens as s
from templates.render import render
from templates.screens import in_words_of

MAATSTAF = load_frameworks()[FrameworkId("ciio-maatstaf-2016")]
RULES = load_audit_rules()
PROCESS = RULES.processes[ProcessId("2021")]
EVERY_NORM = tuple(norm.id for norm in MAATSTAF.norms)


def running(verdicts: dict[NormId, Verdict]) -> s.Running:
    """What an audit on the Maatstaf comes to, whatever threshold its process brings along."""
    found = result(verdicts, MAATSTAF, RULES.weighings["2021"], PROCESS)
    kind = AuditKind.INITIAL
    return s.Running(found.weighing, room(found.weighing), PROCESS.rule(room(found.weighing).outcome, kind), kind)


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET])
def test_the_threshold_of_the_process_is_not_borrowed(verdict: Verdict) -> None:
    """18 × not met would be far over the limits of the label."""
    found = result(dict.fromkeys(EVERY_NORM, verdict), MAATSTAF, RULES.weighings["2021"], PROCESS)

    assert found.weighing.outcome is not Outcome.FOLLOWUP_REQUIRED
    assert not found.weighing.is_over


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.NOT_MET])
def test_screens_speak_of_no_threshold(verdict: Verdict) -> None:
    given = dict.fromkeys(EVERY_NORM, verdict)
    found = result(given, MAATSTAF, RULES.weighings["2021"], PROCESS)
    counts = {kind: sum(v is kind for v in given.values()) for kind in Verdict}

    screens = [
        s.ShowOutcome("Rivierenland", PROCESS, found.weighing, found.rule, 18, 18, running(given)),
        s.ShowVerdicts("Rivierenland", Stage.JUDGING, 18, 18, counts, 0, 0, running(given)),
        s.ShowConsensus("Rivierenland", Stage.CONSENSUS, 18, 18, 0, (), 0, False, False, running(given)),
    ]

    for screen in screens:
        text = render(in_words_of(screen, MAATSTAF))
        assert "geen ondergrens" in text
        assert "hoogstens" not in text
        assert "Over de ondergrens" not in text
