"""One soak: a crowd goes on while replicas are killed, stopped and replaced; then all is finished and compared."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp
import sqlalchemy as sa
import uvloop

from benchmarks.meter import database_cpu_seconds
from storage.sql import tables as t
from storage.sql.database import Database, engine_url
from tests.crash import checks
from tests.crash.checks import Sighting
from tests.crash.diary import Act, Diary
from tests.crash.rehearsal import PICTURE, Progress, found_organisation, opened
from tests.crash.result import silences
from tests.crash.telegram import LocalTelegram
from tests.crash.zygote import Life, Zygote
from tests.scenes.town import TOKEN
from tests.soak.balancer import Balancer
from tests.soak.crowd import Crowd, act_of
from tests.soak.fleet import Fleet
from tests.soak.result import Result, Sample

#: How often a call of the bot fails, and how often an update is brought twice, while there is trouble.
TROUBLE = {"too_many_requests": 0.002, "bad_gateway": 0.01, "drop_after": 0.003, "duplicate_update": 0.02}
_STRUCK_AFTER = 0.15  # of the updates
_FIRST_CHAT = 1001
_COLLEAGUES = 8
_BATCH = 50
_REACH = (*checks.SENDS, "editMessageText")
_SEEN = re.compile(r"Bewaard #\d+|Zelfevaluatie</b>|\?start=[\w-]+")


class Scene(Protocol):
    """What a fault can strike at while a soak is under way."""

    telegram: LocalTelegram
    fleet: Fleet
    directory: Path


#: Makes trouble, and ends when the trouble has ended.
Strike = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Wanted:
    """How much of everything; `rate` is updates a second at most."""

    replicas: int = 3
    chats: int = 5_000
    updates: int = 100_000
    kills: int = 1_000
    seed: int = 1
    minutes: float = 90.0
    rate: float | None = None
    window: int = 200
    waiting_most: int = 300  # updates and rows that may wait in the bot before the crowd waits too
    has_trouble: bool = True
    mutant: str | None = None
    has_own_clock: bool = False  # the bots' clock is the machine's plus what the file "clock" says, in seconds
    webhook_pace: float = 0.25
    sample_seconds: float = 5.0
    patience: float = 600.0  # seconds for what is left at the end
    says_progress: bool = False


class Soak:
    """Everything of one run; use it once."""

    def __init__(
        self, zygote: Zygote, database_url: str, directory: Path, wanted: Wanted, *,
        strike: Strike | None = None, way: str | None = None,
    ) -> None:  # fmt: skip
        """`way` is how the bots reach the database, when that is another way than ours."""
        self._zygote = zygote
        self._url = database_url
        self._way = way or database_url
        self._strike = strike
        self.directory = directory
        self._wanted = wanted
        kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
        self._result = Result(kind, wanted.replicas, wanted.chats)
        self._sightings: list[Sighting] = []
        self._last_call = 0
        self._waiting = 0

    def run(self) -> Result:
        """Soak, check, and return what was found."""
        began = time.monotonic()
        with LocalTelegram(TOKEN, webhook_pace=self._wanted.webhook_pace) as self.telegram:
            self._prepare()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._soak())
            messages = {diary.chat: self.telegram.messages_of_the_bot(diary.chat) for diary in self._diaries}
        self._check(messages)
        self._result.seconds = time.monotonic() - began
        return self._result

    def _prepare(self) -> None:
        """Let organisations start their self-evaluation, and everybody have a phone."""
        self._diaries: list[Diary] = []
        with opened(self._url, self.directory) as database:
            for first in range(_FIRST_CHAT, _FIRST_CHAT + self._wanted.chats, _COLLEAGUES):
                people = min(_COLLEAGUES, _FIRST_CHAT + self._wanted.chats - first)
                self._diaries += found_organisation(database, first, self._wanted.seed, people=people)
        for diary in self._diaries:
            self.telegram.add_person(diary.chat, diary.name)
        self._crowd = Crowd(self._diaries, self._wanted.updates, self._wanted.seed)

    # ------------------------------------------------------------------------------- the run itself

    async def _soak(self) -> None:
        balancer = Balancer(self._crowd.take_stored)
        await balancer.start()
        life = Life(0, self.telegram.url, self._way, str(self.directory), mutant=self._wanted.mutant,
                    webhook=balancer.url, has_own_clock=self._wanted.has_own_clock)  # fmt: skip
        result, wanted = self._result, self._wanted
        self.fleet = Fleet(self._zygote, life, wanted.replicas, wanted.seed, balancer.ports, result.findings,
                            is_alone=result.database == "sqlite", dies=wanted.kills > 0)  # fmt: skip
        if wanted.has_trouble:
            for kind, probability in TROUBLE.items():
                self.telegram.add_fault(kind, probability=probability, seed=wanted.seed)
        patient = aiohttp.ClientTimeout(total=300, sock_connect=120)
        async with aiohttp.ClientSession(self.telegram.url, timeout=patient) as self._session:
            self._began = time.monotonic()
            async with self._beside(self._tend(), self._look(), self._measure()):
                await self._feed()
                await self._finish()
            self.fleet.stop_all()
            await self._look_once()
        await balancer.stop()
        result.updates, result.doubles, result.attempts = self._crowd.fed, self._crowd.doubles, balancer.counts

    @asynccontextmanager
    async def _beside(self, *works: object) -> AsyncIterator[None]:
        """Do some things beside the block, until it ends or one of them fails."""
        tasks = [asyncio.ensure_future(work) for work in works]  # type: ignore[call-overload]
        try:
            async with asyncio.timeout(None) as limit:
                for task in tasks:
                    task.add_done_callback(lambda done: done.cancelled() or limit.reschedule(0))
                yield
        finally:
            for task in tasks:
                task.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            for error in found:
                if isinstance(error, Exception):
                    raise error

    async def _feed(self) -> None:
        """Let people go on, as fast as the bot stores, but never far ahead of the kills or of what is handled."""
        crowd, wanted = self._crowd, self._wanted
        feeding = time.monotonic()
        striking = asyncio.ensure_future(self._be_struck())
        while not (crowd.is_over and striking.done()):
            late = time.monotonic() - self._began > wanted.minutes * 60
            crowd.is_closing = crowd.is_closing or late
            if crowd.has_more and self._may_go_on(feeding):
                await self._feed_once()
            else:
                await asyncio.sleep(0.01)
        striking.result()
        self._result.feeding_seconds = time.monotonic() - feeding

    async def _be_struck(self) -> None:
        """Let the fault strike once people are well under way, and see how long it takes to catch up afterwards."""
        if self._strike is None:
            return
        while self._crowd.stored < self._wanted.updates * _STRUCK_AFTER:
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await self._strike(self)
        self.healed_at = healed = time.monotonic()
        with Progress(self._url) as progress:
            waiting = await asyncio.to_thread(progress.latest)
            while await asyncio.to_thread(progress.open, *waiting):
                await asyncio.sleep(0.02)
        self._result.struck_seconds, self._result.caught_up_seconds = healed - began, time.monotonic() - healed

    def _may_go_on(self, since: float) -> bool:
        crowd, rate = self._crowd, self._wanted.rate
        if crowd.fed - crowd.stored >= self._wanted.window or self._waiting > self._wanted.waiting_most:
            return False
        if rate is not None and crowd.fed > (time.monotonic() - since) * rate:
            return False
        return crowd.is_closing or self._kills_due() - self.fleet.kills <= self._wanted.replicas + 1

    def _kills_due(self) -> float:
        return self._crowd.stored * self._wanted.kills / self._wanted.updates

    async def _feed_once(self) -> None:
        acts = []
        for chat, burst in self._crowd.bursts(_BATCH):
            if burst[0].act is Act.SENDS_PHOTO:
                await asyncio.to_thread(self.telegram.sends_photo, chat, PICTURE)
            else:
                acts += [act_of(chat, step) for step in burst]
        if acts:
            async with self._session.post("/control/acts", json={"acts": acts}) as answer:
                assert answer.status == 200, await answer.text()

    async def _tend(self) -> None:
        """Kill when a kill is due, and replace who has gone."""
        while True:
            self.fleet.tend()
            is_feeding = not self._result.feeding_seconds
            if is_feeding and self.fleet.kills < int(self._kills_due()):
                self.fleet.kill_some()
            await asyncio.sleep(0.02)

    async def _look(self) -> None:
        while True:
            await self._look_once()
            await asyncio.sleep(0.15)

    async def _look_once(self) -> None:
        """Keep what reached the phones, and of its text only what is compared."""
        async with self._session.get("/control/calls", params={"after": self._last_call}) as answer:
            calls = json.loads(await answer.read())
        if calls and calls[0]["number"] != self._last_call + 1:
            self._result.findings.add("rehearsal", "calls were forgotten before they were looked at")
        for call in calls:
            if not call["ok"] and not call["description"]:
                return  # it is still under way: look again from here
            self._last_call = call["number"]
            if call["method"] in _REACH and (call["ok"] or call["description"] == "connection dropped"):
                text = str(call["params"].get("text") or call["params"].get("caption") or "")
                kept = " ".join([*_SEEN.findall(text), str(hash(text))])
                self._sightings.append(
                    Sighting(self.fleet.kills, int(call["chat"]), call["method"], kept, call["number"])
                )

    async def _measure(self) -> None:
        """Look now and then how much memory everybody has, and how much waits in the bot."""
        sampled = said = 0.0
        with Progress(self._url) as progress:
            while True:
                self._waiting = await asyncio.to_thread(progress.open)
                at = time.monotonic() - self._began
                if at - sampled >= self._wanted.sample_seconds:
                    sampled = at
                    self._result.memory += [Sample(at, *found) for found in self.fleet.resident().items()]
                if self._wanted.says_progress and at - said >= 60:
                    said = at
                    print(f"{at / 60:.0f} min: {self._crowd.stored} updates, {self.fleet.kills} kills, "
                          f"{self._waiting} waiting", file=sys.stderr, flush=True)  # fmt: skip
                await asyncio.sleep(0.5)

    async def _finish(self) -> None:
        """Let the last ones do all that is left."""
        until = time.monotonic() + self._wanted.patience
        await self._clear_faults()
        with Progress(self._url) as progress:
            while time.monotonic() < until:
                async with self._session.get("/control/stats") as answer:
                    pending = (await answer.json())["pending"]
                if not pending and not await asyncio.to_thread(progress.open):
                    break
                await asyncio.sleep(0.1)
            else:
                self._result.findings.add("never finished", "updates or rows stay open")
        if not self._wanted.kills:  # else most of it went with the dead
            self._result.bots_seconds = self.fleet.processor_seconds()
            if self._result.database == "postgresql":
                self._result.server_seconds = database_cpu_seconds(str(engine_url(self._url).database))

    async def _clear_faults(self) -> None:
        async with self._session.delete("/control/faults"):
            pass

    # -------------------------------------------------------------------------------------- checking

    def _check(self, messages: dict[int, Sequence[int]]) -> None:
        result, fleet = self._result, self.fleet
        result.kills, result.stops, result.by_place = fleet.kills, fleet.stops, fleet.by_place
        result.contributions = sum(len(diary.handed) for diary in self._diaries)
        result.silences_ms = silences(self.directory / "notes", fleet.ends)
        with opened(self._url, self.directory) as database:
            for found in (
                checks.check_database(database, self._diaries, result.updates, self.directory),
                checks.check_phones(database, self._diaries, self._sightings),
            ):
                for kind, problems in found.problems.items():
                    result.findings.problems[kind] += problems
            unmarked = checks.sent_unmarked(database, self._sightings, messages, result.findings)
            result.handled_after, result.sent_after = _delays(database)
        result.messages_repeated = checks.sent_again(unmarked, self._sightings)
        result.most_repeated_in_a_chat = max(Counter(s.chat for s in unmarked).values(), default=0)


def _delays(database: Database) -> tuple[list[float], list[float]]:
    """Return how long every update waited to be handled, and every row to be sent, in seconds."""
    with database.begin() as work:
        handled = work.execute(sa.select(t.inbox.c.received_at, t.inbox.c.handled_at)).all()
        sent = work.execute(sa.select(t.outbox.c.created_at, t.outbox.c.done_at)).all()
    return tuple([(done - since).total_seconds() for since, done in rows if done] for rows in (handled, sent))  # type: ignore[return-value]
