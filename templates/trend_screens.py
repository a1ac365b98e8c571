"""Screens of trends: what the branch learns of all audits together, and how a member decides about taking part."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from domain.framework import Norm
from domain.privacy_guard import PrivacyKind
from domain.trends import Benchmark, Cell, Level, Order
from templates.screens import Screen


class TrendTold(StrEnum):
    """What just happened, in a line above the screen."""

    JOINED = "joined"
    LEFT = "left"
    WITH_POINTS = "with_points"
    WITHOUT_POINTS = "without_points"
    SHARED = "shared"
    TAKEN_BACK = "taken_back"
    CHANGED = "changed"  # a colleague was first


class GroupWords(Struct, frozen=True):
    """Which organisations are counted together: the level, and the words for size and variant where it has them."""

    level: Level
    size: str = ""
    variant: str = ""


class TrendLine(Struct, frozen=True):
    """One norm with its numbers."""

    norm: Norm
    cell: Cell


class ShowTrends(Screen, frozen=True):
    """A page of norms of one group; `ends_on` is None as long as nothing was published."""

    template = "trends/trends.html.j2"

    owner: str
    is_of_ci: bool
    framework: str
    ends_on: date | None
    group: GroupWords | None
    order: Order
    lines: tuple[TrendLine, ...]
    page: int
    pages: int
    hidden: int  # norms of which nothing is shown, because too few organisations have them
    min_organisations: int


class BesideLine(Struct, frozen=True):
    """One norm with how others do at it."""

    norm: Norm
    beside: Benchmark


class ShowBeside(Screen, frozen=True):
    """How others do, a page of norms at a time, those with most to improve first."""

    template = "trends/beside.html.j2"

    organisation: str
    ends_on: date | None
    size: str
    lines: tuple[BesideLine, ...]
    page: int
    pages: int
    min_organisations: int


class ShowBesideNorm(Screen, frozen=True):
    """How others do at one norm; `beside` is None when there are too few, and `takes_part` when one may know."""

    template = "trends/beside_norm.html.j2"

    norm: Norm
    beside: Benchmark | None
    size: str
    ends_on: date | None
    takes_part: bool
    min_organisations: int


class ExplainTrends(Screen, frozen=True):
    """What taking part means, and whether the organisation does; only a coordinator decides."""

    template = "trends/explain.html.j2"

    organisation: str
    takes_part: bool
    shares_points: bool
    decided_on: date | None
    may_decide: bool
    min_organisations: int
    told: TrendTold | None = None


class ConfirmLeaving(Screen, frozen=True):
    """Stop taking part?"""

    template = "trends/confirm_leaving.html.j2"

    organisation: str


class PointLine(Struct, frozen=True):
    """One strong point of the own report."""

    text: str
    is_shared: bool


class ChoosePoints(Screen, frozen=True):
    """Which of these may others read?"""

    template = "trends/choose_points.html.j2"

    lines: tuple[PointLine, ...]
    told: TrendTold | None = None


class LookAgain(Screen, frozen=True):
    """One strong point as others would read it; `sensitive` is what in it keeps it from being shared."""

    template = "trends/look_again.html.j2"

    text: str
    is_shared: bool
    names_us: bool
    sensitive: tuple[PrivacyKind, ...]


class ShowSharedPoints(Screen, frozen=True):
    """A page of strong points that organisations share."""

    template = "trends/points.html.j2"

    points: tuple[str, ...]
    page: int
    pages: int
    min_organisations: int


class MakeTrends(Screen, frozen=True):
    """The workbook or picture is on its way."""

    template = "trends/making.html.j2"

    is_picture: bool


class CaptionTrends(Screen, frozen=True):
    """What stands below the file."""

    template = "trends/caption.html.j2"

    owner: str
    ends_on: date
