"""Telling auditors what a closed case teaches: seen first, without names, to one's own body only, kept in the case."""

from __future__ import annotations

import pytest

from conversations.case_taps import CaseTap, LearnersTap, LearnerTap, LessonTap, LessonWordsTap, ShareLessonTap
from domain.complaints import ComplaintId, Happening, Hindrance
from domain.roles import Role
from storage.sql.database import Database
from templates.case_screens import (
    AskLessonWords,
    CaseTold,
    ChooseLearners,
    ConfirmLesson,
    ShowCase,
    ShowHistory,
    ShowLesson,
    TellLesson,
)
from templates.common_screens import SayTrouble, Trouble
from templates.judging_screens import SayNotKept
from tests.conftest import MovableClock
from tests.conversations.case_stage import CaseStage, shown
from tests.conversations.people_stage import told
from tests.scenes.stage import StageChat
from tests.storage.case_cast import CASE_CHATS

WORDS = "Bel een dag van tevoren, ook als de agenda vol is"


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> CaseStage:
    return CaseStage(database, clock)


def closed(stage: CaseStage) -> ComplaintId:
    """A case of Samira that Kim closed, with a cause and a measure that name people."""
    complaint = stage.complains(is_formal=False)
    stage.registers(complaint, "Onvrede uitgesproken")
    stage.kim.taps_old(CaseTap(complaint))
    for button, text in (
        ("Oorzaak", "Tom had het te druk"),
        ("Maatregel", "Welzijn Rivierenland bellen we een dag eerder"),
    ):
        stage.kim.taps(button)
        stage.kim.sends(text)
    stage.shares(complaint)
    stage.kim.taps("Klant tevreden")
    stage.kim.sends("Telefoongesprek van vandaag")
    assert shown(stage.kim, ShowCase).told is CaseTold.CLOSED
    return complaint


def lessons(chat: StageChat) -> list[TellLesson]:
    return [screen for screen in told(chat) if isinstance(screen, TellLesson)]


def test_the_handler_tells_the_auditors_of_the_body(stage: CaseStage) -> None:
    """As they saw it themselves, after a question; nobody of the client, the office or another body hears it."""
    complaint = closed(stage)
    stage.kim.taps("Laat ervan leren")
    preview = shown(stage.kim, ShowLesson)
    assert (preview.chosen, preview.learners) == (3, 3)
    for name in ("Tom", "Rivierenland", "Samira"):
        assert name not in stage.kim.text

    stage.kim.taps("Versturen")
    assert shown(stage.kim, ConfirmLesson).message == preview.message
    assert lessons(stage.tom) == []
    stage.kim.taps("Ja, verstuur")

    assert shown(stage.kim, ShowCase).told is CaseTold.SHARED
    for name in CASE_CHATS:
        assert lessons(stage.of(name)) == ([preview.message] if name in ("Tom", "Ada", "Wim") else [])
    stage.kim.taps("Historie")
    line = shown(stage.kim, ShowHistory).lines[0]
    assert (line.what, line.by, line.heard) == (Happening.LESSON, "Kim", 3)
    assert line.text == preview.message.lesson.text
    assert stage.cast.case(complaint).events[-1].what == Happening.LESSON


def test_the_quality_officer_chooses_who_and_in_which_words(stage: CaseStage) -> None:
    """Their words are masked as well: a name that slips in does not leave."""
    complaint = closed(stage)
    stage.quinten.taps_old(LessonTap(complaint))
    stage.quinten.taps("Kies wie het krijgt")
    stage.quinten.taps("Niemand")
    stage.quinten.taps("Ada")
    assert [(line.name, line.is_chosen) for line in shown(stage.quinten, ChooseLearners).people] == [
        ("Ada", True), ("Tom", False), ("Wim", False),
    ]  # fmt: skip
    stage.quinten.taps_old(LessonWordsTap(complaint))
    shown(stage.quinten, AskLessonWords)
    stage.quinten.sends(f"{WORDS}, zoals bij Samira")
    assert shown(stage.quinten, ShowLesson).message.lesson.taken_out == 1
    stage.quinten.taps("Versturen")
    stage.quinten.taps("Ja, verstuur")

    [message] = lessons(stage.ada)
    assert message.lesson.words.startswith(WORDS)
    assert "Samira" not in message.lesson.words
    assert lessons(stage.tom) == []


