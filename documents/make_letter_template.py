"""Make `appeal_letter.docx`, the Word template of a letter: `python -m documents.make_letter_template`.

The template is committed beside this script and a test holds the two together. It contains layout and Jinja tags; the
words come from `appeal_letter.view_of` when docxtpl fills it in.
"""

from __future__ import annotations

import io
from pathlib import Path

from documents import word_parts as w

TEMPLATE = Path(__file__).with_name("appeal_letter.docx")


def main() -> None:
    """Write the template to its place in the package."""
    TEMPLATE.write_bytes(make_template())


def make_template() -> bytes:
    """Return the template as a .docx file, the same content every time."""
    document = w.new_document()
    w.fill_body(document, _letter())
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _letter() -> list[str]:
    return [
        w.p("Normal", w.run("{{ organisation }}", bold=True), more=w.spacing(0, 0)),
        w.tag("if member_number"),
        w.p("Normal", w.run("{{ member_number }}"), more=w.spacing(0, 0)),
        w.tag("endif"),
        w.p("Normal", w.run("{{ to }}"), more=w.spacing(28, 14)),
        w.p("Normal", w.run("{{ words.place_date }}"), more=w.spacing(0, 14)),
        w.p("lead", w.run("{{ subject }}"), more=w.spacing(0, 14)),
        w.p("Normal", w.run("{{ words.salutation }}"), more=w.spacing(0, 8)),
        w.p("Normal", w.run("{{ opening }}"), more=w.spacing(0, 8)),
        w.p("Heading 3", w.run("{{ words.grounds }}")),
        *_each("grounds"),
        w.p("Heading 3", w.run("{{ words.request }}")),
        *_each("request"),
        w.p("Normal", w.run("{{ words.confirm }}"), more=w.spacing(10, 14)),
        w.p("Normal", w.run("{{ words.greeting }}"), more="<w:keepNext/>" + w.spacing(0, 0)),
        *_signed("signature"),
        *_signed("name"),
        w.p("small", w.run("{{ words.enclosure }}"), more=w.spacing(20, 0)),
    ]


def _signed(name: str) -> list[str]:
    """Return room to write, above a line with its name; an empty paragraph keeps Word from joining two lines."""
    line = f'<w:pBdr><w:top w:val="single" w:sz="4" w:space="3" w:color="{w.MUTED}"/></w:pBdr>'
    narrow = f'<w:ind w:right="{w.TEXT_WIDTH // 2}"/>'
    return [
        w.p("Normal", w.run(" "), more="<w:keepNext/>" + w.spacing(0, 30)),
        w.p("small", w.run("{{ words." + name + " }}"), more="<w:keepNext/>" + line + w.spacing(0, 0) + narrow),
    ]


def _each(name: str) -> list[str]:
    """Return the paragraphs of a text of people."""
    paragraph = w.p("Normal", w.run("{{ paragraph }}"), more=w.spacing(0, 6))
    return [w.tag(f"for paragraph in {name}"), paragraph, w.tag("endfor")]


if __name__ == "__main__":
    main()
