"""Coverage, verdicts, consensus and the end of the day, as auditors meet them; scenes 10 and 11 of the screenplay."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from conversations.audit_taps import CoverageTap, JudgeTap, NormOfAuditTap
from conversations.fieldwork_taps import FunctionsTap
from conversations.judging_taps import (
    AgreedTap,
    CompareTap,
    ConsensusNormTap,
    ConsensusTap,
    DayTap,
    FeedbackTap,
    FitsTap,
    MoodTap,
    NormCoverageTap,
    OutcomeTap,
    ReopenNormTap,
    SettleAgreedTap,
    SettleTap,
    UseTextTap,
    VerdictNormTap,
    VerdictTap,
    WhatIfTap,
)
from conversations.kit import MediaKind, OnTap, Tap
from domain.audit import FindingKind, Stage, Tone
from domain.day_evaluation import Mood
from domain.framework import NormId, WhoCode
from domain.judging import Comparison
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.sql import tables as t
from templates.common_screens import Trouble
from templates.judging_screens import (
    AskDayAnswer,
    AskJudgementReason,
    AskOverride,
    AskRationale,
    ChooseFunction,
    ConfirmAgreed,
    ConsensusConflict,
    ConsensusGrid,
    CoverageGrid,
    KeptAlbum,
    MakeCoveragePicture,
    SayNotKept,
    Section,
    ShowComparison,
    ShowConsensus,
    ShowConsensusNorm,
    ShowCoverage,
    ShowDay,
    ShowFeedback,
    ShowFits,
    ShowNormCoverage,
    ShowNormMatches,
    ShowOutcome,
    ShowVerdictNorm,
    ShowVerdicts,
    ShowWhatIf,
    Told,
    VerdictGrid,
)
from tests.conversations import judging_stage
from tests.conversations.judging_stage import JUDGING, JudgingStage, shown, trouble

stage = judging_stage.stage
V1, V2, V5, D9 = (NormId(norm) for norm in ("V1", "V2", "V5", "D9"))


# ------------------------------------------------------------------------------------------------ coverage


def test_the_radar_counts_what_is_round_and_says_what_is_needed(stage: JudgingStage) -> None:
    stage.cast.round_off(stage.cast.norms[:41])
    stage.cast.notes([stage.cast.norms[41]], talk=stage.cast.talk("P"))

    stage.tom.taps_old(CoverageTap())

    screen = shown(stage.tom, ShowCoverage)
    assert (screen.overview.round_norms, screen.overview.total) == (41, 49)
    first = screen.needs[0]
    assert (first.norm.id, first.missing_sources, first.missing_documents) == (stage.cast.norms[41], 1, 1)
    assert "41 van 49 rond" in stage.tom.text


def test_the_next_interview_is_planned_from_what_is_missing(stage: JudgingStage) -> None:
    """These five fit your next conversation (Mng)."""
    stage.tom.taps_old(CoverageTap())
    stage.tom.taps("Plan gesprek")
    assert shown(stage.tom, ChooseFunction).open_norms == 49

    stage.tom.taps(FitsTap(WhoCode("Mng")))

    fits = shown(stage.tom, ShowFits).fits
    assert len(fits) == 5
    assert all("Mng" in fit.norm.who for fit in fits)
    assert "passen bij je volgende gesprek" in stage.tom.text
    assert stage.tom.button("Begin gesprek").tap == FunctionsTap(1 << 1)  # with this function chosen already


def test_one_norm_says_how_often_where_and_who_could_give_the_rest(stage: JudgingStage) -> None:
    talk = stage.cast.talk("P")
    stage.cast.notes(["V5"], talk=talk, kind=FindingKind.QUOTE)
    stage.ada.taps_old(CoverageTap())
    stage.ada.taps("Per norm")
    assert shown(stage.ada, CoverageGrid).total == 15
    stage.ada.taps("V5 ◐")

    screen = shown(stage.ada, ShowNormCoverage)
    assert (screen.covered.tests, screen.interviews, screen.heard) == (1, (1,), ("Professional",))
    assert screen.functions == ("Leidinggevende", "Professional")


def test_in_the_grid_a_number_goes_to_its_norm_and_words_search(stage: JudgingStage) -> None:
    stage.ada.taps_old(CoverageTap())
    stage.ada.taps("Per norm")
    stage.ada.sends("vrijwilligers")
    assert shown(stage.ada, ShowNormMatches).found
    stage.ada.sends("d9")
    assert shown(stage.ada, ShowNormCoverage).covered.norm.id == D9


def test_the_picture_is_a_job(stage: JudgingStage) -> None:
    stage.tom.taps_old(CoverageTap())
    stage.tom.taps("Overzicht")

    shown(stage.tom, MakeCoveragePicture)
    assert [(job.name, job.data) for job in stage.jobs] == [("coverage_picture", {"audit": stage.cast.audit})]


# ------------------------------------------------------------------------------------------------ verdicts


def test_a_verdict_is_one_tap_and_the_next_norm_another(stage: JudgingStage) -> None:
    stage.ada.taps_old(JudgeTap())
    stage.ada.taps("Begin bij V1")
    stage.ada.taps("Voldoet")
    assert (shown(stage.ada, ShowVerdictNorm).own, shown(stage.ada, ShowVerdictNorm).told) == (Verdict.MET, Told.JUDGED)

    stage.ada.taps("Volgende")

    assert shown(stage.ada, ShowVerdictNorm).norm.id == V2
    stage.ada.taps_old(JudgeTap())
    assert shown(stage.ada, ShowVerdicts).judged == 1


def test_all_norms_are_judged_in_two_taps_each(stage: JudgingStage) -> None:
    stage.ada.taps_old(VerdictNormTap(V1))
    for _ in stage.cast.norms[1:]:
        stage.ada.taps("Voldoet")
        stage.ada.taps("Volgende")
    stage.ada.taps("Voldoet")

    stage.ada.taps_old(JudgeTap())

    assert shown(stage.ada, ShowVerdicts).judged == 49
    assert "Verder bij" not in " ".join(stage.ada.labels)


def test_the_findings_of_the_whole_team_are_beside_the_verdict(stage: JudgingStage) -> None:
    """Newest first, with their tone, a page at a time; the member's own view beside them."""
    stage.member_judges({"V5": Verdict.PARTIAL})
    stage.cast.notes(["V5"] * 6, tone=Tone.STRONG, author="Ada")
    stage.cast.notes(["V5"], text="Net gehoord", to_discuss=True)

    stage.tom.taps_old(VerdictNormTap(V5))

    screen = shown(stage.tom, ShowVerdictNorm)
    assert (screen.findings[0].text, screen.findings[1].tone, screen.findings[1].author) == (
        "Net gehoord", Tone.STRONG, "Ada",
    )  # fmt: skip
    assert (screen.total, screen.pages, screen.member, screen.to_discuss) == (7, 2, Verdict.PARTIAL, 1)
    assert screen.is_confidential
    stage.tom.taps("Meer")
    assert len(shown(stage.tom, ShowVerdictNorm).findings) == 2


