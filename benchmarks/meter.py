"""What a process costs: CPU time and memory, its children included."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import psutil


def _tree(pid: int) -> Iterator[psutil.Process]:
    process = psutil.Process(pid)
    yield process
    yield from process.children(recursive=True)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children so far."""
    return sum(_cpu(process) for process in _tree(pid))


def database_cpu_seconds(database: str) -> float:
    """Return the CPU time of the server processes that work for one PostgreSQL database; 0 when they can't be seen."""
    return sum(_cpu(p) for p in psutil.process_iter(["cmdline"]) if database in " ".join(p.info["cmdline"] or ()))


def _cpu(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def peak_megabytes(pid: int) -> float:
    """Return the most memory that was resident; where the system does not remember that, what is resident now."""
    return sum(_peak(process) for process in _tree(pid)) / 1e6


def _peak(process: psutil.Process) -> float:
    with contextlib.suppress(OSError, AttributeError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        if found:
            return int(found[1]) * 1024.0
    with contextlib.suppress(psutil.Error):
        return float(process.memory_info().rss)
    return 0.0
