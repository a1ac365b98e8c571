"""From the judgements of each auditor to what the team holds, and what that means for the label.

    judgements -> positions -> (blockers) -> consensus -> verdicts -> weighing -> result per edition

What-if shows how much room is left and which norms could still tip the outcome (handbook §2.6; domain book §5).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from domain.audit import AuditKind, Consensus, Finding, FindingId, Judgement, ProcessId
from domain.coverage import NormCoverage
from domain.framework import Framework, NormId, WeighingRule
from domain.roles import PersonId
from domain.verdicts import JUDGED_VERDICTS, Verdict
from domain.weighing import Outcome, Weighing, weigh

# --- What the auditors hold ------------------------------------------------------------------------------------------


class Agreement(StrEnum):
    """How far the auditors of one norm agree."""

    NONE = "none"  # nobody judged yet
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    SPLIT = "split"


class Position(Struct, frozen=True, dict=True):
    """What the auditors hold of one norm; `waiting` are those of the team who did not judge it."""

    norm: NormId
    judgements: tuple[Judgement, ...]
    waiting: tuple[PersonId, ...] = ()

    @cached_property
    def held(self) -> frozenset[Verdict]:
        """The verdicts that somebody gave."""
        return frozenset(judgement.verdict for judgement in self.judgements)

    @cached_property
    def agreement(self) -> Agreement:
        """How far they agree."""
        if len(self.held) < 2:
            return Agreement.UNANIMOUS if self.held else Agreement.NONE
        _, most = Counter(judgement.verdict for judgement in self.judgements).most_common(1)[0]
        return Agreement.MAJORITY if 2 * most > len(self.judgements) else Agreement.SPLIT

    @property
    def differs(self) -> bool:
        """Whether the team has to talk about it."""
        return self.agreement in (Agreement.MAJORITY, Agreement.SPLIT)

    @property
    def suggestion(self) -> Verdict | None:
        """Where the talk might start: what all or most hold; None when nobody or as many hold otherwise.

        A consensus is no vote (handbook bijlage 9), so the team leader may record something else.
        """
        if self.agreement in (Agreement.NONE, Agreement.SPLIT):
            return None
        return Counter(judgement.verdict for judgement in self.judgements).most_common(1)[0][0]


def positions(
    judgements: Iterable[Judgement], framework: Framework, team: Collection[PersonId] = ()
) -> Mapping[NormId, Position]:
    """Return what the auditors hold of every norm, in the order of the framework.

    Of one auditor only the newest version counts; "not assessed" takes a judgement back.
    """
    newest: dict[NormId, dict[PersonId, Judgement]] = defaultdict(dict)
    for judgement in sorted(judgements, key=lambda judgement: judgement.version):
        newest[judgement.norm][judgement.auditor] = judgement
    return {norm.id: _position(norm.id, newest[norm.id], team) for norm in framework.norms}


def _position(norm: NormId, newest: Mapping[PersonId, Judgement], team: Collection[PersonId]) -> Position:
    given = {person: item for person, item in newest.items() if item.verdict is not Verdict.NOT_ASSESSED}
    return Position(norm, tuple(given.values()), tuple(person for person in team if person not in given))


def differences(found: Mapping[NormId, Position]) -> tuple[Position, ...]:
    """Return the norms on which auditors differ, in the order of the framework."""
    return tuple(position for position in found.values() if position.differs)


def verdicts_so_far(consensus: Mapping[NormId, Consensus], found: Mapping[NormId, Position]) -> dict[NormId, Verdict]:
    """Return the verdicts for a running result: what was settled, else what all who judged hold; the rest is open."""
    verdicts = {}
    for norm, position in found.items():
        if norm in consensus:
            verdicts[norm] = consensus[norm].verdict
        elif position.agreement is Agreement.UNANIMOUS:
            verdicts[norm] = next(iter(position.held))
    return verdicts


def settled(consensus: Mapping[NormId, Consensus]) -> dict[NormId, Verdict]:
    """Return the verdicts that the team settled, which are the ones that count."""
    return {norm: settled.verdict for norm, settled in consensus.items() if settled.verdict is not Verdict.NOT_ASSESSED}


def unsettled(consensus: Mapping[NormId, Consensus], framework: Framework) -> tuple[NormId, ...]:
    """Return the norms that the team still has to settle."""
    done = settled(consensus)
    return tuple(norm.id for norm in framework.norms if norm.id not in done)


# --- What stands in the way of a consensus ---------------------------------------------------------------------------


class Severity(StrEnum):
    """How much it stands in the way."""

    OBSTACLE = "obstacle"
    WARNING = "warning"


class Lift(StrEnum):
    """What lifts an obstacle."""

    NOTHING = "nothing"  # only mending it helps
    RATIONALE = "rationale"  # what the team leader writes for the report
    OVERRIDE = "override"  # a reason of its own, kept with the consensus


class BlockerKind(StrEnum):
    """What stands in the way of settling one norm."""

    NO_VERDICT = "no_verdict"
    NO_REASON = "no_reason"
    NO_RATIONALE = "no_rationale"
    NO_TEXT = "no_text"
    MISSING_SOURCE = "missing_source"
    MISSING_DOCUMENT = "missing_document"
    MISSING_TEST = "missing_test"
    DISAGREEMENT = "disagreement"
    TO_DISCUSS = "to_discuss"


class BlockerRule(Struct, frozen=True):
    """How heavy one kind of blocker is (`domain/content/audit-rules.yaml`)."""

    kind: BlockerKind
    severity: Severity
    lifted_by: Lift
    source: str


class Blocker(Struct, frozen=True):
    """One thing that stands in the way, with how many of it (sources, auditors, findings)."""

    rule: BlockerRule
    count: int = 1

    @property
    def kind(self) -> BlockerKind:
        """What it is."""
        return self.rule.kind

    @property
    def is_obstacle(self) -> bool:
        """Whether it refuses, rather than warns."""
        return self.rule.severity is Severity.OBSTACLE


class NotSettled(Exception):
    """A consensus cannot be recorded like this; `blockers` are the obstacles that nothing lifts."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__(", ".join(blocker.kind for blocker in blockers))
        self.blockers = blockers


