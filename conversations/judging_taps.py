"""The buttons of coverage, verdicts, consensus and the end of the day.

Taps that lead somewhere are about the audit that the person works on; taps that write name the audit they were made
for, so that an old button never writes in another, and the version they saw where somebody else may have written.
"""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.audit import AuditId
from domain.day_evaluation import Mood
from domain.framework import NormId, RubricId, WhoCode
from domain.verdicts import Verdict

# ------------------------------------------------------------------------------------------------ coverage


@dataclass(frozen=True)
class PlanInterviewTap(Tap, prefix="kp"):
    """To choosing with whom the next interview is."""


@dataclass(frozen=True)
class FitsTap(Tap, prefix="kf"):
    """To the norms that suit an interview with a function."""

    function: WhoCode


@dataclass(frozen=True)
class CoverageGridTap(Tap, prefix="kg"):
    """To the grid of norms of one rubric, with how well they were looked at."""

    rubric: RubricId | None


@dataclass(frozen=True)
class NormCoverageTap(Tap, prefix="kn"):
    """To how well one norm was looked at."""

    norm: NormId


@dataclass(frozen=True)
class CoveragePictureTap(Tap, prefix="ki"):
    """Make the picture of the coverage."""


# ------------------------------------------------------------------------------------------------ verdicts


@dataclass(frozen=True)
class VerdictGridTap(Tap, prefix="jg"):
    """To the grid of norms of one rubric, with one's own verdicts; all, or only those without one."""

    rubric: RubricId | None
    is_open_only: bool


@dataclass(frozen=True)
class VerdictNormTap(Tap, prefix="jq"):
    """To one norm: what was found, and one's own verdict."""

    norm: NormId
    page: int = 0


@dataclass(frozen=True)
class VerdictTap(Tap, prefix="jv"):
    """Give one's own verdict on a norm."""

    audit: AuditId
    norm: NormId
    verdict: Verdict


@dataclass(frozen=True)
class ReasonTap(Tap, prefix="jr"):
    """Give the reason for one's own verdict."""

    norm: NormId


@dataclass(frozen=True)
class OutcomeTap(Tap, prefix="ju"):
    """To what the verdicts come to."""


@dataclass(frozen=True)
class WhatIfTap(Tap, prefix="jw"):
    """To the room that is left, and the norms that tip the outcome."""


@dataclass(frozen=True)
class CompareTap(Tap, prefix="jz"):
    """To the self-evaluation and the audit side by side."""


# ----------------------------------------------------------------------------------------------- consensus


@dataclass(frozen=True)
class ConsensusTap(Tap, prefix="jo"):
    """To the consensus: what differs, and how far it is."""


@dataclass(frozen=True)
class ConsensusGridTap(Tap, prefix="jk"):
    """To the grid of norms of one rubric, with what the team holds."""

    rubric: RubricId | None


@dataclass(frozen=True)
class ConsensusNormTap(Tap, prefix="jd"):
    """To one norm with all judgements side by side."""

    norm: NormId


@dataclass(frozen=True)
class SettleTap(Tap, prefix="je"):
    """Settle a norm on this verdict; `seen` is the version of the consensus on the screen."""

    audit: AuditId
    norm: NormId
    verdict: Verdict
    seen: int


@dataclass(frozen=True)
class UseTextTap(Tap, prefix="jt"):
    """Settle a norm on this verdict with the text that the screen offers."""

    audit: AuditId
    norm: NormId
    verdict: Verdict
    seen: int


@dataclass(frozen=True)
class RationaleTap(Tap, prefix="jy"):
    """Write the text of a norm that was settled anew."""

    audit: AuditId
    norm: NormId
    seen: int


@dataclass(frozen=True)
class ReopenNormTap(Tap, prefix="jp"):
    """Open a settled norm again."""

    audit: AuditId
    norm: NormId
    seen: int


@dataclass(frozen=True)
class AgreedTap(Tap, prefix="ja"):
    """Ask to settle every norm on which all who judged agree."""


@dataclass(frozen=True)
class SettleAgreedTap(Tap, prefix="jb"):
    """Settle those norms; `mark` is the fingerprint of what the screen listed."""

    audit: AuditId
    mark: int


# ------------------------------------------------------------------------------------------ end of the day


@dataclass(frozen=True)
class DayTap(Tap, prefix="kd"):
    """To the questions at the end of an audit day ("2026-12-01"), the first that lacks answers when None."""

    day: str | None


@dataclass(frozen=True)
class DayQuestionTap(Tap, prefix="kq"):
    """To one question of a day, by its place in the list."""

    day: str
    question: int


@dataclass(frozen=True)
class MoodTap(Tap, prefix="km"):
    """Record how the client answered a question; `seen` is the version of the answer on the screen."""

    audit: AuditId
    day: str
    question: int
    mood: Mood
    seen: int


@dataclass(frozen=True)
class FeedbackTap(Tap, prefix="kb"):
    """To a page of the oral feedback."""

    page: int
