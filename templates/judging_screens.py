"""Screens of coverage, verdicts, consensus and the end of an audit day.

What was found is confidential, so a screen that quotes findings or judgements says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from domain.audit import AuditKind, FindingKind, Stage, Tone
from domain.coverage import CoverageOverview, Fit, NormCoverage
from domain.day_evaluation import DayAnswer, DayQuestion
from domain.feedback import FeedbackPoint
from domain.framework import Norm, NormId, Rubric
from domain.judging import Agreement, Blocker, Compared, OutcomeRule, ProcessOutcomes, Room, Tipping
from domain.privacy_guard import PrivacyKind
from domain.self_evaluation import ContributionKind
from domain.verdicts import Verdict
from domain.weighing import Weighing
from templates.screens import SaysVerdicts, Screen


class Confidential(SaysVerdicts, frozen=True):
    """A screen that quotes what was found or judged; it is not to be forwarded."""

    is_confidential: ClassVar[bool] = True  # as `Screen` says


# ------------------------------------------------------------------------------------------------ coverage


class ShowCoverage(Screen, frozen=True):
    """How many norms are round, and what the others need; `more` are not listed."""

    template = "judging/coverage.html.j2"

    organisation: str
    overview: CoverageOverview
    rubrics: Mapping[str, str]
    needs: tuple[NormCoverage, ...]
    more: int = 0


class ChooseFunction(Screen, frozen=True):
    """With whom is the next interview? The buttons are the functions that could still help."""

    template = "judging/choose_function.html.j2"

    open_norms: int


class ShowFits(Screen, frozen=True):
    """The norms that fit the next interview with a function best; `total` could be helped by it."""

    template = "judging/fits.html.j2"

    function: str
    fits: tuple[Fit, ...]
    total: int


class CoverageGrid(Screen, frozen=True):
    """The norms of a rubric with how well they were looked at."""

    template = "judging/coverage_grid.html.j2"

    rubric: Rubric
    round_norms: int
    total: int


class ShowNormCoverage(Screen, frozen=True):
    """How well one norm was looked at: `interviews` are their numbers, `functions` who could give what is missing."""

    template = "judging/norm_coverage.html.j2"

    covered: NormCoverage
    interviews: tuple[int, ...]
    heard: tuple[str, ...]
    functions: tuple[str, ...]
    to_discuss: int


class ShowNormMatches(Screen, frozen=True):
    """What was found for typed words; empty when nothing was."""

    template = "judging/matches.html.j2"

    typed: str
    found: tuple[Norm, ...]


class MakeCoveragePicture(Screen, frozen=True):
    """The picture is being made."""

    template = "judging/making_picture.html.j2"


# ------------------------------------------------------------------------------------------------ verdicts


class Running(Struct, frozen=True):
    """What the verdicts so far come to: the room that is left, and what it means in this edition as it stands."""

    weighing: Weighing
    room: Room
    rule: OutcomeRule
    kind: AuditKind


class ShowVerdicts(SaysVerdicts, frozen=True):
    """How far the person and the team are, and what it comes to as it stands."""

    template = "judging/verdicts.html.j2"

    organisation: str
    stage: Stage
    judged: int
    total: int
    counts: Mapping[Verdict, int]
    settled: int
    differing: int
    running: Running


class VerdictGrid(SaysVerdicts, frozen=True):
    """The norms of a rubric with one's own verdicts."""

    template = "judging/verdict_grid.html.j2"

    rubric: Rubric
    is_open_only: bool
    shown: int
    judged: int
    total: int


class FindingLine(Struct, frozen=True):
    """One finding of the team in a list; `interview` is the number of the talk, None outside one."""

    receipt: int
    text: str
    form: ContributionKind
    kind: FindingKind | None
    tone: Tone | None
    author: str
    at: datetime
    is_to_discuss: bool = False
    interview: int | None = None


class Told(StrEnum):
    """What just happened at a norm."""

    FILE_KEPT = "file_kept"
    FILE_TOO_LARGE = "file_too_large"
    JUDGED = "judged"
    REASON_KEPT = "reason_kept"
    REASON_BEFORE_VERDICT = "reason_before_verdict"
    SETTLED = "settled"
    TEXT_KEPT = "text_kept"
    REOPENED = "reopened"
    JUMPED = "jumped"  # a bare norm id was typed


class KeptAlbum(Struct, frozen=True):
    """Items that were sent together: at which norm, how many were kept, and how many were too large."""

    norm: NormId | None
    kept: int
    refused: int = 0


class ShowVerdictNorm(Confidential, frozen=True):
    """One norm to judge: the findings of the whole team, the member's own view, and the person's own verdict.

    `member` is None when no self-evaluation was shared; `settled` what the team settled already.
    """

    template = "judging/verdict_norm.html.j2"

    norm: Norm
    covered: NormCoverage
    to_discuss: int
    findings: tuple[FindingLine, ...]
    page: int
    pages: int
    total: int
    own: Verdict
    reason: str
    member: Verdict | None
    settled: Verdict | None
    may_judge: bool
    told: Told | None = None
    album: KeptAlbum | None = None


class AskJudgementReason(Confidential, frozen=True):
    """Why this verdict, in a line; it has to be said when the norm does not apply."""

    template = "judging/ask_reason.html.j2"

    norm: Norm
    verdict: Verdict
    now: str
    hint: str | None = None


