"""Make `audit_report.docx`, the Word template of the report: `python -m documents.make_audit_template`.

The template is committed beside this script and a test holds the two together. It contains layout and Jinja tags; the
words come from `audit_report_view.AuditReportView` when docxtpl fills it in.
"""

from __future__ import annotations

import io
from pathlib import Path

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents import word_parts as w

TEMPLATE = Path(__file__).with_name("audit_report.docx")
_LABEL = 3000
_NORM, _VERDICT = 2800, 950
_FINDINGS = w.TEXT_WIDTH - _NORM - _VERDICT

# WordArt behind the text, as Word itself makes a watermark; LibreOffice shows it as well.
_WATERMARK = (
    f"<w:p {nsdecls('w')} "
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:rPr><w:noProof/></w:rPr><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
    '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/>'
    '<v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="Watermark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="{{ watermark }}" '
    'style="position:absolute;margin-left:0;margin-top:0;width:430pt;height:108pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" '
    'o:allowincell="f" fillcolor="#dfe4e8" stroked="f"><v:fill opacity=".5"/>'
    '<v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt" string="{{ watermark }}"/></v:shape>'
    "</w:pict></w:r></w:p>"
)


def main() -> None:
    """Write the template to its place in the package."""
    TEMPLATE.write_bytes(make_template())


def make_template() -> bytes:
    """Return the template as a .docx file, the same content every time."""
    document = w.new_document()
    document.sections[0].different_first_page_header_footer = False  # every page of a draft says that it is one
    _fill_header_and_footer(document)
    w.fill_body(document, [*_title_block(), *_part_a(), *_part_b(), *_addendum(), *_about()])
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _fill_header_and_footer(document: Document) -> None:
    section = document.sections[0]
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{w.LINE}"/></w:pBdr>'
    right = f'<w:tabs><w:tab w:val="right" w:pos="{w.TEXT_WIDTH}"/></w:tabs>'
    title = [w.run("{{ title }} · {{ organisation }}"), w.tab(), w.run("{{ date }}")]
    page = [w.run("{{ labels.page }} "), w.field("PAGE"), w.run(" {{ labels.of }} "), w.field("NUMPAGES")]
    header = [
        w.parse(w.p("Header", *title, more=line + right)),
        w.parse(w.tag("if is_concept")),
        parse_xml(_WATERMARK),
        w.parse(w.tag("endif")),
    ]
    footer = [w.parse(w.p("Footer", w.run("{{ status }}"), w.tab(), *page, more=right))]
    for place, content in ((section.header, header), (section.footer, footer)):
        place.is_linked_to_previous = False
        element = place._element
        for old in list(element):
            element.remove(old)
        for part in content:
            element.append(part)


def _title_block() -> list[str]:
    width = 2041
    fact = [
        w.cell(width, w.p("column", w.run("{{ fact.label }}"))),
        w.cell(w.TEXT_WIDTH - width, w.p("Normal", w.run("{{ fact.value }}"), more=w.spacing(0, 0))),
    ]
    accent = f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="6" w:color="{w.ACCENT}"/></w:pBdr>'
    return [
        w.p("eyebrow", w.run("{{ title }}"), more=accent),
        w.p("Title", w.run("{{ organisation }}")),
        w.p("Normal", w.chip("{{ status }}", fill=w.ACCENT, ink="FFFFFF"), more=w.spacing(4, 12)),
        w.table(
            [width, w.TEXT_WIDTH - width],
            [w.row_tag("for fact in facts"), w.row(fact), w.row_tag("endfor")],
            caption="{{ labels.about }}",
        ),
    ]


def _part_a() -> list[str]:
    widths = [_LABEL, w.TEXT_WIDTH - _LABEL]
    header = [
        w.cell(width, w.p("column", w.run(label), more="<w:keepNext/>"))
        for width, label in zip(widths, ("{{ labels.label }}", "{{ labels.text }}"), strict=True)
    ]
    empty = w.p("Normal", w.run("{{ f.text }}", ink=w.MUTED), more=w.spacing(0, 0))
    point = w.p("Normal", w.run("•"), w.tab(), w.run("{{ point }}"), more=_BULLET)
    field = [
        w.cell(_LABEL, w.p("Normal", w.run("{{ f.label }}", bold=True, size=9.5), more=w.spacing(0, 0) + _GAP)),
        w.cell(
            widths[1],
            w.tag("if f.is_empty"),
            empty,
            w.tag("elif f.points"),
            w.tag("for point in f.points"),
            point,
            w.tag("endfor"),
            w.tag("else"),
            w.p("Normal", w.run("{{ f.text }}"), more=w.spacing(0, 0)),
            w.tag("endif"),
        ),
    ]
    each = w.row(field, more=_CANT_SPLIT.format("f"))
    rows = [w.row(header, repeats=True), w.row_tag("for f in b.fields"), each, w.row_tag("endfor")]
    return [
        w.p("Heading 1", w.run("{{ part_a }}")),
        w.p("Subtitle", w.run("{{ part_a_note }}")),
        w.tag("for b in blocks"),
        w.p("Heading 2", w.run("{{ b.title }}"), more=w.spacing(14, 3)),
        w.table(widths, rows, caption="{{ b.title }}"),
        w.tag("endfor"),
    ]


