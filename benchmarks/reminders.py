"""`python -m benchmarks.reminders`: what a tick of the heartbeat costs among a million subjects.

A tick finds what is due (and holds it, so that no other process takes the same); beside it the same rows are read by
their primary key, in the same run and in the same kind of transaction. The target is at most 3 times that, on SQLite
and on PostgreSQL. A second figure says what looking at one audit costs: its events, its terms and who has to hear of
them.

    python -m benchmarks.reminders                     1,000,000 subjects of which 1,000 are due, about two minutes
    python -m benchmarks.reminders --subjects 20000    to try it

PostgreSQL: the server of HANDVAT_TEST_POSTGRES, else the one on this computer, else it is left out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import sqlalchemy as sa

from benchmarks.databases import find_postgres
from domain.audit import Stage
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql.database import Database, create_engine
from storage.sql.migrate import migrate
from storage.sql.process_events import SUBJECT
from storage.sql.process_tables import next_reminder
from storage.sql.reminders import look_at, take_due
from storage.sql.vault import Keyring, MasterKey, Vault
from storage.sql.work import SqlWork
from tests.storage.process_cast import ProcessCast

TARGET = 3.0
NOW = datetime(2026, 12, 9, 9, 30, tzinfo=UTC)  # a working day
_CHUNK = 20_000
_BY_KEY = sa.select(next_reminder).where(
    next_reminder.c.subject_kind == SUBJECT, next_reminder.c.subject_id.in_(sa.bindparam("ids", expanding=True))
)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a fresh database with its tables."""
    engine = create_engine(url)
    migrate(engine)
    keys = Keyring([MasterKey(b"benchmark".ljust(32, b"."))])
    database = Database(engine, keys, load_frameworks(), lambda: NOW, operators=[999], audit_rules=load_audit_rules())
    try:
        yield database
    finally:
        database.close()


def fill(database: Database, subjects: int, due: int) -> list[int]:
    """Make subjects whose next look is spread over two years, and return those that are due."""
    random = Random(4)
    are_due = set(random.sample(range(1, subjects + 1), due))
    for start in range(1, subjects + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, subjects + 1))
        rows = [
            {"subject_kind": SUBJECT, "subject_id": n, "next_reminder_at": _moment(random, is_due=n in are_due)}
            for n in numbers
        ]
        with database.begin() as work:
            work.execute(next_reminder.insert(), rows)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return sorted(are_due)


def _moment(random: Random, *, is_due: bool) -> datetime:
    return NOW + (-1 if is_due else 1) * timedelta(minutes=random.randint(1, 2 * 365 * 24 * 60))


def compare(database: Database, due: list[int], rounds: int) -> tuple[float, float]:
    """Return the median seconds of finding what is due and of reading it by key; the two take turns."""
    found: list[float] = []
    read: list[float] = []
    for _ in range(rounds):
        found.append(_seconds(database, lambda work: take_due(work, NOW, batch=len(due)), len(due)))
        read.append(_seconds(database, lambda work: work.execute(_BY_KEY, {"ids": due}).all(), len(due)))
    return median(found[2:]), median(read[2:])


def _seconds(database: Database, ask: Callable[[SqlWork], Any], expected: int) -> float:
    began = time.perf_counter()
    with database.begin() as work:
        rows = ask(work)
    seconds = time.perf_counter() - began
    assert len(rows) == expected
    return seconds


def look_once(database: Database, rounds: int) -> float:
    """Return the median seconds of looking at one audit that has something to say."""
    cast = ProcessCast(database, lambda: NOW)
    cast.assemble()
    cast.accept("Tom", "Ada")
    with cast.plays("Tom") as (_, audits):
        audits.move(cast.audit, Stage.CONTRACTED, NOW)
    rules, times = load_audit_rules(), []
    for _ in range(rounds):
        with database.engine.connect() as connection, connection.begin() as transaction:
            work = SqlWork(connection, Vault(database.keyring, connection, NOW), database.frameworks, (), rules)
            began = time.perf_counter()
            assert look_at(work, cast.audit, NOW)
            times.append(time.perf_counter() - began)
            transaction.rollback()  # so that it has something to say the next time as well
    return median(times[2:])


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Lend the URL of an empty database of each kind that there is."""
    with ExitStack() as stack:
        place = Path(tempfile.mkdtemp(prefix="handvat-reminders-"))
        stack.callback(shutil.rmtree, place, True)
        urls = {"SQLite": f"sqlite:///{place}/handvat.db"}
        postgres = find_postgres()
        if postgres is None:
            print("PostgreSQL: no server found, left out", file=sys.stderr)
        else:
            stack.callback(postgres.close)
            urls["PostgreSQL"] = stack.enter_context(postgres.copy())
        yield urls


def main() -> int:
    """Print the ratio on each database."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reminders", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with databases() as urls:
        for name, url in urls.items():
            with opened(url) as database:
                looked = look_once(database, options.rounds)
                with database.begin() as work:
                    work.execute(next_reminder.delete())
                due = fill(database, options.subjects, min(options.due, options.subjects))
                found, read = compare(database, due, options.rounds)
            print(
                f"{name:11} {len(due):,} due of {options.subjects:,}: found in {found * 1e3:6.2f} ms, "
                f"read by key in {read * 1e3:6.2f} ms, {found / read:5.2f}x (target {TARGET}x); "
                f"looking at an audit {looked * 1e3:5.2f} ms"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
