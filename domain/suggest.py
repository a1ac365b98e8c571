"""Where a quick note probably belongs: a linear model that was trained beforehand, and says which words decided.

    note -> features (domain.note_words) -> per norm a sum of weights + what this audit's own notes say
         -> the likeliest norms, each with the words of the note that pointed there; or: it belongs nowhere

The model is data, made by `tools.train_suggest` from the notes and the lexicon in content/suggest. Nothing is learnt
while running: what people of one audit confirmed is passed in with every question and forgotten after it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from msgspec import Struct

from domain.framework import Framework, FrameworkId, NormId
from domain.note_words import Features, Kind, NoteLexicon, NoteReader, Word, fold, parted, root, words_of

_MAX_WORDS = 3  # that a proposal shows
_MIN_WORD = 3  # letters in a word that explains something
_MIN_RARITY = 4.2  # below it are words that stand everywhere ("niet", "het"): they count, but explain nothing
_MIN_SHARE = 0.15  # of what the strongest word says, for a word to be shown
_MIN_ALIKE = 0.25  # cosine from which a confirmed note says something about a new one


class Confirmed(Protocol):
    """A note that somebody of the same audit placed at a norm."""

    @property
    def text(self) -> str:
        """What was typed."""
        ...

    @property
    def norm(self) -> NormId:
        """Where it was placed."""
        ...


class Weights(Struct, frozen=True):
    """What every feature says about every class, as small numbers of which `step` is one.

    `packed` holds per feature the places in `classes` that it speaks of, followed by as many signed weights;
    `features` gives where those begin and how many they are.
    """

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    features: Mapping[str, tuple[int, int]]
    packed: bytes
    step: float

    def of(self, feature: str) -> Iterable[tuple[int, float]]:
        """Yield the place of every class that a feature speaks of, with its weight."""
        begin, count = self.features.get(feature, _UNKNOWN)
        packed, step = self.packed, self.step
        for place in range(begin, begin + count):
            weight = packed[place + count]
            yield packed[place], (weight - 256 if weight > 127 else weight) * step

    def between(self, feature: str, place: int) -> float:
        """Return what a feature says about the class at a place."""
        begin, count = self.features.get(feature, _UNKNOWN)
        found = self.packed.find(place, begin, begin + count)
        if found < 0:
            return 0.0
        weight = self.packed[found + count]
        return (weight - 256 if weight > 127 else weight) * self.step


class SuggestModel(Struct, frozen=True):
    """All that a suggester needs: the lexicon it was trained with, words spelled right, rarity and weights.

    `shares` says how heavily each kind of feature counts; a note belongs nowhere when that class leads every norm by
    more than `nowhere_lead`. `fingerprint` is that of what was learnt from.
    """

    framework: FrameworkId
    fingerprint: str
    lexicon: NoteLexicon
    known: frozenset[str]
    rarity: Mapping[str, float]
    shares: Mapping[Kind, float]
    weights: Weights
    nowhere_lead: float
    confirmed_gain: float


class SuggestedNorm(Struct, frozen=True):
    """A norm where a note probably belongs, and the words of the note that pointed there, the strongest first."""

    norm: NormId
    words: tuple[str, ...]


class Suggestion(Struct, frozen=True):
    """The likeliest norms, the best first; what belongs nowhere has them too, but they should not be proposed."""

    norms: tuple[SuggestedNorm, ...]
    belongs_nowhere: bool


NOWHERE: Final = "nergens"  # the class of what belongs to no norm, as the notes call it
_UNKNOWN = (0, 0)


class Suggester:
    """Places notes among the norms of one framework; built once, used for every note."""

    def __init__(self, model: SuggestModel, framework: Framework) -> None:
        if unknown := {name for name in model.weights.classes if name != NOWHERE} - framework.norm_ids:
            raise ValueError(f"the model of {model.framework} knows norms that {framework.id} has not: {unknown}")
        self._model = model
        self._reader = NoteReader(model.lexicon, model.known)
        self._place_of = {name: place for place, name in enumerate(model.weights.classes)}
        self._rarest = max(model.rarity.values(), default=1.0)
        self._ids = {fold(norm.id): norm.id for norm in framework.norms}

    def suggest(self, text: str, limit: int = 3, confirmed: Iterable[Confirmed] = ()) -> Suggestion:
        """Return where a note belongs; `confirmed` are notes of the same audit that people placed."""
        features = self._reader.read(text)
        values = vector(features, self._model.rarity, self._model.shares)
        scores = self._scores(values)
        alike = self._alike(features.words, confirmed)
        for norm, likeness in alike.items():
            scores[self._place_of[norm]] += likeness * self._model.confirmed_gain
        nowhere = scores[self._place_of[NOWHERE]]
        best = sorted((name for name in self._place_of if name != NOWHERE), key=lambda n: -scores[self._place_of[n]])
        named = self._named(features.words)
        ranked = [*named, *(NormId(name) for name in best if name not in named)][:limit]
        lead = nowhere - scores[self._place_of[best[0]]]
        return Suggestion(
            tuple(SuggestedNorm(norm, named.get(norm) or self._words(features, values, norm)) for norm in ranked),
            belongs_nowhere=not named and (lead > self._model.nowhere_lead or not _says_something(values)),
        )

    def _scores(self, values: Mapping[str, float]) -> list[float]:
        weights = self._model.weights
        scores = list(weights.bias)
        for feature, value in values.items():
            for place, weight in weights.of(feature):
                scores[place] += value * weight
        return scores

    def _named(self, words: Sequence[Word]) -> dict[NormId, tuple[str, ...]]:
        """Return the norms that are called by their id ("V5: werkplan gezien"), with the word that did."""
        return {self._ids[word.folded]: (word.typed,) for word in words if word.folded in self._ids}

    def _words(self, features: Features, values: Mapping[str, float], norm: NormId) -> tuple[str, ...]:
        """Return the words of the note that say most for a norm, in the order of what they say."""
        here = self._place_of[norm]
        said: dict[int, float] = defaultdict(float)
        for feature, value in values.items():
            weight = self._model.weights.between(feature, here)
            places = features.places[feature]
            for place in places:
                said[place] += value * weight / len(places)
        shown: dict[str, float] = defaultdict(float)
        for place, amount in said.items():
            word = features.words[place]
            rarity = self._model.rarity.get(f"{Kind.WORD}:{root(word.folded)}", math.inf)
            if len(word.folded) >= _MIN_WORD and rarity >= _MIN_RARITY:
                shown[word.typed] += amount
        least = max(shown.values(), default=0.0) * _MIN_SHARE
        strongest = sorted((word for word in shown if shown[word] > least), key=lambda word: -shown[word])
        return tuple(strongest[:_MAX_WORDS])

    def _alike(self, words: Sequence[Word], confirmed: Iterable[Confirmed]) -> dict[NormId, float]:
        """Return per norm how much its most similar confirmed note is like this one, from 0 to 1."""
        asked = self._roots(words)
        alike: dict[NormId, float] = {}
        for note in confirmed:
            if note.norm not in self._place_of or not asked:
                continue
            likeness = _cosine(asked, self._roots(words_of(note.text)))
            if likeness >= max(_MIN_ALIKE, alike.get(note.norm, 0.0)):
                alike[note.norm] = likeness
        return alike

    def _roots(self, words: Iterable[Word]) -> dict[str, float]:
        """Return the roots of words with how rare they are; a word that nobody learnt from is as rare as can be."""
        roots = {root(part) for word in words for part in parted(word.folded)}
        return {name: self._model.rarity.get(f"{Kind.WORD}:{name}", self._rarest) for name in roots}


def vector(features: Features, rarity: Mapping[str, float], shares: Mapping[Kind, float]) -> dict[str, float]:
    """Return what every known feature of a note counts for: each kind has the length of its share."""
    values: dict[str, float] = {}
    for kind, counts in features.counts.items():
        known = {name: damped(count) * rarity[name] for name, count in counts.items() if name in rarity}
        length = math.sqrt(sum(value * value for value in known.values()))
        share = shares[kind] / length if length else 0.0
        values.update((name, value * share) for name, value in known.items())
    return values


def damped(count: float) -> float:
    """Return what a feature counts for that was seen so often: twice is not twice as much."""
    return 1 + math.log(count) if count >= 1 else count


def _says_something(values: Mapping[str, float]) -> bool:
    """Say whether there is more than letters: a word or a concept that was learnt from."""
    return any(not feature.startswith(Kind.PIECE) for feature in values)


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(one[name] * other[name] for name in one.keys() & other.keys())
    if not shared:
        return 0.0
    return shared / math.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
