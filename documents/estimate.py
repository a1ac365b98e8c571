"""What an audit of so many fte takes and might cost, on one page: days, steps and prices per way to be audited.

History and a table, never an offer: the page says so, with the year of the prices.
"""

from __future__ import annotations

from fractions import Fraction

from documents import words
from documents.estimate_data import EstimateReport
from documents.typesetting import typeset_pdf, typeset_png
from domain.amounts import rounded
from domain.audit_days import (
    DayProposal,
    DayRange,
    DayStatus,
    DayTable,
    Estimate,
    StepKind,
    Variant,
    estimates,
    propose_days,
)

_WORDS = (
    "title", "fte", "ci", "days", "rate", "amount", "travel", "people", "counts", "not", "feedback", "disclaimer",
)  # fmt: skip


def render_estimate(report: EstimateReport) -> bytes:
    """Return the estimate as a PDF of one page."""
    return typeset_pdf("estimate.typ", _values(report), report.made_at)


def picture_of(report: EstimateReport) -> bytes:
    """Return the page as a picture, to look at."""
    return typeset_png("estimate.typ", _values(report))


def file_name(report: EstimateReport) -> str:
    """Return a name such as "Dagen en kosten 42,5 fte.pdf"."""
    return words.text("file.estimate", fte=_amount(report.fte))


def _values(report: EstimateReport) -> dict[str, object]:
    table = report.table
    band = table.band(report.fte)
    return {
        "words": {name: words.text(f"estimate.{name}") for name in _WORDS},
        "fte": _amount(report.fte),
        "date": words.long_date(report.made_at.date()),
        "band": words.text("estimate.band", low=band.low, high=band.high, edition=table.edition) if band else "",
        "variants": [_variant(report, variant) for variant in table.variants],
        "counted": [kind.label for kind in table.people if kind.counts],
        "left_out": [kind.label for kind in table.people if not kind.counts],
        "hours": words.text("estimate.hours", hours=_amount(table.hours_per_week)),
        "feedback": [_feedback(table, number) for number in range(len(table.feedback))],
        "prices": words.text("estimate.prices", year=table.rates_as_of),
    }


def _variant(report: EstimateReport, variant: Variant) -> dict[str, object]:
    table = report.table
    proposal = propose_days(report.fte, variant, table)
    days = proposal.days if proposal.status is DayStatus.OK else proposal.extra
    return {
        "label": table.variants[variant].label,
        "explain": table.variants[variant].explain,
        "days": _days(proposal),
        "steps": [line for step in proposal.steps if (line := _step(proposal, step.kind, step.days))],
        "costs": [_cost(cost, days) for cost in estimates(days, table, report.on)] if days is not None else [],
    }


def _days(proposal: DayProposal) -> str:
    if proposal.status is DayStatus.OK and proposal.days is not None:
        return words.text("estimate.in_days", n=_amount(proposal.days))
    if proposal.status is DayStatus.EXTRA_ONLY and proposal.extra is not None:
        return words.text("estimate.extra", n=_amount(proposal.extra))
    return words.text("estimate.ask_quote")


def _step(proposal: DayProposal, kind: StepKind, days: DayRange | None) -> str:
    """Return what a step says; the one of the table only where something is added to it."""
    says = {StepKind.INTERCOLLEGIAL_EXTRA, StepKind.PREPARATION, StepKind.ON_SITE}
    if days is None or not (kind in says or (kind is StepKind.TABLE and proposal.extra)):
        return ""
    return words.text(f"estimate.step.{kind.value}", n=_range(days))


def _range(days: DayRange) -> str:
    if days.is_exact:
        return _amount(days.low)
    return words.text("estimate.range", low=_amount(days.low), high=_amount(days.high))


def _cost(cost: Estimate, days: Fraction) -> dict[str, str]:
    place = "estimate.travel_included" if cost.rate.includes_travel else "estimate.travel_apart"
    return {
        "ci": cost.rate.ci,
        "days": _amount(days),
        "rate": _euros(Fraction(cost.rate.amount)),
        "amount": _euros(cost.amount),
        "travel": words.text(place),
    }


def _feedback(table: DayTable, number: int) -> str:
    price = table.feedback[number]
    amount = _euros(Fraction(price.low))
    if price.high != price.low:
        amount = words.text("estimate.range", low=amount, high=_euros(Fraction(price.high)))
    travel = words.text("estimate.per_km", amount=price.per_km) if price.per_km else words.text("estimate.travel_apart")
    return words.text("estimate.feedback_of", ci=price.ci, amount=amount, travel=travel)


def _amount(value: Fraction) -> str:
    return f"{rounded(value):f}".replace(".", ",")


def _euros(value: Fraction) -> str:
    """Return "€ 4.700" or "€ 2.937,50"."""
    shown = f"{rounded(value):,.2f}".translate(str.maketrans(",.", ".,"))
    return f"€\u00a0{shown.removesuffix(',00')}"
