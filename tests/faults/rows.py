"""Runs one fault and says what was found, as a row of the table in docs/reliability.md."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from tests.changing import replace
from tests.crash.result import notes_in
from tests.crash.zygote import Zygote
from tests.faults.strikes import FAULTS, Place
from tests.faults.way import Way
from tests.soak.result import Result
from tests.soak.soak import Scene, Soak, Wanted

LONG = Wanted(
    replicas=2,
    chats=64,
    updates=0,
    kills=0,
    rate=12.0,
    waiting_most=10_000,
    has_trouble=False,
    webhook_pace=0.05,
    patience=240.0,
)


@dataclass(frozen=True)
class Row:
    """What one fault did, and how long the bot took to be at work again after it."""

    name: str
    result: Result
    back_seconds: float  # from the end of the fault until the next update was handled

    def line(self) -> str:
        """Return the row as text."""
        result = self.result
        return (
            f"{result.database}, {self.name}: {result.struck_seconds:.1f} s, {result.updates} updates: "
            f"{result.findings.counts or 'nothing lost, doubled or out of order'}; {result.messages_repeated} messages "
            f"repeated; at work again after {self.back_seconds:.2f} s, caught up after {result.caught_up_seconds:.2f} s"
        )


def wanted_for(seconds: float, seed: int) -> Wanted:
    """Return how much people do beside a fault of so many seconds: they are at work before, meanwhile and after."""
    assert LONG.rate
    return replace(LONG, updates=int(LONG.rate * max(seconds * 1.6, 20.0)), seed=seed)


def strike(name: str, zygote: Zygote, url: str, directory: Path, wanted: Wanted, seconds: float) -> Row:
    """Let people work while one fault strikes, and compare everything afterwards."""
    fault, is_sqlite = FAULTS[name], url.startswith("sqlite")
    wanted = replace(wanted, replicas=1 if is_sqlite else wanted.replicas, has_own_clock=fault.has_own_clock)
    with contextlib.ExitStack() as stack:
        way = None if is_sqlite else stack.enter_context(Way(url))

        async def begin(scene: Scene) -> None:
            await fault.strike(Place(scene, url, way), seconds)

        soak = Soak(zygote, url, directory, wanted, strike=begin, way=way.url if way else None)
        result = soak.run()
    handled = [at for _, what, at in notes_in(directory / "notes") if what == "handled" and at > soak.healed_at]
    return Row(name, result, min(handled, default=soak.healed_at) - soak.healed_at)
