"""The report of an audit: part A (the summary) and part B (the findings), as one value.

    format + facts + what people wrote + findings -> compose -> Report -> screens, Word, PDF, a frozen version

A report holds nothing but what its reader sees, so that what was sent can be kept as it was. The text of a norm is the
consensus of the team; beside it stand the suggestions of who was interviewed (handbook §2.7) and the documents seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from msgspec import Struct, field

from domain.addendum import Addendum
from domain.audit import AuditId, Finding, FindingId, Tone
from domain.framework import NormId, Rubric, RubricId
from domain.report_format import FieldId, Moment, Prefill, ReportFormat
from domain.report_prefill import FieldText, FilledField, ReportFacts, fill
from domain.roles import PersonId
from domain.verdicts import Verdict

VersionId = NewType("VersionId", int)

#: Longer notes on a document are shortened in the list of what was seen.
MAX_DOCUMENT = 160
#: A point in part A is one line.
MAX_POINT = 300


class Material(Struct, frozen=True):
    """A finding that the report draws from; `file` is the name of the document that came with it."""

    finding: Finding
    file: str = ""


# --- What a reader sees ----------------------------------------------------------------------------------------------


class ReportLine(Struct, frozen=True):
    """A field of part A with its text, empty when nothing was filled in."""

    field: FieldId
    label: str
    text: str
    lines: int = 1


class ReportPart(Struct, frozen=True):
    """Fields of part A below one heading."""

    title: str
    lines: tuple[ReportLine, ...]


class NormReport(Struct, frozen=True):
    """One row of part B."""

    norm: NormId
    title: str
    wording: str
    verdict: Verdict
    findings: str
    suggestions: tuple[str, ...] = ()
    wording_source: str | None = None


class RubricReport(Struct, frozen=True):
    """The table of one rubric, with the documents that were seen."""

    id: RubricId
    name: str
    findings_header: str
    norms: tuple[NormReport, ...]
    closing: str
    documents: tuple[str, ...]


class Report(Struct, frozen=True):
    """A report as it stands at one moment; `addendum` once an additional investigation was done.

    `format` is the name of the format, of which `edition` is the version; `readers` says for whom part A is.
    """

    organisation: str
    ci: str
    edition: str
    framework: str
    norms_version: str
    copyright: str
    made_on: date
    part_a: tuple[ReportPart, ...]
    intro: tuple[str, ...]
    symbols: Mapping[Verdict, str]
    rubrics: tuple[RubricReport, ...]
    addendum: Addendum | None = None
    format: str = ""  # what was frozen before this was kept says the usual
    readers: str = ""

    @property
    def norms(self) -> tuple[NormReport, ...]:
        """All norms, rubric after rubric."""
        return tuple(norm for rubric in self.rubrics for norm in rubric.norms)

    def norm(self, norm: NormId) -> NormReport | None:
        """Return what the report says of a norm, None when it does not know it."""
        return next((found for found in self.norms if found.norm == norm), None)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How often each verdict was given."""
        found = Counter(norm.verdict for norm in self.norms)
        return {verdict: found[verdict] for verdict in Verdict}


# --- Versions and what became of them --------------------------------------------------------------------------------


class Recipient(StrEnum):
    """To whom a version went; the values are stored."""

    MEMBER = "member"
    SWN = "swn"


class Channel(StrEnum):
    """How a version went; the values are stored."""

    CHAT = "chat"
    MAIL = "mail"


class Sending(Struct, frozen=True):
    """That a version was sent: `person` is None for mail, `received_on` the day on which it counts as received."""

    recipient: Recipient
    channel: Channel
    person: PersonId | None
    sent_at: datetime
    received_on: date | None = None


class ReportVersion(Struct, frozen=True):
    """A report as it was frozen to be sent; `responded_at` when the member said that its reaction is complete."""

    id: VersionId
    audit: AuditId
    number: int
    moment: Moment
    by: PersonId
    at: datetime
    sendings: tuple[Sending, ...] = ()
    responded_at: datetime | None = None

    @property
    def awaits_response(self) -> bool:
        """Whether the member may still say what is not right."""
        return self.moment is Moment.DRAFT and self.responded_at is None

    @property
    def received_on(self) -> date | None:
        """The day on which the member received it."""
        days = [sent.received_on for sent in self.sendings if sent.recipient is Recipient.MEMBER and sent.received_on]
        return min(days, default=None)


class Ruling(StrEnum):
    """What the team leader makes of a correction; the values are stored."""

    ACCEPTED = "accepted"
    ANSWERED = "answered"


