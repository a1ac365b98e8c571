"""Screens of the improvement plan after an audit, for the member who writes it and the team that reads it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from domain.addendum import Addendum, RetestedNorm
from domain.framework import Norm
from domain.improvement_plan import PlanEntry, PlanPart, PlanStatus, Progress, Retest
from domain.plan_actions import ActionEvidence, PlanAction
from domain.verdicts import Verdict
from domain.weighing import Outcome
from templates.screens import SaysVerdicts


class AboutPlan(SaysVerdicts, frozen=True):
    """A screen that quotes findings or what the member will do about them; it is not to be forwarded."""

    is_confidential: ClassVar[bool] = True  # as `Screen` says


class PlanTold(StrEnum):
    """What just happened, in a line above the screen."""

    KEPT = "kept"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    DECLINED = "declined"
    TICKED = "ticked"
    UNTICKED = "unticked"
    CHANGED = "changed"  # somebody else was first
    NOT_NOW = "not_now"
    INCOMPLETE = "incomplete"


class PlanNews(StrEnum):
    """What the other side did."""

    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    APPROVED = "approved"
    RETURNED = "returned"
    TALK = "talk"
    REFUSED = "refused"
    DECLINED = "declined"
    FOLLOWUP_DONE = "followup_done"


class PlanLine(Struct, frozen=True):
    """One norm in the overview."""

    norm: Norm
    verdict: Verdict
    entry: PlanEntry
    progress: Progress


class ShowAuditPlan(AboutPlan, frozen=True):
    """How far the plan is; `is_own` for the member who writes it, and `rounds` is how often it can be handed in.

    `due_on` is by when whoever's turn it is has to act.
    """

    template = "plan/overview.html.j2"

    organisation: str
    is_own: bool
    outcome: Outcome
    status: PlanStatus
    round: int
    rounds: int
    reason: str
    lines: tuple[PlanLine, ...]
    complete: int
    done: int
    may_decide: bool = False
    followup: Outcome | None = None
    due_on: date | None = None
    today: date | None = None
    told: PlanTold | None = None


class ShowPlanEntry(AboutPlan, frozen=True):
    """What the plan says about one norm, with what the report says; `place` counts from 1."""

    template = "plan/entry.html.j2"

    norm: Norm
    verdict: Verdict
    rationale: str
    entry: PlanEntry
    status: PlanStatus
    progress: Progress
    place: int
    total: int
    is_own: bool
    retest: Retest | None = None
    told: PlanTold | None = None
    owner: str = ""
    evidence: tuple[ActionEvidence, ...] = ()


class AskPlanPart(AboutPlan, frozen=True):
    """One question about one norm; `now` is what stands there, `suggestion` what the self-evaluation says."""

    template = "plan/ask.html.j2"

    norm: Norm
    verdict: Verdict
    rationale: str
    part: PlanPart
    now: str
    suggestion: str
    place: int
    total: int
    is_unreadable: bool = False  # the date that was typed
    is_past: bool = False
    told: PlanTold | None = None


class AskShown(AboutPlan, frozen=True):
    """How does one see that this is ready?"""

    template = "plan/ask_shown.html.j2"

    norm: Norm
    entry: PlanEntry
    now: str


class ConfirmSubmit(AboutPlan, frozen=True):
    """Hand it in? After that the team reads it."""

    template = "plan/confirm_submit.html.j2"

    norms: int
    is_last_round: bool
    has_choice: bool


class ConfirmDecline(AboutPlan, frozen=True):
    """No additional investigation? That means a negative decision."""

    template = "plan/confirm_decline.html.j2"

    goes_to_swn: bool = True


class ConfirmApprove(AboutPlan, frozen=True):
    """Approve it? After that it is fixed."""

    template = "plan/confirm_approve.html.j2"

    organisation: str
    norms: int
    outcome: Outcome
    goes_to_swn: bool = True


class AskBackReason(AboutPlan, frozen=True):
    """Why does it go back, and what should be different?"""

    template = "plan/ask_back_reason.html.j2"

    organisation: str
    is_last_round: bool
    is_negative: bool


class RetestLine(Struct, frozen=True):
    """One norm of the additional investigation."""

    norm: Norm
    before: Verdict
    retest: Retest | None


class ShowRetests(AboutPlan, frozen=True):
    """How far the additional investigation is, and what it comes to; `outcome` is None while a norm is open."""

    template = "plan/retests.html.j2"

    organisation: str
    lines: tuple[RetestLine, ...]
    outcome: Outcome | None
    is_done: bool
    told: PlanTold | None = None


class ShowAddendum(AboutPlan, frozen=True):
    """A page of the addendum to part B, with how it went on the first page and the conclusion on the last."""

    template = "plan/addendum.html.j2"

    organisation: str
    addendum: Addendum
    norms: tuple[RetestedNorm, ...]
    page: int
    pages: int


class ShowRetest(AboutPlan, frozen=True):
    """One norm: what stood in the report, what was planned, and what is found now."""

    template = "plan/retest.html.j2"

    norm: Norm
    before: Verdict
    rationale: str
    entry: PlanEntry
    retest: Retest | None
    told: PlanTold | None = None


class ConfirmFollowup(AboutPlan, frozen=True):
    """Close the additional investigation with this outcome?"""

    template = "plan/confirm_followup.html.j2"

    organisation: str
    outcome: Outcome
    plan: PlanStatus


class TellPlan(AboutPlan, frozen=True):
    """A message of its own: what the other side did."""

    template = "plan/news.html.j2"

    news: PlanNews
    organisation: str
    norms: int
    on: date
    reason: str = ""
    outcome: Outcome | None = None


# ---------------------------------------------------------------------------------------- single actions


class ActionTold(StrEnum):
    """What just happened with an action, in a line above the screen or in a message."""

    READY = "ready"
    OPEN = "open"
    KEPT = "kept"
    CHANGED = "changed"
    NOT_NOW = "not_now"
    TOO_LONG = "too_long"
    SNOOZED = "snoozed"
    ATTACHED = "attached"
    DETACHED = "detached"
    FULL = "full"
    FILE_TOO_LARGE = "file_too_large"
    GIVEN = "given"
    TAKEN_BACK = "taken_back"


class ShowOwnActions(AboutPlan, frozen=True):
    """The actions that are somebody's own, what is open first."""

    template = "plan/own_actions.html.j2"

    actions: tuple[PlanAction, ...]
    today: date


