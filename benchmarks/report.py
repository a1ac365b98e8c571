"""Medians, ratios and targets, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import SLOW_CALL, Result
from benchmarks.subjects import CONVERSATION, DIALOG, ECHO

Rounds = Mapping[str, Sequence[Result]]
SQLITE, POSTGRES = "Handvat, SQLite", "Handvat, PostgreSQL"


@dataclass(frozen=True)
class Column:
    """One figure of a result, and how it is written."""

    title: str
    of: Callable[[Result], float]
    digits: int = 0


_THROUGHPUT = Column("updates/s", lambda r: r.throughput)
_CPU = Column("CPU us/update", lambda r: r.cpu)
_P50 = Column("p50 ms", lambda r: r.p50, 1)
_P99 = Column("p99 ms", lambda r: r.p99, 1)
_SLOW = Column(f"updates/s, {SLOW_CALL} ms a call", lambda r: r.slow_throughput)
_MEMORY = Column("RSS MB", lambda r: r.memory)
_START = Column("start s", lambda r: r.start, 2)
COLUMNS = (_THROUGHPUT, _CPU, _P50, _P99, _SLOW, _MEMORY, _START)


@dataclass(frozen=True)
class Target:
    """A ratio between two subjects in the same round (or a figure when there is no peer), and its bound."""

    subject: str
    column: Column
    peer: str | None
    bound: float
    is_at_least: bool = False

    def values(self, rounds: Rounds) -> list[float]:
        """Return the value of every round."""
        own = [self.column.of(result) for result in rounds[self.subject]]
        if self.peer is None:
            return own
        return [mine / self.column.of(theirs) for mine, theirs in zip(own, rounds[self.peer], strict=True)]

    def line(self, rounds: Rounds) -> str:
        """Return the target with what was measured."""
        values = self.values(rounds)
        middle = median(values)
        is_met = middle >= self.bound if self.is_at_least else middle <= self.bound
        what = f"{self.subject}: {self.column.title}" + (f", x {self.peer}" if self.peer else "")
        bound = f"{'>=' if self.is_at_least else '<='} {self.bound:g}"
        return f"{'met   ' if is_met else 'MISSED'}  {what:<66} {bound:>8}  {_spread(values, 2)}"


def _targets() -> Iterator[Target]:
    for subject, conversation, dialog in ((SQLITE, 3.0, 1.5), (POSTGRES, 2.5, 1.2)):
        yield Target(subject, _THROUGHPUT, CONVERSATION, conversation, is_at_least=True)
        yield Target(subject, _THROUGHPUT, DIALOG, dialog, is_at_least=True)
        yield Target(subject, _SLOW, ECHO, 50.0, is_at_least=True)
        yield Target(subject, _P99, ECHO, 4.0)
        yield Target(subject, _P99, None, 40.0)
        yield Target(subject, _MEMORY, ECHO, 2.2)
        yield Target(subject, _MEMORY, DIALOG, 1.0)
        yield Target(subject, _START, ECHO, 3.0)


def report(rounds: Rounds) -> str:
    """Return the tables of a whole run."""
    parts = [
        "One step: a tap arrives; what it says is stored; the tap is answered and the screen edited.",
        "The echo answers a text with a text. Medians (lowest-highest) of the rounds.",
        "",
        _table(rounds),
        "",
        *_database_notes(rounds),
        *(t.line(rounds) for t in _targets() if t.subject in rounds and (t.peer is None or t.peer in rounds)),
    ]
    return "\n".join(parts)


def _table(rounds: Rounds) -> str:
    rows = [["", *(column.title for column in COLUMNS)]]
    for name, results in rounds.items():
        rows.append([name, *(_spread([c.of(r) for r in results], c.digits) for c in COLUMNS)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _database_notes(rounds: Rounds) -> Iterator[str]:
    if POSTGRES in rounds:
        values = [result.database_cpu for result in rounds[POSTGRES]]
        yield f"PostgreSQL's own processes take another {_spread(values, 0)} us/update, on the same cores."
        yield ""


def _spread(values: Sequence[float], digits: int) -> str:
    middle, low, high = (f"{value:,.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low}-{high})"
