"""Fast mode: the benchmark's server hands out, forgets, counts, and walks people through a script."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from simulator import Simulator
from simulator.feed import Feed

from .conftest import keyboard

LOOP = {"chats": 3, "steps": 5, "opening": [{"text": "/start now"}], "loop": [{"tap": ["Verder", "Volgende"]}]}
SHOWN = keyboard([("Terug", "back"), ("➡️ Volgende", "next")])


class FastBot:
    """A bot that answers each update with a screen, in the encoding that is asked for."""

    def __init__(self, url: str, session: aiohttp.ClientSession, encoding: str = "json") -> None:
        self.url, self.session, self.encoding = url, session, encoding
        self.seen: list[dict[str, Any]] = []

    async def call(self, method: str, **params: Any) -> Any:
        details: dict[str, Any] = {"json": params}
        if self.encoding != "json":
            texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
            details = {"data": aiohttp.FormData(texts, default_to_multipart=self.encoding == "multipart")}
        async with self.session.post(f"{self.url}/bot1:x/{method}", **details) as response:
            return await response.json()

    async def control(self, verb: str, path: str, body: Any = None) -> Any:
        async with self.session.request(verb, f"{self.url}/control/{path}", json=body) as response:
            return await response.json()

    async def run(self) -> None:
        offset = 0
        while True:
            for update in (await self.call("getUpdates", offset=offset, timeout=20))["result"]:
                offset = update["update_id"] + 1
                self.seen.append(update)
                await self.answer(update)

    async def answer(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            await self.call("answerCallbackQuery", callback_query_id=query["id"])
            place = {"chat_id": query["from"]["id"], "message_id": query["message"]["message_id"]}
            await self.call("editMessageText", **place, text="x", reply_markup=SHOWN)
        else:
            chat = update["message"]["chat"]["id"]
            await self.call("sendMessage", chat_id=chat, text="x", reply_markup=SHOWN)


@pytest.fixture
async def server() -> AsyncIterator[Simulator]:
    made = Simulator(fast=True)
    await made.start()
    yield made
    await made.stop()


@contextlib.asynccontextmanager
async def _running(server: Simulator, encoding: str = "json") -> AsyncIterator[FastBot]:
    async with aiohttp.ClientSession() as session:
        bot = FastBot(server.url, session, encoding)
        task = asyncio.create_task(bot.run())
        yield bot
        task.cancel()


@pytest.mark.parametrize("encoding", ["json", "urlencoded", "multipart"])
async def test_people_walk_through_a_script(server: Simulator, encoding: str) -> None:
    """Each step waits for the answer to the one before, whatever encoding the bot's library uses."""
    async with _running(server, encoding) as bot:
        await bot.control("POST", "feed", LOOP)
        report = await bot.control("GET", "feed?timeout=5")
        stats = await bot.control("GET", "stats")

    assert (report["done"], report["answered"], report["stuck_count"]) == (True, 15, 0)
    assert [u["callback_query"]["data"] for u in bot.seen if "callback_query" in u] == ["next"] * 12
    assert bot.seen[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert stats["calls"]["editMessageText"] == 12
    assert stats["updates_answered"] == 15
    assert 0 < stats["handed_to_first_call_ms"]["p50"] <= stats["handed_to_last_call_ms"]["p99"]


async def test_a_rate_spreads_the_steps(server: Simulator) -> None:
    async with _running(server) as bot:
        await bot.control("POST", "feed", {**LOOP, "rate": 100})
        report = await bot.control("GET", "feed?timeout=5")

    assert report["answered"] == 15
    assert report["steps_per_second"] < 120


async def test_a_missing_button_stops_that_chat(server: Simulator) -> None:
    async with _running(server) as bot:
        await bot.control("POST", "feed", {**LOOP, "loop": [{"tap": ["Klaar"]}]})
        report = await bot.control("GET", "feed?timeout=5")

    assert (report["done"], report["stuck_count"]) == (True, 3)
    assert report["stuck"][0] == "no button ['Klaar'] among ['Terug', '➡️ Volgende'] after 1 steps"


async def test_python_may_choose_the_button(server: Simulator) -> None:
    feed = Feed(1, 3, [{"text": "hoi"}], [{"tap": []}], choose=lambda buttons: str(buttons[0]["callback_data"]))
    async with _running(server) as bot:
        assert server.fast
        server.fast.start_feed(feed)
        assert await server.fast.wait_for_feed(5)

    assert [u["callback_query"]["data"] for u in bot.seen[1:]] == ["back", "back"]


async def test_updates_stay_until_confirmed(server: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        bot = FastBot(server.url, session)
        chat = {"id": 5, "type": "private"}
        update = {"message": {"message_id": 1, "date": 1, "chat": chat, "from": {"id": 5}, "text": "x"}}
        numbers = (await bot.control("POST", "updates", {"updates": [dict(update), dict(update)]}))["update_ids"]

        first = (await bot.call("getUpdates"))["result"]
        second = (await bot.call("getUpdates", offset=numbers[1]))["result"]

    assert [u["update_id"] for u in first] == numbers
    assert [u["update_id"] for u in second] == numbers[1:]


async def test_faults_and_the_clock_work_here_too(server: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        bot = FastBot(server.url, session)
        await bot.control("POST", "faults", {"kind": "too_many_requests", "next": 1, "retry_after": 3})
        refused = await bot.call("sendMessage", chat_id=5, text="x")
        await bot.control("POST", "faults", {"kind": "latency", "ms": 1})
        accepted = await bot.call("sendMessage", chat_id=5, text="x")
        moved = await bot.control("POST", "clock", {"advance_seconds": 60})
        unknown = await bot.control("GET", "people")

    assert refused["parameters"] == {"retry_after": 3}
    assert accepted["result"]["chat"]["id"] == 5
    assert moved["offset_seconds"] == 60
    assert "fast mode knows" in unknown["error"]


async def test_a_request_may_arrive_in_pieces(server: Simulator) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    request = b'POST /bot1:x/sendMessage HTTP/1.1\r\nContent-Length: 25\r\n\r\n{"chat_id": 7, "text":"x"}'[:-1]
    for piece in (request[:20], request[20:70], request[70:] + request):
        writer.write(piece)
        await writer.drain()

    for _ in range(2):
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.rsplit(b": ", 1)[1]))
        assert json.loads(body)["result"]["chat"]["id"] == 7
    writer.close()
