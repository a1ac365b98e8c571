"""Updates by webhook: the same conversations, a secret at the door, and taps that overtake messages."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from storage.sql.tables import contribution, inbox
from tests.scenes.town import Phone, Town, town

SECRET = "a-secret-of-this-test"


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def here(database_url: str, tmp_path: Path, port: int) -> AsyncIterator[Town]:
    """A town whose Telegram calls the bot."""
    url = f"http://127.0.0.1:{port}/telegram"
    settings = {"webhook_url": url, "webhook_secret": SECRET, "port": port}
    async with town(database_url, tmp_path / "data", **settings) as running:
        await running.telegram.wait_for_calls("setWebhook")
        yield running


async def at_first_norm(here: Town) -> Phone:
    joost = await here.person("Joost")
    await joost.sends("/start")
    await joost.taps("Lidorganisatie")
    await joost.sends("Welzijn Rivierenland")
    await joost.taps("Overslaan")
    await joost.taps("Zelfevaluatie")
    await joost.taps("Begin bij V1")
    return joost


async def test_a_norm_is_answered_by_webhook(here: Town) -> None:
    """Polling and webhook differ at the door only."""
    joost = await at_first_norm(here)

    await joost.taps("Voldoet")

    assert "V1" in await joost.text()
    assert "Volgende" in " ".join((await joost.screen()).labels)


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x"])
async def test_without_the_secret_nothing_comes_in(here: Town, port: int, secret: str) -> None:
    """The address of a webhook is no secret; anybody can call it."""
    status = await post(port, {"update_id": 1, "message": {}}, secret)

    assert status == 403
    assert await stored(here) == 0


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 200), (b'{"update_id": "x"}', 200), (b"x" * 1_100_000, 413)]
)
async def test_nonsense_with_the_right_secret_is_not_stored(here: Town, port: int, body: bytes, status: int) -> None:
    """What can never be stored must not be repeated for ever either."""
    assert await post_raw(port, body, SECRET) == status
    assert await stored(here) == 0


async def test_the_same_update_twice_is_one_turn(here: Town, port: int) -> None:
    """Telegram repeats an update whenever it is not sure that we have it."""
    joost = await at_first_norm(here)
    update = {
        "update_id": 77, "message": {"message_id": 9_001, "date": 1_780_000_000, "text": "één keer",
        "chat": {"id": joost.id, "type": "private", "first_name": "Joost"},
        "from": {"id": joost.id, "is_bot": False, "first_name": "Joost"}},
    }  # fmt: skip

    for _ in range(3):
        await post(port, update, SECRET)
        await here.settle()

    assert len(await contributions(here)) == 1


async def test_a_text_that_a_tap_overtook_stays_at_its_own_norm(here: Town, port: int) -> None:
    """By webhook messages and taps travel in different queues, and people type and tap quickly."""
    joost = await at_first_norm(here)
    screen = await joost.screen()
    forward = next(button.data for row in screen.keyboard for button in row if "Volgende" in button.label)
    person = {"id": joost.id, "is_bot": False, "first_name": "Joost"}
    chat = {"id": joost.id, "type": "private", "first_name": "Joost"}
    last = max(await update_ids(here))
    typed = {"update_id": last + 1, "message": {
        "message_id": 9_002, "date": 1_780_000_000, "text": "hoort bij V1", "chat": chat, "from": person}}  # fmt: skip
    tapped = {"update_id": last + 2, "callback_query": {
        "id": "5", "from": person, "chat_instance": "1", "data": forward,
        "message": {"message_id": screen.id, "date": 1_780_000_000, "chat": chat, "text": "V1"}}}  # fmt: skip

    await post(port, tapped, SECRET)
    await here.settle()
    await post(port, typed, SECRET)
    await here.settle()

    assert [row["norm"] for row in await contributions(here)] == ["V1"]
    assert "V2" in await joost.text()


async def post(port: int, update: dict[str, Any], secret: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/telegram", json=update, headers=_header(secret)) as answer,
    ):
        return answer.status


async def post_raw(port: int, body: bytes, secret: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/telegram", data=body, headers=_header(secret)) as answer,
    ):
        return answer.status


def _header(secret: str) -> dict[str, str]:
    return {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}


async def stored(here: Town) -> int:
    count = sa.select(sa.func.count()).select_from(inbox)
    return await here.database.run(lambda work: work.connection.scalar(count) or 0)


async def update_ids(here: Town) -> list[int]:
    return await here.database.run(lambda work: list(work.execute(sa.select(inbox.c.update_id)).scalars()))


async def contributions(here: Town) -> list[Any]:
    return await here.rows(contribution)
