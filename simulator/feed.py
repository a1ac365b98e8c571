"""Virtual people for a benchmark, who tap as soon as the bot has answered, or at a steady rate.

Each of N chats walks through a script: first the ``opening`` steps, then the ``loop`` steps over
and over, until it has done ``steps`` of them. A step is one of

    {"text": "/start"}                      type this
    {"tap": ["Volgende", "Verder"]}         tap the first button whose words start with one of these,
                                            the earlier word being preferred
    {"data": "v:D9"}                        tap with this callback data, whatever is on the screen

A text is answered once the bot sent or edited something; a tap also needs its
answerCallbackQuery. Only then comes the next step of that chat (closed loop). With ``rate`` the
steps of all chats together start at that many a second, as long as enough chats are ready.
"""

import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from .errors import ControlError
from .keyboards import plain_label

Step = dict[str, Any]
# Chooses callback data from a keyboard; None means that this chat is stuck.
Chooser = Callable[[list[dict[str, Any]]], str | None]


@dataclass
class Screen:
    """The last keyboard in a chat, as the bot sent it; read only when a tap needs it."""

    message_id: int = 0
    body: bytes = b""

    def buttons(self) -> list[dict[str, Any]]:
        """Return the buttons in reading order."""
        markup = _markup_of(self.body)
        return [button for row in markup.get("inline_keyboard", []) for button in row]


def _markup_of(body: bytes) -> dict[str, Any]:
    if body.startswith(b"{"):
        value = json.loads(body).get("reply_markup") or {}
    elif b'name="reply_markup"' in body:
        value = body.split(b'name="reply_markup"', 1)[1].split(b"\r\n\r\n", 1)[1].split(b"\r\n--", 1)[0].decode()
    else:
        value = parse_qs(body.decode()).get("reply_markup", ["{}"])[0]
    parsed = json.loads(value) if isinstance(value, str) else value
    return parsed if isinstance(parsed, dict) else {}


@dataclass
class VirtualChat:
    """One person of the feed and how far they are."""

    id: int
    done: int = 0
    screen: Screen = field(default_factory=Screen)
    stuck: str = ""


class Feed:
    """Walks the chats through the script; the server tells it when a step is answered."""

    def __init__(
        self,
        chats: int,
        steps: int,
        opening: list[Step],
        loop: list[Step],
        *,
        rate: float | None = None,
        first_chat: int = 1_000_000,
        seed: int = 1,
        choose: Chooser | None = None,
    ) -> None:
        if not opening and not loop:
            raise ControlError("a feed needs opening or loop steps")
        self.steps, self.opening, self.loop, self.rate = steps, opening, loop, rate
        self.chats = {first_chat + n: VirtualChat(first_chat + n) for n in range(chats)}
        self.ready = deque(self.chats.values())
        self.started = 0
        self.answered = 0
        self.began_at = 0.0
        self.ended_at = 0.0
        self._choose, self._random = choose, random.Random(seed)

    @property
    def is_done(self) -> bool:
        """Return whether every chat has walked its script or is stuck."""
        return all(chat.stuck or chat.done >= self.steps for chat in self.chats.values())

    def due(self, elapsed: float) -> int:
        """Return how many steps may start now."""
        if self.rate is None:
            return len(self.ready)
        return min(len(self.ready), int(elapsed * self.rate) + 1 - self.started)

    def next_step(self, chat: VirtualChat) -> tuple[str, str]:
        """Return what this chat does now: ("text", words) or ("tap", callback data)."""
        after = chat.done - len(self.opening)
        step = self.opening[chat.done] if after < 0 else self.loop[after % len(self.loop)]
        if "text" in step:
            return "text", step["text"]
        return "tap", step["data"] if "data" in step else self._wanted(chat, step.get("tap", []))

    def _wanted(self, chat: VirtualChat, words: list[str]) -> str:
        buttons = [b for b in chat.screen.buttons() if "callback_data" in b]
        if self._choose:
            data = self._choose(buttons)
        elif words == ["*"]:
            data = self._random.choice(buttons)["callback_data"] if buttons else None
        else:
            data = _starting_with(buttons, words)
        if data is None:
            chat.stuck = f"no button {words} among {[b['text'] for b in buttons]} after {chat.done} steps"
            raise StuckError
        return data

    def report(self) -> dict[str, Any]:
        """Return the progress; ``stuck`` shows why chats stopped, a few at most."""
        stuck = [chat.stuck for chat in self.chats.values() if chat.stuck]
        seconds = max(self.ended_at - self.began_at, 1e-9)
        rate = round(self.answered / seconds, 1)
        return {
            "done": self.is_done,
            "started": self.started,
            "answered": self.answered,
            "seconds": round(seconds, 3),
            "steps_per_second": rate,
            "stuck_count": len(stuck),
            "stuck": stuck[:3],
        }


class StuckError(Exception):
    """A chat has no button for its next step."""


def _starting_with(buttons: list[dict[str, Any]], words: list[str]) -> str | None:
    for word in words:
        wanted = plain_label(word)
        for button in buttons:
            if plain_label(button["text"]).startswith(wanted):
                return str(button["callback_data"])
    return None
