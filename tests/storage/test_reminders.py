"""The heartbeat in storage: who hears what, each once, with two processes and after a standstill."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.audit import AuditId, Stage
from domain.process import EventKind
from domain.reminders import ReminderKind
from domain.working_days import AMSTERDAM
from storage.interfaces import NotAllowed
from storage.process_interfaces import Notice
from storage.sql import process_tables as p
from storage.sql.actors import mark_unreachable
from storage.sql.database import Database
from storage.sql.reminders import look_at, take_due
from tests.conftest import MovableClock
from tests.storage.process_cast import CHATS, ProcessCast


class _Stopped(Exception):
    """The machine stops in the middle of a tick."""


class Heartbeat:
    """Ticks as the bot does, on the clock of the test."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database, self.clock = database, clock

    def go_to(self, day: date, hour: int = 10) -> None:
        self.clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM).astimezone(UTC)

    def tick(self) -> list[Notice]:
        now = self.clock.now
        with self.database.begin() as work:
            return [n for _, subject in take_due(work, now) for n in look_at(work, AuditId(subject), now)]

    def heard(self) -> list[tuple[str, str, int]]:
        """Tick, and return who heard of which step with how many days left."""
        names = {chat: name for name, chat in CHATS.items()}
        return sorted(
            (names[notice.chat], str(reminder.term.step.id), reminder.days_left)
            for notice in self.tick()
            for reminder in notice.reminders
        )

    def next_look(self, audit: AuditId) -> datetime | None:
        with self.database.begin() as work:
            row = work.execute(sa.select(p.next_reminder).where(p.next_reminder.c.subject_id == audit)).one()
            found: datetime | None = row.next_reminder_at
            return found


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> ProcessCast:
    """The audit of Tom was contracted, and everybody signed; Otto's is only planned."""
    cast = ProcessCast(database, clock)
    cast.assemble()
    cast.accept("Tom", "Ada")
    with cast.plays("Tom") as (_, audits):
        audits.move(cast.audit, Stage.CONTRACTED, cast.now)
    with cast.plays("Otto") as (_, audits):
        audits.move(cast.other_audit, Stage.CANCELLED, cast.now)
    return cast


@pytest.fixture
def heart(database: Database, clock: MovableClock, cast: ProcessCast) -> Heartbeat:
    return Heartbeat(database, clock)


def test_the_team_leader_hears_of_the_draft_and_nobody_else(cast: ProcessCast, heart: Heartbeat) -> None:
    heart.go_to(date(2026, 12, 9))

    assert heart.heard() == [("Tom", "draft_report", 7)]


def test_each_reminder_is_said_once(cast: ProcessCast, heart: Heartbeat) -> None:
    heart.go_to(date(2026, 12, 9))
    heart.tick()

    heart.go_to(date(2026, 12, 9), 15)

    assert heart.heard() == []


def test_without_a_team_leader_the_office_hears_it(cast: ProcessCast, heart: Heartbeat) -> None:
    with cast.plays("Bea") as (work, audits):
        audits.remove_member(cast.audit, cast.person(work, "Tom"), cast.now)
    heart.go_to(date(2026, 12, 9))

    assert heart.heard() == [("Bea", "draft_report", 7)]


def test_late_is_told_to_the_leader_as_well(cast: ProcessCast, heart: Heartbeat) -> None:
    """The member is late with the plan: the coordinator hears it, and so does Tom."""
    cast.record("Tom", EventKind.FINDINGS_FINAL, date(2027, 1, 11), "plan_required")
    for day in (date(2027, 2, 5), date(2027, 2, 8)):
        heart.go_to(day)
        assert {name for name, _, _ in heart.heard()} == {"Samira"}

    heart.go_to(date(2027, 2, 9))

    assert heart.heard() == [("Samira", "improvement_plan", -1), ("Tom", "improvement_plan", -1)]


def test_the_secretariat_hears_of_part_a(cast: ProcessCast, heart: Heartbeat) -> None:
    cast.record("Tom", EventKind.FINDINGS_FINAL, date(2027, 1, 11), "all_met")
    cast.record("Sanne", EventKind.SUMMARY_RECEIVED, date(2027, 1, 18))
    heart.go_to(date(2027, 1, 25))

    assert ("Sanne", "summary_check", 7) in heart.heard()


def test_an_event_makes_the_old_term_fall_silent(cast: ProcessCast, heart: Heartbeat) -> None:
    cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))
    heart.go_to(date(2026, 12, 15))

    assert heart.heard() == [("Samira", "draft_response", 7)]


def test_a_correction_moves_the_reminders(cast: ProcessCast, heart: Heartbeat) -> None:
    """It was received a day later than Tom first said."""
    event = cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))
    heart.go_to(date(2026, 12, 15))
    heart.tick()
    with cast.keeps("Tom") as process:
        process.correct(event, date(2026, 12, 9), cast.now)

    heart.go_to(date(2026, 12, 16))

    assert heart.heard() == [("Samira", "draft_response", 7)]


