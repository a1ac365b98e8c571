"""A stage with an audit whose findings are final: Samira writes the plan, Tom leads the team, Ada audits with him."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from conversations.all import ALL_CONVERSATIONS
from conversations.kit import Conversations
from domain.framework import NormId
from domain.verdicts import Verdict
from storage.sql.database import Database
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat
from tests.storage.plan_cast import WITHIN, PlanCast
from tests.storage.process_cast import CHATS

S = TypeVar("S", bound=Screen)


class PlanStage(CarefulStage):
    """The people of `PlanCast`, each with a chat."""

    def __init__(
        self, database: Database, clock: MovableClock, shortcomings: Mapping[NormId, Verdict] = WITHIN
    ) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = PlanCast(database, clock)
        self.cast.assemble()
        self.cast.finish(shortcomings)
        self.samira, self.sam, self.tom, self.ada, self.bea, self.ina, self.sanne = map(
            self.of, ("Samira", "Sam", "Tom", "Ada", "Bea", "Ina", "Sanne")
        )

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(CHATS[name], name)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen
