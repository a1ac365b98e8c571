"""Finding the official wording of norms in the text of a document that somebody holds (domain book §14).

    lines -> blocks (one rubric in one layout) -> versions of each norm -> the best version, mended and checked

The handbook prints the norms in five layouts, the interview format in a sixth; numbering starts anew in every rubric.
Nothing is guessed silently: what a layout garbles is doubtful, what fails a check keeps our wording, and both are
listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from domain.framework import Framework, NormId, Rubric


class Layout(StrEnum):
    """In which part of which document a norm stands, the most trustworthy first."""

    INTERVIEW_FORMAT = "interview_format"
    REPORT_FORM = "report_form"  # bijlage 7
    EXAMPLES = "examples"  # bijlage 3
    HANDVAT = "handvat"  # bijlage 4
    NORM_LIST = "norm_list"  # bijlage 2
    EXAMPLE_REPORT = "example_report"  # bijlage 8: findings stand behind the norms


class Doubt(StrEnum):
    """Why a text may not be what the owner wrote; `is_serious` ones keep our wording."""

    KNOWN_DAMAGE = "known_damage"
    NO_FULL_STOP = "no_full_stop"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    HOLDS_OTHER = "holds_other"
    HOLDS_FURNITURE = "holds_furniture"
    WRONG_SUBJECT = "wrong_subject"
    HYPHEN = "hyphen"

    @property
    def is_serious(self) -> bool:
        """Whether the text is not used."""
        return self is not Doubt.HYPHEN


class ImportedNorm(Struct, frozen=True):
    """What was found for one norm, and which other layouts of the document say the same or something else."""

    norm: NormId
    text: str
    layout: Layout
    doubts: tuple[Doubt, ...] = ()
    agreeing: tuple[Layout, ...] = ()
    differing: tuple[Layout, ...] = ()
    examples: str = ""
    questions: str = ""
    evidence: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether the text can be shown as the official one."""
        return not any(doubt.is_serious for doubt in self.doubts)


class Import(Struct, frozen=True):
    """Everything that a document holds: usable and doubtful norms in the order of the framework, and who is missing."""

    norms: tuple[ImportedNorm, ...]
    missing: tuple[NormId, ...]

    @property
    def usable(self) -> tuple[ImportedNorm, ...]:
        """The norms whose text can be shown."""
        return tuple(norm for norm in self.norms if norm.is_usable)

    @property
    def doubtful(self) -> tuple[ImportedNorm, ...]:
        """The norms that keep our wording, because a check failed."""
        return tuple(norm for norm in self.norms if not norm.is_usable)


#: What the source says of a norm beyond its text, as checks: a word it must hold, and one it must not.
_SUBJECTS: Mapping[str, tuple[str | None, str | None]] = {
    "V12": (r"registr|geregistreerd", None),
    "V13": (None, r"registr|geregistreerd"),
    "O18": (None, r"werkproces"),
    "O19": (r"proces", None),
}
#: Damaged in bijlage 2 in every copy that was seen.
_DAMAGED: Mapping[Layout, frozenset[str]] = {Layout.NORM_LIST: frozenset({"V1", "V12", "V13", "O13", "O18"})}

_SHORTEST, _LONGEST = 40, 600
_MAX_LINES = 60_000
_MAX_LINE = 4_000

