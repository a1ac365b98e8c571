"""What a document of the self-evaluation says: the one value that Word, PDF, Excel and scorecard are made from.

    domain values -> build.build_report -> SelfEvaluationReport -> word | pdf | excel | scorecard

A report is frozen, picklable (documents are made in another process) and complete: whoever makes a
document asks nothing else and decides nothing about content, so that the documents cannot differ.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from domain.framework import Function, NormId, RubricId, VerdictWords
from domain.self_evaluation import ContributionKind, ImprovementAction, Purpose
from domain.verdicts import Verdict
from domain.weighing import Forecast


class Attachment(Struct, frozen=True):
    """What is known of a file, photo or voice message; the document names it and does not hold it."""

    name: str | None
    size_bytes: int | None


class ReportContribution(Struct, frozen=True):
    """One thing that one person gave with a norm.

    `receipt` is the number that the bot answered with ("Bewaard #137"); `text` is what was typed, or
    the one-line summary with a photo, voice message or file (then it may be empty).
    """

    receipt: int
    kind: ContributionKind
    purpose: Purpose
    text: str
    author: str
    given_at: datetime
    attachment: Attachment | None = None


class ReportNorm(Struct, frozen=True):
    """One norm with everything that was said about it, in order.

    `wording` is our own sentence, or the official text once the organisation has imported it; then
    `wording_source` says from which file and when. `verdict` is NOT_ASSESSED while the norm is open;
    `updated_by` is who last changed the answer.
    """

    id: NormId
    title: str
    wording: str
    wording_source: str | None
    who: tuple[Function, ...]
    verdict: Verdict
    updated_by: str | None = None
    updated_at: datetime | None = None
    reason_not_applicable: str | None = None
    contributions: tuple[ReportContribution, ...] = ()
    improvement: ImprovementAction | None = None

    @property
    def is_open(self) -> bool:
        """Whether this norm has no verdict yet."""
        return self.verdict is Verdict.NOT_ASSESSED


class ReportRubric(Struct, frozen=True):
    """A rubric with its norms, in the order of the framework."""

    id: RubricId
    number: int
    name: str
    about: str
    norms: tuple[ReportNorm, ...]


class Contributor(Struct, frozen=True):
    """Somebody who filled in norms; `norms` counts those with a verdict or contribution of theirs."""

    name: str
    norms: int
    function: str | None = None


class Totals(Struct, frozen=True):
    """How often each verdict was given, next to the limits (both inclusive) of the threshold.

    A framework without a threshold has no limits. `forecast` says where the verdicts so far lead, never a result;
    None while no norm counts yet.
    """

    met: int
    partial: int
    not_met: int
    not_applicable: int
    open: int
    max_partial: int | None
    max_not_met: int | None
    forecast: Forecast | None

    @property
    def norms(self) -> int:
        """All norms of the framework."""
        return self.judged + self.open

    @property
    def judged(self) -> int:
        """The norms that have a verdict, n.v.t. included."""
        return self.met + self.partial + self.not_met + self.not_applicable

    def of(self, verdict: Verdict) -> int:
        """Return how often this verdict was given."""
        return {
            Verdict.MET: self.met,
            Verdict.PARTIAL: self.partial,
            Verdict.NOT_MET: self.not_met,
            Verdict.NOT_APPLICABLE: self.not_applicable,
            Verdict.NOT_ASSESSED: self.open,
        }[verdict]


class SelfEvaluationReport(Struct, frozen=True):
    """A self-evaluation as it stood at `made_at`.

    `round` and `version` count as in `domain.self_evaluation.Evaluation`; `closed_on` is None while
    people still work on it. `verdicts` are the words of the framework, one for every verdict. Moments
    are aware and already in Europe/Amsterdam.
    """

    organisation: str
    framework: str
    framework_short: str
    norms_version: str
    copyright: str
    round: int
    version: int
    closed_on: date | None
    made_at: datetime
    scope: str | None
    contributors: tuple[Contributor, ...]
    verdicts: tuple[VerdictWords, ...]
    totals: Totals
    rubrics: tuple[ReportRubric, ...]

    @property
    def made_on(self) -> date:
        """The day on which this report was made."""
        return self.made_at.date()

    @property
    def norms(self) -> tuple[ReportNorm, ...]:
        """All norms, rubric after rubric."""
        return tuple(norm for rubric in self.rubrics for norm in rubric.norms)

    def words(self, verdict: Verdict) -> VerdictWords:
        """Return how the framework names a verdict.

        Raises:
            KeyError: the framework does not know this verdict.
        """
        for words in self.verdicts:
            if words.verdict is verdict:
                return words
        raise KeyError(verdict)
