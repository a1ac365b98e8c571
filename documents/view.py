"""A report in words: the text that Word and PDF both lay out, composed once, so that they cannot differ.

Every value is text, a number or a list of those, already cleaned of what a document cannot hold. A
layout only places them; it chooses no words, dates or order of its own.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypeGuard

from documents import words
from documents.palette import SWATCHES
from documents.plain_text import clean, one_line
from documents.report_data import (
    Attachment,
    Contributor,
    ReportContribution,
    ReportNorm,
    ReportRubric,
    SelfEvaluationReport,
)
from domain.framework import VerdictWords
from domain.self_evaluation import ContributionKind, ImprovementAction
from domain.verdicts import Verdict

#: From this many characters on a norm may break over two pages; below it the block stays in one piece.
LONG_NORM = 1100
#: The same for one row of its table.
LONG_TEXT = 900


@dataclass(frozen=True)
class VerdictView:
    """A verdict as a label and its colours, without "#" because Word wants them bare."""

    code: str
    label: str
    short: str
    symbol: str
    fill: str
    sign: str
    tint: str
    ink: str


@dataclass(frozen=True)
class CountView:
    """One line of the totals."""

    verdict: VerdictView
    count: int
    limit: str
    within: str


@dataclass(frozen=True)
class FactView:
    """A label with its value in the title block."""

    label: str
    value: str


@dataclass(frozen=True)
class ContributionView:
    """One row below a norm."""

    receipt: str
    lead: str
    text: str
    author: str
    date: str
    is_long: bool


@dataclass(frozen=True)
class ImprovementView:
    """What, who and when, with words for what was skipped."""

    what: str
    who: str
    due: str


@dataclass(frozen=True)
class NormView:
    """A norm as a block; an empty text means that there is nothing to show."""

    id: str
    anchor: str
    title: str
    wording: str
    notes: str
    verdict: VerdictView
    needs_reason: bool
    reason: str
    contributions: list[ContributionView]
    improvement: ImprovementView | None
    remark: str
    is_long: bool


@dataclass(frozen=True)
class RubricView:
    """A chapter, with how often each verdict was given in it (in the order of `DocumentView.counts`)."""

    id: str
    name: str
    about: str
    counts: list[int]
    total: int
    norms: list[NormView]


@dataclass(frozen=True)
class DocumentView:
    """Everything that a reader sees in the Word or PDF document, from top to bottom."""

    title: str
    document_title: str
    subject: str
    organisation: str
    status: str
    is_closed: bool
    date: str
    facts: list[FactView]
    progress: str
    forecast: list[str]
    counts: list[CountView]
    norms: int
    rubrics: list[RubricView]
    no_norms: str
    about: list[str]
    labels: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return the view as plain dicts and lists: JSON for typst, names for the Word template."""
        return asdict(self)


def view_of(report: SelfEvaluationReport) -> DocumentView:
    """Return the text of a report, in Dutch and in the order of the document."""
    organisation = one_line(report.organisation)
    return DocumentView(
        title=words.text("title"),
        document_title=words.text("document_title", organisation=organisation),
        subject=words.text("subject", framework=one_line(report.framework), version=one_line(report.norms_version)),
        organisation=organisation,
        status=_status(report),
        is_closed=report.closed_on is not None,
        date=words.long_date(report.made_on),
        facts=_facts(report),
        progress=words.text("summary.progress", judged=report.totals.judged, norms=report.totals.norms),
        forecast=forecast_sentences(report),
        counts=[_count(report, verdict.verdict) for verdict in report.verdicts],
        norms=report.totals.norms,
        rubrics=[_rubric(report, rubric) for rubric in report.rubrics],
        no_norms=words.text("empty.no_norms"),
        about=_about(report),
        labels=dict(words.entry("labels")),
    )


def verdict_view(verdict: VerdictWords) -> VerdictView:
    """Return the framework's words for a verdict with the colours of the house."""
    swatch = SWATCHES[verdict.verdict]
    colours = [colour.lstrip("#") for colour in (swatch.fill, swatch.sign, swatch.tint, swatch.ink)]
    return VerdictView(verdict.verdict.value, verdict.label, verdict.short, verdict.symbol, *colours)


