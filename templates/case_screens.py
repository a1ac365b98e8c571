"""Screens of complaints, client signals and the casusregister. No message names a client: it leads to the case."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from domain.case_procedure import CaseProcedure, Choice, Criterion
from domain.cases import CaseFilter, CaseReview, CaseRow, Lesson
from domain.complaints import (
    Capacity,
    Complaint,
    ComplaintState,
    Hindrance,
    HolderChoice,
    Interest,
    Notary,
    RunningTerm,
    Subject,
)
from domain.roles import Role
from templates.people_screens import MenuNews
from templates.screens import Screen

# ------------------------------------------------------------------------------------------------------ reporting


class AskWhatHappened(Screen, frozen=True):
    """What happened? `is_own` for a client who speaks for themselves, else somebody passes a signal on."""

    template = "case/ask_what.html.j2"

    is_own: bool
    own_cases: int = 0
    about: str = ""  # the audit at which it was heard


class ChooseBody(Screen, frozen=True):
    """To which certifying body?"""

    template = "case/choose_body.html.j2"

    text: str


class AskSubject(Screen, frozen=True):
    """What is it about?"""

    template = "case/ask_subject.html.j2"

    body: str


class AskHolder(Screen, frozen=True):
    """Which certified organisation is it about?"""

    template = "case/ask_holder.html.j2"


class AskAsWhom(Screen, frozen=True):
    """For oneself, or for the organisation?"""

    template = "case/ask_as_whom.html.j2"

    organisation: str


class AskFormal(Screen, frozen=True):
    """Was it sent by letter or mail as well?"""

    template = "case/ask_formal.html.j2"

    body: str


class ConfirmSignal(Screen, frozen=True):
    """Send it, as it stands here?"""

    template = "case/confirm_signal.html.j2"

    text: str
    body: str
    is_own: bool
    subject: Subject
    holder: str
    client: str
    channel: str
    is_for_organisation: bool
    is_written: bool = False  # a letter or mail goes with it


class ChooseClient(Screen, frozen=True):
    """From which client does the signal come?"""

    template = "case/choose_client.html.j2"


class ChooseChannel(Screen, frozen=True):
    """How did it come in?"""

    template = "case/choose_channel.html.j2"


class SignalSent(Screen, frozen=True):
    """It was reported; `is_formal` when a letter or mail goes with it."""

    template = "case/signal_sent.html.j2"

    number: str
    body: str
    decide_by: datetime
    is_own: bool
    is_formal: bool


class SignalKnown(Screen, frozen=True):
    """It was passed on before."""

    template = "case/signal_known.html.j2"

    number: str


class OwnLine(Struct, frozen=True):
    """One case in the list of one's own."""

    number: str
    received_at: datetime
    state: ComplaintState
    text: str


class ShowOwnCases(Screen, frozen=True):
    """What somebody reported themselves."""

    template = "case/own_cases.html.j2"

    lines: tuple[OwnLine, ...]


class OwnTold(StrEnum):
    """What just happened, in a line above the screen."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    ESCALATED = "escalated"
    CHOSEN = "chosen"
    CONSENTED = "consented"
    CHANGED = "changed"


class ShowOwnCase(Screen, frozen=True):
    """How one's own case stands, without anything internal."""

    template = "case/own_case.html.j2"

    number: str
    received_at: datetime
    text: str
    complaint: Complaint
    outcome: str
    result: str
    reason: str
    decide_by: datetime
    region: str
    rules: str
    told: OwnTold | None = None
    refused: tuple[Hindrance, ...] = ()
    treat_by: date | None = None


class AskWhyEscalate(Screen, frozen=True):
    """Why does the client not get any further?"""

    template = "case/ask_why_escalate.html.j2"

    number: str


# ------------------------------------------------------------------------------------------------------- messages


class TellSignal(Screen, frozen=True):
    """A message of its own: a signal came in; `is_office` when nobody decides about cases yet."""

    template = "case/tell_signal.html.j2"

    number: str
    decide_by: datetime
    subject: Subject
    is_office: bool


class CaseNews(StrEnum):
    """What happened in a case, for who works on it or complained."""

    ASSIGNED = "assigned"  # to you
    HANDED_OVER = "handed_over"  # to somebody else
    INVOLVED = "involved"  # you are marked as such, so it is no longer yours
    REACTED_YES = "reacted_yes"
    REACTED_NO = "reacted_no"
    ESCALATED = "escalated"
    NOTARY_CHOSEN = "notary_chosen"
    MEDIATION = "mediation"
    NO_COMPLAINT = "no_complaint"
    IN_TREATMENT = "in_treatment"
    OUTCOME = "outcome"
    REOPENED = "reopened"
    NOTARIES = "notaries"
    MEDIATION_STEP = "mediation_step"
    RESULT = "result"
    CLOSED = "closed"


