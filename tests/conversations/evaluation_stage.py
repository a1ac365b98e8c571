"""A stage with the self-evaluation: an organisation with a coordinator, colleagues and a reader."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TypeVar

import pytest

from conversations.fallback import FALLBACK
from conversations.free_text import FREE_TEXT
from conversations.kit import Conversation, Conversations, Turn, on_tap
from conversations.self_evaluation import CONVERSATIONS
from conversations.taps import MenuTap
from domain.framework import Framework, FrameworkId, Norm, NormId
from domain.roles import PersonId, Role
from domain.self_evaluation import Answer, Contribution
from domain.verdicts import Verdict
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from templates.common_screens import PrivateOnly
from templates.evaluation_screens import Notice
from templates.screens import Screen
from tests.scenes.stage import Stage, StageChat

LABEL = FrameworkId("kwaliteitslabel-2019")
SAMIRA, PRIYA, JOOST, RITA = 1001, 1002, 1003, 1004
V1, V2, V5, D9, O23 = (NormId(norm) for norm in ("V1", "V2", "V5", "D9", "O23"))


def _elsewhere(turn: Turn, _: MenuTap) -> None:
    turn.show(PrivateOnly())
    turn.place.conversation, turn.place.state = "elsewhere", "anywhere"


#: Stands for every other conversation of Handvat.
ELSEWHERE = Conversation("elsewhere", entry_points=[on_tap(MenuTap, _elsewhere)])


class EvaluationStage(Stage):
    """An organisation on a fresh database, without a self-evaluation yet."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Conversations([*CONVERSATIONS, FREE_TEXT, ELSEWHERE, FALLBACK]))
        self.samira = self.chat(SAMIRA, "Samira")
        with database.begin() as work:
            samira = ensure_persons(work, {SAMIRA: "Samira"}, self.now)[SAMIRA]
            work.people(samira).create_organisation("Welzijn Rivierenland", None, self.now)

    @property
    def framework(self) -> Framework:
        return self.database.frameworks[LABEL]

    def norm(self, norm: str) -> Norm:
        return self.framework.norm(NormId(norm))

    def joined(self, chat_id: int, name: str, role: Role = Role.COLLEAGUE) -> StageChat:
        """Let somebody join by an invitation of Samira."""
        with self.database.begin() as work:
            _, token = work.people(work.actor(SAMIRA)).invite(role, self.now)
            person = ensure_persons(work, {chat_id: name}, self.now)[chat_id]
            work.people(person).accept(token, self.now)
        return self.chat(chat_id, name)

    def person(self, chat: StageChat) -> PersonId:
        with self.database.begin() as work:
            return work.actor(chat.id).person

    def assign(self, chat: StageChat, *norms: str) -> None:
        """Let Samira give norms to somebody."""
        with self.database.begin() as work:
            store = work.evaluations(work.actor(SAMIRA))
            evaluation = store.current()
            assert evaluation is not None
            store.assign(evaluation, [NormId(n) for n in norms], work.actor(chat.id).person, self.now)

    def judge(self, verdict: Verdict, norms: Iterable[str]) -> None:
        """Let Samira give one verdict to many norms."""
        with self.database.begin() as work:
            store = work.evaluations(work.actor(SAMIRA))
            evaluation = store.current()
            assert evaluation is not None
            for norm in norms:
                store.record_verdict(evaluation, NormId(norm), verdict, seen=None, at=self.now)

    def answer(self, norm: str) -> Answer:
        """Return what is stored at a norm."""
        with self.database.begin() as work:
            store = work.evaluations(work.actor(SAMIRA))
            evaluation = store.current()
            assert evaluation is not None
            return store.answer(evaluation, NormId(norm))

    def texts(self, norm: str) -> list[str]:
        """Return the texts that are stored at a norm."""
        return [item.text for item in self.given(norm)]

    def given(self, norm: str) -> tuple[Contribution, ...]:
        """Return what was handed in at a norm."""
        return self.answer(norm).contributions

    def holds_back(self) -> int:
        """Take the next update id for a message that webhook delivery brings later."""
        return int(next(self._ids))

    def comes_late(self, update_id: int) -> None:
        """Let the next message be the one that was held back."""
        self._ids = chain([update_id], self._ids)

    def is_open(self) -> bool:
        with self.database.begin() as work:
            evaluation = work.evaluations(work.actor(SAMIRA)).current()
            return evaluation is not None and evaluation.is_open


S = TypeVar("S", bound=Screen)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def notice(chat: StageChat) -> Notice:
    """Return the line on top of the screen; fails when there is none."""
    told = getattr(chat.screen, "notice", None)
    assert isinstance(told, Notice), chat.screen
    return told


@pytest.fixture
def stage(database: Database) -> EvaluationStage:
    return EvaluationStage(database)


@pytest.fixture
def samira(stage: EvaluationStage) -> StageChat:
    """The coordinator, who has just started the self-evaluation."""
    stage.samira.sends("/zelfevaluatie")
    return stage.samira
