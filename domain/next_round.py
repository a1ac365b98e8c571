"""The next round of a self-evaluation starts from the last: what was said, what the audit found, what was planned.

Nothing is taken over unseen: somebody says per norm that it still holds, or answers anew.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from domain.framework import NormId
from domain.improvement_plan import PlanEntry, Progress
from domain.self_evaluation import Answer, Contribution, ContributionKind, FileId, ImprovementAction
from domain.verdicts import Verdict

#: So many texts and files of a norm are taken over; who gave more is better off with a fresh look.
MAX_CARRIED = 10


class ShownDone(Struct, frozen=True):
    """Something that shows that an action of the plan is done: a text, or a file with the line below it."""

    kind: ContributionKind
    text: str
    file: FileId | None = None


class EarlierNorm(Struct, frozen=True):
    """What is known of one norm from before.

    `audited` is the verdict of the last audit and `entry` what the plan after it says, both None where there is none or
    the actor may not see it. `shown` is what shows that its action is done, and was not taken over yet.
    """

    norm: NormId
    round: int
    answer: Answer
    audited: Verdict | None = None
    entry: PlanEntry | None = None
    progress: Progress | None = None
    shown: tuple[ShownDone, ...] = ()

    @property
    def was_answered(self) -> bool:
        """Whether there is an answer that can still hold."""
        return self.answer.verdict is not Verdict.NOT_ASSESSED

    @property
    def files(self) -> int:
        """How many files lie at the norm in the earlier round."""
        return sum(item.file is not None for item in self.answer.contributions)


def carried(answer: Answer) -> tuple[Contribution, ...]:
    """Return the texts and files that are taken over when an answer still holds, the last ones."""
    return tuple(item for item in answer.contributions if item.text.strip() or item.file is not None)[-MAX_CARRIED:]


def carried_kind(item: Contribution, *, has_file: bool = False) -> ContributionKind:
    """Return the form of what is taken over: a photo without its file (it never arrived) is the text below it."""
    return item.kind if has_file or item.kind is ContributionKind.LINK else ContributionKind.TEXT


def carried_action(answer: Answer, today: date) -> ImprovementAction | None:
    """Return the improvement action that still stands; a day that has passed is asked anew."""
    action = answer.improvement
    if action is None or not answer.verdict.needs_improvement:
        return None
    is_ahead = action.due_on is not None and action.due_on >= today
    return ImprovementAction(action.what, action.who, action.due_on if is_ahead else None)
