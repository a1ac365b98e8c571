"""Cases that a label expert can read and extend: YAML lists of `name`, `given`, `expect`, `source`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml


def cases(file: str) -> list[Any]:
    """Return the cases of a file beside this one, each under its name."""
    entries = yaml.safe_load((Path(__file__).parent / file).read_text(encoding="utf-8"))
    return [pytest.param(entry, id=entry["name"]) for entry in entries]
