"""The Bot API: python-telegram-bot's client with a request class of our own.

Stored payloads leave as they are, without being parsed and serialised once more; errors are
python-telegram-bot's own classes. Connections are reqwest's, outside Python's lock (docs/decisions/0008).
"""

from __future__ import annotations

import json
import warnings
from datetime import timedelta
from typing import Any, cast

import orjson
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    ConnectError,
    ConnectTimeoutError,
    PoolTimeoutError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.multipart import FormBuilder, PartBuilder
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

from bot.http import send

# Both the present and the coming type of RetryAfter.retry_after are understood (bot.delivery, bot.intake).
warnings.filterwarnings("ignore", message=r".*attribute `retry_after` will be of type", category=PTBDeprecationWarning)


class NotSent(NetworkError):
    """No connection could be made, or Telegram says that it failed: the call has not been carried out."""


#: Answers of a server that is down or restarting. A 504 is not among them: somebody may be at work behind it.
_FAILED = (500, 502, 503)


class _Stored:
    """A body that is JSON already; looks like RequestData to `BaseRequest.post`."""

    contains_files = False

    def __init__(self, body: bytes) -> None:
        self.json_payload = body


class HttpRequest(BaseRequest):
    """Calls over one pool of keep-alive connections, outside Python's lock (docs/decisions/0008)."""

    def __init__(self, connections: int = 160, timeout: float = 15.0, upload_timeout: float = 90.0) -> None:
        self._connections = connections
        self._timeout = timeout
        self._upload_timeout = upload_timeout
        self._client: Client | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an ordinary call may take."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool."""
        if self._client is None:
            self._client = (
                ClientBuilder()
                .timeout(timedelta(seconds=self._timeout))
                .connect_timeout(timedelta(seconds=10))
                .max_connections(self._connections)
                .pool_max_idle_per_host(self._connections)
                .pool_idle_timeout(timedelta(seconds=50))
                .follow_redirects(False)
                .no_proxy()
                .build()
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None,
        read_timeout: Any = None, write_timeout: Any = None,
        connect_timeout: Any = None, pool_timeout: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        """Make one call and return status and body.

        Raises:
            NotSent, TimedOut, NetworkError
        """
        if self._client is None:
            raise RuntimeError("the request is not initialized")
        request = self._client.request(method, url)
        seconds = read_timeout if isinstance(read_timeout, int | float) else 0.0
        if request_data is not None and request_data.contains_files:
            request = request.multipart(_form(request_data))
            seconds = max(seconds, self._upload_timeout)
        elif request_data is not None:
            request = request.header("Content-Type", "application/json").body_bytes(request_data.json_payload)
        if seconds > self._timeout:
            request = request.timeout(timedelta(seconds=seconds))
        try:
            status, body = await send(request.build())
        except (ConnectError, ConnectTimeoutError, PoolTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except RequestTimeoutError:
            raise TimedOut from None
        except PyreqwestError as error:
            # The name only: messages hold the URL, and the URL holds the token.
            raise NetworkError(type(error).__name__) from None
        if status in _FAILED:
            raise NotSent(f"status {status}")
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Return what Telegram answered. Raises TelegramError when that is no JSON."""
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError:
            # The stock one forgives broken characters, and says what is wrong in the library's own words.
            return BaseRequest.parse_json_payload(payload)

    async def post_stored(self, url: str, body: bytes, timeout: float | None = None) -> Any:
        """Send a body that is JSON already and return the result that Telegram gave."""
        data = cast(RequestData, _Stored(body))
        return await self.post(url, data, **({"read_timeout": timeout} if timeout else {}))


def _form(data: RequestData) -> FormBuilder:
    form = FormBuilder().percent_encode_noop()  # file names arrive as they are
    for name, value in data.json_parameters.items():
        form = form.text(name, value)
    for name, (file_name, content, media_type) in cast(Any, data.multipart_data).items():
        form = form.part(name, PartBuilder.from_bytes(content).file_name(file_name).mime(media_type))
    return form


def _as_json(params: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(params)
    except TypeError:  # half an emoji, which a phone can cut: it becomes a question mark
        return json.dumps(params, ensure_ascii=False).encode(errors="replace")


class Api:
    """What the running process asks of Telegram."""

    def __init__(self, token: str, root: str, connections: int = 160) -> None:
        self.request = HttpRequest(connections)
        self._url = f"{root}/bot{token}"
        self.bot: ExtBot[None] = ExtBot(
            token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot",
            request=self.request, get_updates_request=HttpRequest(2, timeout=60),
        )  # fmt: skip

    async def call(self, method: str, params: dict[str, Any], timeout: float | None = None) -> Any:
        """Make one call with plain JSON parameters and return its plain JSON result."""
        body = _as_json(params)
        return await self.request.post_stored(f"{self._url}/{method}", body, timeout)

    async def upload(
        self, method: str, chat_id: int, content: bytes, file_name: str, caption: str, *, is_confidential: bool = False
    ) -> int:
        """Send a file (sendDocument or sendPhoto) and return the id of its message."""
        file = InputFile(content, filename=file_name)
        send = self.bot.send_photo if method == "sendPhoto" else self.bot.send_document
        message = await send(chat_id, file, caption=caption, parse_mode="HTML", protect_content=is_confidential or None)
        return message.message_id

    async def download(self, file_id: str) -> bytes:
        """Return the content of a file that somebody sent (20 MB at most).

        Raises:
            BadRequest: Telegram does not have it any more, or it is too big.
            NetworkError: it did not arrive whole.
        """
        file = await self.bot.get_file(file_id)
        content = bytes(await file.download_as_bytearray())
        if file.file_size is not None and len(content) != file.file_size:
            raise NetworkError(f"{len(content)} of {file.file_size} bytes arrived")
        return content

    async def get_updates(self, offset: int, timeout: int, allowed: list[str]) -> list[dict[str, Any]]:
        """Return raw updates; asking with an offset lets Telegram forget everything below it."""
        params = {"offset": offset, "timeout": timeout, "limit": 100, "allowed_updates": allowed}
        return cast(list[dict[str, Any]], await self.call("getUpdates", params, timeout + 10.0))
