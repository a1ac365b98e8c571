"""Make `self_evaluation.docx`, the Word template: `python -m documents.make_template`.

The template is committed beside this script and a test holds the two together. It contains layout and
Jinja tags, hardly a word: the words come from `view.DocumentView` when docxtpl fills it in.
"""

from __future__ import annotations

import io
from pathlib import Path

from docx.document import Document

from documents import word_parts as w

TEMPLATE = Path(__file__).with_name("self_evaluation.docx")


def main() -> None:
    """Write the template to its place in the package."""
    TEMPLATE.write_bytes(make_template())


def make_template() -> bytes:
    """Return the template as a .docx file, the same content every time."""
    document = w.new_document()
    _fill_header_and_footers(document)
    w.fill_body(document, [*_title_block(), *_summary(), *_overview(), *_rubrics(), *_about()])
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _fill_header_and_footers(document: Document) -> None:
    section = document.sections[0]
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{w.LINE}"/></w:pBdr>'
    right = f'<w:tabs><w:tab w:val="right" w:pos="{w.TEXT_WIDTH}"/></w:tabs>'
    header = w.p("Header", w.run("{{ title }} · {{ organisation }}"), w.tab(), w.run("{{ date }}"), more=line + right)
    page = [w.run("{{ labels.page }} "), w.field("PAGE"), w.run(" {{ labels.of }} "), w.field("NUMPAGES")]
    footer = w.p("Footer", w.run("{{ status }}"), w.tab(), *page, more=right)
    for place, content in ((section.header, header), (section.footer, footer), (section.first_page_footer, footer)):
        place.is_linked_to_previous = False
        element = place._element
        for old in list(element):
            element.remove(old)
        element.append(w.parse(content))
    section.first_page_header.is_linked_to_previous = False


# ---------------------------------------------------------------- what stands in the document


def _title_block() -> list[str]:
    fact = [
        w.cell(2041, w.p("column", w.run("{{ fact.label }}"))),
        w.cell(w.TEXT_WIDTH - 2041, w.p("Normal", w.run("{{ fact.value }}"), more=w.spacing(0, 0))),
    ]
    accent = f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="6" w:color="{w.ACCENT}"/></w:pBdr>'
    return [
        w.p("eyebrow", w.run("{{ title }}"), more=accent),
        w.p("Title", w.run("{{ organisation }}")),
        w.p("Normal", w.chip("{{ status }}", fill=w.ACCENT, ink="FFFFFF"), more=w.spacing(4, 16)),
        w.table(
            [2041, w.TEXT_WIDTH - 2041],
            [w.row_tag("for fact in facts"), w.row(fact), w.row_tag("endfor")],
            caption="{{ labels.about }}",
        ),
    ]


def _summary() -> list[str]:
    tile = w.cell(
        "{{ tile_width }}",
        w.p("tile", w.run("{{ c.count }}", size=22, bold=True, ink="{{ c.verdict.ink }}"), more=w.spacing(2, 0)),
        w.p("tile", w.run("{{ c.verdict.short }}", bold=True, ink="{{ c.verdict.ink }}")),
        w.p("tile", w.run("{{ c.limit }}", size=8.5, ink="{{ c.verdict.ink }}"), more=w.spacing(0, 4)),
        fill="{{ c.verdict.tint }}",
        border="{{ c.verdict.fill if c.verdict.fill != 'FFFFFF' else 'A9B4BE' }}",
    )
    return [
        w.p("Heading 1", w.run("{{ labels.summary }}")),
        w.p("lead", w.run("{{ forecast[0] }}")),
        w.p("Normal", w.run("{{ forecast[1:]|join(' ') }}"), more=w.spacing(0, 8)),
        w.table(
            [w.TEXT_WIDTH],
            [w.row([w.cell_tag("for c in counts"), tile, w.cell_tag("endfor")])],
            caption="{{ progress }}",
            lines=False,
        ),
        w.p("small", w.run("{{ progress }}"), more=w.spacing(6, 10)),
        _totals(),
    ]


