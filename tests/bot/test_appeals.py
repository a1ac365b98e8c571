"""The files around an appeal are read as the person who asked for them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.appeals import load_appeal_report, load_letter
from bot.rendering import appeal_letter
from domain.appeals import AppealStep
from storage.interfaces import NotAllowed
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.appeal_cast import APPEAL_CHATS, AppealCast, appealed


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> AppealCast:
    return appealed(AppealCast(database, clock), clock)


def test_a_letter_is_made_for_who_may_appeal(cast: AppealCast) -> None:
    with cast.appeals("Samira") as appeals:
        appeals.write_letter(cast.audit, cast.now, grounds="Het plan was op tijd", request="Neem een nieuw besluit")
    with cast.database.begin() as work:
        data, found = load_letter(work, APPEAL_CHATS["Samira"], cast.audit, cast.now)

    assert (data.organisation, data.ci, data.grounds) == ("Welzijn Rivierenland", "CI Kompas", "Het plan was op tijd")
    assert found.last_day == date(2027, 2, 12)
    for form, ending, begin in (("word", "docx", b"PK"), ("pdf", "pdf", b"%PDF")):
        name, content = appeal_letter(data, form)
        assert (name, content[: len(begin)]) == (f"Beroep Welzijn Rivierenland.{ending}", begin)


@pytest.mark.parametrize("name", ["Omar", "Dora", "Tom", "Sam", "Otto", "Noor"])
def test_a_letter_is_made_for_nobody_else(cast: AppealCast, name: str) -> None:
    with cast.appeals("Samira") as appeals:
        appeals.write_letter(cast.audit, cast.now, grounds="Het plan was op tijd", request="Neem een nieuw besluit")
    with cast.database.begin() as work, pytest.raises(NotAllowed):
        load_letter(work, APPEAL_CHATS[name], cast.audit, cast.now)


def test_half_a_letter_is_no_letter(cast: AppealCast) -> None:
    with cast.appeals("Samira") as appeals:
        appeals.write_letter(cast.audit, cast.now, grounds="Het plan was op tijd")
    with cast.database.begin() as work, pytest.raises(NotAllowed):
        load_letter(work, APPEAL_CHATS["Samira"], cast.audit, cast.now)


@pytest.mark.parametrize("name", ["Dora", "Tom", "Omar", "Quinn", "Samira", "Dirk"])
def test_without_a_report_that_went_out_there_is_none_to_read(cast: AppealCast, name: str) -> None:
    appeal = cast.to_handler()
    cast.take("Dora", AppealStep.REVIEW, appeal)
    with cast.database.begin() as work, pytest.raises(NotAllowed):
        load_appeal_report(work, APPEAL_CHATS[name], appeal)
