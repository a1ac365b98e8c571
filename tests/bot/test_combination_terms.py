"""Terms of a combination: what falls due for both reports on one day is said once, and each report goes its own way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.reminders import Reminders
from bot.reports import load_calendar
from conversations.all import ALL_CONVERSATIONS
from conversations.kit import Conversations
from conversations.term_taps import SnoozeTap, TermsTap, TermTap
from domain.audit import Stage
from domain.process import EventKind, StepId
from domain.working_days import AMSTERDAM
from storage.audit_interfaces import PlanChange
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from storage.sql import process_tables as p
from storage.sql.database import Database
from storage.sql.outbox import Row
from templates.term_screens import ShowTerm, ShowTerms
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.conversations.report_stage import shown
from tests.storage.process_cast import CHATS, ProcessCast
from tests.storage.test_combination import PairedCast

DRAFT = "Conceptrapport naar het lid"
BOTH = "Kwaliteitslabel en CIIO Maatstaf"
DUE = date(2026, 12, 16)  # two weeks after the last audit day


class Cast(PairedCast, ProcessCast):
    """Tom leads one audit on two frameworks; Samira coordinates the member."""


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> Cast:
    """The visit was on 1 and 2 December, and it is the 9th: a week until both drafts have to be there."""
    database.frameworks = with_mapping(load_frameworks())
    cast = Cast(database, clock)
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.moves(cast.audit, Stage.CONTRACTED, Stage.RUNNING)
    clock.now = datetime(2026, 12, 9, 10, tzinfo=AMSTERDAM).astimezone(UTC)
    return cast


async def told(database: Database, clock: MovableClock) -> list[str]:
    """Let the heart beat once, and return what Tom is told of the draft."""
    rows: list[Row] = []
    await Reminders(database, rows.extend, 1, clock).tick()
    texts = [row.payload["params"]["text"] for row in rows if row.lane == CHATS["Tom"]]
    return [text for text in texts if DRAFT in text]


async def test_one_message_names_both_reports(cast: Cast, database: Database, clock: MovableClock) -> None:
    messages = await told(database, clock)

    assert len(messages) == 1
    assert messages[0].count(DRAFT) == 1
    assert BOTH in messages[0]
    assert await told(database, clock) == []


async def test_both_halves_are_looked_at_together(cast: Cast, database: Database, clock: MovableClock) -> None:
    """Whichever is due first takes the other along: else the day would be said twice."""
    await told(database, clock)
    clock.now += timedelta(days=2)  # the working day on which three days before is said
    with database.begin() as work:
        later = p.next_reminder.update().where(p.next_reminder.c.subject_id == cast.second)
        work.execute(later.values(next_reminder_at=clock.now + timedelta(hours=1)))

    messages = await told(database, clock)
    clock.now += timedelta(hours=2)

    assert [BOTH in message for message in messages] == [True]
    assert await told(database, clock) == []


async def test_a_report_that_was_sent_is_not_said_any_more(cast: Cast, database: Database, clock: MovableClock) -> None:
    """The draft of one report says nothing of the other."""
    cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))

    messages = await told(database, clock)

    assert [line for message in messages for line in message.splitlines() if DRAFT in line and BOTH in line] == []
    assert any(DRAFT in message and "CIIO Maatstaf" in message for message in messages)


def test_a_day_of_the_visit_counts_for_both(cast: Cast) -> None:
    """The last audit day is one event: moving it in the plan moves the terms of both reports."""
    with cast.plays("Bea") as (_, audits):
        audits.change(cast.audit, PlanChange(days=(date(2026, 12, 3),)), cast.now)

    with cast.keeps("Tom") as process:
        for half in (cast.audit, cast.second):
            events = {event.kind: event.on for event in process.events(half)}
            due = {term.step.id: term.due for term in process.terms(half, date(2026, 12, 9))}
            assert events[EventKind.LAST_AUDIT_DAY] == date(2026, 12, 3)
            assert EventKind.CI_CONTRACTED in events
            assert due[StepId("draft_report")] == date(2026, 12, 17)


def test_tomorrow_is_for_both(cast: Cast, database: Database) -> None:
    """The message was one, so putting it off puts off both."""
    stage = CarefulStage(database, Conversations(ALL_CONVERSATIONS), now=cast.now)
    tom = stage.chat(CHATS["Tom"], "Tom")

    tom.taps_old(SnoozeTap(cast.second, StepId("draft_report"), 1, None))

    with database.begin() as work:
        put_off = work.execute(p.reminder_snooze.select()).all()
    assert {row.subject_id for row in put_off} == {cast.audit, cast.second}


def test_the_terms_say_whose_they_are_and_lead_to_the_other_half(cast: Cast, database: Database) -> None:
    stage = CarefulStage(database, Conversations(ALL_CONVERSATIONS), now=cast.now)
    samira = stage.chat(CHATS["Samira"], "Samira")
    samira.taps_old(TermsTap())
    assert any(label.startswith("2. Kwaliteitslabel") or "CIIO Maatstaf" in label for label in samira.labels)

    samira.taps_old(TermsTap(cast.audit))
    first = shown(samira, ShowTerms)
    samira.taps("CIIO Maatstaf")
    second = shown(samira, ShowTerms)

    assert (first.framework, second.framework) == ("Kwaliteitslabel", "CIIO Maatstaf")
    assert first.following is not None
    assert (first.following.title, first.following.also) == (DRAFT, "CIIO Maatstaf")
    samira.taps_old(TermTap(cast.second, StepId("draft_report"), 1, None))
    assert shown(samira, ShowTerm).framework == "CIIO Maatstaf"
    assert "Voor Kwaliteitslabel geldt dezelfde dag" in samira.text


def test_the_calendar_has_one_appointment_for_both_until_they_part(cast: Cast, database: Database) -> None:
    def drafts() -> list[tuple[date, str]]:
        with database.begin() as work:
            found = load_calendar(work, CHATS["Tom"], None, cast.now).entries
        return [(entry.on, entry.organisation) for entry in found if entry.title == DRAFT and not entry.is_done]

    together = drafts()
    cast.record("Tom", EventKind.DRAFT_RECEIVED, date(2026, 12, 8))

    assert together == [(DUE, "Welzijn Rivierenland (Kwaliteitslabel + CIIO Maatstaf)")]
    assert drafts() == [(DUE, "Welzijn Rivierenland (CIIO Maatstaf)")]
