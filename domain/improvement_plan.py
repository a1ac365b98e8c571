"""The improvement plan after an audit: what the member will do about every norm that is partial or not met.

    draft -> submitted -> approved
                      \\-> returned -> submitted -> approved
                                               \\-> talk (2021) or refused (2017)
    draft -> declined: the member sees off an additional investigation (outcome c)

There is one plan with an entry per norm (handbook §2.6; bijlage 6 step 9 and 10). The self-evaluation has improvement
actions of its own (`domain.self_evaluation`): those are the member's, and nobody approves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from domain.audit import AuditId
from domain.framework import NormId
from domain.process import EventKind, ProcessEdition, StepId
from domain.roles import PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome

_REVISION = StepId("plan_revision")

#: With these outcomes the member makes a plan (handbook §2.6; bijlage 6 step 9b and 9c).
OUTCOMES_WITH_PLAN = frozenset({Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED})


class PlanStatus(StrEnum):
    """How far a plan is; the values are stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    TALK = "talk"  # sent back for the second time: CI and member discuss what comes next (bijlage 6 step 9b.iii)
    REFUSED = "refused"  # sent back for the second time, which means a negative advice (bijlage 5 B10b.ii)
    APPROVED = "approved"
    DECLINED = "declined"

    @property
    def is_writable(self) -> bool:
        """Whether the member can change what it says; after a talk as was agreed in it."""
        return self in (PlanStatus.DRAFT, PlanStatus.RETURNED, PlanStatus.TALK)

    @property
    def is_submittable(self) -> bool:
        """Whether the member can hand it in."""
        return self in (PlanStatus.DRAFT, PlanStatus.RETURNED)

    @property
    def is_over(self) -> bool:
        """Whether nothing about the plan itself is decided any more."""
        return self in (PlanStatus.REFUSED, PlanStatus.APPROVED, PlanStatus.DECLINED)


class PlanPart(StrEnum):
    """What an entry says, in the order in which it is asked."""

    WHAT = "what"
    WHO = "who"
    DUE_ON = "due_on"
    SHOWN_BY = "shown_by"


class PlanEntry(Struct, frozen=True):
    """What the member will do about one norm: what, who, until when, and how one will see it.

    `version` counts the writes, 0 when nothing was said yet.
    """

    norm: NormId
    what: str = ""
    who: str = ""
    due_on: date | None = None
    shown_by: str = ""
    version: int = 0

    @property
    def missing(self) -> tuple[PlanPart, ...]:
        """What is still to be said, in the order in which it is asked."""
        said = {
            PlanPart.WHAT: bool(self.what.strip()),
            PlanPart.WHO: bool(self.who.strip()),
            PlanPart.DUE_ON: self.due_on is not None,
            PlanPart.SHOWN_BY: bool(self.shown_by.strip()),
        }
        return tuple(part for part, is_there in said.items() if not is_there)


