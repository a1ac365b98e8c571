"""The actions of an approved improvement plan: who does one, and when its owner is reminded of it.

An action has one owner at the member; while it has none that can be reached, the coordinators hear of it. It is said
once before its day and once after it (how long is data, own), and never after it was ticked off.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from domain.audit import AuditId
from domain.framework import Norm, NormId
from domain.improvement_plan import ImprovementPlan, PlanEntry, PlanStatus, Progress
from domain.next_round import MAX_CARRIED
from domain.process import ReminderMoments
from domain.reminders import Listener, ReminderKind, Rung, Saying
from domain.roles import PersonId
from domain.self_evaluation import ContributionKind, FileId
from domain.working_days import WorkingDays, local_day

#: So many files can lie at one action: as many as the next round takes over of a norm.
MAX_EVIDENCE = MAX_CARRIED


class ActionEvidence(Struct, frozen=True):
    """A file that shows that an action is done, with the line that came with it; `name` is that of the file."""

    number: int
    kind: ContributionKind
    caption: str
    file: FileId
    name: str
    by: PersonId
    is_there: bool = True  # False while it is being fetched, and when it was refused


class PlanAction(Struct, frozen=True):
    """One action as its owner sees it; `is_running` once the plan was approved."""

    audit: AuditId
    norm: Norm
    entry: PlanEntry
    progress: Progress
    status: PlanStatus
    evidence: tuple[ActionEvidence, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether its owner can say how far it is."""
        return self.status is PlanStatus.APPROVED


class OpenAction(Struct, frozen=True):
    """An action that is not ready yet, with the day on which it has to be."""

    norm: NormId
    due: date

    @property
    def term(self) -> str:
        """Under which name it is kept what was said of it."""
        return term_of(self.norm)


class ActionReminder(Struct, frozen=True):
    """One line for one person: the action, how many days are left (below 0: late), and what is ticked off with it."""

    norm: NormId
    due: date
    days_left: int
    sayings: tuple[Saying, ...]


def term_of(norm: NormId) -> str:
    """Return the name of an action among what people are reminded of."""
    return f"action:{norm}"


def open_actions(plan: ImprovementPlan) -> tuple[OpenAction, ...]:
    """Return the actions of a plan that have a day and were not ticked off."""
    running = (plan.entry(norm) for norm in plan.needed if not plan.progress_of(norm).is_done)
    return tuple(OpenAction(entry.norm, entry.due_on) for entry in running if entry.due_on is not None)


def action_rungs(
    action: OpenAction, moments: ReminderMoments, working: WorkingDays, approved_on: date | None
) -> tuple[Rung, ...]:
    """Return when is said what: once before, unless the plan was only approved after that day, and once after."""
    before = working.on_or_before(action.due - timedelta(days=moments.action_before))
    after = working.on_or_after(action.due + timedelta(days=moments.action_after))
    early = Rung(f"{moments.action_before}d", before, ReminderKind.ACTION)
    late = Rung(f"late{moments.action_after}", after, ReminderKind.ACTION)
    return (early, late) if approved_on is None or before >= approved_on else (late,)


def actions_due(
    actions: Iterable[OpenAction],
    moments: ReminderMoments,
    listener: Listener,
    now: datetime,
    working: WorkingDays,
    approved_on: date | None,
) -> tuple[ActionReminder, ...]:
    """Return what one person has to hear now of their actions: one line for each, however many moments were missed."""
    if not working.is_open(now):
        return ()
    today = local_day(now)
    found = (_reminder(action, moments, listener, today, working, approved_on) for action in actions)
    return tuple(reminder for reminder in found if reminder is not None)


def _reminder(
    action: OpenAction,
    moments: ReminderMoments,
    listener: Listener,
    today: date,
    working: WorkingDays,
    approved_on: date | None,
) -> ActionReminder | None:
    names = [rung.name for rung in action_rungs(action, moments, working, approved_on) if rung.on <= today]
    again_on = listener.snoozed.get(action.term)
    if again_on is not None:
        if today < again_on:
            return None
        names.append(f"z{again_on:%Y%m%d}")
    sayings = tuple(Saying(action.term, action.due, name) for name in names)
    new = tuple(saying for saying in sayings if saying not in listener.heard)
    return ActionReminder(action.norm, action.due, (action.due - today).days, new) if new else None


def next_action_look(
    actions: Iterable[OpenAction],
    moments: ReminderMoments,
    listeners: Iterable[Listener],
    now: datetime,
    working: WorkingDays,
    approved_on: date | None,
) -> datetime | None:
    """Return when the actions have to be looked at again, None when nothing of them is to come.

    Assumes that what is due now has been said.
    """
    running = tuple(actions)
    terms = {action.term for action in running}
    days = {rung.on for action in running for rung in action_rungs(action, moments, working, approved_on)}
    days |= {on for listener in listeners for term, on in listener.snoozed.items() if term in terms}
    if running and not working.is_open(now):
        return working.next_opening(now)
    ahead = (working.opening(working.on_or_after(day)) for day in days if day >= local_day(now))
    return min((moment for moment in ahead if moment > now), default=None)
