"""What the report can fill in by itself, from what is known of an audit (domain book §7, prefill: own).

    facts -> proposal per field -> (what people wrote) -> filled fields -> what is still missing

Functions are named, people who were interviewed never are. Every proposal is a pure function of the facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from domain.addendum import Followup
from domain.amounts import rounded
from domain.audit import Audit, AuditKind, Consensus, Interview
from domain.framework import Framework, NormId, RubricId
from domain.judging import Advice
from domain.process import EventKind, ProcessEdition, certificate_date, expiry_of
from domain.report_format import FieldId, Moment, Phrase, Prefill, ReportField, ReportFormat
from domain.roles import PersonId, Role
from domain.verdicts import Verdict
from domain.weighing import Outcome, Weighing


class ReportFacts(Struct, frozen=True):
    """What is known of an audit when its report is written.

    `names` are those of the team; `consensus` the newest per norm; `events` the last day of each kind that was
    recorded; `advice` what the edition advises as it stands; `earlier` what the report of an earlier audit said in the
    fields that stay the same; `followup` what an additional investigation came to, None as long as none was done.
    """

    organisation: str
    member_number: str
    ci: str
    variant: str
    audit: Audit
    framework: Framework
    edition: ProcessEdition
    interviews: tuple[Interview, ...]
    names: Mapping[PersonId, str]
    consensus: Mapping[NormId, Consensus]
    weighing: Weighing
    advice: Advice
    events: Mapping[EventKind, date]
    today: date
    moment: Moment = Moment.DRAFT
    earlier: Mapping[FieldId, str] = field(default_factory=dict)
    followup: Followup | None = None

    def verdict(self, norm: NormId) -> Verdict:
        """Return what the team settled on a norm."""
        found = self.consensus.get(norm)
        return found.verdict if found else Verdict.NOT_ASSESSED

    def reason(self, norm: NormId) -> str:
        """Return the text of the consensus on a norm."""
        found = self.consensus.get(norm)
        return found.rationale.strip() if found else ""


class FieldText(Struct, frozen=True):
    """What somebody wrote in a field; an empty text leaves the field empty on purpose."""

    text: str
    version: int = 1


class FieldState(StrEnum):
    """How a field stands."""

    KNOWN = "known"  # filled in from what is known
    PROPOSED = "proposed"  # there is a proposal that nobody took over yet
    WRITTEN = "written"
    LEFT_EMPTY = "left_empty"
    EMPTY = "empty"


class FilledField(Struct, frozen=True):
    """A field of part A with what stands in it; `proposal` is what the bot would write."""

    field: ReportField
    state: FieldState
    text: str
    proposal: str
    version: int = 0

    def is_missing(self, moment: Moment) -> bool:
        """Say whether it may not stay like this at that moment."""
        return self.field.is_needed_at(moment) and not self.text


def fill(form: ReportFormat, facts: ReportFacts, written: Mapping[FieldId, FieldText]) -> tuple[FilledField, ...]:
    """Return every field of part A in the official order."""
    return tuple(_filled(form, facts, item, written.get(item.id)) for item in form.fields)


def _filled(form: ReportFormat, facts: ReportFacts, item: ReportField, written: FieldText | None) -> FilledField:
    proposal = proposal_for(form, facts, item)
    if written is not None and (written.text or not item.is_needed_at(Moment.SUMMARY)):
        state = FieldState.WRITTEN if written.text else FieldState.LEFT_EMPTY
        return FilledField(item, state, written.text, proposal, written.version)
    version = written.version if written else 0
    if proposal and not item.is_confirmed:
        return FilledField(item, FieldState.KNOWN, proposal, proposal, version)
    return FilledField(item, FieldState.PROPOSED if proposal else FieldState.EMPTY, "", proposal, version)


def proposal_for(form: ReportFormat, facts: ReportFacts, item: ReportField) -> str:
    """Return what the bot would write in a field, empty when it knows nothing."""
    if item.keeper is not None:
        return facts.earlier.get(item.id, "")
    if item.rubric is not None:
        return _rubric(form, facts, item.rubric)
    return _PREFILLS[item.prefill](form, facts) if item.prefill in _PREFILLS else ""


def missing(filled: tuple[FilledField, ...], moment: Moment) -> tuple[FilledField, ...]:
    """Return the fields that stand in the way at a moment, in the official order."""
    return tuple(item for item in filled if item.is_missing(moment))


def to_ask(filled: tuple[FilledField, ...], moment: Moment) -> tuple[FilledField, ...]:
    """Return what to ask people: what is missing, and fields that may stay empty but nobody looked at."""
    unseen = (FieldState.EMPTY, FieldState.PROPOSED)
    return tuple(
        item for item in filled if item.is_missing(moment) or (item.field.needed is None and item.state in unseen)
    )


# --- Who and what ----------------------------------------------------------------------------------------------------


def _kind(form: ReportFormat, facts: ReportFacts) -> str:
    phrases = {
        AuditKind.INITIAL: Phrase.INITIAL_AUDIT,
        AuditKind.RECERTIFICATION: Phrase.RECERTIFICATION,
        AuditKind.FOLLOWUP: Phrase.FOLLOWUP_AUDIT,
    }
    return form.say(Phrase.VARIANT, kind=form.say(phrases[facts.audit.kind]), variant=facts.variant)


def _expiry(form: ReportFormat, facts: ReportFacts) -> str:
    day = facts.events.get(EventKind.CERTIFICATE_EXPIRY)
    if facts.audit.kind is AuditKind.INITIAL:
        return form.say(Phrase.NO_CERTIFICATE_YET)
    return form.date(day) if day else ""


def _spoken_with(form: ReportFormat, facts: ReportFacts) -> str:
    """Functions in the order of the framework; a talk with two functions counts for both."""
    talks = Counter(code for talk in facts.interviews for code in dict.fromkeys(talk.functions))
    return form.listed(
        tuple(
            form.say(Phrase.TALKS_ONE, function=function.label)
            if talks[function.code] == 1
            else form.say(Phrase.TALKS_MANY, function=function.label, count=talks[function.code])
            for function in facts.framework.functions
            if talks[function.code]
        )
    )


def _days(form: ReportFormat, facts: ReportFacts) -> str:
    return form.listed(tuple(form.date(day) for day in sorted(facts.audit.days)))


def _report_date(form: ReportFormat, facts: ReportFacts) -> str:
    day = form.date(facts.today)
    return form.say(Phrase.CONCEPT_DATE, date=day) if facts.moment is Moment.DRAFT else day


def _leader(form: ReportFormat, facts: ReportFacts) -> str:
    del form
    leader = facts.audit.team_leader
    return facts.names.get(leader, "") if leader is not None else ""


def _assessors(form: ReportFormat, facts: ReportFacts) -> str:
    others = [member.person for member in facts.audit.team if member.role is not Role.TEAM_LEADER]
    named = tuple(facts.names[person] for person in others if facts.names.get(person))
    if not others:
        return form.say(Phrase.NO_ASSESSORS)
    return form.listed(named) if len(named) == len(others) else ""


def _hours(form: ReportFormat, facts: ReportFacts) -> str:
    """Days on site times auditors; who was there when is for the team leader to say."""
    hours = len(facts.audit.days) * len(facts.audit.team) * form.hours_per_day
    return form.say(Phrase.HOURS, hours=hours) if hours else ""


def _course(form: ReportFormat, facts: ReportFacts) -> str:
    talks, days = len(facts.interviews), _days(form, facts)
    if not talks or not days:
        return ""
    places = tuple(dict.fromkeys(place for talk in facts.interviews if (place := talk.place.strip())))
    places = places or ((facts.audit.place.strip(),) if facts.audit.place.strip() else ())
    if not places:
        return form.say(Phrase.COURSE_WITHOUT_PLACES, talks=talks, days=days)
    return form.say(Phrase.COURSE, talks=talks, days=days, places=form.listed(places))


def _previous(form: ReportFormat, facts: ReportFacts) -> str:
    return form.say(Phrase.FIRST_TIME) if facts.audit.kind is AuditKind.INITIAL else ""


# --- What it came to -------------------------------------------------------------------------------------------------


def _totals(form: ReportFormat, facts: ReportFacts) -> str:
    found = facts.weighing
    said = form.say(
        Phrase.TOTALS,
        met=len(found.met),
        partial=len(found.partial),
        not_met=len(found.not_met),
        not_applicable=len(found.not_applicable),
    )
    return f"{said} {form.say(Phrase.TOTALS_OPEN, open=len(found.open_norms))}" if found.open_norms else said


def _rubric(form: ReportFormat, facts: ReportFacts, rubric: RubricId) -> str:
    """Return which norms of a rubric are not simply met, each with the reason."""
    norms = [norm for norm in facts.framework.norms if norm.rubric == rubric]
    if not norms:
        return form.say(Phrase.RUBRIC_UNKNOWN)
    lines = []
    for norm in norms:
        verdict = facts.verdict(norm.id)
        if verdict in (Verdict.MET, Verdict.NOT_ASSESSED):
            continue
        said = {"norm": norm.id, "title": norm.title, "symbol": form.symbols[verdict]}
        reason = " ".join(facts.reason(norm.id).split())
        lines.append(
            form.say(Phrase.SHORTCOMING, **said, reason=reason) if reason else form.say(Phrase.SHORTCOMING_BARE, **said)
        )
    still_open = tuple(norm.id for norm in norms if facts.verdict(norm.id) is Verdict.NOT_ASSESSED)
    if still_open:
        lines.append(form.say(Phrase.RUBRIC_OPEN, norms=form.listed(still_open)))
    return "\n".join(lines) or form.say(Phrase.RUBRIC_CLEAN)


def _plan_approved(form: ReportFormat, facts: ReportFacts) -> str:
    if facts.weighing.outcome is Outcome.ALL_MET:
        return form.say(Phrase.NO_PLAN_NEEDED)
    day = facts.events.get(EventKind.PLAN_APPROVED)
    return form.date(day) if day else ""


def _plan_summary(form: ReportFormat, facts: ReportFacts) -> str:
    if facts.weighing.outcome is Outcome.ALL_MET:
        return form.say(Phrase.NO_PLAN_NEEDED)
    received = facts.events.get(EventKind.REVISED_PLAN_RECEIVED) or facts.events.get(EventKind.PLAN_RECEIVED)
    approved = facts.events.get(EventKind.PLAN_APPROVED)
    if received is None:
        return ""
    said = {"received": form.date(received), "norms": form.listed(facts.weighing.needs_plan)}
    if approved is None:
        return form.say(Phrase.PLAN_RECEIVED, **said)
    return form.say(Phrase.PLAN_APPROVED, **said, approved=form.date(approved))


def _advice(form: ReportFormat, facts: ReportFacts) -> str:
    """Return what the edition comes to: positive at once, positive once the plan was approved, or negative.

    After an additional investigation the new verdicts count, and the plan for what remains (domain book §5.5).
    """
    approved = facts.events.get(EventKind.PLAN_APPROVED)
    if facts.followup is not None:
        return _advice_after(form, facts.followup, is_approved=approved is not None)
    if facts.advice is Advice.POSITIVE:
        return form.say(Phrase.ADVICE_POSITIVE)
    if facts.advice is Advice.AFTER_PLAN and approved is not None:
        return form.say(Phrase.ADVICE_AFTER_PLAN, approved=form.date(approved))
    return form.say(Phrase.ADVICE_NEGATIVE) if facts.advice is Advice.NEGATIVE else ""


def _advice_after(form: ReportFormat, found: Followup, *, is_approved: bool) -> str:
    if found.outcome is Outcome.FOLLOWUP_REQUIRED:
        return form.say(Phrase.ADVICE_NEGATIVE)
    if found.outcome is Outcome.ALL_MET or is_approved:
        return form.say(Phrase.ADVICE_AFTER_FOLLOWUP, tested=form.date(found.tested_on))
    return ""


def _followup_on(form: ReportFormat, facts: ReportFacts) -> str:
    return form.date(facts.followup.tested_on) if facts.followup else ""


def _followup_norms(form: ReportFormat, facts: ReportFacts) -> str:
    """Return every norm that was tested anew with its old and new sign, a norm to a line."""
    tested = facts.followup.norms if facts.followup else ()
    return "\n".join(
        form.say(
            Phrase.FOLLOWUP_NORM,
            norm=found.norm,
            title=found.title,
            before=form.symbols[found.before],
            now=form.symbols[found.now],
        )
        for found in tested
    )


def _followup_result(form: ReportFormat, facts: ReportFacts) -> str:
    """Return the counts with the new verdicts, and what they mean against the threshold."""
    found = facts.followup
    if found is None or found.outcome not in _FOLLOWUP_MEANS:
        return ""
    counts = {verdict.value: found.counts[verdict] for verdict in Verdict if verdict is not Verdict.NOT_ASSESSED}
    return form.say(_FOLLOWUP_MEANS[found.outcome], totals=form.say(Phrase.TOTALS, **counts))


_FOLLOWUP_MEANS = MappingProxyType(
    {
        Outcome.ALL_MET: Phrase.FOLLOWUP_ALL_MET,
        Outcome.PLAN_REQUIRED: Phrase.FOLLOWUP_WITHIN,
        Outcome.FOLLOWUP_REQUIRED: Phrase.FOLLOWUP_OVER,
    }
)


def _next_audit(form: ReportFormat, facts: ReportFacts) -> str:
    """Return by when the next audit has to be, so that every term still fits before the certificate lapses."""
    weeks, events = facts.edition.planning.plan_revised_weeks, facts.events
    issued = events.get(EventKind.CERTIFICATE_ISSUED)
    old = events.get(EventKind.CERTIFICATE_EXPIRY)
    follows_on = facts.audit.kind is AuditKind.RECERTIFICATION and old is not None
    if issued is None and not follows_on:
        return form.say(Phrase.NEXT_AUDIT_UNDATED, weeks=weeks)
    certified = certificate_date(facts.edition, facts.audit.kind, issued or facts.today, old)
    latest = expiry_of(facts.edition, certified) - timedelta(weeks=weeks)
    return form.say(Phrase.NEXT_AUDIT, date=form.date(latest), weeks=weeks)


def _fte(read: Callable[[ReportFacts], object]) -> Callable[[ReportFormat, ReportFacts], str]:
    def said(form: ReportFormat, facts: ReportFacts) -> str:
        amount = f"{rounded(read(facts)):f}".replace(".", ",")  # type: ignore[arg-type]
        return form.say(Phrase.FTE, amount=amount) if facts.audit.fte.total else ""

    return said


#: How each field is filled in; points that are chosen (strong, bottleneck) have no proposal of their own.
_PREFILLS: Mapping[Prefill | None, Callable[[ReportFormat, ReportFacts], str]] = MappingProxyType(
    {
        Prefill.ORGANISATION_NAME: lambda _, facts: facts.organisation,
        Prefill.MEMBER_NUMBER: lambda _, facts: facts.member_number,
        Prefill.FTE_STAFF: _fte(lambda facts: facts.audit.fte.staff),
        Prefill.FTE_INTERNS: _fte(lambda facts: facts.audit.fte.interns),
        Prefill.FTE_VOLUNTEERS: _fte(lambda facts: facts.audit.fte.volunteers),
        Prefill.CI_NAME: lambda _, facts: facts.ci,
        Prefill.AUDIT_KIND: _kind,
        Prefill.CERTIFICATE_EXPIRY: _expiry,
        Prefill.SPOKEN_WITH: _spoken_with,
        Prefill.AUDIT_DAYS: _days,
        Prefill.PLAN_APPROVED_ON: _plan_approved,
        Prefill.REPORT_DATE: _report_date,
        Prefill.TEAM_LEADER: _leader,
        Prefill.ASSESSORS: _assessors,
        Prefill.HOURS_ON_SITE: _hours,
        Prefill.SCOPE: lambda _, facts: facts.audit.scope.strip(),
        Prefill.COURSE: _course,
        Prefill.PREVIOUS_POINTS: _previous,
        Prefill.TOTALS: _totals,
        Prefill.PLAN_SUMMARY: _plan_summary,
        Prefill.ADVICE: _advice,
        Prefill.NEXT_AUDIT: _next_audit,
        Prefill.FOLLOWUP_ON: _followup_on,
        Prefill.FOLLOWUP_NORMS: _followup_norms,
        Prefill.FOLLOWUP_RESULT: _followup_result,
    }
)
