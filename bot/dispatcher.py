"""One update = one turn; the turns of different chats share a commit.

    claim the heads of idle chats -> load their persons and places -> a step each -> commit -> deliver

Whatever gathered during the last commit is the next group, so a slow disk costs a commit per
group and not per person. When one turn of a group fails, everything is rolled back (nothing has
left yet) and each is taken alone; one that keeps failing is parked and apologised for.

python-telegram-bot's Application parses and routes the update to `TurnHandler`; it is driven
without an event loop, because a turn never waits for anything but the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from telegram import Update
from telegram.ext import Application, BaseHandler

from bot.replies import call_draft, drafts_of, message_draft
from bot.tally import Tally
from bot.telegram import incoming_of, private_chat_of, update_of
from conversations import turns
from conversations.kit import Conversations, Place, ReachabilityChanged, Turn
from conversations.taps import way_back
from domain.actors import Actor
from storage.sql import actors, inbox, outbox, states
from storage.sql.database import Database
from storage.sql.faults import is_unavailable
from storage.sql.inbox import Received
from storage.sql.outbox import Draft, Row
from storage.sql.work import SqlWork
from templates.common_screens import PrivateOnly, SayTrouble, Trouble

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: From so many chats in a group on, what their turns read is read for all of them at once.
_READ_AHEAD_FROM = 4

#: Seconds before the second, third and fourth attempt; after that an update is parked.
RETRY_AFTER = (0.2, 1.0, 3.0)


@dataclass
class Desk:
    """What the handler of one update works with; the turn it leaves behind is read afterwards."""

    take: Callable[[Update], None]
    error: Exception | None = None


DESK: ContextVar[Desk] = ContextVar("desk")


class TurnApplication(Application[Any, Any, Any, Any, Any, Any]):
    """python-telegram-bot's Application, except that an error of a turn is ours to handle."""

    async def process_error(self, update: object, error: Exception, job: Any = None, coroutine: Any = None) -> bool:
        """Keep the error, so that the transaction is rolled back; the stock one would swallow it."""
        del update, job, coroutine
        DESK.get().error = error
        return True

    def add_handler(self, handler: BaseHandler[Any, Any, Any], group: int = 0) -> None:
        """Add a handler; one that would outlive its transaction is refused."""
        if not handler.block:
            raise ValueError("block=False would outlive the transaction of its turn")
        super().add_handler(handler, group)


class TurnHandler(BaseHandler[Update, Any, Any]):
    """The one handler: hands every update to the desk of the running transaction."""

    def __init__(self) -> None:
        super().__init__(callback=self._never, block=True)

    async def _never(self, *_: Any) -> None:
        raise AssertionError("handle_update is overridden")

    def check_update(self, update: object) -> bool:
        """Take everything; the conversations decide."""
        return isinstance(update, Update)

    async def handle_update(self, update: Update, application: Any, check_result: Any, context: Any) -> None:
        """Run the turn."""
        del application, check_result, context
        DESK.get().take(update)


