"""Reads the casusregister for a document, as the person who asked for it: what to read, and then so many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from documents.case_data import CasePlan
from documents.case_review_data import CaseReviewReport
from domain.cases import CaseFilter, CaseKind, CaseRow, RegisterColumn, Which, period_of, review
from domain.roles import Permission
from storage.case_interfaces import CaseKey
from storage.interfaces import NotAllowed, Work
from templates.render import AMSTERDAM

#: How many cases one transaction reads: the chat goes on between them.
AT_A_TIME = 100
_ANONYMOUS = ("anonymous", "anonymous_pdf")


def plan_cases(work: Work, chat: int, data: Mapping[str, Any], now: datetime) -> tuple[CasePlan, tuple[CaseKey, ...]]:
    """Return what a document of the register is made by, and the keys of the cases to read for it.

    Raises:
        NotAllowed: they do not keep the register (any more).
    """
    actor = work.actor(chat)
    if not actor.may(Permission.KEEP_CASES) or actor.organisation is None:
        raise NotAllowed("cases")
    wanted = CaseFilter(
        Which(data["which"]), CaseKind(data["kind"]) if data["kind"] else None, data["year"], str(data["words"])
    )
    register, is_anonymous, local = work.cases(actor), data["form"] in _ANONYMOUS, now.astimezone(AMSTERDAM)
    first, last = period_of(wanted.year or local.year, 0)
    reviewed = () if is_anonymous else register.keys(CaseFilter(Which.ALL, year=first.year))
    plan = CasePlan(
        organisation=actor.organisation.name,
        made_at=local,
        columns=tuple(
            (RegisterColumn(field.id), field.label)
            for field in work.case_settings(actor).choice().procedure.register_fields
        ),
        themes=work.audit_rules.cases.theme_labels,
        wanted=wanted,
        first=first,
        last=last,
        masking=register.masking() if is_anonymous else None,
    )
    return plan, tuple(dict.fromkeys((*register.keys(wanted), *reviewed)))


def read_cases(work: Work, chat: int, keys: Sequence[CaseKey]) -> tuple[CaseRow, ...]:
    """Return some of the cases, as far as they are still within reach. Raises NotAllowed."""
    actor = work.actor(chat)
    if not actor.may(Permission.KEEP_CASES):
        raise NotAllowed("cases")
    return work.cases(actor).read(keys)


def load_review(work: Work, chat: int, data: Mapping[str, Any], now: datetime) -> CaseReviewReport:
    """Return what a quarter or a year comes to, beside the one before it, without anything that leads to somebody.

    Raises:
        NotAllowed: they do not keep the register (any more).
    """
    actor = work.actor(chat)
    if not actor.may(Permission.KEEP_CASES):
        raise NotAllowed("cases")
    year, quarter = int(data["year"]), int(data["quarter"])
    register, now_from = work.cases(actor), period_of(year, quarter)
    earlier = (year - 1, quarter) if quarter in (0, 1) else (year, quarter - 1)
    before = period_of(earlier[0], 4 if quarter == 1 else earlier[1])
    rows, masking = register.rows(before[0], now_from[1]), register.masking()
    found, themes = review(rows, *now_from), {row.number: row.theme for row in rows}
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
