"""Add who works on which self-evaluation, and official wording that was imported.

Revision: 0009, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "evaluation_choice",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("evaluation_id", ID, nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_choice_person_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_choice_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["self_evaluation.id"], name=op.f("fk_evaluation_choice_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_evaluation_choice")),
    )
    op.create_index("ix_evaluation_choice_evaluation", "evaluation_choice", ["evaluation_id"])
    op.create_table(
        "official_text",
        sa.Column("id", ID, nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("framework", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("imported_by", ID, nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('proposed', 'shown', 'withdrawn')", name=op.f("ck_official_text_status")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_official_text_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_text")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_official_text_shown",
        "official_text",
        ["scope", "framework"],
        unique=True,
        sqlite_where=sa.text("status = 'shown'"),
        postgresql_where=sa.text("status = 'shown'"),
    )


def downgrade() -> None:
    op.drop_table("official_text")
    op.drop_table("evaluation_choice")
