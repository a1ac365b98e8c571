"""What Telegram refuses, drops or delays: the person still sees the right thing, in order and once where possible."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage.sql.tables import outbox
from tests.scenes.town import Phone, Town


async def at_first_norm(here: Town) -> Phone:
    joost = await here.person("Joost")
    await joost.sends("/start")
    await joost.taps("Lidorganisatie")
    await joost.sends("Welzijn Rivierenland")
    await joost.taps("Overslaan")
    await joost.taps("Zelfevaluatie")
    await joost.taps("Begin bij V1")
    return joost


@pytest.mark.parametrize("kind", ["too_many_requests", "bad_gateway", "drop_before"])
async def test_a_screen_arrives_once_telegram_lets_it(here: Town, kind: str) -> None:
    """A busy or broken network costs time, not a screen."""
    joost = await at_first_norm(here)
    await here.telegram.add_fault(kind, next=2, methods=["editMessageText", "sendMessage"], retry_after=1)

    await joost.taps("Voldoet")
    await joost.sends("een voorbeeld")

    assert "#1" in await joost.text()


async def test_an_edit_that_arrived_without_an_answer_is_simply_made_again(here: Town) -> None:
    """Editing twice is editing once."""
    joost = await at_first_norm(here)
    before = len(await joost.messages())
    await here.telegram.add_fault("drop_after", next=1, methods=["editMessageText"])

    await joost.taps("Voldoet")

    assert len(await joost.messages()) == before
    assert "Volgende" in " ".join((await joost.screen()).labels)


async def test_a_screen_that_was_deleted_is_sent_anew(here: Town) -> None:
    """People tidy up their chats."""
    joost = await at_first_norm(here)
    screen = await joost.screen()
    gone = "Bad Request: message to edit not found"
    await here.telegram.add_fault("error", next=1, methods=["editMessageText"], code=400, description=gone)

    await joost.taps("Volgende")

    assert "V2" in await joost.text()
    assert (await joost.screen()).id != screen.id


async def test_after_a_message_only_the_newest_screen_has_buttons(here: Town) -> None:
    """One screen is the current one; the old keyboard goes."""
    joost = await at_first_norm(here)

    for text in ("een", "twee", "drie"):
        await joost.sends(text)

    with_buttons = [message for message in await joost.messages() if message.by_bot and message.keyboard]
    assert len(with_buttons) == 1


async def test_texts_leave_the_outbox_as_soon_as_they_are_sent(here: Town) -> None:
    """What was sent is in the chat; we keep that it was sent, not what."""
    await at_first_norm(here)

    def read(connection: sa.Connection) -> list[object]:
        return list(connection.execute(sa.select(outbox.c.payload_sealed).where(outbox.c.payload_sealed.is_not(None))))

    assert await here.database.run(lambda work: read(work.connection)) == []