class ShowAction(AboutPlan, frozen=True):
    """One action: what, by when, how one will see it, and how far it is."""

    template = "plan/action.html.j2"

    action: PlanAction
    today: date
    told: ActionTold | None = None


class ShowEvidence(AboutPlan, frozen=True):
    """A file that lies at an action; `item` is None when it is gone, `is_sent` when it is on its way."""

    template = "plan/evidence.html.j2"

    norm: Norm
    item: ActionEvidence | None
    is_sent: bool = False


class AskAction(AboutPlan, frozen=True):
    """How far is it ("note"), or how does one see it ("evidence")?"""

    template = "plan/ask_action.html.j2"

    action: PlanAction
    what: str
    told: ActionTold | None = None


class ChooseOwner(AboutPlan, frozen=True):
    """Who does this action? `owner` is who does it now, empty for nobody."""

    template = "plan/choose_owner.html.j2"

    norm: Norm
    entry: PlanEntry
    owner: str


class TellActionGiven(AboutPlan, frozen=True):
    """To a colleague: this action is yours."""

    template = "plan/tell_given.html.j2"

    action: PlanAction
    organisation: str


class TellActionReported(AboutPlan, frozen=True):
    """To the coordinators: what the owner of an action said of it."""

    template = "plan/tell_reported.html.j2"

    action: PlanAction
    organisation: str
    told: ActionTold
