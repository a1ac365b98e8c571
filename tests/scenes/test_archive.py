"""A coordinator takes along everything of the organisation."""

from __future__ import annotations

import io
import json
import zipfile

from tests.scenes.town import Town

PICTURE = b"\x89PNG\r\n\x1a\n" + b"plaatje" * 40


async def test_everything_of_the_organisation_comes_as_one_archive(here: Town) -> None:
    """What was typed and what was sent, readable without Handvat."""
    samira = await here.person("Samira")
    await samira.sends("/start")
    await samira.taps("Lidorganisatie")
    await samira.sends("Welzijn & Zorg / Rivierenland")
    for label in ("Overslaan", "Zelfevaluatie", "Begin bij V1", "Voldoet"):
        await samira.taps(label)
    await samira.sends("Iedere week intervisie")
    await samira.does("sends_photo", PICTURE, name="foto.png")
    await samira.sends("/privacy")

    await samira.taps("Alles van ons")

    sent = next(message.media for message in reversed(await samira.messages()) if message.media)
    content = await here.telegram.content(sent["file_id"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(archive.namelist())
        data = json.loads(archive.read("gegevens.json"))
        assert archive.read(names[0]) == PICTURE
    assert names[0].startswith("bestanden/")
    assert data["organisation"] == "Welzijn & Zorg / Rivierenland"
    assert "Iedere week intervisie" in [row["text"] for row in data["tables"]["contribution"]]
