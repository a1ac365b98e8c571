"""Amounts as people type and read them: "12,5", "120 fte". Inside they are fractions: nothing is ever rounded."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

# Two decimals are all that anybody means; "1.250" may be a thousand or one and a quarter, so it is asked again.
_AMOUNT = re.compile(
    r"(?P<sign>[-−]?)(?P<whole>\d{1,6})(?:[.,](?P<rest>\d{1,2}))?\s*(?:fte|uur|uren|u|dag|dagen)?",
    re.ASCII,
)


def read_amount(text: str) -> Fraction | None:
    """Return the amount that a person typed, or None when it is no amount or may mean two things."""
    match = _AMOUNT.fullmatch(text.strip().lower())
    if match is None:
        return None
    amount = Fraction(f"{match['whole']}.{match['rest'] or 0}")
    return -amount if match["sign"] else amount


def exact(amount: int | Decimal | Fraction | None) -> Fraction | None:
    """Return an amount as a fraction, or None for what is no number (also NaN and infinity)."""
    try:
        return None if amount is None else Fraction(amount)
    except (ValueError, OverflowError):
        return None


def rounded(amount: Fraction, places: int = 2) -> Decimal:
    """Return an amount for a screen, without zeros at the end; only for reading, never for reckoning on."""
    shown = (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP
    )
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()
