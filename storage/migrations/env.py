"""Alembic's entry point: runs on the connection that storage.sql.migrate opened, or on one of its own.

From the command line the database is given by -x:

    alembic -x url=postgresql://… revision --autogenerate -m "Say what changes"
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from storage.sql.database import create_engine
from storage.sql.migrate import render_item
from storage.sql.tables import metadata


def run_on(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite alters a table by copying it
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        run_on(connection)
        return
    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise SystemExit("Name the database: alembic -x url=sqlite:///data/handvat.db …")
    with create_engine(url).begin() as own:
        run_on(own)


run()
