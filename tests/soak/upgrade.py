"""An upgrade while people are at work: a version with one more migration replaces the other, process after process."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

from storage.sql.migrate import MIGRATIONS, newest_revision
from tests.changing import replace
from tests.soak.fleet import Fleet
from tests.soak.soak import Scene

_NEXT = '''"""What the next version might bring, in the way docs/operations.md asks for."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{down_revision}"


def upgrade() -> None:
    op.add_column("answer", sa.Column("next_note", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("next_kind", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("next_thing", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))


def downgrade() -> None:
    op.drop_table("next_thing")
    op.drop_column("outbox", "next_kind")
    op.drop_column("answer", "next_note")
'''


def next_version(directory: Path) -> Path:
    """Return the migrations of a version that has one more than this program."""
    migrations = directory / "next" / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    revision = f"{int(newest_revision()) + 1:04}"
    text = _NEXT.format(revision=revision, down_revision=newest_revision())
    (migrations / "versions" / f"{revision}_add_what_comes_next.py").write_text(text)
    return migrations


async def upgrade(scene: Scene) -> None:
    """Start one process of the next version, and then replace the others one after another."""
    fleet = scene.fleet
    old = list(fleet.alive.values())
    fleet.life = replace(fleet.life, migrations=str(next_version(scene.directory)))
    fleet.size += 1  # a new one first
    for replica in old:
        await _until_started(fleet, scene.directory)
        if replica.pid in fleet.alive:
            fleet.end(replica, signal.SIGTERM)
    fleet.size -= 1


async def _until_started(fleet: Fleet, directory: Path) -> None:
    """Wait until as many are alive as there should be, and all of them serve people."""
    while len(fleet.alive) < fleet.size or any(
        f"{replica.number}\tstarted" not in (directory / "notes").read_text() for replica in fleet.alive.values()
    ):
        await asyncio.sleep(0.05)
