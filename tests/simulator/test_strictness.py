"""Each rule of the real server that a bot can break, with the words it answers in."""

import json
from typing import Any

import aiohttp
import pytest

from simulator.client import Person, SimulatorClient

from .conftest import BotSide, keyboard

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00"
    b"\x12\x16\xf1M\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.mark.parametrize("text", ["", "   ", "\n", None])
async def test_an_empty_text_is_refused(bot: BotSide, joost: Person, text: str | None) -> None:
    assert await bot.refusal("sendMessage", chat_id=joost.id, text=text) == "Bad Request: message text is empty"


async def test_markup_without_text_is_an_empty_text(bot: BotSide, joost: Person) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="<b></b>", parse_mode="HTML")

    assert refusal == "Bad Request: message text is empty"


async def test_a_text_is_measured_after_parsing(bot: BotSide, joost: Person) -> None:
    await bot.call("sendMessage", chat_id=joost.id, text=f"<b>{'x' * 4096}</b>", parse_mode="HTML")

    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x" * 4097)

    assert refusal == "Bad Request: message is too long"


async def test_an_edit_may_not_be_too_long(bot: BotSide, joost: Person) -> None:
    """The real server has another text for an edit."""
    sent = await bot.call("sendMessage", chat_id=joost.id, text="kort")

    refusal = await bot.refusal("editMessageText", chat_id=joost.id, message_id=sent["message_id"], text="x" * 4097)

    assert refusal == "Bad Request: MESSAGE_TOO_LONG"


async def test_a_caption_has_1024_characters(bot: BotSide, joost: Person) -> None:
    answer = await bot.upload("sendDocument", "a.txt", b"a", chat_id=str(joost.id), caption="x" * 1025)

    assert answer["description"] == "Bad Request: message caption is too long"


@pytest.mark.parametrize("data", ["x" * 65, "é" * 33, ""])
async def test_callback_data_has_1_to_64_bytes(bot: BotSide, joost: Person, data: str) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x", reply_markup=keyboard([("Ja", data)]))

    assert refusal == "Bad Request: BUTTON_DATA_INVALID"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é <br>", 'Unsupported start tag "br" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_wrong_html_is_refused(bot: BotSide, joost: Person, html: str, reason: str) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text=html, parse_mode="HTML")

    assert refusal == f"Bad Request: can't parse entities: {reason}"


async def test_a_bare_ampersand_is_text(bot: BotSide, joost: Person) -> None:
    sent = await bot.call("sendMessage", chat_id=joost.id, text="P&O &amp; &nbsp; &#233;", parse_mode="HTML")

    assert sent["text"] == "P&O & &nbsp; é"


async def test_an_unknown_parse_mode_is_refused(bot: BotSide, joost: Person) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x", parse_mode="BBCode")

    assert refusal == "Bad Request: unsupported parse_mode"


async def test_an_edit_must_change_something(bot: BotSide, joost: Person) -> None:
    buttons = keyboard([("Ja", "yes")])
    sent = await bot.call("sendMessage", chat_id=joost.id, text="<b>x</b>", parse_mode="HTML", reply_markup=buttons)
    place = {"chat_id": joost.id, "message_id": sent["message_id"], "text": "<b>x</b>", "parse_mode": "HTML"}

    refusal = await bot.refusal("editMessageText", **place, reply_markup=buttons)

    assert refusal == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    # Without the keyboard it is a change: the buttons go.
    assert "reply_markup" not in await bot.call("editMessageText", **place)


async def test_an_unknown_message_cannot_be_edited(bot: BotSide, joost: Person) -> None:
    refusal = await bot.refusal("editMessageText", chat_id=joost.id, message_id=99999, text="x")

    assert refusal == "Bad Request: message to edit not found"


async def test_a_persons_message_cannot_be_edited(bot: BotSide, joost: Person) -> None:
    mine = await joost.sends("van mij", settle=False)

    refusal = await bot.refusal("editMessageText", chat_id=joost.id, message_id=mine, text="x")

    assert refusal == "Bad Request: message can't be edited"


async def test_a_document_has_no_text_to_edit(bot: BotSide, joost: Person) -> None:
    sent = (await bot.upload("sendDocument", "a.txt", b"a", chat_id=str(joost.id)))["result"]

    refusal = await bot.refusal("editMessageText", chat_id=joost.id, message_id=sent["message_id"], text="x")

    assert refusal == "Bad Request: there is no text in the message to edit"


