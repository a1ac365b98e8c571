"""The report of an audit as PDF: tagged, with bookmarks, in the order of the Word document."""

from __future__ import annotations

from documents.audit_report_data import AuditReport
from documents.audit_report_view import view_of
from documents.pdf import typeset


def render_pdf(document: AuditReport) -> bytes:
    """Return the report as a PDF file."""
    return typeset("audit_report.typ", view_of(document).as_dict(), document.made_at)