_NAMES = r"(Vakmanschap|Dienstverlening|Organisatie)\b"
_HEAD = re.compile(rf"(?i)^\s*(kwaliteitsn|n)ormen\s+{_NAMES}(.*)$")
_BARE_HEAD = re.compile(r"(?i)^\s*kwaliteitsnormen\s*$")
_NAME_LINE = re.compile(rf"(?i)^\s*{_NAMES}(.*)$")
_NUMBERED_RUBRIC = re.compile(r"(?i)^\s*Rubriek\s+([1-9])\s*[.:]")
_APPENDIX = re.compile(r"^\s*Bijlage\s+(\d{1,2})\b.{0,80}$")
_ITEM = re.compile(r"^\s*(?:[VDO]\s?)?(\d{1,2})\s?[.)]\s+(\S.*)$")
_ITEM_WITH_LETTER = re.compile(r"^\s*([VDO])\s?(\d{1,2})[.:)]?\s+(\S.*)$")
_ITEM_ALONE = re.compile(r"^\s*(?:[VDO]\s?)?(\d{1,2})\s?[.)]\s*$|^\s*[VDO]\s?(\d{1,2})\s*$")
_FILL_IN = re.compile(r"(?i)\b(click or tap|klik of tik|click here to enter|here to enter|klik hier)\b")
_WHO = re.compile(r"^\s*(?:(?:P&O|P|Mng|CB|BV|BKV|nbV|S|BKC?)[\s,;/]*)+$")
_PAGE = re.compile(
    r"(?i)^\s*(?:-?\s*\d{1,3}\s*-?|(?:pagina|blz\.?|p\.)\s*\d{1,3}(?:\s*(?:van|/)\s*\d{1,3})?|\d{1,3}\s+van\s+\d{1,3})\s*$"
)
_FURNITURE = re.compile(
    r"(?i)©|\bcopyright\b|^\s*onderzoeksverslag\b|^\s*bijlage \d+\s*:|^\s*handboek\s.{0,60}\d|\bblz\.\s*\d+\s+van\s+\d+"
)
_OTHER_HEADS = re.compile(
    r"(?i)^\s*(toetsing\b.{0,30}|oordeel|wie|(?:en|&)?\s*bestuur\b.*|bevindingen?\b.*|verbeterpunten\b.*|\+\s*,\s*\+/-.*"
    r"|voorbeeld\s?vragen.*|voorbeelden\s+van.*|.?bewijs.?|kan blijken uit voorbeelden van werkwijzen.*"
    r"|(?:afspraken, )?regelingen en gevulde systemen|systemen|gegeven verbetersuggesties)\s*$"
)
_AFTER_LIST = re.compile(r"(?i)^\s*(rubriek\s+(vakmanschap|dienstverlening|organisatie)|gesprek met|gesproken met)\b")
_VERDICT_END = re.compile(r"\s(?:\+/-|\+|-)\s*$")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*$")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ"}
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff]")


def find_official_wording(text: str, framework: Framework) -> Import:
    """Return the norms of a framework that a text holds, each in its best version.

    The interview format, the handbook and parts of both will do. Only the norms of `framework` are looked for.
    """
    lines = _lines(text)
    words = _vocabulary(lines)
    versions: dict[NormId, list[_Version]] = {}
    for block in _blocks(lines, framework):
        for version in _versions(block, framework, words):
            versions.setdefault(version.norm, []).append(version)
    found = {norm: _best(candidates) for norm, candidates in versions.items()}
    found = _without_swallowed(found)
    ordered = tuple(found[norm.id] for norm in framework.norms if norm.id in found)
    return Import(ordered, tuple(norm.id for norm in framework.norms if norm.id not in found))


# --- Lines and blocks ------------------------------------------------------------------------------------------------


def _lines(text: str) -> list[str]:
    """Return the lines without what extraction leaves behind: ligatures, soft hyphens, odd spaces, page furniture."""
    for sign, letters in _LIGATURES.items():
        text = text.replace(sign, letters)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\f", "\n")
    text = re.sub(r"\u00ad[ \t]*\n[ \t]*", "", text)
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", _SPACES.sub(" ", text)))
    lines = [line[:_MAX_LINE] for line in text.split("\n")[:_MAX_LINES]]
    return [line for line in lines if not (_PAGE.match(line) or _FURNITURE.search(line))]


def _vocabulary(lines: Iterable[str]) -> Counter[str]:
    """Count the words that stand whole on a line, to know which hyphens at a line end are real."""
    words: Counter[str] = Counter()
    for line in lines:
        whole = line.split()
        if whole and whole[-1].endswith("-"):
            whole.pop()
        words.update(_bare(word) for word in whole)
    return words


def _bare(word: str) -> str:
    return word.strip(".,;:!?()[]‘’'\"“”").casefold()


