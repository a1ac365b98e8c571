"""The tables of the formal process: what happened in an audit, and what people were reminded of.

When something is due is nowhere here (docs/decisions/0007). A subject is whatever can fall due: "audit" with the id of
an audit, and later others; `next_reminder_at` says when the heartbeat has to look at it again.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

process_event = sa.Table(
    "process_event",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Index("ix_process_event_audit", "audit_id"),
    sqlite_autoincrement=True,
)

process_event_version = sa.Table(  # append-only: the highest version counts
    "process_event_version",
    metadata,
    sa.Column("event_id", Id, sa.ForeignKey("process_event.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("detail_sealed", sa.LargeBinary),
    sa.Column("is_withdrawn", sa.Boolean, nullable=False, default=False),
    sa.Column("recorded_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
)

next_reminder = sa.Table(
    "next_reminder",
    metadata,
    sa.Column("subject_kind", sa.String(12), primary_key=True),
    sa.Column("subject_id", Id, primary_key=True, autoincrement=False),
    sa.Column("next_reminder_at", Moment),
    sa.Index(
        "ix_next_reminder_due",
        "next_reminder_at",
        sqlite_where=sa.text("next_reminder_at IS NOT NULL"),
        postgresql_where=sa.text("next_reminder_at IS NOT NULL"),
    ),
)

reminder_sent = sa.Table(  # the key is what keeps a reminder from being said twice
    "reminder_sent",
    metadata,
    sa.Column("subject_kind", sa.String(12), primary_key=True),
    sa.Column("subject_id", Id, primary_key=True, autoincrement=False),
    sa.Column("term", sa.String(50), primary_key=True),  # the step and its round: "summary_check:2"
    sa.Column("due_on", sa.Date, primary_key=True),  # a term that moved is said again
    sa.Column("rung", sa.String(12), primary_key=True),  # "7d", "6m", "late"
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("sent_at", Moment, nullable=False),
    sa.Index("ix_reminder_sent_person", "person_id"),
)

reminder_snooze = sa.Table(  # "Morgen": says when somebody wants to hear again, and never moves a term
    "reminder_snooze",
    metadata,
    sa.Column("subject_kind", sa.String(12), primary_key=True),
    sa.Column("subject_id", Id, primary_key=True, autoincrement=False),
    sa.Column("term", sa.String(50), primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("until", sa.Date, nullable=False),
    sa.Index("ix_reminder_snooze_person", "person_id"),
)

reminder_stop = sa.Table(  # which reminders a person does not want (any more)
    "reminder_stop",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("stopped_at", Moment, nullable=False),
)
