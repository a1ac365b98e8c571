"""Old and new version side by side, with a migration in between; nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import App, open_database
from bot.clock import Clock
from bot.replicas import Replica
from simulator.client import SimulatorClient
from simulator.server import Simulator
from storage.sql import inbox
from storage.sql import migrate as migrating
from storage.sql.database import Database, create_engine
from storage.sql.migrate import current_revision, migrate, newest_revision
from tests.crash.result import notes_in
from tests.crash.zygote import Zygote
from tests.scenes.town import settings_for
from tests.soak.soak import Soak, Wanted
from tests.soak.upgrade import next_version, upgrade

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

SHORT = Wanted(
    replicas=2, chats=16, updates=240, kills=0, rate=30.0, seed=2026, has_trouble=False, webhook_pace=0.02, patience=120
)


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with Zygote(tmp_path_factory.mktemp("zygote") / "log") as running:
        yield running


def test_an_upgrade_with_a_migration_is_not_noticed(
    zygote: Zygote, empty_database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first new process migrates under load; the others are replaced one by one while people go on."""
    soak = Soak(zygote, empty_database_url, tmp_path, SHORT, strike=upgrade)
    result = soak.run()

    with capsys.disabled():
        print(f"\n{result.line()}; deployed in {result.struck_seconds:.1f} s")
    assert result.findings.problems == {}, f"the log of the lives is {zygote.log}"
    assert result.stops >= SHORT.replicas
    _assert_no_turn_was_taken_by_the_old_once_the_new_were_at_work(tmp_path)
    engine = create_engine(empty_database_url)
    assert current_revision(engine) == f"{int(newest_revision()) + 1:04}"
    engine.dispose()


def _assert_no_turn_was_taken_by_the_old_once_the_new_were_at_work(directory: Path) -> None:
    """What the newer one shows or stores, the older one need not understand."""
    handled = [(life, at) for life, what, at in notes_in(directory / "notes") if what == "handled"]
    first_new = min(at for life, at in handled if life >= SHORT.replicas)
    last_old = max(at for life, at in handled if life < SHORT.replicas)
    assert last_old <= first_new


def test_the_version_before_starts_on_the_newer_tables(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of the old version that dies during a deploy comes back; and a deploy can be taken back."""
    engine = create_engine(empty_database_url)
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "MIGRATIONS", next_version(tmp_path))
        newer = migrate(engine)

    assert migrate(engine) == newer > newest_revision()
    engine.dispose()


async def test_it_goes_on_by_itself_when_the_newer_version_is_taken_back(database_url: str, tmp_path: Path) -> None:
    """Then what was stored meanwhile is handled by who is left."""
    simulator = Simulator()
    await simulator.start()
    configured = settings_for(simulator.url, database_url, tmp_path, clock_url=None)
    database = await asyncio.to_thread(open_database, configured, Clock())
    newer = Replica(database)
    newer._version += 1
    newer.join()
    newer.announce()
    process = App(configured, database, Clock())
    running = asyncio.ensure_future(process.run())
    async with SimulatorClient(simulator.url) as telegram:
        joost = await telegram.add_person("Joost")
        await joost.sends("/start", settle=False)
        async with asyncio.timeout(60):
            while await telegram.pending() or not await database.run(inbox.count_open):
                await asyncio.sleep(0.01)
        assert not await telegram.calls(method="sendMessage")

        newer.leave()

        assert (await telegram.wait_for_calls("sendMessage", within=20))[0]["ok"]
    process.stop()
    await running
    database.close()
    await simulator.stop()


def test_a_migration_lets_turns_go_first_while_somebody_holds_a_table(
    database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A backup reads every table for minutes. Waiting for it, a migration would stop every turn behind it."""
    engine = create_engine(empty_database_url)
    migrate(engine)
    monkeypatch.setattr(migrating, "_LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrating, "_PAUSE", 0.0)
    monkeypatch.setattr(migrating, "MIGRATIONS", next_version(tmp_path))
    backup = engine.connect()
    backup.execute(sa.text("SELECT count(*) FROM answer"))
    waited = []
    monkeypatch.setattr(migrating.time, "sleep", lambda _: (waited.append(1), len(waited) == 3 and backup.rollback()))

    assert migrate(engine) == newest_revision()

    assert len(waited) >= 3
    backup.close()
    engine.dispose()
