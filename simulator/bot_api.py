"""The Bot API over HTTP: ``/bot<token>/<method>`` and the download of files.

A call passes the token, the parameter names, the faults that are switched on, the rate limits and
then its method. Method names are case-insensitive, as with the real server.
"""

import asyncio
import json
from typing import Any

from aiohttp import web

from .errors import ApiError, bad_request, conflict
from .files import MAX_UPLOAD
from .limits import RateLimits
from .methods import METHODS, delete_webhook, get_webhook_info, set_webhook
from .parameters import ALLOWED, Parameters, read_parameters
from .webhook import WebhookSender
from .world import Call, World

_NAMES = {name.lower(): name for name in ALLOWED}
_POLL_LIMIT = 50.0
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class ConnectionDroppedError(Exception):
    """Raised to make the HTTP layer cut the connection instead of answering."""


class BotApi:
    """Answers a bot; one object serves every connection."""

    def __init__(self, world: World, webhook: WebhookSender, limits: RateLimits, token: str | None) -> None:
        self._world, self._webhook, self._limits, self._token = world, webhook, limits, token
        webhook.on_answer = self._run_webhook_answer

    def add_routes(self, app: web.Application) -> None:
        """Register the two addresses of the Bot API."""
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.handle)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.download)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call over HTTP."""
        try:
            method = self._method(request)
            params = await read_parameters(request, MAX_UPLOAD)
            return _answer(await self.call(method, params))
        except ApiError as error:
            return _refused(error)
        except ConnectionDroppedError:
            if request.transport:
                request.transport.abort()
            return web.Response()

    def _method(self, request: web.Request) -> str:
        self._check_token(request)
        method = _NAMES.get(request.match_info["method"].lower())
        if method is None:
            raise ApiError(404, "Not Found")
        return method

    def _check_token(self, request: web.Request) -> None:
        if self._token is not None and request.match_info["token"] != self._token:
            raise ApiError(401, "Unauthorized")

    async def call(self, method: str, params: Parameters) -> Any:
        """Carry out one call and return its result; logged, and subject to faults and limits."""
        if method == "getUpdates":
            return await self._get_updates(params)
        call, world = self._logged(method, params), self._world
        world.in_process += 1
        try:
            result = await self._with_faults(method, params, call.chat)
            call.ok = True
            return result
        except ApiError as error:
            call.error_code, call.description = error.code, error.description
            raise
        except ConnectionDroppedError as error:
            call.description = str(error) or "connection dropped"
            raise
        finally:
            world.in_process -= 1
            if call.chat in world.chats:
                world.chats[call.chat].called_at = asyncio.get_running_loop().time()
            world.changes.wake()

    def _logged(self, method: str, params: Parameters) -> Call:
        world = self._world
        world.call_count += 1
        chat = self._chat_of(params)
        call = Call(world.call_count, method, params.logged(), world.clock.now().isoformat(), chat)
        world.calls.append(call)
        return call

    def _chat_of(self, params: Parameters) -> int | None:
        tap = self._world.taps.get(params.text("callback_query_id"))
        return params.integer("chat_id") or (tap.chat if tap else None)

    async def _with_faults(self, method: str, params: Parameters, chat: int | None) -> Any:
        faults = self._world.faults
        if delay := faults.latency(method, chat):
            await asyncio.sleep(delay)
        if fault := faults.before(method, chat):
            if fault.kind == "drop_before":
                raise ConnectionDroppedError("connection dropped before anything was done")
            raise fault.error()
        self._check_names(method, params)
        self._limits.check(method, chat)
        result = self._run(method, params)
        if faults.loses_answer(method, chat):
            raise ConnectionDroppedError
        return result

    def _check_names(self, method: str, params: Parameters) -> None:
        for name in params.unknown(method):
            key = f"{method}.{name}"
            self._world.unknown_parameters[key] = self._world.unknown_parameters.get(key, 0) + 1
            raise bad_request(f'{method} has no parameter "{name}" (the real server would ignore it)')

    def _run(self, method: str, params: Parameters) -> Any:
        if method == "setWebhook":
            return set_webhook(self._world, self._webhook, params)
        if method == "deleteWebhook":
            return delete_webhook(self._world, self._webhook, params)
        if method == "getWebhookInfo":
            return get_webhook_info(self._world, self._webhook)
        return METHODS[method](self._world, params)

    async def _get_updates(self, params: Parameters) -> list[dict[str, Any]]:
        if self._webhook.settings.url:
            raise conflict(WEBHOOK_ACTIVE)
        faults, updates = self._world.faults, self._world.updates
        if fault := faults.before("getUpdates", None):
            if fault.kind == "drop_before":
                raise ConnectionDroppedError
            raise fault.error()
        if params.has("allowed_updates"):
            updates.allowed = params.parsed("allowed_updates", "allowed updates") or []
        timeout = min(float(params.integer("timeout")), _POLL_LIMIT)
        batch = await updates.fetch(params.integer("offset"), params.integer("limit", 100), timeout)
        if faults.loses_answer("getUpdates", None):
            raise ConnectionDroppedError
        return batch

    async def _run_webhook_answer(self, body: dict[str, Any]) -> None:
        """Carry out the method in a webhook's answer; the bot never sees the result."""
        method = _NAMES.get(str(body.pop("method", "")).lower())
        try:
            if method:
                await self.call(method, Parameters(body))
        except (ApiError, ConnectionDroppedError):
            return

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Answer ``/file/bot<token>/<path>`` with the content."""
        try:
            self._check_token(request)
        except ApiError as error:
            return _refused(error)
        path = request.match_info["path"]
        file = next((f for f in self._world.files.values() if f.path == path), None)
        if file is None:
            return _refused(ApiError(404, "Not Found"))
        data = file.data[: len(file.data) // 2] if self._world.faults.cuts_off() else file.data
        return web.Response(body=data, content_type="application/octet-stream")


def _answer(result: Any) -> web.Response:
    return _json({"ok": True, "result": result})


def _refused(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    if error.migrate_to is not None:
        body["parameters"] = {"migrate_to_chat_id": error.migrate_to}
    return _json(body, status=error.code, headers=headers)


def _json(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
