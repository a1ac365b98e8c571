"""The colours of every document: one accent, and per verdict a trio that also colour-blind people can tell apart.

Colour never carries a verdict alone: there is always a sign or a word beside it.
"""

from __future__ import annotations

from msgspec import Struct

from domain.verdicts import Verdict

ACCENT = "#14506B"
INK = "#1D2A33"
MUTED = "#53626E"
LINE = "#D5DCE2"
PANEL = "#F3F6F8"
SURFACE = "#FFFFFF"


class Swatch(Struct, frozen=True):
    """The colours of one verdict: `fill` under `sign`, and `tint` under `ink` where there are words."""

    fill: str
    sign: str
    tint: str
    ink: str


SWATCHES = {
    Verdict.MET: Swatch("#1F7A5C", "#FFFFFF", "#E1F1EA", "#12523C"),
    Verdict.PARTIAL: Swatch("#F2B84B", "#1D2A33", "#FDF0D5", "#6B4700"),
    Verdict.NOT_MET: Swatch("#B3261E", "#FFFFFF", "#FBE4E2", "#8C1D17"),
    Verdict.NOT_APPLICABLE: Swatch("#C9D1D9", "#1D2A33", "#E9EDF1", "#3E4A55"),
    Verdict.NOT_ASSESSED: Swatch("#FFFFFF", "#53626E", "#FFFFFF", "#53626E"),
}

#: From 1 (disagrees) to 5 (agrees): the colour, and that of a number on it.
SCALE = (
    ("#B3261E", "#FFFFFF"),
    ("#E58A5A", "#1D2A33"),
    ("#E9EDF1", "#1D2A33"),
    ("#8CC5AE", "#1D2A33"),
    ("#1F7A5C", "#FFFFFF"),
)
