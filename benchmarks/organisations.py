"""`python -m benchmarks.organisations`: what 10,000 organisations cost in memory and on disk.

Every organisation has a coordinator and a self-evaluation that was begun. The real process starts beside them; then, a
quarter at a time, each opens its overview and its first norm and judges it. Memory is what is resident after that.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil

from benchmarks.seed import seed
from benchmarks.telegram import Telegram
from bot.app import open_database
from bot.clock import Clock
from storage.sql.vault import MasterKey
from tests.scenes.town import KEY, TOKEN, settings_for

FIRST_CHAT = 1_000_000
AT_ONCE = 250  # seeded in one transaction
OPENING = [{"text": "/zelfevaluatie"}, {"tap": ["Begin bij"]}, {"tap": ["Voldoet"]}]
QUARTERS = 4


def main() -> int:
    """Print memory and size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.organisations", description=__doc__)
    parser.add_argument("--organisations", type=int, default=10_000)
    count = parser.parse_args().organisations
    with tempfile.TemporaryDirectory(prefix="handvat-organisations-") as place, Telegram() as telegram:
        directory = Path(place)
        url = f"sqlite:///{directory}/handvat.db"
        _seed(url, directory, 0)
        empty = _size(directory)
        _seed(url, directory, count)
        size = _size(directory) - empty
        print(f"{count} organisations that have begun: {size / 1e6:.1f} MB, {size / count / 1e3:.1f} kB each")
        _measure(telegram, url, directory, count)
    return 0


def _seed(url: str, directory: Path, count: int) -> None:
    assert MasterKey.parse(KEY)
    database = open_database(settings_for("http://127.0.0.1", url, directory, clock_url=None), Clock())
    for first in range(FIRST_CHAT, FIRST_CHAT + count, AT_ONCE):
        with database.begin() as work:
            seed(work, range(first, min(first + AT_ONCE, FIRST_CHAT + count)), Clock().now())
    database.close()
    with closing(sqlite3.connect(directory / "handvat.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.glob("handvat.db*"))


def _measure(telegram: Telegram, url: str, directory: Path, count: int) -> None:
    environment = {
        **os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, "DATABASE_URL": url,
        "HANDVAT_DATA_DIR": str(directory), "HANDVAT_ENCRYPTION_KEY": KEY, "HANDVAT_LOG_LEVEL": "WARNING",
        "HANDVAT_MESSAGES_PER_SECOND": "0", "HANDVAT_CHAT_MESSAGES_PER_SECOND": "0",
    }  # fmt: skip
    bot = subprocess.Popen([sys.executable, "-m", "bot"], env=environment)
    try:
        telegram.feed([{"text": "/menu"}], [], chats=1, steps=1, first_chat=FIRST_CHAT)
        telegram.finish(120)
        print(f"started: {_resident(bot.pid):.0f} MB")
        part = count // QUARTERS
        for quarter in range(QUARTERS):
            first = FIRST_CHAT + quarter * part
            telegram.feed(OPENING, [], chats=part, steps=len(OPENING), first_chat=first)
            telegram.finish(3600)
            time.sleep(1)  # so that the last marks are written
            print(f"after {(quarter + 1) * part} organisations: {_resident(bot.pid):.0f} MB", flush=True)
    finally:
        bot.terminate()
        bot.wait(30)


def _resident(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss / 1e6)


if __name__ == "__main__":
    sys.exit(main())