def _totals() -> str:
    first, number = "{{ name_width }}", "{{ number_width }}"
    header = [
        w.cell(first, w.p("column", w.run("{{ labels.rubric }}"))),
        w.cell_tag("for c in counts"),
        w.cell(number, w.p("column", w.run("{{ c.verdict.short }}"), more=w.RIGHT)),
        w.cell_tag("endfor"),
        w.cell(number, w.p("column", w.run("{{ labels.total }}"), more=w.RIGHT)),
    ]
    rubric = [
        w.cell(first, w.p("Normal", w.run("{{ r.name }}"), more=w.spacing(0, 0))),
        w.cell_tag("for n in r.counts"),
        w.cell(number, w.p("Normal", w.run("{{ n }}"), more=w.spacing(0, 0) + w.RIGHT)),
        w.cell_tag("endfor"),
        w.cell(number, w.p("Normal", w.run("{{ r.total }}"), more=w.spacing(0, 0) + w.RIGHT)),
    ]
    total = [
        w.cell(first, w.p("Normal", w.run("{{ labels.total }}", bold=True), more=w.spacing(0, 0))),
        w.cell_tag("for c in counts"),
        w.cell(number, w.p("Normal", w.run("{{ c.count }}", bold=True), more=w.spacing(0, 0) + w.RIGHT)),
        w.cell_tag("endfor"),
        w.cell(number, w.p("Normal", w.run("{{ norms }}", bold=True), more=w.spacing(0, 0) + w.RIGHT)),
    ]
    rows = [
        w.row(header, repeats=True),
        w.row_tag("for r in rubrics"),
        w.row(rubric),
        w.row_tag("endfor"),
        w.row(total),
    ]
    return w.table([first, _EACH_COUNT, number, _END, number], rows, caption="{{ labels.summary }}")


def _overview() -> list[str]:
    widths = [850, w.TEXT_WIDTH - 850 - 2100, 2100]
    header = [w.cell(width, w.p("column", w.run(label))) for width, label in zip(widths, _OVERVIEW_LABELS, strict=True)]
    verdict = w.p("Normal", w.chip("{{ n.verdict.short }}"), more=w.spacing(0, 0))
    row = [
        w.cell(widths[0], w.p("Normal", w.link("{{ n.anchor }}", "{{ n.id }}"), more=w.spacing(0, 0))),
        w.cell(widths[1], w.p("Normal", w.run("{{ n.title }}"), more=w.spacing(0, 0))),
        w.cell(widths[2], verdict),
    ]
    rows = [w.row(header, repeats=True), w.row_tag("for n in r.norms"), w.row(row), w.row_tag("endfor")]
    return [
        w.p("Heading 1", w.run("{{ labels.overview }}"), more=w.NEW_PAGE),
        w.tag("for r in rubrics if r.norms"),
        w.p("Heading 3", w.run("{{ r.name }}")),
        w.table(widths, rows, caption="{{ labels.overview }}: {{ r.name }}", padding=20),
        w.tag("endfor"),
    ]


def _rubrics() -> list[str]:
    bookmark = '<w:bookmarkStart w:id="{{ rubric_number * 1000 + loop.index }}" w:name="{{ n.anchor }}"/>'
    end = '<w:bookmarkEnd w:id="{{ rubric_number * 1000 + loop.index }}"/>'
    top = f'<w:pBdr><w:top w:val="single" w:sz="6" w:space="6" w:color="{w.LINE}"/></w:pBdr>'
    heading = w.p("Heading 2", bookmark, w.run("{{ n.id }}  ", ink=w.ACCENT), w.run("{{ n.title }}"), end, more=top)
    notes = w.run("{% if n.notes %}   {{ n.notes }}{% endif %}", size=9, ink=w.MUTED)
    return [
        w.tag("for r in rubrics"),
        w.tag("set rubric_number = loop.index"),
        w.p("Heading 1", w.run("{{ r.name }}"), more=w.NEW_PAGE),
        w.tag("if r.about"),
        w.p("Subtitle", w.run("{{ r.about }}")),
        w.tag("endif"),
        w.tag("if not r.norms"),
        w.p("remark", w.run("{{ no_norms }}")),
        w.tag("endif"),
        w.tag("for n in r.norms"),
        heading,
        w.p("wording", w.run("{{ n.wording }}")),
        w.p("Normal", w.chip("{{ n.verdict.label }}"), notes, more=w.keep("n.has_more") + w.spacing(2, 5)),
        *_norm_body(),
        w.tag("endfor"),
        w.tag("endfor"),
    ]


