"""Everybody who plays a part in the tests of storage: two organisations, and people around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from domain.actors import Actor
from domain.framework import FrameworkId, NormId
from domain.roles import Role
from domain.self_evaluation import Contribution, ContributionKind, Evaluation, Purpose
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from storage.sql.evaluations import SqlEvaluations
from storage.sql.files import SqlFiles
from storage.sql.people import SqlPeople
from storage.sql.work import SqlWork

FRAMEWORK = FrameworkId("kwaliteitslabel-2019")
V1, V2, D9 = NormId("V1"), NormId("V2"), NormId("D9")

#: Chats by name. Samira and Joost are coordinator and colleague of Rivierenland, Rik reads there for a
#: CI; Eva and Mo are coordinator and colleague of another organisation; Noor and Gast have no role at all.
CHATS = {"Samira": 1, "Joost": 2, "Priya": 3, "Rik": 4, "Eva": 5, "Mo": 6, "Noor": 7, "Gast": 8}
AUDIENCE = {"Joost": Role.COLLEAGUE, "Priya": Role.COLLEAGUE, "Rik": Role.READER}


class Cast:
    """The people of a test on one database; a part is played within a transaction."""

    def __init__(self, database: Database, clock: object) -> None:
        self.database = database
        self._clock = clock
        self._messages = iter(range(1, 10_000))

    @property
    def now(self) -> datetime:
        """The time of the test."""
        return self._clock()  # type: ignore[operator, no-any-return]

    def assemble(self) -> None:
        """Give everybody their role, and both organisations a self-evaluation."""
        with self.database.begin() as work:
            ensure_persons(work, {chat: name for name, chat in CHATS.items()}, self.now)
            self.people(work, "Samira").create_organisation("Welzijn Rivierenland", "SWN 123", self.now)
            self.people(work, "Eva").create_organisation("Stichting Overkant", None, self.now)
            for name, role in AUDIENCE.items():
                self.join(work, "Samira", name, role)
            self.join(work, "Eva", "Mo", Role.COLLEAGUE)
            self.evaluations(work, "Samira").start(FRAMEWORK, self.now)
            self.evaluations(work, "Eva").start(FRAMEWORK, self.now)

    @contextmanager
    def plays(self, name: str) -> Iterator[Part]:
        """Let one person act in a transaction of its own."""
        with self.database.begin() as work:
            yield Part(self, work, name)

    def join(self, work: SqlWork, host: str, guest: str, role: Role) -> None:
        """Let one person invite another, who accepts."""
        _, token = self.people(work, host).invite(role, self.now)
        self.people(work, guest).accept(token, self.now)

    def actor(self, work: SqlWork, name: str) -> Actor:
        """Return somebody as they are now."""
        return work.actor(CHATS[name])

    def people(self, work: SqlWork, name: str) -> SqlPeople:
        """Return the people whom somebody reaches."""
        return work.people(self.actor(work, name))

    def evaluations(self, work: SqlWork, name: str) -> SqlEvaluations:
        """Return the self-evaluations that somebody reaches."""
        return work.evaluations(self.actor(work, name))

    def files(self, work: SqlWork, name: str) -> SqlFiles:
        """Return the files that somebody reaches."""
        return work.files(self.actor(work, name))

    def next_message(self) -> int:
        """Return the number of a new message."""
        return next(self._messages)


class Part:
    """One person within one transaction, with the self-evaluation of the organisation at hand."""

    def __init__(self, cast: Cast, work: SqlWork, name: str) -> None:
        self.cast = cast
        self.work = work
        self.actor = cast.actor(work, name)
        self.people = work.people(self.actor)
        self.evaluations = work.evaluations(self.actor)
        self.files = work.files(self.actor)

    @property
    def evaluation(self) -> Evaluation:
        """The running self-evaluation."""
        found = self.evaluations.current()
        assert found is not None
        return found

    def writes(self, text: str, norm: NormId = V1, message: int | None = None) -> Contribution:
        """Type something at a norm."""
        number = message if message is not None else self.cast.next_message()
        return self.evaluations.contribute(
            self.evaluation, norm, ContributionKind.TEXT, Purpose.EXPLANATION, text, self.cast.now, message_id=number
        )
