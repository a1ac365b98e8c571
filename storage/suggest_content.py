"""The trained suggester of the quick note: from the notes and the lexicon of the editors to a model and back.

    content/suggest/lexicon.yaml, notes/<sitting>/*.yaml   what editors write, read by tools.train_suggest
    content/suggest/<framework>.model.gz                   what was learnt from it, read when the bot starts

A model is one JSON object, compressed. It holds the lexicon it was trained with, so that both always fit.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from domain.framework import Framework, FrameworkId, NormId
from domain.note_words import Kind, NoteLexicon
from domain.suggest import Suggester, SuggestModel, Weights
from storage.content import CONTENT_DIRECTORY

SUGGEST_DIRECTORY = CONTENT_DIRECTORY / "suggest"
_MODEL_NAME = ".model.gz"
_SEVERAL = "||"  # between a note and the other norms that are right as well


class NoteExample(Struct, frozen=True):
    """A note of the editors and the norms where it belongs, the first of which is where it stands."""

    text: str
    norms: tuple[str, ...]


# ------------------------------------------------------------------------------------- what editors write


def read_lexicon(path: Path = SUGGEST_DIRECTORY / "lexicon.yaml") -> NoteLexicon:
    """Return the words of the field."""
    sections = yaml.safe_load(path.read_text(encoding="utf-8"))
    short = {str(word): (text,) for word, text in sections["abbreviations"].items()}
    several = {str(word): tuple(texts) for word, texts in sections["ambiguous"].items()}
    return NoteLexicon(
        abbreviations=short | several,
        concepts={name: tuple(map(str, words)) for name, words in sections["concepts"].items()},
        points={name: tuple(map(NormId, norms)) for name, norms in sections["points"].items()},
    )


def read_notes(directory: Path = SUGGEST_DIRECTORY / "notes") -> tuple[NoteExample, ...]:
    """Return every note to learn from, in a fixed order."""
    return tuple(note for path in sorted(directory.glob("*/*.yaml")) for note in read_examples(path))


def read_examples(path: Path) -> Iterator[NoteExample]:
    """Yield the notes of one file: one per line under its norm, "text || O8" when it is right there too."""
    for norm, lines in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for line in filter(None, map(str.strip, lines.splitlines())):
            text, *others = (part.strip() for part in line.split(_SEVERAL))
            yield NoteExample(text, (str(norm), *(name for other in others for name in other.split())))


def fingerprint(directory: Path = SUGGEST_DIRECTORY) -> str:
    """Return what stands for all that a model is made from: other when one letter of it was changed."""
    digest = hashlib.sha256()
    for path in (directory / "lexicon.yaml", *sorted(directory.glob("notes/*/*.yaml"))):
        digest.update(path.relative_to(directory).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


# ------------------------------------------------------------------------------------------------ the model


class Suggesters(Mapping[FrameworkId, Suggester]):
    """The suggesters of the frameworks that have a model, each read when it is first asked for.

    A model takes some 20 MB and 0.1 s; who only has self-evaluations never asks.
    """

    def __init__(self, frameworks: Mapping[FrameworkId, Framework], directory: Path = SUGGEST_DIRECTORY) -> None:
        paths = {id_: model_path(id_, directory) for id_ in frameworks}
        self._frameworks = frameworks
        self._paths = {id_: path for id_, path in paths.items() if path.exists()}
        self._read: dict[FrameworkId, Suggester] = {}

    def __getitem__(self, framework: FrameworkId) -> Suggester:
        if framework not in self._read:
            self._read[framework] = Suggester(read_model(self._paths[framework]), self._frameworks[framework])
        return self._read[framework]

    def __iter__(self) -> Iterator[FrameworkId]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def model_path(framework: FrameworkId, directory: Path = SUGGEST_DIRECTORY) -> Path:
    """Return where the model of a framework is kept."""
    return directory / f"{framework}{_MODEL_NAME}"


def read_model(path: Path) -> SuggestModel:
    """Return the model of a file."""
    data = json.loads(gzip.decompress(path.read_bytes()))
    names, counts = data["features"].split("\n"), base64.b64decode(data["counts"])
    begins = accumulate((2 * count for count in counts), initial=0)
    return SuggestModel(
        framework=FrameworkId(data["framework"]),
        fingerprint=data["fingerprint"],
        lexicon=NoteLexicon(
            **{part: {name: tuple(words) for name, words in data["lexicon"][part].items()} for part in _LEXICON}
        ),
        known=frozenset(data["known"].split("\n")),
        rarity=dict(
            zip(names, (level * data["rarity_step"] for level in base64.b64decode(data["rarity"])), strict=True)
        ),
        shares={Kind(kind): share for kind, share in data["shares"].items()},
        weights=Weights(
            classes=tuple(data["classes"]),
            bias=tuple(data["bias"]),
            features=dict(zip(names, zip(begins, counts, strict=False), strict=True)),
            packed=base64.b64decode(data["packed"]),
            step=data["step"],
        ),
        nowhere_lead=data["nowhere_lead"],
        confirmed_gain=data["confirmed_gain"],
    )


def write_model(path: Path, model: SuggestModel, rarity_step: float) -> None:
    """Write a model; the same model always gives the same bytes. Rarity is a whole number of steps below 256."""
    weights, names = model.weights, sorted(model.weights.features)
    spans = [weights.features[name] for name in names]
    data: dict[str, Any] = {
        "framework": model.framework,
        "fingerprint": model.fingerprint,
        "lexicon": {part: getattr(model.lexicon, part) for part in _LEXICON},
        "known": "\n".join(sorted(model.known)),
        "features": "\n".join(names),
        "rarity_step": rarity_step,
        "rarity": _text(bytes(round(model.rarity[name] / rarity_step) for name in names)),
        "shares": dict(model.shares),
        "classes": weights.classes,
        "bias": weights.bias,
        "counts": _text(bytes(count for _, count in spans)),
        "packed": _text(b"".join(weights.packed[begin : begin + 2 * count] for begin, count in spans)),
        "step": weights.step,
        "nowhere_lead": model.nowhere_lead,
        "confirmed_gain": model.confirmed_gain,
    }
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


_LEXICON = ("abbreviations", "concepts", "points")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
