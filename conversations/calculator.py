"""The calculator: what an audit of so many fte takes in days, and what that might cost.

    /bereken -> FTE -> a number, or hours per week -> the days and cost of every variant -> another number

Nothing is stored: what is reckoned for a real audit stands in its plan.
"""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction

from conversations.fallback import show_trouble
from conversations.kit import CommandGiven, Conversation, TextGiven, Turn, on_command, on_text
from conversations.taps import MenuTap, way_back
from domain.amounts import read_amount
from domain.audit_days import DayStatus, DayTable, Variant, estimates, propose_days
from templates.calculator_screens import AskScopeFte, ShowEstimate, VariantLine
from templates.common_screens import Trouble

_HOURS = re.compile(r"(?i)\d\s*(?:uur|uren|u)\s*$")


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    FTE = "fte"


def open_calculator(turn: Turn, given: CommandGiven) -> State | None:
    """Ask how much fte, or reckon at once with what stood behind the command."""
    if turn.actor.membership is None and not turn.actor.is_operator:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    return reckon(turn, given.payload) if given.payload.strip() else ask_fte(turn)


def ask_fte(turn: Turn, *, is_unread: bool = False) -> State:
    """Ask how much fte, with who counts."""
    table = turn.work.audit_rules.days
    counted = tuple(kind for kind in table.people if kind.counts)
    left_out = tuple(kind for kind in table.people if not kind.counts)
    turn.show(AskScopeFte(counted, left_out, table.hours_per_week, is_unread), way_back(MenuTap()))
    return State.FTE


def take_amount(turn: Turn, given: TextGiven) -> State:
    """Reckon with what was typed."""
    return reckon(turn, given.text)


def reckon(turn: Turn, typed: str) -> State:
    """Show the days and the cost of every variant."""
    amount, table = read_amount(typed), turn.work.audit_rules.days
    if amount is None or amount <= 0:
        return ask_fte(turn, is_unread=True)
    hours = amount if _HOURS.search(typed) else None
    fte = amount / table.hours_per_week if hours is not None else amount
    lines = tuple(_line(turn, table, variant, fte) for variant in table.variants)
    screen = ShowEstimate(fte, hours, lines, table.edition, table.rates_as_of, table.feedback)
    turn.show(screen, way_back(MenuTap()))
    return State.FTE


def _line(turn: Turn, table: DayTable, variant: Variant, fte: Fraction) -> VariantLine:
    proposal = propose_days(fte, variant, table)
    days = proposal.days if proposal.status is DayStatus.OK else proposal.extra
    costs = estimates(days, table, turn.today) if days is not None else ()
    return VariantLine(table.variants[variant].label, proposal, costs)


CALCULATOR = Conversation(
    name="calculator",
    entry_points=[on_command("bereken", open_calculator)],
    states={State.FTE: [on_text(take_amount)]},
)

CONVERSATIONS = (CALCULATOR,)
