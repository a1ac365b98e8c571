"""`python -m benchmarks.audit_growth`: how much slower screens open in an audit with 2,000 findings.

Two audits on databases of the same kind, one empty and one full, take turns in one run; per screen the median of many
turns (the whole step: transaction, rules, rendering) is divided by that of the empty one. The target is at most 2.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from conversations.audit_taps import CoverageTap, JudgeTap
from conversations.judging_taps import ConsensusNormTap, ConsensusTap, CoverageGridTap, NormCoverageTap, VerdictNormTap
from conversations.kit import Tap
from domain.audit import FindingKind, Tone
from domain.framework import NormId
from domain.verdicts import Verdict
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql.database import Database, create_engine
from storage.sql.migrate import migrate
from storage.sql.vault import Keyring, MasterKey
from tests.conversations.judging_stage import JudgingStage

TARGET = 2.0
FINDINGS = 2_000
INTERVIEWS = 40
V1 = NormId("V1")
SCREENS: dict[str, Tap] = {
    "coverage": CoverageTap(),
    "coverage of a norm": NormCoverageTap(V1),
    "coverage per norm": CoverageGridTap(None),
    "verdicts": JudgeTap(),
    "verdict on a norm": VerdictNormTap(V1),
    "consensus": ConsensusTap(),
    "consensus on a norm": ConsensusNormTap(V1),
}


class Clock:
    """A clock that moves a little with every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def build(url: str) -> JudgingStage:
    """Return an audit under way on a fresh database."""
    engine = create_engine(url)
    migrate(engine)
    database = Database(engine, Keyring([MasterKey(b"benchmark".ljust(32, b"."))]), load_frameworks(), Clock(),
                        operators=[999], audit_rules=load_audit_rules())  # fmt: skip
    return JudgingStage(database, Clock())  # type: ignore[arg-type]


def fill(stage: JudgingStage) -> None:
    """Record findings at all norms, from many interviews and outside them; the team judged half of the norms."""
    cast, kinds, tones = stage.cast, [None, *FindingKind], [None, *Tone]
    talks = [cast.talk("P", "Mng") for _ in range(INTERVIEWS)]
    per_talk = FINDINGS // (INTERVIEWS + 1)
    norms = cast.norms * (FINDINGS // len(cast.norms) + 2)
    for number, talk in enumerate([*talks, None]):
        asked = norms[number * per_talk : (number + 1) * per_talk]
        cast.notes(asked, talk=talk, kind=kinds[number % len(kinds)], tone=tones[number % len(tones)],
                   text="Zij vertellen hoe zij dit samen doen, met een voorbeeld uit de wijk. " * 3)  # fmt: skip
    cast.all_judge(dict.fromkeys(cast.norms[::2], Verdict.MET))


def measure(stages: dict[str, JudgingStage], turns: int) -> dict[str, dict[str, float]]:
    """Return the median seconds of every screen, by stage; the stages take turns."""
    found: dict[str, dict[str, list[float]]] = {name: {screen: [] for screen in SCREENS} for name in stages}
    for _ in range(turns):
        for screen, tap in SCREENS.items():
            for name, stage in stages.items():
                found[name][screen].append(_seconds(lambda stage=stage, tap=tap: stage.ada.taps_old(tap)))  # type: ignore[misc]
    return {name: {screen: median(times[3:]) for screen, times in by.items()} for name, by in found.items()}


def _seconds(turn: Callable[[], object]) -> float:
    """Return the processor time: other programs on the machine do not count."""
    began = time.process_time()
    turn()
    return time.process_time() - began


def main() -> int:
    """Print the ratio of every screen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit_growth", description=__doc__)
    parser.add_argument("--turns", type=int, default=60)
    turns = parser.parse_args().turns
    place = Path(tempfile.mkdtemp(prefix="handvat-growth-"))
    try:
        stages = {name: build(f"sqlite:///{place}/{name}.db") for name in ("empty", "full")}
        fill(stages["full"])
        times = measure(stages, turns)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    for screen in SCREENS:
        empty, full = times["empty"][screen], times["full"][screen]
        print(f"{screen:22} {empty * 1e3:7.2f} ms -> {full * 1e3:7.2f} ms   {full / empty:5.2f}x  (target {TARGET}x)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
