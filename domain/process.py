"""The formal process around an audit: its steps, their terms, and what happened.

An edition of the process (`domain/content/processes/`) says which step follows on which event, who acts and within how
long. What happened is a set of `ProcessEvent`s, each dated on the local day from which a term counts. When something
is due follows from the two (`domain.deadlines`) and is never kept (docs/decisions/0007).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NewType

from msgspec import Struct, field

from domain.audit import AuditId, AuditKind, ProcessId
from domain.dates import add_months
from domain.roles import OrganisationKind, PersonId, Role
from domain.weighing import Outcome

EventId = NewType("EventId", int)
StepId = NewType("StepId", str)  # "draft_report"

CERTIFICATE_EXPIRY = StepId("certificate_expiry")
EXPIRY_NOTICE = StepId("expiry_notice")
SUSPENSION_END = StepId("suspension_end")
#: What belongs to a certificate rather than to the audit; it runs on quietly until the next audit.
CERTIFICATE_STEPS = frozenset({CERTIFICATE_EXPIRY, EXPIRY_NOTICE, SUSPENSION_END})

#: The id of an event that nobody records, because the bot knows it already: an audit day, a closed self-evaluation.
DERIVED = EventId(0)


class EventKind(StrEnum):
    """What can happen in an audit (process-conventions, events); the values are stored."""

    SELF_EVALUATION_COMPLETED = "self_evaluation_completed"
    CI_CONTRACTED = "ci_contracted"
    FIRST_AUDIT_DAY = "first_audit_day"
    LAST_AUDIT_DAY = "last_audit_day"
    DRAFT_RECEIVED = "draft_received"
    DRAFT_RESPONSE_RECEIVED = "draft_response_received"
    FINDINGS_FINAL = "findings_final"
    PLAN_RECEIVED = "plan_received"
    PLAN_APPROVED = "plan_approved"
    PLAN_REJECTED = "plan_rejected"
    REVISED_PLAN_RECEIVED = "revised_plan_received"
    REVISED_PLAN_REJECTED = "revised_plan_rejected"
    FOLLOWUP_AUDIT_DONE = "followup_audit_done"
    FOLLOWUP_DECLINED = "followup_declined"
    CI_DECISION_POSITIVE = "ci_decision_positive"
    CI_DECISION_NEGATIVE = "ci_decision_negative"
    DECISION_MAILED = "decision_mailed"  # the term of an appeal counts from it (CIIO procedure 2305)
    APPEAL_RECEIVED = "appeal_received"
    SUMMARY_RECEIVED = "summary_received"
    SUMMARY_RETURNED = "summary_returned"
    SUMMARY_COMPLETE = "summary_complete"
    POSITIVE_REPORT_RECEIVED = "positive_report_received"
    CERTIFICATE_ISSUED = "certificate_issued"
    EXPIRY_NOTICE_SENT = "expiry_notice_sent"  # own: the source only says that the member is written to
    CERTIFICATE_EXPIRY = "certificate_expiry"


class Party(StrEnum):
    """Who acts in a step, one at a time; the values are actor codes of the content files."""

    MEMBER = "member"
    CI = "ci"
    SWN = "swn_secretariat"


class Condition(StrEnum):
    """When a step is taken at all; what each means stands in `domain.deadlines`."""

    ALL_MET = "all_met"
    PLAN_REQUIRED = "plan_required"
    FOLLOWUP_REQUIRED = "followup_required"
    NO_HOLD = "no_hold"
    WITHIN_THRESHOLD_AND_PLAN_APPROVED = "within_threshold_and_plan_approved"
    DECLINED_OR_STILL_OVER_THRESHOLD = "declined_or_still_over_threshold"
    POSITIVE = "positive"
    SCENARIO_2 = "scenario_2"
    NOT_SCENARIO_2 = "not_scenario_2"
    SELF_EVALUATION_REQUIRED = "self_evaluation_required"


class Period(Struct, frozen=True):
    """A length of time in calendar units, as the sources give it ("2 weken", "een halfjaar")."""

    days: int = 0
    weeks: int = 0
    months: int = 0
    years: int = 0

    def after(self, day: date) -> date:
        """Return the day so long after another; a day that does not exist becomes the last of its month."""
        return add_months(day, self.years * 12 + self.months) + timedelta(weeks=self.weeks, days=self.days)

    def before(self, day: date) -> date:
        """Return the day so long before another, with the same clamping."""
        return add_months(day, -(self.years * 12 + self.months)) - timedelta(weeks=self.weeks, days=self.days)


class ProcessEvent(Struct, frozen=True):
    """One thing that happened, on the local day from which terms count.

    `detail` holds what else counts: the outcome at `findings_final` and `followup_audit_done`, else a few words or
    nothing. `by` and `recorded_at` say who told the bot, and when; both are None for what it derived by itself.
    """

    id: EventId
    audit: AuditId
    kind: EventKind
    on: date
    recorded_at: datetime | None = None
    by: PersonId | None = None
    detail: str = ""
    version: int = 1

    @property
    def is_derived(self) -> bool:
        """Whether it follows from something else that the bot keeps, and is changed there."""
        return self.id == DERIVED

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that goes with the event, None when it has none."""
        return Outcome(self.detail) if self.detail in frozenset(Outcome) else None


