"""The web endpoints: /healthz, /readyz and /metrics, and where Telegram brings updates when there is a webhook.

Imported only by who listens on a port: a bot that asks Telegram itself needs no web server in its memory.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.intake import is_storable

MAX_BODY = 1_000_000  # bytes; Telegram's updates are far smaller

Health = Callable[[], Awaitable[tuple[int, int]]]
Store = Callable[[dict[str, Any]], Awaitable[None]]


class Site:
    """One web server of this process; add routes, then start it."""

    def __init__(self) -> None:
        self._application = web.Application(client_max_size=MAX_BODY)
        self._runner = web.AppRunner(self._application, access_log=None)

    def add_health(self, waiting: Health) -> None:
        """Answer /healthz with 200 when the database answers, with how much waits in inbox and outbox; counts only."""

        async def health(_: web.Request) -> web.Response:
            try:
                inbox, outbox = await waiting()
            except DBAPIError:
                return web.json_response({"status": "database unavailable"}, status=503)
            return web.json_response({"status": "ok", "inbox": inbox, "outbox": outbox})

        self._application.router.add_get("/healthz", health)

    def add_ready(self, unready: Callable[[], Awaitable[str | None]]) -> None:
        """Answer /readyz with 200 when this process can serve people, else with 503 and the reason."""

        async def ready(_: web.Request) -> web.Response:
            reason = await unready()
            return web.json_response({"status": reason or "ready"}, status=503 if reason else 200)

        self._application.router.add_get("/readyz", ready)

    def add_metrics(self, page: Callable[[], Awaitable[bytes]], content_type: str) -> None:
        """Answer /metrics with a page for Prometheus."""

        async def metrics(_: web.Request) -> web.Response:
            return web.Response(body=await page(), headers={"Content-Type": content_type})

        self._application.router.add_get("/metrics", metrics)

    def add_webhook(self, path: str, secret: str, store: Store) -> None:
        """Take updates from Telegram, which shows the secret; 200 only once an update is stored."""

        async def receive(request: web.Request) -> web.Response:
            given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            if not hmac.compare_digest(given.encode(), secret.encode()):
                return web.Response(status=403)
            try:
                update = orjson.loads(await request.read())
            except ValueError:
                return web.Response(status=400)
            if not is_storable(update):
                return web.Response(status=200)  # a refusal would make Telegram repeat it
            await store(update)  # an error here is a 500, and Telegram delivers again
            return web.Response(status=200)

        self._application.router.add_post(path, receive)

    async def start(self, port: int) -> None:
        """Listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, port=port).start()

    async def stop(self) -> None:
        """Finish what is under way and close."""
        await self._runner.cleanup()
