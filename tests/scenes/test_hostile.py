"""Everything from Telegram is hostile: a clear screen or silence, never a traceback, nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.client import ControlRefusedError
from storage.sql.tables import answer, contribution, organisation, person, stored_file
from storage.sql.work import SqlWork
from tests.scenes.town import Phone, Town


async def coordinator(here: Town, name: str = "Joost") -> Phone:
    """Let somebody create an organisation and open the first norm."""
    phone = await here.person(name)
    await phone.sends("/start")
    await phone.taps("Lidorganisatie")
    await phone.sends(f"Welzijn van {name}")
    await phone.taps("Overslaan")
    await phone.taps("Zelfevaluatie")
    await phone.taps("Begin bij V1")
    return phone


async def contributed(here: Town) -> list[str]:
    """Return the texts that were contributed, in order."""
    found = sorted(await here.rows(contribution), key=lambda row: row["receipt"])
    return await here.database.run(lambda work: [_open(work, row) for row in found])


def _open(work: SqlWork, row: Any) -> str:
    return work.vault.open(f"contribution.text:{row['evaluation_id']}:{row['receipt']}", row["text_sealed"])


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4096,
        "<b>vet</b> & <a href='https://kwaad.example'>klik</a> </blockquote>",
        "👩🏽‍🦽🏳️‍🌈 " * 200,
        "שלום עולם مرحبا بالعالم \u202eomgekeerd",
        '{{ 7*7 }} {% raw %} #read("/etc/passwd") =1+1 ${x} %s \\',
        "regel één\n\n\n\nregel\ttwee\r\n",
        "\u0000\u0007\ufeff\u200b onzichtbaar",
    ],
    ids=["longest", "html", "emoji", "right-to-left", "templates", "lines", "invisible"],
)
async def test_whatever_is_typed_at_a_norm_is_stored_as_it_is(here: Town, text: str) -> None:
    """Nothing is ever lost, and no text means anything but itself."""
    joost = await coordinator(here)

    await joost.sends(text)

    assert [stored.strip() for stored in await contributed(here)] == [text.strip()]
    assert "#1" in await joost.text()


@pytest.mark.parametrize(
    "data",
    ["", "x", "v", "v:V1:met:0", "v:ZZ:met:0:1", "n:../../etc/passwd", "n:V1:V1:V1", "m:1", "o::", "\u202e", "é" * 32,
     "v:V1:'; DROP TABLE answer; --:0", "0" * 64, "sw:999999", "rm:1", "iv:1"],
)  # fmt: skip
async def test_forged_taps_change_nothing(here: Town, data: str) -> None:
    """A client can send any callback data, on any message."""
    joost = await coordinator(here)
    screen = await joost.screen()

    await joost.does("forges", data or "-", screen.id)

    assert await here.rows(answer) == []
    assert (await joost.screen()).plain_labels


async def test_a_tap_of_another_organisation_changes_nothing_there(here: Town) -> None:
    """Buttons carry ids, never rights."""
    joost = await coordinator(here, "Joost")
    await joost.sends("alleen voor ons")
    eve = await coordinator(here, "Eve")
    screen = await joost.screen()
    stolen = [button.data for row in screen.keyboard for button in row if button.data]

    for data in stolen:
        await eve.does("forges", data, (await eve.screen()).id)

    assert "alleen voor ons" not in " ".join(message.text for message in await eve.messages())
    ours = [row for row in await here.rows(contribution) if row["withdrawn_at"] is None]
    assert len(ours) == 1


async def test_two_taps_on_one_button_are_one_answer(here: Town) -> None:
    """Fingers bounce, and slow networks make people tap again."""
    joost = await coordinator(here)
    screen = await joost.screen()
    data = next(button.data for row in screen.keyboard for button in row if "Voldoet" in button.label)

    await joost.person.forges(data, screen.id, settle=False)
    await joost.person.forges(data, screen.id, settle=False)
    await here.settle()

    stored = await here.rows(answer)
    assert [(row["norm"], row["verdict"], row["version"]) for row in stored] == [("V1", "met", 1)]


async def test_an_old_button_still_works(here: Town) -> None:
    """A chat is for ever, and people scroll up."""
    joost = await coordinator(here)
    old = await joost.screen()
    await joost.sends("/menu")

    data = next(button.data for row in old.keyboard for button in row if "Volgende" in button.label)
    await joost.does("forges", data, old.id)

    assert "V2" in await joost.text()


async def test_things_nobody_needs_are_answered_kindly_and_stored_nowhere(here: Town) -> None:
    """A sticker is a friendly gesture, not an error."""
    joost = await coordinator(here)

    for kind in ("sticker", "location", "contact"):
        await joost.does("sends_special", kind)

    assert await here.rows(contribution) == []
    assert "Menu" in " ".join((await joost.screen()).labels)


async def test_a_file_that_is_not_what_it_says_is_refused_and_its_caption_kept(here: Town) -> None:
    """A colleague opens what we give back."""
    joost = await coordinator(here)

    await joost.does("sends_document", "verslag.pdf", b"MZ\x90\x00" + b"\x00" * 200, "application/pdf")

    assert [row["status"] for row in await here.rows(stored_file)] == ["refused"]
    assert any("verslag.pdf" in message.text for message in await joost.messages())


async def test_a_file_that_is_too_large_is_refused_at_once(here: Town) -> None:
    """Telegram does not let a bot fetch more than 20 MB."""
    joost = await coordinator(here)

    await joost.does("sends_document", "film.mp4", b"\x00" * 21_000_000, "video/mp4")

    assert await here.rows(stored_file) == []
    assert "20 MB" in " ".join(message.text for message in await joost.messages())


async def test_in_a_group_the_bot_says_only_that_it_works_in_private(here: Town) -> None:
    """What is said in a group is read by everybody in it."""
    joost = await here.person("Joost")

    group = await here.telegram.make_group("Team Noord", joost.person)
    await here.settle()

    calls = [call for call in await here.telegram.calls(chat=group) if call["method"] != "getUpdates"]
    assert [call["method"] for call in calls] == ["sendMessage", "leaveChat"]
    assert {row["kind"] for row in await here.rows(organisation)} == {"example"}


async def test_an_edited_message_changes_what_was_stored(here: Town) -> None:
    """Editing is how people correct a typing error."""
    joost = await coordinator(here)
    message = await joost.sends("We doen dat elke wek")

    await joost.does("edits", message, "We doen dat elke week")

    assert await contributed(here) == ["We doen dat elke week"]


async def test_an_edit_of_something_that_was_never_stored_is_ignored(here: Town) -> None:
    """Commands can be edited too."""
    joost = await coordinator(here)
    message = await joost.sends("/help")
    before = len(await joost.messages())

    await joost.does("edits", message, "/menu")

    assert len(await joost.messages()) == before
    assert await contributed(here) == []


@pytest.mark.parametrize(
    "update",
    [
        {"poll": {"id": "1"}},
        {"message": {"message_id": 1}},
        {"message": None},
        {"callback_query": {"id": "1", "from": {"id": 1, "is_bot": False, "first_name": "x"}, "chat_instance": "1"}},
        {"message": {"message_id": 5, "date": 1, "chat": {"id": 2**70, "type": "private"}, "text": "hoi"}},
        {"message": {"message_id": 5, "date": "gisteren", "chat": {"id": "x", "type": 4}, "text": {}}},
        {"message": {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"}, "text": "hoi",
                     "from": {"id": 78, "is_bot": False, "first_name": "Eve"}}},
        {"something_new": {"chat": {"id": 1001}}},
        {},
    ],
)  # fmt: skip
async def test_updates_that_make_no_sense_stop_nobody(here: Town, update: dict[str, Any]) -> None:
    """An update that cannot be understood must not come again for ever, nor block the next."""
    joost = await here.person("Joost")

    await here.app._intake.store([{"update_id": 1, **update}])
    await joost.sends("/start")

    assert "Lidorganisatie" in " ".join((await joost.screen()).labels)


async def test_somebody_who_blocks_the_bot_is_known_to_be_out_of_reach(here: Town) -> None:
    """Others should see that a message will not arrive; writing again mends it."""
    joost = await coordinator(here)

    await joost.person.blocks()
    await here.settle()
    blocked = [row["is_reachable"] for row in await here.rows(person) if row["chat_id"] == joost.id]
    await joost.person.unblocks()
    await joost.sends("/menu")

    assert blocked == [False]
    assert [row["is_reachable"] for row in await here.rows(person) if row["chat_id"] == joost.id] == [True]


async def test_a_button_that_is_gone_cannot_be_tapped(here: Town) -> None:
    """After a message the old keyboard goes, so that one screen is the current one."""
    joost = await coordinator(here)
    first = await joost.screen()

    await joost.sends("een voorbeeld")

    assert (await joost.screen()).id != first.id
    with pytest.raises(ControlRefusedError):
        await joost.person.taps("Voldoet", on=first.id)
