"""The Dutch of the next round of a self-evaluation: it renders, fits and says what it should."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from conversations.kit import MAX_LABEL
from domain.framework import NormId
from domain.improvement_plan import PlanEntry, Progress
from domain.self_evaluation import ContributionId, ContributionKind, ImprovementAction, Purpose
from domain.verdicts import Verdict
from storage.content import load_frameworks
from templates import render as renderer
from templates.evaluation_screens import Header, Quote
from templates.render import MAX_TEXT, visible_length
from templates.round_screens import ConfirmRound, ShowEarlier
from templates.screens import Screen
from tests.templates.saying import render

FRAMEWORK = next(iter(load_frameworks().values()))
V5 = NormId("V5")
LONG = "<b>Lang & breed</b> " * 205


def earlier(text: str, verdict: Verdict, *, is_full: bool, may_write: bool = True) -> ShowEarlier:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    quote = Quote(ContributionId(1), ContributionKind.TEXT, Purpose.EXPLANATION, text, text, at)
    header = Header(FRAMEWORK.norm(V5), 49, 3, Verdict.NOT_ASSESSED, "Open")
    if not is_full:
        return ShowEarlier(header, 1, verdict, "Deels", (), 0, 0, None, None, "", None, None, may_write)
    done = date(2027, 5, 1)
    return ShowEarlier(
        header, 1, verdict, "Deels", (quote,) * 3, 4, 1, text, ImprovementAction(text, text, done), "Deels",
        PlanEntry(V5, text, text, done, text), Progress(V5, done, text), may_write,
    )  # fmt: skip


def screens(text: str) -> list[Screen]:
    return [
        *(
            earlier(text, verdict, is_full=full, may_write=may)
            for verdict in Verdict
            for full in (True, False)
            for may in (True, False)
        ),
        *(ConfirmRound(2, answered) for answered in (0, 1, 49)),
    ]


@pytest.mark.parametrize("text", ["Intervisie", LONG], ids=["short", "long and hostile"])
def test_every_screen_fits_telegram_and_lets_nobody_write_markup(text: str) -> None:
    for screen in screens(text):
        shown = render(screen)
        assert visible_length(shown) <= MAX_TEXT
        assert "<b>Lang" not in shown
        assert not re.search(r"\n{3,}|^\s|\bNone\b", shown), screen
        for row in shown.splitlines():
            assert row.count("<b>") == row.count("</b>"), row


def test_what_was_said_stands_before_what_others_found() -> None:
    text = render(earlier("Wij overleggen", Verdict.PARTIAL, is_full=True))

    assert text.index("Jullie oordeel") < text.index("Wij overleggen") < text.index("De toetsers")
    assert "Klopt dit nog?" in text
    assert text.count("🛠 🛠") == 0


def test_every_label_fits_a_button() -> None:
    own = vars(renderer._template("labels/round.j2").module)
    for name in (name for name in own if not name.startswith("_")):
        assert 0 < len(renderer.label(name, "12")) <= MAX_LABEL, name
