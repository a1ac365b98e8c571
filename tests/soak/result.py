"""What a soak found and measured, on one line and as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, median
from typing import Any

from tests.crash.checks import Findings


@dataclass(frozen=True)
class Sample:
    """The memory of one replica at one moment: seconds since the start, its number, MB."""

    at: float
    replica: int
    megabytes: float


@dataclass(frozen=True)
class Growth:
    """How the memory of one replica went after it had warmed up."""

    replica: int
    minutes: float
    first: float
    last: float
    per_hour: float


@dataclass
class Result:
    """What a soak found."""

    database: str
    replicas: int
    chats: int
    updates: int = 0
    kills: int = 0
    stops: int = 0
    by_place: Counter[str] = field(default_factory=Counter)
    doubles: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    contributions: int = 0
    messages_repeated: int = 0
    most_repeated_in_a_chat: int = 0
    feeding_seconds: float = 0.0
    struck_seconds: float = 0.0  # how long a fault went on
    caught_up_seconds: float = 0.0  # from its end until all that waited then had been handled and sent
    seconds: float = 0.0
    bots_seconds: float = 0.0
    server_seconds: float = 0.0
    handled_after: list[float] = field(default_factory=list)
    sent_after: list[float] = field(default_factory=list)
    silences_ms: list[float] = field(default_factory=list)
    memory: list[Sample] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)

    @property
    def is_sound(self) -> bool:
        """Whether everything held."""
        return not self.findings.problems

    def line(self) -> str:
        """Return the result on one line."""
        found = self.findings.counts or "nothing lost, doubled or out of order"
        rate = self.updates / max(self.feeding_seconds, 1e-9)
        return (
            f"{self.database}, {self.replicas} replicas: {self.kills} kills at {len(self.by_place)} places and "
            f"{self.stops} stops, {self.updates} updates ({self.doubles} of them brought twice), {self.chats} chats: "
            f"{found}; {self.messages_repeated} messages repeated; {rate:.0f}/s"
        )

    def growths(self, warm_up: float = 0.4) -> list[Growth]:
        """Return how the memory of every replica went that lived on for longer than it warmed up."""
        by_replica = defaultdict(list)
        for sample in self.memory:
            by_replica[sample.replica].append(sample)
        found = []
        for replica, samples in sorted(by_replica.items()):
            warm = [s for s in samples if s.at >= samples[0].at + warm_up * self.feeding_seconds]
            if len(warm) >= 10:
                slope, _ = linear_regression([s.at for s in warm], [s.megabytes for s in warm])
                minutes = (warm[-1].at - warm[0].at) / 60
                found.append(Growth(replica, minutes, samples[0].megabytes, warm[-1].megabytes, slope * 3600))
        return found

    def as_data(self) -> dict[str, Any]:
        """Return everything, for JSON."""
        apart = ("by_place", "findings", "silences_ms", "handled_after", "sent_after", "memory", "attempts")
        return {name: value for name, value in vars(self).items() if name not in apart} | {
            "kills_by_place": dict(sorted(self.by_place.items())),
            "attempts": dict(self.attempts),
            "found": self.findings.counts,
            "examples": {kind: found[:5] for kind, found in self.findings.problems.items()},
            "seconds_until_handled": spread(self.handled_after),
            "seconds_until_sent": spread(self.sent_after),
            "ms_of_silence_after_an_end": spread(self.silences_ms),
            "memory_growth": [vars(growth) for growth in self.growths()],
        }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, 95 %, 99 % and most of some values."""
    if not values:
        return {}
    ordered = sorted(values)
    at = {"p95": 0.95, "p99": 0.99}
    found = {name: ordered[int(len(ordered) * part)] for name, part in at.items()}
    every = {"median": median(ordered), **found, "most": ordered[-1]}
    return {name: round(value, 3) for name, value in every.items()}
