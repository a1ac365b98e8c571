"""One HTTP call through reqwest, which works outside Python's lock (docs/decisions/0008)."""

from __future__ import annotations

import asyncio

from pyreqwest.request import ConsumedRequest


async def send(request: ConsumedRequest) -> tuple[int, bytes]:
    """Make a call and return status and body.

    Awaited directly, a call that ends in the instant in which it is cancelled would swallow the cancellation, and the
    loop around it would never stop; so it is a task of its own.

    Raises:
        pyreqwest.exceptions.PyreqwestError
    """
    calling = asyncio.ensure_future(_answer(request))
    try:
        return await asyncio.shield(calling)
    except asyncio.CancelledError:
        calling.cancel()
        calling.add_done_callback(_forget)
        raise


def _forget(calling: asyncio.Future[tuple[int, bytes]]) -> None:
    """Take note of how a call ended that nobody waits for any more."""
    if not calling.cancelled():
        calling.exception()


async def _answer(request: ConsumedRequest) -> tuple[int, bytes]:
    response = await request.send()
    return response.status, (await response.bytes()).to_bytes()