def run_now(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits. A turn that would wait for the network is a defect, and fails here."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("a turn may not wait for anything")


@dataclass
class Outgoing:
    """What leaves after a commit: stored rows, and answers to taps that are worthless when late."""

    rows: list[Row] = field(default_factory=list)
    answers: list[tuple[str, str | None]] = field(default_factory=list)
    handled: int = 0


@dataclass
class _Group:
    """What was loaded for the chats of a group, and what their turns leave behind."""

    people: Mapping[int, Actor]
    places: Mapping[int, states.StoredPlace]
    drafts: list[Draft] = field(default_factory=list)
    moves: list[states.Moved] = field(default_factory=list)
    answers: list[tuple[str, str | None]] = field(default_factory=list)


class Dispatcher:
    """Takes updates from the inbox in groups and hands what must leave to delivery."""

    def __init__(
        self,
        database: Database,
        application: TurnApplication,
        conversations: Conversations,
        *,
        owner: int,
        now: Callable[[], datetime],
        today: Callable[[], date],
        link: Callable[[str], str],
        group_size: int = 96,
        idle_seconds: float = 1.0,
        tally: Tally | None = None,
        steps_aside: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._application = application
        self._conversations = conversations
        self._owner = owner
        self._now = now
        self._today = today
        self._link = link
        self._group_size = group_size
        self._idle_seconds = idle_seconds
        self._tally = tally or Tally()
        self._steps_aside = steps_aside
        self._wake = asyncio.Event()
        self._retries_until = 0.0  # monotonic; until then look often, because a failed turn waits for its retry

    def wake(self) -> None:
        """Say that something may have arrived."""
        self._wake.set()

    async def run(self, deliver: Callable[[Outgoing], None], settle: Callable[[], Awaitable[None]]) -> None:
        """Take groups for ever; a database that is gone is waited for, and nothing is counted as failed.

        `settle` comes before each group, because the last one may have been committed although it failed.
        """
        while True:
            self._wake.clear()
            if self._steps_aside():  # a newer version is at work: what we have stored is for it
                await self._rest()
                continue
            try:
                await settle()
                began = time.perf_counter()
                outgoing = await self._take_surely(deliver)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                logger.error("database_unavailable", extra={"error": type(error).__name__})
                await asyncio.sleep(0.5)
                continue
            self._tally.took(time.perf_counter() - began, outgoing.handled)
            deliver(outgoing)
            if not outgoing.handled:
                await self._rest()

    async def _take_surely(self, deliver: Callable[[Outgoing], None]) -> Outgoing:
        """Take one group; who is told to stop meanwhile still delivers what was committed."""
        taking = asyncio.ensure_future(self._database.call(self.take_group))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            try:
                deliver(await taking)
            except Exception as error:  # nothing was committed; raised here, it would hide that we have to stop
                logger.error("group_not_taken", extra={"error": type(error).__name__})
            raise

    async def _rest(self) -> None:
        seconds = 0.1 if time.monotonic() < self._retries_until else self._idle_seconds
        with contextlib.suppress(TimeoutError):
            # Not wait_for, which in Python 3.11 can swallow a cancellation that comes together with the result.
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def take_group(self) -> Outgoing:
        """Take one group of updates; runs in a database thread and opens its own transactions.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is gone or full; everything stays as it was.
        """
        updates: list[Received] = []
        try:
            with self._database.begin() as work:
                updates = inbox.claim(work, time.time(), self._group_size)
                outgoing = self._take(work, updates)
        except Exception as error:
            if is_unavailable(error) or not updates:
                raise
            logger.info("group_taken_apart", extra={"size": len(updates), "error": type(error).__name__})
            return self._take_one_by_one(updates)
        return outgoing

    def _take(self, work: SqlWork, updates: Sequence[Received]) -> Outgoing:
        if not updates:
            return Outgoing()
        now = self._now()
        group = self._load(work, updates, now)
        for received in updates:
            self._take_turn(work, received, group, now)
        states.save(work, group.moves, now)
        busy = outbox.busy_elsewhere(work, {d.lane for d in group.drafts if d.lane is not None}, self._owner)
        rows = outbox.add(work, group.drafts, self._owner, now, busy)
        inbox.mark_handled(work, [u.update_id for u in updates], now)
        return Outgoing(rows, group.answers, len(updates))

    def _load(self, work: SqlWork, updates: Sequence[Received], now: datetime) -> _Group:
        """Load persons, places and more of all chats of the group, in one statement each."""
        chats = dict(filter(None, (private_chat_of(u.raw) for u in updates)))
        if not chats:
            return _Group({}, {})
        people = actors.ensure_persons(work, chats, now)
        if len(people) >= _READ_AHEAD_FROM:
            work.read_ahead(people.values())
        return _Group(people, states.load(work, list(chats)))

    def _take_turn(self, work: SqlWork, received: Received, group: _Group, now: datetime) -> None:
        """Let python-telegram-bot parse and route one update."""
        update = self._parse(received)
        if update is None:
            return
        desk = Desk(lambda update: self._answer(work, update, received, group, now))
        token = DESK.set(desk)
        try:
            run_now(self._application.process_update(update))
        finally:
            DESK.reset(token)
        if desk.error is not None:
            raise desk.error

    def _parse(self, received: Received) -> Update | None:
        """Return the update, or None for one that makes no sense: trying it again would not help."""
        try:
            return update_of(received.raw, self._application.bot)
        except Exception as error:
            logger.error("update_unreadable", extra={"update_id": received.update_id, "error": type(error).__name__})
            return None

    def _answer(self, work: SqlWork, update: Update, received: Received, group: _Group, now: datetime) -> None:
        incoming = incoming_of(update)
        actor = group.people.get(received.lane)
        if incoming is None or actor is None:
            group.drafts += _group_chat_drafts(update)
            return
        if isinstance(incoming.given, ReachabilityChanged):
            if not incoming.given.is_reachable:  # whoever writes is reachable already
                actors.mark_unreachable(work, incoming.chat_id)
            return
        place = group.places.get(incoming.chat_id, states.StoredPlace())
        turn = Turn(
            incoming=incoming, actor=actor, work=work, now=now, today=self._today(), link=self._link,
            place=Place(place.conversation, place.state, dict(place.data)),
        )  # fmt: skip
        turns.take(self._conversations, turn)
        self._keep(work, turn, place, group)

    def _keep(self, work: SqlWork, turn: Turn, place: states.StoredPlace, group: _Group) -> None:
        incoming = turn.incoming
        group.drafts += drafts_of(turn, place.screen_message_id)
        if incoming.callback_id is not None:
            group.answers.append((incoming.callback_id, turn.toast_text))
        if turn.is_forgotten:
            states.forget(work, incoming.chat_id)
            return
        tapped = incoming.message_id if turn.is_tap and turn.shown is not None and not turn.shown.is_new else None
        group.moves.append(
            states.Moved(
                incoming.chat_id, turn.place.conversation, turn.place.state, turn.place.data,
                tapped or place.screen_message_id, incoming.update_id,
            )
        )  # fmt: skip

    def _take_one_by_one(self, updates: Sequence[Received]) -> Outgoing:
        """Take the members of a failed group alone, so that only the one that fails waits.

        When the database goes meanwhile, what was committed before has to leave all the same.
        """
        total = Outgoing(handled=len(updates))
        for update in updates:
            try:
                part = self._take_alone(update)
            except Exception as error:
                logger.error("database_unavailable", extra={"error": type(error).__name__})
                break
            total.rows += part.rows
            total.answers += part.answers
        return total

    def _take_alone(self, received: Received) -> Outgoing:
        try:
            with self._database.begin() as work:
                claimed = inbox.claim(work, time.time(), 1, lane=received.lane)
                # Another process may have it by now, or a lower id may have arrived meanwhile.
                return self._take(work, claimed)
        except Exception as error:
            if is_unavailable(error):
                raise
            return self._count_failure(received, error)

    def _count_failure(self, received: Received, error: Exception) -> Outgoing:
        """Try again a little later, or give up, apologise and let the chat go on."""
        name = type(error).__name__
        if received.attempts < len(RETRY_AFTER):
            logger.warning("turn_failed", extra={"update_id": received.update_id, "error": name}, exc_info=error)
            delay = RETRY_AFTER[received.attempts]
            self._retries_until = time.monotonic() + delay + 0.5
            with self._database.begin() as work:
                inbox.record_failure(work, received.update_id, name, time.time() + delay)
            return Outgoing()
        logger.error("update_parked", extra={"update_id": received.update_id, "error": name}, exc_info=error)
        with self._database.begin() as work:
            now = self._now()
            inbox.park(work, received.update_id, name, now)
            rows = outbox.add(work, _apology(received), self._owner, now)
        return Outgoing(rows)


def _apology(received: Received) -> list[Draft]:
    if received.lane <= 0:
        return []
    screen = SayTrouble(Trouble.FAILED, f"U{received.update_id}")
    return [message_draft(received.lane, screen, way_back(None), key=f"apology:{received.update_id}")]


def _group_chat_drafts(update: Update) -> list[Draft]:
    """In a group the bot says once that it works in private chats only, and leaves."""
    chat = update.effective_chat
    if chat is None or chat.type == "private" or chat.type == "channel":
        return []
    was_added = update.my_chat_member is not None and update.my_chat_member.new_chat_member.status in ("member", "administrator")  # fmt: skip  # noqa: E501
    was_asked = update.message is not None and (update.message.text or "").startswith("/")
    if not (was_added or was_asked):
        return []
    return [message_draft(chat.id, PrivateOnly()), call_draft("leaveChat", chat.id, chat_id=chat.id)]
