"""Add which procedure for complaints and appeals a certifying body chose, and which one a case began with.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "case_choice",
        sa.Column("ci_id", ID, autoincrement=False, nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("treat_weeks", sa.Integer(), nullable=True),
        sa.Column("chosen_by", ID, nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_case_choice_chosen_by")),
        sa.ForeignKeyConstraint(["ci_id"], ["organisation.id"], name=op.f("fk_case_choice_ci_id")),
        sa.PrimaryKeyConstraint("ci_id", name=op.f("pk_case_choice")),
    )
    op.add_column("complaint", sa.Column("treat_weeks", sa.Integer(), nullable=True))
    op.add_column("appeal", sa.Column("procedure", sa.String(length=40), nullable=True))
    op.execute("UPDATE appeal SET procedure = 'ciio-2305'")  # the only one that there was


def downgrade() -> None:
    op.drop_column("appeal", "procedure")
    op.drop_column("complaint", "treat_weeks")
    op.drop_table("case_choice")
