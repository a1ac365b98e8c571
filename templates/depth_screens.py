"""What makes people think further about a norm."""

from __future__ import annotations

from dataclasses import dataclass

from domain.framework import Norm, Principle
from templates.screens import Screen


@dataclass(frozen=True)
class ThinkFurther(Screen):
    """Questions about one's own pattern, the quality principles behind a norm, and the direction in which to look."""

    template = "depth/think_further.html.j2"

    norm: Norm
    principles: tuple[Principle, ...]
    compass: tuple[tuple[str, str], ...]
    copyright: str
