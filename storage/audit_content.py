"""The content files of audits: YAML becomes `domain.audit_rules`, or an error that an editor can act on.

audit-days.yaml, outcomes.yaml, audit-rules.yaml, conduct.yaml, day-evaluation.yaml, weighing.yaml, processes/,
report-format.yaml, complaints/, audit-evaluation.yaml, trends.yaml
    -> AuditRules
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from domain.amounts import rounded
from domain.audit import ProcessId
from domain.audit_days import (
    DayBand,
    DayRange,
    DayRate,
    DayTable,
    FeedbackPrice,
    FteField,
    PeopleKind,
    Variant,
    VariantRule,
)
from domain.audit_rules import AuditRules
from domain.case_procedure import CaseProcedures
from domain.conduct import ConductText, Statement, StatementText
from domain.day_evaluation import DayQuestion
from domain.framework import WeighingRule
from domain.judging import (
    Advice,
    BlockerKind,
    BlockerRule,
    Consequence,
    Lift,
    OutcomeRule,
    ProcessOutcomes,
    Severity,
)
from domain.process import ProcessEdition, StepId
from domain.weighing import Outcome
from domain.working_days import Hours, WorkingDays
from storage.complaint_content import load_case_procedures
from storage.content import (
    CONTENT_DIRECTORY,
    MAX_BUTTON,
    MAX_QUESTION,
    ContentError,
    ContentProblem,
    Section,
    load_weighing_rules,
    reading,
)
from storage.evaluation_content import load_evaluation_rules
from storage.process_content import load_processes
from storage.report_content import load_report_format
from storage.retention_content import load_retention
from storage.trend_content import load_trend_rules

_Value = TypeVar("_Value")
_Enum = TypeVar("_Enum", bound=StrEnum)

_HOURS_OF_A_DAY = 24
_SAME_EVERYWHERE = (Outcome.INCOMPLETE, Outcome.INVALID)
_JUDGED_OUTCOMES = tuple(outcome for outcome in Outcome if outcome not in _SAME_EVERYWHERE)


def load_audit_rules(directory: Path = CONTENT_DIRECTORY) -> AuditRules:
    """Return the rules of audits from the files of a directory.

    Raises:
        ContentError: with the problems of all files together.
    """
    files = _Together()
    days = files.read(lambda: load_day_table(directory / "audit-days.yaml"))
    judged = files.read(lambda: _load_judged(directory / "outcomes.yaml", directory / "weighing.yaml"))
    editions = files.read(lambda: load_processes(directory / "processes"))
    settling = files.read(lambda: load_settling(directory / "audit-rules.yaml"))
    conduct = files.read(lambda: load_conduct(directory / "conduct.yaml"))
    questions = files.read(lambda: load_day_questions(directory / "day-evaluation.yaml"))
    report = files.read(lambda: load_report_format(directory / "report-format.yaml"))
    cases = files.read(lambda: load_case_procedures(directory / "complaints"))
    evaluation = files.read(lambda: load_evaluation_rules(directory / "audit-evaluation.yaml"))
    retention = files.read(lambda: load_retention(directory / "retention.yaml"))
    trends = files.read(lambda: load_trend_rules(directory / "trends.yaml"))
    files.raise_any()
    (outcomes, weighings), (blockers, proposed_norms, hours) = judged, settling
    _check_editions(outcomes, editions)
    _check_lodging(cases, editions)
    return AuditRules(
        days=days,
        blockers=blockers,
        processes=outcomes,
        weighings=weighings,
        conduct=conduct,
        day_questions=questions,
        proposed_norms=proposed_norms,
        editions=editions,
        report=report,
        cases=cases,
        evaluation=evaluation,
        retention=retention,
        trends=trends,
        working_days=WorkingDays(hours=hours),
    )


class _Together:
    """Reads every file once, whatever is wrong in the others: an editor hears of all problems at the same time."""

    def __init__(self) -> None:
        self._problems: list[ContentProblem] = []

    def read(self, load: Callable[[], _Value]) -> _Value:
        """Return what a file says; it may only be used after `raise_any`, which refuses a file that says nothing."""
        try:
            return load()
        except ContentError as error:
            self._problems.extend(error.problems)
            return cast("_Value", None)

    def raise_any(self) -> None:
        if self._problems:
            raise ContentError(self._problems)


def _load_judged(
    outcomes: Path, weighings: Path
) -> tuple[Mapping[ProcessId, ProcessOutcomes], Mapping[str, WeighingRule]]:
    """Return what outcomes mean with the thresholds that they name."""
    processes, rules = load_outcomes(outcomes), load_weighing_rules(weighings)
    _check_weighings(processes, rules)
    return processes, rules


def _check_weighings(processes: Mapping[ProcessId, ProcessOutcomes], weighings: Mapping[str, WeighingRule]) -> None:
    remedy = f"Choose {', '.join(weighings)}, or add it to weighing.yaml."
    problems = [
        ContentProblem("outcomes.yaml", f"process {process.process}", "weighing", _no_edition(process), remedy)
        for process in processes.values()
        if process.weighing not in weighings
    ]
    if problems:
        raise ContentError(problems)


def _check_editions(outcomes: Mapping[ProcessId, ProcessOutcomes], editions: Mapping[ProcessId, object]) -> None:
    problems = [
        ContentProblem("outcomes.yaml", f"process {process}", "id", "has no steps.", f"Add processes/{process}.yaml.")
        for process in outcomes.keys() - editions.keys()
    ]
    if problems:
        raise ContentError(problems)


def _check_lodging(procedures: CaseProcedures, editions: Mapping[ProcessId, ProcessEdition]) -> None:
    """The term to appeal stands among the terms of an audit as well: both say the same, or people would be misled."""
    problems = [
        ContentProblem(
            f"{procedure.id}.yaml",
            "term lodge",
            "within",
            f"differs from step appeal in processes/{edition.id}.yaml.",
            "Write the same length in both.",
        )
        for procedure in procedures.all.values()
        for edition in editions.values()
        if edition.step(StepId("appeal")).within != procedure.appeal.terms["lodge"].period
    ]
    if problems:
        raise ContentError(problems)


def _no_edition(process: ProcessOutcomes) -> str:
    return f"“{process.weighing}” is no edition in weighing.yaml."


# --- audit-days.yaml -------------------------------------------------------------------------------------------------


def load_day_table(path: Path = CONTENT_DIRECTORY / "audit-days.yaml") -> DayTable:
    """Return the day table with who counts for the fte.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        extra = _finished(root.section("intercollegial_extra"), lambda entry: _sourced(entry, _amount(entry, "days")))
        variants = _enumerated(root, "variants", "variant", "id", Variant, _variant)
        rates = root.section("rates")
        table = DayTable(
            edition=root.text("edition"),
            source=root.text("source"),
            bands=_bands(root, extra),
            preparation=_finished(root.section("preparation"), _preparation),
            intercollegial_extra=extra,
            quote_schemes=_finished(root.section("quote_schemes"), _quote_schemes),
            variants=variants,
            people=tuple(_finished(entry, _people_kind) for entry in root.sections("people", name="people")),
            hours_per_week=_finished(root.section("full_week"), _full_week),
            hour_words=_words_of(root, "hours"),
            head_words=_words_of(root, "heads"),
            rates=tuple(_finished(entry, _rate) for entry in rates.sections("cis", name="rate")),
            rates_as_of=_sourced(rates, rates.text("as_of")),
            feedback=tuple(
                _finished(entry, _feedback) for entry in rates.sections("feedback", name="feedback price", key="ci")
            ),
        )
        rates.finish()
        _check_schemes(root, table)
    return table


