"""Which tests are spared on PostgreSQL, so that a slow machine has the time for everything else; ALL=1 spares none.

Everything runs on SQLite. On PostgreSQL run all scenes, races, migrations and whatever names it; of the conversations a
fixed sixth, because what they ask of a database is asked of both in tests/storage; and of a test that is repeated with
other values a fixed third, because the statements are the same.
"""

from __future__ import annotations

import os
from zlib import crc32

import pytest

_CONVERSATIONS, _REPEATED = 6, 3  # one in so many


def spare(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is spared: the same in every process and every run."""
    if os.environ.get("HANDVAT_TEST_ALL"):
        return
    left_out = [item for item in items if crc32(item.nodeid.encode()) % _one_in(item)]
    spared = set(left_out)
    items[:] = [item for item in items if item not in spared]
    config.hook.pytest_deselected(items=left_out)


def _one_in(item: pytest.Item) -> int:
    """Return of how many tests like this one runs; 1 when it is never spared."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or callspec.params.get("database_kind") != "postgresql":
        return 1
    if any(mark.args and mark.args[0] == "database_kind" for mark in item.iter_markers("parametrize")):
        return 1  # it asked for this database
    if "tests/conversations/" in item.nodeid:
        return _CONVERSATIONS
    is_repeated = len(callspec.params) > 1 and item.nodeid.startswith(("tests/storage/", "tests/bot/"))
    return _REPEATED if is_repeated else 1
