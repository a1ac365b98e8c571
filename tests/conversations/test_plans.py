"""The improvement plan as the member and the team meet it; scene 14 of the screenplay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from conversations.kit import Tap
from conversations.plan_taps import (
    AddendumTap,
    ApprovePlanTap,
    AuditPlanTap,
    DeclineTap,
    FinishFollowupTap,
    PlanAskTap,
    PlanDueTap,
    PlanNormTap,
    RetestsTap,
    RetestTap,
    RetestVerdictTap,
    SendBackTap,
    ShowsTap,
    SubmitPlanTap,
    TickTap,
    UseActionTap,
)
from domain.framework import NormId
from domain.improvement_plan import PlanPart, PlanStatus
from domain.process import EventKind
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import ShowPlan
from templates.judging_screens import SayNotKept
from templates.plan_screens import (
    AskBackReason,
    AskPlanPart,
    AskShown,
    ConfirmDecline,
    ConfirmFollowup,
    ConfirmSubmit,
    PlanNews,
    PlanTold,
    ShowAddendum,
    ShowAuditPlan,
    ShowPlanEntry,
    ShowRetest,
    ShowRetests,
    TellPlan,
)
from tests.conftest import MovableClock
from tests.conversations.plan_stage import PlanStage, shown
from tests.scenes.stage import StageChat
from tests.storage.audit_cast import FRAMEWORK
from tests.storage.plan_cast import D9, OVER, V5


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> PlanStage:
    """An audit within the threshold: V5 is partial, D9 not met."""
    return PlanStage(database, clock)


@pytest.fixture
def over(database: Database, clock: MovableClock) -> PlanStage:
    """An audit over the threshold."""
    return PlanStage(database, clock, OVER)


def news(chat: StageChat) -> list[PlanNews]:
    """Return what a chat heard of the plan."""
    return [said.screen.news for said in chat.received if isinstance(said.screen, TellPlan)]


def open_plan(chat: StageChat) -> ShowAuditPlan:
    chat.sends("/menu")
    chat.taps("Verbeterplan")
    return shown(chat, ShowAuditPlan)


def fill_in(chat: StageChat, norms: int = 2) -> None:
    """Answer what is asked, norm after norm."""
    for _ in range(norms):
        for said in ("Intervisie in elk team", "Teamleider Noord", "1 juni 2027", "Vier verslagen per jaar"):
            shown(chat, AskPlanPart)
            chat.sends(said)


# ---------------------------------------------------------------------------------------------- the member


def test_one_question_at_a_time_until_the_plan_is_whole(stage: PlanStage) -> None:
    """What, who, when and how for each norm, with what the report says beside it."""
    overview = open_plan(stage.samira)
    assert [(line.norm.id, line.verdict) for line in overview.lines] == [(V5, Verdict.PARTIAL), (D9, Verdict.NOT_MET)]
    stage.samira.taps("Verder bij V5")
    asked = shown(stage.samira, AskPlanPart)
    assert (asked.part, asked.rationale) == (PlanPart.WHAT, "Bij V5 zagen wij dat het anders kan")

    fill_in(stage.samira)

    overview = shown(stage.samira, ShowAuditPlan)
    assert (overview.complete, overview.told) == (2, PlanTold.KEPT)
    assert overview.lines[0].entry.due_on == date(2027, 6, 1)
    assert "Indienen" in stage.samira.labels


def test_the_plan_says_by_when_whose_turn_it_is(stage: PlanStage) -> None:
    """Four weeks to hand it in, two to read it, two to adapt it: bijlage 6 step 9b, as the process counts them."""
    stage.now = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
    assert open_plan(stage.samira).due_on == date(2027, 1, 17)
    stage.cast.hand_in()
    assert open_plan(stage.tom).due_on == date(2027, 1, 18)
    assert "Beoordelen uiterlijk ma 18 jan" in stage.tom.text
    stage.cast.send_back()
    assert open_plan(stage.samira).due_on == date(2027, 1, 18)
    stage.cast.hand_in()
    stage.cast.approve()
    assert open_plan(stage.samira).due_on is None


def test_returned_once_and_then_approved(stage: PlanStage) -> None:
    """Both sides see the same state at every moment, and hear of every step."""
    open_plan(stage.samira)
    stage.samira.taps("Verder bij V5")
    fill_in(stage.samira)
    stage.samira.taps("Indienen")
    assert shown(stage.samira, ConfirmSubmit).norms == 2
    stage.samira.taps("Ja, indienen")
    assert shown(stage.samira, ShowAuditPlan).status is PlanStatus.SUBMITTED
    assert news(stage.tom) == [PlanNews.SUBMITTED]

    assert open_plan(stage.tom).status is PlanStatus.SUBMITTED
    stage.tom.taps(PlanNormTap(stage.cast.audit, D9))
    assert shown(stage.tom, ShowPlanEntry).entry.what == "Intervisie in elk team"
    stage.tom.taps("Terug")
    stage.tom.taps("Terug met reden")
    assert not shown(stage.tom, AskBackReason).is_last_round
    stage.tom.sends("Mooi begin. Wie bewaakt het bij D9?")
    assert shown(stage.tom, ShowAuditPlan).status is PlanStatus.RETURNED
    assert news(stage.samira) == [PlanNews.RETURNED]
    assert "Wie bewaakt het bij D9?" in open_plan(stage.samira).reason

    stage.samira.taps(PlanNormTap(stage.cast.audit, D9))
    stage.samira.taps("Wie")
    stage.samira.sends("Manager kwaliteit")
    stage.samira.taps("Indienen")
    assert shown(stage.samira, ConfirmSubmit).is_last_round
    stage.samira.taps("Ja, indienen")
    assert news(stage.tom) == [PlanNews.SUBMITTED, PlanNews.RESUBMITTED]
    open_plan(stage.tom)
    stage.tom.taps("Goedkeuren")
    stage.tom.taps("Ja, goedkeuren")

    assert shown(stage.tom, ShowAuditPlan).status is PlanStatus.APPROVED
    assert news(stage.samira) == [PlanNews.RETURNED, PlanNews.APPROVED]
    assert open_plan(stage.samira).status is PlanStatus.APPROVED
    assert {EventKind.PLAN_REJECTED, EventKind.REVISED_PLAN_RECEIVED, EventKind.PLAN_APPROVED} <= set(
        stage.cast.events()
    )


def test_what_is_done_is_ticked_off_with_how_one_sees_it(stage: PlanStage) -> None:
    stage.cast.hand_in()
    stage.cast.approve()
    open_plan(stage.samira)
    stage.samira.taps(PlanNormTap(stage.cast.audit, V5))
    stage.samira.taps("Klaar")
    shown(stage.samira, AskShown)
    stage.samira.sends("Verslagen in de map kwaliteit")

    entry = shown(stage.samira, ShowPlanEntry)
    assert (entry.progress.is_done, entry.progress.evidence) == (True, "Verslagen in de map kwaliteit")
    assert open_plan(stage.tom).done == 1
    stage.samira.taps("Nog niet klaar")
    assert open_plan(stage.samira).done == 0


def test_the_self_evaluation_offers_what_it_said_already(stage: PlanStage) -> None:
    """The member's own improvement action is one tap away, and stays where it is."""
    with stage.database.begin() as work:
        store = work.evaluations(work.actor(stage.samira.id))
        evaluation = store.current() or store.start(FRAMEWORK, stage.now)
        store.record_verdict(evaluation, V5, Verdict.PARTIAL, seen=None, at=stage.now)
        store.record_improvement(evaluation, V5, stage.now, what="Intervisie herstarten", due_on=date(2027, 3, 1))
    open_plan(stage.samira)
    stage.samira.taps("Verder bij V5")
    assert shown(stage.samira, AskPlanPart).suggestion == "Intervisie herstarten"

    stage.samira.taps("Neem over")

    assert shown(stage.samira, AskPlanPart).part is PlanPart.WHO
    stage.samira.taps("Later")
    stage.samira.taps("Neem over")
    entry = stage.cast.plan().entry(V5)
    assert (entry.what, entry.who, entry.due_on) == ("Intervisie herstarten", "", date(2027, 3, 1))
    open_plan(stage.samira)
    stage.samira.taps("Uit de zelfevaluatie")
    shown(stage.samira, ShowPlan)


