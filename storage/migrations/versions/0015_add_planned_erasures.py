"""Add erasures that were announced, and the log of what was erased.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
_RUNNING = sa.text("withdrawn_at IS NULL AND done_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "planned_erasure",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("term", sa.String(length=20), nullable=False),
        sa.Column("asked_by", ID, nullable=True),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.Column("erases_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("removed", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_planned_erasure_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_erasure")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_planned_erasure_running",
        "planned_erasure",
        ["subject_kind", "subject_id"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def downgrade() -> None:
    op.drop_table("planned_erasure")
