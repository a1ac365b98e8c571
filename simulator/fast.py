"""The bare server for benchmarks: the Bot API without its checks, and virtual people to feed it.

It keeps counters, and per chat the last keyboard; no history, no parsing of markup. What it does
keep the rules of: updates stay until confirmed, ids count up, one poller at a time. Besides the
Bot API (getUpdates only, no webhook) it answers

    GET  /control/clock            as ever
    POST /control/updates          {"updates": [raw, ...]}
    POST /control/feed             the arguments of feed.Feed; starts it
    GET  /control/feed?timeout=s   its progress; with a timeout: once it is done
    GET  /control/stats            counters and latencies in milliseconds
    POST /control/stats            start counting anew
    POST /control/faults           see faults.py; {"kind": "latency", "ms": 50} slows every call but getUpdates;
                                   with "methods": ["getUpdates"] updates gather, as they do over a network
    POST /control/faults/clear
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from .clock import Clock
from .control import move_clock
from .errors import ApiError, ControlError
from .fast_http import OK, Connection
from .faults import Faults
from .feed import Feed, Screen, StuckError, VirtualChat

_BOT = b'{"id":7000000001,"is_bot":true,"first_name":"Handvat","username":"handvat_bot"}'
_TRUE = b'{"ok":true,"result":true}'
_CONSTANT = {
    b"getMe": b'{"ok":true,"result":%s}' % _BOT,
    b"getWebhookInfo": b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}',
    b"getMyCommands": b'{"ok":true,"result":[]}',
}
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"from":' + _BOT + b',"chat":{"id":%d,"type":"private",'
    b'"first_name":"Test"},"date":1770000000,"text":"x"}}'
)
_FROM = b'{"id":%d,"is_bot":false,"first_name":"Test","language_code":"nl"}'
_CHAT = b'{"id":%d,"type":"private","first_name":"Test"}'
_TEXT_UPDATE = (
    b'{"update_id":%d,"message":{"message_id":%d,"from":' + _FROM + b',"chat":' + _CHAT + b',"date":%d,"text":%s%s}}'
)
_TAP_UPDATE = (
    b'{"update_id":%d,"callback_query":{"id":"%d","from":' + _FROM + b',"message":{"message_id":%d,"from":' + _BOT
) + (b',"chat":' + _CHAT + b',"date":%d,"text":"x"},"chat_instance":"1","data":%s}}')
_COMMAND = b',"entities":[{"type":"bot_command","offset":0,"length":%d}]'


def _field(name: bytes) -> re.Pattern[bytes]:
    """Return what finds a number in JSON, in a form or in multipart, without parsing the whole."""
    return re.compile(rb'\b%s(?:"?\s*[:=]\s*"?|"(?:\r\n[^\r\n]+)*\r\n\r\n)(-?\d+)' % name)


_CHAT_ID, _MESSAGE_ID, _QUERY_ID = _field(b"chat_id"), _field(b"message_id"), _field(b"callback_query_id")
_OFFSET, _LIMIT, _TIMEOUT = _field(b"offset"), _field(b"limit"), _field(b"timeout")
_TICK = 0.002


@dataclass(slots=True)
class _Timing:
    """The life of one update, on the event loop's clock."""

    update_id: int
    needs_answer: bool
    pushed_at: float
    handed_at: float = 0.0
    first_call_at: float = 0.0
    last_call_at: float = 0.0
    answered: bool = False
    shown: bool = False

    @property
    def is_complete(self) -> bool:
        return self.shown and (self.answered or not self.needs_answer)


