"""What the rest of Handvat may ask of storage about appeals against decisions.

The coordinators of the organisation see their own appeals and write the letter, which nobody else reads. The office of
the certifying body records what comes in and closes it, its quality officer gives it to somebody, and who handles it
reads the audit and decides. Who handles is looked at anew in every query: somebody who decided, audited or is tied
reaches nothing, whatever they were given. All methods raise NotAllowed out of reach.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId, Organisation
from domain.appeals import (
    Appeal,
    AppealId,
    AppealProcedure,
    AppealStep,
    Contested,
    HandlerHindrance,
    Inadmissible,
    Lodging,
)
from domain.audit import AuditId, AuditKind
from domain.cases import CaseRow
from domain.certificate import DecisionFacts
from domain.framework import Framework, Norm
from domain.improvement_plan import PlanEntry, Review
from domain.process import ProcessEvent
from domain.report import Report, ReportVersion
from domain.roles import PersonId
from domain.verdicts import Verdict
from storage.interfaces import Refusal
from storage.plan_interfaces import Addressee
from storage.register_interfaces import Decision


class AppealChangedMeanwhile(Refusal):
    """Somebody did something with the appeal since the screen was made."""


class NotMailed(Refusal):
    """The day of the mail with the decision is not known yet, or cannot be the one that was given."""


class Told(StrEnum):
    """How the appellant heard of a step; the values are stored."""

    NOT_YET = ""
    CHAT = "chat"
    MAIL = "mail"


class Audience(StrEnum):
    """Who hears of a step: the appellant, the office, the quality officer, the handler, or who else was involved."""

    APPELLANT = "appellant"
    OFFICE = "office"
    QUALITY = "quality"
    HANDLER = "handler"
    TEAM = "team"
    SWN = "swn"


class Contestable(Struct, frozen=True):
    """A decision that somebody within reach could appeal against; `last_day` is None as long as no mail is known.

    `earliest_end` counts from the day of the decision: nobody is too late by then, whenever the mail went. `appeal`
    is the one that runs or was decided, None without any.
    """

    organisation: Organisation
    ci: str
    kind: AuditKind
    contested: Contested
    last_day: date | None
    earliest_end: date
    appeal: AppealId | None = None


class LogLine(Struct, frozen=True):
    """One step of an appeal: the day, who took it (a name, empty once erased), and how the appellant heard of it."""

    number: int
    step: AppealStep
    on: date
    by: str
    told: Told


class AppealView(Struct, frozen=True):
    """An appeal with what a screen shows beside it.

    `procedure` is what it goes by; `decision` the one it is against; `goes_to_swn` when SWN has a part in
    what follows; `due` the body's own target; `last_day` until when it could be lodged.
    """

    appeal: Appeal
    procedure: AppealProcedure
    organisation: Organisation
    ci: str
    kind: AuditKind
    decision: Decision
    goes_to_swn: bool = True
    handler: str = ""
    due: date | None = None
    last_day: date | None = None
    log: tuple[LogLine, ...] = ()
    handler_hindrances: tuple[HandlerHindrance, ...] = ()


class AppealLetter(Struct, frozen=True):
    """What the appellant wrote for the letter; it stays with them."""

    audit: AuditId
    decision: int
    grounds: str = ""
    request: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the letter says why, and what is asked."""
        return bool(self.grounds and self.request)


class Candidate(Struct, frozen=True):
    """Somebody who may take such decisions, and what keeps them from this one."""

    person: PersonId
    name: str
    hindrances: tuple[HandlerHindrance, ...]


class Considered(Struct, frozen=True):
    """What the audit held of one norm."""

    norm: Norm
    verdict: Verdict
    rationale: str


class Dossier(Struct, frozen=True):
    """What who handles an appeal reads: every version of the decision, what it followed from, and what happened.

    `rounds` are the improvement plan as it was handed in each time, with what the team held of it.
    """

    decisions: tuple[Decision, ...]
    facts: DecisionFacts
    events: tuple[ProcessEvent, ...]
    considered: tuple[Considered, ...]
    rounds: tuple[tuple[Review, tuple[PlanEntry, ...]], ...]
    framework: Framework


class AppealNotice(Struct, frozen=True):
    """What one person has to hear about one appeal: the body's own target, `days_left` below 0 when it is late."""

    person: PersonId
    chat: int
    membership: MembershipId
    appeal: AppealId
    organisation: str
    days_left: int
    due: date


