"""Looking at everything that somebody can reach by tapping, without changing anything: each tap is rolled back."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from copy import deepcopy

from conversations import turns
from conversations.kit import Button, CommandGiven, Given, Incoming, Tap, TapGiven, Turn
from storage.sql.actors import ensure_persons
from templates.render import AMSTERDAM, render
from tests.scenes.stage import Stage, StageChat

MOST = 160  # taps from one place: enough to see every kind of screen


class _Undo(Exception):
    """Rolls a turn back."""


def look_around(stage: Stage, chat: StageChat, leaves: Collection[type[Tap]] = ()) -> dict[str, str]:
    """Return what a person sees behind every button, from the menu on, without the kinds of tap that it `leaves`.

    What a tap would tell others is looked at as well.
    """
    found: dict[str, str] = {}
    ahead: deque[tuple[str, Given]] = deque([("/menu", CommandGiven("menu", ""))])
    known = {"/menu"}
    while ahead and len(found) < MOST:
        name, given = ahead.popleft()
        text, buttons = _tries(stage, chat, given)
        found[name] = text
        for button in buttons:
            if button.tap is None or isinstance(button.tap, tuple(leaves)):
                continue
            packed = button.tap.pack()
            if packed not in known:
                known.add(packed)
                ahead.append((packed, TapGiven(packed)))
    return found


def _tries(stage: Stage, chat: StageChat, given: Given) -> tuple[str, list[Button]]:
    """Let a person do something, look what came of it, and roll it back."""
    said: list[str] = []
    buttons: list[Button] = []
    try:
        with stage.database.begin() as work:
            actor = ensure_persons(work, {chat.id: chat.name}, stage.now)[chat.id]
            incoming = Incoming(900, chat.id, chat.id, chat.name, given, 9, "cb")
            turn = Turn(
                incoming=incoming, actor=actor, work=work, place=deepcopy(chat.place), now=stage.now,
                today=stage.now.astimezone(AMSTERDAM).date(), link="https://t.me/x?start={}".format,
            )  # fmt: skip
            turns.take(stage.conversations, turn)
            for one in (*([turn.shown] if turn.shown else []), *turn.said):
                said += [render(one.screen), *(button.label for button in one.keyboard.buttons)]
            buttons += turn.shown.keyboard.buttons if turn.shown else ()
            raise _Undo
    except _Undo:
        return "\n".join(said), buttons
