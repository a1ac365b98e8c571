"""The casusregister: the cases of every kind, put together; each kind decides itself who reaches what.

A page is found by its keys, which the database orders over both tables; only what stands on it is read. Words are
sealed, so a search reads: so many cases at a time, from where the one before it ended.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from domain.appeals import AppealState
from domain.cases import CaseFilter, CaseKind, CaseRow, Masking, Which
from domain.complaints import ComplaintState, Subject
from domain.roles import Permission
from domain.working_days import local_day
from storage.case_interfaces import CaseKey, CasePage
from storage.interfaces import NotAllowed
from storage.sql import appeal_tables as a
from storage.sql.appeals import SqlAppeals
from storage.sql.case_lessons import names_around
from storage.sql.complaint_reach import CASE, WITHIN
from storage.sql.complaints import SqlComplaints
from storage.sql.reach import Reach

_WORKING = (Permission.KEEP_CASES, Permission.HANDLE_CASES)
#: How many cases one search reads, and how many at a time: it stops as soon as the page is full.
SEARCHED, AT_A_TIME = 400, 20

_SIGNAL_STATES = [ComplaintState.SIGNAL_RECEIVED.value, ComplaintState.NOT_A_COMPLAINT.value]
_KIND = sa.case(
    (CASE.c.state.in_(_SIGNAL_STATES), CaseKind.SIGNAL.value),
    (CASE.c.subject == Subject.CERTIFICATE_HOLDER.value, CaseKind.HOLDER_COMPLAINT.value),
    else_=CaseKind.COMPLAINT.value,
)
_KEYS = sa.union_all(
    sa.select(
        CASE.c.id,
        _KIND.label("kind"),
        CASE.c.state.not_in([state.value for state in ComplaintState if state.is_over]).label("is_open"),
        CASE.c.due_on,
        CASE.c.received_on,
        CASE.c.year,
        CASE.c.serial,
    ).where(WITHIN),
    sa.select(
        a.appeal.c.id,
        sa.literal(CaseKind.APPEAL.value).label("kind"),
        a.appeal.c.state.not_in([state.value for state in AppealState if state.is_over]).label("is_open"),
        a.appeal.c.due_on,
        a.appeal.c.received_on,
        sa.cast(sa.extract("year", a.appeal.c.received_on), sa.Integer).label("year"),
        a.appeal.c.id.label("serial"),
    ).where(a.appeal.c.ci_id == sa.bindparam("ci"), sa.bindparam("keeps", type_=sa.Boolean)),
).subquery("keys")
_COUNTS = sa.select(_KEYS.c.kind, _KEYS.c.year, _KEYS.c.is_open, sa.func.count().label("n")).group_by(
    _KEYS.c.kind, _KEYS.c.year, _KEYS.c.is_open
)
#: What is open first, by its term; then the newest.
_IN_ORDER = sa.select(_KEYS.c.id, _KEYS.c.kind).order_by(
    _KEYS.c.is_open.desc(),
    _KEYS.c.due_on.asc().nulls_last(),
    _KEYS.c.received_on.desc(),
    _KEYS.c.id.desc(),
    _KEYS.c.kind,
)
_NUMBER = re.compile(r"\s*([KB])(\d{4})-(\d{1,9})\s*", re.IGNORECASE)


class SqlCaseRegister(Reach):
    """Implements `storage.case_interfaces.CaseRegister`."""

    def rows(self, first: date | None = None, last: date | None = None) -> tuple[CaseRow, ...]:
        """Return the cases within reach, of every kind: all, or what came in from day to day. Raises NotAllowed."""
        self._working()
        complaints = SqlComplaints(self._work, self._actor).rows(first, last)
        appeals = SqlAppeals(self._work, self._actor).case_rows(local_day(self._work.now))
        within = [row for row in appeals if (first is None or first <= row.on) and (last is None or row.on <= last)]
        return (*complaints, *within)

    def page(self, wanted: CaseFilter, first: int, size: int) -> CasePage:
        """Return a page of what is looked for. Raises NotAllowed."""
        reach, counts = self._working(), Counter[tuple[str, int, bool]]()
        for row in self._work.execute(_COUNTS, reach).all():
            counts[row.kind, row.year, bool(row.is_open)] += row.n
        kinds = tuple(sorted({CaseKind(kind) for kind, _, _ in counts}))
        years = tuple(sorted({year for _, year, _ in counts}, reverse=True))
        total = sum(n for (kind, year, is_open), n in counts.items() if _fits(wanted, kind, year, is_open))
        if not wanted.words.strip():
            first = min(max(first, 0), max(0, (total - 1) // size * size))
            rows = self.read(self._keys(wanted, first, size))
            further = first + size if first + size < total else None
            return CasePage(rows, total, first, further, total, kinds, years)
        rows, seen, is_done = self._searched(wanted, max(first, 0), size)
        return CasePage(rows, len(rows), first, None if is_done else seen, total, kinds, years)

    def _searched(self, wanted: CaseFilter, first: int, size: int) -> tuple[tuple[CaseRow, ...], int, bool]:
        """Return what was found, up to where was looked, and whether that was all."""
        found: list[CaseRow] = []
        keys = self._keys(wanted, first, SEARCHED)
        for start in range(0, len(keys), AT_A_TIME):
            for number, row in enumerate(self.read(keys[start : start + AT_A_TIME]), 1):
                if wanted.holds(row):
                    found.append(row)
                    if len(found) == size:
                        return tuple(found), first + start + number, False
        return tuple(found), first + len(keys), len(keys) < SEARCHED

    def keys(self, wanted: CaseFilter) -> tuple[CaseKey, ...]:
        """Return the keys of what is looked for, in order; words are not looked at. Raises NotAllowed."""
        return self._keys(wanted, 0, None)

    def _keys(self, wanted: CaseFilter, first: int, size: int | None) -> tuple[CaseKey, ...]:
        statement = _IN_ORDER.where(*_conditions(wanted)).offset(first)
        if size is not None:
            statement = statement.limit(size)
        rows = self._work.execute(statement, self._working()).all()
        return tuple(CaseKey(CaseKind(row.kind), row.id) for row in rows)

    def read(self, keys: Sequence[CaseKey]) -> tuple[CaseRow, ...]:
        """Return the cases of these keys that are (still) within reach, in their order. Raises NotAllowed."""
        self._working()
        appeals = [key.id for key in keys if key.kind is CaseKind.APPEAL]
        complaints = [key.id for key in keys if key.kind is not CaseKind.APPEAL]
        found: dict[tuple[bool, int], CaseRow] = {}
        if complaints:
            for row in SqlComplaints(self._work, self._actor).rows_of(complaints):
                found[False, row.id] = row
        if appeals:
            for row in SqlAppeals(self._work, self._actor).case_rows(local_day(self._work.now), appeals):
                found[True, row.id] = row
        places = ((key.kind is CaseKind.APPEAL, key.id) for key in keys)
        return tuple(found[place] for place in places if place in found)

    def masking(self) -> Masking:
        """Return what takes every name around the body out of a text. Raises NotAllowed."""
        return Masking(names_around(self._work, self._require(Permission.KEEP_CASES)))

    def _working(self) -> dict[str, Any]:
        """Return the parameters of the keys. Raises NotAllowed."""
        keeps, handles = (self._may(permission) for permission in _WORKING)
        if not (keeps or handles):
            raise NotAllowed("cases")
        ci = self._require(Permission.KEEP_CASES if keeps else Permission.HANDLE_CASES)
        return {"ci": ci, "person": self._actor.person, "keeps": keeps, "handles": handles}


def _fits(wanted: CaseFilter, kind: str, year: int, is_open: bool) -> bool:
    return (
        (wanted.which is Which.ALL or is_open is (wanted.which is Which.OPEN))
        and (wanted.kind is None or wanted.kind == kind)
        and (wanted.year is None or wanted.year == year)
    )


def _conditions(wanted: CaseFilter) -> list[Any]:
    """Return what the database can look at by itself: everything but words, and of those the number of a case."""
    found: list[Any] = []
    if wanted.which is not Which.ALL:
        found.append(_KEYS.c.is_open if wanted.which is Which.OPEN else sa.not_(_KEYS.c.is_open))
    if wanted.kind is not None:
        found.append(_KEYS.c.kind == wanted.kind.value)
    if wanted.year is not None:
        found.append(_KEYS.c.year == wanted.year)
    if number := _NUMBER.fullmatch(wanted.words):
        is_appeal = _KEYS.c.kind == CaseKind.APPEAL.value
        found += [
            is_appeal if number[1].upper() == "B" else sa.not_(is_appeal),
            _KEYS.c.year == int(number[2]),
            _KEYS.c.serial == int(number[3]),
        ]
    return found
