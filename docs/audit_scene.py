"""The pictures of an audit: two auditors on a working day, from the first interview to the outcome."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.scenes.auditors import Auditor, an_audit_that_runs, next_stage

if TYPE_CHECKING:
    from docs.screenshots import Studio

_AUDIT_DAY = datetime(2026, 12, 1, 9, 41, tzinfo=ZoneInfo("Europe/Amsterdam"))
_ADA_DIFFERS = {
    "V3": ("Verbeterpunt", "Twee van de drie teams doen dit nog niet"),
    "D6": ("Verbeterpunt", "Burgers noemen het niet uit zichzelf"),
    "O21": ("Voldoet niet", "Het staat op papier, in het werk zie ik het niet"),
}


async def play_audit(studio: Studio) -> None:
    """Play an audit and photograph its main screens."""
    await studio.telegram.set_time(_AUDIT_DAY)
    tom, ada = await an_audit_that_runs(studio.telegram, studio.bot)
    await _field_work(studio, tom, ada)
    await _coverage(studio, tom, ada)
    await _judging(studio, tom, ada)


async def _field_work(studio: Studio, tom: Auditor, ada: Auditor) -> None:
    await tom.sends("/menu")
    for step in ("Gesprek", "Professional", "Verder"):
        await tom.taps(step)
    await tom.sends("jongerenwerker, team Noord")
    await studio.photograph("interview", tom.person)
    await tom.sends("Vertelt uit zichzelf over de casus van de hangplek; intervisie elke maand, verslag gezien")
    await tom.taps("Document")
    await tom.taps("Sterk")
    await studio.photograph("finding", tom.person)
    await ada.sends("Teams delen geleerde lessen in het kenniscafé, verslag gezien")
    await studio.photograph("note", ada.person)
    await ada.taps((await ada.labels())[0])
    await ada.sends("Belde met 06-12345678 over schulden")
    await studio.photograph("privacy-guard", ada.person)
    await ada.taps("Haal het eruit")
    await ada.taps("Ongedaan maken")
    await tom.taps("Volgende norm")
    await tom.asks_on("jongerenwerker", with_document=True)


async def _coverage(studio: Studio, tom: Auditor, ada: Auditor) -> None:
    await asyncio.gather(
        ada.interviews("Leidinggevende", who="teamleider West", with_document=True),
        tom.interviews("Professional", who="maatschappelijk werker"),
    )
    await ada.sends("/menu")
    await ada.taps("Dekking")
    await studio.photograph("coverage", ada.person)
    await ada.taps("Overzicht")
    await studio.photograph("coverage-picture", ada.person)
    await ada.interviews("Leidinggevende", "P&O", who="manager bedrijfsvoering")
    await tom.interviews("P&O", "Beleid/kwaliteit", who="adviseur kwaliteit", with_document=True)
    await tom.sends("/menu")
    await studio.photograph("audit-menu", tom.person)


async def _judging(studio: Studio, tom: Auditor, ada: Auditor) -> None:
    await next_stage(tom, "Oordelen")
    await ada.sends("/menu")
    await ada.taps("Oordelen")
    await ada.taps("Begin bij V1")
    await studio.photograph("verdict", ada.person)
    await asyncio.gather(tom.judges_all({}), ada.judges_all(_ADA_DIFFERS))
    await next_stage(tom, "Naar consensus")
    await tom.sends("/menu")
    await tom.taps("Oordelen")
    await tom.taps("Consensus")
    await studio.photograph("consensus", tom.person)
    await tom.taps("Samen vastleggen")
    await tom.taps("Ja, leg 46 vast")
    for norm, (verdict, _) in _ADA_DIFFERS.items():
        await tom.taps(f"{norm} ⚡")
        if norm == "O21":
            await studio.photograph("difference", tom.person)
        await tom.taps(verdict)
        await tom.sends("Samen besproken: de basis staat, en in een paar teams moet het nog gaan leven.")
        await tom.taps("Terug")
    await tom.taps("Uitslag")
    await studio.photograph("outcome", tom.person)
    await tom.sends("/menu")
    await tom.taps("Oordelen")
    await tom.taps("Terugkoppeling")
    await studio.photograph("oral-feedback", tom.person)
