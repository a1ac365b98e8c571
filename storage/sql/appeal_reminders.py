"""What the heartbeat asks about appeals: who hears that the body's own target comes near, and that it was said.

Only where a body set itself a term for treatment. The same tables and the same promise as for audits
(`storage.sql.reminders`): what is ticked off, the next moment and the messages are one transaction. Who handles the
appeal hears it, and as long as nobody does (or may not any more) the quality officers; those hear what is late as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.actors import MembershipId
from domain.appeals import Appeal, AppealId, AppealState, handler_hindrances, procedure_of, treat_by
from domain.deadlines import Deadline, TermState
from domain.process import Party, Period, ReminderMoments, Step, StepId
from domain.reminders import Ear, Listener, Reminder, ReminderKind, Saying, due_now, next_look
from domain.roles import OrganisationId, PersonId, Role
from domain.working_days import local_day
from storage.appeal_interfaces import AppealNotice
from storage.sql import appeal_tables as a
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.appeal_people import deciders_at
from storage.sql.appeal_rows import involved_in, read_appeal
from storage.sql.reminders import stopped_by

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

SUBJECT = "appeal"  # what an appeal is called among the subjects of reminders
PAUSE_AFTER_FAILURE = timedelta(hours=1)
_TREAT = Step(StepId("appeal_treat"), "-", "", Party.CI, "", "")  # its words are those of the message

_ID: Any = sa.bindparam("appeal")
_ONE = sa.select(a.appeal).where(a.appeal.c.id == _ID)
_TARGET = sa.select(a.appeal_target.c.weeks).where(a.appeal_target.c.ci_id == sa.bindparam("ci"))
_STAFF = (
    sa.select(t.person.c.id, t.person.c.chat_id, t.membership.c.id.label("membership_id"), t.membership.c.role)
    .join(t.membership, t.membership.c.person_id == t.person.c.id)
    .where(
        t.membership.c.organisation_id == sa.bindparam("ci"),
        t.membership.c.role.in_([Role.APPEAL_HANDLER.value, Role.QUALITY_OFFICER.value]),
        t.membership.c.ended_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
    )
    .order_by(t.membership.c.id)
)
_HEARD = sa.select(p.reminder_sent).where(
    p.reminder_sent.c.subject_kind == SUBJECT, p.reminder_sent.c.subject_id == _ID
)
_NAME = sa.select(t.organisation.c.name_sealed).where(t.organisation.c.id == sa.bindparam("organisation"))
_UNDECIDED = [
    state.value
    for state in (
        AppealState.RECEIVED,
        AppealState.ACKNOWLEDGED,
        AppealState.HANDLER_ASSIGNED,
        AppealState.UNDER_REVIEW,
    )
]
_OPEN_AT = sa.select(a.appeal.c.id).where(a.appeal.c.ci_id == sa.bindparam("ci"), a.appeal.c.state.in_(_UNDECIDED))


class _Person(Struct, frozen=True):
    """Somebody who may have to hear of an appeal."""

    id: PersonId
    chat: int
    membership: MembershipId
    listener: Listener


def look_again(work: SqlWork, appeal: AppealId, at: datetime | None) -> None:
    """Let the heartbeat look at an appeal at a moment; None for never again by itself."""
    values = {"subject_kind": SUBJECT, "subject_id": appeal, "next_reminder_at": at}
    insert = work.upsert(p.next_reminder).values(values)
    keys = ["subject_kind", "subject_id"]
    work.execute(insert.on_conflict_do_update(index_elements=keys, set_={"next_reminder_at": at}))


def look_at_appeals_of(work: SqlWork, ci: OrganisationId, at: datetime) -> None:
    """Let the heartbeat look at every open appeal of a body, because its target changed."""
    for appeal in list(work.execute(_OPEN_AT, {"ci": ci}).scalars()):
        look_again(work, AppealId(appeal), at)


def look_later(work: SqlWork, appeal: AppealId, now: datetime) -> None:
    """Put an appeal off that could not be looked at."""
    look_again(work, appeal, now + PAUSE_AFTER_FAILURE)


def look_at(work: SqlWork, appeal: AppealId, now: datetime) -> tuple[AppealNotice, ...]:
    """Tick off what has to be said about an appeal now and return it; store when to look again."""
    row = work.execute(_ONE, {"appeal": appeal}).first()
    found = read_appeal(work, row) if row is not None else None
    term = _term(work, row, found, local_day(now)) if found is not None else None
    if found is None or term is None:
        look_again(work, appeal, None)
        return ()
    working, moments = work.audit_rules.working_days, _moments(work)
    people = _people(work, found)
    said: list[AppealNotice] = []
    for person in people:
        reminders = due_now([term], moments, person.listener, now, working)
        _tick_off(work, appeal, person.id, reminders, now)
        said += [
            AppealNotice(person.id, person.chat, person.membership, appeal, _name(work, found), reminder.days_left,
                         reminder.term.due or local_day(now))
            for reminder in reminders
            if reminder.kind not in person.listener.stopped
        ]  # fmt: skip
    look_again(work, appeal, next_look([term], moments, [person.listener for person in people], now, working))
    return tuple(said)


def _term(work: SqlWork, row: Any, appeal: Appeal, today: date) -> Deadline | None:
    """Return the body's own term for an appeal that is not decided yet; None when it set itself none."""
    weeks = work.execute(_TARGET, {"ci": appeal.ci}).scalar()
    procedure = procedure_of(work.audit_rules.cases.of(row.procedure), Period(weeks=weeks) if weeks else None)
    due = treat_by(appeal, procedure)
    if due is None or appeal.state.value not in _UNDECIDED:
        return None
    state = TermState.LATE if due < today else TermState.OPEN
    return Deadline(_TREAT, 1, state, appeal.lodging.received_on, due)


