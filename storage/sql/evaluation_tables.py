"""The tables of the evaluation after an audit: what each person holds of it, and whom a coordinator asked.

A person may change an answer until `closes_on`, which is fixed with the first answer: what was counted once is never
counted in another period. Only the newest answer is kept, because it is an opinion and no record.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

audit_evaluation = sa.Table(
    "audit_evaluation",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("side", sa.String(10), nullable=False),
    sa.Column("closes_on", sa.Date, nullable=False),
    sa.Column("is_finished", sa.Boolean, nullable=False, default=False),
    sa.Column("remark_sealed", sa.LargeBinary),
    sa.Column("version", sa.Integer, nullable=False, default=0),  # of the remark
    sa.Column("changed_at", Moment, nullable=False),
    sa.CheckConstraint("side IN ('auditors', 'member')", name="side"),
    sa.Index("ix_audit_evaluation_person", "person_id"),
)

audit_evaluation_score = sa.Table(
    "audit_evaluation_score",
    metadata,
    sa.Column("audit_id", Id, primary_key=True),
    sa.Column("person_id", Id, primary_key=True),
    sa.Column("question", sa.String(40), primary_key=True),
    sa.Column("score", sa.Integer, nullable=False),
    sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    sa.ForeignKeyConstraint(
        ["audit_id", "person_id"], ["audit_evaluation.audit_id", "audit_evaluation.person_id"], ondelete="CASCADE"
    ),
)

audit_evaluation_request = sa.Table(  # a coordinator asked a colleague to look back as well
    "audit_evaluation_request",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("asked_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
)
