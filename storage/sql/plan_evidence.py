"""The files that were sent with an action of the improvement plan; for stores that know that the actor may.

They are the member's own: sealed under its key, gone with its erasure. A next round of the self-evaluation gets its
own row for the same content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId
from domain.framework import NormId
from domain.plan_actions import ActionEvidence
from domain.roles import PersonId
from domain.self_evaluation import ContributionKind, FileId
from storage.sql import plan_tables as p
from storage.sql import tables as t

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_FILE = t.stored_file
_SHOWN = (
    sa.select(p.plan_evidence, _FILE.c.status, _FILE.c.blob, _FILE.c.name_sealed)
    .select_from(p.plan_evidence.join(_FILE, _FILE.c.id == p.plan_evidence.c.file_id))
    .where(p.plan_evidence.c.withdrawn_at.is_(None), _FILE.c.status.in_(("wanted", "stored")))
    .order_by(p.plan_evidence.c.norm, p.plan_evidence.c.number)
)
_OF_AUDIT = _SHOWN.where(p.plan_evidence.c.audit_id == sa.bindparam("audit"))
_BY_PERSON = _SHOWN.where(p.plan_evidence.c.added_by == sa.bindparam("person"))


def evidence_of(work: SqlWork, audit: AuditId) -> Mapping[NormId, tuple[ActionEvidence, ...]]:
    """Return what lies at the actions of a plan; files that were refused are left out."""
    rows: Sequence[Any] = work.execute(_OF_AUDIT, {"audit": audit}).all()
    found: dict[NormId, list[ActionEvidence]] = defaultdict(list)
    for row in rows:
        found[NormId(row.norm)].append(_read(work, row))
    return {norm: tuple(items) for norm, items in found.items()}


def evidence_by(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return what somebody sent with actions, for the export of their data."""
    rows: Sequence[Any] = work.execute(_BY_PERSON, {"person": person}).all()
    return [
        {
            "what_it_is": "plan_evidence", "at": row.added_at.isoformat(), "audit_id": row.audit_id, "norm": row.norm,
            "text": item.caption, "file": item.name,
        }
        for row, item in ((row, _read(work, row)) for row in rows)
    ]  # fmt: skip


def caption_place(audit: AuditId, norm: NormId, number: int) -> str:
    """Return where the line that came with a file is sealed."""
    return f"plan_evidence.caption:{audit}:{norm}:{number}"


def _read(work: SqlWork, row: Any) -> ActionEvidence:
    place = caption_place(AuditId(row.audit_id), NormId(row.norm), row.number)
    return ActionEvidence(
        number=row.number,
        kind=ContributionKind(row.kind),
        caption=work.vault.open(place, row.caption_sealed) if row.caption_sealed else "",
        file=FileId(row.file_id),
        name=work.vault.open(f"stored_file.name:{row.blob}", row.name_sealed),
        by=PersonId(row.added_by),
        is_there=row.status == "stored",
    )
