"""What the environment says; the only reader of it. Settings travel as arguments from here.

A missing or wrong variable stops the start with its name, what is wrong and an example.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from storage.sql.database import engine_url
from storage.sql.vault import MasterKey

T = TypeVar("T")

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})


class SettingsError(Exception):
    """The environment does not hold together; the message is for the person who starts the bot."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another."""

    token: str
    api_url: str
    database_url: str
    data_dir: Path
    encryption_keys: tuple[MasterKey, ...]
    operators: tuple[int, ...]
    webhook_url: str | None
    webhook_secret: str | None
    port: int | None
    clock_url: str | None
    messages_per_second: float
    chat_messages_per_second: float
    sender_slots: int
    log_level: str
    metrics: bool = False


def read() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: with the name of the variable and an example.
    """
    settings = Settings(
        token=_required("TELEGRAM_BOT_TOKEN", "123456789:AA..., which @BotFather gives you"),
        api_url=os.environ.get("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/"),
        database_url=_database_url(),
        data_dir=Path(os.environ.get("HANDVAT_DATA_DIR", "./data")),
        encryption_keys=_keys(),
        operators=_value("HANDVAT_ADMINS", (), _ids, "1001,1002"),
        webhook_url=os.environ.get("WEBHOOK_URL") or None,
        webhook_secret=os.environ.get("WEBHOOK_SECRET") or None,
        port=_value("PORT", None, int, "8080"),
        clock_url=os.environ.get("HANDVAT_CLOCK_URL") or None,
        messages_per_second=_value("HANDVAT_MESSAGES_PER_SECOND", 30.0, _amount, "30"),
        chat_messages_per_second=_value("HANDVAT_CHAT_MESSAGES_PER_SECOND", 1.0, _amount, "1"),
        sender_slots=_value("HANDVAT_SENDER_SLOTS", 128, int, "128"),
        log_level=os.environ.get("HANDVAT_LOG_LEVEL", "INFO").upper(),
        metrics=_value("HANDVAT_METRICS", False, _flag, "1"),
    )
    _check(settings)
    return settings


def _required(name: str, example: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingsError(f"{name} is missing. Example: {name}={example}")
    return value


def _value(name: str, default: T, understand: Callable[[str], T], example: str) -> T:
    """Return what a variable says, the default where there is none."""
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        return understand(text)
    except ValueError as error:
        raise SettingsError(f"{name} cannot be {text!r}. Example: {name}={example}") from error


def _ids(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()


def _amount(text: str) -> float:
    amount = float(text)
    if not math.isfinite(amount):
        raise ValueError(text)
    return amount


def _flag(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(text)
    return text.lower() in _YES


def _database_url() -> str:
    url = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///./data/handvat.db")
    try:
        engine_url(url)
    except Exception as error:
        raise SettingsError(
            f"DATABASE_URL cannot be used ({error}). Example: DATABASE_URL=sqlite+aiosqlite:///./data/handvat.db"
        ) from error
    return url


def _keys() -> tuple[MasterKey, ...]:
    """Return the master keys, the current one first; older ones only open what they sealed."""
    text = _required("HANDVAT_ENCRYPTION_KEY", "the output of: python -m bot new-key")
    try:
        return tuple(MasterKey.parse(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"HANDVAT_ENCRYPTION_KEY: {error}. Make one with: python -m bot new-key") from error


def _check(settings: Settings) -> None:
    if settings.webhook_url and not (settings.webhook_secret and settings.port):
        raise SettingsError(
            "WEBHOOK_URL needs WEBHOOK_SECRET (1-256 letters, digits, _ or -) and PORT. "
            "Example: WEBHOOK_SECRET=$(python -c 'import secrets; print(secrets.token_urlsafe(32))') PORT=8080"
        )
    if settings.clock_url and urlsplit(settings.clock_url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(
            "HANDVAT_CLOCK_URL is for rehearsals on this machine only, e.g. http://127.0.0.1:8081/control/clock"
        )
