"""The replicas: begun, killed, stopped and replaced, each as its number and the seed say."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.meter import cpu_seconds
from tests.crash.checks import Findings
from tests.crash.seams import SEAMS
from tests.crash.zygote import Life, Zygote

#: Where a life behind a webhook can end by itself: everything that is not about polling, and needs no errand.
PLACES = sorted(name for name, seam in SEAMS.items() if seam.errand is None and "fetched" not in name)
_AT_A_PLACE, _ASKED_TO_STOP, _ALL_AT_ONCE = 0.4, 0.15, 0.04  # shares of the lives
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass
class Replica:
    """One process: how it is meant to end, and since when it was asked to."""

    pid: int
    number: int
    port: int
    place: str | None
    ends_by: signal.Signals
    stopping_since: float | None = None


@dataclass
class Fleet:
    """Keeps so many replicas alive; `life` is what they have in common."""

    zygote: Zygote
    life: Life
    size: int
    seed: int
    ports: list[int]
    findings: Findings
    is_alone: bool  # a new process cannot start before the old one has ended (SQLite)
    dies: bool = True
    kills: int = 0
    stops: int = 0
    by_place: Counter[str] = field(default_factory=Counter)
    ends: list[float] = field(default_factory=list)
    alive: dict[int, Replica] = field(default_factory=dict)
    _leaving: dict[int, Replica] = field(default_factory=dict)
    _begun: int = 0
    _next_at: float = 0.0

    def __post_init__(self) -> None:
        self._random = Random(f"{self.seed} fleet")

    def tend(self) -> None:
        """Notice who has ended, and begin whoever is missing, a little later."""
        for replica in [*self.alive.values(), *self._leaving.values()]:
            if self.zygote.has_ended(replica.pid, 0):
                self._note_end(replica)
            elif replica.stopping_since is not None and time.monotonic() - replica.stopping_since > 60:
                self.findings.add("stop", f"SIGTERM does not end life {replica.number}")
                os.kill(replica.pid, signal.SIGKILL)
                replica.stopping_since = None
        if len(self.alive) < self.size and time.monotonic() >= self._next_at and not (self.is_alone and self._leaving):
            self._begin()

    def _begin(self) -> None:
        number, self._begun = self._begun, self._begun + 1
        random = Random(f"{self.seed} life {number}")
        place = random.choice(PLACES) if self.dies and random.random() < _AT_A_PLACE else None
        passes = 1 if place is not None and place.startswith("start") else random.choice([1, 2, 5, 12, 30])
        ends_by = signal.SIGTERM if random.random() < _ASKED_TO_STOP else signal.SIGKILL
        port = free_port()
        life = vars(self.life) | {"number": number, "seam": place, "passes": passes, "port": port}
        pid = self.zygote.fork(Life(**life))
        self.alive[pid] = Replica(pid, number, port, place, ends_by)
        self.ports.append(port)
        self._next_at = time.monotonic() + self._random.uniform(0, 0.3)

    def kill_some(self) -> None:
        """Let one of them end, or now and then all at once."""
        chosen = list(self.alive.values())
        if chosen and self._random.random() >= _ALL_AT_ONCE:
            chosen = [self._random.choice(chosen)]
        for replica in chosen:
            self.end(replica, replica.ends_by)

    def end(self, replica: Replica, by: signal.Signals) -> None:
        """Kill one of them, or ask it to stop."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(replica.pid, by)
        if by is signal.SIGTERM:
            replica.stopping_since = time.monotonic()
            self._leaving[replica.pid] = self.alive.pop(replica.pid)

    def _note_end(self, replica: Replica) -> None:
        self.alive.pop(replica.pid, None)
        self._leaving.pop(replica.pid, None)
        self.ports.remove(replica.port)
        status = self.zygote.status(replica.pid)
        self.ends.append(time.monotonic())
        if status == -signal.SIGKILL:
            self.kills += 1
            self.by_place[_where(replica, self.life)] += 1
        elif status in (0, -signal.SIGTERM) and replica.stopping_since is not None:  # the latter while it was starting
            self.stops += 1
        else:
            self.findings.add("ended by itself", f"life {replica.number}: {status}")

    def stop_all(self, within: float = 90.0) -> None:
        """Ask everybody to stop, and see to it that they do."""
        self.size = 0
        for replica in list(self.alive.values()):
            self.end(replica, signal.SIGTERM)
        until = time.monotonic() + within
        while (self.alive or self._leaving) and time.monotonic() < until:
            self.tend()
            time.sleep(0.02)

    def resident(self) -> dict[int, float]:
        """Return the memory of every living replica, in MB, by its number; helpers of its own not included."""
        return {replica.number: _resident(replica.pid) for replica in self.alive.values()}

    def processor_seconds(self) -> float:
        """Return the processor time of everybody alive, helpers included."""
        return sum(cpu_seconds(pid) for pid in self.alive)


def _where(replica: Replica, life: Life) -> str:
    """Return where a life was killed: at its place when its notes say that it came by there."""
    notes = Path(life.directory) / "notes"
    ending = f"{replica.number}\tkilled at "
    with notes.open() as lines:
        lines.seek(max(0, notes.stat().st_size - 4096))
        found = [line.split("\t")[1][len("killed at ") :] for line in lines if line.startswith(ending)]
    return found[0] if found else "any instant"


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6
    return 0.0


def free_port() -> int:
    """Return a port on which nobody listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
