"""The Bot API over aiohttp: python-telegram-bot's client with a request class of our own.

Stored payloads leave as they are, without being parsed and serialised once more; errors are
python-telegram-bot's own classes.
"""

from __future__ import annotations

import json
import warnings
from typing import Any, cast

import aiohttp
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

# Both the present and the coming type of RetryAfter.retry_after are understood (bot.delivery, bot.intake).
warnings.filterwarnings("ignore", message=r".*attribute `retry_after` will be of type", category=PTBDeprecationWarning)


class NotSent(NetworkError):
    """No connection could be made, so Telegram has certainly not seen the call."""


class _Stored:
    """A body that is JSON already; looks like RequestData to `BaseRequest.post`."""

    contains_files = False

    def __init__(self, body: bytes) -> None:
        self.json_payload = body


class AiohttpRequest(BaseRequest):
    """Calls over one pool of keep-alive connections; twice as cheap per call as the stock class."""

    def __init__(self, connections: int = 160, timeout: float = 15.0, upload_timeout: float = 90.0) -> None:
        self._connections = connections
        self._timeout = timeout
        self._upload_timeout = upload_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an ordinary call may take."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=50)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None,
        read_timeout: Any = None, write_timeout: Any = None,
        connect_timeout: Any = None, pool_timeout: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        """Make one call and return status and body.

        Raises:
            NotSent, TimedOut, NetworkError
        """
        if self._session is None:
            raise RuntimeError("the request is not initialized")
        is_upload = request_data is not None and request_data.contains_files
        seconds = read_timeout if isinstance(read_timeout, int | float) else None
        total = max(seconds or 0, self._upload_timeout if is_upload else self._timeout)
        try:
            async with self._session.request(
                method, url, timeout=aiohttp.ClientTimeout(total=total, connect=10), **_body(request_data)
            ) as response:
                return response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            raise NotSent(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The name only: messages of aiohttp hold the URL, and the URL holds the token.
            raise NetworkError(type(error).__name__) from None

    async def post_stored(self, url: str, body: bytes, timeout: float | None = None) -> Any:
        """Send a body that is JSON already and return the result that Telegram gave."""
        data = cast(RequestData, _Stored(body))
        return await self.post(url, data, **({"read_timeout": timeout} if timeout else {}))


_JSON = {"Content-Type": "application/json"}


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": data.json_payload, "headers": _JSON}
    form = aiohttp.FormData(quote_fields=False)  # file names arrive as they are
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in cast(Any, data.multipart_data).items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return {"data": form}


class Api:
    """What the running process asks of Telegram."""

    def __init__(self, token: str, root: str, connections: int = 160) -> None:
        self.request = AiohttpRequest(connections)
        self._url = f"{root}/bot{token}"
        self.bot: ExtBot[None] = ExtBot(
            token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot",
            request=self.request, get_updates_request=AiohttpRequest(2, timeout=60),
        )  # fmt: skip

    async def call(self, method: str, params: dict[str, Any], timeout: float | None = None) -> Any:
        """Make one call with plain JSON parameters and return its plain JSON result."""
        body = json.dumps(params, ensure_ascii=False).encode(errors="replace")
        return await self.request.post_stored(f"{self._url}/{method}", body, timeout)

    async def upload(self, method: str, chat_id: int, content: bytes, file_name: str, caption: str) -> int:
        """Send a file (sendDocument or sendPhoto) and return the id of its message."""
        file = InputFile(content, filename=file_name)
        if method == "sendPhoto":
            message = await self.bot.send_photo(chat_id, file, caption=caption, parse_mode="HTML")
        else:
            message = await self.bot.send_document(chat_id, file, caption=caption, parse_mode="HTML")
        return message.message_id

    async def download(self, file_id: str) -> bytes:
        """Return the content of a file that somebody sent (20 MB at most).

        Raises:
            BadRequest: Telegram does not have it any more, or it is too big.
        """
        file = await self.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())

    async def get_updates(self, offset: int, timeout: int, allowed: list[str]) -> list[dict[str, Any]]:
        """Return raw updates; asking with an offset lets Telegram forget everything below it."""
        params = {"offset": offset, "timeout": timeout, "limit": 100, "allowed_updates": allowed}
        return cast(list[dict[str, Any]], await self.call("getUpdates", params, timeout + 10.0))
