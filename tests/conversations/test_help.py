"""Help and stopping, from anywhere and without losing anything."""

from __future__ import annotations

import pytest

from domain.roles import Role
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import ShowHelp, ShowMenu, Stopped
from tests.conversations.people_stage import WILLEM, founded, people_stage
from tests.scenes.stage import Stage

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # nothing is stored here


@pytest.fixture
def stage(database: Database) -> Stage:
    return people_stage(database)


def test_help_fits_the_role(stage: Stage) -> None:
    """A coordinator has other questions than somebody who just came in."""
    chat = stage.chat(WILLEM, "Willem")

    chat.sends("/help")
    assert chat.screen == ShowHelp(None)
    samira = founded(stage)
    samira.sends("/help")

    assert samira.screen == ShowHelp(Role.COORDINATOR)


def test_stopping_closes_the_question_and_keeps_the_rest(stage: Stage) -> None:
    """What is typed after /stop is no answer any more, and /menu brings everything back."""
    samira = founded(stage)
    samira.sends("/instellingen")
    samira.taps("Naam wijzigen")

    samira.sends("/stop")
    assert samira.screen == Stopped()
    samira.sends("Een heel andere naam")
    assert samira.screen == SayTrouble(Trouble.NOT_UNDERSTOOD)
    samira.sends("/menu")

    assert isinstance(samira.screen, ShowMenu)
    assert samira.screen.organisation == "Welzijn Rivierenland"
