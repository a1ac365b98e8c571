"""Single actions of the plan in storage: who reaches which, who is reminded of it, and what erasing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import PlanRefused
from domain.plan_actions import MAX_EVIDENCE, ActionEvidence
from domain.reminders import ReminderKind
from domain.roles import Role
from domain.self_evaluation import ContributionKind
from domain.working_days import AMSTERDAM
from storage.action_interfaces import ActionChanged, ActionFull, NewEvidence
from storage.audit_interfaces import StatementsMissing
from storage.interfaces import NotAllowed
from storage.sql import plan_tables as p
from storage.sql import tables as t
from storage.sql.actors import mark_unreachable
from storage.sql.database import Database
from storage.sql.erasure import erase_organisation, erase_person, export_person
from storage.sql.files import blob_names, mark_stored
from storage.sql.plan_actions import SqlPlanActions
from storage.sql.reminders import look_at, take_due
from storage.sql.sealed_places import open_all
from tests.changing import replace
from tests.conftest import MovableClock
from tests.storage.plan_cast import D9, V5, PlanCast
from tests.storage.process_cast import CHATS

NAMES = {chat: name for name, chat in CHATS.items()}


class ActionCast(PlanCast):
    """The cast of the plan; Sam is the colleague who can be given an action, due on 1 June 2027."""

    @contextmanager
    def actions(self, name: str) -> Iterator[SqlPlanActions]:
        with self.database.begin() as work:
            yield work.plan_actions(work.actor(CHATS[name]))

    def give(self, norm: NormId, name: str | None) -> None:
        with self.actions("Samira") as actions:
            people = {person.name: person.membership for person in actions.candidates(self.audit)}
            actions.give(self.audit, norm, people[name] if name else None, self.now)

    def tells(self, name: str, norm: NormId = V5, **changes: object) -> None:
        with self.actions(name) as actions:
            now = actions.get(self.audit, norm).progress
            actions.report(self.audit, replace(now, **changes), self.now)  # type: ignore[arg-type]

    def beats(self, day: date, hour: int = 10) -> list[tuple[str, str, int]]:
        """Let the heart beat on a day; return who heard of which action with how many days left."""
        self._clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM).astimezone(UTC)  # type: ignore[attr-defined]  # the clock of a test moves
        with self.database.begin() as work:
            found = [n for _, subject in take_due(work, self.now) for n in look_at(work, AuditId(subject), self.now)]
        return sorted(
            (NAMES[notice.chat], item.reminder.norm, item.reminder.days_left)
            for notice in found
            for item in notice.actions
        )

    def heard_from(self, first: date, last: date) -> list[tuple[str, str, int]]:
        """Let the heart beat every day and return everything that was heard of actions."""
        days = (last - first).days + 1
        return [line for number in range(days) for line in self.beats(first + timedelta(days=number))]


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> ActionCast:
    cast = ActionCast(database, clock)
    cast.assemble()
    cast.finish()
    return cast


@pytest.fixture
def running(cast: ActionCast) -> ActionCast:
    """The plan for V5 and D9 was approved on 4 January 2027; V5 is Sam's."""
    cast.hand_in()
    cast.approve()
    cast.give(V5, "Sam")
    return cast


SPRING, SUMMER = date(2027, 5, 20), date(2027, 6, 20)


def test_an_owner_reaches_that_action_and_no_other(running: ActionCast) -> None:
    with running.actions("Sam") as actions:
        assert [action.norm.id for action in actions.own()] == [V5]
        assert actions.count() == 1
        assert actions.get(running.audit, V5).entry.what == "Poging 1"
        with pytest.raises(NotAllowed):
            actions.get(running.audit, D9)
        with pytest.raises(NotAllowed):
            actions.owners(running.audit)
        with pytest.raises(NotAllowed):
            actions.give(running.audit, D9, None, running.now)
    with running.plans("Sam") as plans, pytest.raises(NotAllowed):
        plans.get(running.audit)


