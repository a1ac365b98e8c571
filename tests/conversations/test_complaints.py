"""Complaints in the chat, as whole scenes: from the first word to closing, and who may not have a hand in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conversations.case_taps import (
    OPENS,
    AssignTap,
    CasesTap,
    CaseTap,
    ClassifyTap,
    CloseTap,
    DaySignalTap,
    ExportTap,
    Form,
    HolderTap,
    MarkTap,
    OwnCasesTap,
    OwnCaseTap,
    ReactTap,
    ReviewDocumentTap,
    ReviewTap,
    SendSignalTap,
)
from conversations.judging_taps import DayTap
from domain.cases import CaseKind
from domain.complaints import (
    ComplaintId,
    ComplaintState,
    Happening,
    Hindrance,
    HolderChoice,
    Interest,
    Notary,
    Step,
    Subject,
)
from domain.day_evaluation import Mood
from domain.roles import Role
from storage.sql.database import Database
from templates.case_screens import (
    AskWhatHappened,
    CaseNews,
    CaseTold,
    ChooseHandler,
    ConfirmSignal,
    OwnTold,
    ShowCase,
    ShowCaseMenu,
    ShowCaseRegister,
    ShowHistory,
    ShowInvolved,
    ShowNotaries,
    ShowOwnCase,
    ShowOwnCases,
    ShowReview,
    SignalKnown,
    SignalSent,
    TellCase,
    TellHolder,
    TellSignal,
)
from templates.common_screens import SayTrouble, Trouble
from templates.judging_screens import SayNotKept
from tests.conftest import MovableClock
from tests.conversations.case_stage import TEXT, CaseStage, shown
from tests.conversations.people_stage import told
from tests.scenes.stage import StageChat


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> CaseStage:
    return CaseStage(database, clock)


def news(chat: StageChat) -> list[CaseNews]:
    """Return what somebody heard of cases."""
    return [screen.news for screen in told(chat) if isinstance(screen, TellCase)]


def refusals(chat: StageChat) -> tuple[Hindrance, ...]:
    return shown(chat, ShowCase).refused


# ------------------------------------------------------------------------------------------------------- the whole way


def test_from_the_first_word_to_closing(stage: CaseStage) -> None:
    """Formal and written: the client hears of receipt and outcome, says it is good, and the case closes with proof."""
    complaint = stage.complains()
    [signal] = [screen for screen in told(stage.quinten) if isinstance(screen, TellSignal)]
    assert signal.decide_by == stage.now + timedelta(hours=48)
    assert "Rivierenland" not in f"{signal}"  # no names of clients in notifications

    stage.later(hours=3)
    stage.quinten.sends("/menu")
    [line] = shown(stage.quinten, ShowCaseMenu).lines
    assert (line.number, line.hours_left) == ("K2026-1", 45)
    stage.registers(complaint)
    assert news(stage.kim) == [CaseNews.ASSIGNED]
    assert news(stage.samira) == [CaseNews.IN_TREATMENT]

    stage.kim.sends("/menu")
    stage.kim.taps("K2026-1")
    for button, text in (("Maatregel", "Voortaan bellen we"), ("Oorzaak", "Te krap gepland"), ("Verwijzing", "Map 12")):
        stage.kim.taps(button)
        stage.kim.sends(text)
        assert shown(stage.kim, ShowCase).told is CaseTold.NOTED
    stage.kim.taps("Thema")
    stage.kim.taps("Planning en termijnen")
    stage.shares(complaint)
    assert news(stage.samira) == [CaseNews.IN_TREATMENT, CaseNews.OUTCOME]

    stage.samira.taps_old(OwnCaseTap(complaint))
    assert shown(stage.samira, ShowOwnCase).outcome.startswith("Excuses")
    stage.samira.taps("Tevreden")
    assert shown(stage.samira, ShowOwnCase).told is OwnTold.SATISFIED
    assert news(stage.kim)[-1] is CaseNews.REACTED_YES
    stage.kim.taps_old(CaseTap(complaint))
    stage.kim.taps("Sluiten")
    assert shown(stage.kim, ShowCase).complaint.state is ComplaintState.CLOSED
    assert news(stage.samira)[-1] is CaseNews.CLOSED

    stage.ottelien.sends("/casusregister")
    stage.ottelien.taps("Gesloten")
    [row] = shown(stage.ottelien, ShowCaseRegister).rows
    assert (row.root_cause, row.references, row.theme, row.is_satisfied) == (
        "Te krap gepland",
        "Map 12",
        "planning",
        True,
    )
    stage.ottelien.taps("1")
    stage.ottelien.taps("Historie")
    assert len(shown(stage.ottelien, ShowHistory).lines) == 10


def test_somebody_with_an_interest_cannot_handle_it_however_they_try(stage: CaseStage) -> None:
    """Ada audited there and is in the core group as well: no button, and a forged one is refused."""
    stage.cast.role_of("Ada", Role.COMPLAINT_HANDLER)
    complaint = stage.complains()
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Klacht")
    stage.quinten.taps("Brief of mail: klacht")
    stage.quinten.taps("Kies behandelaar")
    people = {person.name: person.interests for person in shown(stage.quinten, ChooseHandler).people}
    assert people == {"Ada": {Interest.IN_TEAM}, "Hans": frozenset(), "Kim": frozenset()}
    assert "Ada" not in stage.quinten.labels

    for name in ("Ada", "Tom", "Wies"):
        stage.quinten.taps_old(AssignTap(complaint, stage.cast.who(name), 2))
        assert refusals(stage.quinten)
    stage.ada.taps_old(AssignTap(complaint, stage.cast.who("Ada"), 2))
    assert shown(stage.ada, SayTrouble).trouble is Trouble.NOT_ALLOWED
    stage.ada.taps_old(CaseTap(complaint))
    assert shown(stage.ada, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.cast.case(complaint).complaint.handler is None
    stage.quinten.taps_old(AssignTap(complaint, stage.cast.who("Hans"), 2))
    assert stage.cast.case(complaint).complaint.handler == stage.cast.who("Hans")


def test_a_signal_that_is_no_complaint_is_kept_with_its_reason(stage: CaseStage) -> None:
    complaint = stage.complains(is_formal=False)
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Geen klacht")
    assert "precies zo te lezen" in stage.quinten.text
    stage.quinten.sends("Een vraag over de planning; beantwoord")

    assert shown(stage.quinten, ShowCase).complaint.state is ComplaintState.NOT_A_COMPLAINT
    assert news(stage.samira) == [CaseNews.NO_COMPLAINT]
    stage.samira.taps_old(OwnCasesTap())
    assert [line.state for line in shown(stage.samira, ShowOwnCases).lines] == [ComplaintState.NOT_A_COMPLAINT]
    stage.samira.taps("K2026-1")
    assert shown(stage.samira, ShowOwnCase).reason == "Een vraag over de planning; beantwoord"


def test_who_complained_here_hears_of_every_step_formal_or_not(stage: CaseStage) -> None:
    """Whoever says it in the chat is not left without a word until they think of looking."""
    complaint = stage.complains(is_formal=False)
    stage.registers(complaint, "Onvrede uitgesproken")
    stage.shares(complaint, "Sorry")
    stage.kim.taps("Andere oplossing")
    stage.kim.sends("Een gesprek")
    stage.shares(complaint)
    assert "en verstuurd" in stage.kim.text

    stage.kim.taps("Klant tevreden")
    stage.kim.sends("Telefoongesprek van vandaag")

    assert shown(stage.kim, ShowCase).told is CaseTold.CLOSED
    assert news(stage.samira) == [
        CaseNews.IN_TREATMENT, CaseNews.OUTCOME, CaseNews.REOPENED, CaseNews.OUTCOME, CaseNews.CLOSED,
    ]  # fmt: skip


def test_who_complained_elsewhere_is_told_by_a_person(stage: CaseStage) -> None:
    complaint = stage.cast.reported("Tom").id
    stage.registers(complaint, "Onvrede uitgesproken")
    stage.shares(complaint)

    assert "Vertel die zelf aan de klant" in stage.kim.text


def test_a_handler_from_whom_it_is_taken_hears_why(stage: CaseStage) -> None:
    """Kim turns out to be involved; Hans has to hand it over. Neither finds a closed door without a word."""
    complaint = stage.complains()
    stage.registers(complaint)
    for _ in range(3):  # involved, about her, and not after all: she hears it once
        stage.quinten.taps_old(MarkTap(complaint, stage.cast.who("Kim"), 0))
    assert news(stage.kim) == [CaseNews.ASSIGNED, CaseNews.INVOLVED]
    stage.quinten.taps_old(MarkTap(complaint, stage.cast.who("Kim"), 0))
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Andere behandelaar")
    stage.quinten.taps("Hans")
    stage.quinten.taps_old(MarkTap(complaint, stage.cast.who("Kim"), 0))
    stage.quinten.taps_old(MarkTap(complaint, stage.cast.who("Kim"), 0))

    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Andere behandelaar")
    stage.quinten.taps("Kim")

    assert news(stage.hans) == [CaseNews.ASSIGNED, CaseNews.HANDED_OVER]
    assert news(stage.kim)[-3:] == [CaseNews.INVOLVED, CaseNews.INVOLVED, CaseNews.ASSIGNED]


def test_nothing_is_offered_that_the_answer_of_the_client_rules_out(stage: CaseStage) -> None:
    complaint = stage.complains()
    stage.registers(complaint)
    stage.shares(complaint)
    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.samira.taps("Niet tevreden")
    assert "Niet tevreden" not in stage.samira.labels
    stage.kim.taps_old(CaseTap(complaint))
    assert "Klant tevreden" not in stage.kim.labels

    stage.samira.taps("Tevreden")

    stage.kim.taps_old(CaseTap(complaint))
    assert not {"Andere oplossing", "Extern voorleggen"} & set(stage.kim.labels)
    assert "Klant tevreden" in stage.kim.labels  # a document may still go with it


def test_the_history_says_whom_and_what_was_chosen(stage: CaseStage) -> None:
    complaint = stage.complains()
    stage.registers(complaint)
    stage.shares(complaint)
    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.samira.taps("Niet tevreden")
    stage.quinten.taps_old(CaseTap(complaint))

    stage.quinten.taps("Historie")

    said = {line.what: line for line in shown(stage.quinten, ShowHistory).lines}
    assert said[Step.ASSIGN].text == "Kim"
    assert said[Step.CLASSIFY_YES].text.startswith("Een brief of mail")
    assert said[Happening.REACTION].is_satisfied is False
    assert "niet tevreden" in stage.quinten.text


def test_a_document_is_proof(stage: CaseStage) -> None:
    complaint = stage.complains(is_formal=False)
    stage.registers(complaint, "Onvrede uitgesproken")
    stage.shares(complaint)
    stage.kim.taps("Klant tevreden")
    stage.kim.sends_media(name="mail.pdf", media_type="application/pdf")

    assert shown(stage.kim, ShowCase).told is CaseTold.CLOSED
    assert [job.name for job in stage.jobs] == ["fetch_file"]
    stage.kim.taps("Bewijs")
    assert [job.name for job in stage.jobs] == ["fetch_file", "send_file"]


def test_not_satisfied_goes_on_to_another_solution_and_then_to_a_notary(stage: CaseStage) -> None:
    """Three to choose from; one with ties is refused, the client chooses and both agree, and every step is told."""
    complaint = stage.complains()
    stage.registers(complaint)
    stage.shares(complaint, "Sorry")
    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.samira.taps("Niet tevreden")
    assert news(stage.kim)[-1] is CaseNews.REACTED_NO
    stage.kim.taps_old(CloseTap(complaint, stage.cast.case(complaint).complaint.version))
    assert refusals(stage.kim) == (Hindrance.NOT_SATISFIED, Hindrance.NO_PROOF)
    stage.kim.taps("Andere oplossing")
    stage.kim.sends("Een gesprek")
    stage.shares(complaint, "Meer kunnen we niet doen")
    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.samira.taps("Niet tevreden")
    stage.samira.taps("Iemand van buiten")
    stage.samira.sends("We praten langs elkaar heen")
    assert news(stage.quinten)[-1] is CaseNews.ESCALATED

    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Notarissen")
    stage.quinten.sends("mr. A. Aalders, Tiel\nmr. B. Bos")
    assert shown(stage.quinten, ShowNotaries).faults == (Hindrance.FEWER_THAN_THREE,)
    stage.quinten.taps("Terug")
    stage.quinten.sends("mr. A. Aalders, Tiel\nmr. B. Bos\n- mr. C. Crum, Culemborg")
    stage.quinten.taps("Band: 2")
    assert shown(stage.quinten, ShowNotaries).faults == (Hindrance.TIES,)
    assert "Lijst aanbieden" not in stage.quinten.labels
    stage.quinten.taps("Band: 2")
    stage.quinten.taps("Lijst aanbieden")
    assert news(stage.samira)[-1] is CaseNews.NOTARIES
    stage.quinten.taps("Wij: inzage akkoord")

    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.samira.taps("2. mr. B. Bos")
    assert "Mediation begint" not in stage.quinten.labels
    stage.samira.taps("Akkoord met inzage")
    assert shown(stage.samira, ShowOwnCase).complaint.state is ComplaintState.MEDIATION
    stage.ottelien.taps_old(CaseTap(complaint))
    stage.ottelien.taps("Logboek mediation")
    stage.ottelien.sends("Eerste gesprek gepland op 3 december")
    assert news(stage.samira)[-1] is CaseNews.MEDIATION_STEP
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Mediation klaar")
    stage.quinten.sends("Nieuwe afspraken over communicatie")
    stage.quinten.taps("Sluiten met verslag")
    stage.quinten.sends("Afspraken uitgevoerd")

    assert shown(stage.quinten, ShowCase).complaint.state is ComplaintState.CLOSED
    assert news(stage.samira)[-2:] == [CaseNews.RESULT, CaseNews.CLOSED]


def test_a_complaint_about_a_certificate_holder(stage: CaseStage) -> None:
    """The board decides, the organisation and the team leader hear what, and never from whom."""
    complaint = stage.cast.about_holder()
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Klacht")
    stage.quinten.taps("Onvrede uitgesproken")
    stage.quinten.taps("Speciaal onderzoek")
    assert told(stage.samira) == []
    stage.quinten.taps("Ja, zo besloten")

    assert shown(stage.quinten, ShowCase).complaint.holder_choice is HolderChoice.SPECIAL_INVESTIGATION
    for chat, is_holder in ((stage.samira, True), (stage.tom, False)):
        [decided] = [screen for screen in told(chat) if isinstance(screen, TellHolder)]
        assert (decided.choice, decided.is_holder) == (HolderChoice.SPECIAL_INVESTIGATION, is_holder)
        assert "Ottelien" not in f"{decided}"
    stage.ottelien.taps_old(HolderTap(complaint, HolderChoice.NEXT_REGULAR_AUDIT, 3, is_sure=True))
    assert refusals(stage.ottelien) == (Hindrance.NOT_YOURS,)


def test_who_is_involved_is_marked_with_a_tap(stage: CaseStage) -> None:
    complaint = stage.complains()
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Betrokkenen")
    for expected in (Interest.MARKED, Interest.SUBJECT, None):
        stage.quinten.taps("Kim")
        marks = {person.name: person.mark for person in shown(stage.quinten, ShowInvolved).people}
        assert marks["Kim"] is expected
    stage.quinten.taps("Quinten")
    stage.quinten.taps("Quinten")
    stage.quinten.taps("Quinten")  # it is about himself now, so somebody else takes it away
    assert shown(stage.quinten, ShowInvolved).refused == (Hindrance.ABOUT_YOU,)
    stage.quinten.taps_old(ClassifyTap(complaint, 0, 1))
    assert refusals(stage.quinten) == (Hindrance.ABOUT_YOU,)


# ---------------------------------------------------------------------------------------------------- passing it on


def test_everybody_at_a_body_passes_a_signal_on_in_two_taps(stage: CaseStage) -> None:
    """A tap, a text, a tap; the audit at hand is filled in, so that its team cannot handle it."""
    stage.cast.accept("Ada")
    stage.ada.sends("/menu")
    stage.ada.taps("Signaal doorgeven")
    assert shown(stage.ada, AskWhatHappened).about == "Welzijn Rivierenland"
    stage.ada.sends("De contactpersoon was boos over de planning")
    stage.ada.taps("Doorgeven")

    assert shown(stage.ada, SignalSent).number == "K2026-1"
    found = stage.cast.case(ComplaintId(1))
    assert (found.channel, found.client, found.audit) == ("oral", "Welzijn Rivierenland", stage.cast.audit)
    assert [type(screen) for screen in told(stage.quinten)] == [TellSignal]
    stage.ada.taps_old(SendSignalTap())
    assert shown(stage.ada, SayTrouble).trouble is Trouble.AGED


def test_the_secretariat_chooses_the_body(stage: CaseStage) -> None:
    sanne = stage.of("Sanne")
    sanne.sends("/signaal")
    sanne.sends("Een gemeente belde over een wijkteam")
    sanne.taps("CI Kompas")
    sanne.taps("Hoe het binnenkwam")
    sanne.taps("Telefoon")
    sanne.taps("Gecertificeerd lid")
    sanne.sends("Welzijn Elders")
    sanne.taps("Doorgeven")

    found = stage.cast.case(ComplaintId(1))
    assert (found.channel, found.holder) == ("phone", "Welzijn Elders")


def test_an_auditor_does_not_name_a_holder_whose_audit_they_are_at(stage: CaseStage) -> None:
    """The audit at hand says whom it is about, and that its team cannot handle it."""
    stage.cast.accept("Ada")
    stage.ada.sends("/signaal")
    stage.ada.sends("Een burger vertelde dat niemand terugbelt")
    stage.ada.taps("Gecertificeerd lid")
    stage.ada.taps("Doorgeven")

    found = stage.cast.case(ComplaintId(1))
    assert (found.complaint.subject, found.holder) == (Subject.CERTIFICATE_HOLDER, "Welzijn Rivierenland")
    assert found.audit == stage.cast.audit


def test_every_kind_of_case_is_opened_from_the_register() -> None:
    """A row without a button would be a dead end."""
    assert set(OPENS) == set(CaseKind)
    assert len({opens(7).pack() for opens in OPENS.values()}) == 2


def test_personal_data_is_not_kept(stage: CaseStage) -> None:
    stage.samira.sends("/klacht")
    stage.samira.sends("Bel mevrouw op 06-12345678")

    shown(stage.samira, SayNotKept)
    stage.samira.taps_old(SendSignalTap())
    assert shown(stage.samira, SayTrouble).trouble is Trouble.AGED


def test_an_answer_of_the_audit_day_is_passed_on_once(stage: CaseStage) -> None:
    """What sounds like displeasure is proposed; a person confirms it, and a colleague sees that it was done."""
    stage.cast.accept("Tom", "Ada")
    stage.cast.start()
    stage.now = stage.clock.now = stage.now.replace(month=12, day=2)
    day = "2026-12-01"
    with stage.database.begin() as work:
        judging = work.judging(work.actor(stage.ada.id))
        judging.answer_day(
            stage.cast.audit, date(2026, 12, 1), "displeasure", Mood.DISPLEASED, "Te veel haast", stage.now, seen=0
        )
    stage.ada.taps_old(DayTap(day))
    stage.ada.taps("Vraag 3")
    assert "Dit kan een klacht zijn" in stage.ada.text
    stage.ada.taps("Geef vraag 3 door")
    assert shown(stage.ada, ConfirmSignal).text == "Te veel haast"
    stage.ada.taps("Doorgeven")
    assert shown(stage.ada, SignalSent).number == "K2026-1"

    stage.tom.taps_old(DayTap(day))
    assert "Geef vraag 3 door" not in stage.tom.labels
    assert "Doorgegeven aan de portefeuillehouder Q" in stage.tom.text
    assert "Dit kan een klacht zijn" not in stage.tom.text
    stage.tom.taps_old(DaySignalTap(day, 2))
    stage.tom.taps("Doorgeven")
    assert shown(stage.tom, SignalKnown).number == "K2026-1"
    assert stage.cast.case(ComplaintId(1)).channel == "evaluation_form"


# ------------------------------------------------------------------------------------------------- looking things up


def test_the_register_is_searched_and_filtered(stage: CaseStage) -> None:
    first = stage.cast.in_treatment("Kim")
    stage.cast.notes("Kim", first, Happening.ROOT_CAUSE, text="Verkeerde afslag")
    second = stage.cast.reported("Ottelien", "Rekening onduidelijk", channel="phone").id
    stage.cast.steps("Quinten", second, Step.CLASSIFY_NO, text="Vraag beantwoord")

    stage.ottelien.sends("/casusregister")
    assert [row.number for row in shown(stage.ottelien, ShowCaseRegister).rows] == ["K2026-1"]
    stage.ottelien.sends("rekening")
    assert [row.number for row in shown(stage.ottelien, ShowCaseRegister).rows] == ["K2026-2"]
    stage.ottelien.sends("afslag")
    assert [row.number for row in shown(stage.ottelien, ShowCaseRegister).rows] == ["K2026-1"]
    stage.ottelien.sends(".")
    assert shown(stage.ottelien, ShowCaseRegister).total == 2
    stage.kim.sends("/casusregister")
    stage.kim.taps("Alles")
    assert [row.number for row in shown(stage.kim, ShowCaseRegister).rows] == ["K2026-1"]
    for label_ in ("Word", "Excel", "Anoniem"):
        assert label_ not in stage.kim.labels
    stage.kim.taps_old(ExportTap(Form.EXCEL))
    assert shown(stage.kim, SayTrouble).trouble is Trouble.NOT_ALLOWED
    stage.kim.taps_old(ReviewTap(2026, 0))
    assert shown(stage.kim, SayTrouble).trouble is Trouble.NOT_ALLOWED
    stage.kim.taps_old(ReviewDocumentTap(2026, 0))
    assert shown(stage.kim, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.jobs == []


def test_a_year_is_counted_for_the_management_review(stage: CaseStage) -> None:
    complaint = stage.cast.in_treatment("Kim")
    stage.cast.notes("Kim", complaint, Happening.MEASURE, text="Voortaan bellen we")
    stage.cast.notes("Kim", complaint, Happening.THEME, theme="planning")

    stage.quinten.sends("/menu")
    stage.quinten.taps("Managementreview")
    found = shown(stage.quinten, ShowReview)
    assert (found.review.total, found.review.open) == (1, 1)
    assert found.themes == (("🗓 Planning en termijnen", 1),)
    assert [line.text for _, line in found.review.measures] == ["Voortaan bellen we"]
    stage.quinten.taps("Kwartaal 1")
    assert shown(stage.quinten, ShowReview).review.total == 0
    stage.quinten.taps("Overzicht (Word)")
    assert shown(stage.quinten, ShowReview).is_coming
    assert [(job.name, job.data) for job in stage.jobs] == [("case_review", {"year": 2026, "quarter": 1})]


def test_an_old_button_shows_how_it_stands_now(stage: CaseStage) -> None:
    complaint = stage.complains()
    stage.registers(complaint)

    stage.quinten.taps_old(ClassifyTap(complaint, 0, 1))

    assert shown(stage.quinten, ShowCase).told is CaseTold.CHANGED


def test_who_has_no_part_in_it_gets_the_ordinary_no(stage: CaseStage) -> None:
    complaint = stage.complains()

    for name in ("Tom", "Ada", "Bea", "Sanne", "Wies", "Hans", "Noor", "Sam"):
        chat = stage.of(name)
        for tap in (CaseTap(complaint), OwnCaseTap(complaint), ReactTap(complaint, is_satisfied=True, version=1)):
            chat.taps_old(tap)
            assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    for name in ("Tom", "Samira", "Bea"):
        stage.of(name).taps_old(CasesTap())
        assert shown(stage.of(name), SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.cast.case(complaint).complaint.version == 1
    assert TEXT in stage.cast.case(complaint).text


def test_who_has_no_role_hears_where_a_complaint_can_go(stage: CaseStage) -> None:
    stranger = stage.chat(4_000, "Iemand")

    for command in ("/klacht", "/signaal"):
        stranger.sends(command)
        assert shown(stranger, SayTrouble).trouble is Trouble.COMPLAIN_ELSEWHERE


def test_who_works_on_cases_is_not_sent_to_a_norm(stage: CaseStage) -> None:
    """After /stop what Kim types belongs nowhere; she has no norms to open."""
    stage.kim.sends("/menu")
    stage.kim.sends("/stop")

    stage.kim.sends("Voortaan bellen we")

    assert stage.kim.screen == SayTrouble(Trouble.NOTHING_ASKED)
    assert "norm" not in stage.kim.text


def test_whom_the_bot_cannot_reach_is_told_by_a_person(stage: CaseStage) -> None:
    """A holder whose name was only typed uses no bot and has no audit here: nobody hears it by itself."""
    subject = Subject.CERTIFICATE_HOLDER
    complaint = stage.cast.reported("Ottelien", "Een wijkteam reageert niet", subject=subject, holder="Buurtwerk").id
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Klacht")
    stage.quinten.taps("Onvrede uitgesproken")

    stage.quinten.taps("Speciaal onderzoek")
    assert "vertel het zelf" in stage.quinten.text
    stage.quinten.taps("Ja, zo besloten")

    assert shown(stage.quinten, ShowCase).told is CaseTold.BOTH_UNTOLD
    assert "krijgen bericht" not in stage.quinten.text


def test_what_a_mediation_led_to_stays_in_sight(stage: CaseStage) -> None:
    """The proposal that nobody wanted is not what a closed case ends with."""
    complaint = stage.complains()
    stage.registers(complaint)
    stage.shares(complaint, "Sorry")
    cast, agreed = stage.cast, "Nieuwe afspraken"
    notaries = tuple(Notary(f"mr. {name}", "Tiel") for name in ("Aalders", "Bos", "Crum"))
    cast.steps("Kim", complaint, Step.ESCALATE, text="Het lukt niet")
    cast.notes("Quinten", complaint, Happening.OFFER_NOTARIES, notaries=notaries)
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Wij: inzage akkoord")
    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.samira.taps("1. mr. Aalders")
    stage.samira.taps("Akkoord met inzage")
    cast.steps("Quinten", complaint, Step.END_MEDIATION, text=agreed)
    stage.quinten.taps_old(CaseTap(complaint))
    stage.quinten.taps("Sluiten met verslag")
    stage.quinten.sends("Gedaan")
    assert cast.case(complaint).complaint.is_satisfied is None  # nobody asked, so a year does not count a yes

    stage.samira.taps_old(OwnCaseTap(complaint))
    stage.quinten.taps_old(CaseTap(complaint))

    assert agreed in stage.samira.text
    assert "Sorry" not in stage.samira.text
    assert agreed in stage.quinten.text