class ShowOutcome(Confidential, frozen=True):
    """What the consensus comes to, with what it means in this edition; as long as norms are open it is a forecast."""

    template = "judging/outcome.html.j2"

    organisation: str
    process: ProcessOutcomes
    weighing: Weighing
    rule: OutcomeRule
    settled: int
    total: int
    running: Running


class ShowWhatIf(Confidential, frozen=True):
    """The room that is left, and the norms that tip the outcome."""

    template = "judging/what_if.html.j2"

    running: Running
    tipping: tuple[Tipping, ...]


class ShowComparison(Confidential, frozen=True):
    """The self-evaluation and the audit side by side: the norms that differ."""

    template = "judging/comparison.html.j2"

    organisation: str
    is_shared: bool
    lines: tuple[Compared, ...]
    same: int
    open: int


# ----------------------------------------------------------------------------------------------- consensus


class DifferenceLine(Struct, frozen=True):
    """A norm on which auditors differ, with the verdicts that were given."""

    norm: Norm
    held: tuple[Verdict, ...]


class ShowConsensus(Confidential, frozen=True):
    """How far the team is, and where it differs."""

    template = "judging/consensus.html.j2"

    organisation: str
    stage: Stage
    settled: int
    total: int
    agreed: int
    differing: tuple[DifferenceLine, ...]
    unjudged: int
    may_settle: bool
    is_leader: bool
    running: Running
    just_settled: int = 0


class ConsensusGrid(Screen, frozen=True):
    """The norms of a rubric with what the team holds."""

    template = "judging/consensus_grid.html.j2"

    rubric: Rubric
    settled: int
    total: int


class JudgementLine(Struct, frozen=True):
    """What one auditor holds; `name` is empty for who left no name."""

    name: str
    verdict: Verdict
    reason: str


class ShowConsensusNorm(Confidential, frozen=True):
    """One norm with all judgements side by side, what stands in the way, and what was settled."""

    template = "judging/consensus_norm.html.j2"

    norm: Norm
    judgements: tuple[JudgementLine, ...]
    waiting: tuple[str, ...]
    agreement: Agreement
    member: Verdict | None
    blockers: tuple[Blocker, ...]
    verdict: Verdict
    rationale: str
    override: str
    may_settle: bool
    told: Told | None = None


class AskRationale(Confidential, frozen=True):
    """The text for the report; `offer` is where it may start, empty when there is nothing yet."""

    template = "judging/ask_rationale.html.j2"

    norm: Norm
    verdict: Verdict
    blockers: tuple[Blocker, ...]
    offer: str


class AskOverride(Confidential, frozen=True):
    """Why the norm is settled although something stands in the way."""

    template = "judging/ask_override.html.j2"

    norm: Norm
    verdict: Verdict
    blockers: tuple[Blocker, ...]


class ConsensusConflict(Confidential, frozen=True):
    """Somebody recorded something else meanwhile; nothing was changed. `text` is what was typed here."""

    template = "judging/consensus_conflict.html.j2"

    norm: Norm
    verdict: Verdict
    rationale: str
    by: str
    at: datetime
    text: str = ""


class AgreedLine(Struct, frozen=True):
    """A norm on which all who judged agree."""

    norm: NormId
    verdict: Verdict
    judges: int


class ConfirmAgreed(Confidential, frozen=True):
    """Settle all these norms at once? `held_back` agree as well, but something stands in the way."""

    template = "judging/confirm_agreed.html.j2"

    lines: tuple[AgreedLine, ...]
    held_back: tuple[NormId, ...]
    is_changed: bool = False


class SayNotKept(Screen, frozen=True):
    """What was typed looks like data of a person, so it was not kept; typing goes on where it was."""

    template = "judging/not_kept.html.j2"

    sensitive: tuple[PrivacyKind, ...]


# ------------------------------------------------------------------------------------------ end of the day


class DayLine(Struct, frozen=True):
    """One question to the client, with the answer when there is one."""

    question: DayQuestion
    answer: DayAnswer | None
    is_signal: bool = False
    is_passed: bool = False  # a signal that was passed on already


class ShowDay(Confidential, frozen=True):
    """The questions at the end of an audit day."""

    template = "judging/day.html.j2"

    organisation: str
    day: date | None
    number: int
    total: int
    lines: tuple[DayLine, ...]
    is_last: bool
    may_answer: bool


class AskDayAnswer(Confidential, frozen=True):
    """One question to the client; what is typed is the answer."""

    template = "judging/ask_day_answer.html.j2"

    day: date
    line: DayLine
    is_changed: bool = False


class Section(StrEnum):
    """A part of the oral feedback."""

    STRONG = "strong"
    IMPROVEMENT = "improvement"
    TIP = "tip"


class SheetLine(Struct, frozen=True):
    """One norm to tell about; `texts` are the findings that support it, `more` those that are not shown."""

    section: Section
    point: FeedbackPoint
    texts: tuple[str, ...]
    more: int = 0


class ShowFeedback(Confidential, frozen=True):
    """A page of what the team tells at the end: strong points first."""

    template = "judging/feedback.html.j2"

    organisation: str
    counts: Mapping[Section, int]
    lines: tuple[SheetLine, ...]
    page: int
    pages: int
    unplaced: int