@pytest.mark.parametrize("name", ["Tom", "Ada", "Bea", "Ina", "Sanne", "Noor"])
def test_nobody_else_reaches_an_action(running: ActionCast, name: str) -> None:
    with running.actions(name) as actions:
        for asked in (
            lambda: actions.get(running.audit, V5),
            lambda: actions.snooze(running.audit, V5, SUMMER, running.now),
            lambda: actions.owners(running.audit),
            lambda: actions.candidates(running.audit),
        ):
            with pytest.raises(NotAllowed):
                asked()
        assert actions.count() == 0


def test_what_the_owner_says_is_seen_by_the_coordinator_and_the_team(running: ActionCast) -> None:
    running.tells("Sam", note="Twee teams doen mee", evidence="Verslag van 3 maart", done_on=date(2027, 3, 4))

    for name in ("Samira", "Tom"):
        progress = running.plan(name).progress_of(V5)
        assert (progress.note, progress.evidence, progress.is_done) == (
            "Twee teams doen mee", "Verslag van 3 maart", True,
        )  # fmt: skip
    with running.actions("Sam") as actions:
        assert actions.count() == 0


def test_nobody_is_overwritten_unseen(running: ActionCast) -> None:
    with running.actions("Sam") as actions:
        seen = actions.get(running.audit, V5).progress
    running.tells("Samira", note="Ik heb gebeld")

    with running.actions("Sam") as actions, pytest.raises(ActionChanged):
        actions.report(running.audit, replace(seen, note="Nog niets"), running.now)


def test_before_the_approval_an_owner_reads_and_does_not_report(cast: ActionCast) -> None:
    cast.hand_in()
    cast.give(V5, "Sam")

    with cast.actions("Sam") as actions:
        assert not actions.get(cast.audit, V5).is_running
        with pytest.raises(PlanRefused):
            actions.report(cast.audit, replace(actions.get(cast.audit, V5).progress, note="Klaar"), cast.now)


def test_only_somebody_of_the_organisation_is_given_an_action(running: ActionCast) -> None:
    with running.database.begin() as work:
        tom = work.actor(CHATS["Tom"]).membership
        assert tom is not None
        with pytest.raises(NotAllowed):
            work.plan_actions(work.actor(CHATS["Samira"])).give(running.audit, V5, tom.id, running.now)
    with running.actions("Samira") as actions:
        with pytest.raises(NotAllowed):
            actions.give(running.audit, NormId("O1"), None, running.now)  # is not in the plan
        with pytest.raises(NotAllowed):
            actions.give(running.audit, V5, MembershipId(9999), running.now)
        assert [owner.name for owner in actions.owners(running.audit).values()] == ["Sam"]  # nothing was taken away


# ------------------------------------------------------------------------------------------------ reminders


def test_the_owner_is_reminded_once_before_and_once_after_and_the_coordinator_of_the_rest(running: ActionCast) -> None:
    assert running.heard_from(SPRING, SUMMER) == [
        ("Sam", "V5", 7), ("Samira", "D9", 7), ("Sam", "V5", -1), ("Samira", "D9", -1),
    ]  # fmt: skip


def test_what_is_ticked_off_is_not_reminded_of_any_more(running: ActionCast) -> None:
    running.beats(date(2027, 5, 25))
    running.tells("Sam", done_on=date(2027, 5, 28))

    assert running.heard_from(date(2027, 5, 26), SUMMER) == [("Samira", "D9", -1)]


def test_tomorrow_is_heard_tomorrow(running: ActionCast) -> None:
    assert ("Sam", "V5", 7) in running.beats(date(2027, 5, 25))
    with running.actions("Sam") as actions:
        actions.snooze(running.audit, V5, date(2027, 5, 26), running.now)

    assert running.beats(date(2027, 5, 25), 12) == []
    assert running.beats(date(2027, 5, 26)) == [("Sam", "V5", 6)]


def test_without_an_owner_who_can_be_reached_the_coordinator_hears_it(running: ActionCast) -> None:
    with running.database.begin() as work:
        mark_unreachable(work, CHATS["Sam"])

    assert running.beats(date(2027, 5, 25)) == [("Samira", "D9", 7), ("Samira", "V5", 7)]


