"""`python -m bot invite`: a certifying body and the link for its first office person, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import app
from bot.__main__ import main
from bot.settings import Settings
from storage.sql.vault import MasterKey


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A bot that Telegram knows as handvat_bot, with one operator and a fresh database."""

    async def name(_: Settings) -> str:
        return "handvat_bot"

    monkeypatch.setattr(app, "bot_name", name)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:a")
    monkeypatch.setenv("HANDVAT_ENCRYPTION_KEY", MasterKey.generate())
    monkeypatch.setenv("HANDVAT_ADMINS", "999")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'handvat.db'}")
    monkeypatch.delenv("HANDVAT_CLOCK_URL", raising=False)


@pytest.mark.usefixtures("environment")
def test_the_link_is_printed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """So that a script can pass it on."""
    assert main(["invite", "CI Kompas"]) == 0

    assert capsys.readouterr().out.startswith("https://t.me/handvat_bot?start=")


@pytest.mark.usefixtures("environment")
def test_without_an_operator_nobody_invites(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invitation has to be somebody's."""
    monkeypatch.setenv("HANDVAT_ADMINS", "")

    assert main(["invite", "CI Kompas"]) == 1

    assert "HANDVAT_ADMINS" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_the_secretariat_of_swn_comes_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    """It needs no name, and asking twice makes no second office."""
    assert main(["invite-secretariat"]) == 0
    assert main(["invite-secretariat"]) == 0

    links = capsys.readouterr().out.splitlines()
    assert len(set(links)) == 2
    assert all(link.startswith("https://t.me/handvat_bot?start=") for link in links)
