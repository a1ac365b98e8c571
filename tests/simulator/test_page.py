"""The chat page in a real browser: what a person sees, taps, types and hears of."""

import shutil
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from simulator import Simulator
from simulator.chat_page import HEADERS
from simulator.client import Person, SimulatorClient

from .conftest import BotSide, keyboard, make_joost
from .test_strictness import PNG

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]


# Starting a browser takes a second: these tests share one, and so one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")
on_one_loop = pytest_asyncio.fixture(loop_scope="module")


@on_one_loop
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@on_one_loop
async def telegram(simulator: Simulator) -> AsyncIterator[SimulatorClient]:
    async with SimulatorClient(simulator.url) as client:
        yield client


@on_one_loop
async def bot(simulator: Simulator) -> AsyncIterator[BotSide]:
    async with aiohttp.ClientSession() as session:
        yield BotSide(simulator.url, session)


@on_one_loop
async def joost(telegram: SimulatorClient, bot: BotSide) -> Person:
    return await make_joost(telegram, bot)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: install chromium to test the chat page; nothing of it was tested now")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        await opened.close()


@on_one_loop
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that fails the test when a script or the security policy complains.

    A simulator that stops before the browser does is no complaint.
    """
    opened = await browser.new_page(viewport={"width": 1000, "height": 860})
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield opened
    await opened.close()
    assert [c for c in complaints if "net::ERR_" not in c] == []


async def _open(page: Page, simulator: Simulator, query: str = "") -> None:
    await page.goto(f"{simulator.url}/{query}")
    await page.wait_for_selector("body[data-ready]")


async def test_a_conversation_on_the_page(
    page: Page, simulator: Simulator, bot: BotSide, telegram: SimulatorClient
) -> None:
    """One walk through everything that a person does most: start, tap, type, edit, reply, delete."""
    joost = await telegram.add_person("Joost", id=1001)
    await bot.call("setMyDescription", description="Helpt je op weg")
    await _open(page, simulator)
    phone = page.get_by_role("region", name="Joost")
    await expect(phone.get_by_text("Helpt je op weg")).to_be_visible()

    await phone.get_by_role("button", name="Start").click()
    assert (await bot.next("message"))["text"] == "/start"
    markup = keyboard([("✅ Voldoet", "yes"), ("❌ Niet", "no")], [("🏠 Menu", "menu")])
    sent = await bot.call(
        "sendMessage", chat_id=joost.id, text="<b>D9</b> &amp; <i>meer</i>", parse_mode="HTML", reply_markup=markup
    )
    await expect(phone.locator(".theirs strong")).to_have_text("D9")

    await phone.get_by_role("button", name="✅ Voldoet").click()
    query = await bot.next("callback_query")
    await expect(phone.get_by_role("button", name="✅ Voldoet")).to_have_attribute("aria-busy", "true")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Bewaard")
    await expect(phone.get_by_role("status")).to_contain_text("Bewaard")
    place = {"chat_id": joost.id, "message_id": sent["message_id"]}
    await bot.call("editMessageText", **place, text="D10", reply_markup=markup)
    await expect(phone.locator(".theirs .text")).to_have_text("D10")
    # Who works with the keyboard stays where they were.
    assert await page.evaluate("document.activeElement.textContent") == "✅ Voldoet"

    await phone.get_by_role("textbox").fill("Elke maand een lunch")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("met partners")
    await page.keyboard.press("Enter")
    assert (await bot.next("message"))["text"] == "Elke maand een lunch\nmet partners"

    await expect(phone.locator(".mine").last).to_contain_text("met partners")
    await _choose(phone.locator(".mine").last, page, "Bewerken")
    await phone.get_by_role("textbox").fill("Elke week")
    await page.keyboard.press("Enter")
    assert (await bot.next("edited_message"))["text"] == "Elke week"
    await expect(phone.locator(".mine").last).to_contain_text("bewerkt")

    await _choose(phone.locator(".theirs").last, page, "Beantwoorden")
    await phone.get_by_role("textbox").fill("Dit bedoel ik")
    await page.keyboard.press("Enter")
    assert (await bot.next("message"))["reply_to_message"]["message_id"] == sent["message_id"]

    await expect(phone.locator(".mine").last).to_contain_text("Dit bedoel ik")
    before = await phone.locator(".mine").count()
    await _choose(phone.locator(".mine").last, page, "Verwijderen")
    await expect(phone.locator(".mine")).to_have_count(before - 1)


async def _choose(message: Locator, page: Page, entry: str) -> None:
    """Open the options of a message by keyboard and choose one."""
    await message.get_by_role("button", name="Opties bij dit bericht").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name=entry).click()


async def test_files_go_both_ways(page: Page, simulator: Simulator, bot: BotSide, joost: Person) -> None:
    await bot.upload("sendPhoto", "kaart.png", PNG, chat_id=str(joost.id), caption="Scorekaart")
    await bot.upload("sendDocument", "Verslag één.pdf", b"%PDF" + bytes(2000), chat_id=str(joost.id))
    await _open(page, simulator)
    await expect(page.get_by_role("link", name="Foto groot bekijken")).to_be_visible()

    async with page.expect_download() as download:
        await page.get_by_role("link", name="Verslag één.pdf downloaden, 2 kB").click()
    assert (await download.value).suggested_filename == "Verslag één.pdf"

    picture = {"name": "bewijs.png", "mimeType": "image/png", "buffer": PNG}
    await page.locator("input[data-kind=photo]").set_input_files([picture, picture])
    first, second = await bot.next("message"), await bot.next("message")
    assert first["media_group_id"] == second["media_group_id"]
    note = {"name": "memo.ogg", "mimeType": "audio/ogg", "buffer": b"OggS"}
    await page.locator("input[data-kind=voice]").set_input_files(note)
    assert (await bot.next("message"))["voice"]["mime_type"] == "audio/ogg"
    await expect(page.get_by_role("button", name="Spraakbericht afspelen")).to_be_visible()


async def test_a_deep_link_asks_who_opens_it(
    page: Page, simulator: Simulator, bot: BotSide, joost: Person, telegram: SimulatorClient
) -> None:
    """An invitation that one person makes can be opened by the other, in the same window."""
    samira = await telegram.add_person("Samira", id=1002)
    await bot.call("sendMessage", chat_id=joost.id, text="Deel dit: https://t.me/handvat_bot?start=abc-123")
    await _open(page, simulator)

    await page.get_by_role("button", name="t.me/handvat_bot").click()
    await page.get_by_role("dialog", name="Wie opent deze link?").get_by_role("button", name="Samira").click()

    message = await bot.next("message")
    assert (message["from"]["id"], message["text"]) == (samira.id, "/start abc-123")
    await expect(page.get_by_role("region", name="Samira").locator(".mine .text")).to_have_text("/start")


async def test_the_clock_and_new_people(page: Page, simulator: Simulator) -> None:
    await _open(page, simulator)
    await expect(page.get_by_text("Nog niemand aan de telefoon")).to_be_visible()

    await page.get_by_role("button", name="Persoon erbij").first.click()
    await page.get_by_label("Voornaam").fill("Noor")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="Noor")).to_be_visible()
    await page.get_by_role("button", name="Een week vooruit").click()

    await expect(page.get_by_text("7 dagen vooruit")).to_be_visible()
    assert simulator.clock.offset.days == 7
    await page.get_by_role("button", name="Terug naar nu").click()
    await expect(page.get_by_text("7 dagen vooruit")).to_be_hidden()


async def test_what_people_type_stays_text(page: Page, simulator: Simulator, bot: BotSide, joost: Person) -> None:
    """Markup and code in texts, names and labels are shown, never run."""
    attack = "<img src=x onerror=document.title='geraakt'>"
    await joost.sends(attack, settle=False)
    markup = keyboard([(attack[:40], "x")])
    await bot.call("sendMessage", chat_id=joost.id, text=attack, reply_markup=markup)
    await bot.upload("sendDocument", attack + ".pdf", b"x", chat_id=str(joost.id))
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"}
    await bot.call("sendMessage", chat_id=joost.id, text="klik", entities=[link])
    await _open(page, simulator)

    await expect(page.locator(".theirs .text").first).to_have_text(attack)
    await expect(page.locator(".log img[src=x]")).to_have_count(0)
    await expect(page.locator("a[href^=javascript]")).to_have_count(0)
    assert await page.title() != "geraakt"
    assert "script-src 'self'" in HEADERS["Content-Security-Policy"]


async def test_only_some_people_without_the_bar(
    page: Page, simulator: Simulator, joost: Person, telegram: SimulatorClient
) -> None:
    """What pictures for the documentation need."""
    await telegram.add_person("Samira", id=1002)

    await _open(page, simulator, "?people=1002&clean=1")

    await expect(page.get_by_role("region", name="Samira")).to_be_visible()
    await expect(page.get_by_role("region", name="Joost")).to_have_count(0)
    await expect(page.get_by_role("button", name="Een dag vooruit")).to_be_hidden()


async def test_alerts_typing_and_commands(page: Page, simulator: Simulator, bot: BotSide, joost: Person) -> None:
    await bot.call("setMyCommands", commands=[{"command": "menu", "description": "Het menu"}])
    await bot.call("sendMessage", chat_id=joost.id, text="?", reply_markup=keyboard([("Ja", "yes")]))
    await _open(page, simulator)
    await bot.call("sendChatAction", chat_id=joost.id, action="upload_document")
    await expect(page.get_by_text("stuurt een bestand…")).to_be_visible()

    await page.get_by_role("button", name="Ja").click()
    query = await bot.next("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Kan niet", show_alert=True)
    await expect(page.get_by_role("alertdialog")).to_contain_text("Kan niet")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_have_count(0)

    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("menuitem", name="Het menu").click()
    assert (await bot.next("message"))["text"] == "/menu"


async def test_a_narrow_screen_is_one_phone(
    page: Page, simulator: Simulator, bot: BotSide, joost: Person, telegram: SimulatorClient
) -> None:
    samira = await telegram.add_person("Samira", id=1002)
    await samira.starts(settle=False)
    await page.set_viewport_size({"width": 390, "height": 800})
    await _open(page, simulator)
    await expect(page.get_by_role("region", name="Samira")).to_be_hidden()

    await bot.call("sendMessage", chat_id=samira.id, text="nieuw bericht")
    switch = page.get_by_role("navigation", name="Kies een telefoon").get_by_role("button", name="Samira")
    await expect(switch.locator(".badge")).to_have_text("1")
    await switch.click()

    await expect(page.get_by_text("nieuw bericht")).to_be_visible()
    await expect(switch.locator(".badge")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_page_reconnects_by_itself(page: Page, bot: BotSide, unused_tcp_port: int) -> None:
    """A demo is stopped and started; the page in the browser goes on."""
    first = Simulator(port=unused_tcp_port)
    await first.start()
    first.people.add("Joost", id=1001)
    await _open(page, first)
    await first.stop()
    await expect(page.locator("#connection")).to_be_visible()

    second = Simulator(port=unused_tcp_port)
    await second.start()
    person = second.people.add("Joost", id=1001)
    second.people.send_text(person, "weer terug")

    await expect(page.get_by_text("weer terug")).to_be_visible(timeout=10_000)
    await expect(page.locator("#connection")).to_be_hidden()
    await second.stop()
