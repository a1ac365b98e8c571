"""What a file really is, by its content: a name and a media type from a phone prove nothing.

Files are kept and given back as they are; nothing here opens them further than is needed to know
their kind. Office files are zip archives, so their table of contents is read, and refused when it
promises far more than it holds.
"""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from typing import Final

import filetype
from msgspec import Struct

MAX_BYTES: Final = 20 * 1024 * 1024  # what Telegram lets a bot download
_MAX_ENTRIES: Final = 5_000
_MAX_UNPACKED: Final = 300_000_000
_MAX_RATIO: Final = 200

#: Kinds that the library recognises by their first bytes and that are evidence people really send.
_BY_CONTENT: Final = frozenset({
    "application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "audio/ogg", "audio/mpeg",
    "audio/mp4", "audio/m4a", "audio/x-wav", "video/mp4", "video/quicktime", "video/webm",
})  # fmt: skip

_OFFICE: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENT: Final = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
)


class Refusal(StrEnum):
    """Why a file is not kept; the values are stored."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    MACROS = "macros"
    BOMB = "bomb"


class Checked(Struct, frozen=True):
    """What a file is, or why it is refused; exactly one of the two."""

    media_type: str | None = None
    refusal: Refusal | None = None


def check(content: bytes) -> Checked:
    """Return what this content is."""
    if not content:
        return Checked(refusal=Refusal.EMPTY)
    if len(content) > MAX_BYTES:
        return Checked(refusal=Refusal.TOO_LARGE)
    if content.startswith(b"PK\x03\x04"):
        return _check_archive(content)
    found = filetype.guess(content[:8192])
    if found is not None:
        known = found.mime in _BY_CONTENT
        return Checked(found.mime) if known else Checked(refusal=Refusal.UNKNOWN_KIND)
    return Checked("text/plain") if _is_plain_text(content) else Checked(refusal=Refusal.UNKNOWN_KIND)


def _is_plain_text(content: bytes) -> bool:
    """Plain text has no control characters and is no markup or script that something could run."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    head = text.lstrip("\ufeff \t\r\n")[:1]
    return head not in ("<", "#") and not any(ord(c) < 32 and c not in "\t\r\n\f" for c in text)


def _check_archive(content: bytes) -> Checked:
    """Accept office documents without macros whose table of contents is believable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if _is_bomb(entries, len(content)):
                return Checked(refusal=Refusal.BOMB)
            return _office_kind(archive, {entry.filename for entry in entries})
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError):
        return Checked(refusal=Refusal.UNKNOWN_KIND)


def _is_bomb(entries: list[zipfile.ZipInfo], packed: int) -> bool:
    unpacked = sum(entry.file_size for entry in entries)
    return len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED or unpacked > max(packed, 10_000) * _MAX_RATIO


def _office_kind(archive: zipfile.ZipFile, names: set[str]) -> Checked:
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        return Checked(refusal=Refusal.MACROS)
    for entry, media_type in _OFFICE.items():
        if entry in names and "[Content_Types].xml" in names:
            return Checked(media_type)
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        declared = archive.read("mimetype").decode("ascii", "replace").strip()
        if declared in _OPEN_DOCUMENT:
            return Checked(declared)
    return Checked(refusal=Refusal.UNKNOWN_KIND)
