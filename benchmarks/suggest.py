"""How long a quick note takes: `python -m benchmarks.suggest`.

Only the suggestion itself, without the database: processor time per note, over the notes of the evaluation set, alone
and with as many confirmed notes of the audit as the desk passes on. And what it costs to read the model.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from domain.framework import FrameworkId, NormId
from domain.suggest import NOWHERE
from storage.content import load_frameworks
from storage.suggest_content import Suggesters, read_examples

NOTES = Path(__file__).resolve().parent.parent / "tests" / "domain" / "suggest_evaluation.yaml"
LABEL = FrameworkId("kwaliteitslabel-2019")
CONFIRMED = 100


@dataclass(frozen=True)
class Placed:
    text: str
    norm: NormId


def main() -> None:
    frameworks = load_frameworks()
    began = time.process_time()
    suggester = Suggesters(frameworks)[LABEL]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"reading the model: {(time.process_time() - began) * 1000:.0f} ms")
    notes = tuple(read_examples(NOTES))
    placed = [Placed(note.text, NormId(note.norms[0])) for note in notes if NOWHERE not in note.norms][:CONFIRMED]
    for name, confirmed in (("a note", ()), (f"with {CONFIRMED} confirmed", placed)):
        took = []
        for note in notes:
            began = time.process_time()
            suggester.suggest(note.text, confirmed=confirmed)
            took.append((time.process_time() - began) * 1000)
        print(f"{name}: median {median(took):.2f} ms, p99 {quantiles(took, n=100)[98]:.2f} ms, most {max(took):.1f} ms")


if __name__ == "__main__":
    main()
