"""What happened in an audit, in versions; and what the bot derives from what it keeps already.

Audit days are those of the plan, the self-evaluation is over when its version was closed, and the contract is recorded
by moving the audit to that stage: none of these can be recorded here a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.actors import Actor
from domain.audit import AuditId, AuditKind, ProcessId, Stage
from domain.process import DERIVED, PARTY_ROLES, EventId, EventKind, EventRule, Party, ProcessEvent
from domain.roles import OrganisationKind, PersonId, Role
from domain.weighing import Outcome
from storage.interfaces import NotAllowed
from storage.process_interfaces import AlreadyRecorded, CorrectedMeanwhile, OutcomeMissing, ProcessAudit
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.actors import read_organisation
from storage.sql.audit_reach import CI_ROLES, audit_scope
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SUBJECT = "audit"  # what an audit is called among the subjects of reminders

#: What the plan and the stages of an audit say; it is changed there.
_KEPT_ELSEWHERE = frozenset({EventKind.FIRST_AUDIT_DAY, EventKind.LAST_AUDIT_DAY, EventKind.CI_CONTRACTED})
_WEIGHED = frozenset({Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED})

# ---------------------------------------------------------------- statements, built once so that they stay compiled

_ORGANISATION: Any = sa.bindparam("own_organisation")
_PERSON: Any = sa.bindparam("person")
_AUDIT: Any = sa.bindparam("audit")
_SEAT_ROLE = (
    sa.select(t.audit_member.c.role)
    .where(
        t.audit_member.c.audit_id == t.audit.c.id,
        t.audit_member.c.person_id == _PERSON,
        t.audit_member.c.removed_at.is_(None),
    )
    .correlate(t.audit)
).scalar_subquery()
_AUDITS = (
    sa.select(
        t.audit.c.id,
        t.audit.c.process,
        t.audit.c.stage,
        t.audit.c.kind.label("audit_kind"),
        t.audit.c.evaluation_id,
        _SEAT_ROLE.label("seat_role"),
        t.organisation.c.id.label("organisation_id"),
        t.organisation.c.kind,
        t.organisation.c.name_sealed.label("organisation_name"),
        t.organisation.c.member_number_sealed,
        t.organisation.c.is_confirmed,
    )
    .select_from(t.audit.join(t.organisation, t.organisation.c.id == t.audit.c.organisation_id))
    .where(t.audit.c.stage != Stage.CANCELLED.value, t.organisation.c.erased_at.is_(None))
    .order_by(t.audit.c.id.desc())
)
_REACH = {
    "office": t.audit.c.ci_id == _ORGANISATION,
    "team": sa.and_(t.audit.c.ci_id == _ORGANISATION, _SEAT_ROLE.is_not(None)),
    "member": t.audit.c.organisation_id == _ORGANISATION,
    "swn": sa.true(),
}
_IN_REACH = {name: _AUDITS.where(condition) for name, condition in _REACH.items()}
_ONE = {name: statement.where(t.audit.c.id == _AUDIT) for name, statement in _IN_REACH.items()}

_VERSION = p.process_event_version
_NEWER = _VERSION.alias("newer")
_OF_AUDIT = (
    sa.select(p.process_event.c.id, p.process_event.c.kind, _VERSION)
    .select_from(p.process_event.join(_VERSION, _VERSION.c.event_id == p.process_event.c.id))
    .where(p.process_event.c.audit_id == _AUDIT)
)
_STANDING = _OF_AUDIT.where(
    ~_VERSION.c.is_withdrawn,
    ~sa.exists().where(_NEWER.c.event_id == _VERSION.c.event_id, _NEWER.c.version > _VERSION.c.version),
)
_HISTORY = _OF_AUDIT.order_by(_VERSION.c.recorded_at, p.process_event.c.id, _VERSION.c.version)
_DAYS = sa.select(sa.func.min(t.audit_day.c.on), sa.func.max(t.audit_day.c.on)).where(t.audit_day.c.audit_id == _AUDIT)
_CLOSED_AT = (
    sa.select(t.self_evaluation.c.closed_at)
    .join(t.audit, t.audit.c.evaluation_id == t.self_evaluation.c.id)
    .where(t.audit.c.id == _AUDIT, t.self_evaluation.c.closed_at.is_not(None))
)
_HELD = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT).with_for_update(key_share=True)


class SqlProcess(Reach):
    """The process within the actor's reach; implements `storage.process_interfaces.ProcessLog`."""

    def audits(self) -> tuple[ProcessAudit, ...]:
        """Return every audit within reach that was not cancelled: the newest first."""
        found = _side_of(self._actor)
        return tuple(self._read(row) for row in self._rows(_IN_REACH[found])) if found else ()

    def get(self, audit: AuditId) -> ProcessAudit:
        """Return one audit. Raises NotAllowed when it is out of the actor's reach."""
        side = _side_of(self._actor)
        rows = self._rows(_ONE[side], audit=audit) if side else ()
        if not rows:
            raise NotAllowed("audit")
        return self._read(rows[0])

    def events(self, audit: AuditId) -> tuple[ProcessEvent, ...]:
        """Return what stands now, by date, with what the bot derives itself. Raises NotAllowed."""
        self.get(audit)
        return events_of(self._work, audit)

    def history(self, audit: AuditId) -> tuple[tuple[ProcessEvent, bool], ...]:
        """Return every version of every event, with whether it was withdrawn by it. Raises NotAllowed."""
        self.get(audit)
        rows = self._work.execute(_HISTORY, {"audit": audit}).all()
        return tuple((_event(self._work, audit, row), bool(row.is_withdrawn)) for row in rows)

    def may_record(self, audit: AuditId, kind: EventKind) -> bool:
        """Say whether the actor may record this there."""
        try:
            self._recordable(audit, kind)
        except NotAllowed:
            return False
        return kind not in _KEPT_ELSEWHERE

    def record(self, audit: AuditId, kind: EventKind, on: date, at: datetime, detail: str = "") -> ProcessEvent:
        """Record that something happened on a local day. Raises as the protocol says."""
        rule = self._recordable(audit, kind)
        if kind in _KEPT_ELSEWHERE:
            raise NotAllowed(kind.value)
        _check_outcome(rule, detail)
        self._work.execute(_HELD, {"audit": audit})  # two people may record it at once
        standing = [event for event in events_of(self._work, audit) if event.kind is kind]
        same = next((event for event in standing if event.on == on), None)
        if same is not None and same.detail == detail:
            return same
        if standing and not rule.repeats:
            raise AlreadyRecorded(standing[0])
        return add_event(self._work, self._actor, audit, kind, on, at, detail)

    def correct(self, event: ProcessEvent, on: date, at: datetime, detail: str | None = None) -> ProcessEvent:
        """Record that it was on another day, or with another detail. Raises NotAllowed, CorrectedMeanwhile."""
        now = self._as_seen(event)
        new = replace(
            now, on=on, detail=now.detail if detail is None else detail, version=now.version + 1,
            recorded_at=at, by=self._actor.person,
        )  # fmt: skip
        if (new.on, new.detail) == (now.on, now.detail):
            return now
        _check_outcome(self._recordable(event.audit, event.kind), new.detail)
        _add_version(self._work, self._actor, new, at)
        return new

    def withdraw(self, event: ProcessEvent, at: datetime) -> None:
        """Record that it did not happen after all. Raises NotAllowed, CorrectedMeanwhile."""
        if event.kind in _KEPT_ELSEWHERE:
            raise NotAllowed(event.kind.value)
        now = self._as_seen(event)
        new = replace(now, version=now.version + 1, by=self._actor.person)
        _add_version(self._work, self._actor, new, at, is_withdrawn=True)

    # ---------------------------------------------------------------------------------------------- parts

    def _rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        parameters = {"own_organisation": self._organisation(), "person": self._actor.person}
        return self._work.execute(statement, parameters | values).all()

    def _read(self, row: Any) -> ProcessAudit:
        return ProcessAudit(
            id=AuditId(row.id),
            organisation=read_organisation(self._work, row),
            kind=AuditKind(row.audit_kind),
            stage=Stage(row.stage),
            edition=self._work.audit_rules.editions[ProcessId(row.process)],
            party=_party(self._actor, row.seat_role),
        )

    def _recordable(self, audit: AuditId, kind: EventKind) -> EventRule:
        """Return the rule of a kind that this actor may record there. Raises NotAllowed."""
        found = self.get(audit)
        rule = found.edition.events[kind]
        if found.party not in rule.recorded_by:
            raise NotAllowed(kind.value)
        return rule

    def _as_seen(self, event: ProcessEvent) -> ProcessEvent:
        """Return the event as it stands, if that is what the person saw. Raises NotAllowed, CorrectedMeanwhile."""
        self._recordable(event.audit, event.kind)
        if event.is_derived:
            raise NotAllowed(event.kind.value)
        self._work.execute(_HELD, {"audit": event.audit})
        standing = {found.id: found for found in recorded_events(self._work, event.audit)}
        now = standing.get(event.id)
        if now is None or now.version != event.version or now.kind is not event.kind:
            raise CorrectedMeanwhile(now)
        return now


