"""When the server forgets an update, and what the bot gets to hear."""

import asyncio

from simulator.client import Person, SimulatorClient

from .conftest import BotSide, keyboard


async def test_an_update_stays_until_a_higher_offset(bot: BotSide, joost: Person) -> None:
    """The rule that every durable bot leans on: fetching alone acknowledges nothing."""
    await joost.sends("een", settle=False)
    await joost.sends("twee", settle=False)
    first = await bot.call("getUpdates", timeout=0)

    again = await bot.call("getUpdates", timeout=0)
    after = await bot.call("getUpdates", timeout=0, offset=first[0]["update_id"] + 1)

    assert again == first
    assert [u["message"]["text"] for u in after] == ["twee"]
    assert await bot.call("getUpdates", timeout=0) == after


async def test_a_negative_offset_keeps_the_last_ones(bot: BotSide, joost: Person) -> None:
    for text in ("een", "twee", "drie"):
        await joost.sends(text, settle=False)

    last = await bot.call("getUpdates", timeout=0, offset=-1)

    assert [u["message"]["text"] for u in last] == ["drie"]
    assert await bot.call("getUpdates", timeout=0) == last


async def test_a_long_poll_ends_when_something_arrives(bot: BotSide, joost: Person) -> None:
    polling = asyncio.create_task(bot.updates(30))
    await joost.sends("hallo", settle=False)

    assert (await polling)[0]["message"]["text"] == "hallo"


async def test_limit_hands_out_the_oldest(bot: BotSide, joost: Person) -> None:
    for text in ("een", "twee"):
        await joost.sends(text, settle=False)

    assert [u["message"]["text"] for u in await bot.updates(limit=1)] == ["een"]


async def test_a_second_poller_ends_the_first(bot: BotSide, joost: Person) -> None:
    first = asyncio.create_task(bot.answer("getUpdates", timeout=30))
    await _until_polling(bot)

    second = asyncio.create_task(bot.answer("getUpdates", timeout=30))

    ended = await first
    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request; make sure that only one")
    await joost.sends("voor de tweede", settle=False)
    assert (await second)["result"][0]["message"]["text"] == "voor de tweede"


async def _until_polling(bot: BotSide) -> None:
    """A call on another connection returns after the server has seen the poll before it."""
    for _ in range(3):
        await bot.call("getMe")


async def test_only_wanted_kinds_are_queued(bot: BotSide, joost: Person) -> None:
    await bot.updates(0, allowed_updates=["callback_query"])

    await joost.sends("wordt niet gehoord", settle=False)

    assert await bot.updates(0) == []


async def test_messages_expire_after_a_day_and_taps_after_150_seconds(
    bot: BotSide, joost: Person, telegram: SimulatorClient
) -> None:
    await bot.call("sendMessage", chat_id=joost.id, text="?", reply_markup=keyboard([("Ja", "yes")]))
    await joost.sends("bericht", settle=False)
    await joost.taps("Ja", settle=False)

    await telegram.post("clock", advance_seconds=151)
    assert [set(u) - {"update_id"} for u in await bot.call("getUpdates")] == [{"message"}]

    await telegram.post("clock", advance_seconds=86_400)
    assert await bot.call("getUpdates") == []


async def test_a_command_carries_its_entity(bot: BotSide, joost: Person) -> None:
    await joost.sends("/start abc-123", settle=False)

    message = await bot.next("message")

    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (message["from"]["id"], message["chat"]["type"]) == (joost.id, "private")


async def test_a_tap_carries_the_message_as_it_is_now(bot: BotSide, joost: Person) -> None:
    markup = keyboard([("✅ Voldoet", "v:D9")])
    sent = await bot.call("sendMessage", chat_id=joost.id, text="D9", reply_markup=markup)

    await joost.taps("voldoet", settle=False)

    query = await bot.next("callback_query")
    assert query["data"] == "v:D9"
    assert query["message"] == sent


async def test_a_forged_tap_arrives_without_a_button(bot: BotSide, joost: Person) -> None:
    """A client can send any data on any message; a bot may not trust it."""
    await joost.forges("anything", on=424242, settle=False)

    query = await bot.next("callback_query")

    assert query["data"] == "anything"
    assert query["message"]["date"] == 0


