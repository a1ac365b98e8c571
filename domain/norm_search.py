"""Finding a norm by what a person types: "d9", "norm 9 dienstverlening", "vrijwiligers".

    bare id -> number with a rubric -> words: same stem, part of a compound, or a near miss

`NormSearch` reads all texts of a framework once; a query then looks stems up and never scans texts.
The rules for stems are light and Dutch; they only have to bring the forms of one word together.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum, StrEnum

from msgspec import Struct

from domain.framework import Framework, Norm, NormId, Rubric


class Place(IntEnum):
    """Where a word was found; the number is what a word there weighs."""

    EVIDENCE = 3
    QUESTION = 4
    NOTE = 5
    ESSENCE = 6
    KEYWORD = 9
    TITLE = 10
    LABEL = 12
    NUMBER = 99


class Likeness(StrEnum):
    """How a typed word and the word of a norm are alike."""

    SAME = "same"
    COMPOUND = "compound"
    NEAR = "near"


class Reason(Struct, frozen=True):
    """Which typed word matched which word of the norm, and where."""

    typed: str
    found: str
    place: Place
    likeness: Likeness


class NormMatch(Struct, frozen=True):
    """A norm that fits what was typed, with the reasons, the strongest first; a higher score fits better."""

    norm: Norm
    score: int
    reasons: tuple[Reason, ...]


def bare_norm_id(text: str, framework: Framework) -> NormId | None:
    """Return the norm whose id is all that was typed ("d9", "D 9", "D-9"), or None.

    Anything beside the id makes it a sentence: "D9 was lastig" is no bare id.
    """
    typed = _folded_id(text)
    return next((norm.id for norm in framework.norms if _folded_id(norm.id) == typed), None)


def find_norms(text: str, framework: Framework, limit: int = 6) -> tuple[NormMatch, ...]:
    """Return the norms that fit best, the best first; who asks more than once keeps a `NormSearch`."""
    return NormSearch(framework).find(text, limit)


class NormSearch:
    """The words of one framework, ready to be searched; build it once per framework."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._by_folded_id = {_folded_id(norm.id): norm.id for norm in framework.norms}
        self._ignored = frozenset(_FILLER.split())
        self._places: dict[str, dict[int, tuple[Place, str]]] = defaultdict(dict)
        for norm in framework.norms:
            for place, text in _texts(norm):
                self._read(norm, place, text)
        self._stems_by_trigram = _by_trigram(self._places)

    def find(self, text: str, limit: int = 6) -> tuple[NormMatch, ...]:
        """Return the norms that fit best, the best first; empty when nothing fits."""
        if named := self._named(text):
            return named[:limit]
        words = [word for word in _words(text[:_MAX_TYPED]) if word not in self._ignored]
        numbered = self._numbered(words)
        matches = self._by_words(words) if numbered is None else numbered
        return matches[:limit]

    def _named(self, text: str) -> tuple[NormMatch, ...]:
        """Return the norms whose id was typed, as all of the text or as a word in it ("D9 en D10")."""
        typed = [text, *text[:_MAX_TYPED].split()]
        ids = dict.fromkeys(self._by_folded_id.get(_folded_id(word)) for word in typed)
        return tuple(self._by_number(self._framework.norm(norm), norm) for norm in ids if norm)

    def _read(self, norm: Norm, place: Place, text: str) -> None:
        """Remember for every stem of a text the weightiest place where this norm has it."""
        for word in _words(text):
            known = self._places[stem(word)].get(norm.ordinal)
            if known is None or place > known[0]:
                self._places[stem(word)][norm.ordinal] = (place, word)

    def _numbered(self, words: list[str]) -> tuple[NormMatch, ...] | None:
        """Read "9", "dienstverlening 9" and "norm 9 d"; None when something else was typed."""
        numbers = [word for word in words if word.isdigit()]
        rest = [word for word in words if not word.isdigit()]
        rubrics = [rubric for rubric in self._framework.rubrics if _names_rubric(rubric, rest, bool(numbers))]
        if len(numbers) > 1 or not words or not rubrics:
            return None
        norms = [norm for rubric in rubrics for norm in self._framework.in_rubric(rubric.id)]
        return tuple(self._by_number(norm, " ".join(words)) for norm in norms if _is_numbered(norm, numbers))

    def _by_number(self, norm: Norm, typed: str) -> NormMatch:
        return NormMatch(norm, int(Place.NUMBER), (Reason(typed, norm.id, Place.NUMBER, Likeness.SAME),))

    def _by_words(self, words: Iterable[str]) -> tuple[NormMatch, ...]:
        """Add up what every typed word brings; a tie goes to the first norm of the framework."""
        reasons: dict[int, list[tuple[int, Reason]]] = defaultdict(list)
        for word in dict.fromkeys(words):
            for ordinal, scored in self._best_per_norm(word).items():
                reasons[ordinal].append(scored)
        ranked = sorted(reasons.items(), key=lambda item: (-sum(score for score, _ in item[1]), item[0]))
        return tuple(_match(self._framework.norms[ordinal], scored) for ordinal, scored in ranked)

    def _best_per_norm(self, word: str) -> Mapping[int, tuple[int, Reason]]:
        """Return per norm the strongest reason that one typed word gives."""
        best: dict[int, tuple[int, Reason]] = {}
        for found_stem, likeness, percent in self._alike(stem(word)):
            norms = self._places[found_stem]
            rarity = (len(self._framework.norms) // len(norms)).bit_length()
            for ordinal, (place, found) in norms.items():
                score = place * percent * (rarity + 1)
                if ordinal not in best or score > best[ordinal][0]:
                    best[ordinal] = (score, Reason(word, found, place, likeness))
        return best

    def _alike(self, typed: str) -> Iterator[tuple[str, Likeness, int]]:
        """Yield the stems that a typed stem may mean, with how sure that is in percent.

        Near misses, and known words inside the typed one, are only looked for when the word itself
        is not known, so that "intervisie" never becomes "visie".
        """
        candidates = self._candidates(typed)
        if typed in self._places:
            yield typed, Likeness.SAME, 100
        for other in candidates:
            if _is_part(typed, other):
                yield other, Likeness.COMPOUND, 60
            elif typed not in self._places and _is_part(other, typed):
                yield other, Likeness.COMPOUND, 60 * len(other) // len(typed)
        if typed not in self._places:
            yield from _near(typed, candidates)

    def _candidates(self, typed: str) -> list[str]:
        """Return the stems that share enough trigrams with what was typed, in alphabetical order."""
        trigrams = _trigrams(typed)
        shared = Counter(other for trigram in trigrams for other in self._stems_by_trigram.get(trigram, ()))
        return sorted(other for other, count in shared.items() if 3 * count >= min(len(trigrams), len(other)))


#: Words that people write around what they look for.
_FILLER = """
norm normen nummer nr over van de het een en of met voor in op aan bij naar te ik wil zoek ga toon laat zien
iets die dat wat is zijn onze ons mijn je jij jullie we wij hoe waar graag
"""


def stem(word: str) -> str:
    """Return what the forms of a Dutch word share: "vrijwilligers" and "vrijwilliger", "afspraak" and "afspraken"."""
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return _SOUNDS.sub(r"\1", word.replace("v", "f").replace("z", "s"))


# Longest first; what remains must keep four letters, so that short words stay themselves.
_ENDINGS = ("heden", "heid", "tjes", "tje", "eren", "ering", "ingen", "ing", "ers", "er", "en", "es", "e", "s")
_MIN_STEM = 4
_SOUNDS = re.compile(r"([a-z])\1+")  # afspraak and afsprak, stopp and stop
_MIN_PART = 4
_MAX_TYPED = 200  # characters; nobody searches with more, and a pasted letter must not cost time
_MIN_NEAR_PERCENT = 78


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word[: -len(ending)]
    return word


def _texts(norm: Norm) -> Iterator[tuple[Place, str]]:
    yield Place.LABEL, norm.label
    yield Place.TITLE, norm.title
    yield Place.ESSENCE, norm.essence
    yield from ((Place.KEYWORD, text) for text in norm.keywords)
    yield from ((Place.NOTE, text) for text in norm.notes)
    yield from ((Place.QUESTION, text) for text in norm.questions)
    yield from ((Place.EVIDENCE, text) for text in norm.evidence)


def _words(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents; "RI&E" and "zzp'er" stay one word."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[a-z]+|\d+", re.sub(r"[^a-z0-9\s,.;:/+–—-]", "", plain))


def _folded_id(text: str) -> str:
    """Return an id without case, spaces, punctuation and leading zeros: "D-09" becomes "d9"."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\W_]", "", text.lower()))


def _names_rubric(rubric: Rubric, words: list[str], has_number: bool) -> bool:
    """Say whether the words name a rubric; without a number its first word has to be there ("bestuur" is a subject)."""
    names = [stem(word) for word in _words(rubric.name)]
    typed = [stem(word) for word in words]
    is_meant = has_number or names[0] in typed or typed == [rubric.id.lower()]
    return is_meant and all(word in names or word == rubric.id.lower() for word in typed)


def _is_numbered(norm: Norm, numbers: list[str]) -> bool:
    return not numbers or norm.number == int(numbers[0])


def _match(norm: Norm, scored: list[tuple[int, Reason]]) -> NormMatch:
    strongest_first = sorted(scored, key=lambda item: -item[0])
    return NormMatch(norm, sum(score for score, _ in scored), tuple(reason for _, reason in strongest_first))


def _by_trigram(stems: Iterable[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for known in stems:
        for trigram in _trigrams(known):
            found[trigram].add(known)
    return {trigram: frozenset(known) for trigram, known in found.items()}


def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def _is_part(part: str, whole: str) -> bool:
    """Say whether a word begins or ends a longer one, as "beleid" ends "stagebeleid"."""
    return _MIN_PART <= len(part) < len(whole) and (whole.startswith(part) or whole.endswith(part))


def _near(typed: str, candidates: Iterable[str]) -> Iterator[tuple[str, Likeness, int]]:
    """Yield what was probably meant by a word with a typing error."""
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(typed)
    for other in candidates:
        matcher.set_seq1(other)
        matching = sum(block.size for block in matcher.get_matching_blocks())
        percent = 200 * matching // (len(typed) + len(other))
        if percent >= _MIN_NEAR_PERCENT and len(typed) >= _MIN_PART:
            yield other, Likeness.NEAR, percent * percent // 150
