"""Add the files that show that an action of an improvement plan is done.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "plan_evidence",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("norm", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("caption_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_plan_evidence_added_by")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_plan_evidence_audit_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_plan_evidence_file_id")),
        sa.PrimaryKeyConstraint("audit_id", "norm", "number", name=op.f("pk_plan_evidence")),
    )
    op.create_index("ix_plan_evidence_file", "plan_evidence", ["file_id"])


def downgrade() -> None:
    op.drop_table("plan_evidence")
