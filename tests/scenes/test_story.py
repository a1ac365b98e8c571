"""The whole story: three colleagues complete 49 norms, the bot is killed halfway, the documents are right."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from simulator.client import ShownMessage, SimulatorClient
from simulator.server import Simulator
from tests.scenes.bot_process import BotProcess, Colleague

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(64) + b"\xff\xd9"
VOICE = b"OggS\x00\x02" + bytes(120)


@pytest.fixture
async def telegram() -> AsyncIterator[SimulatorClient]:
    simulator = Simulator()
    await simulator.start()
    async with SimulatorClient(simulator.url) as client:
        yield client
    await simulator.stop()


@pytest.fixture
async def bot(telegram: SimulatorClient, database_url: str, tmp_path: Path) -> AsyncIterator[BotProcess]:
    process = BotProcess(telegram, database_url, tmp_path / "data")
    await process.start()
    yield process
    assert process.stop() == 0


async def test_three_colleagues_complete_the_self_evaluation(telegram: SimulatorClient, bot: BotProcess) -> None:
    """What the product is for, from the first tap to the documents, through a crash."""
    joost, priya, samira = [Colleague(await telegram.add_person(n), bot) for n in ("Joost", "Priya", "Samira")]

    await _creates_organisation(joost)
    for colleague in (priya, samira):
        await _joins(colleague, await _invitation(joost))

    await _opens(joost, "V1")
    await joost.judges(["Voldoet"] * 7)
    await joost.taps("Voldoet")
    await joost.sends("Iedere maand intervisie, met een roulerende voorzitter & notulen <b>")
    await joost.taps("Volgende")

    bot.kill()
    await priya.person.sends("/start", settle=False)
    await bot.start()
    await bot.settle()

    await joost.judges(["Voldoet"] * 7)
    await _opens(priya, "D1")
    await priya.judges(["Voldoet"] * 3)
    await priya.does("sends_photo", PHOTO, caption="Foto van het spreekuur")
    await priya.does("sends_document", "werkafspraken.pdf", PDF, "application/pdf", caption="Onze werkafspraken")
    await priya.taps("Deels")
    await priya.sends("Er is een lijst met partners")
    await priya.sends("We maken per partner een jaarafspraak")
    await priya.sends("Priya")
    await priya.taps("3 maanden")
    await priya.taps("Volgende")
    await priya.judges(["Voldoet"] * 7)
    await _opens(samira, "O1")
    await samira.does("sends_voice", VOICE)
    await samira.sends("Bestuurder vertelt over het meerjarenplan")
    await samira.judges(["Voldoet"] * 22)
    await samira.taps("Niet")
    await samira.taps("Volgende")

    await joost.sends("/zelfevaluatie")
    assert "49 van 49" in await joost.text()
    given = [
        "Iedere maand intervisie, met een roulerende voorzitter & notulen <b>", "Foto van het spreekuur",
        "Onze werkafspraken", "Er is een lijst met partners", "We maken per partner een jaarafspraak",
        "Bestuurder vertelt over het meerjarenplan", "werkafspraken.pdf",
    ]  # fmt: skip
    for kind, read in (("Word", _words_of_docx), ("PDF", _words_of_pdf), ("Excel", _words_of_xlsx)):
        text = read(await _document(joost, telegram, kind))
        missing = [words for words in given if _plain(words) not in _plain(text)]
        assert missing == [], f"{kind} lacks {missing}"


async def _creates_organisation(joost: Colleague) -> None:
    await joost.sends("/start")
    await joost.taps("Lidorganisatie")
    await joost.sends("Welzijn Rivierenland")
    await joost.taps("Overslaan")
    await joost.taps("Zelfevaluatie")


async def _invitation(joost: Colleague) -> str:
    """Let the coordinator invite a colleague and return what the link carries."""
    await joost.sends("/collegas")
    await joost.taps("Uitnodigen")
    await joost.taps("Zonder functie")
    links = [
        found for message in await joost.person.messages() for found in re.findall(r"start=([\w-]+)", message.text)
    ]
    return links[-1]


async def _joins(colleague: Colleague, payload: str) -> None:
    await colleague.sends(f"/start {payload}")
    await colleague.taps("Meedoen")
    if "overslaan" in (await colleague.person.screen()).plain_labels:
        await colleague.taps("Overslaan")


async def _opens(colleague: Colleague, norm: str) -> None:
    """Go to a norm by typing its number."""
    await colleague.sends("/zelfevaluatie")
    await colleague.taps("Kies een norm")
    await colleague.sends(norm)
    assert norm in await colleague.text()


async def _document(joost: Colleague, telegram: SimulatorClient, kind: str) -> bytes:
    await joost.sends("/zelfevaluatie")
    await joost.taps("Verslag")
    await joost.taps(kind)
    sent = [message for message in await joost.person.messages() if _file_of(message)]
    return await telegram.content(str(_file_of(sent[-1])))


def _file_of(message: ShownMessage) -> str | None:
    """Return the id of the document that the bot sent in a message."""
    if not message.by_bot or not message.media or message.media.get("kind") != "document":
        return None
    return str(message.media["file_id"])


def _words_of_docx(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def _words_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _words_of_xlsx(content: bytes) -> str:
    sheets = load_workbook(io.BytesIO(content)).worksheets
    return "\n".join(
        str(value) for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row if value
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
