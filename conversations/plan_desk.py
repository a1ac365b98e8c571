"""The desk of the improvement plan: one audit per turn, from the side of the member or of the team."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from conversations.acting import Step
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, State, TextGiven, Turn
from conversations.menu import RoleTap
from conversations.plan_taps import AuditPlanTap
from conversations.taps import way_back
from domain.audit import AuditId
from domain.framework import Framework, Norm, NormId
from domain.improvement_plan import ImprovementPlan, PlanHindrance, PlanRefused, PlanStatus, Retest, last_round
from domain.privacy_guard import findings
from domain.process import EventKind, Party, ProcessEvent
from domain.weighing import Outcome
from storage.plan_interfaces import PlanChangedMeanwhile, Plans
from storage.process_interfaces import ProcessAudit
from templates.common_screens import Trouble
from templates.judging_screens import SayNotKept
from templates.plan_screens import PlanLine, PlanNews, PlanTold, ShowAuditPlan, TellPlan
from templates.render import label
from templates.screens import Screen, in_words_of

_KEY = "plan"  # of our part of the data that a person's place holds
GRID_COLUMNS = 5
#: What the process waits for, by how far the plan is.
_AWAITED = {
    PlanStatus.DRAFT: EventKind.PLAN_RECEIVED,
    PlanStatus.SUBMITTED: EventKind.PLAN_APPROVED,
    PlanStatus.RETURNED: EventKind.REVISED_PLAN_RECEIVED,
}

G = TypeVar("G")
PlanStep = Callable[["PlanDesk", G], State | None]


@dataclass
class PlanDesk:
    """One turn at the plan of one audit."""

    turn: Turn
    process: ProcessAudit

    @property
    def audit(self) -> AuditId:
        """The audit."""
        return self.process.id

    @property
    def organisation(self) -> str:
        """The name of who is audited."""
        return self.process.organisation.name

    @property
    def is_own(self) -> bool:
        """Whether the person writes the plan."""
        return self.process.party is Party.MEMBER

    @cached_property
    def store(self) -> Plans:
        """What storage knows of plans."""
        return self.turn.work.plans(self.turn.actor)

    @cached_property
    def plan(self) -> ImprovementPlan:
        """The plan as the person sees it; ask after writing."""
        return self.store.get(self.audit)

    @cached_property
    def framework(self) -> Framework:
        """The norms."""
        return self.turn.work.frameworks[self.process.framework]

    @cached_property
    def rationales(self) -> Mapping[NormId, str]:
        """What the report says about the norms of the plan."""
        return self.store.rationales(self.audit)

    @cached_property
    def retests(self) -> Mapping[NormId, Retest]:
        """What the additional investigation found, as far as the person sees it."""
        return self.store.retests(self.audit) if self.plan.has_choice else {}

    @cached_property
    def followup(self) -> ProcessEvent | None:
        """The event with which the additional investigation ended, None as long as it is not done."""
        if not self.plan.has_choice:
            return None
        events = self.turn.work.process(self.turn.actor).events(self.audit)
        return next((event for event in events if event.kind is EventKind.FOLLOWUP_AUDIT_DONE), None)

    def owner_of(self, norm: NormId) -> str:
        """Return who does an action, empty for nobody and for who may not know."""
        if not self.is_own:
            return ""
        found = self.turn.work.plan_actions(self.turn.actor).owners(self.audit).get(norm)
        return found.name if found else ""

    @property
    def due_on(self) -> date | None:
        """By when whoever's turn it is with the plan has to act, as what happened says; None when nobody's is."""
        awaited = _AWAITED.get(self.plan.status)
        terms = self.turn.work.process(self.turn.actor).terms(self.audit, self.turn.today) if awaited else ()
        running = (term for term in terms if term.state.is_running and awaited in term.step.produces)
        return next((term.due for term in running if term.due is not None), None)

    @property
    def rounds(self) -> int:
        """How often a plan can be handed in under this edition."""
        return last_round(self.process.edition)

    @property
    def norms(self) -> tuple[Norm, ...]:
        """The norms of the plan, in the order of the framework."""
        return tuple(self.framework.norm(norm) for norm in self.plan.needed)

    def place_of(self, norm: NormId) -> int:
        """Return at which place of the plan a norm stands, from 1."""
        return list(self.plan.needed).index(norm) + 1

    def beside(self, norm: NormId, step: int) -> NormId | None:
        """Return the norm before or after this one in the plan, None at its ends."""
        at = self.place_of(norm) - 1 + step
        return list(self.plan.needed)[at] if 0 <= at < len(self.plan.needed) else None

    def show(self, screen: Screen, keyboard: Keyboard) -> None:
        """Show a screen, with verdicts in the words of the framework."""
        self.turn.show(in_words_of(screen, self.framework), keyboard)

    @property
    def memory(self) -> dict[str, Any]:
        """The ids that are remembered about this plan."""
        kept = self.turn.data.get(_KEY) or {}
        return dict(kept) if kept.get("audit") == self.audit else {}

    def remember(self, **changes: Any) -> None:
        """Keep ids for the next turns; our part of the data is replaced, never changed."""
        self.turn.data[_KEY] = self.memory | {"audit": self.audit} | changes

    def anew(self) -> PlanDesk:
        """Return the same desk with nothing read yet, because something was written."""
        return PlanDesk(self.turn, self.process)

    def overview(self, told: PlanTold | None, *, may_decide: bool = False) -> ShowAuditPlan:
        """Return the overview of the plan."""
        plan, done = self.plan, self.followup
        lines = tuple(
            PlanLine(norm, plan.needed[norm.id], plan.entry(norm.id), plan.progress_of(norm.id)) for norm in self.norms
        )
        return ShowAuditPlan(
            organisation=self.organisation, is_own=self.is_own, outcome=plan.outcome, status=plan.status,
            round=plan.round, rounds=self.rounds, reason=plan.reason, lines=lines, complete=plan.complete,
            done=plan.done, may_decide=may_decide, followup=done.outcome if done else None,
            due_on=self.due_on, today=self.turn.today, told=told,
        )  # fmt: skip

    def back(self) -> Keyboard:
        """Return the way back to the overview."""
        return way_back(AuditPlanTap(self.audit))

    def tell(self, party: Party, news: PlanNews, reason: str = "", outcome: Outcome | None = None) -> None:
        """Send the other side a message, which leads into the role that it is about."""
        screen = TellPlan(
            news, self.organisation, len(self.plan.needed), self.turn.today, reason=reason, outcome=outcome
        )
        for person in self.store.addressees(self.audit, party):
            if person.chat != self.turn.incoming.chat_id:
                keyboard = Keyboard.flow([Button(label("go_on"), RoleTap(person.membership))]) + way_back(None)
                self.turn.say(in_words_of(screen, self.framework), keyboard, to_chat=person.chat)


def at_plan(party: Party | None, step: PlanStep[G], otherwise: Callable[[PlanDesk, PlanTold], State | None]) -> Step[G]:
    """Let a step of one side (or of both) work on the plan that a tap names; `otherwise` shows how it is now."""

    def sit(turn: Turn, given: G) -> State | None:
        desk = PlanDesk(turn, turn.work.process(turn.actor).get(given.audit))  # type: ignore[attr-defined]
        norm = getattr(given, "norm", None)
        if party is not None and desk.process.party is not party:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None
        if norm is not None and norm not in desk.plan.needed:
            show_trouble(turn, Trouble.AGED)
            return None
        return attempt(desk, given, step, otherwise)

    return sit


def attempt(
    desk: PlanDesk, given: G, step: PlanStep[G], otherwise: Callable[[PlanDesk, PlanTold], State | None]
) -> State | None:
    """Do a step; when the plan is not in a state for it (any more), say so and show how it is."""
    try:
        return step(desk, given)
    except PlanChangedMeanwhile:
        return otherwise(desk.anew(), PlanTold.CHANGED)
    except PlanRefused as refused:
        is_gap = refused.hindrance is PlanHindrance.INCOMPLETE
        return otherwise(desk.anew(), PlanTold.INCOMPLETE if is_gap else PlanTold.NOT_NOW)


def typed_at_plan(
    step: PlanStep[TextGiven], otherwise: Callable[[PlanDesk, PlanTold], State | None]
) -> Step[TextGiven]:
    """Let typed text land in the plan that was asked about, unless it looks like data of a person."""

    def sit(turn: Turn, given: TextGiven) -> State | None:
        audit = (turn.data.get(_KEY) or {}).get("audit")
        if audit is None:
            show_trouble(turn, Trouble.NOT_UNDERSTOOD)
            return None
        sensitive = tuple(dict.fromkeys(found.kind for found in findings(given.text)))
        if sensitive:
            turn.show(SayNotKept(sensitive), way_back(AuditPlanTap(AuditId(audit))))
            return None
        desk = PlanDesk(turn, turn.work.process(turn.actor).get(AuditId(audit)))
        return attempt(desk, given, step, otherwise)

    return sit
