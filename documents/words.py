"""The Dutch of the documents, by its place in `words.yaml`; Python composes, it never writes Dutch itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("words.yaml")


@cache
def _all() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content


def entry(place: str) -> Any:
    """Return what stands at a place such as "excel.norms", whatever its shape.

    Raises:
        KeyError: there is nothing at that place.
    """
    found: Any = _all()
    for key in place.split("."):
        found = found[key]
    return found


def text(place: str, **values: object) -> str:
    """Return the text at a place with its {names} filled in; values are never read as a pattern."""
    pattern: str = entry(place)
    return pattern.format(**values)


def counted(place: str, n: int) -> str:
    """Return the singular or plural at a place for `n` of something."""
    return text(f"{place}.{'one' if n == 1 else 'many'}", n=n)


def long_date(day: date) -> str:
    """Return "21 november 2026"."""
    return f"{day.day} {entry('months')[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """Return "21 nov 2026", for tables and narrow places."""
    return f"{day.day} {entry('months_short')[day.month - 1]} {day.year}"


def file_size(size_bytes: int) -> str:
    """Return "340 kB" or "1,2 MB", with the decimal comma of Dutch."""
    if size_bytes < 1_000_000:
        return text("attachment.kilobytes", n=max(1, round(size_bytes / 1000)))
    return text("attachment.megabytes", n=f"{size_bytes / 1_000_000:.1f}".replace(".", ","))
