"""The cast of the storage tests, assembled on every database."""

from __future__ import annotations

import pytest

from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.cast import Cast


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> Cast:
    """Two organisations with their people and a self-evaluation each."""
    cast = Cast(database, clock)
    cast.assemble()
    return cast
