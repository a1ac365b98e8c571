"""Reads everything that a document says in one transaction, as the person who asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from documents import words
from documents.build import Author, ReportSources, build_report
from documents.calendar_data import CalendarEntry, CalendarReport
from documents.coverage_data import CoverageReport
from documents.report_data import Attachment, SelfEvaluationReport
from documents.timeline_data import TimelineReport, TimelineRow
from domain.actors import Actor
from domain.audit import AuditId
from domain.combination import shared_with
from domain.coverage import coverage_of
from domain.deadlines import Deadline, TermState, next_up
from domain.framework import Framework, WhoCode
from domain.judging import positions, settled, verdicts_so_far
from domain.roles import Permission, PersonId
from domain.self_evaluation import Evaluation, EvaluationId, FileId
from domain.verdicts import Verdict
from domain.working_days import local_day
from storage.interfaces import Files, NotAllowed, Work
from storage.process_interfaces import ProcessAudit, ProcessLog
from templates.render import AMSTERDAM
from templates.term_screens import TermLine


def load_report(work: Work, chat: int, evaluation: EvaluationId, now: datetime) -> SelfEvaluationReport:
    """Return the report of an evaluation, as far as the person behind this chat may see it.

    Raises:
        NotAllowed
    """
    actor = work.actor(chat)
    if actor.organisation is None:
        raise NotAllowed("no role")
    evaluations = work.evaluations(actor)
    found = evaluations.get(evaluation)
    framework, answers = evaluations.framework(found), evaluations.answers(found)
    return build_report(
        ReportSources(
            framework=framework, organisation=actor.organisation.name, evaluation=found, answers=answers,
            people=_authors(work, actor, framework), files=_attachments(work.files(actor), found),
            scope=None, made_at=now,
        )
    )  # fmt: skip


def load_coverage(work: Work, chat: int, audit: AuditId, now: datetime) -> CoverageReport:
    """Return how well every norm of an audit was looked at, as far as the person behind this chat may see it.

    Raises:
        NotAllowed, StatementsMissing
    """
    actor = work.actor(chat)
    engagement = work.audits(actor).within(audit, Permission.READ_AUDIT)
    framework, store = work.frameworks[engagement.audit.framework], work.judging(actor)
    consensus = store.consensus(engagement.audit)
    done = {norm: consensus[norm] for norm in settled(consensus)}
    held = verdicts_so_far(done, positions(store.judgements(engagement.audit), framework))
    exempt = [norm for norm, verdict in held.items() if verdict is Verdict.NOT_APPLICABLE]
    covered = coverage_of([item.tally for item in store.gathered(engagement.audit)], framework, exempt)
    return CoverageReport(engagement.organisation.name, framework, covered, now.astimezone(AMSTERDAM).date())


def load_calendar(work: Work, chat: int, audit: AuditId | None, now: datetime) -> CalendarReport:
    """Return the terms of one audit, or of every audit that the person behind this chat has a part in.

    Of every audit only what the person's own side has to do; of one audit everything, because both sides follow it. The
    halves of a combination go together, and what they share by the same day is one appointment.

    Raises:
        NotAllowed
    """
    actor, today = work.actor(chat), local_day(now)
    log = work.process(actor)
    found = _with_companion(log, log.get(audit)) if audit is not None else log.audits()
    terms = {one.id: log.terms(one.id, today) for one in sorted(found, key=lambda one: one.id)}
    audits = {one.id: one for one in found}
    entries = [
        _calendar_entry(audits[one], term, _reports(work, audits, terms, one, term))
        for one, own in terms.items()
        for term in own
        if term.due is not None and (audit is not None or term.party is audits[one].party)
        if not _stands_elsewhere(audits, terms, one, term)
    ]
    name = found[0].organisation.name if audit is not None else None
    ordered = sorted(entries, key=lambda entry: (entry.on, entry.identity))
    return CalendarReport(name, tuple(ordered), now)


def _with_companion(log: ProcessLog, found: ProcessAudit) -> tuple[ProcessAudit, ...]:
    if found.companion is None:
        return (found,)
    try:
        return (found, log.get(found.companion))
    except NotAllowed:  # it was cancelled by itself
        return (found,)


_Terms = Mapping[AuditId, Sequence[Deadline]]


def _in_other_half(audits: Mapping[AuditId, ProcessAudit], terms: _Terms, audit: AuditId, term: Deadline) -> bool:
    companion = audits[audit].companion
    return companion is not None and shared_with(term, terms.get(companion, ())) is not None


def _stands_elsewhere(audits: Mapping[AuditId, ProcessAudit], terms: _Terms, audit: AuditId, term: Deadline) -> bool:
    """Say whether the appointment is that of the other half: of two that are one, the older audit has it."""
    companion = audits[audit].companion
    return companion is not None and companion < audit and _in_other_half(audits, terms, audit, term)


def _reports(
    work: Work, audits: Mapping[AuditId, ProcessAudit], terms: _Terms, audit: AuditId, term: Deadline
) -> tuple[str, ...]:
    """Return what the reports are about that an appointment is for; nothing outside a combination."""
    own, companion = audits[audit], audits[audit].companion
    if companion is None:
        return ()
    both = [own, audits[companion]] if _in_other_half(audits, terms, audit, term) else [own]
    return tuple(work.frameworks[one.framework].short_name for one in both)


def load_timeline(work: Work, chat: int, audit: AuditId, now: datetime) -> tuple[TimelineReport, TermLine | None]:
    """Return where the process of an audit stands, and the term on which it waits.

    Raises:
        NotAllowed
    """
    log, today = work.process(work.actor(chat)), local_day(now)
    found, terms = log.get(audit), log.terms(audit, today)
    following = next_up(terms)
    rows = tuple(
        TimelineRow(term.step.title, term.party, term.state, term.done_on or term.due, term is following)
        for term in terms
    )
    report = TimelineReport(found.organisation.name, found.edition.title, rows, today)
    if following is None:
        return report, None
    days_left = (following.due - today).days if following.due is not None else None
    return report, TermLine(following.step.title, following.party, following.state, following.due, days_left)


def _calendar_entry(audit: ProcessAudit, term: Deadline, reports: tuple[str, ...]) -> CalendarEntry:
    is_done = not term.state.is_running and term.state is not TermState.COMING
    party = words.text(f"calendar.party.{term.party.value}")
    said = words.text("calendar.done" if is_done else "calendar.explanation", party=party, source=term.step.source)
    identity = f"audit{audit.id}-{term.step.id}-{term.round}"
    about = words.text("calendar.of_reports", organisation=audit.organisation.name, reports=" + ".join(reports))
    organisation = about if reports else audit.organisation.name
    return CalendarEntry(identity, term.due or date.max, term.step.title, organisation, said, is_done)


def _authors(work: Work, actor: Actor, framework: Framework) -> Mapping[PersonId, Author]:
    people = work.people(actor)
    labels = {function.code: function.label for function in framework.functions}
    functions = {colleague.person: colleague.function for colleague in people.colleagues()}
    return {
        person: Author(name, labels.get(functions.get(person) or WhoCode("")))
        for person, name in people.names().items()
    }


def _attachments(files: Files, evaluation: Evaluation) -> Mapping[FileId, Attachment]:
    return {file: Attachment(ref.name, ref.size) for file, ref in files.of(evaluation).items()}
