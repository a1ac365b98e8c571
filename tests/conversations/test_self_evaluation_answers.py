"""One norm: the verdict, the questions it leads to, browsing, and two people at one norm."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from conversations.evaluation_desk import At
from conversations.evaluation_taps import Ask, AskTap, DueOnTap, DueTap, NextTap, VerdictTap
from conversations.taps import NormTap
from domain.roles import Role
from domain.self_evaluation import EvaluationId, ImprovementAction
from domain.verdicts import Verdict
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import (
    AskExample,
    AskImprovement,
    AskReason,
    AskVisible,
    AskWhen,
    AskWho,
    Happened,
    Header,
    Notice,
    Part,
    PickDate,
    ShowConflict,
    ShowHints,
    ShowNorm,
    ShowOverview,
    ShowQuestion,
    ShowRecap,
)
from tests.conversations.evaluation_stage import (
    D9,
    JOOST,
    O23,
    PRIYA,
    RITA,
    V1,
    V2,
    EvaluationStage,
    notice,
    samira,
    shown,
    stage,
)
from tests.scenes.stage import StageChat

__all__ = ["samira", "stage"]


@pytest.fixture
def at_d9(samira: StageChat) -> StageChat:
    """Samira, with D9 open."""
    samira.taps_old(NormTap(D9))
    return samira


# -------------------------------------------------------------------------------- the norm screen


def test_a_norm_shows_where_one_is_and_for_whom_it_is_meant(stage: EvaluationStage, at_d9: StageChat) -> None:
    norm = stage.norm("D9")

    assert at_d9.screen == ShowNorm(Header(norm, 49, 0, Verdict.NOT_ASSESSED), who=("Professional",))
    assert [[len(row), row[0].label] for row in at_d9.keyboard.rows[:3]] == [
        [3, "✅ Voldoet"],
        [3, "➖ N.v.t."],
        [3, "⬅️ Vorige"],
    ]


def test_a_norm_shows_the_latest_explanations_and_counts_the_rest(stage: EvaluationStage, at_d9: StageChat) -> None:
    for text in ("eerste", "tweede", "derde"):
        at_d9.sends(text)

    screen = shown(at_d9, ShowNorm)

    assert [(quote.text, quote.author) for quote in screen.explanations] == [("tweede", "Samira"), ("derde", "Samira")]
    assert screen.more_explanations == 1


def test_a_norm_shows_who_it_was_given_to(stage: EvaluationStage, samira: StageChat) -> None:
    stage.assign(stage.joined(JOOST, "Joost"), "D9")

    samira.taps_old(NormTap(D9))

    assert shown(samira, ShowNorm).assigned == ("Joost",)


def test_a_reader_sees_the_norm_without_verdict_buttons(stage: EvaluationStage, samira: StageChat) -> None:
    rita = stage.joined(RITA, "Rita", Role.READER)

    rita.taps_old(NormTap(D9))

    assert rita.labels == ["Vragen", "Bewijs", "Vorige", "Overzicht", "Volgende", "Terug", "Menu"]
    rita.sends("mooi")
    assert notice(rita) == Notice(Happened.READ_ONLY)
    assert stage.texts("D9") == []


def test_a_reader_cannot_judge_by_an_old_button(stage: EvaluationStage, samira: StageChat) -> None:
    rita = stage.joined(RITA, "Rita", Role.READER)

    rita.taps_old(VerdictTap(EvaluationId(1), D9, Verdict.MET, 0))

    assert rita.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert stage.answer("D9").verdict is Verdict.NOT_ASSESSED


# ------------------------------------------------------------------------------------ the verdict


def test_all_norms_take_98_taps_and_no_typing(stage: EvaluationStage, samira: StageChat) -> None:
    """A verdict takes one tap and the next norm is then one tap away."""
    samira.taps("Begin bij V1")
    verdicts = ["Voldoet", "Voldoet", "Deels", "Voldoet", "Niet"]
    taps = 0

    while isinstance(samira.screen, ShowNorm):
        samira.taps(verdicts[taps // 2 % len(verdicts)])
        samira.taps("Volgende")
        taps += 2

    overview = shown(samira, ShowOverview)
    assert taps == 98
    assert overview.progress.is_complete
    assert overview.notice == Notice(Happened.ALL_ANSWERED)


def test_the_chosen_verdict_is_ticked_and_can_be_changed(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Voldoet")
    at_d9.taps("Terug")
    assert shown(at_d9, ShowNorm).header.verdict is Verdict.MET
    assert at_d9.button("Voldoet").label == "✅ Voldoet ✓"

    at_d9.taps("Niet")

    assert stage.answer("D9").verdict is Verdict.NOT_MET


def test_met_asks_for_an_example_that_may_be_skipped(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Voldoet")

    told = Notice(Happened.STORED, D9, Part.VERDICT, verdict=Verdict.MET)
    assert at_d9.screen == AskExample(Header(stage.norm("D9"), 49, 1, Verdict.MET), notice=told)
    at_d9.taps("Overslaan")
    assert shown(at_d9, ShowNorm).header.norm.id == "D10"


def test_partly_met_asks_what_is_there_and_then_what_who_and_when(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Deels")
    assert isinstance(at_d9.screen, AskVisible)
    at_d9.sends("We overleggen elke maand met het wijkteam")
    assert isinstance(at_d9.screen, AskImprovement)
    at_d9.sends("Elk kwartaal samen terugkijken")
    assert isinstance(at_d9.screen, AskWho)
    at_d9.sends("teamleider Noord")
    assert isinstance(at_d9.screen, AskWhen)
    at_d9.taps("3 maanden")

    action = ImprovementAction("Elk kwartaal samen terugkijken", "teamleider Noord", date(2027, 2, 23))
    assert shown(at_d9, ShowRecap).improvement == action
    assert stage.answer("D9").improvement == action
    assert stage.texts("D9") == ["We overleggen elke maand met het wijkteam"]
    at_d9.taps("Volgende")
    assert shown(at_d9, ShowNorm).header.norm.id == "D10"


def test_every_question_can_be_skipped_one_by_one(at_d9: StageChat) -> None:
    at_d9.taps("Niet")
    kinds = []

    while not isinstance(at_d9.screen, ShowNorm):
        kinds.append(type(at_d9.screen))
        at_d9.taps("Overslaan")

    assert kinds == [AskVisible, AskImprovement, AskWho, AskWhen]


def test_what_stands_there_is_shown_when_it_is_asked_again(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Deels")
    at_d9.taps("Overslaan")
    at_d9.sends("Vaker terugkijken")

    at_d9.taps_old(AskTap(D9, Ask.WHAT))

    assert shown(at_d9, AskImprovement).now == "Vaker terugkijken"


def test_taking_it_up_oneself_takes_one_tap(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Deels")
    at_d9.taps_old(AskTap(D9, Ask.WHO))

    at_d9.taps("Dat doe ik")

    assert stage.answer("D9").improvement == ImprovementAction(who="Samira")
    assert isinstance(at_d9.screen, AskWhen)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("1 maart", date(2027, 3, 1)), ("over 2 weken", date(2026, 12, 7)), ("eind juni", date(2027, 6, 30))],
)
def test_a_date_may_be_typed(stage: EvaluationStage, at_d9: StageChat, typed: str, expected: date) -> None:
    at_d9.taps("Deels")
    at_d9.taps_old(AskTap(D9, Ask.WHEN))

    at_d9.sends(typed)

    assert shown(at_d9, ShowRecap).improvement == ImprovementAction(due_on=expected)


def test_what_is_no_date_is_kept_and_asked_again(stage: EvaluationStage, at_d9: StageChat) -> None:
    """Nothing that is typed while a norm is open gets lost."""
    at_d9.taps("Deels")
    at_d9.taps_old(AskTap(D9, Ask.WHEN))

    at_d9.sends("als het wat rustiger is")

    assert shown(at_d9, AskWhen).notice == Notice(Happened.NO_DATE, D9, receipt=1)
    assert stage.texts("D9") == ["als het wat rustiger is"]


def test_a_day_that_has_passed_is_asked_again(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Deels")
    at_d9.taps_old(AskTap(D9, Ask.WHEN))

    at_d9.sends("1-1-2020")

    assert shown(at_d9, AskWhen).notice == Notice(Happened.PAST_DATE, day=date(2020, 1, 1))
    assert stage.answer("D9").improvement is None


def test_the_end_of_a_month_can_be_chosen(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Deels")
    at_d9.taps_old(AskTap(D9, Ask.WHEN))
    at_d9.taps("Kies datum")
    assert isinstance(at_d9.screen, PickDate)

    at_d9.taps("eind feb")

    assert stage.answer("D9").improvement == ImprovementAction(due_on=date(2027, 2, 28))


@pytest.mark.parametrize(
    "tap", [DueTap(EvaluationId(1), D9, 7), DueOnTap(EvaluationId(1), D9, "soon"), DueOnTap(EvaluationId(1), D9, "0")]
)
def test_a_forged_date_has_aged(at_d9: StageChat, tap: DueTap) -> None:
    at_d9.taps_old(tap)

    assert at_d9.screen == SayTrouble(Trouble.AGED)


def test_a_month_that_has_passed_since_asks_again(at_d9: StageChat) -> None:
    """A button in a chat stays tappable for ever."""
    at_d9.taps_old(DueOnTap(EvaluationId(1), D9, "2026-01"))

    assert shown(at_d9, AskWhen).notice == Notice(Happened.PAST_DATE, day=date(2026, 1, 31))


def test_a_norm_that_does_not_apply_asks_why_in_one_line(stage: EvaluationStage, at_d9: StageChat) -> None:
    """The report has to say why a norm was left out."""
    at_d9.taps("N.v.t.")
    assert not shown(at_d9, AskReason).is_plausible

    at_d9.sends("Wij werken alleen")

    assert shown(at_d9, ShowRecap).reason == "Wij werken alleen"
    assert (stage.answer("D9").verdict, stage.answer("D9").reason) == (Verdict.NOT_APPLICABLE, "Wij werken alleen")
    at_d9.taps("Volgende")
    assert shown(at_d9, ShowNorm).header.norm.id == "D10"


def test_where_the_framework_knows_a_reason_it_is_shown(stage: EvaluationStage, samira: StageChat) -> None:
    norm = next(norm for norm in stage.framework.norms if norm.not_applicable_hint)
    samira.taps_old(NormTap(norm.id))

    samira.taps("N.v.t.")

    assert shown(samira, AskReason).is_plausible


def test_a_verdict_that_nobody_can_give_has_aged(at_d9: StageChat) -> None:
    at_d9.taps_old(VerdictTap(EvaluationId(1), D9, Verdict.NOT_ASSESSED, 0))

    assert at_d9.screen == SayTrouble(Trouble.AGED)


def test_a_verdict_can_be_undone(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Voldoet")

    at_d9.taps("Ongedaan maken")

    assert shown(at_d9, ShowNorm).notice == Notice(Happened.UNDONE, D9)
    assert stage.answer("D9").verdict is Verdict.NOT_ASSESSED


# --------------------------------------------------------------------------------------- browsing


def test_browsing_follows_the_framework_and_the_last_norm_leads_on(samira: StageChat) -> None:
    samira.taps_old(NormTap(V1))
    assert "Vorige" not in samira.labels
    samira.taps("Volgende")
    assert shown(samira, ShowNorm).header.norm.id == V2

    samira.taps_old(NormTap(O23))

    assert samira.button("Volgende").tap == NextTap(O23)


def test_after_a_verdict_ones_own_open_norms_come_first(stage: EvaluationStage, samira: StageChat) -> None:
    joost = stage.joined(JOOST, "Joost")
    stage.assign(joost, "V2", "D9")
    joost.taps_old(NormTap(V2))
    joost.taps("Voldoet")

    joost.taps("Volgende")

    assert shown(joost, ShowNorm).header.norm.id == D9


def test_when_ones_own_norms_are_done_that_is_celebrated(stage: EvaluationStage, samira: StageChat) -> None:
    joost = stage.joined(JOOST, "Joost")
    stage.assign(joost, "D9")
    joost.taps_old(NormTap(D9))
    joost.taps("Voldoet")

    joost.taps("Volgende")

    assert notice(joost) == Notice(Happened.OWN_ANSWERED)


# ------------------------------------------------------------------------- questions and evidence


def test_the_questions_come_one_by_one_and_can_be_answered(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Vragen")
    assert (shown(at_d9, ShowQuestion).index, shown(at_d9, ShowQuestion).count) == (0, 3)
    at_d9.taps("Andere vraag")

    at_d9.sends("We spreken elkaar elke maand")

    screen = shown(at_d9, ShowQuestion)
    assert (screen.index, screen.notice) == (1, Notice(Happened.STORED, D9, receipt=1, question=1))
    assert [item.purpose for item in stage.given("D9")] == ["reply"]


def test_after_the_last_question_the_first_comes_again(at_d9: StageChat) -> None:
    at_d9.taps("Vragen")

    for _ in range(3):
        at_d9.taps("Andere vraag")

    assert shown(at_d9, ShowQuestion).index == 0


def test_what_is_typed_among_the_hints_is_evidence(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Bewijs")
    assert isinstance(at_d9.screen, ShowHints)

    at_d9.sends("Convenant met de gemeente, op de gedeelde schijf")

    assert isinstance(at_d9.screen, ShowHints)
    assert [item.purpose for item in stage.given("D9")] == ["evidence"]


# ------------------------------------------------------------------------- two people at one norm


def test_the_second_sees_what_the_first_chose_and_may_leave_it(stage: EvaluationStage, at_d9: StageChat) -> None:
    priya = stage.joined(PRIYA, "Priya")
    priya.taps_old(NormTap(D9))
    priya.taps("Niet")
    priya.sends("Met de huisartsen loopt het nog niet")

    at_d9.taps("Voldoet")

    conflict = shown(at_d9, ShowConflict)
    assert (conflict.by, conflict.mine, conflict.header.verdict) == ("Priya", Verdict.MET, Verdict.NOT_MET)
    assert conflict.explanation is not None
    assert conflict.explanation.text == "Met de huisartsen loopt het nog niet"
    at_d9.taps("Laat staan")
    assert stage.answer("D9").verdict is Verdict.NOT_MET


def test_the_second_may_insist(stage: EvaluationStage, at_d9: StageChat) -> None:
    priya = stage.joined(PRIYA, "Priya")
    priya.taps_old(NormTap(D9))
    priya.taps("Niet")
    at_d9.taps("Deels")

    at_d9.taps("Mijn oordeel: Deels")

    assert stage.answer("D9").verdict is Verdict.PARTIAL
    assert isinstance(at_d9.screen, AskVisible)


def test_insisting_overrides_only_what_was_shown(stage: EvaluationStage, at_d9: StageChat) -> None:
    """A third colleague may have changed it again in between."""
    priya, joost = stage.joined(PRIYA, "Priya"), stage.joined(JOOST, "Joost")
    priya.taps_old(NormTap(D9))
    priya.taps("Niet")
    at_d9.taps("Deels")
    joost.taps_old(NormTap(D9))
    joost.taps("Voldoet")

    at_d9.taps("Mijn oordeel: Deels")

    assert shown(at_d9, ShowConflict).by == "Joost"
    assert stage.answer("D9").verdict is Verdict.MET


def test_two_answers_to_one_question_are_both_kept_until_somebody_chooses(
    stage: EvaluationStage, at_d9: StageChat
) -> None:
    """Nobody overwrites what a colleague wrote a moment ago without having seen it."""
    priya = stage.joined(PRIYA, "Priya")
    at_d9.taps("Deels")
    at_d9.taps("Overslaan")
    priya.taps_old(AskTap(D9, Ask.WHAT))
    priya.sends("Een convenant maken")

    at_d9.sends("Samen terugkijken")

    told = notice(at_d9)
    assert (told.what, told.by, told.theirs) == (Happened.TAKEN_MEANWHILE, "Priya", "Een convenant maken")
    assert stage.answer("D9").improvement == ImprovementAction("Een convenant maken")
    at_d9.taps("Mijn tekst gebruiken")
    assert stage.answer("D9").improvement == ImprovementAction("Samen terugkijken")
    assert stage.texts("D9") == []
    assert isinstance(at_d9.screen, AskWho)


# -------------------------------------------------------------------------------------- the costs


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_verdict_and_the_next_norm_cost_few_statements(stage: EvaluationStage, samira: StageChat) -> None:
    """These two turns are most of what people do; nothing in them may grow with the number of norms."""
    samira.taps("Begin bij V1")
    counted: list[str] = []
    sa.event.listen(stage.database.engine, "before_cursor_execute", lambda *event: counted.append(event[2]))

    samira.taps("Voldoet")
    for_verdict = len(counted)
    counted.clear()
    samira.taps("Volgende")

    assert for_verdict <= 9
    assert len(counted) <= 7


def test_leaving_halfway_loses_nothing(stage: EvaluationStage, at_d9: StageChat) -> None:
    at_d9.taps("Deels")
    at_d9.taps("Menu")

    at_d9.sends("/zelfevaluatie")

    assert at_d9.place.state == At.OVERVIEW
    assert shown(at_d9, ShowOverview).progress.answered == 1
