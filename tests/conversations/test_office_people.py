"""Somebody goes from a certifying body: what is asked, who has to be replaced first, and what is left behind."""

from __future__ import annotations

import pytest

from conversations.audit_taps import OpenAuditTap, TeamTap
from conversations.offices import OfficePersonTap, OfficeRoleTap, RemoveFromOfficeTap
from domain.roles import PersonId, Role
from storage.audit_interfaces import LastOfficePerson
from storage.interfaces import NotAllowed
from storage.sql.database import Database
from templates.audit_screens import (
    ConfirmOfficeRemoval,
    KeepsTheOffice,
    LeadsStill,
    OfficeAccessEnded,
    OfficePersonRemoved,
    ShowOffice,
    ShowOfficePerson,
)
from templates.common_screens import SayTrouble, Trouble
from tests.conversations.audit_stage import (
    ADA,
    BEA,
    KOMPAS,
    OLGA,
    RIVERS,
    TOM,
    audit_stage,
    comes_in,
    current,
    filled_in,
    founded_office,
    invited_for,
    planned,
    running,
    seated,
)
from tests.conversations.people_stage import actor_of, told
from tests.scenes.stage import Stage, StageChat


@pytest.fixture
def stage(database: Database) -> Stage:
    return audit_stage(database)


def at_person(bea: StageChat, name: str) -> None:
    """Let the office open one of its people."""
    bea.sends("/bureau")
    bea.taps(name)


def taken_away(bea: StageChat, name: str) -> None:
    """Let the office take somebody away, with the yes."""
    at_person(bea, name)
    bea.taps("Weghalen")
    bea.taps("Ja, weghalen")


def names_in_office(bea: StageChat) -> list[str]:
    bea.sends("/bureau")
    assert isinstance(bea.screen, ShowOffice)
    return [line.name for line in bea.screen.people]


def other_office(stage: Stage) -> StageChat:
    """Let a second certifying body begin."""
    olga = stage.chat(OLGA, "Olga")
    olga.sends("/operator")
    olga.taps("CI toevoegen")
    olga.sends("CI Anker")
    return comes_in(stage, olga, 3001, "Otto")


def test_it_is_asked_first(stage: Stage) -> None:
    """One tap too many ends nobody's work."""
    bea = founded_office(stage)
    invited_for(stage, bea, TOM, "Tom")

    at_person(bea, "Tom")
    assert bea.screen == ShowOfficePerson("Tom", KOMPAS, (Role.AUDITOR,))
    bea.taps("Weghalen")

    assert bea.screen == ConfirmOfficeRemoval("Tom", KOMPAS)
    assert names_in_office(bea) == ["Bea", "Tom"]


def test_access_ends_at_once_and_what_was_written_stays(stage: Stage) -> None:
    """The team goes on without them, with their name at what they did."""
    bea, _, ada = running(stage)
    audit = current(ada).id

    taken_away(bea, "Ada")

    assert bea.screen == OfficePersonRemoved("Ada", KOMPAS)
    assert told(ada)[-1] == OfficeAccessEnded(KOMPAS)
    assert names_in_office(bea) == ["Bea", "Tom"]
    assert actor_of(stage, ada).membership is None
    ada.taps_old(OpenAuditTap(audit))
    assert ada.screen == SayTrouble(Trouble.NOT_ALLOWED)
    with stage.database.begin() as work:
        audits = work.audits(work.actor(TOM))
        now = audits.get(audit).audit
        assert "Ada" in audits.names(now).values()
        assert [audits.names(now)[member.person] for member in now.team] == ["Tom"]


