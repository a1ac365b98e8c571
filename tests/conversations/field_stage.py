"""A stage with an audit that runs: Tom leads it, Ada audits along, and both accepted the statements."""

from __future__ import annotations

from typing import TypeVar

import pytest

from conversations import fieldwork, free_text
from conversations.audit_taps import InterviewTap
from conversations.kit import Conversations
from domain.audit import Finding, FindingId, Interview
from domain.framework import NormId
from storage.sql.database import Database
from templates.fieldwork_screens import FieldNotice
from templates.screens import Screen
from tests.conversations.audit_stage import AUDIT_CONVERSATIONS, TOM, running
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat

V1, V5, D9 = (NormId(norm) for norm in ("V1", "V5", "D9"))
FIELD_CONVERSATIONS = (*fieldwork.CONVERSATIONS, *free_text.CONVERSATIONS, *AUDIT_CONVERSATIONS)


class FieldStage(CarefulStage):
    """Bea's office planned the audit; Tom and Ada are in the menu of it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, Conversations(FIELD_CONVERSATIONS))
        self.bea, self.tom, self.ada = running(self)

    def finding(self, receipt: int) -> Finding:
        """Return a finding as it is stored."""
        with self.database.begin() as work:
            actor = work.actor(TOM)
            audit = work.audits(actor).current()
            assert audit is not None
            return work.fieldwork(actor).finding(audit.id, FindingId(receipt))

    def outline(self) -> tuple[Finding, ...]:
        """Return every finding that stands, without its text."""
        with self.database.begin() as work:
            actor = work.actor(TOM)
            audit = work.audits(actor).current()
            assert audit is not None
            return work.fieldwork(actor).outline(audit.id)

    def interviews(self) -> tuple[Interview, ...]:
        """Return every interview."""
        with self.database.begin() as work:
            actor = work.actor(TOM)
            audit = work.audits(actor).current()
            assert audit is not None
            return work.fieldwork(actor).interviews(audit.id)


S = TypeVar("S", bound=Screen)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def notice(chat: StageChat) -> FieldNotice:
    """Return the line on top of the screen; fails when there is none."""
    told = getattr(chat.screen, "notice", None)
    assert isinstance(told, FieldNotice), chat.screen
    return told


def interviewing(chat: StageChat, *functions: str, who: str = "jongerenwerker, team Noord") -> NormId:
    """Let somebody open an interview and arrive at its first norm."""
    chat.taps_old(InterviewTap())
    if "Nieuw gesprek" in chat.labels:
        chat.taps("Nieuw gesprek")
    for function in functions or ("Professional",):
        chat.taps(function)
    chat.taps("Verder")
    chat.sends(who)
    return chat.screen.header.norm.id  # type: ignore[union-attr, no-any-return]


@pytest.fixture
def stage(database: Database) -> FieldStage:
    return FieldStage(database)


@pytest.fixture
def tom(stage: FieldStage) -> StageChat:
    return stage.tom


@pytest.fixture
def ada(stage: FieldStage) -> StageChat:
    return stage.ada
