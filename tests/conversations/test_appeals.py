"""An appeal as everybody meets it: the letter, receipt, who had no part in it, the decision, and what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.appeal_taps import (
    AppealReportTap,
    AppealsTap,
    AppealTap,
    AssignTap,
    CandidatesTap,
    CloseAppealTap,
    ConcludeTap,
    ContestTap,
    DossierPart,
    DossierTap,
    JudgeReceiptTap,
    LetterFileTap,
    LetterPart,
    LetterTap,
    MailedTap,
    MailTextTap,
    ReceiptPart,
    ReceiptTap,
    ReceiveTap,
    ReviewTap,
    SetTargetTap,
    TargetTap,
)
from conversations.kit import Conversations, Tap
from conversations.menu import RoleTap
from domain.appeals import AppealId, AppealState, AppealStep, HandlerHindrance, Inadmissible
from domain.roles import Role
from storage.appeal_interfaces import Told
from storage.sql.database import Database
from templates.appeal_screens import (
    AppealFor,
    AppealTold,
    AskConclusion,
    AskLetter,
    AskMailDay,
    AskReceipt,
    ChooseContested,
    ChooseHandler,
    ExplainAppeal,
    Reader,
    SayNoAppeal,
    ShowAppeal,
    ShowAppealEvents,
    ShowAppealLog,
    ShowAppeals,
    ShowConsidered,
    ShowContested,
    ShowDossierDecision,
    ShowHandedIn,
    ShowMailText,
    TellAppeal,
)
from templates.common_screens import SayTrouble, Trouble
from templates.judging_screens import SayNotKept
from templates.people_screens import MenuNews
from templates.register_screens import ShowDecision
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat
from tests.storage.appeal_cast import APPEAL_CHATS, DECIDED_ON, MAILED_ON, REASON, RECEIVED_ON, AppealCast, appealed

S = TypeVar("S", bound=Screen)
GROUNDS = "Het plan was op tijd.\nDe post was traag."


class AppealStage(CarefulStage):
    """The people of `AppealCast`, each with a chat, on the day on which a letter lies at the office."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = appealed(AppealCast(database, clock), clock)
        self.clock = clock
        self.goes_to(RECEIVED_ON)

    def goes_to(self, day: date, hour: int = 10) -> None:
        """Let it be a day, for the chats and for the cast."""
        self.cast.goes_to(day, hour)
        self.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(APPEAL_CHATS[name], name)


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> AppealStage:
    return AppealStage(database, clock)


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def told(chat: StageChat) -> list[TellAppeal]:
    """Return what came into a chat about appeals."""
    return [said.screen for said in chat.received if isinstance(said.screen, TellAppeal)]


def received(
    stage: AppealStage, channel: str = "Mail", sender: str = "De organisatie", reasons: str = "Ja"
) -> AppealId:
    """Let the office record what came in, and return it."""
    omar = stage.of("Omar")
    omar.sends("/beroep")
    omar.taps("Beroep vastleggen")
    omar.taps(ReceiveTap(stage.cast.audit))
    for answer in ("Vandaag", channel, sender, reasons):
        shown(omar, AskReceipt)
        omar.taps(answer)
    omar.sends("Het plan zou op tijd zijn")
    shown(omar, ShowAppeal)
    with stage.cast.appeals("Omar") as appeals:
        return appeals.all()[0].appeal.id


def with_dora(stage: AppealStage) -> AppealId:
    """Bring an appeal to Dora, who begins to look at it."""
    appeal = received(stage)
    stage.of("Omar").taps("Ontvangst bevestigen")
    quinn = stage.of("Quinn")
    quinn.sends("/beroep")
    quinn.taps(AppealTap(appeal))
    quinn.taps("Behandelaar kiezen")
    quinn.taps("2. Dora")
    dora = stage.of("Dora")
    dora.sends("/menu")
    dora.taps(AppealTap(appeal))
    dora.taps("Begin met beoordelen")
    return appeal


# ------------------------------------------------------------------------------------------------ the appellant


