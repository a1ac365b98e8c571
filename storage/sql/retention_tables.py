"""The table of erasures that were announced: what goes when, who asked for it, and what became of it.

What is done stays as the log of what was erased; it holds ids and moments only.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

_RUNNING = sa.text("withdrawn_at IS NULL AND done_at IS NULL")

planned_erasure = sa.Table(
    "planned_erasure",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("subject_kind", sa.String(12), nullable=False),  # organisation | person | audit
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("term", sa.String(20), nullable=False),
    sa.Column("asked_by", Id, sa.ForeignKey("person.id")),
    sa.Column("announced_at", Moment, nullable=False),
    sa.Column("erases_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Column("done_at", Moment),
    sa.Column("removed", sa.Integer),  # how many rows went
    sa.Index(
        "uq_planned_erasure_running",
        "subject_kind",
        "subject_id",
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    ),
    sqlite_autoincrement=True,
)