def test_a_finding_beside_the_verdict_says_in_which_interview(stage: JudgingStage) -> None:
    stage.cast.notes(["V5"], talk=stage.cast.talk("P"))

    stage.tom.taps_old(VerdictNormTap(V5))

    assert shown(stage.tom, ShowVerdictNorm).findings[0].interview == 1
    assert "gesprek 1" in stage.tom.text
    assert stage.tom.button("Bevindingen").tap == NormOfAuditTap(V5)


def test_a_file_at_an_open_norm_is_a_finding_there(stage: JudgingStage) -> None:
    """Else a photo of the very document that decides the verdict would lie loose in the in-tray."""
    stage.tom.taps_old(VerdictNormTap(V5))

    stage.tom.sends_media(MediaKind.DOCUMENT, name="plan.pdf", caption="teamplan")

    screen = shown(stage.tom, ShowVerdictNorm)
    assert (screen.told, [line.text for line in screen.findings]) == (Told.FILE_KEPT, ["teamplan"])
    assert stage.jobs[-1].name == "fetch_file"
    stage.tom.sends_media(size=21 * 1024 * 1024)
    assert (shown(stage.tom, ShowVerdictNorm).told, shown(stage.tom, ShowVerdictNorm).total) == (Told.FILE_TOO_LARGE, 1)