def _moments(work: SqlWork) -> ReminderMoments:
    """Return the moments at which people are reminded of every other term."""
    return next(iter(work.audit_rules.editions.values())).reminders


def _people(work: SqlWork, appeal: Appeal) -> list[_Person]:
    """Return who may have to hear of it, each once: whoever handles it and may, and the quality officers."""
    rows = work.execute(_STAFF, {"ci": appeal.ci}).all()
    handler = _handler(work, appeal)
    is_handled = any(row.id == handler and row.role == Role.APPEAL_HANDLER.value for row in rows)
    ears: dict[int, set[Ear]] = defaultdict(set)
    first: dict[int, Any] = {}
    for row in rows:
        if row.role == Role.QUALITY_OFFICER.value:
            ears[row.id] |= {Ear.LEADER} if is_handled else {Ear.CI, Ear.LEADER}
        elif row.id == handler:
            ears[row.id].add(Ear.CI)
        if ears[row.id]:
            first.setdefault(row.id, row)
    heard, stopped = _heard(work, appeal.id), stopped_by(work, first)
    none: frozenset[ReminderKind] = frozenset()
    return [
        _Person(
            PersonId(person), row.chat_id, MembershipId(row.membership_id),
            Listener(frozenset(ears[person]), heard[person], {}, stopped.get(PersonId(person), none)),
        )
        for person, row in first.items()
    ]  # fmt: skip


def _handler(work: SqlWork, appeal: Appeal) -> PersonId | None:
    """Return who handles it, if they (still) may."""
    if appeal.handler is None:
        return None
    is_decider = appeal.handler in deciders_at(work, appeal.ci)
    against = handler_hindrances(appeal.handler, involved_in(work, appeal.audit), is_decider=is_decider)
    return None if against else appeal.handler


def _heard(work: SqlWork, appeal: AppealId) -> Mapping[int, set[Saying]]:
    found: dict[int, set[Saying]] = defaultdict(set)
    for row in work.execute(_HEARD, {"appeal": appeal}).all():
        found[row.person_id].add(Saying(row.term, row.due_on, row.rung))
    return found


def _tick_off(work: SqlWork, appeal: AppealId, person: PersonId, reminders: Iterable[Reminder], now: datetime) -> None:
    rows = [
        {"subject_kind": SUBJECT, "subject_id": appeal, "term": saying.term, "due_on": saying.due, "rung": saying.rung,
         "person_id": person, "sent_at": now}
        for reminder in reminders
        for saying in reminder.sayings
    ]  # fmt: skip
    if rows:
        work.execute(work.upsert(p.reminder_sent).on_conflict_do_nothing(), rows)


def _name(work: SqlWork, appeal: Appeal) -> str:
    sealed = work.execute(_NAME, {"organisation": appeal.organisation}).scalar()
    return work.vault.open(f"organisation.name:{appeal.organisation}", sealed)
