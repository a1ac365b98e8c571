"""Add complaints and client signals.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", ID, nullable=False),
        sa.Column("ci_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("procedure", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("client_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("holder_id", ID, nullable=True),
        sa.Column("holder_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("audit_id", ID, nullable=True),
        sa.Column("is_for_organisation", sa.Boolean(), nullable=False),
        sa.Column("reporter_id", ID, nullable=False),
        sa.Column("claimant_id", ID, nullable=True),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("origin", sa.String(length=80), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_complaint_audit_id")),
        sa.ForeignKeyConstraint(["ci_id"], ["organisation.id"], name=op.f("fk_complaint_ci_id")),
        sa.ForeignKeyConstraint(["claimant_id"], ["person.id"], name=op.f("fk_complaint_claimant_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["person.id"], name=op.f("fk_complaint_handler_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["organisation.id"], name=op.f("fk_complaint_holder_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_complaint_organisation_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_complaint_reporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("ci_id", "year", "serial", name=op.f("uq_complaint_ci_id_year_serial")),
        sa.UniqueConstraint("ci_id", "origin", name=op.f("uq_complaint_ci_id_origin")),
        sqlite_autoincrement=True,
    )
    for column in ("audit", "claimant", "handler"):
        op.create_index(f"ix_complaint_{column}", "complaint", [f"{column}_id"])
    op.create_table(
        "complaint_event",
        sa.Column("complaint_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("by", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_complaint_event_by")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_event_complaint_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_complaint_event_file_id")),
        sa.PrimaryKeyConstraint("complaint_id", "number", name=op.f("pk_complaint_event")),
    )
    op.create_index("ix_complaint_event_by", "complaint_event", ["by"])
    op.create_index("ix_complaint_event_file", "complaint_event", ["file_id"])
    op.create_table(
        "complaint_mark",
        sa.Column("id", ID, nullable=False),
        sa.Column("complaint_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("marked_by", ID, nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('marked', 'subject')", name=op.f("ck_complaint_mark_kind")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_mark_complaint_id")),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_complaint_mark_marked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_complaint_mark_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_complaint_mark_complaint", "complaint_mark", ["complaint_id"])
    op.create_index("ix_complaint_mark_person", "complaint_mark", ["person_id"])


def downgrade() -> None:
    for table in ("complaint_mark", "complaint_event", "complaint"):
        op.drop_table(table)