def _variant(entry: Section, variant: Variant) -> VariantRule:
    return _sourced(
        entry,
        VariantRule(
            variant=variant,
            number=entry.number("number"),
            label=entry.text("label", max_length=MAX_BUTTON),
            explain=entry.text("explain"),
            min_organisations=entry.number("min_organisations"),
            schemes=entry.texts("schemes", may_be_empty=True),
        ),
    )


def _bands(root: Section, extra: Fraction) -> tuple[DayBand, ...]:
    """Read the table, and check what must hold in it: rows that follow each other, and one column from another."""
    entries = root.sections("bands", name="band", key="low")
    bands = tuple(_finished(entry, _band) for entry in entries)
    for entry, band in zip(entries, bands, strict=True):
        if band.low > band.high:
            entry.complain("high", f"is {band.high}, below {band.low}.", "Write the largest fte of this row.")
        if band.intercollegial != band.ci + extra:
            problem = f"is {rounded(band.intercollegial)}, not {rounded(band.ci + extra)}."
            entry.complain("intercollegial", problem, "It is `ci` plus intercollegial_extra (handbook §2.5).")
    for entry, (band, following) in zip(entries[1:], pairwise(bands), strict=False):
        if following.low != band.high + 1:
            entry.complain("low", f"is {following.low}.", f"The row before ends at {band.high}: start one above.")
    return bands


