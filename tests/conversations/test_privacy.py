"""Privacy: what is kept, everything as a file, and erasure of a person or an organisation."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from conversations.acting import NEWCOMER
from conversations.kit import Job
from conversations.privacy import ArchiveTap, EraseOrganisationTap, EraseTap, KeepNotesTap, KeepOrganisationTap
from domain.audit import AuditId
from domain.roles import Role
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.retention_tables import planned_erasure
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import (
    ArchiveComing,
    AskNameToErase,
    AskOrganisationName,
    ConfirmErasure,
    DataComing,
    ErasureBlocked,
    Goodbye,
    ShowPrivacy,
    Welcome,
)
from templates.retention_screens import ErasurePlanned, ErasureStopped, NotesKept
from tests.conversations.audit_stage import audit_stage, founded_office
from tests.conversations.people_stage import (
    JOOST,
    PRIYA,
    RIVERS,
    SAMIRA,
    WILLEM,
    actor_of,
    founded,
    joined,
    people_stage,
    told,
)
from tests.scenes.stage import Stage, StageChat

#: A week after the stage's day, as the content file says.
ERASED_ON = date(2026, 11, 30)
DAWN = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


def test_privacy_answers_everybody(stage: Stage) -> None:
    """Telegram asks it of every bot, also before anybody has a role."""
    chat = stage.chat(WILLEM, "Willem")

    chat.sends("/privacy")
    assert chat.screen == ShowPrivacy(None)
    assert chat.labels == ["Mijn gegevens", "Verwijderen", "Menu"]
    samira = founded(stage)
    samira.sends("/privacy")

    assert samira.screen == ShowPrivacy(Role.COORDINATOR)


def test_privacy_halfway_a_question_leaves_it_open(stage: Stage) -> None:
    """Who wants to know first and answer then should not have to begin again."""
    chat = stage.chat(WILLEM, "Willem")
    chat.sends("/start")
    chat.taps("Lidorganisatie")

    chat.sends("/privacy")
    chat.sends("A")

    assert isinstance(chat.screen, AskOrganisationName)


def test_my_data_comes_as_a_file(stage: Stage) -> None:
    """The file is made after the turn, so the screen says that it is on its way."""
    samira = founded(stage)
    samira.sends("/privacy")

    samira.taps("Mijn gegevens")

    assert samira.screen == DataComing()
    assert stage.jobs == [Job("export_person", SAMIRA, {})]


def test_the_coordinator_takes_everything_of_the_organisation_along(stage: Stage) -> None:
    """Article 20, and what an organisation may expect that stops with the bot."""
    samira = founded(stage)
    samira.sends("/privacy")

    samira.taps("Alles van ons")

    assert samira.screen == ArchiveComing(RIVERS)
    organisation = actor_of(stage, samira).organisation
    assert organisation is not None
    assert stage.jobs == [Job("export_organisation", SAMIRA, {"organisation": organisation.id})]


def test_a_colleague_does_not_take_everything_of_the_organisation_along(stage: Stage) -> None:
    """It holds what the others wrote."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    joost.sends("/privacy")
    assert "Alles van ons" not in joost.labels

    joost.taps_old(ArchiveTap())

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    assert "export_organisation" not in {job.name for job in stage.jobs}


# --------------------------------------------------------------------------------------- erasing oneself


def test_erasing_takes_two_taps_and_ends_in_goodbye(stage: Stage) -> None:
    """Nothing of the person or the conversation stays, and no button is left to tap."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    memberships = actor_of(stage, joost).memberships
    joost.sends("/privacy")

    joost.taps("Verwijderen")
    assert joost.screen == ConfirmErasure(memberships)
    turn = joost.taps("Ja, verwijder alles")

    assert joost.screen == Goodbye()
    assert joost.keyboard.buttons == ()
    assert turn.commands == {turn.incoming.chat_id: NEWCOMER}
    assert (turn.place.conversation, turn.place.state, turn.place.data) == (None, None, {})


def test_after_erasure_a_start_begins_anew(stage: Stage) -> None:
    """Somebody who comes back is somebody new, and sees nothing of before."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    before = actor_of(stage, joost).person
    joost.sends("/privacy")
    joost.taps("Verwijderen")
    joost.taps("Ja, verwijder alles")

    joost.sends("/start")

    assert joost.screen == Welcome()
    assert actor_of(stage, joost).person != before


def test_a_second_tap_on_erasing_says_goodbye_again(stage: Stage) -> None:
    """The second tap comes from somebody who is new by then; they do not stay either."""
    joost = joined(stage, founded(stage), JOOST, "Joost")
    joost.sends("/privacy")
    joost.taps("Verwijderen")
    joost.taps("Ja, verwijder alles")

    joost.taps_old(EraseTap(is_sure=True))

    assert joost.screen == Goodbye()


def test_an_old_yes_asks_again(stage: Stage) -> None:
    """A button of last month must not erase somebody who changed their mind then."""
    joost = joined(stage, founded(stage), JOOST, "Joost")

    joost.taps_old(EraseTap(is_sure=True))

    assert isinstance(joost.screen, ConfirmErasure)
    assert actor_of(stage, joost).role is Role.COLLEAGUE


def test_the_only_coordinator_hands_over_or_deletes_first(stage: Stage) -> None:
    """The colleagues keep what is theirs."""
    samira = founded(stage)
    joined(stage, samira, JOOST, "Joost")
    samira.sends("/privacy")
    samira.taps("Verwijderen")

    samira.taps("Ja, verwijder alles")

    assert samira.screen == ErasureBlocked((RIVERS,), is_current=True)
    assert samira.labels == ["Collega's", "Organisatie wissen", "Terug", "Menu"]
    assert actor_of(stage, samira).role is Role.COORDINATOR


