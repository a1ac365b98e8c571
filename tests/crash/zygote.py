"""Forks a real bot per life from a process that has imported everything, so that a life begins in no time.

    python -m tests.crash.zygote      commands and events as lines of JSON on its standard streams

The zygote has no threads, connections or event loop; every life makes its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvloop

#: In the environment of the zygote and everything that descends from it, so that leftovers can be found.
MARK = "HANDVAT_CRASH_REHEARSAL"
WEBHOOK_SECRET = "a-secret-of-this-rehearsal"


@dataclass(frozen=True)
class Life:
    """One life of the bot: where it works, and how it will end."""

    number: int
    telegram: str
    database: str
    directory: str
    seam: str | None = None
    passes: int = 0
    mutant: str | None = None
    lost_commits: float = 0.0
    has_full_disk: bool = False
    webhook: str | None = None  # the address at which Telegram finds the bot, instead of polling
    has_own_clock: bool = False
    migrations: str | None = None  # the directory of a version that knows more of them
    port: int | None = None  # where this life listens then


@dataclass
class Zygote:
    """The process that forks lives, as the rehearsal sees it. A context manager."""

    log: Path
    _ended: dict[int, int] = field(default_factory=dict)

    def __enter__(self) -> Zygote:
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self._log = self.log.open("a")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log, env={**os.environ, MARK: self.mark},
        )  # fmt: skip
        self._buffer = b""
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        for pid in self.leftovers():
            os.kill(pid, signal.SIGKILL)
        self._log.close()

    def fork(self, life: Life) -> int:
        """Begin a life and return its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        self._process.stdin.flush()
        while (event := self._event(300)) is not None:  # a machine may be busy
            if "pid" in event:
                return int(event["pid"])
        raise AssertionError(f"the zygote does not fork; see {self.log}")

    def has_ended(self, pid: int, within: float) -> bool:
        """Wait for a life to end; False when it goes on."""
        until = time.monotonic() + within
        while pid not in self._ended:
            if self._event(until - time.monotonic()) is None:
                return False
        return True

    def status(self, pid: int) -> int:
        """Return how a life ended: the negative number of the signal, or its exit code."""
        return self._ended[pid]

    def leftovers(self) -> list[int]:
        """Return the processes that descend from the zygote, apart from itself; on Linux only."""
        return [pid for pid in _processes_with(f"{MARK}={self.mark}") if pid != self._process.pid]

    def _event(self, within: float) -> dict[str, Any] | None:
        """Return the next event of the zygote, None when there is none in time."""
        assert self._process.stdout is not None
        while b"\n" not in self._buffer:
            if not select.select([self._process.stdout], [], [], max(within, 0))[0]:
                return None
            read = os.read(self._process.stdout.fileno(), 65536)
            assert read, f"the zygote has died; see {self.log}"
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        event: dict[str, Any] = json.loads(line)
        if "ended" in event:
            self._ended[event["ended"]] = event["status"]
        return event


def _processes_with(mark: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue  # it ended, or is not ours
    return found


# ---------------------------------------------------------------------------- within the zygote


def live(life: Life) -> None:
    """Run the bot as `python -m bot` does, with the fate of this life."""
    import storage.sql.migrate
    from bot import logs
    from bot.clock import Clock
    from bot.command_line import _serve
    from tests.crash import mutants, seams
    from tests.scenes.town import settings_for

    directory = Path(life.directory)
    notes = seams.Notes(directory / "notes", life.number)
    notes.write("born")
    seams.note_turns(notes)
    if life.seam is not None:
        seams.arm(life.seam, life.passes, notes)
    if life.has_full_disk:
        seams.fill_the_disk()
    if life.migrations is not None:
        storage.sql.migrate.MIGRATIONS = Path(life.migrations)
    if life.has_own_clock:
        seams.follow_clock(directory / "clock")
    if life.lost_commits:
        seams.lose_commit_answers(life.lost_commits, life.number, notes)
    if life.mutant is not None:
        mutants.ALL[life.mutant]()  # around the seam, so that a life can end within the fault
    logs.set_up("WARNING")
    door = {"webhook_url": life.webhook, "webhook_secret": WEBHOOK_SECRET if life.webhook else None, "port": life.port}
    settings = settings_for(life.telegram, life.database, directory, clock_url=None, **door)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, Clock()))


def _fork(life: Life) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    code = 1
    try:
        live(life)
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def _say(**event: Any) -> None:
    os.write(1, json.dumps(event).encode() + b"\n")


def _reap() -> None:
    """Say which lives have ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(ended=pid, status=os.waitstatus_to_exitcode(status))


def _prepare() -> None:
    """Import, read and compile everything that is the same in every life."""
    import bot.app
    import bot.web
    from templates import render
    from tests.crash import mutants, seams  # noqa: F401
    from tests.scenes import town  # noqa: F401

    frameworks, example = bot.app.load_frameworks(), bot.app.load_example()
    bot.app.load_frameworks = lambda: frameworks
    bot.app.load_example = lambda: example
    rules = bot.app.load_audit_rules()
    bot.app.load_audit_rules = lambda: rules
    for name in render._ENVIRONMENT.list_templates(extensions=["j2"]):
        render._template(name)


def main() -> None:
    """Fork a life per line until the input ends."""
    _prepare()
    buffer = b""
    while True:
        _reap()
        if not select.select([0], [], [], 0.003)[0]:
            continue
        read = os.read(0, 65536)
        if not read:
            return
        buffer += read
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            _say(pid=_fork(Life(**json.loads(line))))


if __name__ == "__main__":
    main()
