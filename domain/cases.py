"""The casusregister: every complaint and appeal at a certifying body as one row, and what a period comes to.

A row is what the register shows of a case, whatever its kind; complaints and appeals each make their own. What somebody
does not reach is not among the rows they get, so everything here may be shown to them (domain book §9).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from domain.privacy_guard import PrivacyKind, findings


class CaseKind(StrEnum):
    """What a case is; the values are stored."""

    SIGNAL = "signal"  # not judged yet, or no complaint
    COMPLAINT = "complaint"
    HOLDER_COMPLAINT = "holder_complaint"  # about an organisation that the body certified
    APPEAL = "appeal"


class RegisterColumn(StrEnum):
    """The columns of the casusregister; their Dutch and their order are in the procedure."""

    DATE = "date"
    NUMBER = "number"
    KIND = "kind"
    CLIENT = "client"
    DESCRIPTION = "description"
    ROOT_CAUSE = "root_cause"
    REFERENCES = "references"
    HANDLING = "handling"
    CLIENT_SATISFIED = "client_satisfied"
    ESCALATION = "escalation"
    FORMAL_WRITTEN = "formal_written"
    HANDLER = "handler"
    DUE = "due"
    ACTIONS = "actions"
    THEME = "theme"


class CaseLine(Struct, frozen=True):
    """One step or one line of the logbook: on which local day, a code for its kind, the words, and who (a name)."""

    on: date
    what: str
    text: str = ""
    by: str = ""


class KeptTerm(Struct, frozen=True):
    """A term of a case that is over: the code of the term, and whether it was met."""

    term: str
    is_met: bool


class CaseRow(Struct, frozen=True):
    """One case as the register shows it to one person.

    `id` counts per kind of table: complaints and signals share one, appeals have their own. `state` is the code of a
    state of the procedure; `due` the local day on which the running term ends, None when nothing runs. `names` are
    people who play a part, so that an anonymised copy can leave them out.
    """

    kind: CaseKind
    id: int
    number: str
    on: date
    client: str
    description: str
    state: str
    is_open: bool
    is_formal_written: bool | None = None
    handler: str = ""
    due: date | None = None
    is_late: bool = False
    kept_terms: tuple[KeptTerm, ...] = ()
    is_satisfied: bool | None = None
    escalation: str = ""
    root_cause: str = ""
    references: str = ""
    theme: str = ""
    steps: tuple[CaseLine, ...] = ()
    actions: tuple[CaseLine, ...] = ()
    closed_on: date | None = None
    names: tuple[str, ...] = ()


# ---------------------------------------------------------------------------------------------- looking things up


class Which(StrEnum):
    """Which cases a list shows."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class CaseFilter(Struct, frozen=True):
    """What somebody looks for: open or closed, a kind, a year, words that all have to stand somewhere in the case."""

    which: Which = Which.OPEN
    kind: CaseKind | None = None
    year: int | None = None
    words: str = ""

    def holds(self, row: CaseRow) -> bool:
        """Say whether a row is what is looked for."""
        if self.which is not Which.ALL and row.is_open is not (self.which is Which.OPEN):
            return False
        if self.kind is not None and row.kind is not self.kind:
            return False
        if self.year is not None and row.on.year != self.year:
            return False
        return _has_words(row, self.words)


def _has_words(row: CaseRow, words: str) -> bool:
    wanted = words.casefold().split()
    if not wanted:
        return True
    lines = (line.text for line in (*row.steps, *row.actions))
    fields = (row.number, row.client, row.description, row.root_cause, row.references, row.handler, row.escalation)
    everything = "\n".join((*fields, *lines)).casefold()
    return all(word in everything for word in wanted)


def select(rows: Iterable[CaseRow], wanted: CaseFilter) -> tuple[CaseRow, ...]:
    """Return the rows that are looked for: what is open by its term, then the newest first."""
    found = [row for row in rows if wanted.holds(row)]
    return tuple(sorted(found, key=lambda row: (not row.is_open, row.due or date.max, -row.on.toordinal(), -row.id)))


# ------------------------------------------------------------------------------------------------- what a period says


class CaseReview(Struct, frozen=True):
    """What the cases of a period come to, for the core group and the yearly management review (CIIO procedure).

    A case belongs to the period in which it came in. `terms` counts per term how often it was met and missed;
    `satisfied` counts yes, no and not known of the closed complaints.
    """

    first: date
    last: date
    total: int
    open: int
    kinds: Mapping[CaseKind, int]
    themes: Mapping[str, int]
    terms: Mapping[str, tuple[int, int]]
    satisfied: Mapping[bool | None, int]
    escalated: int
    measures: tuple[tuple[str, CaseLine], ...]  # the number of the case, and the line of its logbook


_MEASURE = "measure"


def period_of(year: int, quarter: int) -> tuple[date, date]:
    """Return the first and the last day of a year (quarter 0) or of one of its quarters."""
    if not 1 <= quarter <= 4:
        return date(year, 1, 1), date(year, 12, 31)
    first = date(year, quarter * 3 - 2, 1)
    following = date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def review(rows: Iterable[CaseRow], first: date, last: date) -> CaseReview:
    """Return what came in from one day to another, both included."""
    found = sorted((row for row in rows if first <= row.on <= last), key=lambda row: (row.on, row.number))
    cases = [row for row in found if row.kind is not CaseKind.SIGNAL]
    kept = [term for row in found for term in row.kept_terms]
    terms = {
        code: (sum(t.is_met for t in kept if t.term == code), sum(not t.is_met for t in kept if t.term == code))
        for code in dict.fromkeys(term.term for term in kept)
    }
    return CaseReview(
        first=first,
        last=last,
        total=len(found),
        open=sum(row.is_open for row in found),
        kinds=Counter(row.kind for row in found),
        themes=Counter(row.theme for row in cases if row.theme),
        terms=terms,
        satisfied=Counter(row.is_satisfied for row in cases if not row.is_open),
        escalated=sum(bool(row.escalation) for row in cases),
        measures=tuple((row.number, line) for row in cases for line in row.actions if line.what == _MEASURE),
    )


