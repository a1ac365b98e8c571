"""What the environment says, and how a wrong word in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

import demo.__main__ as demo
from bot.settings import SettingsError, read
from storage.sql.vault import MasterKey

GOOD = {"TELEGRAM_BOT_TOKEN": "1:a", "HANDVAT_ENCRYPTION_KEY": "ab" * 32}
NAMES = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "DATABASE_URL", "HANDVAT_DATA_DIR", "HANDVAT_ENCRYPTION_KEY",
         "HANDVAT_ADMINS", "WEBHOOK_URL", "WEBHOOK_SECRET", "PORT", "HANDVAT_CLOCK_URL", "HANDVAT_METRICS",
         "HANDVAT_MESSAGES_PER_SECOND", "HANDVAT_SENDER_SLOTS")  # fmt: skip


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with just what a bot cannot do without."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_two_variables_are_enough(environment: pytest.MonkeyPatch) -> None:
    """Everything else has a default that works on a laptop."""
    settings = read()

    assert settings.database_url == "sqlite+aiosqlite:///./data/handvat.db"
    assert settings.api_url == "https://api.telegram.org"
    assert settings.webhook_url is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN is missing"),
        ({"HANDVAT_ENCRYPTION_KEY": ""}, "HANDVAT_ENCRYPTION_KEY is missing"),
        ({"HANDVAT_ENCRYPTION_KEY": "secret"}, "python -m bot new-key"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"PORT": "many"}, "PORT"),
        ({"HANDVAT_ADMINS": "joost"}, "HANDVAT_ADMINS"),
        ({"HANDVAT_METRICS": "perhaps"}, "HANDVAT_METRICS"),
        ({"HANDVAT_MESSAGES_PER_SECOND": "inf"}, "HANDVAT_MESSAGES_PER_SECOND"),
        ({"WEBHOOK_URL": "https://x/y"}, "WEBHOOK_SECRET"),
        ({"HANDVAT_CLOCK_URL": "https://elsewhere.example/clock"}, "HANDVAT_CLOCK_URL"),
    ],
)
def test_a_wrong_variable_is_named_with_a_remedy(
    environment: pytest.MonkeyPatch, changes: dict[str, str], told: str
) -> None:
    """Whoever starts the bot should not have to read the code."""
    for name, value in changes.items():
        environment.setenv(name, value)

    with pytest.raises(SettingsError, match=told):
        read()


def test_a_new_key_can_be_used_at_once(environment: pytest.MonkeyPatch) -> None:
    """The command that the error names gives something that works."""
    environment.setenv("HANDVAT_ENCRYPTION_KEY", f"{MasterKey.generate()},{MasterKey.generate()}")

    assert len(read().encryption_keys) == 2


def test_numbers_lists_and_yes_are_understood(environment: pytest.MonkeyPatch) -> None:
    """However somebody writes them; what is not said keeps its default."""
    for name, value in {"HANDVAT_ADMINS": "7, 8", "PORT": "8080", "HANDVAT_MESSAGES_PER_SECOND": "2.5",
                        "HANDVAT_METRICS": "True"}.items():  # fmt: skip
        environment.setenv(name, value)

    settings = read()

    assert (settings.operators, settings.port, settings.messages_per_second) == ((7, 8), 8080, 2.5)
    assert settings.metrics
    assert settings.sender_slots == 128


def test_somebody_in_the_demo_can_open_an_audit(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Auditors come in by invitation only, so without an operator a demo would end at the self-evaluation."""
    for name, value in demo.environment(tmp_path, "http://127.0.0.1:1").items():
        environment.setenv(name, value)

    assert set(read().operators) <= {person["id"] for person in demo.PEOPLE}
    assert read().operators
