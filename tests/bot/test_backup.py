"""A backup while people write, and what a restore and a drill say of one that is not as it was."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.__main__ import main
from bot.backup import BackupError, Manifest, back_up, drill, put_back
from bot.blobs import Blobs
from storage.sql import copies, files
from storage.sql.database import Database, create_engine
from storage.sql.sealed_places import PLACES, sealed_columns, unlisted
from storage.sql.tables import contribution, stored_file
from storage.sql.vault import MasterKey
from tests.conftest import MovableClock
from tests.scenes.town import KEY, town
from tests.storage.cast import Cast

KEYS = (MasterKey(b"handvat test key".ljust(32, b".")),)
OTHER = (MasterKey(b"another key".ljust(32, b".")),)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PHOTO = b"a photo of the whiteboard"


class Archive:
    """A database with texts and a file of people, and a backup of it."""

    def __init__(self, cast: Cast, url: str, directory: Path) -> None:
        self.cast, self.url = cast, url
        self.data, self.directory = directory / "data", directory / "backup"
        self._send_photo()

    def _send_photo(self) -> None:
        with self.cast.plays("Joost") as joost:
            joost.writes("Elke vrijdag overleg")
            file = joost.files.want(joost.evaluation, "foto.jpg", "image/jpeg", 9, "telegram-id", self.cast.now).id
            wanted = files.file_to_fetch(joost.work, file)
            assert wanted is not None
            sealed = joost.work.vault.seal_bytes(wanted.scope, f"blob:{wanted.blob}", PHOTO)
            Blobs(self.data / "evidence").write(wanted.blob, sealed)
            files.mark_stored(joost.work, file, media_type="image/jpeg", size=len(PHOTO), sha256=b"")

    def back_up(self) -> Manifest:
        return back_up(self.url, self.data, self.directory, NOW)

    def drill(self, keys: tuple[MasterKey, ...] = KEYS) -> None:
        self.drilled = drill(self.directory, self.url, keys, NOW + timedelta(hours=3))

    @property
    def photo(self) -> Path:
        return next((self.directory / "evidence").glob("*/*"))

    @property
    def copy(self) -> Path:
        return next(self.directory.glob("database.*"))


@pytest.fixture
def archive(database: Database, clock: MovableClock, database_url: str, tmp_path: Path) -> Archive:
    cast = Cast(database, clock)
    cast.assemble()
    return Archive(cast, database_url, tmp_path / "archive")


def test_everything_comes_back(archive: Archive, empty_database_url: str, tmp_path: Path) -> None:
    """Every row, and every file under its own name."""
    made = archive.back_up()

    put_back(archive.directory, empty_database_url, tmp_path / "new")

    assert _tables(empty_database_url) == made.tables == _tables(archive.url)
    assert made.tables["contribution"].rows == 1
    assert [path.read_bytes() for path in (tmp_path / "new" / "evidence").glob("*/*")] == [archive.photo.read_bytes()]


def test_a_drill_opens_every_text_and_every_file(archive: Archive) -> None:
    """And says how old the backup is; the database it worked in is gone again."""
    archive.back_up()

    archive.drill()

    assert archive.drilled.age == timedelta(hours=3)
    assert (archive.drilled.files, archive.drilled.rows) == (1, Manifest.read(archive.directory).rows)
    with archive.cast.database.begin() as work:
        kept = [sa.func.count(table.c[f"{name}_sealed"]) for table, name in sealed_columns()]
        assert archive.drilled.values == sum(work.execute(sa.select(count)).scalar_one() for count in kept)


def test_a_drill_with_another_key_says_so(archive: Archive) -> None:
    """The commonest way to have a worthless backup is to have lost the key."""
    archive.back_up()

    with pytest.raises(BackupError, match="HANDVAT_ENCRYPTION_KEY"):
        archive.drill(OTHER)


def test_a_text_that_was_swapped_does_not_open(archive: Archive) -> None:
    """The sums fit, because they were made afterwards; only opening shows it."""
    with archive.cast.database.begin() as work:
        others = sa.select(stored_file.c.name_sealed).scalar_subquery()
        work.execute(contribution.update().values(text_sealed=others))
    archive.back_up()

    with pytest.raises(BackupError, match=r"contribution\.text"):
        archive.drill()


@pytest.mark.parametrize("harm", ["cut off", "changed", "missing"])
@pytest.mark.parametrize("which", ["copy", "photo"])
def test_a_backup_that_is_not_as_it_was_is_not_put_back(
    archive: Archive, which: str, harm: str, empty_database_url: str, tmp_path: Path
) -> None:
    """Not even in part, and the message names the file."""
    archive.back_up()
    path: Path = getattr(archive, which)
    _harm(path, harm)

    with pytest.raises(BackupError, match=path.name):
        put_back(archive.directory, empty_database_url, tmp_path / "new")
    with pytest.raises(BackupError, match=path.name):
        archive.drill()

    assert not _tables(empty_database_url)
    assert not list((tmp_path / "new").rglob("*"))


def test_only_an_empty_place_takes_a_backup(archive: Archive, empty_database_url: str, tmp_path: Path) -> None:
    """Whoever mixes up two installations must not lose one of them."""
    archive.back_up()
    before = _tables(archive.url)

    with pytest.raises(BackupError, match="not empty"):
        put_back(archive.directory, archive.url, tmp_path / "new")
    with pytest.raises(BackupError, match="not empty"):
        put_back(archive.directory, empty_database_url, archive.data)

    assert _tables(archive.url) == before
    assert not _tables(empty_database_url)


def test_a_backup_overwrites_nothing(archive: Archive) -> None:
    """Also not another backup."""
    archive.back_up()
    kept = (archive.directory / "manifest.json").read_bytes()

    with pytest.raises(BackupError, match="never overwrites"):
        archive.back_up()

    assert (archive.directory / "manifest.json").read_bytes() == kept


def test_a_backup_that_fails_leaves_nothing(archive: Archive) -> None:
    """A file that a row names is not there: the data directory is probably another one."""
    next((archive.data / "evidence").glob("*/*")).unlink()

    with pytest.raises(BackupError, match="HANDVAT_DATA_DIR"):
        archive.back_up()

    assert not list(archive.directory.parent.glob("backup*"))


def test_a_file_that_is_erased_while_the_backup_runs_is_not_missed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may erase everything between the copy of the database and that of the files."""
    copy_out = copies.copy_out

    def then_erase(engine: sa.Engine, target: Path) -> copies.Copied:
        copied = copy_out(engine, target)
        with archive.cast.plays("Samira") as samira:
            samira.people.erase_organisation(archive.cast.now)
        next((archive.data / "evidence").glob("*/*")).unlink()
        return copied

    monkeypatch.setattr(copies, "copy_out", then_erase)

    assert len(archive.back_up().erased_meanwhile) == 1
    archive.drill()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("trouble", ["missing", "old"])
