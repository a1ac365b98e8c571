"""Which errors mean that the database is not there, so that nobody's update is to blame."""

from __future__ import annotations

import sqlalchemy as sa

#: SQLite result codes (primary names) that go away by themselves or by an administrator.
_SQLITE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_READONLY")
#: PostgreSQL error classes: connection, transaction rollback, resources, operator intervention, system error.
_POSTGRESQL = ("08", "40", "53", "57", "58")


def is_misplaced(error: sa.exc.DBAPIError) -> bool:
    """Say whether SQLite may not open or write this file, which no waiting mends."""
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))


def is_unavailable(error: Exception) -> bool:
    """Say whether an error is the database's and not that of what it was asked."""
    if not isinstance(error, sa.exc.DBAPIError):
        return isinstance(error, sa.exc.TimeoutError)
    if error.connection_invalidated:
        return True
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(_SQLITE)
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(error, sa.exc.OperationalError) and state is None:
        return True  # psycopg could not connect, or lost the connection
    return str(state).startswith(_POSTGRESQL)
