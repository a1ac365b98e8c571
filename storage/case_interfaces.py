"""What the rest of Handvat may ask of storage about the cases of a certifying body: as rows, and by which procedure.

Complaints and appeals are kept apart and each decides who reaches what; the register only puts the rows together. The
quality officer and the office manager see all of their body, a handler what was given to them, nobody else anything.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.actors import MembershipId
from domain.case_procedure import CaseProcedure
from domain.cases import CaseFilter, CaseKind, CaseLine, CaseRow, KeptTerm, Lesson, Masking
from domain.complaints import ComplaintId
from domain.roles import PersonId
from storage.interfaces import Refusal


class CaseKey(Struct, frozen=True):
    """Where a case is: complaints and signals count together, appeals by themselves."""

    kind: CaseKind
    id: int


class CasePage(Struct, frozen=True):
    """A page of the register, from the place `first` in its order; `further` is where to go on, None at the end.

    Without words `total` counts what is looked for. With words it counts what stands here: a search reads so many cases
    at a time, `among` are all it could look through. `kinds` and `years` are those that there are.
    """

    rows: tuple[CaseRow, ...]
    total: int
    first: int
    further: int | None
    among: int
    kinds: tuple[CaseKind, ...]
    years: tuple[int, ...]


class CaseRegister(Protocol):
    """The casusregister as far as the actor reaches."""

    def rows(self, first: date | None = None, last: date | None = None) -> tuple[CaseRow, ...]:
        """Return the cases within reach, of every kind: all, or what came in from day to day.

        Raises:
            NotAllowed: they have nothing to do with cases.
        """
        ...

    def page(self, wanted: CaseFilter, first: int, size: int) -> CasePage:
        """Return a page of what is looked for, from a place in the order on. Raises NotAllowed."""
        ...

    def keys(self, wanted: CaseFilter) -> tuple[CaseKey, ...]:
        """Return the keys of what is looked for, in order; words are not looked at. Raises NotAllowed."""
        ...

    def read(self, keys: Sequence[CaseKey]) -> tuple[CaseRow, ...]:
        """Return the cases of these keys that are (still) within reach, in their order. Raises NotAllowed."""
        ...

    def masking(self) -> Masking:
        """Return what takes every name around the body out of a text; for who keeps the register. Raises NotAllowed."""
        ...


class Learner(Struct, frozen=True):
    """An auditor of the body who can be told what a case teaches; in which role they hear it."""

    person: PersonId
    name: str
    chat: int
    membership: MembershipId


class CaseLessons(Protocol):
    """What a closed complaint teaches, for the auditors of the same certifying body.

    For the quality officer and whoever handled it; everything raises NotAllowed for others and out of reach.
    """

    def of(self, complaint: ComplaintId, words: str = "") -> Lesson:
        """Return it without names, from the case or from the words that somebody wrote instead."""
        ...

    def learners(self, complaint: ComplaintId) -> tuple[Learner, ...]:
        """Return the auditors and team leaders of the body who can be reached, by name; never the actor."""
        ...

    def share(
        self, complaint: ComplaintId, words: str, people: Collection[PersonId], at: datetime, *, seen: int
    ) -> tuple[Lesson, tuple[Learner, ...]]:
        """Record in the case what was shared and with how many, and return both; others than `learners` get nothing.

        Raises:
            ComplaintRefused: it is not closed, nobody is left to hear it, or there is nothing to tell.
            ComplaintChanged
        """
        ...


class NotOffered(Refusal):
    """There is no such procedure, or it does not leave open what somebody wants to set."""


class CaseChoice(Struct, frozen=True):
    """What a body chose: `said` is the procedure as it stands, `procedure` the same with the body's own aim in it."""

    said: CaseProcedure
    procedure: CaseProcedure
    treat_weeks: int | None


class CaseSettings(Protocol):
    """The procedure for complaints and appeals of the actor's certifying body.

    It counts for what begins from now on: a case keeps what it began with. The office reads it, the quality officer
    chooses.
    """

    def choice(self) -> CaseChoice:
        """Return what counts now. Raises NotAllowed."""
        ...

    def choose(self, procedure: str, at: datetime) -> CaseChoice:
        """Choose a procedure; an own aim goes with the one it was made for. Raises NotAllowed, NotOffered."""
        ...

    def aim(self, weeks: int | None, at: datetime) -> CaseChoice:
        """Set the own aim for treating a complaint, None for what the procedure says. Raises NotAllowed, NotOffered."""
        ...


__all__ = [
    "CaseChoice",
    "CaseKey",
    "CaseKind",
    "CaseLessons",
    "CaseLine",
    "CasePage",
    "CaseRegister",
    "CaseRow",
    "CaseSettings",
    "KeptTerm",
    "Learner",
    "NotOffered",
]
