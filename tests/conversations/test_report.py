"""The report as the team leader makes it and the member reads it; scene 12 of the screenplay."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.kit import Tap
from conversations.report_taps import (
    AcceptTap,
    BlocksTap,
    CloseOutTap,
    ConfirmSendTap,
    CorrectionTap,
    CorrectTap,
    FieldTap,
    FillInTap,
    MailTap,
    MemberNormTap,
    MemberReportTap,
    PointTap,
    ReportDocumentTap,
    ReportForm,
    ReportNormsTap,
    ReportNormTap,
    ReportTap,
    RespondTap,
    SendTap,
    SkipFieldTap,
    TakeOverTap,
)
from domain.audit import AuditId, FindingId, FindingKind, Stage, Tone
from domain.framework import NormId
from domain.process import EventKind
from domain.report import Ruling, VersionId
from domain.report_check import Obstacle
from domain.report_format import FieldId, Moment
from domain.roles import Role
from domain.verdicts import Verdict
from storage.sql.database import Database
from templates.common_screens import Trouble
from templates.judging_screens import SayNotKept, ShowConsensusNorm, ShowVerdictNorm
from templates.report_screens import (
    AskAnswer,
    AskCorrection,
    AskField,
    AskMailDate,
    ChoosePoints,
    ConfirmResponse,
    ConfirmSend,
    MakeReport,
    ReportTold,
    ShowBlock,
    ShowCloseOut,
    ShowCorrection,
    ShowCorrections,
    ShowMemberNorm,
    ShowMemberReport,
    ShowReport,
    ShowReportNorm,
    ShowReportNorms,
    TellResponse,
)
from tests.conftest import MovableClock
from tests.conversations import report_stage
from tests.conversations.report_stage import ReportStage, shown, trouble
from tests.storage.report_cast import CHATS

stage = report_stage.stage
V5 = NormId("V5")


def text_in(stage: ReportStage, field: str, moment: Moment = Moment.DRAFT) -> str:
    with stage.cast.reports("Tom") as store:
        drafted = store.drafted(stage.cast.audit, moment, stage.now.date())
        return next(item.text for item in drafted.made.filled if item.field.id == field)


def events(stage: ReportStage) -> dict[EventKind, date]:
    with stage.database.begin() as work:
        return {event.kind: event.on for event in work.process(work.actor(CHATS["Tom"])).events(stage.cast.audit)}


def sent(stage: ReportStage) -> VersionId:
    """Let Tom send the draft, and Telegram deliver it."""
    stage.cast.fill_in()
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Naar het lid")
    stage.tom.taps("Ja, verstuur")
    stage.cast.received(stage.now.date())
    return shown(stage.tom, ShowReport).versions[0].id


# ---------------------------------------------------------------------------------------------- the overview


def test_the_menu_of_an_audit_leads_to_what_is_missing(stage: ReportStage) -> None:
    """Deel A: 13 velden ontbreken · Deel B: compleet."""
    stage.tom.sends("/menu")
    stage.tom.taps("Rapport")

    screen = shown(stage.tom, ShowReport)
    assert screen.missing[:3] == ("Adres", "Contactpersoon", "Telefoon")
    assert "13 velden ontbreken" in stage.tom.text
    assert "Deel B: compleet" in stage.tom.text
    assert {"Aanvullen", "Word", "PDF", "Naar het lid"} <= set(stage.tom.labels)


def test_an_auditor_reads_without_the_buttons(stage: ReportStage) -> None:
    stage.ada.taps_old(ReportTap())

    assert "Aanvullen" not in stage.ada.labels
    assert "Naar het lid" not in stage.ada.labels
    assert "Word" in stage.ada.labels


@pytest.mark.parametrize("name", ["Bea", "Samira", "Sam", "Noor"])
def test_the_office_and_the_member_see_nothing_of_it(stage: ReportStage, name: str) -> None:
    for tap in (ReportTap(), BlocksTap(0), ReportNormsTap(None), ReportNormTap(V5), CloseOutTap()):
        stage.of(name).taps_old(tap)
        assert trouble(stage.of(name)) in (Trouble.NOT_ALLOWED, Trouble.AGED)


def test_a_document_is_made_beside_the_turn(stage: ReportStage) -> None:
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Word")

    assert stage.jobs[-1].name == "audit_report"
    assert stage.jobs[-1].data == {"audit": stage.cast.audit, "form": "word", "is_summary": False}
    assert shown(stage.tom, MakeReport)


# ------------------------------------------------------------------------------------------------ fields


def test_missing_fields_are_asked_one_by_one(stage: ReportStage) -> None:
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Aanvullen")
    assert shown(stage.tom, AskField).label == "Adres"

    stage.tom.sends("Dorpsstraat 2, Tiel")

    assert shown(stage.tom, AskField).label == "Contactpersoon"
    assert text_in(stage, "address") == "Dorpsstraat 2, Tiel"


def test_what_is_skipped_is_asked_again_and_what_may_stay_empty_is_not(stage: ReportStage) -> None:
    stage.tom.taps_old(FieldTap(FieldId("website"), True))
    stage.tom.taps("Overslaan")

    stage.tom.taps_old(FillInTap())
    labels = []
    while isinstance(stage.tom.screen, AskField | ChoosePoints):
        labels.append(
            stage.tom.screen.label if isinstance(stage.tom.screen, AskField) else stage.tom.screen.field.label
        )
        stage.tom.taps("Overslaan" if isinstance(stage.tom.screen, AskField) else "Verder")
    assert "Website" not in labels
    assert labels[0] == "Adres"
    assert labels[-2:] == ["Sterke punten", "Belangrijkste verbeterpunten"]
    assert shown(stage.tom, ShowReport)


def test_a_proposal_is_taken_over_with_one_tap(stage: ReportStage) -> None:
    stage.tom.taps_old(FieldTap(FieldId("hours_on_site"), True))
    assert shown(stage.tom, AskField).proposal == "48"

    stage.tom.taps("Overnemen")

    assert text_in(stage, "hours_on_site") == "48"


def test_a_phone_number_belongs_in_the_contact_fields_and_nowhere_else(stage: ReportStage) -> None:
    stage.tom.taps_old(FieldTap(FieldId("phone"), False))
    stage.tom.sends("06 12 34 56 78")
    assert text_in(stage, "phone") == "06 12 34 56 78"

    stage.tom.taps_old(FieldTap(FieldId("sketch"), False))
    stage.tom.sends("Bel Jan op 06 12 34 56 78")
    assert shown(stage.tom, SayNotKept)
    assert text_in(stage, "sketch") == ""


def test_points_are_chosen_from_what_was_flagged(stage: ReportStage) -> None:
    for number in range(5):
        stage.cast.notes(["V2"], tone=Tone.STRONG, text=f"Sterk punt {number}")
    stage.tom.taps_old(FieldTap(FieldId("strengths"), True))
    assert len(shown(stage.tom, ChoosePoints).points) == 6

    for button in ("1", "2", "3", "4", "5"):
        stage.tom.taps(button)

    screen = shown(stage.tom, ChoosePoints)
    assert screen.told is ReportTold.FULL
    assert screen.text.splitlines() == ["Sterk team", "Sterk punt 0", "Sterk punt 1", "Sterk punt 2"]
    stage.tom.taps("1")
    assert shown(stage.tom, ChoosePoints).text.splitlines()[0] == "Sterk punt 0"


def test_a_field_that_a_colleague_changed_is_not_overwritten(stage: ReportStage) -> None:
    stage.tom.taps_old(FieldTap(FieldId("sketch"), False))
    stage.cast.write("sketch", "Van de andere telefoon")

    stage.tom.sends("Mijn tekst")

    screen = shown(stage.tom, AskField)
    assert (screen.told, screen.text) == (ReportTold.CHANGED, "Van de andere telefoon")


def test_a_text_that_is_too_long_is_refused(stage: ReportStage) -> None:
    stage.tom.taps_old(FieldTap(FieldId("sketch"), False))
    stage.tom.sends("woord " * 600)

    assert shown(stage.tom, AskField).told is ReportTold.TOO_LONG
    assert text_in(stage, "sketch") == ""


def test_every_field_can_be_changed_from_its_block(stage: ReportStage) -> None:
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Deel A")
    assert shown(stage.tom, ShowBlock).number == 1
    stage.tom.taps("Volgend blok")
    stage.tom.taps("1")
    assert shown(stage.tom, AskField).text == "CI Kompas"

    stage.tom.sends("CI Kompas BV")

    assert text_in(stage, "ci_name") == "CI Kompas BV"


# ------------------------------------------------------------------------------------------------- part B


def test_from_a_sentence_to_its_source(stage: ReportStage) -> None:
    """The text of a norm opens the findings behind it."""
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Deel B")
    assert shown(stage.tom, ShowReportNorms).counts[Verdict.PARTIAL] == 1
    stage.tom.taps(ReportNormTap(V5))
    screen = shown(stage.tom, ShowReportNorm)
    assert (screen.row.findings, screen.row.suggestions) == ("Dit zagen wij bij V5", ("Begin klein",))
    assert screen.findings == 4

    stage.tom.taps("Bevindingen")

    assert shown(stage.tom, ShowVerdictNorm).norm.id == V5


def test_the_text_is_changed_where_it_is_made(stage: ReportStage) -> None:
    """Whatever is typed after "Tekst wijzigen" is the text, and no note in the tray."""
    stage.tom.taps_old(ReportNormTap(V5))
    stage.tom.taps("Tekst wijzigen")
    stage.tom.sends("Zo staat het er beter")

    screen = shown(stage.tom, ShowConsensusNorm)
    assert (screen.norm.id, screen.rationale) == (V5, "Zo staat het er beter")


def test_the_text_of_a_norm_that_is_open_again_waits_for_the_team(stage: ReportStage) -> None:
    with stage.cast.judges("Tom") as (judging, audit):
        judging.draft(audit.id, V5, stage.cast.now, seen=1)
    stage.tom.taps_old(ReportNormTap(V5))
    stage.tom.taps("Tekst wijzigen")

    assert shown(stage.tom, ShowConsensusNorm).norm.id == V5


def test_a_norm_names_only_what_it_lacks_itself(stage: ReportStage) -> None:
    with stage.cast.judges("Tom") as (judging, audit):
        for norm in ("V1", "V5"):
            judging.draft(audit.id, NormId(norm), stage.cast.now, seen=1)
    stage.tom.taps_old(ReportNormTap(V5))

    assert [blocker.norms for blocker in shown(stage.tom, ShowReportNorm).blockers] == [(V5,)]


def test_tips_and_documents_can_be_left_out_or_written_anew(stage: ReportStage) -> None:
    stage.tom.taps_old(ReportNormTap(V5))
    stage.tom.taps("Tips")
    stage.tom.taps("Overslaan")
    stage.tom.taps_old(ReportNormTap(V5))
    assert shown(stage.tom, ShowReportNorm).row.suggestions == ()

    stage.tom.taps_old(ReportNormsTap(None))
    stage.tom.taps("Documenten")
    stage.tom.sends("Beleidsplan\nRooster")
    stage.tom.taps("Terug")
    assert shown(stage.tom, ShowReportNorms).documents == ("Beleidsplan", "Rooster")


# ---------------------------------------------------------------------------------------------- close-out


def test_the_close_out_says_what_to_do_and_leads_there(stage: ReportStage) -> None:
    with stage.cast.judges("Tom") as (judging, audit):
        judging.draft(audit.id, NormId("V1"), stage.cast.now, seen=1)
    stage.tom.taps_old(ReportTap())
    assert "48 van 49 normen vastgesteld" in stage.tom.text

    stage.tom.taps("Naar het lid")

    found = {item.obstacle for item in shown(stage.tom, ShowCloseOut).blockers}
    assert found == {Obstacle.NORM_OPEN, Obstacle.FIELD_MISSING}
    assert "Leg eerst vast" in stage.tom.text
    stage.tom.taps("V1")
    assert shown(stage.tom, ShowReportNorm).row.norm == "V1"


# ------------------------------------------------------------------------------------------------ sending


def test_sending_freezes_the_report_and_queues_it_for_the_member(stage: ReportStage) -> None:
    stage.cast.fill_in()
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Naar het lid")
    assert shown(stage.tom, ConfirmSend).readers == ("Samira",)

    stage.tom.taps("Ja, verstuur")

    screen = shown(stage.tom, ShowReport)
    assert (screen.told, screen.versions[0].moment, screen.moment) == (ReportTold.SENT, Moment.DRAFT, Moment.FINAL)
    job = stage.jobs[-1]
    assert (job.name, job.data["to_chat"], job.data["version"]) == (
        "send_report", CHATS["Samira"], screen.versions[0].id,
    )  # fmt: skip
    assert EventKind.DRAFT_RECEIVED not in events(stage)  # not before Telegram took it


def test_a_second_tap_on_send_sends_nothing_twice(stage: ReportStage) -> None:
    stage.cast.fill_in()
    stage.tom.taps_old(ConfirmSendTap(stage.cast.audit, Moment.DRAFT))
    stage.tom.taps_old(ConfirmSendTap(stage.cast.audit, Moment.FINAL))  # of a screen that never was

    with stage.cast.reports("Tom") as store:
        assert [version.moment for version in store.versions(stage.cast.audit)] == [Moment.DRAFT]
    assert shown(stage.tom, ShowCloseOut).blockers[0].obstacle is Obstacle.NOT_CLOSED


def test_what_went_by_mail_gets_a_date(stage: ReportStage) -> None:
    stage.cast.fill_in()
    stage.tom.taps_old(SendTap(Moment.DRAFT))
    stage.tom.taps("Per mail verstuurd")
    stage.tom.sends("ergens vorige week of zo")
    assert shown(stage.tom, AskMailDate).told is ReportTold.NO_DATE
    stage.tom.sends("1 januari 2099")
    assert shown(stage.tom, AskMailDate).told is ReportTold.FUTURE

    stage.tom.sends("20 november 2026")

    assert shown(stage.tom, ShowReport).told is ReportTold.MAILED
    assert events(stage)[EventKind.DRAFT_RECEIVED] == date(2026, 11, 20)


def test_what_did_not_arrive_by_chat_can_be_mailed_after_all(stage: ReportStage) -> None:
    """The coordinator may have blocked the bot; the version that was frozen stays the one that counts."""
    stage.cast.fill_in()
    stage.tom.taps_old(ConfirmSendTap(stage.cast.audit, Moment.DRAFT))
    stage.tom.taps("Per mail ontvangen")
    stage.tom.sends("20 november 2026")

    screen = shown(stage.tom, ShowReport)
    assert (screen.told, len(screen.versions), screen.versions[0].received_on) == (
        ReportTold.MAILED, 1, date(2026, 11, 20),
    )  # fmt: skip
    assert events(stage)[EventKind.DRAFT_RECEIVED] == date(2026, 11, 20)
    assert "Per mail ontvangen" not in stage.tom.labels


def test_a_draft_can_be_sent_again_before_the_final_report(stage: ReportStage) -> None:
    sent(stage)
    stage.tom.taps("Naar het lid")
    assert shown(stage.tom, ShowCloseOut).moment is Moment.FINAL
    stage.tom.taps("Nog een concept")
    stage.tom.taps("Ja, verstuur")

    assert [version.number for version in shown(stage.tom, ShowReport).versions] == [2, 1]


def test_a_member_that_nobody_reaches_gets_it_by_mail(stage: ReportStage) -> None:
    with stage.database.begin() as work:
        from storage.sql.actors import mark_unreachable

        mark_unreachable(work, CHATS["Samira"])
    stage.cast.fill_in()
    stage.tom.taps_old(SendTap(Moment.DRAFT))

    assert shown(stage.tom, ConfirmSend).readers == ()
    assert "Ja, verstuur" not in stage.tom.labels


def test_the_final_report_follows_the_closed_audit(stage: ReportStage) -> None:
    version = sent(stage)
    stage.samira.taps_old(RespondTap(version, True))
    stage.cast.goes_to(Stage.CLOSED)
    stage.cast.fill_in(Moment.FINAL)
    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Naar het lid")
    stage.tom.taps("Ja, verstuur")
    stage.cast.received(stage.now.date())

    assert shown(stage.tom, ShowReport).moment is Moment.SUMMARY
    assert "Naar het lid" not in stage.tom.labels
    assert EventKind.FINDINGS_FINAL in events(stage)
    stage.samira.taps_old(MemberReportTap(None))
    assert shown(stage.samira, ShowMemberReport).version.moment is Moment.FINAL
    assert "Geen opmerkingen" not in stage.samira.labels


def test_after_an_additional_investigation_the_report_goes_with_its_addendum(
    database: Database, clock: MovableClock
) -> None:
    """The team fills in how it went; the member reads in the chat what was, what was planned, and what is."""
    stage = ReportStage(database, clock, **dict.fromkeys(("O1", "O2", "O3", "O4", "O5"), Verdict.NOT_MET))
    stage.cast.goes_to(Stage.CLOSED)
    stage.cast.sent(Moment.FINAL)
    stage.cast.received(stage.now.date())
    stage.cast.follow_up(stage.now.date())

    stage.tom.taps_old(ReportTap())
    assert (shown(stage.tom, ShowReport).moment, shown(stage.tom, ShowReport).has_addendum) == (Moment.ADDENDUM, True)
    stage.tom.taps("Addendum")
    assert "Intervisie bij V5" in stage.tom.text
    stage.tom.taps_old(FieldTap(FieldId("followup_course"), False))
    assert shown(stage.tom, AskField).label == "Verloop aanvullend onderzoek"
    stage.tom.sends("Op twee plekken, met vier functies.")
    stage.tom.taps("Terug")
    assert shown(stage.tom, ShowBlock).title == "Aanvullend onderzoek"
    stage.tom.taps("Terug")
    stage.tom.taps("Naar het lid")
    stage.tom.taps("Ja, verstuur")
    stage.cast.received(stage.now.date())

    assert shown(stage.tom, ShowReport).moment is Moment.SUMMARY
    assert stage.jobs[-1].name == "send_report"
    stage.samira.taps_old(MemberReportTap(None))
    assert shown(stage.samira, ShowMemberReport).version.moment is Moment.ADDENDUM
    assert "49 voldoet" in stage.samira.text
    stage.samira.taps("Addendum")
    assert "Op twee plekken, met vier functies." in stage.samira.text
    stage.samira.taps("Meer")
    assert "Conclusie" in stage.samira.text
    stage.samira.taps("Terug")
    assert isinstance(stage.samira.screen, ShowMemberReport)
    stage.tom.taps_old(ConfirmSendTap(stage.cast.audit, Moment.DRAFT))
    assert trouble(stage.tom) is Trouble.AGED


# ---------------------------------------------------------------------------------------------- the member


def test_the_member_has_no_report_before_it_was_sent(stage: ReportStage) -> None:
    stage.samira.sends("/menu")
    assert "Conceptrapport" not in stage.samira.labels

    stage.samira.taps_old(MemberReportTap(None))
    assert trouble(stage.samira) is Trouble.NOT_ALLOWED


def test_the_member_reads_per_norm_what_was_found(stage: ReportStage) -> None:
    sent(stage)
    stage.samira.sends("/menu")
    stage.samira.taps("Conceptrapport")
    assert shown(stage.samira, ShowMemberReport).counts[Verdict.PARTIAL] == 1
    stage.samira.taps("Vakmanschap")
    stage.samira.taps("V5 🟠")

    row = shown(stage.samira, ShowMemberNorm).row
    assert (row.verdict, row.findings) == (Verdict.PARTIAL, "Dit zagen wij bij V5")


def test_no_remarks_ends_the_reaction(stage: ReportStage) -> None:
    version = sent(stage)
    stage.samira.taps_old(MemberReportTap(version))
    stage.samira.taps("Geen opmerkingen")
    assert shown(stage.samira, ConfirmResponse).corrections == 0
    stage.samira.taps("Ja, klaar")

    assert shown(stage.samira, ShowMemberReport).told is ReportTold.RESPONDED
    assert EventKind.DRAFT_RESPONSE_RECEIVED in events(stage)
    assert stage.tom.received[-1].screen == TellResponse("Welzijn Rivierenland", 0)
    stage.samira.taps_old(CorrectTap(version, V5))
    assert shown(stage.samira, ShowMemberReport).told is ReportTold.CLOSED


def test_a_fact_that_is_not_right_goes_to_the_team_leader_who_answers(stage: ReportStage) -> None:
    version = sent(stage)
    stage.samira.taps_old(MemberNormTap(version, V5))
    stage.samira.taps("Dit klopt niet")
    assert shown(stage.samira, AskCorrection)
    stage.samira.sends("Het zijn er drie")
    said = shown(stage.samira, ShowMemberNorm)
    assert said.correction is not None
    assert said.correction.text == "Het zijn er drie"
    stage.samira.taps_old(MemberReportTap(version))
    stage.samira.taps("Verstuur reactie 1")
    stage.samira.taps("Ja, klaar")

    stage.tom.taps_old(ReportTap())
    stage.tom.taps("Reactie lid 1")
    assert len(shown(stage.tom, ShowCorrections).corrections) == 1
    stage.tom.taps("V5")
    stage.tom.taps("Antwoorden")
    assert shown(stage.tom, AskAnswer)
    stage.tom.sends("Wij telden er vier in het rooster")

    assert shown(stage.tom, ShowCorrection).correction.ruling is Ruling.ANSWERED
    stage.samira.taps_old(MemberNormTap(version, V5))
    assert "Wij telden er vier" in stage.samira.text


def test_an_accepted_correction_opens_the_text(stage: ReportStage) -> None:
    version = sent(stage)
    with stage.cast.reports("Samira") as store:
        store.correct(version, V5, "Het zijn er drie", stage.now)
        store.respond(version, stage.now)
    stage.tom.taps_old(CorrectionTap(version, V5))
    stage.tom.taps("Overnemen")
    assert shown(stage.tom, ShowCorrection).told is ReportTold.ACCEPTED

    stage.tom.taps("Tekst wijzigen")
    stage.tom.sends("Er zijn er drie")

    screen = shown(stage.tom, ShowConsensusNorm)
    assert (screen.norm.id, screen.rationale) == (V5, "Er zijn er drie")


def test_an_accepted_correction_in_a_closed_audit_leads_to_its_stage(stage: ReportStage) -> None:
    """Settling is possible again once the audit is back at the consensus."""
    version = sent(stage)
    with stage.cast.reports("Samira") as store:
        store.correct(version, V5, "Het zijn er drie", stage.now)
        store.respond(version, stage.now)
    stage.cast.goes_to(Stage.CLOSED)
    stage.tom.taps_old(AcceptTap(version, V5, 1))

    assert "Tekst wijzigen" not in stage.tom.labels
    assert "Fase van de toetsing" in stage.tom.labels


def test_a_correction_is_taken_back(stage: ReportStage) -> None:
    version = sent(stage)
    stage.samira.taps_old(CorrectTap(version, None))
    stage.samira.sends("Ons nummer is 06 12 34 56 78")
    assert shown(stage.samira, ShowMemberReport).told is ReportTold.CORRECTED
    stage.samira.taps_old(CorrectTap(version, None))
    stage.samira.taps("Terugnemen")

    assert shown(stage.samira, ShowMemberReport).corrections == ()


def test_the_report_opens_in_the_role_that_it_was_sent_to(stage: ReportStage) -> None:
    """The message may come while the coordinator works somewhere else."""
    version = sent(stage)
    with stage.database.begin() as work:
        _, token = work.people(work.actor(CHATS["Bea"])).invite(Role.PEER_AUDITOR, stage.now)
        work.people(work.actor(CHATS["Samira"])).accept(token, stage.now)
        assert work.actor(CHATS["Samira"]).role is Role.PEER_AUDITOR

    stage.samira.taps_old(MemberReportTap(version))

    assert shown(stage.samira, ShowMemberReport).version.id == version
    with stage.database.begin() as work:
        assert work.actor(CHATS["Samira"]).role is Role.COORDINATOR


# ------------------------------------------------------------------------------------------------ hostile

OTHER = AuditId(10**9)
FORGED: list[Tap] = [
    FieldTap(FieldId("geen_veld"), True),
    FieldTap(FieldId("suggestions.V99"), False),
    TakeOverTap(OTHER, FieldId("scope"), 0),
    TakeOverTap(AuditId(1), FieldId("geen_veld"), 0),
    SkipFieldTap(AuditId(1), FieldId("geen_veld"), 0),
    PointTap(AuditId(1), FieldId("scope"), FindingId(1), 0),
    PointTap(AuditId(1), FieldId("strengths"), FindingId(999), 0),
    ReportNormTap(NormId("X1")),
    SendTap(Moment.SUMMARY),
    ConfirmSendTap(OTHER, Moment.DRAFT),
    MailTap(AuditId(1), Moment.SUMMARY),
    CorrectionTap(VersionId(99), V5),
    AcceptTap(VersionId(99), None, 1),
]


@pytest.mark.parametrize("tap", FORGED, ids=repr)
def test_a_forged_button_changes_nothing(stage: ReportStage, tap: Tap) -> None:
    stage.tom.taps_old(tap)

    assert trouble(stage.tom) is Trouble.AGED
    with stage.cast.reports("Tom") as store:
        drafted = store.drafted(stage.cast.audit, Moment.DRAFT, stage.now.date())
        assert drafted.written == {}
        assert store.versions(stage.cast.audit) == ()


def test_a_report_of_another_organisation_is_not_reached(stage: ReportStage) -> None:
    version = sent(stage)
    for name in ("Ina", "Sam", "Bea"):
        for tap in (MemberReportTap(version), MemberNormTap(version, V5), CorrectTap(version, V5)):
            stage.of(name).taps_old(tap)
            assert trouble(stage.of(name)) is Trouble.NOT_ALLOWED


def test_documents_that_were_seen_are_told_per_rubric(stage: ReportStage) -> None:
    stage.cast.notes(["V3"], kind=FindingKind.REGISTRATION, text="Verzuimcijfers")
    stage.ada.taps_old(ReportNormsTap(None))

    assert "Verzuimcijfers" in shown(stage.ada, ShowReportNorms).documents
    assert ReportDocumentTap(ReportForm.WORD, True).pack()
