"""`python -m bot doctor`: each common mistake is found, and an installation that is right has none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.__main__ import main
from bot.app import App, open_database
from bot.backup import back_up
from bot.blobs import Blobs
from bot.clock import Clock
from bot.doctor import Finding, Surroundings, examine
from bot.replicas import Replica
from bot.settings import Settings
from simulator.client import SimulatorClient
from simulator.server import Simulator
from storage.sql.database import create_engine
from storage.sql.vault import MasterKey
from tests.changing import replace
from tests.scenes.town import KEY, TOKEN, settings_for


class Clinic:
    """An installation beside a local Telegram, and a doctor who looks at it."""

    def __init__(self, simulator: Simulator, telegram: SimulatorClient, database_url: str, directory: Path) -> None:
        self.simulator, self.telegram, self.url, self.directory = simulator, telegram, database_url, directory

    def settings(self, **changes: Any) -> Settings:
        return replace(settings_for(self.simulator.url, self.url, self.directory, clock_url=None), **changes)

    async def finds(self, settings: dict[str, Any] | None = None, **around: Any) -> list[Finding]:
        """Let the doctor look, without waiting long for others who poll."""
        configured = self.settings(**(settings or {}))
        surroundings = Surroundings(**({"poll_seconds": 0} | around))
        return await asyncio.to_thread(examine, configured, surroundings)

    async def finds_error(self, words: str, settings: dict[str, Any] | None = None, **around: Any) -> None:
        """Fail unless an error with these words is found."""
        found = await self.finds(settings, **around)
        assert [finding for finding in found if finding.is_error and words in finding.what], found

    async def finds_warning(self, words: str, settings: dict[str, Any] | None = None, **around: Any) -> None:
        """Fail unless a warning with these words is found."""
        found = await self.finds(settings, **around)
        assert [finding for finding in found if not finding.is_error and words in finding.what], found


def hurry(url: str, *, is_hurried: bool) -> None:
    """Let a database of the tests wait for the disk, as one that people work with does; or no longer."""
    if not url.startswith("postgresql"):
        return
    engine = create_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name, value = engine.url.database, "off" if is_hurried else "on"
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = {value}')
    engine.dispose()


@pytest.fixture
async def clinic(database_url: str, tmp_path: Path) -> AsyncIterator[Clinic]:
    """An installation that was started once, and of which a backup was made."""
    simulator = Simulator(token=TOKEN)
    await simulator.start()
    async with SimulatorClient(simulator.url) as telegram:
        clinic = Clinic(simulator, telegram, database_url, tmp_path / "data")
        database = await asyncio.to_thread(open_database, clinic.settings(), Clock())
        database.close()
        await asyncio.to_thread(back_up, database_url, clinic.directory, tmp_path / "backup", datetime.now(UTC))
        hurry(database_url, is_hurried=False)
        yield clinic
        hurry(database_url, is_hurried=True)
    await simulator.stop()


async def test_an_installation_that_is_right_has_no_errors(clinic: Clinic) -> None:
    """Only what the local Telegram lets every bot do."""
    assert [finding.what for finding in await clinic.finds() if "groups" not in finding.what] == []


async def test_a_wrong_token(clinic: Clinic) -> None:
    await clinic.finds_error("refuses TELEGRAM_BOT_TOKEN", {"token": "1:wrong"})


async def test_no_finding_tells_the_token(clinic: Clinic) -> None:
    """What a doctor says is pasted into mails."""
    for api_url in (clinic.simulator.url, "http://127.0.0.1:9"):
        for finding in await clinic.finds({"token": "1:not-to-be-told", "api_url": api_url}):
            assert "not-to-be-told" not in finding.what + finding.remedy


async def test_a_telegram_that_cannot_be_reached(clinic: Clinic) -> None:
    await clinic.finds_error("cannot be reached", {"api_url": "http://127.0.0.1:9"})


async def test_a_server_that_is_no_telegram(clinic: Clinic) -> None:
    """Such as the web page of somebody's proxy."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]

    await clinic.finds_error("not as a Bot API", {"api_url": f"http://127.0.0.1:{port}"})
    await runner.cleanup()


async def test_a_webhook_of_another_installation(clinic: Clinic) -> None:
    """Whichever starts last takes the updates from the other."""
    await _call(clinic, "setWebhook", url="https://elsewhere.example/telegram")

    await clinic.finds_error("elsewhere.example")
    await clinic.finds_error(
        "elsewhere.example", {"webhook_url": "https://here.example/telegram", "webhook_secret": "s", "port": 1}
    )


async def test_a_webhook_that_is_not_registered(clinic: Clinic) -> None:
    settings = {"webhook_url": "https://here.example/telegram", "webhook_secret": "s", "port": 1}

    await clinic.finds_error("there is no webhook", settings)


async def test_a_webhook_that_fails(clinic: Clinic) -> None:
    """Telegram says why, and the doctor what that means."""
    url = "http://127.0.0.1:9/telegram"
    await _call(clinic, "setWebhook", url=url)
    joost = await clinic.telegram.add_person("Joost")
    await joost.sends("/start", settle=False)
    async with asyncio.timeout(10):
        while "last_error_message" not in await _call(clinic, "getWebhookInfo"):
            pass

    await clinic.finds_error("could not deliver", {"webhook_url": url, "webhook_secret": "s", "port": 1})