def test_an_owner_who_left_reaches_nothing_and_hears_nothing(running: ActionCast) -> None:
    with running.database.begin() as work:
        sam = work.actor(CHATS["Sam"])
        assert sam.membership is not None
        ended = t.membership.update().where(t.membership.c.id == sam.membership.id)
        work.execute(ended.values(ended_at=running.now))

    assert running.beats(date(2027, 5, 25)) == [("Samira", "D9", 7), ("Samira", "V5", 7)]
    with running.actions("Sam") as actions, pytest.raises(NotAllowed):
        actions.get(running.audit, V5)
    with running.actions("Samira") as actions:
        assert actions.owners(running.audit) == {}


def test_who_does_not_want_to_hear_of_actions_does_not(running: ActionCast) -> None:
    with running.database.begin() as work:
        process = work.process(work.actor(CHATS["Samira"]))
        process.set_reminders(ReminderKind.ACTION, running.now, are_wanted=False)

    assert running.beats(date(2027, 5, 25)) == [("Sam", "V5", 7)]


def test_two_actions_of_one_person_come_together(running: ActionCast) -> None:
    running.give(D9, "Sam")

    running.beats(date(2027, 5, 20))
    with running.database.begin() as work:
        running._clock.now = datetime(2027, 5, 25, 10, tzinfo=AMSTERDAM).astimezone(UTC)  # type: ignore[attr-defined]  # the clock of a test moves
        due = [n for _, subject in take_due(work, running.now) for n in look_at(work, AuditId(subject), running.now)]
    assert [len(notice.actions) for notice in due if notice.actions] == [2]


# -------------------------------------------------------------------------------------------------- erasing


def test_an_erased_owner_owns_nothing_and_what_they_said_stays(running: ActionCast) -> None:
    running.tells("Sam", note="Twee teams doen mee")
    with running.database.begin() as work:
        sam = work.actor(CHATS["Sam"])
        exported = export_person(work, sam)
        assert sam.membership is not None
        work.execute(t.membership.update().where(t.membership.c.id == sam.membership.id).values(ended_at=running.now))
        erase_person(work, sam, running.now)

    assert [line["norm"] for line in exported["plan_actions"]] == ["V5"]
    assert "Twee teams doen mee" in str(exported["plan_texts"])
    with running.database.begin() as work:
        assert work.execute(sa.select(p.plan_owner)).all() == []
    assert running.plan().progress_of(V5).note == "Twee teams doen mee"


def test_a_colleague_is_a_candidate_and_a_reader_is_not(running: ActionCast) -> None:
    with running.database.begin() as work:
        _, token = work.people(work.actor(CHATS["Samira"])).invite(Role.READER, running.now)
        work.people(work.actor(CHATS["Noor"])).accept(token, running.now)

    with running.actions("Samira") as actions:
        assert [person.name for person in actions.candidates(running.audit)] == ["Sam", "Samira"]


# ------------------------------------------------------------------------------------------------ evidence

PHOTO = NewEvidence(ContributionKind.PHOTO, "bord.jpg", "image/jpeg", 9, "telegram-1", "Het bord in de hal")


def attach(cast: ActionCast, name: str = "Sam", norm: NormId = V5, *, arrives: bool = True) -> ActionEvidence:
    """Let somebody send a photo with an action."""
    with cast.actions(name) as actions:
        item = actions.attach(cast.audit, norm, PHOTO, cast.now)
    if arrives:
        with cast.database.begin() as work:
            mark_stored(work, item.file, media_type="image/jpeg", size=9, sha256=b"x")
    return item


