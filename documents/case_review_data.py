"""What the review of a period is made from: counts and measures, nothing that leads to a person or organisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from domain.cases import CaseReview


class CaseReviewReport(Struct, frozen=True):
    """A quarter (1 to 4) or, with 0, a year, beside the period of the same length before it.

    `themes` are the Dutch of themes. `measures` are pairs of a theme and what was done, without names; `taken_out`
    counts what was masked in them. `learning` are the lines of the procedure on what becomes of it. `made_at` is local
    and aware.
    """

    quarter: int
    made_at: datetime
    review: CaseReview
    before: CaseReview
    themes: Mapping[str, str]
    measures: tuple[tuple[str, str], ...]
    learning: tuple[str, ...]
    taken_out: int = 0
