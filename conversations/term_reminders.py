"""What a reminder says and what can be done at once; the heartbeat sends it, outside of any turn.

Its buttons carry the role that it was sent to, because the person may be at work in another by then.
"""

from __future__ import annotations

from collections.abc import Sequence

from conversations.kit import Button, Keyboard
from conversations.plan_taps import ActionTap, ActionTickTap, SnoozeActionTap
from conversations.term_taps import CalendarTap, HappenedTap, RemindersTap, SnoozeTap, TermTap, WhyTap
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.deadlines import Deadline
from domain.framework import NormId
from storage.process_interfaces import Notice
from templates.render import label, shorten
from templates.term_screens import ActionLine, Remind, ReminderLine

_MAX_BUTTONS = 8  # in a message about several things; the rest is in the list of terms


def reminder_screen(notices: Sequence[Notice]) -> Remind:
    """Return what one person hears: one line per term, the most urgent first."""
    lines = [
        ReminderLine(
            organisation=notice.organisation,
            title=reminder.term.step.title,
            due=reminder.term.due,
            days_left=reminder.days_left,
            kind=reminder.kind,
            party=reminder.term.party,
            is_own=is_own,
            is_choice=reminder.term.step.is_choice,
        )
        for notice in notices
        for reminder, is_own in zip(notice.reminders, notice.is_own_turn, strict=True)
        if reminder.term.due is not None
    ]
    actions = [
        ActionLine(
            notice.organisation, action.reminder.norm, action.title, action.reminder.due, action.reminder.days_left
        )
        for notice in notices
        for action in notice.actions
    ]
    return Remind(
        tuple(sorted(lines, key=lambda line: line.days_left)), tuple(sorted(actions, key=lambda line: line.days_left))
    )


def reminder_keyboard(notices: Sequence[Notice]) -> Keyboard:
    """Return what can be done: with one term everything, with several a button to each."""
    found = [
        (notice, reminder, is_own)
        for notice in notices
        for reminder, is_own in zip(notice.reminders, notice.is_own_turn, strict=True)
    ]
    found.sort(key=lambda each: each[1].days_left)
    actions = [(notice, action.reminder.norm) for notice in notices for action in notice.actions]
    if len(actions) == 1 and not found:
        return _for_action(*actions[0])
    if len(found) == 1 and not actions:
        notice, reminder, is_own = found[0]
        return _for_one(notice, reminder.term, is_own=is_own)
    rows = [
        (Button(shorten(reminder.term.step.title, 24), _to(notice, reminder.term)),)
        for notice, reminder, _ in found[:_MAX_BUTTONS]
    ]
    rows += [
        (Button(label("one_action", norm), ActionTap(notice.audit, norm, notice.membership)),)
        for notice, norm in actions[: _MAX_BUTTONS - len(rows)]
    ]
    return Keyboard(tuple(rows)) + Keyboard.flow([Button(label("term_reminders"), RemindersTap())])


def _for_one(notice: Notice, term: Deadline, *, is_own: bool) -> Keyboard:
    kinds = [kind for kind in term.step.produces if is_own]
    done = [Button(label("term_done", kind), HappenedTap(notice.audit, kind, role=notice.membership)) for kind in kinds]
    return Keyboard.flow(done, about_term(notice.audit, term, notice.membership))


def _for_action(notice: Notice, norm: NormId) -> Keyboard:
    return Keyboard.flow(
        [
            Button(label("tick_off"), ActionTickTap(notice.audit, norm, is_done=True, role=notice.membership)),
            Button(label("term_snooze"), SnoozeActionTap(notice.audit, norm, notice.membership)),
            Button(label("see_action"), ActionTap(notice.audit, norm, notice.membership)),
        ]
    )


def _to(notice: Notice, term: Deadline) -> TermTap:
    return TermTap(notice.audit, term.step.id, term.round, notice.membership)


def about_term(audit: AuditId, term: Deadline, role: MembershipId | None = None) -> list[Button | None]:
    """Return the buttons that go with every term that has a date: tomorrow, the calendar, and why."""
    is_running = term.state.is_running and term.due is not None
    return [
        Button(label("term_snooze"), SnoozeTap(audit, term.step.id, term.round, role)) if is_running else None,
        Button(label("term_calendar"), CalendarTap(audit, role)) if term.due is not None else None,
        Button(label("term_why"), WhyTap(audit, term.step.id, term.round, role)),
    ]