class TellCase(Screen, frozen=True):
    """A message of its own about a case, with the words that are meant for the one who gets it."""

    template = "case/tell_case.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    news: CaseNews
    text: str = ""
    due: date | None = None  # of the term that runs


class TellHolder(Screen, frozen=True):
    """A message of its own: what was decided after a complaint about a certificate holder."""

    template = "case/tell_holder.html.j2"
    is_confidential: ClassVar[bool] = True

    organisation: str
    ci: str
    choice: HolderChoice
    is_holder: bool


class CaseReminder(Struct, frozen=True):
    """One line of a reminder."""

    number: str
    is_deciding: bool
    ends_at: datetime | None
    due: date
    hours_left: int | None
    days_left: int | None


class RemindCases(Screen, frozen=True):
    """A reminder of the terms of cases."""

    template = "case/remind.html.j2"

    lines: tuple[CaseReminder, ...]


# ------------------------------------------------------------------------------------------------- whoever works on it


class CaseMenuLine(Struct, frozen=True):
    """One open case in the menu."""

    number: str
    state: ComplaintState
    term: RunningTerm | None
    is_late: bool
    hours_left: int | None


class ShowCaseMenu(Screen, frozen=True):
    """What waits for the quality officer, the office manager or a handler."""

    template = "case/menu.html.j2"
    names_role: ClassVar[bool] = True

    organisation: str
    role: Role
    lines: tuple[CaseMenuLine, ...]
    more: int
    news: MenuNews | None = None
    appeals: int = 0  # that wait for this person


class CaseTold(StrEnum):
    """What just happened, in a line above the screen."""

    REGISTERED = "registered"
    NO_COMPLAINT = "no_complaint"
    ASSIGNED = "assigned"
    NOTED = "noted"
    OUTCOME = "outcome"
    CLOSED = "closed"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    DECIDED = "decided"
    HOLDER_UNTOLD = "holder_untold"  # decided, and they cannot be reached here
    LEADER_UNTOLD = "leader_untold"
    BOTH_UNTOLD = "both_untold"
    OFFERED = "offered"
    CONSENTED = "consented"
    CHOSEN = "chosen"
    STARTED = "started"
    ENDED = "ended"
    PLACED = "placed"
    CHANGED = "changed"
    SENDING = "sending"
    SHARED = "shared"


class ShowCase(Screen, frozen=True):
    """One case for who works on it; `handler_interests` came to light after it was assigned."""

    template = "case/case.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    complaint: Complaint
    capacities: frozenset[Capacity]
    is_subject: bool
    text: str
    client: str
    holder: str
    has_audit: bool
    channel: str
    reporter: str
    is_for_organisation: bool
    criterion: str
    handler: str
    term: RunningTerm | None
    is_late: bool
    hours_left: int | None
    theme: str
    root_cause: str
    references: str
    outcome: str
    measures: tuple[str, ...]
    reason: str
    has_file: bool
    result: str = ""  # of a mediation
    handler_interests: frozenset[Interest] = frozenset()
    told: CaseTold | None = None
    refused: tuple[Hindrance, ...] = ()


class ChooseCriterion(Screen, frozen=True):
    """Why is it a complaint?"""

    template = "case/choose_criterion.html.j2"

    number: str
    criteria: tuple[Criterion, ...]


class AskCaseText(Screen, frozen=True):
    """What is asked to be typed; `what` is a value of `conversations.case_taps.Ask`."""

    template = "case/ask_text.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    what: str
    is_told: bool  # to who complained
    now: str = ""
    is_read: bool = False  # by who complained, word for word
    notaries: int = 0  # how many have to be offered


class HandlerLine(Struct, frozen=True):
    """Somebody of the core group, with what keeps them from the case."""

    name: str
    interests: frozenset[Interest]


class ChooseHandler(Screen, frozen=True):
    """Who handles it?"""

    template = "case/choose_handler.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    people: tuple[HandlerLine, ...]


class InvolvedLine(Struct, frozen=True):
    """Somebody of the body and how they are marked."""

    name: str
    mark: Interest | None


class ShowInvolved(Screen, frozen=True):
    """Who is involved, a page at a time."""

    template = "case/involved.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    people: tuple[InvolvedLine, ...]
    page: int
    pages: int
    refused: tuple[Hindrance, ...] = ()


