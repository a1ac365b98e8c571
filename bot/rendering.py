"""What runs in the document process: from a report to the bytes of a file, nothing else.

The heavy libraries are imported when they are first needed, so that the bot itself starts fast and
stays small.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from multiprocessing import parent_process
from threading import Thread
from typing import TYPE_CHECKING

from documents.appeal_letter_data import AppealLetterData
from documents.audit_report_data import AuditReport
from documents.calendar_data import CalendarReport
from documents.case_data import CasePlan, CaseReport
from documents.case_review_data import CaseReviewReport
from documents.certificate_data import CertificateData
from documents.coverage_data import CoverageReport
from documents.estimate_data import EstimateReport
from documents.report_data import SelfEvaluationReport
from documents.table_data import BarPicture, TableBook
from documents.timeline_data import TimelineReport
from domain.cases import CaseRow


def certificate(data: CertificateData) -> tuple[str, bytes]:
    """Return the file name and content of a certificate."""
    from documents.certificate import file_name, render_certificate

    return file_name(data), render_certificate(data)


def cases(plan: CasePlan, rows: Sequence[CaseRow], form: str) -> tuple[str, bytes, int, int]:
    """Return the casusregister as Word or Excel, or without names as Word or PDF.

    That is the file name, the content, how many cases it holds and how much was masked in it.
    """
    from documents.case_data import report_of

    report = report_of(plan, rows)
    return (*_render_cases(report, form), len(report.rows), report.taken_out)


def _render_cases(report: CaseReport, form: str) -> tuple[str, bytes]:
    if form == "excel":
        from documents.case_excel import render_case_excel

        return render_case_excel(report)
    if form == "anonymous_pdf":
        from documents.case_pdf import render_case_pdf

        return render_case_pdf(report)
    from documents.case_word import render_case_word

    return render_case_word(report)


def case_review(report: CaseReviewReport) -> tuple[str, bytes]:
    """Return the file name and content of the review of a period."""
    from documents.case_review_word import render_review_word

    return render_review_word(report)


if TYPE_CHECKING:
    from bot.norm_files import FileProblem
    from domain.framework import Framework
    from domain.norm_import import Import


#: How far the document process stands back for the bot: a document may take a second longer, a tap may not.
NICENESS = 10


def begin() -> None:
    """Make this process the one for documents: behind the bot for the processor, and gone with it."""
    os.nice(NICENESS)
    end_with_the_bot()


def end_with_the_bot() -> None:
    """Let the document process end when the bot does; after a kill -9 it would wait for work for ever."""
    bot = parent_process()

    def wait() -> None:
        if bot is not None:
            bot.join()
            os._exit(0)

    Thread(target=wait, daemon=True).start()


def norms(content: bytes, framework: Framework) -> Import | FileProblem:
    """Return the norms of a framework that a file holds, or why it could not be read."""
    from bot.norm_files import UnreadableFile, import_norms

    try:
        return import_norms(content, framework)
    except UnreadableFile as error:
        return error.problem


def document(report: SelfEvaluationReport, kind: str) -> tuple[str, bytes]:
    """Return the file name and content of a self-evaluation as "word", "pdf" or "excel".

    Raises:
        KeyError: any other kind.
    """
    from documents.file_names import DocumentKind, file_name

    known = {"word": DocumentKind.WORD, "pdf": DocumentKind.PDF, "excel": DocumentKind.EXCEL}[kind]
    return file_name(report, known), _render(report, kind)


def _render(report: SelfEvaluationReport, kind: str) -> bytes:
    if kind == "word":
        from documents.word import render_word

        return render_word(report)
    if kind == "pdf":
        from documents.pdf import render_pdf

        return render_pdf(report)
    from documents.excel import render_excel

    return render_excel(report)


def audit_report(report: AuditReport, kind: str) -> tuple[str, bytes]:
    """Return the file name and content of the report of an audit as "word" or "pdf".

    Raises:
        KeyError: any other kind.
    """
    from documents.audit_report_view import file_name
    from documents.file_names import DocumentKind

    known = {"word": DocumentKind.WORD, "pdf": DocumentKind.PDF}[kind]
    return file_name(report, known), _render_audit_report(report, kind)


def _render_audit_report(report: AuditReport, kind: str) -> bytes:
    if kind == "word":
        from documents.audit_report_word import render_word

        return render_word(report)
    from documents.audit_report_pdf import render_pdf

    return render_pdf(report)


def appeal_letter(data: AppealLetterData, kind: str) -> tuple[str, bytes]:
    """Return the file name and content of the letter of an appeal as "word" or "pdf".

    Raises:
        KeyError: any other kind.
    """
    from documents.appeal_letter import file_name, render_letter_pdf, render_letter_word

    extension = {"word": "docx", "pdf": "pdf"}[kind]
    render = render_letter_word if kind == "word" else render_letter_pdf
    return file_name(data, extension), render(data)


def scorecard(report: SelfEvaluationReport) -> tuple[str, bytes]:
    """Return the file name and the PNG of all norms."""
    from documents.file_names import DocumentKind, file_name
    from documents.scorecard import render_scorecard

    return file_name(report, DocumentKind.SCORECARD), render_scorecard(report)


def coverage(report: CoverageReport) -> tuple[str, bytes]:
    """Return the file name and the PNG of how well every norm was looked at."""
    from documents.coverage_picture import coverage_file_name, render_coverage

    return coverage_file_name(report), render_coverage(report)


def calendar(report: CalendarReport) -> tuple[str, bytes]:
    """Return the file name and the content of a calendar file."""
    from documents.calendar_file import calendar_file_name, render_calendar

    return calendar_file_name(report), render_calendar(report)


def estimate(report: EstimateReport) -> tuple[str, bytes]:
    """Return the file name and the PDF of what an audit takes and might cost."""
    from documents.estimate import file_name, render_estimate

    return file_name(report), render_estimate(report)


def timeline(report: TimelineReport) -> tuple[str, bytes]:
    """Return the file name and the PNG of where the process of an audit stands."""
    from documents.timeline_picture import render_timeline, timeline_file_name

    return timeline_file_name(report), render_timeline(report)


def table_book(book: TableBook) -> tuple[str, bytes]:
    """Return the file name and content of a workbook of tables."""
    from documents.table_book import render_book

    return book.file, render_book(book)


def bar_picture(picture: BarPicture) -> tuple[str, bytes]:
    """Return the file name and the PNG of numbers as bars."""
    from documents.bar_picture import render_bars

    return picture.file, render_bars(picture)


def qr(link: str) -> bytes:
    """Return the PNG of a link."""
    from documents.qr import qr_png

    return qr_png(link)
