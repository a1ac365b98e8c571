"""Screens of the improvement plan after an audit, for the member who writes it and the team that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.framework import Norm
from domain.improvement_plan import PlanEntry, PlanPart, PlanStatus, Progress, Retest
from domain.verdicts import Verdict
from domain.weighing import Outcome
from templates.screens import Screen


@dataclass(frozen=True)
class AboutPlan(Screen):
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


@dataclass(frozen=True)
class PlanLine:
    """One norm in the overview."""

    norm: Norm
    verdict: Verdict
    entry: PlanEntry
    progress: Progress


@dataclass(frozen=True)
class ShowAuditPlan(AboutPlan):
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


@dataclass(frozen=True)
class ShowPlanEntry(AboutPlan):
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


@dataclass(frozen=True)
class AskPlanPart(AboutPlan):
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


@dataclass(frozen=True)
class AskShown(AboutPlan):
    """How does one see that this is ready?"""

    template = "plan/ask_shown.html.j2"

    norm: Norm
    entry: PlanEntry
    now: str


@dataclass(frozen=True)
class ConfirmSubmit(AboutPlan):
    """Hand it in? After that the team reads it."""

    template = "plan/confirm_submit.html.j2"

    norms: int
    is_last_round: bool
    has_choice: bool


@dataclass(frozen=True)
class ConfirmDecline(AboutPlan):
    """No additional investigation? That means a negative decision."""

    template = "plan/confirm_decline.html.j2"


@dataclass(frozen=True)
class ConfirmApprove(AboutPlan):
    """Approve it? After that it is fixed."""

    template = "plan/confirm_approve.html.j2"

    organisation: str
    norms: int
    outcome: Outcome


@dataclass(frozen=True)
class AskBackReason(AboutPlan):
    """Why does it go back, and what should be different?"""

    template = "plan/ask_back_reason.html.j2"

    organisation: str
    is_last_round: bool
    is_negative: bool


@dataclass(frozen=True)
class RetestLine:
    """One norm of the additional investigation."""

    norm: Norm
    before: Verdict
    retest: Retest | None


@dataclass(frozen=True)
class ShowRetests(AboutPlan):
    """How far the additional investigation is, and what it comes to; `outcome` is None while a norm is open."""

    template = "plan/retests.html.j2"

    organisation: str
    lines: tuple[RetestLine, ...]
    outcome: Outcome | None
    is_done: bool
    told: PlanTold | None = None


@dataclass(frozen=True)
class ShowAddendum(AboutPlan):
    """A page of the addendum to part B, once the additional investigation is done."""

    template = "plan/addendum.html.j2"

    organisation: str
    outcome: Outcome
    lines: tuple[RetestLine, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class ShowRetest(AboutPlan):
    """One norm: what stood in the report, what was planned, and what is found now."""

    template = "plan/retest.html.j2"

    norm: Norm
    before: Verdict
    rationale: str
    entry: PlanEntry
    retest: Retest | None
    told: PlanTold | None = None


@dataclass(frozen=True)
class ConfirmFollowup(AboutPlan):
    """Close the additional investigation with this outcome?"""

    template = "plan/confirm_followup.html.j2"

    organisation: str
    outcome: Outcome
    plan: PlanStatus


@dataclass(frozen=True)
class TellPlan(AboutPlan):
    """A message of its own: what the other side did."""

    template = "plan/news.html.j2"

    news: PlanNews
    organisation: str
    norms: int
    on: date
    reason: str = ""
    outcome: Outcome | None = None
