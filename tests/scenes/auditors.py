"""Auditors with a phone, and how an audit comes to run: for the scene of a whole audit and the pictures of the tour."""

from __future__ import annotations

import re

from simulator.client import Person, SimulatorClient
from tests.scenes.bot_process import BotProcess, Colleague

OLGA = 999  # the operator


class Auditor(Colleague):
    """An auditor with a phone."""

    async def sees(self, words: str) -> None:
        """Fail when the screen does not say this."""
        text = await self.text()
        assert words in text, text

    async def interviews(self, *functions: str, who: str, with_document: bool = False) -> int:
        """Hold a whole interview: a note at every norm that still needs one; return at how many that was."""
        await self.sends("/menu")
        await self.taps("Gesprek")
        if "nieuw gesprek" in await self.labels():
            await self.taps("Nieuw gesprek")
        for function in functions:
            await self.taps(function)
        await self.taps("Verder")
        await self.sends(who)
        return await self.asks_on(who, with_document=with_document)

    async def asks_on(self, who: str, *, with_document: bool = False) -> int:
        """Go on norm by norm until those that are left are round, then end the interview."""
        asked = 0
        while not re.search(r"· rond$|aan bod geweest", await self.text(), re.MULTILINE):
            asked += 1
            await self.sends(f"De {who} vertelt hoe zij dit doen ({asked})")
            if with_document:
                await self.taps("Document")
            await self.taps("Volgende norm")
        await self.taps("Klaar")
        return asked

    async def judges_all(self, otherwise: dict[str, tuple[str, str]]) -> None:
        """Judge all norms: as agreed, except these with a reason."""
        await self.sends("/menu")
        await self.taps("Oordelen")
        await self.taps(next(label for label in await self.labels() if " bij " in label))
        while "jij 49 van 49" not in (screen := await self.person.screen()).text:
            verdict, reason = otherwise.get(screen.text.split(" · ")[0].split()[-1], ("Voldoet", ""))
            await self.taps(verdict)
            if reason:
                await self.sends(reason)
            await self.taps("Volgende" if "volgende" in screen.plain_labels else "Naar overzicht")

    async def labels(self) -> list[str]:
        return (await self.person.screen()).plain_labels


async def an_audit_that_runs(telegram: SimulatorClient, bot: BotProcess) -> tuple[Auditor, Auditor]:
    """The operator makes an office, the office plans and invites, both accept the statements, the leader begins."""
    people = [await telegram.add_person("Olga", id=OLGA)]
    people += [await telegram.add_person(name) for name in ("Bea", "Tom", "Ada")]
    olga, bea, tom, ada = (Auditor(person, bot) for person in people)
    await olga.sends("/operator")
    await olga.taps("CI toevoegen")
    await olga.sends("CI Kompas")
    await _joins(bea, olga.person)
    for auditor in (tom, ada):
        await bea.sends("/bureau")
        await bea.taps("Uitnodigen")
        await bea.taps("Toetser")
        await _joins(auditor, bea.person)
    await _plans(bea)
    for auditor in (tom, ada):
        await auditor.sends("/menu")
        await auditor.taps("Lezen en akkoord")
        await auditor.taps("Akkoord")
        await auditor.taps("Akkoord")
    await next_stage(tom, "Afspreken", "Ja, doen", "Beginnen")
    return tom, ada


async def _joins(newcomer: Auditor, host: Person) -> None:
    texts = "\n".join(message.text for message in await host.messages())
    await newcomer.sends(f"/start {re.findall(r'start=([-A-Za-z0-9_]+)', texts)[-1]}")
    await newcomer.taps("Meedoen")


async def _plans(bea: Auditor) -> None:
    await bea.sends("/menu")
    for step in ("Nieuwe toetsing", "Andere organisatie", "> Welzijn Rivierenland", "> 1234", "Eerste toetsing", "CI",
                 "Scope", "> Sociaal werk in Tiel", "Fte", "Professionals in dienst", "> 40 fte", "Terug",
                 "Toetsdagen", "> 1 dec en 2 dec", "Team", "In het team", "Tom", "Teamleider", "In het team", "Ada",
                 "Toetser"):  # fmt: skip
        await (bea.sends(step[2:]) if step.startswith("> ") else bea.taps(step))


async def next_stage(tom: Auditor, *steps: str) -> None:
    await tom.sends("/menu")
    await tom.taps("Team")
    await tom.taps("Fase")
    for step in steps:
        await tom.taps(step)
    if "ja, doen" in await tom.labels():
        await tom.taps("Ja, doen")
