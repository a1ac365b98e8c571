"""The archive of an organisation: nothing gets lost in it, and nothing that people called a file leads out of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from bot.organisation_archive import Archive
from domain.self_evaluation import FileId
from storage.sql.organisation_data import KeptFile


def opened(part: bytes) -> dict[str, bytes]:
    """Return what is in an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(part)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("verslag.pdf", "bestanden/7 verslag.pdf"),
        ("../../etc/passwd", "bestanden/7 etc passwd"),
        ("..\\..\\x.exe", "bestanden/7 x.exe"),
        ("/etc/passwd", "bestanden/7 etc passwd"),
        ("C:\\boot.ini", "bestanden/7 C boot.ini"),
        ("", "bestanden/7"),
        (".", "bestanden/7"),
        ("\u202egpj.exe", "bestanden/7 gpj.exe"),
        ("naam\r\nmet regel.pdf", "bestanden/7 naam met regel.pdf"),
    ],
)
def test_a_name_never_leads_out_of_the_folder(name: str, kept: str) -> None:
    """Whoever unpacks the archive gets files below it and nowhere else."""
    archive = Archive({})
    archive.add(KeptFile(FileId(7), "blob", name), b"inhoud")

    [part] = archive.parts()

    assert opened(part)[kept] == b"inhoud"


def test_two_files_with_one_name_are_both_there() -> None:
    archive = Archive({})
    for number in (1, 2):
        archive.add(KeptFile(FileId(number), "blob", "foto.jpg"), bytes([number]))

    [part] = archive.parts()

    assert opened(part) | {"gegevens.json": b""} == {
        "gegevens.json": b"", "bestanden/1 foto.jpg": b"\x01", "bestanden/2 foto.jpg": b"\x02",
    }  # fmt: skip


def test_what_is_too_large_for_one_message_comes_in_parts() -> None:
    """Telegram takes 50 MB from a bot; the data itself is in the first."""
    archive = Archive({"text": "Gül 👍"}, part_bytes=1000)
    for number in range(4):
        archive.add(KeptFile(FileId(number), "blob", "x.bin"), bytes(600))

    parts = [opened(part) for part in archive.parts()]

    assert [len(part) for part in parts] == [2, 1, 1, 1]
    assert json.loads(parts[0]["gegevens.json"]) == {"text": "Gül 👍"}


def test_half_an_emoji_does_not_keep_the_archive_from_being_made() -> None:
    assert opened(Archive({"text": "\ud83d"}).parts()[0])
