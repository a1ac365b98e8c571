"""`make bench`: the questionnaire step of Handvat beside its peers, in one run.

Every subject talks to a simulator of its own in fast mode; subjects take turns, round after round,
so that what else the computer does hits all of them. Targets are reported, never asserted: the exit
code only says whether everything could be measured and was stored.

    make bench                    3 rounds, about 11 minutes
    make bench ARGS=--quick       1 short round, about 2 minutes
    make bench ARGS="--only Handvat --rounds 1"
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.measure import QUICK, Plan, Result, first_answer, live
from benchmarks.report import report
from benchmarks.subjects import Subject, subjects
from storage.content import load_frameworks


def main() -> int:
    """Run everything and print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, help="how often each subject is measured (default 3)")
    parser.add_argument("--only", default="", help="subjects whose name holds this word; no targets then")
    options = parser.parse_args()
    rounds = options.rounds or (1 if options.quick else 3)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d %H:%M')}", flush=True)
    framework = next(iter(load_frameworks().values()))
    plan = QUICK if options.quick else Plan()
    with (
        tempfile.TemporaryDirectory(prefix="handvat-bench-") as place,
        subjects(framework, Path(place), options.only) as chosen,
    ):
        results = run(chosen, plan, rounds, Path(place))
    print(report(results))
    return 0


def run(chosen: list[Subject], plan: Plan, rounds: int, directory: Path) -> dict[str, list[Result]]:
    """Return the results of all rounds by subject."""
    results: dict[str, list[Result]] = {subject.name: [] for subject in chosen}
    for number in range(rounds):
        for subject in chosen:
            result = live(subject, plan, directory)
            # A start is short, so it is measured more often.
            starts = [result.start, first_answer(subject, directory)]
            result = replace(result, start=median(starts))
            results[subject.name].append(result)
            _say(number, subject.name, result)
    return results


def _say(number: int, name: str, result: Result) -> None:
    print(f"round {number + 1}: {name}: {result.throughput:.0f} updates/s, {result.stored} stored", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