def _band(entry: Section) -> DayBand:
    return DayBand(
        low=entry.number("low"),
        high=entry.number("high"),
        ci=_amount(entry, "ci"),
        intercollegial=_amount(entry, "intercollegial"),
        combination_extra=_amount(entry, "combination_extra"),
    )


def _preparation(entry: Section) -> DayRange:
    low, high = _amount(entry, "low"), _amount(entry, "high")
    if low > high:
        entry.complain("high", f"is {rounded(high)}, below {rounded(low)}.", "Write the longest time.")
    return _sourced(entry, DayRange(low, high))


def _quote_schemes(entry: Section) -> frozenset[str]:
    return _sourced(entry, frozenset(entry.texts("schemes", may_be_empty=True)))


def _people_kind(entry: Section) -> PeopleKind:
    entry.text("id")
    counts_as = entry.optional_text("counts_as")
    if counts_as is not None:
        entry.choice("counts_as", [*FteField])
    field = FteField(counts_as) if counts_as in frozenset(FteField) else None
    return PeopleKind(entry.text("id"), entry.text("label"), field, entry.text("source"))


def _words_of(root: Section, unit: str) -> frozenset[str]:
    """Return the words that people type behind an amount."""
    return frozenset(word.lower() for word in root.section("units").texts(unit))


def _full_week(entry: Section) -> Fraction:
    entry.text("basis")
    hours = _amount(entry, "hours")
    if not hours:
        entry.complain("hours", "is 0.", "Write how many hours a full week has.")
    return hours or Fraction(1)


def _rate(entry: Section) -> DayRate:
    entry.text("id")
    return DayRate(
        ci=entry.text("ci"),
        amount=entry.number("amount"),
        starts_on=_day(entry, "from"),
        ends_on=_day(entry, "until"),
        includes_travel=entry.flag("includes_travel"),
    )


def _feedback(entry: Section) -> FeedbackPrice:
    return FeedbackPrice(
        entry.text("ci"), entry.number("low"), entry.number("high"), entry.optional_text("per_km") or ""
    )


def _check_schemes(root: Section, table: DayTable) -> None:
    known = {scheme for rule in table.variants.values() for scheme in rule.schemes}
    for scheme in sorted(table.quote_schemes - known):
        root.complain("quote_schemes", f"“{scheme}” belongs to no variant.", "Add it to the schemes of one.")


# --- outcomes.yaml ---------------------------------------------------------------------------------------------------


def load_outcomes(path: Path = CONTENT_DIRECTORY / "outcomes.yaml") -> Mapping[ProcessId, ProcessOutcomes]:
    """Return what every outcome means, per edition of the process.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        processes = [_finished(entry, _process) for entry in root.sections("processes", name="process")]
    return MappingProxyType({process.process: process for process in processes})


def _process(entry: Section) -> ProcessOutcomes:
    return ProcessOutcomes(
        process=ProcessId(entry.text("id")),
        title=entry.text("title"),
        weighing=entry.text("weighing"),
        after_audit=_outcomes(entry, "after_audit"),
        after_followup=_outcomes(entry, "after_followup"),
    )


def _outcomes(process: Section, field: str) -> Mapping[Outcome, OutcomeRule]:
    """Read the rules of the outcomes of a whole set of verdicts; without one there is nothing to advise yet."""
    rules = _enumerated(process, field, field, "outcome", Outcome, _outcome, wanted=_JUDGED_OUTCOMES)
    nothing = {outcome: OutcomeRule(outcome, Advice.NONE, (), "domain book §5") for outcome in _SAME_EVERYWHERE}
    return MappingProxyType({**rules, **nothing})


def _outcome(entry: Section, outcome: Outcome) -> OutcomeRule:
    advice = entry.choice("advice", [*Advice])
    steps = entry.sections("consequences", name="consequence", key="step", may_be_empty=True)
    return OutcomeRule(
        outcome=outcome,
        advice=Advice(advice) if advice in frozenset(Advice) else Advice.NONE,
        consequences=tuple(_finished(step, _consequence) for step in steps),
        source=entry.text("source"),
    )


def _consequence(entry: Section) -> Consequence:
    weeks = months = None
    if entry.has("within"):
        term = entry.section("within")
        weeks = term.number("weeks") if term.has("weeks") else None
        months = term.number("months") if term.has("months") else None
        if (weeks is None) == (months is None):
            entry.complain("within", "should hold weeks or months.", "Write one of the two.")
        term.finish()
    return Consequence(entry.text("step"), entry.text("source"), weeks, months)


# --- audit-rules.yaml, conduct.yaml, day-evaluation.yaml -------------------------------------------------------------


def load_settling(
    path: Path = CONTENT_DIRECTORY / "audit-rules.yaml",
) -> tuple[Mapping[BlockerKind, BlockerRule], int, Hours]:
    """Return what stands in the way of a consensus, how many norms a screen proposes, and the hours of reminders.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        blockers = _enumerated(root, "blockers", "blocker", "kind", BlockerKind, _blocker)
        proposed = root.number("proposed_norms")
        hours = _hours(root.section("reminder_hours"))
    return MappingProxyType(blockers), proposed, hours


