"""A stage on which Bea plans one audit of two frameworks; Tom leads it, Ada audits along."""

from __future__ import annotations

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.audit_taps import PlanAuditTap
from conversations.kit import Conversations
from domain.audit import Finding, FindingId
from domain.framework import FrameworkId
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from storage.sql.database import Database
from tests.conversations.audit_stage import (
    ADA,
    TOM,
    accepted,
    filled_in,
    founded_office,
    invited_for,
    planned,
    seated,
)
from tests.conversations.people_stage import CarefulStage

LABEL, MAATSTAF = FrameworkId("kwaliteitslabel-2019"), FrameworkId("ciio-maatstaf-2016")


class CombinationStage(CarefulStage):
    """The office planned the audit and it is about the label; `combine` adds the Maatstaf."""

    def __init__(self, database: Database) -> None:
        database.frameworks = with_mapping(load_frameworks())
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.bea = founded_office(self)
        self.tom, self.ada = invited_for(self, self.bea, TOM, "Tom"), invited_for(self, self.bea, ADA, "Ada")
        self.audit = planned(self.bea)
        filled_in(self.bea)
        seated(self.bea, "Tom", "Teamleider")

    def combine(self) -> None:
        """Let the office choose the second framework."""
        self.bea.taps_old(PlanAuditTap())
        self.bea.taps("Tweede kader")
        self.bea.taps("CIIO Maatstaf")

    def begin(self) -> None:
        """Let the team read the statements, and the visit begin."""
        seated(self.bea, "Ada")
        for chat in (self.tom, self.ada):
            accepted(chat, self.audit)
        self.tom.taps("Team")
        self.tom.taps("Fase")
        self.tom.taps("Afspreken")
        self.tom.taps("Ja, doen")
        self.tom.taps("Beginnen")
        self.tom.sends("/menu")
        self.ada.sends("/menu")

    def finding(self, receipt: int, chat: int = TOM) -> Finding:
        """Return a finding as somebody sees it from the half that they are in."""
        with self.database.begin() as work:
            actor = work.actor(chat)
            audit = work.audits(actor).current()
            assert audit is not None
            return work.fieldwork(actor).finding(audit.id, FindingId(receipt))


@pytest.fixture
def stage(database: Database) -> CombinationStage:
    return CombinationStage(database)
