"""The tables of the decision, part A at the secretariat, and the register of certificates.

What happened stands in the process as well; here stands what it said. A certificate keeps the names and the scope as
they were printed on it, and so does every edition of it that was replaced.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

ci_decision = sa.Table(  # only ever added to: the highest version counts
    "ci_decision",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("is_positive", sa.Boolean, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("reason_sealed", sa.LargeBinary, nullable=False),
    sa.Column("decided_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
)

part_a = sa.Table(  # each time it went to the secretariat; the highest number counts
    "part_a",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("report_version_id", Id, sa.ForeignKey("report_version.id")),  # NULL when it went by mail
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("sent_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("sent_at", Moment, nullable=False),
    sa.Column("question_sealed", sa.LargeBinary),
    sa.Column("checked_by", Id, sa.ForeignKey("person.id")),
    sa.Column("checked_at", Moment),
)

certificate = sa.Table(
    "certificate",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("code", sa.String(20), nullable=False, unique=True),
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), nullable=False, unique=True),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("ci_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("expires_on", sa.Date, nullable=False),
    sa.Column("made_on", sa.Date, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("made_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Index("ix_certificate_organisation", "organisation_id"),
    sqlite_autoincrement=True,
)

certificate_status = sa.Table(  # only ever added to: the highest version counts
    "certificate_status",
    metadata,
    sa.Column("certificate_id", Id, sa.ForeignKey("certificate.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("note_sealed", sa.LargeBinary),
    sa.Column("set_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)

certificate_edition = sa.Table(  # editions that were replaced, only ever added to; the newest is the certificate itself
    "certificate_edition",
    metadata,
    sa.Column("certificate_id", Id, sa.ForeignKey("certificate.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(20), nullable=False, unique=True),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("expires_on", sa.Date, nullable=False),
    sa.Column("made_on", sa.Date, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("made_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("replaced_on", sa.Date, nullable=False),
    sa.Column("replaced_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("replaced_at", Moment, nullable=False),
)
