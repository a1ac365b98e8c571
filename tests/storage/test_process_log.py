"""What happened in an audit: who may say so, and that nothing of it is ever overwritten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.audit import Stage
from domain.process import EventKind, Party
from domain.weighing import Outcome
from storage.audit_interfaces import PlanChange
from storage.interfaces import NotAllowed
from storage.process_interfaces import AlreadyRecorded, CorrectedMeanwhile, OutcomeMissing
from storage.sql import process_tables as p
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.audit_cast import DAYS
from tests.storage.process_cast import ProcessCast

SENT = date(2026, 12, 14)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> ProcessCast:
    cast = ProcessCast(database, clock)
    cast.assemble()
    return cast


def test_both_sides_see_what_was_recorded(cast: ProcessCast) -> None:
    """The coordinator is not in the team, and still sees where the audit of the own organisation stands."""
    cast.record("Tom", EventKind.DRAFT_RECEIVED, SENT)

    for name in ("Tom", "Ada", "Bea", "Samira", "Sanne"):
        assert cast.events(name)[EventKind.DRAFT_RECEIVED] == SENT


@pytest.mark.parametrize("name", ["Otto", "Ina", "Wim", "Noor", "Sam", "Olga"])
def test_who_has_no_part_in_it_reaches_nothing(cast: ProcessCast, name: str) -> None:
    """Another body, an auditor outside the team, a colleague without a say in it, an operator."""
    event = cast.record("Tom", EventKind.DRAFT_RECEIVED, SENT)

    with cast.keeps(name) as process, pytest.raises(NotAllowed):
        process.events(cast.audit)
    with cast.keeps(name) as process, pytest.raises(NotAllowed):
        process.record(cast.audit, EventKind.PLAN_RECEIVED, SENT, cast.now)
    with cast.keeps(name) as process, pytest.raises(NotAllowed):
        process.withdraw(event, cast.now)


@pytest.mark.parametrize(
    ("kind", "who", "who_not"),
    [
        (EventKind.DRAFT_RECEIVED, ("Tom", "Bea", "Samira"), ("Ada", "Sanne")),
        (EventKind.PLAN_RECEIVED, ("Samira", "Tom"), ("Ada", "Sanne")),
        (EventKind.PLAN_APPROVED, ("Tom", "Bea"), ("Samira", "Ada", "Sanne")),
        (EventKind.SUMMARY_COMPLETE, ("Sanne",), ("Tom", "Bea", "Samira", "Ada")),
        (EventKind.CERTIFICATE_ISSUED, ("Sanne",), ("Tom", "Bea", "Samira")),
    ],
)
def test_who_may_record_follows_from_whose_step_it_is(
    cast: ProcessCast, kind: EventKind, who: tuple[str, ...], who_not: tuple[str, ...]
) -> None:
    """A button that somebody else got must not help."""
    for name in who_not:
        with cast.keeps(name) as process:
            assert not process.may_record(cast.audit, kind)
        with pytest.raises(NotAllowed):
            cast.record(name, kind, SENT)
    for name in who:
        with cast.keeps(name) as process:
            assert process.may_record(cast.audit, kind)
            process.withdraw(process.record(cast.audit, kind, SENT, cast.now), cast.now)


def test_a_party_follows_from_role_and_team(cast: ProcessCast) -> None:
    expected = {"Tom": Party.CI, "Bea": Party.CI, "Ada": None, "Samira": Party.MEMBER, "Sanne": Party.SWN}

    for name, party in expected.items():
        with cast.keeps(name) as process:
            assert process.get(cast.audit).party is party


def test_a_correction_is_a_version(cast: ProcessCast, database: Database) -> None:
    """Who wants to know later why a date was another finds both, and who changed it."""
    event = cast.record("Tom", EventKind.DRAFT_RECEIVED, SENT)

    with cast.keeps("Bea") as process:
        corrected = process.correct(event, SENT + timedelta(days=1), cast.now)

    assert (corrected.on, corrected.version) == (date(2026, 12, 15), 2)
    assert cast.events()[EventKind.DRAFT_RECEIVED] == date(2026, 12, 15)
    with cast.keeps("Samira") as process:
        assert [(found.on, found.version) for found, _ in process.history(cast.audit)] == [
            (SENT, 1),
            (date(2026, 12, 15), 2),
        ]


def test_what_is_withdrawn_can_be_recorded_again(cast: ProcessCast) -> None:
    event = cast.record("Samira", EventKind.DRAFT_RESPONSE_RECEIVED, SENT)

    with cast.keeps("Samira") as process:
        process.withdraw(event, cast.now)
    assert EventKind.DRAFT_RESPONSE_RECEIVED not in cast.events()
    cast.record("Tom", EventKind.DRAFT_RESPONSE_RECEIVED, SENT)

    assert cast.events()[EventKind.DRAFT_RESPONSE_RECEIVED] == SENT


def test_an_old_screen_does_not_correct_what_is_newer(cast: ProcessCast) -> None:
    event = cast.record("Tom", EventKind.DRAFT_RECEIVED, SENT)
    with cast.keeps("Bea") as process:
        now = process.correct(event, SENT + timedelta(days=1), cast.now)

    with cast.keeps("Tom") as process, pytest.raises(CorrectedMeanwhile) as refused:
        process.correct(event, SENT, cast.now)

    assert refused.value.event == now


def test_what_happens_once_is_recorded_once(cast: ProcessCast) -> None:
    """Two colleagues tap at the same moment, or one reads about it a week later."""
    first = cast.record("Tom", EventKind.DRAFT_RECEIVED, SENT)

    assert cast.record("Bea", EventKind.DRAFT_RECEIVED, SENT) == first
    with pytest.raises(AlreadyRecorded) as refused:
        cast.record("Bea", EventKind.DRAFT_RECEIVED, SENT + timedelta(days=3))

    assert refused.value.event == first


def test_part_a_may_come_and_go_several_times(cast: ProcessCast) -> None:
    for day in (1, 9, 20):
        cast.record("Sanne", EventKind.SUMMARY_RECEIVED, date(2027, 2, day))

    with cast.keeps("Sanne") as process:
        days = [event.on.day for event in process.events(cast.audit) if event.kind is EventKind.SUMMARY_RECEIVED]
    assert days == [1, 9, 20]


def test_the_final_findings_carry_their_outcome(cast: ProcessCast) -> None:
    """Without it nobody knows which way the process goes."""
    with pytest.raises(OutcomeMissing):
        cast.record("Tom", EventKind.FINDINGS_FINAL, SENT)

    cast.record("Tom", EventKind.FINDINGS_FINAL, SENT, Outcome.PLAN_REQUIRED)

    with cast.keeps("Samira") as process:
        final = next(event for event in process.events(cast.audit) if event.kind is EventKind.FINDINGS_FINAL)
    assert final.outcome is Outcome.PLAN_REQUIRED


def test_the_detail_is_sealed(cast: ProcessCast, database: Database) -> None:
    """What the team found is not to be read from the database file."""
    cast.record("Tom", EventKind.FINDINGS_FINAL, SENT, Outcome.PLAN_REQUIRED)

    with database.begin() as work:
        stored = work.execute(sa.select(p.process_event_version.c.detail_sealed)).scalars().all()
    assert b"plan_required" not in b"".join(value for value in stored if value)


def test_audit_days_come_from_the_plan(cast: ProcessCast) -> None:
    """One truth: who moves an audit day moves the term with it."""
    assert cast.events()[EventKind.LAST_AUDIT_DAY] == DAYS[-1]
    with cast.plays("Bea") as (_, audits):
        audits.change(cast.audit, PlanChange(days=(date(2026, 12, 8),)), cast.now)

    events = cast.events()
    assert events[EventKind.FIRST_AUDIT_DAY] == events[EventKind.LAST_AUDIT_DAY] == date(2026, 12, 8)
    with pytest.raises(NotAllowed):
        cast.record("Tom", EventKind.LAST_AUDIT_DAY, SENT)


def test_contracting_records_the_event_and_planning_anew_takes_it_back(cast: ProcessCast) -> None:
    cast.accept("Tom", "Ada")
    with cast.plays("Tom") as (_, audits):
        audits.move(cast.audit, Stage.CONTRACTED, cast.now)
    assert cast.events()[EventKind.CI_CONTRACTED] == date(2026, 11, 21)

    with cast.plays("Tom") as (_, audits):
        audits.move(cast.audit, Stage.PLANNED, cast.now)

    assert EventKind.CI_CONTRACTED not in cast.events()


def test_every_change_makes_the_heartbeat_look_again(
    cast: ProcessCast, database: Database, clock: MovableClock
) -> None:
    """A date that was put right weeks later moves the reminders too."""
    event = cast.record("Tom", EventKind.DRAFT_RECEIVED, SENT)
    clock.move(days=20)
    with cast.keeps("Tom") as process:
        process.correct(event, SENT + timedelta(days=1), cast.now)

    with database.begin() as work:
        row = work.execute(sa.select(p.next_reminder).where(p.next_reminder.c.subject_id == cast.audit)).one()
    assert (row.subject_kind, row.next_reminder_at) == ("audit", clock.now)


def test_a_cancelled_audit_has_no_process(cast: ProcessCast) -> None:
    with cast.plays("Bea") as (_, audits):
        audits.move(cast.audit, Stage.CANCELLED, cast.now)

    with cast.keeps("Samira") as process:
        assert [found.id for found in process.audits()] == [cast.other_audit]