def forecast_sentences(report: SelfEvaluationReport) -> list[str]:
    """Return what the verdicts so far promise, and that this is no result."""
    totals = report.totals
    if totals.forecast is None:
        return [words.text("forecast.none_counts" if totals.judged else "forecast.none")]
    still_open = [words.counted("forecast.open", totals.open)] if totals.open else []
    if totals.max_partial is None:
        return [words.text("forecast.no_threshold"), *still_open]
    sentence = words.text(
        f"forecast.{totals.forecast.value}",
        not_met=totals.not_met,
        partial=totals.partial,
        max_not_met=totals.max_not_met,
        max_partial=totals.max_partial,
    )
    return [sentence, *still_open, words.text("forecast.caveat")]


def limit_of(report: SelfEvaluationReport, verdict: Verdict) -> int | None:
    """Return how often a verdict may be given at most, or None where the threshold sets no limit."""
    limits = {Verdict.PARTIAL: report.totals.max_partial, Verdict.NOT_MET: report.totals.max_not_met}
    return limits.get(verdict)


def limit_words(report: SelfEvaluationReport, verdict: Verdict) -> tuple[str, str]:
    """Return the limit of a verdict in words, and whether its count lies within; empty without a limit."""
    limit = limit_of(report, verdict)
    if limit is None:
        return "", ""
    within = "summary.within" if report.totals.of(verdict) <= limit else "summary.over"
    return words.text("summary.limit", n=limit), words.text(within)


def who_text(norm: ReportNorm) -> str:
    """Return for whom a norm is meant, as labels with commas; empty when it is for nobody in particular."""
    return ", ".join(function.label for function in norm.who)


def _status(report: SelfEvaluationReport) -> str:
    if report.closed_on is None:
        return words.text("status.open")
    return words.text("status.closed", date=words.long_date(report.closed_on))


def _facts(report: SelfEvaluationReport) -> list[FactView]:
    framework = words.text(
        "facts.framework_value", framework=one_line(report.framework), version=one_line(report.norms_version)
    )
    round_ = words.text("facts.round_value", round=report.round, version=report.version)
    facts = [
        FactView(words.text("facts.framework"), framework),
        FactView(words.text("facts.round"), round_),
        FactView(words.text("facts.made"), words.long_date(report.made_on)),
        FactView(words.text("facts.contributors"), contributors_text(report.contributors)),
    ]
    scope = clean(report.scope or "")
    return [*facts, FactView(words.text("facts.scope"), scope)] if scope else facts


def contributors_text(contributors: tuple[Contributor, ...]) -> str:
    """Return who filled it in, a person to a line, or words for nobody."""
    return "\n".join(_contributor(person) for person in contributors) or words.text("facts.contributors_none")


def _contributor(person: Contributor) -> str:
    norms = words.counted("norms", person.norms)
    if person.function is None:
        return words.text("facts.contributor", name=one_line(person.name), norms=norms)
    function = one_line(person.function)
    return words.text("facts.contributor_function", name=one_line(person.name), function=function, norms=norms)


def _about(report: SelfEvaluationReport) -> list[str]:
    has_official = any(norm.wording_source for norm in report.norms)
    note = [words.text("wording.note")] if has_official else []
    return [words.text("labels.about_text"), one_line(report.copyright), *note]


def _count(report: SelfEvaluationReport, verdict: Verdict) -> CountView:
    limit, within = limit_words(report, verdict)
    return CountView(verdict_view(report.words(verdict)), report.totals.of(verdict), limit, within)


def _rubric(report: SelfEvaluationReport, rubric: ReportRubric) -> RubricView:
    given = [norm.verdict for norm in rubric.norms]
    return RubricView(
        id=rubric.id,
        name=one_line(rubric.name),
        about=one_line(rubric.about),
        counts=[given.count(verdict.verdict) for verdict in report.verdicts],
        total=len(given),
        norms=[_norm(report, norm) for norm in rubric.norms],
    )


