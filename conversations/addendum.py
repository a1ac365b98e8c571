"""The addendum of a report in the chat, a page at a time: for the team, and for the member who has the report."""

from __future__ import annotations

from collections.abc import Callable

from conversations.kit import Button, Keyboard, Tap, Turn
from domain.addendum import Addendum
from domain.framework import Framework
from templates.plan_screens import ShowAddendum
from templates.render import label
from templates.screens import in_words_of

NORMS_ON_A_PAGE = 3


def show_page(
    turn: Turn,
    framework: Framework,
    organisation: str,
    addendum: Addendum,
    page: int,
    to: Callable[[int], Tap],
    back: Keyboard,
) -> None:
    """Show a page of an addendum in the words of its framework; `to` makes the button to another page."""
    pages = max(1, -(-len(addendum.norms) // NORMS_ON_A_PAGE))
    here = min(max(page, 0), pages - 1)
    shown = addendum.norms[here * NORMS_ON_A_PAGE : (here + 1) * NORMS_ON_A_PAGE]
    turning = [
        Button(label("earlier_page"), to(here - 1)) if here else None,
        Button(label("later_page"), to(here + 1)) if here + 1 < pages else None,
    ]
    screen = ShowAddendum(organisation, addendum, shown, here, pages)
    turn.show(in_words_of(screen, framework), Keyboard.flow(turning) + back)
