"""The tables around frameworks: which self-evaluation somebody works on, and official wording that was imported.

`official_text` holds what an installation or one organisation read from its own copy of a document. It is the
copyright of somebody else, so it is sealed like the texts of people, and withdrawn by a mark that is never undone.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import Id, Moment, metadata

evaluation_choice = sa.Table(  # only of people whose organisation has more than one; the others have no choice
    "evaluation_choice",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("organisation_id", Id, sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("evaluation_id", Id, sa.ForeignKey("self_evaluation.id"), nullable=False),
    sa.Column("chosen_at", Moment, nullable=False),
    sa.Index("ix_evaluation_choice_evaluation", "evaluation_id"),
)

official_text = sa.Table(
    "official_text",
    metadata,
    sa.Column("id", Id, primary_key=True),
    # The scope that seals it: that of an organisation, or "installation" for everybody on this one.
    sa.Column("scope", sa.String(60), nullable=False),
    sa.Column("framework", sa.String(60), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("imported_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("imported_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.Column("withdrawn_at", Moment),
    sa.CheckConstraint("status IN ('proposed', 'shown', 'withdrawn')", name="status"),
    sa.Index(
        "uq_official_text_shown",
        "scope",
        "framework",
        unique=True,
        sqlite_where=sa.text("status = 'shown'"),
        postgresql_where=sa.text("status = 'shown'"),
    ),
    sqlite_autoincrement=True,
)