def test_the_appellant_sees_the_last_day_and_gets_a_letter(stage: AppealStage) -> None:
    samira = stage.of("Samira")
    samira.sends("/menu")
    samira.taps("Beroep")

    screen = shown(samira, ShowContested)
    assert (screen.last_day, screen.mailed_on, screen.is_positive) == (date(2027, 2, 12), MAILED_ON, False)
    assert "Een chatbericht is geen beroep" in samira.text
    assert "nog 9 dagen" in samira.text
    samira.taps("Brief maken")
    assert shown(samira, AskLetter).part == LetterPart.GROUNDS
    samira.sends(GROUNDS)
    assert shown(samira, AskLetter).part == LetterPart.REQUEST
    samira.sends("Neem een nieuw besluit")
    assert shown(samira, ShowContested).told is AppealTold.KEPT
    samira.taps("Brief in Word")
    samira.taps("Brief in PDF")
    assert [(job.name, dict(job.data)) for job in stage.jobs] == [
        ("appeal_letter", {"audit": stage.cast.audit, "form": form}) for form in ("word", "pdf")
    ]
    samira.taps("Redenen")
    assert shown(samira, AskLetter).now == GROUNDS
    samira.taps("Terug")
    samira.taps("Besluit")
    shown(samira, ShowDecision)


def test_personal_data_does_not_come_into_the_letter(stage: AppealStage) -> None:
    samira = stage.of("Samira")
    samira.sends("/beroep")
    samira.taps("Brief maken")
    samira.sends("Bel mevrouw Jansen op 06-12345678")

    shown(samira, SayNotKept)
    with stage.cast.appeals("Samira") as appeals:
        assert appeals.letter(stage.cast.audit).grounds == ""


def test_after_the_last_day_there_is_no_letter_any_more(stage: AppealStage) -> None:
    stage.goes_to(date(2027, 2, 12), 22)  # 23:00 in Amsterdam
    samira = stage.of("Samira")
    samira.sends("/beroep")
    assert "Brief maken" in samira.labels
    assert "vandaag" in samira.text

    stage.goes_to(date(2027, 2, 12), 23)
    samira.sends("/beroep")

    assert "Brief maken" not in samira.labels
    assert "De termijn is voorbij" in samira.text


def test_who_may_not_appeal_gets_a_kind_explanation(stage: AppealStage) -> None:
    readers = {"Sam": Reader.COLLEAGUE, "Noor": Reader.OTHER, "Wim": Reader.CI, "Sanne": Reader.OTHER}
    for name, reader in readers.items():
        chat = stage.of(name)
        chat.sends("/beroep")
        assert shown(chat, ExplainAppeal).reader is reader
        for tap in (ContestTap(stage.cast.audit), LetterFileTap(stage.cast.audit, is_word=True)):
            chat.taps_old(tap)
            assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.jobs == []


@pytest.mark.parametrize("text", ["ik ga in beroep", "Wij gaan in beroep tegen het besluit!"])
def test_who_appeals_by_chat_hears_how_it_is_done(stage: AppealStage, text: str) -> None:
    """Nothing is received: a chat message is never an appeal."""
    samira, sam, noor = stage.of("Samira"), stage.of("Sam"), stage.of("Noor")
    for chat in (samira, sam, noor):
        chat.sends(text)
    assert shown(samira, ShowContested).is_attempt
    assert shown(sam, ExplainAppeal).is_attempt
    assert shown(noor, ExplainAppeal).is_attempt
    with stage.cast.appeals("Omar") as appeals:
        assert appeals.all() == ()


def test_where_text_is_awaited_it_is_kept_and_the_warning_comes_beside_it(stage: AppealStage) -> None:
    samira = stage.of("Samira")
    samira.sends("/zelfevaluatie")
    samira.sends("ik ga in beroep")
    assert [said.screen for said in samira.received if isinstance(said.screen, SayNoAppeal)] == [SayNoAppeal()]

    samira.received.clear()
    samira.sends("/beroep")
    samira.taps("Brief maken")
    samira.sends("Wij gaan in beroep, want het plan was op tijd")  # in the letter itself it is what it says
    assert samira.received == []
    assert shown(samira, AskLetter).part == LetterPart.REQUEST


def test_an_auditor_writes_about_appeals_as_about_anything(stage: AppealStage) -> None:
    tom = stage.of("Tom")
    tom.sends("De klant zegt: wij gaan in beroep")
    assert not isinstance(tom.screen, ExplainAppeal | ShowContested)


