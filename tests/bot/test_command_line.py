"""The collector of garbage rests while a process starts, and never longer."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.__main__ import main
from bot.command_line import _collect_garbage

_COUNT_COLLECTIONS = """
import gc, runpy, sys
found = []
gc.callbacks.append(lambda phase, _: found.append(phase))
sys.argv = ["bot", "new-key"]
def at_import(_frame, event, _arg):
    if event == "call" and _frame.f_code.co_name == "_new_key":
        print(len(found), gc.isenabled(), file=sys.stderr)
sys.setprofile(at_import)
runpy.run_module("bot", run_name="__main__")
"""


@pytest.fixture
def collector() -> Iterator[None]:
    """Give the collector back as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


@pytest.mark.usefixtures("collector")
def test_a_command_collects_garbage_as_usual() -> None:
    gc.disable()

    assert main(["new-key"]) == 0

    assert gc.isenabled()


@pytest.mark.usefixtures("collector")
def test_a_bot_that_serves_collects_what_it_makes_and_leaves_what_it_loaded() -> None:
    gc.disable()

    _collect_garbage()

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_nothing_is_collected_while_the_code_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", _COUNT_COLLECTIONS], capture_output=True, text=True, check=True)

    phases, is_enabled = done.stderr.split()
    assert int(phases) < 20  # those of Python's own start; with the collector on there are hundreds
    assert is_enabled == "True"
