"""Every fault for a moment, while people are at work. `python -m tests.faults` lets each go on for a minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.zygote import Zygote
from tests.faults.rows import strike
from tests.faults.strikes import FAULTS
from tests.soak.soak import Wanted

SHORT = Wanted(
    replicas=2, chats=12, updates=120, kills=0, rate=70.0, seed=2026, has_trouble=False, webhook_pace=0.02, patience=120
)
SECONDS = 1.2
#: The others differ only in how long Telegram or the way to it takes, and have tests of their own.
CHOSEN = [
    ("database-gone", "postgresql"), ("database-locked", "sqlite"), ("disk-full", "sqlite"),
    ("disk-full", "postgresql"), ("server-errors", "sqlite"), ("clock-jumps", "postgresql"),
]  # fmt: skip


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with Zygote(tmp_path_factory.mktemp("zygote") / "log") as running:
        yield running


@pytest.mark.parametrize(("name", "database_kind"), CHOSEN, indirect=["database_kind"])
def test_a_fault_costs_time_and_nothing_else(
    name: str, zygote: Zygote, empty_database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that people did before it, during it and after it is there, once and in order."""
    row = strike(name, zygote, empty_database_url, tmp_path, SHORT, SECONDS)

    with capsys.disabled():
        print(f"\n{row.line()}")
    assert row.result.findings.problems == {}, f"the log of the lives is {zygote.log}"
    assert round(row.result.struck_seconds, 1) >= SECONDS  # a timer may be a hair early


def test_every_fault_can_be_tried() -> None:
    """The names are those of the commands in docs/reliability.md."""
    text = Path("docs/reliability.md").read_text()

    assert [name for name in FAULTS if f"`{name}`" not in text] == []
