"""Deadlines: which steps of the process are open, who acts, when that is due and why; a pure function of what happened.

    edition + case + events + today -> one `Deadline` per step that has begun (and per round of it), in the order of the
    process, with the path by which its date came about

The rules are those of domain book §6. Dates are local calendar days; a due date includes the whole day. The order in
which people recorded events plays no part, and nothing is remembered: after a correction or withdrawal everything is as
if it had been recorded so at once. What people recorded goes before what a lapse counts as; only a reaction that came
too late leaves the next term where the lapse put it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from domain.audit import AuditKind
from domain.process import (
    CERTIFICATE_EXPIRY,
    CERTIFICATE_STEPS,
    EXPIRY_NOTICE,
    SUSPENSION_END,
    Condition,
    EventKind,
    Party,
    Period,
    ProcessEdition,
    ProcessEvent,
    Shift,
    Step,
    StepId,
    expiry_of,
)
from domain.weighing import Outcome

CODE_OF_CONDUCT = StepId("code_of_conduct")

IsWorkingDay = Callable[[date], bool]


class TermState(StrEnum):
    """How a term stands.

    `LAPSED`: the day passed and the rules went on by themselves. `OVERTAKEN`: never recorded, but something that comes
    later was.
    """

    COMING = "coming"
    OPEN = "open"
    LATE = "late"
    DONE = "done"
    LAPSED = "lapsed"
    OVERTAKEN = "overtaken"

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to act."""
        return self in (TermState.OPEN, TermState.LATE)


class Renewal(Struct, frozen=True):
    """How far the re-audit is that follows on a certificate; None for what did not happen.

    `under_way_on` proves that it is under way, `positive_on` when SWN received a positive final report, `finished_on`
    when that was complete and correct as well, `certificate_on` the date on the new certificate.
    """

    under_way_on: date | None = None
    positive_on: date | None = None
    finished_on: date | None = None
    certificate_on: date | None = None


class Case(Struct, frozen=True):
    """What deadlines depend on beside the events.

    `has_statements`: whether everybody in the team signed. `outcome` is what the consensus comes to now, for an edition
    in which the draft becomes final by itself. `previous_expiry` is when the certificate of an earlier audit lapses.
    """

    kind: AuditKind
    has_statements: bool = False
    outcome: Outcome | None = None
    previous_expiry: date | None = None
    renewal: Renewal = Renewal()


class Link(Struct, frozen=True):
    """One step of the path to a date: an event with its day, and the step whose lapse counted as that event."""

    event: EventKind
    on: date
    lapsed: Step | None = None


class Deadline(Struct, frozen=True):
    """One step that has begun, in one round of it.

    `due` is None for a step without a term, or as long as `missing` has to be recorded first; of a choice it is the
    earliest that it can be by then. `path` begins with the event that the term counts from; further links say why that
    day counts.
    """

    step: Step
    round: int
    state: TermState
    starts_on: date | None = None
    due: date | None = None
    done_on: date | None = None
    path: tuple[Link, ...] = ()
    within: Period | None = None
    missing: EventKind | None = None

    @property
    def party(self) -> Party:
        """Whose turn it is in this step."""
        return self.step.actor

    @property
    def term(self) -> str:
        """What names this term within its audit: the step and its round."""
        return f"{self.step.id}:{self.round}"


def deadlines(
    edition: ProcessEdition,
    case: Case,
    events: Iterable[ProcessEvent],
    today: date,
    is_working_day: IsWorkingDay | None = None,
) -> tuple[Deadline, ...]:
    """Return every step that has begun, in the order of the edition; each (step, round) once.

    `is_working_day` is only asked where the edition moves due dates to a working day.
    """
    facts = _Facts(edition, case, events, today, is_working_day)
    facts.let_lapse()
    found = [deadline for step in facts.steps for deadline in facts.instances(step)]
    return (*found, *facts.certificate_terms())


def next_up(terms: Iterable[Deadline]) -> Deadline | None:
    """Return the step on which the process waits now: the earliest due of what is open, else what comes next.

    Dates to aim at and what only runs on with a certificate come after everything else; nobody waits for a choice.
    """
    awaited = (term for term in terms if not term.step.is_choice)
    waiting = [term for term in awaited if term.state.is_running or term.state is TermState.COMING]
    return min(waiting, key=_urgency, default=None)


def _urgency(term: Deadline) -> tuple[bool, bool, bool, date]:
    background = term.step.id in CERTIFICATE_STEPS or term.step.is_aim
    return background, not term.state.is_running, term.due is None, term.due or date.max


