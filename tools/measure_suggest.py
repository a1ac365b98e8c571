"""Measure how well a quick note finds its norm, by method: `python -m tools.measure_suggest`.

    every set of notes x every method -> right norm first, right norm among three, time per note
    and for the model: notes that belong nowhere and are left alone, real notes that are

The hold-out is only measured when asked for (--holdout): who looks at it to mend something has no hold-out any more.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from msgspec.structs import replace

from domain.framework import Framework, NormId
from domain.norm_search import NormSearch
from domain.note_words import Kind, NoteLexicon, NoteReader, pieces, root, words_of
from domain.suggest import NOWHERE, Suggester
from storage.content import load_frameworks
from storage.suggest_content import NoteExample, model_path, read_examples, read_lexicon, read_model, read_notes
from tools.train_suggest import FRAMEWORK, known_words, train

TESTS = Path(__file__).resolve().parent.parent / "tests" / "domain"
SETS = {"evaluation": TESTS / "suggest_evaluation.yaml", "fresh": TESTS / "suggest_fresh.yaml"}
HOLDOUT = {"hold-out": TESTS / "suggest_holdout.yaml"}
_CONFIRMED = 60  # notes that the team placed before, in the last measurement

Method = Callable[[str], Sequence[str]]  # a note -> norms, the best first


@dataclass(frozen=True)
class Placed:
    """A note that somebody of the audit placed."""

    text: str
    norm: NormId


class Bm25:
    """Plain matching on the texts of the norms, the usual way: every norm is a document."""

    def __init__(self, documents: Mapping[str, Iterable[str]], k1: float = 1.2, b: float = 0.75) -> None:
        self._counts = {name: Counter(tokens) for name, tokens in documents.items()}
        self._lengths = {name: sum(counts.values()) for name, counts in self._counts.items()}
        self._mean, self._k1, self._b = sum(self._lengths.values()) / len(self._lengths), k1, b
        self._seen = Counter(token for counts in self._counts.values() for token in counts)

    def find(self, tokens: Sequence[str]) -> list[str]:
        """Return the names of the documents that share a token, the best first."""
        scores = {name: sum(self._weight(name, token) for token in tokens) for name in self._counts}
        return sorted((name for name in scores if scores[name] > 0), key=lambda name: -scores[name])

    def _weight(self, name: str, token: str) -> float:
        count = self._counts[name][token]
        rarity = math.log(1 + (len(self._counts) - self._seen[token] + 0.5) / (self._seen[token] + 0.5))
        length = self._k1 * (1 - self._b + self._b * self._lengths[name] / self._mean)
        return rarity * count * (self._k1 + 1) / (count + length)


def texts_of(framework: Framework) -> dict[str, str]:
    """Return all that a framework says about each norm."""
    return {
        norm.id: " ".join(
            (norm.title, norm.label, norm.essence, *norm.questions, *norm.evidence, *norm.notes, *norm.keywords)
        )
        for norm in framework.norms
    }


def roots(text: str) -> list[str]:
    """Return the roots of the words of a text."""
    return [root(word.folded) for word in words_of(text)]


def grams(text: str) -> list[str]:
    """Return the pieces of the words of a text."""
    return [piece for word in words_of(text) for piece in pieces(word.folded)]


def by_lexicon(lexicon: NoteLexicon, notes: Sequence[NoteExample]) -> Method:
    """Return the method that counts to which norms the concepts of a note point, and nothing else."""
    reader = NoteReader(lexicon, known_words(notes))

    def find(text: str) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for feature in reader.read(text).counts[Kind.CONCEPT]:
            norms = lexicon.points.get(feature.removeprefix(f"{Kind.CONCEPT}:"), ())
            for norm in norms:
                scores[norm] += 1 / len(norms)
        return sorted(scores, key=lambda norm: -scores[norm])

    return find


def methods(framework: Framework, suggester: Suggester) -> dict[str, Method]:
    """Return every method by the name that the table gives it."""
    texts, notes, lexicon = texts_of(framework), read_notes(), read_lexicon()
    words = Bm25({name: roots(text) for name, text in texts.items()})
    letters = Bm25({name: grams(text) for name, text in texts.items()})
    search = NormSearch(framework)
    bare = Suggester(train(notes, replace(lexicon, concepts={}, abbreviations={}), FRAMEWORK, ""), framework)
    return {
        "BM25 on the text of the norms": lambda text: words.find(roots(text)),
        "letters (3 to 5) on the text of the norms": lambda text: letters.find(grams(text)),
        "search of norms, as typed": lambda text: [match.norm.id for match in search.find(text, 3)],
        "lexicon alone": by_lexicon(lexicon, notes),
        "linear model, no lexicon": lambda text: [found.norm for found in bare.suggest(text).norms],
        "linear model with lexicon (ships)": lambda text: [found.norm for found in suggester.suggest(text).norms],
    }


def with_confirmed(suggester: Suggester, notes: Sequence[NoteExample]) -> Method:
    """Return the method that also knows where the team placed some of the other notes of this set."""
    placed = [Placed(note.text, NormId(note.norms[0])) for note in notes if NOWHERE not in note.norms]
    draw = random.Random(7)  # noqa: S311 - which notes a team placed before is no secret

    def find(text: str) -> Sequence[str]:
        others = draw.sample([other for other in placed if other.text != text], _CONFIRMED)
        return [found.norm for found in suggester.suggest(text, confirmed=others).norms]

    return find


def say_row(name: str, notes: Sequence[NoteExample], find: Method) -> None:
    """Print one row: the right norm first and among three, and the time that a note takes."""
    first, among, took = 0, 0, []
    for note in notes:
        began = time.perf_counter()
        found = find(note.text)[:3]
        took.append((time.perf_counter() - began) * 1000)
        first += bool(found) and found[0] in note.norms
        among += any(norm in note.norms for norm in found)
    shares = f"{first / len(notes):7.1%} {among / len(notes):8.1%}"
    print(f"  {name:44} {shares} {median(took):8.1f} ms {quantiles(took, n=100)[98]:7.1f} ms")


def say_nowhere(suggester: Suggester, notes: Sequence[NoteExample]) -> None:
    """Print how many notes without a norm are left alone, and how many real ones are."""
    left = [(suggester.suggest(note.text).belongs_nowhere, NOWHERE in note.norms) for note in notes]
    other = [alone for alone, is_other in left if is_other]
    real = [alone for alone, is_other in left if not is_other]
    print(f"  belongs nowhere: {sum(other)} of {len(other)} left alone; of {len(real)} real notes {sum(real)}")


def main() -> None:
    """Measure every method on every set."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_suggest", description=__doc__)
    parser.add_argument("--holdout", action="store_true", help="measure the hold-out as well")
    options = parser.parse_args()
    framework = load_frameworks()[FRAMEWORK]
    suggester = Suggester(read_model(model_path(FRAMEWORK)), framework)
    chosen = methods(framework, suggester)
    for name, path in (SETS | HOLDOUT if options.holdout else SETS).items():
        notes = tuple(read_examples(path))
        real = [note for note in notes if NOWHERE not in note.norms]
        print(
            f"\n{name}: {len(real)} notes at a norm\n  {'':44} {'first':>7} {'of three':>8} {'median':>11} {'p99':>10}"
        )
        for method, find in chosen.items():
            say_row(method, real, find)
        say_row(f"the same, with {_CONFIRMED} notes of the team", real, with_confirmed(suggester, real))
        say_nowhere(suggester, notes)


if __name__ == "__main__":
    main()