class Correction(Struct, frozen=True):
    """What the member says is factually not right, at a norm or (None) elsewhere in the report.

    `answer` is what the team leader wrote back; an accepted correction needs no words.
    """

    version: VersionId
    norm: NormId | None
    text: str
    by: PersonId
    at: datetime
    revision: int = 1
    ruling: Ruling | None = None
    answer: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the team leader still has to look at it."""
        return self.ruling is None


# --- Composing -------------------------------------------------------------------------------------------------------


def suggestions_field(norm: NormId) -> FieldId:
    """Return the field that holds the suggestions at a norm, once somebody changed them."""
    return FieldId(f"suggestions.{norm}")


def documents_field(rubric: RubricId) -> FieldId:
    """Return the field that holds the documents of a rubric, once somebody changed them."""
    return FieldId(f"documents.{rubric}")


class Composition(Struct, frozen=True):
    """A report with how its fields came about."""

    report: Report
    filled: tuple[FilledField, ...]
    material: tuple[Material, ...] = field(default=())


def compose(
    form: ReportFormat,
    facts: ReportFacts,
    written: Mapping[FieldId, FieldText],
    material: Iterable[Material],
) -> Composition:
    """Return the report as it stands; after an additional investigation with its passage and addendum."""
    form = form.of_framework(facts.framework).of_audit(had_followup=facts.followup is not None)
    known, drawn = fill(form, facts, written), tuple(material)
    texts = {item.field.id: item.text for item in known}
    framework = facts.framework
    report = Report(
        organisation=facts.organisation,
        ci=facts.ci,
        edition=form.edition,
        framework=framework.name,
        norms_version=framework.norms_version,
        copyright=framework.copyright,
        made_on=facts.today,
        part_a=tuple(
            ReportPart(
                block.title,
                tuple(ReportLine(item.id, item.label, texts[item.id], item.lines) for item in block.fields),
            )
            for block in form.blocks
        ),
        intro=form.intro,
        symbols=dict(form.symbols),  # plain, because documents are made in another process
        rubrics=tuple(_rubric(form, facts, rubric, written, drawn) for rubric in framework.rubrics),
        addendum=_addendum(form, facts, texts),
        format=form.name,
        readers=form.readers,
    )
    return Composition(report, known, drawn)


def _addendum(form: ReportFormat, facts: ReportFacts, texts: Mapping[FieldId, str]) -> Addendum | None:
    """Return the addendum, which says in the words of the passage in part A how it went and what it comes to."""
    found = facts.followup
    if found is None or form.followup is None:
        return None
    said = {field.prefill: texts[field.id] for field in form.followup.fields}
    course, conclusion = said.get(Prefill.FOLLOWUP_COURSE, ""), said.get(Prefill.FOLLOWUP_RESULT, "")
    return Addendum(found.tested_on, found.outcome, course, found.norms, conclusion)


def _rubric(
    form: ReportFormat,
    facts: ReportFacts,
    rubric: Rubric,
    written: Mapping[FieldId, FieldText],
    material: tuple[Material, ...],
) -> RubricReport:
    how = form.form(rubric.id)
    norms = facts.framework.in_rubric(rubric.id)
    own = {norm.id for norm in norms}
    shown = written.get(documents_field(rubric.id))
    return RubricReport(
        id=rubric.id,
        name=rubric.name,
        findings_header=how.findings_header,
        norms=tuple(
            NormReport(
                norm=norm.id,
                title=norm.title,
                wording=norm.wording,
                wording_source=norm.official.source if norm.official else None,
                verdict=facts.verdict(norm.id),
                findings=facts.reason(norm.id),
                suggestions=_suggestions(norm.id, written, material),
            )
            for norm in norms
        ),
        closing=how.closing,
        documents=points(shown.text) if shown else documents_seen(material, own),
    )


def _suggestions(norm: NormId, written: Mapping[FieldId, FieldText], material: tuple[Material, ...]) -> tuple[str, ...]:
    shown = written.get(suggestions_field(norm))
    return points(shown.text) if shown else tips(material, norm)


def points(text: str) -> tuple[str, ...]:
    """Return the lines of a text that holds a point to a line."""
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def tips(material: Iterable[Material], norm: NormId) -> tuple[str, ...]:
    """Return what was suggested at a norm, each once and on one line."""
    said = (item.finding for item in material if item.finding.tone is Tone.TIP and norm in item.finding.norms)
    return tuple(dict.fromkeys(line for finding in said if (line := " ".join(finding.text.split()))))


def documents_seen(material: Iterable[Material], norms: Iterable[NormId]) -> tuple[str, ...]:
    """Return the documents and registrations that were seen at norms, each once, in the order of seeing."""
    wanted = set(norms)
    seen = (
        " ".join(item.finding.text.split()) or item.file
        for item in material
        if item.finding.kind is not None and item.finding.kind.is_on_paper and wanted & set(item.finding.norms)
    )
    return tuple(dict.fromkeys(_shortened(line, MAX_DOCUMENT) for line in seen if line))


class Point(Struct, frozen=True):
    """A flagged finding as a point to choose; `line` is how it would stand in part A."""

    finding: FindingId
    norms: tuple[NormId, ...]
    line: str
    is_chosen: bool


def points_to_choose(material: Iterable[Material], tone: Tone, chosen: str) -> tuple[Point, ...]:
    """Return the findings with a tone as points, those that stand in the field already marked."""
    taken = set(points(chosen))
    flagged = (item.finding for item in material if item.finding.tone is tone)
    lines = {finding.id: _shortened(" ".join(finding.text.split()), MAX_POINT) for finding in flagged}
    return tuple(
        Point(item.finding.id, item.finding.norms, lines[item.finding.id], lines[item.finding.id] in taken)
        for item in material
        if lines.get(item.finding.id)
    )


def toggled(chosen: str, point: Point, lines: int) -> str | None:
    """Return a field with a point put in or taken out; None when it holds as many as it can."""
    kept = [line for line in points(chosen) if line != point.line]
    if not point.is_chosen:
        if len(kept) >= lines:
            return None
        kept.append(point.line)
    return "\n".join(kept)


def _shortened(line: str, length: int) -> str:
    if len(line) <= length:
        return line
    head = line[: length - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head).rstrip(" ,.;:") + "…"