def _norm_body() -> list[str]:
    action = [("what", "what", "1"), ("who", "who", "1"), ("due", "due", "{{ 1 if n.remark else 0 }}")]
    return [
        w.tag("if n.needs_reason"),
        w.p("box_title", w.run("{{ labels.reason }}")),
        w.p("box", w.run("{{ n.reason }}"), more='<w:ind w:left="200" w:firstLine="0"/>'),
        w.tag("endif"),
        w.tag("if n.contributions"),
        _contributions(),
        w.tag("endif"),
        w.tag("if n.improvement"),
        w.p("box_title", w.run("{{ labels.improvement }}")),
        *(
            w.p(
                "box",
                w.run(f"{{{{ labels.{label} }}}}", size=9, ink=w.MUTED),
                w.tab(),
                w.run(f"{{{{ n.improvement.{value} }}}}"),
                more=f'<w:keepNext w:val="{keep}"/>',
            )
            for label, value, keep in action
        ),
        w.tag("endif"),
        w.tag("if n.remark"),
        w.p("remark", w.run("{{ n.remark }}")),
        w.tag("endif"),
    ]


def _contributions() -> str:
    widths = [780, w.TEXT_WIDTH - 780 - 1750, 1750]
    labels = ("{{ labels.receipt }}", "{{ labels.contribution }}", "{{ labels.author }}")
    header = [
        w.cell(width, w.p("column", w.run(label), more="<w:keepNext/>"))
        for width, label in zip(widths, labels, strict=True)
    ]
    keep = '<w:keepNext w:val="{{ c.keep }}"/>'
    lead = w.p("column", w.run("{{ c.lead }}", ink=w.ACCENT), more=keep)
    row = [
        w.cell(widths[0], w.p("small", w.run("{{ c.receipt }}"), more=keep + w.spacing(0, 0))),
        w.cell(
            widths[1],
            lead,
            w.tag("if c.text"),
            w.p("Normal", w.run("{{ c.text }}"), more=keep + w.spacing(0, 0)),
            w.tag("endif"),
        ),
        w.cell(
            widths[2],
            w.p("Normal", w.run("{{ c.author }}"), more=keep + w.spacing(0, 0)),
            w.p("small", w.run("{{ c.date }}"), more=keep + w.spacing(0, 0)),
        ),
    ]
    cant_split = '<w:cantSplit w:val="{{ 0 if c.is_long else 1 }}"/>'
    rows = [
        w.row(header, repeats=True),
        w.row_tag("for c in n.contributions"),
        w.row(row, more=cant_split),
        w.row_tag("endfor"),
    ]
    return w.table(widths, rows, caption="{{ n.id }}: {{ labels.contribution }}")


def _about() -> list[str]:
    return [
        w.p("Heading 1", w.run("{{ labels.about }}")),
        w.tag("for sentence in about"),
        w.p("small", w.run("{{ sentence }}"), more="<w:keepLines/>"),
        w.tag("endfor"),
    ]


_EACH_COUNT, _END = "{% for c in counts %}", "{% endfor %}"
_OVERVIEW_LABELS = ("{{ labels.norm }}", "{{ labels.title }}", "{{ labels.verdict }}")

if __name__ == "__main__":
    main()
