"""The Dutch of the evaluation after an audit: it renders, fits and says what it should."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from conversations.kit import MAX_LABEL
from domain.audit_evaluation import BackQuestion, QuestionResult, Side, SideResult
from domain.periods import Period
from storage.evaluation_content import load_evaluation_rules
from templates import evaluation_after_screens as s
from templates.render import MAX_TEXT, label, render, visible_length
from templates.screens import Screen

RULES = load_evaluation_rules()
DAY = date(2026, 12, 31)
LONG = "<b>Lang & breed</b> " * 100


LINES = (
    s.AnswerLine(BackQuestion("x", "Ging het goed?", "own"), "🙂 Eens"),
    s.AnswerLine(BackQuestion("y", "En nu?", "own"), ""),
)


def question(text: str = "Ging het goed?") -> BackQuestion:
    return BackQuestion("x", text, "own")


def result(side: Side, *, shows: bool = True) -> SideResult:
    counts = (1, 0, 2, 3, 4) if shows else ()
    asked = RULES.sides[side].questions
    return SideResult(
        Period.of(DAY, 3), side, tuple(QuestionResult(one, 10 if shows else None, counts) for one in asked)
    )


def screens(text: str) -> list[Screen]:
    """Return every screen in its shapes, with this text wherever somebody wrote something."""
    return [
        *(s.AskScore(text, side, question(), place, 6, "🙂 Eens", DAY, 3, told) for side in Side
          for place in (1, 6) for told in (None, *s.LookbackTold)),
        *(s.AskRemark(text, now, told) for now in ("", text) for told in (None, *s.LookbackTold)),
        *(s.ShowLookback(text, LINES, text, DAY, over, done)
          for over in (True, False) for done in (True, False)),
        *(s.ChooseColleague(tuple(s.ColleagueLine(text, asked) for asked in (True, False)), 1, 2, *told)
          for told in (("", ""), (text, ""), ("", text))),
        s.ChooseColleague((), 0, 1),
        *(s.TellLookback(text, side, 6, DAY, reminder, by) for side in Side for reminder in (True, False)
          for by in ("", text)),
        s.ShowResults(text, None, (), 3, may_read_remarks=True),
        s.ShowResults(text, Period.of(DAY, 3), (result(Side.AUDITORS), result(Side.MEMBER, shows=False)), 3, False),
        s.ShowRemarks(None, Side.MEMBER, (), 3),
        *(s.ShowRemarks(Period.of(DAY, months), Side.MEMBER, (text,) * 8, 3) for months in (1, 3, 12)),
        *(s.MakeResults(picture) for picture in (True, False)),
        s.CaptionResults(text, DAY),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Welzijn", LONG])
def test_every_screen_renders_fits_and_escapes(text: str) -> None:
    for screen in screens(text):
        found = render(screen)
        assert found
        assert visible_length(found) <= MAX_TEXT
        assert "<b>Lang" not in found
        for line in found.splitlines():
            assert Counter(line)["<"] == Counter(line)[">"], line


def test_what_is_answered_to_fits_a_button() -> None:
    assert all(len(label("score_given", word)) <= MAX_LABEL for word in RULES.answers)


def test_the_message_says_whom_it_is_about() -> None:
    assert "bij <b>Welzijn</b>" in render(s.TellLookback("Welzijn", Side.AUDITORS, 6, DAY, False))
    assert "door <b>CI Kompas</b>" in render(s.TellLookback("CI Kompas", Side.MEMBER, 6, DAY, True))
    assert render(s.TellLookback("CI Kompas", Side.MEMBER, 6, DAY, False, "Samira")).startswith("🪞 Samira vraagt")


def test_too_few_answers_say_nothing_about_how_many() -> None:
    found = render(s.ShowResults("CI", Period.of(DAY, 3), (result(Side.MEMBER, shows=False),), 3, False))

    assert found.count("minder dan 3 antwoorden") == 1
    assert "van 5" not in found
