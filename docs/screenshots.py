"""Remake the pictures in docs/: play a scene on the local Telegram and photograph the chat page.

    python -m docs.screenshots               everything
    python -m docs.screenshots audit         only the pictures of one scene

Needs Chromium; everything runs in a temporary directory and on this machine only.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.async_api import Browser, async_playwright

from docs.audit_scene import play_audit
from simulator.client import Person, SimulatorClient
from simulator.server import Simulator
from tests.scenes.auditors import OLGA
from tests.scenes.bot_process import BotProcess

PICTURES = Path(__file__).parent / "pictures"
PHONE = {"width": 430, "height": 860}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-quic"]  # fmt: skip
#: Pictures are taken on a fixed morning, so that they do not change with the calendar.
_MORNING = datetime(2026, 11, 24, 9, 41, tzinfo=ZoneInfo("Europe/Amsterdam"))


@dataclass
class Studio:
    """The chat page, the bot behind it and the browser that photographs them."""

    telegram: SimulatorClient
    bot: BotProcess
    browser: Browser

    async def sends(self, person: Person, *texts: str) -> None:
        for text in texts:
            await person.sends(text, settle=False)
            await self.bot.settle()

    async def taps(self, person: Person, *labels: str) -> None:
        for label in labels:
            await person.taps(label, settle=False)
            await self.bot.settle()

    async def photograph(self, name: str, *people: Person, scheme: str = "light") -> None:
        """Take a picture of these phones side by side."""
        size = {"width": 60 + 440 * len(people), "height": 880} if len(people) > 1 else PHONE
        page = await self.browser.new_page(viewport=size, device_scale_factor=2, color_scheme=scheme)  # type: ignore[arg-type]
        shown = ",".join(str(person.id) for person in people)
        await page.goto(f"{self.telegram.url}/?people={shown}&clean=1")
        await page.wait_for_selector('[role="log"]')
        await page.wait_for_function("[...document.images].every(image => image.complete)")
        await page.wait_for_timeout(400)  # fonts
        await page.evaluate("document.querySelectorAll('[role=log]').forEach(log => log.scrollTo(0, log.scrollHeight))")
        await page.screenshot(path=PICTURES / f"{name}.png")
        await page.close()
        _shrink(PICTURES / f"{name}.png")


def _shrink(path: Path) -> None:
    """Keep two hundred colours: a third of the size, and nobody sees it."""
    Image.open(path).convert("RGB").quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)


async def play_self_evaluation(studio: Studio) -> None:
    """Play the main scenes and photograph each."""
    joost = await studio.telegram.add_person("Joost", id=1001)
    priya = await studio.telegram.add_person("Priya", id=1002)
    await studio.sends(joost, "/start")
    await studio.photograph("start", joost)
    await studio.taps(joost, "Lidorganisatie")
    await studio.sends(joost, "Welzijn Rivierenland")
    await studio.taps(joost, "Overslaan")
    await studio.taps(joost, "Zelfevaluatie", "Begin bij V1")
    for verdict in ["Voldoet"] * 6 + ["Deels"] + ["Voldoet"] * 5 + ["Niet"] + ["Voldoet"] * 3:
        await studio.taps(joost, verdict, "Volgende")
    await studio.sends(joost, "D9")
    await studio.photograph("norm", joost)
    await studio.taps(joost, "Voldoet")
    await studio.sends(
        joost, "Elk kwartaal zitten we met wijkteam en huisartsen om tafel; afspraken staan in het verslag."
    )
    await studio.photograph("receipt", joost)
    await studio.taps(joost, "Volgende", "Overzicht")
    await studio.photograph("overview", joost)
    await studio.taps(joost, "Kies een norm")
    await studio.photograph("grid", joost)
    await studio.sends(joost, "/zelfevaluatie")
    await studio.taps(joost, "Scorekaart")
    await studio.photograph("scorecard", joost)
    await studio.sends(joost, "/menu")
    await studio.photograph("menu", joost)
    await studio.sends(joost, "/privacy")
    await studio.photograph("privacy", joost)
    await studio.sends(joost, "/collegas")
    await studio.taps(joost, "Uitnodigen", "P&O")
    await studio.photograph("invitation", joost)
    texts = "\n".join(message.text for message in await joost.messages())
    await studio.sends(priya, f"/start {re.findall(r'start=([-A-Za-z0-9_]+)', texts)[-1]}")
    await studio.photograph("invited", priya)
    await studio.taps(priya, "Meedoen")
    await studio.sends(joost, "/collegas")
    await studio.taps(joost, "Verdelen", "Priya")
    await studio.photograph("division", joost)
    await studio.sends(priya, "O9")
    await studio.taps(priya, "Deels")
    await studio.sends(priya, "We voeren ieder jaar een talentgesprek, nog niet in alle teams")
    await studio.sends(priya, "Talentgesprek in elk team")
    await studio.photograph("improvement", priya)
    await studio.sends(joost, "D3")
    await studio.photograph("chat-page", joost, priya)
    await studio.photograph("dark", joost, scheme="dark")


SCENES: dict[str, Callable[[Studio], Awaitable[None]]] = {"self_evaluation": play_self_evaluation, "audit": play_audit}


async def main(wanted: list[str]) -> int:
    """Make the pictures of some scenes, of all when none is named."""
    browser_path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser_path is None:
        print("Chromium is needed: apt-get install chromium", file=sys.stderr)
        return 1
    PICTURES.mkdir(exist_ok=True)
    for scene in wanted or SCENES:
        await _photograph_scene(SCENES[scene], browser_path)
    return 0


async def _photograph_scene(play: Callable[[Studio], Awaitable[None]], browser_path: str) -> None:
    simulator = Simulator()
    await simulator.start()
    with tempfile.TemporaryDirectory() as directory:
        async with SimulatorClient(simulator.url) as telegram, async_playwright() as playwright:
            await telegram.set_time(_MORNING)
            data = Path(directory)
            bot = BotProcess(
                telegram, f"sqlite:///{data}/handvat.db", data, HANDVAT_ADMINS=str(OLGA),
                HANDVAT_CLOCK_URL=f"{telegram.url}/control/clock",
            )  # fmt: skip
            await bot.start()
            browser = await playwright.chromium.launch(executable_path=browser_path, args=_FLAGS)
            await play(Studio(telegram, bot, browser))
            await browser.close()
            bot.stop()
    await simulator.stop()


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(sys.argv[1:])))
