"""``python -m simulator.load``: how many Bot API calls a second fast mode carries on one core.

A bot that does nothing but answer each tap (answerCallbackQuery and editMessageText, over a few
raw connections) runs in this process; the server runs in another. The figure that counts is calls
per second of the server's own CPU time, because client and server share the computer.
"""

import asyncio
import json
import re
import sys
import urllib.request
from asyncio.subprocess import PIPE
from typing import Any

CHATS = 64
STEPS = 150
CONNECTIONS = 32
_KEYBOARD = {"inline_keyboard": [[{"text": "➡️ Volgende", "callback_data": "next"}]]}
_STEP = re.compile(
    rb'"id":"(\d+)","from":\{"id":(\d+).*?"message_id":(\d+)|"message":\{"message_id":\d+,"from":\{"id":(\d+)'
)


class _Line:
    """One keep-alive connection that carries one call at a time."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def call(self, method: str, **params: Any) -> bytes:
        body = json.dumps(params).encode()
        self._writer.write(f"POST /bot1:x/{method} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        return await self._reader.readexactly(int(head.rsplit(b"Content-Length: ", 1)[1]))


async def _worker(line: _Line, work: "asyncio.Queue[tuple[bytes, ...]]") -> None:
    while True:
        query, tapper, message, writer = await work.get()
        if query:
            await line.call("answerCallbackQuery", callback_query_id=query.decode())
            place = {"chat_id": int(tapper), "message_id": int(message)}
            await line.call("editMessageText", **place, text="Volgende norm", reply_markup=_KEYBOARD)
        else:
            await line.call("sendMessage", chat_id=int(writer), text="Eerste norm", reply_markup=_KEYBOARD)


async def _poll(line: _Line, work: "asyncio.Queue[tuple[bytes, ...]]") -> None:
    offset = 0
    while True:
        answer = await line.call("getUpdates", offset=offset, timeout=20, limit=100)
        for number in re.findall(rb'"update_id":(\d+)', answer):
            offset = max(offset, int(number) + 1)
        for found in _STEP.finditer(answer):
            work.put_nowait(tuple(group or b"" for group in found.groups()))


def _control(port: int, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    address = f"http://127.0.0.1:{port}/control/{path}"
    request = urllib.request.Request(address, data, method="GET" if data is None else "POST")  # loopback
    with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310
        return dict(json.load(response))


async def measure() -> dict[str, Any]:
    """Run the load once and return the figures."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--fast", "--port", "0", stdout=PIPE, stderr=None
    )
    assert server.stdout  # noqa: S101  # it was asked for
    port = int((await server.stdout.readline()).rsplit(b":", 1)[1])
    lines = [_Line(port) for _ in range(CONNECTIONS + 1)]
    for line in lines:
        await line.open()
    work: asyncio.Queue[tuple[bytes, ...]] = asyncio.Queue()
    tasks = [asyncio.create_task(_worker(line, work)) for line in lines[1:]]
    tasks.append(asyncio.create_task(_poll(lines[0], work)))
    feed = {"chats": CHATS, "steps": STEPS, "opening": [{"text": "/start"}], "loop": [{"tap": ["Volgende"]}]}
    await asyncio.to_thread(_control, port, "feed", feed)
    report = await asyncio.to_thread(_control, port, "feed?timeout=100")
    stats = await asyncio.to_thread(_control, port, "stats")
    for task in tasks:
        task.cancel()
    server.terminate()
    await server.wait()
    calls = sum(stats["calls"].values())
    return {"feed": report, "stats": stats, "calls_per_cpu_second": round(calls / stats["cpu_seconds"])}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure()), indent=2) + "\n")
