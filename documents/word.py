"""The self-evaluation as an editable Word document, from the template beside this module.

The template comes from the package only. It is filled in by a Jinja that is sandboxed and that escapes:
unescaped, docxtpl loses a text from its first "<" on, and outside a sandbox a template could run code.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from documents.make_template import TEMPLATE
from documents.report_data import SelfEvaluationReport
from documents.view import view_of
from documents.word_parts import LANGUAGE, TEXT_WIDTH

_NUMBER_WIDTH = 1020
_LONGEST_PROPERTY = 255  # python-docx refuses more


def render_word(report: SelfEvaluationReport) -> bytes:
    """Return the report as a .docx file."""
    view = view_of(report).as_dict()
    return fill_in(TEMPLATE, {**view, **_layout(view)}, report.made_at)


def fill_in(template_file: Path, view: dict[str, Any], made_at: datetime) -> bytes:
    """Return a template of ours filled in with a view, as a .docx file; `made_at` is aware.

    The view holds `document_title`, `subject` and `organisation` for the properties of the file.
    """
    template = DocxTemplate(str(template_file))
    template.render(view, _environment())
    _set_properties(template, view, made_at)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_for_docxtpl)


def _for_docxtpl(value: object) -> Markup:
    """Escape a value, also the underscores: docxtpl turns "{_{" in the filled-in text into "{{" otherwise."""
    return Markup(str(escape(value)).replace("_", "&#95;"))  # noqa: S704  (escaped in the same breath)


def _layout(view: dict[str, Any]) -> dict[str, Any]:
    """Return the view's norms with what only Word needs to know: widths, and which parts stay on one page."""
    columns = len(view["counts"])
    return {
        "tile_width": TEXT_WIDTH // columns,
        "number_width": _NUMBER_WIDTH,
        "name_width": TEXT_WIDTH - (columns + 1) * _NUMBER_WIDTH,
        "rubrics": [{**rubric, "norms": [_kept(norm) for norm in rubric["norms"]]} for rubric in view["rubrics"]],
    }


def _kept(norm: dict[str, Any]) -> dict[str, Any]:
    follows = bool(norm["improvement"] or norm["remark"])
    rows, last = norm["contributions"], len(norm["contributions"]) - 1
    keeps = [int(not norm["is_long"] and (n < last or follows)) for n in range(len(rows))]
    return {
        **norm,
        "has_more": bool(rows or norm["needs_reason"] or follows),
        "contributions": [{**row, "keep": keep} for row, keep in zip(rows, keeps, strict=True)],
    }


def _set_properties(template: DocxTemplate, view: dict[str, Any], made_at: datetime) -> None:
    properties = template.docx.core_properties  # get_docx() would begin anew
    properties.title = view["document_title"][:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = view["organisation"][:_LONGEST_PROPERTY]
    properties.subject = view["subject"][:_LONGEST_PROPERTY]
    properties.language = LANGUAGE
    properties.created = properties.modified = made_at.astimezone(UTC)
