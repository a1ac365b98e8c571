"""Scene 14 and further on real phones: plan, decision, part A, and the certificate that arrives as PDF."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.process import EventKind
from tests.scenes.town import Phone, Town, town
from tests.storage.audit_cast import OPERATOR
from tests.storage.plan_cast import PlanCast
from tests.storage.process_cast import CHATS

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
async def here(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose operator makes certifying bodies."""
    async with town(database_url, tmp_path / "data", operators=(OPERATOR,)) as running:
        yield running


async def said(phone: Phone, words: str) -> bool:
    return any(words in message.text for message in await phone.messages() if message.by_bot)


async def test_from_the_plan_to_the_certificate(here: Town) -> None:
    tom, samira, sanne = [await here.person(name, CHATS[name]) for name in ("Tom", "Samira", "Sanne")]
    cast = PlanCast(here.database, here.clock.now)
    await here.database.call(cast.assemble)  # in its own thread: on SQLite there is one connection
    await here.database.call(cast.finish)
    for phone in (tom, samira, sanne):
        await phone.sends("/menu")

    await samira.taps("Verbeterplan")
    await samira.taps("Verder bij V5")
    for words in (
        "Intervisie",
        "Teamleider",
        "over 3 maanden",
        "Verslagen",
        "Kenniscafé",
        "Manager",
        "eind dit jaar",
        "Foto's",
    ):
        await samira.sends(words)
    await samira.taps("Indienen")
    await samira.taps("Ja, indienen")
    assert await said(tom, "Verbeterplan ingeleverd")

    await tom.taps("Ga verder")
    await tom.taps("Verbeterplan")
    await tom.taps("Goedkeuren")
    await tom.taps("Ja, goedkeuren")
    assert await said(samira, "Jullie verbeterplan is goedgekeurd")
    await tom.taps("Menu")
    await tom.taps("Besluit")
    await tom.taps("Positief")
    await tom.sends("Sterk team, concreet plan")
    assert await said(samira, "De CI besluit positief")
    await tom.taps("Deel A naar SWN")
    await tom.taps("Deel A is gemaild")
    await tom.taps("Ja, vandaag gemaild")

    assert await said(sanne, "Deel A binnen")
    await sanne.taps("Ga verder")
    await sanne.taps("Welzijn Rivierenland")
    for step in ("Compleet", "Certificaat maken", "Ja, maken", "Pdf"):
        await sanne.taps(step)
    assert await said(samira, "Het certificaat van Welzijn Rivierenland is er")
    await samira.sends("/menu")
    await samira.taps("Certificaat")
    await samira.taps("Pdf")

    for phone in (samira, sanne):
        names = [str(message.media["name"]) for message in await phone.messages() if message.by_bot and message.media]
        assert [name.startswith("Certificaat Welzijn Rivierenland SSW-") for name in names] == [True]
    events = await here.database.run(lambda work: work.process(work.actor(CHATS["Tom"])).events(cast.audit))
    assert EventKind.CERTIFICATE_ISSUED in {event.kind for event in events}