def _part_b() -> list[str]:
    return [
        w.tag("if rubrics"),
        w.p("Heading 1", w.run("{{ part_b }}"), more=w.NEW_PAGE),
        w.p("Subtitle", w.run("{{ part_b_note }}")),
        w.tag("for line in intro"),
        w.p("Normal", w.run("{{ line }}")),
        w.tag("endfor"),
        w.p("Heading 3", w.run("{{ labels.totals }}")),
        _totals(),
        w.tag("for r in rubrics"),
        w.tag("set rubric_number = loop.index"),
        w.p("Heading 1", w.run("{{ r.name }}"), more='<w:pageBreakBefore w:val="{{ 0 if loop.first else 1 }}"/>'),
        _findings(),
        w.p("Heading 3", w.run("{{ r.closing }}"), more=w.spacing(14, 3)),
        w.tag("if not r.documents"),
        w.p("remark", w.run("{{ labels.no_documents }}")),
        w.tag("endif"),
        w.tag("for name in r.documents"),
        w.p("Normal", w.run("•"), w.tab(), w.run("{{ name }}"), more=_BULLET),
        w.tag("endfor"),
        w.tag("endfor"),
        w.tag("endif"),
    ]


def _totals() -> str:
    first, number = "{{ name_width }}", "{{ number_width }}"
    right = w.spacing(0, 0) + w.RIGHT
    header = [
        w.cell(first, w.p("column", w.run("{{ labels.rubric }}"))),
        w.cell_tag("for sign in signs"),
        w.cell(number, w.p("column", w.run("{{ sign.symbol }}"), more=w.RIGHT)),
        w.cell_tag("endfor"),
        w.cell(number, w.p("column", w.run("{{ labels.total }}"), more=w.RIGHT)),
    ]
    rubric = [
        w.cell(first, w.p("Normal", w.run("{{ r.name }}"), more=w.spacing(0, 0))),
        w.cell_tag("for n in r.counts"),
        w.cell(number, w.p("Normal", w.run("{{ n }}"), more=right)),
        w.cell_tag("endfor"),
        w.cell(number, w.p("Normal", w.run("{{ r.total }}", bold=True), more=right)),
    ]
    rows = [w.row(header, repeats=True), w.row_tag("for r in rubrics"), w.row(rubric), w.row_tag("endfor")]
    each, end = "{% for sign in signs %}", "{% endfor %}"
    return w.table([first, each, number, end, number], rows, caption="{{ labels.totals }}")


def _findings() -> str:
    labels = ("{{ labels.norm }}", "{{ r.findings_header }}", "{{ labels.verdict }}")
    widths = [_NORM, _FINDINGS, _VERDICT]
    header = [
        w.cell(width, w.p("column", w.run(label), more="<w:keepNext/>"), fill=w.PANEL)
        for width, label in zip(widths, labels, strict=True)
    ]
    bookmark = '<w:bookmarkStart w:id="{{ rubric_number * 1000 + loop.index }}" w:name="{{ n.anchor }}"/>'
    end = '<w:bookmarkEnd w:id="{{ rubric_number * 1000 + loop.index }}"/>'
    centre = '<w:jc w:val="center"/>'
    row = [
        w.cell(
            _NORM,
            w.p(
                "Normal",
                bookmark,
                w.run("{{ n.id }}  ", bold=True, size=9.5, ink=w.ACCENT),
                w.run("{{ n.title }}", bold=True, size=9.5),
                end,
                more=w.spacing(0, 2) + _GAP,
            ),
            w.p("small", w.run("{{ n.wording }}"), more=w.spacing(0, 0) + _GAP),
        ),
        w.cell(
            _FINDINGS,
            w.tag("if n.is_empty"),
            w.p("Normal", w.run("{{ n.findings }}", ink=w.MUTED), more=w.spacing(0, 0)),
            w.tag("else"),
            w.p("Normal", w.run("{{ n.findings }}"), more=w.spacing(0, 0)),
            w.tag("endif"),
            w.tag("if n.suggestions"),
            w.p("column", w.run("{{ labels.suggestions }}", ink=w.ACCENT), more=w.spacing(4, 0) + "<w:keepNext/>"),
            w.tag("endif"),
            w.tag("for line in n.suggestions"),
            w.p("Normal", w.run("•"), w.tab(), w.run("{{ line }}"), more=_BULLET),
            w.tag("endfor"),
        ),
        w.cell(
            _VERDICT,
            w.p(
                "Normal",
                w.chip("{{ n.sign.symbol }}", fill="{{ n.sign.tint }}", ink="{{ n.sign.ink }}"),
                more=centre + w.spacing(0, 0),
            ),
        ),
    ]
    each = w.row(row, more=_CANT_SPLIT.format("n"))
    rows = [w.row(header, repeats=True), w.row_tag("for n in r.norms"), each, w.row_tag("endfor")]
    return w.table(widths, rows, caption="{{ r.name }}: {{ r.findings_header }}")


