"""Which rules an audit follows: chosen while it is planned, and fixed once it is agreed on."""

from __future__ import annotations

import pytest

from conversations.audit_plan import Field, FieldTap, ProcessTap, WeighingTap
from conversations.audit_taps import PlanAuditTap, StagesTap
from domain.audit import AuditId, ProcessId
from domain.roles import Role
from storage.audit_content import load_audit_rules
from storage.audit_interfaces import PlanChange, WrongStage
from storage.interfaces import NotAllowed
from storage.sql.database import Database
from templates.audit_screens import ShowEdition, ShowPlan
from templates.common_screens import SayTrouble, Trouble
from tests.conversations.audit_stage import (
    TOM,
    audit_stage,
    current,
    filled_in,
    founded_office,
    invited_for,
    planned,
    running,
    seated,
)
from tests.scenes.stage import Stage, StageChat

RULES = load_audit_rules()
OLDER = ProcessId("2017")


@pytest.fixture
def stage(database: Database) -> Stage:
    return audit_stage(database)


def editions(chat: StageChat) -> tuple[str, str]:
    """Return the editions of somebody's audit, as storage has them."""
    audit = current(chat).audit
    return audit.process, audit.weighing


def shown(chat: StageChat) -> ShowEdition:
    assert isinstance(chat.screen, ShowEdition), chat.screen
    return chat.screen


def test_an_audit_starts_with_the_newest_rules(stage: Stage) -> None:
    """Of 2021, with 4 and 9; the plan says so."""
    bea = founded_office(stage)
    planned(bea)

    bea.taps("Regels")

    assert editions(bea) == ("2021", "2021")
    assert shown(bea).limits == RULES.weighings["2021"]
    assert bea.labels[:2] == ["Proces 2017", "3 niet, 8 deels"]


def test_the_older_process_is_one_tap(stage: Stage) -> None:
    """For who asked for it under the conditions of 2017; its own thresholds come with it."""
    bea = founded_office(stage)
    planned(bea)
    bea.taps("Regels")

    bea.taps("Proces 2017")

    assert editions(bea) == ("2017", "2017")
    assert shown(bea).is_saved
    bea.taps("Terug")
    assert isinstance(bea.screen, ShowPlan)
    assert bea.screen.process == "2017"


def test_the_thresholds_are_one_tap(stage: Stage) -> None:
    """And back again; the process stays what it was."""
    bea = founded_office(stage)
    planned(bea)
    bea.taps("Regels")

    bea.taps("3 niet, 8 deels")
    assert editions(bea) == ("2021", "example_3_8")
    bea.taps("4 niet, 9 deels")

    assert editions(bea) == ("2021", "2021")


def test_another_process_brings_its_own_thresholds(stage: Stage) -> None:
    """An edition is a whole; who wants other thresholds chooses them after it."""
    bea = founded_office(stage)
    planned(bea)
    bea.taps("Regels")
    bea.taps("3 niet, 8 deels")

    bea.taps("Proces 2017")

    assert editions(bea) == ("2017", "2017")


def test_the_verdict_follows_the_edition(stage: Stage) -> None:
    """The terms of the audit are those of the chosen edition as well."""
    bea = founded_office(stage)
    audit = planned(bea)
    bea.taps("Regels")

    bea.taps("Proces 2017")

    with stage.database.begin() as work:
        assert work.process(work.actor(bea.id)).get(audit).edition.id == OLDER


def test_agreeing_fixes_the_rules(stage: Stage) -> None:
    """The screen says so, and an old button changes nothing."""
    bea = founded_office(stage)
    invited_for(stage, bea, TOM, "Tom")
    audit = planned(bea)
    filled_in(bea)
    seated(bea, "Tom", "Teamleider")
    bea.taps_old(StagesTap())
    bea.taps("Afspreken")
    bea.taps("Ja, doen")

    for tap in (ProcessTap(audit, OLDER), WeighingTap(audit, "example_3_8"), FieldTap(Field.EDITION)):
        bea.taps_old(tap)
        assert shown(bea).is_fixed
        assert bea.labels[0] == "Terug"

    assert editions(bea) == ("2021", "2021")


def test_storage_refuses_by_itself(stage: Stage) -> None:
    """What is fixed stays, whatever asks for it."""
    bea, _, _ = running(stage)
    audit = current(bea).id

    with stage.database.begin() as work, pytest.raises(WrongStage):
        work.audits(work.actor(bea.id)).change(audit, PlanChange(process=OLDER), stage.now)


def test_back_to_the_plan_opens_the_rules_again(stage: Stage) -> None:
    """Nothing was agreed on any more."""
    bea = founded_office(stage)
    invited_for(stage, bea, TOM, "Tom")
    planned(bea)
    filled_in(bea)
    seated(bea, "Tom", "Teamleider")
    bea.taps_old(StagesTap())
    bea.taps("Afspreken")
    bea.taps("Ja, doen")
    bea.taps("Terug naar plan")

    bea.taps_old(FieldTap(Field.EDITION))

    assert not shown(bea).is_fixed
    assert "Proces 2017" in bea.labels


@pytest.mark.parametrize("change", [PlanChange(process=ProcessId("1999")), PlanChange(weighing="1_1")])
def test_an_edition_that_is_not_there_is_refused(stage: Stage, change: PlanChange) -> None:
    """A forged button gets nothing stored."""
    bea = founded_office(stage)
    audit = planned(bea)
    forged = ProcessTap(audit, change.process) if change.process else WeighingTap(audit, change.weighing or "")

    bea.taps_old(forged)

    assert bea.screen == SayTrouble(Trouble.AGED)
    with stage.database.begin() as work, pytest.raises(NotAllowed):
        work.audits(work.actor(bea.id)).change(audit, change, stage.now)


def test_an_auditor_sees_the_rules_and_chooses_none(stage: Stage) -> None:
    """Only who plans chooses."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom", Role.AUDITOR)
    audit = planned(bea)
    seated(bea, "Tom")
    tom.taps_old(PlanAuditTap())

    tom.taps("Regels")
    assert shown(tom).choices == ()
    tom.taps_old(ProcessTap(audit, OLDER))

    assert tom.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert editions(bea) == ("2021", "2021")


def test_a_button_of_another_audit_changes_nothing_here(stage: Stage) -> None:
    """The rules of the audit on the screen are meant."""
    bea = founded_office(stage)
    planned(bea)

    bea.taps_old(ProcessTap(AuditId(4_000_000), OLDER))

    assert editions(bea) == ("2021", "2021")
    assert not shown(bea).is_saved


def test_of_editions_with_the_same_numbers_one_is_offered() -> None:
    """4 and 9 twice would be a riddle."""
    assert [rule.version for rule in RULES.weighings_for(ProcessId("2021"))] == ["2021", "example_3_8"]
    assert [rule.version for rule in RULES.weighings_for(OLDER)] == ["2017", "example_3_8"]
