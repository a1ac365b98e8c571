"""The picture of the process: readable on a phone, and not by colour alone."""

from __future__ import annotations

import io
import pickle
from datetime import date

from PIL import Image

from documents.timeline_data import TimelineReport, TimelineRow
from documents.timeline_picture import render_timeline, timeline_file_name
from domain.deadlines import TermState
from domain.process import Party

DAY = date(2026, 12, 16)


def report(*states: TermState, organisation: str = "Welzijn Rivierenland") -> TimelineReport:
    rows = tuple(
        TimelineRow("Conceptrapport naar het lid", Party.CI, state, DAY, state is TermState.OPEN) for state in states
    )
    return TimelineReport(organisation, "Proces externe toetsing en certificering (2021)", rows, DAY)


def picture(of: TimelineReport) -> Image.Image:
    return Image.open(io.BytesIO(render_timeline(of)))


def test_it_fits_a_phone() -> None:
    made = picture(report(*TermState, *TermState))

    assert made.width == 1080
    assert 900 < made.height < 2200


def test_without_colours_every_state_still_looks_different() -> None:
    states = (TermState.DONE, TermState.OPEN, TermState.LATE, TermState.LAPSED, TermState.COMING)
    seen = {
        picture(report(state)).convert("L").point(lambda shade: 255 if shade > 128 else 0).tobytes() for state in states
    }

    assert len(seen) == len(states)


def test_names_are_shown_and_never_read_as_markup() -> None:
    assert picture(report(TermState.OPEN, organisation='#panic("x") *vet* ' * 20)).width == 1080


def test_it_travels_to_another_process_and_has_a_safe_name() -> None:
    assert pickle.loads(pickle.dumps(report(TermState.OPEN))).organisation == "Welzijn Rivierenland"
    assert timeline_file_name(report(organisation="Welzijn/Zuid")).endswith("2026-12-16.png")
    assert "/" not in timeline_file_name(report(organisation="Welzijn/Zuid"))


def test_a_process_without_steps_is_a_picture_too() -> None:
    assert picture(report()).width == 1080
