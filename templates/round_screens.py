"""Screens of the next round of a self-evaluation."""

from __future__ import annotations

from domain.improvement_plan import PlanEntry, Progress
from domain.self_evaluation import ImprovementAction
from domain.verdicts import Verdict
from templates.evaluation_screens import Header, Notice, Quote
from templates.screens import Screen


class ConfirmRound(Screen, frozen=True):
    """Start the next round? The last one stays beside it."""

    template = "self_evaluation/confirm_round.html.j2"

    round: int
    answered: int


class ShowEarlier(Screen, frozen=True):
    """What was said of a norm in the round before, what the audit found, and what was planned.

    `said` and `audited` are verdicts in the words of the framework, `audited` empty when nobody audited.
    """

    template = "self_evaluation/earlier.html.j2"

    header: Header
    round: int
    earlier: Verdict
    said: str
    explanations: tuple[Quote, ...]
    evidence: int
    files: int
    reason: str | None
    improvement: ImprovementAction | None
    audited: str
    entry: PlanEntry | None
    progress: Progress | None
    may_write: bool
    notice: Notice | None = None
    shown: int = 0  # how much shows that the action is done, and was not taken over yet
