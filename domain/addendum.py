"""The additional investigation in the report: an addendum to part B, an extra passage in part A (bijlage 6 step 9c).

Per norm that was tested anew: what was found first, what the plan promised, what was found now and what the team holds
of it now. Who does what in the plan stays out: a report names functions, never people (handbook bijlage 9).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from domain.framework import Framework, NormId
from domain.improvement_plan import ImprovementPlan, Retest, after_followup
from domain.process import ProcessEvent
from domain.verdicts import Verdict
from domain.weighing import Outcome, weigh


class RetestedNorm(Struct, frozen=True):
    """One norm that was tested anew: `before` and `now` are the consensus of the team, then and now."""

    norm: NormId
    title: str
    before: Verdict
    action: str
    due_on: date | None
    shown_by: str
    finding: str
    now: Verdict


class Followup(Struct, frozen=True):
    """What an additional investigation came to; `counts` are those of all norms, with the new verdicts."""

    tested_on: date
    outcome: Outcome
    norms: tuple[RetestedNorm, ...]
    counts: Mapping[Verdict, int]


class Addendum(Struct, frozen=True):
    """The addendum as its reader sees it: how it went, every norm, and what it means together."""

    tested_on: date
    outcome: Outcome
    course: str
    norms: tuple[RetestedNorm, ...]
    conclusion: str


def retested(plan: ImprovementPlan, retests: Mapping[NormId, Retest], framework: Framework) -> tuple[RetestedNorm, ...]:
    """Return every norm of the plan that was tested anew with what was found, in the order of the plan."""
    judged = (retests[norm] for norm in plan.needed if norm in retests)
    return tuple(_retested(plan, found, framework) for found in judged if found.verdict is not Verdict.NOT_ASSESSED)


def _retested(plan: ImprovementPlan, found: Retest, framework: Framework) -> RetestedNorm:
    entry = plan.entry(found.norm)
    return RetestedNorm(
        norm=found.norm,
        title=framework.norm(found.norm).title,
        before=plan.needed[found.norm],
        action=entry.what.strip(),
        due_on=entry.due_on,
        shown_by=entry.shown_by.strip(),
        finding=found.text.strip(),
        now=found.verdict,
    )


def followup_of(
    plan: ImprovementPlan,
    verdicts: Mapping[NormId, Verdict],
    retests: Mapping[NormId, Retest],
    framework: Framework,
    done: ProcessEvent,
) -> Followup | None:
    """Return what an additional investigation came to; `verdicts` are those of the consensus before it.

    `done` is its event: the outcome that somebody recorded counts. None when nothing was tested here, because the
    investigation was kept on paper.
    """
    tested = retested(plan, retests, framework)
    if not tested:
        return None
    found = weigh(after_followup(verdicts, retests), framework)
    counts = {
        Verdict.MET: len(found.met),
        Verdict.PARTIAL: len(found.partial),
        Verdict.NOT_MET: len(found.not_met),
        Verdict.NOT_APPLICABLE: len(found.not_applicable),
        Verdict.NOT_ASSESSED: len(found.open_norms),
    }
    return Followup(done.on, done.outcome or found.outcome, tested, counts)