def test_a_day_that_is_no_day_or_has_passed_is_asked_again(stage: PlanStage) -> None:
    stage.samira.taps_old(PlanAskTap(stage.cast.audit, V5, PlanPart.DUE_ON))
    stage.samira.sends("zodra het kan")
    assert shown(stage.samira, AskPlanPart).is_unreadable
    stage.samira.sends("1 mei 2020")
    assert shown(stage.samira, AskPlanPart).is_past
    stage.samira.taps("3 maanden")
    assert stage.cast.plan().entry(V5).due_on == date(2027, 2, 23)


def test_what_looks_like_data_of_a_person_is_not_kept(stage: PlanStage) -> None:
    stage.samira.taps_old(PlanAskTap(stage.cast.audit, V5, PlanPart.WHO))
    stage.samira.sends("Bel 06-12345678")

    shown(stage.samira, SayNotKept)
    assert stage.cast.plan().entry(V5).who == ""


def test_a_colleague_who_was_first_is_not_overwritten(stage: PlanStage) -> None:
    stage.samira.taps_old(PlanAskTap(stage.cast.audit, V5, PlanPart.WHAT))
    stage.cast.fill_in("Van de andere coördinator")
    stage.samira.sends("Van mij")

    asked = shown(stage.samira, AskPlanPart)
    assert (asked.told, asked.now) == (PlanTold.CHANGED, "Van de andere coördinator")


