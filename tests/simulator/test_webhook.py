"""Delivery by webhook: order, retries and the secret."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from simulator import Simulator
from simulator.client import Person, SimulatorClient

from .conftest import BotSide, keyboard


class Endpoint:
    """A bot's webhook that answers what the test tells it to."""

    def __init__(self) -> None:
        self.url = ""
        self.arrived: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.answers: asyncio.Queue[web.Response] = asyncio.Queue()
        self.free = False

    async def receive(self, request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        query, message = update.get("callback_query"), update.get("message", {})
        what = query["data"] if query else message.get("text", "")
        self.arrived.put_nowait((what, request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        return web.Response() if self.free else await self.answers.get()

    async def next(self) -> str:
        return (await asyncio.wait_for(self.arrived.get(), 20))[0]

    def reply(self, status: int = 200, **details: Any) -> None:
        self.answers.put_nowait(web.Response(status=status, **details))


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    made = Endpoint()
    app = web.Application()
    app.router.add_post("/hook", made.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_only_the_head_of_a_chat_is_under_way(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    await bot.call("setWebhook", url=endpoint.url)

    await joost.sends("een", settle=False)
    await joost.sends("twee", settle=False)

    assert await endpoint.next() == "een"
    assert endpoint.arrived.empty()
    endpoint.reply()
    assert await endpoint.next() == "twee"


async def test_a_tap_overtakes_a_message(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    """Messages and taps of one person are different queues on the real server."""
    await bot.call("sendMessage", chat_id=joost.id, text="?", reply_markup=keyboard([("Ja", "yes")]))
    await bot.call("setWebhook", url=endpoint.url)

    await joost.sends("wacht", settle=False)
    await joost.taps("Ja", settle=False)

    assert await endpoint.next() == "wacht"
    assert await endpoint.next() == "yes"


async def test_a_refused_update_is_repeated(
    bot: BotSide, joost: Person, endpoint: Endpoint, telegram: SimulatorClient
) -> None:
    await bot.call("setWebhook", url=endpoint.url)
    await joost.sends("een", settle=False)
    await joost.sends("twee", settle=False)

    for status in (500, 404, 302):
        endpoint.reply(status)
    endpoint.reply(200)

    assert [await endpoint.next() for _ in range(5)] == ["een", "een", "een", "een", "twee"]
    info = await bot.call("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 302")
    assert info["pending_update_count"] == 1


async def test_the_secret_travels_in_its_header(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    await bot.call("setWebhook", url=endpoint.url, secret_token="geheim_1")

    await joost.sends("een", settle=False)

    assert await endpoint.arrived.get() == ("een", "geheim_1")


async def test_a_secret_has_an_alphabet(bot: BotSide, endpoint: Endpoint) -> None:
    refusal = await bot.refusal("setWebhook", url=endpoint.url, secret_token="één")

    assert refusal == "Bad Request: secret token contains unallowed characters"


async def test_a_webhook_elsewhere_needs_https(bot: BotSide) -> None:
    refusal = await bot.refusal("setWebhook", url="http://example.org/hook")

    assert refusal == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"


async def test_polling_and_webhook_exclude_each_other(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    await bot.call("setWebhook", url=endpoint.url)

    assert (await bot.answer("getUpdates"))["error_code"] == 409
    assert (await bot.refusal("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook is active")
    await bot.call("deleteWebhook")
    assert await bot.call("getUpdates") == []


async def test_what_waited_is_delivered_after_setting(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    await joost.sends("eerder", settle=False)

    await bot.call("setWebhook", url=endpoint.url)

    assert await endpoint.next() == "eerder"


async def test_pending_updates_can_be_dropped(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await joost.sends("eerder", settle=False)

    await bot.call("deleteWebhook", drop_pending_updates=True)

    assert await telegram.pending() == []


async def test_an_answer_may_hold_a_method(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    await bot.call("setWebhook", url=endpoint.url)
    await joost.sends("hoi", settle=False)
    await endpoint.next()

    body = f'{{"method": "sendMessage", "chat_id": {joost.id}, "text": "dag Joost"}}'
    endpoint.reply(text=body, content_type="application/json")

    await joost.sees("dag Joost")


async def test_faults_duplicate_and_reorder(
    bot: BotSide, joost: Person, endpoint: Endpoint, telegram: SimulatorClient
) -> None:
    endpoint.free = True
    for text in ("een", "twee"):
        await joost.sends(text, settle=False)
    await telegram.add_fault("out_of_order", next=1)
    await telegram.add_fault("duplicate_update", next=1)

    await bot.call("setWebhook", url=endpoint.url)

    assert [await endpoint.next() for _ in range(3)] == ["twee", "twee", "een"]


async def test_a_restart_goes_on_delivering(endpoint: Endpoint, tmp_path: Any) -> None:
    """The webhook and what waits for it are part of what is kept."""
    first = Simulator(state_file=tmp_path / "state.db")
    await first.start()
    person = first.people.add("Joost")
    async with SimulatorClient(first.url) as telegram:
        await telegram.post(f"people/{person.id}/text", text="bewaard")
    first.webhook.set(first.webhook.settings.__class__(url=endpoint.url))
    first.world.note("meta", "webhook")
    await first.stop()

    second = Simulator(state_file=tmp_path / "state.db")
    await second.start()

    while await endpoint.next() != "bewaard":
        pass
    await second.stop()


async def test_a_webhook_that_is_set_again_goes_on(bot: BotSide, joost: Person, endpoint: Endpoint) -> None:
    """Every process of a bot sets it when it starts; what is under way must not be sent once more."""
    await bot.call("setWebhook", url=endpoint.url)
    await joost.sends("een", settle=False)
    assert await endpoint.next() == "een"

    await bot.call("setWebhook", url=endpoint.url)
    endpoint.reply()
    await joost.sends("twee", settle=False)

    assert await endpoint.next() == "twee"