class FastServer:
    """A Bot API that costs next to nothing; everything happens in one event loop."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock, self._faults = clock, faults
        self._server: asyncio.Server | None = None
        self._feeding: asyncio.Task[None] | None = None
        self._feed: Feed | None = None
        self._pending: deque[tuple[int, int, bytes]] = deque()
        self._poll: tuple[Connection, asyncio.TimerHandle] | None = None
        self._next_update = 1_000
        self._next_message = 1_000
        self._current: dict[int, _Timing] = {}
        self._waiting: dict[int, _Timing] = {}
        self._query_chat: dict[int, int] = {}
        self._done = asyncio.Event()
        self._reporting: asyncio.Task[None] | None = None
        self._forget_counts()

    def _forget_counts(self) -> None:
        self._finished: list[_Timing] = []
        self._calls: dict[bytes, int] = {}
        self._confirmed = self._handed = 0
        self._cpu_at, self._counting_since = time.process_time(), time.perf_counter()

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port."""
        loop = asyncio.get_running_loop()
        self._now = loop.time
        self._later = loop.call_later
        self._server = await loop.create_server(lambda: Connection(self), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and feeding."""
        if self._feeding:
            self._feeding.cancel()
        if self._server:
            self._server.close()

    def gone(self, connection: Connection) -> None:
        """Forget a poller that went away, so that updates are not handed to nobody."""
        if self._poll and self._poll[0] is connection:
            self._poll[1].cancel()
            self._poll = None

    def handle(self, verb: bytes, path: bytes, body: bytes, connection: Connection) -> None:
        """Answer one request."""
        path, _, query = path.partition(b"?")
        if not path.startswith(b"/bot"):
            self._control(verb, path, query, body, connection)
            return
        method = path[path.rfind(b"/") + 1 :]
        self._calls[method] = self._calls.get(method, 0) + 1
        body = body or query
        if method == b"getUpdates":
            self._get_updates(body, connection)
        elif self._faults.active:
            self._call_with_faults(method, body, connection)
        else:
            connection.reply(self._call(method, body))

    def _call(self, method: bytes, body: bytes) -> bytes:
        if method == b"answerCallbackQuery":
            self._answered(body)
            return _TRUE
        found = _CHAT_ID.search(body)
        if found is None or method == b"sendChatAction" or not method.startswith((b"send", b"edit")):
            return _CONSTANT.get(method, _TRUE)
        chat = int(found[1])
        number = self._message_number(method, body)
        self._shown(chat, number, body)
        return _MESSAGE % (number, chat)

    def _message_number(self, method: bytes, body: bytes) -> int:
        if method.startswith(b"edit"):
            found = _MESSAGE_ID.search(body)
            return int(found[1]) if found else 0
        self._next_message += 1
        return self._next_message

    def _answered(self, body: bytes) -> None:
        found = _QUERY_ID.search(body)
        chat = self._query_chat.pop(int(found[1]), None) if found else None
        if chat is not None:
            timing = self._called(chat)
            if timing:
                timing.answered = True
                self._complete(chat, timing)

    def _shown(self, chat: int, number: int, body: bytes) -> None:
        if self._feed and b"inline_keyboard" in body and chat in self._feed.chats:
            self._feed.chats[chat].screen = Screen(number, body)
        timing = self._called(chat)
        if timing:
            timing.shown = True
            self._complete(chat, timing)

    def _called(self, chat: int) -> _Timing | None:
        timing = self._current.get(chat)
        if timing is None:
            return None
        now = self._now()
        timing.first_call_at = timing.first_call_at or now
        timing.last_call_at = now
        return timing

    def _complete(self, chat: int, timing: _Timing) -> None:
        if not timing.is_complete:
            return
        del self._current[chat]
        self._finished.append(timing)
        feed = self._feed
        if feed is None or chat not in feed.chats:
            return
        virtual = feed.chats[chat]
        virtual.done += 1
        feed.answered += 1
        feed.ended_at = self._now()
        if virtual.done < feed.steps:
            self._continue(feed, virtual)
        elif feed.is_done:
            self._done.set()

    def _continue(self, feed: Feed, chat: VirtualChat) -> None:
        if feed.rate is None:
            self._step(feed, chat)
        else:
            feed.ready.append(chat)

    def _step(self, feed: Feed, chat: VirtualChat) -> None:
        """Queue the next thing that this virtual person does."""
        try:
            kind, words = feed.next_step(chat)
        except StuckError:
            if feed.is_done:
                self._done.set()
            return
        feed.started += 1
        self._next_update += 1
        number, at = self._next_update, self._clock.timestamp()
        text = json.dumps(words).encode()
        if kind == "tap":
            self._query_chat[number] = chat.id
            raw = _TAP_UPDATE % (number, number, chat.id, chat.screen.message_id, chat.id, at, text)
        else:
            self._next_message += 1
            command = _COMMAND % len(words.split(None, 1)[0]) if words.startswith("/") else b""
            raw = _TEXT_UPDATE % (number, self._next_message, chat.id, chat.id, at, text, command)
        self._queue(number, chat.id, raw, kind == "tap")

    def _queue(self, number: int, chat: int, raw: bytes, needs_answer: bool) -> None:
        self._waiting[number] = _Timing(number, needs_answer, self._now())
        self._pending.append((number, chat, raw))
        if self._poll:
            # Not at once: what else arrives in this turn of the loop goes into the same batch.
            connection, timer = self._poll
            self._poll = None
            timer.cancel()
            self._later(self._faults.latency("getUpdates", None), self._hand_out, connection, 100)

    def _get_updates(self, body: bytes, connection: Connection) -> None:
        offset, limit, timeout = (_number(p, body, d) for p, d in ((_OFFSET, 0), (_LIMIT, 100), (_TIMEOUT, 0)))
        pending = self._pending
        while pending and pending[0][0] < offset:
            pending.popleft()
            self._confirmed += 1
        if self._poll:
            other, timer = self._poll
            timer.cancel()
            self._poll = None
            other.reply(b'{"ok":false,"error_code":409,"description":"Conflict"}', b"409 Conflict")
        if pending or not timeout:
            self._later(self._faults.latency("getUpdates", None), self._hand_out, connection, limit)
        else:
            self._poll = (connection, self._later(min(timeout, 50), self._poll_ended))

    def _poll_ended(self) -> None:
        if self._poll:
            connection, self._poll = self._poll[0], None
            self._hand_out(connection, 0)

    def _hand_out(self, connection: Connection, limit: int) -> None:
        batch = [self._pending[i] for i in range(min(limit, len(self._pending)))]
        now = self._now()
        for number, chat, _ in batch:
            timing = self._waiting.pop(number, None)
            if timing:
                timing.handed_at = now
                self._current[chat] = timing
        self._handed += len(batch)
        connection.reply(b'{"ok":true,"result":[' + b",".join([raw for _, _, raw in batch]) + b"]}")

    def _call_with_faults(self, method: bytes, body: bytes, connection: Connection) -> None:
        name, found = method.decode(), _CHAT_ID.search(body)
        chat = int(found[1]) if found else None
        delay = self._faults.latency(name, chat)
        if fault := self._faults.before(name, chat):
            answer = connection.drop if fault.kind == "drop_before" else _refusal(connection, fault.error())
        elif self._faults.loses_answer(name, chat):
            self._call(method, body)
            answer = connection.drop
        else:
            answer = _Reply(connection, self._call(method, body))
        self._later(delay, answer) if delay else answer()

    def _control(self, verb: bytes, path: bytes, query: bytes, body: bytes, connection: Connection) -> None:
        try:
            value = json.loads(body) if body else {}
            answer = self._controlled(verb, path, query, value, connection)
        except (ControlError, KeyError, TypeError, ValueError) as error:
            connection.reply(json.dumps({"error": str(error)}).encode(), b"400 Bad Request")
            return
        if answer is not None:
            connection.reply(json.dumps(answer).encode())

    def _controlled(self, verb: bytes, path: bytes, query: bytes, body: dict[str, Any], connection: Connection) -> Any:
        """Return the answer to a control request; None when it comes later."""
        place = f"{verb.decode()} {path.decode().removeprefix('/control/')}"
        if place == "GET feed":
            return self._feed_report(float(parse_qs(query.decode()).get("timeout", ["0"])[0]), connection)
        actions: dict[str, Callable[[], Any]] = {
            "GET clock": self._clock.reading,
            "POST clock": lambda: move_clock(self._clock, body),
            "POST updates": lambda: {"update_ids": [self._push(update) for update in body["updates"]]},
            "POST feed": lambda: self.start_feed(Feed(**body)),
            "GET stats": self.stats,
            "POST stats": self._count_anew,
            "POST faults": lambda: {"kind": self._faults.add(body).kind},
            "POST faults/clear": self._clear_faults,
        }
        if place not in actions:
            raise ControlError(f"fast mode knows {', '.join(actions)}, not {place}")
        return actions[place]()

    def _count_anew(self) -> dict[str, Any]:
        self._forget_counts()
        return {}

    def _clear_faults(self) -> dict[str, Any]:
        self._faults.clear()
        return {}

    def _push(self, update: dict[str, Any]) -> int:
        """Queue a raw update; its latency counts as for the feed."""
        self._next_update = max(self._next_update + 1, update.get("update_id", 0))
        number = update.setdefault("update_id", self._next_update)
        query = update.get("callback_query")
        body = query or next(value for key, value in update.items() if key != "update_id")
        chat = body["message"]["chat"]["id"] if query else body["chat"]["id"]
        if query:
            self._query_chat[int(query["id"])] = chat
        self._queue(number, chat, json.dumps(update).encode(), bool(query))
        return int(number)

    def start_feed(self, feed: Feed) -> dict[str, Any]:
        """Begin a feed and return its progress; in Python it may have a chooser of its own."""
        if self._feeding:
            self._feeding.cancel()
        self._feed, self._done = feed, asyncio.Event()
        feed.began_at = feed.ended_at = self._now()
        self._feeding = asyncio.create_task(self._run_feed(feed))
        return feed.report()

    async def _run_feed(self, feed: Feed) -> None:
        while not feed.is_done:
            for _ in range(feed.due(self._now() - feed.began_at)):
                self._step(feed, feed.ready.popleft())
            if feed.rate is None:
                return
            await asyncio.sleep(_TICK)

    def _feed_report(self, within: float, connection: Connection) -> dict[str, Any] | None:
        if self._feed is None:
            raise ControlError("no feed was started")
        if not within or self._feed.is_done:
            return self._feed.report()
        self._reporting = asyncio.create_task(self._report_when_done(self._feed, within, connection))
        return None

    async def _report_when_done(self, feed: Feed, within: float, connection: Connection) -> None:
        await self.wait_for_feed(within)
        connection.reply(json.dumps(feed.report()).encode())

    async def wait_for_feed(self, within: float) -> bool:
        """Wait until every virtual person is done; return whether they are."""
        try:
            async with asyncio.timeout(within):
                await self._done.wait()
        except TimeoutError:
            return False
        return True

    def stats(self) -> dict[str, Any]:
        """Return what was counted since the start or the last reset."""
        finished = self._finished
        seconds = time.perf_counter() - self._counting_since
        calls = sum(self._calls.values())
        return {
            "calls": {name.decode(): count for name, count in self._calls.items()},
            "calls_per_second": round(calls / seconds, 1),
            "seconds": round(seconds, 3),
            "cpu_seconds": round(time.process_time() - self._cpu_at, 3),
            "pending": len(self._pending),
            "handed_out": self._handed,
            "confirmed": self._confirmed,
            "updates_answered": len(finished),
            "handed_to_first_call_ms": _spread([t.first_call_at - t.handed_at for t in finished]),
            "handed_to_last_call_ms": _spread([t.last_call_at - t.handed_at for t in finished]),
            "pushed_to_last_call_ms": _spread([t.last_call_at - t.pushed_at for t in finished]),
        }


@dataclass(slots=True)
class _Reply:
    """An answer that can wait for its time."""

    connection: Connection
    body: bytes
    status: bytes = OK

    def __call__(self) -> None:
        self.connection.reply(self.body, self.status)


def _refusal(connection: Connection, error: ApiError) -> _Reply:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    return _Reply(connection, json.dumps(body).encode(), b"%d Refused" % error.code)


def _number(pattern: re.Pattern[bytes], body: bytes, default: int) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else default


def _spread(seconds: list[float]) -> dict[str, float]:
    """Return median, 90th and 99th percentile and maximum in milliseconds; empty without values."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    at = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {
        name: round(ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000, 3) for name, part in at.items()
    }
