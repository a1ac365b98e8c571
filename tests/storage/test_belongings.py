"""Every table is somebody's: it comes along in an archive and goes at an erasure, or it is said why it does not."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
import sqlalchemy as sa

from domain.report_format import Moment
from domain.verdicts import Verdict
from storage.interfaces import NotAllowed
from storage.sql import tables as t
from storage.sql.belongings import BELONGINGS, AtErasure, Whose, of_member, of_person, tables_of, unlisted
from storage.sql.database import Database
from storage.sql.work import SqlWork
from tests.conftest import MovableClock
from tests.storage.cast import CHATS, Cast
from tests.storage.plan_cast import PlanCast
from tests.storage.process_cast import CHATS as PROCESS_CHATS
from tests.storage.report_cast import ReportCast
from tests.storage.test_erasure import fill


def test_every_table_is_somebodys() -> None:
    """Whoever adds a table says in storage/sql/belongings.py whose it is, and what becomes of it at an erasure."""
    assert unlisted() == []


def test_what_stays_has_a_ground() -> None:
    """Decision records stay, pseudonymised; nobody should have to guess why."""
    for name, belonging in BELONGINGS.items():
        assert bool(belonging.ground) == (belonging.at_erasure is AtErasure.KEPT), name


def test_whoever_refers_to_a_person_is_kept_or_deleted_on_purpose() -> None:
    """A table about one person alone that is not listed as such would stay behind at their erasure."""
    keys = {name: {column.name for column in table.primary_key} for name, table in t.metadata.tables.items()}
    alone = {name for name, columns in keys.items() if "person_id" in columns and "evaluation_id" not in columns}

    of_persons = {table.name for table, _ in tables_of(Whose.PERSON)}

    counted = {"audit_evaluation", "audit_evaluation_score"}  # numbers stay, words go: test_audit_evaluations
    assert alone - of_persons == {"audit_member", "nudge", "evaluation_choice"} | counted


def _left(work: SqlWork, found: Iterable[tuple[sa.Table, sa.ColumnElement[bool]]]) -> dict[str, int]:
    """Count by table the rows that still are there, or still have something sealed in them."""
    left = {}
    for table, condition in found:
        sealed = [column.is_not(None) for column in table.c if column.name.endswith("_sealed")]
        is_emptied = BELONGINGS[table.name].at_erasure is AtErasure.EMPTIED
        wanted = sa.and_(condition, sa.or_(*sealed)) if is_emptied and sealed else condition
        if is_emptied and not sealed:
            continue
        left[table.name] = work.execute(sa.select(sa.func.count()).select_from(table).where(wanted)).scalar_one()
    return {name: count for name, count in left.items() if count}


def test_an_erased_organisation_leaves_nothing_in_any_table_of_its_own(cast: Cast) -> None:
    fill(cast)
    with cast.plays("Samira") as samira:
        assert samira.actor.organisation is not None
        organisation = samira.actor.organisation.id

    def own(work: SqlWork) -> dict[str, int]:
        return _left(work, [(table, of_member(table, b.path, organisation)) for table, b in tables_of(Whose.MEMBER)])

    with cast.database.begin() as work:
        before = own(work)
        work.people(work.actor(CHATS["Samira"])).erase_organisation(cast.now)
        work.flush()

        assert own(work) == {}
    assert {"organisation", "answer", "answer_version", "contribution", "contribution_version", "frozen_version",
            "stored_file", "invitation", "nudge", "assignment", "last_write"} <= set(before)  # fmt: skip


def test_an_erased_person_leaves_nothing_in_any_table_of_their_own(database: Database, clock: MovableClock) -> None:
    """Also not which message of their chat was a finding: the number of the chat is their Telegram id."""
    cast = ReportCast(database, clock)
    cast.assemble()
    cast.notes(["V1"], author="Wim")
    chat = PROCESS_CHATS["Wim"]
    with database.begin() as work:
        wim = work.actor(chat)
        work.execute(t.finding.update().where(t.finding.c.author_id == wim.person).values(chat_id=chat, message_id=7))
        work.execute(t.conversation_state.insert().values(chat_id=chat, updated_at=cast.now, update_id=1))
        work.execute(t.invitation_try.insert().values(person_id=wim.person, tried_at=cast.now))

    def own(work: SqlWork) -> dict[str, int]:
        tables = tables_of(Whose.PERSON)
        return _left(work, [(table, of_person(table, b.path, wim.person, chat)) for table, b in tables])

    with database.begin() as work:
        before = own(work)
        work.people(wim).erase(cast.now)
        work.flush()

        assert own(work) == {}
        assert work.execute(sa.select(t.finding.c.id).where(t.finding.c.chat_id == chat)).all() == []
    assert {"person", "conversation_state", "invitation_try"} <= set(before)


#: Under which name a table about one person comes in the file with their data; the others say why they do not.
IN_THE_FILE = {
    "person": "person", "tie": "ties", "audit_choice": "audit_choice", "peer_home": "home_organisations",
    "reminder_sent": "reminders", "reminder_snooze": "reminders_snoozed", "reminder_stop": "reminders_stopped",
    "complaint_mark": "complaints", "audit_evaluation_request": "audit_evaluations",
}  # fmt: skip
NOT_IN_THE_FILE = {"conversation_state", "invitation_try"}  # the screen of this minute; wrong tries, for a day


def test_what_is_about_one_person_is_in_the_file_with_their_data(cast: Cast) -> None:
    """A table that is added for people later belongs in it as well."""
    with cast.plays("Samira") as samira:
        found = samira.people.export()

    about_persons = {table.name for table, _ in tables_of(Whose.PERSON)}
    assert about_persons == NOT_IN_THE_FILE | set(IN_THE_FILE)
    assert set(IN_THE_FILE.values()) <= set(found)


# -------------------------------------------------------------------------------------------------- archives


def test_the_archive_holds_everything_of_the_organisation(cast: Cast) -> None:
    """What was said, by whom, and what it was before; opened, so that it can be read without Handvat."""
    fill(cast)
    with cast.plays("Samira") as samira:
        found = json.loads(json.dumps(samira.people.export_organisation(cast.now)))

    tables = found["tables"]
    assert [row["name"] for row in tables["organisation"]] == ["Welzijn Rivierenland"]
    assert [row["text"] for row in tables["contribution"]] == ["Daarna"]
    assert [row["text"] for row in tables["contribution_version"]] == ["Eerst"]
    assert [(row["norm"], row["improve_what"]) for row in tables["answer"]] == [("V1", "Beter")]
    assert [row["label"] for row in tables["invitation"] if row["label"]] == ["Voor de toetser"]
    assert tables["frozen_version"][0]["content"]["names"]
    assert [row["name"] for row in tables["stored_file"]] == ["Joost.pdf"]
    assert "Joost" in found["people"].values()
    assert "Eva" not in found["people"].values()


def test_the_archive_holds_nothing_of_others_and_nothing_to_get_in_with(cast: Cast) -> None:
    fill(cast)
    with cast.plays("Samira") as samira:
        text = json.dumps(samira.people.export_organisation(cast.now))
        trail = [row.action for row in samira.work.execute(sa.select(t.audit_trail))]

    for foreign in ("Overkant", "Mo.pdf", '"Eva"', "token_hash", "tg-file", "blob"):
        assert foreign not in text
    assert trail.count("organisation_exported") == 0  # gathered until the work ends
    with cast.database.begin() as work:
        assert "organisation_exported" in {row.action for row in work.execute(sa.select(t.audit_trail))}


def test_the_archive_holds_the_report_that_was_sent_and_not_the_notes_of_auditors(
    database: Database, clock: MovableClock
) -> None:
    """What the certifying body gathered is its own; what it sent is known."""
    cast = ReportCast(database, clock)
    cast.assemble()
    cast.settle_all(V2=Verdict.NOT_MET)
    cast.fill_in(Moment.DRAFT)
    with database.begin() as work:
        before = work.people(work.actor(PROCESS_CHATS["Samira"])).export_organisation(clock.now)
    cast.sent(Moment.DRAFT)

    with database.begin() as work:
        after = work.people(work.actor(PROCESS_CHATS["Samira"])).export_organisation(clock.now)

    assert "report_version" not in before["tables"]
    assert after["tables"]["report_version"][0]["content"]
    assert {"finding", "judgement", "consensus", "interview", "audit"}.isdisjoint(after["tables"])


def test_the_archive_holds_the_plan(database: Database, clock: MovableClock) -> None:
    cast = PlanCast(database, clock)
    cast.assemble()
    cast.finish()
    cast.hand_in()

    with database.begin() as work:
        found = work.people(work.actor(PROCESS_CHATS["Samira"])).export_organisation(clock.now)

    assert "Poging 1" in json.dumps(found["tables"]["plan_entry"])
    assert found["tables"]["plan_review"][0]["entries"]


@pytest.mark.parametrize("name", ["Joost", "Rik", "Noor"])
def test_only_a_coordinator_takes_the_archive(cast: Cast, name: str) -> None:
    """It holds what every colleague wrote."""
    with cast.plays(name) as other:
        with pytest.raises(NotAllowed):
            other.people.export_organisation(cast.now)
        with pytest.raises(NotAllowed):
            other.people.kept_files()
