"""Periods in which things are counted together: calendar months that follow each other within a year."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

MONTHS = (1, 2, 3, 4, 6, 12)  # how many a period can have: they divide a year


class Period(Struct, frozen=True):
    """A number of calendar months that follow each other from January on; `number` counts them within the year."""

    year: int
    number: int
    months: int

    @staticmethod
    def of(day: date, months: int) -> Period:
        """Return the period in which a day falls."""
        return Period(day.year, (day.month - 1) // months + 1, months)

    @property
    def starts_on(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * self.months + 1, 1)

    @property
    def ends_on(self) -> date:
        """The last day."""
        last_month = self.number * self.months
        following = date(self.year + 1, 1, 1) if last_month == 12 else date(self.year, last_month + 1, 1)
        return following - timedelta(days=1)

    def is_over(self, today: date) -> bool:
        """Say whether nothing can fall into it any more."""
        return today > self.ends_on

    @property
    def before(self) -> Period:
        """The period before this one."""
        return Period.of(self.starts_on - timedelta(days=1), self.months)
