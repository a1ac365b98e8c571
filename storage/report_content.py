"""The content file of the report: YAML becomes `domain.report_format`, or an error that an editor can act on."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from types import MappingProxyType

from domain.framework import RubricId
from domain.report_format import (
    PHRASE_NAMES,
    FieldId,
    Keeper,
    Moment,
    OtherFormat,
    Phrase,
    Prefill,
    ReportBlock,
    ReportField,
    ReportFormat,
    RubricForm,
)
from domain.verdicts import Verdict
from storage.content import CONTENT_DIRECTORY, Section, reading

_NEVER = "never"
_MONTHS = 12


def load_report_format(path: Path = CONTENT_DIRECTORY / "report-format.yaml") -> ReportFormat:
    """Return the format of the report.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        blocks = tuple(_block(entry) for entry in root.sections("blocks", name="block", key="title"))
        followup = _block(root.section("followup"))
        every = (*blocks, followup)
        root.refuse_twice("blocks", "id", (field.id for block in every for field in block.fields))
        part_b = root.section("part_b")
        found = ReportFormat(
            name=root.text("name"),
            edition=root.text("edition"),
            owner=root.text("owner"),
            readers=root.text("readers"),
            source=root.text("source"),
            blocks=blocks,
            intro=part_b.texts("intro"),
            symbols=_symbols(part_b.section("symbols")),
            rubrics=_rubrics(part_b),
            other_rubric=_form(part_b.section("other_rubric")),
            hours_per_day=root.number("hours_per_day"),
            words=_words(root.section("words")),
            other=_other(root.section("other"), blocks),
            followup=followup,
        )
        part_b.finish()
    return found


def _block(entry: Section) -> ReportBlock:
    block = ReportBlock(entry.text("title"), tuple(_field(field) for field in entry.sections("fields", name="field")))
    entry.finish()
    return block


def _field(entry: Section) -> ReportField:
    needed = entry.choice("needed", [*Moment, _NEVER])
    keeper = entry.choice("keep", [*Keeper]) if entry.has("keep") else ""
    found = ReportField(
        id=FieldId(entry.text("id", max_length=30)),
        label=entry.text("label"),
        hint=entry.text("hint", may_be_empty=True),
        prefill=_prefill(entry),
        needed=Moment(needed) if needed in frozenset(Moment) else None,
        is_confirmed=entry.flag("confirm") if entry.has("confirm") else False,
        is_contact=entry.flag("contact") if entry.has("contact") else False,
        keeper=Keeper(keeper) if keeper in frozenset(Keeper) else None,
        rubric=RubricId(entry.text("rubric")) if entry.has("rubric") else None,
        lines=entry.number("lines") if entry.has("lines") else 1,
        names_people=entry.flag("people") if entry.has("people") else False,
    )
    if (found.prefill is Prefill.RUBRIC) != (found.rubric is not None):
        entry.complain("rubric", "goes with the prefill weighing.rubric.", "Write both or neither.")
    if found.lines < 1:
        entry.complain("lines", "is 0.", "Write how many points fit, 1 or more.")
    entry.finish()
    return found


def _prefill(entry: Section) -> Prefill | None:
    named = entry.optional_text("prefill")
    if named is None:
        return None
    entry.choice("prefill", [*Prefill])
    return Prefill(named) if named in frozenset(Prefill) else None


def _other(entry: Section, blocks: tuple[ReportBlock, ...]) -> OtherFormat:
    """Read what differs for frameworks of others; what it names has to be in the format."""
    known = {field.id for block in blocks for field in block.fields}
    titles = {
        found.text("title"): (found, found.text("becomes"))
        for found in entry.sections("titles", name="title", key="title")
    }
    for title, (found, _) in titles.items():
        if title not in {block.title for block in blocks}:
            found.complain("title", f"“{title}” is no block.", "Write the title as it stands above.")
        found.finish()
    fields = {FieldId(found.text("id")): _other_field(found) for found in entry.sections("fields", name="field")}
    leave_out = frozenset(FieldId(text) for text in entry.texts("leave_out"))
    for field in sorted((leave_out | fields.keys()) - known):
        entry.complain("fields", f"“{field}” is no field.", "Write the id of a field of a block.")
    words = entry.section("words")
    other = OtherFormat(
        name=entry.text("name"),
        readers=entry.text("readers"),
        leave_out=leave_out,
        titles=MappingProxyType({title: becomes for title, (_, becomes) in titles.items()}),
        fields=MappingProxyType(fields),
        words=MappingProxyType({phrase: _phrase(words, phrase) for phrase in Phrase if words.has(phrase.value)}),
    )
    words.finish()
    entry.finish()
    return other


def _other_field(entry: Section) -> ReportField:
    needed = entry.choice("needed", [*Moment, _NEVER])
    found = ReportField(
        id=FieldId(entry.text("id")),
        label=entry.text("label"),
        hint=entry.text("hint", may_be_empty=True),
        needed=Moment(needed) if needed in frozenset(Moment) else None,
    )
    entry.finish()
    return found


def _symbols(entry: Section) -> MappingProxyType[Verdict, str]:
    symbols = {verdict: entry.text(verdict.value) for verdict in Verdict}
    entry.finish()
    return MappingProxyType(symbols)


def _rubrics(part_b: Section) -> MappingProxyType[RubricId, RubricForm]:
    entries = part_b.sections("rubrics", name="rubric")
    return MappingProxyType({RubricId(entry.text("id")): _form(entry) for entry in entries})


def _form(entry: Section) -> RubricForm:
    form = RubricForm(entry.text("findings_header"), entry.text("closing"))
    entry.finish()
    return form


def _words(entry: Section) -> MappingProxyType[Phrase, str]:
    words = {phrase: _phrase(entry, phrase) for phrase in Phrase}
    if len(words[Phrase.MONTHS].split()) != _MONTHS:
        entry.complain("months", f"has {len(words[Phrase.MONTHS].split())} words.", "Write the twelve months.")
    entry.finish()
    return MappingProxyType(words)


def _phrase(entry: Section, phrase: Phrase) -> str:
    """Read a phrase, and check the names between braces: a wrong one would only show when the field is filled in."""
    text = entry.text(phrase.value)
    known = PHRASE_NAMES.get(phrase, frozenset())
    try:
        named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        entry.complain(phrase.value, "has a brace without its other half.", "Close it, or take it out.")
        return ""
    for name in sorted(named - known):
        remedy = f"Known are {', '.join(sorted(known))}." if known else "Take the braces out."
        entry.complain(phrase.value, f"names “{{{name}}}”.", remedy)
    return text if named <= known else ""
