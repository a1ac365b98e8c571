"""One HTTP call through reqwest, which works outside Python's lock (docs/decisions/0008)."""

from __future__ import annotations

import asyncio

from pyreqwest.request import ConsumedRequest


async def send(request: ConsumedRequest) -> tuple[int, bytes]:
    """Make a call and return status and body.

    A call that ends in the instant in which it is cancelled returns its answer as if nothing had happened, and the loop
    around it would never stop; so whoever was cancelled meanwhile is told so here.

    Raises:
        pyreqwest.exceptions.PyreqwestError
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    response = await request.send()
    answer = response.status, (await response.bytes()).to_bytes()
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
    return answer