def renewal_of(edition: ProcessEdition, case: Case, events: Iterable[ProcessEvent], today: date) -> Renewal:
    """Return how far a re-audit is, for the certificate that it follows on."""
    facts = _Facts(edition, case, events, today, None)
    facts.let_lapse()
    return facts.renewal()


class Scenario(StrEnum):
    """What happens on the vervaldatum (bijlage 6 step 17)."""

    ON_TIME = "scenario_1"
    UNDER_WAY = "scenario_2"
    NOT_STARTED = "scenario_3"
    LAPSED = "scenario_4"


def scenario(edition: ProcessEdition, expiry: date, renewal: Renewal, today: date) -> Scenario | None:
    """Return which scenario holds for a certificate; None as long as nothing is decided before its vervaldatum.

    Scenario 2 asks that a re-audit was under way on the vervaldatum, and holds until the suspension ends; without
    suspension (2017) a certificate lapses at once. A proposal: a person confirms every change of state.
    """
    if renewal.finished_on is not None and renewal.finished_on <= expiry:
        return Scenario.ON_TIME
    if today <= expiry:
        return None
    suspension = edition.settings.suspension
    was_under_way = renewal.under_way_on is not None and renewal.under_way_on <= expiry
    if suspension is None or not was_under_way:
        return Scenario.NOT_STARTED if not was_under_way else Scenario.LAPSED
    end = suspension.after(expiry)
    in_time = renewal.positive_on is not None and renewal.positive_on <= end
    return Scenario.UNDER_WAY if in_time or today <= end else Scenario.LAPSED


# --- How it is worked out --------------------------------------------------------------------------------------------


