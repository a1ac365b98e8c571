"""`make fuzz`: very many generated updates, on both databases, until a number of them has gone by.

python -m tests.fuzz [--updates 100000] [--database sqlite postgresql] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import PostgresDatabases, _answers, _server_candidates
from tests.fuzz.machine import Fuzzer
from tests.fuzz.materials import taps

RUNS, STEPS = 10, 60


def play(number: int, runs: int = RUNS, steps: int = STEPS, *, shrink: bool = True) -> None:
    """Play a batch of runs with this seed. Raises what a run found, with the smallest way to it."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    chosen = settings(max_examples=runs, stateful_step_count=steps, deadline=None, database=None, phases=phases,
                      suppress_health_check=list(HealthCheck), print_blob=False)  # fmt: skip

    @seed(number)
    class Seeded(Fuzzer):
        """The machine with a seed of its own."""

    run_state_machine_as_test(Seeded, settings=chosen)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz each database until its share of the updates has gone by; 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000, help="per database")
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    parser.add_argument("--keep-going", action="store_true", help="go on after something was found")
    parser.add_argument("--no-shrink", action="store_true", help="do not look for the smallest way to a fault")
    chosen = parser.parse_args(arguments)
    return max(_fuzz(kind, chosen) for kind in chosen.database)


def _fuzz(kind: str, chosen: argparse.Namespace) -> int:
    databases = _postgres() if kind == "postgresql" else None
    if kind == "postgresql" and databases is None:
        print("no PostgreSQL on this machine: its part is left out", flush=True)
        return 0
    Fuzzer.postgres, number, found, began = databases, chosen.seed, 0, time.monotonic()
    Fuzzer.counts.clear()
    Fuzzer.kinds.clear()
    while Fuzzer.counts["updates"] < chosen.updates:
        try:
            play(number, shrink=not chosen.no_shrink)
        except BaseException as error:
            found += 1
            print(f"{kind}: seed {number} found:", flush=True)
            traceback.print_exception(error, file=sys.stdout)
            if not chosen.keep_going or isinstance(error, KeyboardInterrupt):
                raise
        number += 1
        print(
            f"{kind}: {Fuzzer.counts['updates']} updates, {found} found, {time.monotonic() - began:.0f} s", flush=True
        )
    print(f"{kind}: {dict(sorted(Fuzzer.counts.items()))}, seeds {chosen.seed} to {number - 1}", flush=True)
    never = sorted({kind.prefix for kind in taps()} - Fuzzer.kinds)
    print(f"{kind}: {len(Fuzzer.kinds)} of {len(taps())} kinds of button were shown, never {never}", flush=True)
    if databases is not None:
        databases.close()
    return int(found > 0)


def _postgres() -> PostgresDatabases | None:
    url = next((candidate for candidate in _candidates() if _answers(candidate)), None)
    return None if url is None else PostgresDatabases(url)


def _candidates() -> Iterator[str]:
    return _server_candidates()


if __name__ == "__main__":
    sys.exit(main())