def test_as_long_as_the_mail_is_not_known_it_counts_from_the_decision(database: Database, clock: MovableClock) -> None:
    """Whoever keeps to that is never too late."""
    stage = AppealStage.__new__(AppealStage)
    CarefulStage.__init__(stage, database, Conversations(ALL_CONVERSATIONS))
    cast = stage.cast = AppealCast(database, clock)
    cast.clock = stage.clock = clock
    cast.assemble()
    cast.accept("Tom", "Ada")
    samira = stage.of("Samira")
    samira.sends("/beroep")
    assert shown(samira, ExplainAppeal).reader is Reader.MEMBER
    cast.finish()
    stage.goes_to(DECIDED_ON)
    cast.decide_negatively()

    samira.sends("/beroep")

    screen = shown(samira, ShowContested)
    assert (screen.last_day, screen.earliest_end) == (None, date(2027, 2, 11))
    assert "voor de zekerheid" in samira.text
    omar = stage.of("Omar")
    omar.sends("/beroep")
    omar.taps("Beroep vastleggen")
    omar.taps(ReceiveTap(cast.audit))
    shown(omar, AskMailDay)
    omar.sends("1 januari 2027")
    assert shown(omar, AskMailDay).problem == "range"
    omar.sends("blub")
    assert shown(omar, AskMailDay).problem == "unclear"
    omar.taps("Vandaag")
    assert shown(omar, AskReceipt).mailed_on == DECIDED_ON
    omar.taps("Dag van de mail")
    shown(omar, AskMailDay)


# --------------------------------------------------------------------------------------------------- the office


def test_the_office_records_and_acknowledges_and_everybody_hears(stage: AppealStage) -> None:
    appeal = received(stage)
    omar, samira, quinn = stage.of("Omar"), stage.of("Samira"), stage.of("Quinn")
    screen = shown(omar, ShowAppeal)
    assert (screen.state, screen.against, screen.description) == (
        AppealState.RECEIVED, (), "Het plan zou op tijd zijn",
    )  # fmt: skip
    assert [(news.step, news.audience) for news in told(samira)] == [(AppealStep.RECEIVE, AppealFor.APPELLANT)]

    omar.taps("Ontvangst bevestigen")

    assert shown(omar, ShowAppeal).state is AppealState.ACKNOWLEDGED
    assert told(samira)[-1].step is AppealStep.ACKNOWLEDGE
    assert [(news.step, news.audience) for news in told(quinn)] == [(AppealStep.ACKNOWLEDGE, AppealFor.QUALITY)]
    omar.taps("Mailtekst")
    assert "wij bevestigen dat wij op 3 feb 2027 uw beroep ontvingen" in omar.text
    omar.taps("Gemaild")
    omar.taps("Verloop")
    assert {line[3] for line in shown(omar, ShowAppealLog).lines} == {Told.CHAT.value}
    samira.sends("/beroep")
    samira.taps("Jullie beroep")
    samira.taps("Verloop")
    assert [line[2] for line in shown(samira, ShowAppealLog).lines] == ["", ""]
    assert appeal


def test_a_day_in_the_past_is_typed_and_one_to_come_refused(stage: AppealStage) -> None:
    omar = stage.of("Omar")
    omar.taps_old(ReceiveTap(stage.cast.audit))
    omar.sends("over een week")
    assert shown(omar, AskReceipt).problem == "range"
    omar.sends("huh")
    assert shown(omar, AskReceipt).problem == "unclear"
    omar.sends("1 februari")
    assert shown(omar, AskReceipt).part == ReceiptPart.CHANNEL
    omar.sends("per mail")  # buttons, please
    assert shown(omar, AskReceipt).part == ReceiptPart.CHANNEL
    for answer in ("Mail", "De organisatie", "Nee, nog niet", "Overslaan"):
        omar.taps(answer)

    screen = shown(omar, ShowAppeal)
    assert (screen.lodging.received_on, screen.needs_reasons) == (date(2027, 2, 1), True)
    omar.taps("Redenen zijn er nu")
    assert not shown(omar, ShowAppeal).needs_reasons
    assert told(stage.of("Samira"))[-1].step is AppealStep.COMPLETE


