"""The terms on a phone: whose turn it is, recording what happened, why a date, and putting things right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar

import pytest

from conversations import audits, menu, terms
from conversations.fallback import FALLBACK
from conversations.kit import Conversations
from conversations.term_reminders import reminder_keyboard, reminder_screen
from conversations.term_taps import (
    CalendarTap,
    CorrectTap,
    EventTap,
    HappenedTap,
    RecordTap,
    RemindersTap,
    SnoozeTap,
    TermsTap,
    TermTap,
    WithdrawTap,
)
from domain.audit import Stage
from domain.deadlines import TermState
from domain.process import EventId, EventKind, Party, StepId
from domain.reminders import ReminderKind
from domain.roles import Role
from domain.weighing import Outcome
from storage.sql.database import Database
from storage.sql.reminders import look_at as look_at_audit
from templates.common_screens import SayTrouble
from templates.people_screens import ShowMenu
from templates.screens import Screen
from templates.term_screens import (
    AskOutcome,
    AskWhen,
    ChooseProcess,
    ChooseReminders,
    ConfirmCorrection,
    ConfirmWithdrawal,
    EventConflict,
    ExplainTerm,
    MakingFile,
    ShowEvent,
    ShowEvents,
    ShowTerm,
    ShowTerms,
)
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.conversations.people_stage import look_at as careful
from tests.scenes.stage import StageChat
from tests.storage.process_cast import CHATS, ProcessCast

S = TypeVar("S", bound=Screen)
DRAFT, RESPONSE = StepId("draft_report"), StepId("draft_response")


class TermsStage(CarefulStage):
    """Tom leads the audit of Samira's organisation, which was on 1 and 2 December; it is the 9th."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(
            database, Conversations((*menu.CONVERSATIONS, *audits.CONVERSATIONS, *terms.CONVERSATIONS, FALLBACK))
        )
        self.cast = ProcessCast(database, clock)
        self.cast.assemble()
        self.cast.accept("Tom", "Ada")
        with self.cast.plays("Tom") as (_, found):
            found.move(self.cast.audit, Stage.CONTRACTED, self.now)
        with self.cast.plays("Otto") as (_, found):
            found.move(self.cast.other_audit, Stage.CANCELLED, self.now)
        self.now = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
        self.tom, self.ada, self.samira, self.sanne, self.ina = map(self.of, ("Tom", "Ada", "Samira", "Sanne", "Ina"))

    def of(self, name: str) -> StageChat:
        return self.chat(CHATS[name], name)

    @property
    def audit(self) -> int:
        return self.cast.audit


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> TermsStage:
    return TermsStage(database, clock)


def shown(chat: StageChat, kind: type[S]) -> S:
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def test_the_menu_says_what_comes_first(stage: TermsStage) -> None:
    stage.tom.sends("/menu")

    assert "⏰ Conceptrapport naar het lid uiterlijk wo 16 dec (over 7 dagen)" in stage.tom.text


def test_the_member_sees_the_same_with_whose_turn_it_is(stage: TermsStage) -> None:
    """Nobody has to call to hear where it stands."""
    stage.samira.sends("/menu")
    assert shown(stage.samira, ShowMenu).term is not None
    stage.samira.taps("Termijnen")

    following = shown(stage.samira, ShowTerms).following
    assert following is not None
    assert (following.due, following.party, following.is_own) == (date(2026, 12, 16), Party.CI, False)
    assert "de CI is aan zet" in stage.samira.text
    stage.tom.taps_old(TermsTap())
    assert "jullie zijn aan zet" in stage.tom.text


def test_who_has_no_audit_hears_so(stage: TermsStage) -> None:
    stage.ina.taps_old(TermsTap())

    assert shown(stage.ina, ChooseProcess).count == 0