class Draft(Struct, frozen=True):
    """A consensus that the team leader is about to record."""

    norm: NormId
    verdict: Verdict
    rationale: str = ""
    override: str = ""


def blockers(
    draft: Draft,
    covered: NormCoverage,
    position: Position,
    to_discuss: Collection[FindingId],
    rules: Mapping[BlockerKind, BlockerRule],
) -> tuple[Blocker, ...]:
    """Return what stands in the way of settling one norm, whether or not something lifts it; obstacles first.

    Two sources and a document are a rule, the third test is an aim (domain book §8; own). A norm that does not apply
    needs only its reason.
    """
    counts = {
        **_unsaid(draft),
        **(_uncovered(covered) if draft.verdict is not Verdict.NOT_APPLICABLE else {}),
        BlockerKind.DISAGREEMENT: len(position.judgements) if position.differs else 0,
        BlockerKind.TO_DISCUSS: len(to_discuss),
    }
    found = [Blocker(rules[kind], count) for kind, count in counts.items() if count]
    return tuple(sorted(found, key=lambda blocker: not blocker.is_obstacle))


def _unsaid(draft: Draft) -> dict[BlockerKind, int]:
    is_silent = not draft.rationale.strip()
    return {
        BlockerKind.NO_VERDICT: draft.verdict is Verdict.NOT_ASSESSED,
        BlockerKind.NO_REASON: is_silent and draft.verdict is Verdict.NOT_APPLICABLE,
        BlockerKind.NO_RATIONALE: is_silent and draft.verdict.needs_improvement,
        BlockerKind.NO_TEXT: is_silent and draft.verdict is Verdict.MET,
    }


