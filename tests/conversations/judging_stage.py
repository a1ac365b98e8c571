"""A stage with an audit under way: Tom leads, Ada and Wim audit with him; Ina leads an audit of another body."""

from __future__ import annotations

from typing import TypeVar

import pytest

from conversations import audit_day, consensus, coverage, verdicts
from conversations.fallback import FALLBACK
from conversations.kit import Conversation, Conversations, Turn, on_tap
from conversations.taps import MenuTap
from domain.framework import Framework, Norm, NormId
from domain.roles import Role
from domain.self_evaluation import EvaluationId
from domain.verdicts import Verdict
from storage.sql.database import Database
from templates.common_screens import PrivateOnly, SayTrouble, Trouble
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat
from tests.storage.audit_cast import AUDIT_CHATS, FRAMEWORK
from tests.storage.judging_cast import JudgingCast


def _elsewhere(turn: Turn, _: MenuTap) -> None:
    turn.show(PrivateOnly())


#: Stands for every other conversation of Handvat.
ELSEWHERE = Conversation("elsewhere", entry_points=[on_tap(MenuTap, _elsewhere)])
JUDGING = (
    *coverage.CONVERSATIONS,
    *verdicts.CONVERSATIONS,
    *consensus.CONVERSATIONS,
    *audit_day.CONVERSATIONS,
    ELSEWHERE,
    FALLBACK,
)


class JudgingStage(CarefulStage):
    """The people of `JudgingCast`, each with a chat."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(database, Conversations(JUDGING))
        self.cast = JudgingCast(database, clock)
        self.cast.assemble()
        self.tom, self.ada, self.wim, self.ina, self.bea = map(self.of, ("Tom", "Ada", "Wim", "Ina", "Bea"))

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(AUDIT_CHATS[name], name)

    @property
    def framework(self) -> Framework:
        return self.database.frameworks[FRAMEWORK]

    def norm(self, norm: str) -> Norm:
        return self.framework.norm(NormId(norm))

    def member_judges(self, given: dict[str, Verdict]) -> None:
        """Let the member judge itself and share that with Tom."""
        with self.database.begin() as work:
            samira = work.actor(AUDIT_CHATS["Samira"])
            store = work.evaluations(samira)
            evaluation = store.current() or store.start(FRAMEWORK, self.now)
            for norm, verdict in given.items():
                store.record_verdict(evaluation, NormId(norm), verdict, seen=None, at=self.now)
            _, token = work.people(samira).invite(Role.READER, self.now)
            tom = work.actor(AUDIT_CHATS["Tom"])
            auditing = tom.membership
            assert auditing is not None
            work.people(tom).accept(token, self.now)
            work.people(work.actor(AUDIT_CHATS["Tom"])).switch_to(auditing.id)
            assert EvaluationId(evaluation.id)


S = TypeVar("S", bound=Screen)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def trouble(chat: StageChat) -> Trouble:
    """Return what a chat was told that it cannot do."""
    return shown(chat, SayTrouble).trouble


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> JudgingStage:
    return JudgingStage(database, clock)