async def test_many_things_at_once_happen_in_their_order(bot: BotSide, joost: Person) -> None:
    """A crowd of thousands is fed with a request per burst."""
    markup = keyboard([("✅ Voldoet", "v:D9")])
    screen = await bot.call("sendMessage", chat_id=joost.id, text="D9", reply_markup=markup)
    acts = [
        {"action": "text", "text": "fout"}, {"action": "edit", "text": "goed"}, {"action": "forge", "data": "v:D9"},
    ]  # fmt: skip

    await joost.telegram.post("acts", acts=[{"person": joost.id, **act} for act in acts])

    message, edited, tap = await bot.updates()
    assert message["message"]["text"] == "fout"
    assert (edited["edited_message"]["text"], edited["edited_message"]["message_id"]) == (
        "goed", message["message"]["message_id"],
    )  # fmt: skip
    assert (tap["callback_query"]["data"], tap["callback_query"]["message"]) == ("v:D9", screen)


async def test_an_edit_is_an_update_and_a_deletion_is_not(bot: BotSide, joost: Person) -> None:
    number = await joost.sends("fout", settle=False)
    await joost.edits(number, "goed", settle=False)
    await joost.deletes(number)

    kinds = [set(update) - {"update_id"} for update in await bot.updates()]

    assert kinds == [{"message"}, {"edited_message"}]


async def test_an_album_is_several_messages(bot: BotSide, joost: Person) -> None:
    await joost.sends_album([b"one", b"two"], caption="Het kenniscafé", settle=False)

    first, second = [update["message"] for update in await bot.updates()]

    assert first["media_group_id"] == second["media_group_id"]
    assert (first.get("caption"), second.get("caption")) == ("Het kenniscafé", None)


async def test_files_arrive_with_their_content(bot: BotSide, joost: Person) -> None:
    await joost.sends_document("verslag één.pdf", b"%PDF-1.7", "application/pdf", settle=False)
    await joost.sends_voice(b"OggS", duration=7, settle=False)

    document, voice = [update["message"] for update in await bot.updates()]

    assert (document["document"]["file_name"], voice["voice"]["duration"]) == ("verslag één.pdf", 7)
    path = (await bot.call("getFile", file_id=document["document"]["file_id"]))["file_path"]
    async with bot.session.get(f"{bot.url}/file/botX/{path}") as response:
        assert await response.read() == b"%PDF-1.7"


async def test_odd_kinds_and_forwards_arrive(bot: BotSide, joost: Person) -> None:
    for kind in ("location", "contact", "sticker", "dice", "poll"):
        await joost.sends_special(kind, settle=False)
        assert kind in await bot.next("message")
    await joost.forwards("doorgestuurd", "Samira", settle=False)

    assert (await bot.next("message"))["forward_origin"]["sender_user_name"] == "Samira"


async def test_a_group_shows_the_bot_its_commands_only(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    """Privacy mode: in a group a bot sees commands and mentions, not the talk."""
    group = await telegram.make_group("Team Noord", joost)
    assert (await bot.next("my_chat_member"))["chat"]["type"] == "group"

    await joost.sends("hoi allemaal", chat=group, settle=False)
    await joost.sends("/menu", chat=group, settle=False)

    assert (await bot.next("message"))["text"] == "/menu"
    await bot.call("leaveChat", chat_id=group)
    refusal = await bot.refusal("sendMessage", chat_id=group, text="x")
    assert refusal == "Forbidden: bot was kicked from the group chat"


async def test_raw_updates_make_their_people(bot: BotSide, telegram: SimulatorClient) -> None:
    """Crash tests push thousands of updates of people who were never created."""
    chat = {"id": 5001, "type": "private", "first_name": "Vijf"}
    sender = {"id": 5001, "is_bot": False, "first_name": "Vijf"}
    message = {"message_id": 7, "date": 1, "chat": chat, "from": sender, "text": "hoi"}

    numbers = await telegram.push({"message": message}, {"update_id": 900_000_000, "message": message})

    assert [u["update_id"] for u in await bot.updates()] == numbers
    assert numbers[1] == 900_000_000
    await bot.call("sendMessage", chat_id=5001, text="dag")
