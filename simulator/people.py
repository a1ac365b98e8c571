"""What people do on their phones, and the updates that the bot gets of it."""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from .entities import to_html, utf16_length, with_detected
from .errors import ControlError
from .files import StoredFile, media_fields
from .keyboards import find_button, labels
from .world import BOT_ID, Chat, Message, Person, Tap, World

# Things a bot should survive although it can do nothing with them.
_SPECIAL: dict[str, dict[str, Any]] = {
    "location": {"location": {"latitude": 51.9851, "longitude": 5.8987}},
    "contact": {"contact": {"phone_number": "+31600000000", "first_name": "Iemand"}},
    "sticker": {
        "sticker": {
            "file_id": "CAACAgQAAxk",
            "file_unique_id": "AgADsticker",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Wie komt er?",
            "options": [{"text": "Ik", "voter_count": 0, "persistent_id": "1"}],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    },
}


class People:
    """The hands of everyone: each method is one thing that a person can do."""

    def __init__(self, world: World, deliver: Callable[[], None]) -> None:
        self._world = world
        # Called after an update was queued, for the webhook.
        self._deliver = deliver

    def add(self, first_name: str, **details: Any) -> Person:
        """Let a person exist; without an id the next free one is taken."""
        number = int(details.pop("id", None) or self._world.next_person_id)
        details = {key: value for key, value in details.items() if value is not None}
        return self._world.add_person(Person(number, first_name, **details))

    def person(self, number: int) -> Person:
        """Return a person, or say who there are."""
        if number not in self._world.people:
            raise ControlError(f"there is no person {number}; known are {sorted(self._world.people)}")
        return self._world.people[number]

    def chat_of(self, person: Person, chat_id: int | None) -> Chat:
        """Return the private chat of a person, or the group that is named."""
        chat = self._world.chats.get(chat_id or person.id)
        if chat is None or person.id not in chat.members:
            raise ControlError(f"person {person.id} is not in chat {chat_id}")
        return chat

    def send_text(self, person: Person, text: str, chat_id: int | None = None, reply_to: int | None = None) -> Message:
        """Send a text, in the private chat or in a group."""
        entities = with_detected(text, [])
        fields = {"text": text, **({"entities": entities} if entities else {})}
        message = self._say(person, chat_id, fields, reply_to)
        words = text.split(maxsplit=1)
        if words and words[0] == "/start" and len(words) == 2:
            message.hidden_start = words[1]
        return message

    def send_files(
        self,
        person: Person,
        files: Iterable[StoredFile],
        caption: str = "",
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> list[Message]:
        """Send one file, or several as an album: separate messages with one media_group_id."""
        sent = list(files)
        if not sent:
            raise ControlError("a file is missing")
        album = {"media_group_id": str(secrets.randbelow(10**17))} if len(sent) > 1 else {}
        messages = []
        for number, file in enumerate(sent):
            self._world.files[file.id] = file
            self._world.note("file", file.id)
            # The caption of an album hangs under its first picture.
            text = {"caption": caption} if caption and number == 0 else {}
            messages.append(self._say(person, chat_id, {**media_fields(file), **text, **album}, reply_to))
        return messages

    def send_special(self, person: Person, kind: str, chat_id: int | None = None) -> Message:
        """Send something that most bots have no use for."""
        if kind not in _SPECIAL:
            raise ControlError(f"kind must be one of {', '.join(_SPECIAL)}")
        return self._say(person, chat_id, dict(_SPECIAL[kind]), None)

    def forward(self, person: Person, text: str, from_name: str) -> Message:
        """Send on a text of somebody who hides behind a name."""
        origin = {"type": "hidden_user", "sender_user_name": from_name, "date": self._world.clock.timestamp()}
        return self._say(person, None, {"text": text, "forward_origin": origin}, None)

    def edit(self, person: Person, message_id: int, text: str) -> Message:
        """Change an own message; the bot hears of it as edited_message."""
        message = self._own(person, message_id)
        name = "text" if "text" in message.body else "caption"
        body = {k: v for k, v in message.body.items() if k != "entities"}
        entities = with_detected(text, []) if name == "text" else []
        message.body = {**body, name: text, "edit_date": self._world.clock.timestamp()}
        if entities:
            message.body["entities"] = entities
        message.edits += 1
        self._world.touch_message(message)
        self._queue("edited_message", message.body, self._world.chats[message.chat])
        return message

    def last_message(self, person: Person) -> int:
        """Return the id of what a person sent last in the chat with the bot."""
        for message in reversed(self._world.chats[person.id].messages.values()):
            if message.sender == person.id and not message.deleted:
                return message.id
        raise ControlError(f"person {person.id} has sent nothing")

    def delete(self, person: Person, message_id: int) -> None:
        """Delete an own message; a bot never hears of that."""
        message = self._own(person, message_id)
        message.deleted = True
        self._world.touch_message(message)

    def _own(self, person: Person, message_id: int) -> Message:
        for chat in self._world.chats.values():
            message = chat.messages.get(message_id)
            if message and message.sender == person.id and not message.deleted:
                return message
        raise ControlError(f"person {person.id} has no message {message_id}")

    def tap(self, person: Person, message_id: int | None = None, data: str = "", label: str = "") -> Tap:
        """Press a button that is really there: by its data or its words, on the last screen by default."""
        chat = self._world.chats[person.id]
        message = chat.messages.get(message_id) if message_id else chat.last_screen()
        if message is None or message.deleted:
            raise ControlError("there is no message with buttons")
        button = self._button(message, data, label)
        return self.press(person, chat, message.id, button["callback_data"])

    def _button(self, message: Message, data: str, label: str) -> dict[str, Any]:
        buttons = [b for row in (message.markup or {}).get("inline_keyboard", []) for b in row]
        button = find_button(message.markup, label) if label else None
        if not label:
            button = next((b for b in buttons if b.get("callback_data") == data), None)
        if button is None:
            raise ControlError(
                f"no button {label or data!r} on message {message.id}: it shows {labels(message.markup)}"
            )
        if "callback_data" not in button:
            raise ControlError(f"button {button['text']!r} sends nothing to the bot")
        return button

    def press(self, person: Person, chat: Chat, message_id: int, data: str) -> Tap:
        """Send any callback data on any message, as a forged client can."""
        self._check_can_act(person)
        world = self._world
        tap = Tap(str(secrets.randbits(62)), chat.id, person.id, world.clock.now().timestamp())
        world.taps[tap.id] = tap
        world.touch(chat)
        message = chat.messages.get(message_id)
        shown = message.body if message and not message.deleted else None
        inaccessible = {"chat": world.chat_fields(chat), "message_id": message_id, "date": 0}
        query = {"id": tap.id, "from": person.user(), "message": shown or inaccessible, "data": data}
        self._queue("callback_query", {**query, "chat_instance": str(-chat.id * 7919)}, chat)
        return tap

    def block(self, person: Person) -> None:
        """Block the bot; it gets my_chat_member and from then on 403."""
        person.blocked = True
        self._membership(person, "member", "kicked")

    def unblock(self, person: Person) -> None:
        """Unblock the bot."""
        person.blocked = False
        self._membership(person, "kicked", "member")

    def _membership(self, person: Person, old: str, new: str) -> None:
        self._world.note("person", person.id)
        chat = self._world.chats[person.id]
        self._world.touch(chat)
        self._queue_membership(person, chat, old, new)

    def _queue_membership(self, person: Person, chat: Chat, old: str, new: str) -> None:
        bot, world = self._world.bot.user(), self._world
        change = {
            "chat": world.chat_fields(chat),
            "from": person.user(),
            "date": world.clock.timestamp(),
            "old_chat_member": {"user": bot, "status": old, **({"until_date": 0} if old == "kicked" else {})},
            "new_chat_member": {"user": bot, "status": new, **({"until_date": 0} if new == "kicked" else {})},
        }
        self._queue("my_chat_member", change, chat)

    def make_group(self, title: str, members: list[int]) -> Chat:
        """Make a group of people and add the bot to it."""
        world = self._world
        chat = Chat(world.next_group_id, "group", title, members)
        world.next_group_id -= 1
        world.chats[chat.id] = chat
        world.touch(chat)
        adder = self.person(members[0])
        self._queue_membership(adder, chat, "left", "member")
        world.add_message(chat, adder.id, {"new_chat_members": [world.bot.user()]})
        return chat

    def inject(self, update: dict[str, Any]) -> int | None:
        """Queue a raw update; people, chats and messages in it come into being when unknown."""
        kind = next((k for k in update if k != "update_id"), "message")
        payload = update.get(kind)
        body = payload if isinstance(payload, dict) else {}
        chat_id = self._adopt(body)
        pending = self._world.updates.add_raw(update, kind, chat_id)
        self._deliver()
        return pending.id if pending else None

    def _adopt(self, body: dict[str, Any]) -> int:
        user, message = body.get("from") or {}, body.get("message") or body
        chat_id = int((message.get("chat") or {}).get("id") or user.get("id") or 0)
        if user.get("id") and user["id"] not in self._world.people:
            self.add(user.get("first_name") or "?", id=user["id"], started=True)
        if user.get("id") and body.get("data") is not None and "id" in body:
            tap = Tap(str(body["id"]), chat_id, user["id"], self._world.clock.now().timestamp())
            self._world.taps[tap.id] = tap
        chat, number = self._world.chats.get(chat_id), message.get("message_id")
        if chat and number and number not in chat.messages:
            by_bot = (message.get("from") or {}).get("is_bot") or body is not message
            chat.messages[number] = Message(number, chat_id, BOT_ID if by_bot else user.get("id", 0), message)
            self._world.next_message_id = max(self._world.next_message_id, number + 1)
        return chat_id

    def _say(self, person: Person, chat_id: int | None, fields: dict[str, Any], reply_to: int | None) -> Message:
        self._check_can_act(person)
        chat = self.chat_of(person, chat_id)
        original = chat.messages.get(reply_to) if reply_to else None
        if original:
            fields = {**fields, "reply_to_message": {k: v for k, v in original.body.items() if k != "reply_to_message"}}
        if chat.kind == "private" and not person.started:
            person.started = True
            self._world.note("person", person.id)
        message = self._world.add_message(chat, person.id, fields)
        self._queue("message", message.body, chat)
        return message

    def _check_can_act(self, person: Person) -> None:
        if person.blocked:
            raise ControlError(f"person {person.id} has blocked the bot; unblock first")

    def _queue(self, kind: str, payload: dict[str, Any], chat: Chat) -> None:
        chat.acted_at = asyncio.get_running_loop().time()
        # In a group a bot with privacy mode sees only commands, replies to it and membership.
        if chat.kind != "private" and kind == "message" and not self._seen_in_group(payload):
            return
        self._world.updates.add(kind, dict(payload), chat.id)
        self._deliver()

    def _seen_in_group(self, message: dict[str, Any]) -> bool:
        text = message.get("text", "")
        to_bot = message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID
        return to_bot or text.startswith("/") or f"@{self._world.bot.username}" in text


def view_of(message: Message, world: World) -> dict[str, Any]:
    """Return a message as the control API shows it: flat, and the same for both sides."""
    body = message.body
    text = body.get("text", body.get("caption", ""))
    entities = body.get("entities", body.get("caption_entities", []))
    view = {
        "id": message.id,
        "chat": message.chat,
        "from": "bot" if message.by_bot else message.sender,
        "name": body.get("from", {}).get("first_name", ""),
        "date": body.get("date", 0),
        "text": text,
        "entities": entities,
        "html": to_html(text, entities),
        "keyboard": _keyboard_view(message),
        "media": _media_view(body, world),
        "media_group_id": body.get("media_group_id"),
        "protect_content": body.get("has_protected_content", False),
        "edits": message.edits,
        "edited_at": body.get("edit_date"),
        "deleted": message.deleted,
        "reply_to": _reply_view(body.get("reply_to_message")),
        "forwarded_from": body.get("forward_origin", {}).get("sender_user_name"),
        "special": next((kind for kind in (*_SPECIAL, "new_chat_members") if kind in body), None),
        "version": message.version,
        "length": utf16_length(text),
    }
    if message.hidden_start:
        view["start_payload"] = message.hidden_start
    return view


def _keyboard_view(message: Message) -> list[list[dict[str, Any]]]:
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [[{"label": b["text"], "data": b.get("callback_data"), **_extras(b)} for b in row] for row in rows]


def _extras(button: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in button.items() if k not in ("text", "callback_data")}


def _media_view(body: dict[str, Any], world: World) -> dict[str, Any] | None:
    kind = next((k for k in ("photo", "document", "voice", "audio", "video") if k in body), None)
    if kind is None:
        return None
    fields = body[kind][-1] if kind == "photo" else body[kind]
    file = world.file(fields["file_id"])
    shown = {"kind": kind, "file_id": fields["file_id"], "size": fields.get("file_size", 0)}
    if file:
        shown.update(name=file.name, mime=file.mime, width=file.width, height=file.height, duration=file.duration)
    return shown


def _reply_view(original: dict[str, Any] | None) -> dict[str, Any] | None:
    if not original:
        return None
    text = original.get("text") or original.get("caption") or ""
    return {"id": original["message_id"], "name": original.get("from", {}).get("first_name", ""), "text": text[:120]}
