"""The process that makes documents lives exactly as long as the bot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.rendering import NICENESS

_BOT = """
import asyncio, sys
from bot.jobs import Jobs

def pid():
    import os
    return os.getpid()

async def main():
    jobs = Jobs(None, None, None, None, None)
    print(await jobs._in_pool(pid), flush=True)
    await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks in /proc whether a process is there")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_document_process_ends_with_the_bot(number: signal.Signals, tmp_path: Path) -> None:
    """A bot that crashes again and again would otherwise leave a process behind each time, until memory is full."""
    script = tmp_path / "small_bot.py"
    script.write_text(_BOT)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as bot:
        assert bot.stdout is not None
        document_process = Path("/proc") / bot.stdout.readline().strip()
        assert document_process.exists()

        bot.send_signal(number)

    until = time.monotonic() + 10
    while document_process.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not document_process.exists()


_NICENESS = """
import asyncio, os
from bot.jobs import Jobs

async def main():
    jobs = Jobs(None, None, None, None, None)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    print(await jobs._in_pool(os.getpriority, os.PRIO_PROCESS, 0) - own, flush=True)
    os._exit(0)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_the_document_process_stands_back_for_the_bot(tmp_path: Path) -> None:
    """A report of 49 norms takes seconds of a processor; whoever taps meanwhile goes first."""
    script = tmp_path / "small_bot.py"
    script.write_text(_NICENESS)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}

    said = subprocess.run(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment, check=False
    )

    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert int(said.stdout) == min(NICENESS, 19 - own)