def test_recording_moves_the_process_on(stage: TermsStage) -> None:
    """Tom sent it yesterday; the reaction counts from then, by itself."""
    stage.tom.taps_old(TermsTap())
    stage.tom.taps("Conceptrapport naar…")
    stage.tom.taps("Concept verstuurd")
    assert shown(stage.tom, AskWhen).title == "Conceptrapport bij het lid"
    stage.tom.taps("Gisteren")

    screen = shown(stage.tom, ShowTerms)
    assert screen.news == "recorded"
    assert screen.following is not None
    assert (screen.following.title, screen.following.due) == ("Reageren op het concept", date(2026, 12, 22))
    assert stage.cast.events()[EventKind.DRAFT_RECEIVED] == date(2026, 12, 8)


def test_a_day_can_be_typed(stage: TermsStage) -> None:
    stage.tom.taps_old(HappenedTap(stage.cast.audit, EventKind.DRAFT_RECEIVED))

    for typed, problem in (("ergens vorige week of zo", "unclear"), ("morgen", "future")):
        stage.tom.sends(typed)
        assert shown(stage.tom, AskWhen).problem == problem
    stage.tom.sends("4 december")

    assert stage.cast.events()[EventKind.DRAFT_RECEIVED] == date(2026, 12, 4)


def test_a_day_of_last_year_is_not_next_year(stage: TermsStage) -> None:
    """In January people say "30 december" and mean the one that was."""
    stage.now = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    stage.tom.taps_old(HappenedTap(stage.cast.audit, EventKind.DRAFT_RECEIVED))

    stage.tom.sends("30 december")

    assert stage.cast.events()[EventKind.DRAFT_RECEIVED] == date(2026, 12, 30)


def test_a_day_that_nobody_asked_for_leads_to_the_terms(stage: TermsStage) -> None:
    """A place may outlive what it was about."""
    stage.tom.taps_old(HappenedTap(stage.cast.audit, EventKind.DRAFT_RECEIVED))
    stage.tom.place.data.clear()

    stage.tom.sends("4 december")

    assert shown(stage.tom, ShowTerms)
    assert EventKind.DRAFT_RECEIVED not in stage.cast.events()


def test_the_final_report_asks_for_the_outcome_first(stage: TermsStage) -> None:
    stage.tom.taps_old(HappenedTap(stage.cast.audit, EventKind.FINDINGS_FINAL))
    assert shown(stage.tom, AskOutcome)
    stage.tom.taps("Verbeterplan nodig")
    stage.tom.taps("Vandaag")

    following = shown(stage.tom, ShowTerms).following
    assert following is not None
    assert (following.title, following.due, following.party) == (
        "Verbeterplan inleveren", date(2027, 1, 6), Party.MEMBER,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Ada", "Samira", "Ina", "Sanne"])
def test_a_forged_button_records_nothing(stage: TermsStage, name: str) -> None:
    """Approving a plan is for who leads the audit, whoever got hold of the button."""
    chat = stage.of(name)
    for tap in (
        HappenedTap(stage.cast.audit, EventKind.PLAN_APPROVED),
        RecordTap(stage.cast.audit, EventKind.PLAN_APPROVED, 0),
    ):
        chat.taps_old(tap)
        assert isinstance(chat.screen, SayTrouble)

    assert EventKind.PLAN_APPROVED not in stage.cast.events()


def test_a_forged_number_of_days_records_nothing(stage: TermsStage) -> None:
    for days in (-5, 999_999):
        stage.tom.taps_old(RecordTap(stage.cast.audit, EventKind.DRAFT_RECEIVED, days))

    assert EventKind.DRAFT_RECEIVED not in stage.cast.events()


def test_recording_it_twice_shows_what_stands(stage: TermsStage) -> None:
    stage.samira.taps_old(RecordTap(stage.cast.audit, EventKind.DRAFT_RECEIVED, 1))

    stage.tom.taps_old(RecordTap(stage.cast.audit, EventKind.DRAFT_RECEIVED, 0))

    now = shown(stage.tom, EventConflict).now
    assert now is not None
    assert now.on == date(2026, 12, 8)


def test_why_this_date_names_rule_and_day(stage: TermsStage) -> None:
    stage.tom.taps_old(TermTap(stage.cast.audit, DRAFT, 1))
    stage.tom.taps("ℹ Waarom deze datum")

    assert shown(stage.tom, ExplainTerm)
    assert "2 weken na de laatste toetsdag (2 dec 2026)" in stage.tom.text
    assert "bijlage 6, stap 5 en 6" in stage.tom.text


def test_why_tells_of_a_reaction_that_did_not_come(stage: TermsStage) -> None:
    stage.cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 4))
    stage.now = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)

    stage.tom.taps_old(TermTap(stage.cast.audit, StepId("final_findings"), 1))
    stage.tom.taps("ℹ Waarom deze datum")

    assert "“Reageren op het concept” was niet vastgelegd op 18 dec 2026" in stage.tom.text


