"""What the rest of Handvat may ask of storage about trends.

A member organisation takes part when its coordinator says so, and sees how others do as long as it does. The
secretariat of SWN sees what was published of the whole branch, a certifying body only of its own audits. Nobody sees
who takes part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NewType, Protocol

from msgspec import Struct

from domain.audit import AuditId
from domain.framework import FrameworkId, NormId
from domain.trends import Benchmark, Cell, Group
from storage.interfaces import Refusal

PublicationId = NewType("PublicationId", int)


class Consent(Struct, frozen=True):
    """What an organisation agreed to; `version` is 0 as long as nobody decided anything."""

    takes_part: bool = False
    shares_points: bool = False
    version: int = 0
    decided_on: date | None = None


class DecidedMeanwhile(Refusal):
    """A colleague decided about taking part since the screen was made; `now` is how it is."""

    def __init__(self, now: Consent) -> None:
        super().__init__(f"consent is at version {now.version}")
        self.now = now


class Publication(Struct, frozen=True):
    """What was published of one framework up to a day."""

    id: PublicationId
    framework: FrameworkId
    ends_on: date


class Beside(Struct, frozen=True):
    """How others do per norm, for one member: `size` is its own size class, empty when not known."""

    publication: Publication
    size: str
    benchmarks: Mapping[NormId, Benchmark]


class SharablePoint(Struct, frozen=True):
    """A strong point of the member's own final report."""

    audit: AuditId
    number: int
    text: str
    is_shared: bool


class Trends(Protocol):
    """The trends within the actor's reach; all methods raise NotAllowed out of reach."""

    def consent(self) -> Consent:
        """Return what the actor's organisation agreed to; for its coordinators and colleagues."""
        ...

    def decide(self, *, takes_part: bool, shares_points: bool, at: datetime, seen: int) -> Consent:
        """Record what the organisation agrees to; who stops leaves all that was published at once.

        Raises:
            DecidedMeanwhile
        """
        ...

    def sharable(self) -> tuple[SharablePoint, ...]:
        """Return the strong points of the newest final report, for the coordinator to choose from."""
        ...

    def share(self, audit: AuditId, number: int, at: datetime, *, is_shared: bool) -> None:
        """Share one strong point as it was seen, or take it back; only with consent for it."""
        ...

    def publications(self) -> tuple[Publication, ...]:
        """Return what was published, the newest first."""
        ...

    def groups(self, publication: PublicationId) -> tuple[Group, ...]:
        """Return the groups that the actor may see, the widest first."""
        ...

    def cells(self, publication: PublicationId, group: Group) -> tuple[Cell, ...]:
        """Return the cells of a group that the actor may see."""
        ...

    def points(self, framework: FrameworkId) -> tuple[str, ...]:
        """Return the strong points that organisations share, without names, once enough of them do."""
        ...

    def beside(self, framework: FrameworkId | None = None) -> Beside | None:
        """Return how others do beside the actor's organisation; None when it does not take part, or nothing is there.

        `framework` is the one that is asked about, None for what was published last.
        """
        ...


__all__ = [
    "Beside", "Consent", "DecidedMeanwhile", "Publication", "PublicationId", "SharablePoint", "Trends",
]  # fmt: skip