# -------------------------------------------------------------------------------------------------- for learning

#: What stands where something was taken out; a code, because the words are those of the document.
MASK = "▒▒▒"
_SHORTEST_NAME = 3  # shorter would take pieces out of ordinary words
#: Parts of names that are ordinary words by themselves: they give nobody away, and a text without them says nothing.
_ORDINARY = frozenset(
    [
        "aan",
        "bij",
        "den",
        "der",
        "des",
        "een",
        "het",
        "met",
        "over",
        "onder",
        "ten",
        "ter",
        "tot",
        "uit",
        "van",
        "von",
        "voor",
        "stichting",
        "vereniging",
        "welzijn",
        "sociaal",
        "sociale",
        "maatschappelijk",
        "werk",
    ]
)
_WORD = re.compile(r"\w+")


class Masking:
    """Takes names, numbers and addresses out of texts; made once for many texts, whatever the number of names.

    `found` counts what looked like data of a person, `names_found` the names. What nobody knows as a name cannot be
    found: who shares a text reads it first (the screens say so).
    """

    def __init__(self, names: Iterable[str]) -> None:
        whole = {name.strip() for name in names}
        parts = {part for name in whole for part in name.split() if part.lower() not in _ORDINARY}
        self._by_word: dict[str, list[str]] = {}
        for name in sorted(whole | parts, key=len, reverse=True):  # the longest name at a place wins
            first = _WORD.search(name)
            if first is not None and len(name) >= _SHORTEST_NAME:
                self._by_word.setdefault(first[0].lower(), []).append(name[first.start() :].lower())
        self.found: Counter[PrivacyKind] = Counter()
        self.names_found = 0

    @property
    def taken_out(self) -> int:
        """How much was taken out so far."""
        return self.names_found + self.found.total()

    def masked(self, text: str) -> str:
        """Return a text in which nothing that is known stands any more."""
        for finding in reversed(findings(text)):
            self.found[finding.kind] += 1
            text = text[: finding.start] + MASK + text[finding.end :]
        pieces, done = [], 0
        for word in _WORD.finditer(text):
            end = self._end_of_name(text, word.start()) if word.start() >= done else 0
            if end:
                pieces += [text[done : word.start()], MASK]
                done = end
                self.names_found += 1
        return "".join((*pieces, text[done:]))

    def _end_of_name(self, text: str, start: int) -> int:
        """Return where a known name that begins here ends, 0 when none does."""
        word = _WORD.match(text, start)
        for name in self._by_word.get(word[0].lower(), ()) if word is not None else ():
            end = start + len(name)
            if text[start:end].lower() == name and not _WORD.match(text, end):
                return end
        return 0


class Anonymised(Struct, frozen=True):
    """A row without client and names; `found` says what was taken out of its texts, for whoever reads it once more."""

    row: CaseRow
    found: Mapping[PrivacyKind, int] = field(default_factory=dict)
    names_found: int = 0


def anonymised(row: CaseRow, others: Sequence[str] = ()) -> Anonymised:
    """Return a case as others may learn from it: without client, handler, days of the month, names and numbers.

    `others` are names of people and organisations that may be mentioned.
    """
    masking = Masking((row.client, row.handler, *row.names, *others))
    return Anonymised(without_names(row, masking), dict(masking.found), masking.names_found)


def without_names(row: CaseRow, masking: Masking) -> CaseRow:
    """Return a case of which the texts went through a masking that knows its names, and the rest is left out."""
    masked = masking.masked

    def lines(all_: tuple[CaseLine, ...]) -> tuple[CaseLine, ...]:
        return tuple(CaseLine(line.on, line.what, masked(line.text)) for line in all_)

    return replace(
        row, client="", handler="", names=(), references="", description=masked(row.description),
        root_cause=masked(row.root_cause), escalation=masked(row.escalation), steps=lines(row.steps),
        actions=lines(row.actions),
    )  # fmt: skip


class Lesson(Struct, frozen=True):
    """What a case teaches, without names: its own texts, or the `words` that somebody wrote instead of them."""

    theme: str
    description: str = ""
    root_cause: str = ""
    measures: tuple[str, ...] = ()
    words: str = ""
    taken_out: int = 0

    @property
    def text(self) -> str:
        """All of it, as it is kept with the case."""
        return "\n".join(part for part in (self.words, self.description, self.root_cause, *self.measures) if part)


def lesson(row: CaseRow, masking: Masking, words: str = "") -> Lesson:
    """Return what others can learn from a case, by a masking that knows its names."""
    if words.strip():
        return Lesson(row.theme, words=masking.masked(words.strip()), taken_out=masking.taken_out)
    clean = without_names(row, masking)
    measures = tuple(line.text for line in clean.actions if line.what == _MEASURE)
    return Lesson(row.theme, clean.description, clean.root_cause, measures, taken_out=masking.taken_out)
