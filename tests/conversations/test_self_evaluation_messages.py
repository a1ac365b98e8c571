"""Whatever people send while a norm is open: receipts, albums, late messages, edits, undoing, privacy."""

from __future__ import annotations

import pytest

from conversations.evaluation_desk import At
from conversations.evaluation_taps import Ask, KeepTap, UndoTap, UseWordsTap, VerdictTap
from conversations.kit import Job, MediaKind
from conversations.receiving import MAX_FILE_BYTES
from conversations.taps import MenuTap, NormTap
from domain.privacy_guard import PrivacyKind
from domain.self_evaluation import ContributionId, ContributionKind, EvaluationId, Purpose
from domain.verdicts import Verdict
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import (
    AskExample,
    AskImprovement,
    AskMeaning,
    AskSummary,
    AskVisible,
    AskWho,
    ChooseNorm,
    Happened,
    Notice,
    Part,
    ShowNorm,
    ShowOverview,
    ShowQuestion,
    ShowRecap,
    TellNotice,
)
from tests.conversations.evaluation_stage import (
    D9,
    JOOST,
    LABEL,
    PRIYA,
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


@pytest.fixture
def at_v5(samira: StageChat) -> StageChat:
    """Samira, with V5 open."""
    samira.taps_old(NormTap(V5))
    return samira


# ------------------------------------------------------------------------------------------- text


def test_typed_text_is_stored_with_a_receipt_on_the_screen_below_it(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("Wij spreken elk half jaar af wie wat doet")

    assert shown(at_v5, ShowNorm).notice == Notice(Happened.STORED, V5, receipt=1)
    assert at_v5.was_new
    (item,) = stage.given("V5")
    assert (item.kind, item.purpose) == (ContributionKind.TEXT, Purpose.EXPLANATION)
    assert item.text == "Wij spreken elk half jaar af wie wat doet"


def test_an_example_after_a_verdict_is_stored_and_the_prompt_stays(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Voldoet")

    at_v5.sends("In het teamplan")

    assert shown(at_v5, AskExample).notice == Notice(Happened.STORED, V5, receipt=1)
    assert stage.texts("V5") == ["In het teamplan"]


def test_a_link_is_evidence(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("https://intranet.example/teamplan")

    assert [(item.kind, item.purpose) for item in stage.given("V5")] == [(ContributionKind.LINK, Purpose.EVIDENCE)]


def test_a_bare_norm_id_goes_to_that_norm_and_can_be_kept_after_all(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("d9")
    screen = shown(at_v5, ShowNorm)
    assert (screen.header.norm.id, screen.notice) == (D9, Notice(Happened.JUMPED, V5, text="D9"))
    assert stage.texts("V5") == []

    at_v5.taps("Toch bewaren")

    assert stage.texts("V5") == ["D9"]
    assert shown(at_v5, ShowNorm).header.norm.id == V5


def test_what_was_kept_after_all_follows_the_edit_of_its_message(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("D9")
    message = at_v5.last_message_id
    at_v5.taps("Toch bewaren")

    at_v5.edits(message, "D9 sluit hierop aan")

    assert stage.texts("V5") == ["D9 sluit hierop aan"]


def test_a_sentence_with_a_norm_id_is_text(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("D9 was lastig")

    assert stage.texts("V5") == ["D9 was lastig"]


# ------------------------------------------------------------------------------------------ media


def test_a_photo_is_evidence_with_its_caption_and_is_fetched_later(stage: EvaluationStage, at_v5: StageChat) -> None:
    turn = at_v5.sends_media(caption="Het bord in de gang")

    (item,) = stage.given("V5")
    assert (item.kind, item.purpose, item.text) == (ContributionKind.PHOTO, Purpose.EVIDENCE, "Het bord in de gang")
    assert turn.jobs == [Job("fetch_file", at_v5.id, {"file": item.file})]
    assert notice(at_v5) == Notice(Happened.STORED, V5, receipt=1)


@pytest.mark.parametrize("kind", [MediaKind.VOICE, MediaKind.VIDEO])
def test_what_cannot_be_read_asks_for_one_line(stage: EvaluationStage, at_v5: StageChat, kind: MediaKind) -> None:
    """Nothing is written out yet, so one line makes it possible to find it again."""
    at_v5.sends_media(kind, name="", media_type="audio/ogg")
    assert shown(at_v5, AskSummary).receipt == 1

    at_v5.sends("Over de afspraken in het team")

    assert stage.texts("V5") == ["Over de afspraken in het team"]
    assert shown(at_v5, ShowNorm).notice == Notice(Happened.SUMMARISED, V5, Part.EDIT, 1)


def test_the_one_line_may_be_skipped_and_the_question_goes_on(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Deels")
    assert isinstance(at_v5.screen, AskVisible)
    at_v5.sends_media(MediaKind.VOICE)
    assert isinstance(at_v5.screen, AskSummary)

    at_v5.taps("Overslaan")

    assert isinstance(at_v5.screen, AskImprovement)
    assert len(stage.given("V5")) == 1


def test_a_voice_message_can_answer_a_question(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Vragen")

    at_v5.sends_media(MediaKind.VOICE)
    at_v5.sends("We maken elk jaar afspraken")

    assert [item.purpose for item in stage.given("V5")] == [Purpose.REPLY]
    assert isinstance(at_v5.screen, ShowQuestion)


def test_a_file_that_is_too_large_is_refused_and_its_caption_kept(stage: EvaluationStage, at_v5: StageChat) -> None:
    turn = at_v5.sends_media(MediaKind.DOCUMENT, size=MAX_FILE_BYTES + 1, caption="Ons jaarplan")

    assert notice(at_v5) == Notice(Happened.TOO_LARGE, V5, receipt=1)
    assert stage.texts("V5") == ["Ons jaarplan"]
    assert turn.jobs == []


def test_an_album_gets_one_receipt_that_counts_up_in_place(stage: EvaluationStage, at_v5: StageChat) -> None:
    for _ in range(3):
        at_v5.sends_media(album="team")

    assert notice(at_v5) == Notice(Happened.ALBUM, V5, Part.ALBUM, 1, count=3)
    assert not at_v5.was_new
    assert len(stage.given("V5")) == 3
    at_v5.taps("Ongedaan maken")
    assert stage.given("V5") == ()


def test_an_album_stays_at_the_norm_where_it_began(stage: EvaluationStage, at_v5: StageChat) -> None:
    """Items of an album arrive one by one, and somebody may tap on in between."""
    at_v5.sends_media(album="team")
    at_v5.taps("Volgende")

    at_v5.sends_media(album="team")

    assert len(stage.given("V5")) == 2
    assert shown(at_v5, ShowNorm).header.norm.id == "V6"
    assert notice(at_v5).norm == V5


def test_an_album_tells_what_was_too_large(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends_media(album="team")
    at_v5.sends_media(album="team", size=MAX_FILE_BYTES + 1)

    at_v5.sends_media(album="team")

    assert notice(at_v5) == Notice(Happened.ALBUM, V5, Part.ALBUM, 1, count=2, refused=1)


def test_a_photo_while_no_norm_is_open_is_not_stored(stage: EvaluationStage, samira: StageChat) -> None:
    turn = samira.sends_media()

    assert isinstance(samira.screen, AskMeaning)
    assert turn.jobs == []


# ----------------------------------------------------------------------------------- late messages


def test_a_text_that_a_tap_overtook_goes_to_the_norm_that_was_open(stage: EvaluationStage, at_v5: StageChat) -> None:
    """By webhook a tap can overtake an earlier message."""
    late = stage.holds_back()
    at_v5.taps("Volgende")

    stage.comes_late(late)
    at_v5.sends("Dit hoort bij V5")

    assert stage.texts("V5") == ["Dit hoort bij V5"]
    assert notice(at_v5) == Notice(Happened.STORED, V5, receipt=1, is_late=True)
    assert shown(at_v5, ShowNorm).header.norm.id == "V6"


def test_a_late_photo_reaches_its_norm_from_the_overview(stage: EvaluationStage, at_v5: StageChat) -> None:
    late = stage.holds_back()
    at_v5.taps("Overzicht")

    stage.comes_late(late)
    at_v5.sends_media()

    assert len(stage.given("V5")) == 1
    assert shown(at_v5, ShowOverview).notice == Notice(Happened.STORED, V5, receipt=1, is_late=True)


def test_a_late_answer_still_answers_what_was_asked(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Deels")
    at_v5.taps("Overslaan")
    late = stage.holds_back()
    at_v5.taps("Volgende")

    stage.comes_late(late)
    at_v5.sends("Samen evalueren")

    improvement = stage.answer("V5").improvement
    assert improvement is not None
    assert improvement.what == "Samen evalueren"


def test_a_late_reason_does_not_turn_a_newer_verdict_back(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("N.v.t.")
    late = stage.holds_back()
    at_v5.taps("Terug")
    at_v5.taps("Voldoet")

    stage.comes_late(late)
    at_v5.sends("Past niet bij ons")

    assert stage.answer("V5").verdict is Verdict.MET
    assert stage.texts("V5") == ["Past niet bij ons"]


def test_a_late_search_is_not_stored_at_the_norm_it_led_to(stage: EvaluationStage, samira: StageChat) -> None:
    samira.taps("Kies een norm")
    late = stage.holds_back()
    samira.taps(NormTap(V1))

    stage.comes_late(late)
    samira.sends("vrijwilligers")

    assert stage.texts("V1") == []
    assert notice(samira) == Notice(Happened.SENT_EARLIER, text="vrijwilligers")


def test_what_was_typed_in_another_conversation_is_not_stored_here(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Menu")
    late = stage.holds_back()
    at_v5.taps_old(NormTap(V1))

    stage.comes_late(late)
    at_v5.sends("hallo")

    assert stage.texts("V1") == stage.texts("V5") == []
    assert notice(at_v5).what is Happened.SENT_EARLIER


def test_nothing_is_late_in_the_usual_order(stage: EvaluationStage, at_v5: StageChat) -> None:
    for _ in range(12):
        at_v5.taps("Volgende")

    norm = shown(at_v5, ShowNorm).header.norm.id
    at_v5.sends("op tijd")

    assert stage.texts(norm) == ["op tijd"]
    assert not notice(at_v5).is_late


# ------------------------------------------------------------------------------------------ edits


def test_editing_a_message_edits_what_was_stored(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("Wij doen intervise")
    message = at_v5.last_message_id
    at_v5.taps("Volgende")

    at_v5.edits(message, "Wij doen intervisie")

    assert stage.texts("V5") == ["Wij doen intervisie"]
    assert notice(at_v5) == Notice(Happened.EDITED, V5, Part.EDIT, 1)
    assert not at_v5.was_new


@pytest.mark.parametrize(("skips", "field"), [(["Overslaan"], "what"), (["Overslaan", "Overslaan"], "who")])
def test_editing_an_answer_to_a_question_edits_it(
    stage: EvaluationStage, at_v5: StageChat, skips: list[str], field: str
) -> None:
    at_v5.taps("Deels")
    for skip in skips:
        at_v5.taps(skip)
    at_v5.sends("eerst")

    at_v5.edits(at_v5.last_message_id, "dan")

    assert getattr(stage.answer("V5").improvement, field) == "dan"
    assert notice(at_v5) == Notice(Happened.EDITED, V5, Part.IMPROVEMENT)


def test_editing_a_reason_edits_it(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("N.v.t.")
    at_v5.sends("Geen vrijwilligers")

    at_v5.edits(at_v5.last_message_id, "Wij werken zonder vrijwilligers")

    assert stage.answer("V5").reason == "Wij werken zonder vrijwilligers"
    assert isinstance(at_v5.screen, ShowRecap)


def test_editing_the_line_of_a_voice_message_edits_it(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends_media(MediaKind.VOICE)
    at_v5.sends("Over het tema")

    at_v5.edits(at_v5.last_message_id, "Over het team")

    assert stage.texts("V5") == ["Over het team"]


def test_an_edit_of_something_else_stays_unanswered(at_v5: StageChat) -> None:
    before = at_v5.screen

    turn = at_v5.edits(4242, "wat dan ook")

    assert turn.shown is None
    assert turn.said == []
    assert at_v5.screen == before


def test_an_edit_from_another_conversation_does_not_replace_its_screen(
    stage: EvaluationStage, at_v5: StageChat
) -> None:
    at_v5.sends("eerst")
    message = at_v5.last_message_id
    at_v5.taps(MenuTap())

    turn = at_v5.edits(message, "dan")

    assert turn.shown is None
    assert [said.screen for said in turn.said] == [TellNotice(Notice(Happened.EDITED, V5, Part.EDIT, 1))]
    assert at_v5.place.conversation == "elsewhere"
    assert stage.texts("V5") == ["dan"]


# ---------------------------------------------------------------------------- undo and take back


def test_the_last_write_can_be_undone(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("per ongeluk")

    at_v5.taps("Ongedaan maken")

    assert stage.texts("V5") == []
    assert notice(at_v5) == Notice(Happened.UNDONE, V5, receipt=1)
    assert "Ongedaan maken" not in at_v5.labels


def test_undoing_twice_changes_nothing_more(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("eerste")
    at_v5.sends("tweede")
    at_v5.taps("Ongedaan maken")

    at_v5.taps_old(UndoTap(EvaluationId(1), V5, Part.CONTRIBUTION, 2))

    assert notice(at_v5) == Notice(Happened.NOT_UNDONE, V5, receipt=2)
    assert stage.texts("V5") == ["eerste"]


def test_an_old_undo_does_not_undo_something_newer(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.sends("eerste")
    at_v5.taps("Voldoet")

    at_v5.taps_old(UndoTap(EvaluationId(1), V5, Part.CONTRIBUTION, 1))

    assert notice(at_v5).what is Happened.NOT_UNDONE
    assert stage.answer("V5").verdict is Verdict.MET


def test_an_answer_to_a_question_can_be_undone(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Deels")
    at_v5.taps("Overslaan")
    at_v5.sends("Samen evalueren")
    assert isinstance(at_v5.screen, AskWho)

    at_v5.taps("Ongedaan maken")

    assert stage.answer("V5").improvement is None
    assert isinstance(at_v5.screen, ShowNorm)


# ---------------------------------------------------------------------------------------- privacy


def test_a_text_with_personal_data_is_stored_and_warned_about(stage: EvaluationStage, at_v5: StageChat) -> None:
    """Nothing is lost, but no data of clients belongs here."""
    at_v5.sends("bel mevrouw Jansen op 06-12345678")
    assert notice(at_v5) == Notice(Happened.STORED, V5, receipt=1, sensitive=(PrivacyKind.PHONE,))

    at_v5.taps("Weghalen")

    assert stage.texts("V5") == []
    assert notice(at_v5) == Notice(Happened.WITHDRAWN, V5, receipt=1)


def test_personal_data_may_be_left_where_it_is(stage: EvaluationStage, at_v5: StageChat) -> None:
    """It may be the number of the organisation itself."""
    at_v5.sends("info@welzijnrivierenland.nl")

    at_v5.taps("Laten staan")

    assert stage.texts("V5") == ["info@welzijnrivierenland.nl"]
    assert shown(at_v5, ShowNorm).notice is None


def test_a_reason_with_personal_data_can_be_taken_away(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("N.v.t.")
    at_v5.sends("vraag het aan jan@example.nl")

    at_v5.taps("Weghalen")

    assert stage.answer("V5").reason is None


# ------------------------------------------------------------------------- two people at one norm


def test_when_a_colleague_wrote_meanwhile_both_are_kept_and_shown(stage: EvaluationStage, at_v5: StageChat) -> None:
    priya = stage.joined(PRIYA, "Priya")
    priya.taps_old(NormTap(V5))
    priya.sends("In het jaargesprek")

    at_v5.sends("In het teamplan")

    (theirs,) = notice(at_v5).meanwhile
    assert (theirs.author, theirs.text) == ("Priya", "In het jaargesprek")
    assert stage.texts("V5") == ["In het jaargesprek", "In het teamplan"]
    at_v5.taps("Mijn tekst weghalen")
    assert stage.texts("V5") == ["In het jaargesprek"]


def test_what_a_colleague_wrote_is_told_once(stage: EvaluationStage, at_v5: StageChat) -> None:
    priya = stage.joined(PRIYA, "Priya")
    priya.taps_old(NormTap(V5))
    priya.sends("In het jaargesprek")
    at_v5.sends("In het teamplan")
    at_v5.taps("Beide laten staan")

    at_v5.sends("En in de werkafspraken")

    assert notice(at_v5).meanwhile == ()


def test_nobody_takes_anothers_words(stage: EvaluationStage, at_v5: StageChat) -> None:
    """A button carries ids, never rights."""
    at_v5.sends("Van Samira")
    joost = stage.joined(JOOST, "Joost")

    joost.taps_old(UseWordsTap(EvaluationId(1), V5, Ask.WHAT, ContributionId(1)))

    assert stage.texts("V5") == ["Van Samira"]
    assert stage.answer("V5").improvement is None


def test_keeping_after_all_needs_the_right_to_write(stage: EvaluationStage, samira: StageChat) -> None:
    stranger = stage.chat(JOOST, "Joost")

    stranger.taps_old(KeepTap(EvaluationId(1), V5, D9, 1))

    assert stage.texts("V5") == []


def test_a_norm_open_long_ago_takes_text_still(stage: EvaluationStage, at_v5: StageChat) -> None:
    stage.later(days=3)

    at_v5.sends("drie dagen later")

    assert stage.texts("V5") == ["drie dagen later"]
    assert at_v5.place.state == At.NORM


def test_words_in_choosing_a_norm_are_never_stored(stage: EvaluationStage, at_v5: StageChat) -> None:
    at_v5.taps("Terug")
    assert isinstance(at_v5.screen, ChooseNorm)

    at_v5.sends("teamplan")

    assert stage.texts("V5") == []


def test_after_a_switch_of_organisation_nothing_lands_in_the_other(stage: EvaluationStage, at_v5: StageChat) -> None:
    """Who has several roles writes only in the present one, whatever an old screen shows."""
    at_v5.taps("Voldoet")
    old_button = VerdictTap(EvaluationId(1), V5, Verdict.NOT_MET, 1)
    with stage.database.begin() as work:
        work.people(work.actor(at_v5.id)).create_organisation("Sociaal Werk Oost", None, stage.now)
        work.evaluations(work.actor(at_v5.id)).start(LABEL, stage.now)

    at_v5.taps_old(old_button)
    assert at_v5.screen == SayTrouble(Trouble.AGED)
    at_v5.sends("Dit hoorde bij de andere organisatie")

    assert isinstance(at_v5.screen, AskMeaning)
    assert stage.texts("V5") == []
