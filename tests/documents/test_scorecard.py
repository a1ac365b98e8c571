"""The scorecard: readable on a phone and for who sees no colours, for any framework."""

from __future__ import annotations

import io
import itertools
import math

import pytest
from PIL import Image

from documents.palette import INK, MUTED, PANEL, SURFACE, SWATCHES
from documents.report_data import ReportRubric, SelfEvaluationReport
from documents.scorecard import WIDTH, render_scorecard
from domain.framework import RubricId
from domain.verdicts import Verdict
from tests.changing import replace
from tests.documents.example import a_norm, empty_report, full_report, other_framework_report, report_of

#: How protanopia, deuteranopia and tritanopia mix linear red, green and blue (Machado, Oliveira, Fernandes 2009).
SIGHT = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def test_it_fits_a_phone() -> None:
    picture = _picture(full_report())

    assert picture.width == WIDTH
    assert 1000 < picture.height < 1500


def test_every_verdict_has_its_colour_and_its_sign() -> None:
    """One norm per verdict: the cells must differ in colour, and each holds marks in the colour of its sign."""
    picture = _picture(_one_of_each()).convert("RGB")
    cells = [picture.crop(box) for box in _cells(picture, len(Verdict))]

    fills = [_hex(cell.getpixel((8, cell.height // 2))) for cell in cells]  # type: ignore[arg-type]
    marks = [_marks(cell) for cell in cells]

    assert fills == [SWATCHES[verdict].fill for verdict in Verdict]
    assert len({bytes(mark) for mark in marks}) == len(marks)
    assert [sum(mark) > 0 for mark in marks] == [True, True, True, True, False]  # open is an empty cell


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_stay_apart_for_every_kind_of_sight(sight: str) -> None:
    fills = [swatch.fill for swatch in SWATCHES.values()]

    for one, other in itertools.combinations(fills, 2):
        assert math.dist(_seen(one, sight), _seen(other, sight)) > 15, (one, other)


def test_words_and_signs_have_contrast() -> None:
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for signs."""
    for swatch in SWATCHES.values():
        assert _contrast(swatch.fill, swatch.sign) >= 4.5
        assert _contrast(swatch.tint, swatch.ink) >= 4.5
    for paper in (SURFACE, PANEL):
        assert _contrast(paper, INK) >= 4.5
        assert _contrast(paper, MUTED) >= 4.5


def test_it_grows_with_the_framework() -> None:
    many = report_of((ReportRubric(RubricId("X"), 1, "Alles", "", tuple(a_norm(f"X{n}") for n in range(84))),))

    heights = [_picture(report).height for report in (other_framework_report(), full_report(), many)]

    assert heights == sorted(heights)
    assert len(set(heights)) == 3


def test_an_empty_evaluation_and_a_long_name_are_no_errors() -> None:
    assert _picture(empty_report()).width == WIDTH
    assert _picture(report_of(())).width == WIDTH
    assert _picture(replace(full_report(), organisation='#read("x") {{ 7*7 }} 👍 ' * 40)).width == WIDTH


def _picture(report: SelfEvaluationReport) -> Image.Image:
    return Image.open(io.BytesIO(render_scorecard(report)))


def _one_of_each() -> SelfEvaluationReport:
    norms = tuple(a_norm(f"V{n}", verdict) for n, verdict in enumerate(Verdict, 1))
    return report_of((ReportRubric(RubricId("V"), 1, "Vakmanschap", "", norms),))


def _cells(picture: Image.Image, count: int) -> list[tuple[int, int, int, int]]:
    """Find the first row of cells by the colour of its first cell, then step by the width of a column."""
    wanted = SWATCHES[Verdict.MET].fill
    top = next(y for y in range(picture.height) if _hex(picture.getpixel((100, y))) == wanted)  # type: ignore[arg-type]
    step = (WIDTH - 104 + 12) / 8
    return [(round(52 + n * step), top, round(52 + (n + 1) * step - 12), top + 94) for n in range(count)]


def _marks(cell: Image.Image) -> list[int]:
    """Return where the lower half of a cell, below its id, differs from its fill."""
    fill = cell.getpixel((8, cell.height // 2))
    lower = cell.crop((20, 62, cell.width - 20, cell.height - 8))
    return [int(math.dist(pixel, fill) > 90) for pixel in lower.get_flattened_data()]  # type: ignore[arg-type]


def _hex(pixel: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02X}" for part in pixel)


def _linear(colour: str) -> list[float]:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _seen(colour: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB as an eye with this sight sees it; 2.3 there is just noticeable."""
    linear = _linear(colour)
    mixed = (sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in SIGHT[sight])
    red, green, blue = (min(1.0, max(0.0, part)) for part in mixed)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
