"""The screens of the calculator: how many days an audit takes and what it might cost."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from domain.audit_days import DayProposal, Estimate, FeedbackPrice, PeopleKind
from templates.screens import Screen


class AskScopeFte(Screen, frozen=True):
    """How much fte; with who counts and who does not."""

    template = "calculator/ask_fte.html.j2"

    counted: tuple[PeopleKind, ...]
    left_out: tuple[PeopleKind, ...]
    hours: Fraction
    is_unread: bool = False


class GroupLine(Struct, frozen=True):
    """How much one group of people counts for; `hours` per week when that was typed."""

    label: str
    fte: Fraction
    hours: Fraction | None = None


class AskGroup(Screen, frozen=True):
    """How much work one group does: `place` of `total`; `is_heads` when somebody counted people instead."""

    template = "calculator/ask_group.html.j2"

    group: str
    place: int
    total: int
    known: tuple[GroupLine, ...]
    hours: Fraction
    is_unread: bool = False
    is_heads: bool = False


class VariantLine(Struct, frozen=True):
    """One way to be audited, with its days and what they might cost per CI."""

    label: str
    proposal: DayProposal
    estimates: tuple[Estimate, ...]


class ShowEstimate(Screen, frozen=True):
    """The days and the cost per variant; `hours` is what was typed when that was hours."""

    template = "calculator/estimate.html.j2"

    fte: Fraction
    hours: Fraction | None
    lines: tuple[VariantLine, ...]
    edition: str
    prices_as_of: str
    feedback: tuple[FeedbackPrice, ...]
    groups: tuple[GroupLine, ...] = ()


class MakeEstimate(Screen, frozen=True):
    """The estimate is being made as PDF."""

    template = "calculator/make_estimate.html.j2"

    fte: Fraction
