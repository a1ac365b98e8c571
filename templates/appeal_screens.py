"""Screens of appeals: for who appeals, the office, the quality officer, and who handles it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from domain.appeals import AppealState, AppealStep, HandlerHindrance, Inadmissible, Lodging
from domain.audit import AuditKind
from domain.certificate import DecisionFacts, DecisionHindrance
from domain.roles import Role
from domain.verdicts import Verdict
from templates.people_screens import MenuNews
from templates.screens import SaysVerdicts, Screen


class AboutAppeal(SaysVerdicts, frozen=True):
    """A screen that quotes a decision or what somebody holds of it; it is not to be forwarded."""

    is_confidential: ClassVar[bool] = True


class AppealTold(StrEnum):
    """What just happened, in a line above the screen."""

    KEPT = "kept"
    MAIL_KEPT = "mail_kept"
    TAKEN = "taken"
    NOTED = "noted"
    CHANGED = "changed"  # somebody else was first
    NOT_NOW = "not_now"
    MAKING = "making"
    TARGET = "target"


class Reader(StrEnum):
    """To whom the procedure is explained."""

    MEMBER = "member"
    COLLEAGUE = "colleague"
    CI = "ci"
    OTHER = "other"


class ExplainAppeal(Screen, frozen=True):
    """What an appeal is: who, how, until when; a chat message is none."""

    template = "appeal/explain.html.j2"

    reader: Reader
    is_attempt: bool = False


class SayNoAppeal(Screen, frozen=True):
    """A message of its own: what was typed is no appeal."""

    template = "appeal/no_appeal.html.j2"


class ShowContested(AboutAppeal, frozen=True):
    """One decision for who may appeal; `last_day` is None as long as no mail is known, `state` without an appeal."""

    template = "appeal/contested.html.j2"

    organisation: str
    ci: str
    kind: AuditKind
    is_positive: bool
    decided_on: date
    mailed_on: date | None
    last_day: date | None
    earliest_end: date
    today: date
    has_grounds: bool
    has_request: bool
    is_final: bool = False
    state: AppealState | None = None
    has_rejected: bool = False
    told: AppealTold | None = None
    is_attempt: bool = False


class ChooseContested(Screen, frozen=True):
    """Against which decision?"""

    template = "appeal/choose.html.j2"

    lines: tuple[tuple[str, AuditKind, date, bool], ...]  # organisation, kind, day, is_positive
    is_office: bool


class AskLetter(AboutAppeal, frozen=True):
    """One question for the letter; `now` is what stands there."""

    template = "appeal/ask_letter.html.j2"

    part: str
    now: str
    decided_on: date


class AppealLine(Struct, frozen=True):
    """One appeal in a list."""

    organisation: str
    state: AppealState
    received_on: date
    due: date | None
    needs: bool  # whether the reader is to act


class ShowAppeals(Screen, frozen=True):
    """The appeals of a certifying body, as far as the reader has a part in them."""

    template = "appeal/list.html.j2"

    ci: str
    role: Role
    lines: tuple[AppealLine, ...]
    more: int
    target: int | None
    told: AppealTold | None = None
    news: MenuNews | None = None


class AskMailDay(Screen, frozen=True):
    """On which day was the decision mailed? `problem` says why a day cannot be it."""

    template = "appeal/ask_mail_day.html.j2"

    organisation: str
    decided_on: date
    problem: str = ""


class AskReceipt(Screen, frozen=True):
    """One question about what came in."""

    template = "appeal/ask_receipt.html.j2"

    part: str
    organisation: str
    mailed_on: date
    last_day: date
    problem: str = ""


class ShowAppeal(AboutAppeal, frozen=True):
    """One appeal as somebody sees it; `against` are the reasons not to treat it, as things are now.

    `untold` is how many steps the appellant did not hear of yet; `effects` are codes with whether they are done.
    """

    template = "appeal/appeal.html.j2"

    organisation: str
    ci: str
    kind: AuditKind
    role: Role
    state: AppealState
    lodging: Lodging
    last_day: date | None
    description: str
    needs_reasons: bool
    against: tuple[Inadmissible, ...]
    is_positive: bool
    decided_on: date
    handler: str = ""
    handler_hindrances: tuple[HandlerHindrance, ...] = ()
    due: date | None = None
    today: date | None = None
    conclusion: str = ""
    is_changed: bool | None = None
    effects: tuple[tuple[str, bool], ...] = ()
    untold: int = 0
    told: AppealTold | None = None


class ShowAppealLog(Screen, frozen=True):
    """Every step; `by` is left out for the appellant."""

    template = "appeal/log.html.j2"

    organisation: str
    lines: tuple[tuple[AppealStep, date, str, str], ...]  # step, day, by, how the appellant heard
    is_own: bool


class ChooseHandler(AboutAppeal, frozen=True):
    """Who may handle it, by number of the button; `barred` are those who may not, with why."""

    template = "appeal/choose_handler.html.j2"

    organisation: str
    names: tuple[str, ...]
    barred: tuple[tuple[str, tuple[HandlerHindrance, ...]], ...]


class ShowMailText(AboutAppeal, frozen=True):
    """A text to copy into a mail to the appellant."""

    template = "appeal/mail_text.html.j2"

    organisation: str
    ci: str
    state: AppealState
    received_on: date
    decided_on: date
    needs_reasons: bool
    reasons: tuple[Inadmissible, ...]
    conclusion: str
    last_day: date | None
    is_changed: bool = False


class ShowDossierDecision(AboutAppeal, frozen=True):
    """Every version of the decision with what it followed from, and what stood in the way of a positive one."""

    template = "appeal/dossier_decision.html.j2"

    organisation: str
    decisions: tuple[tuple[bool, date, str], ...]
    facts: DecisionFacts
    against_positive: DecisionHindrance | None
    has_report: bool


class ShowConsidered(AboutAppeal, frozen=True):
    """A page of what the team held per norm, shortcomings first."""

    template = "appeal/considered.html.j2"

    organisation: str
    lines: tuple[tuple[str, str, Verdict, str], ...]  # id, title, verdict, rationale
    page: int
    pages: int


class ShowHandedIn(AboutAppeal, frozen=True):
    """One round of the improvement plan: what was handed in, and what the team held of it."""

    template = "appeal/plan.html.j2"

    organisation: str
    round: int
    rounds: int
    handed_in_on: date | None
    is_approved: bool | None
    reason: str
    lines: tuple[tuple[str, str, str, date | None, str], ...]  # norm, what, who, due, shown by


class ShowAppealEvents(AboutAppeal, frozen=True):
    """What happened in the audit, by day."""

    template = "appeal/events.html.j2"

    organisation: str
    lines: tuple[tuple[date, str], ...]


class AskConclusion(AboutAppeal, frozen=True):
    """Why does the decision stay as it is, or change?"""

    template = "appeal/ask_conclusion.html.j2"

    organisation: str
    is_changed: bool
    against_positive: DecisionHindrance | None
    was_positive: bool = False


class AskTarget(Screen, frozen=True):
    """Within how many weeks does the body want to decide?"""

    template = "appeal/ask_target.html.j2"

    weeks: int | None


class AppealFor(StrEnum):
    """For whom a message is."""

    APPELLANT = "appellant"
    OFFICE = "office"
    QUALITY = "quality"
    HANDLER = "handler"
    TEAM = "team"
    SWN = "swn"


class TellAppeal(AboutAppeal, frozen=True):
    """A message of its own: a step in an appeal, for one of those whom it concerns."""

    template = "appeal/news.html.j2"

    step: AppealStep
    audience: AppealFor
    organisation: str
    ci: str
    received_on: date
    decided_on: date
    needs_reasons: bool = False
    reasons: tuple[Inadmissible, ...] = ()
    conclusion: str = ""
    has_certificate: bool = False
    was_positive: bool = False  # then a change is about other grounds
    goes_to_swn: bool = True


class RemindAppeals(Screen, frozen=True):
    """The body's own target comes near, or has passed: organisation, day, and days left (below 0: late)."""

    template = "appeal/remind.html.j2"

    lines: tuple[tuple[str, date, int], ...]


class CaptionLetter(Screen, frozen=True):
    """Below the letter: sign it, and mail it in time."""

    template = "appeal/caption.html.j2"

    last_day: date
    is_certain: bool
