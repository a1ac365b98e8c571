"""What the bot sends, edits, deletes and answers, as strict as the real server."""

import asyncio
import json
from typing import Any

from .entities import parse_html, trimmed, utf16_length, with_detected
from .errors import ApiError, bad_request
from .files import MAX_PHOTO, StoredFile, guessed_mime, media_fields, new_file
from .keyboards import checked_markup
from .parameters import Parameters
from .world import BOT_ID, Chat, Message, Toast, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
# The real server forgets a tap after a while that it does not publish; bots should be quicker.
TAP_ANSWERABLE = 15.0
DELETABLE = 48 * 3600
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)
# How long a phone shows "is typing" when nothing follows.
ACTION_SHOWN = 5.0

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def send_message(world: World, params: Parameters) -> dict[str, Any]:
    """Answer sendMessage."""
    chat = world.reachable(params.chat_id())
    fields = formatted(params, "text", MAX_TEXT, "message is too long")
    if not fields.get("text"):
        raise bad_request("message text is empty")
    return _delivered(world, chat, params, fields)


def send_document(world: World, params: Parameters) -> dict[str, Any]:
    """Answer sendDocument."""
    return _send_file(world, params, "document")


def send_photo(world: World, params: Parameters) -> dict[str, Any]:
    """Answer sendPhoto; the content has to be a picture, whatever its name says."""
    return _send_file(world, params, "photo")


def send_voice(world: World, params: Parameters) -> dict[str, Any]:
    """Answer sendVoice."""
    return _send_file(world, params, "voice")


def _send_file(world: World, params: Parameters, kind: str) -> dict[str, Any]:
    chat = world.reachable(params.chat_id())
    file = _sent_file(world, params, kind)
    caption = formatted(params, "caption", MAX_CAPTION, "message caption is too long")
    return _delivered(world, chat, params, {**media_fields(file), **caption})


def _sent_file(world: World, params: Parameters, kind: str) -> StoredFile:
    reference = params.text(kind)
    upload = params.uploads.get(reference.removeprefix("attach://") if reference else kind)
    if upload is None:
        known = world.file(reference) if reference else None
        if known is None:
            raise bad_request(
                "wrong file identifier/HTTP URL specified" if reference else f"there is no {kind} in the request"
            )
        return known
    if not upload.data:
        raise bad_request("file must be non-empty")
    file = new_file(kind, upload.name, guessed_mime(upload.name), upload.data, params.integer("duration"))
    if kind == "photo":
        _check_photo(file)
    world.files[file.id] = file
    world.note("file", file.id)
    return file


def _check_photo(file: StoredFile) -> None:
    if len(file.data) > MAX_PHOTO:
        raise ApiError(413, "Request Entity Too Large")
    if not file.width or not file.height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    longest, shortest = max(file.width, file.height), min(file.width, file.height)
    if file.width + file.height > 10_000 or longest > 20 * shortest:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def formatted(params: Parameters, name: str, limit: int, too_long: str) -> dict[str, Any]:
    """Return text and entities under their field names; nothing for an empty text."""
    entities_name = "entities" if name == "text" else "caption_entities"
    source, given = params.text(name), params.parsed(entities_name, "entities") or []
    mode = params.text("parse_mode").lower()
    if mode not in ("", "html"):
        # The real server knows Markdown too; our bots write HTML only.
        raise bad_request("unsupported parse_mode")
    text, entities = parse_html(source) if mode == "html" else (source, given)
    text, entities = trimmed(text, entities)
    if utf16_length(text) > limit:
        raise bad_request(too_long)
    entities = with_detected(text, entities)
    return {name: text, **({entities_name: entities} if entities else {})} if text else {}


def _delivered(world: World, chat: Chat, params: Parameters, fields: dict[str, Any]) -> dict[str, Any]:
    markup = checked_markup(params.parsed("reply_markup", "reply markup"))
    reply = _reply_fields(chat, params)
    if params.flag("protect_content"):
        fields["has_protected_content"] = True
    _place_markup(chat, fields, markup)
    message = world.add_message(chat, BOT_ID, {**fields, **reply})
    chat.action = ""
    _shown(chat)
    return message.body


def _place_markup(chat: Chat, fields: dict[str, Any], markup: dict[str, Any] | None) -> None:
    """An inline keyboard hangs under its message; the other kinds replace the phone's keyboard."""
    if markup is None:
        return
    if "inline_keyboard" in markup:
        fields["reply_markup"] = markup
    elif "keyboard" in markup:
        chat.reply_keyboard = markup
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None


