"""A framework: norms in rubrics, with the questions and evidence hints that go with them.

The engine knows no norm by name. `storage.content` builds these values from a YAML file of
`domain/content/frameworks/` and refuses a file that does not hold together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NewType

from msgspec import Struct
from msgspec.structs import replace

from domain.verdicts import Verdict

if TYPE_CHECKING:
    from domain.mapping import FrameworkMapping

FrameworkId = NewType("FrameworkId", str)  # "kwaliteitslabel-2019": id and edition in one
NormId = NewType("NormId", str)  # "D9"
RubricId = NewType("RubricId", str)  # "D"
#: From a capital (or what opens a quotation) to its question mark, within one sentence.
_QUESTION = re.compile(r"(?:(?<=[\s•;-])|^)(?=[A-ZÀ-Ž‘“\"'])[^.?!•]{8,300}\?")
WhoCode = NewType("WhoCode", str)  # "P&O": for whom a norm is meant, the column "Wie" of the interview format


class Rubric(Struct, frozen=True):
    """A chapter of the framework; norms are numbered anew in each."""

    id: RubricId
    number: int
    name: str
    about: str


class OfficialWording(Struct, frozen=True):
    """What the owner of the norms wrote, from a copy that was imported; `source` names it with its copyright.

    `examples`, `questions` and `evidence` are what the same document says of the norm, empty where it does not.
    """

    text: str
    source: str
    examples: str = ""
    questions: str = ""
    evidence: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions one by one; whatever in them is no question is left out."""
        return tuple(_QUESTION.findall(" ".join(self.questions.split())))


class Question(Struct, frozen=True):
    """A question at a norm; `source` names whose it is with its copyright, empty for our own."""

    text: str
    source: str = ""


class Norm(Struct, frozen=True, dict=True):
    """One requirement, in our own words, and in the official ones where somebody imported those.

    `ordinal` counts through the whole framework from 0, so that a tap needs two digits at most;
    `essence` is one sentence; `not_applicable_hint` is None where "n.v.t." is not plausible;
    `keywords` are words that people search for and that the other texts lack; `points` are numbered requirements
    within the norm, `reflective_questions` those that make people think about their own pattern (2nd order).
    """

    id: NormId
    ordinal: int
    rubric: RubricId
    number: int
    label: str
    title: str
    essence: str
    who: tuple[WhoCode, ...]
    who_also: tuple[WhoCode, ...]
    questions: tuple[str, ...]
    evidence: tuple[str, ...]
    not_applicable_hint: str | None
    casework: bool
    notes: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    reflective_questions: tuple[str, ...] = ()
    official: OfficialWording | None = None

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """Everything to ask about it: our own questions, then those of the document that was imported."""
        own = tuple(Question(text) for text in self.questions)
        if self.official is None:
            return own
        return (*own, *(Question(text, self.official.source) for text in self.official.asked))

    @property
    def wording(self) -> str:
        """The official wording, else our own sentence."""
        return self.official.text if self.official is not None else self.essence


class VerdictWords(Struct, frozen=True):
    """How the framework names a verdict: `short` fits a button, `symbol` the report.

    `audited` is what auditors call it where that is another word ("verbeterpunt"), empty where it is not.
    """

    verdict: Verdict
    symbol: str
    label: str
    short: str
    explain: str
    audited: str = ""

    @property
    def in_audit(self) -> str:
        """What auditors call it."""
        return self.audited or self.short


class ReportName(Struct, frozen=True):
    """How a framework calls the report of an audit on it, and for whom part A is; what is empty is as usual."""

    name: str = ""
    version: str = ""
    readers: str = ""


class Function(Struct, frozen=True):
    """A function code of the framework with its words ("P&O", "Mng")."""

    code: WhoCode
    label: str
    explain: str


class Term(Struct, frozen=True):
    """A word that people ask about; `counts_in_scope` is None where the question makes no sense."""

    id: str
    name: str
    text: str
    counts_in_scope: bool | None


class WeighingRule(Struct, frozen=True):
    """The threshold of one edition, both limits inclusive (handbook §2.6).

    With more than `check_above_not_applicable` norms that do not apply, somebody has to look twice. A framework
    may have no threshold at all: then both limits are the number of its norms, and nothing is passed or failed. Limits
    that a framework sets itself are its own: no edition of the label's takes their place.
    """

    version: str
    max_not_met: int
    max_partial: int
    check_above_not_applicable: int
    source: str
    has_limits: bool = True
    is_own: bool = False