def test_tomorrow_is_not_a_new_term(stage: TermsStage) -> None:
    stage.tom.taps_old(TermTap(stage.cast.audit, DRAFT, 1))
    stage.tom.taps("Morgen")

    screen = shown(stage.tom, ShowTerm)
    assert (screen.news, screen.line.due) == ("snoozed", date(2026, 12, 16))


def test_putting_a_day_right_asks_first(stage: TermsStage) -> None:
    event = stage.cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))
    stage.tom.taps_old(TermsTap())
    stage.tom.taps("Wat er gebeurd is")
    assert shown(stage.tom, ShowEvents)
    stage.tom.taps(EventTap(stage.cast.audit, event.id))
    stage.tom.taps("Andere datum")
    stage.tom.sends("7 december")
    assert shown(stage.tom, ConfirmCorrection).after == date(2026, 12, 7)
    assert stage.cast.events()[EventKind.DRAFT_RECEIVED] == date(2026, 12, 8)
    stage.tom.taps("Ja, verbeter")

    screen = shown(stage.tom, ShowTerms)
    assert screen.following is not None
    assert (screen.news, screen.following.due) == ("corrected", date(2026, 12, 21))
    stage.tom.taps_old(EventTap(stage.cast.audit, event.id))
    assert [version.on.day for version in shown(stage.tom, ShowEvent).versions] == [8, 7]


def test_withdrawing_asks_first_and_takes_the_term_away(stage: TermsStage) -> None:
    event = stage.cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))
    stage.tom.taps_old(EventTap(stage.cast.audit, event.id))
    stage.tom.taps("Intrekken")
    assert shown(stage.tom, ConfirmWithdrawal)
    assert EventKind.DRAFT_RECEIVED in stage.cast.events()
    stage.tom.taps("Ja, trek in")

    assert shown(stage.tom, ShowTerms).news == "withdrawn"
    assert EventKind.DRAFT_RECEIVED not in stage.cast.events()


def test_an_old_confirmation_does_not_undo_what_is_newer(stage: TermsStage) -> None:
    event = stage.cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))
    with stage.cast.keeps("Bea") as process:
        process.correct(event, date(2026, 12, 7), stage.now)

    stage.tom.taps_old(WithdrawTap(stage.cast.audit, event.id, 1, is_certain=True))

    assert shown(stage.tom, EventConflict)
    assert stage.cast.events()[EventKind.DRAFT_RECEIVED] == date(2026, 12, 7)


def test_a_button_of_what_is_gone_leads_to_what_is(stage: TermsStage) -> None:
    """Old buttons stay in a chat for ever."""
    for tap, kind in (
        (TermTap(stage.cast.audit, StepId("improvement_plan"), 1), ShowTerms),
        (EventTap(stage.cast.audit, EventId(999)), ShowEvents),
        (CorrectTap(stage.cast.audit, EventId(999), 1), ShowEvents),
    ):
        stage.tom.taps_old(tap)
        assert isinstance(stage.tom.screen, kind)


def test_the_calendar_is_made_for_the_person(stage: TermsStage) -> None:
    stage.samira.taps_old(CalendarTap(stage.cast.audit))

    assert shown(stage.samira, MakingFile)
    assert [(job.name, job.chat_id, job.data) for job in stage.jobs] == [
        ("calendar", CHATS["Samira"], {"audit": stage.cast.audit})
    ]
    stage.ina.taps_old(CalendarTap(stage.cast.audit))
    assert len(stage.jobs) == 1


