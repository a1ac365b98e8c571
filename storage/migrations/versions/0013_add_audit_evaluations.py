"""Add the evaluation after an audit: what people hold of it, and whom a coordinator asked.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_evaluation",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("is_finished", sa.Boolean(), nullable=False),
        sa.Column("remark_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("side IN ('auditors', 'member')", name=op.f("ck_audit_evaluation_side")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_evaluation_audit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_evaluation_person_id")),
        sa.PrimaryKeyConstraint("audit_id", "person_id", name=op.f("pk_audit_evaluation")),
    )
    op.create_index("ix_audit_evaluation_person", "audit_evaluation", ["person_id"])
    op.create_table(
        "audit_evaluation_score",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_audit_evaluation_score_score")),
        sa.ForeignKeyConstraint(
            ["audit_id", "person_id"],
            ["audit_evaluation.audit_id", "audit_evaluation.person_id"],
            name=op.f("fk_audit_evaluation_score_audit_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("audit_id", "person_id", "question", name=op.f("pk_audit_evaluation_score")),
    )
    op.create_table(
        "audit_evaluation_request",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_evaluation_request_audit_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_audit_evaluation_request_asked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_evaluation_request_person_id")),
        sa.PrimaryKeyConstraint("audit_id", "person_id", name=op.f("pk_audit_evaluation_request")),
    )


def downgrade() -> None:
    for table in ("audit_evaluation_request", "audit_evaluation_score", "audit_evaluation"):
        op.drop_table(table)
