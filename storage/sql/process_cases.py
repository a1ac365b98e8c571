"""What the terms of an audit depend on beside its events, and the terms themselves; for the screens and the heartbeat.

The caller has established that the actor may see the process of the audit; nothing of what was heard or judged comes
out of here but the outcome, and that only where an edition lets a draft become final by itself.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.audit import AuditId, AuditKind, ProcessId, Stage
from domain.deadlines import Case, Deadline, Renewal, deadlines, renewal_of
from domain.framework import FrameworkId, NormId
from domain.process import EventKind, ProcessEdition, ProcessEvent, expiry_of
from domain.roles import OrganisationId
from domain.verdicts import Verdict
from domain.weighing import Outcome, weigh
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.audit_reach import ACCEPTED
from storage.sql.pair_tables import audit_pair
from storage.sql.process_events import events_of

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")
_PAIR = (
    sa.select(audit_pair.c.host_id)
    .where(sa.or_(audit_pair.c.host_id == t.audit.c.id, audit_pair.c.companion_id == t.audit.c.id))
    .correlate(t.audit)
    .scalar_subquery()
)
_ROW = sa.select(
    t.audit.c.id, t.audit.c.organisation_id, t.audit.c.ci_id, t.audit.c.process, t.audit.c.kind, t.audit.c.framework,
    t.audit.c.weighing, t.audit.c.stage, _PAIR.label("pair"),
).join(t.organisation, t.organisation.c.id == t.audit.c.organisation_id).where(
    t.audit.c.id == _AUDIT, t.organisation.c.erased_at.is_(None)
)  # fmt: skip
_TEAM = sa.and_(t.audit_member.c.audit_id == _AUDIT, t.audit_member.c.removed_at.is_(None))
_UNSIGNED = sa.or_(*(t.audit_member.c[name].is_(None) for name in ACCEPTED.values()))
_SIGNATURES = sa.select(sa.func.count(t.audit_member.c.person_id), sa.func.sum(sa.case((_UNSIGNED, 1), else_=0))).where(
    _TEAM
)
_SAME = sa.and_(
    t.audit.c.organisation_id == sa.bindparam("organisation"),
    t.audit.c.stage != Stage.CANCELLED.value,
    t.audit.c.kind != AuditKind.FOLLOWUP.value,
)
_LATER = (
    sa.select(t.audit.c.id, t.audit.c.kind, t.audit.c.process)
    .where(
        _SAME,
        t.audit.c.id > _AUDIT,
        t.audit.c.kind == AuditKind.RECERTIFICATION.value,
        t.audit.c.process.in_(sa.bindparam("with_swn", expanding=True)),
    )
    .order_by(t.audit.c.id)
    .limit(1)
)
_VERSION = p.process_event_version
_NEWER = _VERSION.alias("newer")
_EARLIER_CERTIFICATE = (
    sa.select(_VERSION.c.on, t.audit.c.process)
    .select_from(
        _VERSION.join(p.process_event, p.process_event.c.id == _VERSION.c.event_id).join(
            t.audit, t.audit.c.id == p.process_event.c.audit_id
        )
    )
    .where(
        _SAME,
        t.audit.c.id < _AUDIT,
        p.process_event.c.kind == EventKind.CERTIFICATE_ISSUED.value,
        ~_VERSION.c.is_withdrawn,
        ~sa.exists().where(_NEWER.c.event_id == _VERSION.c.event_id, _NEWER.c.version > _VERSION.c.version),
    )
    .order_by(t.audit.c.id.desc())
    .limit(1)
)
_NEWER_VERDICT = t.consensus.alias("newer_verdict")
_VERDICTS = sa.select(t.consensus.c.norm, t.consensus.c.verdict).where(
    t.consensus.c.audit_id == _AUDIT,
    t.consensus.c.verdict != Verdict.NOT_ASSESSED.value,
    ~sa.exists().where(
        _NEWER_VERDICT.c.audit_id == t.consensus.c.audit_id,
        _NEWER_VERDICT.c.norm == t.consensus.c.norm,
        _NEWER_VERDICT.c.version > t.consensus.c.version,
    ),
)


class Process(Struct, frozen=True):
    """The process of one audit as it stands today."""

    audit: AuditId
    organisation: OrganisationId
    ci: OrganisationId
    edition: ProcessEdition
    case: Case
    events: tuple[ProcessEvent, ...]
    terms: tuple[Deadline, ...]
    framework: FrameworkId
    pair: AuditId | None  # of a combination: the half under which its field work is kept


def process_of(work: SqlWork, audit: AuditId, today: date) -> Process | None:
    """Return the process of an audit, None when it was cancelled or the organisation is not there any more."""
    row = work.execute(_ROW, {"audit": audit}).first()
    if row is None or row.stage == Stage.CANCELLED.value:
        return None
    edition = work.audit_rules.editions[ProcessId(row.process)]
    events = events_of(work, audit)
    case = _case(work, row, edition, events, today)
    terms = deadlines(edition, case, events, today, work.audit_rules.working_days.is_working_day)
    organisation, ci = OrganisationId(row.organisation_id), OrganisationId(row.ci_id)
    pair = AuditId(row.pair) if row.pair is not None else None
    return Process(audit, organisation, ci, edition, case, events, terms, FrameworkId(row.framework), pair)


def _case(work: SqlWork, row: Any, edition: ProcessEdition, events: tuple[ProcessEvent, ...], today: date) -> Case:
    kind = AuditKind(row.kind)
    happened = {event.kind for event in events}
    signatures: Any = work.execute(_SIGNATURES, {"audit": row.id}).one()
    members, unsigned = signatures
    needs_outcome = EventKind.FINDINGS_FINAL not in happened and EventKind.DRAFT_RECEIVED in happened
    is_renewable = EventKind.CERTIFICATE_ISSUED in happened
    follows_on = kind is AuditKind.RECERTIFICATION and edition.goes_to_swn
    return Case(
        kind=kind,
        has_statements=members > 0 and not unsigned,
        outcome=_outcome(work, row) if needs_outcome and _becomes_final(edition) else None,
        previous_expiry=_previous_expiry(work, row) if follows_on else None,
        renewal=_renewal(work, row, edition, events, today) if is_renewable else Renewal(),
    )


def _becomes_final(edition: ProcessEdition) -> bool:
    return any(step.counts_as is EventKind.FINDINGS_FINAL for step in edition.steps)


def _outcome(work: SqlWork, row: Any) -> Outcome:
    """Return what the consensus comes to now."""
    verdicts = {
        NormId(found.norm): Verdict(found.verdict) for found in work.execute(_VERDICTS, {"audit": row.id}).all()
    }
    framework, rules = work.frameworks[FrameworkId(row.framework)], work.audit_rules.weighings
    return weigh(verdicts, framework.weighed_by(rules[row.weighing])).outcome


def _previous_expiry(work: SqlWork, row: Any) -> date | None:
    """Return when the certificate of the last audit before this one lapses."""
    values = {"audit": row.id, "organisation": row.organisation_id}
    found = work.execute(_EARLIER_CERTIFICATE, values).first()
    return expiry_of(work.audit_rules.editions[ProcessId(found.process)], found.on) if found is not None else None


def _renewal(
    work: SqlWork, row: Any, edition: ProcessEdition, events: tuple[ProcessEvent, ...], today: date
) -> Renewal:
    """Return how far the re-audit is that follows on the certificate of this audit."""
    values = {"audit": row.id, "organisation": row.organisation_id, "with_swn": work.audit_rules.with_swn}
    later = work.execute(_LATER, values).first()
    if later is None:
        return Renewal()
    issued = next(event.on for event in events if event.kind is EventKind.CERTIFICATE_ISSUED)
    case = Case(AuditKind(later.kind), previous_expiry=expiry_of(edition, issued))
    found = AuditId(later.id)
    return renewal_of(work.audit_rules.editions[ProcessId(later.process)], case, events_of(work, found), today)
