"""What is kept of a tap."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, Update

from bot.telegram import incoming_of, lean, private_chat_of, update_of
from conversations.kit import TapGiven

CHAT = {"id": 7, "type": "private", "first_name": "Joost"}
SENDER = {"id": 7, "is_bot": False, "first_name": "Joost"}
SCREEN = {"message_id": 12, "chat": CHAT, "date": 1770000000, "text": "Wat iemand schreef"}
TAP = {
    "update_id": 1,
    "callback_query": {"id": "5", "from": SENDER, "chat_instance": "1", "data": "n:D9", "message": SCREEN},
}


def test_a_tap_is_kept_without_what_stood_on_its_screen() -> None:
    """What people wrote stands there; it is kept where it belongs and nowhere else."""
    kept = lean(TAP)

    assert "Wat iemand schreef" not in str(kept)
    assert "Wat iemand schreef" in str(TAP)


@pytest.mark.parametrize("raw", [TAP, lean(TAP)])
def test_a_tap_says_who_tapped_what_where(raw: dict[str, Any]) -> None:
    """Ours is put together by hand; python-telegram-bot's own parser says the same."""
    update = update_of(raw, Bot("1:a"))

    assert incoming_of(update) == incoming_of(Update.de_json(raw, Bot("1:a")))
    incoming = incoming_of(update)

    assert incoming is not None
    assert (incoming.chat_id, incoming.message_id, incoming.callback_id) == (7, 12, "5")
    assert incoming.given == TapGiven("n:D9")
    assert private_chat_of(lean(TAP)) == (7, "Joost")


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 1, "message": SCREEN},
        {"update_id": 1, "callback_query": {"id": "5", "from": SENDER, "inline_message_id": "1"}},
        {"update_id": 1, "callback_query": None},
        {"update_id": 1, "callback_query": {"message": "hostile"}},
    ],
)
def test_anything_else_is_kept_as_it_is(raw: dict[str, Any]) -> None:
    assert lean(raw) == raw