def test_in_another_role_the_only_coordinator_is_led_to_the_right_one(stage: Stage) -> None:
    """The organisation to hand over is not the one on the screen."""
    founded(stage, PRIYA, "Priya", "Buurtwerk Noord")
    priya = joined(stage, founded(stage), PRIYA, "Priya", "P&O")
    priya.sends("/privacy")
    priya.taps("Verwijderen")

    priya.taps("Ja, verwijder alles")

    assert priya.screen == ErasureBlocked(("Buurtwerk Noord",), is_current=False)
    assert priya.labels == ["Wissel van rol", "Terug", "Menu"]


# ------------------------------------------------------------------------------- erasing an organisation


def test_an_organisation_is_deleted_by_typing_its_name(stage: Stage) -> None:
    """Everything of everybody goes, so a tap is not enough; everybody who took part is told."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    samira.taps_old(EraseOrganisationTap())
    assert samira.screen == AskNameToErase(RIVERS, people=2)

    samira.sends("ja")
    assert samira.screen == AskNameToErase(RIVERS, people=2, is_wrong=True)
    samira.sends("  welzijn  rivierenland ")

    assert samira.screen == ErasurePlanned(RIVERS, ERASED_ON)
    assert samira.labels == ["Alles van ons", "Toch niet wissen", "Terug", "Menu"]
    assert told(joost) == [ErasurePlanned(RIVERS, ERASED_ON, by="Samira")]
    assert actor_of(stage, samira).role is Role.COORDINATOR
    joost.sends("/privacy")
    assert joost.screen == ShowPrivacy(Role.COLLEAGUE, ERASED_ON)
    assert "Toch niet wissen" not in joost.labels


def test_a_coordinator_stops_the_erasure_in_time(stage: Stage) -> None:
    """Somebody else may have asked for it; a second tap says the same, and tells nobody twice."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    samira.taps_old(EraseOrganisationTap())
    samira.sends(RIVERS)
    samira.sends("/privacy")
    assert samira.screen == ShowPrivacy(Role.COORDINATOR, ERASED_ON)

    samira.taps("Toch niet wissen")
    samira.taps_old(KeepOrganisationTap())

    assert samira.screen == ErasureStopped(RIVERS)
    assert told(joost)[1:] == [ErasureStopped(RIVERS, by="Samira")]
    samira.sends("/privacy")
    assert samira.screen == ShowPrivacy(Role.COORDINATOR)


def test_a_colleague_does_not_stop_the_erasure(stage: Stage) -> None:
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")
    samira.taps_old(EraseOrganisationTap())
    samira.sends(RIVERS)

    joost.taps_old(KeepOrganisationTap())

    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    samira.sends("/privacy")
    assert samira.screen == ShowPrivacy(Role.COORDINATOR, ERASED_ON)


def test_the_name_typed_after_going_back_deletes_nothing(stage: Stage) -> None:
    """Back is back: the question is no longer open."""
    samira = founded(stage)
    samira.taps_old(EraseOrganisationTap())

    samira.taps("Terug")
    samira.sends(RIVERS)

    assert samira.screen == SayTrouble(Trouble.NOT_UNDERSTOOD)
    assert actor_of(stage, samira).role is Role.COORDINATOR


def test_only_a_coordinator_deletes_an_organisation(stage: Stage) -> None:
    """Neither a forged button nor a forged place is enough."""
    samira = founded(stage)
    joost = joined(stage, samira, JOOST, "Joost")

    joost.taps_old(EraseOrganisationTap())
    assert joost.screen == SayTrouble(Trouble.NOT_ALLOWED)
    joost.place.conversation, joost.place.state = "privacy", "name_to_erase"
    joost.sends(RIVERS)

    assert actor_of(stage, samira).role is Role.COORDINATOR


# --------------------------------------------------------------------------------------- notes of an old audit


def announced_notes(stage: Stage, office: StageChat) -> AuditId:
    """Have an audit of somebody's certifying body of which the notes will go."""
    with stage.database.begin() as work:
        bea = work.actor(office.id)
        assert bea.organisation is not None
        plan = {
            "organisation_id": bea.organisation.id, "ci_id": bea.organisation.id, "framework": "x", "process": "2021",
            "weighing": "x", "kind": "initial", "variant": "ci", "stage": "closed", "planned_by": bea.person,
            "planned_at": DAWN,
        }  # fmt: skip
        audit = work.execute(t.audit.insert().values(plan).returning(t.audit.c.id)).scalar_one()
        work.add(planned_erasure, subject_kind="audit", subject_id=audit, term="audit_notes", announced_at=DAWN,
                 erases_at=DAWN)  # fmt: skip
        return AuditId(audit)


def test_the_office_lets_notes_of_an_old_audit_stay(database: Database) -> None:
    """For as long as the content file says; a second tap says that there is nothing to keep any more."""
    stage = audit_stage(database)
    bea = founded_office(stage)
    audit = announced_notes(stage, bea)

    bea.taps_old(KeepNotesTap(audit))
    assert bea.screen == NotesKept(date(2027, 11, 23))
    bea.taps_old(KeepNotesTap(audit))

    assert bea.screen == NotesKept(None)


def test_nobody_else_lets_notes_stay(database: Database) -> None:
    stage = audit_stage(database)
    audit = announced_notes(stage, founded_office(stage))
    samira = founded(stage)

    samira.taps_old(KeepNotesTap(audit))

    assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED)