class _Block(Struct, frozen=True):
    """The lines of one rubric in one layout."""

    layout: Layout
    rubric: Rubric
    lines: tuple[str, ...]


def _blocks(lines: Sequence[str], framework: Framework) -> Iterator[_Block]:
    """Cut the text at the heads of rubrics; a head that is repeated on the next page goes on with its block."""
    heads = list(_heads(lines, framework))
    appendices = _appendices(lines)
    merged: list[tuple[Layout, Rubric, list[str]]] = []
    ends = [*(start for start, *_ in heads[1:]), len(lines)]
    for (start, skip, layout, rubric), end in zip(heads, ends, strict=False):
        body, is_cut = _until_appendix(lines[_after_other_heads(lines, start + skip, end) : end], appendices[start])
        if layout is None:
            continue
        goes_on = merged and merged[-1][:2] == (layout, rubric)
        if goes_on:
            merged[-1][2].extend(body)
        else:
            merged.append((layout, rubric, body))
        if is_cut:
            merged[-1][2].append("\f")
    for layout, rubric, body in merged:
        yield _Block(_report_layout(layout, body), rubric, tuple(body))


def _after_other_heads(lines: Sequence[str], start: int, end: int) -> int:
    """Return where the rows begin: behind the heads of the other columns, which may stand on lines of their own."""
    rows = start
    for number in range(start, end):
        if _OTHER_HEADS.match(lines[number]):
            rows = number + 1
        elif lines[number].strip():
            break
    return rows


def _appendices(lines: Sequence[str]) -> list[str | None]:
    """Return for every line in which appendix it stands."""
    current: str | None = None
    found = []
    for line in lines:
        match = _APPENDIX.match(line)
        current = match[1] if match else current
        found.append(current)
    return found


def _until_appendix(lines: Sequence[str], current: str | None) -> tuple[list[str], bool]:
    """Return the lines up to the next appendix; the name of this one may head every page."""
    kept: list[str] = []
    for line in lines:
        match = _APPENDIX.match(line)
        if match and match[1] != current:
            return kept, True
        if not match:
            kept.append(line)
    return kept, False


def _report_layout(layout: Layout, body: Sequence[str]) -> Layout:
    """A form to fill in and a filled-in report have the same heads."""
    if layout is Layout.REPORT_FORM and not any(_FILL_IN.search(line) for line in body):
        return Layout.EXAMPLE_REPORT
    return layout


def _heads(lines: Sequence[str], framework: Framework) -> Iterator[tuple[int, int, Layout | None, Rubric]]:
    """Yield where a rubric starts, how many lines its head takes, its layout and the rubric."""
    by_name = {rubric.name.split()[0].casefold(): rubric for rubric in framework.rubrics}
    by_number = {rubric.number: rubric for rubric in framework.rubrics}
    for number, line in enumerate(lines):
        if found := _HEAD.match(line):
            rubric = by_name.get(found[2].casefold())
            layout = _layout_of(found[3], lines[number + 1 : number + 8])
            if layout is None and found[1].casefold() == "n":
                layout = Layout.EXAMPLES if not _ends_as_sentence(line) else None
            if rubric is not None and layout is not None:
                yield number, 1, layout, rubric
        elif _BARE_HEAD.match(line) and (named := _first(lines[number + 1 : number + 4], _NAME_LINE)):
            skip, match = named
            rubric = by_name.get(match[1].casefold())
            layout = _layout_of(match[2], lines[number + 2 + skip : number + 10 + skip]) or Layout.HANDVAT
            if rubric is not None:
                yield number, skip + 2, layout, rubric
        elif (found := _NUMBERED_RUBRIC.match(line)) and int(found[1]) in by_number:
            yield number, 1, Layout.NORM_LIST, by_number[int(found[1])]


def _ends_as_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line.strip()))


def _first(lines: Sequence[str], pattern: re.Pattern[str]) -> tuple[int, re.Match[str]] | None:
    """Return the first line that is not empty, when it fits."""
    for number, line in enumerate(lines):
        if line.strip():
            match = pattern.match(line)
            return (number, match) if match else None
    return None


