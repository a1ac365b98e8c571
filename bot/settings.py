"""What the environment says; the only reader of it. Settings travel as arguments from here.

A missing or wrong variable stops the start with its name, what is wrong and an example.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError

from storage.sql.database import engine_url
from storage.sql.vault import MasterKey


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


def read(environment: Env | None = None) -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsError: with the name of the variable and an example.
    """
    env = environment or Env()
    try:
        settings = _settings(env)
    except EnvError as error:
        raise SettingsError(str(error)) from error
    _check(settings)
    return settings


def _settings(env: Env) -> Settings:
    return Settings(
        token=_required(env, "TELEGRAM_BOT_TOKEN", "123456789:AA..., which @BotFather gives you"),
        api_url=env.str("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/"),
        database_url=_database_url(env),
        data_dir=Path(env.str("HANDVAT_DATA_DIR", "./data")),
        encryption_keys=_keys(env),
        operators=tuple(env.list("HANDVAT_ADMINS", [], subcast=int)),
        webhook_url=env.str("WEBHOOK_URL", None) or None,
        webhook_secret=env.str("WEBHOOK_SECRET", None) or None,
        port=env.int("PORT", None),
        clock_url=env.str("HANDVAT_CLOCK_URL", None) or None,
        messages_per_second=env.float("HANDVAT_MESSAGES_PER_SECOND", 30.0),
        chat_messages_per_second=env.float("HANDVAT_CHAT_MESSAGES_PER_SECOND", 1.0),
        sender_slots=env.int("HANDVAT_SENDER_SLOTS", 128),
        log_level=env.str("HANDVAT_LOG_LEVEL", "INFO").upper(),
        metrics=env.bool("HANDVAT_METRICS", False),
    )


def _required(env: Env, name: str, example: str) -> str:
    value = env.str(name, "")
    if not value:
        raise SettingsError(f"{name} is missing. Example: {name}={example}")
    return str(value)


def _database_url(env: Env) -> str:
    url = str(env.str("DATABASE_URL", "sqlite+aiosqlite:///./data/handvat.db"))
    try:
        engine_url(url)
    except Exception as error:
        raise SettingsError(
            f"DATABASE_URL cannot be used ({error}). Example: DATABASE_URL=sqlite+aiosqlite:///./data/handvat.db"
        ) from error
    return url


def _keys(env: Env) -> tuple[MasterKey, ...]:
    """Return the master keys, the current one first; older ones only open what they sealed."""
    text = _required(env, "HANDVAT_ENCRYPTION_KEY", "the output of: python -m bot new-key")
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