def test_a_month_of_standstill_is_made_good_with_one_line(cast: ProcessCast, heart: Heartbeat) -> None:
    heart.go_to(date(2027, 1, 13))

    assert [item for item in heart.heard() if item[0] == "Tom"] == [("Tom", "draft_report", -28)]
    heart.go_to(date(2027, 1, 14))
    assert heart.heard() == []


def test_nothing_is_said_at_night_or_in_the_weekend(cast: ProcessCast, heart: Heartbeat) -> None:
    for day, hour in ((date(2026, 12, 9), 7), (date(2026, 12, 12), 11)):
        heart.go_to(day, hour)
        assert heart.heard() == []

    assert heart.next_look(cast.audit) == datetime(2026, 12, 14, 8, 0, tzinfo=UTC)


def test_a_snooze_says_it_again_tomorrow_and_moves_nothing(cast: ProcessCast, heart: Heartbeat) -> None:
    heart.go_to(date(2026, 12, 9))
    heart.tick()
    with cast.keeps("Tom") as process:
        process.snooze(cast.audit, "draft_report:1", date(2026, 12, 10), cast.now)
    assert heart.heard() == []

    heart.go_to(date(2026, 12, 10))

    assert heart.heard() == [("Tom", "draft_report", 6)]
    heart.go_to(date(2026, 12, 10), 16)
    assert heart.heard() == []


def test_who_stopped_a_kind_is_left_alone_for_good(cast: ProcessCast, heart: Heartbeat) -> None:
    """And does not get all of it at once after beginning again."""
    with cast.keeps("Tom") as process:
        process.set_reminders(ReminderKind.TERM, cast.now, are_wanted=False)
        assert process.stopped_reminders() == {ReminderKind.TERM}
    heart.go_to(date(2026, 12, 9))
    assert heart.heard() == []
    with cast.keeps("Tom") as process:
        process.set_reminders(ReminderKind.TERM, cast.now, are_wanted=True)

    heart.go_to(date(2026, 12, 10))

    assert heart.heard() == []


def test_who_left_hears_nothing(cast: ProcessCast, heart: Heartbeat) -> None:
    """Who blocked the bot cannot be reached, and who is out of the team has no part in it."""
    with heart.database.begin() as work:
        mark_unreachable(work, CHATS["Tom"])
    heart.go_to(date(2026, 12, 9))

    assert [name for name, _, _ in heart.heard()] == ["Bea"]


def test_only_who_reaches_an_audit_snoozes_it(cast: ProcessCast) -> None:
    with cast.keeps("Ina") as process, pytest.raises(NotAllowed):
        process.snooze(cast.audit, "draft_report:1", date(2026, 12, 10), cast.now)


def test_an_audit_that_waits_for_nothing_is_not_looked_at(cast: ProcessCast, heart: Heartbeat) -> None:
    """A million sleeping audits cost nothing."""
    heart.go_to(date(2026, 12, 9))
    heart.tick()

    assert heart.next_look(cast.audit) == datetime(2026, 12, 11, 8, 0, tzinfo=UTC)
    assert heart.next_look(cast.other_audit) is None


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_two_processes_do_not_hold_the_same_audit(cast: ProcessCast, heart: Heartbeat) -> None:
    """The second passes over what the first is looking at, and says nothing of it."""
    heart.go_to(date(2026, 12, 9))

    with heart.database.begin() as first, heart.database.begin() as second:
        held = take_due(first, cast.now)
        assert cast.audit in [subject for _, subject in held]
        assert take_due(second, cast.now) == []
        notices = look_at(first, cast.audit, cast.now)

    assert len(notices) == 1
    assert heart.heard() == []


def test_a_tick_that_fails_has_said_nothing(cast: ProcessCast, heart: Heartbeat) -> None:
    """What was ticked off and what is on its way stand or fall together."""
    heart.go_to(date(2026, 12, 9))
    with suppress(_Stopped), heart.database.begin() as work:
        take_due(work, cast.now)
        look_at(work, cast.audit, cast.now)
        raise _Stopped

    assert heart.heard() == [("Tom", "draft_report", 7)]


def test_the_certificate_of_before_waits_for_the_re_audit(cast: ProcessCast, heart: Heartbeat) -> None:
    """Two years on: the member is reminded, until the re-audit is finished."""
    cast.record("Sanne", EventKind.CERTIFICATE_ISSUED, date(2027, 3, 20))
    heart.go_to(date(2028, 3, 20))
    assert ("Samira", "certificate_expiry", 365) in heart.heard()

    heart.go_to(date(2028, 6, 20))

    assert ("Samira", "certificate_expiry", 273) in heart.heard()
    assert heart.next_look(cast.audit) <= datetime(2028, 9, 20, 8, 0, tzinfo=UTC) + timedelta(days=3)  # type: ignore[operator]
