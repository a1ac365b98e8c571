"""The calculator: every variant with its steps and prices, and the year of those prices always beside them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from conversations import calculator
from conversations.calculator import EstimatePdfTap, GroupTap
from conversations.kit import Conversations
from storage.sql.database import Database
from templates.calculator_screens import AskGroup, AskScopeFte, MakeEstimate, ShowEstimate
from templates.common_screens import SayTrouble, Trouble
from templates.render import render
from tests.conversations.audit_stage import audit_stage, founded_office
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


def test_group_by_group_the_hours_are_added_up(samira: StageChat) -> None:
    """36 hours a week is 1 fte (own); hosts and taster interns are never asked for (domain book §4.3)."""
    samira.sends("/bereken")
    samira.taps("Per groep")
    asked = [shown(samira, AskGroup)]
    for typed in ("20 fte", "90 uur", "Geen", "18,0 uur per week", "4"):
        samira.taps("Geen") if typed == "Geen" else samira.sends(typed)
        if isinstance(samira.screen, AskGroup):
            asked.append(samira.screen)

    assert [(screen.place, screen.total) for screen in asked] == [(n, 5) for n in range(1, 6)]
    assert not any("Snuffel" in screen.group for screen in asked)
    estimate = shown(samira, ShowEstimate)
    assert (estimate.fte, [line.fte for line in estimate.groups]) == (27, [20, Fraction(5, 2), Fraction(1, 2), 4])
    assert "Leiding en ondersteuning van de scope: 2,5 fte (90 uur)" in render(estimate)


def test_heads_are_asked_again_as_fte_or_hours(samira: StageChat) -> None:
    """The example report counts volunteers in heads, which say nothing of what they work."""
    samira.sends("/bereken")
    samira.taps("Per groep")

    samira.sends("30 vrijwilligers")
    assert shown(samira, AskGroup).is_heads
    samira.sends("heel veel")
    assert shown(samira, AskGroup).is_unread
    samira.sends("450 uur")
    samira.taps("Reken nu")
    assert shown(samira, ShowEstimate).fte == Fraction(25, 2)


def test_stopping_halfway_begins_anew(samira: StageChat) -> None:
    samira.sends("/bereken")
    samira.taps("Per groep")
    samira.sends("20")
    samira.taps("Terug")
    samira.taps("Per groep")

    assert shown(samira, AskGroup).known == ()
    samira.taps_old(GroupTap(99))
    assert isinstance(samira.screen, AskScopeFte)  # nothing was filled in


def test_the_estimate_is_sent_as_pdf(samira: StageChat) -> None:
    samira.sends("/bereken 42,5")
    samira.taps("PDF")

    assert [job.data for job in samira.stage.jobs if job.name == "estimate"] == [{"fte": "85/2"}]
    assert shown(samira, MakeEstimate).fte == Fraction(85, 2)


@pytest.mark.parametrize("forged", ["1/0", "-4", "x", "1e9999", "0"])
def test_a_forged_amount_makes_no_document(samira: StageChat, forged: str) -> None:
    samira.taps_old(EstimatePdfTap(forged))

    assert isinstance(samira.screen, SayTrouble)
    assert not [job for job in samira.stage.jobs if job.name == "estimate"]


def test_who_plans_has_it_in_the_menu(database: Database) -> None:
    stage = audit_stage(database)
    stage.conversations = Conversations([*stage.conversations.all, *calculator.CONVERSATIONS])
    bea = founded_office(stage)
    bea.taps("Rekenhulp")

    assert isinstance(bea.screen, AskScopeFte)
