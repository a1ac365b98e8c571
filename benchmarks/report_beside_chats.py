"""`python -m benchmarks.report_beside_chats`: whether other chats notice that somebody has a report made.

The real process answers sixty chats that tap 30 times a second together, which is what Telegram lets a bot send.
Stretches in which the report of an audit (49 norms, 300 findings) is made as Word and PDF without a pause take turns
with stretches without. What counts is how the p99 of those taps differs, beside how much it differs between stretches
without any report: that is the noise. On both databases.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.audit_report import fill, now
from benchmarks.databases import find_postgres
from benchmarks.measure import RATE
from benchmarks.seed import seed
from benchmarks.subjects import STEADY, TOKEN, Handvat
from benchmarks.telegram import Stuck, Telegram
from conversations.kit import Tap
from conversations.report_taps import ReportDocumentTap, ReportForm, ReportTap
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql.database import Database, create_engine
from storage.sql.migrate import migrate
from storage.sql.vault import Keyring, MasterKey
from tests.scenes.town import KEY
from tests.storage.audit_cast import AUDIT_CHATS

TOM = AUDIT_CHATS["Tom"]
FORMS = (ReportForm.WORD, ReportForm.PDF)


@dataclass
class Stretch:
    """What the taps of some seconds showed, in milliseconds, and how many reports were made meanwhile."""

    p50: float
    p99: float
    taps: int
    reports: int


@dataclass
class Leader:
    """Asks for documents, as a team leader with a phone would."""

    telegram: Telegram
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def types(self, text: str) -> None:
        """Send a message."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        self.telegram.push({"message": self._message() | {"text": text, "entities": entities}})

    def taps(self, tap: Tap) -> None:
        """Tap a button of a screen that was shown before."""
        query = {"id": str(9_000_000 + next(self._numbers)), "from": self._person(), "chat_instance": "1",
                 "data": tap.pack(), "message": self._message() | {"text": "x"}}  # fmt: skip
        self.telegram.push({"callback_query": query})

    def _message(self) -> dict[str, Any]:
        return {"message_id": 8_000_000 + next(self._numbers), "date": int(time.time()), "from": self._person(),
                "chat": {"id": TOM, "type": "private", "first_name": "Tom"}}  # fmt: skip

    def _person(self) -> dict[str, Any]:
        return {"id": TOM, "is_bot": False, "first_name": "Tom"}


def documents_sent(telegram: Telegram) -> int:
    """Return how many documents reached a chat since the counting began."""
    return int(telegram.stats()["calls"].get("sendDocument", 0))


def stretch(telegram: Telegram, seconds: float, leader: Leader | None) -> Stretch:
    """Let people tap for some seconds, with somebody who asks for the next document when the last one came."""
    telegram.count_anew()
    until = time.monotonic() + seconds
    asked = 0
    while (left := until - time.monotonic()) > 0:
        if leader is not None and documents_sent(telegram) == asked:
            leader.taps(ReportTap())
            leader.taps(ReportDocumentTap(FORMS[asked % len(FORMS)], False))
            asked += 1
        time.sleep(min(left, 0.1))
    stats = telegram.stats()
    latency = stats["pushed_to_last_call_ms"]
    return Stretch(latency["p50"], latency["p99"], stats["updates_answered"], documents_sent(telegram))


@contextmanager
def running(url: str, telegram: Telegram, directory: Path) -> Iterator[None]:
    """Have the bot at work on a database."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, "DATABASE_URL": url,
        "HANDVAT_DATA_DIR": str(directory / "data"), "HANDVAT_ENCRYPTION_KEY": KEY,
        "HANDVAT_MESSAGES_PER_SECOND": "0", "HANDVAT_CHAT_MESSAGES_PER_SECOND": "0", "HANDVAT_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    log = directory / "bot.log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "bot"], stdout=out, stderr=out, env=environment)
    try:
        yield
    except Stuck as stuck:
        raise Stuck(f"{stuck}\n{log.read_text()[-2000:]}") from stuck
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def prepare(url: str) -> None:
    """Make the audit, and an organisation that has begun for each of the other chats."""
    engine = create_engine(url)
    migrate(engine)
    database = Database(
        engine, Keyring([MasterKey.parse(KEY)]), load_frameworks(), now, operators=[999], audit_rules=load_audit_rules()
    )
    fill(database)
    with database.begin() as work:
        seed(work, STEADY, now())
    database.close()


def measure(url: str, directory: Path, rounds: int, seconds: float) -> tuple[list[Stretch], list[Stretch]]:
    """Return the stretches without and with reports. Raises Stuck."""
    prepare(url)
    without, beside = [], []
    with Telegram() as telegram, running(url, telegram, directory):
        telegram.feed(
            Handvat.opening, Handvat.loop, chats=len(STEADY), steps=10_000, first_chat=STEADY.start, rate=RATE
        )
        telegram.warm(4 * len(STEADY), 60)
        leader = Leader(telegram)
        leader.types("/menu")
        stretch(telegram, 5.0, leader)  # the first document starts the process that makes them
        for _ in range(rounds):
            without.append(stretch(telegram, seconds, None))
            beside.append(stretch(telegram, seconds, leader))
        telegram.progress()
    if not all(found.reports for found in beside):
        raise Stuck("a stretch went by without a report")
    return without, beside


def show(name: str, without: list[Stretch], beside: list[Stretch]) -> None:
    """Print what was found."""
    taps, documents = sum(each.taps for each in without + beside), sum(each.reports for each in beside)
    print(f"{name}: {taps} taps, {documents} documents")
    for title, found in (("without", without), ("beside reports", beside)):
        p99 = sorted(each.p99 for each in found)
        print(f"  {title:<15} p50 {median(each.p50 for each in found):6.1f} ms, "
              f"p99 {median(p99):6.1f} ms ({p99[0]:.1f}-{p99[-1]:.1f})")  # fmt: skip
    ratios = sorted(late.p99 / early.p99 for early, late in zip(without, beside, strict=True))
    noise = sorted(later.p99 / earlier.p99 for earlier, later in pairwise(without))
    print(f"  p99 beside reports / without: {median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}); "
          f"without / without before it: {median(noise):.2f} ({noise[0]:.2f}-{noise[-1]:.2f})")  # fmt: skip


def main(rounds: int, seconds: float) -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory(prefix="handvat-beside-") as place:
        directory = Path(place)
        show("SQLite", *measure(f"sqlite:///{directory}/handvat.db", directory, rounds, seconds))
        postgres = find_postgres()
        if postgres is not None:
            with postgres.copy() as url:
                show("PostgreSQL", *measure(url, directory, rounds, seconds))
            postgres.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6, help="at least 2")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    main(options.rounds, options.seconds)
