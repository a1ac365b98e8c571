"""Looking back on an audit in the chat: one statement to a screen, kept with every tap, and nobody sees another's."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.evaluation_results import load_results_book, load_results_picture
from conversations.all import ALL_CONVERSATIONS
from conversations.case_taps import SignalTap
from conversations.evaluation_after import ask_keyboard, ask_screen
from conversations.evaluation_after_taps import (
    AskColleagueTap,
    BackQuestionTap,
    LookBackTap,
    RemarksTap,
    ResultsFileTap,
    ResultsTap,
    ScoreTap,
)
from conversations.kit import Conversations
from domain.audit import AuditId
from domain.roles import Role
from storage.interfaces import NotAllowed
from storage.sql.database import Database
from storage.sql.evaluation_asks import take_asks
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_after_screens import (
    AskRemark,
    AskScore,
    ChooseColleague,
    LookbackTold,
    MakeResults,
    ShowLookback,
    ShowRemarks,
    ShowResults,
    TellLookback,
)
from templates.judging_screens import SayNotKept
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat
from tests.storage.evaluation_cast import CHATS, FINAL_ON, LAST_DAY, EvaluationCast

S = TypeVar("S", bound=Screen)


class EvaluationStage(CarefulStage):
    """The people of `EvaluationCast`, each with a chat, the day after the last audit day."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = EvaluationCast(database, clock)
        self.cast.assemble()
        self.now = self.cast.at(LAST_DAY + timedelta(days=1))

    @property
    def audit(self) -> AuditId:
        return self.cast.audit

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(CHATS[name], name)

    def is_final(self) -> None:
        """Let the report reach the member."""
        self.cast.is_final()
        self.now = self.cast.at(FINAL_ON)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> EvaluationStage:
    return EvaluationStage(database, clock)


def answered(stage: EvaluationStage, name: str, score: int = 4, remark: str = "") -> StageChat:
    """Let somebody answer everything by tapping."""
    chat = stage.of(name)
    chat.taps_old(LookBackTap(stage.audit))
    for number in range(6):
        chat.taps(ScoreTap(stage.audit, number, score))
    if remark:
        chat.sends(remark)
    else:
        chat.taps("Overslaan")
    return chat


def test_six_taps_and_a_thank_you(stage: EvaluationStage) -> None:
    """From the message to the end without typing: seven taps and the one that begins."""
    ada = stage.of("Ada")
    with stage.database.begin() as work:
        [message] = [ask for ask in take_asks(work, stage.audit, stage.now) if ask.chat == ada.id]
        rules = work.audit_rules.evaluation
    assert ask_screen(message, rules) == TellLookback("Welzijn Rivierenland", message.side, 6, message.closes_on, False)
    [begin, _] = ask_keyboard(message).buttons
    assert begin.tap is not None

    ada.taps_old(begin.tap)
    for place in range(1, 7):
        assert (shown(ada, AskScore).place, shown(ada, AskScore).total) == (place, 6)
        ada.taps("Eens")
    assert shown(ada, AskRemark).now == ""
    ada.taps("Overslaan")

    thanks = shown(ada, ShowLookback)
    assert thanks.is_finished
    assert {line.answer for line in thanks.lines} == {"🙂 Eens"}
    assert "Dank je wel" in ada.text


def test_every_tap_is_kept_and_going_on_later_asks_what_is_open(stage: EvaluationStage) -> None:
    """Whoever steps off the bus goes on where they were."""
    ada = stage.of("Ada")
    ada.taps_old(LookBackTap(stage.audit))
    ada.taps("Eens")
    ada.taps("Overslaan")
    ada.taps("Oneens")
    ada.sends("/menu")

    ada.taps("Terugblik")

    assert shown(ada, AskScore).place == 2


def test_back_shows_what_was_answered(stage: EvaluationStage) -> None:
    ada = stage.of("Ada")
    ada.taps_old(LookBackTap(stage.audit))
    ada.taps("Helemaal eens")
    ada.taps("Vorige")

    assert shown(ada, AskScore).now == "😀 Helemaal eens"
    assert "Helemaal eens" in ada.labels


