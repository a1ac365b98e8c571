"""Two frameworks side by side: choosing, going on where one was, and documents that name the licence."""

from __future__ import annotations

import pytest

from bot.reports import load_report
from conversations import depth
from conversations.evaluation_taps import FrameworksTap, StartTap, VerdictTap
from conversations.kit import Conversations
from conversations.taps import NormTap, OverviewTap, ThinkFurtherTap
from documents.excel import render_excel
from documents.pdf import render_pdf
from documents.scorecard import render_scorecard
from documents.word import render_word
from domain.framework import FrameworkId, NormId
from domain.verdicts import Verdict
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.depth_screens import ThinkFurther
from templates.evaluation_screens import ChooseFramework, ShowNorm, ShowOverview
from templates.render import render
from tests.conversations.evaluation_stage import JOOST, LABEL, SAMIRA, EvaluationStage, shown
from tests.documents.reading import pdf_text, squeezed, word_paragraphs, word_tables

MAATSTAF = FrameworkId("ciio-maatstaf-2016")
KO1 = NormId("Ko1")


@pytest.fixture
def stage(database: Database) -> EvaluationStage:
    """An organisation that has begun with the label."""
    database.frameworks = with_mapping(load_frameworks())
    stage = EvaluationStage(database)
    stage.conversations = Conversations([*stage.conversations.all, *depth.CONVERSATIONS])
    stage.samira.taps_old(StartTap(LABEL))
    return stage


def test_a_coordinator_takes_up_a_second_framework(stage: EvaluationStage) -> None:
    samira = stage.samira
    stage.judge(Verdict.MET, ["V1", "V2"])

    samira.taps("Ander kader")
    choice = shown(samira, ChooseFramework)
    samira.taps(StartTap(MAATSTAF))

    assert [(line.is_running, line.judged) for line in choice.frameworks] == [(True, 2), (False, 0)]
    overview = shown(samira, ShowOverview)
    assert (overview.name, overview.progress.total) == ("CIIO Maatstaf 2016", 18)
    assert not overview.weighing.rule.has_limits
    assert "CC BY-NC-SA" in render(overview)
    assert "geen ondergrens" not in render(overview)  # not before there is something to say about it


def test_a_norm_of_the_maatstaf_shows_its_points_and_takes_a_verdict(stage: EvaluationStage) -> None:
    samira = stage.samira
    samira.taps_old(StartTap(MAATSTAF))

    samira.taps("Begin bij Ko1")
    text = render(shown(samira, ShowNorm))
    samira.taps("Voldoet")
    samira.taps_old(OverviewTap())

    assert text.count("\n1. ") == 1
    assert "5. Haal er kansen" in text
    assert shown(samira, ShowOverview).progress.answered == 1
    assert "geen ondergrens" in render(shown(samira, ShowOverview))
    samira.taps_old(FrameworksTap())
    assert [line.judged for line in shown(samira, ChooseFramework).frameworks] == [0, 1]


def test_switching_loses_nothing_and_moves_nobody_else(stage: EvaluationStage) -> None:
    joost = stage.joined(JOOST, "Joost")
    stage.judge(Verdict.MET, ["V1"])
    stage.samira.taps_old(StartTap(MAATSTAF))

    joost.taps_old(OverviewTap())
    stage.samira.taps_old(StartTap(LABEL))

    assert shown(joost, ShowOverview).progress.total == 49
    assert shown(stage.samira, ShowOverview).progress.answered == 1
    joost.taps("Ander kader")
    joost.taps(StartTap(MAATSTAF))
    assert shown(joost, ShowOverview).progress.total == 18


def test_a_colleague_starts_no_second_framework(stage: EvaluationStage) -> None:
    joost = stage.joined(JOOST, "Joost")

    joost.taps_old(OverviewTap())
    labels = joost.labels
    joost.taps_old(StartTap(MAATSTAF))

    assert "Ander kader" not in labels
    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)


def test_a_button_of_the_other_framework_has_aged(stage: EvaluationStage) -> None:
    stage.samira.taps_old(StartTap(MAATSTAF))
    evaluation = 1  # of the label

    stage.samira.taps_old(NormTap(NormId("V1")))
    opened = stage.samira.screen
    stage.samira.taps_old(VerdictTap(evaluation, KO1, Verdict.MET, 0))  # type: ignore[arg-type]

    assert opened == SayTrouble(Trouble.AGED)
    assert stage.samira.screen == SayTrouble(Trouble.AGED)


def test_a_norm_makes_one_think_further_on_request(stage: EvaluationStage) -> None:
    """Reflective questions, the ISO principles behind it and the compass, with CIIO named (domain book §10, §11)."""
    samira = stage.samira
    samira.taps_old(StartTap(MAATSTAF))
    samira.taps("Begin bij Ko1")
    samira.taps("Vragen")
    before = samira.screen

    samira.taps("Verder denken")

    said = samira.received[-1].screen
    assert isinstance(said, ThinkFurther)
    text = render(said)
    assert "Wie zit er nooit aan tafel" in text
    assert "1. Klantgerichtheid" in text
    assert "Oordelen → Interveniëren" in text
    assert "CIIO" in text
    assert samira.screen == before


def test_a_norm_of_the_label_names_its_principles_and_no_compass(stage: EvaluationStage) -> None:
    stage.samira.taps_old(ThinkFurtherTap(NormId("V2")))

    said = stage.samira.received[-1].screen
    assert isinstance(said, ThinkFurther)
    assert [principle.number for principle in said.principles] == [3]
    assert said.compass == ()
    stage.samira.taps_old(ThinkFurtherTap(NormId("Z9")))
    assert stage.samira.screen == SayTrouble(Trouble.AGED)


def test_its_documents_name_the_licence_and_speak_of_no_threshold(stage: EvaluationStage) -> None:
    """CC BY-NC-SA travels with the wording, into every document."""
    stage.samira.taps_old(StartTap(MAATSTAF))
    stage.judge(Verdict.PARTIAL, ["Ko1", "Me2"])
    with stage.database.begin() as work:
        current = work.evaluations(work.actor(SAMIRA)).current()
        assert current is not None
        report = load_report(work, SAMIRA, current.id, stage.now)

    word, pdf = render_word(report), pdf_text(render_pdf(report))
    cells = (cell.text for table in word_tables(word) for row in table.rows for cell in row.cells)
    read = " ".join([*word_paragraphs(word), *cells])

    for text in ("CC BY-NC-SA", "Haal er kansen en risico's uit", "geen ondergrens"):
        assert text in read
        assert squeezed(text) in pdf
    assert "hoogstens" not in read
    assert render_excel(report).startswith(b"PK")
    assert render_scorecard(report).startswith(b"\x89PNG")