class ChooseTheme(Screen, frozen=True):
    """What does it teach?"""

    template = "case/choose_theme.html.j2"

    number: str
    themes: tuple[Choice, ...]


class ChooseCaseAudit(Screen, frozen=True):
    """Which audit is it about?"""

    template = "case/choose_audit.html.j2"

    number: str
    is_empty: bool


class ConfirmHolder(Screen, frozen=True):
    """Decide this about the certificate holder? Both they and the team leader hear of it."""

    template = "case/confirm_holder.html.j2"

    number: str
    holder: str
    choice: HolderChoice
    tells_holder: bool = True  # else they cannot be reached here
    tells_leader: bool = True


class ShowNotaries(Screen, frozen=True):
    """The list of notaries that is being made, with everything that is wrong with it."""

    template = "case/notaries.html.j2"

    number: str
    notaries: tuple[Notary, ...]
    faults: tuple[Hindrance, ...]
    region: str
    qualification: str


class HistoryLine(Struct, frozen=True):
    """One event; `text` is what was typed, or whom or what was chosen."""

    at: datetime
    what: str
    by: str
    text: str
    heard: int = 0  # of a lesson, how many
    is_satisfied: bool | None = None
    choice: HolderChoice | None = None
    has_file: bool = False


class ShowHistory(Screen, frozen=True):
    """Everything that happened in a case, a page at a time."""

    template = "case/history.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    lines: tuple[HistoryLine, ...]
    page: int
    pages: int


# ------------------------------------------------------------------------------------------------------ for learning


class TellLesson(Screen, frozen=True):
    """A message of its own to auditors: what a closed case teaches, without names."""

    template = "case/tell_lesson.html.j2"
    is_confidential: ClassVar[bool] = True

    ci: str
    theme: str
    lesson: Lesson


class ShowLesson(Screen, frozen=True):
    """The message as auditors would get it, how many of them, and how often something was shared before."""

    template = "case/lesson.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    message: TellLesson
    chosen: int
    learners: int
    shared_before: int
    refused: tuple[Hindrance, ...] = ()


class AskLessonWords(Screen, frozen=True):
    """In which words instead of those of the case?"""

    template = "case/ask_lesson_words.html.j2"

    number: str


class LearnerLine(Struct, frozen=True):
    """An auditor, and whether they get it."""

    name: str
    is_chosen: bool


class ChooseLearners(Screen, frozen=True):
    """Who gets it, a page at a time."""

    template = "case/choose_learners.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    people: tuple[LearnerLine, ...]
    chosen: int
    page: int
    pages: int


class ConfirmLesson(Screen, frozen=True):
    """Send it? It cannot be taken back."""

    template = "case/confirm_lesson.html.j2"
    is_confidential: ClassVar[bool] = True

    number: str
    message: TellLesson
    chosen: int


# ------------------------------------------------------------------------------------------------------ the register


class ShowCaseRegister(Screen, frozen=True):
    """A page of the casusregister."""

    template = "case/register.html.j2"
    is_confidential: ClassVar[bool] = True

    rows: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int
    wanted: CaseFilter
    is_coming: bool = False  # a document
    searched: int = 0  # up to which case, of how many: a search reads so many at a time
    among: int = 0


class ShowReview(Screen, frozen=True):
    """What a period comes to; `themes` are their Dutch names."""

    template = "case/review.html.j2"

    review: CaseReview
    quarter: int
    themes: tuple[tuple[str, int], ...]
    learning: tuple[str, ...]
    is_coming: bool = False  # a document


class CaptionReview(Screen, frozen=True):
    """Below the review of a period as a document, with what was taken out of its measures."""

    template = "case/caption_review.html.j2"

    year: int
    quarter: int
    taken_out: int


class ShowProcedure(Screen, frozen=True):
    """By which procedure the body treats cases; `weeks` is its own aim, `said` how the procedure stands without."""

    template = "case/procedure.html.j2"

    said: CaseProcedure
    weeks: int | None
    others: tuple[str, ...]
    may_choose: bool
    is_kept: bool = False  # what was just chosen


class ConfirmProcedure(Screen, frozen=True):
    """Go by another procedure from now on?"""

    template = "case/confirm_procedure.html.j2"

    before: str
    after: str


class CaptionCases(Screen, frozen=True):
    """Below the casusregister as a document; for the anonymous form with what was taken out."""

    template = "case/caption.html.j2"

    organisation: str
    made_on: date
    cases: int
    is_anonymous: bool
    taken_out: int