def test_the_whole_process_comes_as_a_picture(stage: TermsStage) -> None:
    stage.samira.taps_old(TermsTap())
    stage.samira.taps("Tijdlijn")

    assert shown(stage.samira, MakingFile).is_picture
    assert [(job.name, job.data) for job in stage.jobs] == [("timeline_picture", {"audit": stage.cast.audit})]


def test_a_kind_of_reminder_can_be_stopped_and_begun_again(stage: TermsStage) -> None:
    stage.tom.taps_old(RemindersTap())
    stage.tom.taps("Aan zet aan")
    assert shown(stage.tom, ChooseReminders).stopped == {ReminderKind.TERM}
    stage.tom.taps("Aan zet uit")

    assert shown(stage.tom, ChooseReminders).stopped == frozenset()


def test_the_buttons_of_a_reminder_work_in_another_role(stage: TermsStage) -> None:
    """Samira is at work elsewhere when it arrives; the button brings her back to this organisation."""
    stage.cast.record("Tom", EventKind.FINDINGS_FINAL, date(2026, 12, 2), Outcome.PLAN_REQUIRED)
    stage.now = datetime(2026, 12, 23, 9, 0, tzinfo=UTC)
    with stage.database.begin() as work:
        [notice] = look_at_audit(work, stage.cast.audit, stage.now)
        _, token = work.people(work.actor(CHATS["Bea"])).invite(Role.AUDITOR, stage.now)
        work.people(work.actor(CHATS["Samira"])).accept(token, stage.now)
    screen, keyboard = reminder_screen([notice]), reminder_keyboard([notice])
    assert [(line.title, line.days_left) for line in screen.lines] == [("Verbeterplan inleveren", 7)]
    stage.samira.keyboard = keyboard

    stage.samira.taps("Plan is ingeleverd")
    stage.samira.taps("Vandaag")

    assert stage.cast.events()[EventKind.PLAN_RECEIVED] == date(2026, 12, 23)


def test_several_things_come_in_one_message(stage: TermsStage) -> None:
    """Nobody gets three messages on one morning."""
    stage.cast.record("Tom", EventKind.FINDINGS_FINAL, date(2026, 12, 2), Outcome.PLAN_REQUIRED)
    stage.cast.record("Tom", EventKind.PLAN_RECEIVED, date(2026, 12, 7))
    stage.cast.record("Tom", EventKind.PLAN_APPROVED, date(2026, 12, 7))
    with stage.database.begin() as work:
        [notice] = look_at_audit(work, stage.cast.audit, stage.now)

    screen, keyboard = reminder_screen([notice]), reminder_keyboard([notice])

    assert len(screen.lines) == 2
    assert len(keyboard.rows) == 3


def test_the_secretariat_returns_part_a(stage: TermsStage) -> None:
    stage.cast.record("Tom", EventKind.FINDINGS_FINAL, date(2026, 12, 2), Outcome.ALL_MET)
    stage.cast.record("Tom", EventKind.SUMMARY_RECEIVED, date(2026, 12, 7))
    stage.sanne.taps_old(TermTap(stage.cast.audit, StepId("summary_check"), 1))
    stage.sanne.taps("Teruggestuurd")
    stage.sanne.taps("Vandaag")

    following = shown(stage.sanne, ShowTerms).following
    assert following is not None
    assert (following.title, following.due, following.state) == (
        "Deel A aanvullen", date(2026, 12, 16), TermState.OPEN,
    )  # fmt: skip


def test_a_snooze_of_somebody_else_is_refused(stage: TermsStage) -> None:
    stage.ina.taps_old(SnoozeTap(stage.cast.audit, DRAFT, 1))

    assert isinstance(stage.ina.screen, SayTrouble)


def test_every_screen_of_a_long_name_fits(stage: TermsStage) -> None:
    """The longest steps of the process, on the smallest phone."""
    stage.cast.record("Tom", EventKind.FINDINGS_FINAL, date(2026, 12, 2), Outcome.FOLLOWUP_REQUIRED)
    stage.tom.taps_old(TermsTap())
    for term in (StepId("followup_plan"), StepId("followup_audit")):
        stage.tom.taps_old(TermTap(stage.cast.audit, term, 1))
        careful(shown(stage.tom, ShowTerm), stage.tom.keyboard)
