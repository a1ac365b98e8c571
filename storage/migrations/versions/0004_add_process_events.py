"""Add what happened in an audit, and what people were reminded of.

Audits that were contracted before get the event from the audit trail.

Revision: 0004, after 0003.
"""

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

EVENT = sa.table("process_event", sa.column("id", ID), sa.column("audit_id", ID), sa.column("kind", sa.String))
VERSION = sa.table(
    "process_event_version",
    sa.column("event_id", ID),
    sa.column("version", sa.Integer),
    sa.column("on", sa.Date),
    sa.column("is_withdrawn", sa.Boolean),
    sa.column("recorded_by", ID),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
)
NEXT = sa.table(
    "next_reminder",
    sa.column("subject_kind", sa.String),
    sa.column("subject_id", ID),
    sa.column("next_reminder_at", sa.DateTime(timezone=True)),
)
AUDIT = sa.table(
    "audit", sa.column("id", ID), sa.column("stage", sa.String), sa.column("planned_at", sa.DateTime(timezone=True))
)
TRAIL = sa.table(
    "audit_trail",
    sa.column("id", ID),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("person_id", ID),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
)


def upgrade() -> None:
    op.create_table(
        "process_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("audit_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_process_event_audit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_process_event_audit", "process_event", ["audit_id"])
    op.create_table(
        "process_event_version",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["process_event.id"], name=op.f("fk_process_event_version_event_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_process_event_version_recorded_by")),
        sa.PrimaryKeyConstraint("event_id", "version", name=op.f("pk_process_event_version")),
    )
    op.create_table(
        "next_reminder",
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.Column("next_reminder_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_next_reminder")),
    )
    op.create_index(
        "ix_next_reminder_due",
        "next_reminder",
        ["next_reminder_at"],
        sqlite_where=sa.text("next_reminder_at IS NOT NULL"),
        postgresql_where=sa.text("next_reminder_at IS NOT NULL"),
    )
    op.create_table(
        "reminder_sent",
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.Column("term", sa.String(length=50), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=12), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_sent_person_id")),
        sa.PrimaryKeyConstraint(
            "subject_kind", "subject_id", "term", "due_on", "rung", "person_id", name=op.f("pk_reminder_sent")
        ),
    )
    op.create_index("ix_reminder_sent_person", "reminder_sent", ["person_id"])
    op.create_table(
        "reminder_snooze",
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.Column("term", sa.String(length=50), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_snooze_person_id")),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", "term", "person_id", name=op.f("pk_reminder_snooze")),
    )
    op.create_index("ix_reminder_snooze_person", "reminder_snooze", ["person_id"])
    op.create_table(
        "reminder_stop",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_stop_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_reminder_stop")),
    )
    _take_over(op.get_bind())


def downgrade() -> None:
    for table in (
        "reminder_stop",
        "reminder_snooze",
        "reminder_sent",
        "next_reminder",
        "process_event_version",
        "process_event",
    ):
        op.drop_table(table)


def _take_over(connection: sa.Connection) -> None:
    """Record when running audits were contracted, and let the heartbeat look at each of them."""
    for audit in connection.execute(sa.select(AUDIT).where(AUDIT.c.stage != "cancelled")).all():
        connection.execute(
            NEXT.insert().values(subject_kind="audit", subject_id=audit.id, next_reminder_at=audit.planned_at)
        )
        if audit.stage == "planned":
            continue
        contracted = connection.execute(
            sa.select(TRAIL)
            .where(TRAIL.c.action == "audit_contracted", TRAIL.c.subject == f"audit:{audit.id}")
            .order_by(TRAIL.c.id.desc())
            .limit(1)
        ).first()
        if contracted is None or contracted.person_id is None:
            continue
        at = contracted.at.replace(tzinfo=contracted.at.tzinfo or ZoneInfo("UTC"))
        values = {"audit_id": audit.id, "kind": "ci_contracted"}
        event = connection.execute(EVENT.insert().values(values).returning(EVENT.c.id)).scalar_one()
        connection.execute(
            VERSION.insert().values(
                event_id=event,
                version=1,
                on=at.astimezone(AMSTERDAM).date(),
                is_withdrawn=False,
                recorded_by=contracted.person_id,
                recorded_at=at,
            )
        )
