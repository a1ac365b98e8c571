"""A report of an audit to make documents from: filled in, or with whatever text a test puts everywhere."""

from __future__ import annotations

from datetime import date, datetime

from documents.audit_report_data import AuditReport
from documents.build import AMSTERDAM
from domain.addendum import Followup, RetestedNorm
from domain.audit import FindingKind, Tone
from domain.framework import NormId
from domain.report import Report, compose
from domain.report_format import FieldId, Moment
from domain.report_prefill import FieldText
from domain.verdicts import Verdict
from domain.weighing import Outcome
from tests.changing import replace
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


def followed_up() -> Report:
    """Return a report with an addendum: one norm with much to say, one on which nothing was written."""
    long, bare = (
        RETESTED,
        replace(RETESTED, norm=NormId("D9"), title="Samenwerken met partners", action="", due_on=None),
    )
    long = replace(long, finding="Wij spraken met drie teams.\n" * 45)
    bare = replace(bare, shown_by="", finding="", before=Verdict.NOT_MET, now=Verdict.PARTIAL)
    known = Followup(date(2027, 3, 3), Outcome.PLAN_REQUIRED, (long, bare), dict.fromkeys(Verdict, 9))
    held = settled(V5=Verdict.PARTIAL, D9=Verdict.NOT_MET)
    written = {FieldId("followup_course"): FieldText("Op locatie Noord, met vier functies.")}
    return compose(FORM, facts(held, followup=known), written, ()).report


RETESTED = RetestedNorm(
    NormId("V5"), "Afspraken over je bijdrage", Verdict.PARTIAL, "Intervisie in elk team", date(2027, 2, 1),
    "Vier verslagen", "Elk team doet mee.", Verdict.MET,
)  # fmt: skip


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
        addendum=replace(
            followed_up().addendum,  # type: ignore[arg-type]  # it has one
            course=next(spare),
            norms=(replace(RETESTED, action=next(spare), shown_by=next(spare), finding=next(spare)),),
            conclusion=next(spare),
        ),
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
