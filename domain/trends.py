"""Trends for the branch: how often a norm is met, asks for improvement or is a strong point, over many audits.

    final reports of who takes part -> facts -> publish -> cells, per norm and group -> screens, workbook, picture

Nobody may be recognised. A cell stands for at least `min_organisations` organisations, and so does everything that can
be worked out from cells together: whoever subtracts a part from a whole gets a sum over organisations that are in the
whole and not in the part. Therefore the published groups divide the organisations of a norm in atoms (who is in exactly
the same groups), and a group is only published as long as every atom is large enough. Any sum or difference of cells,
of however many, is then a sum over whole atoms. Each final report is counted in one publication only, and a publication
is made of a period that is over and never grows, so comparing two moments tells nothing either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from domain.audit import AuditId
from domain.audit_days import Variant
from domain.dates import add_months
from domain.framework import NormId
from domain.periods import Period
from domain.roles import OrganisationId
from domain.verdicts import JUDGED_VERDICTS, Verdict


class Level(StrEnum):
    """How wide a group is; published in this order, because the wider one tells more people something."""

    ALL = "all"
    SIZE = "size"
    CI = "ci"
    COMPARABLE = "comparable"  # the same size and the same variant


class SizeClass(Struct, frozen=True):
    """Organisations up to so many fte in the scope; `up_to` is None for the largest."""

    id: str
    label: str
    up_to: Fraction | None


class TrendRules(Struct, frozen=True):
    """How trends are published; `max_age_months` is how old a final report may be to be counted."""

    min_organisations: int
    period_months: int
    publish_after_days: int
    max_age_months: int
    sizes: tuple[SizeClass, ...]

    def size_of(self, fte: Fraction) -> str:
        """Return the size class of an organisation, empty when its fte is not known."""
        if fte <= 0:
            return ""
        return next(size.id for size in self.sizes if size.up_to is None or fte <= size.up_to)

    def label_of(self, size: str) -> str:
        """Return how a size class is called, empty for none."""
        return next((found.label for found in self.sizes if found.id == size), "")

    def newest_period(self, today: date) -> Period:
        """Return the last period that is over for so long that it is published."""
        period = Period.of(today, self.period_months).before
        return period if today >= self.published_on(period) else period.before

    def published_on(self, period: Period) -> date:
        """Return the day from which a period is published."""
        return period.ends_on + timedelta(days=self.publish_after_days)

    def oldest_report(self, period: Period) -> date:
        """Return the first day on which a report may have become final to be counted with a period."""
        return add_months(period.ends_on, -self.max_age_months) + timedelta(days=1)


class Group(Struct, frozen=True):
    """Which organisations are counted together; what a level does not ask for is empty."""

    level: Level
    size: str = ""
    variant: Variant | None = None
    ci: OrganisationId | None = None


ALL = Group(Level.ALL)


class AuditFacts(Struct, frozen=True):
    """What one final report said, of an organisation that takes part."""

    audit: AuditId
    organisation: OrganisationId
    ci: OrganisationId
    final_on: date
    size: str
    variant: Variant
    verdicts: Mapping[NormId, Verdict]
    strong: frozenset[NormId] = frozenset()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups to which it belongs, the widest first; without a size only those that need none."""
        sized = (Group(Level.SIZE, self.size), Group(Level.COMPARABLE, self.size, self.variant)) if self.size else ()
        return (ALL, *sized[:1], Group(Level.CI, ci=self.ci), *sized[1:])


class Cell(Struct, frozen=True):
    """One norm in one group: of how many organisations it applies to, how many have what.

    `improvements` are partial or not met, of which `not_met` the latter; `strong` has a strong point there.
    """

    norm: NormId
    group: Group
    applies: int
    improvements: int
    not_met: int
    strong: int

    @property
    def met(self) -> int:
        """How many meet the norm."""
        return self.applies - self.improvements

    @property
    def partial(self) -> int:
        """How many meet it in part."""
        return self.improvements - self.not_met

    @property
    def share(self) -> Fraction:
        """Which part has something to improve."""
        return Fraction(self.improvements, self.applies) if self.applies else Fraction(0)

    def without(self, verdict: Verdict | None, *, is_strong: bool) -> Cell:
        """Return the cell without one organisation that is in it; unchanged when the norm does not apply there."""
        if verdict not in JUDGED_VERDICTS:
            return self
        return replace(
            self,
            applies=self.applies - 1,
            improvements=self.improvements - verdict.needs_improvement,
            not_met=self.not_met - (verdict is Verdict.NOT_MET),
            strong=self.strong - is_strong,
        )


def newest_of_each(facts: Iterable[AuditFacts]) -> tuple[AuditFacts, ...]:
    """Return the newest report of every organisation: an organisation counts once in a publication."""
    newest: dict[OrganisationId, AuditFacts] = {}
    for fact in sorted(facts, key=lambda fact: (fact.final_on, fact.audit)):
        newest[fact.organisation] = fact
    return tuple(newest.values())


