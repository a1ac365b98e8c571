"""From the outbox to Telegram: in order per chat, side by side across chats, and marked when done.

    accept(rows) -> a queue per chat -> Bot API -> mark (many rows in one transaction)

A chat is one task at a time; a new message waits for its mark before the next leaves, so that a
crash repeats at most one message per chat. Edits may be repeated freely. Answers to taps wait for
nobody: they are worthless within seconds, and are not stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.api import Api, NotSent
from bot.pace import Pace
from bot.tally import Tally
from domain.working_days import AMSTERDAM
from storage.sql import actors, outbox, reports, states
from storage.sql.database import Database
from storage.sql.outbox import Done, Draft, Kind, Outcome, Row
from storage.sql.work import SqlWork

logger = logging.getLogger(__name__)

#: Seconds before a new message is tried again after a failure that leaves open whether Telegram has it: at once while
#: it may be a hiccup, then ever later, because each try may be one more copy. After the last the row is parked.
AMBIGUOUS_PAUSES = (0.2, 0.4, 60.0, 120.0, 240.0, 480.0, 900.0)
_REMEMBERED_SCREENS = 20_000
_REMEMBERED_ROWS = 5_000


class Worker(Protocol):
    """Runs jobs and keeps the files that documents refer to."""

    async def run(self, row: Row) -> Sequence[Draft]:
        """Do the work of one job row and return what to send, an apology when it can't be done.

        Raises:
            NetworkError: to be tried again later.
        """
        ...

    async def content(self, blob: str) -> bytes:
        """Return the file that a document row refers to."""
        ...

    async def forget(self, blob: str) -> None:
        """Delete a file that has been sent."""
        ...


@dataclass
class _Mark:
    """Rows that are done, and what else their mark has to record."""

    done: list[Done] = field(default_factory=list)
    screens: dict[int, int] = field(default_factory=dict)
    unreachable: set[int] = field(default_factory=set)
    drafts: list[Draft] = field(default_factory=list)
    receipts: list[int] = field(default_factory=list)  # reports that Telegram took, by their sending
    written: list[asyncio.Future[None]] = field(default_factory=list)


def _is_undeletable(error: BadRequest) -> bool:
    """Say whether Telegram will never delete a message: it is gone, or too old. Then there is nothing left to do."""
    reason = str(error).casefold()
    return "can't be deleted" in reason or "not found" in reason


def _note_receipt(work: SqlWork, sending: int, now: datetime) -> None:
    """Record that a report was received; whatever is wrong with one must not keep the marks of others from disk."""
    try:
        with work.connection.begin_nested():
            reports.mark_received(work, sending, now.astimezone(AMSTERDAM).date(), now)
    except Exception as error:
        logger.error("receipt_not_recorded", extra={"sending": sending}, exc_info=error)


def _moved(row: Row, chat: int) -> Row:
    """Return a row that goes to where its group has moved."""
    return Row(row.id, row.lane, row.kind, {**row.payload, "params": {**row.payload["params"], "chat_id": chat}})


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


class Delivery:
    """Sends what this process owns, and takes over what nobody sends."""

    def __init__(
        self, api: Api, database: Database, pace: Pace, worker: Worker, *,
        owner: int, now: Callable[[], datetime], alive: Callable[[SqlWork], Sequence[int]],
        slots: int = 128, sweep_seconds: float = 1.0, tally: Tally | None = None,
        steps_aside: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._api = api
        self._database = database
        self._pace = pace
        self._worker = worker
        self._owner = owner
        self._now = now
        self._alive = alive
        self._slots = asyncio.Semaphore(slots)
        self._job_slots = asyncio.Semaphore(2)
        self._sweep_seconds = sweep_seconds
        self._tally = tally or Tally()
        self._steps_aside = steps_aside
        self._lanes: dict[int, deque[Row]] = {}
        self._known: set[int] = set()  # rows that were queued, until a good while after their mark
        self._recent: deque[int] = deque()  # those of them that have been marked
        self._settled = -1  # how many commits were uncertain when `settle` was done last
        self._replaced: dict[int, list[int]] = {}  # by the row that will be sent in their place
        self._screens: OrderedDict[int, int] = OrderedDict()
        self._answered = asyncio.Event()  # replaced by another whenever Telegram answers a call
        self._tasks: set[asyncio.Task[None]] = set()
        self._mark = _Mark()
        self._marked = asyncio.Event()

    # ------------------------------------------------------------------------------ what comes in

    def accept(self, rows: Sequence[Row]) -> None:
        """Queue rows that this process owns; they are committed, so nothing is lost if it dies now."""
        for row in rows:
            if row.id in self._known:
                continue
            self._known.add(row.id)
            if row.lane is None:
                self._start(self._work_row(row))
            elif row.lane in self._lanes:
                self._queue(self._lanes[row.lane], row)
            else:
                self._lanes[row.lane] = deque([row])
                self._start(self._work_lane(row.lane))

    def _queue(self, lane: deque[Row], row: Row) -> None:
        """Add a row; a screen that waits unseen is dropped when a tap has replaced it already.

        Both are marked together, so that after a crash the same rows make the same choice again.
        """
        waiting = lane[-1] if len(lane) > 1 else None  # the first may be on its way
        if waiting is not None and waiting.kind is row.kind is Kind.SCREEN and "edit" in row.payload:
            lane.pop()
            self._replaced[row.id] = [*self._replaced.pop(waiting.id, []), waiting.id]
            if "edit" not in waiting.payload:
                row = Row(row.id, row.lane, row.kind, {k: v for k, v in row.payload.items() if k != "edit"})
        lane.append(row)

    def answer(self, callback_id: str, text: str | None) -> None:
        """Answer a tap at once, outside every queue."""
        self._start(self._answer(callback_id, text))

    async def _answer(self, callback_id: str, text: str | None) -> None:
        params = {"callback_query_id": callback_id} | ({"text": text} if text else {})
        try:
            await self._api.call("answerCallbackQuery", params, 5)
        except TelegramError as error:
            logger.debug("tap_not_answered", extra={"error": type(error).__name__})

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("delivery_task_failed", exc_info=task.exception())

    # ----------------------------------------------------------------------------------- sending

    async def _work_lane(self, lane: int) -> None:
        """Send everything of one chat, in order, and leave."""
        queue = self._lanes[lane]
        try:
            while queue:
                await self._work_row(queue[0])
                queue.popleft()
        finally:
            del self._lanes[lane]

    async def _work_row(self, row: Row) -> None:
        """Send one row until it is done, whatever the network does."""
        ambiguous, failures, has_moved = 0, 0, False
        while True:
            try:
                await self._send(row)
                return
            except RetryAfter as error:
                seconds = float(
                    error.retry_after if isinstance(error.retry_after, int) else error.retry_after.total_seconds()
                )
                self._pace.refused(row.lane, seconds)
                self._tally.refusals += 1
                await asyncio.sleep(seconds)
            except Forbidden:
                self._person_left(row)
                return
            except ChatMigrated as error:
                if has_moved or "chat_id" not in row.payload.get("params", {}):
                    await self._park(row, "the group moved")
                    return
                row, has_moved = _moved(row, error.new_chat_id), True
            except (BadRequest, InvalidToken) as error:
                await self._refused(row, error)
                return
            except (NetworkError, OSError) as error:
                failures += 1
                is_sure = isinstance(error, NotSent)
                if row.kind in (Kind.MESSAGE, Kind.DOCUMENT) and not is_sure:
                    if ambiguous == len(AMBIGUOUS_PAUSES):
                        await self._park(row, "uncertain: it may have arrived")
                        return
                    await asyncio.sleep(AMBIGUOUS_PAUSES[ambiguous])
                    ambiguous += 1
                else:
                    pause = min(30.0, 0.1 * 2 ** min(failures, 9))
                    # A file that never arrives whole says nothing about Telegram, and is not fetched every second.
                    await (asyncio.sleep(pause) if row.kind is Kind.JOB and not is_sure else self._outlast(pause))
            except Exception as error:
                logger.error("row_failed", extra={"row": row.id}, exc_info=error)
                await self._park(row, type(error).__name__)
                return

    async def _outlast(self, seconds: float) -> None:
        """Wait before trying again: so long, or until Telegram answers somebody, but never less than a moment."""
        answered = self._answered
        moment = min(seconds, 1.0)
        await asyncio.sleep(moment)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds - moment):
                await answered.wait()

    async def _send(self, row: Row) -> None:
        send = {
            Kind.SCREEN: self._send_screen, Kind.MESSAGE: self._send_message, Kind.DOCUMENT: self._send_document,
            Kind.CALL: self._send_call, Kind.JOB: self._run_job,
        }[row.kind]  # fmt: skip
        await send(row)

    async def _call(self, chat: int | None, method: str, params: dict[str, Any], *, is_new: bool) -> Any:
        await self._pace.before(chat, is_new_message=is_new)
        async with self._slots:
            result = await self._api.call(method, params)
        self._answered.set()
        self._answered = asyncio.Event()
        return result

    async def _send_message(self, row: Row) -> None:
        result = await self._call(row.lane, "sendMessage", dict(row.payload["params"]), is_new=True)
        if "report_sending" in row.payload:
            self._mark.receipts.append(row.payload["report_sending"])
        await self._finish_surely(Done(row.id, Outcome.SENT, result["message_id"]))

    async def _send_screen(self, row: Row) -> None:
        """Edit the screen where it stands; send it anew when it can't be edited or should come below."""
        assert row.lane is not None  # noqa: S101 - screens always have a chat
        known = self._screens.get(row.lane, row.payload.get("screen"))
        target = (row.payload["edit"] or known) if "edit" in row.payload else None
        if target is not None and await self._edit(row, target):
            if known is not None and known != target:
                await self._strip(row.lane, known)
            self._remember_screen(row.lane, target)
            self._finish(Done(row.id, Outcome.SENT), {row.lane: target} if known != target else {})
            return
        sending = self._call(row.lane, "sendMessage", dict(row.payload["params"]), is_new=True)
        if known is None:
            result = await sending
        else:  # side by side, so that the new screen does not wait for the old one's buttons to go
            result, _ = await asyncio.gather(sending, self._strip(row.lane, known))
        self._remember_screen(row.lane, int(result["message_id"]))
        await self._finish_surely(Done(row.id, Outcome.SENT, result["message_id"]), {row.lane: result["message_id"]})

    def _remember_screen(self, lane: int, message_id: int) -> None:
        self._screens[lane] = message_id
        self._screens.move_to_end(lane)
        if len(self._screens) > _REMEMBERED_SCREENS:
            self._screens.popitem(last=False)

    async def _edit(self, row: Row, target: int) -> bool:
        """Edit a message into this screen; False when that message can't be edited any more."""
        try:
            params = {k: v for k, v in row.payload["params"].items() if k != "protect_content"}  # only for new messages
            await self._call(row.lane, "editMessageText", {**params, "message_id": target}, is_new=False)
        except BadRequest as error:
            reason = str(error).casefold()
            if "not modified" in reason:
                return True
            if "can't be edited" in reason or "not found" in reason:
                return False
            raise
        return True

    async def _strip(self, lane: int, message_id: int) -> None:
        """Take the buttons off the former screen; when that fails they still lead somewhere kind."""
        try:
            async with self._slots:  # not paced: nobody waits for it, and it may fail
                await self._api.call("editMessageReplyMarkup", {"chat_id": lane, "message_id": message_id})
        except TelegramError as error:
            logger.debug("old_keyboard_stays", extra={"error": type(error).__name__})

    async def _send_document(self, row: Row) -> None:
        payload = row.payload
        content = await self._worker.content(payload["blob"])
        await self._pace.before(row.lane, is_new_message=True)
        async with self._slots:
            message_id = await self._api.upload(
                payload["method"], payload["chat_id"], content, payload["file_name"], payload["caption"],
                is_confidential=payload.get("is_confidential", False),
            )  # fmt: skip
        await self._finish_surely(Done(row.id, Outcome.SENT, message_id))
        await self._worker.forget(payload["blob"])

    async def _send_call(self, row: Row) -> None:
        try:
            await self._call(row.lane, row.payload["method"], dict(row.payload["params"]), is_new=False)
        except BadRequest as error:
            if row.payload["method"] != "deleteMessage" or not _is_undeletable(error):
                raise
        self._finish(Done(row.id, Outcome.SENT))

    async def _run_job(self, row: Row) -> None:
        """Run slow work; what it wants to send is stored in the transaction that closes the job."""
        async with self._job_slots:  # not while it waits to be tried again: others can go first
            drafts = await self._worker.run(row)  # first: the mark that is open now may be written meanwhile
        self._tally.jobs += 1
        self._mark.drafts += drafts
        self._finish(Done(row.id, Outcome.SENT))

    # -------------------------------------------------------------------------- refusals for good

    async def _refused(self, row: Row, error: TelegramError) -> None:
        if "can't parse entities" in str(error).casefold() and row.kind in (Kind.SCREEN, Kind.MESSAGE):
            logger.error("markup_refused", extra={"row": row.id})
            params = {k: v for k, v in row.payload["params"].items() if k != "parse_mode"}
            await self._work_row(Row(row.id, row.lane, row.kind, {**row.payload, "params": params}))
            return
        await self._park(row, str(error))

    async def _park(self, row: Row, reason: str) -> None:
        logger.error("row_parked", extra={"row": row.id, "kind": row.kind.value, "reason": reason[:80]})
        self._finish(Done(row.id, Outcome.PARKED, error=reason))

    def _person_left(self, row: Row) -> None:
        """The person blocked the bot: what waits for them is pointless, and others should see it."""
        if row.lane is not None:
            self._mark.unreachable.add(row.lane)
        self._finish(Done(row.id, Outcome.UNREACHABLE))

    # ------------------------------------------------------------------------------------- marks

    def _finish(self, done: Done, screens: dict[int, int] | None = None) -> None:
        self._mark.done += [done, *(Done(id_, Outcome.SUPERSEDED) for id_ in self._replaced.pop(done.id, []))]
        self._mark.screens |= screens or {}
        self._marked.set()

    async def _finish_surely(self, done: Done, screens: dict[int, int] | None = None) -> None:
        """Mark a row and wait until that is on disk: a crash now cannot repeat it any more."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mark.written.append(written)
        self._finish(done, screens)
        await written

    async def run(self) -> None:
        """Keep marking what was sent, and taking over what nobody sends."""
        await asyncio.gather(self._keep_marking(), self._keep_sweeping())

    async def _keep_marking(self) -> None:
        while True:
            await self._marked.wait()
            self._marked.clear()
            mark, self._mark = self._mark, _Mark()
            await self._write(mark)

    async def _write(self, mark: _Mark) -> None:
        """Write marks until the database takes them."""
        rows = None
        while rows is None:
            try:
                rows = await self._database.run(lambda work: self._record(work, mark))
            except Exception as error:
                logger.error("marks_not_written", extra={"error": type(error).__name__})
                await asyncio.sleep(0.5)
        self._tally.deliveries.update(done.outcome.value for done in mark.done)
        self.accept(rows)
        self._forget([done.id for done in mark.done])
        for written in mark.written:
            if not written.done():
                written.set_result(None)

    def _forget(self, rows: Sequence[int]) -> None:
        """Forget rows that are marked, but not at once: a query that is under way may still have seen them open."""
        self._recent += rows
        while len(self._recent) > _REMEMBERED_ROWS:
            self._known.discard(self._recent.popleft())

    def _record(self, work: SqlWork, mark: _Mark) -> list[Row]:
        """Write a mark, unless an earlier try did and only its answer got lost."""
        if mark.drafts and outbox.is_done(work, mark.done[0].id):
            return []  # what it stored is found by `settle`
        now = self._now()
        outbox.finish(work, mark.done, now)
        states.set_screens(work, mark.screens)
        for chat in mark.unreachable:
            actors.mark_unreachable(work, chat)
        for sending in mark.receipts:
            _note_receipt(work, sending, now)
        lanes = {draft.lane for draft in mark.drafts if draft.lane is not None}
        return outbox.add(work, mark.drafts, self._owner, now, outbox.busy_elsewhere(work, lanes, self._owner))

    async def settle(self) -> None:
        """Queue what was left when this process started, and what it owns without knowing after a lost commit.

        To be done before the next turn, so that each chat hears older things first.
        """
        uncertain = self._database.uncertain_commits
        if uncertain == self._settled:
            return
        known = frozenset(self._known)
        self.accept(await self._database.run(lambda work: outbox.owned_by(work, self._owner, known)))
        while rows := await self._sweep():
            self.accept(rows)
        self._settled = uncertain

    async def _sweep(self) -> list[Row]:
        if self._steps_aside():  # a newer version may have left rows that we do not know
            return []
        return await self._database.run(lambda work: outbox.sweep(work, self._owner, self._alive(work)))

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                await self.settle()
                self.accept(await self._sweep())
            except Exception as error:
                logger.error("sweep_failed", extra={"error": type(error).__name__})
            await asyncio.sleep(self._sweep_seconds)

    async def drain(self, seconds: float) -> None:
        """Send what is queued, for at most so many seconds, and write the marks."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        if self._mark.done:
            mark, self._mark = self._mark, _Mark()
            await self._write(mark)
