"""The buttons of complaints, client signals and the casusregister; in messages they carry the role they are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from conversations.appeal_taps import AppealTap
from conversations.kit import Tap
from domain.actors import MembershipId
from domain.appeals import AppealId
from domain.audit import AuditId
from domain.cases import CaseKind, Which
from domain.complaints import ComplaintId, HolderChoice, Side, Subject
from domain.roles import OrganisationId, PersonId, Role

#: With these roles at a certifying body one works on cases.
CASE_ROLES = frozenset({Role.QUALITY_OFFICER, Role.OFFICE_MANAGER, Role.COMPLAINT_HANDLER})

# ------------------------------------------------------------------------------------------------------ reporting


class SignalTap(Tap, frozen=True):
    """To telling what one is not content with, or passing on what one heard."""

    prefix = "Ka"


class SubjectTap(Tap, frozen=True):
    """What it is about."""

    prefix = "Kb"

    subject: Subject


class AsWhomTap(Tap, frozen=True):
    """For oneself, or for the organisation."""

    prefix = "Kc"

    is_for_organisation: bool


class FormalTap(Tap, frozen=True):
    """Whether it was sent by letter or mail as well."""

    prefix = "Kd"

    is_formal: bool


class BodyTap(Tap, frozen=True):
    """To which certifying body."""

    prefix = "Ke"

    ci: OrganisationId


class ClientTap(Tap, frozen=True):
    """At which audit a signal was heard; None for another client. `is_list` shows the choice first."""

    prefix = "Kf"

    audit: AuditId | None
    is_list: bool = False


class ChannelTap(Tap, frozen=True):
    """How a signal came in, by its place in the procedure; -1 shows the choice."""

    prefix = "Kg"

    number: int


class SendSignalTap(Tap, frozen=True):
    """Report it, as it stands on the screen."""

    prefix = "Kh"


class DaySignalTap(Tap, frozen=True):
    """Propose an answer of an audit day as a signal."""

    prefix = "Ki"

    day: str
    question: int


# ------------------------------------------------------------------------------------------------ whoever complained


class OwnCasesTap(Tap, frozen=True):
    """To what one reported oneself."""

    prefix = "Kj"


class OwnCaseTap(Tap, frozen=True):
    """To one of them."""

    prefix = "Kk"

    complaint: ComplaintId


class ReactTap(Tap, frozen=True):
    """Say whether the outcome is good."""

    prefix = "Kl"

    complaint: ComplaintId
    is_satisfied: bool
    version: int


class OwnEscalateTap(Tap, frozen=True):
    """Ask for somebody from outside; asks why."""

    prefix = "Km"

    complaint: ComplaintId
    version: int


class OwnNotaryTap(Tap, frozen=True):
    """Choose a notary."""

    prefix = "Kn"

    complaint: ComplaintId
    number: int
    version: int


class OwnConsentTap(Tap, frozen=True):
    """Let the notary see the file."""

    prefix = "Ko"

    complaint: ComplaintId
    version: int


# ------------------------------------------------------------------------------------------------- whoever works on it


class Ask(StrEnum):
    """What is asked to be typed in a case."""

    NO_COMPLAINT = "no"
    NOTE = "note"
    MEASURE = "measure"
    ROOT_CAUSE = "cause"
    REFERENCES = "refs"
    OUTCOME = "outcome"
    PROOF = "proof"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    NOTARIES = "notaries"
    MEDIATION_NOTE = "talk"
    RESULT = "result"
    CLOSING = "closing"


class CaseTap(Tap, frozen=True):
    """To one complaint; out of a message in the role that it was for."""

    prefix = "Kp"

    complaint: ComplaintId
    role: MembershipId | None = None


class CriteriaTap(Tap, frozen=True):
    """To why it is a complaint."""

    prefix = "Kq"

    complaint: ComplaintId


class ClassifyTap(Tap, frozen=True):
    """It is a complaint, by a criterion."""

    prefix = "Kr"

    complaint: ComplaintId
    number: int
    version: int


class AskTap(Tap, frozen=True):
    """To typing something in a case."""

    prefix = "Ks"

    complaint: ComplaintId
    what: Ask


class HandlersTap(Tap, frozen=True):
    """To who could handle it."""

    prefix = "Kt"

    complaint: ComplaintId


class AssignTap(Tap, frozen=True):
    """Give it to somebody."""

    prefix = "Ku"

    complaint: ComplaintId
    person: PersonId
    version: int


class InvolvedTap(Tap, frozen=True):
    """To who is involved; pages count from 0."""

    prefix = "Kv"

    complaint: ComplaintId
    page: int = 0


class MarkTap(Tap, frozen=True):
    """The next mark of somebody: involved, it is about them, none."""

    prefix = "Kw"

    complaint: ComplaintId
    person: PersonId
    page: int


class ThemesTap(Tap, frozen=True):
    """To the themes."""

    prefix = "Kx"

    complaint: ComplaintId


class ThemeTap(Tap, frozen=True):
    """It is about this theme."""

    prefix = "Ky"

    complaint: ComplaintId
    number: int
    version: int


class HolderTap(Tap, frozen=True):
    """What the board decides about a certificate holder; asks first."""

    prefix = "Kz"

    complaint: ComplaintId
    choice: HolderChoice
    version: int
    is_sure: bool


class ConsentTap(Tap, frozen=True):
    """A side lets the notary see the file."""

    prefix = "K1"

    complaint: ComplaintId
    side: Side
    version: int


class NotaryTap(Tap, frozen=True):
    """Record which notary was chosen by somebody who does not use the bot."""

    prefix = "K2"

    complaint: ComplaintId
    number: int
    version: int


class TiesTap(Tap, frozen=True):
    """This notary of the list that is being made has a tie, or has none after all."""

    prefix = "K3"

    complaint: ComplaintId
    number: int


class OfferTap(Tap, frozen=True):
    """Offer the list."""

    prefix = "K4"

    complaint: ComplaintId
    version: int


class StartMediationTap(Tap, frozen=True):
    """Let the mediation begin."""

    prefix = "K5"

    complaint: ComplaintId
    version: int


class CloseTap(Tap, frozen=True):
    """Close it: the client said so themselves."""

    prefix = "K6"

    complaint: ComplaintId
    version: int


class HistoryTap(Tap, frozen=True):
    """To everything that happened, a page at a time."""

    prefix = "K7"

    complaint: ComplaintId
    page: int


class PlaceTap(Tap, frozen=True):
    """It is about this audit; None shows the choice."""

    prefix = "K8"

    complaint: ComplaintId
    audit: AuditId | None


class ProofTap(Tap, frozen=True):
    """Have the document sent that shows that the client is satisfied."""

    prefix = "K9"

    complaint: ComplaintId


# ---------------------------------------------------------------------------------------------------- for learning


class LessonTap(Tap, frozen=True):
    """To what a closed case teaches; with `is_own` in the words of the case again."""

    prefix = "Lh"

    complaint: ComplaintId
    is_own: bool = False


class LessonWordsTap(Tap, frozen=True):
    """To saying it in other words."""

    prefix = "Li"

    complaint: ComplaintId


class LearnersTap(Tap, frozen=True):
    """To who gets it; pages count from 0."""

    prefix = "Lj"

    complaint: ComplaintId
    page: int = 0


class LearnerTap(Tap, frozen=True):
    """Somebody gets it, or not after all; without a person everybody, or with `is_none` nobody."""

    prefix = "Lk"

    complaint: ComplaintId
    person: PersonId | None
    page: int
    is_none: bool = False


class ShareLessonTap(Tap, frozen=True):
    """Send it; asks first."""

    prefix = "Ll"

    complaint: ComplaintId
    version: int
    is_sure: bool


# ------------------------------------------------------------------------------------------------------ the register


class Form(StrEnum):
    """In which form the register leaves."""

    EXCEL = "excel"
    WORD = "word"
    ANONYMOUS = "anonymous"
    ANONYMOUS_PDF = "anonymous_pdf"


class CasesTap(Tap, frozen=True):
    """To a page of the casusregister; pages count from 0, and those of a search from the case where it goes on."""

    prefix = "La"

    page: int = 0


class FilterTap(Tap, frozen=True):
    """Show other cases."""

    prefix = "Lb"

    which: Which
    kind: CaseKind | None
    year: int | None


class ReviewTap(Tap, frozen=True):
    """To what a period comes to: a quarter (1 to 4) of a year, or with 0 the whole year; year 0 is this one."""

    prefix = "Lc"

    year: int
    quarter: int


class ReviewDocumentTap(Tap, frozen=True):
    """Have what a period comes to made as a document without names."""

    prefix = "Lm"

    year: int
    quarter: int


class ExportTap(Tap, frozen=True):
    """Have the register made as a document."""

    prefix = "Ld"

    form: Form


class ProcedureTap(Tap, frozen=True):
    """To the procedure by which the body treats complaints and appeals."""

    prefix = "Le"


class ChooseProcedureTap(Tap, frozen=True):
    """Another procedure, by its place among all; asks first."""

    prefix = "Lf"

    number: int
    is_sure: bool


class AimTap(Tap, frozen=True):
    """The body's own aim for treating a complaint in weeks; 0 for what the procedure says."""

    prefix = "Lg"

    weeks: int


#: How a row of the register is opened, per kind; another kind of case adds its own button here.
OPENS: Mapping[CaseKind, Callable[[int], Tap]] = {
    CaseKind.SIGNAL: lambda id_: CaseTap(ComplaintId(id_)),
    CaseKind.COMPLAINT: lambda id_: CaseTap(ComplaintId(id_)),
    CaseKind.HOLDER_COMPLAINT: lambda id_: CaseTap(ComplaintId(id_)),
    CaseKind.APPEAL: lambda id_: AppealTap(AppealId(id_)),
}