def publish(facts: Sequence[AuditFacts], rules: TrendRules) -> tuple[Cell, ...]:
    """Return the cells of one publication, by norm, then by group; each organisation may be in the facts once.

    Whatever can be worked out from the cells by adding and subtracting stands for at least `min_organisations`
    organisations to which the norm applies.
    """
    members = _members(facts)
    norms = dict.fromkeys(norm for fact in facts for norm in fact.verdicts)
    cells: list[Cell] = []
    for norm in norms:
        counted = _Counted.of(norm, facts)
        atoms: list[int] = []
        for group, mask in members.items():
            divided = _divided(atoms, mask)
            if all((atom & counted.applies).bit_count() >= rules.min_organisations for atom in divided):
                atoms = divided
                cells.append(counted.cell(group, mask))
    return tuple(cells)


def _members(facts: Sequence[AuditFacts]) -> Mapping[Group, int]:
    """Return who is in every group, a bit per organisation, in the order in which groups are tried.

    Of one level the largest comes first, so that what is held back is as little as possible.
    """
    masks: dict[Group, int] = defaultdict(int)
    for place, fact in enumerate(facts):
        for group in fact.groups:
            masks[group] |= 1 << place
    levels = list(Level)
    order = sorted(masks, key=lambda group: (levels.index(group.level), -masks[group].bit_count(), str(group)))
    return {group: masks[group] for group in order}


def _divided(atoms: Sequence[int], mask: int) -> list[int]:
    """Return the atoms once a group is published as well: each is cut in who is in it and who is not."""
    parts = [part for atom in atoms for part in (atom & mask, atom & ~mask) if part]
    rest = mask
    for atom in atoms:
        rest &= ~atom
    return [*parts, rest] if rest else parts


class _Counted(Struct, frozen=True):
    """Of one norm: who has what, a bit per organisation."""

    norm: NormId
    applies: int
    improvements: int
    not_met: int
    strong: int

    @staticmethod
    def of(norm: NormId, facts: Sequence[AuditFacts]) -> _Counted:
        applies = improvements = not_met = strong = 0
        for place, fact in enumerate(facts):
            verdict, bit = fact.verdicts.get(norm), 1 << place
            if verdict not in JUDGED_VERDICTS:
                continue
            applies |= bit
            improvements |= bit if verdict.needs_improvement else 0
            not_met |= bit if verdict is Verdict.NOT_MET else 0
            strong |= bit if norm in fact.strong else 0
        return _Counted(norm, applies, improvements, not_met, strong)

    def cell(self, group: Group, mask: int) -> Cell:
        return Cell(
            self.norm,
            group,
            (self.applies & mask).bit_count(),
            (self.improvements & mask).bit_count(),
            (self.not_met & mask).bit_count(),
            (self.strong & mask).bit_count(),
        )


# --- What a member sees beside its own report ------------------------------------------------------------------------


class Benchmark(Struct, frozen=True):
    """How others do at one norm: the narrowest group that is large enough without the one who looks."""

    cell: Cell

    @property
    def level(self) -> Level:
        """How comparable the others are."""
        return self.cell.group.level


def benchmark(
    cells: Iterable[Cell], groups: Sequence[Group], own: AuditFacts | None, rules: TrendRules
) -> Benchmark | None:
    """Return how others do at a norm: `cells` of that norm, in the first of `groups` with enough others.

    `own` is what the one who looks brought in; it is left out, because it would count as one of the others.
    """
    found = {cell.group: cell for cell in cells}
    for group in groups:
        cell = found.get(group)
        if cell is not None and own is not None and group in own.groups:
            cell = cell.without(own.verdicts.get(cell.norm), is_strong=cell.norm in own.strong)
        if cell is not None and cell.applies >= rules.min_organisations:
            return Benchmark(cell)
    return None


def comparable_groups(size: str, variant: Variant | None) -> tuple[Group, ...]:
    """Return whom a member is compared with, the most comparable first; wider where that says too little."""
    exact = (Group(Level.COMPARABLE, size, variant),) if size and variant else ()
    return (*exact, *((Group(Level.SIZE, size),) if size else ()), ALL)


class Order(StrEnum):
    """By what norms are listed."""

    IMPROVEMENTS = "improvements"
    STRONG = "strong"
    FRAMEWORK = "framework"


def in_order(cells: Iterable[Cell], order: Order, norms: Sequence[NormId]) -> tuple[Cell, ...]:
    """Return cells of one group in an order; what is not among the `norms` of the framework is left out."""
    places = {norm: place for place, norm in enumerate(norms)}
    known = [cell for cell in cells if cell.norm in places]
    return tuple(sorted(known, key=lambda cell: (-_weight(cell, order), places[cell.norm])))


def _weight(cell: Cell, order: Order) -> Fraction:
    if order is Order.STRONG and cell.applies:
        return Fraction(cell.strong, cell.applies)
    return cell.share if order is Order.IMPROVEMENTS else Fraction(0)