def test_an_album_at_an_open_norm_has_one_screen(stage: JudgingStage) -> None:
    """Five photos of one document are five findings, and not five screens."""
    stage.tom.taps_old(VerdictNormTap(V5))

    turns = [stage.tom.sends_media(album="a1", caption="teamplan" if number == 0 else "") for number in range(3)]

    assert [turn.shown.is_new for turn in turns if turn.shown] == [True, False, False]
    assert shown(stage.tom, ShowVerdictNorm).album == KeptAlbum(V5, 3)
    assert "3 bestanden bewaard als bevinding bij V5" in stage.tom.text
    assert shown(stage.tom, ShowVerdictNorm).total == 3
    stage.tom.sends_media(album="a1", size=21 * 1024 * 1024)
    assert shown(stage.tom, ShowVerdictNorm).album == KeptAlbum(V5, 3, 1)
    assert stage.tom.sends_media(album="a2").shown.is_new  # type: ignore[union-attr]
    assert (shown(stage.tom, ShowVerdictNorm).told, shown(stage.tom, ShowVerdictNorm).total) == (Told.FILE_KEPT, 4)


def test_an_album_stays_at_the_norm_where_it_began(stage: JudgingStage) -> None:
    """Whoever is quick to go on does not scatter the photos."""
    stage.tom.taps_old(VerdictNormTap(V5))
    stage.tom.sends_media(album="a1")
    stage.tom.taps_old(VerdictNormTap(V1))

    stage.tom.sends_media(album="a1")

    assert shown(stage.tom, ShowVerdictNorm).norm.id == V1
    assert shown(stage.tom, ShowVerdictNorm).album == KeptAlbum(V5, 2)
    stage.tom.taps_old(VerdictNormTap(V5))
    assert shown(stage.tom, ShowVerdictNorm).total == 2


def test_a_verdict_on_a_norm_that_is_not_round_comes_with_a_warning(stage: JudgingStage) -> None:
    stage.cast.round_off(["V1"])
    stage.ada.taps_old(VerdictNormTap(V1))
    assert "Nog niet rond" not in stage.ada.text

    stage.ada.taps_old(VerdictNormTap(V2))

    assert "Nog niet rond: nog 2 gesprekken en nog een document" in stage.ada.text


def test_what_does_not_apply_asks_why(stage: JudgingStage) -> None:
    stage.ada.taps_old(VerdictNormTap(V1))
    stage.ada.taps("N.v.t.")
    shown(stage.ada, AskJudgementReason)

    stage.ada.sends("Zij werken zonder professionals")

    screen = shown(stage.ada, ShowVerdictNorm)
    assert (screen.own, screen.reason) == (Verdict.NOT_APPLICABLE, "Zij werken zonder professionals")


def test_what_is_typed_at_an_open_norm_is_ones_reason(stage: JudgingStage) -> None:
    """Also before there is a verdict: nothing is lost."""
    stage.ada.taps_old(VerdictNormTap(V1))
    stage.ada.sends("Ik twijfel nog")
    assert shown(stage.ada, ShowVerdictNorm).told is Told.REASON_BEFORE_VERDICT
    stage.ada.taps("Verbeterpunt")
    assert shown(stage.ada, ShowVerdictNorm).reason == "Ik twijfel nog"
    stage.ada.sends("V2")
    assert shown(stage.ada, ShowVerdictNorm).norm.id == V2


