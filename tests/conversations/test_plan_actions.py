"""Actions of the plan in the chat: given away by the coordinator, kept up to date by their owner, seen by both."""

from __future__ import annotations

import pytest

from conversations.kit import MediaKind
from conversations.plan_taps import (
    ActionSayTap,
    ActionTap,
    ActionTickTap,
    AuditPlanTap,
    EvidenceTap,
    GiveActionTap,
    OwnActionsTap,
    PlanNormTap,
    SnoozeActionTap,
    WhoseActionTap,
)
from domain.framework import NormId
from storage.sql.database import Database
from storage.sql.files import mark_stored
from templates.common_screens import SayTrouble, Trouble
from templates.judging_screens import SayNotKept
from templates.plan_screens import (
    ActionTold,
    AskAction,
    ChooseOwner,
    ShowAction,
    ShowAuditPlan,
    ShowEvidence,
    ShowOwnActions,
    ShowPlanEntry,
    TellActionGiven,
    TellActionReported,
)
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.plan_stage import PlanStage, shown
from tests.scenes.stage import StageChat

V5, D9 = NormId("V5"), NormId("D9")


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> PlanStage:
    """The plan for V5 and D9 was approved."""
    stage = PlanStage(database, clock)
    stage.cast.hand_in()
    stage.cast.approve()
    return stage


@pytest.fixture
def given(stage: PlanStage) -> PlanStage:
    """Samira gave V5 to Sam."""
    stage.samira.taps_old(PlanNormTap(stage.cast.audit, V5))
    stage.samira.taps("Van wie")
    shown(stage.samira, ChooseOwner)
    stage.samira.taps("Sam")
    assert shown(stage.samira, ShowAction).told is ActionTold.GIVEN
    return stage


def open_message(chat: StageChat, kind: type[Screen]) -> None:
    """Tap the button of the last message that a chat received."""
    said = chat.received[-1]
    assert isinstance(said.screen, kind)
    button = next(iter(said.keyboard.buttons))
    assert button.tap is not None
    chat.taps_old(button.tap)


def test_a_colleague_hears_that_an_action_is_theirs_and_says_how_far_it_is(given: PlanStage) -> None:
    open_message(given.sam, TellActionGiven)
    assert "Poging 1" in given.sam.text
    given.sam.taps("Hoe ver is het")
    shown(given.sam, AskAction)
    given.sam.sends("Twee teams doen mee")
    assert shown(given.sam, ShowAction).told is ActionTold.KEPT
    given.sam.taps("Waaraan zie je het")
    given.sam.sends("Verslag van 3 maart op de schijf")
    given.sam.taps("Klaar")

    assert shown(given.sam, ShowAction).action.progress.is_done
    told = [said.screen for said in given.samira.received if isinstance(said.screen, TellActionReported)]
    assert [screen.told for screen in told] == [ActionTold.KEPT, ActionTold.KEPT, ActionTold.READY]
    open_message(given.samira, TellActionReported)
    assert "Twee teams doen mee" in given.samira.text
    given.samira.taps("Terug")
    assert shown(given.samira, ShowAuditPlan).done == 1


def test_the_menu_leads_a_colleague_to_what_is_theirs(given: PlanStage) -> None:
    given.sam.sends("/menu")
    given.sam.taps("Mijn acties (1)")
    assert [action.norm.id for action in shown(given.sam, ShowOwnActions).actions] == [V5]
    given.sam.taps("V5")
    given.sam.taps("Klaar")
    given.sam.taps("Nog niet klaar")
    assert not shown(given.sam, ShowAction).action.progress.is_done
    given.sam.taps("Klaar")
    given.sam.taps("Terug")
    given.sam.sends("/menu")

    assert not any("Mijn acties" in text for text in given.sam.labels)


def test_an_action_is_taken_back(given: PlanStage) -> None:
    given.samira.taps_old(WhoseActionTap(given.cast.audit, V5))
    given.samira.taps("Van niemand")
    assert shown(given.samira, ShowAction).told is ActionTold.TAKEN_BACK

    given.sam.taps_old(ActionTap(given.cast.audit, V5))

    assert shown(given.sam, SayTrouble).trouble is Trouble.NOT_ALLOWED


@pytest.mark.parametrize("name", ["Sam", "Tom", "Ada", "Bea", "Ina", "Sanne", "Noor"])
def test_a_forged_button_opens_no_other_action(given: PlanStage, name: str) -> None:
    """Sam owns V5, not D9; the others own nothing."""
    audit = given.cast.audit
    taps = (
        ActionTap(audit, D9), ActionTickTap(audit, D9, is_done=True), ActionSayTap(audit, D9, "note"),
        SnoozeActionTap(audit, D9), WhoseActionTap(audit, D9), GiveActionTap(audit, D9, None), AuditPlanTap(audit),
    )  # fmt: skip
    for tap in taps if name != "Tom" and name != "Ada" else taps[:-1]:
        given.of(name).taps_old(tap)
        assert shown(given.of(name), SayTrouble).trouble in (Trouble.NOT_ALLOWED, Trouble.AGED)
    assert not given.cast.plan().progress_of(D9).is_done


def test_what_looks_like_data_of_a_person_is_not_kept(given: PlanStage) -> None:
    given.sam.taps_old(ActionSayTap(given.cast.audit, V5, "evidence"))
    given.sam.sends("Vraag Karin, 06-12345678")

    shown(given.sam, SayNotKept)
    assert given.cast.plan().progress_of(V5).evidence == ""


