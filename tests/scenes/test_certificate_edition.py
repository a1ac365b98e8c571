"""A certificate with a wrong date, on real phones: put right, made anew, and the old paper asked about."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from storage.sql import register_tables as r
from tests.scenes.town import Phone, town
from tests.storage.audit_cast import OPERATOR
from tests.storage.process_cast import CHATS
from tests.storage.test_register import RegisterCast


async def heard(phone: Phone, words: str) -> int:
    """Return in how many messages the bot said this."""
    return sum(words in message.text for message in await phone.messages() if message.by_bot)


async def papers(phone: Phone) -> list[str]:
    """Return the names of the files that arrived."""
    return [str(message.media["name"]) for message in await phone.messages() if message.by_bot and message.media]


async def test_a_wrong_date_is_put_right_on_paper_too(database_url: str, tmp_path: Path) -> None:
    async with town(database_url, tmp_path / "data", operators=(OPERATOR,)) as here:
        names = ("Samira", "Tom", "Sanne", "Ina", "Sam")
        samira, tom, sanne, ina, sam = [await here.person(name, CHATS[name]) for name in names]
        cast = RegisterCast(here.database, here.clock.now)
        await here.database.call(cast.assemble)  # in its own thread: on SQLite there is one connection
        await here.database.call(cast.finish)
        await here.database.call(partial(cast.certify, here.clock.today()))
        for phone in (samira, tom, sanne, ina, sam):
            await phone.sends("/menu")
        (before,) = await here.rows(r.certificate)
        await samira.taps("Certificaat")
        await samira.taps("Pdf")

        await sanne.taps("Termijnen")
        await sanne.taps("2. Welzijn Rivierenland")  # the newest is that of the other body
        await sanne.taps("Wat er gebeurd is")
        await sanne.taps("Certificaat")
        await sanne.taps("Andere datum")
        await sanne.sends("1 oktober 2026")
        await sanne.taps("Ja, verbeter")
        assert "wacht een nieuwe uitgave" in await sanne.text()
        await sanne.sends("/menu")
        await sanne.taps("Welzijn Rivierenland")
        for step in ("Nieuwe uitgave", "Ja, maken", "Pdf"):
            await sanne.taps(step)

        assert [await heard(phone, f"controlecode {before.code}, geldt niet meer") for phone in (samira, tom)] == [1, 1]
        assert [await heard(phone, before.code) for phone in (ina, sam)] == [0, 0]
        await samira.sends("/menu")
        await samira.taps("Certificaat")
        assert "1 okt 2028" in await samira.text()
        await samira.taps("Pdf")
        assert [name.endswith("uitgave 2.pdf") for name in await papers(samira)] == [False, True]
        assert [name.endswith("uitgave 2.pdf") for name in await papers(sanne)] == [True]

        await sanne.sends("/menu")
        await sanne.taps("Register")
        await sanne.sends(f"Kwaliteitslabel. Controlecode {before.code}. Vergelijk met het register.")
        assert f"Code {before.code} geldt niet meer" in await sanne.text()
        (now,), (kept,) = await here.rows(r.certificate), await here.rows(r.certificate_edition)
        assert (kept.code, kept.valid_from, now.code != kept.code) == (before.code, before.valid_from, True)
