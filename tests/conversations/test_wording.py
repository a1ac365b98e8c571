"""Official wording: sent by an operator, looked at, shown with its source, and withdrawn."""

from __future__ import annotations

import pytest

from bot import imports
from conversations import offices, wording
from conversations.evaluation_taps import QuestionTap, StartTap
from conversations.kit import Conversations, MediaKind
from conversations.taps import NormTap
from conversations.wording import ShowImportTap, WithdrawWordingTap, WordingTap
from domain.framework import NormId
from domain.norm_import import find_official_wording
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from storage.wording_interfaces import ForWhom, WordingId
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import ShowNorm, ShowQuestion
from templates.render import render
from templates.wording_screens import ImportFailed, ReadingFile, ShowImport, ShowWording
from tests.conversations.evaluation_stage import JOOST, LABEL, EvaluationStage, shown
from tests.domain import norm_documents as documents
from tests.scenes.stage import StageChat

OLGA = 999
D9 = NormId("D9")


@pytest.fixture
def stage(database: Database) -> EvaluationStage:
    stage = EvaluationStage(database)
    stage.conversations = Conversations([*stage.conversations.all, *offices.CONVERSATIONS, *wording.CONVERSATIONS])
    stage.samira.taps_old(StartTap(LABEL))
    return stage


@pytest.fixture
def olga(stage: EvaluationStage) -> StageChat:
    """The operator, who has no role in any organisation."""
    olga = stage.chat(OLGA, "Olga")
    olga.sends("/normen")
    return olga


def read(stage: EvaluationStage, chat: StageChat, text: str, name: str = "format.docx") -> WordingId | None:
    """Do what the job does with a text, and return what it proposes."""
    found = find_official_wording(text, stage.framework)
    with stage.database.begin() as work:
        screen, keyboard = imports.propose(
            work, chat=chat.id, name=name, framework=stage.framework, read=found, now=stage.now
        )
    assert isinstance(screen, ShowImport | ImportFailed)
    chat.screen = screen
    taps = [button.tap for button in keyboard.buttons if isinstance(button.tap, ShowImportTap)]
    return taps[-1].wording if taps else None


def texts_of(stage: EvaluationStage) -> dict[NormId, str]:
    return dict(documents.invented(stage.framework))


def norm_screen(chat: StageChat) -> str:
    chat.taps_old(NormTap(D9))
    return render(shown(chat, ShowNorm))


def test_an_operator_sends_the_file_and_a_job_reads_it(stage: EvaluationStage, olga: StageChat) -> None:
    olga.sends_media(MediaKind.DOCUMENT, name="format.docx", media_type="application/msword")

    assert olga.screen == ReadingFile("format.docx")
    assert [(job.name, job.chat_id) for job in stage.jobs] == [("read_norms", OLGA)]


def test_nothing_changes_before_somebody_confirms(stage: EvaluationStage, olga: StageChat) -> None:
    texts = texts_of(stage)
    ours = norm_screen(stage.samira)

    proposed = read(stage, olga, documents.interview_format(stage.framework, texts))
    found = olga.screen
    between = norm_screen(stage.samira)
    assert proposed is not None
    olga.taps_old(ShowImportTap(proposed, ForWhom.EVERYBODY))

    assert isinstance(found, ShowImport)
    assert (found.usable, found.total, found.missing, found.doubtful) == (49, 49, (), ())
    assert ours == between
    after = norm_screen(stage.samira)
    assert texts[D9] in after
    assert "© Sociaal Werk Nederland · format.docx, 23 nov 2026" in after
    assert [line.norms for line in shown(olga, ShowWording).lines] == [49]


def test_what_is_shown_can_be_withdrawn(stage: EvaluationStage, olga: StageChat) -> None:
    ours = norm_screen(stage.samira)
    proposed = read(stage, olga, documents.interview_format(stage.framework, texts_of(stage)))
    assert proposed is not None
    olga.taps_old(ShowImportTap(proposed, ForWhom.EVERYBODY))

    olga.taps(WithdrawWordingTap(proposed))

    assert norm_screen(stage.samira) == ours
    assert shown(olga, ShowWording).lines == ()
    olga.taps_old(ShowImportTap(proposed, ForWhom.EVERYBODY))  # an old button brings nothing back
    assert norm_screen(stage.samira) == ours


