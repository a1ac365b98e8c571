"""The decision of the CI, the certificate of SWN, and what becomes of it.

    decision (CI) -> part A -> check (SWN) -> certificate: certified -> suspended -> certified
                                                                  \\-> lapsed  <-/

The CI advises, SWN grants (domain book §6.3, 16). How long a certificate is valid, from which day the next one counts
and whether it can be suspended are settings of the edition of the rules. A change of status is only ever proposed here,
and so is a new edition of a certificate that says other things than what stands now: a person at the secretariat
confirms it (own).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from msgspec import Struct

from domain.audit import AuditId, AuditKind
from domain.deadlines import Renewal, Scenario, scenario
from domain.improvement_plan import PlanStatus
from domain.process import EventKind, Period, ProcessEdition, StepId, certificate_date, expiry_of
from domain.roles import OrganisationId
from domain.weighing import Outcome

CertificateId = NewType("CertificateId", int)

# --- The decision ----------------------------------------------------------------------------------------------------


class DecisionHindrance(StrEnum):
    """Why the CI cannot decide this (yet)."""

    NO_FINDINGS = "no_findings"
    ALL_MET = "all_met"
    PLAN_NOT_APPROVED = "plan_not_approved"
    PLAN_WAITS = "plan_waits"
    PLAN_APPROVED = "plan_approved"
    FOLLOWUP_NOT_DONE = "followup_not_done"
    FOLLOWUP_DECLINED = "followup_declined"
    STILL_OVER = "still_over"
    NOT_OVER = "not_over"


class DecisionFacts(Struct, frozen=True):
    """What a decision follows from: the outcome of the final findings, the plan, and the additional investigation.

    Each is None as long as there is none.
    """

    outcome: Outcome | None
    plan: PlanStatus | None = None
    followup: Outcome | None = None


def against_positive(facts: DecisionFacts) -> DecisionHindrance | None:
    """Return what stands in the way of a positive decision (bijlage 6 step 9; bijlage 5 B10), None for nothing."""
    has_plan = facts.plan is PlanStatus.APPROVED
    if facts.outcome is Outcome.ALL_MET:
        return None
    if facts.outcome is Outcome.PLAN_REQUIRED:
        return None if has_plan else DecisionHindrance.PLAN_NOT_APPROVED
    if facts.outcome is not Outcome.FOLLOWUP_REQUIRED:
        return DecisionHindrance.NO_FINDINGS
    if facts.plan is PlanStatus.DECLINED:
        return DecisionHindrance.FOLLOWUP_DECLINED
    if facts.followup is None:
        return DecisionHindrance.FOLLOWUP_NOT_DONE
    if facts.followup is Outcome.FOLLOWUP_REQUIRED:
        return DecisionHindrance.STILL_OVER
    return None if has_plan or facts.followup is Outcome.ALL_MET else DecisionHindrance.PLAN_NOT_APPROVED


def against_negative(facts: DecisionFacts) -> DecisionHindrance | None:
    """Return what stands in the way of a negative decision, None when nothing does.

    No source has a plan that does not come end in a negative decision by itself; the team leader decides (own), but
    never over a plan that was approved or that still has to be read.
    """
    if facts.outcome is None or facts.outcome not in _WEIGHED:
        return DecisionHindrance.NO_FINDINGS
    if against_positive(facts) is None:
        return DecisionHindrance.ALL_MET if facts.outcome is Outcome.ALL_MET else DecisionHindrance.PLAN_APPROVED
    if facts.plan is PlanStatus.SUBMITTED and facts.followup is not Outcome.FOLLOWUP_REQUIRED:
        return DecisionHindrance.PLAN_WAITS
    return None


def told_within(edition: ProcessEdition) -> Period | None:
    """Return within how long a negative decision is told to SWN (2017 B10, 2021 step 9), None where it is not said."""
    telling = [step for step in edition.steps if EventKind.SUMMARY_RECEIVED in step.produces]
    for event in (EventKind.CI_DECISION_NEGATIVE, EventKind.FOLLOWUP_DECLINED):
        found = next((s for s in telling if event in {trigger.event for trigger in s.triggers}), None)
        if found is not None:
            return found.within
    return None


_WEIGHED = frozenset({Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED})

# --- The certificate -------------------------------------------------------------------------------------------------


class CertificateStatus(StrEnum):
    """What a certificate is worth; the values are stored (domain book §6.1)."""

    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"


#: What can follow a status; after a lapse only a first audit leads to a new certificate (bijlage 6 step 17.3).
NEXT_STATUS: Mapping[CertificateStatus, tuple[CertificateStatus, ...]] = MappingProxyType(
    {
        CertificateStatus.CERTIFIED: (CertificateStatus.SUSPENDED, CertificateStatus.LAPSED),
        CertificateStatus.SUSPENDED: (CertificateStatus.CERTIFIED, CertificateStatus.LAPSED),
        CertificateStatus.LAPSED: (),
    }
)


class StatusReason(StrEnum):
    """Why the status of a certificate changes (bijlage 6 step 17, and 9c for outcome c); the values are stored."""

    ISSUED = "issued"
    UNDER_WAY = "under_way"  # scenario 2: the re-audit is not finished on the vervaldatum
    NOT_IN_TIME = "not_in_time"  # scenario 3: no re-audit, or none that was finished where nothing is suspended
    SUSPENSION_OVER = "suspension_over"  # scenario 4: the time of a suspension passed
    OVER_THRESHOLD = "over_threshold"  # 9c.ii: the additional investigation is not finished
    BACK_WITHIN = "back_within"  # 9c, second ii: positive after all, before the old certificate lapsed
    OTHER = "other"  # somebody decided, and said why


class Certificate(Struct, frozen=True):
    """One certificate: `valid_from` is the date on it, `expires_on` the day it lapses; `code` proves a copy.

    `status` counts since the day `since`; `version` counts the changes of status. `edition` counts how often it was
    made: each edition has a code of its own, and only the newest counts.
    """

    id: CertificateId
    number: str
    code: str
    organisation: OrganisationId
    audit: AuditId
    ci: OrganisationId
    valid_from: date
    expires_on: date
    made_on: date
    status: CertificateStatus = CertificateStatus.CERTIFIED
    since: date | None = None
    version: int = 1
    edition: int = 1

    def is_valid_on(self, day: date) -> bool:
        """Say whether one may refer to it that day; the day of expiry itself is the last."""
        return self.status is CertificateStatus.CERTIFIED and self.valid_from <= day <= self.expires_on


class Validity(Struct, frozen=True):
    """The dates of a certificate that is to be made; `follows_on` when it continues the one before."""

    valid_from: date
    expires_on: date
    follows_on: bool


def validity(
    edition: ProcessEdition, kind: AuditKind, made_on: date, previous: date | None, *, has_lapsed: bool = False
) -> Validity:
    """Return the dates of a new certificate; `previous` is the day the one before expires, None without one.

    After a lapse nothing is continued: it begins on the day of issue, as a first one (bijlage 6 step 17.3 and 17.4).
    """
    earlier = None if has_lapsed else previous
    on = certificate_date(edition, kind, made_on, earlier)
    return Validity(on, expiry_of(edition, on), follows_on=on == earlier)


class StatusProposal(Struct, frozen=True):
    """A change of status for a person to confirm: since which day, why, and until when it can be mended."""

    status: CertificateStatus
    since: date
    reason: StatusReason
    until: date | None = None


def proposed_status(
    certificate: Certificate,
    edition: ProcessEdition,
    renewal: Renewal,
    today: date,
    over_threshold_since: date | None = None,
) -> StatusProposal | None:
    """Return the change of status that somebody should confirm now, None when nothing changes (bijlage 6 step 17).

    `renewal` is how far the audit is that follows, `over_threshold_since` the day from which its outcome c suspends.
    """
    suspension, expiry = edition.settings.suspension, certificate.expires_on
    until = suspension.after(expiry) if suspension else None
    is_positive = renewal.positive_on is not None
    if certificate.status is CertificateStatus.LAPSED:
        return None
    found = _at_expiry(certificate.status, scenario(edition, expiry, renewal, today), expiry, until)
    if found is not None or today > expiry:
        return found
    if certificate.status is CertificateStatus.SUSPENDED and is_positive:
        return StatusProposal(CertificateStatus.CERTIFIED, renewal.positive_on or today, StatusReason.BACK_WITHIN)
    if certificate.status is CertificateStatus.SUSPENDED or is_positive or until is None:
        return None
    is_early = edition.settings.suspension_start_after_followup is EventKind.FINDINGS_FINAL
    if is_early and over_threshold_since is not None and over_threshold_since <= today:
        return StatusProposal(CertificateStatus.SUSPENDED, over_threshold_since, StatusReason.OVER_THRESHOLD, until)
    return None


def _at_expiry(
    status: CertificateStatus, found: Scenario | None, expiry: date, until: date | None
) -> StatusProposal | None:
    """Return what the vervaldatum means for a certificate that has not lapsed yet."""
    is_suspended = status is CertificateStatus.SUSPENDED
    if found is Scenario.UNDER_WAY and not is_suspended:
        return StatusProposal(CertificateStatus.SUSPENDED, expiry, StatusReason.UNDER_WAY, until)
    if found is Scenario.NOT_STARTED or (found is Scenario.LAPSED and until is None):
        return StatusProposal(CertificateStatus.LAPSED, expiry, StatusReason.NOT_IN_TIME)
    if found is Scenario.LAPSED:
        return StatusProposal(CertificateStatus.LAPSED, until or expiry, StatusReason.SUSPENSION_OVER)
    return None


def notice_from(certificate: Certificate, edition: ProcessEdition) -> date | None:
    """Return from which day the member is written to about the expiry, None where the edition has no notice."""
    step = StepId("expiry_notice")
    if not edition.has(step):
        return None
    within = edition.step(step).within
    return within.before(certificate.expires_on) if within else None


# --- Another edition of a certificate -------------------------------------------------------------------------------


class EditionReason(StrEnum):
    """Why a certificate is made anew; the values are stored."""

    DATE_CORRECTED = "date_corrected"  # the day that was recorded was put right
    DECISION_CHANGED = "decision_changed"  # on appeal, and another part A belongs to it


class Printed(Struct, frozen=True):
    """What is printed on a certificate beside its number, its code and its dates."""

    organisation: str
    ci: str
    scope: str
    norms_version: str = ""


class EditionProposal(Struct, frozen=True):
    """A new edition for a person to confirm: what it would say, and why the one that went out does not do any more."""

    valid_from: date
    expires_on: date
    printed: Printed
    reason: EditionReason


class ReplacedEdition(Struct, frozen=True):
    """An edition that another one replaced: what it said, and since which day it does not count."""

    number: int
    code: str
    valid_from: date
    expires_on: date
    scope: str
    replaced_on: date
    reason: EditionReason


def proposed_edition(
    certificate: Certificate,
    edition: ProcessEdition,
    issued_on: date | None,
    printed: Printed,
    decided: Printed | None = None,
) -> EditionProposal | None:
    """Return the edition that somebody should make now, None while the one that went out says what stands.

    `issued_on` is the day that the process holds, None when none stands there; `decided` is what the part A says that
    was sent after a changed decision, None when there is no such part A. A corrected day takes the text along as it was
    printed. What lapsed is not made anew.
    """
    if certificate.status is CertificateStatus.LAPSED:
        return None
    is_moved = issued_on is not None and issued_on != certificate.valid_from
    is_changed = decided is not None and decided != printed
    if not (is_moved or is_changed):
        return None
    on = issued_on or certificate.valid_from
    return EditionProposal(
        valid_from=on,
        expires_on=expiry_of(edition, on) if is_moved else certificate.expires_on,
        printed=decided or printed,
        reason=EditionReason.DECISION_CHANGED if is_changed else EditionReason.DATE_CORRECTED,
    )


#: Letters and figures that nobody confuses, for the code that proves a copy.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE = re.compile(rf"(?<![A-Z0-9])[{CODE_ALPHABET}]{{4}}(?:-[{CODE_ALPHABET}]{{4}}){{2}}(?![A-Z0-9])", re.IGNORECASE)


def code_in(text: str) -> str | None:
    """Return the code in what somebody typed or scanned, such as the words of a QR code; None without one."""
    found = _CODE.search(text)
    return found.group().upper() if found else None


# --- Part A at the secretariat ---------------------------------------------------------------------------------------


class PartAState(StrEnum):
    """What the secretariat held of part A; the values are stored."""

    RECEIVED = "received"
    RETURNED = "returned"
    COMPLETE = "complete"
