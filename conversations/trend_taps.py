"""The buttons of trends; what a publication or a group is follows from its place in the list of who looks."""

from __future__ import annotations

from conversations.kit import Tap
from domain.audit import AuditId
from domain.framework import NormId
from domain.trends import Order


class TrendsTap(Tap, frozen=True):
    """To the trends: of the branch, of one's own CI, or beside one's own organisation."""

    prefix = "Ga"


class TrendPageTap(Tap, frozen=True):
    """To a page of norms; all count from 0."""

    prefix = "Gb"

    publication: int
    group: int
    order: Order
    page: int


class BesidePageTap(Tap, frozen=True):
    """To a page of how others do; pages count from 0."""

    prefix = "Gc"

    page: int


class BesideNormTap(Tap, frozen=True):
    """To how others do at one norm."""

    prefix = "Gd"

    norm: NormId


class TakePartTap(Tap, frozen=True):
    """To what taking part means, and whether the organisation does."""

    prefix = "Ge"


class DecideTap(Tap, frozen=True):
    """Take part or stop, with or without sharing strong points; stopping is asked twice."""

    prefix = "Gf"

    takes_part: bool
    shares_points: bool
    version: int
    is_sure: bool


class PointsTap(Tap, frozen=True):
    """To one's own strong points, to choose which are shared."""

    prefix = "Gg"


class PointTap(Tap, frozen=True):
    """Look once more at one strong point."""

    prefix = "Gh"

    audit: AuditId
    number: int


class SharePointTap(Tap, frozen=True):
    """Share a strong point as it was seen, or take it back."""

    prefix = "Gi"

    audit: AuditId
    number: int
    is_shared: bool


class SharedPointsTap(Tap, frozen=True):
    """To the strong points that others share; pages count from 0."""

    prefix = "Gj"

    publication: int
    page: int


class TrendFileTap(Tap, frozen=True):
    """Make a workbook or a picture."""

    prefix = "Gk"

    publication: int
    group: int
    is_picture: bool