def test_doubtful_and_missing_norms_keep_our_words_and_are_named(stage: EvaluationStage, olga: StageChat) -> None:
    """Known damage of bijlage 2 (domain book §13)."""
    proposed = read(stage, olga, documents.norm_list(stage.framework, texts_of(stage)), "bijlage2.pdf")
    found = olga.screen
    assert proposed is not None
    olga.taps_old(ShowImportTap(proposed, ForWhom.EVERYBODY))

    assert isinstance(found, ShowImport)
    assert sorted(item.norm for item in found.doubtful) == ["O13", "O18", "V1", "V12", "V13"]
    assert all(item.norm in render(found) for item in found.doubtful)
    stage.samira.taps_old(NormTap(NormId("V12")))
    assert stage.framework.norm(NormId("V12")).essence in render(shown(stage.samira, ShowNorm))


def test_a_file_without_norms_changes_nothing(stage: EvaluationStage, olga: StageChat) -> None:
    assert read(stage, olga, "Beste collega, hierbij de notulen.") is None

    assert olga.screen == ImportFailed("format.docx", "nothing_found")
    assert "Er is niets veranderd" in render(olga.screen)


def test_only_an_operator_imports(stage: EvaluationStage, olga: StageChat) -> None:
    proposed = read(stage, olga, documents.interview_format(stage.framework, texts_of(stage)))
    assert proposed is not None
    ours = norm_screen(stage.samira)

    stage.samira.taps_old(WordingTap())
    refused = stage.samira.screen
    stage.samira.taps_old(ShowImportTap(proposed, ForWhom.EVERYBODY))

    assert refused == SayTrouble(Trouble.NOT_ALLOWED)
    assert stage.samira.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert norm_screen(stage.samira) == ours


def test_the_copy_of_an_organisation_stays_with_it(stage: EvaluationStage, database: Database) -> None:
    """Never shared between organisations (domain book §14)."""
    texts = texts_of(stage)
    with database.begin() as work:  # an operator who is a coordinator as well
        olga = ensure_persons(work, {OLGA: "Olga"}, stage.now)[OLGA]
        work.people(olga).create_organisation("Welzijn Elders", None, stage.now)
    chat = stage.chat(OLGA, "Olga")
    chat.taps_old(StartTap(LABEL))

    proposed = read(stage, chat, documents.interview_format(stage.framework, texts))
    assert proposed is not None
    chat.taps_old(ShowImportTap(proposed, ForWhom.ORGANISATION))

    assert texts[D9] in norm_screen(chat)
    assert texts[D9] not in norm_screen(stage.samira)
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT content_sealed FROM official_text").all()
    assert all(texts[D9].encode() not in bytes(row[0]) for row in rows)


def test_a_colleague_has_no_way_in(stage: EvaluationStage) -> None:
    joost = stage.joined(JOOST, "Joost")

    joost.sends("/normen")

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)


def test_imported_questions_are_asked_with_their_source_until_they_are_withdrawn(
    stage: EvaluationStage, olga: StageChat
) -> None:
    """Bijlage 4 has questions and evidence of its own; ours stay beside them (domain book §14)."""
    samira, own = stage.samira, len(stage.framework.norm(D9).questions)
    document = documents.handvat(stage.framework, texts_of(stage))
    proposed = read(stage, olga, document, "bijlage4.pdf")
    assert proposed is not None
    olga.taps_old(ShowImportTap(proposed, ForWhom.EVERYBODY))

    samira.taps_old(QuestionTap(D9, 0))
    ours = shown(samira, ShowQuestion)
    samira.taps_old(QuestionTap(D9, own))
    theirs = shown(samira, ShowQuestion)
    olga.taps(WithdrawWordingTap(proposed))
    samira.taps_old(QuestionTap(D9, own))
    after = shown(samira, ShowQuestion)

    assert (ours.source, ours.count > own) == ("", True)
    assert "© Sociaal Werk Nederland · bijlage4.pdf" in render(theirs)
    assert (after.count, after.source) == (own, "")
