"""A screen as the desk shows it: with verdicts in the words of the framework that is audited."""

from __future__ import annotations

from domain.framework import FrameworkId
from storage.content import load_frameworks
from templates import render as renderer
from templates.screens import Screen, in_words_of

LABEL = load_frameworks()[FrameworkId("kwaliteitslabel-2019")]


def render(screen: Screen) -> str:
    """Return the text of a screen in the words of the label."""
    return renderer.render(in_words_of(screen, LABEL))