class _Facts:
    """What happened in one audit, completed with what counts as having happened because a term lapsed."""

    def __init__(
        self,
        edition: ProcessEdition,
        case: Case,
        events: Iterable[ProcessEvent],
        today: date,
        is_working_day: IsWorkingDay | None,
    ) -> None:
        self.edition, self.case, self.today = edition, case, today
        self._is_working_day = is_working_day
        self._events: dict[EventKind, list[ProcessEvent]] = defaultdict(list)
        for event in sorted(events, key=lambda event: (event.on, event.detail)):
            self._events[event.kind].append(event)
        self._links: dict[EventKind, tuple[Link, ...]] = {}  # what counts as having happened, with its path
        self._add_positive_report()

    @property
    def steps(self) -> Sequence[Step]:
        """The steps that an audit of this kind goes through itself."""
        chosen = self.edition.settings.followup_steps
        is_followup = self.case.kind is AuditKind.FOLLOWUP
        return [
            step
            for step in self.edition.steps
            if step.id not in CERTIFICATE_STEPS and (not is_followup or step.id in chosen)
        ]

    # ------------------------------------------------------------------------------------------ what happened

    def days(self, kind: EventKind) -> list[date]:
        """Return the days on which something happened, a lapse included; one day unless it may repeat."""
        if kind in self._links:
            return [self._links[kind][0].on]
        days = [event.on for event in self._events[kind]]
        rule = self.edition.events.get(kind)
        return days if rule is not None and rule.repeats else days[:1]

    def day(self, kind: EventKind) -> date | None:
        """Return the (first) day of an event."""
        return next(iter(self.days(kind)), None)

    def happened(self, kind: EventKind) -> date | None:
        """Return the day of an event once it has come, for what is planned beforehand; else as `day`."""
        day, rule = self.day(kind), self.edition.events.get(kind)
        is_to_come = day is not None and rule is not None and rule.is_planned and day > self.today
        return None if is_to_come else day

    def _link(self, kind: EventKind, day: date) -> tuple[Link, ...]:
        return self._links.get(kind) or (Link(kind, day),)

    def _outcome(self, kind: EventKind) -> Outcome | None:
        recorded = [event.outcome for event in self._events[kind]]
        if recorded:
            return recorded[0]
        return self.case.outcome if kind in self._links else None

    @property
    def outcome(self) -> Outcome | None:
        """The outcome of the audit, once its findings are final."""
        return self._outcome(EventKind.FINDINGS_FINAL)

    @property
    def is_negative(self) -> bool:
        """Whether the advice is negative, or the decision."""
        settings = self.edition.settings
        twice_rejected = self.day(EventKind.REVISED_PLAN_REJECTED) and not self.day(EventKind.PLAN_APPROVED)
        return bool(
            self.day(EventKind.CI_DECISION_NEGATIVE)
            or self._is_declined_or_still_over()
            or (settings.is_second_rejection_negative and twice_rejected)
        )

    def _is_declined_or_still_over(self) -> bool:
        if self.day(EventKind.FOLLOWUP_AUDIT_DONE) is not None:
            return self._outcome(EventKind.FOLLOWUP_AUDIT_DONE) is Outcome.FOLLOWUP_REQUIRED
        return self.day(EventKind.FOLLOWUP_DECLINED) is not None

    def holds(self, condition: Condition | None) -> bool:
        """Say whether a condition of the edition holds."""
        return condition is None or _CONDITIONS[condition](self)

    # ------------------------------------------------------------------------------------------ certificates

    @property
    def old_expiry(self) -> date | None:
        """When the certificate lapses on which this audit follows; what people recorded here goes first."""
        if self.case.kind is AuditKind.INITIAL:
            return None
        return self.day(EventKind.CERTIFICATE_EXPIRY) or self.case.previous_expiry

    @property
    def is_suspended(self) -> bool:
        """Whether a positive report came during the suspension of the old certificate (17.2)."""
        positive, expiry, suspension = self._positive_on(), self.old_expiry, self.edition.settings.suspension
        if positive is None or expiry is None or suspension is None:
            return False
        return expiry < positive <= suspension.after(expiry)

    def _positive_on(self) -> date | None:
        recorded = self.day(EventKind.POSITIVE_REPORT_RECEIVED)
        return recorded or (None if self.is_negative else self.day(EventKind.SUMMARY_RECEIVED))

    def _add_positive_report(self) -> None:
        """Let part A that SWN received during a suspension count as the positive report, unless that was recorded."""
        kind = EventKind.POSITIVE_REPORT_RECEIVED
        received = self.day(EventKind.SUMMARY_RECEIVED)
        if self.is_suspended and self.day(kind) is None and received is not None:
            self._links[kind] = (Link(EventKind.SUMMARY_RECEIVED, received),)

    def renewal(self) -> Renewal:
        """Return how far this audit is as the re-audit that follows on a certificate."""
        certificate = self.day(EventKind.CERTIFICATE_ISSUED)
        positive = self._positive_on()
        has_check = self.edition.has(StepId("summary_check"))
        finished = self.day(EventKind.SUMMARY_COMPLETE) if has_check else positive
        return Renewal(self.happened(self.edition.settings.under_way), positive, finished, certificate)

    def certificate_terms(self) -> list[Deadline]:
        """Return the terms of the certificate of this audit, or of one that only a date is known of."""
        if self.case.kind is AuditKind.FOLLOWUP or not self.edition.has(CERTIFICATE_EXPIRY):
            return []
        issued = self.day(EventKind.CERTIFICATE_ISSUED)
        if issued is not None:
            corrected = self.day(EventKind.CERTIFICATE_EXPIRY) if self.case.kind is AuditKind.INITIAL else None
            link = Link(EventKind.CERTIFICATE_ISSUED, issued)
            expiry = corrected or expiry_of(self.edition, issued)
            return self._terms_until(expiry, issued, link if corrected is None else None, self.case.renewal)
        recorded = self.day(EventKind.CERTIFICATE_EXPIRY)
        if recorded is not None and self.case.previous_expiry is None and self.case.kind is AuditKind.RECERTIFICATION:
            return self._terms_until(recorded, None, None, self.renewal())
        return []

    def _terms_until(self, expiry: date, begun: date | None, issued: Link | None, renewal: Renewal) -> list[Deadline]:
        """Return the terms of one certificate: re-audit in time, the notice before, the end of a suspension."""
        now = scenario(self.edition, expiry, renewal, self.today)
        counted = Link(EventKind.CERTIFICATE_EXPIRY, expiry)
        found = [self._expiry_term(expiry, begun, issued, renewal, now)]
        if self.edition.has(EXPIRY_NOTICE):
            found += self._notice_term(expiry, begun, counted, renewal, now)
        suspension = self.edition.settings.suspension
        if suspension and self.edition.has(SUSPENSION_END) and now in (Scenario.UNDER_WAY, Scenario.LAPSED):
            end = suspension.after(expiry)
            in_time = renewal.positive_on if renewal.positive_on and renewal.positive_on <= end else None
            state = TermState.DONE if in_time else TermState.LAPSED if end < self.today else TermState.OPEN
            step = self.edition.step(SUSPENSION_END)
            found.append(Deadline(step, 1, state, expiry, end, in_time, (counted,), suspension))
        return found

    def _expiry_term(
        self, expiry: date, begun: date | None, issued: Link | None, renewal: Renewal, now: Scenario | None
    ) -> Deadline:
        state = TermState.COMING if begun is not None and begun > self.today else TermState.OPEN
        if now is not None:
            state = TermState.DONE if now is Scenario.ON_TIME else TermState.LAPSED
        return Deadline(
            step=self.edition.step(CERTIFICATE_EXPIRY),
            round=1,
            state=state,
            starts_on=begun,
            due=expiry,
            done_on=renewal.finished_on if now is Scenario.ON_TIME else None,
            path=(issued,) if issued else (Link(EventKind.CERTIFICATE_EXPIRY, expiry),),
            within=self.edition.settings.validity if issued else None,
        )

    def _notice_term(
        self, expiry: date, begun: date | None, counted: Link, renewal: Renewal, now: Scenario | None
    ) -> list[Deadline]:
        """The notice is for who is not ready in time, so it goes once the re-audit is finished."""
        step, sent = self.edition.step(EXPIRY_NOTICE), self.day(EventKind.EXPIRY_NOTICE_SENT)
        if sent is None and (now is Scenario.ON_TIME or renewal.certificate_on is not None):
            return []
        due = step.within.before(expiry) if step.within else expiry
        state = TermState.DONE if sent else TermState.LATE if due < self.today else TermState.OPEN
        if state is TermState.OPEN and begun is not None and begun > self.today:
            state = TermState.COMING
        return [Deadline(step, 1, state, begun, due, sent, (counted,), step.within)]

    # ------------------------------------------------------------------------------------------ steps

    def let_lapse(self) -> None:
        """Add what counts as having happened because a term passed and the rules go on by themselves.

        Each lapse may make the next step begin, so it is done until nothing is added; what people recorded goes first.
        """
        while any(self._lapse(step) for step in self.steps if step.counts_as is not None):
            pass

    def _lapse(self, step: Step) -> bool:
        kind = self._counts_as(step)
        if kind is None or kind in self._links:
            return False
        for term in self.instances(step):
            recorded = self.day(kind)
            is_too_late = (
                recorded is not None and term.due is not None and kind in step.produces and recorded > term.due
            )
            if term.due is not None and (term.state is TermState.LAPSED or is_too_late):
                self._links[kind] = (Link(kind, term.due, step), *term.path)
                return True
        return False

    def _counts_as(self, step: Step) -> EventKind | None:
        """Return what a lapse counts as; findings only become final by themselves when they come to an outcome."""
        final = EventKind.FINDINGS_FINAL
        if step.counts_as is not final:
            return step.counts_as
        is_weighed = self.case.outcome in (Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)
        if self._events[final]:
            return None
        return final if is_weighed else EventKind.DRAFT_RESPONSE_RECEIVED

    def instances(self, step: Step) -> list[Deadline]:
        """Return the rounds of a step that have begun."""
        if not self.holds(step.when):
            return []
        if not step.triggers:
            return [self._deadline(step, 1, None, ())]
        kinds = [trigger.event for trigger in step.triggers if self.holds(trigger.when)]
        if self._has_rounds(step):
            days = [(day, kind) for kind in kinds for day in self.days(kind)]
            return [self._deadline(step, n, day, self._link(kind, day)) for n, (day, kind) in enumerate(days, 1)]
        first = min(((day, kind) for kind in kinds if (day := self.day(kind)) is not None), default=None)
        if first is None:
            return []
        day, kind = self._later_of(step, *first)
        return [self._deadline(step, 1, day, self._link(kind, day))]

    def _later_of(self, step: Step, day: date, kind: EventKind) -> tuple[date, EventKind]:
        """A decision after an additional audit waits for the plan as well."""
        approved = self.day(EventKind.PLAN_APPROVED)
        waits = step.when is Condition.WITHIN_THRESHOLD_AND_PLAN_APPROVED
        return (approved, EventKind.PLAN_APPROVED) if waits and approved and approved > day else (day, kind)

    def _has_rounds(self, step: Step) -> bool:
        return self._may_repeat(trigger.event for trigger in step.triggers) and self._may_repeat(step.produces)

    def _may_repeat(self, kinds: Iterable[EventKind]) -> bool:
        return any((rule := self.edition.events.get(kind)) is not None and rule.repeats for kind in kinds)

    def _deadline(self, step: Step, number: int, starts: date | None, path: tuple[Link, ...]) -> Deadline:
        anchored, missing = self._anchored(step, path)
        is_known = missing is None or step.is_choice
        due = self._due(step, anchored[0].on) if anchored and is_known else None
        term = Deadline(step, number, TermState.OPEN, starts, due, None, anchored, step.within, missing)
        done = self._done(step, number)
        if done is not None or (step.id == CODE_OF_CONDUCT and self.case.has_statements):
            return replace(term, state=TermState.DONE, done_on=done)
        overtaken = self._overtaken(step, number)
        is_past = due is not None and due < (overtaken or self.today)
        if step.counts_as is not None and is_past:
            return replace(term, state=TermState.LAPSED)
        if overtaken is not None:
            return replace(term, state=TermState.OVERTAKEN)
        if starts is not None and starts > self.today:
            return replace(term, state=TermState.COMING)
        if is_past:
            return replace(term, state=TermState.LAPSED if step.is_aim else TermState.LATE)
        return term

    def _anchored(self, step: Step, path: tuple[Link, ...]) -> tuple[tuple[Link, ...], EventKind | None]:
        """Return the path to the event that the term counts from, and what has to be recorded before it can."""
        is_initial = self.case.kind is AuditKind.INITIAL
        anchor = step.anchor_initial if is_initial and step.anchor_initial else step.anchor
        if anchor is None or step.within is None:
            return path, None
        day = self.old_expiry if anchor is EventKind.CERTIFICATE_EXPIRY else self.day(anchor)
        return (self._link(anchor, day), None) if day is not None else (path, anchor)

    def _due(self, step: Step, anchor: date) -> date | None:
        if step.within is None:
            return None
        due = step.within.before(anchor) if step.is_before else step.within.after(anchor)
        moves = self.edition.settings.shift is Shift.NEXT_WORKING_DAY and not step.is_before
        while moves and self._is_working_day is not None and not self._is_working_day(due):
            due += timedelta(days=1)
        return due

    def _done(self, step: Step, number: int) -> date | None:
        """Return the day on which a round of a step was over.

        What repeats is paired in order: the second time that part A comes is answered by the second return, and the
        first return by the second time that it comes.
        """
        if not self._has_rounds(step):
            days = [day for kind in step.produces if (day := self._recorded(kind)) is not None]
            return min(days, default=None)
        trigger = step.triggers[0].event
        for kind in step.produces:
            days = self.days(kind)
            if self._may_repeat([kind]):
                answer = number if _ORDER[kind] < _ORDER[trigger] else number - 1
                if answer < len(days):
                    return days[answer]
        is_last = number == len(self.days(trigger))
        once = [kind for kind in step.produces if not self._may_repeat([kind])]
        return min((day for kind in once if is_last and (day := self.day(kind)) is not None), default=None)

    def _overtaken(self, step: Step, number: int) -> date | None:
        """Return the first day on which something happened that comes after a step, None when nothing did."""
        trigger = step.triggers[0].event if step.triggers else None
        if trigger is not None and self._has_rounds(step) and number < len(self.days(trigger)):
            return self.days(trigger)[number]
        later = self.edition.produced_after(step.id)
        return min((day for kind in later if (day := self._recorded(kind)) is not None), default=None)

    def _recorded(self, kind: EventKind) -> date | None:
        """Return the day of what people recorded, once it has come; a lapse does not count."""
        rule = self.edition.events.get(kind)
        days = [event.on for event in self._events[kind]]
        is_to_come = rule is not None and rule.is_planned and bool(days) and days[0] > self.today
        return days[0] if days and not is_to_come else None


