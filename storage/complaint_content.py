"""The content files of complaints and appeals: YAML becomes `domain.case_procedure`, or an error for its editor.

complaints/ciio-2305.yaml, ... -> CaseProcedures
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from domain.appeals import AppealState, HandlerHindrance, Inadmissible
from domain.case_procedure import (
    AppealRules,
    CaseProcedure,
    CaseProcedures,
    CaseRungs,
    CaseTerm,
    CaseTransition,
    Channel,
    Choice,
    ComplaintRules,
    Criterion,
    HolderBranch,
    MediationRules,
    Reason,
    RegisterField,
)
from domain.cases import RegisterColumn
from domain.complaints import ComplaintState, HolderChoice, Step, Subject, Term
from domain.process import Period
from domain.roles import roles_of
from storage.content import CONTENT_DIRECTORY, MAX_BUTTON, ContentError, ContentProblem, Section, reading

_Value = TypeVar("_Value")
_UNITS = ("hours", "days", "weeks", "months")
_BASES = ("source", "own")
_MAX_ID = 40
_MOST_WEEKS = 52
#: What follows a changed decision; the bot has words for these.
_EFFECTS = ("client_register_adapted", "old_and_new_decision_in_client_file", "certificate_adapted_if_needed")


def load_case_procedures(directory: Path = CONTENT_DIRECTORY / "complaints") -> CaseProcedures:
    """Return every procedure of a directory by its id; one of them is the default.

    Raises:
        ContentError: with the problems of all files together.
    """
    problems: list[ContentProblem] = []
    found: list[CaseProcedure] = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            found.append(load_case_procedure(path))
        except ContentError as error:
            problems.extend(error.problems)
    if not problems:
        problems = _against_default(directory, found)
    if problems:
        raise ContentError(problems)
    return CaseProcedures(MappingProxyType({procedure.id: procedure for procedure in found}))


def _against_default(directory: Path, found: list[CaseProcedure]) -> list[ContentProblem]:
    """Exactly one procedure counts for a body that did not choose."""
    if not found:
        remedy = "Put a procedure back, such as ciio-2305.yaml."
        return [ContentProblem(f"{directory.name}/", "", "", "holds no procedure.", remedy)]
    defaults = [procedure.id for procedure in found if procedure.is_default]
    if not defaults:
        remedy = "Write is_default: true in the one that counts for a body that did not choose."
        return [ContentProblem(f"{one.id}.yaml", "", "is_default", "is true in no file.", remedy) for one in found[:1]]
    remedy = f"Keep it in one of {', '.join(defaults)}."
    others = defaults[1:]
    return [
        ContentProblem(f"{id_}.yaml", "", "is_default", "is true in another file as well.", remedy) for id_ in others
    ]


def load_case_procedure(path: Path = CONTENT_DIRECTORY / "complaints" / "ciio-2305.yaml") -> CaseProcedure:
    """Return one procedure for complaints and appeals.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        id_ = root.text("id", max_length=_MAX_ID)
        if id_ and id_ != path.stem:
            root.complain("id", f"is “{id_}” in {path.name}.", f"Call the file {id_}.yaml, or write id: {path.stem}.")
        roles = {entry.text("id"): _finished(entry, _role) for entry in root.sections("roles", name="role")}
        for entry in root.sections("roles", name="role"):
            _check_role(entry)
        return CaseProcedure(
            id=id_,
            title=root.text("title"),
            source=root.text("source"),
            roles=MappingProxyType(roles),
            channels=tuple(_finished(entry, _channel) for entry in root.sections("channels", name="channel")),
            themes=tuple(_finished(entry, _choice) for entry in root.sections("themes", name="theme")),
            complaint=_finished(root.section("complaint"), lambda section: _complaint(section, roles)),
            appeal=_finished(root.section("appeal"), lambda section: _appeal(section, roles)),
            mediation=_finished(root.section("mediation"), _mediation),
            register_fields=_register_fields(root),
            is_default=root.flag("is_default") if root.has("is_default") else False,
        )


# --- complaint -------------------------------------------------------------------------------------------------------


def _complaint(section: Section, roles: Collection[str]) -> ComplaintRules:
    states = section.texts("states")
    _want_all(section, "states", states, ComplaintState)
    subjects = tuple(_finished(entry, _choice) for entry in section.sections("subjects", name="subject"))
    _want_all(section, "subjects", [subject.id for subject in subjects], Subject)
    terms = _terms(section, states, roles, Term)
    for term in (terms[name] for name in Term if name in terms):
        if (term.hours is None) == (term.period is None):
            section.complain("terms", f"{term.id} has no length.", "Write `within` with one unit.")
    transitions = _transitions(section, states, roles)
    _want_all(section, "transitions", list(transitions), Step)
    _check_reachable(section, states, transitions)
    return ComplaintRules(
        criteria=tuple(_finished(entry, _criterion) for entry in section.sections("criteria", name="criterion")),
        subjects=subjects,
        states=states,
        terms=terms,
        transitions=transitions,
        holder=_finished(section.section("certificate_holder_branch"), lambda part: _holder(part, roles)),
        reminders=_finished(section.section("reminders"), lambda part: _rungs(part, terms)),
        keep_years=section.number("keep_years"),
        learning=section.texts("learning"),
    )