def _layout_of(rest: str, following: Sequence[str]) -> Layout | None:
    """Tell the layout by the heads of the other columns, on the same line or below it."""
    below = []
    for line in following:
        if _ITEM.match(line) or _ITEM_ALONE.match(line):
            break
        below.append(line)
    heads = " ".join([rest, *below]).casefold()
    if "kan blijken" in heads:
        return Layout.EXAMPLES
    if "voorbeeld vragen" in heads or "voorbeeldvragen" in heads or "bewijs" in heads:
        return Layout.HANDVAT
    if re.search(r"\bwie\b", heads):
        return Layout.INTERVIEW_FORMAT
    if "bevinding" in heads or "oordeel" in heads:
        return Layout.REPORT_FORM
    return None


# --- From a block to versions of norms -------------------------------------------------------------------------------


class _Version(Struct, frozen=True):
    """How one layout words one norm."""

    norm: NormId
    layout: Layout
    text: str
    doubts: tuple[Doubt, ...] = ()
    paragraphs: tuple[str, ...] = ()


def _versions(block: _Block, framework: Framework, words: Counter[str]) -> Iterator[_Version]:
    known = {norm.number: norm.id for norm in framework.in_rubric(block.rubric.id)}
    for number, lines in _items(block, max(known, default=0)):
        if number not in known:
            continue
        read = _text_of(block.layout, lines, words)
        text = _mended(read.text)
        if text:
            doubts = (*_doubts(known[number], block.layout, text), *((Doubt.HYPHEN,) if read.is_unsure else ()))
            yield _Version(known[number], block.layout, text, doubts, read.rest)


def _items(block: _Block, last: int) -> Iterator[tuple[int, list[str]]]:
    """Cut a block at its numbers, which go up by one; numbers in running text do not fit that row.

    A number after a gap or an indent is sure; lines without gaps are only trusted when that finds more.
    """
    starts = max((_starts(block, last, needs_gap=True), _starts(block, last, needs_gap=False)), key=len)
    ends = [*(place for place, *_ in starts[1:]), len(block.lines)]
    for (place, number, text), end in zip(starts, ends, strict=False):
        yield number, [text, *block.lines[place + 1 : end]]


def _starts(block: _Block, last: int, *, needs_gap: bool) -> list[tuple[int, int, str]]:
    """Return line, number and first words of every item."""
    starts: list[tuple[int, int, str]] = []
    expected = 1
    for place, line in enumerate(block.lines):
        found = _number_on(line, block.rubric)
        if found is None or expected > last:
            continue
        number, text = found
        follows_gap = _follows_gap(block.lines, place)
        is_next = number == expected and (follows_gap or not needs_gap)
        if is_next or (expected < number <= min(expected + 3, last) and follows_gap):
            starts.append((place, number, text))
            expected = number + 1
    return starts


def _number_on(line: str, rubric: Rubric) -> tuple[int, str] | None:
    if found := _ITEM_WITH_LETTER.match(line):
        return (int(found[2]), found[3]) if found[1] == rubric.id else None
    if found := _ITEM.match(line):
        return int(found[1]), found[2]
    if found := _ITEM_ALONE.match(line):
        return int(found[1] or found[2]), ""
    return None


def _follows_gap(lines: Sequence[str], place: int) -> bool:
    return place == 0 or not lines[place - 1].strip() or lines[place][:1] in " \t"


class _Read(Struct, frozen=True):
    """The text of a norm, whether a hyphen at a line end was a guess, and the paragraphs behind it."""

    text: str
    is_unsure: bool = False
    rest: tuple[str, ...] = ()


def _text_of(layout: Layout, lines: Sequence[str], words: Counter[str]) -> _Read:
    match layout:
        case Layout.REPORT_FORM:
            return _Read(*_joined(_until_fill_in(lines), words))
        case Layout.NORM_LIST:
            return _Read(*_joined(_until(lines, lambda line: line == "\f"), words))
        case _:
            return _first_paragraph(layout, lines, words)


