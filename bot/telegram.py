"""The two translations: an Update into what a person did, and what a turn says into Bot API parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import Bot, CallbackQuery, Chat, InaccessibleMessage, Message, Update, User

from conversations.kit import (
    CommandGiven,
    EditGiven,
    Given,
    Incoming,
    Keyboard,
    MediaGiven,
    MediaKind,
    OtherGiven,
    ReachabilityChanged,
    TapGiven,
    TextGiven,
)

#: What we ask Telegram for; everything else it keeps to itself.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]


def private_chat_of(raw: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return chat id and first name when a raw update comes from a person in a private chat, else None.

    Works on the raw JSON, so that the persons of a whole group can be loaded in one statement.
    """
    body = next((raw[kind] for kind in ALLOWED_UPDATES if isinstance(raw.get(kind), dict)), None)
    if body is None:
        return None
    chat = body.get("chat") or (body.get("message") or {}).get("chat")
    sender = body.get("from")
    if not isinstance(chat, dict) or not isinstance(sender, dict) or sender.get("is_bot"):
        return None
    chat_id = chat.get("id")
    if chat.get("type") != "private" or type(chat_id) is not int or chat_id != sender.get("id"):
        return None
    return (chat_id, str(sender.get("first_name") or "")) if 0 < chat_id < 2**62 else None


def lean(raw: dict[str, Any]) -> dict[str, Any]:
    """Return a raw tap with only the ids of the screen it was given on; anything else as it is.

    Nobody reads that screen again, and keeping it would keep what people wrote on it.
    """
    query = raw.get("callback_query")
    screen = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(screen, dict):
        return raw
    # A date of 0 is Telegram's own way to say that the rest of a message is not there.
    ids = {name: screen[name] for name in ("message_id", "chat") if name in screen} | {"date": 0}
    return {**raw, "callback_query": {**query, "message": ids}}


def update_of(raw: dict[str, Any], bot: Bot) -> Update:
    """Return the update that Telegram sent.

    Taps are put together here: `Update.de_json` would build the whole message under them, field by field, which
    takes longer than anything else in a turn.
    """
    query = raw.get("callback_query")
    if not isinstance(query, dict) or not isinstance(query.get("message"), dict):
        return Update.de_json(raw, bot)
    screen, sender = query["message"], query["from"]
    tap = CallbackQuery(
        id=query["id"],
        from_user=User(sender["id"], sender["first_name"], sender["is_bot"]),
        chat_instance=query["chat_instance"],
        message=InaccessibleMessage(Chat(screen["chat"]["id"], screen["chat"]["type"]), screen["message_id"]),
        data=query.get("data"),
    )
    return Update(raw["update_id"], callback_query=tap)


def incoming_of(update: Update) -> Incoming | None:
    """Return what a person did in a private chat, or None for anything that is not that."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None or chat.type != Chat.PRIVATE:
        return None
    given, message_id, callback_id = _given(update)
    if given is None:
        return None
    return Incoming(update.update_id, chat.id, user.id, user.first_name, given, message_id, callback_id)


def _given(update: Update) -> tuple[Given | None, int | None, str | None]:
    if update.callback_query is not None:
        return _tap(update.callback_query)
    if update.message is not None:
        return _of_message(update.message), update.message.message_id, None
    if update.edited_message is not None:
        text = update.edited_message.text or update.edited_message.caption or ""
        return EditGiven(text), update.edited_message.message_id, None
    if update.my_chat_member is not None:
        is_in = update.my_chat_member.new_chat_member.status not in ("kicked", "left")
        return ReachabilityChanged(is_in), None, None
    return None, None, None


def _tap(query: CallbackQuery) -> tuple[Given | None, int | None, str | None]:
    message_id = query.message.message_id if query.message is not None else None
    return TapGiven(query.data or ""), message_id, query.id


def _of_message(message: Message) -> Given:
    if message.text is not None:
        return _of_text(message.text)
    media = _media(message)
    if media is not None:
        return media
    return OtherGiven("message")


def _of_text(text: str) -> Given:
    head, _, payload = text.partition(" ")
    name = head[1:].split("@", 1)[0].casefold()
    if head.startswith("/") and name.isidentifier():
        return CommandGiven(name, payload.strip())
    return TextGiven(text)


def _media(message: Message) -> MediaGiven | None:
    kind, found, name, media_type = _attachment(message)
    if found is None:
        return None
    return MediaGiven(
        kind=kind, file_id=found.file_id, file_unique_id=found.file_unique_id, name=name, media_type=media_type,
        size=found.file_size, caption=message.caption or "", album=message.media_group_id,
    )  # fmt: skip


def _attachment(message: Message) -> tuple[MediaKind, Any, str, str]:
    """Return kind, the file itself (None when there is none), its name and what the sender says it is."""
    if message.photo:
        return MediaKind.PHOTO, message.photo[-1], "foto.jpg", "image/jpeg"
    if message.voice:
        return MediaKind.VOICE, message.voice, "spraakbericht.ogg", message.voice.mime_type or "audio/ogg"
    if message.audio:
        name = message.audio.file_name or "geluid"
        return MediaKind.VOICE, message.audio, name, message.audio.mime_type or "audio/mpeg"
    if message.video:
        name = message.video.file_name or "video.mp4"
        return MediaKind.VIDEO, message.video, name, message.video.mime_type or "video/mp4"
    if message.video_note:
        return MediaKind.VIDEO, message.video_note, "video.mp4", "video/mp4"
    document = message.document if not message.animation else None
    name = (document.file_name if document else None) or "document"
    return MediaKind.DOCUMENT, document, name, (document.mime_type if document else None) or "application/octet-stream"


def markup_of(keyboard: Keyboard) -> dict[str, Any]:
    """Return the reply_markup of a keyboard, as Telegram wants it."""
    rows = [
        [
            {"text": button.label, "url": button.url}
            if button.url
            else {"text": button.label, "callback_data": button.tap.pack() if button.tap else "-"}
            for button in row
        ]
        for row in keyboard.rows
    ]
    return {"inline_keyboard": rows}


def message_params(chat_id: int, text: str, keyboard: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the parameters that sending and editing a text have in common."""
    params: dict[str, Any] = {
        "chat_id": chat_id, "text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True},
    }  # fmt: skip
    if keyboard and keyboard["inline_keyboard"]:
        params["reply_markup"] = keyboard
    return params