def _uncovered(covered: NormCoverage) -> dict[BlockerKind, int]:
    return {
        BlockerKind.MISSING_SOURCE: covered.missing_sources,
        BlockerKind.MISSING_DOCUMENT: covered.missing_documents,
        BlockerKind.MISSING_TEST: covered.missing_tests,
    }


def standing(found: Iterable[Blocker], draft: Draft) -> tuple[Blocker, ...]:
    """Return the obstacles that neither the rationale nor an override lifts."""
    lifts = {
        Lift.NOTHING: False,
        Lift.RATIONALE: bool(draft.rationale.strip() or draft.override.strip()),
        Lift.OVERRIDE: bool(draft.override.strip()),
    }
    return tuple(blocker for blocker in found if blocker.is_obstacle and not lifts[blocker.rule.lifted_by])


def settle(draft: Draft, found: Iterable[Blocker], by: PersonId, at: datetime, version: int = 1) -> Consensus:
    """Return the consensus to record.

    Raises:
        NotSettled: an obstacle remains; nothing was recorded.
    """
    if remaining := standing(found, draft):
        raise NotSettled(remaining)
    return Consensus(draft.norm, draft.verdict, draft.rationale.strip(), by, at, draft.override.strip(), version)


def to_discuss(findings: Iterable[Finding], norm: NormId) -> tuple[FindingId, ...]:
    """Return the findings at a norm that somebody wants to talk about with the team."""
    return tuple(finding.id for finding in findings if finding.is_to_discuss and norm in finding.norms)


# --- What it means per edition ---------------------------------------------------------------------------------------


class Advice(StrEnum):
    """What the CI advises now (domain book §5); the values are stored."""

    POSITIVE = "positive"
    AFTER_PLAN = "after_plan"
    ON_HOLD = "on_hold"
    NEGATIVE = "negative"
    NONE = "none"


class Consequence(Struct, frozen=True):
    """What has to follow an outcome: a step of the process, and within how long; both None without a term."""

    step: str
    source: str
    weeks: int | None = None
    months: int | None = None


class OutcomeRule(Struct, frozen=True):
    """What one outcome means in one edition of the process."""

    outcome: Outcome
    advice: Advice
    consequences: tuple[Consequence, ...]
    source: str


class ProcessOutcomes(Struct, frozen=True):
    """What every outcome means in one edition of the process, after an audit and after an additional one.

    `weighing` is the edition of the thresholds that goes with it unless an audit says otherwise.
    """

    process: ProcessId
    title: str
    weighing: str
    after_audit: Mapping[Outcome, OutcomeRule]
    after_followup: Mapping[Outcome, OutcomeRule]

    def rule(self, outcome: Outcome, kind: AuditKind) -> OutcomeRule:
        """Return what an outcome means after an audit of this kind."""
        return (self.after_followup if kind is AuditKind.FOLLOWUP else self.after_audit)[outcome]


class Result(Struct, frozen=True):
    """A weighing under one edition, with what it means."""

    weighing: Weighing
    process: ProcessOutcomes
    rule: OutcomeRule


def result(
    verdicts: Mapping[NormId, Verdict],
    framework: Framework,
    thresholds: WeighingRule,
    process: ProcessOutcomes,
    kind: AuditKind = AuditKind.INITIAL,
) -> Result:
    """Return what the verdicts come to under these editions (handbook §2.6; bijlage 5 B10, bijlage 6 step 9)."""
    weighing = weigh(verdicts, framework.weighed_by(thresholds))
    return Result(weighing, process, process.rule(weighing.outcome, kind))


# --- What if ---------------------------------------------------------------------------------------------------------


class Room(Struct, frozen=True):
    """How much room the threshold leaves, and how far it is passed; `outcome` leaves open norms out of account."""

    outcome: Outcome
    not_met: int
    partial: int
    over_not_met: int
    over_partial: int


