"""The events of an audit as they stand, and new versions of them; for stores that know that the actor may.

What the bot derives from what it keeps already is among them: audit days are those of the plan, and the self-evaluation
is over when its version was closed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import Actor
from domain.audit import AuditId
from domain.process import DERIVED, EventId, EventKind, ProcessEvent
from domain.roles import PersonId
from domain.working_days import local_day
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.audit_reach import audit_scope

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

SUBJECT = "audit"  # what an audit is called among the subjects of reminders

_AUDIT: Any = sa.bindparam("audit")
_VERSION = p.process_event_version
_NEWER = _VERSION.alias("newer")
OF_AUDIT = (
    sa.select(p.process_event.c.id, p.process_event.c.kind, _VERSION)
    .select_from(p.process_event.join(_VERSION, _VERSION.c.event_id == p.process_event.c.id))
    .where(p.process_event.c.audit_id == _AUDIT)
)
_STANDING = OF_AUDIT.where(
    ~_VERSION.c.is_withdrawn,
    ~sa.exists().where(_NEWER.c.event_id == _VERSION.c.event_id, _NEWER.c.version > _VERSION.c.version),
)
_DAYS = sa.select(sa.func.min(t.audit_day.c.on), sa.func.max(t.audit_day.c.on)).where(t.audit_day.c.audit_id == _AUDIT)
_CLOSED_AT = (
    sa.select(t.self_evaluation.c.closed_at)
    .join(t.audit, t.audit.c.evaluation_id == t.self_evaluation.c.id)
    .where(t.audit.c.id == _AUDIT, t.self_evaluation.c.closed_at.is_not(None))
)
_SAME_ORGANISATION = t.audit.alias("same_organisation")
_LOOK_AT_OTHERS = (
    p.next_reminder.update()
    .where(
        p.next_reminder.c.subject_kind == SUBJECT,
        p.next_reminder.c.subject_id.in_(
            sa.select(_SAME_ORGANISATION.c.id)
            .join(t.audit, t.audit.c.organisation_id == _SAME_ORGANISATION.c.organisation_id)
            .where(t.audit.c.id == _AUDIT, _SAME_ORGANISATION.c.id != _AUDIT)
        ),
    )
    .values(next_reminder_at=sa.bindparam("at", type_=t.Moment))
)


def events_of(work: SqlWork, audit: AuditId) -> tuple[ProcessEvent, ...]:
    """Return what stands in an audit, by date: what was recorded, and what follows from plan and self-evaluation."""
    derived = _derived(work, audit)
    known = {event.kind for event in derived}
    recorded = [event for event in recorded_events(work, audit) if event.kind not in known]
    return tuple(sorted((*derived, *recorded), key=lambda event: (event.on, list(EventKind).index(event.kind))))


def recorded_events(work: SqlWork, audit: AuditId) -> tuple[ProcessEvent, ...]:
    """Return what people recorded in an audit and did not withdraw."""
    return tuple(read_event(work, audit, row) for row in work.execute(_STANDING, {"audit": audit}).all())


def add_event(
    work: SqlWork, actor: Actor, audit: AuditId, kind: EventKind, on: date, at: datetime, detail: str = ""
) -> ProcessEvent:
    """Add an event that the actor may record."""
    insert = p.process_event.insert().values(audit_id=audit, kind=kind.value).returning(p.process_event.c.id)
    event = EventId(work.execute(insert).scalar_one())
    new = ProcessEvent(event, audit, kind, on, at, actor.person, detail)
    add_version(work, actor, new, at)
    return new


def note_contract(work: SqlWork, actor: Actor, audit: AuditId, at: datetime, *, is_contracted: bool) -> None:
    """Record that an audit was contracted today, or that it is not any more; called where its stage changes."""
    standing = [event for event in recorded_events(work, audit) if event.kind is EventKind.CI_CONTRACTED]
    if is_contracted and not standing:
        add_event(work, actor, audit, EventKind.CI_CONTRACTED, local_day(at), at)
    if not is_contracted:
        for event in standing:
            add_version(work, actor, replace(event, version=event.version + 1), at, is_withdrawn=True)


def look_again(work: SqlWork, audit: AuditId, at: datetime) -> None:
    """Let the heartbeat work out anew what to remind of, because something changed.

    The other audits of the organisation as well: a certificate waits for the re-audit, and the other way round.
    """
    values = {"subject_kind": SUBJECT, "subject_id": audit, "next_reminder_at": at}
    insert = work.upsert(p.next_reminder).values(values)
    keys = ["subject_kind", "subject_id"]
    work.execute(insert.on_conflict_do_update(index_elements=keys, set_={"next_reminder_at": at}))
    work.execute(_LOOK_AT_OTHERS, {"audit": audit, "at": at})


def _derived(work: SqlWork, audit: AuditId) -> list[ProcessEvent]:
    days_found: Any = work.execute(_DAYS, {"audit": audit}).one()
    first, last = days_found
    closed_at = work.execute(_CLOSED_AT, {"audit": audit}).scalar()
    days = [
        (EventKind.FIRST_AUDIT_DAY, first),
        (EventKind.LAST_AUDIT_DAY, last),
        (EventKind.SELF_EVALUATION_COMPLETED, local_day(closed_at) if closed_at else None),
    ]
    return [ProcessEvent(DERIVED, audit, kind, on) for kind, on in days if on is not None]


def look_at_audits_of(work: SqlWork, evaluation: int, at: datetime) -> None:
    """Let the heartbeat look again at the audits that a self-evaluation stands beside."""
    own = sa.select(t.audit.c.id).where(t.audit.c.evaluation_id == evaluation)
    subjects = sa.and_(p.next_reminder.c.subject_kind == SUBJECT, p.next_reminder.c.subject_id.in_(own))
    work.execute(p.next_reminder.update().where(subjects).values(next_reminder_at=at))


def add_version(work: SqlWork, actor: Actor, event: ProcessEvent, at: datetime, *, is_withdrawn: bool = False) -> None:
    """Store an event as it is from now on; what it was before stays."""
    values = {
        "event_id": event.id, "version": event.version, "on": event.on, "is_withdrawn": is_withdrawn,
        "recorded_by": actor.person, "recorded_at": at, "detail_sealed": _sealed(work, event),
    }  # fmt: skip
    work.execute(_VERSION.insert(), values)
    action = "event_withdrawn" if is_withdrawn else "event_recorded" if event.version == 1 else "event_corrected"
    work.audit(action, f"audit:{event.audit}:{event.kind}", actor, at)
    look_again(work, event.audit, at)


def _sealed(work: SqlWork, event: ProcessEvent) -> bytes | None:
    return (
        work.vault.seal(audit_scope(event.audit), _place(event.id, event.version), event.detail)
        if event.detail
        else None
    )


def read_event(work: SqlWork, audit: AuditId, row: Any) -> ProcessEvent:
    """Return the event of a row of `OF_AUDIT`."""
    detail = work.vault.open(_place(EventId(row.id), row.version), row.detail_sealed)
    return ProcessEvent(
        EventId(row.id), audit, EventKind(row.kind), row.on, row.recorded_at, PersonId(row.recorded_by), detail,
        row.version,
    )  # fmt: skip


def _place(event: EventId, version: int) -> str:
    return f"process_event.detail:{event}:{version}"
