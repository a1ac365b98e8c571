"""Screens of the report of an audit, for the team that writes it and the member who reacts to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.addendum import Addendum
from domain.audit import Stage
from domain.framework import Rubric
from domain.report import Correction, NormReport, Point, ReportVersion
from domain.report_check import ReportBlocker
from domain.report_format import Moment, ReportField
from domain.report_prefill import FilledField
from domain.verdicts import Verdict
from templates.screens import SaysVerdicts, Screen


class InReport(SaysVerdicts, frozen=True):
    """A screen that quotes the report; it is not to be forwarded."""

    is_confidential: ClassVar[bool] = True  # as `Screen` says


class ReportTold(StrEnum):
    """What just happened, in a line above the screen."""

    KEPT = "kept"
    CHANGED = "changed"  # somebody else wrote first
    FULL = "full"  # no more points fit
    TOO_LONG = "too_long"
    NO_DATE = "no_date"
    FUTURE = "future"
    ALL_FILLED = "all_filled"
    SENT = "sent"
    MAILED = "mailed"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    CORRECTED = "corrected"
    TAKEN_BACK = "taken_back"
    RESPONDED = "responded"
    CLOSED = "closed"  # the reaction was complete already


# ------------------------------------------------------------------------------------------------ the team


class ShowReport(Screen, frozen=True):
    """Where the report stands: which fields of part A are missing, whether part B is complete, and what went out.

    `open_corrections` is None as long as the member said nothing.
    """

    template = "report/overview.html.j2"

    organisation: str
    moment: Moment
    missing: tuple[str, ...]
    settled: int
    total: int
    blockers: tuple[ReportBlocker, ...]
    versions: tuple[ReportVersion, ...]
    open_corrections: int | None
    may_write: bool
    told: ReportTold | None = None
    has_addendum: bool = False


class AskField(InReport, frozen=True):
    """One field: what stands there, what the bot would write, and what helps. `number` counts what is to be asked."""

    template = "report/ask_field.html.j2"

    label: str
    hint: str
    item: FilledField | None
    text: str
    proposal: str
    left: int
    may_stay_empty: bool
    told: ReportTold | None = None


class ChoosePoints(InReport, frozen=True):
    """Points to choose from what was flagged; typing replaces them, a point to a line."""

    template = "report/choose_points.html.j2"

    field: ReportField
    text: str
    points: tuple[Point, ...]
    more: int
    told: ReportTold | None = None


class ShowBlock(InReport, frozen=True):
    """The fields of one block of part A."""

    template = "report/block.html.j2"

    title: str
    number: int
    blocks: int
    fields: tuple[FilledField, ...]
    moment: Moment


class ShowReportNorms(Screen, frozen=True):
    """The norms of a rubric with their verdicts, as the report has them."""

    template = "report/norms.html.j2"

    rubric: Rubric
    counts: Mapping[Verdict, int]
    closing: str
    documents: tuple[str, ...]
    may_write: bool


class ShowReportNorm(InReport, frozen=True):
    """What the report says of one norm, and how many findings lie behind it."""

    template = "report/norm.html.j2"

    row: NormReport
    findings: int
    override: str
    blockers: tuple[ReportBlocker, ...]
    told: ReportTold | None = None


class ShowCloseOut(SaysVerdicts, frozen=True):
    """What still has to be done before the report can leave; empty when it can."""

    template = "report/close_out.html.j2"

    organisation: str
    moment: Moment
    blockers: tuple[ReportBlocker, ...]
    labels: Mapping[str, str]


class ConfirmSend(Screen, frozen=True):
    """Who gets the report, and what happens then; `readers` is empty when nobody can be reached by chat."""

    template = "report/confirm_send.html.j2"

    organisation: str
    moment: Moment
    readers: tuple[str, ...]


class AskMailDate(Screen, frozen=True):
    """On which day did the member receive it?"""

    template = "report/ask_mail_date.html.j2"

    moment: Moment
    told: ReportTold | None = None


class MakeReport(Screen, frozen=True):
    """The documents are being made."""

    template = "report/making.html.j2"

    is_summary: bool = False


class ShowCorrections(InReport, frozen=True):
    """What the member says is not right; `responded_on` is None as long as nothing came."""

    template = "report/corrections.html.j2"

    organisation: str
    responded_on: date | None
    corrections: tuple[Correction, ...]


class ShowCorrection(InReport, frozen=True):
    """One correction beside the text that it is about; an accepted one leads to the text."""

    template = "report/correction.html.j2"

    correction: Correction
    row: NormReport | None
    stage: Stage
    told: ReportTold | None = None


class AskAnswer(InReport, frozen=True):
    """Why does the text stay as it is?"""

    template = "report/ask_answer.html.j2"

    correction: Correction


class TellResponse(Screen, frozen=True):
    """To the team leader: the member reacted."""

    template = "report/tell_response.html.j2"

    organisation: str
    corrections: int


# ---------------------------------------------------------------------------------------------- the member


class TellReport(Screen, frozen=True):
    """To the member's coordinator: the report is there."""

    template = "report/tell_report.html.j2"

    organisation: str
    ci: str
    moment: Moment
    framework: str = ""


class CaptionReport(Screen, frozen=True):
    """Below the report as a document."""

    template = "report/caption.html.j2"

    organisation: str
    moment: Moment
    is_concept: bool
    is_summary: bool
    made_on: date
    framework: str = ""


class ShowMemberReport(InReport, frozen=True):
    """A report that was sent, with what the member said of it so far."""

    template = "report/member_report.html.j2"

    ci: str
    version: ReportVersion
    counts: Mapping[Verdict, int]
    corrections: tuple[Correction, ...]
    told: ReportTold | None = None
    addendum: Addendum | None = None
    framework: str = ""  # of a combination: which of the two reports it is


class ShowMemberNorms(InReport, frozen=True):
    """The norms of a rubric in a report that was sent."""

    template = "report/member_norms.html.j2"

    name: str
    documents: tuple[str, ...]
    closing: str


class ShowMemberNorm(InReport, frozen=True):
    """One norm of a report that was sent, with the member's correction and its answer."""

    template = "report/member_norm.html.j2"

    row: NormReport
    correction: Correction | None
    may_correct: bool
    told: ReportTold | None = None


class AskCorrection(InReport, frozen=True):
    """What is factually not right? None for what is about no norm."""

    template = "report/ask_correction.html.j2"

    row: NormReport | None
    before: str
    told: ReportTold | None = None


class ConfirmResponse(Screen, frozen=True):
    """Is the reaction complete?"""

    template = "report/confirm_response.html.j2"

    corrections: int