def _until_fill_in(lines: Sequence[str]) -> list[str]:
    """Return the lines of a form before the place to fill in, which may begin behind the last words."""
    kept: list[str] = []
    for line in lines:
        fill_in = _FILL_IN.search(line)
        if fill_in or _AFTER_LIST.match(line) or line == "\f":
            return [*kept, line[: fill_in.start()]] if fill_in else kept
        kept.append(line)
    return kept


def _until(lines: Sequence[str], stops: Callable[[str], bool]) -> list[str]:
    return list(takewhile(lambda line: not stops(line), lines))


def _first_paragraph(layout: Layout, lines: Sequence[str], words: Counter[str]) -> _Read:
    """Take the norm from cells one after the other; a cell that a page cut in two goes on in small letters."""
    is_form = layout is Layout.INTERVIEW_FORMAT
    paragraphs = _paragraphs(_until(lines, lambda line: line == "\f"), layout)
    taken = 1
    while taken < len(paragraphs) and not _ends_as_sentence(paragraphs[taken - 1][-1]):
        if not paragraphs[taken][0].lstrip()[:1].islower():
            break
        taken += 1
    text, is_unsure = _joined([line for paragraph in paragraphs[:taken] for line in paragraph], words)
    rest = () if is_form else tuple(_joined(paragraph, words)[0] for paragraph in paragraphs[taken:])
    return _Read(text, is_unsure, rest)


def _paragraphs(lines: Sequence[str], layout: Layout) -> list[list[str]]:
    """Split at empty lines; in the interview format the codes of the column Wie end the norm."""
    found: list[list[str]] = []
    is_open = False
    for line in lines:
        words = line
        if layout is Layout.INTERVIEW_FORMAT:
            if _WHO.match(line) or _AFTER_LIST.match(line):
                break
            words = _before_who(line)
        if not words.strip():
            is_open = False
            continue
        if not is_open or (layout is Layout.EXAMPLES and words.lstrip().startswith("Kan blijken uit")):
            found.append([])
        found[-1].append(words)
        is_open = True
        if words != line:
            break
    return found


def _before_who(line: str) -> str:
    """Cut a row at the tab before the codes of the column Wie."""
    for found in re.finditer(r"\t+", line):
        cell = line[found.end() :].split("\t")[0]
        if line[: found.start()].strip() and (_WHO.match(cell) or not line[found.end() :].strip()):
            return line[: found.start()]
    return line


def _joined(lines: Sequence[str], words: Counter[str]) -> tuple[str, bool]:
    """Join wrapped lines; a hyphen at a line end is real when the document has the word with it elsewhere."""
    text, is_unsure = "", False
    for line in lines:
        part = " ".join(line.split())
        if not part:
            continue
        if re.search(r"\w-$", text) and re.match(r"\w", part):
            text, guessed = _across_hyphen(text, part, words)
            is_unsure = is_unsure or guessed
        else:
            text = f"{text} {part}" if text else part
    return text, is_unsure


def _across_hyphen(text: str, part: str, words: Counter[str]) -> tuple[str, bool]:
    """Join over a hyphen, kept in "in- en uitstroom" and "e-learning", else as the word is written elsewhere."""
    before, after = text.split()[-1], part.split()[0]
    if after in ("en", "of", "en/of"):
        return f"{text} {part}", False
    with_hyphen, without = words[_bare(before + after)], words[_bare(before[:-1] + after)]
    if with_hyphen > without or len(_bare(before)) == 2:
        return text + part, False
    return text[:-1] + part, not without


def _mended(text: str) -> str:
    """Mend what every copy garbles: doubled commas, spaces around a slash or before a comma."""
    text = re.sub(r",\s*,", ",", " ".join(text.split()))
    text = re.sub(r"(?<=\w)\s*/\s*(?=\w)", "/", text)
    return re.sub(r"\s+([,.;:])", r"\1", text).strip()


# --- Which version ---------------------------------------------------------------------------------------------------