class Progress(Struct, frozen=True):
    """How far an approved entry is: `done_on` is None as long as it runs, `note` says what was done so far.

    `evidence` says how one sees it.
    """

    norm: NormId
    done_on: date | None = None
    evidence: str = ""
    version: int = 0
    note: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was ticked off."""
        return self.done_on is not None


class Review(Struct, frozen=True):
    """One round: when the plan was handed in, and what the CI held of it; `is_approved` is None until it did."""

    round: int
    submitted_at: datetime
    submitted_by: PersonId
    is_approved: bool | None = None
    reason: str = ""
    reviewed_at: datetime | None = None
    reviewed_by: PersonId | None = None


class ImprovementPlan(Struct, frozen=True):
    """The plan of one audit: `needed` are the norms it has to cover with their verdict, in order of the framework."""

    audit: AuditId
    outcome: Outcome
    needed: Mapping[NormId, Verdict]
    status: PlanStatus = PlanStatus.DRAFT
    entries: Mapping[NormId, PlanEntry] = field(default_factory=lambda: MappingProxyType({}))
    reviews: tuple[Review, ...] = ()
    progress: Mapping[NormId, Progress] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 0

    @property
    def round(self) -> int:
        """How often it was handed in."""
        return len(self.reviews)

    @property
    def reason(self) -> str:
        """Why the CI sent it back the last time; empty when it did not."""
        return self.reviews[-1].reason if self.reviews else ""

    @property
    def missing(self) -> Mapping[NormId, tuple[PlanPart, ...]]:
        """What is still to be said, per norm that lacks something."""
        lacking = {norm: self.entry(norm).missing for norm in self.needed}
        return {norm: parts for norm, parts in lacking.items() if parts}

    @property
    def complete(self) -> int:
        """How many norms have everything."""
        return len(self.needed) - len(self.missing)

    @property
    def done(self) -> int:
        """How many entries were ticked off."""
        return sum(self.progress_of(norm).is_done for norm in self.needed)

    @property
    def has_choice(self) -> bool:
        """Whether the member chooses between an additional investigation and none (bijlage 6 step 9c)."""
        return self.outcome is Outcome.FOLLOWUP_REQUIRED

    def entry(self, norm: NormId) -> PlanEntry:
        """Return what the plan says about a norm, empty when nothing yet."""
        return self.entries.get(norm, PlanEntry(norm))

    def progress_of(self, norm: NormId) -> Progress:
        """Return how far an entry is."""
        return self.progress.get(norm, Progress(norm))


class PlanHindrance(StrEnum):
    """Why something cannot be done with a plan."""

    NOT_NOW = "not_now"
    INCOMPLETE = "incomplete"
    NO_REASON = "no_reason"
    NO_CHOICE = "no_choice"


class PlanRefused(Exception):
    """Something cannot be done with the plan as it is; nothing was changed."""

    def __init__(self, hindrance: PlanHindrance) -> None:
        super().__init__(hindrance.value)
        self.hindrance = hindrance


class PlanStep(Struct, frozen=True):
    """A plan after a step, with the event that the step is in the process."""

    plan: ImprovementPlan
    event: EventKind


def needed_norms(verdicts: Mapping[NormId, Verdict]) -> Mapping[NormId, Verdict]:
    """Return the norms that the plan has to cover: partial or not met, also over the threshold (domain book §5.4)."""
    return {norm: verdict for norm, verdict in verdicts.items() if verdict.needs_improvement}


def last_round(edition: ProcessEdition) -> int:
    """Return how often a plan can be handed in: a second time where the edition knows a revision."""
    return 2 if edition.has(_REVISION) else 1


def submit(plan: ImprovementPlan, by: PersonId, at: datetime) -> PlanStep:
    """Hand the plan in. Raises PlanRefused: it is not the time, or an entry lacks something."""
    if not plan.status.is_submittable:
        raise PlanRefused(PlanHindrance.NOT_NOW)
    if plan.missing:
        raise PlanRefused(PlanHindrance.INCOMPLETE)
    review = Review(plan.round + 1, at, by)
    new = replace(plan, status=PlanStatus.SUBMITTED, reviews=(*plan.reviews, review), version=plan.version + 1)
    return PlanStep(new, EventKind.PLAN_RECEIVED if review.round == 1 else EventKind.REVISED_PLAN_RECEIVED)


def approve(plan: ImprovementPlan, by: PersonId, at: datetime) -> PlanStep:
    """Approve the plan, also after the talk about a second one. Raises PlanRefused."""
    if plan.status not in (PlanStatus.SUBMITTED, PlanStatus.TALK):
        raise PlanRefused(PlanHindrance.NOT_NOW)
    if plan.missing:
        raise PlanRefused(PlanHindrance.INCOMPLETE)
    return PlanStep(_reviewed(plan, PlanStatus.APPROVED, by, at, is_approved=True), EventKind.PLAN_APPROVED)


def send_back(plan: ImprovementPlan, edition: ProcessEdition, reason: str, by: PersonId, at: datetime) -> PlanStep:
    """Send the plan back with a reason; the last time there is no further round, and the edition says what follows.

    Raises:
        PlanRefused: it was not handed in, or there is no reason (bijlage 6 step 9b.ii asks for one).
    """
    if plan.status is not PlanStatus.SUBMITTED:
        raise PlanRefused(PlanHindrance.NOT_NOW)
    if not reason.strip():
        raise PlanRefused(PlanHindrance.NO_REASON)
    is_first = plan.round == 1
    event = EventKind.PLAN_REJECTED if is_first else EventKind.REVISED_PLAN_REJECTED
    status = _after_rejection(plan, edition)
    return PlanStep(_reviewed(plan, status, by, at, is_approved=False, reason=reason.strip()), event)


def decline(plan: ImprovementPlan) -> PlanStep:
    """Choose against an additional investigation, which means a negative decision (bijlage 6 step 9c.i).

    Raises:
        PlanRefused: the outcome leaves no choice, or the plan lies with the CI or is settled.
    """
    if not plan.has_choice:
        raise PlanRefused(PlanHindrance.NO_CHOICE)
    if not plan.status.is_writable:
        raise PlanRefused(PlanHindrance.NOT_NOW)
    new = replace(plan, status=PlanStatus.DECLINED, version=plan.version + 1)
    return PlanStep(new, EventKind.FOLLOWUP_DECLINED)


def _after_rejection(plan: ImprovementPlan, edition: ProcessEdition) -> PlanStatus:
    if plan.round < last_round(edition):
        return PlanStatus.RETURNED
    return PlanStatus.REFUSED if edition.settings.is_second_rejection_negative else PlanStatus.TALK


def _reviewed(
    plan: ImprovementPlan, status: PlanStatus, by: PersonId, at: datetime, *, is_approved: bool, reason: str = ""
) -> ImprovementPlan:
    """Return the plan with what the CI held of its last round; who approves after the talk keeps the reason for it."""
    kept = reason or plan.reviews[-1].reason
    last = replace(plan.reviews[-1], is_approved=is_approved, reason=kept, reviewed_at=at, reviewed_by=by)
    return replace(plan, status=status, reviews=(*plan.reviews[:-1], last), version=plan.version + 1)


# --- The additional investigation ------------------------------------------------------------------------------------


class Retest(Struct, frozen=True):
    """What an additional investigation found at one norm of the plan; `text` goes into the addendum to part B."""

    norm: NormId
    verdict: Verdict
    text: str = ""
    version: int = 0


def after_followup(verdicts: Mapping[NormId, Verdict], retests: Mapping[NormId, Retest]) -> dict[NormId, Verdict]:
    """Return the verdicts after an additional investigation: what was tested anew counts, the rest stays."""
    tested = {norm: found.verdict for norm, found in retests.items() if found.verdict is not Verdict.NOT_ASSESSED}
    return {**verdicts, **tested}


def untested(plan: ImprovementPlan, retests: Mapping[NormId, Retest]) -> tuple[NormId, ...]:
    """Return the norms of the plan that the investigation still has to look at: all of them are tested (9c.ii)."""
    judged = {norm for norm, found in retests.items() if found.verdict is not Verdict.NOT_ASSESSED}
    return tuple(norm for norm in plan.needed if norm not in judged)
