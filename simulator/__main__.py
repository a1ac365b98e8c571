"""``python -m simulator``: a local Telegram until Ctrl-C.

--port N --host H     where to listen; this computer only
--token T             accept only this bot token
--state FILE          keep chats, files and pending updates over restarts
--people FILE         JSON list of people to create: [{"first_name": "Joost", "id": 1001}, ...]
--no-limits           never answer 429 by itself
--webhook-pace F      pauses between webhook attempts, times this (1 = as Telegram)
--fast                the bare server for benchmarks (see fast.py)
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from .server import LOOPBACK, Simulator


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A local Telegram with a chat page.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--host", default="127.0.0.1", choices=LOOPBACK)
    parser.add_argument("--token")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--people", type=Path)
    parser.add_argument("--no-limits", action="store_true")
    parser.add_argument("--webhook-pace", type=float, default=1.0)
    parser.add_argument("--fast", action="store_true")
    return parser.parse_args()


def _add_people(simulator: Simulator, wanted: list[dict[str, Any]]) -> None:
    """Create people who are not there yet, told by id or else by name."""
    there = {p.id for p in simulator.world.people.values()} | {p.first_name for p in simulator.world.people.values()}
    for person in wanted:
        if person.get("id", person["first_name"]) not in there:
            simulator.people.add(**person)


async def _run(arguments: argparse.Namespace) -> None:
    simulator = Simulator(
        arguments.port,
        arguments.host,
        state_file=arguments.state,
        token=arguments.token,
        limits=not arguments.no_limits,
        fast=arguments.fast,
        webhook_pace=arguments.webhook_pace,
    )
    await simulator.start()
    if arguments.people:
        _add_people(simulator, json.loads(arguments.people.read_text("utf-8")))
    # Whoever started this on port 0 reads the address here.
    sys.stdout.write(f"{simulator.url}\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await simulator.stop()


if __name__ == "__main__":
    asyncio.run(_run(_arguments()))
