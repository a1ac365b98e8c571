"""A town for every scene, on both databases, that must come out of it unhurt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.sql.tables import inbox, outbox
from tests.scenes.town import Town, town


@pytest.fixture
async def here(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A running town; afterwards no update has failed and no message was given up."""
    async with town(database_url, tmp_path / "data") as running:
        yield running
        assert await running.database.run(lambda work: failures(work.connection)) == []


def failures(connection: sa.Connection) -> list[str]:
    """Return every update that failed and every message that was parked."""
    failed = connection.execute(sa.select(inbox.c.update_id, inbox.c.error).where(inbox.c.attempts > 0)).all()
    parked = connection.execute(sa.select(outbox.c.id, outbox.c.error).where(outbox.c.outcome == "parked")).all()
    return [f"{kind} {row[0]}: {row[1]}" for kind, rows in (("inbox", failed), ("outbox", parked)) for row in rows]