class CoverageRule(Struct, frozen=True):
    """When a norm has been looked at well enough (interview format; handbook bijlage 9)."""

    min_tests: int
    min_sources: int
    needs_document: bool


class Principle(Struct, frozen=True):
    """One of the seven quality principles of ISO 9001, with the norms of both frameworks on which it bears."""

    id: str
    number: int
    name: str
    text: str
    norms: tuple[NormId, ...]


class BranchValue(Struct, frozen=True):
    """A value of the branch code, from which the norms of a rubric are derived (handbook bijlage 1)."""

    id: str
    rubric: RubricId
    text: str


# Compared by identity: there is one object per edition, and caches ask for its hash all the time.
class Framework(Struct, frozen=True, eq=False, dict=True):
    """A set of norms with everything that the conversations need to carry people through it.

    `default_process` is the edition of the process that an audit against this framework follows. `position` orders
    frameworks side by side, the usual one first. `licence` is empty, or names the licence under which its wording has
    to travel on; `compass` are pairs of from and more towards, as inspiration for whoever asks. `mapping` is what is
    known of this framework and another together, None for nothing. `report` is how the report of an audit is called,
    None for the usual name.
    """

    id: FrameworkId
    name: str
    short_name: str
    norms_version: str
    owner: str
    copyright: str
    rubrics: tuple[Rubric, ...]
    norms: tuple[Norm, ...]
    verdicts: tuple[VerdictWords, ...]
    functions: tuple[Function, ...]
    terms: tuple[Term, ...]
    weighing: WeighingRule
    coverage: CoverageRule
    branch_code: tuple[BranchValue, ...]
    default_process: str
    position: int = 100
    licence: str = ""
    compass: tuple[tuple[str, str], ...] = ()
    principles: tuple[Principle, ...] = ()
    mapping: FrameworkMapping | None = None
    report: ReportName | None = None

    @cached_property
    def _by_id(self) -> Mapping[NormId, Norm]:
        return {norm.id: norm for norm in self.norms}

    def norm(self, norm_id: NormId) -> Norm:
        """Return the norm with this id.

        Raises:
            KeyError: the framework has no such norm.
        """
        return self._by_id[norm_id]

    def has(self, norm_id: str) -> bool:
        """Say whether the framework has a norm with this id."""
        return norm_id in self._by_id

    @cached_property
    def norm_ids(self) -> frozenset[NormId]:
        """The ids of all norms."""
        return frozenset(self._by_id)

    def in_rubric(self, rubric: RubricId) -> tuple[Norm, ...]:
        """Return the norms of one rubric, in order; empty for an unknown rubric."""
        return self._by_rubric.get(rubric, ())

    @cached_property
    def _by_rubric(self) -> Mapping[RubricId, tuple[Norm, ...]]:
        found: dict[RubricId, tuple[Norm, ...]] = {}
        for norm in self.norms:
            found[norm.rubric] = (*found.get(norm.rubric, ()), norm)
        return found

    def rubric(self, rubric_id: RubricId) -> Rubric:
        """Return the rubric with this id.

        Raises:
            KeyError: the framework has no such rubric.
        """
        for rubric in self.rubrics:
            if rubric.id == rubric_id:
                return rubric
        raise KeyError(rubric_id)

    def words(self, verdict: Verdict) -> VerdictWords:
        """Return how this framework names a verdict.

        Raises:
            KeyError: the framework does not know this verdict.
        """
        return self._words[verdict]

    @cached_property
    def _words(self) -> Mapping[Verdict, VerdictWords]:
        return {words.verdict: words for words in self.verdicts}

    @cached_property
    def in_audit(self) -> Mapping[Verdict, str]:
        """What auditors call each verdict."""
        return {words.verdict: words.in_audit for words in self.verdicts}

    def principles_of(self, norm: NormId) -> tuple[Principle, ...]:
        """Return the quality principles that bear on a norm (our judgement)."""
        return tuple(principle for principle in self.principles if norm in principle.norms)

    def weighed_by(self, rule: WeighingRule) -> Framework:
        """Return this framework with another threshold; one without a threshold, or with its own, keeps that."""
        follows = self.weighing.has_limits and not self.weighing.is_own
        return replace(self, weighing=rule) if follows else self

    def after(self, norm: Norm) -> Norm | None:
        """Return the next norm of the framework, or None after the last."""
        following = norm.ordinal + 1
        return self.norms[following] if following < len(self.norms) else None

    def before(self, norm: Norm) -> Norm | None:
        """Return the previous norm of the framework, or None before the first."""
        return self.norms[norm.ordinal - 1] if norm.ordinal else None
