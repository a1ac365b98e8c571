"""The long rehearsal, as `make crash` runs it: one database after the other, replicas, mutants, cold starts.

    python -m tests.crash                                          all of it, 510 lives per database
    python -m tests.crash --database sqlite --lives 100 --seed 7   a part of it
    python -m tests.crash --only lives | replicas | mutants | faults | starts

Prints a line per rehearsal, and everything as JSON at the end. Exits with 1 when something did not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests import conftest
from tests.crash.mutants import MUTANTS
from tests.crash.rehearsal import Rehearsal
from tests.crash.result import Result
from tests.crash.telegram import LocalTelegram
from tests.crash.zygote import Zygote
from tests.scenes.town import KEY, TOKEN

COLD_STARTS = 5
FAULT_RUNS = 3
MUTANT_LIVES = 8


def main() -> int:
    """Rehearse what was asked for, and return 1 when something did not hold."""
    asked = _arguments()
    databases = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    with tempfile.TemporaryDirectory(prefix="handvat-crash-") as directory, servers(databases) as found:
        report = _Report(Path(directory), found, asked)
        for database in databases:
            report.rehearse(database)
        if asked.json:
            asked.json.write_text(json.dumps(report.data, indent=1))
        print(json.dumps(report.data, indent=1))
    return 0 if report.is_sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kill the real process, many times.")
    parser.add_argument("--lives", type=int, default=510, help="per database")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", choices=["lives", "replicas", "mutants", "faults", "starts"], help="leave out the rest"
    )
    parser.add_argument("--json", type=Path, help="write the results to this file as well")
    return parser.parse_args()


class _Report:
    """Runs the rehearsals and gathers what they found."""

    def __init__(self, directory: Path, servers: dict[str, Any], asked: argparse.Namespace) -> None:
        self._directory = directory
        self._servers = servers
        self._asked = asked
        self.data: dict[str, Any] = {"lives": [], "replicas": [], "faults": [], "mutants": {}, "cold_start_ms": {}}
        self.is_sound = True

    def rehearse(self, database: str) -> None:
        """Do everything on one database."""
        only, lives = self._asked.only, self._asked.lives
        if only in (None, "lives"):
            self._keep("lives", self._run(database, lives))
        if only in (None, "replicas") and database == "postgresql":
            self._keep("replicas", self._run(database, lives // 3, replicas=3))
        if only in (None, "faults"):
            self._try_database_faults(database)
        if only in (None, "mutants"):
            for mutant in MUTANTS:
                self._keep_mutant(database, mutant, self._run(database, MUTANT_LIVES, mutant=mutant))
        if only in (None, "starts"):
            times = [cold_start(self._url(database), self._fresh(f"{database}-cold")) for _ in range(COLD_STARTS)]
            self.data["cold_start_ms"][database] = {"median": round(median(times)), "most": round(max(times))}

    def _try_database_faults(self, database: str) -> None:
        """Let one life go on while its database loses answers to commits, or ends all its connections."""
        for number in range(FAULT_RUNS):
            seed = self._asked.seed + number
            self._keep("faults", self._run(database, 0, seed=seed, lost_commits=0.05))
            if database == "postgresql":
                self._keep("faults", self._run(database, 0, seed=seed, cuts=40))
                self._keep("faults", self._run(database, 0, seed=seed, cuts=40, replicas=3))

    def _run(self, database: str, lives: int, **details: Any) -> Result:
        directory = self._fresh(database)
        with Zygote(directory / "log") as zygote:
            url = self._url(database)
            return Rehearsal(zygote, url, directory, lives=lives, **{"seed": self._asked.seed, **details}).run()

    def _fresh(self, name: str) -> Path:
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._directory))

    def _url(self, database: str) -> str:
        if database == "sqlite":
            return f"sqlite:///{self._fresh('database')}/handvat.db"
        return str(self._servers["postgresql"].empty())

    def _keep(self, kind: str, result: Result) -> None:
        print(result.line(), file=sys.stderr, flush=True)
        self.data[kind].append(result.as_data())
        self.is_sound &= result.is_sound

    def _keep_mutant(self, database: str, mutant: str, result: Result) -> None:
        """A mutant is sound when it was noticed."""
        noticed = result.findings.counts
        print(f"{database}, mutant '{mutant}': {noticed or 'NOT NOTICED'}", file=sys.stderr, flush=True)
        self.data["mutants"].setdefault(mutant, {})[database] = noticed
        self.is_sound &= bool(noticed)


@contextmanager
def servers(databases: list[str]) -> Iterator[dict[str, Any]]:
    """Find or start the PostgreSQL server that the tests would use."""
    if "postgresql" not in databases:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="handvat-postgres-") as directory:
        url = next(filter(conftest._answers, conftest._server_candidates()), None)
        started = None if url else conftest._start_server(Path(directory))
        if url is None and started is None:
            raise SystemExit("no PostgreSQL: set HANDVAT_TEST_POSTGRES, or choose --database sqlite")
        made = conftest.PostgresDatabases(url or started.get_uri())
        try:
            yield {"postgresql": made}
        finally:
            made.close()
            if started is not None:
                started.cleanup()


def cold_start(database_url: str, directory: Path) -> float:
    """Return how long `python -m bot` takes from nothing to its first answer, in milliseconds."""
    with LocalTelegram(TOKEN) as telegram:
        telegram.add_person(1001, "Samira")
        telegram.types(1001, "/start")
        environment = {
            **os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, "DATABASE_URL": database_url,
            "HANDVAT_DATA_DIR": str(directory), "HANDVAT_ENCRYPTION_KEY": KEY, "HANDVAT_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        begun = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "bot"], env=environment)
        try:
            while not any(call["method"] == "sendMessage" and call["ok"] for call in telegram.calls(0)):
                assert time.monotonic() - begun < 60, "the bot does not answer"
                time.sleep(0.005)
            return (time.monotonic() - begun) * 1000
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    sys.exit(main())
