"""A complaint at a certifying body, from the first signal to closing with proof (CIIO procedure 2305; domain book §9).

    signal_received -> not_a_complaint
                    \\-> registered -> in_treatment -> outcome_shared -> closed
                                          ^----------------/ \\-> escalated -> mediation -> mediation_done -> closed

What happened is a list of events that is only ever added to; how a complaint stands follows from them. A step is
refused with every reason at once, and nothing changes. Who may take which step is in the procedure, as actor codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from msgspec import Struct, field
from msgspec.structs import replace

from domain.case_procedure import CaseProcedure, CaseTransition, MediationRules
from domain.cases import KeptTerm
from domain.roles import PersonId
from domain.working_days import local_day

ComplaintId = NewType("ComplaintId", int)


class ComplaintState(StrEnum):
    """How far a complaint is; the values are stored."""

    SIGNAL_RECEIVED = "signal_received"
    NOT_A_COMPLAINT = "not_a_complaint"
    REGISTERED = "registered"
    IN_TREATMENT = "in_treatment"
    OUTCOME_SHARED = "outcome_shared"
    CLOSED = "closed"
    ESCALATED = "escalated"
    MEDIATION = "mediation"
    MEDIATION_DONE = "mediation_done"

    @property
    def is_over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self in (ComplaintState.NOT_A_COMPLAINT, ComplaintState.CLOSED)


class Step(StrEnum):
    """What brings a complaint to another state; the values are stored as events."""

    CLASSIFY_YES = "classify_yes"
    CLASSIFY_NO = "classify_no"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    SHARE_OUTCOME = "share_outcome"
    CLOSE = "close"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    START_MEDIATION = "start_mediation"
    END_MEDIATION = "end_mediation"
    CLOSE_AFTER_MEDIATION = "close_after_mediation"


STEPS = frozenset(Step)  # made once: every event is looked up in it


class Happening(StrEnum):
    """What is recorded in a complaint without bringing it further; the values are stored as events."""

    SIGNAL = "signal"  # the first event of every complaint
    REACTION = "reaction"  # the client says whether the outcome is good
    HOLDER_DECISION = "holder_decision"
    OFFER_NOTARIES = "offer_notaries"
    CHOOSE_NOTARY = "choose_notary"
    CONSENT = "consent"
    NOTE = "note"
    MEASURE = "measure"
    MEDIATION_NOTE = "mediation_note"
    ROOT_CAUSE = "root_cause"
    REFERENCES = "references"
    THEME = "theme"
    LESSON = "lesson"  # auditors of the body heard what it teaches, without names


class Term(StrEnum):
    """The terms of a complaint, as the procedure names them."""

    CLASSIFY = "classify"
    TREAT = "treat"


class Subject(StrEnum):
    """What a complaint is about; the values are stored."""

    OWN_WORK = "own_work"
    CERTIFICATE_HOLDER = "certificate_holder"


class HolderChoice(StrEnum):
    """What the board decides after a complaint about a certificate holder; the values are stored."""

    SPECIAL_INVESTIGATION = "special_investigation"
    NEXT_REGULAR_AUDIT = "next_regular_audit"


class Side(StrEnum):
    """The two sides of a mediation; the values are stored."""

    CLAIMANT = "claimant"
    CI = "ci"


class Capacity(StrEnum):
    """As what somebody acts in one complaint; the values are actor codes of the procedure."""

    QUALITY_OFFICER = "quality_officer"
    OFFICE_MANAGER = "office_manager"
    HANDLER = "core_group_member"  # the one who was assigned, nobody else of the core group
    BOARD = "board"
    CLIENT = "client"


class Interest(StrEnum):
    """Why somebody has an interest in a complaint, so that they cannot handle it."""

    CLAIMANT = "claimant"
    SUBJECT = "subject"  # it is about them
    MARKED = "marked"  # the quality officer said that they are involved
    IN_TEAM = "in_team"  # they were ever in the team of the audit that it is about
    DECIDED = "decided"  # they took the decision on that audit
    TIED = "tied"  # they belong to the client, or declared a tie


class Hindrance(StrEnum):
    """Why a step cannot be taken."""

    NOT_NOW = "not_now"
    NOT_YOURS = "not_yours"
    ABOUT_YOU = "about_you"
    NO_CRITERION = "no_criterion"
    NO_REASON = "no_reason"
    NO_HANDLER = "no_handler"
    NOT_IN_CORE_GROUP = "not_in_core_group"
    INVOLVED = "involved"
    NO_OUTCOME = "no_outcome"
    NOT_SATISFIED = "not_satisfied"
    IS_SATISFIED = "is_satisfied"
    NO_PROOF = "no_proof"
    HOLDER_UNDECIDED = "holder_undecided"
    NOT_ABOUT_HOLDER = "not_about_holder"
    FEWER_THAN_THREE = "fewer_than_three"
    TIES = "ties"
    SAME_TWICE = "same_twice"
    NO_CHOICE = "no_choice"
    CLAIMANT_CHOOSES = "claimant_chooses"
    NO_CONSENT_CLAIMANT = "no_consent_claimant"
    NO_CONSENT_CI = "no_consent_ci"
    NO_RESULT = "no_result"
    NOBODY_HEARS = "nobody_hears"


class ComplaintRefused(Exception):
    """A step cannot be taken; nothing was changed. `hindrances` are all reasons."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        super().__init__(", ".join(hindrances))
        self.hindrances = tuple(hindrances)


