"""PostgreSQL as it was at a moment: a base backup, the archived log, and the checksum of everything at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_database
from bot.backup import BackupError
from bot.clock import Clock
from bot.command_line import main
from bot.recovery import drill, program, recovered
from storage.sql import copies
from storage.sql.database import create_engine
from storage.sql.vault import MasterKey
from tests.crash.rehearsal import found_organisation
from tests.faults.cluster import Cluster
from tests.scenes.town import KEY, settings_for

KEYS = (MasterKey.parse(KEY),)
FUTURE = datetime(2199, 1, 1, tzinfo=UTC)


def _has_server() -> bool:
    try:
        return bool(program("initdb"))
    except BackupError:
        return False


pytestmark = pytest.mark.skipif(not _has_server(), reason="no PostgreSQL server is installed here")


class Archived:
    """A cluster in which people have worked, with what was there at two moments, and then somebody lost it all."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self.cluster = cluster
        database = open_database(settings_for("http://x", cluster.url, directory), Clock())
        cluster.copy_base()
        self.moments = []
        for chat in (1001, 2001):
            found_organisation(database, chat, seed=1)
            self.moments.append((self.now(), self.sums()))
        database.close()
        cluster.execute("TRUNCATE organisation CASCADE")
        self.lost = self.sums()
        cluster.archive_all()

    def now(self) -> datetime:
        found = self.cluster.execute("SELECT clock_timestamp()")
        assert isinstance(found, datetime)
        return found

    def sums(self) -> object:
        engine = create_engine(self.cluster.url)
        try:
            return copies.read(engine).tables
        finally:
            engine.dispose()


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    with Cluster() as cluster:
        yield Archived(cluster, tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("which", [0, 1])
def test_everything_is_as_it_was_at_that_moment(archived: Archived, which: int) -> None:
    """Not a row more and not a row less, by the checksum of every table."""
    moment, expected = archived.moments[which]
    assert expected != archived.lost

    with recovered(archived.cluster.base, archived.cluster.archive, moment, archived.cluster.url) as engine:
        found = copies.read(engine).tables

    assert found == expected


def test_a_drill_opens_everything_that_was_there(archived: Archived) -> None:
    """And leaves the base backup as it was, so that it can be done again."""
    moment, _ = archived.moments[1]
    before = sorted(path.name for path in archived.cluster.base.iterdir())

    done = drill(archived.cluster.base, archived.cluster.archive, moment, archived.cluster.url, KEYS)

    assert done.values > 0
    assert sorted(path.name for path in archived.cluster.base.iterdir()) == before


def test_a_moment_that_the_archive_does_not_reach_is_refused(archived: Archived) -> None:
    """Otherwise a drill would praise a backup that ends hours before."""
    with pytest.raises(BackupError, match="target"):
        drill(archived.cluster.base, archived.cluster.archive, FUTURE, archived.cluster.url, KEYS)


def test_a_drill_with_another_key_says_so(archived: Archived) -> None:
    """The log is of no use without the key of its time."""
    other = (MasterKey(b"another key".ljust(32, b".")),)

    with pytest.raises(BackupError, match="HANDVAT_ENCRYPTION_KEY"):
        drill(archived.cluster.base, archived.cluster.archive, archived.moments[1][0], archived.cluster.url, other)


def test_the_command_says_what_comes_back(
    archived: Archived, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By exit code, for a script."""
    for name, value in {
        "TELEGRAM_BOT_TOKEN": "1:a", "HANDVAT_ENCRYPTION_KEY": KEY, "DATABASE_URL": archived.cluster.url,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    where = [str(archived.cluster.base), str(archived.cluster.archive)]

    assert main(["drill-wal", *where, "--until", archived.moments[0][0].isoformat()]) == 0
    assert "all opened" in capsys.readouterr().out
    assert main(["drill-wal", *where, "--until", "gisteren"]) == 1
    assert main(["drill-wal", *where]) == 1
