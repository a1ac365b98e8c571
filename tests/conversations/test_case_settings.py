"""Choosing a procedure in the chat: who may, after which question, and what others see of it."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from conversations.case_taps import AimTap, ChooseProcedureTap, ProcedureTap
from domain.audit_rules import AuditRules
from domain.case_procedure import CaseProcedures
from storage.sql.database import Database
from templates.case_screens import ConfirmProcedure, ShowProcedure
from templates.common_screens import SayTrouble, Trouble
from tests.changing import replace
from tests.conftest import MovableClock
from tests.conversations.case_stage import CaseStage, shown


@pytest.fixture
def audit_rules(audit_rules: AuditRules) -> AuditRules:
    own = audit_rules.cases.standard
    other = replace(own, id="anker-1", title="Regeling van CI Anker", is_default=False)
    return replace(audit_rules, cases=CaseProcedures(MappingProxyType({other.id: other, own.id: own})))


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> CaseStage:
    return CaseStage(database, clock)


def test_the_quality_officer_chooses_another_procedure(stage: CaseStage) -> None:
    """Asked first; what runs already keeps its own, and the screen says so."""
    quinten = stage.quinten
    quinten.sends("/menu")
    quinten.taps("Procedure")
    assert shown(quinten, ShowProcedure).said.id == "ciio-2305"
    assert "48 uur, door de portefeuillehouder Q" in quinten.text
    assert "Wat al loopt" in quinten.text

    assert "1. Regeling van CI Anker" in quinten.text
    quinten.taps("Kies procedure 1")
    assert shown(quinten, ConfirmProcedure).after == "Regeling van CI Anker"
    quinten.taps("Ja, vanaf nu")

    assert (shown(quinten, ShowProcedure).said.id, shown(quinten, ShowProcedure).is_kept) == ("anker-1", True)


def test_an_own_aim_can_be_set_and_taken_away(stage: CaseStage) -> None:
    stage.quinten.sends("/menu")
    stage.quinten.taps("Procedure")
    stage.quinten.taps("2 weken")
    assert shown(stage.quinten, ShowProcedure).weeks == 2
    assert "Ons eigen streven: 2 weken" in stage.quinten.text

    stage.quinten.taps("Zonder eigen streven")
    assert shown(stage.quinten, ShowProcedure).weeks is None


def test_the_office_reads_it_and_nobody_else(stage: CaseStage) -> None:
    stage.ottelien.sends("/menu")
    stage.ottelien.taps("Procedure")
    assert not shown(stage.ottelien, ShowProcedure).may_choose
    for chat in (stage.ottelien, stage.kim, stage.samira):
        for tap in (ChooseProcedureTap(0, is_sure=True), AimTap(2)):
            chat.taps_old(tap)
            assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    for chat in (stage.kim, stage.samira):
        chat.taps_old(ProcedureTap())
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED


def test_a_button_of_something_that_is_not_offered_has_aged(stage: CaseStage) -> None:
    for tap in (ChooseProcedureTap(7, is_sure=True), ChooseProcedureTap(-1, is_sure=False), AimTap(9)):
        stage.quinten.taps_old(tap)
        assert shown(stage.quinten, SayTrouble).trouble is Trouble.AGED
