"""The tables of appeals: what came in and what became of it, its log, and the letter of the appellant.

The day of the mail with the decision and the receipt stand in the process as well; a changed decision is the newest
version of `ci_decision`.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

_TREATED = sa.text("state != 'rejected'")

appeal = sa.Table(
    "appeal",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), nullable=False),
    sa.Column("decision_version", sa.Integer, nullable=False),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("ci_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("procedure", sa.String(40)),  # the edition that it began with
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),  # the day of the first writing
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("is_from_holder", sa.Boolean, nullable=False),
    sa.Column("has_reasons", sa.Boolean, nullable=False),
    sa.Column("reasons_on", sa.Date),
    sa.Column("mailed_on", sa.Date),  # the mail with the decision, as it was known at receipt
    sa.Column("rejected_for", sa.String(120), nullable=False),  # codes, with a comma between
    sa.Column("description_sealed", sa.LargeBinary),
    sa.Column("recorded_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.Column("handler_id", Id, sa.ForeignKey("person.id")),
    sa.Column("conclusion_sealed", sa.LargeBinary),
    sa.Column("decided_on", sa.Date),
    sa.Column("due_on", sa.Date),  # by the target of the body; NULL when it has none, or it was decided
    sa.Column("is_changed", sa.Boolean, nullable=False),
    sa.Column("new_version", sa.Integer),  # of the decision
    # No second appeal: the database refuses it too.
    sa.Index(
        "uq_appeal_treated",
        "audit_id",
        "decision_version",
        unique=True,
        sqlite_where=_TREATED,
        postgresql_where=_TREATED,
    ),
    sa.Index("ix_appeal_organisation", "organisation_id"),
    sa.Index("ix_appeal_ci", "ci_id"),
    sa.Index("ix_appeal_handler", "handler_id"),
    sqlite_autoincrement=True,
)

appeal_step = sa.Table(  # the log; only ever added to, but for how the appellant heard of a step
    "appeal_step",
    metadata,
    sa.Column("appeal_id", Id, sa.ForeignKey("appeal.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("step", sa.String(20), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("taken_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("told", sa.String(4), nullable=False),
    sa.Column("told_at", Moment),
)

appeal_effect = sa.Table(  # what the office saw to after a changed decision
    "appeal_effect",
    metadata,
    sa.Column("appeal_id", Id, sa.ForeignKey("appeal.id"), primary_key=True),
    sa.Column("effect", sa.String(60), primary_key=True),
    sa.Column("done_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("done_at", Moment, nullable=False),
)

appeal_letter = sa.Table(  # of the appellant; nobody else reads it
    "appeal_letter",
    metadata,
    sa.Column("audit_id", Id, sa.ForeignKey("audit.id"), primary_key=True),
    sa.Column("decision_version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("written_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
)

appeal_target = sa.Table(  # what a certifying body set itself for treatment; no row means no target
    "appeal_target",
    metadata,
    sa.Column("ci_id", Id, sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False),
    sa.Column("weeks", sa.Integer, nullable=False),
    sa.Column("set_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)
