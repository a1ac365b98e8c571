"""The bot without a network: raw updates in, what would leave for Telegram out, on a real database.

Everything between is the real thing: inbox, dispatcher, python-telegram-bot, conversations, storage, outbox, jobs,
reminders and housekeeping. Only Telegram itself is played here, as a list of messages per chat.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from telegram.ext import ApplicationBuilder, ExtBot

from bot import rendering
from bot.blobs import Blobs
from bot.dispatcher import Dispatcher, TurnApplication, TurnHandler
from bot.housekeeping import Housekeeping
from bot.jobs import Jobs
from bot.reminders import Reminders
from bot.retention import Retention
from conversations.kit import MAX_LABEL, MAX_TAP_BYTES, Tap
from simulator.entities import parse_html
from storage.sql import inbox, outbox, reports, states
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.outbox import Done, Kind, Outcome, Row
from storage.sql.work import SqlWork
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import Goodbye
from templates.render import AMSTERDAM, render, visible_length
from tests.conftest import MovableClock
from tests.fuzz.stages import conversations, open_database

OWNER = 7
MAX_BUTTONS = 100  # Telegram's limit
#: A word in everything that somebody types: in whose role, and by whom.
CANARY = re.compile(r"kanarie(\d+)c(\d+)z")
#: Written for everybody who does anything at all.
NOISE = frozenset({"inbox", "outbox", "conversation_state", "person", "data_key", "invitation_try", "audit_trail"})
#: Documents that take long to make: so many per run are really made.
HEAVY_PER_RUN = 2
_HEAVY = frozenset(
    {rendering.document, rendering.audit_report, rendering.scorecard, rendering.coverage, rendering.timeline,
     rendering.certificate}
)  # fmt: skip
_TROUBLES = frozenset(render(SayTrouble(trouble)) for trouble in Trouble if trouble is not Trouble.FAILED)
_GOODBYE = render(Goodbye())
_WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
_LINK = re.compile(r"start=[\w-]+")


class Broken(AssertionError):
    """Something that must always hold does not."""


@dataclass
class Message:
    """A message of the bot in a chat: its text, and the data of its buttons by label."""

    text: str
    buttons: tuple[tuple[str, str], ...]


@dataclass
class Phone:
    """A chat as the person sees it: the messages of the bot by id, and the ids of what they sent themselves."""

    messages: dict[int, Message] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    screen: int | None = None


@dataclass(frozen=True)
class Taken:
    """What one update came to: rows that left, the tables that were written, and what was answered to a tap."""

    rows: tuple[Row, ...]
    written: frozenset[str]

    def texts(self, chat: int) -> tuple[str, ...]:
        """Return every text that this chat got, without links, which are new every time."""
        own = (row for row in self.rows if row.lane == chat and "params" in row.payload)
        return tuple(_LINK.sub("start=", _seen(row)) for row in own)


def _seen(row: Row) -> str:
    params = row.payload["params"]
    return f"{params.get('text', '')}\n{params.get('reply_markup', '')}"


class _Warnings(logging.Handler):
    """Keeps what the bot would put in its log from WARNING on."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class _Files:
    """The only call that jobs make to Telegram and wait for: the content of a file."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    async def download(self, file_id: str) -> bytes:
        return self.contents[file_id]

    async def call(self, method: str, params: Mapping[str, Any], timeout: float | None = None) -> Any:
        return True


class _NearJobs(Jobs):
    """Jobs that do their heavy work in this process, a few times per run."""

    heavy_left = HEAVY_PER_RUN
    look: Callable[[object], None] = staticmethod(lambda _: None)

    async def _in_pool(self, function: Callable[..., Any], *arguments: Any) -> Any:
        self.look(arguments)
        if function not in _HEAVY:
            return function(*arguments)
        if self.heavy_left <= 0:
            return "niet-gemaakt.txt", b"not made: enough documents in this run"
        self.heavy_left -= 1
        return function(*arguments)


@cache
def application() -> TurnApplication:
    """Return python-telegram-bot's Application with our one handler; it keeps nothing between updates."""
    builder: Any = ApplicationBuilder().application_class(TurnApplication).bot(ExtBot("1:a")).updater(None)
    made: TurnApplication = builder.job_queue(None).build()
    made.add_handler(TurnHandler())
    made._initialized = True
    return made