def room(weighing: Weighing) -> Room:
    """Return how many more norms may be not met and partial ("nog ruimte voor 2 en 2")."""
    return Room(
        outcome=_outcome_as_it_stands(weighing),
        not_met=weighing.room_not_met,
        partial=weighing.room_partial,
        over_not_met=max(0, len(weighing.not_met) - weighing.rule.max_not_met),
        over_partial=max(0, len(weighing.partial) - weighing.rule.max_partial),
    )


def _outcome_as_it_stands(weighing: Weighing) -> Outcome:
    if weighing.is_over:
        return Outcome.FOLLOWUP_REQUIRED
    return Outcome.PLAN_REQUIRED if weighing.needs_plan else Outcome.ALL_MET


class Tipping(Struct, frozen=True):
    """Norms that could change the outcome: `how_many` of them are enough.

    `verdict` is what they would become, or for the way back (from over the threshold to within, from a plan to none)
    what they would no longer be; None where it is either partial or not met.
    """

    outcome: Outcome
    verdict: Verdict | None
    norms: tuple[NormId, ...]
    how_many: int


InPlay = Mapping[NormId, frozenset[Verdict]]


def in_play(
    verdicts: Mapping[NormId, Verdict], found: Mapping[NormId, Position], flagged: Collection[NormId] = ()
) -> InPlay:
    """Return the norms whose verdict could still change, with what each could become (own).

    Without a verdict yet: what the auditors hold when they differ, else anything. With one: a step up or down where it
    is to be discussed, or where it is partial, which is the verdict in between.
    """
    options = {norm: _options(verdicts.get(norm), position, norm in flagged) for norm, position in found.items()}
    return {norm: possible for norm, possible in options.items() if len(possible) > 1}


def _options(now: Verdict | None, position: Position, is_flagged: bool) -> frozenset[Verdict]:
    if now is None:
        return position.held if position.differs else frozenset(JUDGED_VERDICTS)
    return _neighbours(now) if is_flagged or now is Verdict.PARTIAL else frozenset({now})


def _neighbours(verdict: Verdict) -> frozenset[Verdict]:
    if verdict not in JUDGED_VERDICTS:
        return frozenset({verdict})
    at = JUDGED_VERDICTS.index(verdict)
    return frozenset(JUDGED_VERDICTS[max(0, at - 1) : at + 2])


def tipping(weighing: Weighing, could_be: InPlay) -> tuple[Tipping, ...]:
    """Return which norms could tip the outcome, given what each of them could become; empty when none can.

    The two limits stand side by side (handbook §2.6), so each is looked at by itself.
    """
    if weighing.is_over:
        return _back_within(weighing, could_be)
    worse = (*_over(weighing, could_be), *_first_shortcoming(weighing, could_be))
    return (*worse, *_all_met(weighing, could_be))


def _over(weighing: Weighing, could_be: InPlay) -> tuple[Tipping, ...]:
    """Return what would pass a limit that still holds."""
    limits = (
        (Verdict.NOT_MET, weighing.not_met, weighing.room_not_met),
        (Verdict.PARTIAL, weighing.partial, weighing.room_partial),
    )
    found = []
    for verdict, already, left in limits:
        norms = tuple(norm for norm, options in could_be.items() if verdict in options and norm not in already)
        if len(norms) > left:
            found.append(Tipping(Outcome.FOLLOWUP_REQUIRED, verdict, norms, left + 1))
    return tuple(found)


def _first_shortcoming(weighing: Weighing, could_be: InPlay) -> tuple[Tipping, ...]:
    """Return what would make a plan necessary where none is."""
    norms = tuple(norm for norm, options in could_be.items() if any(option.needs_improvement for option in options))
    if weighing.needs_plan or not norms:
        return ()
    return (Tipping(Outcome.PLAN_REQUIRED, None, norms, 1),)