# ------------------------------------------------------- for who has established already that the actor may


def events_of(work: SqlWork, audit: AuditId) -> tuple[ProcessEvent, ...]:
    """Return what stands in an audit, by date: what was recorded, and what follows from plan and self-evaluation."""
    derived = _derived(work, audit)
    known = {event.kind for event in derived}
    recorded = [event for event in recorded_events(work, audit) if event.kind not in known]
    return tuple(sorted((*derived, *recorded), key=lambda event: (event.on, list(EventKind).index(event.kind))))


def recorded_events(work: SqlWork, audit: AuditId) -> tuple[ProcessEvent, ...]:
    """Return what people recorded in an audit and did not withdraw."""
    return tuple(_event(work, audit, row) for row in work.execute(_STANDING, {"audit": audit}).all())


def add_event(
    work: SqlWork, actor: Actor, audit: AuditId, kind: EventKind, on: date, at: datetime, detail: str = ""
) -> ProcessEvent:
    """Add an event that the actor may record."""
    insert = p.process_event.insert().values(audit_id=audit, kind=kind.value).returning(p.process_event.c.id)
    event = EventId(work.execute(insert).scalar_one())
    new = ProcessEvent(event, audit, kind, on, at, actor.person, detail)
    _add_version(work, actor, new, at)
    return new


