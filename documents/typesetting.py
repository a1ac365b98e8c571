"""Typst, with doors shut: data goes in as JSON, files come from `typst/` only, fonts from `fonts/` only.

Text of people is never markup, so nothing in it can run; see `typeset`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from documents import palette

_TEMPLATES = Path(__file__).with_name("typst")
_FONT_FILES = Path(__file__).with_name("fonts")
#: In this order: the first font that has a glyph draws it.
FONTS = (
    "Open Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Ethiopic",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Noto Sans Devanagari",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Droid Sans Fallback",
    "Symbola",
)
_COLOURS = {
    "accent": palette.ACCENT,
    "ink": palette.INK,
    "muted": palette.MUTED,
    "line": palette.LINE,
    "panel": palette.PANEL,
    "surface": palette.SURFACE,
}
_WITHOUT_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ROUNDS = 3
#: typst drops what it remembered of a document after ten others; its library has no other way to ask for that.
_AGES = 12


@cache
def _compiler(template: str) -> typst.Compiler:
    """One per template and process: reading the fonts again would cost more than the document."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONT_FILES])
    return typst.Compiler(
        input=_TEMPLATES / template, root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True, sys_inputs={}
    )


def typeset_png(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the one page of a template as a picture with two pixels to the point."""
    return _compile(template, data, format_="png", ppi=144)


def typeset_pdf(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """Return a template as tagged PDF, accessible by the standard PDF/UA-1.

    A character that no font of ours has is written as its number, "[U+1FAF6]", and the data says so in
    `has_missing_glyphs`: a reader must never miss a word without knowing.
    """
    try:
        return _accessible_pdf(template, {**data, "has_missing_glyphs": False}, int(made_at.timestamp()))
    finally:
        _forget()


def _accessible_pdf(template: str, data: dict[str, Any], timestamp: int) -> bytes:
    for _ in range(_ROUNDS):
        try:
            return _compile(template, data, format_="pdf", pdf_standards=["ua-1"], timestamp=timestamp)
        except typst.TypstError as error:
            missing = set(_glyphs_missing(error))
            if not missing:
                raise
            data = {**_numbered(data, missing), "has_missing_glyphs": True}
    # A document that lacks a rare glyph is worth more than no document.
    return _compile(template, data, format_="pdf", timestamp=timestamp)


def _forget() -> None:
    """Let typst drop the document from its memory: 100 MB instead of 400, and no text of people stays behind."""
    for _ in range(_AGES):
        _compile("empty.typ", {}, format_="pdf")


def _compile(template: str, data: Mapping[str, Any], *, format_: Literal["pdf", "png"], **options: Any) -> bytes:
    inputs = {"report": json.dumps(data), "colours": json.dumps(_COLOURS), "fonts": json.dumps(FONTS)}
    made = _compiler(template).compile(format=format_, sys_inputs=inputs, **options)
    if not isinstance(made, bytes):
        raise TypeError(f"{template}: a single file was expected, not {type(made).__name__}")
    return made


def _glyphs_missing(error: typst.TypstError) -> Iterator[str]:
    for quoted in _WITHOUT_GLYPH.findall(error.diagnostic):
        yield from (sign for sign in quoted if not sign.isascii())


def _numbered(value: Any, missing: set[str]) -> Any:
    """Return the same data with every missing character written as its number."""
    if isinstance(value, str):
        return "".join(f"[U+{ord(sign):04X}]" if sign in missing else sign for sign in value)
    if isinstance(value, Mapping):
        return {key: _numbered(item, missing) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbered(item, missing) for item in value]
    return value
