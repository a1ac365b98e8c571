"""Faults that concern one chat: it gets over them, and nobody else notices."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut

from bot import delivery, dispatcher
from bot.api import NotSent
from bot.delivery import Delivery
from bot.pace import Pace
from conversations.kit import Conversations, TextGiven, Turn
from storage.sql import outbox
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.outbox import Draft, Kind, Outcome
from tests.crash.rehearsal import PICTURE
from tests.scenes.test_hostile import contributed, coordinator
from tests.scenes.town import Town, town
from tests.soak.fleet import free_port


@pytest.fixture
async def here(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town that may keep a scar."""
    async with town(database_url, tmp_path / "data") as running:
        yield running


@pytest.fixture
async def by_webhook(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    port = free_port()
    door = {"webhook_url": f"http://127.0.0.1:{port}/telegram", "webhook_secret": "secret", "port": port}
    async with town(database_url, tmp_path / "data", **door) as running:
        await running.telegram.wait_for_calls("setWebhook")
        yield running


async def test_a_poisoned_update_stops_its_own_chat_for_a_few_seconds_and_nobody_else(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried four times and put aside, with an apology; what was said after it is there."""
    monkeypatch.setattr(dispatcher.turns, "take", _poisoned(dispatcher.turns.take))
    joost, sanne = await coordinator(here), await coordinator(here, "Sanne")

    await joost.person.sends("vergif", settle=False)
    await joost.person.sends("van Joost, erna", settle=False)
    await sanne.person.sends("van Sanne, intussen", settle=False)
    await here.settle(60)

    assert set(await contributed(here)) == {"van Joost, erna", "van Sanne, intussen"}
    rows = await here.rows(t.inbox)
    [parked] = [row for row in rows if row["is_parked"]]
    [sannes] = [row for row in rows if row["update_id"] == parked["update_id"] + 2]
    assert (parked["handled_at"] - parked["received_at"]).total_seconds() >= 4.2  # between the attempts: 0.2 + 1 + 3
    assert sannes["handled_at"] < parked["handled_at"]
    assert any(f"U{parked['update_id']}" in message.text for message in await joost.messages())


def _poisoned(take: Any) -> Any:
    def stumble(conversations: Conversations, turn: Turn) -> None:
        if turn.incoming.given == TextGiven("vergif"):
            raise ZeroDivisionError
        take(conversations, turn)

    return stumble


async def test_somebody_who_blocks_the_bot_and_comes_back_misses_nothing_that_they_wrote(here: Town) -> None:
    """What was on its way cannot be delivered any more; what they said is kept."""
    joost = await coordinator(here)
    await here.telegram.add_fault("latency", ms=200, chats=[joost.id])
    await joost.person.sends("vlak voor het blokkeren", settle=False)
    await joost.person.blocks()
    await here.settle()
    assert "unreachable" in {row["outcome"] for row in await here.rows(t.outbox)}

    await joost.person.unblocks()
    await joost.sends("weer terug")

    assert await contributed(here) == ["vlak voor het blokkeren", "weer terug"]
    assert "#2" in await joost.text()


async def test_in_a_group_that_moved_the_bot_says_it_where_the_group_is_now(here: Town) -> None:
    """A group that becomes a supergroup gets another id; a call to the old one is refused with the new one."""
    joost = await here.person("Joost")
    moved = await here.telegram.make_group("Team Noord, nu groter", joost.person)
    await here.settle()
    known = len(await here.telegram.calls(chat=moved))
    await here.telegram.add_fault("migrated", to=moved, chats=[moved - 1])

    group = await here.telegram.make_group("Team Noord", joost.person)
    await here.settle()

    assert group == moved - 1
    calls = (await here.telegram.calls(chat=moved))[known:]
    assert [call["method"] for call in calls] == ["sendMessage", "leaveChat"]
    assert not [row for row in await here.rows(t.outbox) if row["outcome"] == "parked"]


async def test_a_file_that_arrives_cut_off_is_fetched_again(here: Town) -> None:
    """Half a photo is no evidence, and looks like a whole one in the list."""
    joost = await coordinator(here)
    await here.telegram.add_fault("cut_off", next=2, methods=["download"])

    await joost.does("sends_photo", PICTURE)

    [row] = await here.rows(t.stored_file)
    assert (row["status"], row["size"]) == ("stored", len(PICTURE))


async def test_files_that_do_not_arrive_keep_no_document_waiting(here: Town) -> None:
    """Two jobs run at a time; one that waits to be tried again is not running."""
    joost, sanne = await coordinator(here), await coordinator(here, "Sanne")
    await here.telegram.add_fault("cut_off", methods=["download"])
    for _ in range(3):
        await joost.person.sends_photo(PICTURE, settle=False)
    await here.telegram.wait_for_calls("getFile", 3)

    await sanne.person.sends("/privacy", settle=False)
    async with asyncio.timeout(60):
        while "gegevens" not in " ".join(await sanne.labels()):
            await asyncio.sleep(0.01)
    await sanne.person.taps("Mijn gegevens", settle=False)
    calls = await here.telegram.wait_for_calls("sendDocument")

    assert calls[0]["ok"]
    await here.telegram.clear_faults()
    await here.settle(40)
    assert {row["status"] for row in await here.rows(t.stored_file)} == {"stored"}


async def test_texts_that_overtake_each_other_are_kept_at_their_norm(by_webhook: Town) -> None:
    """Also when the network brings them in another order, or twice."""
    joost = await coordinator(by_webhook)
    await by_webhook.telegram.add_fault("out_of_order", probability=0.7, seed=3)
    await by_webhook.telegram.add_fault("duplicate_update", probability=0.5)
    texts = [f"voorbeeld {number}" for number in range(12)]

    for text in texts:
        await joost.person.sends(text, settle=False)
    await by_webhook.settle()

    assert Counter(await contributed(by_webhook)) == Counter(texts)
    assert {row["norm"] for row in await by_webhook.rows(t.contribution)} == {"V1"}


# ------------------------------------------------------------------------------ what may come twice, and what may not


class Moody:
    """A Telegram that fails in one way, so many times."""

    def __init__(self, error: NetworkError, times: int) -> None:
        self.error, self.left, self.tries = error, times, 0

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        self.tries += 1
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return {"message_id": 7}


async def outcome_of(telegram: Moody, database: Database) -> str | None:
    """Send one message, and return what became of it."""
    double: Any = telegram
    worker: Any = None
    sender = Delivery(double, database, Pace(0, 0), worker, owner=1, now=database._clock, alive=lambda work: [1])
    draft = Draft(1001, Kind.MESSAGE, {"params": {"chat_id": 1001, "text": "hallo"}})
    rows = await database.run(lambda work: outbox.add(work, [draft], 1, database._clock()))
    marking = asyncio.ensure_future(sender.run())
    sender.accept(rows)
    try:
        async with asyncio.timeout(60):
            while True:
                found = await database.run(lambda work: work.execute(t.outbox.select()).one().outcome)
                if found is not None:
                    return str(found)
                await asyncio.sleep(0.01)
    finally:
        marking.cancel()
        await asyncio.gather(marking, return_exceptions=True)


async def test_a_message_that_telegram_did_not_take_is_tried_until_it_does(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 502 is no message, however often it comes."""
    monkeypatch.setattr(delivery, "AMBIGUOUS_PAUSES", (0.0,))
    telegram = Moody(NotSent("status 502"), 5)

    assert await outcome_of(telegram, database) == Outcome.SENT
    assert telegram.tries == 6


async def test_a_message_that_may_have_arrived_is_tried_a_few_times_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try may be one more copy, so it ends; losing it after three would be worse."""
    monkeypatch.setattr(delivery, "AMBIGUOUS_PAUSES", (0.0,) * len(delivery.AMBIGUOUS_PAUSES))
    few, many = Moody(TimedOut(), 5), Moody(TimedOut(), 99)

    assert await outcome_of(few, database) == Outcome.SENT
    async with asyncio.timeout(60):
        await database.run(lambda work: work.execute(t.outbox.delete()))
    assert await outcome_of(many, database) == Outcome.PARKED
    assert many.tries == len(delivery.AMBIGUOUS_PAUSES) + 1


async def test_who_waits_for_telegram_goes_on_as_soon_as_it_answers_anybody(database: Database) -> None:
    """After a long spell of errors the pauses are half a minute, and people look at their phones."""
    double: Any = Moody(NotSent("status 502"), 0)
    worker: Any = None
    sender = Delivery(double, database, Pace(0, 0), worker, owner=1, now=database._clock, alive=lambda work: [1])
    began = time.monotonic()
    waiting = asyncio.ensure_future(sender._outlast(30.0))
    await asyncio.sleep(0)

    while not waiting.done():
        await sender._call(1001, "sendMessage", {}, is_new=True)
        await asyncio.sleep(0.05)

    assert 1.0 <= time.monotonic() - began < 10.0  # not at once either: a server that staggers is not to be run over
