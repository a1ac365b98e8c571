"""The screens of the self-evaluation: overview, choosing a norm, the norm and its questions, plan and closing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from domain.framework import Norm, NormId, Rubric
from domain.privacy_guard import PrivacyKind
from domain.progress import Progress
from domain.self_evaluation import Closing, ContributionKind, ImprovementAction, MissingPart, Purpose
from domain.verdicts import Verdict
from domain.weighing import Weighing
from templates.screens import SaysVerdicts, Screen

# ------------------------------------------------------------------------------------- what screens are made of


class Filter(StrEnum):
    """Which norms the grid shows."""

    ALL = "all"
    OPEN = "open"
    MINE = "mine"
    NEW = "new"  # what another framework of this organisation does not cover


class Happened(StrEnum):
    """What the line on top of a screen tells."""

    STORED = "stored"
    ALBUM = "album"
    EDITED = "edited"
    UNDONE = "undone"
    NOT_UNDONE = "not_undone"  # somebody changed it since, or it was undone already
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    SUMMARISED = "summarised"
    JUMPED = "jumped"  # a bare norm id was typed
    SENDING_FILE = "sending_file"
    FILE_NOT_THERE = "file_not_there"
    TOO_LARGE = "too_large"
    TAKEN_MEANWHILE = "taken_meanwhile"  # a colleague answered the same question; `text` names it
    NO_DATE = "no_date"
    PAST_DATE = "past_date"
    READ_ONLY = "read_only"
    CLOSED = "closed"
    SENT_EARLIER = "sent_earlier"  # typed before this norm was opened, so it belongs to no norm
    ALL_ANSWERED = "all_answered"
    OWN_ANSWERED = "own_answered"
    NEW_ANSWERED = "new_answered"  # all that another framework does not cover
    TAKEN_OVER = "taken_over"  # from another framework


class Part(StrEnum):
    """What was written; the values are those of `storage.interfaces.Writing`."""

    VERDICT = "verdict"
    REASON = "reason"
    IMPROVEMENT = "improvement"
    CONTRIBUTION = "contribution"
    EDIT = "edit"
    ALBUM = "album"


class Quote(Struct, frozen=True):
    """Something that a person handed in; `author` is empty when they left no name."""

    receipt: int
    kind: ContributionKind
    purpose: Purpose
    text: str
    author: str
    at: datetime


@dataclass(frozen=True)
class Notice:
    """What just happened, in the first lines of the next screen.

    `norm` and `receipt` say where it was stored; `is_late` that another norm was open when it was
    sent; `sensitive` what it looks like it holds; `meanwhile` what a colleague wrote since; `said` is how the
    framework names the verdict.
    """

    what: Happened
    norm: NormId | None = None
    part: Part = Part.CONTRIBUTION
    receipt: int | None = None
    count: int = 1
    refused: int = 0
    is_late: bool = False
    question: int | None = None
    verdict: Verdict | None = None
    text: str = ""
    day: date | None = None
    theirs: str = ""
    by: str = ""
    sensitive: tuple[PrivacyKind, ...] = ()
    meanwhile: tuple[Quote, ...] = ()
    said: str = field(default="", compare=False)


@dataclass(frozen=True)
class Header:
    """Where one is and how far: the norm, its verdict as the framework names it, and how many norms have one."""

    norm: Norm
    total: int
    answered: int
    verdict: Verdict
    said: str = field(default="", compare=False)


@dataclass(frozen=True)
class NormLine:
    """A norm with its verdict, for lists; `said` is how the framework names that."""

    norm: Norm
    verdict: Verdict = Verdict.NOT_ASSESSED
    said: str = field(default="", compare=False)


class TellNotice(Screen, frozen=True):
    """What happened to the self-evaluation, while another conversation is on the screen."""

    template = "self_evaluation/tell_notice.html.j2"

    notice: Notice


# ------------------------------------------------------------------------------------------ overview and choosing


class RubricLine(Struct, frozen=True):
    """How far one rubric is."""

    name: str
    answered: int
    total: int


class ActiveColleague(Struct, frozen=True):
    """Who wrote last at which norm."""

    name: str
    norm: NormId
    at: datetime


class OwnShare(Struct, frozen=True):
    """How many norms a person was given, and how many of those have a verdict."""

    assigned: int
    answered: int


class OtherFramework(Struct, frozen=True):
    """Of the open norms: how many the other framework has something for, and how many are new."""

    name: str
    covered: int
    new: int


class ShowOverview(SaysVerdicts, frozen=True):
    """How far the self-evaluation is, and where it leads as it stands."""

    template = "self_evaluation/overview.html.j2"

    name: str
    progress: Progress
    rubrics: tuple[RubricLine, ...]
    weighing: Weighing
    version: int
    closed_at: datetime | None
    may_write: bool
    own: OwnShare | None = None
    active: tuple[ActiveColleague, ...] = ()
    notice: Notice | None = None
    copyright: str = ""
    other: OtherFramework | None = None


class FrameworkLine(Struct, frozen=True):
    """A framework to choose; `licence` is empty unless its wording has to travel under one."""

    name: str
    is_running: bool
    judged: int
    norms: int
    licence: str


class ChooseFramework(Screen, frozen=True):
    """More than one framework to work with."""

    template = "self_evaluation/choose_framework.html.j2"

    frameworks: tuple[FrameworkLine, ...]


class WaitForStart(Screen, frozen=True):
    """The first visit of somebody who cannot start."""

    template = "self_evaluation/wait_for_start.html.j2"


class ChooseNorm(SaysVerdicts, frozen=True):
    """The grid of norms; `rubric` is None where the filter goes through all rubrics."""

    template = "self_evaluation/choose_norm.html.j2"

    rubric: Rubric | None
    filter: Filter
    shown: int
    answered: int
    total: int
    notice: Notice | None = None


class ShowMatches(Screen, frozen=True):
    """What was found for typed words; empty when nothing was."""

    template = "self_evaluation/matches.html.j2"

    typed: str
    found: tuple[NormLine, ...]


class AskMeaning(Screen, frozen=True):
    """Text while no norm was open: it was not stored; perhaps one of these norms was meant."""

    template = "self_evaluation/ask_meaning.html.j2"

    typed: str
    found: tuple[NormLine, ...]
    may_write: bool


class ConfirmClosing(Screen, frozen=True):
    """What stands between the evaluation and closing it."""

    template = "self_evaluation/confirm_closing.html.j2"

    closing: Closing
    version: int
    notice: Notice | None = None


class ShowDocuments(Screen, frozen=True):
    """Which documents can be made; `coming` is the one that is being made."""

    template = "self_evaluation/documents.html.j2"

    answered: int
    total: int
    coming: str | None = None
    may_share: bool = False
    notice: Notice | None = None


class MakeScorecard(Screen, frozen=True):
    """The picture is being made."""

    template = "self_evaluation/scorecard.html.j2"


# ------------------------------------------------------------------------------------------------------- a norm


class _WithNotice(Screen, frozen=True, kw_only=True):
    notice: Notice | None = None


class AtNorm(_WithNotice, frozen=True):
    """Any screen at one norm."""

    header: Header


class ShowNorm(AtNorm, frozen=True):
    """One norm with everything that was said about it, shortened; the latest explanations last."""

    template = "self_evaluation/norm.html.j2"

    who: tuple[str, ...]
    explanations: tuple[Quote, ...] = ()
    more_explanations: int = 0
    evidence: int = 0
    replies: int = 0
    reason: str | None = None
    improvement: ImprovementAction | None = None
    assigned: tuple[str, ...] = ()
    may_write: bool = True
    is_closed: bool = False


class ShowConflict(AtNorm, frozen=True):
    """A colleague gave another verdict meanwhile; nothing was changed yet."""

    template = "self_evaluation/conflict.html.j2"

    mine: Verdict
    by: str
    at: datetime
    explanation: Quote | None = None
    said: str = ""


class AskExample(AtNorm, frozen=True):
    """It is met: how does practice show it."""

    template = "self_evaluation/ask_example.html.j2"


class AskVisible(AtNorm, frozen=True):
    """It is partly or not met: what can already be seen."""

    template = "self_evaluation/ask_visible.html.j2"


class AskImprovement(AtNorm, frozen=True):
    """What will get better; `now` is what stands there already."""

    template = "self_evaluation/ask_improvement.html.j2"

    now: str | None = None


class AskWho(AtNorm, frozen=True):
    """Who takes it up."""

    template = "self_evaluation/ask_who.html.j2"

    now: str | None = None


class AskWhen(AtNorm, frozen=True):
    """When it is ready."""

    template = "self_evaluation/ask_when.html.j2"

    now: date | None = None


class PickDate(AtNorm, frozen=True):
    """When it is ready: type a date or choose the end of a month."""

    template = "self_evaluation/pick_date.html.j2"


class AskReason(AtNorm, frozen=True):
    """Why the norm does not apply; `is_plausible` when the framework says that this can be."""

    template = "self_evaluation/ask_reason.html.j2"

    is_plausible: bool
    now: str | None = None


class ShowRecap(AtNorm, frozen=True):
    """The questions are through: what stands there now."""

    template = "self_evaluation/recap.html.j2"

    improvement: ImprovementAction | None = None
    reason: str | None = None


class AskSummary(AtNorm, frozen=True):
    """One line about a voice message, video or file."""

    template = "self_evaluation/ask_summary.html.j2"

    kind: ContributionKind
    receipt: int


class ShowQuestion(AtNorm, frozen=True):
    """A question that an auditor might ask; `index` counts from 0, `source` names whose it is when it was imported."""

    template = "self_evaluation/question.html.j2"

    question: str
    index: int
    count: int
    casework: bool = False
    source: str = ""


class ShowHints(AtNorm, frozen=True):
    """What counts as evidence."""

    template = "self_evaluation/hints.html.j2"


class ShowGiven(AtNorm, frozen=True):
    """What was handed in at a norm, a page of it."""

    template = "self_evaluation/given.html.j2"

    items: tuple[Quote, ...]
    page: int
    pages: int
    total: int


class ShowItem(AtNorm, frozen=True):
    """One thing that was handed in, in full."""

    template = "self_evaluation/item.html.j2"

    item: Quote
    file_name: str | None = None
    is_own: bool = False


class ChooseOtherNorm(AtNorm, frozen=True):
    """Where something should move to."""

    template = "self_evaluation/choose_other_norm.html.j2"

    receipt: int
    rubric: Rubric


# ------------------------------------------------------------------------------------------------- improvements


@dataclass(frozen=True)
class PlanLine:
    """A norm that needs improvement, with what was agreed and what is still to be said."""

    norm: Norm
    verdict: Verdict
    improvement: ImprovementAction | None
    missing: tuple[MissingPart, ...]
    said: str = field(default="", compare=False)


class ShowPlan(SaysVerdicts, frozen=True):
    """The improvement actions, a page of them; `complete` counts those that lack nothing."""

    template = "self_evaluation/plan.html.j2"

    lines: tuple[PlanLine, ...]
    page: int
    pages: int
    total: int
    complete: int
    may_write: bool
    notice: Notice | None = None
