"""The balancer in front of the replicas: each update goes to the next in turn.

Who refuses the connection is passed over, because nothing was handed to it. Who breaks it off may have stored the
update or not; then Telegram gets a 502 and sends it again, to somebody else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import aiohttp
from aiohttp import web

PATH = "/telegram"
_ID = re.compile(rb'\{"update_id": (\d+)')
_PERSON = re.compile(rb'"from": \{"id": (\d+), "is_bot": false')


class Balancer:
    """Listens for Telegram, on this computer only; `ports` are those of the replicas."""

    def __init__(self, stored: Callable[[int, int], None]) -> None:
        self.ports: list[int] = []
        self.url = ""
        self.counts: Counter[str] = Counter()  # by what became of an attempt
        self._stored = stored
        self._turn = 0

    async def start(self) -> None:
        """Listen; afterwards `url` is set."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        application = web.Application()
        application.router.add_post(PATH, self._pass_on)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{PATH}"

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()
        await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: request.headers[name] for name in request.headers if name.startswith("X-Telegram")}
        for port in self._in_turn():
            try:
                async with self._session.post(f"http://127.0.0.1:{port}{PATH}", data=body, headers=headers) as answer:
                    return self._answer(answer.status, body)
            except aiohttp.ClientConnectorError:
                self.counts["refused the connection"] += 1
            except (aiohttp.ClientError, TimeoutError, OSError):
                return self._answer(502, body)
        return self._answer(503, body)

    def _in_turn(self) -> Iterator[int]:
        ports = list(self.ports)
        self._turn += 1
        return (ports[(self._turn + place) % len(ports)] for place in range(len(ports)))

    def _answer(self, status: int, body: bytes) -> web.Response:
        self.counts[str(status)] += 1
        update, person = _ID.match(body), _PERSON.search(body)
        if status == 200 and update and person:
            self._stored(int(update[1]), int(person[1]))
        return web.Response(status=status)
