"""What the heartbeat asks: which audits have to be looked at, who hears what, and that it was said.

One transaction takes a batch of subjects that are due (PostgreSQL: SKIP LOCKED, so that two processes never hold the
same), ticks off what will be said and stores the next moment; the caller adds the messages to the outbox in the same
transaction. So a reminder that was ticked off is on its way, and one that is on its way was ticked off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.process import PARTY_ROLES, Party
from domain.reminders import Ear, Listener, Reminder, ReminderKind, Saying, due_now, next_look
from domain.roles import OrganisationKind, PersonId, Role
from domain.working_days import local_day
from storage.process_interfaces import Notice
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.action_reminders import DueActions, Hearer, due_actions
from storage.sql.audit_reach import CI_ROLES
from storage.sql.pair_tables import audit_pair
from storage.sql.process_cases import Process, process_of
from storage.sql.process_events import SUBJECT

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

PAUSE_AFTER_FAILURE = timedelta(hours=1)
BATCH = 50  # audits in one transaction: few enough that nobody waits for it

# ---------------------------------------------------------------- statements, built once so that they stay compiled

_AUDITS: Any = sa.bindparam("audits", expanding=True)
_DUE = (
    sa.select(p.next_reminder.c.subject_kind, p.next_reminder.c.subject_id)
    .where(p.next_reminder.c.next_reminder_at <= sa.bindparam("now", type_=t.Moment))
    .order_by(p.next_reminder.c.next_reminder_at)
    .limit(sa.bindparam("batch"))
    .with_for_update(skip_locked=True)
)
_OTHER_HALVES = (
    sa.select(p.next_reminder.c.subject_id)
    .join(
        audit_pair,
        sa.or_(
            sa.and_(audit_pair.c.host_id == p.next_reminder.c.subject_id, audit_pair.c.companion_id.in_(_AUDITS)),
            sa.and_(audit_pair.c.companion_id == p.next_reminder.c.subject_id, audit_pair.c.host_id.in_(_AUDITS)),
        ),
    )
    .where(p.next_reminder.c.subject_kind == SUBJECT)
    .order_by(p.next_reminder.c.subject_id)
    .with_for_update(skip_locked=True, of=p.next_reminder)
)
_LOOK_AT = (
    p.next_reminder.update()
    .where(p.next_reminder.c.subject_kind == SUBJECT, p.next_reminder.c.subject_id == sa.bindparam("subject"))
    .values(next_reminder_at=sa.bindparam("moment", type_=t.Moment))
)
_AUDIT: Any = sa.bindparam("audit")
_SEAT = (
    sa.select(t.audit_member.c.role)
    .where(
        t.audit_member.c.audit_id == _AUDIT,
        t.audit_member.c.person_id == t.membership.c.person_id,
        t.audit_member.c.removed_at.is_(None),
    )
    .scalar_subquery()
)
_LEADS = _SEAT.in_([Role.TEAM_LEADER.value])


def _works_at(party: Party) -> Any:
    kind, role = PARTY_ROLES[party]
    return sa.and_(t.organisation.c.kind == kind.value, t.membership.c.role == role.value)


_CANDIDATES = (
    sa.select(
        t.person.c.id,
        t.person.c.chat_id,
        t.membership.c.id.label("membership_id"),
        t.membership.c.role,
        t.organisation.c.kind,
        _SEAT.label("seat"),
    )
    .select_from(
        t.membership.join(t.person, t.person.c.id == t.membership.c.person_id).join(
            t.organisation, t.organisation.c.id == t.membership.c.organisation_id
        )
    )
    .where(
        t.membership.c.ended_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
        sa.or_(
            sa.and_(t.organisation.c.id == sa.bindparam("member"), _works_at(Party.MEMBER)),
            sa.and_(
                t.organisation.c.id == sa.bindparam("ci"),
                t.membership.c.role.in_([role.value for role in CI_ROLES]),
                sa.or_(_works_at(Party.CI), _LEADS),
            ),
            _works_at(Party.SWN),
        ),
    )
    .order_by(t.membership.c.id)
)
_HEARD = sa.select(p.reminder_sent).where(
    p.reminder_sent.c.subject_kind == SUBJECT, p.reminder_sent.c.subject_id == _AUDIT
)
_SNOOZED = sa.select(p.reminder_snooze).where(
    p.reminder_snooze.c.subject_kind == SUBJECT, p.reminder_snooze.c.subject_id == _AUDIT
)
_STOPPED = sa.select(p.reminder_stop.c.person_id, p.reminder_stop.c.kind).where(
    p.reminder_stop.c.person_id.in_(sa.bindparam("people", expanding=True))
)
_ORGANISATION_NAME = sa.select(t.organisation.c.name_sealed).where(t.organisation.c.id == sa.bindparam("member"))


class _Person(Struct, frozen=True):
    """Somebody who may have to hear of an audit."""

    id: PersonId
    chat: int
    membership: MembershipId
    listener: Listener


def take_due(work: SqlWork, now: datetime, batch: int = BATCH) -> Sequence[tuple[str, int]]:
    """Return the subjects that have to be looked at, the longest waiting first, and hold them until the end."""
    return [(row.subject_kind, row.subject_id) for row in work.execute(_DUE, {"now": now, "batch": batch}).all()]


def with_other_halves(work: SqlWork, subjects: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """Return subjects with the other halves of the combinations among them, so that both are said in one message."""
    audits = [subject for kind, subject in subjects if kind == SUBJECT]
    found = work.execute(_OTHER_HALVES, {"audits": audits}).scalars() if audits else ()
    return [*subjects, *((SUBJECT, half) for half in found if half not in audits)]


def look_at(work: SqlWork, audit: AuditId, now: datetime) -> tuple[Notice, ...]:
    """Tick off what has to be said about an audit now and return it; store when to look again."""
    process = process_of(work, audit, local_day(now))
    if process is None:
        _look_again_at(work, audit, None)
        return ()
    working, moments = work.audit_rules.working_days, process.edition.reminders
    heard, snoozed = _heard(work, audit), _snoozes(work, audit)
    people = _people(work, process, heard, snoozed)
    said: list[Notice] = []
    for person in people:
        found = due_now(process.terms, moments, person.listener, now, working)
        _tick_off(work, audit, person.id, (saying for reminder in found for saying in reminder.sayings), now)
        wanted = tuple(reminder for reminder in found if reminder.kind not in person.listener.stopped)
        if wanted:
            said.append(_notice(work, process, person, wanted))
    coordinators = [
        Hearer(person.id, person.chat, person.membership) for person in people if Ear.MEMBER in person.listener.ears
    ]
    actions = due_actions(work, process, coordinators, heard, snoozed, now)
    said += _of_actions(work, process, actions, now)
    listeners = [person.listener for person in people]
    looks = (next_look(process.terms, moments, listeners, now, working), actions.again_at)
    _look_again_at(work, audit, min((moment for moment in looks if moment is not None), default=None))
    return tuple(said)


def _of_actions(work: SqlWork, process: Process, actions: DueActions, now: datetime) -> list[Notice]:
    """Tick off what has to be said of actions and return it, without what somebody does not want to hear."""
    stopped = stopped_by(work, [hearer.person for hearer in actions.said]) if actions.said else {}
    said = []
    for hearer, found in actions.said.items():
        _tick_off(
            work, process.audit, hearer.person, (saying for item in found for saying in item.reminder.sayings), now
        )
        if ReminderKind.ACTION not in stopped.get(hearer.person, ()):
            name = _name(work, process)
            said.append(
                Notice(hearer.person, hearer.chat, hearer.membership, process.audit, name, (), (), actions=found)
            )
    return said


def look_later(work: SqlWork, audit: AuditId, now: datetime) -> None:
    """Put an audit off that could not be looked at, so that it does not keep the others waiting."""
    _look_again_at(work, audit, now + PAUSE_AFTER_FAILURE)


def _notice(work: SqlWork, process: Process, person: _Person, reminders: tuple[Reminder, ...]) -> Notice:
    name = _name(work, process)
    own = tuple(Ear(reminder.term.party.value) in person.listener.ears for reminder in reminders)
    return Notice(
        person.id, person.chat, person.membership, process.audit, name, reminders, own,
        pair=process.pair, framework=work.frameworks[process.framework].short_name if process.pair else "",
    )  # fmt: skip


def _name(work: SqlWork, process: Process) -> str:
    sealed = work.execute(_ORGANISATION_NAME, {"member": process.organisation}).scalar()
    return work.vault.open(f"organisation.name:{process.organisation}", sealed)


def _people(
    work: SqlWork, process: Process, heard: Mapping[int, set[Saying]], snoozed: Mapping[int, Mapping[str, date]]
) -> list[_Person]:
    """Return who may have to hear of an audit, each once; the office stands in for a team leader who is not there."""
    values = {"audit": process.audit, "member": process.organisation, "ci": process.ci}
    rows = work.execute(_CANDIDATES, values).all()
    has_leader = any(row.seat == Role.TEAM_LEADER.value for row in rows if row.kind == OrganisationKind.CI.value)
    ears: dict[int, set[Ear]] = defaultdict(set)
    first: dict[int, Any] = {}
    for row in rows:
        found = _ears(row, has_leader=has_leader)
        ears[row.id] |= found
        if found:
            first.setdefault(row.id, row)
    stopped = stopped_by(work, first)
    none: frozenset[ReminderKind] = frozenset()
    return [
        _Person(
            id=PersonId(person),
            chat=row.chat_id,
            membership=MembershipId(row.membership_id),
            listener=Listener(
                frozenset(ears[person]), heard[person], snoozed[person], stopped.get(PersonId(person), none)
            ),
        )
        for person, row in first.items()
    ]


def _ears(row: Any, *, has_leader: bool) -> set[Ear]:
    if row.kind == OrganisationKind.MEMBER.value:
        return {Ear.MEMBER}
    if row.kind == OrganisationKind.SWN.value:
        return {Ear.SWN}
    is_leader = row.seat == Role.TEAM_LEADER.value
    return {Ear.CI, Ear.LEADER} if is_leader or not has_leader else set()


def _heard(work: SqlWork, audit: AuditId) -> Mapping[int, set[Saying]]:
    found: dict[int, set[Saying]] = defaultdict(set)
    for row in work.execute(_HEARD, {"audit": audit}).all():
        found[row.person_id].add(Saying(row.term, row.due_on, row.rung))
    return found


def _snoozes(work: SqlWork, audit: AuditId) -> Mapping[int, dict[str, date]]:
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for row in work.execute(_SNOOZED, {"audit": audit}).all():
        found[row.person_id][row.term] = row.until
    return found


def stopped_by(work: SqlWork, people: Iterable[int]) -> Mapping[PersonId, frozenset[ReminderKind]]:
    """Return which kinds of reminder people do not want."""
    found: dict[PersonId, set[ReminderKind]] = defaultdict(set)
    for row in work.execute(_STOPPED, {"people": list(people)}).all():
        found[PersonId(row.person_id)].add(ReminderKind(row.kind))
    return {person: frozenset(kinds) for person, kinds in found.items()}


def _tick_off(work: SqlWork, audit: AuditId, person: PersonId, sayings: Iterable[Saying], now: datetime) -> None:
    rows = [
        {"subject_kind": SUBJECT, "subject_id": audit, "term": saying.term, "due_on": saying.due, "rung": saying.rung,
         "person_id": person, "sent_at": now}
        for saying in sayings
    ]  # fmt: skip
    if rows:  # what stands already was said, whatever brought it here again
        work.execute(work.upsert(p.reminder_sent).on_conflict_do_nothing(), rows)


def _look_again_at(work: SqlWork, audit: AuditId, moment: datetime | None) -> None:
    work.execute(_LOOK_AT, {"subject": audit, "moment": moment})
