"""One rehearsal: people do what their diaries say, lives end one after another, and the last one finishes.

Before a life begins, a few people do a whole chapter each, so that several updates of one chat wait
together; others go on while it lives. How a life ends, and with which trouble on the network, follows
from the seed and the number of the life.
"""

from __future__ import annotations

import os
import signal
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import sqlalchemy as sa

from bot.app import open_database
from bot.clock import Clock
from domain.framework import FrameworkId
from domain.roles import Role
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.database import Database, engine_url
from tests.crash import checks
from tests.crash.checks import Sighting
from tests.crash.diary import Act, Chapter, Diary
from tests.crash.plans import Plan, plans
from tests.crash.result import Result, first_turns, notes_in, silences
from tests.crash.telegram import LocalTelegram
from tests.crash.zygote import Life, Zygote
from tests.scenes.town import TOKEN, settings_for

FRAMEWORK = FrameworkId("kwaliteitslabel-2019")
#: How often a call fails in a life with trouble on the network.
TROUBLE = {"too_many_requests": 0.01, "bad_gateway": 0.05, "drop_after": 0.03}
_REACH = (*checks.SENDS, "editMessageText")
_CUT = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_FIRST_CHAT = 1001
_UPDATES_PER_LIFE = 20
_STEPS_PER_DIARY = 95


