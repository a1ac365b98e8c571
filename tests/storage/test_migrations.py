"""The migrations make exactly the tables that the code works with, in both directions."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage.sql.database import create_engine
from storage.sql.migrate import current_revision, differences, downgrade, migrate, newest_revision
from storage.sql.tables import metadata


def test_the_migrations_lead_up_down_and_up_again(empty_database_url: str) -> None:
    """A deploy that is taken back must not leave a database that no version can use."""
    engine = create_engine(empty_database_url)

    assert migrate(engine) == newest_revision()
    assert downgrade(engine) is None
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    assert migrate(engine) == newest_revision()

    assert current_revision(engine) == newest_revision()
    engine.dispose()


def test_the_migrated_schema_is_that_of_the_tables(database_url: str) -> None:
    """Who changes tables.py makes a migration: alembic -x url=... revision --autogenerate -m "..."."""
    engine = create_engine(database_url)

    assert differences(engine) == []
    engine.dispose()


def test_conditions_of_indexes_and_checks_are_migrated_too(database_url: str, empty_database_url: str) -> None:
    """Alembic compares no WHERE of a partial index and no CHECK, and both keep what must not exist out."""
    migrated, made = create_engine(database_url), create_engine(empty_database_url)
    metadata.create_all(made)

    assert _conditions(migrated) == _conditions(made)
    migrated.dispose()
    made.dispose()


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """Every start of the bot migrates."""
    engine = create_engine(database_url)

    assert migrate(engine) == newest_revision()
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_replicas_that_start_together_migrate_once(empty_database_url: str) -> None:
    """The second waits for the lock and then finds nothing to do."""
    engines = [create_engine(empty_database_url) for _ in range(3)]

    with ThreadPoolExecutor(3) as threads:
        revisions = list(threads.map(migrate, engines))

    assert revisions == [newest_revision()] * 3
    for engine in engines:
        engine.dispose()


def test_foreign_keys_are_checked_after_a_migration(empty_database_url: str) -> None:
    """SQLite needs them off while it copies tables; a turn must find them on."""
    engine = create_engine(empty_database_url)
    migrate(engine)

    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(metadata.tables["assignment"].insert(), [_ORPHAN])
    engine.dispose()


_ORPHAN = {
    "evaluation_id": 7, "norm": "V1", "person_id": 7, "assigned_by": 7,
    "assigned_at": datetime(2026, 11, 21, tzinfo=UTC),
}  # fmt: skip


def _conditions(engine: sa.Engine) -> set[str]:
    """Return what the database itself says about its indexes and checks."""
    postgresql = (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' UNION ALL "
        "SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'"
    )
    sqlite = (
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL UNION ALL "
        "SELECT name || (sql LIKE '%CHECK%') || (sql LIKE '%AUTOINCREMENT%') FROM sqlite_master WHERE type = 'table' "
        "AND name NOT IN ('alembic_version', 'sqlite_sequence')"
    )
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(sqlite if engine.dialect.name == "sqlite" else postgresql)
        return {row[0] for row in rows}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_ordinary_start_does_without_alembic(database_url: str) -> None:
    """It would be a sixth of the start and of the memory; a process of its own, because we have it loaded."""
    program = (
        "import sys; from storage.sql.database import create_engine; from storage.sql.migrate import migrate;"
        f"migrate(create_engine({database_url!r})); sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_audits_from_before_get_the_day_of_their_contract(empty_database_url: str) -> None:
    """A running audit must not lose its terms by an update."""
    engine = create_engine(empty_database_url)
    migrate(engine, "0003")
    at = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # already November in Amsterdam
    with engine.begin() as connection:
        for kind in ("member", "ci"):
            connection.exec_driver_sql(
                f"INSERT INTO organisation (kind, is_confirmed, created_at) VALUES ('{kind}', true, '2026-10-01')"
            )
        connection.exec_driver_sql(
            "INSERT INTO person (is_reachable, wants_nudges, is_welcomed, created_at)"
            " VALUES (true, true, true, '2026-10-01')"
        )
        for stage in ("running", "planned", "cancelled"):
            connection.exec_driver_sql(
                "INSERT INTO audit (organisation_id, ci_id, framework, process, weighing, kind, variant, stage,"
                " receipts, version, planned_by, planned_at)"
                f" VALUES (1, 2, 'f', '2021', '2021', 'initial_audit', 'ci', '{stage}', 0, 1, 1, '2026-10-01')"
            )
        trail = metadata.tables["audit_trail"].insert()
        connection.execute(trail, {"at": at, "person_id": 1, "action": "audit_contracted", "subject": "audit:1"})

    migrate(engine)

    events, versions, looks = (
        metadata.tables[name] for name in ("process_event", "process_event_version", "next_reminder")
    )
    with engine.connect() as connection:
        [event] = connection.execute(sa.select(events)).all()
        [version] = connection.execute(sa.select(versions)).all()
        looked = connection.execute(sa.select(looks.c.subject_id).order_by(looks.c.subject_id)).scalars().all()
    assert (event.audit_id, event.kind) == (1, "ci_contracted")
    assert (version.on.isoformat(), version.recorded_by, version.recorded_at) == ("2026-11-01", 1, at)
    assert looked == [1, 2]
    engine.dispose()
