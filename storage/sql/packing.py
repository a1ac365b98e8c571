"""Plain values as bytes and back: what goes into a sealed column."""

from __future__ import annotations

import json
from typing import Any

import orjson


def pack(value: Any) -> bytes:
    """Return a value as JSON. What orjson refuses, half an emoji or an enormous number, is written the slow way."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


def unpack(content: bytes) -> Any:
    """Return the value that was packed.

    Raises:
        ValueError: this is no JSON.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content)
