"""Field work on the phone: interviews, findings, quick notes and the in-tray (scenes 8 and 9)."""

from __future__ import annotations

import pytest

from conversations.audit_taps import InterviewTap, NormOfAuditTap, NoteTap
from conversations.fieldwork_taps import (
    FindingTap,
    GoOnTap,
    KindTap,
    Put,
    PutTap,
    ReplaceTap,
    TakeBackTap,
    ToneTap,
    UndoFindingTap,
)
from conversations.kit import MediaKind
from domain.audit import AuditId, FindingId, FindingKind, Stage, Tone
from domain.audit_days import Variant
from storage.audit_interfaces import PlanChange
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from storage.sql import tables as t
from templates.audit_screens import AcceptFirst, NotInThisStage, ShowAuditMenu
from templates.commands import commands_for
from templates.common_screens import SayTrouble
from templates.fieldwork_screens import (
    AskInTalk,
    AskLine,
    AskReplacement,
    AskWhoIsThis,
    ChooseFunctions,
    EditInOtherRole,
    FieldEvent,
    ListTalks,
    NormsThatFit,
    NotKept,
    OfferNote,
    PickNorm,
    ProposeNorms,
    ShowAuditNorm,
    ShowFinding,
    ShowHintsOfNorm,
    ShowMemberSays,
    ShowTalk,
    ShowTray,
    TellField,
)
from tests.conversations.audit_stage import TOM, current, founded
from tests.conversations.field_stage import D9, V1, V5, FieldStage, ada, interviewing, notice, shown, stage, tom
from tests.scenes.stage import StageChat

__all__ = ["ada", "stage", "tom"]

NOTE = "Teams delen geleerde lessen in het kenniscafé, verslag gezien"

# -------------------------------------------------------------------------------------------- interviews


def test_an_interview_goes_norm_by_norm(stage: FieldStage, tom: StageChat) -> None:
    """Scene 8: with whom, as a function, and then what is least covered first."""
    tom.taps("Gesprek")
    shown(tom, ChooseFunctions)
    tom.taps("Professional")
    tom.taps("P&O")
    assert shown(tom, ChooseFunctions).chosen == ("Professional", "P&O")
    tom.taps("Verder")
    shown(tom, AskWhoIsThis)
    tom.sends("jongerenwerker, team Noord")

    first = shown(tom, AskInTalk)
    assert notice(tom).what is FieldEvent.TALK_OPENED
    assert first.header.tests == 0
    tom.sends("Werkt met een teamplan")

    told = notice(tom)
    assert (told.what, told.tests, told.needed) == (FieldEvent.STORED, 1, 3)
    stored = stage.finding(1)
    assert (stored.norms, stored.interview) == ((first.header.norm.id,), stage.interviews()[0].id)
    tom.taps("Volgende norm")
    assert shown(tom, AskInTalk).header.norm is not first.header.norm
    tom.taps("Klaar")
    assert shown(tom, ListTalks).talks[0].is_running is False


def test_the_description_may_be_skipped_and_given_later(stage: FieldStage, tom: StageChat) -> None:
    tom.taps("Gesprek")
    tom.taps("Leidinggevende")
    tom.taps("Verder")
    tom.taps("Overslaan")
    assert notice(tom).what is FieldEvent.TALK_OPENED
    tom.taps("Terug")
    shown(tom, ShowTalk)
    tom.taps("Functie en team")
    tom.sends("teamleider West")
    tom.taps("Plaats")
    tom.sends("Tiel")

    talk = stage.interviews()[0]
    assert (talk.description, talk.place) == ("teamleider West", "Tiel")


def test_a_phone_number_is_no_description(stage: FieldStage, tom: StageChat) -> None:
    tom.taps("Gesprek")
    tom.taps("Professional")
    tom.taps("Verder")
    tom.sends("bel 06-12345678")

    assert shown(tom, AskWhoIsThis).sensitive
    assert stage.interviews()[0].description == ""


