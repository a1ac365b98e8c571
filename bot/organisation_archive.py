"""The archive of an organisation: what is kept as JSON, its files beside it, in parts that Telegram carries.

Files are read and opened one at a time; a part is full at `PART_BYTES`, because a bot may send 50 MB.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from documents.plain_text import file_stem
from storage.sql.organisation_data import KeptFile

PART_BYTES = 40_000_000
_LONGEST_NAME = 100
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest day that a zip knows: an archive says nothing of the machine's clock


class Archive:
    """Gathers files into zip archives; nothing that people called a file can lead out of its folder."""

    def __init__(self, data: Mapping[str, Any], part_bytes: int = PART_BYTES) -> None:
        self._part_bytes = part_bytes
        self._finished: list[bytes] = []
        self._open()
        content = json.dumps(data, ensure_ascii=False, indent=1).encode(errors="replace")
        self._write("gegevens.json", content, zipfile.ZIP_DEFLATED)

    def add(self, file: KeptFile, content: bytes) -> None:
        """Put a file in the current part, or in the next when it would grow too large."""
        if self._buffer.tell() + len(content) > self._part_bytes:
            self._close()
            self._open()
        self._write(f"bestanden/{file.id} {_safe(file.name)}".strip(), content, zipfile.ZIP_STORED)

    def parts(self) -> list[bytes]:
        """Return the archives, in order; the first holds the data."""
        self._close()
        return self._finished

    def _open(self) -> None:
        self._buffer = io.BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w")

    def _close(self) -> None:
        self._zip.close()
        self._finished.append(self._buffer.getvalue())

    def _write(self, name: str, content: bytes, compression: int) -> None:
        self._zip.writestr(zipfile.ZipInfo(name, _ALWAYS), content, compression)


def _safe(name: str) -> str:
    """Return what people called a file without anything that names a folder; a long name keeps its ending."""
    whole = file_stem(name, 1000)
    stem, dot, ending = whole.rpartition(".")
    if len(whole) <= _LONGEST_NAME or not dot:
        return whole[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - 9].strip()}.{ending[:8]}"
