"""Train the suggester of the quick note: `make suggest`, after every change of the notes or the lexicon.

    notes -> features (as the bot reads them) -> a linear support vector machine, one class against the rest,
             and a little of a naive Bayes classifier, which knows what to do with words that are rare
          -> weights in whole numbers, the small ones left out -> content/suggest/<framework>.model.gz

Takes under a minute on one core. The same notes give the same model: nothing is drawn by chance but a fixed seed.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from domain.framework import FrameworkId
from domain.note_words import Features, Kind, NoteLexicon, NoteReader, words_of
from domain.suggest import SuggestModel, Weights, vector
from storage.suggest_content import NoteExample, fingerprint, model_path, read_lexicon, read_notes, write_model

FRAMEWORK = FrameworkId("kwaliteitslabel-2019")
#: How heavily a kind of feature counts, and in how many notes it must stand to be learnt. Chosen by cross-validation.
SHARES = {Kind.WORD: 1.0, Kind.CONCEPT: 0.4, Kind.PIECE: 1.0}
LEAST_NOTES = {Kind.WORD: 1, Kind.CONCEPT: 1, Kind.PIECE: 3}
STRICTNESS = 1.0  # of the support vector machine: more fits the notes closer
SMOOTHING = 0.3  # of the naive Bayes classifier
BAYES_SHARE = 0.15  # of what it says, in what is said together
NOWHERE_LEAD = 0.0
CONFIRMED_GAIN = 1.0
_LEAST_KNOWN = 2  # notes that hold a word, before it is taken to be spelled right
_RARITY_STEP = 1 / 24
_LARGEST = 127
_LEAST_LEVELS = 2  # weights below so many steps are left out: most of them, and none that matters


def train(notes: Sequence[NoteExample], lexicon: NoteLexicon, framework: FrameworkId, source: str) -> SuggestModel:
    """Return what can be learnt from notes; `source` is the fingerprint that the model will carry."""
    known = known_words(notes)
    reader = NoteReader(lexicon, known)
    read = [reader.read(note.text) for note in notes]
    rarity = rarities(read)
    names = sorted(rarity)
    values = matrix([vector(features, rarity, SHARES) for features in read], names)
    places = [note.norms[0] for note in notes]
    machine = LinearSVC(C=STRICTNESS, random_state=0, tol=1e-3).fit(values, places)
    said = machine.coef_ + BAYES_SHARE * _said_by_bayes(values, places)
    return SuggestModel(
        framework, source, lexicon, frozenset(known), rarity, SHARES,
        _packed(names, tuple(map(str, machine.classes_)), said, machine.intercept_),
        NOWHERE_LEAD, CONFIRMED_GAIN,
    )  # fmt: skip


def known_words(notes: Sequence[NoteExample]) -> set[str]:
    """Return the words that are taken to be spelled right."""
    seen = Counter(word.folded for note in notes for word in words_of(note.text))
    return {word for word, times in seen.items() if times >= _LEAST_KNOWN and len(word) > _LEAST_KNOWN}


def rarities(read: Sequence[Features]) -> dict[str, float]:
    """Return how rare each feature is that is worth learning, in whole steps."""
    seen = Counter(chain.from_iterable(chain.from_iterable(features.counts.values()) for features in read))
    rare = {
        name: math.log((1 + len(read)) / (1 + times)) + 1
        for name, times in seen.items()
        if times >= LEAST_NOTES[Kind(name[0])]
    }
    return {name: round(value / _RARITY_STEP) * _RARITY_STEP for name, value in rare.items()}


def matrix(vectors: Sequence[dict[str, float]], names: Sequence[str]) -> csr_matrix:
    """Return vectors as the rows of a matrix with a column per name."""
    columns = {name: column for column, name in enumerate(names)}
    rows = [row for row, values in enumerate(vectors) for _ in values]
    places = [columns[name] for values in vectors for name in values]
    amounts = [amount for values in vectors for amount in values.values()]
    return csr_matrix((amounts, (rows, places)), shape=(len(vectors), len(names)))


def _said_by_bayes(values: csr_matrix, places: Sequence[str]) -> np.ndarray:
    """Return weights per class and feature that on these notes vary by one, and favour no class."""
    weights = ComplementNB(alpha=SMOOTHING).fit(values, places).feature_log_prob_
    weights = weights - weights.mean(axis=0)
    return np.asarray(weights / np.asarray(values @ weights.T).std())


def _packed(names: Sequence[str], classes: tuple[str, ...], weights: np.ndarray, bias: np.ndarray) -> Weights:
    """Return weights as whole numbers of at most a byte."""
    step = float(f"{np.abs(weights).max() / _LARGEST:.6g}")
    levels = np.clip(np.rint(weights.T / step), -_LARGEST, _LARGEST).astype(int)
    features, packed = {}, bytearray()
    for name, row in zip(names, levels, strict=True):
        places = np.flatnonzero(np.abs(row) >= _LEAST_LEVELS)
        features[name] = (len(packed), len(places))
        packed += bytes(int(place) for place in places) + bytes(int(row[place]) % 256 for place in places)
    return Weights(classes, tuple(round(float(value), 6) for value in bias), features, bytes(packed), step)


def main() -> None:
    """Train on everything the editors wrote, and store the model."""
    parser = argparse.ArgumentParser(prog="python -m tools.train_suggest", description=__doc__)
    parser.parse_args()
    began, notes = time.perf_counter(), read_notes()
    model = train(notes, read_lexicon(), FRAMEWORK, fingerprint())
    path = model_path(FRAMEWORK)
    write_model(path, model, _RARITY_STEP)
    took, size = time.perf_counter() - began, path.stat().st_size / 1e6
    print(f"{len(notes)} notes, {len(model.rarity)} features, {size:.2f} MB, {took:.0f} s: {path.name}")


if __name__ == "__main__":
    main()
