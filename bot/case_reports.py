"""Reads the casusregister in one transaction, as the person who asked for it, for a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from documents.case_data import CaseReport
from documents.case_review_data import CaseReviewReport
from domain.cases import CaseFilter, CaseKind, Which, period_of, review, select, without_names
from domain.cases import RegisterColumn as Column
from domain.roles import Permission
from storage.interfaces import NotAllowed, Work
from templates.render import AMSTERDAM

#: What an anonymous report leaves out: who, when exactly, and where the documents are.
_ANONYMOUS = ("anonymous", "anonymous_pdf")
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
    everything, rules = work.cases(actor).rows(), work.case_settings(actor).choice().procedure
    rows = select(everything, wanted)
    is_anonymous = data["form"] in _ANONYMOUS
    taken_out = 0
    if is_anonymous:
        masking = work.cases(actor).masking()
        clean = [without_names(row, masking) for row in rows]
        rows = tuple(replace(row, number=str(number)) for number, row in enumerate(clean, start=1))
        taken_out = masking.taken_out
    local = now.astimezone(AMSTERDAM)
    year = wanted.year or local.year
    columns = [(Column(field.id), field.label) for field in rules.register_fields]
    return CaseReport(
        organisation=actor.organisation.name,
        made_at=local,
        columns=tuple(one for one in columns if not (is_anonymous and one[0] in _NAMING)),
        rows=rows,
        themes=work.audit_rules.cases.theme_labels,
        review=review(rows if is_anonymous else everything, date(year, 1, 1), date(year, 12, 31)),
        is_anonymous=is_anonymous,
        taken_out=taken_out,
    )


def load_review(work: Work, chat: int, data: Mapping[str, Any], now: datetime) -> CaseReviewReport:
    """Return what a quarter or a year comes to, beside the one before it, without anything that leads to somebody.

    Raises:
        NotAllowed: they do not keep the register (any more).
    """
    actor = work.actor(chat)
    if not actor.may(Permission.KEEP_CASES):
        raise NotAllowed("cases")
    year, quarter = int(data["year"]), int(data["quarter"])
    register, rows = work.cases(actor), work.cases(actor).rows()
    found, masking = review(rows, *period_of(year, quarter)), register.masking()
    themes = {row.number: row.theme for row in rows}
    earlier = (year - 1, quarter) if quarter in (0, 1) else (year, quarter - 1)
    before = period_of(earlier[0], 4 if quarter == 1 else earlier[1])
    measures = tuple((themes[number], masking.masked(line.text)) for number, line in found.measures)
    return CaseReviewReport(
        quarter=quarter,
        made_at=now.astimezone(AMSTERDAM),
        review=found,
        before=review(rows, *before),
        themes=work.audit_rules.cases.theme_labels,
        measures=measures,
        learning=work.case_settings(actor).choice().procedure.complaint.learning,
        taken_out=masking.taken_out,
    )
