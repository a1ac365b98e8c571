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
    """Return the value that was packed, with a replacement character for half an emoji.

    A phone can cut an emoji in two; nothing that counts or sends texts knows what to do with a half.

    Raises:
        ValueError: this is no JSON.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return _whole(json.loads(content))


def _whole(value: Any) -> Any:
    """Return a value in which every text is made of whole characters."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_whole(item) for item in value]
        case dict():
            return {_whole(key): _whole(item) for key, item in value.items()}
    return value