class Rehearsal:
    """Everything of one run; use it once."""

    def __init__(
        self, zygote: Zygote, database_url: str, directory: Path, *,
        lives: int, seed: int, mutant: str | None = None, replicas: int = 1, norms: int | None = None, cuts: int = 0,
        lost_commits: float = 0.0,
    ) -> None:  # fmt: skip
        self._zygote = zygote
        self._url = database_url
        self._directory = directory
        self._lives = lives
        self._seed = seed
        self._mutant = mutant
        self._replicas = replicas
        self._norms = norms
        self._cuts = cuts
        self._lost_commits = lost_commits
        kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
        self._result = Result(kind, replicas)
        self._random = Random(f"{seed} people")
        self._sightings: list[Sighting] = []
        self._last_call = 0
        self._screens: dict[int, tuple[int, int]] = {}
        self._typed: dict[int, int] = {}
        self._troubled: set[int] = set()
        self._ends: list[float] = []

    def run(self) -> Result:
        """Rehearse, check, and return what was found."""
        begun = time.monotonic()
        with LocalTelegram(TOKEN) as self._telegram:
            self._prepare()
            if self._replicas == 1:
                self._live_one_by_one()
            else:
                self._live_together()
            self._finish()
            self._messages = {diary.chat: self._telegram.messages_of_the_bot(diary.chat) for diary in self._diaries}
        self._check()
        self._result.seconds = time.monotonic() - begun
        return self._result

    # ---------------------------------------------------------------------------------- preparing

    def _prepare(self) -> None:
        """Let organisations of two people each start their self-evaluation."""
        pairs = max(3, -(-self._lives * _UPDATES_PER_LIFE // (2 * _STEPS_PER_DIARY)))
        self._diaries: list[Diary] = []
        with opened(self._url, self._directory) as database:
            for pair in range(pairs):
                self._diaries += found_organisation(database, _FIRST_CHAT + 2 * pair, self._seed, self._norms)
        for diary in self._diaries:
            self._telegram.add_person(diary.chat, diary.name)
        self._result.chats = len(self._diaries)
        self._waiting = list(self._diaries)

    # ---------------------------------------------------------------------------- feeding updates

    def _feed(self, people: int, errand: str | None = None) -> None:
        """Let some people do a chapter each, all at once."""
        chosen = self._random.sample(self._waiting[:8], min(people, len(self._waiting)))
        bursts = {diary.chat: (diary, diary.go_on() or self._last_chapter(diary)) for diary in chosen}
        if errand is not None and chosen:
            diary = chosen[0] if errand != "invite" else self._coordinator_of(chosen[0])
            if not diary.is_finished:
                chapter = bursts[diary.chat][1] if diary.chat in bursts else diary.go_on()
                bursts[diary.chat] = (diary, chapter + diary.runs_errand(getattr(Diary, errand)))
        self._do(list(bursts.values()))

    def _last_chapter(self, diary: Diary) -> Chapter:
        self._waiting.remove(diary)
        return diary.finish()

    def _coordinator_of(self, diary: Diary) -> Diary:
        return self._diaries[(diary.chat - _FIRST_CHAT) // 2 * 2]

    def _do(self, bursts: Sequence[tuple[Diary, Chapter]]) -> None:
        """Carry out chapters of several people, mixed, each in its own order."""
        left = [(diary, list(chapter)) for diary, chapter in bursts]
        while left:
            diary, chapter = left[self._random.randrange(len(left))]
            self._act(diary, chapter)
            left = [(d, c) for d, c in left if c]

    def _act(self, diary: Diary, chapter: Chapter) -> None:
        step = chapter.pop(0)
        self._result.updates += 1
        match step.act:
            case Act.TYPES:
                self._typed[diary.chat] = self._telegram.types(diary.chat, step.words)
            case Act.EDITS:
                self._telegram.edits(diary.chat, self._typed[diary.chat], step.words)
            case Act.TAPS:
                self._telegram.taps(diary.chat, self._screen(diary.chat), step.words)
            case Act.SENDS_PHOTO:
                self._telegram.sends_photo(diary.chat, PICTURE)

    def _screen(self, chat: int) -> int:
        """Return the latest message with buttons, or any when there is none yet."""
        version, screen = self._screens.get(chat, (0, 1))
        version, changed = self._telegram.messages(chat, version)
        screen = max([screen, *(m["id"] for m in changed if m["from"] == "bot" and m["keyboard"])])
        self._screens[chat] = version, screen
        return screen

    # ------------------------------------------------------------------------------ life and death

    def _live_one_by_one(self) -> None:
        for plan in self._plans():
            self._feed(self._random.randint(2, 4), plan.errand)
            self._switch_trouble(plan)
            pid = self._begin(plan)
            self._let_live(pid, plan)
            self._look(plan.number)

    def _plans(self) -> Iterator[Plan]:
        return plans(self._lives, self._seed, self._mutant, can_be_full=self._result.database == "sqlite")

    def _begin(self, plan: Plan) -> int:
        self._result.lives += 1
        self._result.lives_on_a_full_disk += plan.has_full_disk
        life = Life(
            plan.number,
            self._telegram.url,
            self._url,
            str(self._directory),
            plan.seam,
            plan.passes,
            self._mutant,
            self._lost_commits,
            plan.has_full_disk,
        )
        return self._zygote.fork(life)

    def _let_live(self, pid: int, plan: Plan) -> None:
        """Feed a living bot a little more, and wait for its end or bring it about."""
        until = time.monotonic() + plan.seconds
        if not self._zygote.has_ended(pid, min(plan.seconds / 2, 0.25)):
            self._feed(self._random.randint(0, 2))
        if not self._zygote.has_ended(pid, until - time.monotonic()):
            self._kill(pid)
            self._result.by_seam["any instant"] += 1
        elif plan.seam is not None:
            self._result.by_seam[plan.seam] += 1
        self._count_end(pid)

    def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert self._zygote.has_ended(pid, 10)

    def _count_end(self, pid: int) -> None:
        self._ends.append(time.monotonic())
        status = self._zygote.status(pid)
        if status == -signal.SIGKILL:
            self._result.kills += 1
        else:
            self._result.findings.add("ended by itself", f"exit code {status}")

    def _live_together(self) -> None:
        """Let replicas work side by side on one database; one at a time dies and is replaced."""
        alive: dict[int, Plan] = {}
        for plan in self._plans():
            self._feed(self._random.randint(2, 4), plan.errand)
            self._switch_trouble(plan)
            alive[self._begin(plan)] = plan
            if len(alive) == self._replicas:
                self._let_one_die(alive)
            self._look(plan.number)
        for pid in alive:
            self._kill(pid)
            self._count_end(pid)
            self._result.by_seam["any instant"] += 1

    def _let_one_die(self, alive: dict[int, Plan]) -> None:
        """Wait until one of them comes by its seam, or kill the oldest."""
        until = time.monotonic() + max(plan.seconds for plan in alive.values())
        self._feed(self._random.randint(0, 2))
        dead = None
        while dead is None and time.monotonic() < until:
            dead = next((pid for pid in alive if self._zygote.has_ended(pid, 0.01)), None)
        if dead is None:
            dead = next(iter(alive))
            self._kill(dead)
            self._result.by_seam["any instant"] += 1
        else:
            self._result.by_seam[alive[dead].seam or "any instant"] += 1
        self._count_end(dead)
        del alive[dead]

    def _switch_trouble(self, plan: Plan) -> None:
        self._result.answers_lost_by_the_network += self._telegram.clear_faults()
        if plan.has_trouble:
            self._troubled.add(plan.number)
            self._result.lives_with_a_bad_network += 1
            for kind, probability in TROUBLE.items():
                self._telegram.add_fault(kind, probability=probability, seed=self._seed + plan.number)

    def _look(self, life: int) -> None:
        """Keep what reached the phones in this life."""
        for call in self._telegram.calls(self._last_call):
            self._last_call = call["number"]
            # "Dropped" is the answer that got lost: the message itself is there.
            if call["method"] in _REACH and (call["ok"] or call["description"] == "connection dropped"):
                params = call["params"]
                text = str(params.get("text") or params.get("caption") or "")
                self._sightings.append(Sighting(life, int(call["chat"]), call["method"], text, call["number"]))

    # -------------------------------------------------------------------------------- the last life

    def _finish(self) -> None:
        """Let everybody look at the overview, and a last life (or several at once) do all that is left."""
        self._result.answers_lost_by_the_network += self._telegram.clear_faults()
        count = self._replicas if self._lives == 0 else 1
        alive = [self._begin(Plan(self._lives + number, None, 0, 0.0, False, False, None)) for number in range(count)]
        if self._lives == 0:
            self._go_on_undisturbed(count)
        self._do([(diary, self._last_chapter(diary)) for diary in list(self._waiting)])
        if not self._all_is_done(alive):
            self._result.findings.add("never finished", "updates or rows stay open")
        for pid in alive:
            self._stop(pid)
        self._look(self._lives)

    def _go_on_undisturbed(self, count: int) -> None:
        """Nobody dies: so many lives do everything together, whatever their database does."""
        notes = self._directory / "notes"
        until = time.monotonic() + 20
        while time.monotonic() < until and sum(what == "started" for _, what, _ in notes_in(notes)) < count:
            time.sleep(0.02)
        while self._waiting:
            self._feed(4)
            self._cut_connections()

    def _stop(self, pid: int) -> None:
        """Ask a bot to end, as a supervisor does."""
        if self._zygote.has_ended(pid, 0):
            return
        os.kill(pid, signal.SIGTERM)
        if not self._zygote.has_ended(pid, 15):
            self._result.findings.add("stop", "SIGTERM does not end the bot")
            self._kill(pid)
        elif self._zygote.status(pid) != 0:
            self._result.findings.add("stop", f"exit code {self._zygote.status(pid)}")

    def _cut_connections(self) -> None:
        """Let PostgreSQL end every connection of the bot at once, as it does when it restarts."""
        if self._result.connections_cut == self._cuts:
            return
        self._result.connections_cut += 1
        time.sleep(self._random.uniform(0, 0.4))
        engine = sa.create_engine(engine_url(self._url), poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            connection.execute(_CUT)

    def _all_is_done(self, alive: Sequence[int]) -> bool:
        """Wait until everything is handled and sent."""
        until = time.monotonic() + (8 if self._mutant else 60)
        with Progress(self._url) as progress:
            while time.monotonic() < until:
                if self._telegram.pending() == 0 and progress.open() == 0:
                    return True
                ended = [pid for pid in alive if self._zygote.has_ended(pid, 0.05)]
                if ended:
                    self._result.findings.add("ended by itself", f"the last life: {self._zygote.status(ended[0])}")
                    return False
        return False

    # -------------------------------------------------------------------------------------- checking

    def _check(self) -> None:
        result = self._result
        with opened(self._url, self._directory) as database:
            for found in (
                checks.check_database(database, self._diaries, result.updates, self._directory),
                checks.check_phones(database, self._diaries, self._sightings),
            ):
                for kind, problems in found.problems.items():
                    result.findings.problems[kind] += problems
            self._check_repeats(database)
        result.contributions = sum(len(diary.handed) for diary in self._diaries)
        notes = self._directory / "notes"
        result.commits_without_answer = sum(what == "answer lost" for _, what, _ in notes_in(notes))
        result.recovery_ms = first_turns(notes) if self._replicas == 1 else silences(notes, self._ends)
        result.processes_left_behind = self._wait_for_leftovers()
        if result.processes_left_behind:
            result.findings.add("left behind", f"{result.processes_left_behind} processes")

    def _check_repeats(self, database: Database) -> None:
        """A crash repeats at most one message per chat; a lost answer repeats that message."""
        result = self._result
        unmarked = checks.sent_unmarked(database, self._sightings, self._messages, result.findings)
        calm = [s for s in unmarked if s.life not in self._troubled]
        result.messages_repeated = checks.sent_again(unmarked, self._sightings)
        result.messages_repeated_on_a_good_network = checks.sent_again(calm, self._sightings)
        counts = Counter((s.chat, s.life) for s in calm)
        result.most_repeated_per_crash_and_chat = max(counts.values(), default=0)
        for (chat, life), count in counts.items():
            if count > 1 and not self._cuts:  # a process that lost its connection looks dead for a moment
                result.findings.add("repeated", f"{count} messages in chat {chat} after life {life}")

    def _wait_for_leftovers(self) -> int:
        """Return how many processes of dead lives are still there after a while."""
        until = time.monotonic() + 5
        while (left := self._zygote.leftovers()) and time.monotonic() < until:
            time.sleep(0.1)
        return len(left)


def found_organisation(
    database: Database, chat: int, seed: int, count: int | None = None, people: int = 2
) -> list[Diary]:
    """Let people with chats from `chat` on share a self-evaluation, the first as coordinator; return their diaries."""
    names = {number: f"{'Joost' if number > chat else 'Samira'}{number}" for number in range(chat, chat + people)}
    now = Clock().now()
    with database.begin() as work:
        ensure_persons(work, names, now)
        work.people(work.actor(chat)).create_organisation(f"Welzijn {chat}", None, now)
        for colleague in range(chat + 1, chat + people):
            _, token = work.people(work.actor(chat)).invite(Role.COLLEAGUE, now)
            work.people(work.actor(colleague)).accept(token, now)
        store = work.evaluations(work.actor(chat))
        evaluation = store.start(FRAMEWORK, now)
        norms = store.framework(evaluation).norms[:count]
    return [
        Diary(number, names[number], evaluation.id, norms[number - chat :: people], Random(f"{seed} diary {number}"))
        for number in names
    ]


class opened:  # noqa: N801 - reads as a function
    """The database for seeding and checking, while no bot is alive."""

    def __init__(self, url: str, directory: Path) -> None:
        self._database = open_database(settings_for("http://127.0.0.1", url, directory, clock_url=None), Clock())

    def __enter__(self) -> Database:
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()


class Progress:
    """Counts what is open while a bot is at work; reads only."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(engine_url(url), poolclass=sa.pool.NullPool)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def latest(self) -> tuple[int, int]:
        """Return the newest update and the newest row."""
        with self._engine.connect() as connection:
            newest = sa.select(sa.func.max(t.inbox.c.update_id)), sa.select(sa.func.max(t.outbox.c.id))
            update, row = (connection.execute(query).scalar() or 0 for query in newest)
            return update, row

    def open(self, update: int = 2**62, row: int = 2**62) -> int:
        """Return how many updates and rows wait, up to these."""
        updates = sa.and_(t.inbox.c.handled_at.is_(None), t.inbox.c.update_id <= update)
        rows = sa.and_(t.outbox.c.done_at.is_(None), t.outbox.c.id <= row)
        waiting = [
            sa.select(sa.func.count()).select_from(t.inbox).where(updates),
            sa.select(sa.func.count()).select_from(t.outbox).where(rows),
        ]
        with self._engine.connect() as connection:
            return sum(connection.execute(query).scalar_one() for query in waiting)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _picture(size: int = 8) -> bytes:
    """Return a small grey PNG."""
    rows = b"".join(b"\0" + b"\x80" * size for _ in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


PICTURE = _picture()
