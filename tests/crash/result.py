"""What a rehearsal found, and what the lives wrote down about themselves."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.crash.checks import Findings


@dataclass
class Result:
    """What a rehearsal found."""

    database: str
    replicas: int
    lives: int = 0
    kills: int = 0
    by_seam: Counter[str] = field(default_factory=Counter)
    chats: int = 0
    updates: int = 0
    contributions: int = 0
    seconds: float = 0.0
    findings: Findings = field(default_factory=Findings)
    messages_repeated: int = 0
    messages_repeated_on_a_good_network: int = 0
    most_repeated_per_crash_and_chat: int = 0
    answers_lost_by_the_network: int = 0
    lives_with_a_bad_network: int = 0
    connections_cut: int = 0
    commits_without_answer: int = 0
    lives_on_a_full_disk: int = 0
    recovery_ms: list[float] = field(default_factory=list)
    processes_left_behind: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether everything held."""
        return not self.findings.problems

    def line(self) -> str:
        """Return the result on one line."""
        found = self.findings.counts or "nothing lost, doubled or out of order"
        recovery = f"{median(self.recovery_ms):.0f} ms" if self.recovery_ms else "-"
        return (
            f"{self.database}: {self.kills} kills at {len(self.by_seam)} places, {self.updates} updates, "
            f"{self.chats} chats: {found}; {self.messages_repeated} messages repeated; back to work in {recovery}"
        )

    def as_data(self) -> dict[str, Any]:
        """Return everything, for JSON."""
        apart = ("by_seam", "findings", "recovery_ms")
        times = sorted(self.recovery_ms) or [0.0]
        return {name: value for name, value in vars(self).items() if name not in apart} | {
            "seconds": round(self.seconds, 1),
            "kills_by_seam": dict(sorted(self.by_seam.items())),
            "found": self.findings.counts,
            "examples": {kind: found[:5] for kind, found in self.findings.problems.items()},
            "recovery_ms": {
                "median": round(median(times)), "p95": round(times[int(len(times) * 0.95)]), "most": round(times[-1]),
            },
        }  # fmt: skip


def notes_in(path: Path) -> Iterator[tuple[int, str, float]]:
    """Yield life, what happened and when, in seconds."""
    for line in path.read_text().splitlines() if path.exists() else ():
        life, what, at = line.split("\t")
        yield int(life), what, float(at)


def first_turns(path: Path) -> list[float]:
    """Return for every life how long it took until it had handled its first update, in milliseconds."""
    born: dict[int, float] = {}
    found = []
    for life, what, at in notes_in(path):
        if what == "born":
            born[life] = at
        elif what == "handled" and life in born:
            found.append((at - born.pop(life)) * 1000)
    return found


def silences(path: Path, ends: Sequence[float]) -> list[float]:
    """Return for every end of a life how long nobody handled anything after it, in milliseconds."""
    handled = sorted(at for _, what, at in notes_in(path) if what == "handled")
    following = ((bisect_right(handled, end), end) for end in ends)
    return [(handled[place] - end) * 1000 for place, end in following if place < len(handled)]
