"""Many people at once, in every role, doing whatever a person or an attacker can do: a state machine for hypothesis.

Each step lets something come in and looks at all that goes out; what must hold is in `world.py`. What a run needs of
chance is drawn by hypothesis, so that a failing run can be played again and made smaller.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from conversations.privacy import EraseOrganisationTap, EraseTap
from storage.sql import tables as t
from storage.sql.migrate import migrate
from storage.sql.sealed_places import open_all, unlisted
from tests.conftest import MovableClock, PostgresDatabases
from tests.fuzz import materials
from tests.fuzz.stages import STAGES, Stage, furnish, open_database
from tests.fuzz.world import Broken, Message, Taken, World

WHO = st.integers(0, 63)
CHANCE = st.integers(0, 2**32 - 1)
STEPS = st.lists(st.integers(0, 40), min_size=1, max_size=14)
#: Who has most to do: coordinators, team leader, auditor, offices, secretariat, operator, officers.
BUSY = ("Samira", "Eva", "Tom", "Ada", "Bea", "Sanne", "Olga", "Quinn", "Omar", "Dora", "Quinten", "Ottelien", "Kim")


class Fuzzer(RuleBasedStateMachine):
    """One run: a copy of a database in some part of its life, and what people do with it."""

    postgres: ClassVar[PostgresDatabases | None] = None  # None: SQLite
    stages: ClassVar[tuple[Stage, ...]] = STAGES
    counts: ClassVar[Counter[str]] = Counter()
    kinds: ClassVar[set[str]] = set()
    world: World

    @initialize(number=st.integers(0, len(STAGES) * 3 - 1))
    def begin(self, number: int) -> None:
        """Begin where the label is in some part of its life; the busiest parts come most often."""
        stage = self.stages[number % len(self.stages)]
        self.directory = tempfile.TemporaryDirectory(dir=_fastest())
        clock = MovableClock()
        path = Path(self.directory.name)
        if self.postgres is None:
            url = f"sqlite:///{path / 'handvat.db'}"
            file, clock.now = made(stage)
            shutil.copyfile(file, path / "handvat.db")
        else:
            template, clock.now = made_on_server(self.postgres, stage)
            url = self.postgres.copy_of(template)
        self.world = World(url, path, stage.chats, clock)
        self.tapped: Counter[str] = Counter()
        busy = [stage.chats[name] for name in BUSY if name in stage.chats]
        self.chats = [*sorted(stage.chats.values()), *busy * 3]
        self.norms = tuple(str(norm.id) for norm in next(iter(self.world.database.frameworks.values())).norms)
        for chat in sorted({*self.chats[::3], *busy}):
            self.world.types(chat, "/start")

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self._look_at_everything_stored()
        finally:
            Fuzzer.counts["updates"] += self.world.updates
            Fuzzer.counts.update(self.world.counts)
            Fuzzer.kinds.update(self.world.kinds)
            self.world.close()
            self.directory.cleanup()
            if self.postgres is not None:
                self.postgres.drop(self.world.url)

    # ------------------------------------------------------------------------------------------- what people do

    @rule(who=WHO, steps=STEPS)
    def taps_around(self, who: int, steps: list[int]) -> None:
        """Somebody taps from screen to screen."""
        chat = self._chat(who)
        for step in steps:
            self._taps_shown(chat, step)

    @rule(who=WHO, chance=CHANCE, steps=STEPS)
    def taps_and_types(self, who: int, chance: int, steps: list[int]) -> None:
        """Somebody answers every other screen with words."""
        chat, random = self._chat(who), Random(chance)
        for step in steps:
            self._taps_shown(chat, step)
            if random.random() < 0.5:
                self.world.types(chat, self._text(chat, random))

    @rule(who=WHO, chance=CHANCE)
    def types(self, who: int, chance: int) -> None:
        """Somebody types something, asked or not."""
        chat, random = self._chat(who), Random(chance)
        self.world.types(chat, self._text(chat, random))

    @rule(who=WHO, command=st.integers(0, 200))
    def commands(self, who: int, command: int) -> None:
        """Somebody gives a command."""
        known = materials.commands()
        self.world.types(self._chat(who), known[command % len(known)])

    @rule(who=WHO, chance=CHANCE)
    def taps_old(self, who: int, chance: int) -> None:
        """Somebody scrolls up, and taps a button of a screen from before."""
        chat, random = self._chat(who), Random(chance)
        messages = [(number, m) for number, m in self.world.phones[chat].messages.items() if m.buttons]
        if messages:
            number, message = random.choice(messages)
            self.world.taps(chat, number, random.choice(message.buttons)[1])

    @rule(who=WHO, chance=CHANCE)
    def forges(self, who: int, chance: int) -> None:
        """Somebody's client sends callback data that nobody gave them."""
        chat, random = self._chat(who), Random(chance)
        for _ in range(6):
            data = materials.forged(random, self.world.taps_seen, self.norms)
            message = self.world.phones[chat].screen if random.random() < 0.8 else random.randrange(10**6)
            self.world.taps(chat, message or 1, data)

    @rule(who=WHO, chance=CHANCE)
    def sends_file(self, who: int, chance: int) -> None:
        """Somebody sends a file of some kind, which is not always what it says it is."""
        chat, random = self._chat(who), Random(chance)
        kind, content = random.choice(materials.files())
        file = f"file-{random.randrange(10**9)}"
        self.world.files.contents[file] = content
        size = random.choice([len(content), None, 25_000_000])
        item = {"file_id": file, "file_unique_id": file, "file_size": size} if size is not None else {
            "file_id": file, "file_unique_id": file}  # fmt: skip
        name, caption = random.choice(materials.NAMES), self._text(chat, random)
        body: dict[str, Any] = random.choice([
            {"photo": [{**item, "width": 5, "height": 5}]},
            {"document": {**item, "file_name": name, "mime_type": kind}},
            {"document": item},
            {"voice": {**item, "duration": 2}}, {"audio": {**item, "duration": 2, "file_name": name}},
            {"video": {**item, "duration": 2, "width": 5, "height": 5, "file_name": name}},
            {"video_note": {**item, "duration": 2, "length": 5}},
        ])  # fmt: skip
        extra: dict[str, Any] = {"caption": caption[:1024]} if random.random() < 0.6 else {}
        album = {"media_group_id": "a1"} if random.random() < 0.3 else {}
        self.world.sends(chat, body | extra | album)

    @rule(who=WHO, kind=st.integers(0, 6))
    def sends_something_else(self, who: int, kind: int) -> None:
        """Somebody sends what nobody waits for."""
        kinds: tuple[dict[str, Any], ...] = (
            {"location": {"latitude": 52.0, "longitude": 5.0}},
            {"contact": {"phone_number": "0612345678", "first_name": "Klant"}},
            {"dice": {"emoji": "🎲", "value": 3}},
            {"sticker": {"file_id": "s", "file_unique_id": "s", "width": 5, "height": 5, "is_animated": False,
                         "is_video": False, "type": "regular"}},
            {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
            {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                      "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                      "allows_revoting": False, "members_only": False}},
            {},
        )  # fmt: skip
        self.world.sends(self._chat(who), kinds[kind])

    @rule(who=WHO, chance=CHANCE)
    def edits(self, who: int, chance: int) -> None:
        """Somebody edits a message that they sent, or one that nobody knows."""
        chat, random = self._chat(who), Random(chance)
        own = self.world.phones[chat].sent or [3]
        message = random.choice(own[-6:]) if random.random() < 0.9 else 5
        field = random.choice(["text", "text", "caption"])
        self.world.gives(chat, "edited_message", {field: self._text(chat, random), "edit_date": 1}, message=message)

    @rule(who=WHO, chance=CHANCE)
    def follows_a_link(self, who: int, chance: int) -> None:
        """Somebody opens a link that somebody got: their own, used, withdrawn, or guessed."""
        random = Random(chance)
        token = random.choice(self.world.links) if self.world.links else "x" * 22
        if random.random() < 0.2:
            token = random.choice([token[:-1], token.swapcase(), token + "A", "", "../x", "é"])
        self.world.types(self._chat(who), f"/start {token}")

    @rule(who=WHO, is_whole=st.booleans())
    def leaves_for_good(self, who: int, is_whole: bool) -> None:
        """Somebody has themselves erased, or their whole organisation."""
        chat, screen = self._chat(who), self.world.phones[self._chat(who)].screen or 1
        actor = self.world.actor(chat)
        if not is_whole:
            for data in (EraseTap(is_sure=False).pack(), EraseTap(is_sure=True).pack()):
                self.world.taps(chat, screen, data)
        elif actor is not None and actor.organisation is not None:
            self.world.taps(chat, screen, EraseOrganisationTap().pack())
            self.world.types(chat, str(actor.organisation.name))

    @rule(who=WHO, is_gone=st.booleans())
    def blocks(self, who: int, is_gone: bool) -> None:
        """Somebody blocks the bot, or lets it in again."""
        chat = self._chat(who)
        bot = {"id": 1, "is_bot": True, "first_name": "Handvat"}
        old, new = ("member", "kicked") if is_gone else ("kicked", "member")
        member = {"status": old, "user": bot, "until_date": 0}
        body = {"old_chat_member": member, "new_chat_member": {**member, "status": new}}
        self.world.gives(chat, "my_chat_member", body)

    @rule(hours=st.sampled_from([1, 5, 26, 24 * 8, 24 * 45, 24 * 400]))
    def time_passes(self, hours: int) -> None:
        """Reminders come, links run out, and what has had its time goes."""
        self.world.passes(hours=hours)

    # ---------------------------------------------------------------------------------- what a restart may not do

    @rule()
    def restarts(self) -> None:
        """The process dies and another takes over."""
        self.world.restart()

    @rule(who=WHO, step=st.integers(0, 40))
    def looks_again(self, who: int, step: int) -> None:
        """What only shows something shows the same again, also by a process that has just started."""
        chat = self._chat(who)
        first = self._taps_shown(chat, step)
        if first is None or first.taken.written - {"inbox", "outbox", "conversation_state", "person"}:
            return
        before = first.taken.texts(chat)
        self.world.restart()
        again = self.world.taps(chat, first.message, first.data)
        if again.texts(chat) != before:
            raise Broken(f"{first.data} showed {before} and then {again.texts(chat)}")

    @precondition(lambda self: self.postgres is None)
    @rule(who=WHO, chance=CHANCE, step=st.integers(0, 40))
    def anybody_may_take_it(self, who: int, chance: int, step: int) -> None:
        """A process that knows nothing but what is stored answers the same as one that has been there all along."""
        chat, random = self._chat(who), Random(chance)
        phone = self.world.phones[chat]
        shown = phone.messages.get(phone.screen or 0)
        is_typed = not (shown and shown.buttons) or random.random() < 0.4
        text = self._text(chat, random)
        twin = self.world.twin()
        try:
            taken = []
            for world in (twin, self.world):
                if is_typed:
                    taken.append(world.types(chat, text))
                else:
                    assert shown is not None
                    taken.append(world.taps(chat, phone.screen or 0, shown.buttons[step % len(shown.buttons)][1]))
        finally:
            twin.close()
        there, here = taken
        if there.texts(chat) != here.texts(chat) or there.written != here.written:
            raise Broken(f"two processes differ: {there.texts(chat)} and {here.texts(chat)}")

    # ------------------------------------------------------------------------------------------------- plumbing

    def _chat(self, who: int) -> int:
        return self.chats[who % len(self.chats)]

    def _taps_shown(self, chat: int, step: int) -> Tapped | None:
        """Tap a button of the current screen; who has none asks for the menu."""
        phone = self.world.phones[chat]
        shown = phone.messages.get(phone.screen or 0)
        if shown is None or not shown.buttons:
            self.world.types(chat, "/start")
            return None
        data = self._choice(shown, step)
        message = phone.screen or 0
        return Tapped(message, data, self.world.taps(chat, message, data))

    def _choice(self, shown: Message, step: int) -> str:
        """Return the data of a button: as chance has it, or of the kind that was tapped least in this run."""
        buttons = [data for _, data in shown.buttons]
        if step % 3:
            fewest = min(self.tapped[data.partition(":")[0]] for data in buttons)
            buttons = [data for data in buttons if self.tapped[data.partition(":")[0]] == fewest]
        data = buttons[step % len(buttons)]
        self.tapped[data.partition(":")[0]] += 1
        return data

    def _text(self, chat: int, random: Random) -> str:
        """Return something to type: hostile or sensible, nearly always with a word that tells where it came from."""
        actor = self.world.actor(chat)
        organisation = actor.organisation if actor is not None else None
        if organisation is not None and random.random() < 0.04:
            return str(organisation.name)
        text = random.choice(materials.TEXTS) if random.random() < 0.7 else _made_up(random)
        if random.random() < 0.35:
            return text
        return f"kanarie{organisation.id if organisation else 0}c{chat}z {text}"[:4096]

    def _look_at_everything_stored(self) -> None:
        """Every sealed value opens, every reference leads somewhere, and answers are what their last version says."""
        database = self.world.database
        with database.begin() as work:
            if unlisted():
                raise Broken(f"sealed columns that nobody knows: {unlisted()}")
            if failed := [found for found in open_all(work.connection, work.vault) if found.failed]:
                raise Broken(f"sealed values that nobody can open: {failed}")
            if database.is_sqlite and (lost := work.connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise Broken(f"references that lead nowhere: {lost}")
            if parked := work.execute(sa.select(t.inbox.c.update_id, t.inbox.c.error).where(t.inbox.c.is_parked)).all():
                raise Broken(f"updates that were given up: {parked}")


class Tapped:
    """A tap: where, what, and what came of it."""

    def __init__(self, message: int, data: str, taken: Taken) -> None:
        self.message, self.data, self.taken = message, data, taken


def _made_up(random: Random) -> str:
    """Return characters of all kinds, as no list of examples has them."""
    alphabets = (
        "abc <>&\"'",
        "0123456789-.,/: ",
        "éüñß€½²",
        "\u200b\u202e\u0301\ufeff\n\t\r",
        "{}[]%#$@=+*_`~|\\",
        "👍🏽🏳️‍🌈",
        "日本語אב",
    )
    return "".join(random.choice(random.choice(alphabets)) for _ in range(random.choice([1, 3, 12, 60, 300])))


@cache
def made(stage: Stage) -> tuple[Path, Any]:
    """Return the database file of a stage, made once per process, and what time it is there."""
    path = Path(tempfile.mkdtemp(dir=_fastest(), prefix="handvat-stage-")) / f"{stage.name}.db"
    clock = MovableClock()
    database = open_database(f"sqlite:///{path}", clock)
    migrate(database.engine)
    furnish(stage, database, clock)
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA journal_mode=DELETE")  # type: ignore[union-attr]
        connection.rollback()
    database.close()
    return path, clock.now


@cache
def made_on_server(databases: PostgresDatabases, stage: Stage) -> tuple[str, Any]:
    """Return a database of a stage on the server, made once per process, and what time it is there."""
    url, clock = databases.empty(), MovableClock()
    database = open_database(url, clock)
    migrate(database.engine)
    furnish(stage, database, clock)
    database.close()
    return url, clock.now


def _fastest() -> str | None:
    """Return a directory in memory where there is one: nothing here has to survive the machine."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
