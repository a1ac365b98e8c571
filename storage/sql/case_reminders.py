"""What the heartbeat asks about complaints: who hears of the term that runs, and that it was said.

The same tables and the same promise as for audits (`storage.sql.reminders`): what is ticked off, the next moment and
the messages are one transaction. The 48 hours are told to the quality officers, the month to the handler; whom a
complaint is about hears nothing of it, and neither does a handler in whom an interest came to light.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.actors import MembershipId
from domain.case_reminders import FIRST, TermOfCase, days_left, due_now, hours_left, next_look
from domain.complaints import Complaint, ComplaintId, ComplaintState, Interest, RunningTerm, Term, running_term
from domain.reminders import Saying
from domain.roles import PersonId, Role
from storage.complaint_interfaces import CaseNotice
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.case_settings import procedure_of_row
from storage.sql.complaint_reach import CASE, interests_of
from storage.sql.complaint_reading import COMPLAINTS, complaint_of, events_of, number_of

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

SUBJECT = "complaint"  # what a complaint is called among the subjects of reminders
PAUSE_AFTER_FAILURE = timedelta(hours=1)

_ID: Any = sa.bindparam("complaint")
_ONE = COMPLAINTS.where(CASE.c.id == _ID)
_INTERESTS = interests_of(t.membership.c.person_id)
_STAFF = (
    sa.select(
        t.person.c.id,
        t.person.c.chat_id,
        t.membership.c.id.label("membership_id"),
        t.membership.c.role,
        sa.or_(*_INTERESTS.values()).label("has_interest"),
        _INTERESTS[Interest.SUBJECT].label("is_subject"),
    )
    .select_from(
        CASE.join(t.membership, t.membership.c.organisation_id == CASE.c.ci_id).join(
            t.person, t.person.c.id == t.membership.c.person_id
        )
    )
    .where(
        CASE.c.id == _ID,
        t.membership.c.ended_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
        t.membership.c.role.in_(
            [role.value for role in (Role.QUALITY_OFFICER, Role.OFFICE_MANAGER, Role.COMPLAINT_HANDLER, Role.CI_ADMIN)]
        ),
    )
    .order_by(t.membership.c.id)
)
_HEARD = sa.select(p.reminder_sent).where(
    p.reminder_sent.c.subject_kind == SUBJECT, p.reminder_sent.c.subject_id == _ID
)


class _Listener(Struct, frozen=True):
    """Somebody who has to hear of a term; `hears_only_late` when it is not their turn."""

    person: PersonId
    chat: int
    membership: MembershipId
    hears_only_late: bool


def look_again(work: SqlWork, complaint: ComplaintId, at: datetime | None) -> None:
    """Let the heartbeat look at a complaint at a moment; None for never again by itself."""
    values = {"subject_kind": SUBJECT, "subject_id": complaint, "next_reminder_at": at}
    insert = work.upsert(p.next_reminder).values(values)
    keys = ["subject_kind", "subject_id"]
    work.execute(insert.on_conflict_do_update(index_elements=keys, set_={"next_reminder_at": at}))


def look_later(work: SqlWork, complaint: ComplaintId, now: datetime) -> None:
    """Put a complaint off that could not be looked at."""
    look_again(work, complaint, now + PAUSE_AFTER_FAILURE)


def tick_off_first(
    work: SqlWork, complaint: ComplaintId, due: date, people: Collection[PersonId], at: datetime
) -> None:
    """Record that people heard of a signal in the turn that stored it."""
    for person in people:
        _tick_off(work, complaint, person, [Saying(Term.CLASSIFY, due, FIRST)], at)


def look_at(work: SqlWork, complaint: ComplaintId, now: datetime) -> tuple[CaseNotice, ...]:
    """Tick off what has to be said about a complaint now and return it; store when to look again."""
    row = work.execute(_ONE, {"complaint": complaint, "person": 0}).first()
    if row is None:
        look_again(work, complaint, None)
        return ()
    rules, working = procedure_of_row(work, row), work.audit_rules.working_days
    found = complaint_of(work, row, events_of(work, [complaint])[complaint])
    running = running_term(found, rules)
    if running is None:
        look_again(work, complaint, None)
        return ()
    term = TermOfCase(running.term, running.began_at, running.due, running.ends_at)
    heard, moments = _heard(work, complaint), rules.complaint.reminders
    said: list[CaseNotice] = []
    for listener in _listeners(work.execute(_STAFF, {"complaint": complaint}).all(), row, found):
        sayings = due_now(term, moments, heard[listener.person], now, working, hears_only_late=listener.hears_only_late)
        _tick_off(work, complaint, listener.person, sayings, now)
        if sayings:
            said.append(_notice(row, listener, running, now))
    look_again(work, complaint, next_look(term, moments, now, working))
    return tuple(said)


def _listeners(rows: Iterable[Any], row: Any, found: Complaint) -> list[_Listener]:
    """Return who hears of the running term, each once: whose turn it is, and who hears it only when it is late."""
    by_role: dict[str, list[Any]] = defaultdict(list)
    for one in rows:
        if not one.is_subject:
            by_role[one.role].append(one)
    officers, office = by_role[Role.QUALITY_OFFICER.value], by_role[Role.OFFICE_MANAGER.value]
    core_group = by_role[Role.COMPLAINT_HANDLER.value]
    handlers = [one for one in core_group if one.id == row.handler_id and not one.has_interest]
    is_treated = found.state is ComplaintState.IN_TREATMENT and bool(handlers)
    first = handlers if is_treated else officers or by_role[Role.CI_ADMIN.value]
    second = officers if is_treated else office
    people: dict[int, _Listener] = {}
    for one, is_late_only in [*((one, False) for one in first), *((one, True) for one in second)]:
        listener = _Listener(PersonId(one.id), one.chat_id, MembershipId(one.membership_id), is_late_only)
        people.setdefault(one.id, listener)
    return list(people.values())


def _notice(row: Any, listener: _Listener, term: RunningTerm, now: datetime) -> CaseNotice:
    return CaseNotice(
        person=listener.person, chat=listener.chat, membership=listener.membership, complaint=ComplaintId(row.id),
        number=number_of(row), is_deciding=term.term is Term.CLASSIFY, ends_at=term.ends_at, due=term.due,
        hours_left=hours_left(term.ends_at, now) if term.ends_at is not None else None,
        days_left=days_left(term.due, now) if term.ends_at is None else None,
    )  # fmt: skip


def _heard(work: SqlWork, complaint: ComplaintId) -> Mapping[int, set[Saying]]:
    found: dict[int, set[Saying]] = defaultdict(set)
    for row in work.execute(_HEARD, {"complaint": complaint}).all():
        found[row.person_id].add(Saying(row.term, row.due_on, row.rung))
    return found


def _tick_off(
    work: SqlWork, complaint: ComplaintId, person: PersonId, sayings: Collection[Saying], now: datetime
) -> None:
    rows = [
        {"subject_kind": SUBJECT, "subject_id": complaint, "term": saying.term, "due_on": saying.due,
         "rung": saying.rung, "person_id": person, "sent_at": now}
        for saying in sayings
    ]  # fmt: skip
    if rows:
        work.execute(work.upsert(p.reminder_sent).on_conflict_do_nothing(), rows)
