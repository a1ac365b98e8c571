"""Trouble that a test can switch on, and the limits on talking too fast."""

import aiohttp
import pytest

from simulator.client import Person, SimulatorClient
from simulator.errors import ApiError
from simulator.limits import RateLimits

from .conftest import BotSide


async def test_the_next_calls_get_429(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await telegram.add_fault("too_many_requests", next=2, retry_after=7)

    refused = [await bot.answer("sendMessage", chat_id=joost.id, text="x") for _ in range(2)]

    assert {r["error_code"] for r in refused} == {429}
    assert refused[0]["description"] == "Too Many Requests: retry after 7"
    assert refused[0]["parameters"] == {"retry_after": 7}
    await bot.call("sendMessage", chat_id=joost.id, text="x")


async def test_a_fault_can_strike_one_method_and_chat(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await telegram.add_fault("bad_gateway", methods=["editMessageText"], chats=[joost.id])

    sent = await bot.call("sendMessage", chat_id=joost.id, text="x")
    edit = await bot.answer("editMessageText", chat_id=joost.id, message_id=sent["message_id"], text="y")

    assert (edit["error_code"], edit["description"]) == (502, "Bad Gateway")


async def test_a_fault_can_answer_anything(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await telegram.add_fault("error", code=400, description="Bad Request: message can't be edited", next=1)

    assert await bot.refusal("sendMessage", chat_id=joost.id, text="x") == "Bad Request: message can't be edited"


@pytest.mark.parametrize(("kind", "arrives"), [("drop_before", False), ("drop_after", True)])
async def test_a_lost_connection_leaves_the_bot_guessing(
    bot: BotSide, joost: Person, telegram: SimulatorClient, kind: str, arrives: bool
) -> None:
    """A time-out does not tell whether the message was delivered."""
    await telegram.add_fault(kind, next=1)

    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=joost.id, text="aangekomen?")

    assert ("aangekomen?" in [m.text for m in await joost.messages()]) is arrives


async def test_chance_can_be_repeated(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    async def outcomes() -> list[bool]:
        await telegram.clear_faults()
        await telegram.add_fault("bad_gateway", probability=0.5, seed=42)
        return [(await bot.answer("sendMessage", chat_id=joost.id, text="x"))["ok"] for _ in range(12)]

    first = await outcomes()

    assert set(first) == {True, False}
    assert await outcomes() == first


async def test_latency_delays_a_call(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await telegram.add_fault("latency", ms=1, next=1)

    await bot.call("sendMessage", chat_id=joost.id, text="x")

    faults = (await telegram.get("faults"))["faults"]
    assert (faults[0]["struck"], faults[0]["next"]) == (1, 0)


async def test_an_update_can_be_handed_out_twice(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await telegram.add_fault("duplicate_update", next=1)
    await joost.sends("een keer", settle=False)

    first, second = await bot.updates()

    assert first == second


async def test_getupdates_suffers_only_when_named(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    await telegram.add_fault("bad_gateway")
    assert await bot.updates(0) == []

    await telegram.add_fault("too_many_requests", methods=["getUpdates"], next=1)

    assert (await bot.answer("getUpdates"))["error_code"] == 429


async def test_a_talkative_bot_gets_429(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    """A burst is fine; after that it is one message a second."""
    await telegram.switch_limits(on=True)

    answers = [await bot.answer("sendMessage", chat_id=joost.id, text=str(n)) for n in range(12)]

    assert answers[0]["ok"]
    assert answers[-1]["parameters"] == {"retry_after": 1}
    await telegram.switch_limits(on=False)
    await bot.call("sendMessage", chat_id=joost.id, text="x")


def test_thirty_a_second_is_the_limit_for_everyone() -> None:
    limits = RateLimits(lambda: 0.0, on=True)
    for chat in range(60):
        limits.check("sendMessage", chat)

    with pytest.raises(ApiError, match="Too Many Requests: retry after 1"):
        limits.check("sendMessage", 61)


async def test_an_unknown_fault_is_refused(telegram: SimulatorClient) -> None:
    with pytest.raises(AssertionError, match="kind must be one of"):
        await telegram.add_fault("gremlins")