def test_data_of_people_are_not_kept_in_a_reason(stage: JudgingStage) -> None:
    """What is typed here ends up in a report."""
    stage.ada.taps_old(VerdictNormTap(V1))
    stage.ada.taps("Verbeterpunt")

    stage.ada.sends("Bel Piet op 06-12345678")

    assert shown(stage.ada, SayNotKept).sensitive
    stage.ada.sends("Bel de teamleider")
    assert shown(stage.ada, ShowVerdictNorm).reason == "Bel de teamleider"


def test_the_result_is_shown_against_the_threshold(stage: JudgingStage) -> None:
    """2 not met and 7 partial: room for 2 and 2, and the norms that tip it."""
    norms = stage.cast.norms
    given = dict.fromkeys(norms, Verdict.MET) | dict.fromkeys(norms[:2], Verdict.NOT_MET)
    stage.cast.all_judge(given | dict.fromkeys(norms[2:9], Verdict.PARTIAL), "Ada")

    stage.ada.taps_old(JudgeTap())
    assert "met verbeterplan binnen 4 weken" in stage.ada.text
    stage.ada.taps("Wat als")

    assert "2 niet, 7 deels: nog ruimte voor 2 en 2" in stage.ada.text
    assert shown(stage.ada, ShowWhatIf).tipping


def test_self_evaluation_and_audit_stand_side_by_side(stage: JudgingStage) -> None:
    stage.member_judges({"V1": Verdict.MET, "V2": Verdict.MET})
    stage.cast.all_judge({"V1": Verdict.MET, "V2": Verdict.NOT_MET}, "Tom", "Ada")

    stage.tom.taps_old(CompareTap())

    screen = shown(stage.tom, ShowComparison)
    assert [(line.norm, line.comparison) for line in screen.lines] == [(V2, Comparison.LOWER)]
    assert (screen.same, screen.open) == (1, 47)


# ----------------------------------------------------------------------------------------------- consensus


@pytest.fixture
def settling(stage: JudgingStage) -> JudgingStage:
    """Everything is round, Ada and Tom differ on four norms of 49, and the team is settling."""
    norms = stage.cast.norms
    stage.cast.round_off(norms)
    stage.cast.all_judge(dict.fromkeys(norms, Verdict.MET), "Tom", "Ada")
    stage.cast.all_judge(dict.fromkeys(norms[:4], Verdict.PARTIAL), "Ada")
    stage.cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    return stage


def test_two_auditors_who_differ_on_four_norms_settle(settling: JudgingStage) -> None:
    """The whole way to an outcome that is explained."""
    tom = settling.tom
    tom.taps_old(ConsensusTap())
    screen = shown(tom, ShowConsensus)
    assert ([line.norm.id for line in screen.differing], screen.agreed) == (list(settling.cast.norms[:4]), 45)

    tom.taps("Samen vastleggen")
    assert len(shown(tom, ConfirmAgreed).lines) == 45
    tom.taps("Ja, leg 45 vast")
    assert shown(tom, ShowConsensus).just_settled == 45
    for number, norm in enumerate(settling.cast.norms[:4]):
        tom.taps(ConsensusNormTap(norm)) if number == 0 else tom.taps("Volgende")
        tom.taps("Verbeterpunt")
        assert shown(tom, AskRationale).norm.id == norm
        tom.sends("Het lukt al bij Zuid; Noord gaat volgen")
        assert (shown(tom, ShowConsensusNorm).verdict, shown(tom, ShowConsensusNorm).told) == (
            Verdict.PARTIAL, Told.SETTLED,
        )  # fmt: skip

    tom.taps_old(OutcomeTap())

    screen_ = shown(tom, ShowOutcome)
    assert (screen_.settled, screen_.weighing.outcome) == (49, Outcome.PLAN_REQUIRED)
    assert "verbeterplan binnen 4 weken" in tom.text