def test_questions_hints_and_the_member_are_beside_the_norm(tom: StageChat) -> None:
    norm = interviewing(tom)
    tom.taps("Andere vraag")
    assert shown(tom, AskInTalk).index == 1
    tom.taps("Bewijs")
    shown(tom, ShowHintsOfNorm)
    tom.taps("Terug")
    assert (shown(tom, AskInTalk).index, shown(tom, AskInTalk).header.norm.id) == (1, norm)
    tom.taps("Zelfevaluatie")
    assert shown(tom, ShowMemberSays).verdict is None


def test_a_norm_can_be_chosen_and_typed(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.taps("Kies een norm")
    tom.taps("V5")
    assert shown(tom, AskInTalk).header.norm.id == V5
    tom.sends("d9")
    assert (shown(tom, AskInTalk).header.norm.id, notice(tom).what) == (D9, FieldEvent.JUMPED)
    tom.taps("Toch bewaren")
    assert stage.finding(1).norms == (V5,)


def test_stopping_and_resuming_loses_nothing(stage: FieldStage, tom: StageChat) -> None:
    norm = interviewing(tom)
    tom.sends("Eén")
    tom.sends("/stop")
    tom.taps_old(InterviewTap())
    tom.taps("Verder met 1")

    assert shown(tom, AskInTalk).header.norm.id != norm
    tom.taps("Klaar")
    tom.taps("1")
    tom.taps("Hervatten")
    assert stage.interviews()[0].is_running


def test_two_auditors_in_one_interview_see_each_other(stage: FieldStage, tom: StageChat, ada: StageChat) -> None:
    norm = interviewing(tom)
    ada.taps("Gesprek")
    ada.taps("Meedoen met 1")
    assert shown(ada, AskInTalk).header.norm.id == norm
    tom.sends("Van Tom")
    ada.sends("Van Ada")

    assert [card.text for card in notice(ada).meanwhile] == ["Van Tom"]
    assert [found.interview for found in stage.outline()] == [stage.interviews()[0].id] * 2
    assert len(stage.interviews()[0].participants) == 2


def test_a_message_that_a_tap_overtook_goes_where_it_was_meant(stage: FieldStage, tom: StageChat) -> None:
    norm = interviewing(tom)
    late = next(stage._ids)
    tom.taps("Volgende norm")
    stage._ids = iter([late, *range(9000, 9100)])
    tom.sends("Nog bij de vorige")

    assert stage.finding(1).norms == (norm,)
    assert notice(tom).is_late


# ----------------------------------------------------------------------------------------------- findings


def test_labels_take_one_tap(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("Zegt zelf: we leren van fouten")
    tom.taps("Citaat")
    tom.taps("Sterk")
    tom.taps("In de groep")
    found = stage.finding(1)
    assert (found.kind, found.tone, found.is_to_discuss) == (FindingKind.QUOTE, Tone.STRONG, True)

    tom.taps("Sterk")
    assert stage.finding(1).tone is None
    assert not tom.was_new


def test_a_finding_moves_and_serves_several_norms(stage: FieldStage, tom: StageChat) -> None:
    norm = interviewing(tom)
    tom.sends("Iets")
    tom.taps("Andere norm")
    tom.taps("Dienstverlening")
    tom.taps("D9")
    assert stage.finding(1).norms == (D9,)
    assert (shown(tom, AskInTalk).header.norm.id, notice(tom).what) == (norm, FieldEvent.PLACED)
    tom.taps("Ook bij")
    tom.sends("V1")
    tom.taps(PutTap(current(tom).id, FindingId(1), V1, Put.ALSO, 2))

    assert stage.finding(1).norms == (V1, D9)
    tom.taps("Ongedaan maken")
    assert stage.finding(1).norms == (D9,)


def test_undoing_takes_a_new_finding_back(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("Vergissing")
    tom.taps("Ongedaan maken")

    assert stage.outline() == ()
    assert notice(tom).what is FieldEvent.UNDONE


def test_a_colleague_who_was_first_is_shown(stage: FieldStage, tom: StageChat, ada: StageChat) -> None:
    interviewing(tom)
    tom.sends("Iets")
    ada.taps_old(FindingTap(FindingId(1)))
    tom.taps("Citaat")
    ada.taps("Document")

    assert notice(ada).what is FieldEvent.CHANGED_MEANWHILE
    assert stage.finding(1).kind is FindingKind.QUOTE
    ada.taps("Document")
    assert stage.finding(1).kind is FindingKind.DOCUMENT


def test_a_norm_shows_what_the_whole_team_found(tom: StageChat, ada: StageChat) -> None:
    for number in range(6):
        for chat in (tom, ada):
            chat.taps_old(NormOfAuditTap(V5))
            chat.sends(f"{chat.name} {number}")
    tom.taps_old(NormOfAuditTap(V5))

    screen = shown(tom, ShowAuditNorm)
    assert (screen.total, screen.pages, screen.cards[0].text) == (12, 2, "Ada 5")
    tom.taps("Ouder")
    assert [card.author for card in shown(tom, ShowAuditNorm).cards] == ["Ada", "Tom", "Ada", "Tom"]
    tom.taps("#3")
    assert shown(tom, ShowFinding).card.text == "Tom 1"


def test_editing_the_message_edits_the_finding(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("Eerst")
    tom.edits(tom.last_message_id, "Daarna")
    assert stage.finding(1).text == "Daarna"
    assert (notice(tom).what, tom.was_new) == (FieldEvent.EDITED, False)
    tom.sends("/menu")
    tom.edits(tom.last_message_id - 1, "Nog later")
    assert stage.finding(1).text == "Nog later"
    shown(tom, ShowAuditMenu)


def test_files_are_findings_too(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends_media(MediaKind.DOCUMENT, name="plan.pdf", caption="teamplan")
    assert stage.finding(1).kind is FindingKind.DOCUMENT
    assert stage.jobs[-1].name == "fetch_file"
    tom.sends_media(MediaKind.VOICE)
    shown(tom, AskLine)
    tom.sends("Over het teamplan")
    assert stage.finding(2).text == "Over het teamplan"
    tom.sends_media(size=21 * 1024 * 1024)
    assert len(stage.outline()) == 2


def test_an_album_has_one_receipt(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    for _ in range(3):
        tom.sends_media(album="a1")

    assert (notice(tom).what, notice(tom).count, len(stage.outline())) == (FieldEvent.ALBUM, 3, 3)
    assert len({found.norms for found in stage.outline()}) == 1


# ------------------------------------------------------------------------------------ quick note and in-tray


def test_a_quick_note_is_stored_first_and_then_placed(stage: FieldStage, tom: StageChat) -> None:
    """Scene 9: typed anywhere, without a command."""
    tom.sends(NOTE)
    screen = shown(tom, ProposeNorms)
    assert stage.finding(1).is_in_tray
    assert 0 < len(screen.proposals) <= 3
    assert all(proposal.words for proposal in screen.proposals)
    first = screen.proposals[0].norm
    tom.taps(f"{first.id} · {first.label}")

    assert stage.finding(1).norms == (first.id,)
    assert (shown(tom, ShowFinding).card.norms, notice(tom).what) == ((first.id,), FieldEvent.PLACED)
    tom.taps("Document")
    assert stage.finding(1).kind is FindingKind.DOCUMENT


def test_after_placing_a_note_the_next_message_is_a_note_again(stage: FieldStage, tom: StageChat) -> None:
    """Else whatever comes to mind next would land at the norm of the note before."""
    tom.sends(NOTE)
    tom.taps(tom.labels[0])

    tom.sends("straks bellen over lunch")

    assert stage.finding(2).is_in_tray
    shown(tom, ProposeNorms)


def test_a_note_can_wait_in_the_tray(stage: FieldStage, tom: StageChat) -> None:
    tom.sends(NOTE)
    tom.taps("Later")
    assert shown(tom, OfferNote).in_tray == 1
    tom.sends("straks bellen over lunch")
    tom.taps_old(NoteTap())
    tom.taps("Bakje (2)")
    assert shown(tom, ShowTray).card is not None
    tom.taps("Zoek norm")
    tom.sends("vrijwilligers")
    shown(tom, NormsThatFit)
    tom.taps(shown(tom, NormsThatFit).norms[0].id + " · " + shown(tom, NormsThatFit).norms[0].label)
    tom.taps_old(NoteTap())
    tom.taps("Bakje (1)")
    tom.taps("Weghalen")

    assert shown(tom, ShowTray).card is None
    assert len(stage.outline()) == 1


def test_placing_in_the_tray_goes_on_with_the_next(stage: FieldStage, tom: StageChat) -> None:
    for text in (NOTE, f"{NOTE} en meer"):
        tom.sends(text)
    tom.taps_old(NoteTap())
    tom.taps("Bakje (2)")
    tom.taps(tom.labels[0])

    assert (shown(tom, ShowTray).total, notice(tom).what) == (1, FieldEvent.PLACED)


def test_a_bare_norm_id_opens_the_norm_of_the_audit(stage: FieldStage, tom: StageChat) -> None:
    tom.sends("D9")
    assert shown(tom, ShowAuditNorm).header.norm.id == D9
    assert stage.outline() == ()
    tom.taps("Toch bewaren")
    assert stage.finding(1).is_in_tray


def test_a_note_can_be_linked_to_the_running_interview(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("/menu")
    tom.sends(NOTE)
    assert stage.finding(1).interview is None
    tom.taps("Bij gesprek 1")
    assert stage.finding(1).interview == stage.interviews()[0].id


def test_a_photo_outside_a_state_is_a_note(stage: FieldStage, tom: StageChat) -> None:
    tom.sends_media(caption="Foto van het prikbord met vrijwilligers")

    shown(tom, ProposeNorms)
    assert stage.finding(1).file is not None


# ------------------------------------------------------------------------------------------------- privacy


def test_personal_data_is_stored_and_asked_about_at_once(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("Belde met 06-12345678 over schulden")
    message = tom.last_message_id
    assert shown(tom, AskReplacement).masked == "Belde met [nummer weggelaten] over schulden"
    turn = tom.sends("Belde met een cliënt over schulden")

    assert stage.finding(1).text == "Belde met een cliënt over schulden"
    assert turn.forgotten_messages == [message]
    assert notice(tom).what is FieldEvent.REPLACED


@pytest.mark.parametrize("where", ["interview", "menu"])
def test_personal_data_is_cut_out_with_one_tap(stage: FieldStage, tom: StageChat, where: str) -> None:
    if where == "interview":
        interviewing(tom)
    tom.sends("Mail naar jan@voorbeeld.nl")
    turn = tom.taps("Haal het eruit")

    assert stage.finding(1).text == "Mail naar [e-mailadres weggelaten]"
    assert turn.forgotten_messages == [tom.last_message_id]


def test_personal_data_may_be_taken_away_or_left(stage: FieldStage, tom: StageChat) -> None:
    tom.sends("Mail naar jan@voorbeeld.nl")
    tom.taps("Laten staan")
    assert shown(tom, ShowFinding).card.text == "Mail naar jan@voorbeeld.nl"
    tom.sends("BSN 111222333")
    turn = tom.taps("Weghalen")

    assert [found.id for found in stage.outline()] == [1]
    assert len(turn.forgotten_messages) == 1


def test_editing_personal_data_away_erases_what_it_was(stage: FieldStage, tom: StageChat) -> None:
    """Whoever mends the message themselves has done what was asked: nothing of it may stay in the versions."""
    interviewing(tom)
    tom.sends("Mail naar jan@voorbeeld.nl")
    tom.edits(tom.last_message_id, "Mail naar een cliënt")

    assert stage.finding(1).text == "Mail naar een cliënt"
    with stage.database.begin() as work:
        kept = work.execute(t.finding_version.select().order_by(t.finding_version.c.version)).all()
    assert [row.snapshot_sealed is None for row in kept] == [True, False]


# ------------------------------------------------------------------------------------------------- a combination


@pytest.mark.parametrize(("scheme", "first"), [("ISO", "V4"), ("NVVK", "V1")])
def test_a_combination_begins_with_what_the_other_scheme_hardly_covers(
    stage: FieldStage, tom: StageChat, scheme: str, first: str
) -> None:
    """What ISO brings up anyway can wait; of what NVVK covers nothing is known."""
    stage.database.frameworks = with_mapping(load_frameworks())
    audit, change = current(tom).id, PlanChange(variant=Variant.COMBINATION, scheme=scheme)
    with stage.database.begin() as work:
        work.audits(work.actor(TOM)).change(audit, change, stage.now)

    assert interviewing(tom) == first


# --------------------------------------------------------------------------------------- who, when, and old taps


def test_commands_lead_where_the_menu_does(tom: StageChat) -> None:
    tom.sends("/gesprek")
    shown(tom, ChooseFunctions)
    tom.sends("/notitie")
    shown(tom, OfferNote)
    assert {"gesprek", "notitie", "dekking", "oordelen"} <= {name for name, _ in commands_for("auditor")}
    assert "gesprek" not in {name for name, _ in commands_for("coordinator")}


def set_stage(stage: FieldStage, to: Stage) -> None:
    with stage.database.begin() as work:
        work.execute(t.audit.update().values(stage=to.value))


def test_a_closed_audit_keeps_nothing_and_says_so(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("Iets")
    message = tom.last_message_id
    set_stage(stage, Stage.CLOSED)
    tom.sends("Te laat")
    shown(tom, NotKept)
    tom.taps_old(ToneTap(current(tom).id, FindingId(1), Tone.TIP, 1))
    shown(tom, NotInThisStage)
    tom.edits(message, "Te laat")
    assert isinstance(tom.received[-1].screen, NotKept)

    assert [found.tone for found in stage.outline()] == [None]
    tom.taps_old(FindingTap(FindingId(1)))
    assert shown(tom, ShowFinding).card.text == "Iets"


def test_personal_data_goes_from_a_closed_audit_too(stage: FieldStage, tom: StageChat) -> None:
    """What must not be kept must not be kept, whatever the stage is; all else stays as it was."""
    tom.sends("Mail naar jan@voorbeeld.nl")
    tom.taps("Laten staan")
    set_stage(stage, Stage.CLOSED)
    tom.taps_old(FindingTap(FindingId(1)))

    turn = tom.taps("Haal het eruit")

    assert stage.finding(1).text == "Mail naar [e-mailadres weggelaten]"
    assert turn.forgotten_messages == [tom.last_message_id]
    tom.taps_old(FindingTap(FindingId(1)))
    assert "Haal het eruit" not in tom.labels


def test_an_edit_takes_personal_data_out_of_a_closed_audit(stage: FieldStage, tom: StageChat) -> None:
    """Editing the message is the nearest way; what still holds data of a person is not kept, with what helps."""
    tom.sends("Mail naar jan@voorbeeld.nl")
    message = tom.last_message_id
    tom.taps("Laten staan")
    set_stage(stage, Stage.CLOSED)

    tom.edits(message, "Mail naar piet@voorbeeld.nl")
    refused = tom.received[-1].screen
    assert isinstance(refused, NotKept)
    assert refused.has_personal_data
    assert stage.finding(1).text == "Mail naar jan@voorbeeld.nl"

    tom.edits(message, "Mail naar de gedragswetenschapper")
    told = tom.received[-1].screen
    assert isinstance(told, TellField)
    assert told.notice.what is FieldEvent.REPLACED
    assert stage.finding(1).text == "Mail naar de gedragswetenschapper"

    tom.edits(message, "Nog iets anders")
    assert isinstance(tom.received[-1].screen, NotKept)
    assert stage.finding(1).text == "Mail naar de gedragswetenschapper"


def test_personal_data_is_replaced_in_a_closed_audit_too(stage: FieldStage, tom: StageChat) -> None:
    """Words of one's own are better than a gap; nothing else is kept any more."""
    tom.sends("Mail naar jan@voorbeeld.nl")
    sent = tom.last_message_id
    tom.taps("Laten staan")
    set_stage(stage, Stage.CLOSED)
    tom.taps_old(FindingTap(FindingId(1)))
    tom.taps("Andere woorden")
    shown(tom, AskReplacement)
    assert tom.labels[:2] == ["Haal het eruit", "Laten staan"]

    turn = tom.sends("Mail naar de gedragswetenschapper")

    assert stage.finding(1).text == "Mail naar de gedragswetenschapper"
    assert turn.forgotten_messages == [sent]
    tom.taps_old(FindingTap(FindingId(1)))
    assert "Andere woorden" not in tom.labels
    tom.taps_old(ReplaceTap(FindingId(1)))
    shown(tom, ShowFinding)
    tom.sends("Nog iets")
    shown(tom, NotKept)
    assert [found.id for found in stage.outline()] == [1]


def test_a_replacement_that_was_asked_for_before_closing_is_kept(stage: FieldStage, tom: StageChat) -> None:
    """The question is still on the screen; a photo is no answer to it."""
    tom.sends("Mail naar jan@voorbeeld.nl")
    shown(tom, AskReplacement)
    set_stage(stage, Stage.CLOSED)

    tom.sends_media()
    shown(tom, NotKept)
    assert stage.finding(1).text == "Mail naar jan@voorbeeld.nl"
    tom.taps_old(ReplaceTap(FindingId(1)))
    tom.sends("Bel 06 12345678")

    assert stage.finding(1).text == "Bel 06 12345678"
    tom.sends("Bel de cliënt")
    assert stage.finding(1).text == "Bel de cliënt"


def test_nobody_replaces_what_a_colleague_wrote(stage: FieldStage, tom: StageChat, ada: StageChat) -> None:
    """A forged button shows the finding, and what is typed next is not kept."""
    tom.sends("Mail naar jan@voorbeeld.nl")
    set_stage(stage, Stage.CLOSED)

    ada.taps_old(ReplaceTap(FindingId(1)))
    shown(ada, ShowFinding)
    ada.sends("Iets anders")

    shown(ada, NotKept)
    assert stage.finding(1).text == "Mail naar jan@voorbeeld.nl"


def test_an_edit_from_another_role_is_refused_kindly(stage: FieldStage, tom: StageChat) -> None:
    """Silence would let the person believe that the finding had changed."""
    interviewing(tom)
    tom.sends("Eerst")
    message = tom.last_message_id
    founded(stage, TOM, "Tom", "Buurtwerk Noord")

    tom.edits(message, "Daarna")

    assert isinstance(tom.received[-1].screen, EditInOtherRole)
    with stage.database.begin() as work:
        assert [row.version for row in work.execute(t.finding.select())] == [1]


def test_without_the_statements_nothing_opens(stage: FieldStage, tom: StageChat) -> None:
    with stage.database.begin() as work:
        work.execute(t.audit_member.update().values(confidentiality_accepted_at=None))
    tom.sends(NOTE)
    shown(tom, AcceptFirst)
    tom.sends_media()
    shown(tom, AcceptFirst)
    tom.taps_old(InterviewTap())
    shown(tom, AcceptFirst)
    with stage.database.begin() as work:
        assert work.execute(t.finding.select()).all() == []


def test_a_forged_tap_of_another_audit_changes_nothing(stage: FieldStage, tom: StageChat) -> None:
    interviewing(tom)
    tom.sends("Iets")
    other = AuditId(current(tom).id + 1)
    for tap in (
        KindTap(other, FindingId(1), FindingKind.QUOTE, 1),
        PutTap(other, FindingId(1), D9, Put.MOVE, 1),
        UndoFindingTap(other, FindingId(1), 1),
        TakeBackTap(other, FindingId(1)),
        GoOnTap(other, 1),
        TakeBackTap(current(tom).id, FindingId(77)),
        FindingTap(FindingId(77)),
    ):
        tom.taps_old(tap)
        shown(tom, SayTrouble)

    assert stage.finding(1).version == 1


def test_the_office_writes_no_notes(stage: FieldStage) -> None:
    stage.bea.sends(NOTE)

    shown(stage.bea, SayTrouble)
    assert stage.outline() == ()


def test_choosing_for_the_grid_needs_no_interview(tom: StageChat) -> None:
    tom.taps("Notitie")
    tom.taps("Kies een norm")
    shown(tom, PickNorm)
    tom.taps("V5")
    assert shown(tom, ShowAuditNorm).header.norm.id == V5
