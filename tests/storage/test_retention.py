"""What nobody uses goes by itself: people hear of it first, coming back stops it, and nothing else goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.retention import TermId
from domain.roles import OrganisationId, Role
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from storage.sql.retention import announce, carry_out, forget_labels, withdraw_used
from storage.sql.retention_tables import planned_erasure
from tests.conftest import MovableClock
from tests.storage.audit_cast import AUDIT_CHATS, AuditCast
from tests.storage.cast import CHATS, Cast

TERM, NOTICE = 1826, 60  # days, of an organisation in which nothing happens


def rivers(cast: Cast) -> OrganisationId:
    """Return the organisation of Samira."""
    with cast.plays("Samira") as samira:
        assert samira.actor.organisation is not None
        return samira.actor.organisation.id


def names(cast: Cast) -> list[str]:
    """Return the organisations of Samira and of Eva, as far as they have one."""
    with cast.database.begin() as work:
        found = [work.actor(CHATS[name]).organisation for name in ("Samira", "Eva")]
        return [organisation.name for organisation in found if organisation]


def look(cast: Cast) -> tuple[list[tuple[TermId, str, tuple[int, ...]]], int, list[str]]:
    """Let the heartbeat look once: what it announced, how much it stopped, and which organisations it erased."""
    with cast.database.begin() as work:
        stopped, erased = withdraw_used(work, cast.now), carry_out(work, cast.now)
        said = [(each.term, each.organisation, each.chats) for each in announce(work, cast.now)]
        return said, stopped, [each.organisation for each in erased if each.organisation]


def about_organisations(cast: Cast) -> list[tuple[str, tuple[int, ...]]]:
    return [(name, chats) for term, name, chats in look(cast)[0] if term is TermId.IDLE_ORGANISATION]


def visits(cast: Cast, clock: MovableClock, name: str) -> None:
    """Let somebody have a turn, as the dispatcher notes it."""
    values = {"chat_id": CHATS[name], "updated_at": clock.now, "update_id": 1}
    with cast.database.begin() as work:
        insert = work.upsert(t.conversation_state).values(values)
        work.execute(insert.on_conflict_do_update(index_elements=["chat_id"], set_={"updated_at": clock.now}))


# ---------------------------------------------------------------------------------------------- organisations


def test_an_organisation_that_nobody_uses_is_announced_then_erased(cast: Cast, clock: MovableClock) -> None:
    """To its coordinators, sixty days before; who took part hears that it is gone."""
    clock.move(days=TERM - NOTICE - 1)
    assert about_organisations(cast) == []

    clock.move(days=1, minutes=1)
    assert about_organisations(cast) == [
        ("Welzijn Rivierenland", (CHATS["Samira"],)), ("Stichting Overkant", (CHATS["Eva"],)),
    ]  # fmt: skip
    assert about_organisations(cast) == []
    clock.move(days=NOTICE - 1)
    assert look(cast)[2] == []
    clock.move(days=1)
    with cast.database.begin() as work:
        gone = carry_out(work, clock.now)

    assert [(each.organisation, each.chats) for each in gone] == [
        ("Welzijn Rivierenland", tuple(sorted(CHATS[name] for name in ("Samira", "Joost", "Priya", "Rik")))),
        ("Stichting Overkant", tuple(sorted(CHATS[name] for name in ("Eva", "Mo")))),
    ]
    assert names(cast) == []
    with cast.database.begin() as work:
        log = work.execute(sa.select(planned_erasure).where(planned_erasure.c.subject_kind == "organisation")).all()
        found = [(row.term, row.done_at, row.withdrawn_at) for row in log]
    assert found == [("idle_organisation", clock.now, None)] * 2


@pytest.mark.parametrize("is_writing", [True, False], ids=["writing", "only looking"])
def test_whoever_comes_back_stops_it(cast: Cast, clock: MovableClock, is_writing: bool) -> None:
    """Also who only opens the menu; the others keep their own notice."""
    clock.move(days=TERM - NOTICE, minutes=1)
    look(cast)
    clock.move(days=NOTICE - 1)
    if is_writing:
        with cast.plays("Joost") as joost:
            joost.writes("Wij zijn er nog")
    else:
        visits(cast, clock, "Joost")

    clock.move(days=1)
    said, stopped, erased = look(cast)

    assert (stopped, erased[:1]) == (1, ["Stichting Overkant"])
    assert names(cast) == ["Welzijn Rivierenland"]
    assert [each for each in said if each[0] is TermId.IDLE_ORGANISATION] == []
    clock.move(days=TERM - NOTICE - 1, minutes=1)
    assert [name for name, _ in about_organisations(cast)] == ["Welzijn Rivierenland"]


def test_a_look_that_comes_late_still_gives_the_whole_notice(cast: Cast, clock: MovableClock) -> None:
    """A bot that stood still for a year must not erase at once."""
    clock.move(days=TERM + 365)
    assert len(about_organisations(cast)) == 2

    clock.move(days=NOTICE - 1)

    assert look(cast)[2] == []
    assert len(names(cast)) == 2


def test_an_organisation_with_an_audit_under_way_stays(database: Database, clock: MovableClock) -> None:
    """And one that a certifying body made for an audit is that body's to keep."""
    cast = AuditCast(database, clock)
    cast.assemble()
    clock.move(days=TERM * 3)

    with database.begin() as work:
        said = announce(work, clock.now)

    assert [each for each in said if each.term is TermId.IDLE_ORGANISATION] == []
    with database.begin() as work:
        work.execute(t.audit.update().values(stage="closed"))
        said = announce(work, clock.now)
    assert [(each.organisation, each.chats) for each in said if each.organisation] == [
        ("Welzijn Rivierenland", (AUDIT_CHATS["Samira"],))
    ]