class Notary(Struct, frozen=True):
    """Somebody who could mediate; `has_ties` with the claimant or the certifying body."""

    name: str
    place: str = ""
    has_ties: bool = False


class Candidate(Struct, frozen=True):
    """Somebody who might handle a complaint, with every interest that keeps them from it."""

    person: PersonId
    is_in_core_group: bool
    interests: frozenset[Interest] = frozenset()

    @property
    def hindrances(self) -> tuple[Hindrance, ...]:
        """Why this person cannot be the handler; empty when they can."""
        found = [] if self.is_in_core_group else [Hindrance.NOT_IN_CORE_GROUP]
        return (*found, *((Hindrance.INVOLVED,) if self.interests else ()))


class Doer(Struct, frozen=True):
    """Who takes a step: in which capacities, and whether the complaint is about themselves."""

    person: PersonId
    capacities: frozenset[Capacity]
    is_subject: bool = False


class Given(Struct, frozen=True):
    """What comes with a step or a happening: words, a choice, a person."""

    text: str = ""
    criterion: str = ""
    handler: Candidate | None = None
    is_satisfied: bool | None = None
    notaries: tuple[Notary, ...] = ()
    number: int | None = None  # of a notary on the list, from 0; of a lesson, how many heard it
    side: Side | None = None
    choice: HolderChoice | None = None
    theme: str = ""
    file: int | None = None  # a document as proof


class Event(Struct, frozen=True):
    """One thing that happened in a complaint: a `Step` or a `Happening`, by whom and when."""

    what: str
    at: datetime
    by: PersonId
    given: Given = field(default_factory=Given)


class Complaint(Struct, frozen=True):
    """How a complaint stands after its events; `version` counts them.

    `has_claimant` when whoever complains uses the bot, so that they choose and consent themselves.
    """

    subject: Subject
    received_at: datetime
    has_claimant: bool = False
    state: ComplaintState = ComplaintState.SIGNAL_RECEIVED
    version: int = 0
    criterion: str = ""
    is_formal_written: bool = False
    classified_at: datetime | None = None
    registered_at: datetime | None = None
    handler: PersonId | None = None
    outcome_at: datetime | None = None  # the first time
    closed_at: datetime | None = None
    is_satisfied: bool | None = None
    holder_choice: HolderChoice | None = None
    notaries: tuple[Notary, ...] = ()
    notary: int | None = None
    consents: frozenset[Side] = frozenset()
    theme: str = ""


