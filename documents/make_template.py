"""Make `self_evaluation.docx`, the Word template: `python -m documents.make_template`.

The template is committed beside this script and a test holds the two together. It contains layout and
Jinja tags, hardly a word: the words come from `view.DocumentView` when docxtpl fills it in.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from lxml import etree  # type: ignore[import-untyped]

from documents import palette, words

TEMPLATE = Path(__file__).with_name("self_evaluation.docx")
FONT = "Calibri"  # on every machine with Word; LibreOffice has Carlito with the same measures
LANGUAGE = "nl-NL"
TEXT_WIDTH = 9411  # twentieths of a point: A4 without the margins
_ACCENT, _INK, _MUTED, _LINE, _PANEL = (
    colour.lstrip("#") for colour in (palette.ACCENT, palette.INK, palette.MUTED, palette.LINE, palette.PANEL)
)


def main() -> None:
    """Write the template to its place in the package."""
    TEMPLATE.write_bytes(make_template())


def make_template() -> bytes:
    """Return the template as a .docx file, the same content every time."""
    document = docx.Document()
    _drop_thumbnail(document)
    _set_page(document)
    _set_styles(document)
    _set_language(document)
    _set_properties(document)
    _fill_header_and_footers(document)
    _fill_body(document, [*_title_block(), *_summary(), *_overview(), *_rubrics(), *_about()])
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


# ---------------------------------------------------------------- page, styles, properties


def _drop_thumbnail(document: Document) -> None:
    """The start document of python-docx brings a picture of itself, which file managers would show."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(26), Mm(23)
    section.header_distance, section.footer_distance = Mm(12), Mm(11)
    section.different_first_page_header_footer = True


def _set_styles(document: Document) -> None:
    _set_defaults(document)
    _style(document, "Normal", size=10.5, after=5, line=1.12)
    _style(document, "Title", size=28, bold=True, after=6, line=1.0)
    _style(document, "Subtitle", size=12, colour=_MUTED, after=10)
    _style(document, "Heading 1", size=19, bold=True, colour=_ACCENT, before=22, after=8, keep=True)
    _style(document, "Heading 2", size=13, bold=True, before=20, after=2, keep=True)
    _style(document, "Heading 3", size=12, bold=True, colour=_ACCENT, before=10, after=3, keep=True)
    _style(document, "Header", size=9, colour=_MUTED, after=0)
    _style(document, "Footer", size=9, colour=_MUTED, after=0)
    own = words.entry("styles")
    _style(document, own["eyebrow"], size=13, bold=True, colour=_ACCENT, after=2)
    _style(document, own["lead"], size=12, bold=True, after=3)
    _style(document, own["small"], size=9, colour=_MUTED, after=3)
    _style(document, own["column"], size=8.5, bold=True, colour=_MUTED, after=0)
    _style(document, own["tile"], size=10, after=0, line=1.0)
    _style(document, own["wording"], size=10.5, colour=_MUTED, after=3, keep=True)
    _style(document, own["remark"], size=10.5, italic=True, colour=_MUTED, before=4, after=0)
    _style(document, own["box_title"], size=9, bold=True, colour=_ACCENT, before=8, after=0, keep=True)
    _style(document, own["box"], size=10.5, after=0)
    _frame(_paragraph_style(document, own["box_title"]))
    _frame(_paragraph_style(document, own["box"]))