class World:
    """One database, the process that works on it, and the phones of everybody."""

    def __init__(self, url: str, directory: Path, chats: Mapping[str, int], clock: MovableClock) -> None:
        self.url, self.directory, self.chats, self.clock = url, directory, chats, clock
        self.phones: dict[int, Phone] = defaultdict(Phone)
        self.taps_seen: list[str] = []
        self.links: list[str] = []
        self.updates = 0
        self.diary: list[str] = []
        self.counts: Counter[str] = Counter()
        self.kinds: set[str] = set()  # of taps that somebody was really shown
        self.files = _Files()
        self._update_ids = count(1)
        self._message_ids = count(10_000)
        self._loop = asyncio.new_event_loop()
        self._warnings = _Warnings()
        logging.getLogger().addHandler(self._warnings)
        self._written: set[str] = set()
        self._reached: dict[int, frozenset[int]] = defaultdict(frozenset)
        self._start()

    # ------------------------------------------------------------------------------------------ the process

    def _start(self) -> None:
        self.database = open_database(self.url, self.clock)
        self.dispatcher = self._dispatcher(self.database)
        blobs = Blobs(self.directory / "evidence"), Blobs(self.directory / "outgoing")
        self.jobs = _NearJobs(self.database, self.files, *blobs, self.clock)  # type: ignore[arg-type]
        self.jobs.look = lambda given: self._look_for_leaks(self._job_chat, repr(given))  # type: ignore[method-assign]
        self.reminders = Reminders(self.database, self._late_rows, OWNER, self.clock)
        self.retention = Retention(self.database, self._late_rows, OWNER, self.clock)
        self.housekeeping = Housekeeping(self.database, *blobs, self.clock)
        sa.event.listen(self.database.engine, "before_cursor_execute", self._note_write)

    def _dispatcher(self, database: Database) -> Dispatcher:
        return Dispatcher(
            database, application(), conversations(), owner=OWNER, now=self.clock,
            today=lambda: self.clock.now.astimezone(AMSTERDAM).date(), link="https://t.me/handvat_bot?start={}".format,
        )  # fmt: skip

    def restart(self) -> None:
        """End the process as kill -9 would, and start a new one on what is stored."""
        heavy = self.jobs.heavy_left
        self.database.close()
        self._start()
        self.jobs.heavy_left = heavy

    def close(self) -> None:
        """Let go of everything."""
        logging.getLogger().removeHandler(self._warnings)
        self.database.close()
        self._loop.close()

    def _note_write(self, *event: Any) -> None:
        found = _WRITE.match(event[2])
        if found:
            self._written.add(found[1].lower())

    # ------------------------------------------------------------------------------------------ what comes in

    def gives(self, chat: int, what: str, body: Mapping[str, Any], *, message: int | None = None) -> Taken:
        """Let an update come in from somebody's private chat, and look at all that comes of it."""
        update = self._update(chat, what, body, message)
        self.diary.append(f"{chat} {what} {dict(body)}"[:300])
        return self._takes(chat, update)

    def types(self, chat: int, text: str) -> Taken:
        """Let somebody send a text or command."""
        message = next(self._message_ids)
        self.phones[chat].sent.append(message)
        return self.gives(chat, "message", {"text": text}, message=message)

    def sends(self, chat: int, body: Mapping[str, Any]) -> Taken:
        """Let somebody send anything else that is a message."""
        message = next(self._message_ids)
        self.phones[chat].sent.append(message)
        return self.gives(chat, "message", body, message=message)

    def taps(self, chat: int, message: int, data: str) -> Taken:
        """Let somebody tap; a client can send any data, on any message."""
        return self.gives(chat, "callback_query", {"data": data}, message=message)

    def _update(self, chat: int, what: str, body: Mapping[str, Any], message: int | None) -> dict[str, Any]:
        name = next((name for name, own in self.chats.items() if own == chat), "Iemand")
        person = {"id": chat, "is_bot": False, "first_name": name}
        where = {"id": chat, "type": "private"}
        number = next(self._update_ids)
        if what == "callback_query":
            screen = {"message_id": message, "date": 0, "chat": where}
            query = {"id": str(number), "from": person, "chat_instance": "1", "message": screen, **body}
            return {"update_id": number, what: query}
        head = {"message_id": message, "date": 1_790_000_000} if message is not None else {"date": 1_790_000_000}
        return {"update_id": number, what: {**head, "chat": where, "from": person, **body}}

    def _takes(self, chat: int, update: Mapping[str, Any]) -> Taken:
        self.updates += 1
        with self.database.begin() as work:
            inbox.receive(work, [dict(update)], self.clock.now)
        self._written.clear()
        outgoing = self.dispatcher.take_group()
        written = frozenset(self._written)
        self._check_log()
        if outgoing.handled != 1:
            raise Broken(f"{outgoing.handled} updates were handled instead of one")
        taken = Taken(tuple(outgoing.rows), written)
        self._deliver(taken.rows)
        self._look_at_refusal(taken, chat)
        self._look_at_place(chat)
        return taken

    # ------------------------------------------------------------------------------------------ what goes out

    def _deliver(self, rows: Sequence[Row]) -> None:
        """Show rows on phones, as Telegram would, run jobs, and mark everything as done."""
        done: list[Done] = []
        screens: dict[int, int] = {}
        for row in rows:
            message = None
            if row.kind in (Kind.SCREEN, Kind.MESSAGE):
                message = self._show(row)
                if row.kind is Kind.SCREEN and row.lane is not None:
                    screens[row.lane] = message
            done.append(Done(row.id, Outcome.SENT, message))
        with self.database.begin() as work:
            outbox.finish(work, done, self.clock.now)
            states.set_screens(work, screens)
            for row in rows:
                if "report_sending" in row.payload:
                    on = self.clock.now.astimezone(AMSTERDAM).date()
                    reports.mark_received(work, row.payload["report_sending"], on, self.clock.now)
        for row in rows:
            if row.kind is Kind.JOB:
                self._run(row)

    def _run(self, row: Row) -> None:
        self._job_chat = row.payload["data"].get("to_chat", row.payload["chat_id"])
        self.counts[f"job {row.payload['name']}"] += 1
        drafts = self._loop.run_until_complete(self.jobs.run(row))
        self._check_log()
        with self.database.begin() as work:
            rows = outbox.add(work, drafts, OWNER, self.clock.now)
        self._deliver(rows)

    def _late_rows(self, rows: Sequence[Row]) -> None:
        self._deliver(rows)

    def _show(self, row: Row) -> int:
        params, chat = row.payload["params"], row.lane
        if chat is None:
            raise Broken(f"a message for nobody: {params}")
        text = params["text"]
        buttons = [button for line in params.get("reply_markup", {}).get("inline_keyboard", ()) for button in line]
        _look_at_text(text)
        _look_at_buttons(buttons)
        if row.kind is Kind.SCREEN and text != _GOODBYE and not any("callback_data" in button for button in buttons):
            raise Broken(f"a screen without a way back: {text}")
        self._look_for_leaks(chat, f"{text} {buttons}")
        phone = self.phones[chat]
        edited = row.payload.get("edit") if row.kind is Kind.SCREEN else None
        message = edited if edited in phone.messages else next(self._message_ids)
        known = tuple((button["text"], button["callback_data"]) for button in buttons if "callback_data" in button)
        phone.messages[message] = Message(text, known)
        if row.kind is Kind.SCREEN:
            phone.screen = message
        self.taps_seen = [*self.taps_seen[-400:], *(data for _, data in known)]
        self.kinds.update(data.partition(":")[0] for _, data in known)
        self.links = [*self.links[-30:], *re.findall(r"start=([\w-]+)", text)]
        return message

    # ------------------------------------------------------------------------------------------ what must hold

    def _check_log(self) -> None:
        records, self._warnings.records = self._warnings.records, []
        for record in records:
            if record.exc_info and record.exc_info[1] is not None:
                raise Broken(f"{record.getMessage()}: {record.exc_info[1]!r}") from record.exc_info[1]
            if record.name.startswith(("bot", "storage", "conversations")):
                raise Broken(f"the log says {record.getMessage()} {vars(record).get('error', '')}")

    def _look_at_refusal(self, taken: Taken, chat: int) -> None:
        """Who is told that nothing changed can rely on it."""
        texts = [row.payload["params"]["text"] for row in taken.rows if row.lane == chat and row.kind is Kind.SCREEN]
        if any(text.endswith(trouble) for text in texts for trouble in _TROUBLES):
            self.counts["refused"] += 1
            if changed := taken.written - NOISE:
                raise Broken(f"refused, but {sorted(changed)} changed: {texts}")

    def _look_at_place(self, chat: int) -> None:
        """A place that no conversation knows would make the next text disappear."""
        with self.database.begin() as work:
            place = states.load(work, [chat]).get(chat)
        if place is None or place.conversation is None:
            return
        found = next((c for c in conversations().all if c.name == place.conversation), None)
        if found is None or (place.state is not None and place.state not in {str(state) for state in found.states}):
            raise Broken(f"nobody knows the place {place.conversation}/{place.state}")

    def _reach(self, chat: int) -> frozenset[int]:
        """Return the organisations whose words may come to somebody: their own, and those an audit ties to them."""
        with self.database.begin() as work:
            try:
                own = {membership.organisation.id for membership in work.actor(chat).memberships}
            except KeyError:
                return frozenset()
            return frozenset(own) | _tied(work, own)

    def _look_for_leaks(self, chat: int, text: str) -> None:
        found = {(int(organisation), int(author)) for organisation, author in CANARY.findall(text)}
        foreign = {(organisation, author) for organisation, author in found if author != chat}
        if not foreign:
            return
        now = self._reach(chat)
        may, self._reached[chat] = now | self._reached[chat], now  # somebody may just have left
        if leaked := {organisation for organisation, _ in foreign if organisation not in may}:
            raise Broken(f"chat {chat} sees what was written in organisation {sorted(leaked)}: {text[:500]}")

    # ------------------------------------------------------------------------------------------ time and twins

    def passes(self, **by: float) -> None:
        """Let time go by, with its reminders and its housekeeping."""
        self.clock.move(**by)
        self.diary.append(f"time {by}")
        self._loop.run_until_complete(self.reminders.tick())
        self._loop.run_until_complete(self.retention.tick())
        self._loop.run_until_complete(self.housekeeping.tick())
        self._check_log()

    def twin(self) -> World:
        """Return another process on a copy of everything (SQLite only), as if this one had crashed just now."""
        path = Path(self.url.removeprefix("sqlite:///"))
        copy = path.with_name("twin.db")
        for beside in ("", "-wal", "-shm"):
            Path(f"{copy}{beside}").unlink(missing_ok=True)
        with self.database.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
            connection.rollback()
        shutil.copyfile(path, copy)
        other = World(f"sqlite:///{copy}", self.directory / "twin", self.chats, self.clock)
        other.phones = {chat: Phone(dict(p.messages), list(p.sent), p.screen) for chat, p in self.phones.items()}  # type: ignore[assignment]
        other.phones = defaultdict(Phone, other.phones)
        other.files = self.files
        other.jobs._api = self.files  # type: ignore[assignment]
        other.jobs.heavy_left = 0
        other._update_ids, other._message_ids = count(next(self._update_ids)), count(next(self._message_ids))
        return other

    def actor(self, chat: int) -> Any:
        """Return who is behind a chat; None for who never wrote."""
        with self.database.begin() as work:
            try:
                return work.actor(chat)
            except KeyError:
                return None


