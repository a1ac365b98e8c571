"""What a peer gets from the benchmark: where Telegram is, and the questions of the label."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Rehearsal:
    """`questions` are texts in Telegram HTML; `answers` are the labels that each may be answered with."""

    url: str
    token: str
    directory: Path
    questions: list[str]
    answers: list[str]


def rehearsal() -> Rehearsal:
    """Return what the command line says."""
    url, token, place = sys.argv[1:]
    content = json.loads(Path(place, "questions.json").read_text("utf-8"))
    return Rehearsal(url, token, Path(place), content["questions"], content["answers"])
