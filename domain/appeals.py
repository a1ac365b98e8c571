"""Appeals against a certification decision: who may, until when, who may handle it, and what follows.

    received -> rejected
             -> acknowledged -> handler_assigned -> under_review -> decided_unchanged -> closed
                                                                 -> decided_changed   -> closed

Domain book §9 (CIIO procedure 2305); the numbers and codes are data (`domain/content/complaints/`). Every reason
is reported, never only the first. The term is one calendar month from the mail with the decision, its last day
included; dates are local days in Europe/Amsterdam (§6.0). There is no appeal after an appeal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from msgspec import Struct
from msgspec.structs import replace

from domain.audit import AuditId, AuditKind
from domain.case_procedure import CaseProcedure
from domain.process import Period
from domain.roles import OrganisationId, PersonId

AppealId = NewType("AppealId", int)


class AppealState(StrEnum):
    """How far an appeal is; the values are stored."""

    RECEIVED = "received"
    REJECTED = "rejected"
    ACKNOWLEDGED = "acknowledged"
    HANDLER_ASSIGNED = "handler_assigned"
    UNDER_REVIEW = "under_review"
    DECIDED_UNCHANGED = "decided_unchanged"
    DECIDED_CHANGED = "decided_changed"
    CLOSED = "closed"

    @property
    def is_over(self) -> bool:
        """Whether nothing happens any more."""
        return self in (AppealState.REJECTED, AppealState.CLOSED)

    @property
    def is_with_handler(self) -> bool:
        """Whether somebody is at work on it, or decided it already."""
        return self in _WITH_HANDLER


_WITH_HANDLER = frozenset(
    {
        AppealState.HANDLER_ASSIGNED,
        AppealState.UNDER_REVIEW,
        AppealState.DECIDED_UNCHANGED,
        AppealState.DECIDED_CHANGED,
        AppealState.CLOSED,
    }
)


class AppealStep(StrEnum):
    """What somebody does with an appeal; the values are stored in its log."""

    RECEIVE = "receive"
    REJECT = "reject"
    ACKNOWLEDGE = "acknowledge"
    COMPLETE = "complete"  # the reasons came after all
    ASSIGN = "assign"
    REVIEW = "review"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    CLOSE = "close"


class AppealChannel(StrEnum):
    """How an appeal came in; the values are stored. Which of them are in writing is data."""

    LETTER = "letter"
    EMAIL = "email"
    ORAL = "oral"
    PHONE = "phone"
    CHAT = "chat"


class Inadmissible(StrEnum):
    """Why an appeal is not treated; the values are stored."""

    LATE = "late"
    ORAL = "oral"
    NOT_CERTIFICATE_HOLDER = "not_certificate_holder"
    NO_DECISION = "no_decision"
    NO_FURTHER_APPEAL = "no_further_appeal"  # the procedure ends with "no higher appeal"


class HandlerHindrance(StrEnum):
    """Why somebody may not handle an appeal."""

    NOT_CERTIFICATION_DECIDER = "not_certification_decider"
    ORIGINAL_DECIDER = "original_decider"
    TEAM_LEADER_OF_AUDIT = "team_leader_of_audit"
    ASSESSOR_OF_AUDIT = "assessor_of_audit"
    TIED = "tied"  # own: belongs to the appellant, or declared a tie (§1.2)


class AppealHindrance(StrEnum):
    """Why a step cannot be taken (now)."""

    NOT_NOW = "not_now"
    INADMISSIBLE = "inadmissible"
    ADMISSIBLE = "admissible"  # it cannot be rejected: no reason holds
    NO_REASONS = "no_reasons"
    HANDLER = "handler"
    EFFECTS = "effects"
    AHEAD = "ahead"  # a date that is still to come


class AppealRefused(Exception):
    """A step cannot be taken: `hindrance` says why."""

    def __init__(self, hindrance: AppealHindrance) -> None:
        super().__init__(hindrance.value)
        self.hindrance = hindrance


class AppealProcedure(Struct, frozen=True):
    """The procedure of a certifying body, as its content file says it.

    `treat_within` is None where the source names no term. `effects` are what the office sees to after a changed
    decision, by code; `own_weeks` among which a body may choose its own aim.
    """

    source: str
    lodge_within: Period
    written: frozenset[AppealChannel]
    effects: tuple[str, ...]
    treat_within: Period | None = None
    own_weeks: tuple[int, ...] = ()

    def last_day(self, mailed_on: date) -> date:
        """Return the last day on which an appeal is in time, counted from the local day of the decision mail."""
        return self.lodge_within.after(mailed_on)


class Contested(Struct, frozen=True):
    """The decision that an appeal is against.

    `mailed_on` is the local day of the mail with the decision, None as long as none went. `is_final` when an appeal
    against it runs or was decided, or when it was itself taken on appeal.
    """

    audit: AuditId
    version: int
    decided_on: date
    is_positive: bool
    mailed_on: date | None = None
    is_final: bool = False


class Lodging(Struct, frozen=True):
    """What came in: on which local day, how, and whether the (intended) certificate holder sent it, with reasons.

    The day is that of the first writing: reasons that are sent later do not move it (own).
    """

    received_on: date
    channel: AppealChannel
    is_from_holder: bool
    has_reasons: bool


def procedure_of(cases: CaseProcedure, target: Period | None = None) -> AppealProcedure:
    """Return what the content file says about appeals; `target` is the body's own term for treatment, None for none.

    Raises:
        ValueError: the file names no term to lodge an appeal, or wants a further appeal, which nobody wrote yet.
    """
    rules, lodge = cases.appeal, cases.appeal.terms["lodge"]
    if lodge.period is None or rules.has_further_appeal:
        raise ValueError("an appeal has a term in calendar units, and there is none after it")
    written = {channel.id for channel in cases.channels if channel.is_written}
    return AppealProcedure(
        source=cases.source,
        lodge_within=lodge.period,
        written=frozenset(channel for channel in AppealChannel if channel.value in written),
        effects=rules.transitions["close_changed"].effect_codes,
        treat_within=target or rules.terms["treat"].period,
        own_weeks=rules.terms["treat"].own_weeks,
    )


def inadmissible(lodging: Lodging, contested: Contested | None, procedure: AppealProcedure) -> tuple[Inadmissible, ...]:
    """Return every reason not to treat an appeal, in the order of the procedure; nothing when it is admissible.

    What came in before the decision was mailed is against no decision; without a mail no day is late. Missing
    reasons are no ground: they are asked for (`needs_reasons`).
    """
    mailed_on = contested.mailed_on if contested is not None else None
    is_against_one = mailed_on is not None and lodging.received_on >= mailed_on
    found = {
        Inadmissible.LATE: mailed_on is not None and lodging.received_on > procedure.last_day(mailed_on),
        Inadmissible.ORAL: lodging.channel not in procedure.written,
        Inadmissible.NOT_CERTIFICATE_HOLDER: not lodging.is_from_holder,
        Inadmissible.NO_DECISION: not is_against_one,
        Inadmissible.NO_FURTHER_APPEAL: contested is not None and contested.is_final,
    }
    return tuple(reason for reason, holds in found.items() if holds)


# --- Who may handle it ------------------------------------------------------------------------------------------------


class Involved(Struct, frozen=True):
    """Who had a part in the decision: it, and every audit of the same process, whoever left the team since."""

    deciders: frozenset[PersonId] = frozenset()
    leaders: frozenset[PersonId] = frozenset()
    auditors: frozenset[PersonId] = frozenset()
    tied: frozenset[PersonId] = frozenset()


def handler_hindrances(person: PersonId, involved: Involved, *, is_decider: bool) -> tuple[HandlerHindrance, ...]:
    """Return every reason why somebody may not handle an appeal; `is_decider` when they may take such decisions."""
    found = {
        HandlerHindrance.NOT_CERTIFICATION_DECIDER: not is_decider,
        HandlerHindrance.ORIGINAL_DECIDER: person in involved.deciders,
        HandlerHindrance.TEAM_LEADER_OF_AUDIT: person in involved.leaders,
        HandlerHindrance.ASSESSOR_OF_AUDIT: person in involved.auditors,
        HandlerHindrance.TIED: person in involved.tied,
    }
    return tuple(hindrance for hindrance, holds in found.items() if holds)


def same_process(audits: Iterable[tuple[AuditId, AuditKind]], audit: AuditId) -> frozenset[AuditId]:
    """Return the audits that belong together with one: a first audit or re-audit, and the additional ones after it.

    `audits` are those of one organisation at one certifying body, in any order; ids count up in time.
    """
    groups: list[set[AuditId]] = [{audit}]
    for found, kind in sorted(audits):
        if kind is not AuditKind.FOLLOWUP:
            groups.append(set())
        groups[-1].add(found)
    return frozenset(next((group for group in groups[1:] if audit in group), groups[0]))


# --- The appeal -------------------------------------------------------------------------------------------------------


class Appeal(Struct, frozen=True):
    """One appeal as it stands.

    `description` is one line for the case register; `reasons_on` the day on which the reasons were there, None as long
    as they are not; `conclusion` what the handler decided with, `new_version` the decision that replaced the old one;
    `done` the effects that the office saw to. `version` counts the writes.
    """

    id: AppealId
    audit: AuditId
    decision: int
    organisation: OrganisationId
    ci: OrganisationId
    lodging: Lodging
    mailed_on: date | None
    state: AppealState = AppealState.RECEIVED
    description: str = ""
    reasons_on: date | None = None
    rejected_for: tuple[Inadmissible, ...] = ()
    handler: PersonId | None = None
    conclusion: str = ""
    decided_on: date | None = None
    new_version: int | None = None
    done: frozenset[str] = frozenset()
    is_changed: bool = False
    version: int = 1

    @property
    def needs_reasons(self) -> bool:
        """Whether the reasons still have to be asked for."""
        return self.reasons_on is None

    def to_do(self, procedure: AppealProcedure) -> tuple[str, ...]:
        """Return the effects that the office still has to see to; only a changed decision has any."""
        return tuple(code for code in procedure.effects if code not in self.done) if self.is_changed else ()


#: From which states a step can be taken, and to which it leads. Another handler may come at any time before the
#: decision (own): somebody falls ill, or turns out to have had a part in it.
_STEPS: Mapping[AppealStep, tuple[frozenset[AppealState], AppealState]] = MappingProxyType(
    {
        AppealStep.REJECT: (frozenset({AppealState.RECEIVED}), AppealState.REJECTED),
        AppealStep.ACKNOWLEDGE: (frozenset({AppealState.RECEIVED}), AppealState.ACKNOWLEDGED),
        AppealStep.ASSIGN: (
            frozenset({AppealState.ACKNOWLEDGED, AppealState.HANDLER_ASSIGNED, AppealState.UNDER_REVIEW}),
            AppealState.HANDLER_ASSIGNED,
        ),
        AppealStep.REVIEW: (frozenset({AppealState.HANDLER_ASSIGNED}), AppealState.UNDER_REVIEW),
        AppealStep.UPHOLD: (frozenset({AppealState.UNDER_REVIEW}), AppealState.DECIDED_UNCHANGED),
        AppealStep.OVERTURN: (frozenset({AppealState.UNDER_REVIEW}), AppealState.DECIDED_CHANGED),
        AppealStep.CLOSE: (
            frozenset({AppealState.DECIDED_UNCHANGED, AppealState.DECIDED_CHANGED}),
            AppealState.CLOSED,
        ),
    }
)
#: While these last the reasons may still come in.
_OPEN = frozenset(
    {AppealState.RECEIVED, AppealState.ACKNOWLEDGED, AppealState.HANDLER_ASSIGNED, AppealState.UNDER_REVIEW}
)


def can(appeal: Appeal, step: AppealStep) -> bool:
    """Say whether a step fits the state of an appeal; its guards are looked at when it is taken."""
    if step is AppealStep.COMPLETE:
        return appeal.state in _OPEN and appeal.needs_reasons
    return step in _STEPS and appeal.state in _STEPS[step][0]


def judge_receipt(appeal: Appeal, against: tuple[Inadmissible, ...], step: AppealStep) -> Appeal:
    """Return the appeal as acknowledged or rejected; which of the two follows from the reasons (`inadmissible`).

    Raises:
        AppealRefused
    """
    if step is AppealStep.ACKNOWLEDGE and against:
        raise AppealRefused(AppealHindrance.INADMISSIBLE)
    if step is AppealStep.REJECT and not against:
        raise AppealRefused(AppealHindrance.ADMISSIBLE)
    return replace(_stepped(appeal, step), rejected_for=against)


def complete(appeal: Appeal, on: date) -> Appeal:
    """Return the appeal with its reasons, which came on a later day. Raises AppealRefused."""
    if not can(appeal, AppealStep.COMPLETE) or on < appeal.lodging.received_on:
        raise AppealRefused(AppealHindrance.NOT_NOW)
    return replace(appeal, reasons_on=on, version=appeal.version + 1)


def assign(appeal: Appeal, handler: PersonId, hindrances: tuple[HandlerHindrance, ...]) -> Appeal:
    """Return the appeal with somebody who may handle it. Raises AppealRefused."""
    if hindrances:
        raise AppealRefused(AppealHindrance.HANDLER)
    return replace(_stepped(appeal, AppealStep.ASSIGN), handler=handler)


def review(appeal: Appeal) -> Appeal:
    """Return the appeal as being looked at. Raises AppealRefused."""
    return _stepped(appeal, AppealStep.REVIEW)


def decide(appeal: Appeal, conclusion: str, on: date, *, is_changed: bool, new_version: int | None = None) -> Appeal:
    """Return the appeal as decided, with reasons; a changed decision is kept as a version of its own.

    Raises:
        AppealRefused: not under review, or without reasons.
    """
    decided = _stepped(appeal, AppealStep.OVERTURN if is_changed else AppealStep.UPHOLD)
    if not conclusion.strip():
        raise AppealRefused(AppealHindrance.NO_REASONS)
    return replace(
        decided, conclusion=conclusion.strip(), decided_on=on, is_changed=is_changed,
        new_version=new_version if is_changed else None,
    )  # fmt: skip


def tick(appeal: Appeal, code: str, procedure: AppealProcedure) -> Appeal:
    """Return the appeal with one effect seen to; again changes nothing. Raises AppealRefused."""
    if appeal.state is not AppealState.DECIDED_CHANGED or code not in procedure.effects:
        raise AppealRefused(AppealHindrance.NOT_NOW)
    if code in appeal.done:
        return appeal
    return replace(appeal, done=appeal.done | {code}, version=appeal.version + 1)


def close(appeal: Appeal, procedure: AppealProcedure) -> Appeal:
    """Return the appeal as closed, once every effect was seen to. Raises AppealRefused."""
    closed = _stepped(appeal, AppealStep.CLOSE)
    if appeal.to_do(procedure):
        raise AppealRefused(AppealHindrance.EFFECTS)
    return closed


def treat_by(appeal: Appeal, procedure: AppealProcedure) -> date | None:
    """Return by when the appeal should be decided; None where neither the procedure nor the body sets a term."""
    return procedure.treat_within.after(appeal.lodging.received_on) if procedure.treat_within else None


def _stepped(appeal: Appeal, step: AppealStep) -> Appeal:
    if not can(appeal, step):
        raise AppealRefused(AppealHindrance.NOT_NOW)
    return replace(appeal, state=_STEPS[step][1], version=appeal.version + 1)


# --- What people type -------------------------------------------------------------------------------------------------

# The Dutch stands here because reading it is grammar, not wording.
_WE = r"(?:ik|wij|we|onze organisatie|mijn organisatie)"
_WILL = r"(?:ga|gaat|gaan|wil|willen|teken|tekent|tekenen|stel|stellen|dien|dienen|kom|komen)"
_START = rf"(?:{_WE}\s+{_WILL}|hierbij\s+(?:{_WILL}(?:\s+{_WE})?|{_WE}))"
_ATTEMPT = re.compile(
    rf"\b{_START}\b[^.!?\n]{{0,60}}\bberoep\b(?!\s+(?:doen|op)\b)"
    r"|^\s*in beroep\b|^\s*beroep(?:\s+(?:aantekenen|instellen|indienen|tegen\s+.*))?\s*[.!]?\s*$",
    re.IGNORECASE,
)
_LONGEST_ATTEMPT = 400  # a longer text is about something else, or is the letter itself


def is_attempt(text: str) -> bool:
    """Say whether somebody seems to lodge an appeal by chat ("ik ga in beroep tegen het besluit")."""
    return len(text) <= _LONGEST_ATTEMPT and _ATTEMPT.search(text) is not None