# ---------------------------------------------------------------------------------------------------------- events


def replay(subject: Subject, events: Iterable[Event], procedure: CaseProcedure, *, has_claimant: bool) -> Complaint:
    """Return how a complaint stands after events that were taken one by one; the first is its signal.

    Raises:
        ValueError: there is no event.
    """
    found: Complaint | None = None
    for event in events:
        found = found or Complaint(subject, event.at, has_claimant)
        found = after(found, event, procedure)
    if found is None:
        raise ValueError("a complaint begins with its signal")
    return found


def after(complaint: Complaint, event: Event, procedure: CaseProcedure) -> Complaint:
    """Return a complaint after an event that was allowed."""
    counted = replace(complaint, version=complaint.version + 1)
    if event.what in STEPS:
        step = procedure.complaint.transitions[event.what]
        moved = replace(counted, state=ComplaintState(step.after))
        return _moved(moved, Step(event.what), event, procedure)
    return _happened(counted, Happening(event.what), event.given)


def _moved(now: Complaint, step: Step, event: Event, procedure: CaseProcedure) -> Complaint:
    given, at = event.given, event.at
    match step:
        case Step.CLASSIFY_YES:
            criterion = procedure.criterion(given.criterion)
            is_formal = criterion is not None and criterion.is_formal_written
            return replace(
                now, criterion=given.criterion, is_formal_written=is_formal, classified_at=at, registered_at=at
            )
        case Step.CLASSIFY_NO:
            return replace(now, classified_at=at, closed_at=at)
        case Step.ASSIGN | Step.REASSIGN:
            return replace(now, handler=given.handler.person if given.handler else None)
        case Step.SHARE_OUTCOME:
            return replace(now, outcome_at=now.outcome_at or at, is_satisfied=None)
        case Step.CLOSE:
            return replace(now, is_satisfied=True, closed_at=at)
        case Step.REOPEN | Step.ESCALATE:
            return replace(now, is_satisfied=False)
        case Step.CLOSE_AFTER_MEDIATION:
            return replace(now, is_satisfied=given.is_satisfied, closed_at=at)
        case Step.START_MEDIATION | Step.END_MEDIATION:
            return now


def _happened(now: Complaint, what: Happening, given: Given) -> Complaint:
    match what:
        case Happening.REACTION:
            return replace(now, is_satisfied=given.is_satisfied)
        case Happening.HOLDER_DECISION:
            return replace(now, holder_choice=given.choice)
        case Happening.OFFER_NOTARIES:  # another list is another choice
            return replace(now, notaries=given.notaries, notary=None)
        case Happening.CHOOSE_NOTARY:
            return replace(now, notary=given.number)
        case Happening.CONSENT:
            return replace(now, consents=now.consents | ({given.side} if given.side else set()))
        case Happening.THEME:
            return replace(now, theme=given.theme)
        case _:
            return now


# ----------------------------------------------------------------------------------------------------------- steps


def hindrances(
    complaint: Complaint, step: Step, doer: Doer, given: Given, rules: CaseProcedure
) -> tuple[Hindrance, ...]:
    """Return every reason why a step cannot be taken; empty when it can."""
    found = rules.complaint.transitions[step]
    reasons = [] if found.before == complaint.state else [Hindrance.NOT_NOW]
    if not _is_theirs(found, doer):
        reasons.append(Hindrance.NOT_YOURS)
    if doer.is_subject and Capacity.CLIENT not in doer.capacities:
        reasons.append(Hindrance.ABOUT_YOU)
    return tuple(dict.fromkeys((*reasons, *_lacking(complaint, step, doer, given, rules))))


def _is_theirs(step: CaseTransition, doer: Doer) -> bool:
    return bool(doer.capacities & {step.actor, *step.also})


