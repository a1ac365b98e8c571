"""The real process, as a supervisor would run it: started, killed the hard way, and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp

from simulator.client import Person, SimulatorClient
from tests.scenes.town import KEY, TOKEN


class BotProcess:
    """`python -m bot` beside a local Telegram; quiet when neither has anything left to do."""

    def __init__(self, telegram: SimulatorClient, database_url: str, directory: Path, **environment: str) -> None:
        self._telegram = telegram
        self._port = _free_port()
        self._log = directory / "bot.log"
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)
        self._environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url, "DATABASE_URL": database_url,
            "HANDVAT_DATA_DIR": str(directory), "HANDVAT_ENCRYPTION_KEY": KEY, "PORT": str(self._port),
            "HANDVAT_MESSAGES_PER_SECOND": "0", "HANDVAT_CHAT_MESSAGES_PER_SECOND": "0",
        } | environment  # fmt: skip

    async def start(self) -> None:
        """Start, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot"], env=self._environment, stdout=log, stderr=log
            )
        async with asyncio.timeout(60):
            async with aiohttp.ClientSession() as session:
                while await self._waiting(session) is None:
                    assert self._process.poll() is None, self._log.read_text()[-3000:]
                    await asyncio.sleep(0.02)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)

    async def settle(self, seconds: float = 60.0) -> None:
        """Wait until Telegram has nothing for the bot, and the bot nothing for Telegram."""
        async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
            while await self._telegram.pending() or await self._waiting(session) != 0:
                await asyncio.sleep(0.005)

    async def _waiting(self, session: aiohttp.ClientSession) -> int | None:
        """Return how much waits in the bot, None when it does not answer."""
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(f"http://127.0.0.1:{self._port}/healthz") as reply:
                found = await reply.json()
                return int(found["inbox"] + found["outbox"]) if reply.status == 200 else None
        return None


class Colleague:
    """Somebody with a phone who waits until the bot has answered before doing the next thing."""

    def __init__(self, person: Person, bot: BotProcess) -> None:
        self.person, self._bot = person, bot

    async def sends(self, text: str) -> None:
        await self.person.sends(text, settle=False)
        await self._bot.settle()

    async def taps(self, label: str) -> None:
        await self.person.taps(label, settle=False)
        await self._bot.settle()

    async def does(self, action: str, *arguments: Any, **details: Any) -> None:
        await getattr(self.person, action)(*arguments, settle=False, **details)
        await self._bot.settle()

    async def judges(self, verdicts: list[str]) -> None:
        """Give verdicts norm after norm: a tap for the verdict and a tap for the next norm."""
        for verdict in verdicts:
            await self.taps(verdict)
            await self.taps("Volgende")

    async def text(self) -> str:
        return (await self.person.screen()).text


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
