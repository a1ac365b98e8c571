"""The tables of complaints and client signals.

How a complaint stands follows from its events; what the row repeats of that (`state`, `handler_id`, `closed_at`,
`version`) is what queries need. The words are in the events, sealed under the certifying body.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

complaint = sa.Table(
    "complaint",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ci_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("serial", sa.Integer, nullable=False),  # counts per body and year
    sa.Column("procedure", sa.String(40), nullable=False),  # the edition that it began with
    sa.Column("treat_weeks", sa.Integer),  # the aim of the body when it began; NULL for what the procedure says
    sa.Column("subject", sa.String(20), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id")),  # the client
    sa.Column("client_sealed", sa.LargeBinary),  # its name where it is not in the bot
    sa.Column("holder_id", Id, sa.ForeignKey("organisation.id")),  # the certificate holder that it is about
    sa.Column("holder_sealed", sa.LargeBinary),
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id")),
    sa.Column("is_for_organisation", sa.Boolean, nullable=False, default=False),
    sa.Column("reporter_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("claimant_id", Id, sa.ForeignKey("person.id")),  # the reporter, when the complaint is their own
    sa.Column("handler_id", Id, sa.ForeignKey("person.id")),
    sa.Column("origin", sa.String(80)),  # what it was taken from, such as an answer of an audit day
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("received_on", sa.Date),  # the same as a local day, for the order of the register
    sa.Column("due_on", sa.Date),  # of the term that runs; NULL when none does
    sa.Column("closed_at", Moment),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("ci_id", "year", "serial"),
    sa.UniqueConstraint("ci_id", "origin"),
    sa.Index("ix_complaint_claimant", "claimant_id"),
    sa.Index("ix_complaint_handler", "handler_id"),
    sa.Index("ix_complaint_audit", "audit_id"),
    sa.Index("ix_complaint_received", "ci_id", "received_on"),
    sqlite_autoincrement=True,
)

complaint_event = sa.Table(  # only ever added to
    "complaint_event",
    metadata,
    sa.Column("complaint_id", Id, sa.ForeignKey("complaint.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("what", sa.String(24), nullable=False),
    sa.Column("content_sealed", sa.LargeBinary),  # NULL once a case was kept for as long as it has to be
    sa.Column("file_id", Id, sa.ForeignKey("stored_file.id")),
    sa.Column("by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_complaint_event_by", "by"),
    sa.Index("ix_complaint_event_file", "file_id"),
)

complaint_mark = sa.Table(  # who is involved, or whom it is about, as the office says; a mark is only ever ended
    "complaint_mark",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("complaint_id", Id, sa.ForeignKey("complaint.id"), nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("marked_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("marked_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.CheckConstraint("kind IN ('marked', 'subject')", name="kind"),
    sa.Index("ix_complaint_mark_complaint", "complaint_id"),
    sa.Index("ix_complaint_mark_person", "person_id"),
    sqlite_autoincrement=True,
)

case_choice = sa.Table(  # the procedure that a certifying body chose; no row means the default
    "case_choice",
    metadata,
    sa.Column("ci_id", Id, sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False),
    sa.Column("procedure", sa.String(40), nullable=False),
    sa.Column("treat_weeks", sa.Integer),  # its own aim for treating a complaint
    sa.Column("chosen_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("chosen_at", Moment, nullable=False),
)