def _criterion(entry: Section) -> Criterion:
    label = entry.text("label", max_length=MAX_BUTTON)
    return Criterion(entry.text("id"), label, entry.text("text"), entry.flag("is_formal_written"))


def _holder(section: Section, roles: Collection[str]) -> HolderBranch:
    branch = HolderBranch(section.text("actor"), section.texts("inform"), section.texts("decide"))
    _refuse_unknown(section, "actor", [branch.actor], roles)
    _refuse_unknown(section, "inform", branch.inform, roles)
    _want_all(section, "decide", branch.decide, HolderChoice)
    return branch


def _rungs(section: Section, terms: Mapping[str, CaseTerm]) -> CaseRungs:
    rungs = CaseRungs(
        hours_after=section.numbers("hours_after"),
        hours_before=section.numbers("hours_before"),
        days_before=section.numbers("days_before"),
        days_after=section.numbers("days_after"),
        source=section.text("source"),
    )
    longest = terms[Term.CLASSIFY].hours if Term.CLASSIFY in terms else None
    if longest and any(hours >= longest for hours in (*rungs.hours_after, *rungs.hours_before)):
        section.complain("", f"holds {longest} hours or more.", "A reminder falls within the term.")
    return rungs


# --- appeal and mediation --------------------------------------------------------------------------------------------


def _appeal(section: Section, roles: Collection[str]) -> AppealRules:
    states = section.texts("states")
    _want_all(section, "states", states, AppealState)
    transitions = _transitions(section, states, roles)
    _check_reachable(section, states, transitions)
    rules = AppealRules(
        against=section.text("against"),
        states=states,
        terms=_terms(section, (*states, "decision_email"), roles),
        admissibility=_reasons(section, "admissibility"),
        to_complete=_reasons(section, "to_complete"),
        handler_guards=_reasons(section, "handler_guards"),
        transitions=transitions,
        has_further_appeal=section.flag("further_appeal"),
        no_disadvantage=section.text("no_disadvantage"),
    )
    _want_all(section, "admissibility", [reason.code for reason in rules.admissibility], Inadmissible)
    _want_all(section, "handler_guards", [reason.code for reason in rules.handler_guards], HandlerHindrance)
    _check_appeal(section, rules)
    return rules


def _check_appeal(section: Section, rules: AppealRules) -> None:
    """Report what `domain.appeals` cannot do without."""
    if "treat" not in rules.terms:
        section.complain("terms", "“treat” is missing.", "Add it, with within: null where there is no such term.")
    if "lodge" not in rules.terms or rules.terms["lodge"].period is None:
        section.complain("terms", "“lodge” has no length in days, weeks or months.", "Write such as {months: 1}.")
    if rules.has_further_appeal:
        section.complain("further_appeal", "is true.", "The bot knows no appeal after an appeal; write false.")
    if "close_changed" not in rules.transitions:
        section.complain("transitions", "“close_changed” is missing.", "Add it, with its effect_codes.")
        return
    for code in rules.transitions["close_changed"].effect_codes:
        if code not in _EFFECTS:
            section.complain("transitions", f"“{code}” is no effect.", f"Choose {', '.join(_EFFECTS)}.")


def _mediation(section: Section) -> MediationRules:
    offered = section.number("notaries_offered")
    if not offered:
        section.complain("notaries_offered", "is 0.", "Write how many notaries there are to choose from.")
    return MediationRules(
        notaries_offered=offered,
        proposed_by=section.text("proposed_by"),
        chosen_by=section.text("chosen_by"),
        region=section.text("region"),
        qualification=section.text("qualification"),
        rules=section.text("rules"),
        is_binding=section.flag("is_binding"),
        keeps_certification_power=section.flag("keeps_certification_power"),
        list_faults=_reasons(section, "list_faults"),
    )


# --- Parts of both ---------------------------------------------------------------------------------------------------


def _terms(
    section: Section, events: Collection[str], roles: Collection[str], wanted: type[StrEnum] | None = None
) -> Mapping[str, CaseTerm]:
    found = {}
    for entry in section.sections("terms", name="term"):
        term = _term(entry)
        _refuse_unknown(entry, "after", [term.after], events)
        _refuse_unknown(entry, "actor", [term.actor], roles)
        entry.finish()
        found[term.id] = term
    if wanted is not None:
        _want_all(section, "terms", list(found), wanted)
    return MappingProxyType(found)


