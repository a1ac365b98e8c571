"""What auditors noted goes when an audit has long been over, with notice, and only when nobody needs it any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audit import AuditId, Finding
from domain.framework import NormId
from domain.process import EventKind
from domain.retention import TermId
from domain.roles import OrganisationId
from storage.fieldwork_interfaces import NewFinding
from storage.interfaces import NotAllowed
from storage.sql import tables as t
from storage.sql.appeal_tables import appeal
from storage.sql.complaint_tables import complaint
from storage.sql.database import Database
from storage.sql.pair_tables import audit_pair
from storage.sql.register_tables import certificate
from storage.sql.retention import Announced, announce, carry_out, withdraw_used
from storage.sql.work import SqlWork
from tests.conftest import MovableClock
from tests.storage.audit_cast import AUDIT_CHATS, DAYS, AuditCast
from tests.storage.process_cast import ProcessCast

TERM, NOTICE, POSTPONED = 1826, 60, 365  # days
V1, V5 = NormId("V1"), NormId("V5")
SECRET = "De teamleider huilde"


class NotesCast(ProcessCast):
    """An audit that is over, with two notes of Tom of which one has a file, and one that he took back."""

    def assemble(self) -> None:
        super().assemble()
        self.accept("Tom", "Ada")
        self.start()
        with self.plays("Tom") as (work, _):
            store = work.fieldwork(self.actor(work, "Tom"))
            file = store.want_file(self.audit, "plan.pdf", "application/pdf", 9, "tg", self.now)
            self.notes = [
                store.record(self.audit, NewFinding(SECRET, norms=(V1,), message=7), self.now),
                store.record(self.audit, NewFinding("", norms=(V5,), file=file), self.now),
                store.record(self.audit, NewFinding("Toch niet", norms=(V5,)), self.now),
            ]
            store.withdraw(self.audit, self.notes[2].id, self.now)
        self.is_over(self.audit)

    def is_over(self, *audits: AuditId, stage: str = "closed") -> None:
        with self.database.begin() as work:
            work.execute(t.audit.update().where(t.audit.c.id.in_(audits)).values(stage=stage))

    def look(self) -> tuple[list[Announced], int, list[str]]:
        """Let the heartbeat look once: what it said of notes, how much it stopped, and what went."""
        with self.database.begin() as work:
            stopped, gone = withdraw_used(work, self.now), carry_out(work, self.now)
            said = [each for each in announce(work, self.now) if each.term is TermId.AUDIT_NOTES]
            return said, stopped, [each.subject for each in gone if each.subject.startswith("audit:")]

    def read(self) -> list[Finding]:
        with self.plays("Tom") as (work, _):
            return list(work.fieldwork(self.actor(work, "Tom")).outline(self.audit))


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> NotesCast:
    cast = NotesCast(database, clock)
    cast.assemble()
    return cast


def days_until_notice(cast: NotesCast) -> int:
    """Return after how many days from now the office hears of it: counted from the last audit day."""
    return (DAYS[-1] - cast.now.date()).days + TERM - NOTICE


def test_notes_go_long_after_the_audit_with_notice_to_the_office(cast: NotesCast, clock: MovableClock) -> None:
    """Verdicts, days and team stay; of the notes it stays only which norms they were about."""
    clock.move(days=days_until_notice(cast))
    assert cast.look()[0] == []
    clock.move(days=1)
    said = cast.look()[0]
    [(chats, name, audit)] = [(each.chats, each.organisation, each.audit) for each in said]
    assert (chats, name, audit) == ((AUDIT_CHATS["Bea"],), "Welzijn Rivierenland", cast.audit)
    assert cast.look()[0] == []

    clock.move(days=NOTICE, minutes=-1)
    assert cast.look()[2] == []
    assert len(cast.read()) == 2
    clock.move(minutes=2)

    assert cast.look()[2] == [f"audit:{cast.audit}"]
    assert cast.read() == []
    with cast.database.begin() as work:
        left = work.execute(sa.select(t.finding.c.text_sealed, t.finding.c.message_id)).all()
        assert [tuple(row) for row in left] == [(None, None)] * 3
        assert set(work.execute(sa.select(t.finding_version.c.snapshot_sealed)).scalars()) <= {None}
        file = work.execute(sa.select(t.stored_file)).one()
        assert (file.status, file.name_sealed, file.telegram_id_sealed) == ("erased", None, None)
        assert len(work.execute(sa.select(t.finding_norm)).all()) == 3
        trail = work.execute(sa.select(t.audit_trail.c.subject).where(t.audit_trail.c.action == "audit_notes_erased"))
        assert list(trail.scalars()) == [f"audit:{cast.audit}"]
    clock.move(days=TERM)
    assert cast.look() == ([], 0, [])


def _organisation(work: SqlWork, audit: AuditId) -> OrganisationId:
    return OrganisationId(work.execute(sa.select(t.audit.c.organisation_id).where(t.audit.c.id == audit)).scalar_one())


def _sealed(work: SqlWork) -> Any:
    return (
        work.execute(sa.select(t.finding.c.text_sealed).where(t.finding.c.text_sealed.is_not(None))).scalars().first()
    )


def complained(cast: NotesCast, work: SqlWork) -> None:
    work.add(complaint, ci_id=1, year=2031, serial=1, procedure="p", subject="s", channel="c", state="registered",
             audit_id=cast.audit, is_for_organisation=False, reporter_id=cast.person(work, "Samira"),
             received_at=cast.now, version=1)  # fmt: skip


def appealed(cast: NotesCast, work: SqlWork) -> None:
    work.add(appeal, audit_id=cast.audit, decision_version=1, organisation_id=_organisation(work, cast.audit), ci_id=1,
             state="treated", version=1, received_on=cast.now.date(), channel="mail", is_from_holder=True,
             has_reasons=True, rejected_for="", recorded_by=cast.person(work, "Bea"), recorded_at=cast.now,
             is_changed=False)  # fmt: skip


def certified(cast: NotesCast, work: SqlWork) -> None:
    today = cast.now.date()
    work.add(certificate, number="1", code="A", audit_id=cast.audit, ci_id=1, valid_from=today, made_on=today,
             organisation_id=_organisation(work, cast.audit), expires_on=today + timedelta(days=900),
             content_sealed=_sealed(work), made_by=cast.person(work, "Bea"), made_at=cast.now)  # fmt: skip


def goes_on_in_the_other_half(cast: NotesCast, work: SqlWork) -> None:
    work.add(audit_pair, companion_id=cast.other_audit, host_id=cast.audit, paired_by=cast.person(work, "Bea"),
             paired_at=cast.now)  # fmt: skip


def taken_up_again(cast: NotesCast, work: SqlWork) -> None:
    work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage="consensus"))


@pytest.mark.parametrize(
    "need", [complained, appealed, certified, goes_on_in_the_other_half, taken_up_again], ids=lambda need: need.__name__
)
def test_notes_that_somebody_needs_stay(cast: NotesCast, clock: MovableClock, need: Any) -> None:
    """Also when they were announced already."""
    clock.move(days=days_until_notice(cast) + 1)
    assert len(cast.look()[0]) == 1
    with cast.database.begin() as work:
        need(cast, work)

    clock.move(days=NOTICE + 1)

    assert cast.look() == ([], 1, [])
    assert cast.look() == ([], 0, [])


def test_an_event_of_the_process_begins_the_term_anew(cast: NotesCast, clock: MovableClock) -> None:
    """Such as the mail with the decision, recorded years later."""
    clock.move(days=days_until_notice(cast) - 5)
    cast.record("Bea", EventKind.DECISION_MAILED, DAYS[-1])

    clock.move(days=6)
    assert cast.look()[0] == []
    clock.move(days=TERM - NOTICE - 6, minutes=1)

    assert len(cast.look()[0]) == 1


def test_the_office_lets_them_stay_for_a_year(cast: NotesCast, clock: MovableClock) -> None:
    """And is asked again; a second tap stops nothing, and nobody of another body or without the office may."""
    clock.move(days=days_until_notice(cast) + 1)
    cast.look()
    for name in ("Tom", "Samira", "Noor"):
        with cast.plays(name) as (work, _), pytest.raises(NotAllowed):
            work.people(cast.actor(work, name)).keep_notes(cast.audit, cast.now)
    with cast.plays("Otto") as (work, _):
        assert not work.people(cast.actor(work, "Otto")).keep_notes(cast.audit, cast.now)
    with cast.plays("Bea") as (work, _):
        people = work.people(cast.actor(work, "Bea"))
        assert people.keep_notes(cast.audit, cast.now)
        assert not people.keep_notes(cast.audit, cast.now)

    clock.move(days=POSTPONED, minutes=-1)
    assert cast.look() == ([], 0, [])
    clock.move(minutes=2)

    assert len(cast.look()[0]) == 1
    assert len(cast.read()) == 2


def test_an_audit_without_notes_is_not_spoken_of(database: Database, clock: MovableClock) -> None:
    """Nor is one that still runs, however old."""
    cast = AuditCast(database, clock)
    cast.assemble()
    with database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage="cancelled"))
    clock.move(days=TERM * 2)

    with database.begin() as work:
        said = announce(work, clock.now)

    assert [each for each in said if each.audit is not None] == []
