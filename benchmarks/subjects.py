"""Who takes part: three peers, and Handvat on both databases. Each is a program and the steps people take in it."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks import databases
from benchmarks.databases import Postgres, Sqlite
from benchmarks.telegram import Step
from domain.framework import Framework
from domain.verdicts import JUDGED_VERDICTS
from storage.sql.vault import MasterKey

TOKEN = "7000000001:benchmark-token-that-works-nowhere-else"
PEER_PYTHON, OWN_PYTHON = Path(".venv-bench/bin/python"), Path(".venv-bench/handvat/bin/python")

#: Chats by what they are for; every chat of Handvat has an organisation of its own.
FIRST_ANSWER, STEADY, CROWD = range(900_000, 900_001), range(1_000_000, 1_000_060), range(2_000_000, 2_000_500)


@dataclass
class Running:
    """A subject that was started, and where it keeps what it stores."""

    process: subprocess.Popen[bytes]
    store: str


class Subject(Protocol):
    """One column of the comparison."""

    name: str
    opening: Sequence[Step]
    loop: Sequence[Step]

    @contextmanager
    def place(self, directory: Path) -> Iterator[str]:
        """Lend a fresh store."""
        ...

    def start(self, url: str, store: str, log: Path) -> subprocess.Popen[bytes]:
        """Start the program against a Telegram."""
        ...

    def verdicts(self, store: str) -> int | None:
        """Return how many answers are stored now, None for a peer that keeps them in memory."""
        ...

    def missing(self, store: str) -> str:
        """Return what the store lacks of what people did, in words; empty when nothing is."""
        ...


@dataclass(frozen=True)
class Peer:
    """A small bot from peers/."""

    name: str
    module: str
    questions: dict[str, Any]
    opening: Sequence[Step]
    loop: Sequence[Step]

    @contextmanager
    def place(self, directory: Path) -> Iterator[str]:
        """Lend a directory with the questions in it."""
        place = directory / self.module
        place.mkdir(exist_ok=True)
        (place / "questions.json").write_text(json.dumps(self.questions))
        (place / "answers.pickle").unlink(missing_ok=True)
        yield str(place)

    def start(self, url: str, store: str, log: Path) -> subprocess.Popen[bytes]:
        """Start the program against a Telegram."""
        command = [PEER_PYTHON, "-m", f"benchmarks.peers.{self.module}", url, TOKEN, store]
        with log.open("wb") as out:
            return subprocess.Popen(command, stdout=out, stderr=out, env=_environment())

    def verdicts(self, store: str) -> int | None:
        """Return how many answers the pickle holds, which the peer writes when it stops."""
        file = Path(store, "answers.pickle")
        if not file.exists():
            return None
        with file.open("rb") as content:
            data = _Unpickler(content).load()
        return sum(len(person.get("answers", ())) for person in data["user_data"].values())

    def missing(self, store: str) -> str:
        """Say nothing: a peer promises nothing."""
        del store
        return ""


class _Unpickler(pickle.Unpickler):
    """Reads what PicklePersistence wrote, without a bot."""

    def persistent_load(self, _: object) -> None:
        """Put nothing in the place of the bot."""


class Handvat:
    """The product itself: `python -m bot`, as in production except for Telegram's limits.

    The limits per second are off, because a closed loop would only measure them.
    """

    opening = ({"text": "/zelfevaluatie"}, {"tap": ["Begin bij"]})
    loop = ({"tap": ["Voldoet"]}, {"tap": ["Volgende"]}, {"tap": ["Deels"]}, {"tap": ["Volgende"]})

    def __init__(self, kind: Sqlite | Postgres) -> None:
        self.name = f"Handvat, {kind.name}"
        self._databases = kind
        self._key = MasterKey.generate()

    def seed(self) -> None:
        """Fill the template that every run gets a copy of."""
        chats = [str(number) for r in (FIRST_ANSWER, STEADY, CROWD) for number in (r.start, len(r))]
        environment = self._environment("http://127.0.0.1:9", self._databases.template_url, Path())
        subprocess.run([OWN_PYTHON, "-m", "benchmarks.seed", *chats], env=environment, check=True)

    @contextmanager
    def place(self, directory: Path) -> Iterator[str]:
        """Lend a seeded database."""
        del directory
        with self._databases.copy() as url:
            yield url

    def start(self, url: str, store: str, log: Path) -> subprocess.Popen[bytes]:
        """Start the program against a Telegram."""
        environment = self._environment(url, store, log.parent)
        with log.open("wb") as out:
            return subprocess.Popen([OWN_PYTHON, "-m", "bot"], stdout=out, stderr=out, env=environment)

    def verdicts(self, store: str) -> int | None:
        """Return how many verdicts are in the database."""
        return databases.count(store).verdicts

    def missing(self, store: str) -> str:
        """Return what the database lacks of what people did, in words; empty when nothing is.

        Update ids count up without gaps, and every chat judges a norm with every second tap.
        """
        found = databases.count(store)
        if found.waiting or found.handled != found.last_update - found.first_update + 1:
            return f"updates are missing: {found}"
        taps = found.handled - len(FIRST_ANSWER) - len(self.opening) * (len(STEADY) + len(CROWD))
        if abs(2 * found.verdicts - taps) > len(STEADY) + len(CROWD):
            return f"verdicts are missing: {found}"
        return ""

    def _environment(self, url: str, database: str, data: Path) -> dict[str, str]:
        return _environment() | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": database,
            "HANDVAT_DATA_DIR": str(data / "data"),
            "HANDVAT_ENCRYPTION_KEY": self._key,
            "HANDVAT_MESSAGES_PER_SECOND": "0",
            "HANDVAT_CHAT_MESSAGES_PER_SECOND": "0",
        }


def _environment() -> dict[str, str]:
    """Return our environment, with compiled modules allowed: without them every start would compile its own."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


ECHO, CONVERSATION, DIALOG = "PTB echo", "PTB conversation", "aiogram-dialog"


def peers(framework: Framework) -> list[Peer]:
    """Return the peers, with the norms of a framework as their questions."""
    answers = [framework.words(verdict).short for verdict in JUDGED_VERDICTS]
    texts = [f"<b>{norm.id}</b>\n\n{_escaped(norm.essence)}" for norm in framework.norms]
    questions = {"questions": texts, "answers": answers}
    start, tap = [{"text": "/start"}], [{"tap": [words]} for words in answers]
    return [
        Peer(ECHO, "ptb_echo", questions, [], [{"text": "Zo doen wij dat."}]),
        Peer(CONVERSATION, "ptb_conversation", questions, start, tap),
        Peer(DIALOG, "aiogram_dialog", questions, start, tap),
    ]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@contextmanager
def subjects(framework: Framework, directory: Path, word: str = "") -> Iterator[list[Subject]]:
    """Lend every subject that can run here and whose name holds a word, seeded."""
    with ExitStack() as stack:
        kinds: list[Sqlite | Postgres] = [Sqlite(directory)]
        postgres = databases.find_postgres()
        if postgres is None:
            print("No PostgreSQL server: set HANDVAT_TEST_POSTGRES.", file=sys.stderr)
        else:
            stack.callback(postgres.close)
            kinds.append(postgres)
        chosen: list[Subject] = [peer for peer in peers(framework) if word in peer.name]
        for product in (Handvat(kind) for kind in kinds):
            if word in product.name:
                product.seed()
                chosen.append(product)
        yield chosen
