"""The calculator: what an audit of so many fte takes in days, and what that might cost.

    /bereken, 🧮 Rekenhulp -> FTE -> a number, or hours per week -> the days and cost of every variant -> 📄 PDF
                              FTE -> 👥 Per groep -> GROUP: a number for every group that counts -> the same

Nothing is stored: what is reckoned for a real audit stands in its plan. The groups that were filled in are remembered
with the place, so that one can stop in between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from conversations.fallback import show_trouble
from conversations.kit import (
    Button,
    CommandGiven,
    Conversation,
    Keyboard,
    Tap,
    TextGiven,
    Turn,
    on_command,
    on_tap,
    on_text,
)
from conversations.kit import State as AnyState
from conversations.taps import CalculatorTap, MenuTap, way_back
from domain.audit_days import (
    DayStatus,
    DayTable,
    FteUnit,
    Headcount,
    PeopleKind,
    Variant,
    estimates,
    fte_of,
    propose_days,
    read_work,
)
from templates.calculator_screens import AskGroup, AskScopeFte, GroupLine, MakeEstimate, ShowEstimate, VariantLine
from templates.common_screens import Trouble
from templates.render import label

_PARTS = "calculator"  # what was filled in per group: kind, amount, unit
_FRACTION = re.compile(r"\d{1,6}(?:/[1-9]\d{0,5})?", re.ASCII)


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    FTE = "fte"
    GROUP = "group"


class GroupTap(Tap, frozen=True):
    """To one of the groups that count, from 0; behind the last one it is reckoned."""

    prefix = "k1"

    number: int


class EstimatePdfTap(Tap, frozen=True):
    """Send the estimate for so many fte as PDF; the amount as a fraction."""

    prefix = "k2"

    fte: str


def open_calculator(turn: Turn, given: CommandGiven | CalculatorTap) -> AnyState | None:
    """Ask how much fte, or reckon at once with what stood behind the command."""
    if turn.actor.membership is None and not turn.actor.is_operator:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    turn.data.pop(_PARTS, None)
    typed = given.payload.strip() if isinstance(given, CommandGiven) else ""
    return reckon(turn, typed) if typed else ask_fte(turn)


def ask_fte(turn: Turn, *, is_unread: bool = False) -> State:
    """Ask how much fte, with who counts."""
    table = turn.work.audit_rules.days
    left_out = tuple(kind for kind in table.people if not kind.counts)
    per_group = Keyboard.flow([Button(label("count_per_group"), GroupTap(0))])
    screen = AskScopeFte(counting(table), left_out, table.hours_per_week, is_unread)
    turn.show(screen, per_group + way_back(MenuTap()))
    return State.FTE


def counting(table: DayTable) -> tuple[PeopleKind, ...]:
    """Return the groups that count, in the order of the table."""
    return tuple(kind for kind in table.people if kind.counts)


def take_amount(turn: Turn, given: TextGiven) -> State:
    """Reckon with what was typed."""
    return reckon(turn, given.text)


def reckon(turn: Turn, typed: str) -> State:
    """Show the days and the cost of every variant."""
    table = turn.work.audit_rules.days
    work = read_work(typed, table)
    if work is None or work.unit is None or work.amount <= 0:
        return ask_fte(turn, is_unread=True)
    is_hours = work.unit is FteUnit.HOURS
    fte = work.amount / table.hours_per_week if is_hours else work.amount
    return show_estimate(turn, fte, work.amount if is_hours else None)


def show_estimate(
    turn: Turn, fte: Fraction, hours: Fraction | None = None, groups: tuple[GroupLine, ...] = ()
) -> State:
    """Show what so many fte come to."""
    table = turn.work.audit_rules.days
    lines = tuple(_line(turn, table, variant, fte) for variant in table.variants)
    screen = ShowEstimate(fte, hours, lines, table.edition, table.rates_as_of, table.feedback, groups)
    pdf = Button(label("estimate_pdf"), EstimatePdfTap(str(fte))) if _FRACTION.fullmatch(str(fte)) else None
    again = Button(label("count_per_group"), GroupTap(0))
    turn.show(screen, Keyboard.flow([pdf, again]) + way_back(MenuTap()))
    return State.FTE


def _line(turn: Turn, table: DayTable, variant: Variant, fte: Fraction) -> VariantLine:
    proposal = propose_days(fte, variant, table)
    days = proposal.days if proposal.status is DayStatus.OK else proposal.extra
    costs = estimates(days, table, turn.today) if days is not None else ()
    return VariantLine(table.variants[variant].label, proposal, costs)


# --------------------------------------------------------------------------------------------- group by group


def open_group(turn: Turn, tap: GroupTap) -> AnyState | None:
    """Ask how much work one group does; the first one begins anew, behind the last one it is reckoned."""
    if turn.actor.membership is None and not turn.actor.is_operator:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    if tap.number <= 0:
        turn.data.pop(_PARTS, None)
    return ask_group(turn, max(tap.number, 0))


def ask_group(turn: Turn, number: int, *, is_unread: bool = False, is_heads: bool = False) -> State:
    """Ask for the group with this number, or show what all of them come to."""
    table = turn.work.audit_rules.days
    groups, parts = counting(table), _parts(turn)
    if number >= len(groups):
        return finish(turn, parts)
    turn.data[_PARTS] = {"at": number, "parts": [[p.kind, str(p.amount), p.unit.value] for p in parts]}
    screen = AskGroup(
        groups[number].label, number + 1, len(groups), _lines(parts, table), table.hours_per_week, is_unread, is_heads
    )
    buttons = [
        Button(label("none_of_these"), GroupTap(number + 1)),
        Button(label("reckon_now"), GroupTap(len(groups))) if parts else None,
    ]
    turn.show(screen, Keyboard.flow(buttons) + way_back(CalculatorTap()))
    return State.GROUP


def take_group(turn: Turn, given: TextGiven) -> State:
    """Keep how much work the group does, and ask for the next one."""
    table = turn.work.audit_rules.days
    at = int((turn.data.get(_PARTS) or {}).get("at", 0))
    work = read_work(given.text, table)
    if work is None or work.unit is None or work.amount < 0:
        return ask_group(turn, at, is_unread=True, is_heads=work is not None and work.unit is None)
    kind = counting(table)[at].id
    parts = (*(part for part in _parts(turn) if part.kind != kind), Headcount(kind, work.amount, work.unit))
    turn.data[_PARTS] = {"at": at, "parts": [[p.kind, str(p.amount), p.unit.value] for p in parts if p.amount]}
    return ask_group(turn, at + 1)


def finish(turn: Turn, parts: Sequence[Headcount]) -> State:
    """Show what the groups come to together."""
    table = turn.work.audit_rules.days
    total = fte_of(parts, table).fte.total
    turn.data.pop(_PARTS, None)
    return show_estimate(turn, total, groups=_lines(parts, table)) if total > 0 else ask_fte(turn)


def _parts(turn: Turn) -> tuple[Headcount, ...]:
    """Return what was filled in so far."""
    kept = (turn.data.get(_PARTS) or {}).get("parts", ())
    return tuple(Headcount(kind, Fraction(amount), FteUnit(unit)) for kind, amount, unit in kept)


def _lines(parts: Sequence[Headcount], table: DayTable) -> tuple[GroupLine, ...]:
    counted = fte_of(parts, table).counted
    hours = {part.kind: part.amount for part in parts if part.unit is FteUnit.HOURS}
    return tuple(GroupLine(table.kind(part.kind).label, part.amount, hours.get(part.kind)) for part in counted)


# ---------------------------------------------------------------------------------------------------- as PDF


def send_pdf(turn: Turn, tap: EstimatePdfTap) -> AnyState | None:
    """Queue the estimate as PDF; it comes as a message of its own."""
    fte = _fraction(tap.fte)
    may_reckon = turn.actor.membership is not None or turn.actor.is_operator
    if fte is None or not may_reckon:
        show_trouble(turn, Trouble.AGED)
        return None
    turn.job("estimate", fte=str(fte))
    turn.show(MakeEstimate(fte), way_back(CalculatorTap()))
    return State.FTE


def _fraction(text: str) -> Fraction | None:
    """Return an amount that a button carries, None for what no button of ours carries."""
    if _FRACTION.fullmatch(text) is None:
        return None
    found = Fraction(text)
    return found if found > 0 else None


CALCULATOR = Conversation(
    name="calculator",
    entry_points=[
        on_command("bereken", open_calculator),
        on_tap(CalculatorTap, open_calculator),
        on_tap(GroupTap, open_group),
        on_tap(EstimatePdfTap, send_pdf),
    ],
    states={State.FTE: [on_text(take_amount)], State.GROUP: [on_text(take_group)]},
)

CONVERSATIONS = (CALCULATOR,)
