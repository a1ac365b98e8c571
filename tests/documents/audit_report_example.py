"""A report of an audit to make documents from: filled in, or with whatever text a test puts everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from documents.audit_report_data import AuditReport
from documents.build import AMSTERDAM
from domain.audit import FindingKind, Tone
from domain.framework import NormId
from domain.report import Report, compose
from domain.report_format import FieldId, Moment
from domain.report_prefill import FieldText
from domain.verdicts import Verdict
from tests.domain.report_cast import EVERY_NORM, FORM, facts, noted, settled

MADE_AT = datetime(2026, 12, 14, 15, 0, tzinfo=AMSTERDAM)


def example_report() -> Report:
    """Return a report with every kind of content, and some fields that nobody filled in yet."""
    held = settled(V5=Verdict.PARTIAL, V6=Verdict.NOT_APPLICABLE, D9=Verdict.NOT_MET)
    held[NormId("V1")] = replace(held[NormId("V1")], rationale="Wij zagen dit bij elk team.\n" * 40)
    held[NormId("V2")] = replace(held[NormId("V2")], rationale="")
    material = [
        *(noted(n, EVERY_NORM[n], text=f"Begin klein ({n})", tone=Tone.TIP) for n in range(12)),
        *(noted(50 + n, EVERY_NORM[n], text=f"Scholingsplan {2000 + n}", kind=FindingKind.DOCUMENT) for n in range(9)),
    ]
    written = {
        FieldId("sketch"): FieldText("Een brede welzijnsorganisatie.\nZij werkt in vier gemeenten."),
        FieldId("strengths"): FieldText("Korte lijnen\nGoede dossiers\nSterk team\nHeldere taal"),
    }
    return compose(FORM, facts(held), written, material).report


def draft(report: Report | None = None) -> AuditReport:
    """Return the report as it stands, not frozen yet."""
    return AuditReport(report or example_report(), Moment.DRAFT, None, MADE_AT)


def final() -> AuditReport:
    """Return the final report."""
    return AuditReport(example_report(), Moment.FINAL, 3, MADE_AT)


def odd_report(texts: list[str]) -> Report:
    """Return a report that says one of these texts at every place where people write."""
    spare = iter(texts)
    report = example_report()
    return replace(
        report,
        organisation=next(spare),
        part_a=tuple(
            replace(part, lines=tuple(replace(line, text=next(spare)) for line in part.lines)) for part in report.part_a
        ),
        rubrics=tuple(
            replace(
                rubric,
                norms=tuple(
                    replace(norm, findings=next(spare), suggestions=(next(spare), next(spare))) for norm in rubric.norms
                ),
                documents=(next(spare), next(spare)),
            )
            for rubric in report.rubrics
        ),
    )
