"""What a short note says, as features that a model can weigh: "jw volgt curssus" is about a youth worker and a course.

    text -> words as typed -> abbreviations written out, typing errors mended, compounds taken apart
         -> features: stems, pairs of words, concepts of the lexicon, pieces of three to five letters

Every feature remembers the word it came from, so that a suggestion can say which words of the note pointed there.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from domain.framework import NormId

MAX_LENGTH = 600  # characters that are read; who pastes a report gets a suggestion for its beginning
_MIN_PIECE, _MAX_PIECE = 3, 5
_MIN_PART = 4  # letters in a part of a compound
_MIN_MENDED = 5  # letters in a word that may hold a typing error
_MAX_PHRASE = 4  # words


class NoteLexicon(Struct, frozen=True):
    """The words of the field, all of them in small letters without accents.

    `abbreviations` gives for a word all that it may stand for. `concepts` gives for a name the words, phrases,
    beginnings ("vrijwillig*") and endings ("*beleid") that mean nearly the same. `points` gives for a concept the norms
    that it makes likely on its own.
    """

    abbreviations: Mapping[str, tuple[str, ...]]
    concepts: Mapping[str, tuple[str, ...]]
    points: Mapping[str, tuple[NormId, ...]]


class Kind(StrEnum):
    """What kind of feature: each kind counts as one vector of its own."""

    WORD = "w"
    CONCEPT = "c"
    PIECE = "g"


class Word(Struct, frozen=True):
    """A word of a note: as typed, and folded to small letters without accents."""

    typed: str
    folded: str


@dataclass
class Features:
    """The features of one note: per kind how often each was seen, and for each the places of the words it came from."""

    words: tuple[Word, ...]
    counts: dict[Kind, dict[str, float]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    places: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, kind: Kind, name: str, places: Iterable[int], amount: float = 1.0) -> None:
        """Count a feature once more, and remember where it came from."""
        feature = f"{kind}:{name}"
        counted = self.counts[kind]
        counted[feature] = counted.get(feature, 0.0) + amount
        self.places[feature].update(places)


class NoteReader:
    """Reads notes with the help of a lexicon; `known` are the words that are spelled right."""

    def __init__(self, lexicon: NoteLexicon, known: Collection[str]) -> None:
        self._abbreviations = {fold(short): tuple(texts) for short, texts in lexicon.abbreviations.items()}
        self._concepts = _ConceptIndex(lexicon.concepts)
        self._known = frozenset(known) | self._concepts.words

    def read(self, text: str) -> Features:
        """Return what a note says."""
        features = Features(tuple(words_of(text)))
        tokens = list(self._tokens(features.words))
        for token, place in tokens:
            self._add_word(features, token, place)
        self._add_pairs(features, tokens)
        self._add_phrases(features, tokens)
        for place, word in enumerate(features.words):
            for piece in pieces(word.folded):
                features.add(Kind.PIECE, piece, (place,))
        return features

    def _tokens(self, words: Sequence[Word]) -> Iterator[tuple[str, int]]:
        """Yield every word, an abbreviation followed by what it stands for, with the place of the typed word."""
        for place, word in enumerate(words):
            meanings = self._abbreviations.get(word.folded) or self._abbreviations.get(bare(word.folded))
            if meanings is None:
                yield from ((part, place) for part in parted(word.folded))
                continue
            yield f"={bare(word.folded)}", place
            for meaning in meanings:
                yield from ((part, place) for part in meaning.split())

    def _add_word(self, features: Features, token: str, place: int) -> None:
        """Count a word by its stem and its concepts; an unknown word also as what was probably meant."""
        features.add(Kind.WORD, root(token), (place,))
        for meant in self._meant(token):
            features.add(Kind.WORD, root(meant), (place,), 0.7)
            self._add_concepts(features, meant, place)
        self._add_concepts(features, token, place)

    def _add_concepts(self, features: Features, token: str, place: int) -> None:
        for concept in self._concepts.of_word(token):
            features.add(Kind.CONCEPT, concept, (place,))

    def _meant(self, token: str) -> tuple[str, ...]:
        """Return the parts of a compound, or the known word that an unknown one is a slip of."""
        if parts := self._parts(token):
            return parts
        if token in self._known or len(token) < _MIN_MENDED or not token.isalpha():
            return ()
        mended = self._mend(token)
        return (mended, *self._parts(mended)) if mended else ()

    def _parts(self, token: str) -> tuple[str, ...]:
        """Return the two known words that a compound is made of, the longest first part; empty when it is none."""
        for cut in range(len(token) - _MIN_PART, _MIN_PART - 1, -1):
            last = token[cut:]
            if last not in self._known:
                continue
            first = token[:cut]
            for link in ("", "s", "en", "e", "n"):
                if first.endswith(link) and (stemmed := first[: len(first) - len(link)]) in self._known:
                    return (stemmed, last) if len(stemmed) >= _MIN_PART else ()
        return ()

    def _mend(self, token: str) -> str | None:
        """Return the known word at one slip of the finger from this one, or None."""
        return min((slip for slip in _slips(token) if slip in self._known), default=None)

    def _add_pairs(self, features: Features, tokens: Sequence[tuple[str, int]]) -> None:
        for (first, at), (second, then) in itertools.pairwise(tokens):
            features.add(Kind.WORD, f"{root(first)} {root(second)}", (at, then))

    def _add_phrases(self, features: Features, tokens: Sequence[tuple[str, int]]) -> None:
        names = [token for token, _ in tokens]
        for start in range(len(tokens)):
            for concept, length in self._concepts.of_phrase(names, start):
                features.add(Kind.CONCEPT, concept, {place for _, place in tokens[start : start + length]})


class _ConceptIndex:
    """The concepts of a lexicon by word, by beginning, by ending and by phrase."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._begins: dict[str, set[str]] = defaultdict(set)
        self._ends: dict[str, set[str]] = defaultdict(set)
        self._phrases: dict[str, list[tuple[tuple[str, ...], bool, str]]] = defaultdict(list)
        for concept, patterns in concepts.items():
            for pattern in patterns:
                self._take(concept, fold(pattern))
        longest = max((len(word) for word in (*self._begins, *self._ends)), default=0)
        self._lengths = range(2, longest + 1)

    @property
    def words(self) -> frozenset[str]:
        """The words that stand in the lexicon as they are."""
        return frozenset((*self._exact, *self._begins, *self._ends))

    def _take(self, concept: str, pattern: str) -> None:
        tokens = pattern.split()
        if len(tokens) > 1:
            last, is_open = tokens[-1].rstrip("*"), tokens[-1].endswith("*")
            self._phrases[tokens[0]].append(((*tokens[1:-1], last), is_open, concept))
        elif pattern.startswith("*"):
            self._ends[pattern[1:]].add(concept)
        elif pattern.endswith("*"):
            self._begins[pattern[:-1]].add(concept)
        else:
            self._exact[pattern].add(concept)

    def of_word(self, word: str) -> set[str]:
        """Return the concepts that one word belongs to."""
        found = set(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found |= self._begins.get(word[:length], _NOTHING)
            found |= self._ends.get(word[-length:], _NOTHING)
        return found

    def of_phrase(self, words: Sequence[str], start: int) -> Iterator[tuple[str, int]]:
        """Yield the concepts of the phrases that begin at a place, with how many words they take."""
        for rest, is_open, concept in self._phrases.get(words[start], ()):
            following = words[start + 1 : start + 1 + len(rest)]
            if tuple(following[:-1]) != rest[:-1] or len(following) != len(rest):
                continue
            if following[-1] == rest[-1] or (is_open and following[-1].startswith(rest[-1])):
                yield concept, len(rest) + 1


_NOTHING: frozenset[str] = frozenset()
_TYPED = re.compile(r"\w+(?:['’`&]\w+)*|p&o")
_ENDINGS = ("heden", "heid", "tjes", "tje", "eren", "ering", "ingen", "ing", "ers", "er", "en", "es", "e", "s")
_MIN_ROOT = 4
_DOUBLED = re.compile(r"([a-z])\1+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fold(text: str) -> str:
    """Return a text in small letters without accents and with straight apostrophes."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("`", "'"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; "mw'er", "ri&e" and "p&o" are one word."""
    for match in _TYPED.finditer(text[:MAX_LENGTH]):
        yield Word(match.group(), fold(match.group()))


def bare(word: str) -> str:
    """Return a folded word without signs: "mw'er" becomes "mwer"."""
    return word if word.isalnum() else re.sub(r"[^a-z0-9]", "", word)


def parted(word: str) -> Iterator[str]:
    """Yield a folded word, without the ending behind an apostrophe: "foto's" is "foto"."""
    stem = word.split("'")[0]
    yield bare(stem) if len(stem) > 1 else bare(word)


def root(word: str) -> str:
    """Return what the forms of a Dutch word share: "geëvalueerd", "evalueert" and "evaluering"."""
    if len(word) <= _MIN_ROOT or not word.isalpha():
        return word
    word = _without_tense(word)
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return _DOUBLED.sub(r"\1", word.replace("v", "f").replace("z", "s"))


def _without_tense(word: str) -> str:
    """Take the signs of a verb off: "gemeld", "meldt" and "meldde" all become "meld"."""
    if word.startswith("ge") and len(word) > _MIN_ROOT + 2 and word[-1] in "dtn":
        word = word[2:]
    for ending in ("dde", "tte", "de", "te", "t", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_ROOT:
            return word[: -len(ending)]
    return word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_ROOT:
            return word[: -len(ending)]
    return word


def pieces(word: str) -> Iterator[str]:
    """Yield the pieces of three to five letters of a folded word, its edges marked."""
    padded = f"_{word}_"
    for length in range(_MIN_PIECE, _MAX_PIECE + 1):
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def _slips(word: str) -> Iterator[str]:
    """Yield what a word may have been before one letter was dropped, doubled, swapped or changed."""
    for cut in range(len(word) + 1):
        head, tail = word[:cut], word[cut:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