def _norm(report: SelfEvaluationReport, norm: ReportNorm) -> NormView:
    contributions = [_contribution(item) for item in norm.contributions]
    reason = clean(norm.reason_not_applicable or "")
    improvement = improvement_view(norm.improvement)
    return NormView(
        id=norm.id,
        anchor=anchor_of(norm.id),
        title=one_line(norm.title),
        wording=clean(norm.wording),
        notes=_joined(
            wording_source(norm), words.text("who", names=who_text(norm)) if norm.who else "", _updated(norm)
        ),
        verdict=verdict_view(report.words(norm.verdict)),
        needs_reason=norm.verdict is Verdict.NOT_APPLICABLE or bool(reason),
        reason=reason or words.text("empty.reason"),
        contributions=contributions,
        improvement=improvement,
        remark=_remark(norm, has_improvement=improvement is not None),
        is_long=_length(norm) > LONG_NORM,
    )


def anchor_of(norm_id: str) -> str:
    """Return a name for links to a norm that Word accepts as a bookmark: letters, digits and "_"."""
    return "norm_" + "".join(sign if sign.isascii() and sign.isalnum() else f"_{ord(sign)}_" for sign in norm_id)


def wording_source(norm: ReportNorm) -> str:
    """Return where the official wording comes from; empty for our own words."""
    return words.text("wording.official", source=one_line(norm.wording_source)) if norm.wording_source else ""


def is_filled_in(action: ImprovementAction | None) -> TypeGuard[ImprovementAction]:
    """Say whether anything of an improvement action was filled in."""
    return action is not None and bool(action.what or action.who or action.due_on)


def improvement_view(action: ImprovementAction | None) -> ImprovementView | None:
    """Return an improvement action in words, or None when nothing of it was filled in."""
    if not is_filled_in(action):
        return None
    skipped = words.text("empty.skipped")
    return ImprovementView(
        what=clean(action.what or "") or skipped,
        who=clean(action.who or "") or skipped,
        due=words.long_date(action.due_on) if action.due_on else skipped,
    )


def attachment_text(item: ReportContribution) -> str:
    """Return the form of a contribution with its file, "Foto: rooster.jpg (1,2 MB)"; empty for typed text."""
    kind = words.text(f"kind.{item.kind.value}")
    attachment = item.attachment or Attachment(None, None)
    size = "" if attachment.size_bytes is None else words.file_size(attachment.size_bytes)
    name = one_line(attachment.name or "")
    if not (name or size):
        return "" if item.kind is ContributionKind.TEXT else kind
    pattern = "both" if name and size else "name" if name else "size"
    return words.text(f"attachment.{pattern}", kind=kind, name=name, size=size)


def _contribution(item: ReportContribution) -> ContributionView:
    text = clean(item.text)
    return ContributionView(
        receipt=words.text("receipt", n=item.receipt),
        lead=_joined(words.text(f"purpose.{item.purpose.value}"), attachment_text(item)),
        text=text,
        author=one_line(item.author),
        date=words.short_date(item.given_at.date()),
        is_long=len(text) > LONG_TEXT,
    )


def _joined(*parts: str) -> str:
    return "  ·  ".join(part for part in parts if part)


def _updated(norm: ReportNorm) -> str:
    if norm.is_open or not (norm.updated_by or norm.updated_at):
        return ""
    pattern = "by_on" if norm.updated_by and norm.updated_at else "by" if norm.updated_by else "on"
    date = words.short_date(norm.updated_at.date()) if norm.updated_at else ""
    return words.text(f"updated.{pattern}", name=one_line(norm.updated_by or ""), date=date)


def _remark(norm: ReportNorm, *, has_improvement: bool) -> str:
    """What is still missing, in words: an empty place would leave the reader guessing."""
    is_silent = not norm.contributions and norm.verdict is not Verdict.NOT_APPLICABLE
    missing = [words.text("empty.contributions")] if is_silent else []
    if norm.verdict.needs_improvement and not has_improvement:
        missing.append(words.text("empty.improvement"))
    return " ".join(missing)


def _length(norm: ReportNorm) -> int:
    action = norm.improvement
    texts = [norm.wording, norm.reason_not_applicable, action and action.what, *(c.text for c in norm.contributions)]
    return sum(len(text) + 40 * text.count("\n") for text in texts if text) + 90 * len(norm.contributions)
