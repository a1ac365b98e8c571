"""The self-evaluation from above: overview, choosing a norm, closing and reopening."""

from __future__ import annotations

import pytest

from conversations.evaluation_desk import At
from conversations.evaluation_taps import ChooseTap, CloseTap, FinishTap, ReopenTap, StartTap
from conversations.taps import DivideTap, MenuTap, NormTap, OverviewTap, PlanTap, way_back
from domain.framework import FrameworkId, NormId, RubricId
from domain.roles import Role
from domain.self_evaluation import Closing, EvaluationId
from domain.verdicts import Verdict
from domain.weighing import Forecast, Outcome
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import (
    ActiveColleague,
    AskMeaning,
    AskReason,
    ChooseFramework,
    ChooseNorm,
    ConfirmClosing,
    Filter,
    FrameworkLine,
    Happened,
    Notice,
    OwnShare,
    RubricLine,
    ShowMatches,
    ShowNorm,
    ShowOverview,
    WaitForStart,
)
from tests.conversations.evaluation_stage import (
    D9,
    JOOST,
    LABEL,
    PRIYA,
    RITA,
    V1,
    EvaluationStage,
    samira,
    shown,
    stage,
)
from tests.scenes.stage import StageChat

__all__ = ["samira", "stage"]


# --------------------------------------------------------------------------------------- overview


def test_the_first_visit_of_the_coordinator_starts_the_evaluation(samira: StageChat) -> None:
    """One framework is shipped, so there is nothing to choose."""
    overview = shown(samira, ShowOverview)

    assert (overview.progress.answered, overview.progress.total) == (0, 49)
    assert samira.place.state == At.OVERVIEW
    assert samira.button("Begin bij V1").tap == NormTap(V1)


def test_a_colleague_cannot_start_and_is_told_who_can(stage: EvaluationStage) -> None:
    joost = stage.joined(JOOST, "Joost")

    joost.sends("/zelfevaluatie")

    assert joost.screen == WaitForStart()


def test_with_more_frameworks_the_coordinator_chooses(stage: EvaluationStage) -> None:
    other = FrameworkId("another")
    stage.database.frameworks = {**stage.database.frameworks, other: stage.framework}

    stage.samira.sends("/zelfevaluatie")

    line = FrameworkLine(stage.framework.name, is_running=False, judged=0, norms=49, licence="")
    assert stage.samira.screen == ChooseFramework((line, line))
    stage.samira.taps(StartTap(LABEL))
    assert shown(stage.samira, ShowOverview).progress.total == 49


def test_a_framework_that_is_not_shipped_cannot_be_started(stage: EvaluationStage) -> None:
    stage.samira.taps_old(StartTap(FrameworkId("nonsense")))

    assert stage.samira.screen == SayTrouble(Trouble.AGED)


def test_somebody_without_a_role_reaches_nothing(stage: EvaluationStage, samira: StageChat) -> None:
    stranger = stage.chat(JOOST, "Joost")

    for tap in (OverviewTap(), NormTap(V1)):
        stranger.taps_old(tap)

        assert isinstance(stranger.screen, SayTrouble)


def test_the_overview_counts_per_rubric_and_per_verdict(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.MET, ["V1", "D9"])
    stage.judge(Verdict.PARTIAL, ["O3"])

    samira.taps_old(OverviewTap())

    overview = shown(samira, ShowOverview)
    assert [(line.answered, line.total) for line in overview.rubrics] == [(1, 15), (1, 11), (1, 23)]
    assert overview.rubrics[0] == RubricLine("Vakmanschap", 1, 15)
    assert overview.progress.counts[Verdict.MET] == 2
    assert overview.weighing.outcome is Outcome.INCOMPLETE
    assert samira.button("Verbeterplan").tap == PlanTap()


def test_the_forecast_turns_when_the_threshold_is_passed(stage: EvaluationStage, samira: StageChat) -> None:
    """Four times not met is within, five is over (handbook §2.6)."""
    stage.judge(Verdict.NOT_MET, ["V1", "V2", "V3", "V4"])
    samira.taps_old(OverviewTap())
    assert shown(samira, ShowOverview).weighing.forecast is Forecast.WITHIN

    stage.judge(Verdict.NOT_MET, ["V5"])
    samira.taps_old(OverviewTap())

    assert shown(samira, ShowOverview).weighing.forecast is Forecast.OVER