def test_what_the_coordinator_wrote_meanwhile_is_not_overwritten(given: PlanStage) -> None:
    given.sam.taps_old(ActionSayTap(given.cast.audit, V5, "note"))
    given.samira.taps_old(ActionSayTap(given.cast.audit, V5, "note"))
    given.samira.sends("Ik heb gebeld")
    given.sam.sends("Nog niets gedaan")

    assert shown(given.sam, ShowAction).told is ActionTold.CHANGED
    assert given.cast.plan().progress_of(V5).note == "Ik heb gebeld"


def test_too_long_is_said_and_nothing_is_kept(given: PlanStage) -> None:
    given.sam.taps_old(ActionSayTap(given.cast.audit, V5, "note"))
    given.sam.sends("lang " * 400)

    assert shown(given.sam, AskAction).told is ActionTold.TOO_LONG
    assert given.cast.plan().progress_of(V5).note == ""


def test_a_reminder_is_put_off_until_tomorrow(given: PlanStage) -> None:
    given.sam.taps_old(SnoozeActionTap(given.cast.audit, V5))

    assert shown(given.sam, ShowAction).told is ActionTold.SNOOZED


def test_who_owns_nothing_has_an_empty_list(given: PlanStage) -> None:
    given.samira.taps_old(OwnActionsTap())

    assert shown(given.samira, ShowOwnActions).actions == ()


# ------------------------------------------------------------------------------------------------ evidence


def test_a_photo_that_is_sent_with_an_action_lies_there_for_coordinator_and_team(given: PlanStage) -> None:
    audit = given.cast.audit
    open_message(given.sam, TellActionGiven)
    given.sam.sends_media(caption="Het bord in de hal")

    assert shown(given.sam, ShowAction).told is ActionTold.ATTACHED
    (item,) = shown(given.sam, ShowAction).action.evidence
    assert [(job.name, job.data) for job in given.jobs] == [("fetch_file", {"file": item.file})]
    assert [said.screen.told for said in given.samira.received if isinstance(said.screen, TellActionReported)] == [
        ActionTold.ATTACHED
    ]
    with given.database.begin() as work:
        mark_stored(work, item.file, media_type="image/jpeg", size=9, sha256=b"x")
    given.tom.taps_old(PlanNormTap(audit, V5))
    assert "Het bord in de hal" in given.tom.text
    given.tom.taps("📎 1")
    assert shown(given.tom, ShowEvidence).is_sent
    assert given.jobs[-1].data == {"file": item.file, "is_confidential": True}
    given.tom.taps("Terug")
    shown(given.tom, ShowPlanEntry)


def test_a_coordinator_sends_a_document_and_takes_it_away_again(stage: PlanStage) -> None:
    stage.samira.taps_old(PlanNormTap(stage.cast.audit, V5))
    stage.samira.taps("Bewijs")
    stage.samira.sends_media(MediaKind.DOCUMENT, name="verslag.pdf", media_type="application/pdf")
    assert "verslag.pdf" in stage.samira.text
    stage.samira.taps("📎 1")
    assert "Stuur bestand" not in stage.samira.labels  # it is still being fetched
    stage.samira.taps("Weghalen")

    assert shown(stage.samira, ShowAction).told is ActionTold.DETACHED
    assert shown(stage.samira, ShowAction).action.evidence == ()


def test_photos_of_one_album_are_told_once(given: PlanStage) -> None:
    open_message(given.sam, TellActionGiven)
    for _ in range(3):
        given.sam.sends_media(album="a1")

    assert len(shown(given.sam, ShowAction).action.evidence) == 3
    assert sum(isinstance(said.screen, TellActionReported) for said in given.samira.received) == 1


def test_what_cannot_be_kept_is_said_and_nothing_is_fetched(given: PlanStage) -> None:
    open_message(given.sam, TellActionGiven)
    given.sam.sends_media(size=21 * 1024 * 1024)
    assert shown(given.sam, ShowAction).told is ActionTold.FILE_TOO_LARGE
    given.sam.sends_media(caption="Vraag Karin, 06-12345678")
    shown(given.sam, SayNotKept)

    assert given.jobs == []
    given.sam.taps_old(OwnActionsTap())
    given.sam.sends_media()  # no action is open
    assert given.jobs == []


@pytest.mark.parametrize("name", ["Sam", "Bea", "Ina", "Sanne", "Noor"])
@pytest.mark.parametrize("what", ["show", "send", "remove", "?"])
def test_a_forged_button_reaches_no_file_of_another_action(given: PlanStage, name: str, what: str) -> None:
    given.samira.taps_old(ActionTap(given.cast.audit, D9))
    given.samira.sends_media()
    given.jobs.clear()

    given.of(name).taps_old(EvidenceTap(given.cast.audit, D9, 1, what))

    assert shown(given.of(name), SayTrouble).trouble in (Trouble.NOT_ALLOWED, Trouble.AGED)
    assert given.jobs == []


def test_the_team_takes_nothing_away(given: PlanStage) -> None:
    given.samira.taps_old(ActionTap(given.cast.audit, D9))
    given.samira.sends_media()

    given.tom.taps_old(EvidenceTap(given.cast.audit, D9, 1, "remove"))

    given.samira.taps_old(ActionTap(given.cast.audit, D9))
    assert len(shown(given.samira, ShowAction).action.evidence) == 1
