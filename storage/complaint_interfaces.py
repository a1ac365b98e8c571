"""What the rest of Handvat may ask of storage about complaints and client signals.

The quality officer and the office manager reach every case of their certifying body; a handler those that were given to
them, as long as they have no interest in them; whoever complained sees how their own case stands and nothing internal.
An interest (claimant, subject, involved, in the team, decided, tied) is looked up in the query that assigns and reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.case_procedure import CaseProcedure
from domain.cases import CaseRow
from domain.complaints import (
    Capacity,
    Complaint,
    ComplaintId,
    Event,
    Given,
    Happening,
    Interest,
    RunningTerm,
    Step,
    Subject,
)
from domain.roles import OrganisationId, PersonId
from domain.self_evaluation import FileId
from storage.interfaces import FileRef, Refusal
from storage.plan_interfaces import Addressee


class ComplaintChanged(Refusal):
    """Somebody else did something in the complaint since the screen was made."""


class AlreadyPassedOn(Refusal):
    """What this signal comes from was passed on before; `number` is the case."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class Body(Struct, frozen=True):
    """A certifying body to which somebody can report; `audit` is the newest audit it does of their organisation."""

    id: OrganisationId
    name: str
    audit: AuditId | None = None


class Client(Struct, frozen=True):
    """An organisation that a certifying body audits, with the newest audit."""

    organisation: OrganisationId
    name: str
    audit: AuditId


class NewSignal(Struct, frozen=True):
    """What somebody reports: the words, what it is about, how it came in, and where it comes from.

    `audit` is the audit that it is about; `client` and `holder` are names that were typed. `is_for_organisation` says
    that a member speaks for their organisation; `origin` names what it was taken from, so that it is passed on once.
    """

    ci: OrganisationId
    text: str
    subject: Subject = Subject.OWN_WORK
    channel: str = "chat"
    audit: AuditId | None = None
    client: str = ""
    holder: str = ""
    is_for_organisation: bool = False
    origin: str = ""


class Received(Struct, frozen=True):
    """A signal that was stored: its number, until when it is decided on, and who has to hear of it.

    `has_officer` is False when the office hears it because nobody decides about cases yet.
    """

    id: ComplaintId
    number: str
    decide_by: datetime
    listeners: tuple[Addressee, ...]
    has_officer: bool


class OwnCase(Struct, frozen=True):
    """What whoever complained sees of it: how it stands by which `rules`, and what was meant for them."""

    id: ComplaintId
    number: str
    rules: CaseProcedure
    received_at: datetime
    text: str
    complaint: Complaint
    outcome: str = ""
    result: str = ""  # of a mediation
    reason: str = ""  # why it is no complaint


class Dossier(Struct, frozen=True):
    """One complaint as somebody who works on it sees it.

    `rules` are what it goes by, whatever the body chose since. `capacities` are those of the actor; `names` of
    everybody in it, as far as they were not erased. `handler_interests` are what came to light about the handler after
    they were assigned: then they reach it no more.
    """

    id: ComplaintId
    number: str
    rules: CaseProcedure
    complaint: Complaint
    events: tuple[Event, ...]
    text: str
    channel: str
    is_for_organisation: bool
    reporter: PersonId
    client: str
    holder: str
    audit: AuditId | None
    capacities: frozenset[Capacity]
    is_subject: bool
    term: RunningTerm | None
    names: Mapping[PersonId, str]
    handler_interests: frozenset[Interest] = frozenset()


class HandlerOption(Struct, frozen=True):
    """Somebody of the core group, with every interest that keeps them from handling this complaint."""

    person: PersonId
    name: str
    interests: frozenset[Interest]


class Person(Struct, frozen=True):
    """Somebody who works for the certifying body; `mark` is how the quality officer marked them, if at all."""

    person: PersonId
    name: str
    mark: Interest | None = None


