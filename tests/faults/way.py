"""The way from the bots to PostgreSQL, with a tap on it: refused, blocked or slow, as a network can be."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

import sqlalchemy as sa

from storage.sql.database import engine_url


class Way:
    """Passes bytes on in a thread of its own, so that it goes on whatever the harness does. A context manager."""

    def __init__(self, database_url: str) -> None:
        self._to = engine_url(database_url)
        self._pipes: set[asyncio.StreamWriter] = set()
        self._delay = 0.0

    def __enter__(self) -> Way:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._flows = self._run(_event())
        self._flows.set()
        self._port = 0
        self._run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def url(self) -> str:
        """The URL of the database by this way."""
        changed = self._to.set(drivername="postgresql", host="127.0.0.1", port=self._port).difference_update_query(
            ["host", "port"]
        )
        return changed.render_as_string(hide_password=False)

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        self._run(self._close())

    def restore(self) -> None:
        """Listen again."""
        self._run(self._open())

    def block(self) -> None:
        """Let nothing through, without saying so."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def unblock(self) -> None:
        """Let what was held back go on."""
        self._loop.call_soon_threadsafe(self._flows.set)

    def slow_down(self, seconds: float) -> None:
        """Hold back everything for so long, each time."""
        self._delay = seconds

    # -------------------------------------------------------------------------------- in the thread

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for pipe in list(self._pipes):
            pipe.transport.abort()
        self._pipes.clear()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        self._pipes |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self._pipes -= {writer, back}

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = self._to.query.get("host") or self._to.host or "127.0.0.1"
        port = self._to.port or 5432
        if str(host).startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(str(host), port)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._flows.wait()
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(data)
                await writer.drain()
        writer.close()


async def _event() -> asyncio.Event:
    return asyncio.Event()


def execute(url: str, *statements: str) -> None:
    """Say something to PostgreSQL directly, each thing by itself: two locks at once could stand in each other's way."""
    engine = sa.create_engine(engine_url(url), poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
