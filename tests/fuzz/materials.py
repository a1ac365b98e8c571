"""What the fuzzer types, forges and sends: hostile texts, taps that nobody was ever given, and files of every kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from enum import Enum
from functools import cache
from random import Random
from typing import Any, get_args, get_type_hints

from conversations.all import ALL_CONVERSATIONS
from conversations.kit import MAX_TAP_BYTES, OnCommand, OnTap, Tap

TEXTS = (
    "Wij doen dat elke week", "V1", "v1: ja", "D9 O16 V12", "wat is een norm?", "0", "-1", "12", "3,5", "12.5", "1e9",
    "999999999999999999999999", "½", "٣", "1-2-2027", "1 februari 2027", "31-02-2027", "29 feb 2028", "morgen",
    "2027-02-01", "00-00-0000", "1-1-99999", "nee", "ja", ".", "/", "//", "/ menu", "-", "—", "\u200b", "\ufe0f",
    "<b>vet</b> & <a href='https://kwaad.example'>klik</a></blockquote>", "<", "&lt;script&gt;", "</i>" * 30,
    "{{ 7*7 }} {% raw %} {# #} {{ cycler.__init__.__globals__.os }}", '#read("/etc/passwd") #import "x": * $x$ @a',
    "=HYPERLINK(\"http://kwaad.example\")", "+1", "@SUM(A1)", "\tX\r\n\r\nY\u2028Z", "BEGIN:VEVENT\r\nEND:VCALENDAR",
    "%s %(x)s %n {0} ${x} \\ \\n \\u0000 'x' \"y\" `z`", "'; DROP TABLE answer; --", "../../etc/passwd",
    "\u202eomgekeerd שלום مرحبا", "👩🏽‍🦽🏳️‍🌈" * 40, "\u0000\u0007\ufeff", "\ud83d", "a\u0301" * 300, "ﷺ" * 200,
    "x" * 4096, "woord " * 680, "é" * 2000, "regel\n" * 800, "123456782 is mijn BSN", "NL91ABNA0417164300 06-12345678",
    "iemand@voorbeeld.nl", "https://voorbeeld.nl/?a=1&b=2", "null", "None", "true", "[]", "{}", "NaN",
)  # fmt: skip

NAMES = (
    "Samira", "verslag.pdf", "../../etc/passwd", "..\\..\\x.exe", "CON", "a" * 300 + ".pdf", "\u202egpj.exe", "",
    "<b>.png", "naam\r\nmet regel.pdf", "\u0000.pdf", ".", "..", "{{x}}.docx", "=1+1.xlsx", "файл.pdf",
)  # fmt: skip


_WORDS = ("2026-12-01", "2027-13-45", "kwaliteitslabel-2019", "V", "D", "P", "Mng", "initial_audit", "*", "1",
          "employees_delivery", "summary", "name", "place")  # fmt: skip
_ODD_VALUES = ("", "-", "0", "-5", "é", "9" * 18, "²", "1.0", " 1")


@cache
def commands() -> Sequence[str]:
    """Return every command that a conversation takes, and some that none takes."""
    rules = [rule for conversation in ALL_CONVERSATIONS for rule in conversation.entry_points]
    known = sorted({rule.name for rule in rules if isinstance(rule, OnCommand)})
    return [*(f"/{name}" for name in known), "/start x", "/start " + "A" * 22, "/menu@handvat_bot", "/onbekend",
            "/norm V1", "/normen ../x", "/START", "/başla"]  # fmt: skip


@cache
def taps() -> Sequence[type[Tap]]:
    """Return every kind of tap that a conversation takes."""
    found: dict[str, type[Tap]] = {}
    for conversation in ALL_CONVERSATIONS:
        declared = [conversation.entry_points, conversation.fallbacks, *conversation.states.values()]
        found |= {rule.kind.prefix: rule.kind for rules in declared for rule in rules if isinstance(rule, OnTap)}
    return [found[prefix] for prefix in sorted(found)]


def forged(random: Random, seen: Sequence[str], norms: Sequence[str]) -> str:
    """Return callback data that nobody was given: of any kind, or what somebody else was given, perhaps mutilated."""
    if seen and random.random() < 0.4:
        data = random.choice(seen)
    else:
        kind = random.choice(taps())
        hints = get_type_hints(kind)
        values = (_value(random, hints[name], norms) for name, _, _ in kind._fields())
        data = ":".join([kind.prefix, *values])
    return data if random.random() < 0.6 else _mutilated(random, data)


def _value(random: Random, hint: Any, norms: Sequence[str]) -> str:
    options = get_args(hint) or (hint,)
    if type(None) in options and random.random() < 0.3:
        return "-"
    kind = next(option for option in options if option is not type(None))
    plain = getattr(kind, "__supertype__", kind)
    if random.random() < 0.04:
        return random.choice(["", "-", "x", "0", "-1", "99", "9" * 18, "'", "é", "None", "../x", "\u202e"])
    if issubclass(plain, Enum):
        return str(random.choice(list(plain)).value)
    if plain is bool:
        return random.choice("01")
    if plain is int:
        return str(random.choice([*range(12), random.randrange(60), 10**9, 2**31, 2**63, 10**17, -1]))
    if kind.__name__ == "NormId":
        return random.choice(norms)
    return random.choice([random.choice(norms), *_WORDS])


def _mutilated(random: Random, data: str) -> str:
    """Return the data with a part gone, doubled, swapped or made of other characters; of any length up to 64 bytes."""
    parts = data.split(":")
    at = random.randrange(len(parts))
    changes = (
        lambda: data[: random.randrange(len(data) + 1)],
        lambda: data + ":" + random.choice(parts),
        lambda: ":".join(parts[:at] + parts[at + 1 :]),
        lambda: ":".join(
            [*parts[:at], random.choice(["", "-", "0", "-5", "é", "9" * 18, "²", "1.0", " 1"]), *parts[at + 1 :]]
        ),
        lambda: data.swapcase(),
        lambda: data + "\u202e",
        lambda: data + "x" * MAX_TAP_BYTES,
        lambda: random.choice(["", ":", "::::", "é" * 32, "0" * 64, "-"]),
        lambda: ":".join(random.sample(parts, len(parts))),
    )
    changed = random.choice(changes)()
    return changed.encode()[:MAX_TAP_BYTES].decode(errors="ignore")


# ------------------------------------------------------------------------------------------------------- files


@cache
def files() -> tuple[tuple[str, bytes], ...]:
    """Return files as people and attackers send them: what they call themselves, and what is in them."""
    return (
        ("image/png", _png(8, 8)), ("image/png", _png(60_000, 60_000)), ("image/jpeg", b"\xff\xd8\xff\xe0" + b"x" * 99),
        ("application/pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"),
        ("application/pdf", b"%PDF-1.7\n/JavaScript /OpenAction /Launch\n%%EOF"),
        ("application/zip", _zip({"word/document.xml": b"\x00" * 9_000_000})),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         _zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", "../../evil": b"x"})),
        ("text/html", b"<script>alert(1)</script>"), ("image/svg+xml", b"<svg onload='x'/>"), ("", b""),
        ("application/octet-stream", b"MZ\x90\x00" * 50), ("audio/ogg", b"OggS" + b"\x00" * 60),
        ("text/plain", b"gewone tekst"), ("video/mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40),
    )  # fmt: skip


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\x00" * (width + 1) * min(height, 100))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _zip(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()
