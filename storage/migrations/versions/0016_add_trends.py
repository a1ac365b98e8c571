"""Add trends: who takes part, what was published, and which strong points are shared.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "trend_consent",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("takes_part", sa.Boolean(), nullable=False),
        sa.Column("shares_points", sa.Boolean(), nullable=False),
        sa.Column("decided_by", ID, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_trend_consent_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_trend_consent_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "version", name=op.f("pk_trend_consent")),
    )
    op.create_table(
        "trend_publication",
        sa.Column("id", ID, nullable=False),
        sa.Column("framework", sa.String(length=60), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend_publication")),
        sa.UniqueConstraint("framework", "ends_on", name=op.f("uq_trend_publication_framework_ends_on")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "trend_source",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("publication_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("ci_id", ID, nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("final_on", sa.Date(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_trend_source_audit_id")),
        sa.ForeignKeyConstraint(["ci_id"], ["organisation.id"], name=op.f("fk_trend_source_ci_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_trend_source_organisation_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["trend_publication.id"], name=op.f("fk_trend_source_publication_id")
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_trend_source")),
    )
    op.create_index("ix_trend_source_publication", "trend_source", ["publication_id"])
    op.create_index("ix_trend_source_organisation", "trend_source", ["organisation_id"])
    op.create_table(
        "trend_cell",
        sa.Column("publication_id", ID, nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("ci_id", ID, autoincrement=False, nullable=False),
        sa.Column("norm", sa.String(length=20), nullable=False),
        sa.Column("applies", sa.Integer(), nullable=False),
        sa.Column("improvements", sa.Integer(), nullable=False),
        sa.Column("not_met", sa.Integer(), nullable=False),
        sa.Column("strong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["trend_publication.id"], name=op.f("fk_trend_cell_publication_id")
        ),
        sa.PrimaryKeyConstraint(
            "publication_id", "level", "size", "variant", "ci_id", "norm", name=op.f("pk_trend_cell")
        ),
    )
    op.create_table(
        "trend_point",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("framework", sa.String(length=60), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("chosen_by", ID, nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_trend_point_audit_id")),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_trend_point_chosen_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_trend_point_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "audit_id", "number", name=op.f("pk_trend_point")),
    )


def downgrade() -> None:
    for table in ("trend_point", "trend_cell", "trend_source", "trend_publication", "trend_consent"):
        op.drop_table(table)
