"""The tables of the report: what was written in its fields, what was sent to whom, and what the member says of it.

A report that goes out is frozen as a whole, so that it can be read later as it was. Everything is only ever added to:
the highest version, or revision, counts.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

report_field = sa.Table(
    "report_field",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("field", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value_sealed", sa.LargeBinary, nullable=False),
    sa.Column("written_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
)

report_version = sa.Table(
    "report_version",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("moment", sa.String(10), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("frozen_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("frozen_at", Moment, nullable=False),
    sa.Column("responded_by", Id, sa.ForeignKey("person.id")),
    sa.Column("responded_at", Moment),
    sa.UniqueConstraint("audit_id", "number"),
    sqlite_autoincrement=True,
)

report_sending = sa.Table(
    "report_sending",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version_id", Id, sa.ForeignKey("report_version.id"), nullable=False),
    sa.Column("recipient", sa.String(10), nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id")),
    sa.Column("sent_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("sent_at", Moment, nullable=False),
    sa.Column("received_on", sa.Date),
    sa.Index("ix_report_sending_version", "version_id"),
    sqlite_autoincrement=True,
)

report_correction = sa.Table(  # by place: a norm, or "*" for the rest of the report; without a text it was taken back
    "report_correction",
    metadata,
    sa.Column("version_id", Id, sa.ForeignKey("report_version.id"), primary_key=True),
    sa.Column("place", sa.String(20), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text_sealed", sa.LargeBinary),
    sa.Column("written_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
)

report_ruling = sa.Table(  # what the team leader made of a revision
    "report_ruling",
    metadata,
    sa.Column("version_id", Id, primary_key=True),
    sa.Column("place", sa.String(20), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ruling", sa.String(10), nullable=False),
    sa.Column("answer_sealed", sa.LargeBinary),
    sa.Column("ruled_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("ruled_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(
        ["version_id", "place", "revision"],
        ["report_correction.version_id", "report_correction.place", "report_correction.revision"],
    ),
)