def _term(entry: Section) -> CaseTerm:
    own_weeks = entry.numbers("own_weeks") if entry.has("own_weeks") else ()
    if any(not 0 < weeks <= _MOST_WEEKS for weeks in own_weeks) or list(own_weeks) != sorted(set(own_weeks)):
        entry.complain("own_weeks", f"is {list(own_weeks)}.", f"Write weeks from 1 to {_MOST_WEEKS}, the fewest first.")
    within = entry.optional_section("within")
    hours, period = _length(within) if within is not None else (None, None)
    return CaseTerm(
        id=entry.text("id"),
        after=entry.text("after"),
        actor=entry.text("actor"),
        is_soft=entry.flag("is_soft"),
        text=entry.text("text"),
        source=entry.text("source"),
        hours=hours,
        period=period,
        own_weeks=own_weeks,
    )


def _length(within: Section) -> tuple[int | None, Period | None]:
    """Return hours that elapse, or a period in calendar units."""
    named = [unit for unit in _UNITS if within.has(unit)]
    if len(named) != 1:
        within.complain("", "should name one unit.", f"Write one of {', '.join(_UNITS)}, such as {{hours: 48}}.")
    amounts = {unit: within.number(unit) for unit in named}
    within.finish()
    if "hours" in amounts:
        return amounts["hours"], None
    return None, Period(**amounts)


def _transitions(section: Section, states: Collection[str], roles: Collection[str]) -> Mapping[str, CaseTransition]:
    found = {}
    for entry in section.sections("transitions", name="transition"):
        step = _finished(entry, _transition)
        _refuse_unknown(entry, "before", [step.before], states)
        _refuse_unknown(entry, "after", [step.after], states)
        _refuse_unknown(entry, "actor", [step.actor], roles)
        _refuse_unknown(entry, "also", step.also, roles)
        found[step.id] = step
    return MappingProxyType(found)


def _transition(entry: Section) -> CaseTransition:
    return CaseTransition(
        id=entry.text("id"),
        before=entry.text("before"),
        after=entry.text("after"),
        actor=entry.text("actor"),
        also=entry.texts("also") if entry.has("also") else (),
        guard=entry.text("guard") if entry.has("guard") else "",
        effect=entry.text("effect") if entry.has("effect") else "",
        effect_codes=entry.texts("effect_codes") if entry.has("effect_codes") else (),
        is_own=_is_own(entry),
    )


def _check_reachable(section: Section, states: tuple[str, ...], transitions: Mapping[str, CaseTransition]) -> None:
    """Every state but the first follows on another, so that no case can be stuck before it."""
    for state in states[1:]:
        if not any(step.after == state for step in transitions.values()):
            section.complain("states", f"nothing leads to “{state}”.", "Add a transition, or leave the state out.")


def _reasons(section: Section, field: str) -> tuple[Reason, ...]:
    return tuple(_finished(entry, _reason) for entry in section.sections(field, name="reason", key="code"))


def _reason(entry: Section) -> Reason:
    return Reason(entry.text("code"), entry.text("text"), _is_own(entry))


def _channel(entry: Section) -> Channel:
    label = entry.text("label", max_length=MAX_BUTTON)
    return Channel(entry.text("id"), label, entry.flag("is_written"), _is_own(entry))


def _choice(entry: Section) -> Choice:
    label = entry.text("label", max_length=MAX_BUTTON)
    return Choice(entry.text("id"), label, entry.text("text") if entry.has("text") else "")


def _role(entry: Section) -> Choice:
    return Choice(entry.text("id"), entry.text("name"), entry.text("explain"))


def _check_role(entry: Section) -> None:
    try:
        roles_of(entry.text("id"))
    except KeyError:
        entry.complain("id", "is nobody that the bot knows.", "Choose an actor of domain/roles.py.")


def _register_fields(root: Section) -> tuple[RegisterField, ...]:
    entries = root.sections("register_fields", name="register field")
    found = tuple(_finished(entry, _register_field) for entry in entries)
    _want_all(root, "register_fields", [field.id for field in found], RegisterColumn)
    return found


def _register_field(entry: Section) -> RegisterField:
    return RegisterField(entry.text("id"), entry.text("label"), _is_own(entry))


def _is_own(entry: Section) -> bool:
    return entry.choice("basis", _BASES) == "own"


def _want_all(section: Section, field: str, found: Collection[str], wanted: type[StrEnum]) -> None:
    """Report what is missing, and what the rules would not understand."""
    for word in wanted:
        if word not in found:
            section.complain(field, f"“{word}” is missing.", "Add an entry for it.")
    for other in found:
        if other and other not in frozenset(wanted):
            section.complain(field, f"“{other}” is not known.", f"Choose {', '.join(wanted)}.")


def _refuse_unknown(section: Section, field: str, named: Iterable[str], known: Collection[str]) -> None:
    for word in named:
        if word and word not in known:
            section.complain(field, f"“{word}” is not known.", f"Choose {', '.join(known)}.")


def _finished(entry: Section, read: Callable[[Section], _Value]) -> _Value:
    value = read(entry)
    entry.finish()
    return value