def test_texts_that_are_missing_are_written_one_after_the_other(settling: JudgingStage) -> None:
    """The report cannot do without them, and "voldoet" was settled with one tap for 45 norms."""
    tom, norms = settling.tom, settling.cast.norms
    settling.cast.all_judge(dict.fromkeys(norms[:4], Verdict.MET), "Ada")
    tom.taps_old(ConsensusTap())
    tom.taps("Samen vastleggen")
    tom.taps("Ja, leg 49 vast")
    tom.taps_old(ConsensusNormTap(norms[0]))
    assert "Het rapport heeft er een nodig" in tom.text

    for norm in norms[:3]:
        tom.taps("Onderbouwing" if norm == norms[0] else f"Tekst bij {norm} ➡️")
        assert shown(tom, AskRationale).norm.id == norm
        tom.sends(f"Zo gaat {norm}")

    assert (shown(tom, ShowConsensusNorm).norm.id, shown(tom, ShowConsensusNorm).rationale) == (
        norms[2], f"Zo gaat {norms[2]}",
    )  # fmt: skip


def test_judgements_stand_side_by_side_with_their_reasons(settling: JudgingStage) -> None:
    settling.ada.taps_old(VerdictNormTap(V1))
    settling.ada.sends("Noord kent de afspraken niet")

    settling.tom.taps_old(ConsensusNormTap(V1))

    screen = shown(settling.tom, ShowConsensusNorm)
    assert {(line.name, line.verdict, line.reason) for line in screen.judgements} == {
        ("Tom", Verdict.MET, ""), ("Ada", Verdict.PARTIAL, "Noord kent de afspraken niet"),
    }  # fmt: skip
    assert screen.waiting == ("Wim",)
    settling.tom.taps("Verbeterpunt")
    assert shown(settling.tom, AskRationale).offer == "Noord kent de afspraken niet"
    settling.tom.taps("Gebruik deze tekst")
    assert shown(settling.tom, ShowConsensusNorm).rationale == "Noord kent de afspraken niet"


def test_a_norm_that_is_not_round_is_settled_only_with_a_reason(stage: JudgingStage) -> None:
    stage.cast.all_judge({"V1": Verdict.PARTIAL}, "Tom", "Ada")
    stage.cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    stage.tom.taps_old(ConsensusNormTap(V1))

    stage.tom.taps("Verbeterpunt")
    stage.tom.sends("Het kan beter")
    shown(stage.tom, AskOverride)
    stage.tom.sends("Er werkt nu niemand met deze taak")

    screen = shown(stage.tom, ShowConsensusNorm)
    assert (screen.verdict, screen.rationale, screen.override) == (
        Verdict.PARTIAL, "Het kan beter", "Er werkt nu niemand met deze taak",
    )  # fmt: skip


def test_a_text_without_its_second_reason_is_kept_as_a_draft(stage: JudgingStage) -> None:
    """Leaving halfway loses nothing."""
    stage.cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    stage.tom.taps_old(ConsensusNormTap(V1))
    stage.tom.taps("Verbeterpunt")
    stage.tom.sends("Het kan beter")
    stage.tom.taps_old(ConsensusNormTap(V1))

    screen = shown(stage.tom, ShowConsensusNorm)
    assert (screen.verdict, screen.rationale) == (Verdict.NOT_ASSESSED, "Het kan beter")


def test_only_the_team_leader_settles(settling: JudgingStage) -> None:
    """The others see the same without the buttons."""
    settling.ada.taps_old(ConsensusNormTap(V1))
    assert "Verbeterpunt" not in settling.ada.labels
    before = _rows(settling)

    audit = settling.cast.audit
    for tap in (SettleTap(audit, V1, Verdict.MET, 0), UseTextTap(audit, V1, Verdict.MET, 0), AgreedTap(),
                SettleAgreedTap(audit, 0), ReopenNormTap(audit, V1, 0)):  # fmt: skip
        settling.ada.taps_old(tap)
        assert trouble(settling.ada) is Trouble.NOT_ALLOWED

    assert _rows(settling) == before


def test_two_phones_of_the_team_leader_do_not_overwrite_each_other(settling: JudgingStage) -> None:
    settling.tom.taps_old(ConsensusNormTap(V5))
    old = settling.tom.button("Verbeterpunt").tap
    settling.tom.taps("Voldoet")
    assert shown(settling.tom, ShowConsensusNorm).verdict is Verdict.MET
    assert old is not None

    settling.tom.taps_old(old)

    assert shown(settling.tom, ConsensusConflict).verdict is Verdict.MET
    settling.tom.taps("Bekijk hoe het is")
    assert shown(settling.tom, ShowConsensusNorm).verdict is Verdict.MET