async def test_a_text_has_no_caption_to_edit(bot: BotSide, joost: Person) -> None:
    sent = await bot.call("sendMessage", chat_id=joost.id, text="x")

    refusal = await bot.refusal("editMessageCaption", chat_id=joost.id, message_id=sent["message_id"], caption="y")

    assert refusal == "Bad Request: there is no caption in the message to edit"


async def test_a_message_is_deleted_once(bot: BotSide, joost: Person) -> None:
    sent = await bot.call("sendMessage", chat_id=joost.id, text="x")
    place = {"chat_id": joost.id, "message_id": sent["message_id"]}
    await bot.call("deleteMessage", **place)

    assert await bot.refusal("deleteMessage", **place) == "Bad Request: message to delete not found"
    assert await bot.refusal("editMessageText", **place, text="y") == "Bad Request: message to edit not found"


async def test_after_two_days_a_message_stays(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    sent = await bot.call("sendMessage", chat_id=joost.id, text="x")
    await telegram.post("clock", advance_seconds=48 * 3600 + 2)

    refusal = await bot.refusal("deleteMessage", chat_id=joost.id, message_id=sent["message_id"])

    assert refusal == "Bad Request: message can't be deleted for everyone"


TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def _tapped(bot: BotSide, joost: Person) -> str:
    await bot.call("sendMessage", chat_id=joost.id, text="?", reply_markup=keyboard([("Ja", "yes")]))
    await joost.taps("Ja", settle=False)
    return str((await bot.next("callback_query"))["id"])


async def test_a_tap_is_answered_once(bot: BotSide, joost: Person) -> None:
    query = await _tapped(bot, joost)
    await bot.call("answerCallbackQuery", callback_query_id=query, text="Bewaard")

    assert await bot.refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD
    assert await joost.toasts() == ["Bewaard"]


async def test_a_tap_is_answered_soon(bot: BotSide, joost: Person, telegram: SimulatorClient) -> None:
    query = await _tapped(bot, joost)
    await telegram.post("clock", advance_seconds=16)

    assert await bot.refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD


async def test_an_unknown_tap_is_too_old(bot: BotSide, joost: Person) -> None:
    assert await bot.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_the_answer_to_a_tap_has_200_characters(bot: BotSide, joost: Person) -> None:
    query = await _tapped(bot, joost)

    refusal = await bot.refusal("answerCallbackQuery", callback_query_id=query, text="x" * 201)

    assert refusal == "Bad Request: MESSAGE_TOO_LONG"


async def test_an_unknown_chat_is_not_found(bot: BotSide) -> None:
    assert await bot.refusal("sendMessage", chat_id=5, text="x") == "Bad Request: chat not found"
    assert await bot.refusal("sendMessage", chat_id="@nobody", text="x") == "Bad Request: chat not found"
    assert await bot.refusal("sendMessage", text="x") == "Bad Request: chat_id is empty"


async def test_the_person_speaks_first(bot: BotSide, telegram: SimulatorClient) -> None:
    priya = await telegram.add_person("Priya")

    refusal = await bot.refusal("sendMessage", chat_id=priya.id, text="x")

    assert refusal == "Forbidden: bot can't initiate conversation with a user"


async def test_a_blocked_bot_is_refused(bot: BotSide, joost: Person) -> None:
    await joost.blocks()
    assert (await bot.next("my_chat_member"))["new_chat_member"]["status"] == "kicked"

    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x")

    assert refusal == "Forbidden: bot was blocked by the user"
    await joost.unblocks()
    await bot.call("sendMessage", chat_id=joost.id, text="weer")


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "url": "https://x.nl", "callback_data": "y"},
            "can't parse inline keyboard button: Exactly one action is allowed, found url, callback_data",
        ),
        ({"text": "", "callback_data": "y"}, "inline keyboard button text is empty"),
        ({"callback_data": "y"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": "x", "callback": "y"}, "can't parse inline keyboard button: Unknown field 'callback'"),
        ({"text": "x", "url": "nergens"}, "inline keyboard button URL 'nergens' is invalid: Wrong HTTP URL"),
    ],
)
async def test_a_wrong_button_is_refused(bot: BotSide, joost: Person, button: dict[str, Any], reason: str) -> None:
    markup = {"inline_keyboard": [[button]]}

    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x", reply_markup=markup)

    assert refusal == f"Bad Request: {reason}"