def _lacking(complaint: Complaint, step: Step, doer: Doer, given: Given, rules: CaseProcedure) -> tuple[Hindrance, ...]:
    """Return what the guard of a step still asks for."""
    has_text = bool(given.text.strip())
    match step:
        case Step.CLASSIFY_YES:
            return () if rules.criterion(given.criterion) else (Hindrance.NO_CRITERION,)
        case Step.CLASSIFY_NO:
            return () if has_text else (Hindrance.NO_REASON,)
        case Step.ASSIGN | Step.REASSIGN:
            return given.handler.hindrances if given.handler else (Hindrance.NO_HANDLER,)
        case Step.SHARE_OUTCOME:
            return () if has_text else (Hindrance.NO_OUTCOME,)
        case Step.CLOSE:
            return _against_closing(complaint, given)
        case Step.REOPEN | Step.ESCALATE:
            reason = () if has_text else (Hindrance.NO_REASON,)
            return (*((Hindrance.IS_SATISFIED,) if complaint.is_satisfied else ()), *reason)
        case Step.START_MEDIATION:
            return _against_mediation(complaint, doer, rules.mediation)
        case Step.END_MEDIATION:
            return () if has_text else (Hindrance.NO_RESULT,)
        case Step.CLOSE_AFTER_MEDIATION:
            return (*(() if has_text else (Hindrance.NO_PROOF,)), *_undecided(complaint))


def _against_closing(complaint: Complaint, given: Given) -> tuple[Hindrance, ...]:
    """A complaint closes only when the client is satisfied, with proof of it (the client's own tap is proof)."""
    said_themselves = complaint.is_satisfied is True
    was_heard = complaint.is_satisfied is None and given.is_satisfied is True
    has_proof = said_themselves or bool(given.text.strip()) or given.file is not None
    return (
        *(() if said_themselves or was_heard else (Hindrance.NOT_SATISFIED,)),
        *(() if has_proof else (Hindrance.NO_PROOF,)),
        *_undecided(complaint),
    )


def _undecided(complaint: Complaint) -> tuple[Hindrance, ...]:
    is_open = complaint.subject is Subject.CERTIFICATE_HOLDER and complaint.holder_choice is None
    return (Hindrance.HOLDER_UNDECIDED,) if is_open else ()


def _against_mediation(complaint: Complaint, doer: Doer, rules: MediationRules) -> tuple[Hindrance, ...]:
    """Mediation starts with a notary of the client's choice from a list that holds, and the consent of both sides."""
    found = list(list_faults(complaint.notaries, rules))
    has_choice = complaint.notary is not None and 0 <= complaint.notary < len(complaint.notaries)
    if not has_choice:
        found.append(Hindrance.NO_CHOICE)
    if not has_choice and complaint.has_claimant and Capacity.CLIENT not in doer.capacities:
        found.append(Hindrance.CLAIMANT_CHOOSES)
    if Side.CLAIMANT not in complaint.consents:
        found.append(Hindrance.NO_CONSENT_CLAIMANT)
    if Side.CI not in complaint.consents:
        found.append(Hindrance.NO_CONSENT_CI)
    return tuple(found)


def list_faults(notaries: Sequence[Notary], rules: MediationRules) -> tuple[Hindrance, ...]:
    """Return everything that is wrong with a list of notaries (CIIO procedure: three, and none with ties)."""
    names = [" ".join(notary.name.casefold().split()) for notary in notaries]
    found = [Hindrance.FEWER_THAN_THREE] if len(set(names)) < rules.notaries_offered else []
    found += [Hindrance.TIES] if any(notary.has_ties for notary in notaries) else []
    found += [Hindrance.SAME_TWICE] if len(set(names)) < len(names) else []
    return tuple(found)


