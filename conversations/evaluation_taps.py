"""The buttons of the self-evaluation.

Taps that lead somewhere carry where to; taps that write carry the evaluation as well, so that a button
of one organisation never writes in another, and the version they saw where somebody else may have changed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.kit import Tap
from domain.framework import FrameworkId, NormId, RubricId
from domain.self_evaluation import ContributionId, EvaluationId
from domain.verdicts import Verdict
from templates.evaluation_screens import Filter


class Ask(StrEnum):
    """What is asked after a verdict."""

    EXAMPLE = "example"
    VISIBLE = "visible"
    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    REASON = "reason"


class DocumentKind(StrEnum):
    """In which form the report is made."""

    WORD = "word"
    PDF = "pdf"
    EXCEL = "excel"


# ------------------------------------------------------------------------------- where to go


@dataclass(frozen=True)
class StartTap(Tap, prefix="st"):
    """Start the self-evaluation against this framework, or go on with the one that runs."""

    framework: FrameworkId


@dataclass(frozen=True)
class FrameworksTap(Tap, prefix="fw"):
    """To the frameworks that this organisation works with or could work with."""


@dataclass(frozen=True)
class ChooseTap(Tap, prefix="ch"):
    """To the grid of norms: of one rubric, and all, the open ones or one's own."""

    rubric: RubricId | None
    filter: Filter


@dataclass(frozen=True)
class NextTap(Tap, prefix="nx"):
    """To the next norm without a verdict, after this one."""

    norm: NormId


@dataclass(frozen=True)
class AskTap(Tap, prefix="a"):
    """To one of the questions after a verdict."""

    norm: NormId
    ask: Ask


@dataclass(frozen=True)
class PickDateTap(Tap, prefix="pd"):
    """To the months in which an improvement can be ready."""

    norm: NormId


@dataclass(frozen=True)
class QuestionTap(Tap, prefix="q"):
    """To one of the questions that an auditor might ask."""

    norm: NormId
    index: int


@dataclass(frozen=True)
class HintsTap(Tap, prefix="hi"):
    """To the examples of evidence."""

    norm: NormId


@dataclass(frozen=True)
class GivenTap(Tap, prefix="g"):
    """To what was handed in at a norm."""

    norm: NormId
    page: int


@dataclass(frozen=True)
class ItemTap(Tap, prefix="i"):
    """To one thing that was handed in."""

    norm: NormId
    item: ContributionId


@dataclass(frozen=True)
class SummariseTap(Tap, prefix="su"):
    """Ask one line about a file or a voice message of one's own."""

    norm: NormId
    item: ContributionId


@dataclass(frozen=True)
class OtherNormTap(Tap, prefix="on"):
    """Ask to which norm something of one's own should move; the grid of one rubric."""

    norm: NormId
    item: ContributionId
    rubric: RubricId


@dataclass(frozen=True)
class PlanPageTap(Tap, prefix="pp"):
    """To another page of the improvement actions."""

    page: int


@dataclass(frozen=True)
class FinishTap(Tap, prefix="fi"):
    """Ask whether the evaluation can be closed."""


# ------------------------------------------------------------------------------- what to do


@dataclass(frozen=True)
class VerdictTap(Tap, prefix="v"):
    """Store a verdict; `version` is that of the answer on the screen."""

    evaluation: EvaluationId
    norm: NormId
    verdict: Verdict
    version: int


@dataclass(frozen=True)
class MyselfTap(Tap, prefix="me"):
    """The person who taps takes up the improvement."""

    evaluation: EvaluationId
    norm: NormId


@dataclass(frozen=True)
class DueTap(Tap, prefix="du"):
    """The improvement is ready within so many months."""

    evaluation: EvaluationId
    norm: NormId
    months: int


@dataclass(frozen=True)
class DueOnTap(Tap, prefix="do"):
    """The improvement is ready by the end of this month ("2026-12")."""

    evaluation: EvaluationId
    norm: NormId
    month: str


@dataclass(frozen=True)
class KeepTap(Tap, prefix="k"):
    """Keep the norm id that was typed as text at the norm that was open; `message` is the one it stood in."""

    evaluation: EvaluationId
    norm: NormId
    typed: NormId
    message: int


@dataclass(frozen=True)
class UndoTap(Tap, prefix="u"):
    """Undo a write, if it is still the person's last: what it was about, and its receipt if it had one."""

    evaluation: EvaluationId
    norm: NormId
    part: str
    receipt: int | None


@dataclass(frozen=True)
class UseWordsTap(Tap, prefix="uw"):
    """Let one's own words, kept as an explanation, take the place of what a colleague wrote meanwhile."""

    evaluation: EvaluationId
    norm: NormId
    ask: Ask
    item: ContributionId


@dataclass(frozen=True)
class WithdrawTap(Tap, prefix="w"):
    """Take something back that was handed in."""

    evaluation: EvaluationId
    norm: NormId
    item: ContributionId


@dataclass(frozen=True)
class MoveTap(Tap, prefix="mv"):
    """Move something of one's own to another norm."""

    evaluation: EvaluationId
    norm: NormId
    item: ContributionId
    to: NormId


@dataclass(frozen=True)
class SendFileTap(Tap, prefix="sf"):
    """Send a file back, as a document."""

    norm: NormId
    item: ContributionId


@dataclass(frozen=True)
class ScorecardTap(Tap, prefix="sc"):
    """Make the picture of all norms."""


@dataclass(frozen=True)
class MakeDocumentTap(Tap, prefix="md"):
    """Make the report."""

    kind: DocumentKind


@dataclass(frozen=True)
class CloseTap(Tap, prefix="cl"):
    """Close this version of the evaluation, as was confirmed."""

    evaluation: EvaluationId
    version: int


@dataclass(frozen=True)
class ReopenTap(Tap, prefix="ro"):
    """Start the next version of the evaluation."""

    evaluation: EvaluationId
    version: int
