"""Add the decision, part A at the secretariat, and the register of certificates.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ci_decision",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_positive", sa.Boolean(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", ID, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_ci_decision_audit_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_ci_decision_decided_by")),
        sa.PrimaryKeyConstraint("audit_id", "version", name=op.f("pk_ci_decision")),
    )
    op.create_table(
        "part_a",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("report_version_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sent_by", ID, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("question_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("checked_by", ID, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_part_a_audit_id")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_part_a_checked_by")),
        sa.ForeignKeyConstraint(["report_version_id"], ["report_version.id"], name=op.f("fk_part_a_report_version_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_part_a_sent_by")),
        sa.PrimaryKeyConstraint("audit_id", "number", name=op.f("pk_part_a")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("ci_id", ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_certificate_audit_id")),
        sa.ForeignKeyConstraint(["ci_id"], ["organisation.id"], name=op.f("fk_certificate_ci_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_certificate_made_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_certificate_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_certificate_audit_id")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_certificate_organisation", "certificate", ["organisation_id"])
    op.create_table(
        "certificate_status",
        sa.Column("certificate_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("set_by", ID, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_status_certificate_id")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_certificate_status_set_by")),
        sa.PrimaryKeyConstraint("certificate_id", "version", name=op.f("pk_certificate_status")),
    )


def downgrade() -> None:
    for table in ("certificate_status", "certificate", "part_a", "ci_decision"):
        op.drop_table(table)
