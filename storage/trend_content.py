"""The content file of trends: YAML becomes `domain.trends.TrendRules`."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from domain.periods import MONTHS
from domain.trends import SizeClass, TrendRules
from storage.content import CONTENT_DIRECTORY, Section, reading

_LEAST = 3  # with two, each knows what the other has
_MAX_ID, _MAX_LABEL = 20, 40


def load_trend_rules(path: Path = CONTENT_DIRECTORY / "trends.yaml") -> TrendRules:
    """Return how trends are published.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        least, months = root.number("min_organisations"), root.number("period_months")
        if least < _LEAST:
            root.complain("min_organisations", f"is {least}.", f"Write {_LEAST} or more.")
        if months not in MONTHS:
            remedy = f"Choose {', '.join(map(str, MONTHS))}: they divide a year."
            root.complain("period_months", f"is {months}.", remedy)
        age = root.number("max_age_months")
        if age < months:
            root.complain("max_age_months", f"is {age}.", "Write at least as many months as a period has.")
        rules = TrendRules(
            min_organisations=max(least, _LEAST),
            period_months=months if months in MONTHS else 12,
            publish_after_days=root.number("publish_after_days"),
            max_age_months=age,
            sizes=_sizes(root),
        )
        root.text("source")
    return rules


def _sizes(root: Section) -> tuple[SizeClass, ...]:
    sizes = tuple(map(_size, root.sections("sizes", name="size")))
    edges = [size.up_to for size in sizes]
    if not sizes or edges[-1] is not None or None in edges[:-1]:
        root.complain("sizes", "does not end with the largest.", "Write up_to: null at the last one only.")
    elif any(low >= high for low, high in pairwise(edge for edge in edges if edge is not None)):
        root.complain("sizes", "is not in order.", "Write the smallest first.")
    return sizes


def _size(entry: Section) -> SizeClass:
    written = entry.optional_text("up_to")
    if written is not None and not written.isdecimal():
        entry.complain("up_to", f"is “{written}”.", "Write a whole number of fte between quotes, or null.")
    up_to = Fraction(int(written)) if written is not None and written.isdecimal() else None
    found = SizeClass(entry.text("id", max_length=_MAX_ID), entry.text("label", max_length=_MAX_LABEL), up_to)
    entry.text("source")
    entry.finish()
    return found
