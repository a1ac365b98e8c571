"""Somebody asks to be erased, and nothing that names them stays behind in the running system."""

from __future__ import annotations

import sqlalchemy as sa

from storage.sql.tables import conversation_state, person
from tests.scenes.town import Town


async def test_after_erasing_no_place_of_the_chat_is_kept(here: Town) -> None:
    """The goodbye is the last thing; a place stored after it would bring the chat's id back."""
    joost = await here.person("Joost")
    await joost.sends("/start")
    await joost.taps("Rondkijken")
    await joost.sends("/privacy")
    await joost.taps("Verwijderen")
    await joost.taps((await joost.screen()).labels[0])

    places = await here.rows(conversation_state)
    people = await here.database.run(
        lambda work: list(work.execute(sa.select(person.c.id).where(person.c.chat_id == joost.id)))
    )
    assert (places, people) == ([], [])


async def test_who_was_erased_may_begin_anew(here: Town) -> None:
    """Being forgotten is not being banned."""
    joost = await here.person("Joost")
    await joost.sends("/start")
    await joost.taps("Rondkijken")
    await joost.sends("/privacy")
    await joost.taps("Verwijderen")
    await joost.taps((await joost.screen()).labels[0])

    await joost.sends("/start")

    assert "lidorganisatie" in await joost.labels()
