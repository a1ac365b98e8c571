"""Content files: YAML becomes domain values, or an error that an editor can act on.

    file -> mapping (syntax, no key twice) -> sections (every field checked) -> cross-checks -> Framework

Reading goes on after a problem, so that one run of the tests lists everything that is wrong in a file.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from domain.framework import (
    BranchValue,
    CoverageRule,
    Framework,
    FrameworkId,
    Function,
    Norm,
    NormId,
    ReportName,
    Rubric,
    RubricId,
    Term,
    VerdictWords,
    WeighingRule,
    WhoCode,
)
from domain.verdicts import Verdict

CONTENT_DIRECTORY = Path(__file__).resolve().parent.parent / "domain" / "content"
FRAMEWORKS_DIRECTORY = CONTENT_DIRECTORY / "frameworks"

# What a phone shows without scrolling sideways, and a button without cutting.
MAX_LABEL = 18
MAX_BUTTON = 24
MAX_VERDICT_BUTTON = 9
MAX_AUDIT_VERDICT = 14  # two to a row
MAX_REPORT_NAME = 60
MAX_REPORT_READERS = 120
MAX_TITLE_WORDS = 8
MAX_ESSENCE = 160
MAX_QUESTION = 140
MAX_EVIDENCE = 80
MAX_POINT = 160

_QUESTION_SOURCES = ("handvat", "own", "handvat+own")
_BASES = ("handbook", "own")


class ContentProblem(Struct, frozen=True):
    """One thing that an editor has to mend: where it stands, what is wrong and what to do."""

    file: str
    where: str
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.field) if part)
        return f"{self.file}: {place}: {self.problem} {self.remedy}"


class ContentError(Exception):
    """One or more content files do not hold together; `problems` lists everything that was found."""

    def __init__(self, problems: Sequence[ContentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load_frameworks(directory: Path = FRAMEWORKS_DIRECTORY) -> Mapping[FrameworkId, Framework]:
    """Return every framework of a directory by its id, in the order of their positions.

    Raises:
        ContentError: with the problems of all files together.
    """
    frameworks: dict[FrameworkId, Framework] = {}
    problems: list[ContentProblem] = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            framework = load_framework(path)
        except ContentError as error:
            problems.extend(error.problems)
        else:
            frameworks[framework.id] = framework
    if problems:
        raise ContentError(problems)
    return in_order(frameworks.values())


def in_order(frameworks: Iterable[Framework]) -> Mapping[FrameworkId, Framework]:
    """Return frameworks by their id, the usual one first."""
    ordered = sorted(frameworks, key=lambda framework: (framework.position, framework.id))
    return MappingProxyType({framework.id: framework for framework in ordered})


def load_framework(path: Path, weighing: str | None = None) -> Framework:
    """Return the framework of one file; `weighing` is an edition of its thresholds instead of its own choice.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    return build_framework(read_yaml(path), path, weighing)


def build_framework(raw: Any, path: Path, weighing: str | None = None) -> Framework:
    """Return the framework that plain values describe; `path` is the file that they come from.

    Raises:
        ContentError: with everything that does not hold together.
    """
    problems = _Problems(path.name)
    root = Section(raw, "", problems)
    rule = _weighing(root, path, weighing)
    framework = _framework(root, rule)
    if framework.id != path.stem:
        problems.add("framework", "id", f"is “{framework.id}”.", f"Call it “{path.stem}”, like the file.")
    problems.raise_any()
    return framework


