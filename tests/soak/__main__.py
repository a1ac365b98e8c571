"""The long soak, as `make soak` runs it.

    python -m tests.soak                                    1,000 kills, 100,000 updates, 5,000 chats, 3 replicas
    python -m tests.soak --kills 50 --updates 5000 --chats 500 --seed 7
    python -m tests.soak --kills 0 --minutes 30 --rate 30   memory of replicas that live on
    python -m tests.soak --only mutants | scaling           faulty bots; cost per number of replicas
    python -m tests.soak --database sqlite                  one process by webhook

Prints a line per soak, and everything as JSON at the end. Exits with 1 when something did not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.changing import replace
from tests.crash.__main__ import servers
from tests.crash.mutants import WEBHOOK_MUTANTS
from tests.crash.zygote import Zygote
from tests.soak.result import Result
from tests.soak.soak import Soak, Wanted

MUTANT = {"chats": 48, "updates": 600, "kills": 15, "patience": 15.0, "webhook_pace": 0.05}
SCALING = {"kills": 0, "chats": 800, "updates": 8_000, "has_trouble": False, "window": 400}


def main() -> int:
    """Soak as asked, and return 1 when something did not hold."""
    asked = _arguments()
    wanted = Wanted(
        replicas=1 if asked.database == "sqlite" else asked.replicas, chats=asked.chats, updates=asked.updates,
        kills=asked.kills, seed=asked.seed, minutes=asked.minutes, rate=asked.rate,
        says_progress=asked.only in (None, "soak"),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="handvat-soak-") as directory, servers([asked.database]) as found:
        runs = _Runs(Path(directory), found, asked.database)
        if asked.only in (None, "soak"):
            runs.soak(wanted)
        if asked.only == "mutants":
            for mutant in WEBHOOK_MUTANTS:
                runs.mutant(replace(wanted, mutant=mutant, **MUTANT))
        if asked.only == "scaling":
            for count in (1, 2, 3):
                runs.cost(replace(wanted, replicas=count, **SCALING))
    data = json.dumps(runs.data, indent=1)
    if asked.json:
        asked.json.write_text(data)
    print(data)
    return 0 if runs.is_sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--chats", type=int, default=5_000)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=90.0, help="after so long everybody only finishes")
    parser.add_argument("--rate", type=float, help="updates a second, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--only", choices=["soak", "mutants", "scaling"])
    parser.add_argument("--json", type=Path, help="write the results to this file as well")
    return parser.parse_args()


class _Runs:
    """Runs soaks and gathers what they found."""

    def __init__(self, directory: Path, found: dict[str, Any], database: str) -> None:
        self._directory, self._servers, self._database = directory, found, database
        self.data: list[dict[str, Any]] = []
        self.is_sound = True

    def soak(self, wanted: Wanted) -> Result:
        """Soak once and keep the result."""
        result = self._run(wanted)
        print(result.line(), file=sys.stderr, flush=True)
        self.data.append(result.as_data())
        self.is_sound &= result.is_sound
        return result

    def mutant(self, wanted: Wanted) -> None:
        """A mutant is sound when it was noticed."""
        noticed = self._run(wanted).findings.counts
        print(f"mutant '{wanted.mutant}': {noticed or 'NOT NOTICED'}", file=sys.stderr, flush=True)
        self.data.append({"mutant": wanted.mutant, "noticed": noticed})
        self.is_sound &= bool(noticed)

    def cost(self, wanted: Wanted) -> None:
        """Say what an update costs with so many replicas; wall time says something on an idle machine only."""
        result = self.soak(wanted)
        bots, server = (seconds / result.updates * 1e6 for seconds in (result.bots_seconds, result.server_seconds))
        rate = result.updates / result.feeding_seconds
        print(
            f"{wanted.replicas} replicas: {bots:.0f} µs of the bots and {server:.0f} µs of the server per update, "
            f"{rate:.0f} updates/s ({os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})",
            file=sys.stderr, flush=True,
        )  # fmt: skip

    def _run(self, wanted: Wanted) -> Result:
        directory = Path(tempfile.mkdtemp(prefix=f"{self._database}-", dir=self._directory))
        url = f"sqlite:///{directory}/handvat.db"
        if self._database == "postgresql":
            url = str(self._servers["postgresql"].empty())
        with Zygote(directory / "log") as zygote:
            return Soak(zygote, url, directory, wanted).run()


if __name__ == "__main__":
    sys.exit(main())
