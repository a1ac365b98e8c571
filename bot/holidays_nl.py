"""The public holidays of the Netherlands, worked out by the library of that name, a year at a time."""

from __future__ import annotations

from holidays import country_holidays

from domain.working_days import WorkingDays


def dutch_working_days() -> WorkingDays:
    """Return the calendar of the Netherlands: weekends and public holidays are closed."""
    known = country_holidays("NL")  # works out a year when one of its days is first asked for
    return WorkingDays(lambda day: day in known)
