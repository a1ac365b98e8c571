"""Who has to hear that an audit can be looked back on: the heartbeat asks it of every audit that it looks at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.audit_evaluation import ASKED, Side, Window, due_rungs, next_asking
from domain.reminders import ReminderKind
from domain.roles import PersonId, Role
from domain.working_days import local_day
from storage.evaluation_interfaces import EvaluationAsk
from storage.sql import evaluation_tables as e
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.audit_evaluations import AUDITS, IS_COMPANION, SUBJECT, final_on, name_beside, note_said
from storage.sql.audit_reach import ACCEPTED, AUDITING_ROLES
from storage.sql.process_events import SUBJECT as AUDIT
from storage.sql.reminders import stopped_by

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")
_ONE = AUDITS.where(t.audit.c.id == _AUDIT, ~IS_COMPANION)  # a visit is asked about once
_REACHABLE = (
    sa.select(t.membership.c.person_id, t.person.c.chat_id, t.membership.c.id)
    .select_from(t.membership.join(t.person, t.person.c.id == t.membership.c.person_id))
    .where(
        t.membership.c.ended_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
        ~sa.exists().where(
            e.audit_evaluation.c.audit_id == _AUDIT,
            e.audit_evaluation.c.person_id == t.membership.c.person_id,
            e.audit_evaluation.c.is_finished,
        ),
    )
    .order_by(t.membership.c.id)
)
_SEATED = sa.exists().where(
    t.audit_member.c.audit_id == _AUDIT,
    t.audit_member.c.person_id == t.membership.c.person_id,
    t.audit_member.c.removed_at.is_(None),
    *(t.audit_member.c[name].is_not(None) for name in ACCEPTED.values()),
)
_REQUESTED = sa.exists().where(
    e.audit_evaluation_request.c.audit_id == _AUDIT,
    e.audit_evaluation_request.c.person_id == t.membership.c.person_id,
)
_PEOPLE = {
    Side.AUDITORS: _REACHABLE.where(
        t.membership.c.organisation_id == sa.bindparam("ci"),
        t.membership.c.role.in_([role.value for role in AUDITING_ROLES]),
        _SEATED.correlate(t.membership),
    ),
    Side.MEMBER: _REACHABLE.where(
        t.membership.c.organisation_id == sa.bindparam("member"),
        sa.or_(
            t.membership.c.role == Role.COORDINATOR.value,
            sa.and_(t.membership.c.role == Role.COLLEAGUE.value, _REQUESTED.correlate(t.membership)),
        ),
    ),
}
_HEARD = sa.select(p.reminder_sent.c.person_id, p.reminder_sent.c.rung).where(
    p.reminder_sent.c.subject_kind == SUBJECT, p.reminder_sent.c.subject_id == _AUDIT
)
_LOOK_NO_LATER = (
    p.next_reminder.update()
    .where(
        p.next_reminder.c.subject_kind == AUDIT,
        p.next_reminder.c.subject_id == _AUDIT,
        sa.or_(
            p.next_reminder.c.next_reminder_at.is_(None),
            p.next_reminder.c.next_reminder_at > sa.bindparam("moment", type_=t.Moment),
        ),
    )
    .values(next_reminder_at=sa.bindparam("moment", type_=t.Moment))
)


def take_asks(work: SqlWork, audit: AuditId, now: datetime) -> tuple[EvaluationAsk, ...]:
    """Tick off who has to be asked or reminded about an audit now, and return it; sees that it is looked at again."""
    row = work.execute(_ONE, {"audit": audit}).first()
    if row is None:
        return ()
    windows = _windows(work, row, local_day(now))
    said: list[EvaluationAsk] = []
    if windows and work.audit_rules.working_days.is_open(now):
        heard = _heard(work, audit)
        said = [ask for side, window in windows.items() for ask in _asks(work, row, side, window, heard, now)]
    _look_again(work, audit, windows, now)
    return tuple(said)


def _windows(work: SqlWork, row: Any, today: date) -> Mapping[Side, Window]:
    """Return the windows that are not over yet."""
    rules = work.audit_rules.evaluation
    days = {Side.AUDITORS: row.last_day, Side.MEMBER: final_on(work, AuditId(row.id))}
    found = {side: rules.window(side, day) for side, day in days.items() if day is not None}
    return {side: window for side, window in found.items() if not window.is_over(today)}


def _asks(
    work: SqlWork, row: Any, side: Side, window: Window, heard: Mapping[int, set[str]], now: datetime
) -> list[EvaluationAsk]:
    rules, today, audit = work.audit_rules.evaluation, local_day(now), AuditId(row.id)
    values = {"audit": audit} | ({"ci": row.ci_id} if side is Side.AUDITORS else {"member": row.organisation_id})
    people = {found.person_id: found for found in reversed(work.execute(_PEOPLE[side], values).all())}
    due = {person: due_rungs(window, rules, heard.get(person, ()), today) for person in people}
    waiting = [person for person, rungs in due.items() if rungs]
    stopped = stopped_by(work, waiting) if waiting else {}
    about = name_beside(work, row, side) if waiting else ""
    asks: list[EvaluationAsk] = []
    for person in sorted(waiting):
        note_said(work, audit, PersonId(person), window.closes_on, due[person], now)
        if ReminderKind.EVALUATION in stopped.get(PersonId(person), ()):
            continue
        found = people[person]
        asks.append(
            EvaluationAsk(
                PersonId(person), found.chat_id, MembershipId(found.id), audit, side, about, window.closes_on,
                is_reminder=ASKED in heard.get(person, ()),
            )
        )  # fmt: skip
    return asks


def _heard(work: SqlWork, audit: AuditId) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in work.execute(_HEARD, {"audit": audit}).all():
        found[row.person_id].add(row.rung)
    return found


def _look_again(work: SqlWork, audit: AuditId, windows: Mapping[Side, Window], now: datetime) -> None:
    """Let the heartbeat come back when somebody is to be asked next; it may come sooner for the terms."""
    rules, working, today = work.audit_rules.evaluation, work.audit_rules.working_days, local_day(now)
    days = [day for window in windows.values() if (day := next_asking(window, rules, today)) is not None]
    moments = [working.opening(working.on_or_after(day)) for day in days]
    if not working.is_open(now) and any(window.is_open(today) for window in windows.values()):
        moments.append(working.next_opening(now))
    if moments:
        work.execute(_LOOK_NO_LATER, {"audit": audit, "moment": min(moments)})
