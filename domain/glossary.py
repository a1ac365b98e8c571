"""What a word means: the terms of the frameworks and the values of the branch code, found as people ask for them.

Only a message that is nothing but such a question goes here ("wat is een bedrijfskritische vrijwilliger?"), and only
when the word is known: everything else that people type is an answer or a note.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from domain.framework import Framework, Norm

_ALIKE = 0.86


class Entry(Struct, frozen=True):
    """A word with its meaning; `counts_in_scope` is None where the question makes no sense."""

    id: str
    name: str
    text: str
    framework: str
    counts_in_scope: bool | None = None
    is_value: bool = False


class AskingWords(Struct, frozen=True, dict=True):
    """How people ask what a word means: how a question opens, its verbs, words in between, and articles."""

    openings: tuple[str, ...]
    verbs: tuple[str, ...]
    between: tuple[str, ...]
    articles: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a message that is nothing but such a question; the word is its group."""
        between = rf"(?:(?:{_any(self.between)})\s+)*"
        return re.compile(
            rf"(?i)^\s*(?:{_any(self.openings)})\s+(?:{_any(self.verbs)})\s+{between}"
            rf"(?:(?:{_any(self.articles)})\s+)?([^?!.\n]{{2,60}}?)\s*[?!.]*\s*$"
        )


def _any(phrases: Iterable[str]) -> str:
    """Return the pattern of one of these phrases, the longest first, with any space between their words."""
    longest = sorted(phrases, key=len, reverse=True)
    return "|".join(r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in longest)


def asked_word(text: str, asking: AskingWords) -> str | None:
    """Return the word that somebody asks the meaning of, None for anything that is not only such a question."""
    found = asking.pattern.match(text)
    return found[1] if found else None


def entries(frameworks: Iterable[Framework]) -> tuple[Entry, ...]:
    """Return every term and value, framework after framework, each name once."""
    found: dict[str, Entry] = {}
    for framework in frameworks:
        for term in framework.terms:
            entry = Entry(term.id, term.name, term.text, framework.short_name, term.counts_in_scope)
            found.setdefault(_folded(term.name), entry)
        for value in framework.branch_code:
            name = f"{framework.rubric(value.rubric).name} {value.id.rsplit('-', 1)[-1]}"
            found.setdefault(value.id, Entry(value.id, name, value.text, framework.short_name, is_value=True))
    return tuple(found.values())


def find_entry(word: str, known: Iterable[Entry]) -> Entry | None:
    """Return the entry that was meant: the word itself, another form of it, or a slip of the pen."""
    wanted = _folded(word)
    by_name = {_folded(entry.name): entry for entry in known} | {_folded(entry.id): entry for entry in known}
    if wanted in by_name:
        return by_name[wanted]
    close = difflib.get_close_matches(wanted, by_name, n=1, cutoff=_ALIKE)
    return by_name[close[0]] if close else None


def entries_in(norm: Norm, known: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the terms that a norm uses in its wording, title, points, questions and notes; the longest name first."""
    texts = (norm.wording, norm.essence, norm.title, *norm.points, *norm.questions, *norm.notes)
    words = f" {' '.join(_folded(text) for text in texts)} "
    named, alike = [], []
    for entry in sorted((entry for entry in known if not entry.is_value), key=lambda entry: -len(entry.name)):
        name = _folded(entry.name)
        if f" {name} " in words:
            named.append(entry)
            words = words.replace(f" {name} ", f" {name.split()[0]} ")  # the longer name says it already
        elif " " in name and f" {name.split()[-1]} " in words:
            alike.append(entry)  # who reads of a "stagiaire" may wonder which ones count
    return (*named, *alike)


def _folded(text: str) -> str:
    """Bring forms of a word together: no capitals, marks, articles or plural endings."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return " ".join(_stem(word) for word in re.findall(r"[a-z0-9]+", plain))


def _stem(word: str) -> str:
    for ending in ("en", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 5:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 5 and word[-1] == word[-2] else word
