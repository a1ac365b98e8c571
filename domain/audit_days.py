"""How many days an audit takes: people in the scope -> fte -> a band of the table -> days, with every step.

The table comes from `domain/content/audit-days.yaml` (handbook §2.5). Days include planning, preparation and the
report. It is a proposal: the CI decides, and beyond the table only the CI has a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from domain.amounts import exact, read_amount


class Variant(StrEnum):
    """Who audits (handbook §2.2); the values are stored."""

    CI = "ci"
    COMBINATION = "combination"
    INTERCOLLEGIAL = "intercollegial"


class DayStatus(StrEnum):
    """What a proposal is worth."""

    OK = "ok"
    EXTRA_ONLY = "extra_only"  # a combination whose own audit time is not known yet
    ASK_QUOTE = "ask_quote"
    INVALID = "invalid"


class StepKind(StrEnum):
    """One step from fte to days, in the order in which a person would reckon."""

    BAND = "band"
    TABLE = "table"
    INTERCOLLEGIAL_EXTRA = "intercollegial_extra"
    COMBINATION_EXTRA = "combination_extra"
    BASE = "base"
    TOTAL = "total"
    PREPARATION = "preparation"
    ON_SITE = "on_site"


class Remark(StrEnum):
    """What has to be said beside a proposal."""

    BELOW_TABLE = "below_table"
    BETWEEN_BANDS = "between_bands"
    ABOVE_TABLE = "above_table"
    NO_ESTIMATE_FOR_SCHEME = "no_estimate_for_scheme"
    BASE_DAYS_MISSING = "base_days_missing"
    PEERS_ARE_EXTRA = "peers_are_extra"
    CI_DECIDES = "ci_decides"


class FteField(StrEnum):
    """The three fte fields of part A of the report (handbook bijlage 7)."""

    STAFF = "fte_staff"
    INTERNS = "fte_interns"
    VOLUNTEERS = "fte_volunteers"


class FteUnit(StrEnum):
    """In what somebody counts people; heads are no unit, because nobody knows what a head works."""

    FTE = "fte"
    HOURS = "hours"  # per week


class PeopleKind(Struct, frozen=True):
    """A kind of people, and in which field of the report it counts; None for who does not count for the scope."""

    id: str
    label: str
    report_field: FteField | None
    source: str

    @property
    def counts(self) -> bool:
        """Whether these people count for the fte of the scope."""
        return self.report_field is not None


class VariantRule(Struct, frozen=True):
    """How a variant is presented, and how many organisations take part at least (handbook §2.2)."""

    variant: Variant
    number: int
    label: str
    explain: str
    min_organisations: int
    schemes: tuple[str, ...] = ()


class DayRange(Struct, frozen=True):
    """From so many days to so many; both the same where the source gives one number."""

    low: Fraction
    high: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high


class DayBand(Struct, frozen=True):
    """A row of the table: `low` and `high` are whole fte, both inclusive."""

    low: int
    high: int
    ci: Fraction
    intercollegial: Fraction
    combination_extra: Fraction


class DayRate(Struct, frozen=True):
    """What a CI asked for a day in some period, without VAT; None leaves the period open at that side."""

    ci: str
    amount: int
    starts_on: date | None
    ends_on: date | None
    includes_travel: bool


class FeedbackPrice(Struct, frozen=True):
    """What a CI asked for feedback on a self-evaluation, without VAT and travel.

    `per_km` is what it adds for travel to an audit, empty when that is in its day rate.
    """

    ci: str
    low: int
    high: int
    per_km: str


class DayTable(Struct, frozen=True):
    """One edition of the table with the rules around it; `quote_schemes` are schemes without an estimate.

    `hour_words` follow an amount of hours per week, `head_words` a number of people, when somebody types it.
    """

    edition: str
    source: str
    bands: tuple[DayBand, ...]
    preparation: DayRange
    intercollegial_extra: Fraction
    quote_schemes: frozenset[str]
    variants: Mapping[Variant, VariantRule]
    people: tuple[PeopleKind, ...]
    hours_per_week: Fraction
    hour_words: frozenset[str]
    head_words: frozenset[str]
    rates: tuple[DayRate, ...]
    rates_as_of: str
    feedback: tuple[FeedbackPrice, ...] = ()

    def band(self, fte: Fraction) -> DayBand | None:
        """Return the first band whose upper edge is not below the fte, or None above the table (fractions: own)."""
        return next((band for band in self.bands if fte <= band.high), None)

    def kind(self, kind_id: str) -> PeopleKind:
        """Return a kind of people.

        Raises:
            KeyError: the table has no such kind.
        """
        return {kind.id: kind for kind in self.people}[kind_id]


class DayStep(Struct, frozen=True):
    """One step of the reckoning; `days` is None for the choice of the band."""

    kind: StepKind
    days: DayRange | None = None


class DayProposal(Struct, frozen=True):
    """How many days, and how that came about.

    `days` is None when there is no number or only an extra; `on_site` is what remains of the days of the table
    without planning, preparation and report (in a combination: beside the days of the other scheme).
    """

    variant: Variant
    status: DayStatus
    fte: Fraction | None = None
    band: DayBand | None = None
    days: Fraction | None = None
    extra: Fraction | None = None
    on_site: DayRange | None = None
    steps: tuple[DayStep, ...] = ()
    remarks: tuple[Remark, ...] = ()


def propose_days(
    fte: int | Decimal | Fraction | None,
    variant: Variant,
    table: DayTable,
    base_days: int | Decimal | Fraction | None = None,
    scheme: str | None = None,
) -> DayProposal:
    """Return how many days an audit of so many fte takes (handbook §2.5; domain book §4.4).

    `base_days` is the audit time of the other scheme in a combination, which only the CI knows; `scheme` names it.
    Above the table, and for a scheme without an estimate, only a quote helps: nothing is extrapolated.
    """
    amount, base = exact(fte), exact(base_days)
    if amount is None or amount <= 0 or (base_days is not None and (base is None or base <= 0)):
        return DayProposal(variant, DayStatus.INVALID, amount)
    band = table.band(amount)
    if band is None or _lacks_estimate(variant, scheme, table):
        remark = Remark.ABOVE_TABLE if band is None else Remark.NO_ESTIMATE_FOR_SCHEME
        return DayProposal(variant, DayStatus.ASK_QUOTE, amount, band, remarks=(remark, Remark.CI_DECIDES))
    if variant is Variant.COMBINATION:
        return _on_top_of(base, amount, band, table)
    return _by_table(variant, amount, band, table)


def _lacks_estimate(variant: Variant, scheme: str | None, table: DayTable) -> bool:
    return variant is Variant.COMBINATION and scheme in table.quote_schemes


def _by_table(variant: Variant, fte: Fraction, band: DayBand, table: DayTable) -> DayProposal:
    """Read the days of one row; with peers it is half a day more for planning, instruction and evaluation (§2.5)."""
    with_peers = variant is Variant.INTERCOLLEGIAL
    extra = table.intercollegial_extra if with_peers else None
    days = band.intercollegial if with_peers else band.ci
    reckoned = [DayStep(StepKind.BAND), _step(StepKind.TABLE, band.ci)]
    if extra is not None:
        reckoned.append(_step(StepKind.INTERCOLLEGIAL_EXTRA, extra))
    return DayProposal(
        variant,
        DayStatus.OK,
        fte,
        band,
        days=days,
        extra=extra,
        on_site=_on_site(days, table),
        steps=(*reckoned, _step(StepKind.TOTAL, days), *_field_work(days, table)),
        # Peer auditors come on top of the days of the CI (handbook bijlage 5 B1).
        remarks=(*_remarks(fte, band, table), *((Remark.PEERS_ARE_EXTRA,) if with_peers else ()), Remark.CI_DECIDES),
    )


def _on_top_of(base: Fraction | None, fte: Fraction, band: DayBand, table: DayTable) -> DayProposal:
    """Add the extra days of the label to the audit time of the other scheme, as far as that is known (§2.5)."""
    extra = band.combination_extra
    total = None if base is None else base + extra
    reckoned = [DayStep(StepKind.BAND)]
    if base is not None:
        reckoned.append(_step(StepKind.BASE, base))
    reckoned.append(_step(StepKind.COMBINATION_EXTRA, extra))
    if total is not None:
        reckoned.append(_step(StepKind.TOTAL, total))
    missing = (Remark.BASE_DAYS_MISSING,) if base is None else ()
    return DayProposal(
        Variant.COMBINATION,
        DayStatus.EXTRA_ONLY if base is None else DayStatus.OK,
        fte,
        band,
        days=total,
        extra=extra,
        on_site=_on_site(extra, table),
        steps=(*reckoned, *_field_work(extra, table)),
        remarks=(*missing, *_remarks(fte, band, table), Remark.CI_DECIDES),
    )


def _remarks(fte: Fraction, band: DayBand, table: DayTable) -> tuple[Remark, ...]:
    """Return what is odd about this fte: below the table, or between the whole numbers of two rows (both own)."""
    if fte < table.bands[0].low:
        return (Remark.BELOW_TABLE,)
    return (Remark.BETWEEN_BANDS,) if fte < band.low else ()


def _field_work(days: Fraction, table: DayTable) -> tuple[DayStep, ...]:
    return DayStep(StepKind.PREPARATION, table.preparation), DayStep(StepKind.ON_SITE, _on_site(days, table))


def _on_site(days: Fraction, table: DayTable) -> DayRange:
    return DayRange(days - table.preparation.high, days - table.preparation.low)


def _step(kind: StepKind, days: Fraction) -> DayStep:
    return DayStep(kind, DayRange(days, days))


# --- Who counts ------------------------------------------------------------------------------------------------------


class Headcount(Struct, frozen=True):
    """So much work of one kind of people, on the average of a year."""

    kind: str
    amount: Fraction
    unit: FteUnit = FteUnit.FTE


class ScopeFte(Struct, frozen=True):
    """The fte of a scope, as part A of the report splits it; hired people go with staff (own)."""

    staff: Fraction = Fraction(0)
    interns: Fraction = Fraction(0)
    volunteers: Fraction = Fraction(0)

    @property
    def total(self) -> Fraction:
        """The fte for the table."""
        return self.staff + self.interns + self.volunteers


class FteCount(Struct, frozen=True):
    """The fte of a scope with who was counted, in fte, and who was left out."""

    fte: ScopeFte
    counted: tuple[Headcount, ...]
    left_out: tuple[Headcount, ...]


class TypedWork(Struct, frozen=True):
    """An amount of work as it was typed; without a unit somebody counted heads, which say nothing of their hours."""

    amount: Fraction
    unit: FteUnit | None


_TYPED_WORK = re.compile(r"(?P<amount>[-−]?[\d.,]+)\s*(?P<word>[^\W\d]*)[^\d]*")


def read_work(text: str, table: DayTable) -> TypedWork | None:
    """Return an amount of work as typed ("12,5", "450 uur per week", "30 vrijwilligers"), None for no amount.

    The example report counts volunteers in heads, so that is recognised, to be asked again (domain book §4.3).
    """
    found = _TYPED_WORK.fullmatch(text.strip().lower())
    amount = read_amount(found["amount"]) if found is not None else None
    if found is None or amount is None:
        return None
    units = {"": FteUnit.FTE, "fte": FteUnit.FTE} | dict.fromkeys(table.hour_words, FteUnit.HOURS)
    if found["word"] in table.head_words:
        return TypedWork(amount, None)
    unit = units.get(found["word"])
    return TypedWork(amount, unit) if unit is not None else None


def fte_of(parts: Iterable[Headcount], table: DayTable) -> FteCount:
    """Return the fte of the scope (handbook §2.4, §2.5, bijlage 2): who lends a hand or only looks around is left out.

    Raises:
        KeyError: the table has no such kind of people.
        ValueError: an amount is below zero.
    """
    in_fte = tuple(_in_fte(part, table) for part in parts)
    counted = tuple(part for part in in_fte if table.kind(part.kind).counts)
    return FteCount(
        ScopeFte(
            staff=_sum(counted, FteField.STAFF, table),
            interns=_sum(counted, FteField.INTERNS, table),
            volunteers=_sum(counted, FteField.VOLUNTEERS, table),
        ),
        counted,
        tuple(part for part in in_fte if not table.kind(part.kind).counts),
    )


def _in_fte(part: Headcount, table: DayTable) -> Headcount:
    if part.amount < 0:
        raise ValueError(f"{part.kind}: {part.amount} is below zero")
    is_fte = part.unit is FteUnit.FTE
    return part if is_fte else Headcount(part.kind, part.amount / table.hours_per_week)


def _sum(parts: Iterable[Headcount], field: FteField, table: DayTable) -> Fraction:
    return sum((part.amount for part in parts if table.kind(part.kind).report_field is field), Fraction(0))


# --- What it might cost ----------------------------------------------------------------------------------------------


class Estimate(Struct, frozen=True):
    """Days times the day rate of one CI, without VAT: history, never an offer (handbook §2.5, bijlage 10)."""

    rate: DayRate
    amount: Fraction
    as_of: str


def estimates(days: Fraction, table: DayTable, on: date) -> tuple[Estimate, ...]:
    """Return what so many days might cost per CI, at the rate of that day or the last one that is known."""
    latest = {rate.ci: rate for rate in table.rates if rate.starts_on is None or rate.starts_on <= on}
    return tuple(Estimate(rate, days * rate.amount, table.rates_as_of) for rate in latest.values())
