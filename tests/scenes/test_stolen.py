"""What a thief sees who has the files of a running bot, and not its environment."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from storage.sql.retention import carry_out
from tests.scenes.town import town

#: What Samira types, sends and is called; no word of ours contains any of it.
SECRETS = (
    "Kanarienaam",
    "Kanarieorganisatie",
    "KANARIE9",
    "kanarietekst",
    "kanariebewerking",
    "kanariefoto",
    "kanarieplaat",
)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"kanarieplaat" * 40


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_files_of_a_running_bot_hold_nothing_that_a_person_said(database_url: str, tmp_path: Path) -> None:
    """Not in the rows, the write-ahead log or pages that became free; and not in what people sent."""
    async with town(database_url, tmp_path / "data") as here:
        samira = await here.person("Kanarienaam")
        await samira.sends("/start")
        await samira.taps("Lidorganisatie")
        await samira.sends("Kanarieorganisatie")
        await samira.sends("KANARIE9")
        for label in ("Zelfevaluatie", "Begin bij V1", "Voldoet"):
            await samira.taps(label)
        for _ in range(4):  # long enough to have pages of their own, which become free later
            message = await samira.sends("Iedereen kent de kanarietekst. " * 100)
        await samira.does("edits", message, "Niemand kent de kanariebewerking")
        await samira.does("sends_photo", PICTURE, name="kanariefoto.png")
        shown = " ".join(message.text for message in await samira.messages())
        running = _bytes_of(tmp_path)
        await samira.sends("/privacy")
        for label in ("Verwijderen", "Ja, verwijder alles", "Organisatie wissen"):
            await samira.taps(label)
        await samira.sends("Kanarieorganisatie")
        in_time = here.clock.now() + timedelta(days=8)
        gone = await here.database.run(lambda work: carry_out(work, in_time))
        assert [each.organisation for each in gone] == ["Kanarieorganisatie"]
        erased = _bytes_of(tmp_path)
    free = sqlite3.connect(database_url.removeprefix("sqlite:///")).execute("PRAGMA freelist_count").fetchone()[0]

    assert "Kanarieorganisatie" in shown  # it was all really there
    assert b"SQLite format 3" in running
    for files in (running, erased, _bytes_of(tmp_path)):
        assert [secret for secret in SECRETS if secret.encode() in files] == []
    assert free > 0


def _bytes_of(directory: Path) -> bytes:
    """Return every file below a directory, the database with its log among them, one after the other."""
    return b"\n".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())
