"""A whole town for scenes: the local Telegram, the real bot beside it, and people with phones.

    async with town(database_url, tmp_path) as here:
        joost = await here.person("Joost")
        await joost.sends("/start")
        await joost.taps("Lidorganisatie")

Nothing sleeps: after every action the town waits until Telegram, inbox and outbox are empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.app import App, open_database
from bot.clock import Clock
from bot.settings import Settings
from simulator.client import Person, ShownMessage, SimulatorClient
from simulator.server import Simulator
from storage.sql import inbox, outbox
from storage.sql.database import Database
from storage.sql.tables import organisation, self_evaluation
from storage.sql.vault import MasterKey

KEY = "0123456789abcdef" * 4
#: Every scene begins here, whenever it is played: two hours before reminders come, which nobody in a scene expects.
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TOKEN = "424242:a-token-that-only-the-local-telegram-knows"


def settings_for(url: str, database_url: str, directory: Path, **changes: Any) -> Settings:
    """Return settings of a bot beside a local Telegram, without waiting for Telegram's limits."""
    values: dict[str, Any] = {
        "token": TOKEN, "api_url": url, "database_url": database_url, "data_dir": directory,
        "encryption_keys": (MasterKey.parse(KEY),), "operators": (), "webhook_url": None, "webhook_secret": None,
        "port": None, "clock_url": f"{url}/control/clock", "messages_per_second": 0.0,
        "chat_messages_per_second": 0.0, "sender_slots": 32, "log_level": "INFO",
    }  # fmt: skip
    return Settings(**(values | changes))


@dataclass
class Town:
    """The running bot and its surroundings."""

    telegram: SimulatorClient
    simulator: Simulator
    database: Database
    app: App
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """The clock of the bot."""
        return self.app._clock

    async def person(self, name: str, chat_id: int | None = None) -> Phone:
        """Let somebody have a phone."""
        return Phone(self, await self.telegram.add_person(name, id=chat_id))

    async def rows(self, table: sa.Table) -> list[Any]:
        """Return what is in a table, without what belongs to the example organisation."""
        example = sa.select(organisation.c.id).where(organisation.c.kind == "example")
        query = sa.select(table)
        if "evaluation_id" in table.c:
            of_example = sa.select(self_evaluation.c.id).where(self_evaluation.c.organisation_id.in_(example))
            query = query.where(table.c.evaluation_id.not_in(of_example))
        elif "organisation_id" in table.c:
            query = query.where(table.c.organisation_id.not_in(example))
        return await self.database.run(lambda work: list(work.execute(query).mappings()))

    async def settle(self, seconds: float = 60.0) -> None:
        """Wait until nothing is under way any more."""
        async with asyncio.timeout(seconds):
            while not await self._is_quiet():
                await asyncio.sleep(0.005)

    async def _is_quiet(self) -> bool:
        if await self.telegram.pending():
            return False
        waiting = await self.database.run(lambda work: inbox.count_open(work) + outbox.count_open(work))
        return waiting == 0


@dataclass
class Phone:
    """One person's phone: what they do, and what they see once all is quiet."""

    town: Town
    person: Person

    @property
    def id(self) -> int:
        """The person's Telegram id."""
        return self.person.id

    async def sends(self, text: str) -> int:
        """Type a message or command."""
        return await self._settled(self.person.sends(text, settle=False))

    async def taps(self, label: str) -> str:
        """Tap the button with these words on the latest keyboard."""
        return await self._settled(self.person.taps(label, settle=False))

    async def does(self, action: str, *arguments: Any, **details: Any) -> Any:
        """Do anything else that a phone of the simulator can do."""
        return await self._settled(getattr(self.person, action)(*arguments, settle=False, **details))

    async def screen(self) -> ShownMessage:
        """Return the latest message that has buttons."""
        return await self.person.screen()

    async def text(self) -> str:
        """Return the text of the current screen."""
        return (await self.screen()).text

    async def labels(self) -> list[str]:
        """Return the buttons of the current screen, without emoji and in lower case."""
        return (await self.screen()).plain_labels

    async def messages(self) -> list[ShownMessage]:
        """Return everything in the chat."""
        return await self.person.messages()

    async def _settled(self, action: Any) -> Any:
        result = await action
        await self.town.settle()
        return result


@asynccontextmanager
async def town(database_url: str, directory: Path, **changes: Any) -> AsyncIterator[Town]:
    """Run a local Telegram and the bot on this database until the scene is over."""
    simulator = Simulator()
    await simulator.start()
    simulator.clock.move_to(MORNING)
    configured = settings_for(simulator.url, database_url, directory, **changes)
    clock = Clock(configured.clock_url)
    await clock.look()
    database = await asyncio.to_thread(open_database, configured, clock)
    app = App(configured, database, clock)
    running = asyncio.ensure_future(app.run())
    async with SimulatorClient(simulator.url) as telegram:
        try:
            yield Town(telegram, simulator, database, app)
        finally:
            app.stop()
            await running
            await simulator.stop()
            database.close()
