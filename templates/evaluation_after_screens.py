"""Screens of the evaluation after an audit: looking back oneself, and what a certifying body sees of all of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from domain.audit_evaluation import BackQuestion, Side, SideResult
from domain.periods import Period
from templates.screens import Screen


class Private(Screen, frozen=True):
    """A screen with what somebody holds of others; it is not to be forwarded."""

    is_confidential: ClassVar[bool] = True  # as `Screen` says


class LookbackTold(StrEnum):
    """What just happened, in a line above the screen."""

    KEPT = "kept"
    CLEARED = "cleared"
    OVER = "over"
    TOO_LONG = "too_long"


class AskScore(Private, frozen=True):
    """One statement; `place` counts from 1, and `now` is the word for what was answered before."""

    template = "evaluation_after/ask_score.html.j2"

    about: str
    side: Side
    question: BackQuestion
    place: int
    total: int
    now: str
    closes_on: date
    min_answers: int
    told: LookbackTold | None = None


class AskRemark(Private, frozen=True):
    """Anything else? Whoever read it is never told from whom it is."""

    template = "evaluation_after/ask_remark.html.j2"

    about: str
    now: str
    told: LookbackTold | None = None


class AnswerLine(Struct, frozen=True):
    """One question with the word for what was answered, empty when it was left open."""

    question: BackQuestion
    answer: str


class ShowLookback(Private, frozen=True):
    """What somebody answered; `is_over` when it can't be changed any more."""

    template = "evaluation_after/show.html.j2"

    about: str
    lines: tuple[AnswerLine, ...]
    remark: str
    closes_on: date
    is_over: bool
    is_finished: bool
    told: LookbackTold | None = None
    is_new: bool = False  # just finished: it is thanked for


class ColleagueLine(Struct, frozen=True):
    """A colleague who can look back as well, or was asked."""

    name: str
    was_asked: bool


class ChooseColleague(Screen, frozen=True):
    """Who else of the member looks back? `asked` is who has just been asked; `failed` who could not be."""

    template = "evaluation_after/choose_colleague.html.j2"

    lines: tuple[ColleagueLine, ...]
    page: int
    pages: int
    asked: str = ""
    failed: str = ""


class TellLookback(Screen, frozen=True):
    """A message of its own: an audit can be looked back on. `asked_by` is the coordinator who asked a colleague."""

    template = "evaluation_after/tell.html.j2"

    about: str
    side: Side
    questions: int
    closes_on: date
    is_reminder: bool
    asked_by: str = ""


class ShowResults(Private, frozen=True):
    """What was answered in one period, by both sides; `period` is None as long as there is nothing to show."""

    template = "evaluation_after/results.html.j2"

    office: str
    period: Period | None
    sides: tuple[SideResult, ...]
    min_answers: int
    may_read_remarks: bool


class ShowRemarks(Private, frozen=True):
    """The remarks of one side in one period, without names."""

    template = "evaluation_after/remarks.html.j2"

    period: Period | None
    side: Side
    remarks: tuple[str, ...]
    min_answers: int


class MakeResults(Screen, frozen=True):
    """The workbook or picture is on its way."""

    template = "evaluation_after/making.html.j2"

    is_picture: bool


class CaptionResults(Screen, frozen=True):
    """What stands below the file."""

    template = "evaluation_after/caption.html.j2"

    office: str
    made_on: date