def test_a_text_that_comes_after_a_change_is_shown_and_overwrites_nothing(settling: JudgingStage) -> None:
    settling.tom.taps_old(ConsensusNormTap(V1))
    settling.tom.taps("Verbeterpunt")
    settling.cast.settle("V1", Verdict.NOT_MET, "Van de andere telefoon")

    settling.tom.sends("Mijn tekst")

    screen = shown(settling.tom, ConsensusConflict)
    assert (screen.rationale, screen.text) == ("Van de andere telefoon", "Mijn tekst")


def test_a_list_that_changed_is_asked_about_again(settling: JudgingStage) -> None:
    settling.tom.taps_old(AgreedTap())
    settling.cast.all_judge({"V5": Verdict.NOT_MET}, "Ada")

    settling.tom.taps("Ja, leg 45 vast")

    screen = shown(settling.tom, ConfirmAgreed)
    assert (screen.is_changed, len(screen.lines)) == (True, 44)


def test_what_agrees_but_is_not_round_waits(stage: JudgingStage) -> None:
    stage.cast.round_off(["V1"])
    stage.cast.all_judge({"V1": Verdict.MET, "V2": Verdict.MET}, "Tom", "Ada")
    stage.cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    stage.tom.taps_old(ConsensusTap())
    assert shown(stage.tom, ShowConsensus).agreed == 2

    stage.tom.taps_old(AgreedTap())

    screen = shown(stage.tom, ConfirmAgreed)
    assert ([line.norm for line in screen.lines], screen.held_back) == ([V1], (V2,))


def test_a_settled_norm_opens_again_and_keeps_its_text(settling: JudgingStage) -> None:
    settling.cast.settle("V5", Verdict.MET, "Prima geregeld")
    settling.tom.taps_old(ConsensusNormTap(V5))
    settling.tom.taps("Weer openen")
    screen = shown(settling.tom, ShowConsensusNorm)
    assert (screen.verdict, screen.rationale) == (Verdict.NOT_ASSESSED, "Prima geregeld")
    settling.tom.taps("Voldoet")
    settling.tom.taps("Onderbouwing")
    settling.tom.sends("Heel goed geregeld")
    assert shown(settling.tom, ShowConsensusNorm).rationale == "Heel goed geregeld"


def test_another_verdict_asks_for_another_text(settling: JudgingStage) -> None:
    settling.cast.settle("V5", Verdict.MET, "Prima geregeld")
    settling.tom.taps_old(ConsensusNormTap(V5))

    settling.tom.taps("Verbeterpunt")

    assert shown(settling.tom, AskRationale).offer == "Prima geregeld"


