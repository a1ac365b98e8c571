"""A simulator, somebody with a phone, and a bot of a few lines that talks to it over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from simulator import Simulator
from simulator.client import Person, SimulatorClient

TOKEN = "7000000001:test"


class BotSide:
    """The bot's end of the line: calls methods, keeps the offset, and does nothing by itself."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session, self.offset = url, session, 0

    async def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method with JSON and return the whole answer."""
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as response:
            body = await response.json()
            assert response.status == (200 if body["ok"] else body["error_code"])
            return dict(body)

    async def call(self, method: str, **params: Any) -> Any:
        """Call a method that has to succeed and return its result."""
        body = await self.answer(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """Call a method that has to fail and return the description."""
        body = await self.answer(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def upload(self, method: str, name: str, data: bytes, **fields: str) -> dict[str, Any]:
        """Call a method with a file in the field that has its name, and return the whole answer."""
        form = aiohttp.FormData(fields, quote_fields=False)
        form.add_field(method.removeprefix("send").lower(), data, filename=name)
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", data=form) as response:
            return dict(await response.json())

    async def updates(self, wait: int = 2, **params: Any) -> list[dict[str, Any]]:
        """Fetch what is new and remember the offset, which the next fetch confirms."""
        batch = list(await self.call("getUpdates", offset=self.offset, timeout=wait, **params))
        if batch:
            self.offset = batch[-1]["update_id"] + 1
        return batch

    async def confirm(self) -> None:
        """Tell the server that everything fetched is safe."""
        await self.call("getUpdates", offset=self.offset, timeout=0)

    async def next(self, kind: str) -> Any:
        """Return the payload of the next update, which has to be of this kind."""
        update = (await self.updates(limit=1))[0]
        return update[kind]


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator(webhook_pace=0.001)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def telegram(simulator: Simulator) -> AsyncIterator[SimulatorClient]:
    async with SimulatorClient(simulator.url) as client:
        yield client


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[BotSide]:
    async with aiohttp.ClientSession() as session:
        yield BotSide(simulator.url, session)


@pytest.fixture
async def joost(telegram: SimulatorClient, bot: BotSide) -> Person:
    """Somebody who has started the bot; the bot has seen and confirmed it."""
    return await make_joost(telegram, bot)


async def make_joost(telegram: SimulatorClient, bot: BotSide) -> Person:
    """Return Joost, for fixtures on another event loop too."""
    person = await telegram.add_person("Joost", id=1001)
    await person.starts(settle=False)
    await bot.updates()
    await bot.confirm()
    return person


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Return an inline keyboard of (words, data) pairs."""
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}