def test_one_continues_at_the_first_open_norm_of_ones_own(stage: EvaluationStage, samira: StageChat) -> None:
    joost = stage.joined(JOOST, "Joost")
    stage.assign(joost, "D9", "O3")

    joost.sends("/zelfevaluatie")

    assert shown(joost, ShowOverview).own == OwnShare(2, 0)
    assert joost.button("Begin bij D9").tap == NormTap(D9)


def test_the_overview_names_the_colleagues_who_wrote_lately(stage: EvaluationStage, samira: StageChat) -> None:
    joost = stage.joined(JOOST, "Joost")
    joost.taps_old(NormTap(D9))
    joost.sends("Wij werken samen met het wijkteam")

    samira.taps_old(OverviewTap())

    assert shown(samira, ShowOverview).active == (ActiveColleague("Joost", D9, stage.now),)


def test_a_colleague_neither_divides_nor_closes(stage: EvaluationStage, samira: StageChat) -> None:
    joost = stage.joined(JOOST, "Joost")

    joost.sends("/zelfevaluatie")

    assert "Verdelen" not in joost.labels
    assert "Afronden" not in joost.labels
    assert samira.button("Verdelen").tap == DivideTap()


def test_a_reader_sees_the_same_without_buttons_that_write(stage: EvaluationStage, samira: StageChat) -> None:
    rita = stage.joined(RITA, "Rita", Role.READER)

    rita.sends("/zelfevaluatie")

    assert not shown(rita, ShowOverview).may_write
    assert rita.labels == ["Kies een norm", "Scorekaart", "Verslag", "Menu"]
    rita.sends("Wat een mooie organisatie")
    assert rita.screen == AskMeaning("Wat een mooie organisatie", shown(rita, AskMeaning).found, may_write=False)


# ------------------------------------------------------------------------------- choosing a norm


def test_the_grid_shows_every_norm_of_a_rubric_with_its_sign(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.MET, ["V1"])

    samira.taps("Kies een norm")

    rubric = stage.framework.rubric(RubricId("V"))
    assert samira.screen == ChooseNorm(rubric, Filter.ALL, shown=15, answered=1, total=49)
    assert [row[0].label for row in samira.keyboard.rows[:3]] == ["V1 ✅", "V6 ·", "V11 ·"]
    samira.taps("Dienstverlening")
    assert shown(samira, ChooseNorm).shown == 11


def test_the_grid_can_show_open_norms_only(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.MET, ["V1", "V2"])
    samira.taps("Kies een norm")

    samira.taps("Alleen open")

    assert shown(samira, ChooseNorm).shown == 13


def test_a_colleague_sees_their_own_norms_first_and_browses_through_them(
    stage: EvaluationStage, samira: StageChat
) -> None:
    joost = stage.joined(JOOST, "Joost")
    stage.assign(joost, "V2", "D9")
    joost.sends("/zelfevaluatie")

    joost.taps("Kies een norm")

    assert joost.screen == ChooseNorm(None, Filter.MINE, shown=2, answered=0, total=49)
    joost.taps(NormTap(NormId("V2")))
    joost.taps("Volgende")
    assert shown(joost, ShowNorm).header.norm.id == D9


@pytest.mark.parametrize("typed", ["D9", "d 9", "norm 9 dienstverlening"])
def test_a_typed_number_opens_the_norm(samira: StageChat, typed: str) -> None:
    samira.taps("Kies een norm")

    samira.sends(typed)

    assert shown(samira, ShowNorm).header.norm.id == D9


def test_typed_words_list_the_norms_that_fit(samira: StageChat) -> None:
    samira.taps("Kies een norm")

    samira.sends("vrijwilligers")

    found = shown(samira, ShowMatches).found
    assert "D10" in [line.norm.id for line in found]
    samira.taps(NormTap(found[0].norm.id))
    assert shown(samira, ShowNorm).header.norm == found[0].norm


def test_words_that_fit_nothing_say_so(samira: StageChat) -> None:
    samira.taps("Kies een norm")

    samira.sends("qqqqqq")

    assert samira.screen == ShowMatches("qqqqqq", ())


