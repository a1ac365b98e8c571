"""Showing again where a person is, with a line on top: after a message, an edit or something taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations.answering import QUESTIONS, View, ask_question, list_hints, show_norm, show_recap
from conversations.evaluation_desk import AT_NORM, At, Desk
from conversations.evaluation_taps import Ask
from conversations.given import show_given, show_item, show_other_norms, show_summary
from conversations.improvement_plan import show_documents, show_plan
from conversations.overview import show_closing, show_grid, show_overview
from domain.framework import Norm
from templates.evaluation_screens import Notice

VIEWS_AT_NORM: Mapping[At, View] = {
    **{At(asked.value): QUESTIONS[asked] for asked in Ask},
    At.NORM: show_norm,
    At.RECAP: show_recap,
    At.SUMMARY: show_summary,
    At.QUESTION: ask_question,
    At.HINTS: list_hints,
    At.GIVEN: show_given,
    At.ITEM: show_item,
    At.MOVING: show_other_norms,
}
VIEWS_ELSEWHERE: Mapping[At, Callable[[Desk, Notice | None], At]] = {
    At.OVERVIEW: show_overview,
    At.CHOOSING: show_grid,
    At.CLOSING: show_closing,
    At.DOCUMENTS: show_documents,
    At.PLAN: show_plan,
}


def show_again(desk: Desk, notice: Notice | None = None) -> At:
    """Show the screen of the present state again."""
    norm = desk.norm
    if desk.state in AT_NORM:
        return show_at(desk, desk.state, norm, notice) if norm else show_overview(desk, notice)
    return VIEWS_ELSEWHERE[desk.state](desk, notice)


def show_at(desk: Desk, state: At, norm: Norm, notice: Notice | None = None) -> At:
    """Show the screen of a state at a norm."""
    return VIEWS_AT_NORM[state](desk, norm, notice)
