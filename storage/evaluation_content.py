"""The content file of the evaluation after an audit: YAML becomes `domain.audit_evaluation.EvaluationRules`."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from domain.audit_evaluation import BackQuestion, EvaluationRules, Side, SideRules
from domain.periods import MONTHS
from domain.process import EventKind
from storage.content import CONTENT_DIRECTORY, MAX_BUTTON, MAX_QUESTION, Section, reading

_SCALE = 5
_MOST_REMINDERS = 2
_MOST_QUESTIONS = 8  # more would not stay short
_OPENING = {Side.AUDITORS: EventKind.LAST_AUDIT_DAY, Side.MEMBER: EventKind.FINDINGS_FINAL}
_MAX_ID = 40


def load_evaluation_rules(path: Path = CONTENT_DIRECTORY / "audit-evaluation.yaml") -> EvaluationRules:
    """Return how audits are evaluated.

    Raises:
        ContentError: with everything in the file that does not hold together.
    """
    with reading(path) as root:
        answers = root.texts("answers", max_length=MAX_BUTTON)
        if len(answers) != _SCALE:
            root.complain("answers", f"has {len(answers)} words.", "Write the five words for 1 to 5.")
        sides = {rules.side: rules for rules in map(_side, root.sections("sides", name="side")) if rules is not None}
        for side in Side:
            if side not in sides:
                root.complain("sides", f"“{side}” is missing.", "Add an entry for it.")
        longest = min((rules.open_days for rules in sides.values()), default=0)
        reminders = _reminders(root.section("reminders"), longest)
        results = root.section("results")
        rules = EvaluationRules(
            answers=answers,
            sides=MappingProxyType(sides),
            remind_after=reminders,
            min_answers=_at_least(results, "min_answers", 2, "Fewer than 2 would show what one person said."),
            period_months=_months(results),
            keep_months=_at_least(results, "keep_months", 1, "Write how many months remarks are kept."),
        )
        results.text("source")
        results.finish()
    return rules


def _reminders(entry: Section, open_days: int) -> tuple[int, ...]:
    days = entry.numbers("days", may_be_empty=True)
    if len(days) > _MOST_REMINDERS:
        entry.complain("days", f"holds {len(days)} reminders.", f"Keep it to {_MOST_REMINDERS}.")
    if any(not 0 < day <= open_days for day in days) or list(days) != sorted(set(days)):
        entry.complain("days", f"is {list(days)}.", f"Write days from 1 to {open_days}, the earliest first.")
    entry.text("source")
    entry.finish()
    return days


def _side(entry: Section) -> SideRules | None:
    name = entry.choice("id", [*Side])
    side = Side(name) if name in frozenset(Side) else None
    opens_after = entry.choice("opens_after", [_OPENING[side]] if side else [*_OPENING.values()])
    questions = tuple(map(_question, entry.sections("questions", name=f"{name} question")))
    if len(questions) > _MOST_QUESTIONS:
        entry.complain("questions", f"holds {len(questions)}.", f"Keep it short: {_MOST_QUESTIONS} at most.")
    days_later, source = entry.number("days_later"), entry.text("source")
    open_days = _at_least(entry, "open_days", 1, "Write for how many days people can answer.")
    entry.finish()
    if side is None or opens_after not in frozenset(EventKind):
        return None
    return SideRules(side, EventKind(opens_after), days_later, open_days, questions, source)


def _question(entry: Section) -> BackQuestion:
    found = BackQuestion(
        entry.text("id", max_length=_MAX_ID), entry.text("text", max_length=MAX_QUESTION), entry.text("source")
    )
    entry.finish()
    return found


def _months(entry: Section) -> int:
    months = entry.number("period_months")
    if months not in MONTHS:
        entry.complain("period_months", f"is {months}.", f"Choose {', '.join(map(str, MONTHS))}: they divide a year.")
        return 1
    return months


def _at_least(entry: Section, field: str, least: int, remedy: str) -> int:
    value = entry.number(field)
    if value < least:
        entry.complain(field, f"is {value}.", remedy)
    return max(value, least)