def test_an_appeal_by_chat_or_by_somebody_else_is_rejected_with_all_reasons(stage: AppealStage) -> None:
    received(stage, "Chat", "Iemand anders")
    omar = stage.of("Omar")
    against = (Inadmissible.ORAL, Inadmissible.NOT_CERTIFICATE_HOLDER)
    assert shown(omar, ShowAppeal).against == against
    assert "Ontvangst bevestigen" not in omar.labels

    omar.taps("Niet in behandeling")

    assert shown(omar, ShowAppeal).state is AppealState.REJECTED
    assert told(stage.of("Samira")) == []  # the organisation itself did not appeal
    assert shown(omar, ShowAppeal).untold == 2
    omar.taps("Mailtekst")
    assert "alleen de (beoogd) certificaathouder kan in beroep" in omar.text
    omar.taps("Gemaild")
    assert shown(omar, ShowAppeal).untold == 0


def test_a_second_appeal_is_told_at_once(stage: AppealStage) -> None:
    received(stage)
    stage.of("Omar").taps("Ontvangst bevestigen")
    stage.of("Samira").received.clear()

    received(stage, "Brief")

    news = told(stage.of("Samira"))
    assert [(item.step, item.reasons) for item in news] == [
        (AppealStep.REJECT, (Inadmissible.NO_FURTHER_APPEAL,)),
    ]  # fmt: skip


def test_the_office_sets_a_target_of_its_own(stage: AppealStage) -> None:
    received(stage)
    omar = stage.of("Omar")
    omar.sends("/beroep")
    omar.taps("Streeftermijn")
    omar.taps("6 weken")
    screen = shown(omar, ShowAppeals)
    assert (screen.target, screen.lines[0].due) == (6, date(2027, 3, 17))
    omar.taps_old(SetTargetTap(5))
    assert shown(omar, SayTrouble).trouble is Trouble.AGED
    omar.taps_old(TargetTap())
    omar.taps("Geen")
    assert shown(omar, ShowAppeals).target is None


# ------------------------------------------------------------------------------------------- separation of duties


def test_only_who_had_no_part_in_it_is_offered(stage: AppealStage) -> None:
    appeal = received(stage)
    stage.of("Omar").taps("Ontvangst bevestigen")
    quinn = stage.of("Quinn")
    quinn.sends("/beroep")
    assert shown(quinn, ShowAppeals).lines[0].needs
    quinn.taps_old(CandidatesTap(appeal))

    screen = shown(quinn, ChooseHandler)
    assert screen.names == ("Dirk", "Dora")
    assert dict(screen.barred) == {
        "Ada": (HandlerHindrance.ASSESSOR_OF_AUDIT,),
        "Tom": (HandlerHindrance.ORIGINAL_DECIDER, HandlerHindrance.TEAM_LEADER_OF_AUDIT),
    }
    for name in ("Tom", "Ada", "Wim", "Samira", "Dex"):
        quinn.taps_old(AssignTap(appeal, stage.cast.person_of(name), 2))
        assert shown(quinn, ShowAppeal).told is AppealTold.NOT_NOW
    quinn.taps_old(AssignTap(appeal, stage.cast.person_of("Dirk"), 1))
    assert shown(quinn, ShowAppeal).told is AppealTold.CHANGED


FORGED: tuple[Tap, ...] = (
    AppealTap(AppealId(1)),
    DossierTap(AppealId(1), DossierPart.DECISION, 0),
    AppealReportTap(AppealId(1)),
    ReviewTap(AppealId(1), 3),
    ConcludeTap(AppealId(1), is_changed=True, version=4),
)


@pytest.mark.parametrize("name", ["Tom", "Ada", "Dirk", "Dex", "Otto", "Ina", "Sanne", "Noor", "Sam"])
def test_with_an_interest_or_without_a_part_nobody_handles_it(stage: AppealStage, name: str) -> None:
    """The one who decided, the auditors, another decider, another body: whatever they tap, nothing opens or changes."""
    with_dora(stage)
    if name in ("Tom", "Ada"):
        stage.cast.as_role(name, Role.APPEAL_HANDLER)
    chat = stage.of(name)
    for tap in FORGED:
        chat.taps_old(tap)
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    for given in ("/menu", "/beroep"):
        chat.sends(given)
        assert REASON not in chat.text or name == "Tom"
    assert stage.jobs == []
    with stage.cast.appeals("Quinn") as appeals:
        assert appeals.get(AppealId(1)).appeal.state is AppealState.UNDER_REVIEW


