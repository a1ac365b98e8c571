"""When people may be disturbed: on working days in the Netherlands, between nine and six (screenplay §13).

Weekends are closed; which other days are is told from outside (`is_holiday`), because holidays need a library. The
hours are data (`audit-rules.yaml`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_SATURDAY = 5


class Hours(Struct, frozen=True):
    """Between which whole hours in Amsterdam people may be disturbed; `until` is not one of them any more."""

    since: int
    until: int

    def holds(self, moment: time) -> bool:
        """Say whether a time of the day is one of them."""
        return self.since <= moment.hour < self.until


#: Where nothing else is said, as in tests; the bot reads its own from the content files.
USUAL_HOURS = Hours(9, 18)


def _never(_: date) -> bool:
    return False


class WorkingDays:
    """The calendar of people who work with the label."""

    def __init__(self, is_holiday: Callable[[date], bool] = _never, hours: Hours = USUAL_HOURS) -> None:
        self._is_holiday = is_holiday
        self.hours = hours

    def is_working_day(self, day: date) -> bool:
        """Say whether people work on a day."""
        return day.weekday() < _SATURDAY and not self._is_holiday(day)

    def on_or_before(self, day: date) -> date:
        """Return the day itself, or the last working day before it."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        """Return the day itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def opening(self, day: date) -> datetime:
        """Return the moment, in UTC, at which a day opens; on both sides of a change of the clock nine is nine."""
        return datetime.combine(day, time(self.hours.since), AMSTERDAM).astimezone(UTC)

    def is_open(self, moment: datetime) -> bool:
        """Say whether people may be disturbed at a moment."""
        local = moment.astimezone(AMSTERDAM)
        return self.hours.holds(local.time()) and self.is_working_day(local.date())

    def next_opening(self, moment: datetime) -> datetime:
        """Return the moment itself when it is open, else when it next opens."""
        if self.is_open(moment):
            return moment
        local = moment.astimezone(AMSTERDAM)
        day = local.date() if local.hour < self.hours.since else local.date() + timedelta(days=1)
        return self.opening(self.on_or_after(day))


def local_day(moment: datetime) -> date:
    """Return the calendar day in Amsterdam, from which all terms count."""
    return moment.astimezone(AMSTERDAM).date()
