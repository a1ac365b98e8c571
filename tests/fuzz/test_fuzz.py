"""A few hundred generated updates on each database; `make fuzz` plays a hundred thousand and more."""

from __future__ import annotations

import pytest

from conversations.all import ALL_CONVERSATIONS
from tests.conftest import PostgresDatabases
from tests.fuzz import materials
from tests.fuzz.__main__ import play
from tests.fuzz.machine import Fuzzer
from tests.fuzz.stages import STAGES
from tests.fuzz.world import Broken, _look_at_buttons, _look_at_text


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_nothing_that_people_do_breaks_what_must_hold(
    database_kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With fixed seeds, so that what passes today passes tomorrow; on the server with the two fullest beginnings."""
    databases: PostgresDatabases | None = None
    if database_kind == "postgresql":
        databases = request.getfixturevalue("_postgres_databases")
        monkeypatch.setattr(Fuzzer, "stages", tuple(stage for stage in STAGES if stage.name in ("towns", "certified")))
    monkeypatch.setattr(Fuzzer, "postgres", databases)
    Fuzzer.counts.clear()

    play(20261121, runs=6, steps=15, shrink=False)

    assert Fuzzer.counts["updates"] > 100


def test_every_kind_of_tap_is_forged() -> None:
    """A conversation that is added later is fuzzed without a word."""
    prefixes = {kind.prefix for kind in materials.taps()}

    assert len(prefixes) > 100
    assert {"/menu", "/privacy"} <= set(materials.commands())
    assert len(ALL_CONVERSATIONS) > 30


@pytest.mark.parametrize("text", ["", " \n ", "<b>open", "<x>", "x" * 4097, "</b>"])
def test_the_look_at_texts_sees(text: str) -> None:
    """Else a run without findings would prove nothing."""
    with pytest.raises((Broken, Exception)):
        _look_at_text(text)


@pytest.mark.parametrize("button", [
    {"text": "", "callback_data": "m"}, {"text": "x" * 25, "callback_data": "m"}, {"text": "x", "callback_data": "??"},
    {"text": "x", "callback_data": "n:" + "V" * 63},
])  # fmt: skip
def test_the_look_at_buttons_sees(button: dict[str, str]) -> None:
    with pytest.raises(Broken):
        _look_at_buttons([button])