def test_an_answer_can_be_changed_afterwards(stage: EvaluationStage) -> None:
    ada = answered(stage, "Ada")
    ada.taps("3")
    ada.taps("Helemaal oneens")

    found = shown(ada, ShowLookback)
    assert found.told is LookbackTold.KEPT
    assert [line.answer for line in found.lines][2] == "😟 Helemaal oneens"


def test_a_remark_is_typed_replaced_and_taken_back(stage: EvaluationStage) -> None:
    ada = answered(stage, "Ada", remark="Meer tijd voor dienstverlening")
    assert shown(ada, ShowLookback).remark == "Meer tijd voor dienstverlening"
    assert "Dank je wel" in ada.text  # who takes the trouble of writing is thanked as well

    ada.taps("Opmerking")
    assert "portefeuillehouder Q" in ada.text
    ada.taps("Weghalen")

    assert shown(ada, AskRemark).told is LookbackTold.CLEARED
    ada.taps("Overslaan")
    assert shown(ada, ShowLookback).remark == ""


def test_displeasure_can_be_passed_on_by_name(stage: EvaluationStage) -> None:
    """A remark has no name, so nobody can do anything about it."""
    stage.is_final()
    for name in ("Ada", "Samira"):
        chat = answered(stage, name)
        assert chat.button(SignalTap()).label
        chat.taps(SignalTap())
        assert not isinstance(chat.screen, SayTrouble)


def test_data_of_people_is_not_kept(stage: EvaluationStage) -> None:
    ada = answered(stage, "Ada", remark="Bel 06-12345678 voor een toelichting")

    assert isinstance(ada.screen, SayNotKept)
    ada.taps_old(LookBackTap(stage.audit))
    assert shown(ada, AskRemark).now == ""


def test_a_long_remark_is_refused_kindly(stage: EvaluationStage) -> None:
    ada = answered(stage, "Ada", remark="lang " * 500)

    assert shown(ada, AskRemark).told is LookbackTold.TOO_LONG


def test_after_the_end_everything_can_be_read_and_nothing_changed(stage: EvaluationStage) -> None:
    ada = answered(stage, "Ada")
    stage.now = stage.cast.at(LAST_DAY + timedelta(days=60))

    ada.taps_old(ScoreTap(stage.audit, 0, 1))

    found = shown(ada, ShowLookback)
    assert (found.told, found.is_over) == (LookbackTold.OVER, True)
    assert {line.answer for line in found.lines} == {"🙂 Eens"}
    ada.taps_old(BackQuestionTap(stage.audit, 0))
    assert shown(ada, ShowLookback).is_over
    ada.sends("/menu")
    assert "Terugblik" not in ada.labels


@pytest.mark.parametrize("tap", [ScoreTap(AuditId(1), 9, 3), ScoreTap(AuditId(1), -1, 3), ScoreTap(AuditId(1), 0, 7)])
def test_a_forged_answer_changes_nothing(stage: EvaluationStage, tap: ScoreTap) -> None:
    ada = stage.of("Ada")

    ada.taps_old(tap)

    assert shown(ada, SayTrouble).trouble is Trouble.AGED


@pytest.mark.parametrize("name", ["Bea", "Ina", "Sanne", "Samira", "Sam", "Noor"])
def test_who_has_nothing_to_look_back_on_is_told_so(stage: EvaluationStage, name: str) -> None:
    """Samira looks back once the report is final; the others never do."""
    chat = stage.of(name)
    for tap in (LookBackTap(stage.audit), ScoreTap(stage.audit, 0, 1), AskColleagueTap(stage.audit, 0)):
        chat.taps_old(tap)
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED


def test_the_coordinator_asks_a_colleague(stage: EvaluationStage) -> None:
    stage.is_final()
    samira = answered(stage, "Samira", 5)
    samira.taps("Vraag een collega")
    samira.taps("Sam")

    assert shown(samira, ChooseColleague).asked == "Sam"
    sam = stage.of("Sam")
    [said] = sam.received
    assert isinstance(said.screen, TellLookback)
    assert (said.screen.asked_by, said.screen.about) == ("Samira", "CI Kompas")
    [begin, _] = said.keyboard.buttons
    assert begin.tap is not None
    sam.taps_old(begin.tap)
    assert shown(sam, AskScore).now == ""  # what Samira answered is hers
    samira.taps_old(AskColleagueTap(stage.audit, 0))
    assert [line.was_asked for line in shown(samira, ChooseColleague).lines] == [True]
    assert "Sam" not in samira.labels


