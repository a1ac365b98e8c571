"""One life of one subject: its start, a steady stream, a crowd, and a crowd with a slow Telegram.

    start -> first answer | 30 updates/s, open loop | 500 chats, closed loop | the same, 50 ms per call

Everything in between is warm-up that nobody counts. Afterwards the store is asked what it holds.
"""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.meter import cpu_seconds, database_cpu_seconds, peak_megabytes
from benchmarks.subjects import CROWD, FIRST_ANSWER, STEADY, Subject
from benchmarks.telegram import Stuck, Telegram

RATE = 30  # updates a second: what Telegram lets a bot send
SLOW_CALL = 50  # milliseconds
POLL = 10  # milliseconds of a getUpdates in a crowd; without any, a peer would make a call for every single update


@dataclass(frozen=True)
class Plan:
    """How long everything takes, in seconds; `steady_steps` are those of each of the 60 steady chats."""

    steady_steps: int = 11
    crowd: float = 6.0
    slow: float = 4.0


QUICK = Plan(steady_steps=5, crowd=3.0, slow=2.0)


@dataclass(frozen=True)
class Result:
    """What one life showed; `database_cpu` is PostgreSQL's own, per update, beside the subject's `cpu`."""

    start: float  # seconds
    p50: float  # milliseconds at 30 updates a second
    p99: float
    throughput: float  # updates a second
    cpu: float  # microseconds per update
    database_cpu: float
    slow_throughput: float
    memory: float  # megabytes
    stored: int | None


def first_answer(subject: Subject, directory: Path) -> float:
    """Return the seconds from the start of the process to its first answer."""
    with subject.place(directory) as store, Telegram() as telegram:
        process, seconds = _start(subject, telegram, store, directory)
        _stop(process)
        return seconds


def live(subject: Subject, plan: Plan, directory: Path) -> Result:
    """Let a subject live once and return what it showed.

    Raises:
        Stuck: it did not do what it should, or stored something else than people tapped.
    """
    with subject.place(directory) as store, Telegram() as telegram:
        process, start = _start(subject, telegram, store, directory)
        try:
            figures = _figures(subject, plan, telegram, process.pid, store)
            _settle(subject, telegram, store)
        finally:
            _stop(process)
        return Result(start=start, stored=subject.verdicts(store), **figures)


def _start(subject: Subject, telegram: Telegram, store: str, directory: Path) -> tuple[subprocess.Popen[bytes], float]:
    telegram.feed(subject.opening, subject.loop, chats=1, steps=1, first_chat=FIRST_ANSWER.start)
    began = time.perf_counter()
    log = directory / f"{subject.name}.log"
    process = subject.start(telegram.url, store, log)
    try:
        return process, telegram.finish(60) - began
    except Stuck as stuck:
        process.kill()
        raise Stuck(f"{subject.name} does not answer:\n{log.read_text()[-2000:]}") from stuck


def _figures(subject: Subject, plan: Plan, telegram: Telegram, pid: int, store: str) -> dict[str, Any]:
    """Return the figures of the running subject."""
    before = subject.verdicts(store)
    _open_loop(subject, plan, telegram)
    latency = telegram.stats()["pushed_to_last_call_ms"]
    _check_stored(subject, plan, store, before)
    telegram.gather(POLL)
    telegram.feed(subject.opening, subject.loop, chats=len(CROWD), steps=10_000, first_chat=CROWD.start)
    telegram.warm(3 * len(CROWD), 60)
    fast = _window(telegram, plan.crowd, pid, store)
    telegram.slow_down(SLOW_CALL)
    time.sleep(1.0)
    slow = _window(telegram, plan.slow, pid, store)
    return {
        "p50": latency["p50"], "p99": latency["p99"], "throughput": fast.rate, "cpu": fast.cpu,
        "database_cpu": fast.database_cpu, "slow_throughput": slow.rate, "memory": peak_megabytes(pid),
    }  # fmt: skip


def _open_loop(subject: Subject, plan: Plan, telegram: Telegram) -> None:
    """Run the steady stream; what the first three seconds show is not counted."""
    telegram.feed(subject.opening, subject.loop, chats=len(STEADY), steps=plan.steady_steps,
                  first_chat=STEADY.start, rate=RATE)  # fmt: skip
    time.sleep(3.0)
    telegram.count_anew()
    telegram.finish(60)


def _check_stored(subject: Subject, plan: Plan, store: str, before: int | None) -> None:
    """Count in the store what the steady stream has tapped, to the last verdict."""
    after = subject.verdicts(store)
    if before is None or after is None:
        return
    loop = [subject.loop[n % len(subject.loop)] for n in range(plan.steady_steps - len(subject.opening))]
    tapped = len(STEADY) * sum(step in subject.loop[::2] for step in loop)
    if after - before != tapped:
        raise Stuck(f"{subject.name} stored {after - before} verdicts of {tapped}")


def _settle(subject: Subject, telegram: Telegram, store: str) -> None:
    """Let the crowd stop tapping, and check that whatever was tapped is in the store."""
    telegram.progress()
    telegram.slow_down(0)
    telegram.feed([], subject.loop, chats=1, steps=0)
    until = time.monotonic() + 30
    while (wrong := subject.missing(store)) and time.monotonic() < until:
        time.sleep(0.2)
    if wrong:
        raise Stuck(f"{subject.name}: {wrong}")


@dataclass(frozen=True)
class _Window:
    rate: float
    cpu: float
    database_cpu: float


def _window(telegram: Telegram, seconds: float, pid: int, store: str) -> _Window:
    """Count for some seconds of a loop that goes on."""
    database = urlsplit(store).path.strip("/") if store.startswith("postgresql") else ""
    telegram.count_anew()
    before = cpu_seconds(pid), database_cpu_seconds(database) if database else 0.0
    time.sleep(seconds)
    after = cpu_seconds(pid), database_cpu_seconds(database) if database else 0.0
    stats = telegram.stats()
    count = stats["updates_answered"]
    if not count:
        raise Stuck("no update was answered")
    own, server = ((late - early) * 1e6 / count for early, late in zip(before, after, strict=True))
    return _Window(count / stats["seconds"], own, server)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a subject as a supervisor would."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
