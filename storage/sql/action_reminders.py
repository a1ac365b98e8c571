"""Who has to hear of which action of an improvement plan now; asked with the terms of an audit.

An action goes to its owner while they work for the member and can be reached, and to the coordinators otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import Framework, FrameworkId, NormId
from domain.improvement_plan import ImprovementPlan, PlanStatus
from domain.plan_actions import OpenAction, actions_due, next_action_look, open_actions
from domain.process import EventKind
from domain.reminders import Listener, Saying
from domain.roles import PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.process_interfaces import ActionNotice
from storage.sql import plan_tables as p
from storage.sql import tables as t
from storage.sql.plan_actions import OWNERS
from storage.sql.plans import entries_of, progress_of
from storage.sql.process_cases import Process

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_APPROVED = (
    sa.select(t.audit.c.framework)
    .join(p.improvement_plan, p.improvement_plan.c.audit_id == t.audit.c.id)
    .where(t.audit.c.id == sa.bindparam("audit"), p.improvement_plan.c.status == PlanStatus.APPROVED.value)
)


class Hearer(Struct, frozen=True):
    """Somebody who may have to hear of an action: where, and as whom at the member."""

    person: PersonId
    chat: int
    membership: MembershipId


@dataclass
class DueActions:
    """The actions of one audit: what everybody has to hear now, and when to look again."""

    said: dict[Hearer, tuple[ActionNotice, ...]] = field(default_factory=dict)
    again_at: datetime | None = None


def due_actions(
    work: SqlWork,
    process: Process,
    coordinators: Collection[Hearer],
    heard: Mapping[int, Collection[Saying]],
    snoozed: Mapping[int, Mapping[str, date]],
    now: datetime,
) -> DueActions:
    """Return what has to be said of the actions of an audit now, to whom; nothing without an approved plan."""
    framework_id = work.execute(_APPROVED, {"audit": process.audit}).scalar()
    if framework_id is None:
        return DueActions()
    framework = work.frameworks[FrameworkId(framework_id)]
    running = open_actions(_plan(work, process.audit, framework))
    by_hearer = _divided(work, process.audit, running, coordinators)
    working, moments = work.audit_rules.working_days, process.edition.reminders
    approved_on = next((event.on for event in process.events if event.kind is EventKind.PLAN_APPROVED), None)
    found, looks = DueActions(), []
    for hearer, actions in by_hearer.items():
        listener = Listener(frozenset(), heard.get(hearer.person, ()), snoozed.get(hearer.person, {}))
        due = actions_due(actions, moments, listener, now, working, approved_on)
        if due:
            found.said[hearer] = tuple(ActionNotice(item, framework.norm(item.norm).label) for item in due)
        looks.append(next_action_look(actions, moments, [listener], now, working, approved_on))
    found.again_at = min((moment for moment in looks if moment is not None), default=None)
    return found


def _plan(work: SqlWork, audit: AuditId, framework: Framework) -> ImprovementPlan:
    """Return what the days of the actions follow from: the entries that were approved, and what was ticked off."""
    entries = entries_of(work, audit)
    needed = {norm.id: Verdict.NOT_ASSESSED for norm in framework.norms if norm.id in entries}
    return ImprovementPlan(
        audit, Outcome.PLAN_REQUIRED, needed, PlanStatus.APPROVED, entries, progress=progress_of(work, audit)
    )


def _divided(
    work: SqlWork, audit: AuditId, actions: Collection[OpenAction], coordinators: Collection[Hearer]
) -> Mapping[Hearer, list[OpenAction]]:
    owners: dict[NormId, Hearer] = {}
    for row in work.execute(OWNERS, {"audit": audit}).all():
        if row.chat_id is not None:
            owner: Any = Hearer(PersonId(row.person_id), row.chat_id, MembershipId(row.id))
            owners.setdefault(NormId(row.norm), owner)
    divided: dict[Hearer, list[OpenAction]] = defaultdict(list)
    for action in actions:
        for hearer in [owners[action.norm]] if action.norm in owners else coordinators:
            divided[hearer].append(action)
    return divided


__all__ = ["DueActions", "Hearer", "due_actions"]
