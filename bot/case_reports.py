"""Reads the casusregister in one transaction, as the person who asked for it, for a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from documents.case_data import CaseReport
from domain.cases import CaseFilter, CaseKind, Which, anonymised, review, select
from domain.cases import RegisterColumn as Column
from domain.roles import Permission
from storage.interfaces import NotAllowed, Work
from templates.render import AMSTERDAM

#: What an anonymous report leaves out: who, when exactly, and where the documents are.
_NAMING = frozenset({Column.DATE, Column.CLIENT, Column.HANDLER, Column.REFERENCES, Column.DUE, Column.NUMBER})


def load_cases(work: Work, chat: int, data: Mapping[str, Any], now: datetime) -> CaseReport:
    """Return the cases that somebody looks for, as far as they may have them as a document.

    Raises:
        NotAllowed: they do not keep the register (any more).
    """
    actor = work.actor(chat)
    if not actor.may(Permission.KEEP_CASES) or actor.organisation is None:
        raise NotAllowed("cases")
    wanted = CaseFilter(
        Which(data["which"]), CaseKind(data["kind"]) if data["kind"] else None, data["year"], str(data["words"])
    )
    everything, rules = work.cases(actor).rows(), work.audit_rules.cases
    rows = select(everything, wanted)
    is_anonymous = data["form"] == "anonymous"
    taken_out = 0
    if is_anonymous:
        clients = {row.client for row in everything if row.client}
        colleagues = set(work.people(actor).names().values())  # also who is named without having a part in the case
        found = [anonymised(row, sorted(clients | colleagues)) for row in rows]
        rows = tuple(replace(one.row, number=str(number)) for number, one in enumerate(found, start=1))
        taken_out = sum(one.names_found + sum(one.found.values()) for one in found)
    local = now.astimezone(AMSTERDAM)
    year = wanted.year or local.year
    columns = [(Column(field.id), field.label) for field in rules.register_fields]
    return CaseReport(
        organisation=actor.organisation.name,
        made_at=local,
        columns=tuple(one for one in columns if not (is_anonymous and one[0] in _NAMING)),
        rows=rows,
        themes=rules.theme_labels,
        review=review(rows if is_anonymous else everything, date(year, 1, 1), date(year, 12, 31)),
        is_anonymous=is_anonymous,
        taken_out=taken_out,
    )
