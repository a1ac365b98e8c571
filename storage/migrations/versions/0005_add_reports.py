"""Add the report of an audit: its fields, what was sent, and what the member says of it.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report_field",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", ID, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_report_field_audit_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_report_field_written_by")),
        sa.PrimaryKeyConstraint("audit_id", "field", "version", name=op.f("pk_report_field")),
    )
    op.create_table(
        "report_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("frozen_by", ID, nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=False),
        sa.Column("responded_by", ID, nullable=True),
        sa.Column("responded_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_report_version_audit_id")),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_report_version_frozen_by")),
        sa.ForeignKeyConstraint(["responded_by"], ["person.id"], name=op.f("fk_report_version_responded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("audit_id", "number", name=op.f("uq_report_version_audit_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "report_sending",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("recipient", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("sent_by", ID, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_sending_person_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_report_sending_sent_by")),
        sa.ForeignKeyConstraint(["version_id"], ["report_version.id"], name=op.f("fk_report_sending_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_sending")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_sending_version", "report_sending", ["version_id"])
    op.create_table(
        "report_correction",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_by", ID, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["report_version.id"], name=op.f("fk_report_correction_version_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_report_correction_written_by")),
        sa.PrimaryKeyConstraint("version_id", "place", "revision", name=op.f("pk_report_correction")),
    )
    op.create_table(
        "report_ruling",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ruling", sa.String(length=10), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ruled_by", ID, nullable=False),
        sa.Column("ruled_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ruled_by"], ["person.id"], name=op.f("fk_report_ruling_ruled_by")),
        sa.ForeignKeyConstraint(
            ["version_id", "place", "revision"],
            ["report_correction.version_id", "report_correction.place", "report_correction.revision"],
            name=op.f("fk_report_ruling_version_id"),
        ),
        sa.PrimaryKeyConstraint("version_id", "place", "revision", "number", name=op.f("pk_report_ruling")),
    )


def downgrade() -> None:
    for table in ("report_ruling", "report_correction", "report_sending", "report_version", "report_field"):
        op.drop_table(table)
