"""The facts of one audit for its report, and what a test wants otherwise."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.audit import Consensus, Finding, FindingKind, Stage, Tone
from domain.framework import NormId
from domain.judging import Advice
from domain.report import Material
from domain.report_prefill import ReportFacts
from domain.verdicts import Verdict
from domain.weighing import weigh
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from tests.changing import replace
from tests.domain.audit_cast import AUDIT, AUDITOR, LEADER, PEER, START, interview

RULES = load_audit_rules()
FORM = RULES.report
FRAMEWORK = load_frameworks()[AUDIT.framework]
TODAY = date(2026, 12, 14)
EVERY_NORM = tuple(norm.id for norm in FRAMEWORK.norms)


def settled(**verdicts: Verdict) -> dict[NormId, Consensus]:
    """Return a consensus on every norm: met, unless the test says otherwise."""
    held = dict.fromkeys(EVERY_NORM, Verdict.MET) | {NormId(norm): verdict for norm, verdict in verdicts.items()}
    return {
        norm: Consensus(norm, verdict, f"Dit zagen wij bij {norm}.", LEADER, START) for norm, verdict in held.items()
    }


def facts(consensus: dict[NormId, Consensus] | None = None, **changes: Any) -> ReportFacts:
    """Return what is known when the team has settled everything."""
    held = settled() if consensus is None else consensus
    verdicts = {norm: item.verdict for norm, item in held.items() if item.verdict is not Verdict.NOT_ASSESSED}
    plain = ReportFacts(
        organisation="Welzijn Rivierenland",
        member_number="SWN1",
        ci="CI Kompas",
        variant="Door de CI",
        audit=replace(AUDIT, stage=Stage.CLOSED),
        framework=FRAMEWORK,
        edition=RULES.editions[AUDIT.process],
        interviews=(interview(1, "P"), interview(2, "P", "Mng"), interview(3, "P&O")),
        names={LEADER: "Tom", AUDITOR: "Ada", PEER: "Pim"},
        consensus=held,
        weighing=weigh(verdicts, FRAMEWORK),
        advice=Advice.POSITIVE,
        events={},
        today=TODAY,
    )
    return replace(plain, **changes)


def noted(
    number: int, *norms: str, text: str, tone: Tone | None = None, kind: FindingKind | None = None, file: str = ""
) -> Material:
    """Return a finding that the report draws from."""
    plain = Finding(number, AUDIT.id, tuple(map(NormId, norms)), text, AUDITOR, START, kind, tone)  # type: ignore[arg-type]
    return Material(plain, file)
