"""The report of an audit as an editable Word document, from the template beside this module."""

from __future__ import annotations

from documents.audit_report_data import AuditReport
from documents.audit_report_view import view_of
from documents.make_audit_template import TEMPLATE
from documents.word import fill_in
from documents.word_parts import TEXT_WIDTH

_NUMBER_WIDTH = 1020


def render_word(document: AuditReport) -> bytes:
    """Return the report as a .docx file."""
    view = view_of(document).as_dict()
    widths = {"number_width": _NUMBER_WIDTH, "name_width": TEXT_WIDTH - (len(view["signs"]) + 1) * _NUMBER_WIDTH}
    return fill_in(TEMPLATE, view | widths, document.made_at)
