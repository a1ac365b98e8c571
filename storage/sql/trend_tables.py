"""The tables of trends: who takes part, what was published, and which strong points may be read by others.

A publication is made once and never grows. Of who takes part no longer the sources go, and so does every cell that they
are in: a cell that is made again without them would give them away to whoever kept the old one.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

trend_consent = sa.Table(  # only ever added to: the highest version of an organisation counts
    "trend_consent",
    metadata,
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("takes_part", sa.Boolean, nullable=False),
    sa.Column("shares_points", sa.Boolean, nullable=False),
    sa.Column("decided_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
)

trend_publication = sa.Table(
    "trend_publication",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("framework", sa.String(60), nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.Column("published_at", Moment, nullable=False),
    sa.UniqueConstraint("framework", "ends_on"),
    sqlite_autoincrement=True,
)

trend_source = sa.Table(  # what a publication was made of
    "trend_source",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("publication_id", Id, sa.ForeignKey("trend_publication.id"), nullable=False),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("ci_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("size", sa.String(20), nullable=False),
    sa.Column("variant", sa.String(20), nullable=False),
    sa.Column("final_on", sa.Date, nullable=False),
    sa.Column("is_counted", sa.Boolean, nullable=False),  # False: the organisation has a newer report in it
    sa.Index("ix_trend_source_publication", "publication_id"),
    sa.Index("ix_trend_source_organisation", "organisation_id"),
)

trend_cell = sa.Table(  # what a level does not ask for is "" or 0
    "trend_cell",
    metadata,
    sa.Column("publication_id", Id, sa.ForeignKey("trend_publication.id"), primary_key=True),
    sa.Column("level", sa.String(12), primary_key=True),
    sa.Column("size", sa.String(20), primary_key=True),
    sa.Column("variant", sa.String(20), primary_key=True),
    sa.Column("ci_id", Id, primary_key=True, autoincrement=False),
    sa.Column("norm", sa.String(20), primary_key=True),
    sa.Column("applies", sa.Integer, nullable=False),
    sa.Column("improvements", sa.Integer, nullable=False),
    sa.Column("not_met", sa.Integer, nullable=False),
    sa.Column("strong", sa.Integer, nullable=False),
)

trend_point = sa.Table(  # a strong point of a report that a coordinator looked at twice and shares
    "trend_point",
    metadata,
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("framework", sa.String(60), nullable=False),
    sa.Column("text_sealed", sa.LargeBinary, nullable=False),
    sa.Column("chosen_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("chosen_at", Moment, nullable=False),
)
