"""The official format of the report (handbook bijlage 7): part A with its 40 fields, part B with a table per rubric.

The format is data (`domain/content/report-format.yaml`); this module says what it holds and what its words mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from domain.framework import Framework, RubricId
from domain.verdicts import Verdict

FieldId = NewType("FieldId", str)  # "member_number"; in part B "documents.V" and "suggestions.V5"

MAX_FIELD = 3000  # characters: what still reads back on one screen


class Moment(StrEnum):
    """What is about to leave, and so what has to be filled in; the values are stored as the kind of a version."""

    DRAFT = "draft"  # the draft of A and B, to the member
    FINAL = "final"  # the final A and B, to the member
    ADDENDUM = "addendum"  # the final report with what an additional investigation found, to the member
    SUMMARY = "summary"  # part A, to the secretariat


class Prefill(StrEnum):
    """What a field is filled in with; the values are those of the content file."""

    ORGANISATION_NAME = "organisation.name"
    MEMBER_NUMBER = "organisation.member_number"
    FTE_STAFF = "scope.fte_staff"
    FTE_INTERNS = "scope.fte_interns"
    FTE_VOLUNTEERS = "scope.fte_volunteers"
    CI_NAME = "ci.name"
    AUDIT_KIND = "audit.variant_and_kind"
    CERTIFICATE_EXPIRY = "certificate.expiry"
    SPOKEN_WITH = "interviews.functions"
    AUDIT_DAYS = "audit.days"
    PLAN_APPROVED_ON = "plan.approved_on"
    REPORT_DATE = "report.date"
    TEAM_LEADER = "team.leader"
    ASSESSORS = "team.assessors"
    HOURS_ON_SITE = "audit.onsite_hours"
    SCOPE = "scope.text"
    COURSE = "interviews.course"
    PREVIOUS_POINTS = "previous_audit.points"
    TOTALS = "weighing.totals"
    RUBRIC = "weighing.rubric"
    PLAN_SUMMARY = "plan.summary"
    STRONG = "findings.strong"  # chosen from, never filled in by itself
    BOTTLENECK = "findings.bottleneck"
    ADVICE = "decision.advice"
    NEXT_AUDIT = "certificate.next_audit_window"
    FOLLOWUP_ON = "followup.date"
    FOLLOWUP_NORMS = "followup.norms"
    FOLLOWUP_COURSE = "followup.course"  # only people can write it
    FOLLOWUP_RESULT = "followup.result"


class Phrase(StrEnum):
    """The words with which a field says what is known."""

    MONTHS = "months"
    DATE = "date"
    AND = "and"
    FTE = "fte"
    INITIAL_AUDIT = "initial_audit"
    RECERTIFICATION = "recertification"
    FOLLOWUP_AUDIT = "followup_audit"
    VARIANT = "variant"
    NO_CERTIFICATE_YET = "no_certificate_yet"
    TALKS_ONE = "talks_one"
    TALKS_MANY = "talks_many"
    CONCEPT_DATE = "concept_date"
    NO_ASSESSORS = "no_assessors"
    HOURS = "hours"
    COURSE = "course"
    COURSE_WITHOUT_PLACES = "course_without_places"
    FIRST_TIME = "first_time"
    TOTALS = "totals"
    TOTALS_OPEN = "totals_open"
    RUBRIC_LABEL = "rubric_label"
    SIGN = "sign"
    LEGEND = "legend"
    RUBRIC_CLEAN = "rubric_clean"
    RUBRIC_OPEN = "rubric_open"
    RUBRIC_UNKNOWN = "rubric_unknown"
    SHORTCOMING = "shortcoming"
    SHORTCOMING_BARE = "shortcoming_bare"
    NO_PLAN_NEEDED = "no_plan_needed"
    PLAN_RECEIVED = "plan_received"
    PLAN_APPROVED = "plan_approved"
    ADVICE_POSITIVE = "advice_positive"
    ADVICE_AFTER_PLAN = "advice_after_plan"
    ADVICE_NEGATIVE = "advice_negative"
    NEXT_AUDIT = "next_audit"
    NEXT_AUDIT_UNDATED = "next_audit_undated"
    ADVICE_AFTER_FOLLOWUP = "advice_after_followup"
    ERASED_NAME = "erased_name"
    FOLLOWUP_NORM = "followup_norm"
    FOLLOWUP_ALL_MET = "followup_all_met"
    FOLLOWUP_WITHIN = "followup_within"
    FOLLOWUP_OVER = "followup_over"


#: What a phrase may name between braces; a phrase that is not here stands as it is.
PHRASE_NAMES: Mapping[Phrase, frozenset[str]] = {
    Phrase.DATE: frozenset({"day", "month", "year"}),
    Phrase.FTE: frozenset({"amount"}),
    Phrase.VARIANT: frozenset({"kind", "variant"}),
    Phrase.TALKS_ONE: frozenset({"function"}),
    Phrase.TALKS_MANY: frozenset({"function", "count"}),
    Phrase.CONCEPT_DATE: frozenset({"date"}),
    Phrase.HOURS: frozenset({"hours"}),
    Phrase.COURSE: frozenset({"talks", "days", "places"}),
    Phrase.COURSE_WITHOUT_PLACES: frozenset({"talks", "days"}),
    Phrase.TOTALS: frozenset({"met", "partial", "not_met", "not_applicable"}),
    Phrase.TOTALS_OPEN: frozenset({"open"}),
    Phrase.RUBRIC_LABEL: frozenset({"rubric"}),
    Phrase.SIGN: frozenset({"symbol", "words"}),
    Phrase.LEGEND: frozenset({"signs"}),
    Phrase.RUBRIC_OPEN: frozenset({"norms"}),
    Phrase.SHORTCOMING: frozenset({"norm", "title", "symbol", "reason"}),
    Phrase.SHORTCOMING_BARE: frozenset({"norm", "title", "symbol"}),
    Phrase.PLAN_RECEIVED: frozenset({"received", "norms"}),
    Phrase.PLAN_APPROVED: frozenset({"received", "norms", "approved"}),
    Phrase.ADVICE_AFTER_PLAN: frozenset({"approved"}),
    Phrase.NEXT_AUDIT: frozenset({"date", "weeks"}),
    Phrase.NEXT_AUDIT_UNDATED: frozenset({"weeks"}),
    Phrase.ADVICE_AFTER_FOLLOWUP: frozenset({"tested"}),
    Phrase.FOLLOWUP_NORM: frozenset({"norm", "title", "before", "now"}),
    Phrase.FOLLOWUP_ALL_MET: frozenset({"totals"}),
    Phrase.FOLLOWUP_WITHIN: frozenset({"totals"}),
    Phrase.FOLLOWUP_OVER: frozenset({"totals"}),
}


class Keeper(StrEnum):
    """Whose fact a field holds, so that it need not be typed again in a later audit."""

    MEMBER = "member"
    CI = "ci"


class ReportField(Struct, frozen=True):
    """One field of part A.

    `needed` is the first moment at which it may not be empty, None for never; `is_confirmed` when its proposal counts
    only once somebody took it over; `lines` is above 1 for points that are chosen; `rubric` for the conclusion on one;
    `names_people` where a person is named, so that a name can be taken out again.
    """

    id: FieldId
    label: str
    hint: str = ""
    prefill: Prefill | None = None
    needed: Moment | None = None
    is_confirmed: bool = False
    is_contact: bool = False
    keeper: Keeper | None = None
    rubric: RubricId | None = None
    lines: int = 1
    names_people: bool = False

    def is_needed_at(self, moment: Moment) -> bool:
        """Say whether it may not be empty at that moment."""
        order = list(Moment)
        return self.needed is not None and order.index(self.needed) <= order.index(moment)


class ReportBlock(Struct, frozen=True):
    """Fields of part A below one heading."""

    title: str
    fields: tuple[ReportField, ...]


class RubricForm(Struct, frozen=True):
    """How part B heads the findings of a rubric, and what the field below its table is called."""

    findings_header: str
    closing: str


class OtherFormat(Struct, frozen=True):
    """What differs in the report of a framework of somebody else.

    `name` and `readers` stand where the framework says nothing of its own; `fields` are how some of
    them are called there, and when they are needed. In `words`, <met> stands for what the framework calls that verdict.
    """

    name: str
    readers: str
    leave_out: frozenset[FieldId]
    titles: Mapping[str, str]
    fields: Mapping[FieldId, ReportField]
    words: Mapping[Phrase, str]

    def block(self, block: ReportBlock) -> ReportBlock:
        """Return a block of part A as it is there."""
        fields = (self._field(item) for item in block.fields if item.id not in self.leave_out)
        return ReportBlock(self.titles.get(block.title, block.title), tuple(fields))

    def _field(self, item: ReportField) -> ReportField:
        own = self.fields.get(item.id)
        return replace(item, label=own.label, hint=own.hint, needed=own.needed) if own is not None else item

    def words_of(self, framework: Framework) -> Mapping[Phrase, str]:
        """Return the words, with the verdicts as a framework calls them."""
        found = dict(self.words)
        for verdict, said in framework.in_audit.items():
            word = (said[:1].lower() + said[1:]).replace("{", "{{").replace("}", "}}")
            ends_itself = word.endswith(".")  # "n.v.t." needs no full stop behind it
            found = {
                phrase: text.replace(f"<{verdict}>.", word if ends_itself else f"{word}.").replace(f"<{verdict}>", word)
                for phrase, text in found.items()
            }
        return found


class ReportFormat(Struct, frozen=True):
    """The format of the report in one edition; `followup` is the extra passage after an additional investigation.

    It is that of the frameworks of its `owner`; `readers` says for whom part A is.
    """

    name: str
    edition: str
    owner: str
    readers: str
    source: str
    blocks: tuple[ReportBlock, ...]
    intro: tuple[str, ...]
    symbols: Mapping[Verdict, str]
    rubrics: Mapping[RubricId, RubricForm]
    other_rubric: RubricForm
    hours_per_day: int
    words: Mapping[Phrase, str]
    other: OtherFormat
    followup: ReportBlock | None = None

    def of_audit(self, *, had_followup: bool) -> ReportFormat:
        """Return the format for one audit: with the extra passage in part A when it had an additional investigation."""
        if not had_followup or self.followup is None or self.followup in self.blocks:
            return self
        return replace(self, blocks=(*self.blocks, self.followup))

    def of_framework(self, framework: Framework) -> ReportFormat:
        """Return the format for a framework, with the name, version and readers that it gives its report.

        The official format is that of the label, and stays as it is. Another framework has a conclusion on each of its
        rubrics, its words for verdicts, and nothing that belongs to the certificate of the label (own).
        """
        form = self if framework.owner == self.owner else self._of_another(framework)
        named = framework.report
        if named is None:
            return form
        return replace(
            form,
            name=named.name or form.name,
            edition=named.version or form.edition,
            readers=named.readers or form.readers,
        )

    def _of_another(self, framework: Framework) -> ReportFormat:
        conclusions = tuple(
            ReportField(
                id=FieldId(f"conclusion.{rubric.id}"),
                label=self.say(Phrase.RUBRIC_LABEL, rubric=rubric.name),
                prefill=Prefill.RUBRIC,
                needed=Moment.DRAFT,
                rubric=rubric.id,
            )
            for rubric in framework.rubrics
        )
        signs = tuple(
            self.say(Phrase.SIGN, symbol=words.symbol, words=words.label)
            for words in framework.verdicts
            if words.symbol
        )
        symbols = {words.verdict: words.symbol or self.symbols[words.verdict] for words in framework.verdicts}
        blocks = (self.other.block(_with_conclusions(block, conclusions)) for block in self.blocks)
        return replace(
            self,
            name=self.other.name.format(framework=framework.short_name),
            edition=framework.norms_version,
            readers=self.other.readers,
            blocks=tuple(block for block in blocks if block.fields),
            intro=(*self.intro[:1], self.say(Phrase.LEGEND, signs=self.listed(signs))),
            symbols=symbols,
            rubrics={},
            words={**self.words, **self.other.words_of(framework)},
        )

    @property
    def fields(self) -> tuple[ReportField, ...]:
        """All fields of part A, in the official order."""
        return tuple(field for block in self.blocks for field in block.fields)

    def field(self, field: FieldId) -> ReportField:
        """Return a field of part A. Raises KeyError."""
        found = next((item for item in self.fields if item.id == field), None)
        if found is None:
            raise KeyError(field)
        return found

    def has(self, field: FieldId) -> bool:
        """Say whether part A has a field."""
        return any(item.id == field for item in self.fields)

    def form(self, rubric: RubricId) -> RubricForm:
        """Return how part B shows a rubric."""
        return self.rubrics.get(rubric, self.other_rubric)

    def say(self, phrase: Phrase, **values: object) -> str:
        """Return a phrase with its names filled in; values are never read as a pattern."""
        pattern = self.words[phrase]
        return pattern.format(**values) if phrase in PHRASE_NAMES else pattern

    def date(self, day: date) -> str:
        """Return "2 december 2026"."""
        months = self.words[Phrase.MONTHS].split()
        return self.say(Phrase.DATE, day=day.day, month=months[day.month - 1], year=day.year)

    def listed(self, items: tuple[str, ...]) -> str:
        """Return "a, b en c"."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.words[Phrase.AND]} {items[-1]}"


def _with_conclusions(block: ReportBlock, conclusions: tuple[ReportField, ...]) -> ReportBlock:
    """Return a block with these conclusions in the place of those on the rubrics of the label."""
    places = [place for place, item in enumerate(block.fields) if item.rubric is not None]
    if not places:
        return block
    before, after = block.fields[: places[0]], block.fields[places[-1] + 1 :]
    return replace(block, fields=(*before, *conclusions, *after))
