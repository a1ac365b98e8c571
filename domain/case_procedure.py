"""The procedure for complaints and appeals of a certifying body, as its content file says it; the rules read it.

`domain.complaints` and `domain.appeals` give the codes a meaning; here they are values with their source. A case keeps
the id of the procedure that it began with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from domain.process import Period


@dataclass(frozen=True)
class CaseTerm:
    """How long somebody has: elapsed `hours`, or a `period` in calendar units; neither when the source names no term.

    `after` is the state or event from which it counts, `actor` an actor code of `domain.roles`.
    """

    id: str
    after: str
    actor: str
    is_soft: bool
    text: str
    source: str
    hours: int | None = None
    period: Period | None = None


@dataclass(frozen=True)
class CaseTransition:
    """A step from one state to another, who takes it (an actor code), and what goes with it.

    `also` may take it as well, or record it for somebody outside the bot; `is_own` when the source does not name it.
    """

    id: str
    before: str
    after: str
    actor: str
    also: tuple[str, ...] = ()
    guard: str = ""
    effect: str = ""
    effect_codes: tuple[str, ...] = ()
    is_own: bool = False


@dataclass(frozen=True)
class Reason:
    """A code that a rule can come to, with what people read."""

    code: str
    text: str
    is_own: bool = False


@dataclass(frozen=True)
class Channel:
    """How a message came in; `is_written` when it counts as in writing."""

    id: str
    label: str
    is_written: bool
    is_own: bool = False


@dataclass(frozen=True)
class Criterion:
    """Why a signal is a complaint; `is_formal_written` when the client is told of receipt and outcome."""

    id: str
    label: str
    text: str
    is_formal_written: bool


@dataclass(frozen=True)
class Choice:
    """Something to choose from: an id, the words of its button, and more words where there are any."""

    id: str
    label: str
    text: str = ""


@dataclass(frozen=True)
class CaseRungs:
    """When people hear of a term: in hours after it began and before it ends, or in days before and after its day."""

    hours_after: tuple[int, ...]
    hours_before: tuple[int, ...]
    days_before: tuple[int, ...]
    days_after: tuple[int, ...]
    source: str


@dataclass(frozen=True)
class HolderBranch:
    """A complaint about a certificate holder: who decides, who hears of it, and what there is to decide."""

    actor: str
    inform: tuple[str, ...]
    decide: tuple[str, ...]


@dataclass(frozen=True)
class ComplaintRules:
    """How a complaint goes, from signal to closing."""

    criteria: tuple[Criterion, ...]
    subjects: tuple[Choice, ...]
    states: tuple[str, ...]
    terms: Mapping[str, CaseTerm]
    transitions: Mapping[str, CaseTransition]
    holder: HolderBranch
    reminders: CaseRungs
    keep_years: int
    learning: tuple[str, ...]


@dataclass(frozen=True)
class AppealRules:
    """How an appeal against a decision goes; `domain.appeals` says what the codes mean."""

    against: str
    states: tuple[str, ...]
    terms: Mapping[str, CaseTerm]
    admissibility: tuple[Reason, ...]
    to_complete: tuple[Reason, ...]
    handler_guards: tuple[Reason, ...]
    transitions: Mapping[str, CaseTransition]
    has_further_appeal: bool
    no_disadvantage: str


@dataclass(frozen=True)
class MediationRules:
    """What holds when a case goes to an outside mediator."""

    notaries_offered: int
    proposed_by: str
    chosen_by: str
    region: str
    qualification: str
    rules: str
    is_binding: bool
    keeps_certification_power: bool
    list_faults: tuple[Reason, ...]


@dataclass(frozen=True)
class RegisterField:
    """A column of the casusregister."""

    id: str
    label: str
    is_own: bool


@dataclass(frozen=True)
class CaseProcedure:
    """The whole procedure of one edition."""

    id: str
    title: str
    source: str
    roles: Mapping[str, Choice]
    channels: tuple[Channel, ...]
    themes: tuple[Choice, ...]
    complaint: ComplaintRules
    appeal: AppealRules
    mediation: MediationRules
    register_fields: tuple[RegisterField, ...]

    @cached_property
    def theme_labels(self) -> Mapping[str, str]:
        """What every theme is called."""
        return {theme.id: theme.label for theme in self.themes}

    def channel(self, id_: str) -> Channel | None:
        """Return a channel by its id, None when there is no such."""
        return next((channel for channel in self.channels if channel.id == id_), None)

    def criterion(self, id_: str) -> Criterion | None:
        """Return a criterion by its id, None when there is no such."""
        return next((criterion for criterion in self.complaint.criteria if criterion.id == id_), None)
