"""The picture of the coverage: readable on a phone, for any audit and any framework, and not by colour alone."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable
from datetime import date

from PIL import Image

from documents.coverage_data import CoverageReport
from documents.coverage_picture import coverage_file_name, render_coverage
from domain.coverage import Tally, coverage_of
from domain.framework import Framework, NormId
from storage.content import load_frameworks

FRAMEWORK = next(iter(load_frameworks().values()))


def report(
    tallies: Iterable[Tally] = (), framework: Framework = FRAMEWORK, organisation: str = "Welzijn", exempt: str = "V4"
) -> CoverageReport:
    covered = coverage_of(tallies, framework, [NormId(exempt)])
    return CoverageReport(organisation, framework, covered, date(2026, 12, 1))


def picture(of: CoverageReport) -> Image.Image:
    return Image.open(io.BytesIO(render_coverage(of)))


def test_it_fits_a_phone() -> None:
    made = picture(
        report([Tally(norm.id, interviews=i % 4, documents=i % 2) for i, norm in enumerate(FRAMEWORK.norms)])
    )

    assert made.width == 1080
    assert 1200 < made.height < 2000


def test_without_colours_every_state_still_looks_different() -> None:
    """What was seen is filled, what is round has a tick."""
    seen = set()
    for tally in (Tally(NormId("V1")), Tally(NormId("V1"), interviews=1), Tally(NormId("V1"), documents=1),
                  Tally(NormId("V1"), interviews=2, documents=1)):  # fmt: skip
        made = picture(report([tally])).convert("L").point(lambda shade: 255 if shade > 128 else 0)
        seen.add(made.tobytes())

    assert len(seen) == 4


def test_names_are_shown_and_never_read_as_markup() -> None:
    made = picture(report(organisation='#panic("x") *vet* ' * 20))

    assert made.width == 1080


def test_it_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(report())).organisation == "Welzijn"


def test_its_name_is_safe_everywhere() -> None:
    assert coverage_file_name(report(organisation="Welzijn/Zuid: 'Oost'")).endswith("2026-12-01.png")
    assert "/" not in coverage_file_name(report(organisation="Welzijn/Zuid"))