def take(complaint: Complaint, step: Step, doer: Doer, given: Given, at: datetime, rules: CaseProcedure) -> Event:
    """Return the event of a step. Raises ComplaintRefused with every reason why not."""
    found = hindrances(complaint, step, doer, given, rules)
    if found:
        raise ComplaintRefused(found)
    return Event(step, at, doer.person, given)


# ------------------------------------------------------------------------------------------------------ happenings

_STAFF = frozenset({Capacity.QUALITY_OFFICER, Capacity.OFFICE_MANAGER, Capacity.HANDLER})
_WHOSE = {
    Happening.REACTION: frozenset({Capacity.CLIENT}),
    Happening.HOLDER_DECISION: frozenset({Capacity.BOARD}),
    Happening.OFFER_NOTARIES: frozenset({Capacity.QUALITY_OFFICER}),
    Happening.CHOOSE_NOTARY: frozenset({Capacity.CLIENT, Capacity.QUALITY_OFFICER}),
    Happening.CONSENT: frozenset({Capacity.CLIENT, Capacity.QUALITY_OFFICER}),
    Happening.MEDIATION_NOTE: frozenset({Capacity.QUALITY_OFFICER, Capacity.OFFICE_MANAGER}),
    Happening.LESSON: frozenset({Capacity.QUALITY_OFFICER, Capacity.HANDLER}),
}
_WORK = frozenset(ComplaintState) - {ComplaintState.SIGNAL_RECEIVED, ComplaintState.NOT_A_COMPLAINT}
_WHEN = {
    Happening.REACTION: frozenset({ComplaintState.OUTCOME_SHARED}),
    Happening.HOLDER_DECISION: _WORK - {ComplaintState.CLOSED},
    Happening.OFFER_NOTARIES: frozenset({ComplaintState.ESCALATED}),
    Happening.CHOOSE_NOTARY: frozenset({ComplaintState.ESCALATED}),
    Happening.CONSENT: frozenset({ComplaintState.ESCALATED}),
    Happening.MEDIATION_NOTE: frozenset({ComplaintState.MEDIATION}),
    Happening.LESSON: frozenset({ComplaintState.CLOSED}),
    Happening.NOTE: frozenset(ComplaintState),
    Happening.THEME: frozenset(ComplaintState),
}


def note(complaint: Complaint, what: Happening, doer: Doer, given: Given, at: datetime, rules: CaseProcedure) -> Event:
    """Return the event of something that is recorded in a complaint. Raises ComplaintRefused with every reason."""
    found = note_hindrances(complaint, what, doer, given, rules)
    if found:
        raise ComplaintRefused(found)
    return Event(what, at, doer.person, given)


def note_hindrances(
    complaint: Complaint, what: Happening, doer: Doer, given: Given, rules: CaseProcedure
) -> tuple[Hindrance, ...]:
    """Return every reason why something cannot be recorded; empty when it can."""
    found = [] if complaint.state in _WHEN.get(what, _WORK - {ComplaintState.CLOSED}) else [Hindrance.NOT_NOW]
    if what is Happening.SIGNAL:
        found.append(Hindrance.NOT_NOW)
    if not doer.capacities & _WHOSE.get(what, _STAFF):
        found.append(Hindrance.NOT_YOURS)
    if doer.is_subject and Capacity.CLIENT not in doer.capacities:
        found.append(Hindrance.ABOUT_YOU)
    return tuple(dict.fromkeys((*found, *_lacking_in_note(complaint, what, doer, given, rules))))