_ORDER: Mapping[EventKind, int] = {kind: number for number, kind in enumerate(EventKind)}

_CONDITIONS: Mapping[Condition, Callable[[_Facts], bool]] = {
    Condition.ALL_MET: lambda facts: facts.outcome is Outcome.ALL_MET,
    Condition.PLAN_REQUIRED: lambda facts: facts.outcome is Outcome.PLAN_REQUIRED,
    Condition.FOLLOWUP_REQUIRED: lambda facts: facts.outcome is Outcome.FOLLOWUP_REQUIRED,
    Condition.NO_HOLD: lambda facts: facts.outcome is not Outcome.FOLLOWUP_REQUIRED,
    Condition.WITHIN_THRESHOLD_AND_PLAN_APPROVED: lambda facts: (
        facts._outcome(EventKind.FOLLOWUP_AUDIT_DONE) in (Outcome.ALL_MET, Outcome.PLAN_REQUIRED)
        and facts.day(EventKind.PLAN_APPROVED) is not None
    ),
    Condition.DECLINED_OR_STILL_OVER_THRESHOLD: lambda facts: facts._is_declined_or_still_over(),
    Condition.POSITIVE: lambda facts: not facts.is_negative,
    Condition.SCENARIO_2: lambda facts: facts.is_suspended,
    Condition.NOT_SCENARIO_2: lambda facts: not facts.is_suspended,
    Condition.SELF_EVALUATION_REQUIRED: lambda facts: (
        facts.case.kind in facts.edition.settings.self_evaluation_required
    ),
}