def _hours(section: Section) -> Hours:
    since, until = section.number("from"), section.number("until")
    if not since < until <= _HOURS_OF_A_DAY:
        section.complain(
            "until", f"is {until}, with {since} as `from`.", "Write whole hours of one day, first to last."
        )
    return Hours(since, until)


def _blocker(entry: Section, kind: BlockerKind) -> BlockerRule:
    severity = entry.choice("severity", [*Severity])
    lifted_by = entry.choice("lifted_by", [*Lift])
    return BlockerRule(
        kind=kind,
        severity=Severity(severity) if severity in frozenset(Severity) else Severity.OBSTACLE,
        lifted_by=Lift(lifted_by) if lifted_by in frozenset(Lift) else Lift.NOTHING,
        source=entry.text("source"),
    )


def load_conduct(path: Path = CONTENT_DIRECTORY / "conduct.yaml") -> ConductText:
    """Return the statements that everybody in an audit accepts.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        statements = _enumerated(root, "statements", "statement", "id", Statement, _statement)
        edition = root.text("edition")
    return ConductText(edition, tuple(statements[statement] for statement in Statement))


def _statement(entry: Section, statement: Statement) -> StatementText:
    points = entry.texts("points", max_length=MAX_QUESTION)
    return StatementText(statement, entry.text("title"), points, entry.text("source"))


def load_day_questions(path: Path = CONTENT_DIRECTORY / "day-evaluation.yaml") -> tuple[DayQuestion, ...]:
    """Return the questions at the end of an audit day.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        return tuple(_finished(entry, _question) for entry in root.sections("questions", name="question"))


def _question(entry: Section) -> DayQuestion:
    return DayQuestion(
        id=entry.text("id"),
        text=entry.text("text", max_length=MAX_QUESTION),
        asks_displeasure=entry.flag("asks_displeasure"),
        source=entry.text("source"),
    )


# --- Fields of the audit ---------------------------------------------------------------------------------------------


def _finished(entry: Section, read: Callable[[Section], _Value]) -> _Value:
    """Read a section, then report the fields that it should not have."""
    value = read(entry)
    entry.finish()
    return value


def _sourced(entry: Section, value: _Value) -> _Value:
    """Take a value that says where it comes from; the source is for the reader of the file."""
    entry.text("source")
    return value


def _enumerated(
    root: Section,
    field: str,
    name: str,
    key: str,
    words: type[_Enum],
    read: Callable[[Section, _Enum], Any],
    wanted: Iterable[_Enum] | None = None,
) -> dict[_Enum, Any]:
    """Read a list with one entry for every word of an enum (or every wanted one); none may be missing or unknown."""
    expected = tuple(words if wanted is None else wanted)
    found: dict[_Enum, Any] = {}
    for entry in root.sections(field, name=name, key=key):
        word = entry.choice(key, expected)
        if word in frozenset(expected):
            found[words(word)] = read(entry, words(word))
            entry.finish()
    for word in expected:
        if word not in found:
            root.complain(field, f"“{word}” is missing.", "Add an entry for it.")
    return found


def _amount(entry: Section, field: str) -> Fraction:
    """Return an exact amount, 0 or more, from a text such as "2.5"."""
    text = entry.text(field)
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_finite() and amount >= 0:
        return Fraction(amount)
    if text:
        entry.complain(field, f"is “{text}”.", "Write an amount such as “2.5”, between quotes.")
    return Fraction(0)


def _day(entry: Section, field: str) -> date | None:
    """Return a day from a text such as "2022-07-01", or None where the file says null."""
    text = entry.optional_text(field)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        entry.complain(field, f"“{text}” is no day.", "Write year, month and day, such as “2022-07-01”.")
        return None
