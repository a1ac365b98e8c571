"""Screens become text: a Jinja2 that is strict about names and escapes everything from people.

Texts are Telegram HTML. Whatever a person wrote is escaped here, once; a template that names
something its screen does not have fails loudly instead of leaving a gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from domain.amounts import rounded

if TYPE_CHECKING:
    from templates.screens import Screen

MAX_TEXT = 4096  # Telegram's limit, counted in UTF-16 units after the entities are taken out
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_TAG = re.compile(r"<[^>]+>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+);")


def shorten(text: str, length: int = 200) -> str:
    """Return the text on one line, cut at a word with an ellipsis when it is longer than `length`."""
    line = " ".join(str(text).split())
    if len(line) <= length:
        return line
    head = line[: length - 1]
    cut = head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head
    return cut.rstrip(" ,.;:") + "…"


def short_date(day: date | datetime) -> str:
    """Return "di 1 dec", with the year when it is not within about half a year of a day."""
    local = day.astimezone(AMSTERDAM).date() if isinstance(day, datetime) else day
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def full_date(day: date | datetime) -> str:
    """Return "1 dec 2026"."""
    local = day.astimezone(AMSTERDAM).date() if isinstance(day, datetime) else day
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def clock(moment: datetime) -> str:
    """Return "17:30", as it is here."""
    return f"{moment.astimezone(AMSTERDAM):%H:%M}"


def blocks(done: int, total: int, width: int = 10) -> str:
    """Return a bar of ten blocks; full only when all is done, empty only when nothing is."""
    filled = 0 if total == 0 else done * width // total
    filled = max(filled, 1) if done else 0
    return "▓" * filled + "░" * (width - filled)


def file_size(size: int | None) -> str:
    """Return "2,4 MB" or "310 kB"."""
    if size is None:
        return ""
    return f"{size / 1_000_000:.1f} MB".replace(".", ",") if size >= 1_000_000 else f"{max(1, size // 1000)} kB"


def amount(value: Fraction | int) -> str:
    """Return "12,5": at most two decimals, with a comma."""
    return f"{rounded(Fraction(value)):f}".replace(".", ",")


def days_until(day: date, today: date) -> int:
    """Return the number of days from today to a day."""
    return (day - today) // timedelta(days=1)


class _Environment(Environment):
    """Gives every template its globals in one plain mapping: Jinja2 compares their names at every import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of one template."""
        return {**self.globals, **(d or {})}


def _environment() -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "shorten": shorten,
        "short_date": short_date,
        "full_date": full_date,
        "clock": clock,
        "file_size": file_size,
        "amount": amount,
    }
    environment.globals |= {"blocks": blocks, "days_until": days_until}
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=512)
def _template(name: str) -> Template:
    return _ENVIRONMENT.get_template(name)


def render(screen: Screen) -> str:
    """Return the Telegram HTML of a screen, without blank lines at its ends and at most 4,096 long.

    Raises:
        jinja2.UndefinedError: the template names something that the screen does not have.
    """
    values: Mapping[str, Any] = {name: getattr(screen, name) for name in screen.__struct_fields__}
    text = _template(screen.template).render(values)
    return clip(re.sub(r"\n{3,}", "\n\n", text).strip())


def visible_length(html: str) -> int:
    """Return the length that Telegram counts: without tags, in UTF-16 units."""
    plain = _ENTITY.sub("x", _TAG.sub("", html))
    return len(plain.encode("utf-16-le")) // 2


def clip(html: str) -> str:
    """Return the text as it is when it fits a message, else whole lines of it and an ellipsis.

    Cutting at a line keeps every tag whole, because no template opens a tag on one line and
    closes it on another.
    """
    if len(html) <= MAX_TEXT // 2 or visible_length(html) <= MAX_TEXT:
        return html
    kept: list[str] = []
    length = 2
    for line in html.split("\n"):
        length += visible_length(line) + 1
        if length > MAX_TEXT:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


_MACRO = re.compile(r"\{%-?\s*macro\s+([a-z]\w*)\(")


@lru_cache(maxsize=1)
def _label_files() -> dict[str, str]:
    """Return the file of templates/labels/ in which each label stands; two with one name would hide each other.

    The files are only searched here: compiling them all would be a tenth of the start.
    """
    files: dict[str, str] = {}
    for file in sorted(Path(__file__).parent.glob("labels/*.j2")):
        found = dict.fromkeys(_MACRO.findall(file.read_text()), f"labels/{file.name}")
        if files.keys() & found.keys():
            raise ValueError(f"{file.name} repeats the labels {sorted(files.keys() & found.keys())}")
        files |= found
    return files


@lru_cache(maxsize=4096)
def label(name: str, value: str = "") -> str:
    """Return the label of a button: the macro of that name in templates/labels/, as plain text.

    Raises:
        KeyError: no file of templates/labels/ has such a label.
    """
    macro = getattr(_template(_label_files()[name]).module, name)
    return unescape(str(macro(value))).strip()
