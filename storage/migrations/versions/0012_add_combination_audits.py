"""Add combination audits: two audits that share their field work, and findings that count for both.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
_PLAIN = "finding_id, norm, audit_id"


def upgrade() -> None:
    op.create_table(
        "audit_pair",
        sa.Column("companion_id", ID, autoincrement=False, nullable=False),
        sa.Column("host_id", ID, nullable=False),
        sa.Column("paired_by", ID, nullable=False),
        sa.Column("paired_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["companion_id"], ["audit.id"], name=op.f("fk_audit_pair_companion_id")),
        sa.ForeignKeyConstraint(["host_id"], ["audit.id"], name=op.f("fk_audit_pair_host_id")),
        sa.ForeignKeyConstraint(["paired_by"], ["person.id"], name=op.f("fk_audit_pair_paired_by")),
        sa.PrimaryKeyConstraint("companion_id", name=op.f("pk_audit_pair")),
        sa.UniqueConstraint("host_id", name=op.f("uq_audit_pair_host_id")),
    )
    # A norm id may exist in both frameworks, so the half belongs in the key; SQLite changes no key in place.
    _set_aside()
    _make(
        sa.Column("strength", sa.String(length=10), nullable=True),
        sa.Column("via", sa.String(length=20), nullable=True),
        sa.Column("counted_by", ID, nullable=True),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["counted_by"], ["person.id"], name=op.f("fk_finding_norm_counted_by")),
        key=("finding_id", "audit_id", "norm"),
    )
    _take_back()


def downgrade() -> None:
    # What was counted for the other half has no place in the table as it was.
    op.execute("DELETE FROM finding_norm WHERE counted_by IS NOT NULL")
    _set_aside("GROUP BY finding_id, norm", "finding_id, norm, min(audit_id) AS audit_id")
    _make(key=("finding_id", "norm"))
    _take_back()
    op.drop_table("audit_pair")


def _set_aside(grouped: str = "", columns: str = _PLAIN) -> None:
    op.drop_index("ix_finding_norm_audit", table_name="finding_norm")
    op.execute(f"CREATE TABLE finding_norm_before AS SELECT {columns} FROM finding_norm {grouped}")
    op.drop_table("finding_norm")


def _make(*more: sa.schema.SchemaItem, key: tuple[str, ...]) -> None:
    op.create_table(
        "finding_norm",
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("norm", sa.String(length=20), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_finding_norm_audit_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_finding_norm_finding_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_finding_norm")),
    )


def _take_back() -> None:
    op.execute(f"INSERT INTO finding_norm ({_PLAIN}) SELECT {_PLAIN} FROM finding_norm_before")
    op.drop_table("finding_norm_before")
    op.create_index("ix_finding_norm_audit", "finding_norm", ["audit_id", "norm"])
