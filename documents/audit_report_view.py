"""The report of an audit in words: what Word and PDF both lay out, composed once, so that they cannot differ."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from documents import words
from documents.audit_report_data import AuditReport
from documents.file_names import DocumentKind
from documents.palette import SWATCHES
from documents.plain_text import clean, file_stem, one_line
from documents.view import FactView, anchor_of
from domain.addendum import RetestedNorm
from domain.report import NormReport, Report, ReportLine, ReportPart, RubricReport
from domain.verdicts import Verdict

_LONGEST_NAME = 80
#: From this many characters on a row may break over two pages.
LONG_ROW = 900


@dataclass(frozen=True)
class SignView:
    """A verdict as the form writes it, with its colours bare as Word wants them."""

    code: str
    symbol: str
    tint: str
    ink: str


@dataclass(frozen=True)
class FieldView:
    """A field of part A; `points` when it holds a point to a line."""

    label: str
    text: str
    points: list[str]
    is_empty: bool
    is_long: bool


@dataclass(frozen=True)
class BlockView:
    """Fields below one heading."""

    title: str
    fields: list[FieldView]


@dataclass(frozen=True)
class RowView:
    """A norm in a table of part B."""

    id: str
    anchor: str
    title: str
    wording: str
    findings: str
    is_empty: bool
    suggestions: list[str]
    sign: SignView
    is_long: bool


@dataclass(frozen=True)
class TableView:
    """A rubric of part B."""

    name: str
    findings_header: str
    counts: list[int]
    total: int
    norms: list[RowView]
    closing: str
    documents: list[str]


@dataclass(frozen=True)
class RetestedView:
    """A norm in the table of the addendum."""

    id: str
    title: str
    action: str
    shown_by: str
    finding: str
    before: SignView
    now: SignView
    is_long: bool


@dataclass(frozen=True)
class AddendumView:
    """The addendum to part B."""

    title: str
    note: str
    course: str
    norms: list[RetestedView]
    conclusion: str


@dataclass(frozen=True)
class AuditReportView:
    """Everything that a reader sees, from top to bottom; without rubrics it is part A alone."""

    title: str
    document_title: str
    subject: str
    organisation: str
    status: str
    is_concept: bool
    watermark: str
    date: str
    facts: list[FactView]
    part_a: str
    part_a_note: str
    blocks: list[BlockView]
    part_b: str
    part_b_note: str
    intro: list[str]
    signs: list[SignView]
    rubrics: list[TableView]
    addendum: AddendumView | None
    about: list[str]
    labels: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return the view as plain dicts and lists: JSON for typst, names for the Word template."""
        return asdict(self)


def view_of(document: AuditReport) -> AuditReportView:
    """Return the text of a report, in the order of the document."""
    report, organisation = document.report, one_line(document.report.organisation)
    given = [Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET, Verdict.NOT_APPLICABLE]
    if report.counts[Verdict.NOT_ASSESSED]:
        given.append(Verdict.NOT_ASSESSED)
    return AuditReportView(
        title=_own_name(report) or words.text("report.title"),
        document_title=words.text(
            "report.document_title", title=_own_name(report) or words.text("report.title"), organisation=organisation
        ),
        subject=words.text("report.subject", ci=one_line(report.ci)),
        organisation=organisation,
        status=_status(document),
        is_concept=document.is_concept,
        watermark=words.text("report.watermark"),
        date=words.long_date(report.made_on),
        facts=_facts(document),
        part_a=words.text("report.part_a"),
        part_a_note=one_line(report.readers) or words.text("report.part_a_note"),
        blocks=[_block(part) for part in report.part_a],
        part_b=words.text("report.part_b"),
        part_b_note=words.text("report.part_b_note"),
        intro=[clean(line) for line in report.intro],
        signs=[_sign(document, verdict) for verdict in given],
        rubrics=[_table(document, rubric, given) for rubric in report.rubrics] if document.has_findings else [],
        addendum=_addendum(document) if document.has_findings else None,
        about=_about(report),
        labels=_labels(),
    )


def _own_name(report: Report) -> str:
    """Return what the report of another framework than the label is called; empty for that of the label."""
    name = one_line(report.format)
    return "" if name == words.text("report.facts.usual_format") else name


def _about(report: Report) -> list[str]:
    """Return what was made with what, whose the norms are, and that official wording names its source."""
    has_official = any(norm.wording_source for norm in report.norms)
    note = [words.text("wording.note")] if has_official else []
    return [words.text("report.about_text"), one_line(report.copyright), *note]


def file_name(document: AuditReport, kind: DocumentKind) -> str:
    """Return a name such as "Rapport toetsing Welzijn Rivierenland 2026-12-14.docx", safe on every system.

    The report of another framework has a name of its own, so that the two of a combination differ.
    """
    name = file_stem(_own_name(document.report), _LONGEST_NAME)
    of_both = "report.file.other" if name else "report.file.ab"
    return words.text(
        of_both if document.has_findings else "report.file.a",
        report=name,
        organisation=file_stem(document.report.organisation, _LONGEST_NAME) or words.text("file.unnamed"),
        date=document.report.made_on.isoformat(),
        extension=kind.value,
    )


