"""A whole audit: two auditors, six interviews in two days, notes in between, and an outcome that explains itself.

Played on phones against the real process, on the simulator's clock; the night between the days ends with a power cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.client import SimulatorClient
from simulator.server import Simulator
from tests.scenes.auditors import OLGA, Auditor, an_audit_that_runs, next_stage
from tests.scenes.bot_process import BotProcess

# Half past eight in Amsterdam: reminders are sent from nine on, and would come below a screen at any moment.
FIRST_MORNING, SECOND_MORNING = (datetime(2026, 12, day, 7, 30, tzinfo=UTC) for day in (1, 2))
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"

#: What Ada holds otherwise than Tom, with her reason.
ADA_DIFFERS = {
    "V3": ("Verbeterpunt", "Twee van de drie teams doen dit nog niet"),
    "D6": ("Verbeterpunt", "Burgers noemen het niet uit zichzelf"),
    "O5": ("Voldoet niet", "Er is geen cyclus gezien"),
    "O21": ("Verbeterpunt", "Het staat op papier, in het werk zie ik het niet"),
}
#: What came of the talk about those four.
SETTLED = {"V3": "Verbeterpunt", "D6": "Voldoet", "O5": "Voldoet niet", "O21": "Verbeterpunt"}


@pytest.fixture
async def telegram() -> AsyncIterator[SimulatorClient]:
    simulator = Simulator()
    await simulator.start()
    async with SimulatorClient(simulator.url) as client:
        await client.set_time(FIRST_MORNING)
        yield client
    await simulator.stop()


@pytest.fixture
async def bot(telegram: SimulatorClient, database_url: str, tmp_path: Path) -> AsyncIterator[BotProcess]:
    process = BotProcess(
        telegram, database_url, tmp_path / "data", HANDVAT_ADMINS=str(OLGA),
        HANDVAT_CLOCK_URL=f"{telegram.url}/control/clock",
    )  # fmt: skip
    await process.start()
    yield process
    assert process.stop() == 0


async def test_two_auditors_audit_in_two_days(telegram: SimulatorClient, bot: BotProcess) -> None:
    """What two days of notes and an evening of sorting were, on two phones."""
    tom, ada = await an_audit_that_runs(telegram, bot)

    await asyncio.gather(
        tom.interviews("Professional", who="jongerenwerker, team Noord", with_document=True),
        ada.interviews("Leidinggevende", who="teamleider West", with_document=True),
    )
    await ada.sends("Teams delen geleerde lessen in het kenniscafé, verslag gezien")
    await ada.sees("Waar hoort dit bij?")
    await ada.taps((await ada.labels())[0])
    await ada.taps("Document")
    await ada.sends("straks bellen over de lunch")
    await ada.taps("Later")
    await tom.does("sends_document", "inwerkplan.pdf", PDF, "application/pdf", caption="inwerkplan nieuwe collega's")
    await tom.taps("Later")
    await _together(tom, ada, "P&O", who="adviseur P&O")
    await _evening(tom, ada)

    bot.kill()
    await telegram.set_time(SECOND_MORNING)
    await bot.start()
    await bot.settle()
    await asyncio.gather(
        ada.interviews("Professional", who="maatschappelijk werker, wijkteam"),
        tom.interviews("Leidinggevende", who="manager bedrijfsvoering"),
    )
    await ada.sends("/menu")
    await ada.taps("Dekking")
    await ada.sees("O15: nog 1 gesprek en nog een document (P&O)")
    await tom.interviews("P&O", "Beleid/kwaliteit", who="adviseur kwaliteit", with_document=True)
    await tom.sends("/dekking")
    await tom.sees("49 van 49 rond")
    await tom.taps("Overzicht")
    assert [m.protect_content for m in await tom.person.messages() if m.media and m.by_bot] == [True]

    await next_stage(tom, "Oordelen")
    await asyncio.gather(tom.judges_all({}), ada.judges_all(ADA_DIFFERS))
    await next_stage(tom, "Naar consensus")
    await _settles(tom, ada)

    await ada.sends("/menu")
    await ada.taps("Oordelen")
    await ada.taps("Uitslag")
    await ada.sees("49 van 49 normen samen vastgelegd")
    await ada.sees("Binnen de ondergrens, met een verbeterplan.")
    await ada.sees("O5")
    await ada.sees("V3, O21")
    await ada.sees("verbeterplan binnen")
    await _last_evening(tom)


# ---------------------------------------------------------------------------------------------- the two days


async def _together(tom: Auditor, ada: Auditor, *functions: str, who: str) -> None:
    """Two auditors in one interview see each other's notes."""
    await tom.sends("/menu")
    await tom.taps("Gesprek")
    if "nieuw gesprek" in await tom.labels():
        await tom.taps("Nieuw gesprek")
    for function in functions:
        await tom.taps(function)
    await tom.taps("Verder")
    await tom.sends(who)
    await ada.sends("/menu")
    await ada.taps("Gesprek")
    await ada.taps("Meedoen met 3")
    await tom.sends("Het verzuim wordt per team besproken")
    await ada.sends("Verzuimcijfers van 2025 gezien")
    await ada.sees("Tom")
    await ada.sees("Het verzuim wordt per team besproken")
    await tom.taps("Volgende norm")
    await tom.asks_on(who)