def test_every_role_goes_at_once(stage: Stage) -> None:
    """Somebody who keeps the office and audits is one person with one button."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    invited_for(stage, bea, TOM, "Tom", Role.CI_ADMIN)

    at_person(bea, "Tom")
    assert bea.screen == ShowOfficePerson("Tom", KOMPAS, (Role.AUDITOR, Role.CI_ADMIN))
    bea.taps("Weghalen")
    bea.taps("Ja, weghalen")

    assert actor_of(stage, tom).memberships == ()


def test_who_leads_is_replaced_first(stage: Stage) -> None:
    """An audit that is under way is never without a team leader."""
    bea, tom, _ = running(stage)

    taken_away(bea, "Tom")
    assert bea.screen == LeadsStill("Tom", (RIVERS,))
    assert actor_of(stage, tom).membership is not None
    bea.taps_old(TeamTap())
    bea.taps("Ada")
    bea.taps("Teamleider")
    taken_away(bea, "Tom")

    assert bea.screen == OfficePersonRemoved("Tom", KOMPAS)


def test_who_would_lead_an_audit_that_is_only_planned_can_go(stage: Stage) -> None:
    """Nothing was agreed on yet; the plan says by itself that a team leader is missing."""
    bea = founded_office(stage)
    invited_for(stage, bea, TOM, "Tom")
    planned(bea)
    filled_in(bea)
    seated(bea, "Tom", "Teamleider")

    taken_away(bea, "Tom")

    assert bea.screen == OfficePersonRemoved("Tom", KOMPAS)
    assert current(bea).audit.team == ()


def test_the_last_of_the_office_stays(stage: Stage) -> None:
    """Without an office nobody could invite or plan any more."""
    bea = founded_office(stage)
    invited_for(stage, bea, TOM, "Tom")

    taken_away(bea, "Bea")

    assert bea.screen == KeepsTheOffice("Bea", KOMPAS)
    assert names_in_office(bea) == ["Bea", "Tom"]


def test_one_of_two_can_take_themselves_away(stage: Stage) -> None:
    """And sees the office no more."""
    bea = founded_office(stage)
    wim = invited_for(stage, bea, TOM, "Wim", Role.CI_ADMIN)

    taken_away(bea, "Bea")

    assert bea.screen == OfficeAccessEnded(KOMPAS)
    bea.sends("/bureau")
    assert bea.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert names_in_office(wim) == ["Wim"]


def test_their_open_invitations_are_withdrawn(stage: Stage) -> None:
    """Whoever is put out does not come back by a link of their own."""
    bea = founded_office(stage)
    wim = invited_for(stage, bea, TOM, "Wim", Role.CI_ADMIN)
    wim.sends("/bureau")
    wim.taps("Uitnodigen")
    wim.taps(OfficeRoleTap(Role.CI_ADMIN))
    assert len(open_invitations(stage)) == 1

    taken_away(bea, "Wim")

    assert open_invitations(stage) == ()


def open_invitations(stage: Stage) -> tuple[object, ...]:
    with stage.database.begin() as work:
        return work.people(work.actor(BEA)).open_invitations(stage.now)


def test_a_second_tap_does_nothing(stage: Stage) -> None:
    """The screen says so already."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    person = actor_of(stage, tom).person
    taken_away(bea, "Tom")

    bea.taps_old(RemoveFromOfficeTap(person, is_sure=True))

    assert bea.screen == OfficePersonRemoved("Tom", KOMPAS)


@pytest.mark.parametrize("is_sure", [False, True])
def test_another_office_reaches_nobody_here(stage: Stage, is_sure: bool) -> None:
    """Neither by a forged button nor in storage."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    otto = other_office(stage)
    person = actor_of(stage, tom).person

    for tap in (OfficePersonTap(person), RemoveFromOfficeTap(person, is_sure)):
        otto.taps_old(tap)
        assert otto.screen == SayTrouble(Trouble.NOT_ALLOWED)

    with stage.database.begin() as work:
        offices = work.offices(work.actor(otto.id))
        with pytest.raises(NotAllowed):
            offices.remove(person, stage.now)
        with pytest.raises(NotAllowed):
            offices.chat_of(person)
    assert names_in_office(bea) == ["Bea", "Tom"]


def test_an_auditor_removes_nobody(stage: Stage) -> None:
    """Only the office decides who works there."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    ada = invited_for(stage, bea, ADA, "Ada")

    tom.taps_old(RemoveFromOfficeTap(actor_of(stage, ada).person, is_sure=True))

    assert tom.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert names_in_office(bea) == ["Ada", "Bea", "Tom"]


def test_storage_refuses_the_last_by_itself(stage: Stage) -> None:
    """And nobody who is not there."""
    bea = founded_office(stage)

    with stage.database.begin() as work:
        offices = work.offices(work.actor(bea.id))
        with pytest.raises(LastOfficePerson):
            offices.remove(work.actor(bea.id).person, stage.now)
        with pytest.raises(NotAllowed):
            offices.remove(PersonId(4_000_000), stage.now)


def test_a_large_office_has_pages(stage: Stage) -> None:
    """Everybody can be found, however many there are."""
    bea = founded_office(stage)
    for number in range(13):
        invited_for(stage, bea, 5000 + number, f"Toetser {number:02}")

    bea.sends("/bureau")
    assert "Toetser 12" not in bea.labels
    bea.taps("Volgende")

    assert "Toetser 12" in bea.labels