def test_the_handler_decides_about_this_case_only_and_the_office_closes(stage: AppealStage) -> None:
    appeal = with_dora(stage)
    dora = stage.of("Dora")
    assert "op geen enkele manier slechter" in dora.text
    dora.taps("Dossier")
    assert shown(dora, ShowDossierDecision).decisions == ((False, DECIDED_ON, REASON),)
    dora.taps("Per norm")
    first = shown(dora, ShowConsidered)
    assert [line[0] for line in first.lines[:2]] == ["V5", "D9"]
    dora.taps("Meer")
    assert shown(dora, ShowConsidered).page == 1
    dora.taps("Terug")
    dora.taps("Plan")
    assert shown(dora, ShowHandedIn).rounds == 0
    dora.taps_old(DossierTap(appeal, DossierPart.EVENTS, 0))
    assert (DECIDED_ON, "Negatief besluit van de CI") in shown(dora, ShowAppealEvents).lines
    dora.taps_old(AppealReportTap(appeal))
    assert shown(dora, ShowAppeal).told is AppealTold.NOT_NOW  # no report went out here
    for name in ("Samira", "Tom", "Sanne", "Omar", "Quinn"):
        stage.of(name).received.clear()

    dora.taps("Besluit wijzigen")
    assert shown(dora, AskConclusion).is_changed
    dora.sends("Het plan was er; bel 06-12345678")
    shown(dora, SayNotKept)
    dora.taps_old(ConcludeTap(appeal, is_changed=True, version=4))
    dora.sends("Het plan was er op tijd")

    assert shown(dora, ShowAppeal).state is AppealState.DECIDED_CHANGED
    for name, audience in {
        "Samira": AppealFor.APPELLANT, "Tom": AppealFor.TEAM, "Sanne": AppealFor.SWN, "Omar": AppealFor.OFFICE,
        "Quinn": AppealFor.QUALITY,
    }.items():  # fmt: skip
        assert [(news.step, news.audience) for news in told(stage.of(name))] == [(AppealStep.OVERTURN, audience)]
    omar = stage.of("Omar")
    omar.sends("/beroep")
    omar.taps(AppealTap(appeal))
    assert "Afsluiten" not in omar.labels
    for effect in ("Klantregister", "Klantdossier", "Certificaat"):
        omar.taps(effect)
    omar.taps("Afsluiten")
    assert shown(omar, ShowAppeal).state is AppealState.CLOSED
    assert told(stage.of("Samira"))[-1].step is AppealStep.CLOSE
    dora.taps_old(DossierTap(appeal, DossierPart.DECISION, 0))
    assert shown(dora, SayTrouble).trouble is Trouble.NOT_ALLOWED
    samira = stage.of("Samira")
    samira.sends("/beroep")
    assert "Brief maken" not in samira.labels
    samira.taps("Besluit")
    assert shown(samira, ShowDecision).is_positive is True


def test_an_unchanged_decision_is_explained_to_the_appellant(stage: AppealStage) -> None:
    with_dora(stage)
    dora = stage.of("Dora")
    dora.taps("Besluit blijft")
    dora.sends("De weging klopt")

    assert shown(dora, ShowAppeal).state is AppealState.DECIDED_UNCHANGED
    assert told(stage.of("Samira"))[-1].conclusion == "De weging klopt"
    assert told(stage.of("Sanne")) == []
    stage.of("Bea").taps_old(CloseAppealTap(AppealId(1), 5))
    assert shown(stage.of("Bea"), ShowAppeal).state is AppealState.CLOSED


# ------------------------------------------------------------------------------------------------------- old taps


