"""The parameters of a call: which names a method knows, and reading them from any encoding.

The real server ignores names it does not know, so a misspelt one goes unnoticed for months. Here
it is refused. The table follows the Bot API description of 2026, for the methods we support.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from .errors import ApiError, bad_request

_SEND = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup "
)
_CAPTION = "caption parse_mode caption_entities "
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup "

ALLOWED: dict[str, frozenset[str]] = {
    method: frozenset(names.split())
    for method, names in {
        "getMe": "",
        "getUpdates": "offset limit timeout allowed_updates",
        "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
        "deleteWebhook": "drop_pending_updates",
        "getWebhookInfo": "",
        "sendMessage": _SEND + "text parse_mode entities link_preview_options",
        "sendDocument": _SEND + _CAPTION + "document thumbnail disable_content_type_detection",
        "sendPhoto": _SEND + _CAPTION + "photo show_caption_above_media has_spoiler",
        "sendVoice": _SEND + _CAPTION + "voice duration",
        "sendChatAction": "business_connection_id chat_id message_thread_id action",
        "editMessageText": _EDIT + "text parse_mode entities link_preview_options rich_message",
        "editMessageCaption": _EDIT + _CAPTION + "show_caption_above_media",
        "editMessageReplyMarkup": _EDIT,
        "deleteMessage": "chat_id message_id",
        "deleteMessages": "chat_id message_ids",
        "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
        "getFile": "file_id",
        "setMyCommands": "commands scope language_code",
        "getMyCommands": "scope language_code",
        "deleteMyCommands": "scope language_code",
        "setMyName": "name language_code",
        "getMyName": "language_code",
        "setMyDescription": "description language_code",
        "getMyDescription": "language_code",
        "setMyShortDescription": "short_description language_code",
        "getMyShortDescription": "language_code",
        "setChatMenuButton": "chat_id menu_button",
        "getChatMenuButton": "chat_id",
        "getChat": "chat_id",
        "leaveChat": "chat_id",
    }.items()
}


@dataclass(frozen=True)
class Upload:
    """A file as it came with a call."""

    name: str
    mime: str
    data: bytes

    def summary(self) -> dict[str, Any]:
        """Return what the call log keeps of it."""
        return {"file": self.name, "mime": self.mime, "size": len(self.data)}


@dataclass
class Parameters:
    """What came with one call; readers turn a value into the type the method expects."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether the caller gave it at all."""
        return self.values.get(name) is not None or name in self.uploads

    def text(self, name: str) -> str:
        """Return a string; empty when absent."""
        value = self.values.get(name)
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number, or the default when it is absent or unreadable."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Return a yes or no in any of the spellings of the Bot API."""
        value = self.values.get(name)
        return value is True or str(value).lower() in ("true", "yes", "1")

    def parsed(self, name: str, what: str) -> Any:
        """Return a structure, also when it came as JSON in a form field; None when absent."""
        value = self.values.get(name)
        if value is None or not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def chat_id(self) -> int:
        """Return the chat that is meant; the simulator knows no public @names."""
        value = self.text("chat_id")
        if not value:
            raise bad_request("chat_id is empty")
        try:
            return int(value)
        except ValueError:
            raise bad_request("chat not found") from None

    def message_id(self) -> int:
        """Return the message that is meant."""
        number = self.integer("message_id")
        if not number:
            raise bad_request("message identifier is not specified")
        return number

    def unknown(self, method: str) -> list[str]:
        """Return the names that this method does not know, in order."""
        attached = {v.removeprefix("attach://") for v in self.values.values() if isinstance(v, str)}
        names = [*self.values, *(name for name in self.uploads if name not in attached)]
        return [name for name in names if name not in ALLOWED[method]]

    def logged(self) -> dict[str, Any]:
        """Return the parameters as the call log keeps them: files by name and size."""
        return {**self.values, **{name: upload.summary() for name, upload in self.uploads.items()}}


async def read_parameters(request: web.Request, max_upload: int) -> Parameters:
    """Return the parameters of a call from the address and any of the three encodings."""
    parameters = Parameters(dict(request.query))
    kind = request.content_type
    if not request.can_read_body:
        return parameters
    if kind == "application/json":
        parameters.values.update(_json_object(await request.read()))
    elif kind == "application/x-www-form-urlencoded":
        parameters.values.update((k, v) for k, v in (await request.post()).items() if isinstance(v, str))
    elif kind == "multipart/form-data":
        await _read_multipart(request, parameters, max_upload)
    return parameters


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("can't parse JSON object")
    return value


async def _read_multipart(request: web.Request, parameters: Parameters, max_upload: int) -> None:
    too_large = False
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = await _read_part(part, max_upload)
        name = part.name or ""
        if data is None:
            too_large = True
        elif part.filename is None:
            parameters.values[name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            parameters.uploads[name] = Upload(part.filename, mime, data)
    if too_large:
        raise ApiError(413, "Request Entity Too Large")


async def _read_part(part: BodyPartReader, limit: int) -> bytes | None:
    """Return the bytes of a part, or None when there are too many; it is always read to its end."""
    chunks, size = [], 0
    while chunk := await part.read_chunk(1 << 18):
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
    return b"".join(chunks) if size <= limit else None