async def test_another_process_with_the_same_token(clinic: Clinic, tmp_path: Path) -> None:
    """One that works on another database, or somebody who has stolen the token."""
    elsewhere = settings_for(clinic.simulator.url, f"sqlite:///{tmp_path / 'other.db'}", tmp_path, clock_url=None)
    database = await asyncio.to_thread(open_database, elsewhere, Clock())
    app = App(elsewhere, database, Clock())
    running = asyncio.ensure_future(app.run())
    await clinic.telegram.wait_for_calls("setMyCommands")

    await clinic.finds_error("Another process polls", poll_seconds=8)

    app.stop()
    await running
    database.close()


async def test_a_bot_that_runs_is_not_broken_off(clinic: Clinic) -> None:
    """Asking for updates would end its own call; the lock tells that it is ours."""
    engine_of = await asyncio.to_thread(open_database, clinic.settings(), Clock())
    replica = Replica(engine_of)
    await asyncio.to_thread(replica.join)
    polls = clinic.simulator.world.updates
    asked = polls.fetch
    calls: list[object] = []

    async def fetch(*arguments: Any) -> Any:
        calls.append(arguments)
        return await asked(*arguments)

    polls.fetch = fetch  # type: ignore[method-assign]
    await clinic.finds()

    replica.leave()
    engine_of.close()
    assert calls == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_database_that_cannot_be_reached(clinic: Clinic) -> None:
    await clinic.finds_error("cannot be used", {"database_url": "postgresql://nobody:secret-word@127.0.0.1:9/none"})
    for finding in await clinic.finds({"database_url": "postgresql://nobody:secret-word@127.0.0.1:9/none"}):
        assert "secret-word" not in finding.what + finding.remedy


async def test_a_database_that_is_empty(clinic: Clinic, empty_database_url: str) -> None:
    await clinic.finds_warning("empty" if "postgresql" in empty_database_url else "no database", {
        "database_url": empty_database_url})  # fmt: skip


@pytest.mark.parametrize(("revision", "words"), [("9999", "newer than this program"), ("0001", "of revision 0001")])
async def test_tables_of_another_version(clinic: Clinic, revision: str, words: str) -> None:
    """After an update that went half, or a program that was put back without its database."""
    _execute(clinic.url, f"UPDATE alembic_version SET version_num = '{revision}'")
    found = await clinic.finds()
    _execute(clinic.url, f"UPDATE alembic_version SET version_num = '{_newest()}'")

    assert [finding for finding in found if words in finding.what and finding.is_error == (revision == "9999")]


async def test_a_key_that_does_not_fit(clinic: Clinic) -> None:
    await clinic.finds_error("do not open", {"encryption_keys": (MasterKey.parse("ab" * 32),)})


async def test_a_rotation_that_was_not_finished(clinic: Clinic) -> None:
    keys = (MasterKey.parse("ab" * 32), MasterKey.parse(KEY))

    await clinic.finds_warning("older master key", {"encryption_keys": keys})


async def test_a_data_directory_that_is_a_file(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    await clinic.finds_error("is a file", {"data_dir": tmp_path / "file"})


async def test_a_data_directory_of_another_machine(clinic: Clinic) -> None:
    """Rows name files that are not here: the volume is not shared."""
    _execute(clinic.url, "INSERT INTO stored_file (organisation_id, media_type, blob, status, reason, created_at) "
                         f"SELECT min(id), 'image/png', '{Blobs.new_name()}', 'stored', '', '2026-11-21' "
                         "FROM organisation")  # fmt: skip

    await clinic.finds_error("files of people")


@pytest.mark.parametrize(("megabytes", "is_error"), [(50, True), (500, False)])
async def test_a_disk_that_is_nearly_full(clinic: Clinic, megabytes: int, is_error: bool) -> None:
    found = await clinic.finds(free_bytes=lambda _: megabytes * 1_000_000)

    assert [finding.is_error for finding in found if f"{megabytes} MB" in finding.what][:1] == [is_error]


async def test_a_clock_that_is_off(clinic: Clinic) -> None:
    await clinic.finds_error("clock", now=lambda: datetime.now(UTC) + timedelta(minutes=20))


async def test_a_bot_that_can_be_added_to_groups(clinic: Clinic) -> None:
    await clinic.finds_warning("added to groups")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_postgresql_that_forgets_at_a_power_cut(clinic: Clinic) -> None:
    """Somebody made it faster."""
    options = "?options=-c%20synchronous_commit%3Doff"

    await clinic.finds_error("synchronous_commit", {"database_url": clinic.url + options if "?" not in clinic.url
                                                    else clinic.url + "&" + options[1:]})  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_sqlite_file_on_a_network_file_system(clinic: Clinic, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/share {tmp_path} nfs4 rw 0 0\n")

    await clinic.finds_error("nfs4", mounts=mounts)


async def test_no_backup_and_an_old_one(clinic: Clinic) -> None:
    note = clinic.directory / "last-backup.json"
    await clinic.finds_warning("last backup is 9 days old", now=lambda: datetime.now(UTC) + timedelta(days=9, hours=1))
    note.unlink()

    await clinic.finds_warning("No backup was ever made")


def test_a_missing_token_is_a_finding_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks a doctor wants an explanation, and a script the exit code."""
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)

    assert main(["doctor"]) == 1

    assert "ERROR: TELEGRAM_BOT_TOKEN is missing" in capsys.readouterr().out


async def _call(clinic: Clinic, method: str, **params: Any) -> dict[str, Any]:
    import aiohttp

    url = f"{clinic.simulator.url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=params) as reply:
        found = json.loads(await reply.text())
        assert found["ok"], found
        return found["result"] if isinstance(found["result"], dict) else {}


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def _newest() -> str:
    from storage.sql.migrate import newest_revision

    return newest_revision()
