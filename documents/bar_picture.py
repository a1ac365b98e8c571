"""Numbers as one picture on a phone: a bar per line with the number in every part; nothing is said by colour alone."""

from __future__ import annotations

from typing import Any

from documents import words
from documents.plain_text import one_line
from documents.table_data import Bar, BarPicture
from documents.typesetting import typeset_png

_LONGEST_NAME = 80


def render_bars(picture: BarPicture) -> bytes:
    """Return the picture as a PNG of 1080 pixels wide."""
    return typeset_png("bars.typ", _card(picture))


def _card(picture: BarPicture) -> dict[str, Any]:
    return {
        "kind": one_line(picture.kind),
        "title": one_line(picture.title)[:_LONGEST_NAME],
        "date": words.long_date(picture.made_on),
        "lead": one_line(picture.lead),
        "legend": [{"text": text, "fill": fill, "ink": ink} for text, fill, ink in picture.legend],
        "groups": [
            {"title": one_line(group.title), "bars": [_bar(bar) for bar in group.bars]} for group in picture.groups
        ],
        "notes": [one_line(note) for note in picture.notes],
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        "label": one_line(bar.label),
        "text": one_line(bar.text),
        "counts": list(bar.counts),
        "total": sum(bar.counts),
    }
