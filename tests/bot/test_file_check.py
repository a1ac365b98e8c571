"""What a file really is: the name and the type that a phone gives prove nothing."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.file_check import MAX_BYTES, Checked, Refusal, check


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return buffer.getvalue()


def picture(kind: str) -> bytes:
    """Return a small real picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, kind)
    return buffer.getvalue()


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (b"%PDF-1.7\n%...", "application/pdf"),
        (b"OggS\x00" + b"\x00" * 30, "audio/ogg"),
        (archive(WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            archive({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}),
            "application/vnd.oasis.opendocument.text",
        ),
        (b"Notulen teamoverleg: intervisie elke maand.", "text/plain"),
    ],
)
def test_evidence_that_people_really_send_is_kept(content: bytes, media_type: str) -> None:
    """Photos, PDF, office files, speech and plain text are what evidence looks like."""
    assert check(content) == Checked(media_type)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Refusal.EMPTY),
        (b"x" * (MAX_BYTES + 1), Refusal.TOO_LARGE),
        (b"MZ\x90\x00" + b"\x00" * 60, Refusal.UNKNOWN_KIND),
        (b"<!doctype html><script>alert(1)</script>", Refusal.UNKNOWN_KIND),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.UNKNOWN_KIND),
        (b"#!/bin/sh\nrm -rf /", Refusal.UNKNOWN_KIND),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Refusal.UNKNOWN_KIND),
        (archive({"notes.txt": b"just a zip"}), Refusal.UNKNOWN_KIND),
        (archive(WORD | {"word/vbaProject.bin": b"macro"}), Refusal.MACROS),
        (archive(WORD | {"word/media/big.bin": b"\0" * 40_000_000}), Refusal.BOMB),
        (archive(WORD | {f"word/{n}.xml": b"" for n in range(6000)}), Refusal.BOMB),
    ],
)
def test_what_could_harm_a_reader_is_refused(content: bytes, refusal: Refusal) -> None:
    """A colleague opens what we give back, so it must be what it says it is."""
    assert check(content) == Checked(refusal=refusal)


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"%PDF", b"\xff\xd8\xff", b"OggS"]))
def test_no_content_makes_the_check_fail(content: bytes, head: bytes) -> None:
    """Everything from outside is hostile; an answer comes whatever it is."""
    checked = check(head + content)

    assert (checked.media_type is None) != (checked.refusal is None)
