"""Files on disk: whole or not there, and nothing stays that nobody asked for."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.blobs import Blobs

HOUR = timedelta(hours=1)


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.new_name()

    blobs.write(name, b"sealed")

    assert blobs.read(name) == b"sealed"
    assert blobs.names(older_than=-HOUR) == [name]


def test_what_a_dead_process_was_writing_goes_after_a_while(tmp_path: Path) -> None:
    """Otherwise every crash in the middle of a file would leave a piece of it for ever."""
    blobs = Blobs(tmp_path)
    name = blobs.new_name()
    blobs.write(name, b"sealed")
    old, fresh = (tmp_path / name[:2] / f"{blobs.new_name()}.part" for _ in range(2))
    for path in (old, fresh):
        path.write_bytes(b"sea")
    os.utime(old, (0, 0))

    blobs.delete_unfinished(older_than=HOUR)

    assert not old.exists()
    assert fresh.exists()
    assert blobs.read(name) == b"sealed"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32])
def test_a_name_that_is_none_of_ours_is_never_looked_up(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Blobs(tmp_path).read(name)
