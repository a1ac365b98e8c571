"""Field work: interviews and findings, who reaches them, and that nothing of a colleague is overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audit import Finding, FindingId, FindingKind, Interview, Stage, Tone
from domain.coverage import tally
from domain.framework import NormId, WhoCode
from domain.roles import Role
from storage.audit_interfaces import StatementsMissing, WrongStage
from storage.fieldwork_interfaces import FindingChange, FindingChanged, NewFinding
from storage.interfaces import NotAllowed
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.fieldwork import SqlFieldwork
from storage.sql.work import SqlWork
from tests.conftest import MovableClock
from tests.storage.audit_cast import AuditCast

V1, V5, D9, O16 = (NormId(norm) for norm in ("V1", "V5", "D9", "O16"))
P, MNG = WhoCode("P"), WhoCode("Mng")
SECRET = "BSN 111222333 van de buurvrouw"


class FieldCast(AuditCast):
    """An audit that runs, with Tom and Ada at work in it; Wim and Pim are not in the team."""

    def fieldwork(self, work: SqlWork, name: str) -> SqlFieldwork:
        return work.fieldwork(self.actor(work, name))

    def notes(self, name: str, text: str, *norms: NormId, **more: Any) -> Finding:
        """Let somebody record a finding in a transaction of its own."""
        with self.database.begin() as work:
            return self.fieldwork(work, name).record(self.audit, NewFinding(text, norms=norms, **more), self.now)

    def opens(self, name: str, *functions: WhoCode) -> Interview:
        with self.database.begin() as work:
            store = self.fieldwork(work, name)
            return store.open_interview(self.audit, functions or (P,), self.now, seen=99)

    def changes(self, name: str, finding: FindingId, change: FindingChange, seen: int | None = None) -> Finding:
        with self.database.begin() as work:
            return self.fieldwork(work, name).change(self.audit, finding, change, self.now, seen=seen)

    def reads(self, finding: FindingId, name: str = "Tom") -> Finding:
        with self.database.begin() as work:
            return self.fieldwork(work, name).finding(self.audit, finding)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> FieldCast:
    cast = FieldCast(database, clock)
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.accept("Ina", audit=cast.other_audit)
    cast.start()
    cast.start("Ina", cast.other_audit)
    return cast


def contents(cast: AuditCast) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with cast.database.begin() as work:
        return {
            table.name: sorted((tuple(row) for row in work.execute(sa.select(table))), key=repr)
            for table in t.metadata.sorted_tables
        }


# -------------------------------------------------------------------------------------------- recording


def test_findings_get_a_receipt_each_and_are_read_back(cast: FieldCast) -> None:
    first = cast.notes("Tom", "Werkt met een teamplan", V5, message=1)
    second = cast.notes("Ada", "Ziet dat ook", V5, O16, message=1)

    assert [first.id, second.id] == [1, 2]
    assert cast.reads(second.id) == second
    assert second.norms == (V5, O16)


def test_the_same_message_is_stored_once(cast: FieldCast) -> None:
    """Telegram may deliver an update again; the receipt stays the same, and no number is lost."""
    first = cast.notes("Tom", "Eén keer", V5, message=7)

    assert cast.notes("Tom", "Eén keer", V5, message=7) == first
    assert cast.notes("Tom", "Daarna", V5, message=8).id == 2


def test_a_note_without_norms_lies_in_the_tray_until_it_is_placed(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Nog zoeken")
    cast.notes("Ada", "Van Ada")

    with cast.plays("Tom") as (work, _):
        tray = cast.fieldwork(work, "Tom").in_tray(cast.audit)
        assert [found.text for found in tray.findings] == ["Nog zoeken", "Van Ada"]
    cast.changes("Tom", note.id, FindingChange(norms=(D9,)), seen=1)

    with cast.plays("Ada") as (work, audits):
        assert audits.counts(audits.get(cast.audit).audit).in_tray == 1
        assert [f.id for f in cast.fieldwork(work, "Ada").at_norm(cast.audit, D9).findings] == [note.id]


def test_the_newest_findings_come_first_and_in_pages(cast: FieldCast) -> None:
    for number in range(5):
        cast.notes("Tom", f"Nummer {number}", V5, *([V1] if number % 2 else []))

    with cast.plays("Ada") as (work, _):
        page = cast.fieldwork(work, "Ada").at_norm(cast.audit, V5, limit=2, offset=2)

    assert ([f.text for f in page.findings], page.total) == (["Nummer 2", "Nummer 1"], 5)
    assert page.findings[1].norms == (V1, V5)


def test_what_was_counted_is_what_the_domain_counts(cast: FieldCast) -> None:
    """Storage counts by itself, so that thousands of findings need not be read; the rules are the domain's."""
    talk, other = cast.opens("Tom", P), cast.opens("Ada", MNG, P)
    cast.notes("Tom", "a", V5, interview=talk)
    cast.notes("Tom", "b", V5, V1, interview=talk, kind=FindingKind.QUOTE)
    cast.notes("Ada", "c", V5, interview=other, kind=FindingKind.DOCUMENT)
    cast.notes("Ada", "d", V5, kind=FindingKind.OBSERVATION)
    cast.notes("Ada", "e", V1)
    gone = cast.notes("Ada", "f", V1)

    with cast.plays("Ada") as (work, _):
        store = cast.fieldwork(work, "Ada")
        store.withdraw(cast.audit, gone.id, cast.now)
        counted = {found.norm: found for found in store.tallies(cast.audit)}
        outline = store.outline(cast.audit)

        assert counted == {found.norm: found for found in tally(outline, store.interviews(cast.audit))}
        assert store.tallies(cast.audit, [V1]) == (counted[V1],)
        assert {f.text for f in outline} == {""}


# --------------------------------------------------------------------------------------------- changing


def test_labels_of_the_whole_team_are_kept_side_by_side(cast: FieldCast) -> None:
    """Two auditors label one finding at the same moment: what differs is kept, nothing is lost."""
    note = cast.notes("Tom", "Iets", V5)
    cast.changes("Tom", note.id, FindingChange(kind=FindingKind.QUOTE), seen=1)

    with pytest.raises(FindingChanged) as refused:
        cast.changes("Ada", note.id, FindingChange(kind=FindingKind.DOCUMENT), seen=1)

    assert refused.value.finding.kind is FindingKind.QUOTE
    assert cast.changes("Ada", note.id, FindingChange(tone=Tone.STRONG), seen=2).version == 3
    now = cast.reads(note.id)
    assert (now.kind, now.tone) == (FindingKind.QUOTE, Tone.STRONG)
    assert cast.changes("Tom", note.id, FindingChange(kind=None), seen=3).kind is None


def test_the_same_label_twice_is_one_change(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Iets", V5)
    for _ in range(2):
        now = cast.changes("Tom", note.id, FindingChange(tone=Tone.STRONG), seen=1)

    assert now.version == 2


def test_the_text_belongs_to_its_author(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Van Tom", V5)
    before = contents(cast)
    attempts: list[Callable[[SqlFieldwork], object]] = [
        lambda s: s.change(cast.audit, note.id, FindingChange(text="Van Ada"), cast.now),
        lambda s: s.withdraw(cast.audit, note.id, cast.now),
        lambda s: s.replace_text(cast.audit, note.id, "Van Ada", cast.now),
        lambda s: s.erase(cast.audit, note.id, cast.now),
    ]
    for attempt in attempts:
        with cast.plays("Ada") as (work, _), pytest.raises(NotAllowed):
            attempt(cast.fieldwork(work, "Ada"))

    assert contents(cast) == before


def test_editing_the_message_edits_the_finding_and_keeps_what_it_was(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Eerst", V5, message=5)
    with cast.plays("Tom") as (work, _):
        edited = cast.fieldwork(work, "Tom").edit_by_message(5, "Daarna", cast.now)
        assert edited is not None
        assert (edited.before.text, edited.after.text) == ("Eerst", "Daarna")
    with cast.plays("Ada") as (work, _):
        assert cast.fieldwork(work, "Ada").edit_by_message(5, "Van Ada", cast.now) is None
    with cast.plays("Tom") as (work, _):
        undone = cast.fieldwork(work, "Tom").undo(cast.audit, note.id, cast.now, seen=2)
        assert undone is not None
    assert cast.reads(note.id).text == "Eerst"


def test_undoing_ends_when_a_colleague_changed_it(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Iets", V5)
    cast.changes("Ada", note.id, FindingChange(tone=Tone.BOTTLENECK), seen=1)

    with cast.plays("Tom") as (work, _):
        store = cast.fieldwork(work, "Tom")
        assert store.undo(cast.audit, note.id, cast.now, seen=1) is None
        assert store.undo(cast.audit, note.id, cast.now, seen=2) is None
    assert cast.reads(note.id).tone is Tone.BOTTLENECK


def test_a_new_finding_is_taken_back_and_its_number_never_returns(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Vergissing", V5)
    with cast.plays("Tom") as (work, _):
        assert cast.fieldwork(work, "Tom").undo(cast.audit, note.id, cast.now, seen=1) == note

    with pytest.raises(NotAllowed):
        cast.reads(note.id)
    assert cast.notes("Tom", "Opnieuw", V5).id == 2


def test_a_move_is_undone_to_where_it_was(cast: FieldCast) -> None:
    note = cast.notes("Tom", "Iets", V5)
    moved = cast.changes("Tom", note.id, FindingChange(norms=(D9, V1)), seen=1)
    with cast.plays("Tom") as (work, _):
        cast.fieldwork(work, "Tom").undo(cast.audit, note.id, cast.now, seen=moved.version)

    assert cast.reads(note.id).norms == (V5,)


def test_two_auditors_who_write_at_the_same_moment_lose_nothing(cast: FieldCast) -> None:
    """Both findings of each second stay, with receipts of their own."""

    def noting(name: str, number: int) -> Callable[[SqlWork], int]:
        new = NewFinding(f"{name} {number}", norms=(V5,), message=number)
        return lambda work: cast.fieldwork(work, name).record(cast.audit, new, cast.now).id

    async def at_once() -> list[int]:
        jobs = [noting(name, number) for number in range(10) for name in ("Tom", "Ada")]
        return await asyncio.gather(*(cast.database.run(job) for job in jobs))

    receipts = set(asyncio.run(at_once()))

    assert receipts == set(range(1, 21))
    with cast.plays("Tom") as (work, _):
        assert cast.fieldwork(work, "Tom").at_norm(cast.audit, V5, limit=50).total == 20


# -------------------------------------------------------------------------------------------- interviews


def test_interviews_are_numbered_ended_resumed_and_joined(cast: FieldCast) -> None:
    one, two = cast.opens("Tom", P, MNG), cast.opens("Ada", MNG)
    assert (one.number, two.number, one.functions) == (1, 2, (P, MNG))

    with cast.plays("Ada") as (work, _):
        store = cast.fieldwork(work, "Ada")
        joined = store.join_interview(cast.audit, 1)
        assert joined.participants == (cast.person(work, "Tom"), cast.person(work, "Ada"))
        described = store.describe_interview(cast.audit, 1, description="jongerenwerker, team Noord", place="Tiel")
        assert not store.end_interview(cast.audit, 1, cast.now).is_running
        assert store.resume_interview(cast.audit, 1).is_running
    with cast.plays("Tom") as (work, _):
        now = cast.fieldwork(work, "Tom").interview(cast.audit, 1)
    assert (now.description, now.place) == (described.description, "Tiel")


def test_a_second_tap_opens_no_second_interview(cast: FieldCast) -> None:
    with cast.plays("Tom") as (work, _):
        store = cast.fieldwork(work, "Tom")
        first = store.open_interview(cast.audit, (P,), cast.now, seen=0)
        assert store.open_interview(cast.audit, (P,), cast.now, seen=0) == first
        assert store.open_interview(cast.audit, (MNG,), cast.now, seen=0).number == 2


def test_an_interview_is_ended_by_who_takes_part(cast: FieldCast) -> None:
    cast.opens("Tom")
    with cast.plays("Ada") as (work, _):
        store = cast.fieldwork(work, "Ada")
        with pytest.raises(NotAllowed):
            store.end_interview(cast.audit, 1, cast.now)
        with pytest.raises(NotAllowed):
            store.describe_interview(cast.audit, 1, place="x")


def test_an_interview_asks_for_functions_that_exist(cast: FieldCast) -> None:
    for functions in ((), (WhoCode("XX"),)):
        with cast.plays("Tom") as (work, _), pytest.raises(NotAllowed):
            cast.fieldwork(work, "Tom").open_interview(cast.audit, functions, cast.now, seen=0)


# ------------------------------------------------------------------------------------------- who reaches what

Attempt = Callable[[FieldCast, SqlFieldwork], object]
ONE = FindingId(1)
READING: dict[str, Attempt] = {
    "interviews": lambda c, s: s.interviews(c.audit),
    "interview": lambda c, s: s.interview(c.audit, 1),
    "finding": lambda c, s: s.finding(c.audit, ONE),
    "at_norm": lambda c, s: s.at_norm(c.audit, V5),
    "in_tray": lambda c, s: s.in_tray(c.audit),
    "outline": lambda c, s: s.outline(c.audit),
    "tallies": lambda c, s: s.tallies(c.audit),
}
WRITING: dict[str, Attempt] = {
    "record": lambda c, s: s.record(c.audit, NewFinding("x", norms=(V5,)), c.now),
    "want_file": lambda c, s: s.want_file(c.audit, "a.pdf", "application/pdf", 1, "tg", c.now),
    "change": lambda c, s: s.change(c.audit, ONE, FindingChange(tone=Tone.TIP), c.now),
    "undo": lambda c, s: s.undo(c.audit, ONE, c.now, seen=1),
    "withdraw": lambda c, s: s.withdraw(c.audit, ONE, c.now),
    "erase": lambda c, s: s.erase(c.audit, ONE, c.now),
}
HOLDING: dict[str, Attempt] = {
    "open": lambda c, s: s.open_interview(c.audit, (P,), c.now, seen=1),
    "describe": lambda c, s: s.describe_interview(c.audit, 1, place="x"),
    "join": lambda c, s: s.join_interview(c.audit, 1),
    "end": lambda c, s: s.end_interview(c.audit, 1, c.now),
    "resume": lambda c, s: s.resume_interview(c.audit, 1),
}
#: Personal data goes in every stage.
CLEANING: dict[str, Attempt] = {"replace": lambda c, s: s.replace_text(c.audit, ONE, "x", c.now)}
ATTEMPTS = READING | WRITING | HOLDING | CLEANING


@pytest.fixture
def filled(cast: FieldCast) -> FieldCast:
    talk = cast.opens("Tom")
    cast.notes("Tom", "Geheim", V5, interview=talk, message=9)
    cast.notes("Tom", "Nog zonder norm")
    return cast


def assert_refuses(cast: FieldCast, name: str, what: str, refusal: type[Exception]) -> None:
    before = contents(cast)
    with pytest.raises(refusal), cast.plays(name) as (work, _):
        ATTEMPTS[what](cast, cast.fieldwork(work, name))
    assert contents(cast) == before


@pytest.mark.parametrize("what", ATTEMPTS)
def test_who_is_not_in_the_team_reaches_nothing_with_a_forged_id(filled: FieldCast, what: str) -> None:
    """Another audit, another certifying body, the office, the member: nothing is shown, nothing changes."""
    for name in ("Bea", "Wim", "Pim", "Otto", "Ina", "Samira", "Noor", "Olga"):
        assert_refuses(filled, name, what, NotAllowed)


@pytest.mark.parametrize("what", ATTEMPTS)
def test_without_the_statements_nothing_opens(filled: FieldCast, what: str) -> None:
    with filled.plays("Bea") as (work, audits):
        audits.add_member(filled.audit, filled.person(work, "Pim"), Role.PEER_AUDITOR, filled.now)

    assert_refuses(filled, "Pim", what, StatementsMissing)


@pytest.mark.parametrize("what", WRITING | HOLDING)
def test_a_closed_audit_takes_nothing(filled: FieldCast, what: str) -> None:
    set_stage(filled, Stage.CLOSED)

    assert_refuses(filled, "Tom", what, WrongStage)


@pytest.mark.parametrize("what", READING)
def test_a_closed_audit_can_be_read(filled: FieldCast, what: str) -> None:
    set_stage(filled, Stage.CLOSED)
    with filled.plays("Ada") as (work, _):
        ATTEMPTS[what](filled, filled.fieldwork(work, "Ada"))


def test_editing_a_message_of_a_closed_audit_is_refused(filled: FieldCast) -> None:
    set_stage(filled, Stage.CLOSED)
    with filled.plays("Tom") as (work, _), pytest.raises(WrongStage):
        filled.fieldwork(work, "Tom").edit_by_message(9, "Later", filled.now)


def set_stage(cast: AuditCast, stage: Stage) -> None:
    """Bring the audit in a stage, without the way there."""
    with cast.database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage=stage.value))


def test_an_interview_of_another_audit_is_no_place_for_a_finding(cast: FieldCast) -> None:
    talk = cast.opens("Tom")
    with cast.plays("Ina") as (work, _), pytest.raises(NotAllowed):
        cast.fieldwork(work, "Ina").record(cast.other_audit, NewFinding("x", interview=talk), cast.now)


# ----------------------------------------------------------------------------------------------- privacy


def test_replaced_text_is_gone_from_every_table(cast: FieldCast) -> None:
    """The privacy guard promises erasure: every sealed value is opened to see that nothing is left."""
    note = cast.notes("Tom", SECRET, V5, message=4)
    cast.changes("Tom", note.id, FindingChange(tone=Tone.TIP), seen=1)
    cast.changes("Ada", note.id, FindingChange(norms=(V5, D9)), seen=2)
    with cast.plays("Tom") as (work, _):
        assert any("111222333" in text for text in opened(work))
        after, message = cast.fieldwork(work, "Tom").replace_text(cast.audit, note.id, "Een cliënt", cast.now)
    with cast.plays("Tom") as (work, _):
        assert not any("111222333" in text for text in opened(work))

    assert (after.text, after.tone, after.norms, message) == ("Een cliënt", Tone.TIP, (V5, D9), 4)


def test_erased_text_is_gone_from_every_table(cast: FieldCast) -> None:
    note = cast.notes("Tom", SECRET, V5, message=4)
    cast.changes("Tom", note.id, FindingChange(tone=Tone.TIP), seen=1)
    with cast.plays("Tom") as (work, _):
        cast.fieldwork(work, "Tom").erase(cast.audit, note.id, cast.now)
    with cast.plays("Tom") as (work, _):
        assert not any("111222333" in text for text in opened(work))
        assert cast.fieldwork(work, "Tom").outline(cast.audit) == ()


def opened(work: SqlWork) -> list[str]:
    """Return every text of every finding and version that can still be opened."""
    texts = [
        work.vault.open(f"finding.text:{row.audit_id}:{row.receipt}", row.text_sealed)
        for row in work.execute(sa.select(t.finding))
    ]
    versions = sa.select(t.finding_version, t.finding.c.audit_id, t.finding.c.receipt).join(
        t.finding, t.finding.c.id == t.finding_version.c.finding_id
    )
    for row in work.execute(versions):
        place = f"finding_version.snapshot:{row.audit_id}:{row.receipt}:{row.version}"
        texts.append(work.vault.open(place, row.snapshot_sealed))
    return texts


# ------------------------------------------------------------------------------------------------- files


def test_a_file_is_fetched_under_the_body_that_audits(cast: FieldCast) -> None:
    with cast.plays("Tom") as (work, _):
        store = cast.fieldwork(work, "Tom")
        file = store.want_file(cast.audit, "plan.pdf", "application/pdf", 9, "tg", cast.now)
        note = store.record(cast.audit, NewFinding("", norms=(V5,), file=file), cast.now)
    with cast.plays("Ada") as (work, _):
        assert cast.fieldwork(work, "Ada").file(cast.audit, note.id) == file
        assert work.files(cast.actor(work, "Ada")).get(file.id) == file
    for name in ("Ina", "Wim", "Bea", "Samira"):
        with cast.plays(name) as (work, _), pytest.raises(NotAllowed):
            work.files(cast.actor(work, name)).get(file.id)
    with cast.plays("Ina") as (work, _):
        assert cast.fieldwork(work, "Ina").file(cast.audit, note.id) is None


# ---------------------------------------------------------------------------------------------- statements


@pytest.mark.parametrize("what", [*READING, "record"])
def test_the_number_of_statements_does_not_grow_with_the_audit(filled: FieldCast, what: str) -> None:
    small = statements(filled, what)
    with filled.plays("Tom") as (work, _):
        store = filled.fieldwork(work, "Tom")
        for number in range(60):
            store.record(filled.audit, NewFinding(str(number), norms=(V5, D9) if number % 3 else ()), filled.now)

    assert statements(filled, what) == small


def statements(cast: FieldCast, what: str) -> int:
    """Count the statements of one attempt, which changes nothing in the end."""
    count = 0

    def counted(*_: Any) -> None:
        nonlocal count
        count += 1

    with cast.plays("Tom") as (work, _):
        store = cast.fieldwork(work, "Tom")
        sa.event.listen(cast.database.engine, "before_cursor_execute", counted)
        with work.connection.begin_nested() as attempt:
            ATTEMPTS[what](cast, store)
            attempt.rollback()
        sa.event.remove(cast.database.engine, "before_cursor_execute", counted)
    return count
