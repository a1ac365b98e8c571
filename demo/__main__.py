"""`make demo`: start the local Telegram and the bot, say where the chat page is, and stop both on Ctrl-C.

What people did is kept in .demo/, so that a second start goes on where the first ended; `--fresh`
begins anew. The encryption key of the demo is made on the first start and kept beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from demo.people import OPERATOR, TOWN

TOKEN = "424242:handvat-demo-token-that-works-nowhere-else"  # noqa: S105 - the local Telegram takes any
PEOPLE = [
    {"id": 1001, "first_name": "Joost"},
    {"id": 1002, "first_name": "Priya"},
    {"id": 1003, "first_name": "Samira"},
    {"id": OPERATOR, "first_name": "Olga"},
    *({"id": chat, "first_name": name} for name, chat in TOWN.items()),
]
FIRST_PORT = 8080


def main() -> int:
    """Run the demo until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget everything of earlier demos")
    parser.add_argument("--directory", type=Path, default=Path(".demo"), help="where the demo keeps its data")
    parser.add_argument("--port", type=int, default=None, help="where the chat page is served")
    options = parser.parse_args()
    if options.fresh:
        shutil.rmtree(options.directory, ignore_errors=True)
    options.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    port = options.port or _free_port(FIRST_PORT)
    return _run(options.directory, port)


def _free_port(first: int) -> int:
    """Return the first port from `first` that nobody listens on."""
    for port in range(first, first + 200):
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit("No free port found; choose one with --port.")


def _run(directory: Path, port: int) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    demo = Demo(directory, f"http://127.0.0.1:{port}")
    try:
        demo.start(port)
        _welcome(demo.url, directory)
        return demo.watch()
    except KeyboardInterrupt:
        print("\nHandvat stopt. Wat je deed, blijft bewaard.")
        return 0
    finally:
        demo.stop()


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


class Demo:
    """The two processes of a demo."""

    def __init__(self, directory: Path, url: str) -> None:
        self._directory = directory
        self.url = url
        self._telegram: subprocess.Popen[bytes] | None = None
        self._bot: subprocess.Popen[bytes] | None = None

    def start(self, port: int) -> None:
        """Start the local Telegram, wait until it answers, and start the bot."""
        self._telegram = _start_telegram(self._directory, port)
        _wait_for(self.url, self._telegram)
        self._bot = _start_bot(self._directory, self.url)

    def watch(self) -> int:
        """Keep both running: a bot that died is started again, as a supervisor would."""
        deaths: list[float] = []
        while self._telegram is not None and self._telegram.poll() is None:
            if self._bot is not None and self._bot.poll() is not None:
                deaths = [moment for moment in deaths if moment > time.monotonic() - 30] + [time.monotonic()]
                if len(deaths) > 3:
                    print(f"De bot start niet; zie {self._directory}/bot.log.", file=sys.stderr)
                    return 1
                print("De bot was weg en start opnieuw.", flush=True)
                self._bot = _start_bot(self._directory, self.url)
            time.sleep(0.2)
        print(f"Het lokale Telegram is gestopt; zie {self._directory}/telegram.log.", file=sys.stderr)
        return 1

    def stop(self) -> None:
        """End both politely, and at once when they do not listen."""
        for process in (self._bot, self._telegram):
            _stop(process)


def _start_telegram(directory: Path, port: int) -> subprocess.Popen[bytes]:
    people = directory / "people.json"
    people.write_text(json.dumps(PEOPLE))
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--token", TOKEN,
               "--state", str(directory / "telegram.db"), "--people", str(people)]  # fmt: skip
    return _start(command, directory / "telegram.log", {})


def _start_bot(directory: Path, url: str) -> subprocess.Popen[bytes]:
    return _start([sys.executable, "-m", "demo.bot"], directory / "bot.log", environment(directory, url))


def environment(directory: Path, url: str) -> dict[str, str]:
    """Return what the bot of a demo is started with."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{directory.resolve()}/handvat.db",
        "HANDVAT_DATA_DIR": str(directory.resolve()),
        "HANDVAT_ENCRYPTION_KEY": _key(directory),
        "HANDVAT_CLOCK_URL": f"{url}/control/clock",
        "HANDVAT_ADMINS": str(OPERATOR),
    }


def _start(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process of our own, in a session of its own so that Ctrl-C reaches only us."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command, stdout=output, stderr=output, env=os.environ | environment, start_new_session=True
        )


def _key(directory: Path) -> str:
    """Return the demo's encryption key, made on the first start."""
    from storage.sql.vault import MasterKey

    path = directory / "encryption.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(MasterKey.generate())
    return path.read_text().strip()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the local Telegram answers; give up when its process has ended."""
    while process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{url}/control/clock", timeout=1).read()  # noqa: S310 - our own address
            return
        time.sleep(0.05)
    raise SystemExit("The local Telegram did not start; see telegram.log in the demo directory.")


def _welcome(url: str, directory: Path) -> None:
    print(
        f"""
  Handvat draait. Open de chatpagina in je browser:

      {url}/

  Daar zitten Joost, Priya, Samira en Olga ieder met een eigen telefoon.
  Tik bij een van hen op Start, of typ /start.
  Een toetsing proberen? Olga beheert de bot: met /operator laat ze een certificerende instelling binnen.
  Klachten, beroep en trends proberen? Bij CI De Waarderij werken Quirine (kwaliteit), Dewi (bureau), Karim en Marga
  (kerngroep) en Thomas (teamleider); Farah van Welzijn De Linde kreeg net een negatief besluit. Typ bij hen /start.
  Alles wat je doet, blijft bewaard in {directory}/ (opnieuw beginnen: make demo FRESH=1).
  Stoppen: Ctrl-C.
""",
        flush=True,
    )


def _stop(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