class Complaints(Protocol):
    """Complaints and signals within the actor's reach.

    Everything raises NotAllowed out of reach. Steps raise `domain.complaints.ComplaintRefused` with every reason, and
    ComplaintChanged when `seen` is not the version that counts now.
    """

    # Whoever reports

    def bodies(self) -> tuple[Body, ...]:
        """Return where the actor can report: their own body, or those that audit their organisation, else all."""
        ...

    def procedure(self, ci: OrganisationId) -> CaseProcedure:
        """Return what a signal to a body would go by; one of `bodies`."""
        ...

    def clients(self) -> tuple[Client, ...]:
        """Return the organisations that the actor's certifying body audits, by name; for who works there."""
        ...

    def report(self, new: NewSignal, at: datetime) -> Received:
        """Store a signal. Raises AlreadyPassedOn."""
        ...

    def passed_on(self, audit: AuditId) -> frozenset[str]:
        """Return the origins within an audit that were passed on already."""
        ...

    def own(self) -> tuple[OwnCase, ...]:
        """Return what the actor complained about, the newest first."""
        ...

    def own_case(self, complaint: ComplaintId) -> OwnCase:
        """Return one of them."""
        ...

    # Whoever works on it

    def waiting(self, limit: int | None = None) -> tuple[Dossier, ...]:
        """Return open complaints within reach, the first to end first: all of them, or so many at most."""
        ...

    def how_many_wait(self) -> int:
        """Return how many open complaints there are within reach."""
        ...

    def get(self, complaint: ComplaintId) -> Dossier:
        """Return one complaint."""
        ...

    def rows(self) -> tuple[CaseRow, ...]:
        """Return every complaint and signal within reach, for the casusregister."""
        ...

    def core_group(self, complaint: ComplaintId) -> tuple[HandlerOption, ...]:
        """Return who could handle a complaint, and why somebody could not; for the quality officer."""
        ...

    def people(self, complaint: ComplaintId) -> tuple[Person, ...]:
        """Return everybody who works for the body, to mark who is involved."""
        ...

    def mark(self, complaint: ComplaintId, person: PersonId, mark: Interest | None, at: datetime) -> None:
        """Record that somebody is involved or that it is about them; None takes the mark away."""
        ...

    def place(self, complaint: ComplaintId, audit: AuditId, at: datetime) -> Dossier:
        """Record which audit a signal is about; only before it is decided on."""
        ...

    def step(self, complaint: ComplaintId, step: Step, given: Given, at: datetime, *, seen: int) -> Dossier:
        """Take a step."""
        ...

    def note(self, complaint: ComplaintId, what: Happening, given: Given, at: datetime, *, seen: int) -> Dossier:
        """Record something."""
        ...

    # Whoever complained

    def own_step(self, complaint: ComplaintId, step: Step, given: Given, at: datetime, *, seen: int) -> OwnCase:
        """Take a step as the one who complained."""
        ...

    def own_note(self, complaint: ComplaintId, what: Happening, given: Given, at: datetime, *, seen: int) -> OwnCase:
        """Record something as the one who complained."""
        ...

    # Proof and messages

    def want_file(
        self, complaint: ComplaintId, name: str, media_type: str, size: int | None, telegram_id: str, at: datetime
    ) -> FileRef:
        """Record a file that has to be fetched; the caller queues the job "fetch_file"."""
        ...

    def proof(self, complaint: ComplaintId) -> FileId | None:
        """Return the document that shows that the client is satisfied, if there is one."""
        ...

    def claimant(self, complaint: ComplaintId) -> Addressee | None:
        """Return who complained, None when they do not use the bot or cannot be reached."""
        ...

    def officers(self, complaint: ComplaintId) -> tuple[Addressee, ...]:
        """Return the quality officers of the body."""
        ...

    def handler(self, complaint: ComplaintId) -> Addressee | None:
        """Return the handler, None when there is none within reach of the bot."""
        ...

    def concerned(self, complaint: ComplaintId) -> tuple[tuple[Addressee, ...], tuple[Addressee, ...]]:
        """Return who hears of a decision about a certificate holder: their coordinators, and the team leader."""
        ...


class CaseNotice(Struct, frozen=True):
    """What one person has to hear about one complaint now; `hours_left` for the term in hours, else `days_left`."""

    person: PersonId
    chat: int
    membership: MembershipId
    complaint: ComplaintId
    number: str
    is_deciding: bool  # the 48 hours, else the month
    ends_at: datetime | None
    due: date
    hours_left: int | None
    days_left: int | None


__all__ = [
    "AlreadyPassedOn", "Body", "CaseNotice", "Client", "ComplaintChanged", "Complaints", "Dossier", "HandlerOption",
    "NewSignal", "OwnCase", "Person", "Received",
]  # fmt: skip
