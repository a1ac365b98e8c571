"""What exists: the bot, people, chats, messages, files, taps that wait for an answer.

Only state and the rules that every caller shares live here. What people do is in people.py, what
the bot does in methods.py and sending.py.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .changes import Changes
from .clock import Clock
from .errors import bad_request, forbidden
from .faults import Faults
from .files import StoredFile
from .updates import UpdateQueue

Record = tuple[str, str]

BOT_ID = 7_000_000_001


@dataclass
class BotProfile:
    """The bot as people see it."""

    name: str = "Handvat"
    username: str = "handvat_bot"
    texts: dict[str, str] = field(default_factory=dict)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    menu_buttons: dict[str, Any] = field(default_factory=dict)

    def user(self) -> dict[str, Any]:
        """Return the bot as the Bot API's User."""
        return {"id": BOT_ID, "is_bot": True, "first_name": self.name, "username": self.username}


@dataclass
class Person:
    """Somebody with a phone."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "nl"
    started: bool = False
    blocked: bool = False

    def user(self) -> dict[str, Any]:
        """Return the person as the Bot API's User."""
        return {"id": self.id, "is_bot": False, **self._names(), "language_code": self.language_code}

    def chat(self) -> dict[str, Any]:
        """Return the person's private chat as the Bot API's Chat."""
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> dict[str, str]:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value}


@dataclass
class Message:
    """One message: as the Bot API describes it, and what only the phone knows."""

    id: int
    chat: int
    sender: int
    body: dict[str, Any]
    version: int = 0
    edits: int = 0
    deleted: bool = False
    hidden_start: str = ""

    @property
    def by_bot(self) -> bool:
        """Return whether the bot sent it."""
        return self.sender == BOT_ID

    @property
    def markup(self) -> dict[str, Any] | None:
        """Return its keyboard, of any kind."""
        return self.body.get("reply_markup")


@dataclass
class Toast:
    """The answer to a tap, as it flashes over the screen."""

    text: str
    alert: bool
    url: str
    version: int
    at: int


@dataclass
class Chat:
    """A private chat or a group, with its history."""

    id: int
    kind: str = "private"
    title: str = ""
    members: list[int] = field(default_factory=list)
    has_bot: bool = True
    version: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: deque[Toast] = field(default_factory=lambda: deque(maxlen=100))
    action: str = ""
    action_until: float = 0.0
    reply_keyboard: dict[str, Any] | None = None
    # Moments on the event loop's clock, for deciding whether the bot is done with this chat.
    acted_at: float = 0.0
    called_at: float = 0.0
    answered_at: float = 0.0
    shown_at: float = 0.0

    def last_screen(self) -> Message | None:
        """Return the newest message of the bot with an inline keyboard."""
        for message in reversed(self.messages.values()):
            if message.by_bot and not message.deleted and "inline_keyboard" in (message.markup or {}):
                return message
        return None


@dataclass
class Tap:
    """A callback query and whether the bot has answered it."""

    id: str
    chat: int
    person: int
    at: float
    answered: bool = False


@dataclass
class Call:
    """One call of the bot, for the call log."""

    number: int
    method: str
    params: dict[str, Any]
    at: str
    chat: int | None
    ok: bool = False
    error_code: int = 0
    description: str = ""


def _keep_nothing(_kind: str, _key: str) -> None:
    """Stand in for the archive of a simulator that keeps nothing."""


