"""What the rest of Handvat may ask of storage about the cases of a certifying body: as rows, and by which procedure.

Complaints and appeals are kept apart and each decides who reaches what; the register only puts the rows together. The
quality officer and the office manager see all of their body, a handler what was given to them, nobody else anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actors import MembershipId
from domain.case_procedure import CaseProcedure
from domain.cases import CaseKind, CaseLine, CaseRow, KeptTerm, Lesson, Masking
from domain.complaints import ComplaintId
from domain.roles import PersonId
from storage.interfaces import Refusal


class CaseRegister(Protocol):
    """The casusregister as far as the actor reaches."""

    def rows(self) -> tuple[CaseRow, ...]:
        """Return every case within reach, of every kind. Raises NotAllowed for who has nothing to do with cases."""
        ...

    def masking(self) -> Masking:
        """Return what takes every name around the body out of a text; for who keeps the register. Raises NotAllowed."""
        ...


@dataclass(frozen=True)
class Learner:
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


@dataclass(frozen=True)
class CaseChoice:
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
    "CaseKind",
    "CaseLessons",
    "CaseLine",
    "CaseRegister",
    "CaseRow",
    "CaseSettings",
    "KeptTerm",
    "Learner",
    "NotOffered",
]
