"""Texts with markup: HTML in, plain text with entities out, and back.

Follows the parser of the real server: which tags exist, what it refuses and at which byte, and
offsets counted in UTF-16 units. A bare ``&`` or an unknown entity such as ``&nbsp;`` stays text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from .errors import ApiError, bad_request

Entity = dict[str, Any]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#(\d{1,8})|#x([0-9a-fA-F]{1,7})|(lt|gt|amp|quot));?")
_SPACE = " \t\r\n\0\v"
_ATTRIBUTE = re.compile(r"""[^\s=>/"']*""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


def utf16_length(text: str) -> int:
    """Return the length as Telegram counts it: a character outside the BMP counts twice."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


@dataclass
class _Open:
    """A tag that still waits for its end."""

    tag: str
    start: int
    attributes: dict[str, str]
    text_start: int


@dataclass
class _Parser:
    source: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    offset: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._character()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.stack:
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.out), sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def _character(self) -> None:
        text, self.at = _decoded(self.source, self.at)
        self.out.append(text)
        self.offset += utf16_length(text)

    def _start_tag(self) -> None:
        begin, where = self.at, self._byte(self.at)
        self.at += 1
        while self.at < len(self.source) and self.source[self.at] not in _SPACE + ">":
            self.at += 1
        if self.at >= len(self.source):
            raise _refusal(f"Unclosed start tag at byte offset {where}")
        tag = self.source[begin + 1 : self.at].lower()
        if tag not in _TYPES:
            raise _refusal(f'Unsupported start tag "{tag}" at byte offset {where}')
        attributes = self._attributes(tag, where)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.stack.append(_Open(tag, self.offset, attributes, len(self.out)))

    def _attributes(self, tag: str, where: int) -> dict[str, str]:
        found: dict[str, str] = {}
        unclosed = _refusal(f'Unclosed start tag "{tag}" at byte offset {where}')
        while True:
            self._skip_spaces()
            if self.at >= len(self.source):
                raise unclosed
            if self.source[self.at] == ">":
                self.at += 1
                return found
            name = self._take(_ATTRIBUTE).lower()
            if not name:
                raise _refusal(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
            self._skip_spaces()
            found[name] = self._value(unclosed) if self.source[self.at : self.at + 1] == "=" else ""

    def _value(self, unclosed: ApiError) -> str:
        self.at += 1
        self._skip_spaces()
        if self.at >= len(self.source):
            raise unclosed
        quote = self.source[self.at]
        if quote not in "\"'":
            return self._bare_value()
        self.at += 1
        value = []
        while self.at < len(self.source) and self.source[self.at] != quote:
            text, self.at = _decoded(self.source, self.at)
            value.append(text)
        if self.at >= len(self.source):
            raise unclosed
        self.at += 1
        return "".join(value)

    def _bare_value(self) -> str:
        where = self._byte(self.at)
        value = self._take(_NAME_TOKEN).lower()
        if self.at < len(self.source) and self.source[self.at] not in _SPACE + ">":
            raise _refusal(f"Unexpected end of name token at byte offset {where}")
        return value

    def _end_tag(self) -> None:
        begin, where = self.at, self._byte(self.at)
        if not self.stack:
            raise _refusal(f"Unexpected end tag at byte offset {where}")
        while self.at < len(self.source) and self.source[self.at] not in _SPACE + ">":
            self.at += 1
        found = self.source[begin + 2 : self.at].lower()
        self._skip_spaces()
        if self.source[self.at : self.at + 1] != ">":
            raise _refusal(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        opened = self.stack.pop()
        if found and found != opened.tag:
            raise _refusal(f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{found}>"')
        if self.offset > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {"type": _TYPES[opened.tag], "offset": opened.start, "length": self.offset - opened.start}
        if opened.tag == "a":
            url = opened.attributes.get("href") or "".join(self.out[opened.text_start :])
            if not _is_link(url):
                return
            entity["url"] = url
        if opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        if opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
            entity["language"] = opened.attributes["class"].removeprefix("language-")
        if opened.tag == "pre" and self._adopts_language(entity):
            return
        self.entities.append(entity)

    def _adopts_language(self, pre: Entity) -> bool:
        """Turn ``<pre><code class="language-x">`` into one entity, as the real server does."""
        last = self.entities[-1] if self.entities else {}
        same = last.get("type") == "code" and (last["offset"], last["length"]) == (pre["offset"], pre["length"])
        if same:
            last["type"] = "pre"
        return same

    def _skip_spaces(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        text = found.group() if found else ""
        self.at += len(text)
        return text

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())


def _refusal(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _decoded(source: str, at: int) -> tuple[str, int]:
    """Return the character at this place, a character reference decoded, and where it ends."""
    found = _CHARACTER.match(source, at) if source[at] == "&" else None
    if found is None:
        return source[at], at + 1
    decimal, hexadecimal, name = found.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else ord(_NAMED[name])
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return source[at], at + 1
    return chr(code), found.end()


def _is_link(url: str) -> bool:
    return bool(re.match(r"(https?|tg|ton|mailto|tel|ftp)://?\S|[\w-]+(\.[\w-]+)+(/|$|\?|:\d)", url, re.IGNORECASE))


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities, or raise the server's ``can't parse entities``."""
    return _Parser(source).run()


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop white space around a text as the server does, and move the entities along."""
    cut = utf16_length(text) - utf16_length(text.lstrip())
    clean = text.strip()
    end = utf16_length(clean)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] - cut + entity["length"], end)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return clean, moved


_DETECTED = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]+[^\s<>\".,;:!?)]|\btg://[^\s<>\"]+|\bt\.me/[\w?=&/+\-]+)"
    r"|(?P<email>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})\b"
)


def with_detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what every client recognises by itself: links, e-mail addresses, commands, mentions."""
    closed = [e for e in entities if e["type"] in ("code", "pre", "text_link")]
    found = []
    for match in _DETECTED.finditer(text):
        start = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        if not any(e["offset"] < start + length and start < e["offset"] + e["length"] for e in closed):
            found.append({"type": match.lastgroup, "offset": start, "length": length})
    return sorted([*entities, *found], key=lambda e: (e["offset"], -e["length"]))


_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


def to_html(text: str, entities: list[Entity]) -> str:
    """Return the text as Telegram HTML; parsing it again gives the same text and entities."""
    shown = [e for e in entities if e["type"] in _TAGS or e["type"] == "text_link"]
    units = text.encode("utf-16-le")
    cuts = sorted({0, len(units) // 2, *(e["offset"] for e in shown), *(e["offset"] + e["length"] for e in shown)})
    parts: list[str] = []
    for start, stop in zip(cuts, [*cuts[1:], None], strict=True):
        parts.extend(_closing_tags(shown, start))
        parts.extend(_tag(e) for e in shown if e["offset"] == start)
        if stop is not None:
            parts.append(escape(units[start * 2 : stop * 2].decode("utf-16-le"), quote=False))
    return "".join(parts)


def _closing_tags(entities: list[Entity], at: int) -> Iterator[str]:
    for entity in reversed(entities):
        if entity["offset"] + entity["length"] == at:
            yield "</a>" if entity["type"] == "text_link" else f"</{_TAGS[entity['type']]}>"


def _tag(entity: Entity) -> str:
    if entity["type"] == "text_link":
        return f'<a href="{escape(entity["url"])}">'
    return f"<{_TAGS[entity['type']]}>"
