"""The two frameworks that the rules are tried on: the real one, and a tiny invented one."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.framework import Framework, FrameworkId
from storage.content import load_framework, load_frameworks

GARDEN = Path(__file__).parent / "frameworks" / "buurttuin-1.yaml"


@pytest.fixture(scope="session")
def label() -> Framework:
    """The Kwaliteitslabel."""
    return load_frameworks()[FrameworkId("kwaliteitslabel-2019")]


@pytest.fixture(scope="session")
def garden() -> Framework:
    """Four invented norms in two rubrics, at most none not met and one partial."""
    return load_framework(GARDEN)
