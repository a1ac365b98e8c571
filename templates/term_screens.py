"""Screens of the formal process: where it stands, whose turn it is, and what people are reminded of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from msgspec import Struct

from domain.deadlines import Deadline, TermState
from domain.framework import NormId
from domain.process import EventRule, Party, PlanningAdvice, ProcessEvent, ReminderMoments
from domain.reminders import ReminderKind
from domain.working_days import Hours
from templates.screens import SaysVerdicts, Screen


class TermLine(Struct, frozen=True):
    """One term as a list shows it; `days_left` is below 0 when it is late, None without a date.

    `is_choice` for what one may do and need not.
    """

    title: str
    party: Party
    state: TermState
    due: date | None
    days_left: int | None
    is_own: bool = False
    is_choice: bool = False
    also: str = ""  # the other framework of a combination, when it counts there by the same day


class ShowTerms(Screen, frozen=True):
    """Where the process of one audit stands: what runs, what comes, and how much is done."""

    template = "terms/show_terms.html.j2"

    organisation: str
    process: str
    lines: tuple[TermLine, ...]
    coming: tuple[TermLine, ...]
    done: int
    following: TermLine | None
    planning: PlanningAdvice | None = None  # while a certificate runs on
    news: str = ""
    framework: str = ""  # of a combination: which half this is


class ChooseProcess(Screen, frozen=True):
    """Of which audit? Somebody reaches several, or none."""

    template = "terms/choose_process.html.j2"

    count: int


class ShowTerm(Screen, frozen=True):
    """One term: when, whose turn, and what can be done."""

    template = "terms/show_term.html.j2"

    organisation: str
    line: TermLine
    missing: EventRule | None
    may_act: bool
    news: str = ""
    framework: str = ""


class WhyLink(Struct, frozen=True):
    """One link of the path to a date, in words: the day, what it is called, and the step whose lapse it comes from."""

    phrase: str
    on: date
    lapsed: str | None


class ExplainTerm(Screen, frozen=True):
    """Why this date: the rule, the day it counts from and what happens after it."""

    template = "terms/explain_term.html.j2"

    organisation: str
    term: Deadline
    links: tuple[WhyLink, ...]


class AskOutcome(Screen, frozen=True):
    """Which outcome went with it?"""

    template = "terms/ask_outcome.html.j2"

    title: str


class AskWhen(Screen, frozen=True):
    """On which day was it? `problem` when the day that was typed could not be used."""

    template = "terms/ask_when.html.j2"

    title: str
    problem: str = ""


class ShowEvents(SaysVerdicts, frozen=True):
    """What happened in an audit, by date; what the bot derives itself has no button."""

    template = "terms/show_events.html.j2"

    organisation: str
    events: tuple[tuple[ProcessEvent, str], ...]  # with its title
    news: str = ""


class EventVersion(Struct, frozen=True):
    """One version of an event: the day, who recorded it when, and whether that withdrew it."""

    on: date
    recorded_at: datetime
    is_withdrawn: bool


class ShowEvent(SaysVerdicts, frozen=True):
    """One event, with every version of it."""

    template = "terms/show_event.html.j2"

    title: str
    event: ProcessEvent
    versions: tuple[EventVersion, ...]


class ConfirmCorrection(Screen, frozen=True):
    """Really another day? Everything that counts from it moves along."""

    template = "terms/confirm_correction.html.j2"

    title: str
    before: date
    after: date


class ConfirmWithdrawal(Screen, frozen=True):
    """Did it not happen after all? What counts from it goes."""

    template = "terms/confirm_withdrawal.html.j2"

    title: str
    on: date


class EventConflict(Screen, frozen=True):
    """Somebody recorded or changed it meanwhile; this is how it is now."""

    template = "terms/event_conflict.html.j2"

    title: str
    now: ProcessEvent | None


class ChooseReminders(Screen, frozen=True):
    """Which reminders does the person want? `moments` are those of the newest edition.

    They come between these `hours`; somebody is asked so often at most (`looks_back`) to look back on an audit.
    """

    template = "terms/choose_reminders.html.j2"

    stopped: Collection[ReminderKind]
    moments: ReminderMoments
    hours: Hours
    looks_back: int


class ReminderLine(Struct, frozen=True):
    """One thing to be reminded of."""

    organisation: str
    title: str
    due: date
    days_left: int
    kind: ReminderKind
    party: Party
    is_own: bool
    is_choice: bool = False
    frameworks: tuple[str, ...] = ()  # of a combination: whose report it is, or of both


class ActionLine(Struct, frozen=True):
    """One action of the improvement plan to be reminded of; `title` is what its norm is called."""

    organisation: str
    norm: NormId
    title: str
    due: date
    days_left: int


class Remind(Screen, frozen=True):
    """What is to be done, and by when; several things that fall together come in one message."""

    template = "terms/remind.html.j2"

    lines: tuple[ReminderLine, ...]
    actions: tuple[ActionLine, ...] = ()


class MakingFile(Screen, frozen=True):
    """The calendar or the picture is being made."""

    template = "terms/making_file.html.j2"

    is_picture: bool = False


class CaptionCalendar(Screen, frozen=True):
    """What goes with a calendar file; `organisation` is None for everything of one person."""

    template = "terms/caption_calendar.html.j2"

    organisation: str | None
    count: int


class CaptionTimeline(Screen, frozen=True):
    """What goes with the picture of a process."""

    template = "terms/caption_timeline.html.j2"

    organisation: str
    following: TermLine | None


__all__ = [
    "ActionLine", "AskOutcome", "AskWhen", "CaptionCalendar", "CaptionTimeline", "ChooseProcess", "ChooseReminders",
    "ConfirmCorrection", "ConfirmWithdrawal", "EventConflict", "EventVersion", "ExplainTerm", "MakingFile", "Remind",
    "ReminderLine", "ShowEvent", "ShowEvents", "ShowTerm", "ShowTerms", "TermLine", "WhyLink",
]  # fmt: skip