def _all_met(weighing: Weighing, could_be: InPlay) -> tuple[Tipping, ...]:
    """Return the shortcomings without which no plan is needed, when each of them could go."""
    short = weighing.needs_plan
    could_all = all(_could_be_clean(options) for options in could_be.values())
    if not short or not could_all or not all(norm in could_be for norm in short):
        return ()
    return (Tipping(Outcome.ALL_MET, None, short, len(short)),)


def _back_within(weighing: Weighing, could_be: InPlay) -> tuple[Tipping, ...]:
    """Return the norms that keep the result over a limit and could become something else, when that could help."""
    if not _could_be_within(weighing, could_be):
        return ()
    passed = (
        (Verdict.NOT_MET, weighing.not_met, len(weighing.not_met) - weighing.rule.max_not_met),
        (Verdict.PARTIAL, weighing.partial, len(weighing.partial) - weighing.rule.max_partial),
    )
    return tuple(
        Tipping(
            Outcome.PLAN_REQUIRED,
            verdict,
            tuple(norm for norm in norms if _could_leave(norm, verdict, could_be)),
            excess,
        )
        for verdict, norms, excess in passed
        if excess > 0
    )


def _could_leave(norm: NormId, verdict: Verdict, could_be: InPlay) -> bool:
    return bool(could_be.get(norm, frozenset()) - {verdict})


def _could_be_within(weighing: Weighing, could_be: InPlay) -> bool:
    """Say whether some choice among what the norms could be keeps both limits."""
    stuck = {norm: frozenset({Verdict.NOT_MET}) for norm in weighing.not_met}
    stuck |= {norm: frozenset({Verdict.PARTIAL}) for norm in weighing.partial}
    short = [options for options in (stuck | dict(could_be)).values() if not _could_be_clean(options)]
    not_met = sum(Verdict.PARTIAL not in options for options in short)
    partial = sum(Verdict.NOT_MET not in options for options in short)
    either = len(short) - not_met - partial
    room_left = max(0, weighing.rule.max_not_met - not_met) + max(0, weighing.rule.max_partial - partial)
    return not_met <= weighing.rule.max_not_met and partial <= weighing.rule.max_partial and either <= room_left


def _could_be_clean(options: frozenset[Verdict]) -> bool:
    return any(not option.needs_improvement for option in options)


# --- Self-evaluation and audit side by side --------------------------------------------------------------------------


class Comparison(StrEnum):
    """How the audit looks at a norm beside the member's own view."""

    SAME = "same"
    HIGHER = "higher"  # the audit is more positive
    LOWER = "lower"
    APPLICABILITY = "applicability"  # only one of the two finds that the norm applies
    OPEN = "open"  # one of the two has no verdict


class Compared(Struct, frozen=True):
    """One norm as the member and as the audit see it."""

    norm: NormId
    own: Verdict
    audit: Verdict

    @property
    def comparison(self) -> Comparison:
        """How the two differ."""
        both = (self.own, self.audit)
        if Verdict.NOT_ASSESSED in both:
            return Comparison.OPEN
        if self.own is self.audit:
            return Comparison.SAME
        if Verdict.NOT_APPLICABLE in both:
            return Comparison.APPLICABILITY
        is_lower = JUDGED_VERDICTS.index(self.audit) > JUDGED_VERDICTS.index(self.own)
        return Comparison.LOWER if is_lower else Comparison.HIGHER


def compare(
    own: Mapping[NormId, Verdict], audit: Mapping[NormId, Verdict], framework: Framework
) -> tuple[Compared, ...]:
    """Return every norm as the self-evaluation and as the audit see it, in the order of the framework."""
    return tuple(
        Compared(norm.id, own.get(norm.id, Verdict.NOT_ASSESSED), audit.get(norm.id, Verdict.NOT_ASSESSED))
        for norm in framework.norms
    )
