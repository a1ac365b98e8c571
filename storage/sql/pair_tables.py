"""The table of combination audits: which two audits are the halves of one, and which holds the field work of both."""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

audit_pair = sa.Table(
    "audit_pair",
    metadata,
    sa.Column("companion_id", Id, sa.ForeignKey("audit.id"), primary_key=True, autoincrement=False),
    # Interviews and findings of both halves are kept under this one.
    sa.Column("host_id", Id, sa.ForeignKey("audit.id"), nullable=False, unique=True),
    sa.Column("paired_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("paired_at", Moment, nullable=False),
)