# -------------------------------------------------------------------------------------------- asked by people


def test_what_a_coordinator_asks_for_happens_after_a_week(cast: Cast, clock: MovableClock) -> None:
    """Nothing is gone before; afterwards nothing of it is left, and only of that organisation."""
    with cast.plays("Samira") as samira:
        planned = samira.people.plan_erasure(clock.now)
        assert samira.people.plan_erasure(clock.now + timedelta(days=3)) == planned
    assert planned.erases_at == clock.now + timedelta(days=7)

    clock.move(days=6, hours=23)
    assert look(cast)[2] == []
    with cast.plays("Joost") as joost:  # being busy does not stop what was asked for
        joost.writes("Nog iets")
    clock.move(hours=1)

    assert look(cast)[1:] == (0, ["Welzijn Rivierenland"])
    assert names(cast) == ["Stichting Overkant"]
    assert look(cast)[2] == []


def test_what_was_stopped_does_not_happen(cast: Cast, clock: MovableClock) -> None:
    with cast.plays("Samira") as samira:
        samira.people.plan_erasure(clock.now)
        assert samira.people.keep_organisation(clock.now)
        assert not samira.people.keep_organisation(clock.now)
        assert samira.people.planned_erasure() is None

    clock.move(days=30)

    assert look(cast)[2] == []
    assert len(names(cast)) == 2


# ----------------------------------------------------------------------------------------------------- people


def test_who_has_no_role_and_does_nothing_is_forgotten_after_a_year(cast: Cast, clock: MovableClock) -> None:
    """With thirty days to come back; who has a role stays, and so does an operator."""
    with cast.database.begin() as work:
        ensure_persons(work, {999: "Olga", 77: "Gerrit"}, clock.now)
    clock.move(days=335, minutes=1)
    said = look(cast)[0]
    assert {chats for _, _, chats in said} == {(CHATS["Noor"],), (CHATS["Gast"],), (77,)}

    clock.move(days=29)
    visits(cast, clock, "Noor")
    clock.move(days=1)
    look(cast)

    with cast.database.begin() as work:
        left = set(work.execute(sa.select(t.person.c.chat_id)).scalars()) - {None}
    assert left == {*CHATS.values(), 999} - {CHATS["Gast"]}


def test_who_was_erased_meanwhile_is_no_problem(cast: Cast, clock: MovableClock) -> None:
    clock.move(days=335, minutes=1)
    look(cast)
    with cast.plays("Noor") as noor:
        noor.people.erase(clock.now)

    clock.move(days=30)
    with cast.database.begin() as work:
        gone = carry_out(work, clock.now)

    assert [each.removed for each in gone] == [0, 1]


def test_a_role_that_somebody_got_stops_it(cast: Cast, clock: MovableClock) -> None:
    clock.move(days=335, minutes=1)
    look(cast)
    with cast.database.begin() as work:
        cast.join(work, "Samira", "Noor", Role.COLLEAGUE)

    clock.move(days=30)
    look(cast)

    with cast.database.begin() as work:
        assert work.actor(CHATS["Noor"]).role is Role.COLLEAGUE


def test_what_was_noted_with_an_invitation_goes(cast: Cast, clock: MovableClock) -> None:
    """Somebody's name may stand in it."""
    with cast.plays("Samira") as samira:
        samira.people.invite(Role.COLLEAGUE, clock.now, label="Voor Willem")
    clock.move(days=14 + 90, minutes=1)

    with cast.database.begin() as work:
        assert forget_labels(work, clock.now - timedelta(days=91)) == 0
        assert forget_labels(work, clock.now - timedelta(days=90)) == 1
