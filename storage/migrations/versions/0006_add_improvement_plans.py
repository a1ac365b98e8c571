"""Add improvement plans: entries, rounds, progress, and what an additional audit found.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "improvement_plan",
        sa.Column("audit_id", ID, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_improvement_plan_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_improvement_plan")),
    )
    op.create_table(
        "plan_review",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("submitted_by", ID, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("entries_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reviewed_by", ID, nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_plan_review_audit_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_plan_review_reviewed_by")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_plan_review_submitted_by")),
        sa.PrimaryKeyConstraint("audit_id", "round", name=op.f("pk_plan_review")),
    )
    _add_versions("plan_entry", sa.Column("content_sealed", sa.LargeBinary(), nullable=False))
    _add_versions(
        "plan_progress",
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence_sealed", sa.LargeBinary(), nullable=True),
    )
    _add_versions(
        "plan_retest",
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
    )


def downgrade() -> None:
    for table in ("plan_retest", "plan_progress", "plan_entry", "plan_review", "improvement_plan"):
        op.drop_table(table)


def _add_versions(name: str, *columns: sa.Column[object]) -> None:
    """Add a table that is only ever added to, by audit, norm and version."""
    op.create_table(
        name,
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("norm", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.Column("written_by", ID, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f(f"fk_{name}_audit_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f(f"fk_{name}_written_by")),
        sa.PrimaryKeyConstraint("audit_id", "norm", "version", name=op.f(f"pk_{name}")),
    )
