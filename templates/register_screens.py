"""Screens of the decision, part A at the secretariat, certificates and the register."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from domain.audit import AuditKind
from domain.certificate import (
    Certificate,
    CertificateStatus,
    DecisionFacts,
    DecisionHindrance,
    EditionProposal,
    PartAState,
    ReplacedEdition,
    StatusProposal,
    StatusReason,
    Validity,
)
from domain.process import Period
from domain.roles import Role
from templates.people_screens import MenuNews
from templates.screens import SaysVerdicts, Screen


class RegisterTold(StrEnum):
    """What just happened, in a line above the screen."""

    DECIDED = "decided"
    PART_A_SENT = "part_a_sent"
    COMPLETE = "complete"
    RETURNED = "returned"
    ISSUED = "issued"
    REMADE = "remade"
    STATUS_SET = "status_set"
    NOTICE_SENT = "notice_sent"
    NOT_NOW = "not_now"  # somebody was first, or something has to happen before


class ShowDecision(SaysVerdicts, frozen=True):
    """Where an audit is after its final findings; the hindrances say what cannot be decided yet, None for what can."""

    template = "register/decision.html.j2"
    is_confidential: ClassVar[bool] = True

    organisation: str
    is_own: bool
    facts: DecisionFacts
    against_positive: DecisionHindrance | None
    against_negative: DecisionHindrance | None
    is_positive: bool | None = None
    decided_on: date | None = None
    reason: str = ""
    part_a: PartAState | None = None
    question: str = ""
    number: str = ""  # of the certificate
    goes_to_swn: bool = True
    told: RegisterTold | None = None


class AskDecisionReason(Screen, frozen=True):
    """Why this decision? Part A quotes it; `within` is how soon SWN has to hear of a negative one."""

    template = "register/ask_reason.html.j2"
    is_confidential: ClassVar[bool] = True

    organisation: str
    is_positive: bool
    within: Period | None = None
    goes_to_swn: bool = True


class ConfirmPartA(Screen, frozen=True):
    """Send part A? `blockers` still keep the report from leaving; `has_office` when a secretariat uses the bot."""

    template = "register/confirm_part_a.html.j2"

    organisation: str
    is_positive: bool
    is_mail: bool
    blockers: int
    has_office: bool


class TellDecision(Screen, frozen=True):
    """A message of its own to the member: what the CI decided."""

    template = "register/tell_decision.html.j2"
    is_confidential: ClassVar[bool] = True

    organisation: str
    is_positive: bool
    reason: str
    on: date
    goes_to_swn: bool = True


class SubmissionLine(Struct, frozen=True):
    """Part A of one audit in a list."""

    organisation: str
    on: date
    is_positive: bool


class ChangeLine(Struct, frozen=True):
    """A change of status that waits for a person."""

    organisation: str
    proposal: StatusProposal


class ShowRegisterMenu(Screen, frozen=True):
    """What waits for the secretariat."""

    template = "register/menu.html.j2"
    names_role: ClassVar[bool] = True

    organisation: str
    role: Role
    to_check: tuple[SubmissionLine, ...]
    to_issue: tuple[SubmissionLine, ...]
    changes: tuple[ChangeLine, ...]
    notices: tuple[str, ...]
    news: MenuNews | None = None
    to_remake: tuple[str, ...] = ()


class ShowSubmission(Screen, frozen=True):
    """Part A of one audit, as the secretariat checks it."""

    template = "register/submission.html.j2"

    organisation: str
    member_number: str
    ci: str
    kind: AuditKind
    scope: str
    days: tuple[date, ...]
    number: int
    state: PartAState
    on: date
    question: str
    is_positive: bool
    decided_on: date
    reason: str
    by_mail: bool
    is_certified: bool = False
    is_overtaken: bool = False  # the decision was changed since
    has_new_decision: bool = False  # the certificate was made of an earlier one
    told: RegisterTold | None = None


class PartALine(Struct, frozen=True):
    """One field of part A."""

    label: str
    text: str


class ShowPartA(Screen, frozen=True):
    """A page of part A."""

    template = "register/part_a.html.j2"

    organisation: str
    title: str
    lines: tuple[PartALine, ...]
    page: int
    pages: int


class AskQuestion(Screen, frozen=True):
    """What has to be completed or corrected in part A?"""

    template = "register/ask_question.html.j2"

    organisation: str


class ConfirmIssue(Screen, frozen=True):
    """Make the certificate, with these dates?"""

    template = "register/confirm_issue.html.j2"

    organisation: str
    scope: str
    validity: Validity


class PartANews(StrEnum):
    """What happened with part A."""

    RECEIVED = "received"
    RETURNED = "returned"
    COMPLETE = "complete"


class TellPartA(Screen, frozen=True):
    """A message of its own: part A came in, is complete, or came back with a question."""

    template = "register/tell_part_a.html.j2"

    organisation: str
    news: PartANews
    is_positive: bool
    question: str = ""


class EntryLine(Struct, frozen=True):
    """One line of the register; `has_proposal` when somebody has to confirm something."""

    organisation: str
    certificate: Certificate


class ShowRegister(Screen, frozen=True):
    """A page of the register; `search` is what was typed, empty for all."""

    template = "register/register.html.j2"

    lines: tuple[EntryLine, ...]
    total: int
    page: int
    pages: int
    search: str


class ShowEntry(Screen, frozen=True):
    """One certificate; `is_register` for the secretariat, else as the member and the CI see it.

    `edition` is what should be made anew; `replaced` are the earlier editions, the newest first, and `asked` the one
    whose code somebody asked about.
    """

    template = "register/entry.html.j2"

    organisation: str
    ci: str
    scope: str
    certificate: Certificate
    today: date
    is_register: bool
    proposal: StatusProposal | None = None
    needs_notice: bool = False
    is_coming: bool = False  # the PDF
    told: RegisterTold | None = None
    edition: EditionProposal | None = None
    replaced: tuple[ReplacedEdition, ...] = ()
    asked: ReplacedEdition | None = None


class ConfirmEdition(Screen, frozen=True):
    """Make another edition? `proposal` is None when nothing differs yet: then only another scope makes one."""

    template = "register/confirm_edition.html.j2"

    organisation: str
    scope: str
    certificate: Certificate
    proposal: EditionProposal | None
    may_change_scope: bool


class ConfirmStatus(Screen, frozen=True):
    """Change the status? What it means, and that the member and the CI hear of it."""

    template = "register/confirm_status.html.j2"

    organisation: str
    number: str
    proposal: StatusProposal


class ShowNotice(Screen, frozen=True):
    """The letter about the expiry, to copy into a mail."""

    template = "register/notice.html.j2"

    organisation: str
    number: str
    expires_on: date
    is_under_way: bool
    until: date | None


class TellCertificate(Screen, frozen=True):
    """A message of its own: the certificate is there; `is_own` for the member, else for CI and secretariat."""

    template = "register/tell_certificate.html.j2"

    organisation: str
    number: str
    valid_from: date
    expires_on: date
    is_own: bool


class TellEdition(Screen, frozen=True):
    """A message of its own: the certificate was made anew, and `replaced` does not count any more."""

    template = "register/tell_edition.html.j2"

    organisation: str
    certificate: Certificate
    replaced: ReplacedEdition
    is_own: bool


class TellStatus(Screen, frozen=True):
    """A message of its own: the status of a certificate changed."""

    template = "register/tell_status.html.j2"

    organisation: str
    number: str
    status: CertificateStatus
    since: date
    reason: StatusReason
    until: date | None
    is_own: bool


class ShowPress(Screen, frozen=True):
    """A text for the press, to make one's own."""

    template = "register/press.html.j2"

    organisation: str
    valid_from: date
    expires_on: date


class ShowLogoRules(Screen, frozen=True):
    """What one may do with the logo, and until when."""

    template = "register/logo.html.j2"

    organisation: str
    scope: str
    expires_on: date
    status: CertificateStatus


class CaptionCertificate(Screen, frozen=True):
    """Below the PDF of a certificate."""

    template = "register/caption.html.j2"

    organisation: str
    number: str
    is_valid: bool
