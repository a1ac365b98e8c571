"""One update, one turn, one transaction: what one chat does wrong costs no other chat anything."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from telegram.ext import ApplicationBuilder, BaseHandler, ExtBot

from bot.dispatcher import Dispatcher, Outgoing, TurnApplication, TurnHandler, run_now
from conversations.fallback import FALLBACK
from conversations.kit import CommandGiven, Conversation, Conversations, TextGiven, Turn, on_command, on_text
from storage.sql import inbox, states
from storage.sql.database import Database
from storage.sql.outbox import Kind
from storage.sql.tables import conversation_state, outbox
from storage.sql.work import SqlWork
from templates.common_screens import SayTrouble, Trouble


class Listening(StrEnum):
    """The one state of the conversation below."""

    ON = "on"


def listen(turn: Turn, _: CommandGiven) -> Listening:
    turn.data["heard"] = []
    turn.show(SayTrouble(Trouble.AGED))
    return Listening.ON


def hear(turn: Turn, given: TextGiven) -> Listening:
    """Remember what was said; some words make it stumble."""
    turn.data["heard"].append(given.text)
    turn.show(SayTrouble(Trouble.AGED))
    if given.text == "stumble":
        raise RuntimeError("this text makes the step fail")
    return Listening.ON


ECHO = Conversation("echo", [on_command("start", listen)], {Listening.ON: [on_text(hear)]})


@dataclass
class Desk:
    """A dispatcher with a tiny conversation on a real database, and a feed for it."""

    database: Database
    dispatcher: Dispatcher
    _ids: Any = field(default_factory=lambda: count(1))

    def receives(self, chat: int, *texts: str, update_id: int | None = None) -> None:
        """Store messages as intake would."""
        updates = [message(update_id or next(self._ids), chat, text) for text in texts]
        with self.database.begin() as work:
            inbox.receive(work, updates, now_of(self.database))

    def takes(self) -> Outgoing:
        return self.dispatcher.take_group()

    def takes_all(self) -> list[Outgoing]:
        """Take groups until nothing is ready."""
        taken = [self.takes()]
        while taken[-1].handled:
            taken.append(self.takes())
        return taken

    def heard(self, chat: int) -> list[str]:
        """Return what a chat said, as its place remembers it."""
        with self.database.begin() as work:
            place = states.load(work, [chat]).get(chat)
            return list(place.data.get("heard", [])) if place else []

    def open(self) -> int:
        with self.database.begin() as work:
            return inbox.count_open(work)

    def is_due(self) -> None:
        """Let the waiting time of every retry be over."""
        with self.database.begin() as work:
            work.execute(sa.text("UPDATE inbox SET next_at = 0"))


def now_of(database: Database) -> Any:
    return database._clock()


def message(update_id: int, chat: int, text: str) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": f"P{chat}"}
    found: dict[str, Any] = {"message_id": update_id, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"},
                             "from": person, "text": text}  # fmt: skip
    return {"update_id": update_id, "message": found}


@pytest.fixture
async def application() -> TurnApplication:
    builder: Any = ApplicationBuilder().application_class(TurnApplication).bot(ExtBot("1:a")).updater(None)
    application: TurnApplication = builder.job_queue(None).build()
    application.add_handler(TurnHandler())
    application._initialized = True
    return application


@pytest.fixture
async def desk(database: Database, application: TurnApplication) -> Desk:
    now = database._clock
    made = Dispatcher(database, application, Conversations([ECHO, FALLBACK]), owner=7, now=now,
                      today=lambda: now().date(), link=str)  # fmt: skip
    return Desk(database, made)


async def test_chats_share_a_commit_and_each_hears_its_own(desk: Desk) -> None:
    """A slow disk then costs a commit per group, not per person."""
    for chat in (1, 2, 3):
        desk.receives(chat, "/start")

    outgoing = desk.takes()

    assert outgoing.handled == 3
    assert [row.lane for row in outgoing.rows if row.kind is Kind.SCREEN] == [1, 2, 3]


async def test_a_chat_is_heard_in_order_and_once(desk: Desk) -> None:
    """Answers out of order would end up under the wrong norm."""
    desk.receives(1, "/start", "a", "b", "c")
    desk.receives(1, "b", update_id=3)

    desk.takes_all()

    assert desk.heard(1) == ["a", "b", "c"]


async def test_a_lower_id_that_arrives_late_is_still_taken(desk: Desk) -> None:
    """By webhook updates may arrive out of order."""
    desk.receives(1, "/start", update_id=10)
    desk.takes_all()
    desk.receives(1, "late", update_id=5)

    desk.takes_all()

    assert desk.heard(1) == ["late"]


async def test_a_turn_that_fails_takes_its_whole_group_back_and_only_itself_waits(desk: Desk) -> None:
    """Nothing has left yet, so the neighbours can be done again alone."""
    for chat in (1, 2, 3):
        desk.receives(chat, "/start")
    desk.takes_all()
    desk.receives(1, "fine")
    desk.receives(2, "stumble")
    desk.receives(3, "also fine")

    outgoing = desk.takes()

    assert [row.lane for row in outgoing.rows] == [1, 3]
    assert (desk.heard(1), desk.heard(2), desk.heard(3)) == (["fine"], [], ["also fine"])
    assert desk.open() == 1


async def test_after_three_retries_an_update_is_parked_and_the_chat_goes_on(desk: Desk) -> None:
    """One update that can never work must not silence its chat for ever."""
    desk.receives(1, "/start", "stumble", "onward")
    desk.takes_all()

    said: list[str] = []
    for _ in range(4):
        desk.is_due()
        said += [
            row.payload["params"]["text"] for one in desk.takes_all() for row in one.rows if row.kind is Kind.MESSAGE
        ]

    assert desk.heard(1) == ["onward"]
    assert len(said) == 1
    assert "U2" in said[0]


async def test_a_clock_that_is_put_back_makes_no_retry_wait_for_hours(desk: Desk) -> None:
    """The moment of the next attempt was written down by another clock; an attempt waits a few seconds at most."""
    desk.receives(1, "/start", "onward")
    with desk.database.begin() as work:
        inbox.record_failure(work, 1, "ZeroDivisionError", time.time() + 3600)

    desk.takes_all()

    assert desk.heard(1) == ["onward"]


async def test_a_person_who_floods_does_not_keep_others_waiting(desk: Desk) -> None:
    """A thousand messages of one person are that person's own queue."""
    desk.receives(1, "/start", *["noise"] * 300)
    desk.receives(2, "/start")

    assert desk.takes().handled == 2


