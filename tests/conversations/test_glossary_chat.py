"""The glossary in the chat: asked in passing, and nobody loses their place."""

from __future__ import annotations

import pytest

from conversations import glossary
from conversations.evaluation_taps import StartTap
from conversations.kit import Conversations
from conversations.taps import NormTap, TermsOfNormTap
from domain.framework import NormId
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.glossary_screens import ExplainTerms, ListTerms
from templates.render import render
from tests.conversations.evaluation_stage import LABEL, EvaluationStage

D10 = NormId("D10")


@pytest.fixture
def stage(database: Database) -> EvaluationStage:
    """Samira has a norm open, where typed text is kept."""
    stage = EvaluationStage(database)
    stage.conversations = Conversations([*stage.conversations.all, *glossary.CONVERSATIONS])
    stage.samira.taps_old(StartTap(LABEL))
    stage.samira.taps_old(NormTap(D10))
    return stage


def said(stage: EvaluationStage) -> ExplainTerms | ListTerms:
    screen = stage.samira.received[-1].screen
    assert isinstance(screen, ExplainTerms | ListTerms)
    return screen


def test_a_word_is_explained_in_passing(stage: EvaluationStage) -> None:
    before = stage.samira.screen

    stage.samira.sends("wat is een bedrijfskritische vrijwilliger?")

    assert "Telt mee voor de fte" in render(said(stage))
    assert stage.samira.screen == before
    assert stage.texts("D10") == []
    stage.samira.sends("Onze buurtbemiddelaars krijgen elk jaar een training.")
    assert stage.texts("D10") == ["Onze buurtbemiddelaars krijgen elk jaar een training."]


def test_a_question_about_something_else_is_kept_as_it_always_was(stage: EvaluationStage) -> None:
    stage.samira.sends("Wat is onze afspraak hierover?")

    assert stage.texts("D10") == ["Wat is onze afspraak hierover?"]


def test_a_norm_leads_to_its_terms(stage: EvaluationStage) -> None:
    stage.samira.taps("Begrippen")

    explained = said(stage)
    assert isinstance(explained, ExplainTerms)
    assert explained.entries[0].id == "bedrijfskritische_vrijwilliger"


def test_a_command_explains_one_word_or_lists_them_all(stage: EvaluationStage) -> None:
    stage.samira.sends("/begrip scope")
    one = said(stage)
    stage.samira.sends("/begrip zonnepaneel")
    unknown = said(stage)
    stage.samira.sends("/begrip")

    assert isinstance(one, ExplainTerms)
    assert isinstance(unknown, ListTerms)
    assert unknown.unknown == "zonnepaneel"
    assert "BC" not in render(said(stage))
    assert render(said(stage)).count("• ") == len(stage.framework.branch_code)


def test_a_norm_that_is_not_there_has_aged(stage: EvaluationStage) -> None:
    stage.samira.taps_old(TermsOfNormTap(NormId("Z9")))

    assert stage.samira.screen == SayTrouble(Trouble.AGED)
