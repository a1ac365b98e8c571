"""The screens of the glossary."""

from __future__ import annotations

from functools import cache
from html import unescape

from domain.glossary import AskingWords, Entry
from templates.render import render
from templates.screens import Screen


class ExplainTerms(Screen, frozen=True):
    """What one or more words mean."""

    template = "glossary/explain.html.j2"

    entries: tuple[Entry, ...]


class ListTerms(Screen, frozen=True):
    """Every word that is explained; `unknown` is what somebody asked for in vain."""

    template = "glossary/list.html.j2"

    entries: tuple[Entry, ...]
    unknown: str = ""


class HowPeopleAsk(Screen, frozen=True):
    """No screen: the words with which people ask what a word means, one list to a line."""

    template = "glossary/asking.j2"


@cache
def asking_words() -> AskingWords:
    """Return how people ask what a word means."""
    openings, verbs, between, articles = unescape(render(HowPeopleAsk())).splitlines()
    return AskingWords(*(tuple(line.split("|")) for line in (openings, verbs, between, articles)))
