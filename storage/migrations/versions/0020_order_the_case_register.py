"""Keep the day and the term of a case on its row, so that a page of the register is found without reading them all.

Revision: 0020, after 0019.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from domain.dates import add_months

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_COMPLAINT = sa.table(
    "complaint", sa.column("id", _ID), sa.column("state", sa.String), sa.column("received_at", _MOMENT),
    sa.column("received_on", sa.Date), sa.column("due_on", sa.Date),
)  # fmt: skip
_EVENT = sa.table(
    "complaint_event", sa.column("complaint_id", _ID), sa.column("what", sa.String), sa.column("at", _MOMENT)
)
_APPEAL = sa.table(
    "appeal", sa.column("id", _ID), sa.column("ci_id", _ID), sa.column("state", sa.String),
    sa.column("received_on", sa.Date), sa.column("due_on", sa.Date),
)  # fmt: skip
_TARGET = sa.table("appeal_target", sa.column("ci_id", _ID), sa.column("weeks", sa.Integer))
_UNDECIDED = ("received", "acknowledged", "handler_assigned", "under_review")


def upgrade() -> None:
    op.add_column("complaint", sa.Column("received_on", sa.Date(), nullable=True))
    op.add_column("complaint", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("appeal", sa.Column("due_on", sa.Date(), nullable=True))
    op.create_index("ix_complaint_received", "complaint", ["ci_id", "received_on"])
    connection = op.get_bind()
    for row in connection.execute(sa.select(_COMPLAINT)).all():
        values = {"received_on": _day(row.received_at), "due_on": _due(connection, row)}
        connection.execute(_COMPLAINT.update().where(_COMPLAINT.c.id == row.id).values(values))
    targets = {row.ci_id: row.weeks for row in connection.execute(sa.select(_TARGET)).all()}
    for row in connection.execute(sa.select(_APPEAL).where(_APPEAL.c.state.in_(_UNDECIDED))).all():
        if weeks := targets.get(row.ci_id):
            due = row.received_on + timedelta(weeks=weeks)
            connection.execute(_APPEAL.update().where(_APPEAL.c.id == row.id).values({"due_on": due}))


def _due(connection: sa.Connection, row: sa.Row[Any]) -> date | None:
    """The terms of CIIO procedure 2305, under which every case before this one began."""
    if row.state == "signal_received":
        return _day(row.received_at + timedelta(hours=48))
    if row.state not in ("registered", "in_treatment"):
        return None
    registered = sa.select(_EVENT.c.at).where(_EVENT.c.complaint_id == row.id, _EVENT.c.what == "classify_yes")
    return add_months(_day(connection.execute(registered).scalar_one()), 1)


def _day(moment: datetime) -> date:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
    return aware.astimezone(_AMSTERDAM).date()


def downgrade() -> None:
    op.drop_index("ix_complaint_received", "complaint")
    op.drop_column("appeal", "due_on")
    op.drop_column("complaint", "due_on")
    op.drop_column("complaint", "received_on")
