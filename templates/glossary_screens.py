"""The screens of the glossary."""

from __future__ import annotations

from dataclasses import dataclass

from domain.glossary import Entry
from templates.screens import Screen


@dataclass(frozen=True)
class ExplainTerms(Screen):
    """What one or more words mean."""

    template = "glossary/explain.html.j2"

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ListTerms(Screen):
    """Every word that is explained; `unknown` is what somebody asked for in vain."""

    template = "glossary/list.html.j2"

    entries: tuple[Entry, ...]
    unknown: str = ""