def test_words_with_a_phone_number_are_not_kept(stage: CaseStage) -> None:
    complaint = closed(stage)
    stage.quinten.taps_old(LessonWordsTap(complaint))

    stage.quinten.sends("Bel 06-12345678")

    shown(stage.quinten, SayNotKept)
    stage.quinten.taps_old(LessonTap(complaint))
    assert shown(stage.quinten, ShowLesson).message.lesson.words == ""


def test_to_nobody_it_is_not_sent(stage: CaseStage) -> None:
    complaint = closed(stage)
    stage.quinten.taps_old(LearnerTap(complaint, None, 0, is_none=True))
    seen = stage.cast.case(complaint).complaint.version

    stage.quinten.taps_old(ShareLessonTap(complaint, seen, is_sure=True))

    assert shown(stage.quinten, ShowLesson).refused == (Hindrance.NOBODY_HEARS,)
    assert stage.cast.case(complaint).complaint.version == seen


def test_who_works_elsewhere_or_left_gets_nothing(stage: CaseStage) -> None:
    """Asked of storage when it is sent, whatever was chosen before: a forged choice reaches nobody else."""
    complaint = closed(stage)
    stage.cast.role_of("Wies", Role.AUDITOR, "Otto")
    stage.quinten.taps_old(LearnerTap(complaint, None, 0, is_none=True))
    for name in ("Wies", "Samira", "Kim"):
        stage.quinten.taps_old(LearnerTap(complaint, stage.cast.who(name), 0))
    seen = stage.cast.case(complaint).complaint.version

    stage.quinten.taps_old(ShareLessonTap(complaint, seen, is_sure=True))

    assert shown(stage.quinten, ShowLesson).refused == (Hindrance.NOBODY_HEARS,)
    assert not any(lessons(stage.of(name)) for name in CASE_CHATS)


@pytest.mark.parametrize("name", ["Ottelien", "Hans", "Ada", "Samira", "Wies"])
def test_others_cannot_see_or_send_it(stage: CaseStage, name: str) -> None:
    complaint = closed(stage)
    chat = stage.of(name)
    for tap in (
        LessonTap(complaint),
        LessonWordsTap(complaint),
        LearnersTap(complaint),
        LearnerTap(complaint, stage.cast.who("Tom"), 0),
        ShareLessonTap(complaint, 1, is_sure=False),
        ShareLessonTap(complaint, 1, is_sure=True),
    ):
        chat.taps_old(tap)
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED


def test_as_long_as_it_runs_nothing_is_shared(stage: CaseStage) -> None:
    complaint = stage.complains(is_formal=False)
    stage.registers(complaint, "Onvrede uitgesproken")
    stage.kim.taps_old(CaseTap(complaint))
    assert "Laat ervan leren" not in " ".join(stage.kim.labels)

    stage.kim.taps_old(ShareLessonTap(complaint, stage.cast.case(complaint).complaint.version, is_sure=True))

    assert Hindrance.NOT_NOW in shown(stage.kim, ShowLesson).refused
    assert lessons(stage.tom) == []


def test_an_old_button_sends_nothing_twice(stage: CaseStage) -> None:
    complaint = closed(stage)
    seen = stage.cast.case(complaint).complaint.version
    for _ in range(2):
        stage.quinten.taps_old(ShareLessonTap(complaint, seen, is_sure=True))

    assert shown(stage.quinten, ShowCase).told is CaseTold.CHANGED
    assert len(lessons(stage.tom)) == 1
