"""The simulator's fast mode as a process of its own, and the virtual people that it walks through a bot."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

Step = dict[str, Any]


class Stuck(Exception):
    """A bot did not show what the next step needs, or did not answer in time; the benchmark is void."""


class Telegram:
    """One simulator, for one subject; leaving the block stops it."""

    def __enter__(self) -> Telegram:
        command = [sys.executable, "-m", "simulator", "--fast", "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()
        if not self.url.startswith("http"):
            raise Stuck("the simulator did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def feed(self, opening: Sequence[Step], loop: Sequence[Step], **more: Any) -> None:
        """Let people walk: chats=, steps=, first_chat=, and rate= for so many steps a second."""
        self._control("feed", {"opening": list(opening), "loop": list(loop), **more})

    def push(self, update: dict[str, Any]) -> None:
        """Let an update come that no fed chat makes; Telegram gives it its number."""
        self._control("updates", {"updates": [update]})

    def progress(self, within: float = 0.0) -> dict[str, Any]:
        """Return how far the people are; with a number of seconds, once they are done or that is over.

        Raises:
            Stuck: somebody has no button for the next step.
        """
        report = self._control(f"feed?timeout={within}", timeout=within + 30)
        if report["stuck_count"]:
            raise Stuck(f"{report['stuck_count']} chats: {report['stuck'][0]}")
        return report

    def finish(self, within: float) -> float:
        """Wait until everybody is done and return the moment. Raises Stuck."""
        report = self.progress(within)
        if not report["done"]:
            raise Stuck(f"not done after {within} s: {report}")
        return time.perf_counter()

    def warm(self, steps: int, within: float) -> None:
        """Wait until so many steps of this feed are answered. Raises Stuck."""
        until = time.monotonic() + within
        while (report := self.progress())["answered"] < steps:
            if time.monotonic() > until:
                raise Stuck(f"{steps} steps took more than {within} s: {report}")
            time.sleep(0.1)

    def stats(self) -> dict[str, Any]:
        """Return counters and latencies since `count_anew`."""
        return self._control("stats")

    def count_anew(self) -> None:
        """Count from here."""
        self._control("stats", {})

    def gather(self, milliseconds: int) -> None:
        """Let a getUpdates take so long, so that updates come in batches as they do over a network."""
        self._control("faults", {"kind": "latency", "ms": milliseconds, "methods": ["getUpdates"]})

    def slow_down(self, milliseconds: int) -> None:
        """Let every call of the Bot API take so long; 0 makes it fast again."""
        if milliseconds:
            self._control("faults", {"kind": "latency", "ms": milliseconds})
        else:
            self._control("faults/clear", {})

    def _control(self, path: str, body: dict[str, Any] | None = None, timeout: float = 30.0) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/control/{path}", data, method="GET" if data is None else "POST")
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return dict(json.load(response))