# ---------------------------------------------------------------------------------------------- the team


def test_a_decision_on_an_older_plan_changes_nothing(stage: PlanStage) -> None:
    """Tom decided on his laptop; the button on his phone is of before."""
    version = stage.cast.hand_in().version
    stage.cast.send_back()

    stage.tom.taps_old(ApprovePlanTap(stage.cast.audit, version, is_sure=True))

    overview = shown(stage.tom, ShowAuditPlan)
    assert (overview.told, overview.status) == (PlanTold.CHANGED, PlanStatus.RETURNED)
    assert news(stage.samira) == []


def test_the_team_does_not_read_over_the_members_shoulder(stage: PlanStage) -> None:
    stage.cast.fill_in()

    overview = open_plan(stage.tom)

    assert not any(line.entry.what for line in overview.lines)
    assert "Het lid schrijft er nog aan" in stage.tom.text
    assert "Goedkeuren" not in stage.tom.labels


def test_an_auditor_reads_and_does_not_decide(stage: PlanStage) -> None:
    version = stage.cast.hand_in().version
    open_plan(stage.ada)
    assert "Goedkeuren" not in stage.ada.labels

    stage.ada.taps_old(ApprovePlanTap(stage.cast.audit, version, is_sure=True))

    assert shown(stage.ada, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.cast.plan().status is PlanStatus.SUBMITTED


AUDIT_TAPS: list[Callable[[PlanStage], Tap]] = [
    lambda stage: AuditPlanTap(stage.cast.audit),
    lambda stage: PlanNormTap(stage.cast.audit, V5),
    lambda stage: PlanAskTap(stage.cast.audit, V5, PlanPart.WHAT),
    lambda stage: PlanDueTap(stage.cast.audit, V5, 3),
    lambda stage: UseActionTap(stage.cast.audit, V5, PlanPart.WHAT),
    lambda stage: SubmitPlanTap(stage.cast.audit, 3, is_sure=True),
    lambda stage: DeclineTap(stage.cast.audit, 3, is_sure=True),
    lambda stage: TickTap(stage.cast.audit, V5, is_done=True),
    lambda stage: ShowsTap(stage.cast.audit, V5),
    lambda stage: ApprovePlanTap(stage.cast.audit, 3, is_sure=True),
    lambda stage: SendBackTap(stage.cast.audit, 3),
    lambda stage: RetestsTap(stage.cast.audit),
    lambda stage: RetestTap(stage.cast.audit, V5),
    lambda stage: RetestVerdictTap(stage.cast.audit, V5, Verdict.MET),
    lambda stage: AddendumTap(stage.cast.audit, 0),
    lambda stage: FinishFollowupTap(stage.cast.audit, is_sure=True),
]


@pytest.mark.parametrize("make", AUDIT_TAPS)
def test_a_forged_button_opens_nothing_for_anybody_else(stage: PlanStage, make: Callable[[PlanStage], Tap]) -> None:
    """A button carries ids and never rights: the office, a colleague, another body and the secretariat get nowhere."""
    before = stage.cast.hand_in()

    for chat in (stage.bea, stage.sam, stage.ina, stage.sanne):
        chat.taps_old(make(stage))
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED, chat.name

    assert stage.cast.plan() == before


def test_a_button_for_a_norm_that_is_not_in_the_plan_has_aged(stage: PlanStage) -> None:
    stage.samira.taps_old(PlanAskTap(stage.cast.audit, NormId("V1"), PlanPart.WHAT))

    assert shown(stage.samira, SayTrouble).trouble is Trouble.AGED


# ---------------------------------------------------------------------------------------------- outcome c


def test_declining_is_asked_twice_and_told(over: PlanStage) -> None:
    open_plan(over.samira)
    over.samira.taps("Geen onderzoek")
    shown(over.samira, ConfirmDecline)
    over.samira.taps("Ja, wij zien ervan af")

    assert shown(over.samira, ShowAuditPlan).status is PlanStatus.DECLINED
    assert news(over.tom) == [PlanNews.DECLINED]
    assert EventKind.FOLLOWUP_DECLINED in over.cast.events()


def test_the_additional_investigation_goes_norm_by_norm(over: PlanStage) -> None:
    over.cast.hand_in()
    over.cast.approve()
    open_plan(over.tom)
    over.tom.taps("Aanvullend onderzoek")
    assert shown(over.tom, ShowRetests).outcome is None
    over.tom.taps("V5")
    for _ in OVER:
        over.tom.taps("Voldoet")
        over.tom.sends("Nu op orde: gezien in drie teams")
        found = shown(over.tom, ShowRetest).retest
        assert found is not None
        assert (found.verdict, found.text) == (Verdict.MET, "Nu op orde: gezien in drie teams")
        if "Volgende" in over.tom.labels:
            over.tom.taps("Volgende")
    over.tom.taps("Terug")
    assert shown(over.tom, ShowRetests).outcome is Outcome.ALL_MET

    over.tom.taps("Onderzoek afronden")
    shown(over.tom, ConfirmFollowup)
    over.tom.taps("Ja, afronden")

    assert shown(over.tom, ShowRetests).is_done
    assert news(over.samira) == [PlanNews.FOLLOWUP_DONE]
    over.samira.taps_old(PlanNormTap(over.cast.audit, V5))
    assert "Nu op orde: gezien in drie teams" in over.samira.text
    for chat in (over.samira, over.tom):
        open_plan(chat)
        chat.taps("Addendum")
        addendum = shown(chat, ShowAddendum)
        assert (len(addendum.norms), addendum.pages, addendum.addendum.outcome) == (3, 2, Outcome.ALL_MET)
        chat.taps("Meer")
        assert shown(chat, ShowAddendum).norms[-1].finding == "Nu op orde: gezien in drie teams"


def test_there_is_no_addendum_before_the_investigation_is_done(over: PlanStage) -> None:
    """What the team is still finding is theirs."""
    over.cast.hand_in()
    with over.cast.plans("Tom") as plans:
        plans.retest(over.cast.audit, V5, over.now, verdict=Verdict.MET, text="Voorlopig in orde")

    over.samira.taps_old(AddendumTap(over.cast.audit, 0))

    assert shown(over.samira, ShowAuditPlan).told is PlanTold.NOT_NOW
    assert "Voorlopig" not in over.samira.text
