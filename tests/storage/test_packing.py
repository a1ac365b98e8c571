"""What is packed comes back, as far as it is made of whole characters."""

from __future__ import annotations

from typing import Any

import pytest

from storage.sql.packing import pack, unpack


@pytest.mark.parametrize("value", [{}, {"text": "hé 👩🏽‍🦽", "ids": [1, None, True]}, {"id": 2**70}, [1.5, "\u0000"]])
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert unpack(pack(value)) == value


def test_half_an_emoji_becomes_a_character_that_every_text_can_hold() -> None:
    """A long text with half an emoji could not be measured any more, and its update was given up."""
    raw = {"message": {"text": "\ud83d" + "x" * 4000, "entities": [{"name\ude00": "\ud83d\ude00"}]}}

    whole = unpack(pack(raw))

    assert whole["message"]["text"] == "\ufffd" + "x" * 4000
    assert whole["message"]["entities"] == [{"name\ufffd": "😀"}]
    assert len(str(whole).encode("utf-16-le")) > 4000
