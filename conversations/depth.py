"""Thinking further about a norm: reflective questions, the quality principles behind it, and the compass.

It is a message of its own, on request: nobody loses their place, what is typed next is kept where it was, and one
button leads back to the norm.
"""

from __future__ import annotations

from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Turn, on_tap
from conversations.returning import back_to_norm
from conversations.taps import ThinkFurtherTap
from domain.framework import Framework, Norm
from templates.common_screens import Trouble
from templates.depth_screens import ThinkFurther
from templates.render import label


def think_further(turn: Turn, tap: ThinkFurtherTap) -> None:
    """Show what makes people think further about a norm."""
    for framework in turn.work.frameworks.values():
        if framework.has(tap.norm):
            norm = framework.norm(tap.norm)
            principles = framework.principles_of(norm.id)
            screen = ThinkFurther(norm, principles, framework.compass, framework.copyright)
            turn.say(screen, back_to_norm(turn, norm.id))
            return
    show_trouble(turn, Trouble.AGED)


def further_button(framework: Framework, norm: Norm) -> Button | None:
    """Return the way to think further, None where there is nothing to think with."""
    has_any = norm.reflective_questions or framework.principles_of(norm.id)
    return Button(label("think_further"), ThinkFurtherTap(norm.id)) if has_any else None


DEPTH = Conversation(name="depth", entry_points=[on_tap(ThinkFurtherTap, think_further)])

CONVERSATIONS = (DEPTH,)
