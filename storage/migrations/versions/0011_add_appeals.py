"""Add appeals against decisions: what came in, its log, effects, letters, and a body's own target.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", ID, nullable=False),
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("decision_version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("ci_id", ID, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("is_from_holder", sa.Boolean(), nullable=False),
        sa.Column("has_reasons", sa.Boolean(), nullable=False),
        sa.Column("reasons_on", sa.Date(), nullable=True),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("rejected_for", sa.String(length=120), nullable=False),
        sa.Column("description_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("conclusion_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("new_version", sa.Integer(), nullable=True),
        _to("appeal", "audit_id", "audit"),
        _to("appeal", "organisation_id", "organisation"),
        _to("appeal", "ci_id", "organisation"),
        _to("appeal", "recorded_by", "person"),
        _to("appeal", "handler_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sqlite_autoincrement=True,
    )
    treated = sa.text("state != 'rejected'")
    op.create_index(
        "uq_appeal_treated",
        "appeal",
        ["audit_id", "decision_version"],
        unique=True,
        sqlite_where=treated,
        postgresql_where=treated,
    )
    op.create_index("ix_appeal_organisation", "appeal", ["organisation_id"])
    op.create_index("ix_appeal_ci", "appeal", ["ci_id"])
    op.create_index("ix_appeal_handler", "appeal", ["handler_id"])
    op.create_table(
        "appeal_step",
        sa.Column("appeal_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("taken_by", ID, nullable=False),
        sa.Column("told", sa.String(length=4), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        _to("appeal_step", "appeal_id", "appeal"),
        _to("appeal_step", "taken_by", "person"),
        sa.PrimaryKeyConstraint("appeal_id", "number", name=op.f("pk_appeal_step")),
    )
    op.create_table(
        "appeal_effect",
        sa.Column("appeal_id", ID, nullable=False),
        sa.Column("effect", sa.String(length=60), nullable=False),
        sa.Column("done_by", ID, nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        _to("appeal_effect", "appeal_id", "appeal"),
        _to("appeal_effect", "done_by", "person"),
        sa.PrimaryKeyConstraint("appeal_id", "effect", name=op.f("pk_appeal_effect")),
    )
    op.create_table(
        "appeal_letter",
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("decision_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", ID, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        _to("appeal_letter", "audit_id", "audit"),
        _to("appeal_letter", "organisation_id", "organisation"),
        _to("appeal_letter", "written_by", "person"),
        sa.PrimaryKeyConstraint("audit_id", "decision_version", name=op.f("pk_appeal_letter")),
    )
    op.create_table(
        "appeal_target",
        sa.Column("ci_id", ID, autoincrement=False, nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("set_by", ID, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        _to("appeal_target", "ci_id", "organisation"),
        _to("appeal_target", "set_by", "person"),
        sa.PrimaryKeyConstraint("ci_id", name=op.f("pk_appeal_target")),
    )


def downgrade() -> None:
    for table in ("appeal_target", "appeal_letter", "appeal_effect", "appeal_step", "appeal"):
        op.drop_table(table)
