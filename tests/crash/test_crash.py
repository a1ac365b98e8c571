"""The short rehearsal: 20 lives per database, and bots with a known fault. The long one is `make crash`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.mutants import MUTANTS
from tests.crash.rehearsal import Rehearsal
from tests.crash.zygote import Zygote

LIVES, MUTANT_LIVES, SEED = 20, 6, 2026


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with Zygote(tmp_path_factory.mktemp("zygote") / "log") as running:
        yield running


def test_a_killed_bot_loses_nothing_doubles_nothing_and_keeps_the_order(
    zygote: Zygote, empty_database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The promise that all others rest on: whatever people typed is there, once, under its norm."""
    result = Rehearsal(zygote, empty_database_url, tmp_path, lives=LIVES, seed=SEED).run()

    with capsys.disabled():
        print(f"\n{result.line()}")
    assert result.findings.problems == {}, f"the log of the lives is {zygote.log}"
    assert result.kills == LIVES


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_undisturbed_bot_repeats_nothing(zygote: Zygote, empty_database_url: str, tmp_path: Path) -> None:
    """Shows that the diaries are right, and that what a rehearsal counts comes from the kills."""
    result = Rehearsal(zygote, empty_database_url, tmp_path, lives=0, seed=SEED, norms=12).run()

    assert result.findings.problems == {}
    assert result.messages_repeated == 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mutant", sorted(set(MUTANTS) - {"no sweep"}))  # that one is noticed by waiting for it
def test_a_bot_with_a_fault_is_noticed(mutant: str, zygote: Zygote, empty_database_url: str, tmp_path: Path) -> None:
    """A rehearsal that finds nothing in a faulty bot would prove nothing about the real one."""
    result = Rehearsal(zygote, empty_database_url, tmp_path, lives=MUTANT_LIVES, seed=SEED, mutant=mutant).run()

    assert not result.is_sound