def load_weighing_rules(path: Path = CONTENT_DIRECTORY / "weighing.yaml") -> Mapping[str, WeighingRule]:
    """Return the thresholds of every edition by its version.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    problems = _Problems(path.name)
    root = Section(read_yaml(path), "", problems)
    check_above = root.number("check_above_not_applicable")
    rules = [_weighing_rule(entry, check_above) for entry in root.sections("rules", name="rule", key="version")]
    root.finish()
    problems.raise_any()
    return MappingProxyType({rule.version: rule for rule in rules})


def _weighing_rule(entry: Section, check_above: int) -> WeighingRule:
    rule = WeighingRule(
        version=entry.text("version"),
        max_not_met=entry.number("max_not_met"),
        max_partial=entry.number("max_partial"),
        check_above_not_applicable=check_above,
        source=entry.text("source"),
    )
    entry.finish()
    return rule


# --- A framework, section by section ---------------------------------------------------------------------------------


def _weighing(root: Section, path: Path, wanted: str | None) -> WeighingRule | None:
    choice = root.optional_section("weighing")
    if choice is None:
        return None
    if not choice.has("file"):  # a framework of one's own says the limits right there
        check_above = choice.number("check_above_not_applicable") if choice.has("check_above_not_applicable") else 5
        return replace(_weighing_rule(choice, check_above), is_own=True)
    file, chosen = path.parent / choice.text("file"), choice.text("version")
    version = wanted or chosen
    choice.finish()
    if not file.is_file():
        choice.complain("file", "names a file that is not there.", "Give the path as seen from this file.")
        return None
    rules = load_weighing_rules(file)
    if version not in rules:
        choice.complain("version", f"“{version}” is no edition in {file.name}.", f"Choose {_listed(rules)}.")
    return rules.get(version)


def _no_threshold(norm_count: int) -> WeighingRule:
    return WeighingRule("none", norm_count, norm_count, norm_count, "the framework sets no threshold", has_limits=False)


def _framework(root: Section, weighing: WeighingRule | None) -> Framework:
    about = root.section("framework")
    norm_count = about.number("norm_count")
    root.section("sources").accept_any()
    functions = _functions(root)
    rubrics, counts = _rubrics(root)
    framework = Framework(
        id=FrameworkId(about.text("id")),
        name=about.text("name"),
        short_name=about.text("short_name", max_length=MAX_LABEL),
        norms_version=about.text("norms_version"),
        owner=about.text("owner"),
        copyright=about.text("copyright"),
        rubrics=rubrics,
        norms=_norms(root, [rubric.id for rubric in rubrics], [function.code for function in functions]),
        verdicts=_verdict_words(root),
        functions=functions,
        terms=_terms(root),
        weighing=weighing or _no_threshold(norm_count),
        coverage=_coverage(root),
        branch_code=_branch_code(root, [rubric.id for rubric in rubrics]),
        default_process=about.choice("default_process", _processes()),
        position=about.number("position") if about.has("position") else 100,
        licence=about.text("licence") if about.has("licence") else "",
        compass=_compass(root),
        report=_report_name(about.section("report")) if about.has("report") else None,
    )
    about.finish()
    root.finish()
    _check_counts(root, framework, norm_count, counts)
    _check_numbering(root, framework)
    return framework


@cache
def _processes() -> tuple[str, ...]:
    """Return the editions of the process that an audit can follow; each is a file of its own."""
    files = (CONTENT_DIRECTORY / "processes").glob("*.yaml")
    return tuple(sorted(path.stem for path in files if path.stem != "conventions"))


def _report_name(entry: Section) -> ReportName:
    limits = {"name": MAX_REPORT_NAME, "version": MAX_REPORT_NAME, "readers": MAX_REPORT_READERS}
    said = {field: entry.text(field, max_length=limit) for field, limit in limits.items() if entry.has(field)}
    entry.finish()
    return ReportName(**said)


def _rubrics(root: Section) -> tuple[tuple[Rubric, ...], Mapping[RubricId, int]]:
    rubrics, counts = [], {}
    for number, entry in enumerate(root.sections("rubrics", name="rubric"), start=1):
        rubric = Rubric(
            id=RubricId(entry.text("id")),
            number=entry.number("number"),
            name=entry.text("name"),
            about=entry.text("about"),
        )
        if rubric.number != number:
            entry.complain("number", f"is {rubric.number}.", f"Number the rubrics in their order: {number}.")
        rubrics.append(rubric)
        counts[rubric.id] = entry.number("count")
        entry.finish()
    return tuple(rubrics), counts


def _verdict_words(root: Section) -> tuple[VerdictWords, ...]:
    entries = root.sections("verdicts", name="verdict", key="code")
    codes = {entry.choice("code", [str(verdict) for verdict in Verdict]) for entry in entries}
    for verdict in Verdict:
        if verdict not in codes:
            root.complain("verdicts", f"“{verdict}” is missing.", "Say how the framework names it.")
    words = [_words(entry) for entry in entries if entry.text("code") in frozenset(Verdict)]
    for entry in entries:
        entry.finish()
    return tuple(words)


def _words(entry: Section) -> VerdictWords:
    return VerdictWords(
        verdict=Verdict(entry.text("code")),
        symbol=entry.text("symbol", may_be_empty=True),
        label=entry.text("label"),
        short=entry.text("short", max_length=MAX_VERDICT_BUTTON),
        explain=entry.text("explain"),
        audited=entry.text("in_audit", max_length=MAX_AUDIT_VERDICT) if entry.has("in_audit") else "",
    )


def _functions(root: Section) -> tuple[Function, ...]:
    functions = []
    for entry in root.sections("functions", name="function", key="code"):
        label = entry.text("label", max_length=MAX_BUTTON)
        functions.append(Function(WhoCode(entry.text("code")), label, entry.text("explain")))
        entry.finish()
    return tuple(functions)


def _terms(root: Section) -> tuple[Term, ...]:
    terms = []
    for entry in root.sections("terms", name="term"):
        counts_in_scope = entry.optional_flag("counts_in_scope")
        terms.append(Term(entry.text("id"), entry.text("name"), entry.text("text"), counts_in_scope))
        entry.finish()
    return tuple(terms)


def _coverage(root: Section) -> CoverageRule:
    entry = root.section("coverage")
    rule = CoverageRule(entry.number("min_tests"), entry.number("min_sources"), entry.flag("needs_document"))
    entry.finish()
    return rule


def _compass(root: Section) -> tuple[tuple[str, str], ...]:
    pairs = []
    for entry in root.sections("compass", name="pair", key="from") if root.has("compass") else ():
        pairs.append((entry.text("from"), entry.text("to")))
        entry.finish()
    return tuple(pairs)


def _branch_code(root: Section, rubrics: Collection[RubricId]) -> tuple[BranchValue, ...]:
    values = []
    for entry in root.sections("branch_code", name="value", may_be_empty=True):
        rubric = RubricId(entry.choice("rubric", rubrics))
        values.append(BranchValue(entry.text("id"), rubric, entry.text("text")))
        entry.finish()
    return tuple(values)


def _norms(root: Section, rubrics: Collection[RubricId], codes: Collection[WhoCode]) -> tuple[Norm, ...]:
    entries = root.sections("norms", name="norm")
    norms = tuple(_norm(entry, ordinal, rubrics, codes) for ordinal, entry in enumerate(entries))
    root.refuse_twice("norms", "label", (norm.label for norm in norms))
    root.refuse_twice("norms", "title", (norm.title for norm in norms))
    return norms


def _norm(entry: Section, ordinal: int, rubrics: Collection[RubricId], codes: Collection[WhoCode]) -> Norm:
    entry.choice("question_source", _QUESTION_SOURCES)
    norm = Norm(
        id=NormId(entry.text("id")),
        ordinal=ordinal,
        rubric=RubricId(entry.choice("rubric", rubrics)),
        number=entry.number("number"),
        label=entry.text("label", max_length=MAX_LABEL),
        title=entry.text("title", max_words=MAX_TITLE_WORDS),
        essence=entry.text("essence", max_length=MAX_ESSENCE),
        who=_who(entry, "who", codes),
        who_also=_who(entry, "who_also", codes, may_be_empty=True),
        questions=entry.texts("questions", max_length=MAX_QUESTION),
        evidence=entry.texts("evidence", max_length=MAX_EVIDENCE),
        not_applicable_hint=_not_applicable_hint(entry),
        casework=entry.flag("casework"),
        notes=entry.texts("notes", may_be_empty=True),
        keywords=entry.texts("keywords", may_be_empty=True),
        points=entry.texts("points", max_length=MAX_POINT) if entry.has("points") else (),
        reflective_questions=_reflective_questions(entry),
    )
    if norm.id != f"{norm.rubric}{norm.number}":
        entry.complain("id", "is not its rubric and number.", f"Write “{norm.rubric}{norm.number}”.")
    if heard_twice := set(norm.who) & set(norm.who_also):
        entry.complain("who_also", f"repeats {_listed(heard_twice)} of who.", "Name a function in one of the two.")
    entry.finish()
    return norm


def _reflective_questions(entry: Section) -> tuple[str, ...]:
    field = "reflective_questions"
    return entry.texts(field, max_length=MAX_QUESTION) if entry.has(field) else ()


def _who(entry: Section, field: str, codes: Collection[WhoCode], *, may_be_empty: bool = False) -> tuple[WhoCode, ...]:
    named = entry.texts(field, may_be_empty=may_be_empty)
    for code in named:
        if code not in codes:
            entry.complain(field, f"“{code}” is no function of this file.", f"Choose from {_listed(codes)}.")
    return tuple(WhoCode(code) for code in named)


def _not_applicable_hint(entry: Section) -> str | None:
    hint = entry.optional_text("not_applicable_hint")
    if hint is None and entry.has("not_applicable_basis"):
        entry.complain(
            "not_applicable_basis", "stands without a hint.", "Write not_applicable_hint, or leave this out."
        )
        entry.ignore("not_applicable_basis")
    elif hint is not None:
        entry.choice("not_applicable_basis", _BASES)
    return hint


def _check_counts(root: Section, framework: Framework, norm_count: int, counts: Mapping[RubricId, int]) -> None:
    if len(framework.norms) != norm_count:
        problem = f"holds {len(framework.norms)} norms, norm_count says {norm_count}."
        root.complain("norms", problem, "Add or remove norms, or correct norm_count.")
    for rubric, count in counts.items():
        if (found := len(framework.in_rubric(rubric))) != count:
            problem = f"rubric {rubric} holds {found} norms, its count says {count}."
            root.complain("norms", problem, "Add or remove norms, or correct the count.")


def _check_numbering(root: Section, framework: Framework) -> None:
    order = [(rubric.id, number + 1) for rubric in framework.rubrics for number in range(_size(framework, rubric))]
    for norm, (rubric, number) in zip(framework.norms, order, strict=False):
        if (norm.rubric, norm.number) != (rubric, number):
            problem = f"norm {norm.id} stands where {rubric}{number} is expected."
            root.complain("norms", problem, "Keep the rubrics in their order and number each from 1 without a gap.")
            return


def _size(framework: Framework, rubric: Rubric) -> int:
    return len(framework.in_rubric(rubric.id))


# --- Reading YAML ----------------------------------------------------------------------------------------------------


class _Problems:
    """What is wrong with one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: list[ContentProblem] = []

    def add(self, where: str, field: str, problem: str, remedy: str) -> None:
        found = ContentProblem(self._file, where, field, problem, remedy)
        if found not in self._found:
            self._found.append(found)

    def raise_any(self) -> None:
        if self._found:
            raise ContentError(self._found)