def _doubts(norm: NormId, layout: Layout, text: str) -> tuple[Doubt, ...]:
    """Check one text (domain book §14, checks after import)."""
    needed, refused = _SUBJECTS.get(norm, (None, None))
    folded = text.casefold()
    is_off = (needed and not re.search(needed, folded)) or (refused and re.search(refused, folded))
    checks = {
        Doubt.KNOWN_DAMAGE: norm in _DAMAGED.get(layout, ()),
        Doubt.NO_FULL_STOP: not _ends_as_sentence(text),
        Doubt.TOO_SHORT: len(text) < _SHORTEST,
        Doubt.TOO_LONG: len(text) > _LONGEST,
        Doubt.HOLDS_FURNITURE: bool(_FILL_IN.search(text) or _FURNITURE.search(text) or "kan blijken uit" in folded),
        Doubt.WRONG_SUBJECT: bool(is_off),
    }
    return tuple(doubt for doubt, holds in checks.items() if holds)


def _best(versions: Sequence[_Version]) -> ImportedNorm:
    """Choose the most trustworthy version that passes the checks; what else was read goes along with it."""
    order = list(Layout)
    ranked = sorted(versions, key=lambda version: (_is_serious(version), order.index(version.layout)))
    best, others = ranked[0], ranked[1:]
    text = _with_lost_hyphens(best.text, [version.text for version in others])
    same = [version for version in others if _bones(version.text) == _bones(text)]
    differing = [version for version in others if version not in same and version.layout is not Layout.EXAMPLE_REPORT]
    rests = {version.layout: version.paragraphs for version in versions if version.paragraphs}
    asked = rests.get(Layout.HANDVAT, ())
    return ImportedNorm(
        norm=best.norm,
        text=text,
        layout=best.layout,
        doubts=tuple(doubt for doubt in best.doubts if doubt is not Doubt.HYPHEN or not same),
        agreeing=_layouts(same),
        differing=_layouts(differing),
        examples=" ".join(rests.get(Layout.EXAMPLES, ())),
        questions=" ".join(asked[:-1] if len(asked) > 1 else asked),
        evidence=asked[-1] if len(asked) > 1 else "",
    )


def _is_serious(version: _Version) -> bool:
    return any(doubt.is_serious for doubt in version.doubts) or version.layout is Layout.EXAMPLE_REPORT


def _layouts(versions: Iterable[_Version]) -> tuple[Layout, ...]:
    return tuple(dict.fromkeys(version.layout for version in versions))


def _bones(text: str) -> str:
    """What two versions must share to say the same: letters and digits."""
    return re.sub(r"\W", "", text).casefold()


def _with_lost_hyphens(text: str, others: Sequence[str]) -> str:
    """Give a word back its hyphen where more of the other versions have it than lack it."""
    parts = Counter(_bare(word) for other in others for word in other.split())
    mended = []
    for word in text.split(" "):
        bare = _bare(word)
        hyphened = [other for other in parts if "-" in other and other.replace("-", "") == bare]
        if bare and "-" not in bare and hyphened and parts[hyphened[0]] > parts[bare]:
            mended.append(_hyphenate(word, hyphened[0]))
        else:
            mended.append(word)
    return " ".join(mended)


def _hyphenate(word: str, hyphened: str) -> str:
    """Put the hyphens of one spelling into a word, which keeps its capitals and the signs around it."""
    start = word.casefold().find(hyphened.replace("-", ""))
    letters = iter(word[start : start + len(hyphened) - hyphened.count("-")])
    spelled = "".join("-" if sign == "-" else next(letters) for sign in hyphened)
    return word[:start] + spelled + word[start + len(spelled) - hyphened.count("-") :]


def _without_swallowed(found: Mapping[NormId, ImportedNorm]) -> dict[NormId, ImportedNorm]:
    """Doubt a text that holds the whole of another."""
    bones = {norm: _bones(item.text) for norm, item in found.items()}
    checked = {}
    for norm, item in found.items():
        others = [text for other, text in bones.items() if other != norm and len(text) >= _SHORTEST]
        swallows = any(text in bones[norm] for text in others)
        checked[norm] = replace(item, doubts=(*item.doubts, Doubt.HOLDS_OTHER)) if swallows else item
    return checked
