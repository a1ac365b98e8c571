"""A clock that can be moved, so that a reminder of next month arrives now.

The simulator dates messages with it and the bot reads it at ``/control/clock``.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def system_time() -> datetime:
    """Return the time of this computer, in UTC."""
    return datetime.now(UTC)


class Clock:
    """The time of a base clock plus an offset that tests and the chat page may change."""

    def __init__(self, base: Callable[[], datetime] = system_time) -> None:
        self._base = base
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """Return the moved time, aware and in UTC."""
        return self._base() + self.offset

    def timestamp(self) -> int:
        """Return the moved time as Bot API dates are written: whole seconds since 1970."""
        return int(self.now().timestamp())

    def advance(self, seconds: float) -> None:
        """Move forward, or back when negative."""
        self.offset += timedelta(seconds=seconds)

    def move_to(self, moment: datetime) -> None:
        """Make it this moment; without a time zone it is taken as UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        self.offset = aware - self._base()

    def reset(self) -> None:
        """Go back to the base clock."""
        self.offset = timedelta(0)

    def reading(self) -> dict[str, object]:
        """Return what ``GET /control/clock`` answers."""
        return {"now": self.now().isoformat(), "offset_seconds": self.offset.total_seconds()}