class EventRule(Struct, frozen=True):
    """What holds for one kind of event: its Dutch name, who may record it, and what goes with it.

    `repeats` for what may happen several times in one audit, `needs_outcome` for what carries the outcome, and
    `is_planned` for what is known beforehand: it has happened only once its day is there. `is_kept_elsewhere` for what
    is recorded where it happens and nowhere else. `phrase` is the name of its day in a sentence ("14 dagen na ...").
    """

    kind: EventKind
    title: str
    phrase: str
    recorded_by: tuple[Party, ...]
    repeats: bool = False
    needs_outcome: bool = False
    is_planned: bool = False
    is_kept_elsewhere: bool = False


class Trigger(Struct, frozen=True):
    """The event on which a step follows, as far as the condition holds."""

    event: EventKind
    when: Condition | None = None


class Step(Struct, frozen=True):
    """One step of an edition.

    It begins on the first of its `triggers` (without any: with the audit), is over with an event that it `produces`,
    and is due `within` a period after its `anchor`, by default the trigger (or before it). `counts_as` is the event
    that a lapse counts as; `is_aim` for a date to aim at, after which nothing is late; `is_own` when the sources are
    silent. `is_choice` for what one may do and need not: it is reminded of on its own `remind_days` before the end, and
    counts from its trigger as long as its anchor is not known.
    """

    id: StepId
    number: str
    title: str
    actor: Party
    action: str
    source: str
    triggers: tuple[Trigger, ...] = ()
    when: Condition | None = None
    anchor: EventKind | None = None
    anchor_initial: EventKind | None = None
    is_before: bool = False
    within: Period | None = None
    produces: tuple[EventKind, ...] = ()
    next: tuple[StepId, ...] = ()
    counts_as: EventKind | None = None
    is_aim: bool = False
    lapse: str = ""
    is_own: bool = False
    is_choice: bool = False
    remind_days: tuple[int, ...] = ()


class RenewalDate(StrEnum):
    """From which day the certificate after a re-audit counts."""

    OLD_EXPIRY = "old_expiry"
    ISSUE_DATE = "issue_date"


