"""The short soak: replicas behind a webhook, killed by a fixed seed, and bots with a fault; `make soak` is longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.mutants import WEBHOOK_MUTANTS
from tests.crash.zygote import Zygote
from tests.soak.soak import Soak, Wanted

SHORT = Wanted(replicas=3, chats=40, updates=500, kills=10, seed=2026, webhook_pace=0.05, minutes=4.0, patience=120.0)
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with Zygote(tmp_path_factory.mktemp("zygote") / "log") as running:
        yield running


def test_behind_a_webhook_nothing_is_lost_doubled_or_out_of_order(
    zygote: Zygote, empty_database_url: str, database_kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three replicas on PostgreSQL, one process on SQLite; who dies is replaced, what was refused comes again."""
    wanted = SHORT if database_kind == "postgresql" else Wanted(**vars(SHORT) | {"replicas": 1})
    result = Soak(zygote, empty_database_url, tmp_path, wanted).run()

    with capsys.disabled():
        print(f"\n{result.line()}")
    assert result.findings.problems == {}, f"the log of the lives is {zygote.log}"
    assert result.kills >= SHORT.kills
    assert result.doubles > 0


@on_postgresql
@pytest.mark.parametrize("mutant", sorted(set(WEBHOOK_MUTANTS) - {"no sweep"}))  # that one is noticed by waiting for it
def test_replicas_with_a_fault_are_noticed(
    mutant: str, zygote: Zygote, empty_database_url: str, tmp_path: Path
) -> None:
    """A soak that finds nothing in faulty replicas would prove nothing about the real ones."""
    wanted = Wanted(**vars(SHORT) | {"mutant": mutant, "patience": 2.0, "updates": 240, "chats": 24})
    result = Soak(zygote, empty_database_url, tmp_path, wanted).run()

    assert not result.is_sound
