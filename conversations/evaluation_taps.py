"""The buttons of the self-evaluation.

Taps that lead somewhere carry where to; taps that write carry the evaluation as well, so that a button
of one organisation never writes in another, and the version they saw where somebody else may have changed it.
"""

from __future__ import annotations

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


class StartTap(Tap, frozen=True):
    """Start the self-evaluation against this framework, or go on with the one that runs."""

    prefix = "st"

    framework: FrameworkId


class FrameworksTap(Tap, frozen=True):
    """To the frameworks that this organisation works with or could work with."""

    prefix = "fw"


class ChooseTap(Tap, frozen=True):
    """To the grid of norms: of one rubric, and all, the open ones or one's own."""

    prefix = "ch"

    rubric: RubricId | None
    filter: Filter


class NextTap(Tap, frozen=True):
    """To the next norm without a verdict, after this one."""

    prefix = "nx"

    norm: NormId


class AskTap(Tap, frozen=True):
    """To one of the questions after a verdict."""

    prefix = "a"

    norm: NormId
    ask: Ask


class PickDateTap(Tap, frozen=True):
    """To the months in which an improvement can be ready."""

    prefix = "pd"

    norm: NormId


class QuestionTap(Tap, frozen=True):
    """To one of the questions that an auditor might ask."""

    prefix = "q"

    norm: NormId
    index: int


class HintsTap(Tap, frozen=True):
    """To the examples of evidence."""

    prefix = "hi"

    norm: NormId


class GivenTap(Tap, frozen=True):
    """To what was handed in at a norm."""

    prefix = "g"

    norm: NormId
    page: int


class ItemTap(Tap, frozen=True):
    """To one thing that was handed in."""

    prefix = "i"

    norm: NormId
    item: ContributionId


class SummariseTap(Tap, frozen=True):
    """Ask one line about a file or a voice message of one's own."""

    prefix = "su"

    norm: NormId
    item: ContributionId


class OtherNormTap(Tap, frozen=True):
    """Ask to which norm something of one's own should move; the grid of one rubric."""

    prefix = "on"

    norm: NormId
    item: ContributionId
    rubric: RubricId


class PlanPageTap(Tap, frozen=True):
    """To another page of the improvement actions."""

    prefix = "pp"

    page: int


class FinishTap(Tap, frozen=True):
    """Ask whether the evaluation can be closed."""

    prefix = "fi"


# ------------------------------------------------------------------------------- what to do


class VerdictTap(Tap, frozen=True):
    """Store a verdict; `version` is that of the answer on the screen."""

    prefix = "v"

    evaluation: EvaluationId
    norm: NormId
    verdict: Verdict
    version: int


class MyselfTap(Tap, frozen=True):
    """The person who taps takes up the improvement."""

    prefix = "me"

    evaluation: EvaluationId
    norm: NormId


class DueTap(Tap, frozen=True):
    """The improvement is ready within so many months."""

    prefix = "du"

    evaluation: EvaluationId
    norm: NormId
    months: int


class DueOnTap(Tap, frozen=True):
    """The improvement is ready by the end of this month ("2026-12")."""

    prefix = "do"

    evaluation: EvaluationId
    norm: NormId
    month: str


class KeepTap(Tap, frozen=True):
    """Keep the norm id that was typed as text at the norm that was open; `message` is the one it stood in."""

    prefix = "k"

    evaluation: EvaluationId
    norm: NormId
    typed: NormId
    message: int


class UndoTap(Tap, frozen=True):
    """Undo a write, if it is still the person's last: what it was about, and its receipt if it had one."""

    prefix = "u"

    evaluation: EvaluationId
    norm: NormId
    part: str
    receipt: int | None


class UseWordsTap(Tap, frozen=True):
    """Let one's own words, kept as an explanation, take the place of what a colleague wrote meanwhile."""

    prefix = "uw"

    evaluation: EvaluationId
    norm: NormId
    ask: Ask
    item: ContributionId


class WithdrawTap(Tap, frozen=True):
    """Take something back that was handed in."""

    prefix = "w"

    evaluation: EvaluationId
    norm: NormId
    item: ContributionId


class MoveTap(Tap, frozen=True):
    """Move something of one's own to another norm."""

    prefix = "mv"

    evaluation: EvaluationId
    norm: NormId
    item: ContributionId
    to: NormId


class SendFileTap(Tap, frozen=True):
    """Send a file back, as a document."""

    prefix = "sf"

    norm: NormId
    item: ContributionId


class ScorecardTap(Tap, frozen=True):
    """Make the picture of all norms."""

    prefix = "sc"


class MakeDocumentTap(Tap, frozen=True):
    """Make the report."""

    prefix = "md"

    kind: DocumentKind


class CloseTap(Tap, frozen=True):
    """Close this version of the evaluation, as was confirmed."""

    prefix = "cl"

    evaluation: EvaluationId
    version: int


class ReopenTap(Tap, frozen=True):
    """Start the next version of the evaluation."""

    prefix = "ro"

    evaluation: EvaluationId
    version: int
