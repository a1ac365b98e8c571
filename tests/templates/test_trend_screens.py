"""The Dutch of trends: it renders, fits and says what it should."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from domain.framework import Norm, NormId
from domain.privacy_guard import PrivacyKind
from domain.trends import ALL, Benchmark, Cell, Group, Level, Order
from storage.content import load_frameworks
from templates import trend_screens as s
from templates.render import MAX_TEXT, render, visible_length
from templates.screens import Screen

FRAMEWORK = next(iter(load_frameworks().values()))
DAY = date(2026, 12, 31)
LONG = "<b>Lang & breed</b> " * 60


def norm(norm_id: str = "D8") -> Norm:
    return FRAMEWORK.norm(NormId(norm_id))


def cell(improvements: int = 6, level: Level = Level.COMPARABLE, not_met: int = 1, strong: int = 3) -> Cell:
    return Cell(NormId("D8"), Group(level), 10, improvements, not_met, strong)


def beside(found: Benchmark | None, *, takes_part: bool = True, size: str = "tot en met 20 fte") -> s.ShowBesideNorm:
    return s.ShowBesideNorm(norm(), found, size, DAY if found else None, takes_part, 5)


def trends(text: str, **changes: object) -> s.ShowTrends:
    everything = tuple(s.TrendLine(found, cell()) for found in FRAMEWORK.norms[:12])
    values: dict[str, object] = {
        "owner": text, "is_of_ci": False, "framework": text, "ends_on": DAY, "group": s.GroupWords(Level.ALL),
        "order": Order.IMPROVEMENTS, "lines": everything, "page": 1, "pages": 5, "hidden": 3, "min_organisations": 5,
    }  # fmt: skip
    return s.ShowTrends(**(values | changes))  # type: ignore[arg-type]


def screens(text: str) -> list[Screen]:
    """Return every screen in its shapes, with this text wherever somebody wrote something."""
    lines = tuple(
        s.BesideLine(found, Benchmark(cell(level=level)))
        for found, level in zip(FRAMEWORK.norms, list(Level) * 3, strict=False)
    )
    return [
        *(trends(text, order=order) for order in Order),
        *(trends(text, group=s.GroupWords(level, "tot en met 20 fte", "Combinatie")) for level in Level),
        trends(text, lines=(), hidden=49),
        trends(text, ends_on=None, group=None, lines=()),
        s.ShowBeside(text, DAY, "tot en met 20 fte", lines, 0, 5, 5),
        s.ShowBeside(text, None, "", (), 0, 1, 5),
        *(beside(Benchmark(cell(level=level))) for level in Level),
        *(beside(None, takes_part=part) for part in (True, False)),
        *(s.ExplainTrends(text, part, points, DAY if part else None, may, 5, told)
          for part in (True, False) for points in (True, False) for may in (True, False)
          for told in (None, *s.TrendTold)),
        s.ConfirmLeaving(text),
        s.ChoosePoints(tuple(s.PointLine(text, shared) for shared in (True, False)), s.TrendTold.SHARED),
        s.ChoosePoints(()),
        *(s.LookAgain(text, shared, names, found) for shared in (True, False) for names in (True, False)
          for found in ((), tuple(PrivacyKind))),
        s.ShowSharedPoints((text,) * 10, 0, 2, 5),
        s.ShowSharedPoints((), 0, 1, 5),
        *(s.MakeTrends(picture) for picture in (True, False)),
        s.CaptionTrends(text, DAY),
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


@pytest.mark.parametrize(
    ("improvements", "words"),
    [
        (6, "6 van de 10 vergelijkbare organisaties</b> hebben"),
        (1, "1 van de 10 vergelijkbare organisaties</b> heeft"),
        (0, "Geen van de 10 vergelijkbare organisaties</b> heeft"),
        (10, "Alle 10 vergelijkbare organisaties</b> hebben"),
    ],
)
def test_the_benchmark_reads_like_dutch(improvements: int, words: str) -> None:
    assert words in render(beside(Benchmark(cell(improvements, not_met=0))))


def test_a_wider_group_says_so() -> None:
    assert "alle organisaties van jullie omvang" in render(beside(Benchmark(cell(level=Level.SIZE))))
    assert "alle organisaties die meedoen" in render(beside(Benchmark(cell(level=Level.ALL))))


def test_the_whole_branch_has_its_name() -> None:
    assert "<b>Alle organisaties</b>" in render(trends("SWN", group=s.GroupWords(ALL.level)))
