"""What the Word templates share: page, styles and WordprocessingML, as little as is needed.

A template is made once and committed; docxtpl fills it in. So the texts here are Jinja expressions, hardly ever words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

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

FONT = "Calibri"  # on every machine with Word; LibreOffice has Carlito with the same measures
LANGUAGE = "nl-NL"
TEXT_WIDTH = 9411  # twentieths of a point: A4 without the margins
ACCENT, INK, MUTED, LINE, PANEL = (
    colour.lstrip("#") for colour in (palette.ACCENT, palette.INK, palette.MUTED, palette.LINE, palette.PANEL)
)


def new_document() -> Document:
    """Return an empty document with the page, the styles and the properties of the house."""
    document = docx.Document()
    drop_thumbnail(document)
    set_page(document)
    set_styles(document)
    set_language(document)
    set_properties(document)
    return document


# ---------------------------------------------------------------- page, styles, properties


def drop_thumbnail(document: Document) -> None:
    """The start document of python-docx brings a picture of itself, which file managers would show."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


def set_page(document: Document) -> None:
    """Make every page A4 with the margins of the house, and its first one without a header."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(26), Mm(23)
    section.header_distance, section.footer_distance = Mm(12), Mm(11)
    section.different_first_page_header_footer = True


def set_styles(document: Document) -> None:
    """Set the styles of the house, by their names in Word."""
    set_defaults(document)
    style(document, "Normal", size=10.5, after=5, line=1.12)
    style(document, "Title", size=28, bold=True, after=6, line=1.0)
    style(document, "Subtitle", size=12, colour=MUTED, after=10)
    style(document, "Heading 1", size=19, bold=True, colour=ACCENT, before=22, after=8, keep=True)
    style(document, "Heading 2", size=13, bold=True, before=20, after=2, keep=True)
    style(document, "Heading 3", size=12, bold=True, colour=ACCENT, before=10, after=3, keep=True)
    style(document, "Header", size=9, colour=MUTED, after=0)
    style(document, "Footer", size=9, colour=MUTED, after=0)
    own = words.entry("styles")
    style(document, own["eyebrow"], size=13, bold=True, colour=ACCENT, after=2)
    style(document, own["lead"], size=12, bold=True, after=3)
    style(document, own["small"], size=9, colour=MUTED, after=3)
    style(document, own["column"], size=8.5, bold=True, colour=MUTED, after=0)
    style(document, own["tile"], size=10, after=0, line=1.0)
    style(document, own["wording"], size=10.5, colour=MUTED, after=3, keep=True)
    style(document, own["remark"], size=10.5, italic=True, colour=MUTED, before=4, after=0)
    style(document, own["box_title"], size=9, bold=True, colour=ACCENT, before=8, after=0, keep=True)
    style(document, own["box"], size=10.5, after=0)
    frame(paragraph_style(document, own["box_title"]))
    frame(paragraph_style(document, own["box"]))


def set_defaults(document: Document) -> None:
    """One font and one language below every style, instead of those of the start document."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(defaults):
        defaults.remove(child)
    for part in (
        f'<w:rFonts {nsdecls("w")} w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>',
        f'<w:color {nsdecls("w")} w:val="{INK}"/>',
        f'<w:sz {nsdecls("w")} w:val="21"/>',
        f'<w:lang {nsdecls("w")} w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/>',
    ):
        defaults.append(parse_xml(part))


def style(
    document: Document,
    name: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    colour: str = INK,
    before: float = 0,
    after: float = 0,
    line: float = 1.12,
    keep: bool = False,
) -> None:
    """Set a paragraph style afresh, so that nothing of the start document shines through."""
    style = paragraph_style(document, name)
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


def paragraph_style(document: Document, name: str) -> ParagraphStyle:
    """Return the paragraph style with this name, new where the start document lacks it."""
    for style in document.styles:
        if style.name == name and isinstance(style, ParagraphStyle):
            return style
    added = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not isinstance(added, ParagraphStyle):
        raise TypeError(f"{name}: a paragraph style was asked for, not {type(added).__name__}")
    return added


def frame(style: ParagraphStyle) -> None:
    """Give a style the panel with the accent at its left, and room for labels in front of the text."""
    layout = style.paragraph_format
    layout.left_indent, layout.first_line_indent = Pt(61), Pt(-51)
    layout.tab_stops.add_tab_stop(Pt(61))
    properties = style.element.get_or_add_pPr()
    for part in (
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="8" w:color="{ACCENT}"/></w:pBdr>',
        f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{PANEL}"/>',
    ):
        properties.insert_element_before(parse_xml(part), "w:tabs", "w:spacing", "w:ind", "w:jc")


def set_language(document: Document) -> None:
    """Make the text Dutch, so that Word checks it as such."""
    for element in document.settings.element.iter(qn("w:themeFontLang")):
        element.set(qn("w:val"), LANGUAGE)


