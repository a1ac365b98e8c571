"""Scene 12 on real phones: the draft reaches the member as a message with files, and the reaction comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from domain.process import EventKind
from domain.report_format import Moment
from domain.verdicts import Verdict
from storage.sql.database import Database
from storage.sql.vault import Keyring, MasterKey
from tests.scenes.town import KEY, Phone, Town, town
from tests.storage.audit_cast import OPERATOR
from tests.storage.report_cast import CHATS, ReportCast

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
async def here(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose operator makes certifying bodies."""
    async with town(database_url, tmp_path / "data", operators=(OPERATOR,)) as running:
        yield running


@pytest.fixture
def beside(database_url: str, make_database: Callable[[str, Keyring], Database]) -> Database:
    """The same database with connections of its own, as another process has them."""
    return make_database(database_url, Keyring([MasterKey.parse(KEY)]))


async def phone(here: Town, name: str) -> Phone:
    return await here.person(name, CHATS[name])


def prepared(database: Database, here: Town) -> ReportCast:
    cast = ReportCast(database, here.clock.now)
    cast.assemble()
    cast.settle_all(V5=Verdict.PARTIAL)
    cast.fill_in(Moment.FINAL)
    return cast


async def events(here: Town, cast: ReportCast) -> set[EventKind]:
    found = await here.database.run(lambda work: work.process(work.actor(CHATS["Tom"])).events(cast.audit))
    return {event.kind for event in found}


async def test_a_draft_goes_to_the_member_and_a_correction_comes_back(here: Town, beside: Database) -> None:
    tom, samira = await phone(here, "Tom"), await phone(here, "Samira")
    cast = await asyncio.to_thread(prepared, beside, here)
    await samira.sends("/menu")  # nobody is written to who never wrote
    await tom.sends("/menu")
    await tom.taps("Rapport")
    await tom.taps("Naar het lid")
    await tom.taps("Ja, verstuur")

    told = [message for message in await samira.messages() if message.by_bot]
    assert any("Het conceptrapport is er" in message.text for message in told)
    names = [str(message.media["name"]) for message in told if message.media]
    assert [name.rsplit(".", 1)[1] for name in names] == ["docx", "pdf"]
    assert EventKind.DRAFT_RECEIVED in await events(here, cast)

    await samira.taps("Conceptrapport")
    await samira.taps("Vakmanschap")
    await samira.taps("V5 🟠")
    assert "Dit zagen wij bij V5" in await samira.text()
    await samira.taps("Dit klopt niet")
    await samira.sends("Het zijn er drie")
    await samira.sends("/menu")
    await samira.taps("Conceptrapport")
    await samira.taps("Verstuur reactie (1)")
    await samira.taps("Ja, klaar")

    assert EventKind.DRAFT_RESPONSE_RECEIVED in await events(here, cast)
    assert "1 punt klopt" in (await tom.messages())[-1].text
    await tom.taps("Naar de toetsing")
    await tom.taps("Rapport")
    await tom.taps("Reactie lid (1)")
    await tom.taps("V5")
    assert "Het zijn er drie" in await tom.text()
    await tom.taps("Overnemen")
    assert "Pas de tekst nu nog aan" in await tom.text()