async def test_a_keyboard_has_100_buttons(bot: BotSide, joost: Person) -> None:
    rows = [[(str(n), str(n)) for n in range(5)] for _ in range(21)]

    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x", reply_markup=keyboard(*rows))

    assert refusal == "Bad Request: REPLY_MARKUP_TOO_LONG"


async def test_an_upload_has_50_megabytes(bot: BotSide, joost: Person) -> None:
    answer = await bot.upload("sendDocument", "big", bytes(50 * 1024 * 1024 + 1), chat_id=str(joost.id))

    assert (answer["error_code"], answer["description"]) == (413, "Request Entity Too Large")


async def test_a_download_has_20_megabytes(bot: BotSide, joost: Person) -> None:
    await joost.sends_document("groot.zip", bytes(20 * 1024 * 1024 + 1), settle=False)
    document = (await bot.next("message"))["document"]

    assert await bot.refusal("getFile", file_id=document["file_id"]) == "Bad Request: file is too big"


async def test_a_photo_must_be_a_picture(bot: BotSide, joost: Person) -> None:
    refused = await bot.upload("sendPhoto", "foto.png", b"no picture", chat_id=str(joost.id))
    accepted = await bot.upload("sendPhoto", "foto.png", PNG, chat_id=str(joost.id))

    assert refused["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    assert (accepted["result"]["photo"][-1]["width"], accepted["result"]["photo"][-1]["height"]) == (2, 3)


async def test_an_empty_file_is_refused(bot: BotSide, joost: Person) -> None:
    answer = await bot.upload("sendDocument", "a.txt", b"", chat_id=str(joost.id))

    assert answer["description"] == "Bad Request: file must be non-empty"


async def test_an_unknown_file_is_refused(bot: BotSide, joost: Person) -> None:
    refusal = await bot.refusal("sendDocument", chat_id=joost.id, document="nonsense")

    assert refusal == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_an_unknown_parameter_is_refused_and_counted(
    bot: BotSide, joost: Person, telegram: SimulatorClient
) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=joost.id, text="x", parsemode="HTML")

    assert refusal.startswith('Bad Request: sendMessage has no parameter "parsemode"')
    assert (await telegram.stats())["unknown_parameters"] == {"sendMessage.parsemode": 1}


async def test_an_unknown_method_is_not_found(bot: BotSide) -> None:
    assert await bot.answer("sendPigeon") == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_a_reply_needs_its_original(bot: BotSide, joost: Person) -> None:
    wanted = {"chat_id": joost.id, "text": "x"}

    refusal = await bot.refusal("sendMessage", **wanted, reply_parameters={"message_id": 77777})

    assert refusal == "Bad Request: message to be replied not found"
    await bot.call("sendMessage", **wanted, reply_parameters={"message_id": 7, "allow_sending_without_reply": True})


async def test_an_unknown_chat_action_is_refused(bot: BotSide, joost: Person) -> None:
    refusal = await bot.refusal("sendChatAction", chat_id=joost.id, action="thinking")

    assert refusal == "Bad Request: wrong parameter action in request"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Menu", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "menu", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_wrong_command_is_refused(bot: BotSide, command: dict[str, str], reason: str) -> None:
    assert await bot.refusal("setMyCommands", commands=[command]) == f"Bad Request: {reason}"


async def test_values_may_come_in_any_encoding(bot: BotSide, joost: Person) -> None:
    """Libraries differ: form fields with JSON inside, JSON bodies, values in the address."""
    url = f"{bot.url}/botX/sendMessage"
    form = {"chat_id": str(joost.id), "text": "a", "reply_markup": json.dumps(keyboard([("Ja", "yes")]))}

    async with bot.session.post(url, data=form) as urlencoded:
        assert (await urlencoded.json())["result"]["reply_markup"] == keyboard([("Ja", "yes")])
    async with bot.session.get(url, params={"chat_id": joost.id, "text": "b"}) as address:
        assert (await address.json())["result"]["text"] == "b"
    multipart = aiohttp.FormData(quote_fields=False, fields={"chat_id": str(joost.id), "document": "attach://one"})
    multipart.add_field("one", b"content", filename="één.txt")
    async with bot.session.post(f"{bot.url}/botX/sendDocument", data=multipart) as attached:
        assert (await attached.json())["result"]["document"]["file_name"] == "één.txt"
