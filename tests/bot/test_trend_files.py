"""The files of trends and of evaluations: what they say, that text stays text, and who gets them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.trend_files import load_trend_book, load_trend_picture
from documents.bar_picture import render_bars
from documents.palette import SCALE
from documents.table_book import render_book
from documents.table_data import Bar, BarGroup, BarPicture, Table, TableBook
from domain.verdicts import Verdict
from storage.interfaces import NotAllowed
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.process_cast import CHATS
from tests.storage.trend_cast import D8, TrendCast

NOW = datetime(2027, 1, 14, 9, tzinfo=UTC)
TRICKY = '=HYPERLINK("x") #panic("y") *vet* _x0041_'


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> TrendCast:
    cast = TrendCast(database, clock)
    cast.assemble()
    cast.reports(6, {D8: Verdict.PARTIAL})
    cast.reports(5, {D8: Verdict.NOT_MET}, fte=80)
    cast.publish()
    return cast


def test_the_workbook_holds_every_group_that_is_the_readers(cast: TrendCast) -> None:
    with cast.database.begin() as work:
        branch, own = (load_trend_book(work, CHATS[name], 0, NOW).content for name in ("Sanne", "Bea"))

    assert isinstance(branch, TableBook)
    assert isinstance(own, TableBook)
    assert [(row[0], *row[1:2], *row[3:]) for row in branch.tables[0].rows] == [
        ("Alle organisaties", "D8", 11, 0, 11, 5, 100.0, 0),
        ("tot en met 20 fte", "D8", 6, 0, 6, 0, 100.0, 0),
        ("51 tot en met 150 fte", "D8", 5, 0, 5, 5, 100.0, 0),
        *branch_rows(branch),
    ]
    assert [row[0] for row in own.tables[0].rows] == ["Onze toetsingen"]


def branch_rows(book: TableBook) -> list[tuple[object, ...]]:
    """Return the rows of the narrowest groups, whose names hold that of a variant."""
    return [(row[0], *row[1:2], *row[3:]) for row in book.tables[0].rows[3:]]


def test_the_picture_shows_every_norm_also_those_that_are_held_back(cast: TrendCast) -> None:
    with cast.database.begin() as work:
        found = load_trend_picture(work, CHATS["Sanne"], 0, 0, NOW).content

    assert isinstance(found, BarPicture)
    bars = [bar for group in found.groups for bar in group.bars]
    assert len(bars) == 49
    assert [(bar.counts, bar.text) for bar in bars if bar.counts] == [((0, 6, 5), "")]
    assert {bar.text for bar in bars if not bar.counts} == {"te weinig"}
    assert Image.open(io.BytesIO(render_bars(found))).width == 1080


@pytest.mark.parametrize(
    ("name", "publication", "group"), [("Tom", 0, 0), ("Samira", 0, 0), ("Sanne", 7, 0), ("Bea", 0, 3)]
)
def test_nobody_else_gets_them(cast: TrendCast, name: str, publication: int, group: int) -> None:
    with cast.database.begin() as work, pytest.raises(NotAllowed):
        load_trend_picture(work, CHATS[name], publication, group, NOW)


def test_a_workbook_never_calculates_what_people_wrote() -> None:
    table = Table("Naam: [x]/y?", ((TRICKY, 20), ("Getal", 10)), ((TRICKY, 3), (None, 2.5)), (TRICKY,))
    made = render_book(TableBook("x.xlsx", TRICKY, TRICKY, (table,), NOW))

    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    assert [cell.data_type for cell in (sheet["A1"], sheet["A2"], sheet["A5"], sheet["B2"])] == ["s", "s", "s", "n"]
    assert sheet["A2"].value == TRICKY.replace("_x0041_", "_x005F_x0041_")  # as Excel reads it back
    assert sheet["B3"].value == 2.5


def test_the_picture_never_reads_text_as_markup() -> None:
    bars = tuple(Bar(TRICKY, counts, TRICKY) for counts in ((), (0, 0, 0, 0, 0), (500, 1, 0, 2, 0)))
    legend = tuple((TRICKY, *colours) for colours in SCALE)
    picture = BarPicture(
        "x.png", TRICKY, TRICKY, date(2027, 1, 14), TRICKY, legend, (BarGroup(TRICKY, bars),), (TRICKY,)
    )

    made = Image.open(io.BytesIO(render_bars(picture)))

    assert made.width == 1080