def set_properties(document: Document) -> None:
    """Leave nothing for docxtpl to fill in here: it would write "&amp;" for "&"; `word.render_word` does it."""
    properties = document.core_properties
    properties.title = properties.subject = properties.comments = properties.keywords = ""
    properties.author = properties.last_modified_by = ""
    properties.language = LANGUAGE
    properties.revision = 1
    properties.created = properties.modified = datetime(2026, 11, 21, tzinfo=UTC)


def fill_body(document: Document, parts: Iterable[str]) -> None:
    """Put paragraphs and tables in place of what the start document holds."""
    body = document.element.body
    for old in [child for child in body if child.tag != qn("w:sectPr")]:
        body.remove(old)
    end = body[-1]  # the section, which stays last; counting to a place would take longer with every part
    for part in parts:
        end.addprevious(parse(part))
    etree.cleanup_namespaces(body)


# ---------------------------------------------------------------- WordprocessingML, as little as is needed

NEW_PAGE = '<w:pageBreakBefore/><w:spacing w:before="0"/>'
RIGHT = '<w:jc w:val="right"/>'
#: The order in which the schema wants the properties of a paragraph.
_ORDER = ("keepNext", "keepLines", "pageBreakBefore", "pBdr", "shd", "tabs", "spacing", "ind", "jc")


def parse(xml: str) -> BaseOxmlElement:
    """Return WordprocessingML as elements."""
    parsed: BaseOxmlElement = parse_xml(re.sub(r"^<(w:\w+)", rf"<\1 {nsdecls('w')}", xml, count=1))
    return parsed


def p(style: str, *content: str, more: str = "") -> str:
    """A paragraph; `more` holds further properties."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/>{in_order(more)}</w:pPr>{"".join(content)}</w:p>'


def in_order(properties: str) -> str:
    """Return the properties of a paragraph in the order of the schema: Word refuses another."""
    elements = list(parse(f"<w:pPr>{properties}</w:pPr>"))
    elements.sort(key=lambda element: _ORDER.index(etree.QName(element).localname))
    return "".join(etree.tostring(element, encoding="unicode") for element in elements)


def style_id(name: str) -> str:
    """The id that python-docx gives a style: its name without spaces."""
    own: dict[str, str] = words.entry("styles")
    return own.get(name, name).replace(" ", "")


def run(text: str, *, size: float = 0, bold: bool = False, ink: str = "", shade: str = "") -> str:
    """Text in one look; `size` in points."""
    properties = "<w:b/>" if bold else ""
    properties += f'<w:color w:val="{ink}"/>' if ink else ""
    properties += f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def chip(text: str, *, fill: str = "{{ n.verdict.tint }}", ink: str = "{{ n.verdict.ink }}") -> str:
    """Words on a colour; the no-break spaces are its padding."""
    return run(f"\u00a0\u00a0{text}\u00a0\u00a0", size=9.5, bold=True, ink=ink, shade=fill)


def tab() -> str:
    """A tab."""
    return "<w:r><w:tab/></w:r>"


def field(code: str) -> str:
    """A field that Word works out by itself in headers and footers."""
    return f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def link(anchor: str, text: str) -> str:
    """A link to a bookmark in the document."""
    return f'<w:hyperlink w:anchor="{anchor}" w:history="1">{run(text, bold=True, ink=ACCENT)}</w:hyperlink>'


def tag(jinja: str) -> str:
    """A paragraph that docxtpl replaces by this Jinja tag."""
    return f"<w:p><w:r><w:t>{{%p {jinja} %}}</w:t></w:r></w:p>"


def row_tag(jinja: str) -> str:
    """A row that docxtpl replaces by this Jinja tag."""
    return f"<w:tr><w:tc><w:p><w:r><w:t>{{%tr {jinja} %}}</w:t></w:r></w:p></w:tc></w:tr>"


def cell_tag(jinja: str) -> str:
    """A cell that docxtpl replaces by this Jinja tag."""
    return f"<w:tc><w:p><w:r><w:t>{{%tc {jinja} %}}</w:t></w:r></w:p></w:tc>"


def spacing(before: float, after: float) -> str:
    """The space above and below a paragraph, in points."""
    return f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'


def keep(condition: str) -> str:
    """Keep a paragraph on the page of the next, under a condition."""
    return f'<w:keepNext w:val="{{{{ 1 if {condition} else 0 }}}}"/>'


def row(cells: Iterable[str], *, repeats: bool = False, more: str = "<w:cantSplit/>") -> str:
    """A row; one that `repeats` is the header, again on top of every next page."""
    return f"<w:tr><w:trPr>{more}{'<w:tblHeader/>' if repeats else ''}</w:trPr>{''.join(cells)}</w:tr>"


def cell(width: int | str, *paragraphs: str, fill: str = "", border: str = "") -> str:
    """A cell of a table, with its fill and a heavy line on top."""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if border:
        properties += f'<w:tcBorders><w:top w:val="single" w:sz="24" w:space="0" w:color="{border}"/></w:tcBorders>'
    if fill:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def table(
    widths: Iterable[int | str], rows: Iterable[str], *, caption: str, lines: bool = True, padding: int = 60
) -> str:
    """A table over the full width, with hairlines below its rows or with white gaps between its cells."""
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{LINE}"'
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
