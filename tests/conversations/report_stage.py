"""A stage with an audit of which the report is written: Tom leads, Ada audits, Samira coordinates the member."""

from __future__ import annotations

from typing import TypeVar

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.kit import Conversations
from domain.verdicts import Verdict
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat
from tests.storage.report_cast import CHATS, ReportCast

S = TypeVar("S", bound=Screen)


class ReportStage(CarefulStage):
    """The people of `ReportCast`, each with a chat; every norm is settled, V5 is partial unless the test says so."""

    def __init__(self, database: Database, clock: MovableClock, **verdicts: Verdict) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = ReportCast(database, clock)
        self.cast.assemble()
        self.cast.settle_all(**{"V5": Verdict.PARTIAL} | verdicts)
        self.tom, self.ada, self.bea, self.ina, self.samira, self.sam = map(
            self.of, ("Tom", "Ada", "Bea", "Ina", "Samira", "Sam")
        )

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(CHATS[name], name)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def trouble(chat: StageChat) -> Trouble:
    """Return what a chat was told that it cannot do."""
    return shown(chat, SayTrouble).trouble


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> ReportStage:
    return ReportStage(database, clock)
