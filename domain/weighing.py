"""The weighing: what the verdicts on all norms mean for the label (handbook §2.6; domain book §5).

The numbers come from `domain/content/weighing.yaml`, one rule per edition. A self-evaluation shows
the same weighing as a forecast, never as a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from domain.framework import Framework, NormId, WeighingRule
from domain.verdicts import Verdict


class Outcome(StrEnum):
    """What a weighing comes to (process-conventions, outcomes); the values are stored."""

    ALL_MET = "all_met"
    PLAN_REQUIRED = "plan_required"
    FOLLOWUP_REQUIRED = "followup_required"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"


class Forecast(StrEnum):
    """On which side of the threshold the counts so far are; `OVER` can no longer be mended by open norms."""

    WITHIN = "within"
    OVER = "over"


class Weighing(Struct, frozen=True):
    """An outcome with its reasons: norms per verdict in the order of the framework, and the rule that was used.

    `unknown` holds what made the weighing invalid: norms that the framework lacks or that have no known verdict.
    """

    outcome: Outcome
    rule: WeighingRule
    met: tuple[NormId, ...]
    partial: tuple[NormId, ...]
    not_met: tuple[NormId, ...]
    not_applicable: tuple[NormId, ...]
    open_norms: tuple[NormId, ...]
    unknown: tuple[str, ...] = ()

    @property
    def room_not_met(self) -> int:
        """How many more norms may be not met; 0 at the limit and beyond it."""
        return max(0, self.rule.max_not_met - len(self.not_met))

    @property
    def room_partial(self) -> int:
        """How many more norms may be partial; 0 at the limit and beyond it."""
        return max(0, self.rule.max_partial - len(self.partial))

    @property
    def is_over(self) -> bool:
        """Whether one of the two limits is passed; 4 not met and 9 partial together are within (handbook §2.6)."""
        return len(self.not_met) > self.rule.max_not_met or len(self.partial) > self.rule.max_partial

    @property
    def forecast(self) -> Forecast:
        """Where the counts so far lead (domain book §5.7)."""
        return Forecast.OVER if self.is_over else Forecast.WITHIN

    @property
    def needs_check(self) -> bool:
        """Whether so many norms do not apply that the team leader should look again (own; domain book §5.6)."""
        return len(self.not_applicable) > self.rule.check_above_not_applicable

    @property
    def needs_plan(self) -> tuple[NormId, ...]:
        """The norms that the improvement plan covers, also over the threshold: first not met, then partial (§5.4)."""
        return self.not_met + self.partial


def weigh(verdicts: Mapping[NormId, Verdict], framework: Framework) -> Weighing:
    """Return what the verdicts on the norms of one audit mean for the label.

    Within both limits every shortcoming goes into an improvement plan; beyond one of them an
    additional investigation decides (handbook §2.6; bijlage 6 step 9). Norms that do not apply
    count for neither limit and leave both as they are (own). A norm without a verdict makes the
    outcome `INCOMPLETE`, and so do norms that none apply.
    """
    unknown = tuple(norm for norm, verdict in verdicts.items() if not _is_known(norm, verdict, framework))
    with_verdict = {
        verdict: tuple(norm.id for norm in framework.norms if verdicts.get(norm.id, Verdict.NOT_ASSESSED) == verdict)
        for verdict in Verdict
    }
    weighing = Weighing(
        outcome=Outcome.INVALID,
        rule=framework.weighing,
        met=with_verdict[Verdict.MET],
        partial=with_verdict[Verdict.PARTIAL],
        not_met=with_verdict[Verdict.NOT_MET],
        not_applicable=with_verdict[Verdict.NOT_APPLICABLE],
        open_norms=with_verdict[Verdict.NOT_ASSESSED],
        unknown=unknown,
    )
    return replace(weighing, outcome=_outcome(weighing))


def _is_known(norm: NormId, verdict: Verdict, framework: Framework) -> bool:
    return framework.has(norm) and verdict in frozenset(Verdict)


def _outcome(weighing: Weighing) -> Outcome:
    """Choose the outcome of a weighing that has everything else; being incomplete wins over the limits (§5.7)."""
    if weighing.unknown:
        return Outcome.INVALID
    if weighing.open_norms or not (weighing.met or weighing.needs_plan):
        return Outcome.INCOMPLETE
    if weighing.is_over:
        return Outcome.FOLLOWUP_REQUIRED
    return Outcome.PLAN_REQUIRED if weighing.needs_plan else Outcome.ALL_MET
