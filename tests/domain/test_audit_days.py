"""The day proposal: every row of the table, what lies beside it, and who counts (handbook §2.4, §2.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amounts import read_amount, rounded
from domain.audit_days import (
    DayRange,
    DayStatus,
    DayStep,
    FteUnit,
    Headcount,
    Variant,
    estimates,
    fte_of,
    propose_days,
)
from storage.audit_content import load_day_table
from tests.domain.cases import cases

TABLE = load_day_table()

some_fte = st.fractions(min_value=Fraction(1, 100), max_value=300, max_denominator=1000)
any_variant = st.sampled_from(Variant)


@pytest.mark.parametrize("case", cases("audit_days_table_cases.yaml"))
def test_every_row_of_the_table(case: dict[str, Any]) -> None:
    """Each case is a row of §2.5 at one of its edges, or between two rows."""
    fte = Decimal(case["given"]["fte"])
    expected = {name: Fraction(days) for name, days in case["expect"].items()}

    assert propose_days(fte, Variant.CI, TABLE).days == expected["ci"]
    assert propose_days(fte, Variant.INTERCOLLEGIAL, TABLE).days == expected["intercollegial"]
    assert propose_days(fte, Variant.COMBINATION, TABLE).extra == expected["combination_extra"]


@pytest.mark.parametrize("case", cases("audit_days_cases.yaml"))
def test_a_proposal_says_how_it_came_about(case: dict[str, Any]) -> None:
    asked = case["given"]
    proposal = propose_days(
        _amount(asked["fte"]), Variant(asked["variant"]), TABLE, _amount(asked.get("base_days")), asked.get("scheme")
    )

    seen = {
        "status": proposal.status,
        "days": proposal.days,
        "extra": proposal.extra,
        "on_site": [proposal.on_site.low, proposal.on_site.high] if proposal.on_site else None,
        "steps": [_step(step) for step in proposal.steps],
        "remarks": list(proposal.remarks),
    }
    assert {name: seen[name] for name in case["expect"]} == _exact(case["expect"]), case["source"]


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _exact(expect: dict[str, Any]) -> dict[str, Any]:
    amounts = {name: Fraction(expect[name]) for name in ("days", "extra") if expect.get(name) is not None}
    if expect.get("on_site"):
        amounts["on_site"] = [Fraction(days) for days in expect["on_site"]]
    return {**expect, **amounts}


def _step(step: DayStep) -> str:
    return step.kind if step.days is None else f"{step.kind} {_range(step.days)}"


def _range(days: DayRange) -> str:
    return str(rounded(days.low)) if days.is_exact else f"{rounded(days.low)}-{rounded(days.high)}"


@given(some_fte, some_fte, any_variant)
def test_more_people_never_take_fewer_days(fte: Fraction, other: Fraction, variant: Variant) -> None:
    few, many = sorted((fte, other))

    less, more = propose_days(few, variant, TABLE, 3), propose_days(many, variant, TABLE, 3)

    assert less.days is not None
    assert more.days is not None
    assert less.days <= more.days


@given(some_fte)
def test_peers_take_half_a_day_more(fte: Fraction) -> None:
    """Handbook §2.5: more planning, instruction and evaluation."""
    alone, together = propose_days(fte, Variant.CI, TABLE), propose_days(fte, Variant.INTERCOLLEGIAL, TABLE)

    assert together.days == (alone.days or 0) + Fraction(1, 2)


@given(some_fte, any_variant)
def test_what_is_on_site_and_the_rest_are_the_days_of_the_table(fte: Fraction, variant: Variant) -> None:
    proposal = propose_days(fte, variant, TABLE)

    of_the_table = proposal.extra if variant is Variant.COMBINATION else proposal.days
    assert proposal.on_site is not None
    assert proposal.on_site.low + TABLE.preparation.high == of_the_table
    assert proposal.on_site.high + TABLE.preparation.low == of_the_table


@given(st.one_of(st.fractions(), st.decimals(), st.integers(), st.none()), any_variant)
def test_a_number_of_days_is_only_given_where_the_table_has_one(fte: Any, variant: Variant) -> None:
    """Whatever is typed, nothing is made up and nothing breaks."""
    proposal = propose_days(fte, variant, TABLE, 2)

    assert (proposal.days is not None) == (proposal.status is DayStatus.OK)
    if proposal.status is DayStatus.OK:
        assert proposal.fte is not None
        assert 0 < proposal.fte <= 300


# --- Who counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("fte_cases.yaml"))
def test_who_counts_for_the_scope(case: dict[str, Any]) -> None:
    counted = fte_of([_headcount(kind, amount) for kind, amount in case["given"].items()], TABLE)

    seen = {
        "staff": counted.fte.staff,
        "interns": counted.fte.interns,
        "volunteers": counted.fte.volunteers,
        "total": counted.fte.total,
        "left_out": [part.kind for part in counted.left_out],
    }
    expected = {name: value if name == "left_out" else Fraction(value) for name, value in case["expect"].items()}
    assert {name: seen[name] for name in expected} == expected, case["source"]


def _headcount(kind: str, amount: str) -> Headcount:
    number, _, unit = amount.partition(" ")
    return Headcount(kind, Fraction(number), FteUnit(unit or "fte"))


def test_hours_that_are_just_over_a_row_stay_just_over_it() -> None:
    """One minute a week above 360 hours would be gone after rounding to two decimals."""
    counted = fte_of([Headcount("employees_delivery", Fraction(360) + Fraction(1, 60), FteUnit.HOURS)], TABLE)

    assert rounded(counted.fte.total) == Decimal(10)
    assert propose_days(counted.fte.total, Variant.CI, TABLE).days == Fraction("2.5")


def test_people_that_the_table_does_not_know_are_refused() -> None:
    with pytest.raises(KeyError):
        fte_of([Headcount("robots", Fraction(1))], TABLE)


def test_less_than_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="hired"):
        fte_of([Headcount("hired", Fraction(-1))], TABLE)


# --- Amounts and prices ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        (" 120 fte ", "120"),
        ("18 uur", "18"),
        ("0,01", "0.01"),
        ("-3", "-3"),
        ("1.250", None),
        ("1.200,5", None),
        ("ca. 30", None),
        ("twaalf", None),
        ("", None),
        ("1e5", None),
        ("NaN", None),
        ("٣", None),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, amount: str | None) -> None:
    """What may mean two things is asked again."""
    assert read_amount(typed) == (None if amount is None else Fraction(amount))


@pytest.mark.parametrize(
    ("amount", "shown"), [("10", "10"), ("100", "100"), ("2.50", "2.5"), ("1/3", "0.33"), ("2/3", "0.67")]
)
def test_an_amount_is_shown_without_zeros_at_the_end(amount: str, shown: str) -> None:
    assert str(rounded(Fraction(amount))) == shown


@pytest.mark.parametrize(
    ("on", "ciio"), [(date(2022, 6, 30), 1175), (date(2022, 7, 1), 1200), (date(2026, 11, 1), 1200)]
)
def test_an_estimate_names_the_rate_of_that_day_and_its_year(on: date, ciio: int) -> None:
    """Handbook bijlage 10: prices of 2022, history and no offer."""
    found = {estimate.rate.ci: estimate for estimate in estimates(Fraction("5.5"), TABLE, on)}

    assert found["CIIO"].amount == Fraction("5.5") * ciio
    assert found["LRQA"].amount == 6875
    assert {estimate.as_of for estimate in found.values()} == {"2022"}