def _lacking_in_note(
    complaint: Complaint, what: Happening, doer: Doer, given: Given, rules: CaseProcedure
) -> tuple[Hindrance, ...]:
    is_client = Capacity.CLIENT in doer.capacities
    match what:
        case Happening.REACTION:
            return () if given.is_satisfied is not None else (Hindrance.NO_CHOICE,)
        case Happening.HOLDER_DECISION:
            about = () if complaint.subject is Subject.CERTIFICATE_HOLDER else (Hindrance.NOT_ABOUT_HOLDER,)
            return (*about, *(() if given.choice else (Hindrance.NO_CHOICE,)))
        case Happening.OFFER_NOTARIES:
            return list_faults(given.notaries, rules.mediation)
        case Happening.CHOOSE_NOTARY:
            is_there = given.number is not None and 0 <= given.number < len(complaint.notaries)
            chooses = () if is_client or not complaint.has_claimant else (Hindrance.CLAIMANT_CHOOSES,)
            return (*chooses, *(() if is_there else (Hindrance.NO_CHOICE,)))
        case Happening.LESSON:
            heard = () if given.number else (Hindrance.NOBODY_HEARS,)
            return (*heard, *(() if given.text.strip() else (Hindrance.NO_REASON,)))
        case Happening.CONSENT:
            return _against_consent(complaint, given.side, is_client=is_client)
        case Happening.THEME:
            return () if given.theme in rules.theme_labels else (Hindrance.NO_CHOICE,)
        case _:
            return () if given.text.strip() else (Hindrance.NO_REASON,)


def _against_consent(complaint: Complaint, side: Side | None, *, is_client: bool) -> tuple[Hindrance, ...]:
    """Each side consents for itself; for a claimant outside the bot the quality officer records it."""
    if side is None:
        return (Hindrance.NO_CHOICE,)
    own = Side.CLAIMANT if is_client else Side.CI
    is_for_absent = side is Side.CLAIMANT and not is_client and not complaint.has_claimant
    return () if side is own or is_for_absent else (Hindrance.NOT_YOURS,)


# ----------------------------------------------------------------------------------------------------------- terms


class RunningTerm(Struct, frozen=True):
    """The term that runs now: until which moment in hours (`ends_at`), or through which local day (`due`)."""

    term: Term
    began_at: datetime
    due: date
    ends_at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Say whether the term has passed; a due date includes the whole day."""
        return now > self.ends_at if self.ends_at is not None else local_day(now) > self.due


_TREATING = frozenset({ComplaintState.REGISTERED, ComplaintState.IN_TREATMENT})


def classify_by(complaint: Complaint, rules: CaseProcedure) -> datetime:
    """Return until when the quality officer decides: elapsed hours, whatever the clock does (domain book §6.0)."""
    return complaint.received_at + timedelta(hours=rules.complaint.terms[Term.CLASSIFY].hours or 0)


def treat_by(complaint: Complaint, rules: CaseProcedure) -> date | None:
    """Return the day on which a month of treatment is over, None before registration."""
    period = rules.complaint.terms[Term.TREAT].period
    if complaint.registered_at is None or period is None:
        return None
    return period.after(local_day(complaint.registered_at))


def running_term(complaint: Complaint, rules: CaseProcedure) -> RunningTerm | None:
    """Return the term that runs in the state that a complaint is in; None when nothing does."""
    if complaint.state is ComplaintState.SIGNAL_RECEIVED:
        ends_at = classify_by(complaint, rules)
        return RunningTerm(Term.CLASSIFY, complaint.received_at, local_day(ends_at), ends_at)
    due = treat_by(complaint, rules)
    if complaint.state in _TREATING and due is not None and complaint.registered_at is not None:
        return RunningTerm(Term.TREAT, complaint.registered_at, due)
    return None


def kept_terms(complaint: Complaint, rules: CaseProcedure) -> tuple[KeptTerm, ...]:
    """Return the terms that are over and whether they were met; treatment ends with the first outcome (own)."""
    found = []
    if complaint.classified_at is not None:
        found.append(KeptTerm(Term.CLASSIFY, complaint.classified_at <= classify_by(complaint, rules)))
    due = treat_by(complaint, rules)
    if complaint.outcome_at is not None and due is not None:
        found.append(KeptTerm(Term.TREAT, local_day(complaint.outcome_at) <= due))
    return tuple(found)
