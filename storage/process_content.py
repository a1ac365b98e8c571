"""The content files of the formal process: YAML becomes `domain.process`, or an error that an editor can act on.

processes/conventions.yaml + processes/2021.yaml, 2017.yaml, ... -> ProcessEdition
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from msgspec.structs import replace

from domain.audit import AuditKind, ProcessId
from domain.process import (
    Condition,
    EventKind,
    EventRule,
    Party,
    Period,
    PlanningAdvice,
    ProcessEdition,
    ProcessSettings,
    ReminderMoments,
    RenewalDate,
    Shift,
    Step,
    StepId,
    Trigger,
)
from storage.content import CONTENT_DIRECTORY, ContentError, ContentProblem, Section, reading

_Value = TypeVar("_Value")
_Enum = TypeVar("_Enum", bound=StrEnum)

_CONVENTIONS = "conventions.yaml"
_UNITS = ("days", "weeks", "months", "years")
_EVENT_FLAGS = ("repeats", "needs_outcome", "is_planned", "is_kept_elsewhere")


def load_processes(directory: Path = CONTENT_DIRECTORY / "processes") -> Mapping[ProcessId, ProcessEdition]:
    """Return every edition of the process by its id.

    Raises:
        ContentError: with the problems of all files together.
    """
    problems: list[ContentProblem] = []
    editions: list[ProcessEdition] = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            if path.name != _CONVENTIONS:
                editions.append(load_process(path))
        except ContentError as error:
            problems.extend(problem for problem in error.problems if problem not in problems)
    if problems:
        raise ContentError(problems)
    return MappingProxyType({edition.id: edition for edition in editions})


def load_process(path: Path) -> ProcessEdition:
    """Return one edition, counted as conventions.yaml beside it says. Raises ContentError."""
    shift, events = load_conventions(path.parent / _CONVENTIONS)
    with reading(path) as root:
        entries = root.sections("steps", name="step")
        steps = tuple(_finished(entry, _step) for entry in entries)
        known = {step.id for step in steps}
        for entry, step in zip(entries, steps, strict=True):
            _refuse_unknown(entry, "next", step.next, known)
        events = _events_of(root, steps, events)
        settings = _finished(root.section("settings"), lambda section: _settings(section, known))
        edition = ProcessEdition(
            id=ProcessId(root.text("id")),
            title=root.text("title"),
            source=root.text("source"),
            steps=steps,
            settings=replace(settings, shift=shift),
            reminders=_finished(root.section("reminders"), _reminders),
            planning=_finished(root.section("planning_advice"), _planning),
            events=events,
        )
        _check_recorders(root, edition)
    return edition


def _events_of(
    root: Section, steps: Iterable[Step], events: Mapping[EventKind, EventRule]
) -> Mapping[EventKind, EventRule]:
    """Return what can happen under an edition: every event but those that it leaves out, which no step may name."""
    left_out = frozenset(_all_of(root, "leaves_out", EventKind)) if root.has("leaves_out") else frozenset()
    for step in steps:
        named = {*step.produces, *(trigger.event for trigger in step.triggers), step.anchor, step.anchor_initial}
        for kind in [kind for kind in EventKind if kind in named and kind in left_out]:
            problem = f"names {kind}, which step {step.id} needs."
            root.complain("leaves_out", problem, "Leave it in, or change the step.")
    return MappingProxyType({kind: rule for kind, rule in events.items() if kind not in left_out})


def load_conventions(path: Path) -> tuple[Shift, Mapping[EventKind, EventRule]]:
    """Return how due dates shift, and the rules of every kind of event. Raises ContentError."""
    with reading(path) as root:
        shift = _one_of(root, "shift", Shift) or Shift.NONE
        entries = root.sections("events", name="event")
        rules = [_finished(entry, _event) for entry in entries]
        found = {rule.kind: rule for rule in rules if rule is not None}
        for kind in EventKind:
            if kind not in found:
                root.complain("events", f"“{kind}” is missing.", "Say what people read and who may record it.")
    return shift, MappingProxyType(found)


def _event(entry: Section) -> EventRule | None:
    kind = _one_of(entry, "id", EventKind)
    title, phrase = entry.text("title"), entry.text("phrase")
    recorded_by = _all_of(entry, "recorded_by", Party)
    flags = {name: entry.has(name) and entry.flag(name) for name in _EVENT_FLAGS}
    return EventRule(kind, title, phrase, recorded_by, **flags) if kind is not None else None


def _step(entry: Section) -> Step:
    direction = _optional(entry, "direction", lambda: entry.choice("direction", ("before", "after")))
    basis = _optional(entry, "basis", lambda: entry.choice("basis", ("own", "source")))
    step = Step(
        id=StepId(entry.text("id")),
        number=entry.text("number"),
        title=entry.text("title"),
        actor=_one_of(entry, "actor", Party) or Party.CI,
        action=entry.text("action") if entry.has("action") else "",
        source=entry.text("source"),
        triggers=_triggers(entry),
        when=_optional(entry, "when", lambda: _one_of(entry, "when", Condition)),
        anchor=_optional(entry, "anchor", lambda: _one_of(entry, "anchor", EventKind)),
        anchor_initial=_optional(entry, "anchor_initial", lambda: _one_of(entry, "anchor_initial", EventKind)),
        is_before=direction == "before",
        within=_optional(entry, "within", lambda: _period(entry, "within")),
        produces=_all_of(entry, "produces", EventKind) if entry.has("produces") else (),
        next=tuple(StepId(text) for text in entry.texts("next")) if entry.has("next") else (),
        counts_as=_optional(entry, "counts_as", lambda: _one_of(entry, "counts_as", EventKind)),
        is_aim=entry.has("aim") and entry.flag("aim"),
        lapse=entry.text("lapse") if entry.has("lapse") else "",
        is_own=basis == "own",
        is_choice=entry.has("choice") and entry.flag("choice"),
        remind_days=entry.numbers("remind_days") if entry.has("remind_days") else (),
    )
    if step.counts_as is not None and step.within is None:
        entry.complain("counts_as", "stands at a step without a term.", "Add `within`, or leave this out.")
    if step.is_before and step.anchor is None:
        entry.complain("direction", "is before nothing.", "Name the event in `anchor`.")
    return step


def _triggers(entry: Section) -> tuple[Trigger, ...]:
    """Read triggers: names of events, or an event with the condition under which it counts."""
    if not entry.has("trigger"):
        return ()
    found = []
    for part in entry.parts("trigger"):
        if isinstance(part, Section):
            event, when = _one_of(part, "event", EventKind), _one_of(part, "when", Condition)
            part.finish()
        else:
            event, when = EventKind(part) if part in frozenset(EventKind) else None, None
            if event is None:
                entry.complain("trigger", f"“{part}” is no event.", f"Choose one of {_CONVENTIONS}.")
        if event is not None:
            found.append(Trigger(event, when))
    return tuple(found)


def _settings(section: Section, steps: Collection[StepId]) -> ProcessSettings:
    suspension_start = _one_of(section, "suspension_start_after_followup", EventKind)
    followup_steps = tuple(StepId(text) for text in section.texts("followup_steps", may_be_empty=True))
    _refuse_unknown(section, "followup_steps", followup_steps, steps)
    rejection = section.choice("second_rejection", ("talk", "negative_advice"))
    suspension = section.optional_section("suspension")
    return ProcessSettings(
        validity=_period(section, "certificate_validity"),
        renewal_date=_one_of(section, "renewal_date", RenewalDate) or RenewalDate.OLD_EXPIRY,
        suspension=_finished(suspension, _units) if suspension is not None else None,
        suspension_start_after_followup=suspension_start or EventKind.FINDINGS_FINAL,
        under_way=_one_of(section, "scenario_2_test", EventKind) or EventKind.CI_CONTRACTED,
        is_second_rejection_negative=rejection == "negative_advice",
        self_evaluation_required=frozenset(_all_of(section, "self_evaluation_required", AuditKind, may_be_empty=True)),
        followup_steps=frozenset(followup_steps),
    )


def _reminders(section: Section) -> ReminderMoments:
    days = section.numbers("term_days_before")
    if list(days) != sorted(set(days), reverse=True):
        section.complain("term_days_before", "is not in order.", "Write each once, the longest first.")
    periods = tuple(_finished(part, _units) for part in section.parts("before_expiry") if isinstance(part, Section))
    return ReminderMoments(
        days,
        periods,
        section.numbers("late_days_after"),
        action_before=section.number("action_days_before"),
        action_after=section.number("action_days_after"),
    )


def _planning(section: Section) -> PlanningAdvice:
    return PlanningAdvice(
        section.number("all_met_weeks"), section.number("plan_approved_weeks"), section.number("plan_revised_weeks")
    )


def _period(entry: Section, field: str) -> Period:
    return _finished(entry.section(field), _units)


def _units(section: Section) -> Period:
    named = [unit for unit in _UNITS if section.has(unit)]
    if len(named) != 1:
        section.complain("", "should name one unit.", f"Write one of {', '.join(_UNITS)}, such as {{weeks: 2}}.")
    return Period(**{unit: section.number(unit) for unit in named})


def _check_recorders(root: Section, edition: ProcessEdition) -> None:
    """Refuse a step whose own party could not record what the step produces."""
    for step in edition.steps:
        for kind in step.produces:
            rule = edition.events.get(kind)
            if rule is not None and step.actor not in rule.recorded_by and not rule.is_planned:
                problem = f"step {step.id} is done by {step.actor}, who may not record {kind}."
                root.complain("steps", problem, f"Add {step.actor} to recorded_by in {_CONVENTIONS}.")


def _refuse_unknown(entry: Section, field: str, named: Iterable[StepId], known: Collection[StepId]) -> None:
    for step in named:
        if step not in known:
            entry.complain(field, f"“{step}” is no step of this file.", "Correct the name, or add the step.")


def _one_of(entry: Section, field: str, kind: type[_Enum]) -> _Enum | None:
    value = entry.choice(field, [str(member) for member in kind])
    return kind(value) if value in frozenset(kind) else None


def _all_of(entry: Section, field: str, kind: type[_Enum], *, may_be_empty: bool = False) -> tuple[_Enum, ...]:
    named = entry.texts(field, may_be_empty=may_be_empty)
    for value in named:
        if value not in frozenset(kind):
            entry.complain(field, f"“{value}” is not known.", f"Choose {', '.join(kind)}.")
    return tuple(kind(value) for value in named if value in frozenset(kind))


def _optional(entry: Section, field: str, read: Callable[[], _Value]) -> _Value | None:
    return read() if entry.has(field) else None


def _finished(entry: Section, read: Callable[[Section], _Value]) -> _Value:
    value = read(entry)
    entry.finish()
    return value
