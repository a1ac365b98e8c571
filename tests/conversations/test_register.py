"""From the decision of the CI to the certificate, as the team leader, the secretariat and the member meet it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.decision_taps import (
    CertificatePdfTap,
    CertificateTap,
    CompleteTap,
    DecideTap,
    DecisionTap,
    EntryTap,
    IssueTap,
    LogoTap,
    NoticeTap,
    PressTap,
    ReadPartATap,
    RegisterTap,
    RemakeTap,
    ReturnTap,
    SendPartATap,
    StatusTap,
    SubmissionTap,
)
from conversations.kit import Conversations, Tap
from conversations.term_taps import EventsTap
from domain.certificate import CertificateId, CertificateStatus, DecisionHindrance, EditionReason, PartAState
from domain.process import EventKind
from domain.report_format import Moment
from domain.roles import Role
from storage.sql.database import Database
from templates.audit_screens import ShowOffice
from templates.common_screens import SayTrouble, Trouble
from templates.judging_screens import SayNotKept
from templates.people_screens import ForwardInvitation
from templates.register_screens import (
    AskDecisionReason,
    AskQuestion,
    ConfirmEdition,
    ConfirmIssue,
    ConfirmPartA,
    ConfirmStatus,
    PartANews,
    RegisterTold,
    ShowDecision,
    ShowEntry,
    ShowLogoRules,
    ShowNotice,
    ShowPartA,
    ShowPress,
    ShowRegister,
    ShowRegisterMenu,
    ShowSubmission,
    TellCertificate,
    TellDecision,
    TellEdition,
    TellPartA,
    TellStatus,
)
from templates.screens import Screen
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.conversations.plan_stage import PlanStage, shown
from tests.scenes.stage import StageChat
from tests.storage.appeal_cast import APPEAL_CHATS, RECEIVED_ON, AppealCast, certified_and_appealed
from tests.storage.plan_cast import OVER


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> PlanStage:
    """An audit within the threshold, whose report is final."""
    return PlanStage(database, clock)


@pytest.fixture
def approved(stage: PlanStage) -> PlanStage:
    """The plan came back once and is approved now."""
    stage.cast.hand_in()
    stage.cast.send_back()
    stage.cast.hand_in()
    stage.cast.approve()
    stage.now = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
    return stage


def told(chat: StageChat, kind: type[Screen]) -> list[Screen]:
    """Return the messages of one kind that came into a chat."""
    return [said.screen for said in chat.received if isinstance(said.screen, kind)]


def open_decision(chat: StageChat) -> ShowDecision:
    chat.sends("/menu")
    chat.taps("Besluit")
    return shown(chat, ShowDecision)


def decide(chat: StageChat, which: str = "Positief") -> None:
    open_decision(chat)
    chat.taps(which)
    shown(chat, AskDecisionReason)
    chat.sends("Sterk team; het plan is concreet")
    assert shown(chat, ShowDecision).told is RegisterTold.DECIDED


def mail_part_a(chat: StageChat) -> None:
    chat.taps("Deel A naar SWN")
    shown(chat, ConfirmPartA)
    chat.taps("Deel A is gemaild")
    chat.taps("Ja, vandaag gemaild")
    assert shown(chat, ShowDecision).part_a is PartAState.RECEIVED


def certify(stage: PlanStage) -> CertificateId:
    """Go all the way to the certificate, and return it."""
    decide(stage.tom)
    mail_part_a(stage.tom)
    stage.sanne.taps_old(CompleteTap(stage.cast.audit, 1))
    stage.sanne.taps("Certificaat maken")
    stage.sanne.taps("Ja, maken")
    return shown(stage.sanne, ShowEntry).certificate.id


# ---------------------------------------------------------------------------------------------- the whole way


def test_from_a_plan_that_was_returned_once_to_the_certificate(approved: PlanStage) -> None:
    """Bijlage 6 step 9b.ii to 15: everybody hears of their part, and the process knows it all."""
    stage = approved
    decide(stage.tom)
    assert [news.is_positive for news in told(stage.samira, TellDecision)] == [True]  # type: ignore[attr-defined]
    mail_part_a(stage.tom)
    assert [news.news for news in told(stage.sanne, TellPartA)] == [PartANews.RECEIVED]  # type: ignore[attr-defined]

    stage.sanne.sends("/menu")
    assert [line.organisation for line in shown(stage.sanne, ShowRegisterMenu).to_check] == ["Welzijn Rivierenland"]
    stage.sanne.taps("Welzijn Rivierenland")
    part_a = shown(stage.sanne, ShowSubmission)
    assert (part_a.member_number, part_a.ci, part_a.scope) == ("SWN1", "CI Kompas", "Alles")
    stage.sanne.taps("Terug met vraag")
    shown(stage.sanne, AskQuestion)
    stage.sanne.sends("Wat is de scope precies?")
    assert shown(stage.sanne, ShowSubmission).state is PartAState.RETURNED
    assert open_decision(stage.tom).question == "Wat is de scope precies?"
    mail_part_a(stage.tom)
    stage.sanne.taps_old(SubmissionTap(stage.cast.audit))
    stage.sanne.taps("Compleet")
    stage.sanne.taps("Certificaat maken")
    assert shown(stage.sanne, ConfirmIssue).validity.expires_on == date(2029, 1, 11)
    stage.sanne.taps("Ja, maken")

    entry = shown(stage.sanne, ShowEntry)
    assert (entry.told, entry.organisation) == (RegisterTold.ISSUED, "Welzijn Rivierenland")
    assert [news.is_own for news in told(stage.samira, TellCertificate)] == [True]  # type: ignore[attr-defined]
    assert [news.is_own for news in told(stage.tom, TellCertificate)] == [False]  # type: ignore[attr-defined]
    stage.samira.sends("/menu")
    stage.samira.taps("Certificaat")
    assert shown(stage.samira, ShowEntry).certificate.number.startswith("SSW-2027-")
    events = stage.cast.events()
    assert events[EventKind.CERTIFICATE_ISSUED] == date(2027, 1, 11)
    assert {EventKind.SUMMARY_RETURNED, EventKind.SUMMARY_COMPLETE, EventKind.CI_DECISION_POSITIVE} <= events.keys()


def test_over_the_threshold_and_declined_is_negative(database: Database, clock: MovableClock) -> None:
    """9c.i: the decision is negative, SWN hears of it, and there is no certificate."""
    stage = PlanStage(database, clock, OVER)
    decision = open_decision(stage.tom)
    assert decision.against_positive is DecisionHindrance.FOLLOWUP_NOT_DONE
    stage.samira.sends("/menu")
    stage.samira.taps("Verbeterplan")
    stage.samira.taps("Geen onderzoek")
    stage.samira.taps("Ja, wij zien ervan af")

    assert open_decision(stage.tom).against_positive is DecisionHindrance.FOLLOWUP_DECLINED
    assert "Positief" not in stage.tom.labels
    decide(stage.tom, "Negatief")
    assert [news.is_positive for news in told(stage.samira, TellDecision)] == [False]  # type: ignore[attr-defined]
    mail_part_a(stage.tom)
    stage.sanne.taps_old(SubmissionTap(stage.cast.audit))
    stage.sanne.taps("Compleet")
    assert "Certificaat maken" not in stage.sanne.labels
    stage.sanne.taps_old(IssueTap(stage.cast.audit, is_sure=True))
    assert shown(stage.sanne, ShowSubmission).told is RegisterTold.NOT_NOW
    assert EventKind.CI_DECISION_NEGATIVE in stage.cast.events()


def test_part_a_goes_as_the_report_has_it(approved: PlanStage) -> None:
    """The secretariat reads part A page by page, frozen as it was sent; what is missing is said first."""
    stage = approved
    decide(stage.tom)
    stage.tom.taps("Deel A naar SWN")
    assert shown(stage.tom, ConfirmPartA).blockers
    assert "Ja, versturen" not in stage.tom.labels
    stage.tom.taps_old(SendPartATap(stage.cast.audit, is_mail=False, is_sure=True))
    assert shown(stage.tom, ConfirmPartA).blockers
    stage.cast.round_off(stage.cast.norms)
    with stage.database.begin() as work:
        store = work.reports(work.actor(stage.tom.id))
        for item in store.drafted(stage.cast.audit, Moment.SUMMARY, stage.now.date()).made.filled:
            if item.is_missing(Moment.SUMMARY):
                store.write(stage.cast.audit, item.field.id, "Ingevuld", stage.now, seen=item.version)

    open_decision(stage.tom)
    stage.tom.taps("Deel A naar SWN")
    assert shown(stage.tom, ConfirmPartA).blockers == 0
    stage.tom.taps("Ja, versturen")

    assert shown(stage.tom, ShowDecision).part_a is PartAState.RECEIVED
    assert EventKind.SUMMARY_RECEIVED in stage.cast.events()
    stage.sanne.taps_old(SubmissionTap(stage.cast.audit))
    assert not shown(stage.sanne, ShowSubmission).by_mail
    stage.sanne.taps("Lees deel A")
    page = shown(stage.sanne, ShowPartA)
    assert page.pages > 1
    assert any(line.text == "Welzijn Rivierenland" for line in page.lines)
    stage.sanne.taps("Meer")
    assert shown(stage.sanne, ShowPartA).page == 1


def test_positive_waits_for_the_plan(stage: PlanStage) -> None:
    assert open_decision(stage.tom).against_positive is DecisionHindrance.PLAN_NOT_APPROVED
    assert "Het verbeterplan is nog niet goedgekeurd" in stage.tom.text

    stage.tom.taps_old(DecideTap(stage.cast.audit, is_positive=True))

    assert shown(stage.tom, ShowDecision).told is RegisterTold.NOT_NOW


# ---------------------------------------------------------------------------------------------- forged buttons

TAPS: list[tuple[Callable[[PlanStage], Tap], set[str]]] = [
    (lambda s: DecisionTap(s.cast.audit), {"sanne", "bea", "ina", "sam"}),
    (lambda s: DecideTap(s.cast.audit, is_positive=True), {"sanne", "bea", "ina", "sam", "samira"}),
    (lambda s: SendPartATap(s.cast.audit, is_mail=True, is_sure=True), {"sanne", "bea", "ina", "sam", "samira", "ada"}),
    (lambda s: CertificateTap(CertificateId(1)), {"sanne", "bea", "ina", "sam"}),
    (lambda s: PressTap(CertificateId(1)), {"sanne", "bea", "ina", "sam"}),
    (lambda s: LogoTap(CertificateId(1)), {"sanne", "bea", "ina", "sam"}),
    (lambda s: CertificatePdfTap(CertificateId(1)), {"bea", "ina", "sam"}),
    (lambda s: SubmissionTap(s.cast.audit), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: ReadPartATap(s.cast.audit, 0), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: CompleteTap(s.cast.audit, 1), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: ReturnTap(s.cast.audit, 1), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: IssueTap(s.cast.audit, is_sure=True), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: RegisterTap(0), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: EntryTap(CertificateId(1)), {"tom", "samira", "bea", "ina", "sam"}),
    (
        lambda s: StatusTap(CertificateId(1), CertificateStatus.LAPSED, 1, is_sure=True),
        {"tom", "samira", "bea", "ina", "sam"},
    ),
    (lambda s: NoticeTap(CertificateId(1), is_sure=True), {"tom", "samira", "bea", "ina", "sam"}),
    (lambda s: RemakeTap(CertificateId(1), 1, is_sure=True), {"tom", "samira", "bea", "ina", "sam"}),
]


@pytest.mark.parametrize(("make", "names"), TAPS)
def test_a_forged_button_opens_nothing(approved: PlanStage, make: Callable[[PlanStage], Tap], names: set[str]) -> None:
    """Every button carries ids and never rights: who has no part in it gets nowhere."""
    certify(approved)
    before = approved.cast.events()

    for name in sorted(names):
        chat = getattr(approved, name)
        chat.taps_old(make(approved))
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED, name

    assert approved.cast.events() == before
    assert not approved.jobs


# ---------------------------------------------------------------------------------------------- the register


def test_the_register_is_searched_by_typing(approved: PlanStage) -> None:
    certificate = certify(approved)
    approved.sanne.sends("/menu")
    assert "Er wacht niets op je" in approved.sanne.text
    approved.sanne.taps("Register")
    assert [line.certificate.id for line in shown(approved.sanne, ShowRegister).lines] == [certificate]
    approved.sanne.sends("bestaat niet")
    assert shown(approved.sanne, ShowRegister).lines == ()
    approved.sanne.sends("rivieren")
    approved.sanne.taps("1")
    assert shown(approved.sanne, ShowEntry).is_register


def correct_the_date(chat: StageChat, stage: PlanStage) -> None:
    """Put the date of the certificate right, as the secretariat does it among the events."""
    chat.taps_old(EventsTap(stage.cast.audit))
    chat.taps("Certificaat")
    chat.taps("Andere datum")
    chat.sends("4 januari 2027")
    chat.taps("Ja, verbeter")


def test_a_date_that_is_put_right_leads_to_another_edition(approved: PlanStage) -> None:
    """Nothing goes out by itself; a person makes it, and everybody who got the first hears of it."""
    stage, certificate = approved, certify(approved)
    old = shown(stage.sanne, ShowEntry).certificate.code
    correct_the_date(stage.sanne, stage)
    assert "Op het certificaat staat nog de oude datum" in stage.sanne.text
    assert not told(stage.samira, TellEdition)

    stage.sanne.sends("/menu")
    assert shown(stage.sanne, ShowRegisterMenu).to_remake == ("Welzijn Rivierenland",)
    stage.sanne.taps("Welzijn Rivierenland")
    stage.sanne.taps("Nieuwe uitgave")
    assert shown(stage.sanne, ConfirmEdition).may_change_scope is False
    assert "4 jan 2027 (was 11 jan 2027)" in stage.sanne.text
    stage.sanne.taps("Ja, maken")

    entry = shown(stage.sanne, ShowEntry)
    assert (entry.told, entry.certificate.edition, entry.edition) == (RegisterTold.REMADE, 2, None)
    for chat, is_own in ((stage.samira, True), (stage.tom, False)):
        (news,) = told(chat, TellEdition)
        assert isinstance(news, TellEdition)
        assert (news.is_own, news.replaced.code, news.certificate.code) == (is_own, old, entry.certificate.code)
    for stranger in (stage.ina, stage.sam, stage.bea):
        assert not told(stranger, TellEdition)
    stage.samira.taps_old(CertificateTap(certificate))
    assert [edition.code for edition in shown(stage.samira, ShowEntry).replaced] == [old]
    stage.sanne.taps_old(RemakeTap(certificate, 1, is_sure=True))
    assert shown(stage.sanne, ShowEntry).told is RegisterTold.NOT_NOW
    assert len(told(stage.samira, TellEdition)) == 1


def test_whoever_asks_about_an_old_code_hears_that_it_was_replaced(approved: PlanStage) -> None:
    """As it is typed, and as the words of the QR code on the old paper."""
    stage, certificate = approved, certify(approved)
    old = shown(stage.sanne, ShowEntry).certificate.code
    correct_the_date(stage.sanne, stage)
    stage.sanne.taps_old(RemakeTap(certificate, 1, is_sure=True))
    stage.sanne.sends("/menu")
    stage.sanne.taps("Register")

    for words in (
        old.lower(),
        f"Certificaat SSW-2027-0001 van Welzijn. Controlecode {old}. Vergelijk met het register.",
    ):
        stage.sanne.sends(words)
        asked = shown(stage.sanne, ShowEntry).asked
        assert asked is not None
        assert asked.code == old
        assert f"Code {old} geldt niet meer" in stage.sanne.text
    stage.sanne.sends(shown(stage.sanne, ShowEntry).certificate.code)
    assert shown(stage.sanne, ShowEntry).asked is None
    stage.sanne.sends("ABCD-EFGH-JKMN")
    assert shown(stage.sanne, ShowRegister).lines == ()


def test_nothing_is_made_anew_where_nothing_differs(approved: PlanStage) -> None:
    certificate = certify(approved)

    approved.sanne.taps_old(RemakeTap(certificate, 1, is_sure=False))
    assert shown(approved.sanne, ShowEntry).told is RegisterTold.NOT_NOW
    approved.sanne.taps_old(RemakeTap(certificate, 1, is_sure=True))
    assert shown(approved.sanne, ShowEntry).told is RegisterTold.NOT_NOW


def test_a_lapse_is_written_about_and_then_confirmed_by_a_person(approved: PlanStage) -> None:
    """Scenario 3: the letter two weeks before, and nothing lapses by itself."""
    certify(approved)
    approved.now = datetime(2028, 12, 28, 9, 0, tzinfo=UTC)
    approved.sanne.sends("/menu")
    assert shown(approved.sanne, ShowRegisterMenu).notices == ("Welzijn Rivierenland",)
    approved.sanne.taps("Welzijn Rivierenland")
    approved.sanne.taps("Bericht aan het lid")
    assert not shown(approved.sanne, ShowNotice).is_under_way
    approved.sanne.taps("Verstuurd")
    assert EventKind.EXPIRY_NOTICE_SENT in approved.cast.events()

    approved.now = datetime(2029, 1, 12, 9, 0, tzinfo=UTC)
    approved.sanne.sends("/menu")
    approved.sanne.taps("Welzijn Rivierenland")
    assert shown(approved.sanne, ShowEntry).certificate.status is CertificateStatus.CERTIFIED
    approved.sanne.taps("Vervallen")
    shown(approved.sanne, ConfirmStatus)
    approved.sanne.taps("Ja, vastleggen")

    assert shown(approved.sanne, ShowEntry).certificate.status is CertificateStatus.LAPSED
    assert [news.status for news in told(approved.samira, TellStatus)] == [CertificateStatus.LAPSED]  # type: ignore[attr-defined]
    assert [news.is_own for news in told(approved.tom, TellStatus)] == [False]  # type: ignore[attr-defined]
    approved.samira.sends("/menu")
    approved.samira.taps("Certificaat")
    approved.samira.taps("Logoregels")
    assert "het logo mag nergens meer" in approved.samira.text


def test_the_member_gets_the_pdf_a_text_for_the_press_and_the_rules(approved: PlanStage) -> None:
    certificate = certify(approved)
    approved.samira.taps_old(CertificateTap(certificate))
    approved.samira.taps("Pdf")
    assert [(job.name, job.data) for job in approved.jobs] == [("certificate", {"certificate": certificate})]
    approved.samira.taps("Persbericht")
    assert shown(approved.samira, ShowPress).organisation == "Welzijn Rivierenland"
    approved.samira.taps("Terug")
    approved.samira.taps("Logoregels")
    assert shown(approved.samira, ShowLogoRules).scope == "Alles"


# ---------------------------------------------------------------------------------------------- who keeps it


def test_an_operator_lets_the_first_in_and_the_secretariat_the_next(stage: PlanStage) -> None:
    """Both come into the same office; nobody there can be invited as an auditor."""
    olga, noor = stage.of("Olga"), stage.of("Noor")
    olga.sends("/operator")
    olga.taps("SWN-secretariaat")
    forwarded = olga.received[-1].screen
    assert isinstance(forwarded, ForwardInvitation)
    token = forwarded.link.rsplit("=", 1)[1]
    noor.sends(f"/start {token}")
    noor.taps("Meedoen")
    noor.sends("/menu")
    shown(noor, ShowRegisterMenu)

    noor.taps("Bureau")
    assert {line.role for line in shown(noor, ShowOffice).people} == {Role.SWN_SECRETARIAT}
    noor.taps("Uitnodigen")
    assert noor.labels[:-2] == ["Secretariaat"]
    noor.taps("Secretariaat")
    noor.taps_old("oj:auditor")
    assert not isinstance(noor.screen, ForwardInvitation)


# ---------------------------------------------------------------------------------- a certificate after an appeal


def test_after_an_appeal_the_secretariat_types_the_scope_of_the_new_part_a(
    database: Database, clock: MovableClock
) -> None:
    """Part A came by mail, so nothing differs until somebody types what it says; then it is shown before it is made."""
    stage = CarefulStage(database, Conversations(ALL_CONVERSATIONS))
    cast = certified_and_appealed(AppealCast(database, clock), clock)
    stage.now = clock.now
    sanne, samira = (stage.chat(APPEAL_CHATS[name], name) for name in ("Sanne", "Samira"))
    with database.begin() as work:
        work.decisions(work.actor(APPEAL_CHATS["Tom"])).send_part_a(cast.audit, RECEIVED_ON, cast.now)

    sanne.sends("/menu")
    sanne.taps("Welzijn Rivierenland")
    sanne.taps("Compleet")
    assert "Het certificaat is van vóór dit besluit" in sanne.text
    sanne.taps("Nieuwe uitgave")
    assert shown(sanne, ConfirmEdition).proposal is None
    assert "Ja, maken" not in sanne.labels
    sanne.sends("Mail naar piet@welzijn.nl")
    shown(sanne, SayNotKept)
    sanne.sends("Alles, behalve het jongerenwerk")
    assert "De scope was: Alles" in sanne.text
    sanne.taps("Ja, maken")

    assert shown(sanne, ShowEntry).scope == "Alles, behalve het jongerenwerk"
    (news,) = told(samira, TellEdition)
    assert isinstance(news, TellEdition)
    assert news.replaced.reason is EditionReason.DECISION_CHANGED
