"""Reads trends as a workbook and as a picture, as the person who asked for them."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from documents import words
from documents.palette import SWATCHES
from documents.plain_text import file_stem
from documents.table_data import Bar, BarGroup, BarPicture, Table, TableBook
from domain.framework import Framework
from domain.trends import Cell, Group, Level, Order, in_order
from domain.verdicts import JUDGED_VERDICTS
from domain.working_days import local_day
from storage.interfaces import NotAllowed, Work
from storage.trend_interfaces import Publication

_LONGEST_NAME = 80
_WIDTHS = (26, 9, 34, 14, 12, 14, 13, 18, 12)


class TrendFile(Struct, frozen=True):
    """What is made, with what its caption says."""

    owner: str
    ends_on: date
    content: TableBook | BarPicture


class _Found(Struct, frozen=True):
    """A publication as somebody may see it."""

    owner: str
    publication: Publication
    framework: Framework
    groups: tuple[Group, ...]
    cells: tuple[tuple[Cell, ...], ...]


def load_trend_book(work: Work, chat: int, publication: int, now: datetime) -> TrendFile:
    """Return a publication as a table of all groups that the person behind this chat may see.

    Raises:
        NotAllowed
    """
    found = _load(work, chat, publication, None)
    columns = zip(words.entry("trends.columns"), _WIDTHS, strict=True)
    rows = tuple(
        _row(work, group, cell, found.framework)
        for group, cells in zip(found.groups, found.cells, strict=True)
        for cell in in_order(cells, Order.FRAMEWORK, [norm.id for norm in found.framework.norms])
    )
    table = Table(words.text("trends.sheet"), tuple((str(name), width) for name, width in columns), rows, _notes(work))
    book = TableBook(f"{_stem(found)}.xlsx", words.text("trends.kind"), found.owner, (table,), now)
    return TrendFile(found.owner, found.publication.ends_on, book)


def load_trend_picture(work: Work, chat: int, publication: int, group: int, now: datetime) -> TrendFile:
    """Return one group of a publication as bars, for the person behind this chat.

    Raises:
        NotAllowed
    """
    found = _load(work, chat, publication, group)
    [chosen], [own] = found.groups, found.cells
    cells = {cell.norm: cell for cell in own}
    groups = tuple(
        BarGroup(
            rubric.name,
            tuple(_bar(f"{norm.id} {norm.label}", cells.get(norm.id)) for norm in found.framework.in_rubric(rubric.id)),
        )
        for rubric in found.framework.rubrics
    )
    legend = tuple(
        (words.text(f"trends.legend.{verdict.value}"), SWATCHES[verdict].fill, SWATCHES[verdict].sign)
        for verdict in JUDGED_VERDICTS
    )
    lead = words.text("trends.lead", date=words.long_date(found.publication.ends_on))
    picture = BarPicture(
        f"{_stem(found)}.png", f"{words.text('trends.kind')} · {_group_name(work, chosen)}", found.owner,
        local_day(now), lead, legend, groups, _notes(work),
    )  # fmt: skip
    return TrendFile(found.owner, found.publication.ends_on, picture)


def _load(work: Work, chat: int, publication: int, group: int | None) -> _Found:
    """Return a publication (by its place) with all groups, or with one of them."""
    actor = work.actor(chat)
    store = work.trends(actor)
    published = store.publications()
    if actor.organisation is None or not 0 <= publication < len(published):
        raise NotAllowed("publication")
    found = published[publication]
    framework, groups = work.frameworks.get(found.framework), store.groups(found.id)
    if framework is None or (group is not None and not 0 <= group < len(groups)):
        raise NotAllowed("group")
    wanted = groups if group is None else groups[group : group + 1]
    return _Found(
        actor.organisation.name, found, framework, wanted, tuple(store.cells(found.id, one) for one in wanted)
    )


def _row(work: Work, group: Group, cell: Cell, framework: Framework) -> tuple[str | int | float | None, ...]:
    norm = framework.norm(cell.norm)
    share = round(float(cell.share * 100), 1)
    return (
        _group_name(work, group), norm.id, norm.title, cell.applies, cell.met, cell.improvements, cell.not_met, share,
        cell.strong,
    )  # fmt: skip


def _bar(name: str, cell: Cell | None) -> Bar:
    if cell is None:
        return Bar(name, (), words.text("trends.none"))
    strong = words.text("trends.strong", n=cell.strong) if cell.strong else ""
    return Bar(name, (cell.met, cell.partial, cell.not_met), strong)


def _group_name(work: Work, group: Group) -> str:
    rules = work.audit_rules
    size = rules.trends.label_of(group.size)
    if group.level is Level.COMPARABLE and group.variant is not None:
        return words.text("trends.comparable", size=size, variant=rules.days.variants[group.variant].label)
    return size if group.level is Level.SIZE else words.text(f"trends.level.{group.level.value}")


def _notes(work: Work) -> tuple[str, ...]:
    least = work.audit_rules.trends.min_organisations
    return tuple(str(note).format(n=least) for note in words.entry("trends.notes"))


def _stem(found: _Found) -> str:
    name = file_stem(found.owner, _LONGEST_NAME) or words.text("file.unnamed")
    return words.text("trends.file", organisation=name, date=found.publication.ends_on.isoformat())
