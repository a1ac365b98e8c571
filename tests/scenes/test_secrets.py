"""The log of the real process, at its most talkative and while everything goes wrong, holds no secret and no word."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from simulator.client import SimulatorClient
from simulator.server import Simulator
from tests.scenes.bot_process import BotProcess, Colleague
from tests.scenes.town import KEY, TOKEN

#: What Samira types, sends and is called.
SAID = ("Kanarienaam", "Kanarieorganisatie", "KANARIE9", "kanarietekst", "kanariebestand", "kanarieplaat")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_no_log_holds_a_secret_or_what_somebody_said(database_url: str, tmp_path: Path) -> None:
    """The token stands in the address of every call, and libraries like to log addresses."""
    simulator = Simulator()
    await simulator.start()
    async with SimulatorClient(simulator.url) as telegram:
        bot = BotProcess(telegram, database_url, tmp_path / "data", HANDVAT_LOG_LEVEL="DEBUG", HANDVAT_METRICS="1")
        await bot.start()
        try:
            samira = Colleague(await telegram.add_person("Kanarienaam"), bot)
            await samira.sends("/start")
            await samira.taps("Lidorganisatie")
            for text in ("Kanarieorganisatie", "KANARIE9"):
                await samira.sends(text)
            for label in ("Zelfevaluatie", "Begin bij V1", "Voldoet"):
                await samira.taps(label)
            await telegram.add_fault("bad_gateway", methods=["sendMessage"], next=2)
            await telegram.add_fault("too_many_requests", methods=["sendMessage"], next=1)
            await samira.sends("kanarietekst")
            await samira.does("sends_document", "kanariebestand.exe", b"MZ" + b"kanarieplaat" * 9, "application/pdf")
            pages = [await _page(bot, name) for name in ("healthz", "readyz", "metrics")]
            assert bot.stop() == 0
            await bot.start()
            bot.kill()
        finally:
            await simulator.stop()
    log = (tmp_path / "data" / "bot.log").read_text()

    assert '"event"' in log
    secrets = (TOKEN, TOKEN.partition(":")[2], KEY, *SAID)
    assert [secret for secret in secrets for text in (log, *pages) if secret in text] == []


async def _page(bot: BotProcess, name: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{bot._port}/{name}") as reply:
        return await reply.text()
