"""A stage for conversations: real storage, real steps, no Telegram in between.

    chat = stage.chat(1001, "Joost")
    chat.sends("/start")
    chat.taps("Lidorganisatie")
    assert chat.screen == ...

Scenes through the simulator are in tests/scenes/ as well; this stage is for the many small claims.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from conversations import turns
from conversations.kit import (
    Button,
    CommandGiven,
    Conversations,
    EditGiven,
    Given,
    Incoming,
    Job,
    Keyboard,
    MediaGiven,
    MediaKind,
    OtherGiven,
    Place,
    Said,
    Tap,
    TapGiven,
    TextGiven,
    Turn,
    words_of,
)  # fmt: skip
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from templates.render import AMSTERDAM, render
from templates.screens import Screen


@dataclass
class Stage:
    """Everybody's chats on one database; `now` moves only when a test moves it."""

    database: Database
    conversations: Conversations
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    chats: dict[int, StageChat] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: count(1))

    def chat(self, chat_id: int, name: str) -> StageChat:
        """Return the chat of a person."""
        return self.chats.setdefault(chat_id, StageChat(self, chat_id, name))

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)

    def take(self, chat: StageChat, given: Given, message_id: int | None) -> Turn:
        """Run one turn as the dispatcher would: one transaction, then deliver."""
        number = next(self._ids)
        incoming = Incoming(number, chat.id, chat.id, chat.name, given, message_id, "cb" if isinstance(given, TapGiven) else None)  # fmt: skip  # noqa: E501
        with self.database.begin() as work:
            actor = ensure_persons(work, {chat.id: chat.name}, self.now)[chat.id]
            turn = Turn(incoming=incoming, actor=actor, work=work, place=chat.place, now=self.now,
                        today=self.now.astimezone(AMSTERDAM).date(), link=lambda payload: f"https://t.me/handvat_bot?start={payload}")  # fmt: skip  # noqa: E501
            turns.take(self.conversations, turn)
        self._deliver(chat, turn)
        return turn

    def _deliver(self, chat: StageChat, turn: Turn) -> None:
        self.jobs += turn.jobs
        chat.toast = turn.toast_text
        for said in turn.said:
            self.chats.setdefault(said.chat_id, StageChat(self, said.chat_id, "?")).received.append(said)
        if turn.shown is not None:
            chat.screen, chat.keyboard = turn.shown.screen, turn.shown.keyboard
            chat.text = render(turn.shown.screen)
            chat.was_new = turn.shown.is_new


@dataclass
class StageChat:
    """One person's chat: what they do, and what they see."""

    stage: Stage
    id: int
    name: str
    place: Place = field(default_factory=Place)
    screen: Screen | None = None
    keyboard: Keyboard = field(default_factory=Keyboard)
    text: str = ""
    toast: str | None = None
    was_new: bool = False
    received: list[Said] = field(default_factory=list)
    _messages: Any = field(default_factory=lambda: count(1000))

    def sends(self, text: str) -> Turn:
        """Type a message, or a command when it starts with a slash."""
        given: Given = TextGiven(text)
        if text.startswith("/"):
            name, _, payload = text[1:].partition(" ")
            given = CommandGiven(name, payload)
        return self.stage.take(self, given, next(self._messages))

    def sends_media(
        self, kind: MediaKind = MediaKind.PHOTO, *, caption: str = "", album: str | None = None,
        name: str = "foto.jpg", media_type: str = "image/jpeg", size: int | None = 1000,
    ) -> Turn:  # fmt: skip
        """Send a photo, document, voice message or video."""
        number = next(self._messages)
        given = MediaGiven(kind, f"file-{number}", f"unique-{number}", name, media_type, size, caption, album)
        return self.stage.take(self, given, number)

    def sends_other(self, kind: str = "sticker") -> Turn:
        """Send something that the bot has no use for."""
        return self.stage.take(self, OtherGiven(kind), next(self._messages))

    def edits(self, message_id: int, text: str) -> Turn:
        """Edit an earlier message of one's own."""
        return self.stage.take(self, EditGiven(text), message_id)

    def taps(self, what: str | Tap) -> Turn:
        """Tap a button by its words (emoji and case do not matter) or by its tap; it must be on the screen."""
        button = self.button(what)
        assert button.tap is not None, f"{button.label} is a link"
        return self.stage.take(self, TapGiven(button.tap.pack()), 1)

    def taps_old(self, tap: Tap | str) -> Turn:
        """Tap a button of an old screen, or forge callback data."""
        return self.stage.take(self, TapGiven(tap if isinstance(tap, str) else tap.pack()), 1)

    def button(self, what: str | Tap) -> Button:
        """Return the button with these words or this tap; fails when it is not on the screen."""
        for button in self.keyboard.buttons:
            if button.tap == what or (isinstance(what, str) and _same(button.label, what)):
                return button
        raise AssertionError(f"no button {what!r} among {self.labels} on {self.screen}")

    @property
    def labels(self) -> list[str]:
        """The labels of the screen, in order, without emoji."""
        return [words_of(button.label) for button in self.keyboard.buttons]

    @property
    def last_message_id(self) -> int:
        """The id of the message this person sent last."""
        return int(repr(self._messages)[6:-1]) - 1


def _same(label: str, words: str) -> bool:
    return words_of(label).casefold() == words_of(words).casefold()
