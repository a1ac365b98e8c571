"""The procedure for complaints and appeals of a certifying body, as its content file says it; the rules read it.

`domain.complaints` and `domain.appeals` give the codes a meaning; here they are values with their source. A case keeps
the procedure that it began with, and the aim that the body had set itself by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from domain.process import Period


class CaseTerm(Struct, frozen=True):
    """How long somebody has: elapsed `hours`, or a `period` in calendar units; neither when the source names no term.

    `after` is the state or event from which it counts, `actor` an actor code of `domain.roles`. `own_weeks` are the
    lengths among which a body may choose its own aim; empty where the source leaves nothing open.
    """

    id: str
    after: str
    actor: str
    is_soft: bool
    text: str
    source: str
    hours: int | None = None
    period: Period | None = None
    own_weeks: tuple[int, ...] = ()


class CaseTransition(Struct, frozen=True):
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


class Reason(Struct, frozen=True):
    """A code that a rule can come to, with what people read."""

    code: str
    text: str
    is_own: bool = False


class Channel(Struct, frozen=True):
    """How a message came in; `is_written` when it counts as in writing."""

    id: str
    label: str
    is_written: bool
    is_own: bool = False


class Criterion(Struct, frozen=True):
    """Why a signal is a complaint; `is_formal_written` when the client is told of receipt and outcome."""

    id: str
    label: str
    text: str
    is_formal_written: bool


class Choice(Struct, frozen=True):
    """Something to choose from: an id, the words of its button, and more words where there are any."""

    id: str
    label: str
    text: str = ""


class CaseRungs(Struct, frozen=True):
    """When people hear of a term: in hours after it began and before it ends, or in days before and after its day."""

    hours_after: tuple[int, ...]
    hours_before: tuple[int, ...]
    days_before: tuple[int, ...]
    days_after: tuple[int, ...]
    source: str


class HolderBranch(Struct, frozen=True):
    """A complaint about a certificate holder: who decides, who hears of it, and what there is to decide."""

    actor: str
    inform: tuple[str, ...]
    decide: tuple[str, ...]


class ComplaintRules(Struct, frozen=True):
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


class AppealRules(Struct, frozen=True):
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


class MediationRules(Struct, frozen=True):
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


class RegisterField(Struct, frozen=True):
    """A column of the casusregister."""

    id: str
    label: str
    is_own: bool


class CaseProcedure(Struct, frozen=True, dict=True):
    """The whole procedure of one edition; `is_default` when it counts for a body that did not choose."""

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
    is_default: bool = False

    def treated_within(self, weeks: int | None) -> CaseProcedure:
        """Return the procedure with a body's own aim for treating a complaint; None for what the procedure says."""
        if weeks is None:
            return self
        treat = self.complaint.terms["treat"]
        terms = MappingProxyType({**self.complaint.terms, treat.id: replace(treat, period=Period(weeks=weeks))})
        return replace(self, complaint=replace(self.complaint, terms=terms))

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


class CaseProcedures(Struct, frozen=True, dict=True):
    """Every procedure that a certifying body can choose, by its id; one of them is the default."""

    all: Mapping[str, CaseProcedure]

    @cached_property
    def standard(self) -> CaseProcedure:
        """What counts for a body that did not choose."""
        return next(procedure for procedure in self.all.values() if procedure.is_default)

    def of(self, id_: str | None, treat_weeks: int | None = None) -> CaseProcedure:
        """Return a procedure with a body's own aim; an edition that is not installed is read as the default."""
        return self.all.get(id_ or "", self.standard).treated_within(treat_weeks)

    @cached_property
    def theme_labels(self) -> Mapping[str, str]:
        """What every theme of every procedure is called; the default has the last word."""
        found = {id_: words for one in self.all.values() for id_, words in one.theme_labels.items()}
        return found | dict(self.standard.theme_labels)
