"""The letter of an appeal, as Word to work on and as PDF to print: one page of a letter, in plain words.

What people wrote is only ever shown. A line break of theirs begins a paragraph.
"""

from __future__ import annotations

from typing import Any

from documents import words
from documents.appeal_letter_data import AppealLetterData
from documents.make_letter_template import TEMPLATE
from documents.pdf import typeset
from documents.plain_text import clean, file_stem, one_line
from documents.word import fill_in

_LONGEST_NAME = 80
_PARTS = ("place_date", "salutation", "grounds", "request", "confirm", "greeting", "signature", "name", "enclosure")


def render_letter_word(data: AppealLetterData) -> bytes:
    """Return the letter as a .docx file."""
    return fill_in(TEMPLATE, view_of(data), data.made_at)


def render_letter_pdf(data: AppealLetterData) -> bytes:
    """Return the letter as a PDF file."""
    return typeset("appeal_letter.typ", view_of(data), data.made_at)


def file_name(data: AppealLetterData, extension: str) -> str:
    """Return a name such as "Beroep Welzijn Rivierenland.docx", safe on every system."""
    organisation = file_stem(data.organisation, _LONGEST_NAME) or words.text("file.unnamed")
    return words.text("file.appeal_letter", organisation=organisation, extension=extension)


def view_of(data: AppealLetterData) -> dict[str, Any]:
    """Return every text of the letter, in its order."""
    said = {
        "organisation": one_line(data.organisation),
        "decision": words.text(f"appeal_letter.{'positive' if data.is_positive else 'negative'}"),
        "decided_on": words.long_date(data.decided_on),
        "kind": words.text(f"appeal_letter.kind.{data.kind.value}"),
    }
    opening = (
        words.text("appeal_letter.opening_mailed", mailed_on=words.long_date(data.mailed_on), **said)
        if data.mailed_on
        else words.text("appeal_letter.opening", **said)
    )
    number = one_line(data.member_number)
    return {
        "title": words.text("appeal_letter.title"),
        "document_title": words.text("appeal_letter.document_title", organisation=said["organisation"]),
        "subject": words.text("appeal_letter.about", decided_on=said["decided_on"]),
        "organisation": said["organisation"],
        "member_number": words.text("appeal_letter.member_number", number=number) if number else "",
        "to": words.text("appeal_letter.to", ci=one_line(data.ci)),
        "opening": opening,
        "grounds": _paragraphs(data.grounds),
        "request": _paragraphs(data.request),
        "words": {part: words.text(f"appeal_letter.{part}") for part in _PARTS},
    }


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in clean(text).split("\n") if line.strip()]
