"""What was handed in at a norm, the improvement plan, and the documents."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from conversations.evaluation_taps import (
    Ask,
    AskTap,
    GivenTap,
    ItemTap,
    MakeDocumentTap,
    MoveTap,
    OtherNormTap,
    SendFileTap,
    SummariseTap,
    WithdrawTap,
)
from conversations.kit import Job, MediaKind
from conversations.taps import DocumentsTap, NormTap, OverviewTap, PlanTap, ShareTap
from domain.framework import NormId, RubricId
from domain.roles import Role
from domain.self_evaluation import ContributionId, EvaluationId, ImprovementAction, MissingPart
from domain.verdicts import Verdict
from storage.sql import tables as t
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import (
    AskImprovement,
    AskSummary,
    AskWhen,
    ChooseOtherNorm,
    Happened,
    MakeScorecard,
    Notice,
    PlanLine,
    ShowDocuments,
    ShowGiven,
    ShowItem,
    ShowMatches,
    ShowNorm,
    ShowPlan,
)
from tests.conversations.evaluation_stage import (
    D9,
    JOOST,
    RITA,
    V1,
    V5,
    EvaluationStage,
    notice,
    samira,
    shown,
    stage,
)
from tests.scenes.stage import StageChat

__all__ = ["samira", "stage"]

FIRST = ContributionId(1)


@pytest.fixture
def joost(stage: EvaluationStage, samira: StageChat) -> StageChat:
    """A colleague who handed something in at V5."""
    joost = stage.joined(JOOST, "Joost")
    joost.taps_old(NormTap(V5))
    joost.sends("In het teamplan staat wie wat doet")
    return joost


# --------------------------------------------------------------------------------------- the list


def test_the_list_shows_what_was_given_the_newest_first(stage: EvaluationStage, joost: StageChat) -> None:
    joost.sends_media(caption="Het bord in de gang")

    joost.taps("Ingestuurd (2)")

    screen = shown(joost, ShowGiven)
    assert [(item.receipt, item.author) for item in screen.items] == [(2, "Joost"), (1, "Joost")]


def test_a_long_list_has_pages(stage: EvaluationStage, joost: StageChat) -> None:
    for number in range(9):
        joost.sends(f"tekst {number}")
    joost.taps("Ingestuurd (10)")
    assert (shown(joost, ShowGiven).page, shown(joost, ShowGiven).pages) == (0, 2)

    joost.taps("Meer")

    assert [item.receipt for item in shown(joost, ShowGiven).items] == [2, 1]
    joost.taps_old(GivenTap(V5, 99))
    assert shown(joost, ShowGiven).page == 1


def test_text_typed_on_the_list_is_stored_at_the_norm(stage: EvaluationStage, joost: StageChat) -> None:
    joost.taps("Ingestuurd (1)")

    joost.sends("En nog iets")

    assert notice(joost) == Notice(Happened.STORED, V5, receipt=2)
    assert len(shown(joost, ShowGiven).items) == 2


def test_one_takes_back_ones_own(stage: EvaluationStage, joost: StageChat) -> None:
    joost.taps("Ingestuurd (1)")
    joost.taps(ItemTap(V5, FIRST))
    assert shown(joost, ShowItem).is_own

    joost.taps("Weghalen")

    assert stage.texts("V5") == []
    assert notice(joost) == Notice(Happened.WITHDRAWN, V5, receipt=1)


def test_a_coordinator_may_take_away_anybodys(stage: EvaluationStage, samira: StageChat, joost: StageChat) -> None:
    samira.taps_old(ItemTap(V5, FIRST))
    assert not shown(samira, ShowItem).is_own
    assert "Andere norm" not in samira.labels

    samira.taps("Weghalen")

    assert stage.texts("V5") == []


def test_a_colleague_may_not_take_away_anothers(stage: EvaluationStage, samira: StageChat) -> None:
    samira.taps_old(NormTap(V5))
    samira.sends("Van Samira")
    priya = stage.joined(JOOST, "Priya")
    priya.taps_old(ItemTap(V5, FIRST))
    assert "Weghalen" not in priya.labels

    priya.taps_old(WithdrawTap(EvaluationId(1), V5, FIRST))

    assert priya.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert stage.texts("V5") == ["Van Samira"]


def test_something_that_is_gone_leads_to_the_list(stage: EvaluationStage, joost: StageChat) -> None:
    joost.taps_old(ItemTap(V5, ContributionId(99)))
    assert isinstance(joost.screen, ShowGiven)

    joost.taps_old(SummariseTap(V5, ContributionId(99)))

    assert isinstance(joost.screen, ShowNorm)


# ------------------------------------------------------------------------------------ moving it


@pytest.mark.parametrize("way", ["tap", "id", "words"])
def test_ones_own_can_move_to_another_norm(stage: EvaluationStage, joost: StageChat, way: str) -> None:
    joost.taps_old(ItemTap(V5, FIRST))
    joost.taps("Andere norm")
    assert shown(joost, ChooseOtherNorm).rubric.id == "V"

    if way == "tap":
        joost.taps("Dienstverlening")
        joost.taps("D9")
    elif way == "id":
        joost.sends("D9")
    else:
        joost.sends("samenwerken partners")
        assert isinstance(joost.screen, ShowMatches)
        joost.taps(MoveTap(EvaluationId(1), V5, FIRST, D9))

    assert stage.texts("V5") == []
    assert stage.texts("D9") == ["In het teamplan staat wie wat doet"]
    assert notice(joost) == Notice(Happened.MOVED, D9, receipt=1)


def test_anothers_cannot_be_moved(stage: EvaluationStage, samira: StageChat, joost: StageChat) -> None:
    samira.taps_old(OtherNormTap(V5, FIRST, RubricId("D")))
    assert isinstance(samira.screen, ShowGiven)

    samira.taps_old(MoveTap(EvaluationId(1), V5, FIRST, D9))

    assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert stage.texts("D9") == []


def test_moving_to_a_norm_that_is_not_there_has_aged(joost: StageChat) -> None:
    joost.taps_old(MoveTap(EvaluationId(1), V5, FIRST, NormId("X1")))

    assert joost.screen == SayTrouble(Trouble.AGED)


# ------------------------------------------------------------------------------------------ files


def test_a_file_comes_back_once_it_was_fetched(stage: EvaluationStage, joost: StageChat) -> None:
    joost.sends_media(MediaKind.DOCUMENT, name="teamplan.pdf", media_type="application/pdf")
    item = stage.given("V5")[-1]
    joost.taps_old(ItemTap(V5, item.id))
    assert shown(joost, ShowItem).file_name == "teamplan.pdf"
    joost.taps("Stuur bestand")
    assert notice(joost) == Notice(Happened.FILE_NOT_THERE)
    with stage.database.begin() as work:
        work.execute(t.stored_file.update().values(status="stored"))

    joost.taps("Stuur bestand")

    assert stage.jobs[-1] == Job("send_file", joost.id, {"file": item.file})
    assert notice(joost) == Notice(Happened.SENDING_FILE)


def test_text_has_no_file_to_send(stage: EvaluationStage, joost: StageChat) -> None:
    joost.taps_old(SendFileTap(V5, FIRST))

    assert notice(joost) == Notice(Happened.FILE_NOT_THERE)


def test_the_line_of_a_file_can_be_rewritten(stage: EvaluationStage, joost: StageChat) -> None:
    joost.sends_media(MediaKind.DOCUMENT, caption="plan", name="teamplan.pdf")
    joost.taps_old(ItemTap(V5, ContributionId(2)))
    joost.taps("In één regel")
    assert isinstance(joost.screen, AskSummary)

    joost.sends("Teamplan Noord, bladzijde 4")

    assert stage.texts("V5")[-1] == "Teamplan Noord, bladzijde 4"
    assert shown(joost, ShowItem).item.text == "Teamplan Noord, bladzijde 4"


# ------------------------------------------------------------------------------- improvement plan


def test_the_plan_lists_what_will_get_better_and_what_is_missing(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.PARTIAL, ["V1"])
    stage.judge(Verdict.NOT_MET, ["D9"])
    stage.judge(Verdict.MET, ["O3"])
    samira.taps_old(AskTap(V1, Ask.WHAT))
    samira.sends("Vaker intervisie")
    samira.sends("teamleider")

    samira.taps_old(PlanTap())

    plan = shown(samira, ShowPlan)
    action = ImprovementAction("Vaker intervisie", "teamleider")
    assert plan.lines[0] == PlanLine(stage.norm("V1"), Verdict.PARTIAL, action, (MissingPart.IMPROVEMENT_DUE_ON,))
    assert [line.norm.id for line in plan.lines] == ["V1", "D9"]
    assert (plan.total, plan.complete) == (2, 0)


def test_a_tap_in_the_plan_asks_what_is_missing(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.PARTIAL, ["V1", "D9"])
    samira.taps_old(AskTap(V1, Ask.WHAT))
    samira.sends("Vaker intervisie")
    samira.sends("teamleider")
    samira.taps_old(PlanTap())
    samira.taps("V1")
    assert isinstance(samira.screen, AskWhen)

    samira.taps_old(PlanTap())
    samira.taps("D9")

    assert isinstance(samira.screen, AskImprovement)


def test_a_long_plan_has_pages(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.PARTIAL, [norm.id for norm in stage.framework.norms])
    samira.taps_old(PlanTap())

    samira.taps("Meer")

    plan = shown(samira, ShowPlan)
    assert (plan.page, plan.pages, plan.total) == (1, 7, 49)
    assert plan.lines[0].norm.id == "V9"


def test_a_reader_of_the_plan_goes_to_the_norm(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.PARTIAL, ["D9"])
    rita = stage.joined(RITA, "Rita", Role.READER)
    rita.taps_old(PlanTap())

    rita.taps("D9")

    assert isinstance(rita.screen, ShowNorm)
    rita.taps_old(AskTap(D9, Ask.WHAT))
    assert isinstance(rita.screen, ShowNorm)


def test_without_shortcomings_there_is_no_plan_to_go_to(samira: StageChat) -> None:
    assert "Verbeterplan" not in samira.labels

    samira.taps_old(PlanTap())

    assert shown(samira, ShowPlan).lines == ()


# -------------------------------------------------------------------------------------- documents


def test_the_scorecard_is_made_while_one_goes_on(samira: StageChat) -> None:
    turn = samira.taps("Scorekaart")

    assert turn.jobs == [Job("scorecard", samira.id, {"evaluation": 1})]
    assert samira.screen == MakeScorecard()
    assert samira.button("Terug").tap == OverviewTap()


@pytest.mark.parametrize(("words", "kind"), [("Word", "word"), ("PDF", "pdf"), ("Excel", "excel")])
def test_the_report_is_made_in_the_chosen_form(samira: StageChat, words: str, kind: str) -> None:
    samira.taps("Verslag")

    turn = samira.taps(words)

    assert turn.jobs == [Job("document", samira.id, {"evaluation": 1, "kind": kind})]
    assert shown(samira, ShowDocuments).coming == kind


def test_only_who_may_share_is_offered_sharing(stage: EvaluationStage, samira: StageChat, joost: StageChat) -> None:
    samira.taps("Verslag")
    assert samira.button("Delen met toetser").tap == ShareTap()

    joost.taps_old(DocumentsTap())

    assert "Delen met toetser" not in joost.labels


def test_a_stranger_gets_no_document(stage: EvaluationStage, samira: StageChat) -> None:
    stranger = stage.chat(RITA, "Rita")

    for tap in (MakeDocumentTap.unpack("md:word"), MakeDocumentTap.unpack("sc")):
        assert tap is not None
        turn = stranger.taps_old(tap)

        assert turn.jobs == []
        assert stranger.screen == SayTrouble(Trouble.AGED)


def test_nothing_is_left_in_the_database_after_a_refusal(stage: EvaluationStage, samira: StageChat) -> None:
    rita = stage.joined(RITA, "Rita", Role.READER)
    rita.taps_old(NormTap(V5))

    rita.sends_media()

    with stage.database.begin() as work:
        files = work.execute(sa.select(sa.func.count()).select_from(t.stored_file)).scalar()
    assert files == 0