def _labels() -> dict[str, str]:
    shared = words.entry("labels")
    return {
        "page": shared["page"],
        "of": shared["of"],
        "total": shared["total"],
        "rubric": shared["rubric"],
        "about": shared["about"],
        "missing_glyphs": shared["missing_glyphs"],
        "norm": words.text("report.columns.norm"),
        "verdict": words.text("report.columns.verdict"),
        "label": words.text("report.fields.label"),
        "text": words.text("report.fields.text"),
        "suggestions": words.text("report.suggestions"),
        "no_documents": words.text("report.no_documents"),
        "totals": words.text("report.totals"),
        "retested": words.text("report.addendum.retested"),
        "before": words.text("report.addendum.before"),
        "now": words.text("report.addendum.now"),
        "action": words.text("report.addendum.action"),
        "shown_by": words.text("report.addendum.shown_by"),
        "finding": words.text("report.addendum.finding"),
        "conclusion": words.text("report.addendum.conclusion"),
    }


def _status(document: AuditReport) -> str:
    day = words.long_date(document.made_at.date())
    if document.number is None:
        return words.text("report.status.draft", date=day)
    return words.text(f"report.status.{document.moment.value}_version", number=document.number, date=day)


def _facts(document: AuditReport) -> list[FactView]:
    report = document.report
    name, version = one_line(report.framework), one_line(report.norms_version)
    is_said = version in name.split()  # "CIIO Maatstaf 2016"
    framework = name if is_said else words.text("report.facts.framework_value", framework=name, version=version)
    return [
        FactView(words.text("report.facts.by"), one_line(report.ci)),
        FactView(words.text("report.facts.framework"), framework),
        FactView(words.text("report.facts.format"), _format(report)),
    ]


def _format(report: Report) -> str:
    name = one_line(report.format) or words.text("report.facts.usual_format")
    return words.text("report.facts.format_value", name=name, edition=one_line(report.edition))


def _block(part: ReportPart) -> BlockView:
    return BlockView(one_line(part.title), [_field(line) for line in part.lines])


def _field(line: ReportLine) -> FieldView:
    text = clean(line.text).strip()
    points = [one_line(point) for point in text.splitlines() if point.strip()] if line.lines > 1 else []
    is_long = len(text) + 40 * text.count("\n") > LONG_ROW
    said = text or words.text("report.empty")
    return FieldView(one_line(line.label), said, points, is_empty=not text, is_long=is_long)


def _table(document: AuditReport, rubric: RubricReport, given: list[Verdict]) -> TableView:
    held = [norm.verdict for norm in rubric.norms]
    return TableView(
        name=one_line(rubric.name),
        findings_header=one_line(rubric.findings_header),
        counts=[held.count(verdict) for verdict in given],
        total=len(held),
        norms=[_row(document, norm) for norm in rubric.norms],
        closing=one_line(rubric.closing),
        documents=[one_line(name) for name in rubric.documents],
    )


def _wording(norm: NormReport) -> str:
    """Return what a norm says; official wording names where it comes from."""
    if norm.wording_source is None:
        return clean(norm.wording)
    return f"{clean(norm.wording)}\n{words.text('wording.official', source=one_line(norm.wording_source))}"


def _row(document: AuditReport, norm: NormReport) -> RowView:
    findings = clean(norm.findings).strip()
    suggestions = [one_line(line) for line in norm.suggestions]
    return RowView(
        id=norm.norm,
        anchor=anchor_of(norm.norm),
        title=one_line(norm.title),
        wording=_wording(norm),
        findings=findings or words.text("report.no_findings"),
        is_empty=not findings,
        suggestions=suggestions,
        sign=_sign(document, norm.verdict),
        is_long=len(findings) + 40 * findings.count("\n") + sum(map(len, suggestions)) > LONG_ROW,
    )


def _addendum(document: AuditReport) -> AddendumView | None:
    found = document.report.addendum
    if found is None:
        return None
    return AddendumView(
        title=words.text("report.addendum.title"),
        note=words.text("report.addendum.note", date=words.long_date(found.tested_on)),
        course=clean(found.course).strip(),
        norms=[_retested(document, norm) for norm in found.norms],
        conclusion=clean(found.conclusion).strip() or words.text("report.empty"),
    )


def _retested(document: AuditReport, norm: RetestedNorm) -> RetestedView:
    action, shown_by = clean(norm.action).strip(), clean(norm.shown_by).strip()
    finding = clean(norm.finding).strip() or words.text("report.no_findings")
    if norm.due_on is not None:
        action = words.text("report.addendum.action_due", action=action, date=words.long_date(norm.due_on))
    said = (action, shown_by, finding)
    return RetestedView(
        id=norm.norm,
        title=one_line(norm.title),
        action=action or words.text("report.empty"),
        shown_by=shown_by,
        finding=finding,
        before=_sign(document, norm.before),
        now=_sign(document, norm.now),
        is_long=sum(len(text) + 40 * text.count("\n") for text in said) > LONG_ROW,
    )


def _sign(document: AuditReport, verdict: Verdict) -> SignView:
    swatch = SWATCHES[verdict]
    return SignView(verdict.value, document.report.symbols[verdict], swatch.tint.lstrip("#"), swatch.ink.lstrip("#"))