def test_without_a_fitting_pg_dump_it_says_what_to_install(
    archive: Archive, trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older pg_dump refuses by itself, but not in words that help."""
    programs = tmp_path / "programs"
    programs.mkdir()
    if trouble == "old":
        (programs / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
        (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs) if trouble == "missing" else f"{programs}:/bin:/usr/bin")

    with pytest.raises(BackupError, match="postgresql-client-"):
        archive.back_up()


async def test_what_was_answered_before_a_backup_is_in_it(
    database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    """While the bot runs and people go on writing: one instant, with everything that was stored before it."""
    async with town(database_url, tmp_path / "data") as here:
        joost = await here.person("Joost")
        await joost.sends("/start")
        await joost.taps("Lidorganisatie")
        await joost.sends("Welzijn Rivierenland")
        for label in ("Overslaan", "Zelfevaluatie", "Begin bij V1", "Voldoet"):
            await joost.taps(label)
        await joost.sends("Voor de reservekopie")
        stop = asyncio.Event()
        writing = asyncio.ensure_future(_keep_writing(joost.sends, stop))
        made = await asyncio.to_thread(back_up, database_url, tmp_path / "data", tmp_path / "backup", NOW)
        stop.set()
        written = await writing
        after = await here.rows(contribution)

    put_back(tmp_path / "backup", empty_database_url, tmp_path / "new")
    drilled = drill(tmp_path / "backup", empty_database_url, (MasterKey.parse(KEY),), NOW)

    assert written >= 1
    assert _tables(empty_database_url) == made.tables
    assert 1 <= made.tables["contribution"].rows - _of_example(empty_database_url) <= len(after) == written + 1
    assert drilled.rows == made.rows


async def _keep_writing(send: Callable[[str], object], stop: asyncio.Event) -> int:
    written = 0
    while not stop.is_set():
        await send(f"Tijdens de kopie {written}")  # type: ignore[misc]
        written += 1
    return written


def test_every_sealed_column_can_be_opened_by_a_drill() -> None:
    """A new sealed column needs its place in storage/sql/sealed_places.py; then a drill checks it."""
    known = {f"{table.name}.{name}" for table, name in sealed_columns()}

    assert unlisted() == []
    assert PLACES.keys() <= known


def test_a_changed_manifest_is_refused(archive: Archive) -> None:
    """Its numbers are what everything else is compared with."""
    archive.back_up()
    path = archive.directory / "manifest.json"
    values = json.loads(path.read_text())
    values["tables"]["contribution"]["rows"] += 1
    path.write_text(json.dumps(values))

    with pytest.raises(BackupError, match="the table contribution"):
        archive.drill()


def _harm(path: Path, harm: str) -> None:
    content = bytearray(path.read_bytes())
    if harm == "missing":
        path.unlink()
    elif harm == "cut off":
        path.write_bytes(content[:-10])
    else:
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


def _tables(url: str) -> object:
    engine = create_engine(url)
    try:
        return copies.read(engine).tables
    finally:
        engine.dispose()


def _of_example(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.exec_driver_sql(
            "SELECT count(*) FROM contribution c JOIN self_evaluation e ON e.id = c.evaluation_id "
            "JOIN organisation o ON o.id = e.organisation_id WHERE o.kind = 'example'"
        ).scalar_one()
    engine.dispose()
    return int(count)


@pytest.fixture
def environment(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of the bot, for the command line."""
    for name, value in {
        "TELEGRAM_BOT_TOKEN": "1:a", "HANDVAT_ENCRYPTION_KEY": b"handvat test key".ljust(32, b".").hex(),
        "DATABASE_URL": archive.url, "HANDVAT_DATA_DIR": str(archive.data),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_script_sees_whether_it_went_well(
    archive: Archive, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A night's backup with its drill, by exit code; the reason is on standard error."""
    directory = str(archive.directory)

    assert (main(["backup", directory]), main(["drill", directory])) == (0, 0)
    assert "all opened" in capsys.readouterr().out

    environment.setenv("HANDVAT_ENCRYPTION_KEY", "ab" * 32)
    assert (main(["backup", directory]), main(["drill", directory]), main(["restore", directory])) == (1, 1, 1)
    told = capsys.readouterr().err
    assert "never overwrites" in told
    assert "HANDVAT_ENCRYPTION_KEY" in told
    assert "not empty" in told


def test_keys_are_rotated_from_the_command_line(
    archive: Archive, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Afterwards a drill with the new key alone opens a new backup, and only the old key the old one."""
    old, new = b"handvat test key".ljust(32, b".").hex(), "ab" * 32
    before, after = f"{archive.directory}-before", f"{archive.directory}-after"
    main(["backup", before])
    environment.setenv("HANDVAT_ENCRYPTION_KEY", f"{new},{old}")

    assert main(["rotate-keys"]) == 0

    environment.setenv("HANDVAT_ENCRYPTION_KEY", new)
    assert (main(["backup", after]), main(["drill", after]), main(["drill", before])) == (0, 0, 1)
    assert "wrapped anew" in capsys.readouterr().out