# ------------------------------------------------------------------------------------------------- the CI


def everybody(stage: EvaluationStage) -> None:
    for name, score in (("Tom", 5), ("Ada", 2), ("Wim", 5)):
        answered(stage, name, score, "De planning was krap" if name == "Ada" else "")
    stage.later(days=60)
    stage.cast.at(stage.now.date())


@pytest.mark.parametrize("name", ["Bea", "Quinten"])
def test_the_office_sees_counts_once_the_period_is_over(stage: EvaluationStage, name: str) -> None:
    chat = stage.of(name)
    chat.sends("/terugblik")
    assert shown(chat, ShowResults).period is None

    everybody(stage)
    chat.sends("/terugblik")

    [side] = shown(chat, ShowResults).sides
    assert {one.counts for one in side.questions} == {(0, 1, 0, 0, 2)}
    assert "<b>4</b> van 5 · 3 antwoorden (0 · 1 · 0 · 0 · 2)" in chat.text


def test_remarks_are_only_for_the_quality_officer(stage: EvaluationStage) -> None:
    everybody(stage)
    bea, quinten = stage.of("Bea"), stage.of("Quinten")
    bea.sends("/terugblik")
    assert "Opmerkingen" not in bea.labels
    bea.taps_old(RemarksTap(0))
    assert shown(bea, SayTrouble).trouble is Trouble.NOT_ALLOWED

    quinten.sends("/terugblik")
    quinten.taps("Opmerkingen")

    assert shown(quinten, ShowRemarks).remarks == ("De planning was krap",)
    assert "Ada" not in quinten.text
    assert "Rivierenland" not in quinten.text


def test_the_results_come_as_workbook_and_picture(stage: EvaluationStage) -> None:
    everybody(stage)
    bea = stage.of("Bea")
    bea.sends("/terugblik")
    bea.taps("Plaatje")

    assert shown(bea, MakeResults).is_picture
    assert [(job.name, dict(job.data)) for job in stage.jobs] == [("evaluation_results", {"is_picture": True})]
    with stage.database.begin() as work:
        book, picture = load_results_book(work, bea.id, stage.now), load_results_picture(work, bea.id, stage.now)
        with pytest.raises(NotAllowed):
            load_results_book(work, CHATS["Ada"], stage.now)
    assert [row[3:] for row in book.tables[0].rows] == [(3, 4.0, 0, 1, 0, 0, 2)] * 6
    assert [bar.text for bar in picture.groups[0].bars] == ["4 van 5"] * 6


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.AUDITOR, Role.COORDINATOR, Role.SWN_SECRETARIAT])
def test_nobody_else_sees_results(stage: EvaluationStage, role: Role) -> None:
    names = {Role.TEAM_LEADER: "Tom", Role.AUDITOR: "Ada", Role.COORDINATOR: "Samira", Role.SWN_SECRETARIAT: "Sanne"}
    chat = stage.of(names[role])
    for tap in (ResultsTap(0), RemarksTap(0), ResultsFileTap(is_picture=False)):
        chat.taps_old(tap)
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.jobs == []


def test_the_heartbeat_sends_it(stage: EvaluationStage, clock: MovableClock) -> None:
    """With the terms of the audit, and each once."""
    from bot.reminders import Reminders

    rows: list[object] = []
    heart = Reminders(stage.database, rows.extend, 1, clock)

    asyncio.run(heart.tick())

    texts = [row.payload["params"]["text"] for row in rows if row.lane in (CHATS["Ada"], CHATS["Wim"])]  # type: ignore[attr-defined]
    assert len(texts) == 2
    assert all("zitten erop" in text for text in texts)
    rows.clear()
    asyncio.run(heart.tick())
    assert rows == []