def test_text_while_no_norm_is_open_is_not_stored_and_asked_about(samira: StageChat) -> None:
    samira.sends("onze vrijwilligers zijn tevreden")

    asked = shown(samira, AskMeaning)
    assert asked.may_write
    assert asked.found


def test_a_norm_id_typed_in_the_overview_opens_the_norm(samira: StageChat) -> None:
    samira.sends("d9")

    assert samira.screen == shown(samira, ShowNorm)
    assert shown(samira, ShowNorm).notice is None


# --------------------------------------------------------------------------------------- closing


def test_closing_lists_open_norms_and_asks_to_confirm(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.MET, [norm.id for norm in stage.framework.norms if norm.id != "D9"])
    samira.taps_old(OverviewTap())

    samira.taps("Afronden")

    assert samira.screen == ConfirmClosing(Closing((D9,), ()), version=1)
    assert stage.is_open()
    samira.taps("Ja, rond af")
    assert not stage.is_open()
    assert shown(samira, ShowOverview).closed_at == stage.now


def test_a_norm_that_does_not_apply_without_a_reason_keeps_it_open(stage: EvaluationStage, samira: StageChat) -> None:
    """The report has to say why a norm was left out."""
    stage.judge(Verdict.NOT_APPLICABLE, ["D9"])
    samira.taps("Afronden")
    assert "Ja, rond af" not in samira.labels

    samira.taps_old(CloseTap(EvaluationId(1), 1))

    assert stage.is_open()
    samira.taps(NormTap(D9))
    samira.taps("Reden n.v.t.")
    assert isinstance(samira.screen, AskReason)


def test_reopening_starts_the_next_version_with_all_answers(stage: EvaluationStage, samira: StageChat) -> None:
    stage.judge(Verdict.MET, ["D9"])
    samira.taps("Afronden")
    samira.taps("Ja, rond af")

    samira.taps("Heropenen")

    overview = shown(samira, ShowOverview)
    assert (overview.version, overview.closed_at, overview.progress.answered) == (2, None, 1)


def test_an_old_button_closes_no_later_version(stage: EvaluationStage, samira: StageChat) -> None:
    samira.taps("Afronden")
    samira.taps("Ja, rond af")
    samira.taps("Heropenen")

    samira.taps_old(CloseTap(EvaluationId(1), 1))
    samira.taps_old(ReopenTap(EvaluationId(1), 1))

    assert stage.is_open()
    assert shown(samira, ShowOverview).version == 2


def test_a_colleague_cannot_close_by_an_old_button(stage: EvaluationStage, samira: StageChat) -> None:
    joost = stage.joined(JOOST, "Joost")

    joost.taps_old(FinishTap())
    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    joost.taps_old(CloseTap(EvaluationId(1), 1))

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert stage.is_open()


def test_a_closed_evaluation_can_be_read_and_refuses_kindly(stage: EvaluationStage, samira: StageChat) -> None:
    samira.taps("Afronden")
    samira.taps("Ja, rond af")
    samira.taps_old(NormTap(V1))
    assert "Voldoet" not in samira.labels

    samira.sends("Dit is te laat")

    assert shown(samira, ShowNorm).notice == Notice(Happened.CLOSED)
    assert stage.texts("V1") == []


def test_old_buttons_of_another_organisation_change_nothing(stage: EvaluationStage, samira: StageChat) -> None:
    """A button carries ids, never rights."""
    priya = stage.joined(PRIYA, "Priya")

    priya.taps_old(CloseTap(EvaluationId(99), 1))

    assert priya.screen == SayTrouble(Trouble.AGED)


def test_a_norm_that_the_framework_lacks_has_aged(samira: StageChat) -> None:
    samira.taps_old(NormTap(NormId("X99")))

    assert samira.screen == SayTrouble(Trouble.AGED)


def test_the_way_back_of_a_norm_leads_to_its_rubric(samira: StageChat) -> None:
    samira.taps_old(NormTap(D9))

    assert samira.keyboard.rows[-1] == way_back(ChooseTap(RubricId("D"), Filter.ALL)).rows[0]
    assert samira.button("Menu").tap == MenuTap()
    assert samira.button("Vorige").tap == NormTap(NormId("D8"))
