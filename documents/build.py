"""Build a report from what storage holds; the only module of `documents` that knows answers and evaluations.

framework + evaluation + answers + people + files -> SelfEvaluationReport
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from documents import words
from documents.report_data import (
    Attachment,
    Contributor,
    ReportContribution,
    ReportNorm,
    ReportRubric,
    SelfEvaluationReport,
    Totals,
)
from domain.framework import Framework, Norm, NormId, Rubric
from domain.roles import PersonId
from domain.self_evaluation import Answer, Contribution, Evaluation, FileId, Purpose, verdicts_of
from domain.verdicts import Verdict
from domain.weighing import Weighing, weigh

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: Below a norm stands first what explains the verdict, then the answers to questions, then what shows it.
_ORDER = (Purpose.EXPLANATION, Purpose.REPLY, Purpose.EVIDENCE)


class Author(Struct, frozen=True):
    """Somebody who filled in norms, as the organisation knows them."""

    name: str
    function: str | None = None


class ReportSources(Struct, frozen=True):
    """What a report is made from.

    `answers` may lack norms that nobody touched; `people` may lack somebody who was erased, `files` a
    file that is gone. `made_at` is aware.
    """

    framework: Framework
    organisation: str
    evaluation: Evaluation
    answers: Mapping[NormId, Answer]
    people: Mapping[PersonId, Author]
    files: Mapping[FileId, Attachment]
    scope: str | None
    made_at: datetime


def build_report(sources: ReportSources) -> SelfEvaluationReport:
    """Return everything that a document of this self-evaluation says."""
    framework, evaluation = sources.framework, sources.evaluation
    closed_at = None if evaluation.is_open else evaluation.closed_at
    return SelfEvaluationReport(
        organisation=sources.organisation,
        framework=framework.name,
        framework_short=framework.short_name,
        norms_version=framework.norms_version,
        copyright=framework.copyright,
        round=evaluation.round,
        version=evaluation.version,
        closed_on=_local(closed_at).date() if closed_at else None,
        made_at=_local(sources.made_at),
        scope=sources.scope,
        contributors=_contributors(sources),
        verdicts=framework.verdicts,
        totals=totals_of(weigh(verdicts_of(sources.answers.values()), framework)),
        rubrics=tuple(_rubric(sources, rubric) for rubric in framework.rubrics),
    )


def totals_of(weighing: Weighing) -> Totals:
    """Return the counts of a weighing; without a norm that counts there is no forecast."""
    return Totals(
        met=len(weighing.met),
        partial=len(weighing.partial),
        not_met=len(weighing.not_met),
        not_applicable=len(weighing.not_applicable),
        open=len(weighing.open_norms),
        max_partial=weighing.rule.max_partial if weighing.rule.has_limits else None,
        max_not_met=weighing.rule.max_not_met if weighing.rule.has_limits else None,
        forecast=weighing.forecast if weighing.met or weighing.needs_plan else None,
    )


def _rubric(sources: ReportSources, rubric: Rubric) -> ReportRubric:
    norms = tuple(_norm(sources, norm) for norm in sources.framework.in_rubric(rubric.id))
    return ReportRubric(rubric.id, rubric.number, rubric.name, rubric.about, norms)


def _wording(norm: Norm) -> str:
    """Return the wording with its numbered points, one to a line."""
    return "\n".join([norm.wording, *(f"{number}. {point}" for number, point in enumerate(norm.points, 1))])


def _norm(sources: ReportSources, norm: Norm) -> ReportNorm:
    answer = sources.answers.get(norm.id, Answer(norm.id))
    functions = {function.code: function for function in sources.framework.functions}
    return ReportNorm(
        id=norm.id,
        title=norm.title,
        wording=_wording(norm),
        wording_source=norm.official.source if norm.official else None,
        who=tuple(functions[code] for code in norm.who if code in functions),
        verdict=answer.verdict,
        updated_by=_name(sources, answer.updated_by) if answer.updated_by is not None else None,
        updated_at=_local(answer.updated_at) if answer.updated_at else None,
        reason_not_applicable=answer.reason if answer.verdict is Verdict.NOT_APPLICABLE else None,
        contributions=tuple(_contribution(sources, item) for item in _in_order(answer.contributions)),
        improvement=answer.improvement,
    )


def _in_order(contributions: Iterable[Contribution]) -> list[Contribution]:
    return sorted(contributions, key=lambda item: (_ORDER.index(item.purpose), item.at, item.id))


def _contribution(sources: ReportSources, item: Contribution) -> ReportContribution:
    return ReportContribution(
        receipt=item.id,
        kind=item.kind,
        purpose=item.purpose,
        text=item.text,
        author=_name(sources, item.author),
        given_at=_local(item.at),
        attachment=sources.files.get(item.file, Attachment(None, None)) if item.file is not None else None,
    )


def _contributors(sources: ReportSources) -> tuple[Contributor, ...]:
    """Return who filled in, the person with most norms first."""
    norms = Counter(person for answer in sources.answers.values() for person in _hands(answer))
    ranked = sorted(norms.items(), key=lambda item: (-item[1], _name(sources, item[0])))
    return tuple(_contributor(sources, person, count) for person, count in ranked)


def _hands(answer: Answer) -> set[PersonId]:
    hands = {item.author for item in answer.contributions}
    return hands if answer.updated_by is None else hands | {answer.updated_by}


def _contributor(sources: ReportSources, person: PersonId, norms: int) -> Contributor:
    author = sources.people.get(person)
    return Contributor(_name(sources, person), norms, author.function if author else None)


def _name(sources: ReportSources, person: PersonId) -> str:
    author = sources.people.get(person)
    return author.name if author else words.text("facts.former_colleague")


def _local(moment: datetime) -> datetime:
    return moment.astimezone(AMSTERDAM)
