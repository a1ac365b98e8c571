"""Files on disk: encrypted, under random names, outside everything that serves pages.

A blob is written whole or not at all. Several processes share the directory, as they share the
database (docs/operations.md).
"""

from __future__ import annotations

import math
import os
import re
import secrets
import time
from datetime import timedelta
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{32}")


class Blobs:
    """The files below `directory`; content is sealed by whoever writes it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    @staticmethod
    def new_name() -> str:
        """Return a random name; a file is sealed for its name, so it comes first."""
        return secrets.token_hex(16)

    def write(self, name: str, sealed: bytes) -> None:
        """Store a sealed file durably."""
        path = self._path(name)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)

    def names(self, older_than: timedelta) -> list[str]:
        """Return the names of all files that were written longer ago than this."""
        return [path.name for path in self._written_before("??/*", older_than) if _NAME.fullmatch(path.name)]

    def delete_unfinished(self, older_than: timedelta) -> None:
        """Delete what a process that died was writing; writing a file never takes as long as `older_than`."""
        for path in self._written_before("??/*.part", older_than):
            path.unlink(missing_ok=True)

    def _written_before(self, pattern: str, age: timedelta) -> list[Path]:
        limit = time.time() - age.total_seconds()
        return [path for path in self._directory.glob(pattern) if _written_at(path) < limit]

    def read(self, name: str) -> bytes:
        """Return a sealed file.

        Raises:
            FileNotFoundError: it was erased, or the name is none of ours.
        """
        return self._path(name).read_bytes()

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone already is fine."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError("not a blob name")
        return self._directory / name[:2] / name


def _written_at(path: Path) -> float:
    """Return when a file was written last, in epoch seconds; another process may just have taken it away."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf
