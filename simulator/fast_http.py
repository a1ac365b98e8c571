"""Just enough HTTP/1.1 for a benchmark on one computer: keep-alive, Content-Length, nothing else.

A general HTTP server costs more per call than the bot under test may spend on an update, and both
share the same cores. So this one parses by hand and writes answers that are bytes already.
"""

import asyncio
import re
from typing import Protocol

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_HEAD = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
OK = b"200 OK"


class Connection(asyncio.Protocol):
    """One connection of a client; requests on it are answered in order."""

    def __init__(self, server: "Handler") -> None:
        self._server = server
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._busy = False
        self._reading = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # the event loop promises this
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Forget the way back; answers that come later go nowhere."""
        self._transport = None
        self._server.gone(self)

    def data_received(self, data: bytes) -> None:
        """Handle every request that is complete."""
        self._buffer += data
        self._read()

    def _read(self) -> None:
        if self._reading:
            return
        self._reading = True
        while not self._busy and self._take():
            pass
        self._reading = False

    def _take(self) -> bool:
        """Hand one request to the server; False when the buffer holds no whole one."""
        buffer = self._buffer
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        found = _LENGTH.search(buffer, 0, end + 2)
        stop = end + 4 + (int(found[1]) if found else 0)
        if len(buffer) < stop:
            return False
        verb, path, _ = bytes(buffer[: buffer.find(b"\r\n")]).split(b" ", 2)
        chunked = found is None and _CHUNKED.search(buffer, 0, end + 2)
        body = bytes(buffer[end + 4 : stop])
        del buffer[:stop]
        self._busy = True
        if chunked:
            self.reply(b'{"ok":false,"description":"send a Content-Length"}', b"411 Length Required")
        else:
            self._server.handle(verb, path, body, self)
        return True

    def reply(self, body: bytes, status: bytes = OK) -> None:
        """Answer the request that is open and go on with the next."""
        if self._transport is not None:
            self._transport.write(_HEAD % (status, len(body), body))
        self._busy = False
        self._read()

    def drop(self) -> None:
        """Cut the connection without an answer."""
        if self._transport is not None:
            self._transport.abort()


class Handler(Protocol):
    """What answers the requests of all connections; the answer may come later."""

    def handle(self, verb: bytes, path: bytes, body: bytes, connection: Connection) -> None:
        """Answer one request, now or later."""

    def gone(self, connection: Connection) -> None:
        """Forget a connection that was lost."""
