"""The composition root: builds every object once, starts them in order, and stops them cleanly.

intake -> inbox -> dispatcher -> outbox -> delivery -> Telegram
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder, ExtBot

from bot.api import Api
from bot.blobs import Blobs
from bot.clock import Clock
from bot.delivery import Delivery
from bot.dispatcher import Dispatcher, Outgoing, TurnApplication, TurnHandler
from bot.holidays_nl import dutch_working_days
from bot.housekeeping import Housekeeping
from bot.intake import Intake
from bot.jobs import Jobs
from bot.own_frameworks import beside
from bot.pace import Pace
from bot.reminders import Reminders
from bot.replicas import CHECKED_EVERY, Replica
from bot.retention import Retention
from bot.settings import Settings
from bot.tally import Tally
from bot.telegram import ALLOWED_UPDATES
from conversations.all import ALL_CONVERSATIONS
from conversations.kit import Conversations
from storage.audit_content import load_audit_rules
from storage.content import load_example, load_frameworks
from storage.mapping_content import with_mapping
from storage.sql.database import Database, create_engine
from storage.sql.example import seed_example
from storage.sql.faults import is_misplaced, is_unavailable
from storage.sql.gauges import read_gauges
from storage.sql.inbox import count_open as count_inbox
from storage.sql.migrate import current_revision, migrate, newest_revision
from storage.sql.outbox import count_open as count_outbox
from storage.sql.outbox import release
from storage.sql.vault import Keyring
from storage.suggest_content import Suggesters
from templates.commands import commands_for

if TYPE_CHECKING:
    from bot.web import Site

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: Telegram drops a tap after 150 seconds, so a deploy has to be over well before.
_DRAIN_SECONDS = 5.0
_DATABASE_PAUSE = 1.0  # seconds, at the start


def open_database(settings: Settings, clock: Clock) -> Database:
    """Return the database of these settings, migrated and with the example organisation in it."""
    engine, frameworks = (
        create_engine(settings.database_url),
        beside(with_mapping(load_frameworks()), settings.data_dir),
    )
    rules = load_audit_rules()
    working_days = dutch_working_days(rules.working_days.hours)
    database = Database(
        engine, Keyring(settings.encryption_keys), frameworks, clock.now,
        operators=settings.operators, audit_rules=replace(rules, working_days=working_days),
        suggesters=Suggesters(frameworks),
    )  # fmt: skip
    migrate(engine)
    with database.begin() as work:
        seed_example(work, load_example, clock.now())
        work.official.read(work)
    return database


def open_surely(settings: Settings, clock: Clock) -> Database:
    """Open the database, and wait for it if need be: a supervisor gives up on a program that ends again and again."""
    while True:
        try:
            return open_database(settings, clock)
        except DBAPIError as error:
            if not is_unavailable(error) or is_misplaced(error):
                raise
            reason = str(error.orig).partition("\n")[0][:200]  # the driver's words; a password is never among them
            logger.error("database_unavailable", extra={"error": type(error).__name__, "reason": reason})
            time.sleep(_DATABASE_PAUSE)


async def bot_name(settings: Settings) -> str:
    """Return the name of the bot at Telegram, for links."""
    api = Api(settings.token, settings.api_url, 1)
    await api.request.initialize()
    try:
        return str((await api.call("getMe", {}))["username"])
    finally:
        await api.request.shutdown()


class App:
    """One process of Handvat."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._api = Api(settings.token, settings.api_url, settings.sender_slots + 8)
        self._replica = Replica(database)
        self._tally = Tally()
        self._evidence = Blobs(settings.data_dir / "evidence")
        self._outgoing = Blobs(settings.data_dir / "outgoing")
        self._jobs = Jobs(database, self._api, self._evidence, self._outgoing, clock.now)
        self._application = _application(self._api.bot)
        self._delivery = self._make_delivery()
        self._dispatcher = self._make_dispatcher()
        self._intake = Intake(database, clock.now, self._dispatcher.wake)
        self._housekeeping = Housekeeping(database, self._evidence, self._outgoing, clock.now)
        self._retention = Retention(database, self._delivery.accept, self._replica.number, clock.now)
        self._reminders = Reminders(database, self._delivery.accept, self._replica.number, clock.now)
        self._stopping = asyncio.Event()
        self._is_known = False  # to Telegram: it answered at least once

    def _make_delivery(self) -> Delivery:
        settings = self._settings
        pace = Pace(settings.messages_per_second, settings.chat_messages_per_second)
        return Delivery(
            self._api, self._database, pace, self._jobs,
            owner=self._replica.number, now=self._clock.now, alive=self._replica.alive, slots=settings.sender_slots,
            sweep_seconds=30.0 if self._database.is_sqlite else 1.0, tally=self._tally,
            steps_aside=lambda: self._replica.is_outdated,
        )  # fmt: skip

    def _make_dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self._database, self._application, Conversations(ALL_CONVERSATIONS), owner=self._replica.number,
            now=self._clock.now, today=self._clock.today, link=self._link,
            idle_seconds=5.0 if self._database.is_sqlite else 0.25, tally=self._tally,
            steps_aside=lambda: self._replica.is_outdated,
        )  # fmt: skip

    def _link(self, payload: str) -> str:
        """Return the deep link that starts a chat with this bot."""
        return f"https://t.me/{self._api.bot.username}?start={payload}"

    # ------------------------------------------------------------------------------------ running

    async def run(self) -> None:
        """Run until `stop`; raises what ended a loop that should go on for ever."""
        async with AsyncExitStack() as stack:
            await self._start(stack)
            delivering = asyncio.ensure_future(self._delivery.run())
            tasks = [asyncio.ensure_future(work) for work in self._work()]
            stopping = asyncio.ensure_future(self._stopping.wait())
            done, _ = await asyncio.wait([delivering, *tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            await _cancel(*tasks, stopping)
            await self._hand_over()  # while delivery still marks what it sends
            await _cancel(delivering)
            for task in done - {stopping}:
                task.result()  # a loop that ended by itself has failed: say so to the supervisor

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping.set()

    async def _start(self, stack: AsyncExitStack) -> None:
        await self._until_database_answers(self._replica.join)
        stack.callback(self._replica.leave)
        await self._api.request.initialize()
        stack.push_async_callback(self._api.bot.shutdown)
        if self._settings.port is not None:
            await self._serve(stack, self._settings.port)
        await _until_telegram_answers(self._api.bot.initialize)
        self._is_known = True
        await self._application.initialize()
        await self._set_commands()
        self._housekeeping.start()
        stack.callback(self._housekeeping.stop)
        self._reminders.start()
        stack.callback(self._reminders.stop)
        self._retention.start()
        stack.callback(self._retention.stop)
        stack.callback(self._jobs.close)
        if self._settings.webhook_url and self._settings.webhook_secret:
            await self._register(self._settings.webhook_url, self._settings.webhook_secret)
        if await self._until_database_answers(self._replica.announce):
            await asyncio.sleep(2 * CHECKED_EVERY)  # by then every older process leaves the turns to us
        logger.info("started", extra={"replica": self._replica.number, "bot": self._api.bot.id})

    async def _until_database_answers(self, call: Callable[[], T]) -> T:
        while True:
            try:
                return await self._database.call(call)
            except DBAPIError as error:
                logger.error("database_unavailable", extra={"error": type(error).__name__})
                await asyncio.sleep(_DATABASE_PAUSE)

    def _work(self) -> Sequence[Awaitable[Any]]:
        """Return the loops of this process besides delivery; each goes on until it is cancelled."""
        work: list[Awaitable[Any]] = [
            self._dispatcher.run(self._deliver, self._delivery.settle), self._follow_clock(), self._stay_alive(),
            self._clock.when_moved(self._reminders.tick), self._clock.when_moved(self._retention.tick),
        ]  # fmt: skip
        if self._settings.webhook_url is None:
            work.append(self._replica.when_leader(self._poll))
        return work

    def _deliver(self, outgoing: Outgoing) -> None:
        for callback_id, text in outgoing.answers:
            self._delivery.answer(callback_id, text)
        self._delivery.accept(outgoing.rows)

    async def _poll(self) -> None:
        try:
            await _until_telegram_answers(lambda: self._api.call("deleteWebhook", {}))
        except (BadRequest, InvalidToken) as error:
            # The token was accepted a moment ago, so this server merely knows no webhooks.
            logger.warning("webhook_not_removed", extra={"error": type(error).__name__})
        await self._intake.poll(self._api)

    async def _follow_clock(self) -> None:
        await self._clock.follow()
        await self._stopping.wait()

    async def _stay_alive(self) -> None:
        await self._replica.keep_alive()
        await self._stopping.wait()

    async def _set_commands(self) -> None:
        """Tell Telegram what /menu and the like mean to somebody without a role."""
        commands = [{"command": name, "description": text} for name, text in commands_for(None)]
        try:
            await self._api.call("setMyCommands", {"commands": commands})
        except TelegramError as error:
            logger.warning("commands_not_set", extra={"error": type(error).__name__})

    async def _hand_over(self) -> None:
        """Send what is queued, and let go of the rest so that another process takes it at once."""
        await self._delivery.drain(_DRAIN_SECONDS)
        try:
            await self._database.run(lambda work: release(work, self._replica.number))
        except DBAPIError as error:
            logger.error("not_released", extra={"error": type(error).__name__})

    # ---------------------------------------------------------------------------- the web endpoints

    async def _serve(self, stack: AsyncExitStack, port: int) -> None:
        """Serve /healthz and /readyz, and /metrics and the webhook when they are wanted.

        Before Telegram has answered, so that whoever watches sees a process that waits, and not one that is dead.
        """
        from bot.web import Site  # late: who polls needs no web server

        site, settings = Site(), self._settings
        site.add_health(self._waiting)
        site.add_ready(self._unready)
        if settings.metrics:
            self._add_metrics(stack, site)
        if settings.webhook_url and settings.webhook_secret:
            path = "/" + settings.webhook_url.split("://", 1)[-1].partition("/")[2]
            site.add_webhook(path, settings.webhook_secret, self._intake.store_one)
        stack.push_async_callback(site.stop)
        await site.start(port)

    def _add_metrics(self, stack: AsyncExitStack, site: Site) -> None:
        from bot.metrics import CONTENT_TYPE, EventCounter, Metrics

        events = EventCounter()
        logging.getLogger().addHandler(events)
        stack.callback(logging.getLogger().removeHandler, events)
        metrics = Metrics(self._tally, events)

        async def page() -> bytes:
            now = self._clock.now()
            try:
                gauges = await self._database.run(lambda work: read_gauges(work, now))
            except DBAPIError:
                gauges = None
            return metrics.page(gauges, now, is_leading=self._replica.is_leading)

        site.add_metrics(page, CONTENT_TYPE)

    async def _unready(self) -> str | None:
        """Return why this process cannot serve people, None when it can; it has joined before it listens."""
        if self._stopping.is_set():
            return "stopping"
        if not self._is_known:
            return "Telegram has not answered yet"
        try:
            revision = await self._database.call(lambda: current_revision(self._database.engine))
        except DBAPIError:
            return "database unavailable"
        # A newer one is fine: while processes are replaced one by one, the first of them migrates for all.
        return None if revision is not None and revision >= newest_revision() else "database not migrated"

    async def _register(self, url: str, secret: str) -> None:
        params = {"url": url, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES, "max_connections": 40}
        await _until_telegram_answers(lambda: self._api.call("setWebhook", params))

    async def _waiting(self) -> tuple[int, int]:
        """Return how many rows wait in the inbox and in the outbox."""
        return await self._database.run(lambda work: (count_inbox(work), count_outbox(work)))


def _application(bot: ExtBot[None]) -> TurnApplication:
    """Return python-telegram-bot's Application with our one handler; nothing of it runs by itself."""
    builder: Any = ApplicationBuilder().application_class(TurnApplication).bot(bot).updater(None).job_queue(None)
    application: TurnApplication = builder.build()
    application.add_handler(TurnHandler())
    return application


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    """End tasks and wait until they have."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _until_telegram_answers(call: Callable[[], Awaitable[Any]]) -> None:
    """Make a call that the start cannot do without, waiting for the network if need be.

    Raises:
        BadRequest, InvalidToken: waiting would not help.
    """
    pause = timedelta(seconds=0.5)
    while True:
        try:
            await call()
        except (BadRequest, InvalidToken):
            raise
        except TelegramError as error:
            logger.warning("telegram_unreachable", extra={"error": type(error).__name__})
            await asyncio.sleep(pause.total_seconds())
            pause = min(pause * 2, timedelta(seconds=30))
        else:
            return