class _StrictLoader(yaml.CSafeLoader):
    """A safe loader that refuses a key that stands twice, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for (key_node, _), key in zip(node.value, keys, strict=True):
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"“{key}” stands here twice", key_node.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds, as plain Python values.

    Raises:
        ContentError: the file is not YAML, with the line; or a key stands twice.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_StrictLoader)  # noqa: S506 - derives from the safe loader
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        remedy = "Look at quotes, colons and indentation there and just above."
        raise ContentError([ContentProblem(path.name, line, "", f"{error.problem}.", remedy)]) from error
    except UnicodeDecodeError as error:
        remedy = "Save the file as UTF-8."
        raise ContentError([ContentProblem(path.name, "", "", "is not text in UTF-8.", remedy)]) from error


@contextmanager
def reading(path: Path) -> Iterator[Section]:
    """Hand out the whole of a file as a section, and refuse the file afterwards with all that is wrong in it.

    Raises:
        ContentError: on leaving, with every problem together; or at once when the file is no YAML.
    """
    problems = _Problems(path.name)
    root = Section(read_yaml(path), "", problems)
    yield root
    root.finish()
    problems.raise_any()


class Section:
    """One mapping of a content file: hands out its fields and notes what is wrong with them.

    A field that does not fit is reported and stands in as "", 0 or (), so that reading goes on;
    the file is refused at the end. `finish` reports the fields that nobody asked for.
    """

    def __init__(self, raw: Any, where: str, problems: _Problems) -> None:
        self._where = where
        self._problems = problems
        self._asked: set[str] = set()
        self._fields: dict[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.complain("", "should hold fields.", "Write them as “name: value”.")

    def complain(self, field: str, problem: str, remedy: str) -> None:
        """Note a problem at one field of this section."""
        self._problems.add(self._where, field, problem, remedy)

    def has(self, field: str) -> bool:
        """Say whether the field is there at all."""
        return field in self._fields

    def ignore(self, field: str) -> None:
        """Do not report this field as unknown."""
        self._asked.add(field)

    def accept_any(self) -> None:
        """Take all fields as text for the reader of the file only."""
        for field in self._fields:
            self.text(field)

    def finish(self) -> None:
        """Report the fields that this section should not have."""
        for field in self._fields.keys() - self._asked:
            close = difflib.get_close_matches(str(field), self._asked, n=1)
            remedy = f"Did you mean “{close[0]}”?" if close else f"Known are {_listed(self._asked)}."
            self.complain(str(field), "is not a field here.", remedy)

    def text(
        self, field: str, *, max_length: int | None = None, max_words: int | None = None, may_be_empty: bool = False
    ) -> str:
        """Return a text that is there, fits and has no spaces around it."""
        value = self._take(field, str, "text", "Put it between quotes.")
        if value is None:
            return ""
        self._check_text(field, value, max_length=max_length, max_words=max_words, may_be_empty=may_be_empty)
        return str(value)

    def optional_text(self, field: str) -> str | None:
        """Return a text, or None where the file says null."""
        if field in self._fields and self._fields[field] is None:
            self.ignore(field)
            return None
        return self.text(field)

    def texts(self, field: str, *, max_length: int | None = None, may_be_empty: bool = False) -> tuple[str, ...]:
        """Return a list of texts without doubles; empty only where that is allowed."""
        values = self._list(field, may_be_empty=may_be_empty)
        for number, value in enumerate(values, start=1):
            if isinstance(value, str):
                self._check_text(f"{field} {number}", value, max_length=max_length)
            else:
                self.complain(f"{field} {number}", f"is {value!r}, not text.", "Put it between quotes.")
        texts = tuple(value for value in values if isinstance(value, str))
        self.refuse_twice("", field, texts)
        return texts

    def number(self, field: str) -> int:
        """Return a whole number, 0 or more."""
        value = self._take(field, int, "a whole number", "Write digits without quotes.")
        if value is not None and (isinstance(value, bool) or value < 0):
            self.complain(field, f"is {value!r}.", "Write a whole number, 0 or more.")
            return 0
        return int(value or 0)

    def flag(self, field: str) -> bool:
        """Return true or false."""
        return bool(self._take(field, bool, "true or false", "Write true or false without quotes."))

    def optional_flag(self, field: str) -> bool | None:
        """Return true or false, or None where the file says null."""
        if field in self._fields and self._fields[field] is None:
            self.ignore(field)
            return None
        return self.flag(field)

    def choice(self, field: str, allowed: Collection[str]) -> str:
        """Return a text that is one of the allowed."""
        value = self.text(field)
        if value and value not in allowed:
            self.complain(field, f"“{value}” is not known.", f"Choose {_listed(allowed)}.")
        return value

    def section(self, field: str) -> Section:
        """Return the fields below this field; where there are none, one problem says enough."""
        value = self._take(field, dict, "fields", "Write them as “name: value”.")
        problems = _Problems("") if value is None else self._problems
        return Section(value, f"{self._where} {field}".strip(), problems)

    def optional_section(self, field: str) -> Section | None:
        """Return the fields below this field, or None where the file says null."""
        if field in self._fields and self._fields[field] is None:
            self.ignore(field)
            return None
        return self.section(field)

    def parts(self, field: str) -> list[Section | str]:
        """Return the items of a list, each a text or fields of its own."""
        return [
            value if isinstance(value, str) else Section(value, f"{self._where} {field} {n}".strip(), self._problems)
            for n, value in enumerate(self._list(field, may_be_empty=False), 1)
        ]

    def numbers(self, field: str, *, may_be_empty: bool = False) -> tuple[int, ...]:
        """Return a list of whole numbers, 0 or more."""
        values = self._list(field, may_be_empty=may_be_empty)
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                self.complain(field, f"holds {value!r}.", "Write whole numbers, 0 or more.")
        return tuple(value for value in values if isinstance(value, int))

    def sections(self, field: str, *, name: str, key: str = "id", may_be_empty: bool = False) -> list[Section]:
        """Return the entries of a list, each with a `key` of its own; `name` is what an error calls an entry."""
        raw = self._list(field, may_be_empty=may_be_empty)
        entries = [
            Section(value, f"{name} {_name_of(value, key, n)}", self._problems) for n, value in enumerate(raw, 1)
        ]
        self.refuse_twice(field, key, (str(value[key]) for value in raw if isinstance(value, dict) and key in value))
        return entries

    def refuse_twice(self, field: str, what: str, values: Iterable[str]) -> None:
        """Report values that stand more than once."""
        for value, times in Counter(values).items():
            if times > 1 and value:
                self.complain(field or what, f"{what} “{value}” stands {times} times.", "Each may stand once.")

    def _take(self, field: str, kind: type, expected: str, remedy: str) -> Any:
        self._asked.add(field)
        if field not in self._fields:
            self.complain(field, "is missing.", f"Add “{field}:” with {expected}.")
            return None
        value = self._fields[field]
        if not isinstance(value, kind):
            self.complain(field, f"is {value!r}, not {expected}.", remedy)
            return None
        return value

    def _list(self, field: str, *, may_be_empty: bool) -> list[Any]:
        values: list[Any] = self._take(field, list, "a list", "Write “- ” before each item, or [] for none.") or []
        if not values and not may_be_empty and isinstance(self._fields.get(field), list):
            self.complain(field, "is empty.", "Add at least one item.")
        return values

    def _check_text(
        self,
        field: str,
        text: str,
        *,
        max_length: int | None = None,
        max_words: int | None = None,
        may_be_empty: bool = False,
    ) -> None:
        if not text.strip() and not may_be_empty:
            self.complain(field, "is empty.", "Write a text.")
        if text != text.strip():
            self.complain(field, "has spaces around it.", "Remove them.")
        if max_length is not None and len(text) > max_length:
            self.complain(field, f"has {len(text)} characters.", f"Shorten it to {max_length}.")
        if max_words is not None and (words := len(text.split())) > max_words:
            self.complain(field, f"has {words} words.", f"Shorten it to {max_words} words.")


def _name_of(value: Any, key: str, number: int) -> str:
    known = value.get(key) if isinstance(value, dict) else None
    return str(known) if known else f"number {number}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(_in_order(values))


def _in_order(values: Iterable[str]) -> Iterator[str]:
    yield from (values if isinstance(values, Sequence) else sorted(values))


def load_example(path: Path = CONTENT_DIRECTORY / "example.yaml") -> tuple[FrameworkId, Mapping[str, Any]]:
    """Return the framework and the plain content of the example organisation, for `seed_example`.

    Raises:
        ContentError: the file lacks one of its parts.
    """
    content = read_yaml(path)
    parts = content if isinstance(content, dict) else {}
    missing = [name for name in ("framework", "organisation", "coordinator", "answers") if not parts.get(name)]
    if missing:
        remedy = "Add it; storage/sql/example.py shows the shape."
        raise ContentError([ContentProblem(path.name, "", name, "is missing.", remedy) for name in missing])
    return FrameworkId(parts["framework"]), parts