def _tied(work: SqlWork, own: set[int]) -> frozenset[int]:
    """Return every organisation that is tied to these by an audit or a shared auditor, at whatever distance."""
    pairs = work.execute(sa.select(t.audit.c.ci_id, t.audit.c.organisation_id)).all()
    seats = sa.select(t.audit_member.c.organisation_id, t.audit.c.ci_id).join(
        t.audit, t.audit.c.id == t.audit_member.c.audit_id
    )
    pairs = [*pairs, *work.execute(seats).all()]
    swn = set(work.execute(sa.select(t.organisation.c.id).where(t.organisation.c.kind == "swn")).scalars())
    audited = {organisation for pair in pairs for organisation in pair}
    found = set(own) | (audited if own & swn else set())
    while True:
        more = {x for pair in pairs for x in pair if found & set(pair)} - found
        if not more:
            return frozenset(found | (swn if found & audited else set()))
        found |= more


def _look_at_text(text: str) -> None:
    if not text.strip():
        raise Broken("an empty text")
    if visible_length(text) > 4096:
        raise Broken(f"a text of {visible_length(text)} characters")
    plain, _ = parse_html(text)  # refuses what Telegram would refuse
    if not plain.strip():
        raise Broken(f"nothing to see in {text!r}")


def _look_at_buttons(buttons: Sequence[Mapping[str, Any]]) -> None:
    if len(buttons) > MAX_BUTTONS:
        raise Broken(f"{len(buttons)} buttons")
    for button in buttons:
        if not len(button["text"].strip()) > 0 or len(button["text"]) > MAX_LABEL:
            raise Broken(f"a label that does not fit: {button}")
        data = button.get("callback_data")
        if data is not None and (len(data.encode()) > MAX_TAP_BYTES or Tap.unpack(data) is None):
            raise Broken(f"a button that nobody understands: {button}")