@pytest.mark.parametrize(
    ("not_met", "partial", "outcome"),
    [
        (0, 0, Outcome.ALL_MET),
        (4, 9, Outcome.PLAN_REQUIRED),
        (5, 0, Outcome.FOLLOWUP_REQUIRED),
        (0, 10, Outcome.FOLLOWUP_REQUIRED),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_outcome_at_the_boundaries(settling: JudgingStage, not_met: int, partial: int, outcome: Outcome) -> None:
    """4 and 9 together are within (handbook §2.6)."""
    given = itertools.chain([Verdict.NOT_MET] * not_met, [Verdict.PARTIAL] * partial, itertools.repeat(Verdict.MET))
    for norm, verdict in zip(settling.cast.norms, given, strict=False):
        settling.cast.settle(norm, verdict)

    settling.ada.taps_old(OutcomeTap())

    assert shown(settling.ada, ShowOutcome).weighing.outcome is outcome


def test_settling_waits_for_its_stage(stage: JudgingStage) -> None:
    stage.cast.round_off(["V1"])
    stage.cast.all_judge({"V1": Verdict.MET}, "Tom")
    stage.tom.taps_old(ConsensusNormTap(V1))
    assert "Voldoet" not in stage.tom.labels
    before = _rows(stage)

    stage.tom.taps_old(SettleTap(stage.cast.audit, V1, Verdict.MET, 0))

    assert "andere fase" in stage.tom.text
    assert _rows(stage) == before


# ------------------------------------------------------------------------------------------ end of the day


@pytest.fixture
def evening(stage: JudgingStage) -> JudgingStage:
    """The end of the first audit day."""
    stage.now = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    return stage


def test_three_questions_end_the_day(evening: JudgingStage) -> None:
    evening.ada.taps_old(JudgeTap())
    evening.ada.taps("Einde van de dag")
    assert len(shown(evening.ada, ShowDay).lines) == 3
    evening.ada.taps("Vraag 1")
    evening.ada.sends("Het liep goed, wel wat vol")
    line = shown(evening.ada, AskDayAnswer).line
    assert line.answer is not None
    assert (line.answer.text, line.answer.mood) == ("Het liep goed, wel wat vol", Mood.REMARK)
    evening.ada.taps("Tevreden")
    assert shown(evening.ada, AskDayAnswer).line.question.id == "tomorrow"
    evening.ada.taps("Tevreden")
    evening.ada.taps("Niet tevreden")

    screen = shown(evening.ada, ShowDay)
    assert [line.is_signal for line in screen.lines] == [False, False, True]
    assert "portefeuillehouder Q" in evening.ada.text


def test_an_answer_of_a_colleague_is_not_overwritten(evening: JudgingStage) -> None:
    for chat in (evening.tom, evening.ada):
        chat.taps_old(DayTap("2026-12-01"))
        chat.taps("Vraag 1")
    evening.tom.sends("Fijne dag")

    evening.ada.taps("Niet tevreden")

    screen = shown(evening.ada, AskDayAnswer)
    assert screen.is_changed
    assert screen.line.answer is not None
    assert screen.line.answer.text == "Fijne dag"


def test_a_day_that_has_to_come_is_not_evaluated(evening: JudgingStage) -> None:
    evening.ada.taps_old(MoodTap(evening.cast.audit, "2026-12-02", 0, Mood.CONTENT, 0))
    assert not shown(evening.ada, ShowDay).may_answer
    with evening.database.begin() as work:
        assert not work.execute(sa.select(t.day_evaluation)).all()


def test_the_feedback_begins_with_what_is_strong(evening: JudgingStage) -> None:
    evening.cast.notes(["D9"], tone=Tone.BOTTLENECK, text="Wachtlijst")
    evening.cast.notes(["V5"], tone=Tone.STRONG, text="Warm team")

    evening.ada.taps_old(FeedbackTap(0))

    lines = shown(evening.ada, ShowFeedback).lines
    assert [(line.section, line.texts) for line in lines] == [
        (Section.STRONG, ("Warm team",)), (Section.IMPROVEMENT, ("Wachtlijst",)),
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------- who sees nothing


def _every_tap(stage: JudgingStage) -> list[Tap]:
    """Return one tap of every kind of this slice, as if made for Tom's audit."""
    values = {"audit": stage.cast.audit, "norm": V1, "verdict": Verdict.MET, "seen": 0, "mark": 0, "page": 0,
              "function": WhoCode("P"), "rubric": None, "is_open_only": False, "day": "2026-12-01", "question": 0,
              "mood": Mood.CONTENT}  # fmt: skip
    rules = [rule for conversation in JUDGING[:-2] for rule in conversation.entry_points]
    kinds = [rule.kind for rule in rules if isinstance(rule, OnTap)]
    return [kind(**{name: values[name] for name, _, _ in kind._fields()}) for kind in kinds]


@pytest.mark.parametrize("name", ["Bea", "Pim", "Otto", "Ina", "Samira", "Noor"])
def test_nobody_else_sees_or_changes_anything(stage: JudgingStage, name: str) -> None:
    """Every button of this slice, forged by everybody who is not in the team."""
    stage.cast.notes(["V1"], text="Vertrouwelijk", tone=Tone.STRONG)
    stage.cast.all_judge({"V1": Verdict.NOT_MET}, "Ada")
    before, chat = _rows(stage), stage.of(name)

    for tap in _every_tap(stage):
        chat.taps_old(tap)
        assert "Vertrouwelijk" not in chat.text
        assert "Vertrouwelijk" not in repr(chat.screen)
    if name == "Ina":  # she has an audit of her own, about which the buttons that only look are
        stage.ina.taps_old(VerdictNormTap(V1))
        assert shown(stage.ina, ShowVerdictNorm).total == 0
        stage.ina.taps_old(VerdictTap(stage.cast.audit, V1, Verdict.MET))
        assert trouble(stage.ina) is Trouble.AGED

    assert _rows(stage) == before


def test_forged_norms_and_verdicts_change_nothing(settling: JudgingStage) -> None:
    audit, before = settling.cast.audit, _rows(settling)
    for tap in (VerdictNormTap(NormId("X1")), VerdictTap(audit, NormId("X1"), Verdict.MET),
                VerdictTap(audit, V1, Verdict.NOT_ASSESSED), SettleTap(audit, V1, Verdict.NOT_ASSESSED, 0),
                SettleTap(audit, NormId("X1"), Verdict.MET, 0), NormCoverageTap(NormId("X1"))):  # fmt: skip
        settling.tom.taps_old(tap)
        assert trouble(settling.tom) is Trouble.AGED
    assert _rows(settling) == before


def test_every_tap_fits_its_button_for_every_norm(stage: JudgingStage) -> None:
    large = 10**15
    for norm, verdict in itertools.product(stage.cast.norms, Verdict):
        for tap in (VerdictTap(large, norm, verdict), SettleTap(large, norm, verdict, 999)):  # type: ignore[arg-type]
            assert Tap.unpack(tap.pack()) == tap


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_statements_per_screen_stay_the_same_as_the_audit_grows(stage: JudgingStage) -> None:
    looks = (CoverageTap(), JudgeTap(), VerdictNormTap(V1), ConsensusTap(), ConsensusNormTap(V1), WhatIfTap(),
             FeedbackTap(0))  # fmt: skip
    counted: list[str] = []
    sa.event.listen(stage.database.engine, "before_cursor_execute", lambda *event: counted.append(event[2]))

    def numbers() -> list[int]:
        found = []
        for tap in (*looks, *looks):
            counted.clear()
            stage.tom.taps_old(tap)
            found.append(len(counted))
        return found[len(looks) :]

    stage.cast.notes(["V1"], tone=Tone.STRONG, talk=stage.cast.talk("P"))
    stage.cast.all_judge({"V1": Verdict.MET}, "Tom")
    small = numbers()
    stage.cast.round_off(stage.cast.norms * 3)
    stage.cast.notes(stage.cast.norms, tone=Tone.BOTTLENECK)
    stage.cast.all_judge(dict.fromkeys(stage.cast.norms, Verdict.PARTIAL))

    assert numbers() == small
    assert max(small) <= 20


def test_grids_open_from_their_overview(settling: JudgingStage) -> None:
    settling.ada.taps_old(JudgeTap())
    settling.ada.taps("Per norm")
    assert shown(settling.ada, VerdictGrid).shown == 15
    settling.ada.taps("Alleen open")
    assert shown(settling.ada, VerdictGrid).shown == 0
    settling.ada.taps_old(ConsensusTap())
    settling.ada.taps("Per norm")
    shown(settling.ada, ConsensusGrid)
    settling.ada.taps("V1 ⚡")
    shown(settling.ada, ShowConsensusNorm)


def _rows(stage: JudgingStage) -> dict[str, list[tuple[object, ...]]]:
    tables = (t.judgement, t.consensus, t.day_evaluation)
    with stage.database.begin() as work:
        return {table.name: [tuple(row) for row in work.execute(sa.select(table)).all()] for table in tables}
