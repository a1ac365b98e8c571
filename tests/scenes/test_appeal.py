"""An appeal from its first word to its end, on real phones and the simulator's clock, on both databases.

Who decided, an auditor and a decider of another body try to handle it as well, and cannot.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from domain.appeals import AppealId
from domain.process import EventKind
from domain.roles import Role
from storage.sql import process_tables as p
from tests.scenes.test_label_life import Life
from tests.scenes.town import Phone, Town, town
from tests.storage.appeal_cast import APPEAL_CHATS, DECIDED_ON, MAILED_ON, AppealCast
from tests.storage.audit_cast import OPERATOR

_EARLY = 8  # in Amsterdam: before the hour of reminders, so that none comes between a screen and a tap
_PEOPLE = ("Samira", "Bea", "Otto", "Omar", "Quinn", "Dora", "Tom", "Ada", "Sanne", "Dex")


async def test_an_appeal_from_its_first_word_to_its_end(database_url: str, tmp_path: Path) -> None:
    async with town(database_url, tmp_path / "data", operators=(OPERATOR,)) as here:
        life = await _a_town_with_a_decision(here)
        await _a_letter(life)
        await _receipt(life)
        await _with_an_interest(life)
        await _the_decision(life)
        await _what_follows(life)


async def _a_town_with_a_decision(here: Town) -> Life:
    """On 11 January Tom decides negatively; a day later that is mailed."""
    start = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
    await here.telegram.set_time(start)
    clock = here.clock.now
    async with asyncio.timeout(60):
        while abs(clock() - start) > timedelta(minutes=1):
            await asyncio.sleep(0.01)
    phones = {name: await here.person(name, APPEAL_CHATS[name]) for name in _PEOPLE}
    for phone in phones.values():
        await phone.sends("/start")
    cast = AppealCast(here.database, clock)
    await cast.database.call(partial(_play, cast))
    life = Life(here, cast, phones)
    await life.until(MAILED_ON, _EARLY)
    await cast.database.call(partial(cast.mail))
    return life


def _play(cast: AppealCast) -> None:
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.finish()
    cast.decide_negatively(DECIDED_ON)
    cast.record("Tom", EventKind.SUMMARY_RECEIVED, DECIDED_ON)


async def _a_letter(life: Life) -> None:
    """A week before the end the member hears of it; what it types is no appeal, what it mails is."""
    samira = life.phones["Samira"]
    await life.until(date(2027, 2, 4))
    assert await _told(samira, "kan nog") == []
    await life.until(date(2027, 2, 6), _EARLY)
    assert await _told(samira, "kan nog") == [
        "⚖️ Beroep instellen (Welzijn Rivierenland) kan nog 7 dagen: tot en met vr 12 feb. Het hoeft niet; een "
        "chatbericht telt niet."
    ]

    await samira.sends("/menu")
    await samira.sends("wij gaan in beroep tegen het besluit")
    assert "een chatbericht is geen beroep" in await samira.text()
    await samira.taps("Brief maken")
    await samira.sends("Het plan was op tijd; zie de ontvangstbevestiging.")
    await samira.sends("Neem een nieuw besluit, met het plan erbij.")
    await samira.taps("Brief in Word")
    await samira.taps("Brief in PDF")
    files = [str(message.media["name"]) for message in await samira.messages() if message.by_bot and message.media]
    assert files == ["Beroep Welzijn Rivierenland.docx", "Beroep Welzijn Rivierenland.pdf"]


async def _receipt(life: Life) -> None:
    """On the eighth the mail is there; the office records it and the quality officer chooses."""
    omar, quinn = life.phones["Omar"], life.phones["Quinn"]
    await life.until(date(2027, 2, 8), _EARLY)
    await omar.sends("/beroep")
    for step in ("Beroep vastleggen", "1. Welzijn Rivierenland", "Vandaag", "Mail", "De organisatie", "Ja"):
        await omar.taps(step)
    await omar.sends("Het plan zou op tijd zijn geweest")
    assert "Op tijd, schriftelijk en van de certificaathouder" in await omar.text()
    await omar.taps("Ontvangst bevestigen")
    assert await _told(life.phones["Samira"], "neemt het in behandeling")

    await quinn.sends("/beroep")
    await quinn.taps("1. Welzijn Rivierenland")
    await quinn.taps("Behandelaar kiezen")
    assert "Tom: nam het besluit, was teamleider" in await quinn.text()
    assert "Ada: was toetser" in await quinn.text()
    labels = await quinn.labels()
    assert [label for label in labels if label[0].isdigit()] == ["1. dirk", "2. dora"]
    await quinn.taps("2. Dora")


async def _with_an_interest(life: Life) -> None:
    """Tom decided and takes such decisions; Ada audited; Dex decides elsewhere. Nobody of them finds it."""
    for name in ("Tom", "Ada"):
        await life.cast.database.call(partial(life.cast.as_role, name, Role.APPEAL_HANDLER))
    for name in ("Tom", "Ada", "Dex"):
        phone = life.phones[name]
        await phone.sends("/beroep")
        assert "Er ligt niets bij je" in await phone.text()
        assert not [label for label in await phone.labels() if label[0].isdigit()]


async def _the_decision(life: Life) -> None:
    dora, samira, sanne = life.phones["Dora"], life.phones["Samira"], life.phones["Sanne"]
    await life.until(date(2027, 2, 15), _EARLY)
    assert len(await _told(samira, "kan nog")) == 1  # who appealed is not reminded any more
    await dora.sends("/menu")
    await dora.taps("1. Welzijn Rivierenland")
    assert "op geen enkele manier slechter" in await dora.text()
    await dora.taps("Begin met beoordelen")
    await dora.taps("Dossier")
    assert "Het plan kwam te laat" in await dora.text()
    await dora.taps("Terug")
    await dora.taps("Besluit wijzigen")
    await dora.sends("Het plan was er op tijd: de ontvangst is bevestigd.")
    assert await _told(samira, "Het besluit is gewijzigd: het is nu positief")
    assert await _told(sanne, "besluit van de CI gewijzigd na beroep")


async def _what_follows(life: Life) -> None:
    """Part A goes anew, the office ticks off and closes, and there is no second appeal."""
    omar, tom, samira = life.phones["Omar"], life.phones["Tom"], life.phones["Samira"]
    await omar.sends("/beroep")
    await omar.taps("1. Welzijn Rivierenland")
    for step in ("Klantregister", "Klantdossier", "Certificaat", "Afsluiten"):
        await omar.taps(step)
    assert "afgesloten" in await omar.text()
    await omar.sends("/beroep")
    assert "Wanneer is het besluit gemaild" not in await omar.text()
    await omar.taps("Beroep vastleggen")
    await omar.taps("1. Welzijn Rivierenland")
    assert "Wanneer is het besluit gemaild" in await omar.text()  # the new one
    for step in ("Vandaag", "Vandaag", "Mail", "De organisatie", "Ja", "Overslaan"):
        await omar.taps(step)
    assert "een tweede is er niet" in await omar.text()
    await life.cast.database.call(partial(life.cast.as_role, "Tom", Role.AUDITOR))
    await tom.sends("/menu")
    await tom.taps("Besluit")
    assert "deel a naar swn" in await tom.labels()
    await samira.sends("/beroep")
    assert "brief maken" not in await samira.labels()
    await samira.taps("Jullie beroep")
    await samira.taps("Verloop")
    steps = [line.split(" · ")[1] for line in (await samira.text()).splitlines() if " · " in line][1:]
    assert steps == [
        "ontvangen", "ontvangst bevestigd", "behandelaar gekozen", "beoordeling begonnen", "besluit gewijzigd",
        "afgesloten",
    ]  # fmt: skip
    with life.cast.appeals("Omar") as appeals:
        assert all(line.told for line in appeals.get(AppealId(1)).log)
    events = await life.cast.database.call(partial(life.cast.events))
    assert EventKind.CI_DECISION_NEGATIVE not in events
    assert events[EventKind.CI_DECISION_POSITIVE] == date(2027, 2, 15)
    sent = await life.here.rows(p.reminder_sent)
    keys = [(row.subject_kind, row.subject_id, row.term, row.due_on, row.rung, row.person_id) for row in sent]
    assert len(keys) == len(set(keys))


async def _told(phone: Phone, words: str) -> list[str]:
    """Return what the bot said to somebody with these words in it."""
    return [message.text for message in await phone.messages() if message.by_bot and words in message.text]
