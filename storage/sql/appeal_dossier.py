"""What who handles an appeal reads of the audit; the caller has established that the actor handles it, and may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId
from domain.framework import Framework, FrameworkId
from domain.report import Report, ReportVersion
from domain.verdicts import Verdict
from storage.appeal_interfaces import Considered, Dossier
from storage.sql import tables as t
from storage.sql.appeal_rows import decisions_of
from storage.sql.decisions import facts_of
from storage.sql.plans import rounds_of
from storage.sql.process_events import events_of
from storage.sql.reports import newest_sent

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")
_NEWER = t.consensus.alias("newer")
_CONSENSUS = sa.select(t.consensus).where(
    t.consensus.c.audit_id == _AUDIT,
    ~sa.exists().where(
        _NEWER.c.audit_id == t.consensus.c.audit_id,
        _NEWER.c.norm == t.consensus.c.norm,
        _NEWER.c.version > t.consensus.c.version,
    ),
)
_FRAMEWORK = sa.select(t.audit.c.framework).where(t.audit.c.id == _AUDIT)


def dossier_of(work: SqlWork, audit: AuditId) -> Dossier:
    """Return the considerations and documents behind a decision."""
    framework = work.frameworks[FrameworkId(work.execute(_FRAMEWORK, {"audit": audit}).scalar_one())]
    return Dossier(
        decisions=decisions_of(work, audit), facts=facts_of(work, audit), events=events_of(work, audit),
        considered=_considered(work, audit, framework), rounds=rounds_of(work, audit), framework=framework,
    )  # fmt: skip


def report_of(work: SqlWork, audit: AuditId) -> tuple[Report, ReportVersion] | None:
    """Return the newest report that the member got, as it was sent; None when none was."""
    return newest_sent(work, audit)


def _considered(work: SqlWork, audit: AuditId, framework: Framework) -> tuple[Considered, ...]:
    """Return what the team held of every norm, in the order of the framework."""
    rows = {row.norm: row for row in work.execute(_CONSENSUS, {"audit": audit}).all()}
    opened = work.vault.open
    return tuple(
        Considered(
            norm, Verdict(row.verdict),
            opened(f"consensus.rationale:{audit}:{norm.id}:{row.version}", row.rationale_sealed),
        )
        for norm in framework.norms
        if (row := rows.get(norm.id)) is not None
    )  # fmt: skip
