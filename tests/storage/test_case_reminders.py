"""The heartbeat of complaints in storage: the 48 hours, the month, each once, and nobody hears of their own case."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.complaints import ComplaintId, Happening, Interest, Step
from domain.roles import Role
from domain.working_days import AMSTERDAM
from storage.sql import process_tables as p
from storage.sql.actors import mark_unreachable
from storage.sql.case_reminders import SUBJECT, look_at
from storage.sql.database import Database
from storage.sql.reminders import take_due
from tests.conftest import MovableClock
from tests.storage.case_cast import CASE_CHATS, CaseCast


class _Stopped(Exception):
    """The machine stops in the middle of a tick."""


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> CaseCast:
    cast = CaseCast(database, clock)
    cast.assemble()
    clock.now = datetime(2026, 11, 20, 17, 30, tzinfo=AMSTERDAM).astimezone(UTC)  # a Friday
    return cast


class Heart:
    """Ticks over complaints only."""

    def __init__(self, cast: CaseCast, clock: MovableClock) -> None:
        self.cast, self.clock = cast, clock

    def later(self, **delta: float) -> None:
        self.clock.now = self.clock.now + timedelta(**delta)

    def heard(self) -> list[tuple[str, int | None]]:
        """Tick, and return who heard of which term with how much left: hours, or days."""
        names = {chat: name for name, chat in CASE_CHATS.items()}
        with self.cast.database.begin() as work:
            due = [subject for kind, subject in take_due(work, self.clock.now) if kind == SUBJECT]
            notices = [notice for subject in due for notice in look_at(work, ComplaintId(subject), self.clock.now)]
        return sorted((names[n.chat], n.hours_left if n.is_deciding else n.days_left) for n in notices)

    def next_look(self, complaint: ComplaintId) -> datetime | None:
        own = sa.and_(p.next_reminder.c.subject_kind == SUBJECT, p.next_reminder.c.subject_id == complaint)
        with self.cast.database.begin() as work:
            found: datetime | None = work.execute(sa.select(p.next_reminder).where(own)).one().next_reminder_at
            return found


@pytest.fixture
def heart(cast: CaseCast, clock: MovableClock) -> Heart:
    return Heart(cast, clock)


def test_the_48_hours_are_told_through_the_weekend(cast: CaseCast, heart: Heart) -> None:
    """The first time was in the turn of the signal itself; late is told to the office manager as well."""
    complaint = cast.reported().id
    assert heart.heard() == []
    assert heart.next_look(complaint) == cast.now + timedelta(hours=24)

    told = []
    for hours in (23, 1, 19, 1, 3, 1, 24):
        heart.later(hours=hours)
        told.append(heart.heard())

    assert told == [[], [("Quinten", 24)], [], [("Quinten", 4)], [], [], [("Ottelien", -24), ("Quinten", -24)]]
    heart.later(days=3)
    assert heart.heard() == []
    assert heart.next_look(complaint) is None


def test_an_officer_who_came_later_hears_it_at_once(cast: CaseCast, heart: Heart) -> None:
    with cast.database.begin() as work:
        mark_unreachable(work, CASE_CHATS["Quinten"])
    cast.reported()
    cast.role_of("Wim", Role.QUALITY_OFFICER)
    heart.later(hours=1)

    assert heart.heard() == [("Wim", 47)]


def test_a_decision_makes_the_hours_fall_silent(cast: CaseCast, heart: Heart) -> None:
    complaint = cast.reported().id
    cast.steps("Quinten", complaint, Step.CLASSIFY_NO, text="Een vraag, geen klacht")
    heart.later(hours=30)

    assert heart.heard() == []
    assert heart.next_look(complaint) is None


def test_the_month_is_told_to_the_handler_in_working_hours(cast: CaseCast, heart: Heart) -> None:
    """Registered on 20 November: due on Sunday the 20th of December, so the last call is on Friday."""
    complaint = cast.in_treatment("Kim")
    heart.later(hours=1)
    assert heart.heard() == []
    told = {}
    for day in (11, 14, 18, 21, 22):
        heart.clock.now = datetime(2026, 12, day, 10, tzinfo=AMSTERDAM).astimezone(UTC)
        told[day] = heart.heard()

    assert told == {11: [("Kim", 9)], 14: [], 18: [("Kim", 2)], 21: [("Kim", -1), ("Quinten", -1)], 22: []}
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses")
    assert heart.heard() == []
    assert heart.next_look(complaint) is None


def test_whom_it_is_about_hears_nothing(cast: CaseCast, heart: Heart) -> None:
    complaint = cast.reported().id
    cast.role_of("Wim", Role.QUALITY_OFFICER)
    with cast.cases("Ottelien") as store:
        store.mark(complaint, cast.who("Quinten"), Interest.SUBJECT, cast.now)
    heart.later(hours=24)

    assert heart.heard() == [("Wim", 24)]


def test_a_handler_in_whom_an_interest_came_to_light_hears_nothing(cast: CaseCast, heart: Heart) -> None:
    complaint = cast.in_treatment("Kim")
    with cast.cases("Ottelien") as store:
        store.mark(complaint, cast.who("Kim"), Interest.MARKED, cast.now)
    heart.clock.now = datetime(2026, 12, 18, 10, tzinfo=AMSTERDAM).astimezone(UTC)

    assert heart.heard() == [("Quinten", 2)]


def test_a_note_does_not_say_it_again(cast: CaseCast, heart: Heart) -> None:
    complaint = cast.reported().id
    heart.later(hours=25)
    assert heart.heard() == [("Quinten", 23)]
    cast.notes("Ottelien", complaint, Happening.NOTE, text="Gebeld")

    assert heart.heard() == []


def test_a_tick_that_fails_has_said_nothing(cast: CaseCast, heart: Heart) -> None:
    """What was ticked off and what is on its way stand or fall together."""
    complaint = cast.reported().id
    heart.later(hours=24)
    with suppress(_Stopped), cast.database.begin() as work:
        take_due(work, heart.clock.now)
        look_at(work, complaint, heart.clock.now)
        raise _Stopped

    assert heart.heard() == [("Quinten", 24)]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_two_processes_do_not_hold_the_same_complaint(cast: CaseCast, heart: Heart) -> None:
    complaint = cast.reported().id
    heart.later(hours=24)

    with cast.database.begin() as first, cast.database.begin() as second:
        assert (SUBJECT, complaint) in take_due(first, heart.clock.now)
        assert (SUBJECT, complaint) not in take_due(second, heart.clock.now)
        assert len(look_at(first, complaint, heart.clock.now)) == 1

    assert heart.heard() == []


def test_who_heard_it_twice_at_once_heard_it_once(cast: CaseCast, heart: Heart) -> None:
    """Looked at by hand again, as after a restart between the turn and the tick."""
    complaint = cast.reported().id
    heart.later(hours=24)
    with cast.database.begin() as work:
        assert len(look_at(work, complaint, heart.clock.now)) == 1
        assert look_at(work, complaint, heart.clock.now) == ()


def test_a_complaint_that_is_gone_keeps_nobody_busy(cast: CaseCast, heart: Heart) -> None:
    with cast.database.begin() as work:
        values = {"subject_kind": SUBJECT, "subject_id": 4711, "next_reminder_at": heart.clock.now}
        work.execute(p.next_reminder.insert(), values)

    assert heart.heard() == []
    assert heart.next_look(ComplaintId(4711)) is None
