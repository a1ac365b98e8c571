"""The screens of the operator who imports official wording."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from domain.framework import NormId
from domain.norm_import import Doubt, ImportedNorm
from templates.screens import Screen


class WordingNews(StrEnum):
    """What just happened."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    TOO_LARGE = "too_large"


class WordingLine(Struct, frozen=True):
    """An import that is shown: of which norms, from where and for whom."""

    framework: str
    whom: str
    source: str
    norms: int
    total: int
    since: datetime


class ShowWording(Screen, frozen=True):
    """What is shown now, and how to import."""

    template = "wording/show.html.j2"

    lines: tuple[WordingLine, ...]
    news: WordingNews | None = None


class ReadingFile(Screen, frozen=True):
    """The file is being read."""

    template = "wording/reading.html.j2"

    name: str


class DoubtfulNorm(Struct, frozen=True):
    """A norm that keeps our wording, and why."""

    norm: NormId
    doubts: tuple[Doubt, ...]


class ShowImport(Screen, frozen=True):
    """What was found in a file, before anything is shown to anybody."""

    template = "wording/found.html.j2"

    name: str
    framework: str
    usable: int
    total: int
    doubtful: tuple[DoubtfulNorm, ...]
    missing: tuple[NormId, ...]
    guessed: tuple[NormId, ...]
    differing: tuple[NormId, ...]
    with_questions: int
    with_examples: int
    examples: tuple[ImportedNorm, ...]
    organisation: str | None


class ImportFailed(Screen, frozen=True):
    """No norm came out of the file."""

    template = "wording/failed.html.j2"

    name: str
    problem: str
