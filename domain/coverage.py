"""Coverage: how well every norm has been looked at, what is still needed and who could give it (domain book §8).

A norm is "rond" when it was tested often enough, in enough sources, with a document seen. The sources say how much
(interview format; handbook bijlage 9), the framework holds the numbers, and how things count is ours:

- an interview is one test and one source per norm, however many notes it gave;
- a document or registration that was seen is a test, but no source;
- an observation outside an interview counts as an interview; inside one it is part of it;
- any other note outside an interview counts for nothing until it is linked to one.

    findings -> a tally per norm (which storage can also count by itself) -> coverage -> what fits whom
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from domain.audit import Audit, Finding, FindingKind, Interview, InterviewId
from domain.audit_days import Variant
from domain.combination import is_mapped
from domain.framework import CoverageRule, Framework, Norm, NormId, RubricId, WhoCode
from domain.mapping import Strength


class NormCoverage(Struct, frozen=True):
    """How well one norm has been looked at, and what it still needs.

    `heard` are the functions that spoke about it, `kinds` how many findings of each kind there are (None: without a
    label), `uncounted` how many findings count for nothing yet. A norm `is_exempt` when the team found that it does
    not apply: that takes a reason, and no tests.
    """

    norm: Norm
    rule: CoverageRule
    tests: int = 0
    sources: int = 0
    documents: int = 0
    heard: frozenset[WhoCode] = frozenset()
    kinds: Mapping[FindingKind | None, int] = field(default_factory=dict)
    uncounted: int = 0
    is_exempt: bool = False

    @property
    def missing_sources(self) -> int:
        """How many more interviews (or other live sources) it needs."""
        return 0 if self.is_exempt else max(0, self.rule.min_sources - self.sources)

    @property
    def missing_documents(self) -> int:
        """Whether a document or registration has to be seen: 1 or 0."""
        return int(self.rule.needs_document and not self.documents and not self.is_exempt)

    @property
    def missing_tests(self) -> int:
        """How many more tests it needs beside the missing sources and document, which are tests themselves."""
        if self.is_exempt:
            return 0
        return max(0, self.rule.min_tests - self.tests - self.missing_sources - self.missing_documents)

    @property
    def missing(self) -> int:
        """How many things are still needed, at the least."""
        return self.missing_sources + self.missing_documents + self.missing_tests

    @property
    def is_round(self) -> bool:
        """Whether nothing more is needed ("rond")."""
        return self.missing == 0

    @property
    def could_give(self) -> tuple[WhoCode, ...]:
        """The functions that could give what is missing: who was not heard yet first, empty when it is round."""
        if self.is_round:
            return ()
        return tuple(sorted(self.norm.who, key=lambda code: code in self.heard))


class RubricCoverage(Struct, frozen=True):
    """How many norms of one rubric are round."""

    rubric: RubricId
    round_norms: int
    total: int


class CoverageOverview(Struct, frozen=True):
    """How many norms are round, over all and per rubric, and which are not, in the order of the framework."""

    round_norms: int
    total: int
    rubrics: tuple[RubricCoverage, ...]
    open_norms: tuple[NormCoverage, ...]


class Fit(Struct, frozen=True):
    """A norm that suits an interview; `is_also` when the function is only one worth hearing too (`who_also`)."""

    coverage: NormCoverage
    is_also: bool

    @property
    def norm(self) -> Norm:
        """The norm itself."""
        return self.coverage.norm


class FunctionNeed(Struct, frozen=True):
    """A function with the norms that it could help to get round, in the order of the framework."""

    function: WhoCode
    norms: tuple[NormId, ...]


# --- From findings to coverage ---------------------------------------------------------------------------------------


class Tally(Struct, frozen=True):
    """What was gathered at one norm, in numbers: an audit with thousands of findings need not read them to count them.

    `interviews` counts those with a note at this norm, `heard` their functions; `observations` counts those outside
    interviews, `documents` every document or registration seen, `uncounted` all other notes outside interviews.
    """

    norm: NormId
    interviews: int = 0
    observations: int = 0
    documents: int = 0
    uncounted: int = 0
    heard: frozenset[WhoCode] = frozenset()
    kinds: Mapping[FindingKind | None, int] = field(default_factory=dict)


def coverage(
    findings: Iterable[Finding],
    interviews: Iterable[Interview],
    framework: Framework,
    not_applicable: Collection[NormId] = (),
) -> Mapping[NormId, NormCoverage]:
    """Return how well every norm has been looked at, in the order of the framework.

    `not_applicable` are the norms that the team found not to apply. Norms that the framework lacks are left out; an
    interview that is not among the `interviews` is as good as none.
    """
    return coverage_of(tally(findings, interviews), framework, not_applicable)


def coverage_of(
    tallies: Iterable[Tally], framework: Framework, not_applicable: Collection[NormId] = ()
) -> Mapping[NormId, NormCoverage]:
    """Return how well every norm has been looked at, from what was counted; a norm without a tally has nothing."""
    counted = {tallied.norm: tallied for tallied in tallies}
    return {
        norm.id: _of_norm(
            norm, counted.get(norm.id, Tally(norm.id)), framework.coverage, is_exempt=norm.id in not_applicable
        )
        for norm in framework.norms
    }


def coverage_of_norm(norm: Norm, tallies: Iterable[Tally], framework: Framework) -> NormCoverage:
    """Return how well one norm has been looked at, without counting the others."""
    counted = next((tallied for tallied in tallies if tallied.norm == norm.id), Tally(norm.id))
    return _of_norm(norm, counted, framework.coverage, is_exempt=False)


def _of_norm(norm: Norm, counted: Tally, rule: CoverageRule, *, is_exempt: bool) -> NormCoverage:
    sources = counted.interviews + counted.observations
    return NormCoverage(
        norm=norm,
        rule=rule,
        tests=sources + counted.documents,
        sources=sources,
        documents=counted.documents,
        heard=counted.heard,
        kinds=counted.kinds,
        uncounted=counted.uncounted,
        is_exempt=is_exempt,
    )


def tally(findings: Iterable[Finding], interviews: Iterable[Interview]) -> tuple[Tally, ...]:
    """Return what was gathered per norm, in the order in which the norms turn up."""
    known = {interview.id: interview for interview in interviews}
    at_norm: dict[NormId, list[Finding]] = defaultdict(list)
    for finding in findings:
        for norm in dict.fromkeys(finding.norms):
            at_norm[norm].append(finding)
    return tuple(_tally(norm, gathered, known) for norm, gathered in at_norm.items())


def _tally(norm: NormId, gathered: Collection[Finding], known: Mapping[InterviewId, Interview]) -> Tally:
    talks = {finding.interview for finding in gathered if finding.interview in known}
    loose = Counter(finding.kind for finding in gathered if finding.interview not in known)
    kinds = Counter(finding.kind for finding in gathered)
    return Tally(
        norm,
        interviews=len(talks),
        observations=loose[FindingKind.OBSERVATION],
        documents=_on_paper(kinds),
        uncounted=loose.total() - loose[FindingKind.OBSERVATION] - _on_paper(loose),
        heard=frozenset(code for talk in talks if talk is not None for code in known[talk].functions),
        kinds=dict(kinds),
    )


def _on_paper(kinds: Counter[FindingKind | None]) -> int:
    return sum(count for kind, count in kinds.items() if kind is not None and kind.is_on_paper)


def overview(covered: Mapping[NormId, NormCoverage], framework: Framework) -> CoverageOverview:
    """Return how many norms are round, with the others."""
    return CoverageOverview(
        round_norms=sum(norm.is_round for norm in covered.values()),
        total=len(covered),
        rubrics=tuple(_rubric(covered, rubric.id, framework) for rubric in framework.rubrics),
        open_norms=tuple(covered[norm.id] for norm in framework.norms if not covered[norm.id].is_round),
    )


def _rubric(covered: Mapping[NormId, NormCoverage], rubric: RubricId, framework: Framework) -> RubricCoverage:
    norms = framework.in_rubric(rubric)
    return RubricCoverage(rubric, sum(covered[norm.id].is_round for norm in norms), len(norms))


# --- Which norms suit whom -------------------------------------------------------------------------------------------


def fitting(
    covered: Mapping[NormId, NormCoverage],
    functions: Collection[WhoCode],
    framework: Framework,
    limit: int | None = None,
) -> tuple[Fit, ...]:
    """Return the norms that a talk with these functions could help to get round, the most useful first.

    Norms that are meant for them come before those where they are only worth hearing too; within both the norm that
    still needs most, then the one that needs most interviews, then the order of the framework.
    """
    open_fits = [fit for fit in _fits(covered, functions, framework) if not fit.coverage.is_round]
    return tuple(sorted(open_fits, key=_usefulness)[:limit])


def interview_order(
    covered: Mapping[NormId, NormCoverage],
    functions: Collection[WhoCode],
    framework: Framework,
    done: Collection[NormId] = (),
    elsewhere: Mapping[NormId, Strength] = MappingProxyType({}),
) -> tuple[Fit, ...]:
    """Return all norms that suit an interview with these functions, in the order in which to bring them up.

    What is not round yet comes first, then the rest in the same order; norms in `done` (brought up or passed over in
    this interview) come last of all. Of a combination audit `elsewhere` says how far the other scheme covers each
    norm: what that scheme will bring up anyway comes after what is typical of the label (domain book §11).
    """

    def order(fit: Fit) -> tuple[bool | int, ...]:
        strength = elsewhere.get(fit.norm.id)
        is_also, *need, ordinal = _usefulness(fit)
        typical = -list(Strength).index(strength) if strength else 0
        return (
            fit.norm.id in done, fit.coverage.is_round, is_also, strength is Strength.STRONG, *need, typical, ordinal
        )  # fmt: skip

    return tuple(sorted(_fits(covered, functions, framework), key=order))


def covered_elsewhere(audit: Audit, framework: Framework) -> Mapping[NormId, Strength]:
    """Return how far the other half of a combination audit covers each norm; empty for any other audit.

    The other half is a framework that is audited here too, or a scheme that the team audits elsewhere.
    """
    mapping = is_mapped(framework, audit.companion.framework) if audit.companion is not None else None
    if mapping is not None:
        return {norm.id: mapping.strength(framework.id, norm.id) for norm in framework.norms}
    if audit.variant is not Variant.COMBINATION or audit.scheme is None or framework.mapping is None:
        return {}
    return framework.mapping.beside(framework.id, audit.scheme)


def function_needs(covered: Mapping[NormId, NormCoverage], framework: Framework) -> tuple[FunctionNeed, ...]:
    """Return which functions could still help, the one with most norms first; functions without any are left out."""
    open_norms = [norm for norm in framework.norms if not covered[norm.id].is_round]
    needs = [
        FunctionNeed(function.code, tuple(norm.id for norm in open_norms if function.code in norm.who))
        for function in framework.functions
    ]
    return tuple(sorted((need for need in needs if need.norms), key=lambda need: -len(need.norms)))


def _fits(
    covered: Mapping[NormId, NormCoverage], functions: Collection[WhoCode], framework: Framework
) -> tuple[Fit, ...]:
    asked = frozenset(functions)
    meant = [(norm, bool(asked & set(norm.who)), bool(asked & set(norm.who_also))) for norm in framework.norms]
    return tuple(Fit(covered[norm.id], is_also=not who) for norm, who, also in meant if who or also)


def _usefulness(fit: Fit) -> tuple[bool, int, int, int, int]:
    """Return what to sort by: the smaller, the sooner it should be brought up."""
    covered = fit.coverage
    return fit.is_also, -covered.missing, -covered.missing_sources, covered.tests, covered.norm.ordinal
