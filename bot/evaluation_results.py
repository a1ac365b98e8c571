"""Reads what was answered about the audits of a certifying body, as a workbook and as a picture."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from documents import words
from documents.palette import SCALE
from documents.plain_text import file_stem
from documents.table_data import Bar, BarGroup, BarPicture, Table, TableBook
from domain.amounts import rounded
from domain.audit_evaluation import EvaluationRules, QuestionResult, SideResult
from domain.periods import Period
from domain.working_days import local_day
from storage.interfaces import NotAllowed, Work

_LONGEST_NAME = 80
_SHOWN_PERIODS = 2  # in the picture; the workbook has all


def load_results_book(work: Work, chat: int, now: datetime) -> TableBook:
    """Return the results as tables, as far as the person behind this chat may see them.

    Raises:
        NotAllowed
    """
    office, found, rules = _load(work, chat, now)
    texts = words.entry("evaluation_results")
    labels = [*zip(texts["columns"], (22, 12, 60, 14, 16), strict=True), *((word, 14) for word in rules.answers)]
    rows = tuple(_row(result, asked, rules) for result in found for asked in result.questions)
    table = Table(texts["sheet"], tuple((str(label), int(width)) for label, width in labels), rows, _notes(rules))
    return TableBook(f"{_stem(office, now)}.xlsx", texts["kind"], office, (table,), now)


def load_results_picture(work: Work, chat: int, now: datetime) -> BarPicture:
    """Return the newest results as bars, as far as the person behind this chat may see them.

    Raises:
        NotAllowed
    """
    office, found, rules = _load(work, chat, now)
    texts = words.entry("evaluation_results")
    newest = list(dict.fromkeys(result.period for result in found))[:_SHOWN_PERIODS]
    groups = tuple(
        BarGroup(
            f"{texts['sides'][result.side.value]} · {_period(period)}",
            tuple(_bar(one, rules) for one in result.questions),
        )
        for period, results in groupby(found, key=lambda result: result.period)
        if period in newest
        for result in results
    )
    legend = tuple((word, *colours) for word, colours in zip(rules.answers, SCALE, strict=True))
    return BarPicture(
        f"{_stem(office, now)}.png", texts["kind"], office, local_day(now), texts["lead"], legend, groups,
        _notes(rules),
    )  # fmt: skip


def _load(work: Work, chat: int, now: datetime) -> tuple[str, tuple[SideResult, ...], EvaluationRules]:
    actor = work.actor(chat)
    if actor.organisation is None:
        raise NotAllowed("no role")
    found = work.audit_evaluations(actor).results(local_day(now))
    return actor.organisation.name, found, work.audit_rules.evaluation


def _row(result: SideResult, asked: QuestionResult, rules: EvaluationRules) -> tuple[str | int | float | None, ...]:
    side = words.text(f"evaluation_results.sides.{result.side.value}")
    start = (_period(result.period), side, asked.question.text)
    if asked.average is None:
        too_few = words.text("evaluation_results.too_few", n=rules.min_answers)
        return (*start, too_few, None, *(None for _ in rules.answers))
    return (*start, asked.answers, float(rounded(asked.average)), *asked.counts)


def _bar(asked: QuestionResult, rules: EvaluationRules) -> Bar:
    if asked.average is None:
        return Bar(asked.question.text, (), words.text("evaluation_results.too_few", n=rules.min_answers))
    average = f"{rounded(asked.average):f}".replace(".", ",")
    return Bar(asked.question.text, asked.counts, words.text("evaluation_results.score", average=average))


def _period(period: Period) -> str:
    if period.months == 12:
        return str(period.year)
    if period.months == 3:
        return words.text("evaluation_results.quarter", number=period.number, year=period.year)
    start, end = words.long_date(period.starts_on), words.long_date(period.ends_on)
    return words.text("evaluation_results.span", start=start, end=end)


def _notes(rules: EvaluationRules) -> tuple[str, ...]:
    return tuple(str(note).format(n=rules.min_answers) for note in words.entry("evaluation_results.notes"))


def _stem(office: str, now: datetime) -> str:
    name = file_stem(office, _LONGEST_NAME) or words.text("file.unnamed")
    return words.text("evaluation_results.file", organisation=name, date=local_day(now).isoformat())
