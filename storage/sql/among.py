"""Rows whose id is one of many, in a statement that reads the same however many there are.

PostgreSQL and its driver know a statement again by its text, and keep what they worked out for it. "IN (1, 2, 3)" has
another text for every number of ids, "= ANY (array)" has one. SQLite has no arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

S = TypeVar("S")

#: Takes a column and the name of the parameter that holds a list of values.
Among = Callable[["sa.ColumnElement[Any]", str], "sa.ColumnElement[bool]"]


def per_database(build: Callable[[Among], S]) -> Mapping[bool, S]:
    """Return a statement as it is built for each database, by `SqlWork.is_sqlite`."""
    return {True: build(_in), False: build(_any)}


def _in(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    return column.in_(sa.bindparam(name, expanding=True))


def _any(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    return column == sa.any_(sa.bindparam(name, type_=ARRAY(sa.BigInteger)))
