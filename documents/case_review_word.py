"""The review of complaints, signals and appeals over a quarter or a year as Word, for the core group and the board.

It is built from the parts of the house, not filled in: what people typed stands in it as text and is never read.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from xml.sax.saxutils import escape

from documents import words
from documents.case_data import theme_name
from documents.case_review_data import CaseReviewReport
from documents.plain_text import clean, one_line
from documents.word_parts import LANGUAGE, TEXT_WIDTH, cell, fill_body, new_document, p, row, run, table
from domain.cases import CaseKind, CaseReview

_FIRST, _NUMBER = 5411, 2000  # twentieths of a point; together with a second number the width of the text


def render_review_word(report: CaseReviewReport) -> tuple[str, bytes]:
    """Return the file name and the .docx file."""
    document = new_document()
    fill_body(document, _body(report))
    properties = document.core_properties
    properties.title, properties.language = f"{_say('title')} {_period(report)}", LANGUAGE
    properties.created = properties.modified = report.made_at.astimezone(UTC)
    made = io.BytesIO()
    document.save(made)
    return words.text("case_review.file", period=_period(report)), made.getvalue()


def _body(report: CaseReviewReport) -> list[str]:
    made = words.text("case_review.made", date=words.long_date(report.made_at.date()))
    return [
        p("Title", run(_say("title"))),
        p("Subtitle", run(_period(report))),
        p("Normal", run(made)),
        p("small", run(words.text("case_review.read_first", n=report.taken_out))),
        *_section("counts", _counts(report), _periods(report)),
        *_section("terms", _terms(report), (_say("met"), _say("missed"))),
        *_section("satisfied", _satisfied(report), _periods(report)),
        *_section("themes", _themes(report), _periods(report)),
        *_measures(report),
        p("Heading 1", run(_say("learning"))),
        *(p("Normal", run(escape(one_line(line)))) for line in report.learning),
    ]


def _section(name: str, rows: Sequence[tuple[str, str, str]], columns: tuple[str, str]) -> list[str]:
    """Return a heading with a table of two numbers to a line, or with a sentence when there is nothing to count."""
    heading = p("Heading 1", run(_say(name)))
    if not rows:
        return [heading, p("Normal", run(_say("nothing")))]
    head = row([_head(_FIRST, _say(f"{name}_column")), *(_head(_NUMBER, name_) for name_ in columns)], repeats=True)
    lines = [
        row([_cell(_FIRST, label), _cell(_NUMBER, first), _cell(_NUMBER, second)]) for label, first, second in rows
    ]
    return [heading, table([_FIRST, _NUMBER, _NUMBER], [head, *lines], caption=_say(name)), p("Normal")]


def _measures(report: CaseReviewReport) -> list[str]:
    heading = p("Heading 1", run(_say("measures")))
    if not report.measures:
        return [heading, p("Normal", run(_say("nothing")))]
    widths = (2800, TEXT_WIDTH - 2800)
    columns = (_say("theme"), _say("measure"))
    head = row([_head(width, name) for width, name in zip(widths, columns, strict=True)], repeats=True)
    lines = [
        row([_cell(widths[0], theme_name(report.themes, theme)), _cell(widths[1], clean(text))])
        for theme, text in report.measures
    ]
    return [heading, table(widths, [head, *lines], caption=_say("measures")), p("Normal")]


def _counts(report: CaseReviewReport) -> list[tuple[str, str, str]]:
    now, before = report.review, report.before
    kinds = [kind for kind in CaseKind if kind in now.kinds or kind in before.kinds]
    return [
        (_say("total"), str(now.total), str(before.total)),
        *(
            (words.text(f"cases.kinds.{kind}"), str(now.kinds.get(kind, 0)), str(before.kinds.get(kind, 0)))
            for kind in kinds
        ),
        (_say("open"), str(now.open), str(before.open)),
        (_say("escalated"), str(now.escalated), str(before.escalated)),
    ]


def _terms(report: CaseReviewReport) -> list[tuple[str, str, str]]:
    known = words.entry("cases.review")
    return [(known.get(term, term), str(met), str(missed)) for term, (met, missed) in report.review.terms.items()]


def _satisfied(report: CaseReviewReport) -> list[tuple[str, str, str]]:
    answers = {"yes": True, "no": False, "unknown": None}
    return [
        (
            words.text(f"cases.{name}"),
            str(report.review.satisfied.get(value, 0)),
            str(report.before.satisfied.get(value, 0)),
        )
        for name, value in answers.items()
    ]


def _themes(report: CaseReviewReport) -> list[tuple[str, str, str]]:
    now, before = report.review.themes, report.before.themes
    order = sorted({*now, *before}, key=lambda theme: (-now.get(theme, 0), -before.get(theme, 0), theme))
    return [(theme_name(report.themes, theme), str(now.get(theme, 0)), str(before.get(theme, 0))) for theme in order]


def _periods(report: CaseReviewReport) -> tuple[str, str]:
    return _named(report.review, report.quarter), _named(report.before, report.quarter)


def _period(report: CaseReviewReport) -> str:
    return _named(report.review, report.quarter)


def _named(review: CaseReview, quarter: int) -> str:
    if not quarter:
        return str(review.first.year)
    return words.text("case_review.quarter", n=(review.first.month + 2) // 3, year=review.first.year)


def _head(width: int, text: str) -> str:
    return cell(width, p("column", run(escape(text))))


def _cell(width: int, text: str) -> str:
    return cell(
        width,
        *(p("Normal", run(escape(line)), more='<w:spacing w:before="0" w:after="0"/>') for line in text.split("\n")),
    )


def _say(name: str) -> str:
    return words.text(f"case_review.{name}")