class Shift(StrEnum):
    """What a closed day does to a due date."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"


class ProcessSettings(Struct, frozen=True):
    """What an edition leaves to a setting; the files say which of them are ours.

    `suspension` is None where a certificate lapses at once; `under_way` is the event that proves that a re-audit is
    under way; `is_second_rejection_negative` where a plan that is rejected twice means a negative advice.
    """

    validity: Period
    renewal_date: RenewalDate = RenewalDate.OLD_EXPIRY
    suspension: Period | None = None
    suspension_start_after_followup: EventKind = EventKind.FINDINGS_FINAL
    under_way: EventKind = EventKind.CI_CONTRACTED
    is_second_rejection_negative: bool = False
    self_evaluation_required: frozenset[AuditKind] = frozenset()
    followup_steps: frozenset[StepId] = frozenset()
    shift: Shift = Shift.NONE


class ReminderMoments(Struct, frozen=True):
    """When people are reminded: days before a term, periods before a certificate lapses, and days after a term.

    The first of `late_days` is for who acts and the team leader, the others are for the member as well. An action of
    the improvement plan is reminded of once, `action_before` days before its day, and once, `action_after` days after.
    """

    term_days: tuple[int, ...]
    before_expiry: tuple[Period, ...]
    late_days: tuple[int, ...]
    action_before: int
    action_after: int


class PlanningAdvice(Struct, frozen=True):
    """How many weeks before the certificate lapses the last audit day should lie, with all terms used in full."""

    all_met_weeks: int
    plan_approved_weeks: int
    plan_revised_weeks: int


class ProcessEdition(Struct, frozen=True, dict=True):
    """One edition of the process; an audit keeps the one it started with."""

    id: ProcessId
    title: str
    source: str
    steps: tuple[Step, ...]
    settings: ProcessSettings
    reminders: ReminderMoments
    planning: PlanningAdvice
    events: Mapping[EventKind, EventRule] = field(default_factory=dict)

    @cached_property
    def goes_to_swn(self) -> bool:
        """Whether SWN has a part in it: part A, a certificate, the register. Other frameworks do without."""
        return any(step.actor is Party.SWN for step in self.steps)

    def step(self, step: StepId) -> Step:
        """Return a step. Raises KeyError."""
        return next(found for found in self.steps if found.id == step)

    def has(self, step: StepId) -> bool:
        """Say whether the edition knows a step."""
        return any(found.id == step for found in self.steps)

    def produced_after(self, step: StepId) -> frozenset[EventKind]:
        """Return what steps after a step produce in this audit, without what it begins or ends with itself."""
        return self._produced_after[step]

    @cached_property
    def _produced_after(self) -> Mapping[StepId, frozenset[EventKind]]:
        return {step.id: _produced_after(step, {found.id: found for found in self.steps}) for step in self.steps}


def _produced_after(start: Step, steps: Mapping[StepId, Step]) -> frozenset[EventKind]:
    seen: set[StepId] = set()
    to_do = list(start.next)
    while to_do:
        step = to_do.pop()
        if step not in seen and step not in CERTIFICATE_STEPS:
            seen.add(step)
            to_do.extend(steps[step].next)
    own = {*start.produces, *(trigger.event for trigger in start.triggers)}
    return frozenset(kind for step in seen - {start.id} for kind in steps[step].produces) - own


#: Which role at which kind of organisation acts for a party; for the CI also the team leader in the team of the audit.
PARTY_ROLES: Mapping[Party, tuple[OrganisationKind, Role]] = {
    Party.MEMBER: (OrganisationKind.MEMBER, Role.COORDINATOR),
    Party.CI: (OrganisationKind.CI, Role.CI_ADMIN),
    Party.SWN: (OrganisationKind.SWN, Role.SWN_SECRETARIAT),
}


def certificate_date(edition: ProcessEdition, kind: AuditKind, made_on: date, previous_expiry: date | None) -> date:
    """Return the date that a certificate carries and its two years count from.

    After a re-audit it follows the old one (§2.7 "aansluitend"), also after a suspension; a first certificate, and one
    after a lapse, carries the day of issue (own: the sources don't say).
    """
    follows_on = kind is AuditKind.RECERTIFICATION and edition.settings.renewal_date is RenewalDate.OLD_EXPIRY
    return previous_expiry if follows_on and previous_expiry is not None else made_on


def expiry_of(edition: ProcessEdition, certificate_on: date) -> date:
    """Return the day on which a certificate lapses (vervaldatum), two years after the date on it (§2.7)."""
    return edition.settings.validity.after(certificate_on)