def test_what_the_owner_sends_is_seen_by_the_coordinator_and_the_team(running: ActionCast) -> None:
    """And by nobody else: not by another colleague's reach, the office, the secretariat or another body."""
    item = attach(running)

    for name in ("Samira", "Tom", "Ada"):
        with running.plans(name) as plans:
            (found,) = plans.evidence(running.audit)[V5]
            assert (found.caption, found.name, found.is_there) == ("Het bord in de hal", "bord.jpg", True)
    for name in ("Sam", "Samira", "Tom", "Ada"):
        with running.database.begin() as work:
            assert work.files(work.actor(CHATS[name])).get(item.file).name == "bord.jpg"
    for name in ("Bea", "Ina", "Sanne", "Noor"):
        with running.database.begin() as work, pytest.raises((NotAllowed, StatementsMissing)):
            work.files(work.actor(CHATS[name])).get(item.file)
        with running.plans(name) as plans, pytest.raises((NotAllowed, StatementsMissing)):
            plans.evidence(running.audit)


def test_a_colleague_whose_action_it_is_not_reaches_neither_action_nor_file(running: ActionCast) -> None:
    item = attach(running, "Samira", D9)
    with running.database.begin() as work, pytest.raises(NotAllowed):
        work.files(work.actor(CHATS["Sam"])).get(item.file)

    with running.actions("Sam") as actions:
        for attempt in (
            lambda: actions.attach(running.audit, D9, PHOTO, running.now),
            lambda: actions.detach(running.audit, D9, item.number, running.now),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    running.give(V5, None)
    with running.actions("Sam") as actions, pytest.raises(NotAllowed):
        actions.attach(running.audit, V5, PHOTO, running.now)


def test_an_action_holds_so_many_files_and_no_more(running: ActionCast) -> None:
    for _ in range(MAX_EVIDENCE):
        attach(running, arrives=False)

    with pytest.raises(ActionFull):
        attach(running)


def test_before_the_approval_nothing_is_sent_with_an_action(cast: ActionCast) -> None:
    cast.hand_in()
    cast.give(V5, "Sam")

    with pytest.raises(PlanRefused):
        attach(cast)


def test_what_is_taken_away_is_gone_for_everybody(running: ActionCast) -> None:
    """Its author and a coordinator may; the content has no owner any more, so housekeeping deletes it."""
    item, other = attach(running, "Samira"), attach(running)
    with running.actions("Sam") as actions, pytest.raises(NotAllowed):
        actions.detach(running.audit, V5, item.number, running.now)

    with running.actions("Samira") as actions:
        for each in (item, other):
            actions.detach(running.audit, V5, each.number, running.now)
            actions.detach(running.audit, V5, each.number, running.now)
        assert actions.get(running.audit, V5).evidence == ()

    with running.database.begin() as work:
        assert work.execute(sa.select(p.plan_evidence.c.caption_sealed)).scalars().all() == [None, None]
        assert blob_names(work) == frozenset()


def test_what_somebody_sent_is_in_their_data_and_in_the_archive(running: ActionCast) -> None:
    item = attach(running)

    with running.database.begin() as work:
        own = export_person(work, work.actor(CHATS["Sam"]))
        people = work.people(work.actor(CHATS["Samira"]))
        kept = people.export_organisation(running.now)["tables"]
        files = people.kept_files()

    assert [
        (found["file"], found["text"]) for found in own["plan_texts"] if found["what_it_is"] == "plan_evidence"
    ] == [("bord.jpg", "Het bord in de hal")]
    assert [row["caption"] for row in kept["plan_evidence"]] == ["Het bord in de hal"]
    assert [file.id for file in files] == [item.file]


def test_erasing_the_organisation_takes_the_evidence_along(running: ActionCast) -> None:
    attach(running)
    with running.database.begin() as work:
        organisation = work.actor(CHATS["Samira"]).organisation
        assert organisation is not None
        erase_organisation(work, organisation.id, running.now)

        assert work.execute(sa.select(sa.func.count()).select_from(p.plan_evidence)).scalar_one() == 0
        assert blob_names(work) == frozenset()


def test_no_word_of_it_is_readable_in_the_database(running: ActionCast) -> None:
    attach(running)

    with running.database.begin() as work:
        found = {item.column: item for item in open_all(work.connection, work.vault)}
        stored = work.execute(sa.select(p.plan_evidence.c.caption_sealed)).scalar_one()
    assert (found["plan_evidence.caption"].opened, found["plan_evidence.caption"].failed) == (1, 0)
    assert b"bord" not in bytes(stored)