async def test_what_a_turn_says_is_stored_with_its_place(desk: Desk) -> None:
    """Answers, place and replies commit together or not at all."""
    desk.receives(1, "/start")
    desk.takes()

    with desk.database.begin() as work:
        places = work.execute(sa.select(sa.func.count()).select_from(conversation_state)).scalar()
        rows = work.execute(sa.select(outbox.c.owner, outbox.c.done_at)).all()
    assert places == 1
    assert [tuple(row) for row in rows] == [(7, None)]


async def test_a_turn_that_would_wait_fails_at_once() -> None:
    """Waiting for the network inside a transaction would hold everybody's writer."""

    async def forgets_itself() -> None:
        await asyncio.sleep(1)

    with pytest.raises(RuntimeError, match="may not wait"):
        run_now(forgets_itself())


async def test_a_handler_that_outlives_its_transaction_is_refused(application: TurnApplication) -> None:
    """python-telegram-bot would start it as a task, and it would write into a closed transaction."""

    class Late(BaseHandler[Any, Any, Any]):
        def check_update(self, update: object) -> bool:
            return True

    async def nothing(*_: Any) -> None:
        return None

    with pytest.raises(ValueError, match="outlive"):
        application.add_handler(Late(nothing, block=False))


async def test_who_is_told_to_stop_stops_also_when_the_database_is_gone(desk: Desk) -> None:
    """A group that is under way then fails; its error must not pass for a reason to go on."""
    desk.receives(1, "/start")
    lost, let_go = threading.Event(), threading.Event()

    def lose_the_inbox(work: SqlWork) -> None:
        work.connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
        lost.set()
        let_go.wait(10)

    losing = asyncio.ensure_future(desk.database.run(lose_the_inbox))
    await asyncio.to_thread(lost.wait, 10)
    delivered: list[Outgoing] = []

    async def nothing() -> None:
        """There is nothing to settle."""

    running = asyncio.ensure_future(desk.dispatcher.run(delivered.append, nothing))
    for _ in range(20):
        await asyncio.sleep(0)
    running.cancel()
    let_go.set()
    await asyncio.wait({running, losing}, timeout=10)

    assert running.cancelled()
    assert delivered == []
