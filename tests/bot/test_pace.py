"""How fast we may speak, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.pace import Pace


class _Loop:
    """Stands for the running loop: its time moves only by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> _Loop:
    """A loop whose sleeping is instantaneous and counted."""
    fake = _Loop()

    async def sleep(seconds: float, result: Any = None) -> None:
        fake.now += seconds

    monkeypatch.setattr(asyncio, "get_running_loop", lambda: fake)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return fake


async def test_one_chat_hears_three_at_once_and_then_one_a_second(loop: _Loop) -> None:
    """Telegram asks for one message a second per chat and allows short bursts."""
    pace = Pace(per_second=30, per_chat=1)

    moments = []
    for _ in range(5):
        await pace.before(7, is_new_message=True)
        moments.append(round(loop.now - 1000, 3))

    assert moments == [0, 0, 0, 1, 2]


async def test_all_chats_together_hear_thirty_new_messages_a_second(loop: _Loop) -> None:
    """The limit of the whole bot holds although no single chat is near its own."""
    pace = Pace(per_second=30, per_chat=1)

    for chat in range(1, 91):
        await pace.before(chat, is_new_message=True)

    assert loop.now - 1000 == pytest.approx(2.0, abs=0.05)


async def test_edits_do_not_count_against_the_thirty(loop: _Loop) -> None:
    """Somebody who taps through the norms must not wait for a mailing to others."""
    pace = Pace(per_second=1, per_chat=1)

    for chat in range(1, 200):
        await pace.before(chat, is_new_message=False)

    assert loop.now == 1000.0


async def test_a_tap_does_not_wait_for_messages_to_the_same_chat(loop: _Loop) -> None:
    """Somebody who sent three photos and taps on must see the next screen at once."""
    pace = Pace(per_second=30, per_chat=1)
    for _ in range(3):
        await pace.before(7, is_new_message=True)

    await pace.before(7, is_new_message=False)

    assert loop.now == 1000.0


async def test_a_refusal_in_two_chats_within_a_second_pauses_everything(loop: _Loop) -> None:
    """One refused chat is that chat's business; two mean that the bot itself is too fast."""
    pace = Pace(per_second=30, per_chat=1)
    pace.refused(1, 5)
    await pace.before(3, is_new_message=True)
    first = loop.now

    pace.refused(2, 5)
    await pace.before(3, is_new_message=True)

    assert first == 1000.0
    assert loop.now == 1005.0