class Appeals(Protocol):
    """The appeals within the actor's reach.

    Whatever changes an appeal takes the version that the person saw, and raises AppealChangedMeanwhile when it is
    another by now, and `domain.appeals.AppealRefused` when the procedure does not allow it.
    """

    @property
    def procedure(self) -> AppealProcedure:
        """The procedure, with the body's own target."""
        ...

    def all(self) -> tuple[AppealView, ...]:
        """Return every appeal within reach: what is open first, by its date; nothing for who has no part in any."""
        ...

    def get(self, appeal: AppealId) -> AppealView:
        """Return one appeal, with its log."""
        ...

    def case_rows(self, today: date) -> tuple[CaseRow, ...]:
        """Return every appeal within reach as the casusregister shows it."""
        ...

    def contestables(self) -> tuple[Contestable, ...]:
        """Return the decisions of the actor's organisation, or of its certifying body: the newest first."""
        ...

    def contestable(self, audit: AuditId) -> Contestable:
        """Return the decision on one audit as it stands now."""
        ...

    # The appellant

    def letter(self, audit: AuditId) -> AppealLetter:
        """Return what was written for the letter against the decision that stands now."""
        ...

    def write_letter(
        self, audit: AuditId, at: datetime, *, grounds: str | None = None, request: str | None = None
    ) -> AppealLetter:
        """Keep a part of the letter; None leaves it as it was."""
        ...

    # The office

    def record_mail(self, audit: AuditId, on: date, at: datetime) -> Contestable:
        """Record on which day the decision was mailed. Raises NotMailed: before the decision, or to come."""
        ...

    def receive(self, audit: AuditId, lodging: Lodging, description: str, at: datetime) -> AppealView:
        """Record what came in. Raises NotMailed as long as the day of the mail is not known."""
        ...

    def against(self, appeal: AppealId) -> tuple[Inadmissible, ...]:
        """Return every reason not to treat an appeal that was received."""
        ...

    def judge_receipt(self, appeal: AppealId, step: AppealStep, at: datetime, *, seen: int) -> AppealView:
        """Acknowledge or reject it, as the reasons say."""
        ...

    def complete(self, appeal: AppealId, on: date, at: datetime, *, seen: int) -> AppealView:
        """Record that the reasons came after all."""
        ...

    def note_told(self, appeal: AppealId, told: Told, at: datetime) -> None:
        """Record that the appellant heard of everything so far that they had not heard of yet."""
        ...

    def tick(self, appeal: AppealId, effect: str, at: datetime, *, seen: int) -> AppealView:
        """Record that the office saw to an effect of a changed decision."""
        ...

    def close(self, appeal: AppealId, at: datetime, *, seen: int) -> AppealView:
        """Close it."""
        ...

    def set_target(self, weeks: int | None, at: datetime) -> None:
        """Set the body's own target for treatment, None for none."""
        ...

    # The quality officer

    def candidates(self, appeal: AppealId) -> tuple[Candidate, ...]:
        """Return who takes such decisions at the body, by name, with what keeps them from this one."""
        ...

    def assign(self, appeal: AppealId, handler: PersonId, at: datetime, *, seen: int) -> AppealView:
        """Give the appeal to somebody who had no part in it."""
        ...

    # Who handles it

    def dossier(self, appeal: AppealId) -> Dossier:
        """Return what was considered, for the handler of this appeal only."""
        ...

    def report(self, appeal: AppealId) -> tuple[Report, ReportVersion] | None:
        """Return the newest report that was sent to the appellant, as it was; None when none was."""
        ...

    def review(self, appeal: AppealId, at: datetime, *, seen: int) -> AppealView:
        """Begin to look at it."""
        ...

    def decide(
        self, appeal: AppealId, conclusion: str, on: date, at: datetime, *, is_changed: bool, seen: int
    ) -> AppealView:
        """Decide with reasons; a changed decision becomes the newest version, and the process follows it."""
        ...

    # Everybody

    def addressees(self, appeal: AppealId, audience: Audience) -> tuple[Addressee, ...]:
        """Return who hears of a step."""
        ...

    def has_certificate(self, appeal: AppealId) -> bool:
        """Say whether the organisation has a certificate that a changed decision may touch."""
        ...

    def has_any(self) -> bool:
        """Say whether there is a decision that the actor could appeal against; for menus, without reading it."""
        ...


__all__ = [
    "AppealChangedMeanwhile", "AppealLetter", "AppealNotice", "AppealView", "Appeals", "Audience", "Candidate",
    "Considered", "Contestable", "Dossier", "LogLine", "NotMailed", "Told",
]  # fmt: skip
