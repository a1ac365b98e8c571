"""The buttons of coverage, verdicts, consensus and the end of the day.

Taps that lead somewhere are about the audit that the person works on; taps that write name the audit they were made
for, so that an old button never writes in another, and the version they saw where somebody else may have written.
"""

from __future__ import annotations

from conversations.kit import Tap
from domain.audit import AuditId
from domain.day_evaluation import Mood
from domain.framework import NormId, RubricId, WhoCode
from domain.verdicts import Verdict

# ------------------------------------------------------------------------------------------------ coverage


class PlanInterviewTap(Tap, frozen=True):
    """To choosing with whom the next interview is."""

    prefix = "kp"


class FitsTap(Tap, frozen=True):
    """To the norms that suit an interview with a function."""

    prefix = "kf"

    function: WhoCode


class CoverageGridTap(Tap, frozen=True):
    """To the grid of norms of one rubric, with how well they were looked at."""

    prefix = "kg"

    rubric: RubricId | None


class NormCoverageTap(Tap, frozen=True):
    """To how well one norm was looked at."""

    prefix = "kn"

    norm: NormId


class CoveragePictureTap(Tap, frozen=True):
    """Make the picture of the coverage."""

    prefix = "ki"


# ------------------------------------------------------------------------------------------------ verdicts


class VerdictGridTap(Tap, frozen=True):
    """To the grid of norms of one rubric, with one's own verdicts; all, or only those without one."""

    prefix = "jg"

    rubric: RubricId | None
    is_open_only: bool


class VerdictNormTap(Tap, frozen=True):
    """To one norm: what was found, and one's own verdict."""

    prefix = "jq"

    norm: NormId
    page: int = 0


class VerdictTap(Tap, frozen=True):
    """Give one's own verdict on a norm."""

    prefix = "jv"

    audit: AuditId
    norm: NormId
    verdict: Verdict


class ReasonTap(Tap, frozen=True):
    """Give the reason for one's own verdict."""

    prefix = "jr"

    norm: NormId


class OutcomeTap(Tap, frozen=True):
    """To what the verdicts come to."""

    prefix = "ju"


class WhatIfTap(Tap, frozen=True):
    """To the room that is left, and the norms that tip the outcome."""

    prefix = "jw"


class CompareTap(Tap, frozen=True):
    """To the self-evaluation and the audit side by side."""

    prefix = "jz"


# ----------------------------------------------------------------------------------------------- consensus


class ConsensusTap(Tap, frozen=True):
    """To the consensus: what differs, and how far it is."""

    prefix = "jo"


class ConsensusGridTap(Tap, frozen=True):
    """To the grid of norms of one rubric, with what the team holds."""

    prefix = "jk"

    rubric: RubricId | None


class ConsensusNormTap(Tap, frozen=True):
    """To one norm with all judgements side by side."""

    prefix = "jd"

    norm: NormId


class SettleTap(Tap, frozen=True):
    """Settle a norm on this verdict; `seen` is the version of the consensus on the screen."""

    prefix = "je"

    audit: AuditId
    norm: NormId
    verdict: Verdict
    seen: int


class UseTextTap(Tap, frozen=True):
    """Settle a norm on this verdict with the text that the screen offers."""

    prefix = "jt"

    audit: AuditId
    norm: NormId
    verdict: Verdict
    seen: int


class RationaleTap(Tap, frozen=True):
    """Write the text of a norm that was settled anew."""

    prefix = "jy"

    audit: AuditId
    norm: NormId
    seen: int


class ReopenNormTap(Tap, frozen=True):
    """Open a settled norm again."""

    prefix = "jp"

    audit: AuditId
    norm: NormId
    seen: int


class AgreedTap(Tap, frozen=True):
    """Ask to settle every norm on which all who judged agree."""

    prefix = "ja"


class SettleAgreedTap(Tap, frozen=True):
    """Settle those norms; `mark` is the fingerprint of what the screen listed."""

    prefix = "jb"

    audit: AuditId
    mark: int


# ------------------------------------------------------------------------------------------ end of the day


class DayTap(Tap, frozen=True):
    """To the questions at the end of an audit day ("2026-12-01"), the first that lacks answers when None."""

    prefix = "kd"

    day: str | None


class DayQuestionTap(Tap, frozen=True):
    """To one question of a day, by its place in the list."""

    prefix = "kq"

    day: str
    question: int


class MoodTap(Tap, frozen=True):
    """Record how the client answered a question; `seen` is the version of the answer on the screen."""

    prefix = "km"

    audit: AuditId
    day: str
    question: int
    mood: Mood
    seen: int


class FeedbackTap(Tap, frozen=True):
    """To a page of the oral feedback."""

    prefix = "kb"

    page: int
