"""The simulator as one object: it wires the parts together and listens on this computer only."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from .bot_api import BotApi
from .chat_page import add_page_routes
from .clock import Clock
from .control import Control
from .errors import ControlError
from .fast import FastServer
from .faults import Faults
from .limits import RateLimits
from .people import People
from .persistence import Archive
from .webhook import WebhookSender
from .world import World

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Simulator:
    """A local Telegram: Bot API server, control API, movable clock and chat page.

    ``token`` makes it accept only that one. ``limits`` switches on 429s for a bot that talks too
    fast. ``fast`` is the bare server for benchmarks, without chats, page and checks (see fast.py).
    ``webhook_pace`` scales the pauses between webhook attempts, so that tests don't wait.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        clock: Clock | None = None,
        fast: bool = False,
        state_file: Path | None = None,
        token: str | None = None,
        limits: bool = False,
        webhook_pace: float = 1.0,
    ) -> None:
        if host not in LOOPBACK:
            raise ValueError(f"the simulator listens on this computer only, not on {host}")
        self._host, self._port, self._state_file = host, port, state_file
        self.url = ""
        self.clock = clock or Clock()
        self.faults = Faults()
        self.world = World(self.clock, self.faults)
        self.webhook = WebhookSender(self.world.updates, self.clock, self.faults, webhook_pace)
        self.people = People(self.world, self.webhook.work)
        self.fast = FastServer(self.clock, self.faults) if fast else None
        self._token, self._limits_on = token, limits
        self._archive: Archive | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; afterwards ``url`` is set."""
        if self.fast:
            self.url = f"http://{self._host}:{await self.fast.start(self._host, self._port)}"
            return
        self.limits = RateLimits(asyncio.get_running_loop().time, on=self._limits_on)
        if self._state_file:
            self._archive = Archive(self._state_file, self.world, self.webhook)
            self._archive.start()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[_only_this_computer, _explained])
        BotApi(self.world, self.webhook, self.limits, self._token).add_routes(app)
        Control(self.world, self.people, self.limits).add_routes(app)
        add_page_routes(app)
        return app

    async def stop(self) -> None:
        """Stop listening and write what has to be kept."""
        if self.fast:
            await self.fast.stop()
        await self.webhook.close()
        if self._runner:
            await self._runner.cleanup()
        if self._archive:
            self._archive.close()


@web.middleware
async def _only_this_computer(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse other names and other pages: a website must not drive the simulator through a browser."""
    name = request.url.host
    origin = request.headers.get("Origin")
    if name not in LOOPBACK or (origin and origin != f"{request.scheme}://{request.host}"):
        raise web.HTTPForbidden(text="The simulator answers this computer only.")
    return await handler(request)


@web.middleware
async def _explained(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn a wrong request to the control API into a 400 that says what is right."""
    try:
        return await handler(request)
    except ControlError as error:
        return _wrong(str(error))
    except (KeyError, ValueError, TypeError) as error:
        if not request.path.startswith("/control/"):
            raise
        return _wrong(f"{type(error).__name__}: {error}")


def _wrong(reason: str) -> web.Response:
    return web.Response(status=400, text=json.dumps({"error": reason}), content_type="application/json")