def _reply_fields(chat: Chat, params: Parameters) -> dict[str, Any]:
    wanted = params.parsed("reply_parameters", "reply parameters")
    if not wanted:
        return {}
    original = chat.messages.get(int(wanted.get("message_id", 0)))
    if original and not original.deleted:
        return {"reply_to_message": {k: v for k, v in original.body.items() if k != "reply_to_message"}}
    if wanted.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _shown(chat: Chat) -> None:
    chat.shown_at = asyncio.get_running_loop().time()


def _editable(world: World, params: Parameters) -> Message:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.reachable(params.chat_id())
    message = chat.messages.get(params.message_id())
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return message


def edit_message_text(world: World, params: Parameters) -> dict[str, Any]:
    """Answer editMessageText."""
    message = _editable(world, params)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    fields = formatted(params, "text", MAX_TEXT, "MESSAGE_TOO_LONG")
    if not fields:
        raise bad_request("message text is empty")
    return _edited(world, message, params, fields, ("text", "entities"))


def edit_message_caption(world: World, params: Parameters) -> dict[str, Any]:
    """Answer editMessageCaption."""
    message = _editable(world, params)
    if not any(kind in message.body for kind in ("photo", "document", "voice", "audio", "video")):
        raise bad_request("there is no caption in the message to edit")
    fields = formatted(params, "caption", MAX_CAPTION, "MEDIA_CAPTION_TOO_LONG")
    return _edited(world, message, params, fields, ("caption", "caption_entities"))


def edit_message_reply_markup(world: World, params: Parameters) -> dict[str, Any]:
    """Answer editMessageReplyMarkup."""
    return _edited(world, _editable(world, params), params, {}, ())


def _edited(
    world: World, message: Message, params: Parameters, fields: dict[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    markup = checked_markup(params.parsed("reply_markup", "reply markup"), inline_only=True)
    replaced = (*names, "reply_markup")
    new = {**fields, **({"reply_markup": markup} if markup else {})}
    _shown(world.chats[message.chat])
    if _canonical(new) == _canonical({k: message.body[k] for k in replaced if k in message.body}):
        raise bad_request(NOT_MODIFIED)
    kept = {k: v for k, v in message.body.items() if k not in replaced}
    message.body = {**kept, **new, "edit_date": world.clock.timestamp()}
    message.edits += 1
    world.touch_message(message)
    return message.body


def _canonical(fields: dict[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True)


def delete_message(world: World, params: Parameters) -> bool:
    """Answer deleteMessage; in a private chat a bot may delete what a person sent."""
    chat = world.reachable(params.chat_id())
    message = chat.messages.get(params.message_id())
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    _delete(world, chat, message)
    return True


def delete_messages(world: World, params: Parameters) -> bool:
    """Answer deleteMessages; ids that do not exist are skipped."""
    chat = world.reachable(params.chat_id())
    numbers = params.parsed("message_ids", "message identifiers")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified")
    for number in numbers:
        message = chat.messages.get(int(number))
        if message and not message.deleted:
            _delete(world, chat, message)
    return True


def _delete(world: World, chat: Chat, message: Message) -> None:
    too_old = world.clock.timestamp() - message.body["date"] > DELETABLE
    if too_old or (not message.by_bot and chat.kind != "private"):
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    _shown(chat)
    world.touch_message(message)


def answer_callback_query(world: World, params: Parameters) -> bool:
    """Answer answerCallbackQuery: once per tap, and within 15 seconds of the simulator's clock."""
    tap = world.taps.get(params.text("callback_query_id"))
    too_late = tap is not None and world.clock.now().timestamp() - tap.at > TAP_ANSWERABLE
    if tap is None or tap.answered or too_late:
        raise bad_request(TOO_OLD)
    text = params.text("text")
    if utf16_length(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answered = True
    chat = world.chats[tap.chat]
    chat.answered_at = asyncio.get_running_loop().time()
    world.touch(chat)
    url = params.text("url")
    if text or url:
        chat.toasts.append(Toast(text, params.flag("show_alert"), url, chat.version, world.clock.timestamp()))
    return True


def send_chat_action(world: World, params: Parameters) -> bool:
    """Answer sendChatAction."""
    chat = world.reachable(params.chat_id())
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = params.text("action")
    chat.action_until = world.clock.now().timestamp() + ACTION_SHOWN
    world.touch(chat)
    return True