def _addendum() -> list[str]:
    return [
        w.tag("if addendum"),
        w.p("Heading 1", w.run("{{ addendum.title }}"), more=w.NEW_PAGE),
        w.p("Subtitle", w.run("{{ addendum.note }}")),
        w.tag("if addendum.course"),
        w.p("Normal", w.run("{{ addendum.course }}")),
        w.tag("endif"),
        _retested(),
        w.p("Heading 3", w.run("{{ labels.conclusion }}"), more=w.spacing(14, 3)),
        w.p("Normal", w.run("{{ addendum.conclusion }}")),
        w.tag("endif"),
    ]


def _retested() -> str:
    widths = [_NORM, w.TEXT_WIDTH - _NORM - 2 * _VERDICT, _VERDICT, _VERDICT]
    labels = ("{{ labels.norm }}", "{{ labels.retested }}", "{{ labels.before }}", "{{ labels.now }}")
    header = [
        w.cell(width, w.p("column", w.run(label), more="<w:keepNext/>"), fill=w.PANEL)
        for width, label in zip(widths, labels, strict=True)
    ]
    norm = w.p(
        "Normal",
        w.run("{{ n.id }}  ", bold=True, size=9.5, ink=w.ACCENT),
        w.run("{{ n.title }}", bold=True, size=9.5),
        more=w.spacing(0, 2) + _GAP,
    )
    row = [
        w.cell(widths[0], norm),
        w.cell(
            widths[1],
            *_labelled("action"),
            w.tag("if n.shown_by"),
            *_labelled("shown_by"),
            w.tag("endif"),
            *_labelled("finding"),
        ),
        *(w.cell(_VERDICT, _chip(sign)) for sign in ("before", "now")),
    ]
    each = w.row(row, more=_CANT_SPLIT.format("n"))
    rows = [w.row(header, repeats=True), w.row_tag("for n in addendum.norms"), each, w.row_tag("endfor")]
    return w.table(widths, rows, caption="{{ addendum.title }}")


def _labelled(part: str) -> list[str]:
    return [
        w.p("column", w.run(f"{{{{ labels.{part} }}}}", ink=w.ACCENT), more=w.spacing(2, 0) + "<w:keepNext/>"),
        w.p("Normal", w.run(f"{{{{ n.{part} }}}}"), more=w.spacing(0, 3)),
    ]


def _chip(sign: str) -> str:
    chip = w.chip(f"{{{{ n.{sign}.symbol }}}}", fill=f"{{{{ n.{sign}.tint }}}}", ink=f"{{{{ n.{sign}.ink }}}}")
    return w.p("Normal", chip, more='<w:jc w:val="center"/>' + w.spacing(0, 0))


def _about() -> list[str]:
    return [
        w.p("Heading 3", w.run("{{ labels.about }}"), more=w.spacing(20, 3)),
        w.tag("for sentence in about"),
        w.p("small", w.run("{{ sentence }}"), more="<w:keepLines/>"),
        w.tag("endfor"),
    ]


_GAP = '<w:ind w:right="160"/>'  # between the first column and the next
_CANT_SPLIT = '<w:cantSplit w:val="{{{{ 0 if {}.is_long else 1 }}}}"/>'
_BULLET = '<w:tabs><w:tab w:val="left" w:pos="227"/></w:tabs><w:ind w:left="227" w:hanging="227"/>' + w.spacing(0, 2)

if __name__ == "__main__":
    main()
