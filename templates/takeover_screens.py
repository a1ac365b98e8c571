"""The screen of taking over what was said in another framework."""

from __future__ import annotations

from msgspec import Struct

from domain.framework import Norm, NormId
from domain.mapping import Strength
from domain.verdicts import Verdict
from templates.evaluation_screens import Header, Notice, Quote
from templates.screens import Screen


class NearLine(Struct, frozen=True):
    """A norm of the other framework and why it comes close: `points` are numbers of the one that has them.

    `said` is the verdict there in words; `principles` are the names of the quality principles behind both.
    """

    norm: Norm
    strength: Strength
    points: tuple[int, ...]
    verdict: Verdict
    said: str
    principles: tuple[str, ...] = ()


class TextLine(Struct, frozen=True):
    """A text or file of the other framework, with the norm where it was handed in."""

    norm: Norm
    quote: Quote


class ShowOtherFramework(Screen, frozen=True):
    """What the other framework has to offer for a norm; `proposed` is the verdict in words, empty for none.

    With the verdict go the `reason` why the norm does not apply, or the `action` (what, by whom) of norm `action_of`.
    """

    template = "self_evaluation/other_framework.html.j2"

    header: Header
    source: str
    points_here: bool
    near: tuple[NearLine, ...]
    verdict: Verdict | None
    proposed: str
    texts: tuple[TextLine, ...]
    later: int
    may_write: bool
    reason: str = ""
    action: tuple[str, ...] = ()
    action_of: NormId | None = None
    notice: Notice | None = None


class TakenFrom(Screen, frozen=True):
    """The first line of a text that was taken over: where it came from."""

    template = "self_evaluation/taken_from.html.j2"

    framework: str
    round: int
    norm: NormId
    receipt: int
    has_file: bool
