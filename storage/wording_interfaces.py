"""What may be asked of official wording that an operator imported."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from msgspec import Struct

from domain.framework import FrameworkId, NormId
from domain.norm_import import Import

WordingId = NewType("WordingId", int)


class ForWhom(StrEnum):
    """Who sees an import: one organisation, or everybody on this installation."""

    ORGANISATION = "organisation"
    EVERYBODY = "everybody"


class ShownWording(Struct, frozen=True):
    """An import that is shown now, with the norms that it holds."""

    id: WordingId
    framework: FrameworkId
    whom: ForWhom
    source: str
    norms: tuple[NormId, ...]
    since: datetime


class Wording(Protocol):
    """Official wording, for operators only."""

    def propose(self, found: Import, framework: FrameworkId, source: str, at: datetime) -> WordingId:
        """Keep what was found until somebody confirms it; an older proposal goes. Raises NotAllowed."""
        ...

    def confirm(self, wording: WordingId, whom: ForWhom, at: datetime) -> ShownWording:
        """Show a proposal from now on, in the place of an earlier import. Raises NotAllowed."""
        ...

    def shown(self) -> tuple[ShownWording, ...]:
        """Return what is shown on this installation and in the actor's organisation. Raises NotAllowed."""
        ...

    def withdraw(self, wording: WordingId, at: datetime) -> None:
        """Go back to our own wording; the text itself is erased. Raises NotAllowed."""
        ...