def note_contract(work: SqlWork, actor: Actor, audit: AuditId, at: datetime, *, is_contracted: bool) -> None:
    """Record that an audit was contracted today, or that it is not any more; called where its stage changes."""
    standing = [event for event in recorded_events(work, audit) if event.kind is EventKind.CI_CONTRACTED]
    if is_contracted and not standing:
        add_event(work, actor, audit, EventKind.CI_CONTRACTED, at.astimezone(AMSTERDAM).date(), at)
    if not is_contracted:
        for event in standing:
            _add_version(work, actor, replace(event, version=event.version + 1), at, is_withdrawn=True)


def look_again(work: SqlWork, audit: AuditId, at: datetime) -> None:
    """Let the heartbeat work out anew what to remind of, because something changed."""
    values = {"subject_kind": SUBJECT, "subject_id": audit, "next_reminder_at": at}
    insert = work.upsert(p.next_reminder).values(values)
    keys = ["subject_kind", "subject_id"]
    work.execute(insert.on_conflict_do_update(index_elements=keys, set_={"next_reminder_at": at}))


# ----------------------------------------------------------------------------------------------- details


def _side_of(actor: Actor) -> str | None:
    """Return from which side an actor reaches audits, None for who has no part in them."""
    kind = actor.organisation.kind if actor.organisation else None
    if (kind, actor.role) == PARTY_ROLES[Party.CI]:
        return "office"
    if kind is OrganisationKind.CI and actor.role in CI_ROLES:
        return "team"
    if (kind, actor.role) == PARTY_ROLES[Party.MEMBER]:
        return "member"
    return "swn" if (kind, actor.role) == PARTY_ROLES[Party.SWN] else None


def _party(actor: Actor, seat_role: str | None) -> Party | None:
    """Return for whom the actor acts in an audit; within the CI that is the team leader and the office."""
    side = _side_of(actor)
    if side == "team":
        return Party.CI if seat_role == Role.TEAM_LEADER.value else None
    return {"office": Party.CI, "member": Party.MEMBER, "swn": Party.SWN}[side] if side else None


def _check_outcome(rule: EventRule, detail: str) -> None:
    if rule.needs_outcome and detail not in _WEIGHED:
        raise OutcomeMissing(rule.kind)


def _derived(work: SqlWork, audit: AuditId) -> list[ProcessEvent]:
    days_found: Any = work.execute(_DAYS, {"audit": audit}).one()
    first, last = days_found
    closed_at = work.execute(_CLOSED_AT, {"audit": audit}).scalar()
    days = [
        (EventKind.FIRST_AUDIT_DAY, first),
        (EventKind.LAST_AUDIT_DAY, last),
        (EventKind.SELF_EVALUATION_COMPLETED, closed_at.astimezone(AMSTERDAM).date() if closed_at else None),
    ]
    return [ProcessEvent(DERIVED, audit, kind, on) for kind, on in days if on is not None]


def _add_version(work: SqlWork, actor: Actor, event: ProcessEvent, at: datetime, *, is_withdrawn: bool = False) -> None:
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


def _event(work: SqlWork, audit: AuditId, row: Any) -> ProcessEvent:
    detail = work.vault.open(_place(EventId(row.id), row.version), row.detail_sealed)
    return ProcessEvent(
        EventId(row.id), audit, EventKind(row.kind), row.on, row.recorded_at, PersonId(row.recorded_by), detail,
        row.version,
    )  # fmt: skip


def _place(event: EventId, version: int) -> str:
    return f"process_event.detail:{event}:{version}"
