"""The public holidays of the Netherlands, worked out by the library of that name, a year at a time."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from domain.working_days import USUAL_HOURS, Hours, WorkingDays

if TYPE_CHECKING:
    from holidays import HolidayBase


def dutch_working_days(hours: Hours = USUAL_HOURS) -> WorkingDays:
    """Return the calendar of the Netherlands: weekends and public holidays are closed."""
    return WorkingDays(_is_holiday, hours)


def _is_holiday(day: date) -> bool:
    return day in _known()


@cache
def _known() -> HolidayBase:
    # Late: the library knows every calendar of the world, and reading them all would slow down every start.
    from holidays import country_holidays

    return country_holidays("NL")  # works out a year when one of its days is first asked for