class World:
    """Everything that is simulated, and the counters it needs."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.clock, self.faults = clock, faults
        self.changes = Changes()
        self.updates = UpdateQueue(clock, self.changes, faults)
        self.bot = BotProfile()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.taps: dict[str, Tap] = {}
        self.calls: deque[Call] = deque(maxlen=5000)
        self.call_count = 0
        self.in_process = 0
        self.unknown_parameters: dict[str, int] = {}
        self.next_message_id = 100
        self.next_person_id = 1001
        self.next_group_id = -4001
        self.changed: Callable[[str, str], None] = _keep_nothing
        self.updates.changed = lambda: self.changed("update", "")

    def note(self, kind: str, key: object) -> int:
        """Record that a thing changed: for who waits, and for what is kept over restarts."""
        self.changed(kind, str(key))
        return self.changes.note()

    def add_person(self, person: Person) -> Person:
        """Let somebody exist; their chat with the bot is there but not started."""
        self.people[person.id] = person
        self.next_person_id = max(self.next_person_id, person.id + 1)
        chat = self.chats.setdefault(person.id, Chat(person.id, members=[person.id]))
        self.touch(chat)
        self.note("person", person.id)
        return person

    def add_message(self, chat: Chat, sender: int, fields: dict[str, Any]) -> Message:
        """Put a message at the end of a chat; ids count over all chats, as with a real bot."""
        number = self.next_message_id
        self.next_message_id += 1
        user = self.bot.user() if sender == BOT_ID else self.people[sender].user()
        head = {"message_id": number, "from": user, "chat": self.chat_fields(chat), "date": self.clock.timestamp()}
        message = Message(number, chat.id, sender, {**head, **fields})
        chat.messages[number] = message
        self.touch_message(message)
        return message

    def chat_fields(self, chat: Chat) -> dict[str, Any]:
        """Return a chat as the Bot API's Chat."""
        if chat.kind == "private":
            return self.people[chat.id].chat()
        return {"id": chat.id, "type": chat.kind, "title": chat.title}

    def touch(self, chat: Chat) -> None:
        """Record that something in this chat changed."""
        chat.version = self.note("chat", chat.id)

    def touch_message(self, message: Message) -> None:
        """Record that this message changed, and its chat with it."""
        self.note("message", f"{message.chat}:{message.id}")
        self.touch(self.chats[message.chat])
        message.version = self.chats[message.chat].version

    def reachable(self, chat_id: int) -> Chat:
        """Return the chat if the bot may write there, or raise what the server would say."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.kind != "private":
            if not chat.has_bot:
                raise forbidden("bot was kicked from the group chat")
            return chat
        person = self.people[chat_id]
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def file(self, file_id: str) -> StoredFile | None:
        """Return the file with this id; the small size of a photo is the same file."""
        return self.files.get(file_id) or self.files.get(file_id.removesuffix("-s"))

    def open_taps(self, chat: int | None = None) -> Iterator[Tap]:
        """Yield the taps that the bot has yet to answer, of one chat or all."""
        return (t for t in self.taps.values() if not t.answered and chat in (None, t.chat))

    def commands_for(self, chat: Chat, language: str) -> list[dict[str, str]]:
        """Return the commands in this chat's menu, from the narrowest scope that has any."""
        group = "all_private_chats" if chat.kind == "private" else "all_group_chats"
        for scope in (f"chat:{chat.id}", group, "default"):
            for code in (language, ""):
                if found := self.bot.commands.get(f"{scope}/{code}"):
                    return found
        return []

    def is_settled(self, chat: Chat, quiet: float) -> bool:
        """Return whether the bot seems done with what this person did last.

        Every tap is answered, no update waits, no call is under way, the bot showed something
        since (or only answered the tap, and then left it at that), and it has been quiet.
        """
        now = asyncio.get_running_loop().time()
        waiting = any(p.chat == chat.id for p in self.updates.pending.values())
        if waiting or self.in_process or any(self.open_taps(chat.id)):
            return False
        only_answered = chat.answered_at >= chat.acted_at and now - chat.called_at > 0.4
        if chat.shown_at < chat.acted_at and not only_answered:
            return False
        return now - chat.called_at >= quiet

    def is_idle(self, quiet: float) -> bool:
        """Return whether nothing waits for the bot and it has been quiet everywhere."""
        now = asyncio.get_running_loop().time()
        last = max((chat.called_at for chat in self.chats.values()), default=0.0)
        busy = self.updates.pending or self.in_process or any(self.open_taps())
        return not busy and now - last >= quiet
