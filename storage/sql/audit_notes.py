"""The notes of auditors when an audit has long been over: which of them have had their time, and how they go.

Notes are findings with every earlier version, and the files that came with them. Verdicts, consensus, report and
decision are another matter: they are the decision itself, and stay.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId, Stage
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.appeal_tables import appeal
from storage.sql.complaint_tables import complaint
from storage.sql.pair_tables import audit_pair
from storage.sql.register_tables import certificate
from storage.sql.retention_tables import planned_erasure as planned

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

OVER = (Stage.CLOSED.value, Stage.CANCELLED.value)  # in which nothing happens any more
_COMPANION = t.audit.alias("companion")
_NOT_EMPTIED = sa.or_(t.finding.c.text_sealed.is_not(None), t.finding.c.withdrawn_at.is_(None))


def idle_notes(before: datetime, kept_since: datetime, today: date) -> sa.Select[Any]:
    """Return the audits with notes about which nothing happened since a moment, and that nobody needs them for.

    Needed they are while a certificate of the audit is valid, and as long as a complaint or an appeal about it is open.
    Of a combination both halves have to be over. Who wanted to keep them since `kept_since` is not asked again.
    """
    own = t.audit.c.id
    noted = sa.exists().where(t.finding.c.audit_id == own, _NOT_EMPTIED)
    wrote = sa.exists().where(t.finding.c.audit_id == own, t.finding.c.changed_at >= before)
    visited = sa.exists().where(_of_either_half(t.audit_day.c.audit_id), t.audit_day.c.on >= before.date())
    event, version = p.process_event, p.process_event_version
    happened = sa.exists().where(
        version.c.event_id == event.c.id, _of_either_half(event.c.audit_id), version.c.recorded_at >= before
    )
    goes_on = sa.exists().where(
        audit_pair.c.host_id == own, _COMPANION.c.id == audit_pair.c.companion_id, _COMPANION.c.stage.not_in(OVER)
    )
    certified = sa.exists().where(_of_either_half(certificate.c.audit_id), certificate.c.expires_on >= today)
    complained = sa.exists().where(_of_either_half(complaint.c.audit_id), complaint.c.closed_at.is_(None))
    undecided = sa.and_(appeal.c.decided_on.is_(None), appeal.c.state != "rejected")
    appealed = sa.exists().where(_of_either_half(appeal.c.audit_id), undecided)
    kept = sa.exists().where(
        planned.c.subject_kind == "audit", planned.c.subject_id == own, planned.c.withdrawn_at >= kept_since
    )
    needed = sa.or_(wrote, visited, happened, goes_on, certified, complained, appealed, kept)
    return sa.select(own.label("id")).where(t.audit.c.stage.in_(OVER), noted, ~needed).order_by(own)


def _of_either_half(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Say that a column names the audit at hand, or the other one that its notes count for."""
    companion = sa.select(audit_pair.c.companion_id).where(audit_pair.c.host_id == t.audit.c.id)
    return sa.or_(column == t.audit.c.id, column.in_(companion))


def erase_notes(work: SqlWork, audit: AuditId, at: datetime) -> int:
    """Empty the findings of an audit and everything they were before, with their files; return how many there were.

    Which norms they were about stays, so that it can still be seen how well each was looked at.
    """
    own = t.finding.c.audit_id == audit
    findings, files = (sa.select(column).where(own) for column in (t.finding.c.id, t.finding.c.file_id))
    work.execute(
        t.stored_file.update()
        .where(t.stored_file.c.id.in_(files.where(t.finding.c.file_id.is_not(None))))
        .values(status="erased", name_sealed=None, telegram_id_sealed=None, sha256=None, media_type="", size=None)
    )
    versions = t.finding_version.c.finding_id.in_(findings)
    work.execute(t.finding_version.update().where(versions).values(snapshot_sealed=None))
    gone = {"text_sealed": None, "chat_id": None, "message_id": None, "in_tray": False,
            "withdrawn_at": sa.func.coalesce(t.finding.c.withdrawn_at, at)}  # fmt: skip
    return work.execute(t.finding.update().where(own, _NOT_EMPTIED).values(gone)).rowcount
