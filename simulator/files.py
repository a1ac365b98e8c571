"""Files in both directions: what was sent, under which id it is fetched, what a photo measures."""

import base64
import mimetypes
import secrets
import struct
from dataclasses import dataclass
from typing import Any

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024


@dataclass
class StoredFile:
    """One file with its content; the id is what both sides call it."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0
    duration: int = 0

    @property
    def path(self) -> str:
        """Return the path that getFile answers; it shows nothing of the sender's file name."""
        ending = mimetypes.guess_extension(self.mime) or ".bin"
        return f"{self.kind}s/{self.unique_id}{ending}"

    def api(self) -> dict[str, Any]:
        """Return the fields that every file object of the Bot API has."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


def new_file(kind: str, name: str, mime: str, data: bytes, duration: int = 0) -> StoredFile:
    """Return a file with fresh ids; for pictures the size is read from the content."""
    width, height = picture_size(data) or (0, 0)
    token = base64.urlsafe_b64encode(secrets.token_bytes(48)).decode()
    unique = base64.urlsafe_b64encode(secrets.token_bytes(11)).decode().rstrip("=")
    return StoredFile(f"BQACAgQ{token}", unique, kind, name, mime, data, width, height, duration)


def media_fields(file: StoredFile) -> dict[str, Any]:
    """Return the part of a Message that describes this file."""
    if file.kind == "photo":
        return {"photo": _photo_sizes(file)}
    fields = {**file.api(), "mime_type": file.mime}
    if file.kind in ("voice", "audio", "video"):
        fields["duration"] = file.duration
    if file.kind == "video":
        fields.update(width=file.width or 640, height=file.height or 360)
    if file.kind != "voice":
        fields["file_name"] = file.name
    return {file.kind: fields}


def _photo_sizes(file: StoredFile) -> list[dict[str, Any]]:
    """Return two sizes, small first, because bots must learn to take the last one."""
    # What a test calls a photo need not be one; a bot still gets a size.
    width, height = (file.width, file.height) if file.width else (1280, 960)
    scale = min(1.0, 90 / max(width, height))
    small = {"file_id": f"{file.id}-s", "file_unique_id": f"{file.unique_id}-s", "file_size": len(file.data)}
    small.update(width=max(1, round(width * scale)), height=max(1, round(height * scale)))
    return [small, {**file.api(), "width": width, "height": height}]


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF, JPEG or WebP; None when it is no such picture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if data[12:16] == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def guessed_mime(name: str) -> str:
    """Return the type that the file name suggests."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
