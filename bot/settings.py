"""What the environment says; the only reader of it. Settings travel as arguments from here.

A missing or wrong variable stops the start with its name, what is wrong and an example.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from storage.sql.database import engine_url
from storage.sql.vault import MasterKey

_PerSecond = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]  # neither inf nor nan


class SettingsError(Exception):
    """The environment does not hold together; the message is for the person who starts the bot."""


class Settings(Struct, frozen=True):
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
        operators=_value("HANDVAT_ADMINS", (), tuple[int, ...], "1001,1002"),
        webhook_url=os.environ.get("WEBHOOK_URL") or None,
        webhook_secret=os.environ.get("WEBHOOK_SECRET") or None,
        port=_value("PORT", None, int, "8080"),
        clock_url=os.environ.get("HANDVAT_CLOCK_URL") or None,
        messages_per_second=_value("HANDVAT_MESSAGES_PER_SECOND", 30.0, _PerSecond, "30"),
        chat_messages_per_second=_value("HANDVAT_CHAT_MESSAGES_PER_SECOND", 1.0, _PerSecond, "1"),
        sender_slots=_value("HANDVAT_SENDER_SLOTS", 128, int, "128"),
        log_level=os.environ.get("HANDVAT_LOG_LEVEL", "INFO").upper(),
        metrics=_value("HANDVAT_METRICS", False, bool, "1"),
    )
    _check(settings)
    return settings


def _required(name: str, example: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingsError(f"{name} is missing. Example: {name}={example}")
    return value


def _value(name: str, default: Any, kind: Any, example: str) -> Any:
    """Return what a variable says as a kind of value, the default where it says nothing."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    words = [word.strip() for word in text.split(",")] if isinstance(default, tuple) else text
    try:
        return msgspec.convert(words, kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name} cannot be {text!r}. Example: {name}={example}") from error


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
