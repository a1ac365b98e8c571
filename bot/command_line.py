"""The command line of `python -m bot`: run the bot, or one of the commands around it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys

import uvloop
from telegram.error import InvalidToken

from bot import logs, operations, settings
from bot.clock import Clock
from bot.replicas import AlreadyRunning
from storage.content import ContentError
from storage.sql.vault import MasterKey


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Handvat, a Telegram bot")
    commands = {"run": _run, "migrate": _migrate, "new-key": _new_key}
    known = [*commands, "drill-wal", "invite", "invite-secretariat", "import-norms", "framework", *operations.COMMANDS]
    parser.add_argument("command", nargs="?", default="run", choices=known, help="default: run")
    parser.add_argument(
        "name", nargs="?", help='"CI Kompas" with invite, a directory with backup and restore, a file with import-norms'
    )
    parser.add_argument("file", nargs="?", help="with framework check and framework template: the file")
    parser.add_argument("--yes", action="store_true", help="with import-norms: show what was found without asking")
    parser.add_argument("--withdraw", action="store_true", help="with import-norms: go back to our own wording")
    parser.add_argument("--organisation", type=int, help="with import-norms: only for the organisation with this id")
    parser.add_argument("--until", help="with drill-wal: the moment, such as 2026-11-21T14:30:05+01:00")
    chosen = parser.parse_args(arguments)
    if chosen.command != "run":
        gc.enable()
    try:
        if chosen.command in operations.COMMANDS:
            return operations.run(chosen.command, chosen.name)
        if chosen.command == "drill-wal":
            return operations.drill_log(chosen.name, chosen.file, chosen.until)
        if chosen.command in ("invite", "invite-secretariat"):
            return _invite(chosen.name, is_secretariat=chosen.command == "invite-secretariat")
        if chosen.command == "framework":
            from bot import own_frameworks

            return own_frameworks.run(chosen.name, chosen.file)
        if chosen.command == "import-norms":
            from bot.norm_command import import_norms

            return import_norms(
                chosen.name, withdraw=chosen.withdraw, organisation=chosen.organisation, is_confirmed=chosen.yes
            )
        return commands[chosen.command]()
    except settings.SettingsError as error:
        print(f"Handvat cannot start: {error}", file=sys.stderr)  # noqa: T201
    except ContentError as error:
        print(f"Handvat cannot start, a content file needs mending:\n{error}", file=sys.stderr)  # noqa: T201
    except AlreadyRunning as error:
        print(f"Handvat is running already on this database ({error}).", file=sys.stderr)  # noqa: T201
    except InvalidToken:
        print("Telegram refuses TELEGRAM_BOT_TOKEN. Ask @BotFather for the right one.", file=sys.stderr)  # noqa: T201
    return 1


def _run() -> int:
    configured = settings.read()
    logs.set_up(configured.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(configured, Clock(configured.clock_url)))
    return 0


async def _serve(configured: settings.Settings, clock: Clock) -> None:
    """Run the bot until SIGTERM or SIGINT."""
    from bot.app import App, open_surely  # late, so that a wrong setting is told at once

    database = open_surely(configured, clock)
    try:
        app = App(configured, database, clock)
        _collect_garbage()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, app.stop)
        await app.run()
    finally:
        database.close()


def _collect_garbage() -> None:
    """Have Python look for garbage from now on, but never again among what was loaded until now.

    A turn makes thousands of short-lived values and hardly a cycle, so looking after every 700 of them, as Python does
    by itself, is mostly for nothing.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def _migrate() -> int:
    from bot.app import open_database

    configured = settings.read()
    logs.set_up(configured.log_level)
    open_database(configured, Clock()).close()
    return 0


def _invite(name: str | None, *, is_secretariat: bool) -> int:
    """Print the link for the first office person of a new certifying body, or for somebody of the secretariat of SWN.

    Both on behalf of the first operator.
    """
    from bot.app import bot_name, open_database
    from storage.sql.actors import ensure_persons
    from templates.render import label

    configured = settings.read()
    logs.set_up(configured.log_level)
    if not (name or is_secretariat) or not configured.operators:
        raise settings.SettingsError(
            'invite needs a name and HANDVAT_ADMINS. Example: python -m bot invite "CI Kompas"'
        )
    operator, clock = configured.operators[0], Clock(configured.clock_url)
    username = asyncio.run(bot_name(configured))
    database = open_database(configured, clock)
    try:
        with database.begin() as work:
            actor = ensure_persons(work, {operator: "Handvat"}, clock.now())[operator]
            offices = work.offices(actor)
            make = offices.invite_secretariat if is_secretariat else offices.found
            invitation, token = make(name or label("swn_name"), clock.now())
    finally:
        database.close()
    print(f"https://t.me/{username}?start={token}")  # noqa: T201
    print(f"For one person, until {invitation.expires_at:%Y-%m-%d}.", file=sys.stderr)  # noqa: T201
    return 0


def _new_key() -> int:
    print(MasterKey.generate())  # noqa: T201
    return 0
