"""The calculator: every variant with its steps and prices, and the year of those prices always beside them."""

from __future__ import annotations

import pytest

from conversations import calculator
from conversations.kit import Conversations
from storage.sql.database import Database
from templates.calculator_screens import AskScopeFte, ShowEstimate
from templates.common_screens import SayTrouble, Trouble
from templates.render import render
from tests.conversations.evaluation_stage import JOOST, EvaluationStage, shown
from tests.scenes.stage import StageChat


@pytest.fixture
def samira(database: Database) -> StageChat:
    stage = EvaluationStage(database)
    stage.conversations = Conversations([*stage.conversations.all, *calculator.CONVERSATIONS])
    return stage.samira


def test_it_asks_how_much_and_says_who_counts(samira: StageChat) -> None:
    samira.sends("/bereken")

    text = render(shown(samira, AskScopeFte))
    assert "bedrijfskritische vrijwilligers" in text.split("Telt niet mee")[0]
    assert "snuffelstagiaires" in text.split("Telt niet mee")[1]


def test_a_number_gives_the_days_and_cost_of_every_variant(samira: StageChat) -> None:
    """Handbook §2.5, row 41-50: 4 days, 4.5 intercollegial, 1.5 extra; bijlage 10: CIIO 1200, LRQA 1250."""
    samira.sends("/bereken")

    samira.sends("42,5")

    lines = shown(samira, ShowEstimate).lines
    assert [(line.proposal.days, line.proposal.extra) for line in lines if line.proposal.days] == [
        (4, None),
        (4.5, 0.5),
    ]
    assert [[(e.rate.ci, e.amount) for e in line.estimates] for line in lines if line.proposal.days == 4] == [
        [("CIIO", 4800), ("LRQA", 5000)]
    ]
    text = render(shown(samira, ShowEstimate))
    for words in (
        "€ 4800",
        "reizen apart",
        "€ 500 tot 750",
        "0,45 per km",
        "Prijzen van 2022",
        "Vraag een offerte",
        "1,5",
    ):
        assert words in text


def test_hours_become_fte(samira: StageChat) -> None:
    """36 hours a week is 1 fte (own; domain book §4.3)."""
    samira.sends("/bereken 360 uur")

    estimate = shown(samira, ShowEstimate)
    assert (estimate.fte, estimate.hours) == (10, 360)
    assert "360 uur per week" in render(estimate)


def test_above_the_table_only_a_quote_helps(samira: StageChat) -> None:
    samira.sends("/bereken 301")

    text = render(shown(samira, ShowEstimate))
    assert text.count("vraag een offerte") >= 3
    assert "€ 4" not in text


@pytest.mark.parametrize("typed", ["veel", "0", "-4", "1.250"])
def test_what_is_no_amount_is_asked_again(samira: StageChat, typed: str) -> None:
    samira.sends("/bereken")

    samira.sends(typed)

    assert shown(samira, AskScopeFte).is_unread
    samira.sends("12")
    assert shown(samira, ShowEstimate).fte == 12


def test_somebody_without_a_role_does_not_reckon(samira: StageChat) -> None:
    stranger = samira.stage.chat(JOOST, "Joost")

    stranger.sends("/bereken 12")

    assert stranger.screen == SayTrouble(Trouble.NOT_ALLOWED)
