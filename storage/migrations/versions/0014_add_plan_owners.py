"""Add who does an action of an improvement plan, and what its owner says of how far it is.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "plan_owner",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("norm", sa.String(length=8), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("given_by", ID, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_plan_owner_audit_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_plan_owner_given_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_owner_person_id")),
        sa.PrimaryKeyConstraint("audit_id", "norm", name=op.f("pk_plan_owner")),
    )
    op.create_index("ix_plan_owner_person", "plan_owner", ["person_id"])
    op.add_column("plan_progress", sa.Column("note_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan_progress", "note_sealed")
    op.drop_index("ix_plan_owner_person", table_name="plan_owner")
    op.drop_table("plan_owner")
