"""The picture of the coverage is read as the person who asked for it."""

from __future__ import annotations

import pytest

from bot.rendering import coverage
from bot.reports import load_coverage
from domain.verdicts import Verdict
from storage.interfaces import Refusal
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.audit_cast import AUDIT_CHATS
from tests.storage.judging_cast import JudgingCast

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> JudgingCast:
    cast = JudgingCast(database, clock)
    cast.assemble()
    return cast


def test_the_team_gets_what_the_radar_shows(cast: JudgingCast) -> None:
    cast.round_off(["V1"])
    cast.all_judge({"V2": Verdict.NOT_APPLICABLE})

    with cast.database.begin() as work:
        report = load_coverage(work, AUDIT_CHATS["Ada"], cast.audit, cast.now)

    assert [norm for norm, covered in report.covered.items() if covered.is_round] == ["V1", "V2"]
    name, content = coverage(report)
    assert name.startswith("Dekking Welzijn Rivierenland")
    assert content.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["Bea", "Ina", "Samira", "Pim"])
def test_nobody_else_gets_it(cast: JudgingCast, name: str) -> None:
    with cast.database.begin() as work, pytest.raises(Refusal):
        load_coverage(work, AUDIT_CHATS[name], cast.audit, cast.now)
