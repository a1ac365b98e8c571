"""What happened in an audit, in versions; and what the bot derives from what it keeps already.

Audit days are those of the plan, the self-evaluation is over when its version was closed, and the contract is recorded
by moving the audit to that stage: none of these can be recorded here a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import Actor
from domain.audit import AuditId, AuditKind, ProcessId, Stage
from domain.deadlines import Deadline
from domain.framework import FrameworkId
from domain.process import PARTY_ROLES, EventKind, EventRule, Party, ProcessEvent
from domain.reminders import ReminderKind
from domain.roles import OrganisationKind, Role
from domain.weighing import Outcome
from storage.interfaces import NotAllowed
from storage.process_interfaces import AlreadyRecorded, CorrectedMeanwhile, OutcomeMissing, ProcessAudit
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.actors import read_organisation
from storage.sql.audit_reach import CI_ROLES
from storage.sql.pair_tables import audit_pair as pair
from storage.sql.process_cases import process_of
from storage.sql.process_events import (
    OF_AUDIT,
    SUBJECT,
    add_event,
    add_version,
    events_of,
    look_again,
    read_event,
    recorded_events,
)
from storage.sql.reach import Reach

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
_COMPANION = sa.func.coalesce(
    sa.select(pair.c.companion_id).where(pair.c.host_id == t.audit.c.id).correlate(t.audit).scalar_subquery(),
    sa.select(pair.c.host_id).where(pair.c.companion_id == t.audit.c.id).correlate(t.audit).scalar_subquery(),
)
_AUDITS = (
    sa.select(
        t.audit.c.id,
        t.audit.c.process,
        t.audit.c.stage,
        t.audit.c.framework,
        _COMPANION.label("companion"),
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
    "swn": t.audit.c.process.in_(sa.bindparam("with_swn", expanding=True)),
}
_IN_REACH = {name: _AUDITS.where(condition) for name, condition in _REACH.items()}
_ONE = {name: statement.where(t.audit.c.id == _AUDIT) for name, statement in _IN_REACH.items()}

_HISTORY = OF_AUDIT.order_by(
    p.process_event_version.c.recorded_at, p.process_event.c.id, p.process_event_version.c.version
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
        return tuple((read_event(self._work, audit, row), bool(row.is_withdrawn)) for row in rows)

    def terms(self, audit: AuditId, today: date) -> tuple[Deadline, ...]:
        """Return every step that has begun, with its date and whose turn it is. Raises NotAllowed."""
        self.get(audit)
        found = process_of(self._work, audit, today)
        return found.terms if found is not None else ()

    def may_record(self, audit: AuditId, kind: EventKind) -> bool:
        """Say whether the actor may record this there."""
        try:
            rule = self._recordable(audit, kind)
        except NotAllowed:
            return False
        return kind not in _KEPT_ELSEWHERE and not rule.is_kept_elsewhere

    def record(self, audit: AuditId, kind: EventKind, on: date, at: datetime, detail: str = "") -> ProcessEvent:
        """Record that something happened on a local day. Raises as the protocol says."""
        rule = self._recordable(audit, kind)
        if kind in _KEPT_ELSEWHERE or rule.is_kept_elsewhere:
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
        add_version(self._work, self._actor, new, at)
        return new

    def withdraw(self, event: ProcessEvent, at: datetime) -> None:
        """Record that it did not happen after all. Raises NotAllowed, CorrectedMeanwhile."""
        if event.kind in _KEPT_ELSEWHERE:
            raise NotAllowed(event.kind.value)
        now = self._as_seen(event)
        new = replace(now, version=now.version + 1, by=self._actor.person)
        add_version(self._work, self._actor, new, at, is_withdrawn=True)

    # ---------------------------------------------------------------------------------- what the actor is told

    def snooze(self, audit: AuditId, term: str, until: date, at: datetime) -> None:
        """Leave the actor alone about a term until a day; the term stays where it is. Raises NotAllowed."""
        self.get(audit)
        key = {"subject_kind": SUBJECT, "subject_id": audit, "term": term, "person_id": self._actor.person}
        insert = self._work.upsert(p.reminder_snooze).values(key | {"until": until})
        self._work.execute(insert.on_conflict_do_update(index_elements=list(key), set_={"until": until}))
        look_again(self._work, audit, at)

    def stopped_reminders(self) -> frozenset[ReminderKind]:
        """Return the kinds of reminder that the actor does not want."""
        stopped = sa.select(p.reminder_stop.c.kind).where(p.reminder_stop.c.person_id == self._actor.person)
        return frozenset(ReminderKind(kind) for kind in self._work.execute(stopped).scalars())

    def set_reminders(self, kind: ReminderKind, at: datetime, *, are_wanted: bool) -> None:
        """Stop one kind of reminder for the actor, or begin again."""
        own = {"person_id": self._actor.person, "kind": kind.value}
        if are_wanted:
            stopped = sa.and_(*(p.reminder_stop.c[name] == value for name, value in own.items()))
            self._work.execute(p.reminder_stop.delete().where(stopped))
            return
        insert = self._work.upsert(p.reminder_stop).values(own | {"stopped_at": at})
        self._work.execute(insert.on_conflict_do_nothing())

    # ---------------------------------------------------------------------------------------------- parts

    def _rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        parameters = {
            "own_organisation": self._organisation(), "person": self._actor.person,
            "with_swn": self._work.audit_rules.with_swn,
        }  # fmt: skip
        return self._work.execute(statement, parameters | values).all()

    def _read(self, row: Any) -> ProcessAudit:
        return ProcessAudit(
            id=AuditId(row.id),
            organisation=read_organisation(self._work, row),
            kind=AuditKind(row.audit_kind),
            stage=Stage(row.stage),
            framework=FrameworkId(row.framework),
            edition=self._work.audit_rules.editions[ProcessId(row.process)],
            party=_party(self._actor, row.seat_role),
            companion=self._companion(row),
        )

    def _companion(self, row: Any) -> AuditId | None:
        """Return the other half, which everybody who reaches one reaches, but the secretariat."""
        is_known = row.companion is not None and _side_of(self._actor) != "swn"
        return AuditId(row.companion) if is_known else None

    def _recordable(self, audit: AuditId, kind: EventKind) -> EventRule:
        """Return the rule of a kind that this actor may record there. Raises NotAllowed."""
        found = self.get(audit)
        rule = found.edition.events.get(kind)
        if rule is None or found.party not in rule.recorded_by:
            raise NotAllowed(kind.value)
        return rule

    def _as_seen(self, event: ProcessEvent) -> ProcessEvent:
        """Return the event as it stands, if that is what the person saw. Raises NotAllowed, CorrectedMeanwhile."""
        rule = self._recordable(event.audit, event.kind)
        if event.is_derived or rule.is_kept_elsewhere:
            raise NotAllowed(event.kind.value)
        self._work.execute(_HELD, {"audit": event.audit})
        standing = {found.id: found for found in recorded_events(self._work, event.audit)}
        now = standing.get(event.id)
        if now is None or now.version != event.version or now.kind is not event.kind:
            raise CorrectedMeanwhile(now)
        return now


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
