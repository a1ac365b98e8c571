"""The client that all other tests use: people who wait for the bot and complain clearly."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator.client import ControlRefusedError, NothingHappenedError, Person, SimulatorClient

from .conftest import BotSide, keyboard

COLOURS = keyboard([("🔴 Rood", "red"), ("🟢 Groen", "green")], [("⬅️ Terug", "back")])


async def _echo(bot: BotSide) -> None:
    """Be a bot: show colours after a text, edit the screen after a tap."""
    while True:
        for update in await bot.updates(30):
            if query := update.get("callback_query"):
                await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Gekozen")
                place = {"chat_id": query["from"]["id"], "message_id": query["message"]["message_id"]}
                await bot.answer("editMessageText", **place, text=query["data"], reply_markup=COLOURS)
            elif message := update.get("message"):
                await bot.call("sendMessage", chat_id=message["chat"]["id"], text="Welke kleur?", reply_markup=COLOURS)


@pytest.fixture
async def priya(telegram: SimulatorClient, bot: BotSide) -> AsyncIterator[Person]:
    running = asyncio.create_task(_echo(bot))
    yield await telegram.add_person("Priya", username="priya")
    running.cancel()


async def test_an_action_waits_for_the_answer(priya: Person) -> None:
    await priya.starts("uitnodiging")
    assert (await priya.screen()).labels == ["🔴 Rood", "🟢 Groen", "⬅️ Terug"]

    await priya.taps("groen")

    assert (await priya.last()).text == "green"
    assert await priya.toasts() == ["Gekozen"]


async def test_a_tap_without_effect_also_settles(priya: Person) -> None:
    """ "Not modified" is an answer as well; the person is not kept waiting."""
    await priya.starts()
    await priya.taps("Rood")

    await priya.taps("Rood")

    assert (await priya.last()).edits == 1


async def test_a_missing_button_says_what_is_there(priya: Person) -> None:
    await priya.starts()

    with pytest.raises(ControlRefusedError, match=r"no button 'Blauw'.*🔴 Rood"):
        await priya.taps("Blauw", within=0.05)


async def test_waiting_in_vain_fails(joost: Person) -> None:
    """Nobody answers Joost: his bot only does what a test tells it."""
    with pytest.raises(NothingHappenedError, match="Joost does not see 'welkom'"):
        await joost.sees("welkom", within=0.05)
    with pytest.raises(NothingHappenedError, match="nothing changed"):
        await joost.wait_for_change(await joost.version(), within=0.05)


async def test_a_change_wakes_who_waits(joost: Person, bot: BotSide) -> None:
    waiting = asyncio.create_task(joost.wait_for_change(await joost.version()))

    await bot.call("sendMessage", chat_id=joost.id, text="nieuw", protect_content=True)

    assert "nieuw" in [m["text"] for m in (await waiting)["messages"]]
    assert (await joost.last()).protect_content


async def test_calls_are_logged_with_their_refusals(joost: Person, bot: BotSide, telegram: SimulatorClient) -> None:
    await bot.call("sendMessage", chat_id=joost.id, text="x")
    await bot.refusal("editMessageText", chat_id=joost.id, message_id=1, text="y")

    sent, edit = await telegram.calls(chat=joost.id)

    assert (sent["method"], sent["params"]["text"], sent["ok"]) == ("sendMessage", "x", True)
    assert (edit["error_code"], edit["description"]) == (400, "Bad Request: message to edit not found")
    assert len(await telegram.wait_for_calls("editMessageText")) == 1


async def test_idle_means_that_nothing_waits(joost: Person, bot: BotSide, telegram: SimulatorClient) -> None:
    await joost.sends("wacht", settle=False)
    with pytest.raises(NothingHappenedError, match="wacht"):
        await telegram.idle(within=0.05)

    await bot.updates()
    await bot.confirm()

    await telegram.idle()


async def test_commands_follow_their_scope(joost: Person, bot: BotSide) -> None:
    await bot.call("setMyCommands", commands=[{"command": "menu", "description": "Menu"}])
    scope = {"type": "chat", "chat_id": joost.id}
    await bot.call("setMyCommands", commands=[{"command": "gesprek", "description": "Gesprek"}], scope=scope)

    assert [c["command"] for c in (await joost.chat())["commands"]] == ["gesprek"]
    await bot.call("deleteMyCommands", scope=scope)
    assert [c["command"] for c in (await joost.chat())["commands"]] == ["menu"]


async def test_the_bot_introduces_itself(bot: BotSide) -> None:
    await bot.call("setMyName", name="Handvat")
    await bot.call("setMyDescription", description="Helpt op weg", language_code="nl")

    assert (await bot.call("getMe"))["first_name"] == "Handvat"
    assert await bot.call("getMyDescription", language_code="nl") == {"description": "Helpt op weg"}
    assert await bot.call("getMyDescription") == {"description": ""}


async def test_another_page_may_not_drive_the_simulator(bot: BotSide) -> None:
    """A website in the same browser must not reach the control API."""
    async with bot.session.post(f"{bot.url}/control/reset", headers={"Origin": "https://elsewhere.nl"}) as response:
        assert response.status == 403
    async with bot.session.get(f"{bot.url}/control/people", headers={"Host": "elsewhere.nl"}) as response:
        assert response.status == 403
