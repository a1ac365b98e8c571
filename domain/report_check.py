"""The close-out of a report: what stands in the way of sending it, and what lifts that (own; domain book §7 and §8).

A report says nothing that nobody looked into: "met" without any evidence is refused whatever anybody writes; a norm
that was looked at too little passes with the reason that the team leader gave when it was settled. Nobody can be
recognised in it (handbook bijlage 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from domain.audit import Stage
from domain.coverage import NormCoverage
from domain.framework import NormId
from domain.privacy_guard import findings
from domain.report import Composition, Correction, documents_field
from domain.report_format import FieldId, Moment
from domain.report_prefill import ReportFacts, missing
from domain.verdicts import Verdict


class Obstacle(StrEnum):
    """Why a report cannot leave yet."""

    NORM_OPEN = "norm_open"
    NO_EVIDENCE = "no_evidence"
    NOT_COVERED = "not_covered"
    NO_FINDINGS = "no_findings"
    NO_REASON = "no_reason"
    PERSONAL_DATA = "personal_data"
    FIELD_MISSING = "field_missing"
    CORRECTION_OPEN = "correction_open"
    NOT_CLOSED = "not_closed"


class ReportBlocker(Struct, frozen=True):
    """One reason, with the norms or fields that it is about."""

    obstacle: Obstacle
    norms: tuple[NormId, ...] = ()
    fields: tuple[FieldId, ...] = ()


class ReportRefused(Exception):
    """A report cannot be sent like this; `blockers` say why."""

    def __init__(self, blockers: tuple[ReportBlocker, ...]) -> None:
        super().__init__(", ".join(blocker.obstacle for blocker in blockers))
        self.blockers = blockers


def check(
    made: Composition,
    facts: ReportFacts,
    covered: Mapping[NormId, NormCoverage],
    corrections: Iterable[Correction] = (),
) -> tuple[ReportBlocker, ...]:
    """Return everything that stands in the way of sending the report, in the order in which one would solve it."""
    order = [norm.id for norm in facts.framework.norms]
    by_norm = {obstacle: tuple(norm for norm in order if found(norm, facts, covered)) for obstacle, found in _NORMS}
    fields = tuple(item.field.id for item in missing(made.filled, facts.moment))
    still_open = [item for item in corrections if item.is_open] if facts.moment is not Moment.DRAFT else []
    is_early = facts.moment is not Moment.DRAFT and facts.audit.stage is not Stage.CLOSED
    found = [ReportBlocker(obstacle, norms) for obstacle, norms in by_norm.items() if norms]
    if personal := _personal_data(made):
        found.append(personal)
    if fields:
        found.append(ReportBlocker(Obstacle.FIELD_MISSING, fields=fields))
    if still_open:
        found.append(ReportBlocker(Obstacle.CORRECTION_OPEN, tuple(item.norm for item in still_open if item.norm)))
    if is_early:
        found.append(ReportBlocker(Obstacle.NOT_CLOSED))
    return tuple(found)


def _personal_data(made: Composition) -> ReportBlocker | None:
    """Return where a text looks like data of a person; how to reach an organisation belongs in its own fields."""
    norms = tuple(row.norm for row in made.report.norms if findings("\n".join((row.findings, *row.suggestions))))
    written = tuple(item.field.id for item in made.filled if not item.field.is_contact and findings(item.text))
    listed = tuple(documents_field(r.id) for r in made.report.rubrics if findings("\n".join(r.documents)))
    fields = (*written, *listed)
    tested = made.report.addendum.norms if made.report.addendum else ()
    again = (row.norm for row in tested if findings("\n".join((row.action, row.shown_by, row.finding))))
    norms = tuple(dict.fromkeys((*norms, *again)))
    return ReportBlocker(Obstacle.PERSONAL_DATA, norms, fields) if norms or fields else None


def _is_open(norm: NormId, facts: ReportFacts, _: Mapping[NormId, NormCoverage]) -> bool:
    return facts.verdict(norm) is Verdict.NOT_ASSESSED


def _has_no_evidence(norm: NormId, facts: ReportFacts, covered: Mapping[NormId, NormCoverage]) -> bool:
    return facts.verdict(norm) is Verdict.MET and covered[norm].tests == 0


def _is_not_covered(norm: NormId, facts: ReportFacts, covered: Mapping[NormId, NormCoverage]) -> bool:
    """Too few sources or no document, without the reason that lifts it; what does not apply needs none."""
    if facts.verdict(norm) in (Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE):
        return False
    if _has_no_evidence(norm, facts, covered) or facts.consensus[norm].override.strip():
        return False
    return bool(covered[norm].missing_sources or covered[norm].missing_documents)


def _has_no_findings(norm: NormId, facts: ReportFacts, _: Mapping[NormId, NormCoverage]) -> bool:
    return facts.verdict(norm) is Verdict.MET and not facts.reason(norm)


def _has_no_reason(norm: NormId, facts: ReportFacts, _: Mapping[NormId, NormCoverage]) -> bool:
    needs = (Verdict.PARTIAL, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
    return facts.verdict(norm) in needs and not facts.reason(norm)


_NORMS = (
    (Obstacle.NORM_OPEN, _is_open),
    (Obstacle.NO_EVIDENCE, _has_no_evidence),
    (Obstacle.NOT_COVERED, _is_not_covered),
    (Obstacle.NO_FINDINGS, _has_no_findings),
    (Obstacle.NO_REASON, _has_no_reason),
)
