"""A second start finds everything as it was left."""

from pathlib import Path

import aiohttp

from simulator import Simulator
from simulator.client import SimulatorClient

from .conftest import BotSide, keyboard


async def _fill(simulator: Simulator) -> None:
    """Let a conversation take place: a tap, a file, an edit, and a message that still waits."""
    async with SimulatorClient(simulator.url) as telegram, aiohttp.ClientSession() as session:
        bot = BotSide(simulator.url, session)
        joost = await telegram.add_person("Joost", id=1001)
        await joost.starts(settle=False)
        await bot.updates()
        sent = await bot.call("sendMessage", chat_id=1001, text="?", reply_markup=keyboard([("Ja", "yes")]))
        await bot.call(
            "editMessageText", chat_id=1001, message_id=sent["message_id"], text="<b>klaar</b>", parse_mode="HTML"
        )
        await bot.call("setMyCommands", commands=[{"command": "menu", "description": "Het menu"}])
        await bot.confirm()
        await joost.sends_document("plan.pdf", b"%PDF", "application/pdf", settle=False)
        await telegram.post("clock", advance_seconds=3600)


async def test_a_second_start_finds_everything(tmp_path: Path) -> None:
    first = Simulator(state_file=tmp_path / "state.db")
    await first.start()
    await _fill(first)
    last_message, last_update = first.world.next_message_id, first.world.updates.next_id
    await first.stop()

    second = Simulator(state_file=tmp_path / "state.db")
    await second.start()

    async with SimulatorClient(second.url) as telegram:
        (joost,) = await telegram.people()
        start, answer, document = await joost.messages()
        assert (start.text, answer.html, answer.edits) == ("/start", "<b>klaar</b>", 1)
        assert document.media
        assert await telegram.content(document.media["file_id"]) == b"%PDF"
        assert len(await telegram.pending()) == 1
        assert (await joost.chat())["commands"] == [{"command": "menu", "description": "Het menu"}]
        assert (await telegram.get("clock"))["offset_seconds"] == 3600
    # Ids that a killed process may have handed out are never used again.
    assert second.world.next_message_id > last_message
    assert second.world.updates.next_id > last_update
    await second.stop()


async def test_a_killed_simulator_left_a_whole_file(tmp_path: Path) -> None:
    """Nothing is written at the end here: what counts is what was flushed on the way."""
    first = Simulator(state_file=tmp_path / "state.db")
    await first.start()
    await _fill(first)
    assert first._archive
    first._archive.flush()

    second = Simulator(state_file=tmp_path / "state.db")
    await second.start()

    assert len(second.world.chats[1001].messages) == 3
    await second.stop()
    await first.stop()


async def test_a_reset_is_kept_too(tmp_path: Path) -> None:
    """The demo can begin anew; what was there may not come back after the next start."""
    first = Simulator(state_file=tmp_path / "state.db")
    await first.start()
    await _fill(first)
    async with SimulatorClient(first.url) as telegram:
        await telegram.post("reset")
        await telegram.add_person("Samira")
    await first.stop()

    second = Simulator(state_file=tmp_path / "state.db")
    await second.start()

    assert [p.first_name for p in second.world.people.values()] == ["Samira"]
    assert not second.world.files
    await second.stop()


async def test_confirmed_updates_do_not_come_back(tmp_path: Path) -> None:
    first = Simulator(state_file=tmp_path / "state.db")
    await first.start()
    await _fill(first)
    async with aiohttp.ClientSession() as session:
        bot = BotSide(first.url, session)
        await bot.updates()
        await bot.confirm()
    await first.stop()

    second = Simulator(state_file=tmp_path / "state.db")
    await second.start()

    assert not second.world.updates.pending
    await second.stop()
