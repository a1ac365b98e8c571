"""The tables of the improvement plan after an audit: entries, rounds, progress, and the additional investigation.

Whether there is a plan at all, and for which outcome, follows from the event `findings_final`; which norms it covers,
from the consensus.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata


def _versions(name: str, *columns: sa.Column[object]) -> sa.Table:
    """Return a table that is only ever added to: the highest version per audit and norm counts."""
    return sa.Table(
        name,
        metadata,
        sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
        sa.Column("norm", sa.String(8), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        *columns,
        sa.Column("written_by", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("written_at", Moment, nullable=False),
    )


improvement_plan = sa.Table(  # a row from the first word of the member on
    "improvement_plan",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True, autoincrement=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)

plan_review = sa.Table(  # a round: what was handed in, as it was then, and what the CI held of it
    "plan_review",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("submitted_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("submitted_at", Moment, nullable=False),
    sa.Column("entries_sealed", sa.LargeBinary, nullable=False),
    sa.Column("is_approved", sa.Boolean),
    sa.Column("reason_sealed", sa.LargeBinary),
    sa.Column("reviewed_by", Id, sa.ForeignKey("person.id")),
    sa.Column("reviewed_at", Moment),
)

plan_entry = _versions("plan_entry", sa.Column("content_sealed", sa.LargeBinary, nullable=False))

plan_progress = _versions(
    "plan_progress",
    sa.Column("done_on", sa.Date),
    sa.Column("evidence_sealed", sa.LargeBinary),
    sa.Column("note_sealed", sa.LargeBinary),
)

plan_owner = sa.Table(  # who does an action; at most one, and only while they work for the organisation
    "plan_owner",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("norm", sa.String(8), primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("given_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("given_at", Moment, nullable=False),
    sa.Index("ix_plan_owner_person", "person_id"),
)

plan_evidence = sa.Table(  # what was sent with an action to show that it is done; it lies in `stored_file`
    "plan_evidence",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("norm", sa.String(8), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("caption_sealed", sa.LargeBinary),
    sa.Column("file_id", Id, sa.ForeignKey("stored_file.id"), nullable=False),
    sa.Column("added_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Index("ix_plan_evidence_file", "file_id"),
)

plan_retest = _versions(
    "plan_retest",
    sa.Column("verdict", sa.String(20), nullable=False),
    sa.Column("text_sealed", sa.LargeBinary),
)
