"""From what storage holds to what a document says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from documents.build import Author, ReportSources, build_report
from documents.report_data import Attachment, Contributor, SelfEvaluationReport
from domain.framework import (
    CoverageRule,
    Framework,
    FrameworkId,
    Norm,
    NormId,
    OfficialWording,
    Rubric,
    RubricId,
    WeighingRule,
)
from domain.roles import OrganisationId, PersonId
from domain.self_evaluation import (
    Answer,
    Contribution,
    ContributionId,
    ContributionKind,
    Evaluation,
    EvaluationId,
    EvaluationStatus,
    FileId,
    Purpose,
)
from domain.verdicts import Verdict
from domain.weighing import Forecast
from tests.changing import replace
from tests.documents.example import VERDICT_WORDS, P

PRIYA, JOOST, GONE = PersonId(1), PersonId(2), PersonId(3)
V1, V2, D1 = NormId("V1"), NormId("V2"), NormId("D1")
AT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # already the 21st in Amsterdam


@pytest.fixture
def sources(framework: Framework) -> ReportSources:
    answers = {
        V1: Answer(
            V1,
            Verdict.MET,
            contributions=(
                _contribution(12, Purpose.EVIDENCE, JOOST, FileId(7)),
                _contribution(11, Purpose.EXPLANATION, PRIYA),
                _contribution(10, Purpose.REPLY, GONE),
            ),
            updated_by=PRIYA,
            updated_at=AT,
        ),
        D1: Answer(D1, Verdict.NOT_APPLICABLE, reason="Doet de gemeente.", updated_by=PRIYA, updated_at=AT),
    }
    return ReportSources(
        framework=framework,
        organisation="Welzijn Rivierenland",
        evaluation=Evaluation(EvaluationId(1), OrganisationId(1), framework.id, round=2, version=3),
        answers=answers,
        people={PRIYA: Author("Priya", "P&O"), JOOST: Author("Joost")},
        files={FileId(7): Attachment("rooster.jpg", 1000)},
        scope="Alles",
        made_at=AT,
    )


@pytest.fixture
def framework() -> Framework:
    return Framework(
        id=FrameworkId("klein-2026"),
        name="Klein kader",
        short_name="Klein",
        norms_version="2026",
        owner="Wij",
        copyright="Van ons.",
        rubrics=(Rubric(RubricId("V"), 1, "Vak", ""), Rubric(RubricId("D"), 2, "Dienst", "")),
        norms=(_norm("V1", 0), _norm("V2", 1), _norm("D1", 2)),
        verdicts=VERDICT_WORDS,
        functions=(P,),
        terms=(),
        weighing=WeighingRule("2026", 0, 1, 5, "eigen"),
        coverage=CoverageRule(3, 2, needs_document=True),
        branch_code=(),
        default_process="2021",
    )


def test_everything_comes_with_its_norm(sources: ReportSources) -> None:
    report = build_report(sources)

    assert [norm.id for norm in report.norms] == ["V1", "V2", "D1"]
    assert [norm.verdict for norm in report.norms] == [Verdict.MET, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE]
    assert report.norms[2].reason_not_applicable == "Doet de gemeente."
    assert (report.round, report.version) == (2, 3)


def test_contributions_stand_in_reading_order(sources: ReportSources) -> None:
    """First what explains, then what was answered, then what shows it."""
    first = build_report(sources).norms[0]

    assert [item.receipt for item in first.contributions] == [11, 10, 12]
    assert first.contributions[2].attachment == Attachment("rooster.jpg", 1000)


def test_official_wording_replaces_ours_and_names_its_source(sources: ReportSources) -> None:
    wording = OfficialWording("De officiële tekst.", "normen.docx, 3 november 2026")
    norms = tuple(replace(norm, official=wording) if norm.id == V2 else norm for norm in sources.framework.norms)

    ours, official = build_report(replace(sources, framework=replace(sources.framework, norms=norms))).norms[:2]

    assert (ours.wording, ours.wording_source) == ("Waar V1 om gaat.", None)
    assert (official.wording, official.wording_source) == ("De officiële tekst.", "normen.docx, 3 november 2026")


def test_moments_are_days_in_amsterdam(sources: ReportSources) -> None:
    closed = replace(sources.evaluation, status=EvaluationStatus.CLOSED, closed_at=AT)

    report = build_report(replace(sources, evaluation=closed))

    assert report.closed_on == report.made_on == date(2026, 11, 21)
    assert report.norms[0].contributions[0].given_at.date() == date(2026, 11, 21)


def test_contributors_are_counted_by_norm(sources: ReportSources) -> None:
    """Somebody who was erased keeps a place without a name."""
    assert build_report(sources).contributors == (
        Contributor("Priya", 2, "P&O"),
        Contributor("Joost", 1),
        Contributor("oud-collega", 1),
    )


@pytest.mark.parametrize(
    ("verdict", "forecast"),
    [
        (Verdict.NOT_ASSESSED, None),
        (Verdict.NOT_APPLICABLE, None),
        (Verdict.PARTIAL, Forecast.WITHIN),
        (Verdict.NOT_MET, Forecast.OVER),
    ],
)
def test_the_forecast_follows_the_weighing(sources: ReportSources, verdict: Verdict, forecast: Forecast | None) -> None:
    totals = _with_only(sources, verdict).totals

    assert totals.forecast is forecast
    assert totals.norms == 3
    assert totals.of(verdict) >= 1


def _with_only(sources: ReportSources, verdict: Verdict) -> SelfEvaluationReport:
    return build_report(replace(sources, answers={V1: Answer(V1, verdict, reason="x")}))


def _norm(norm_id: str, ordinal: int) -> Norm:
    return Norm(
        id=NormId(norm_id),
        ordinal=ordinal,
        rubric=RubricId(norm_id[0]),
        number=int(norm_id[1:]),
        label=norm_id,
        title=f"Norm {norm_id}",
        essence=f"Waar {norm_id} om gaat.",
        who=(P.code,),
        who_also=(),
        questions=(),
        evidence=(),
        not_applicable_hint=None,
        casework=False,
        notes=(),
    )


def _contribution(number: int, purpose: Purpose, author: PersonId, file: FileId | None = None) -> Contribution:
    kind = ContributionKind.PHOTO if file else ContributionKind.TEXT
    return Contribution(ContributionId(number), V1, kind, purpose, f"Tekst {number}", author, AT, file)
