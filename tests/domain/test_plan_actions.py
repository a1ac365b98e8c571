"""Reminders of actions of an approved plan: once before, once after, from data, and never of what is ready."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.holidays_nl import dutch_working_days
from domain.audit import AuditId, ProcessId
from domain.framework import NormId
from domain.improvement_plan import ImprovementPlan, PlanEntry, PlanStatus, Progress
from domain.plan_actions import OpenAction, action_rungs, actions_due, next_action_look, open_actions
from domain.reminders import Listener, Saying
from domain.verdicts import Verdict
from domain.weighing import Outcome
from domain.working_days import AMSTERDAM
from storage.process_content import load_processes
from tests.changing import replace

MOMENTS = load_processes()[ProcessId("2021")].reminders
WORKING = dutch_working_days()
D9, V5 = NormId("D9"), NormId("V5")
ACTION = OpenAction(D9, date(2027, 6, 2))  # a Wednesday
NOBODY = Listener(frozenset())


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), AMSTERDAM).astimezone(UTC)


def days_said(listener: Listener, first: date, last: date, approved_on: date | None = None) -> list[tuple[date, int]]:
    """Return on which days somebody hears of the action, with the days left, when the heart beats every day."""
    heard: set[Saying] = set(listener.heard)
    said = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        now = replace(listener, heard=heard)
        for found in actions_due([ACTION], MOMENTS, now, at(day), WORKING, approved_on):
            heard |= set(found.sayings)
            said.append((day, found.days_left))
    return said


def test_it_is_said_once_before_and_once_after() -> None:
    said = days_said(NOBODY, date(2027, 3, 1), date(2027, 9, 1))

    assert said == [(date(2027, 5, 26), 7), (date(2027, 6, 3), -1)]


def test_a_moment_before_the_plan_was_approved_is_left_out() -> None:
    said = days_said(NOBODY, date(2027, 5, 28), date(2027, 9, 1), approved_on=date(2027, 5, 28))

    assert said == [(date(2027, 6, 3), -1)]


def test_after_a_standstill_it_is_one_line() -> None:
    assert days_said(NOBODY, date(2027, 6, 10), date(2027, 9, 1)) == [(date(2027, 6, 10), -8)]


def test_tomorrow_means_tomorrow_and_then_the_rungs_go_on() -> None:
    snoozed = Listener(frozenset(), snoozed={"action:D9": date(2027, 5, 27)})

    assert days_said(snoozed, date(2027, 5, 26), date(2027, 6, 30)) == [(date(2027, 5, 27), 6), (date(2027, 6, 3), -1)]


def test_nothing_is_said_outside_working_hours() -> None:
    assert actions_due([ACTION], MOMENTS, NOBODY, at(date(2027, 5, 26), 20), WORKING, None) == ()


def test_a_closed_day_moves_the_first_forward_and_the_second_back() -> None:
    """Due on Saturday 1 May 2027: the week before is a Saturday too, the day after a Sunday."""
    found = action_rungs(OpenAction(D9, date(2027, 5, 1)), MOMENTS, WORKING, None)

    assert [rung.on for rung in found] == [date(2027, 4, 23), date(2027, 5, 3)]


def test_how_long_before_and_after_is_data() -> None:
    moments = replace(MOMENTS, action_before=14, action_after=3)

    found = action_rungs(ACTION, moments, WORKING, None)

    assert [(rung.name, rung.on) for rung in found] == [("14d", date(2027, 5, 19)), ("late3", date(2027, 6, 7))]


def test_what_is_ready_or_has_no_day_is_no_open_action() -> None:
    entries = {D9: PlanEntry(D9, due_on=date(2027, 6, 2)), V5: PlanEntry(V5, due_on=date(2027, 6, 2))}
    needed = {D9: Verdict.PARTIAL, V5: Verdict.PARTIAL, NormId("O1"): Verdict.NOT_MET}
    plan = ImprovementPlan(
        AuditId(1), Outcome.PLAN_REQUIRED, needed, PlanStatus.APPROVED, entries,
        progress={V5: Progress(V5, date(2027, 5, 1))},
    )  # fmt: skip

    assert open_actions(plan) == (ACTION,)


def test_the_next_look_is_the_next_moment() -> None:
    looks = [
        next_action_look([ACTION], MOMENTS, [NOBODY], at(day), WORKING, None)
        for day in (date(2027, 3, 1), date(2027, 5, 27), date(2027, 6, 4))
    ]

    assert [found.astimezone(AMSTERDAM).date() if found else None for found in looks] == [
        date(2027, 5, 26), date(2027, 6, 3), None,
    ]  # fmt: skip
