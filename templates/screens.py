"""What a person can see: a frozen struct per screen, each with the template that says it in Dutch.

A screen holds domain values and plain texts, never markup. Tests compare screens; the Dutch has
rendering tests of its own. Screens and taps are structs of msgspec and not dataclasses, because there are
hundreds of them and a dataclass compiles six functions when it is made (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

import msgspec

from domain.framework import Framework
from domain.verdicts import Verdict

S = TypeVar("S", bound="Screen")


class Screen(msgspec.Struct, frozen=True):
    """Something to see; `template` is the file below templates/ that renders it."""

    template: ClassVar[str]
    #: Whether the screen itself says in which role the person is.
    names_role: ClassVar[bool] = False
    #: Whether it shows what was heard or seen in an audit, so that it must not be forwarded or saved.
    is_confidential: ClassVar[bool] = False


class SaysVerdicts(Screen, frozen=True, kw_only=True):
    """A screen that speaks of verdicts or of what they come to, in the words of the framework that is audited.

    `said` is what auditors call each verdict, `short` what fits beside a number, and `has_limits` whether there is a
    threshold, as `in_words_of` fills in.
    Two screens that say the same of the same are equal, in whichever words.
    """

    said: Mapping[Verdict, str] = msgspec.field(default_factory=dict)
    short: Mapping[Verdict, str] = msgspec.field(default_factory=dict)
    has_limits: bool = True

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash((type(self), *self._content()))

    def _content(self) -> list[object]:
        return [getattr(self, name) for name in self.__struct_fields__ if name not in ("said", "short", "has_limits")]


def in_words_of(screen: S, framework: Framework) -> S:
    """Return a screen as a framework says it; one that speaks of no verdicts is as it was."""
    if not isinstance(screen, SaysVerdicts):
        return screen
    short = {words.verdict: words.short for words in framework.verdicts}
    has_limits = framework.weighing.has_limits
    return msgspec.structs.replace(screen, said=framework.in_audit, short=short, has_limits=has_limits)