def test_buttons_of_old_screens_change_nothing(stage: AppealStage) -> None:
    appeal = received(stage)
    omar = stage.of("Omar")
    omar.taps("Ontvangst bevestigen")
    omar.taps_old(JudgeReceiptTap(appeal, AppealStep.REJECT, 1))
    assert shown(omar, ShowAppeal).told is AppealTold.CHANGED
    omar.taps_old(JudgeReceiptTap(appeal, AppealStep.REJECT, 2))
    assert shown(omar, ShowAppeal).told is AppealTold.NOT_NOW
    omar.taps_old(JudgeReceiptTap(appeal, AppealStep.OVERTURN, 2))
    assert shown(omar, SayTrouble).trouble is Trouble.AGED
    omar.taps_old(ReceiptTap(ReceiptPart.DAY, "0"))
    assert shown(omar, SayTrouble).trouble is Trouble.AGED
    omar.taps_old(ReceiveTap(stage.cast.audit))
    for value in ("99", "x", "-1"):
        omar.taps_old(ReceiptTap(ReceiptPart.DAY, value))
        assert shown(omar, AskReceipt).part == ReceiptPart.DAY
    omar.taps_old(MailedTap(stage.cast.audit, 9999))
    shown(omar, AskMailDay)
    omar.taps_old(MailTextTap(appeal, is_sent=False))
    shown(omar, ShowMailText)
    for name in ("Quinn", "Dora", "Samira"):
        chat = stage.of(name)
        for tap in (ReceiveTap(None), TargetTap(), MailedTap(stage.cast.audit, 0)):
            chat.taps_old(tap)
            assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    stage.of("Samira").taps_old(LetterTap(stage.cast.audit, LetterPart.GROUNDS))
    shown(stage.of("Samira"), AskLetter)
    stage.of("Samira").taps_old(AppealsTap())
    assert shown(stage.of("Samira"), ShowContested).state is AppealState.ACKNOWLEDGED


def test_an_office_without_decisions_is_told_so(stage: AppealStage) -> None:
    otto = stage.of("Otto")
    otto.sends("/menu")
    otto.taps("Beroepen")
    otto.taps("Beroep vastleggen")
    assert shown(otto, ChooseContested).lines == ()


def test_who_handles_appeals_finds_more_than_appeals_in_the_menu(stage: AppealStage) -> None:
    """Their list is their menu: it says that they came in, and passing a signal on is everybody's duty."""
    dora = stage.of("Dora")
    with stage.database.begin() as work:
        membership = work.actor(APPEAL_CHATS["Dora"]).memberships[0].id

    dora.taps_old(RoleTap(membership))
    dora.sends("/menu")

    assert "Signaal doorgeven" in dora.labels
    stage.cast.as_role("Tom", Role.AUDITOR)
    tom = stage.of("Tom")
    with stage.database.begin() as work:
        roles = {one.role: one.id for one in work.actor(APPEAL_CHATS["Tom"]).memberships}
    tom.taps_old(RoleTap(roles[Role.APPEAL_HANDLER]))
    assert shown(tom, ShowAppeals).news is MenuNews.SWITCHED


def test_a_message_leads_to_the_appeal_and_the_menu_counts_it(stage: AppealStage) -> None:
    """Quinn has to choose somebody: her menu does not say that nothing waits."""
    appeal = received(stage)
    stage.of("Omar").taps("Ontvangst bevestigen")
    quinn = stage.of("Quinn")
    quinn.sends("/menu")
    assert "Er wacht een beroep op je" in quinn.text
    assert "Er wacht niets" not in quinn.text

    [buttons] = [said.keyboard.buttons for said in quinn.received if isinstance(said.screen, TellAppeal)]
    quinn.taps_old(next(button.tap for button in buttons if button.tap is not None))

    assert shown(quinn, ShowAppeal).state is AppealState.ACKNOWLEDGED
    assert "Behandelaar kiezen" in quinn.labels
    quinn.taps_old(AssignTap(appeal, stage.cast.person_of("Dora"), 2))
    quinn.sends("/menu")
    assert "Er wacht niets op je" in quinn.text


def test_who_appeals_again_by_chat_hears_that_there_is_no_second_one(stage: AppealStage) -> None:
    """Also on the very screen of their appeal, where no text is waited for."""
    appeal = with_dora(stage)
    stage.cast.take("Dora", AppealStep.UPHOLD, appeal)
    samira = stage.of("Samira")
    samira.sends("/beroep")

    samira.sends("ik ga in beroep")

    assert shown(samira, ShowContested).is_attempt
    assert "Een verder beroep is er niet" in samira.text


def test_no_report_is_offered_that_was_never_sent_here(stage: AppealStage) -> None:
    with_dora(stage)
    dora = stage.of("Dora")
    dora.sends("/menu")
    dora.taps("1. Welzijn Rivierenland")

    assert "Dossier" in dora.labels
    assert "Rapport in PDF" not in dora.labels
