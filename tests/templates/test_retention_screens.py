"""What people hear of data that will go: the day, and what they can do."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.taps import way_back
from templates import retention_screens as screens
from templates.render import render
from templates.screens import Screen
from tests.conversations.people_stage import look_at

ON = date(2027, 3, 1)
ALL = (
    screens.TellOrganisationGoes("<b>Welzijn</b> & co", ON), screens.TellPersonGoes(ON),
    screens.ErasurePlanned("<b>Welzijn</b>", ON), screens.ErasurePlanned("Welzijn", ON, by="<i>Samira"),
    screens.ErasureStopped("<b>Welzijn</b>"), screens.ErasureStopped("Welzijn", by="<i>Samira"),
    screens.TellNotesGo("<b>Welzijn</b> & co", ON), screens.NotesKept(ON), screens.NotesKept(None),
)  # fmt: skip


@pytest.mark.parametrize("screen", ALL, ids=lambda screen: type(screen).__name__)
def test_every_screen_fits_and_escapes(screen: Screen) -> None:
    look_at(screen, way_back(None))

    assert "<i>Samira" not in render(screen)
    assert "<b><b>" not in render(screen)


def test_the_day_is_said_and_how_to_keep_everything() -> None:
    """Nobody should have to find out what will go, or when."""
    for screen in ALL[:4]:
        assert "1 mrt 2027" in render(screen)
    assert "blijft alles staan" in render(ALL[0])
    assert "Wil je blijven?" in render(ALL[1])
    notes = render(screens.TellNotesGo("Welzijn", ON))
    assert ("1 mrt 2027" in notes, "Laat het me dan weten" in notes) == (True, True)


def test_every_screen_is_tried() -> None:
    known = {value for value in vars(screens).values() if isinstance(value, type) and issubclass(value, Screen)}

    assert known - {Screen} == {type(screen) for screen in ALL}