async def _evening(tom: Auditor, ada: Auditor) -> None:
    """The in-tray is brought up and emptied, and the client is asked how the day was."""
    await tom.sends("/menu")
    await tom.taps("Notitie")
    await tom.sees("voor het eind van de dag")
    await tom.taps("Bakje (2)")
    await tom.taps("Zoek norm")
    await tom.sends("inwerken")
    await tom.taps((await tom.labels())[0])
    await ada.sends("/menu")
    await ada.taps("Notitie")
    await ada.taps("Bakje (1)")
    await ada.taps("Weghalen")
    await ada.sees("Je bakje is leeg")
    await tom.sends("/menu")
    await tom.taps("Oordelen")
    await tom.taps("Einde van de dag")
    await tom.taps("Vraag 1")
    await tom.sends("Prettige gesprekken, het rooster was krap")
    for mood in ("Opmerking", "Tevreden", "Tevreden"):
        await tom.taps(mood)
    await tom.sees("het rooster was krap")


async def _settles(tom: Auditor, ada: Auditor) -> None:
    """What they agree on goes at once, what they differ on is talked about and written down."""
    await tom.sends("/menu")
    await tom.taps("Oordelen")
    await tom.taps("Wat als")
    await tom.sees("nog ruimte voor")
    await tom.taps("Terug")
    await tom.taps("Consensus")
    for norm in ADA_DIFFERS:
        await tom.sees(f"⚡ {norm}")
    await tom.taps("Samen vastleggen")
    await tom.taps("Ja, leg 45 vast")
    await tom.sees("45 van 49 vastgelegd")
    for norm, verdict in SETTLED.items():
        await tom.taps(f"{norm} ⚡")
        await tom.sees(ADA_DIFFERS[norm][1])
        await tom.taps(verdict)
        await tom.sends(f"Samen besproken: bij {norm} gaat al veel goed, en dit blijft nodig.")
        await tom.sees("Vastgelegd")
        await tom.taps("Terug")
    await tom.sees("49 van 49 vastgelegd")
    await ada.sends("/menu")
    await ada.taps("Oordelen")
    await ada.taps("Consensus")
    assert "samen vastleggen" not in await ada.labels()


async def _last_evening(tom: Auditor) -> None:
    await tom.sends("/menu")
    await tom.taps("Oordelen")
    await tom.taps("Einde van de dag")
    await tom.sees("Dag 2 van 2")
    await tom.sees("laatste dag")
    await tom.taps("Terugkoppeling")
    await tom.sees("Dit kan beter")
    await tom.sees("Samen besproken: bij V3")