def _set_defaults(document: Document) -> None:
    """One font and one language below every style, instead of those of the start document."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(defaults):
        defaults.remove(child)
    for part in (
        f'<w:rFonts {nsdecls("w")} w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>',
        f'<w:color {nsdecls("w")} w:val="{_INK}"/>',
        f'<w:sz {nsdecls("w")} w:val="21"/>',
        f'<w:lang {nsdecls("w")} w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/>',
    ):
        defaults.append(parse_xml(part))


def _style(
    document: Document,
    name: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    colour: str = _INK,
    before: float = 0,
    after: float = 0,
    line: float = 1.12,
    keep: bool = False,
) -> None:
    """Set a paragraph style afresh, so that nothing of the start document shines through."""
    style = _paragraph_style(document, name)
    for old in style.element.findall(qn("w:rPr")):
        style.element.remove(old)
    for old in style.element.findall(f"{qn('w:pPr')}/*"):
        if old.tag != qn("w:outlineLvl"):  # makes a heading a heading
            old.getparent().remove(old)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.color.rgb = RGBColor.from_string(colour)
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), line
    layout.keep_with_next, layout.widow_control = keep, True
    style.quick_style = True


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    """Return the paragraph style with this name, new where the start document lacks it."""
    for style in document.styles:
        if style.name == name and isinstance(style, ParagraphStyle):
            return style
    added = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not isinstance(added, ParagraphStyle):
        raise TypeError(f"{name}: a paragraph style was asked for, not {type(added).__name__}")
    return added


def _frame(style: ParagraphStyle) -> None:
    """Give a style the panel with the accent at its left, and room for labels in front of the text."""
    layout = style.paragraph_format
    layout.left_indent, layout.first_line_indent = Pt(61), Pt(-51)
    layout.tab_stops.add_tab_stop(Pt(61))
    properties = style.element.get_or_add_pPr()
    for part in (
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="{_ACCENT}"/></w:pBdr>',
        f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_PANEL}"/>',
    ):
        properties.insert_element_before(parse_xml(part), "w:tabs", "w:spacing", "w:ind", "w:jc")


def _set_language(document: Document) -> None:
    for element in document.settings.element.iter(qn("w:themeFontLang")):
        element.set(qn("w:val"), LANGUAGE)


def _set_properties(document: Document) -> None:
    """Leave nothing for docxtpl to fill in here: it would write "&amp;" for "&"; `word.render_word` does it."""
    properties = document.core_properties
    properties.title = properties.subject = properties.comments = properties.keywords = ""
    properties.author = properties.last_modified_by = ""
    properties.language = LANGUAGE
    properties.revision = 1
    properties.created = properties.modified = datetime(2026, 11, 21, tzinfo=UTC)


def _fill_header_and_footers(document: Document) -> None:
    section = document.sections[0]
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{_LINE}"/></w:pBdr>'
    right = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    header = _p("Header", _run("{{ title }} · {{ organisation }}"), _tab(), _run("{{ date }}"), more=line + right)
    page = [_run("{{ labels.page }} "), _field("PAGE"), _run(" {{ labels.of }} "), _field("NUMPAGES")]
    footer = _p("Footer", _run("{{ status }}"), _tab(), *page, more=right)
    for place, content in ((section.header, header), (section.footer, footer), (section.first_page_footer, footer)):
        place.is_linked_to_previous = False
        element = place._element
        for old in list(element):
            element.remove(old)
        element.append(_parse(content))
    section.first_page_header.is_linked_to_previous = False


def _fill_body(document: Document, parts: Iterable[str]) -> None:
    body = document.element.body
    for old in [child for child in body if child.tag != qn("w:sectPr")]:
        body.remove(old)
    for part in parts:
        body.insert(len(body) - 1, _parse(part))
    etree.cleanup_namespaces(body)


# ---------------------------------------------------------------- what stands in the document


def _title_block() -> list[str]:
    fact = [
        _cell(2041, _p("column", _run("{{ fact.label }}"))),
        _cell(TEXT_WIDTH - 2041, _p("Normal", _run("{{ fact.value }}"), more=_spacing(0, 0))),
    ]
    accent = f'<w:pBdr><w:top w:val="single" w:sz="24" w:space="6" w:color="{_ACCENT}"/></w:pBdr>'
    return [
        _p("eyebrow", _run("{{ title }}"), more=accent),
        _p("Title", _run("{{ organisation }}")),
        _p("Normal", _chip("{{ status }}", fill=_ACCENT, ink="FFFFFF"), more=_spacing(4, 16)),
        _table(
            [2041, TEXT_WIDTH - 2041],
            [_tr("for fact in facts"), _row(fact), _tr("endfor")],
            caption="{{ labels.about }}",
        ),
    ]


def _summary() -> list[str]:
    tile = _cell(
        "{{ tile_width }}",
        _p("tile", _run("{{ c.count }}", size=22, bold=True, ink="{{ c.verdict.ink }}"), more=_spacing(2, 0)),
        _p("tile", _run("{{ c.verdict.short }}", bold=True, ink="{{ c.verdict.ink }}")),
        _p("tile", _run("{{ c.limit }}", size=8.5, ink="{{ c.verdict.ink }}"), more=_spacing(0, 4)),
        fill="{{ c.verdict.tint }}",
        border="{{ c.verdict.fill if c.verdict.fill != 'FFFFFF' else 'A9B4BE' }}",
    )
    return [
        _p("Heading 1", _run("{{ labels.summary }}")),
        _p("lead", _run("{{ forecast[0] }}")),
        _p("Normal", _run("{{ forecast[1:]|join(' ') }}"), more=_spacing(0, 8)),
        _table(
            [TEXT_WIDTH],
            [_row([_tc("for c in counts"), tile, _tc("endfor")])],
            caption="{{ progress }}",
            lines=False,
        ),
        _p("small", _run("{{ progress }}"), more=_spacing(6, 10)),
        _totals(),
    ]


def _totals() -> str:
    first, number = "{{ name_width }}", "{{ number_width }}"
    header = [
        _cell(first, _p("column", _run("{{ labels.rubric }}"))),
        _tc("for c in counts"),
        _cell(number, _p("column", _run("{{ c.verdict.short }}"), more=_RIGHT)),
        _tc("endfor"),
        _cell(number, _p("column", _run("{{ labels.total }}"), more=_RIGHT)),
    ]
    rubric = [
        _cell(first, _p("Normal", _run("{{ r.name }}"), more=_spacing(0, 0))),
        _tc("for n in r.counts"),
        _cell(number, _p("Normal", _run("{{ n }}"), more=_spacing(0, 0) + _RIGHT)),
        _tc("endfor"),
        _cell(number, _p("Normal", _run("{{ r.total }}"), more=_spacing(0, 0) + _RIGHT)),
    ]
    total = [
        _cell(first, _p("Normal", _run("{{ labels.total }}", bold=True), more=_spacing(0, 0))),
        _tc("for c in counts"),
        _cell(number, _p("Normal", _run("{{ c.count }}", bold=True), more=_spacing(0, 0) + _RIGHT)),
        _tc("endfor"),
        _cell(number, _p("Normal", _run("{{ norms }}", bold=True), more=_spacing(0, 0) + _RIGHT)),
    ]
    rows = [_row(header, repeats=True), _tr("for r in rubrics"), _row(rubric), _tr("endfor"), _row(total)]
    return _table([first, _EACH_COUNT, number, _END, number], rows, caption="{{ labels.summary }}")


def _overview() -> list[str]:
    widths = [850, TEXT_WIDTH - 850 - 2100, 2100]
    header = [_cell(width, _p("column", _run(label))) for width, label in zip(widths, _OVERVIEW_LABELS, strict=True)]
    verdict = _p("Normal", _chip("{{ n.verdict.short }}"), more=_spacing(0, 0))
    row = [
        _cell(widths[0], _p("Normal", _link("{{ n.anchor }}", "{{ n.id }}"), more=_spacing(0, 0))),
        _cell(widths[1], _p("Normal", _run("{{ n.title }}"), more=_spacing(0, 0))),
        _cell(widths[2], verdict),
    ]
    rows = [_row(header, repeats=True), _tr("for n in r.norms"), _row(row), _tr("endfor")]
    return [
        _p("Heading 1", _run("{{ labels.overview }}"), more=_NEW_PAGE),
        _tag("for r in rubrics if r.norms"),
        _p("Heading 3", _run("{{ r.name }}")),
        _table(widths, rows, caption="{{ labels.overview }}: {{ r.name }}", padding=20),
        _tag("endfor"),
    ]


def _rubrics() -> list[str]:
    bookmark = '<w:bookmarkStart w:id="{{ rubric_number * 1000 + loop.index }}" w:name="{{ n.anchor }}"/>'
    end = '<w:bookmarkEnd w:id="{{ rubric_number * 1000 + loop.index }}"/>'
    top = f'<w:pBdr><w:top w:val="single" w:sz="6" w:space="6" w:color="{_LINE}"/></w:pBdr>'
    heading = _p("Heading 2", bookmark, _run("{{ n.id }}  ", ink=_ACCENT), _run("{{ n.title }}"), end, more=top)
    notes = _run("{% if n.notes %}   {{ n.notes }}{% endif %}", size=9, ink=_MUTED)
    return [
        _tag("for r in rubrics"),
        _tag("set rubric_number = loop.index"),
        _p("Heading 1", _run("{{ r.name }}"), more=_NEW_PAGE),
        _tag("if r.about"),
        _p("Subtitle", _run("{{ r.about }}")),
        _tag("endif"),
        _tag("if not r.norms"),
        _p("remark", _run("{{ no_norms }}")),
        _tag("endif"),
        _tag("for n in r.norms"),
        heading,
        _p("wording", _run("{{ n.wording }}")),
        _p("Normal", _chip("{{ n.verdict.label }}"), notes, more=_keep("n.has_more") + _spacing(2, 5)),
        *_norm_body(),
        _tag("endfor"),
        _tag("endfor"),
    ]


def _norm_body() -> list[str]:
    action = [("what", "what", "1"), ("who", "who", "1"), ("due", "due", "{{ 1 if n.remark else 0 }}")]
    return [
        _tag("if n.needs_reason"),
        _p("box_title", _run("{{ labels.reason }}")),
        _p("box", _run("{{ n.reason }}"), more='<w:ind w:left="200" w:firstLine="0"/>'),
        _tag("endif"),
        _tag("if n.contributions"),
        _contributions(),
        _tag("endif"),
        _tag("if n.improvement"),
        _p("box_title", _run("{{ labels.improvement }}")),
        *(
            _p(
                "box",
                _run(f"{{{{ labels.{label} }}}}", size=9, ink=_MUTED),
                _tab(),
                _run(f"{{{{ n.improvement.{value} }}}}"),
                more=f'<w:keepNext w:val="{keep}"/>',
            )
            for label, value, keep in action
        ),
        _tag("endif"),
        _tag("if n.remark"),
        _p("remark", _run("{{ n.remark }}")),
        _tag("endif"),
    ]


def _contributions() -> str:
    widths = [780, TEXT_WIDTH - 780 - 1750, 1750]
    labels = ("{{ labels.receipt }}", "{{ labels.contribution }}", "{{ labels.author }}")
    header = [
        _cell(width, _p("column", _run(label), more="<w:keepNext/>"))
        for width, label in zip(widths, labels, strict=True)
    ]
    keep = '<w:keepNext w:val="{{ c.keep }}"/>'
    lead = _p("column", _run("{{ c.lead }}", ink=_ACCENT), more=keep)
    row = [
        _cell(widths[0], _p("small", _run("{{ c.receipt }}"), more=keep + _spacing(0, 0))),
        _cell(
            widths[1],
            lead,
            _tag("if c.text"),
            _p("Normal", _run("{{ c.text }}"), more=keep + _spacing(0, 0)),
            _tag("endif"),
        ),
        _cell(
            widths[2],
            _p("Normal", _run("{{ c.author }}"), more=keep + _spacing(0, 0)),
            _p("small", _run("{{ c.date }}"), more=keep + _spacing(0, 0)),
        ),
    ]
    cant_split = '<w:cantSplit w:val="{{ 0 if c.is_long else 1 }}"/>'
    rows = [_row(header, repeats=True), _tr("for c in n.contributions"), _row(row, more=cant_split), _tr("endfor")]
    return _table(widths, rows, caption="{{ n.id }}: {{ labels.contribution }}")


def _about() -> list[str]:
    return [
        _p("Heading 1", _run("{{ labels.about }}")),
        _tag("for sentence in about"),
        _p("small", _run("{{ sentence }}"), more="<w:keepLines/>"),
        _tag("endfor"),
    ]


# ---------------------------------------------------------------- WordprocessingML, as little as is needed

_EACH_COUNT, _END = "{% for c in counts %}", "{% endfor %}"
_NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'
_RIGHT = '<w:jc w:val="right"/>'
_OVERVIEW_LABELS = ("{{ labels.norm }}", "{{ labels.title }}", "{{ labels.verdict }}")
#: The order in which the schema wants the properties of a paragraph.
_ORDER = ("keepNext", "keepLines", "pageBreakBefore", "pBdr", "shd", "tabs", "spacing", "ind", "jc")


def _parse(xml: str) -> BaseOxmlElement:
    parsed: BaseOxmlElement = parse_xml(re.sub(r"^<(w:\w+)", rf"<\1 {nsdecls('w')}", xml, count=1))
    return parsed


def _p(style: str, *content: str, more: str = "") -> str:
    """A paragraph; `more` holds further properties."""
    return f'<w:p><w:pPr><w:pStyle w:val="{_style_id(style)}"/>{_in_order(more)}</w:pPr>{"".join(content)}</w:p>'


def _in_order(properties: str) -> str:
    """Return the properties of a paragraph in the order of the schema: Word refuses another."""
    elements = list(_parse(f"<w:pPr>{properties}</w:pPr>"))
    elements.sort(key=lambda element: _ORDER.index(etree.QName(element).localname))
    return "".join(etree.tostring(element, encoding="unicode") for element in elements)


def _style_id(name: str) -> str:
    """The id that python-docx gives a style: its name without spaces."""
    own: dict[str, str] = words.entry("styles")
    return own.get(name, name).replace(" ", "")


def _run(text: str, *, size: float = 0, bold: bool = False, ink: str = "", shade: str = "") -> str:
    properties = "<w:b/>" if bold else ""
    properties += f'<w:color w:val="{ink}"/>' if ink else ""
    properties += f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _chip(text: str, *, fill: str = "{{ n.verdict.tint }}", ink: str = "{{ n.verdict.ink }}") -> str:
    """Words on a colour; the no-break spaces are its padding."""
    return _run(f"\u00a0\u00a0{text}\u00a0\u00a0", size=9.5, bold=True, ink=ink, shade=fill)


def _tab() -> str:
    return "<w:r><w:tab/></w:r>"


def _field(code: str) -> str:
    """A field that Word works out by itself in headers and footers."""
    return f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _link(anchor: str, text: str) -> str:
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{_run(text, bold=True, ink=_ACCENT)}</w:hyperlink>'


def _tag(jinja: str) -> str:
    """A paragraph that docxtpl replaces by this Jinja tag."""
    return f"<w:p><w:r><w:t>{{%p {jinja} %}}</w:t></w:r></w:p>"


def _tr(jinja: str) -> str:
    return f"<w:tr><w:tc><w:p><w:r><w:t>{{%tr {jinja} %}}</w:t></w:r></w:p></w:tc></w:tr>"


def _tc(jinja: str) -> str:
    return f"<w:tc><w:p><w:r><w:t>{{%tc {jinja} %}}</w:t></w:r></w:p></w:tc>"


def _spacing(before: float, after: float) -> str:
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'


def _keep(condition: str) -> str:
    return f'<w:keepNext w:val="{{{{ 1 if {condition} else 0 }}}}"/>'


def _row(cells: Iterable[str], *, repeats: bool = False, more: str = "<w:cantSplit/>") -> str:
    """A row; one that `repeats` is the header, again on top of every next page."""
    return f"<w:tr><w:trPr>{more}{'<w:tblHeader/>' if repeats else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(width: int | str, *paragraphs: str, fill: str = "", border: str = "") -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if border:
        properties += f'<w:tcBorders><w:top w:val="single" w:sz="24" w:space="0" w:color="{border}"/></w:tcBorders>'
    if fill:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def _table(
    widths: Iterable[int | str], rows: Iterable[str], *, caption: str, lines: bool = True, padding: int = 60
) -> str:
    """A table over the full width, with hairlines below its rows or with white gaps between its cells."""
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"'
    gap = 'w:val="single" w:sz="48" w:space="0" w:color="FFFFFF"'
    borders = f"<w:bottom {line}/><w:insideH {line}/>" if lines else f"<w:insideV {gap}/>"
    grid = "".join(str(width) if str(width).startswith("{%") else f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = f'<w:top w:w="{padding}" w:type="dxa"/><w:left w:w="{0 if lines else 120}" w:type="dxa"/><w:bottom w:w="{padding}" w:type="dxa"/><w:right w:w="100" w:type="dxa"/>'  # noqa: E501
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1"/><w:tblCaption w:val="{caption}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


if __name__ == "__main__":
    main()
