"""What makes people think further about a norm."""

from __future__ import annotations

from domain.framework import Norm, Principle
from templates.screens import Screen


class ThinkFurther(Screen, frozen=True):
    """Questions about one's own pattern, the quality principles behind a norm, and the direction in which to look."""

    template = "depth/think_further.html.j2"

    norm: Norm
    principles: tuple[Principle, ...]
    compass: tuple[tuple[str, str], ...]
    copyright: str
