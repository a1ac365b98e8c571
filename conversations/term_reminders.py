"""What a reminder says and what can be done at once; the heartbeat sends it, outside of any turn.

Its buttons carry the role that it was sent to, because the person may be at work in another by then. What falls due for
both reports of a combination on one day is one line that names both.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from conversations.kit import Button, Keyboard
from conversations.plan_taps import ActionTap, ActionTickTap, SnoozeActionTap
from conversations.term_taps import CalendarTap, HappenedTap, RemindersTap, SnoozeTap, TermTap, WhyTap
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.combination import is_shared
from domain.deadlines import Deadline
from domain.framework import NormId
from domain.reminders import Reminder
from storage.process_interfaces import Notice
from templates.render import label, shorten
from templates.term_screens import ActionLine, Remind, ReminderLine

_MAX_BUTTONS = 8  # in a message about several things; the rest is in the list of terms


class _Line(Struct, frozen=True):
    """One thing to hear of: in a combination for one report, or for both."""

    notices: tuple[Notice, ...]
    reminder: Reminder
    is_own: bool

    def takes(self, notice: Notice, reminder: Reminder, *, is_own: bool) -> bool:
        """Say whether this is the same thing for the other half."""
        is_other_half = notice.pair is not None and [known.pair for known in self.notices] == [notice.pair]
        is_same_kind = (self.reminder.kind, self.is_own) == (reminder.kind, is_own)
        return is_other_half and is_same_kind and is_shared(self.reminder.term, reminder.term)


def _lines(notices: Sequence[Notice]) -> list[_Line]:
    """Return what one person hears, the most urgent first; the half with the field work goes before the other."""
    found: list[_Line] = []
    for notice in sorted(notices, key=lambda notice: notice.audit != (notice.pair or notice.audit)):
        for reminder, is_own in zip(notice.reminders, notice.is_own_turn, strict=True):
            same = next((n for n, line in enumerate(found) if line.takes(notice, reminder, is_own=is_own)), None)
            if same is None:
                found.append(_Line((notice,), reminder, is_own))
            else:
                found[same] = _Line((*found[same].notices, notice), reminder, is_own)
    return sorted(found, key=lambda line: line.reminder.days_left)


def reminder_screen(notices: Sequence[Notice]) -> Remind:
    """Return what one person hears: one line per term, the most urgent first."""
    lines = [
        ReminderLine(
            organisation=line.notices[0].organisation,
            title=line.reminder.term.step.title,
            due=line.reminder.term.due,
            days_left=line.reminder.days_left,
            kind=line.reminder.kind,
            party=line.reminder.term.party,
            is_own=line.is_own,
            is_choice=line.reminder.term.step.is_choice,
            frameworks=tuple(notice.framework for notice in line.notices if notice.framework),
        )
        for line in _lines(notices)
        if line.reminder.term.due is not None
    ]
    actions = [
        ActionLine(
            notice.organisation, action.reminder.norm, action.title, action.reminder.due, action.reminder.days_left
        )
        for notice in notices
        for action in notice.actions
    ]
    return Remind(tuple(lines), tuple(sorted(actions, key=lambda line: line.days_left)))


def reminder_keyboard(notices: Sequence[Notice]) -> Keyboard:
    """Return what can be done: with one term everything, with several a button to each."""
    found = _lines(notices)
    actions = [(notice, action.reminder.norm) for notice in notices for action in notice.actions]
    if len(actions) == 1 and not found:
        return _for_action(*actions[0])
    if len(found) == 1 and not actions:
        return _for_both(found[0]) if len(found[0].notices) > 1 else _for_one(found[0])
    rows = [
        (Button(shorten(line.reminder.term.step.title, 24), _to(line.notices[0], line.reminder.term)),)
        for line in found[:_MAX_BUTTONS]
    ]
    rows += [
        (Button(label("one_action", norm), ActionTap(notice.audit, norm, notice.membership)),)
        for notice, norm in actions[: _MAX_BUTTONS - len(rows)]
    ]
    return Keyboard(tuple(rows)) + Keyboard.flow([Button(label("term_reminders"), RemindersTap())])


def _for_one(line: _Line) -> Keyboard:
    notice, term = line.notices[0], line.reminder.term
    kinds = [kind for kind in term.step.produces if line.is_own]
    done = [Button(label("term_done", kind), HappenedTap(notice.audit, kind, role=notice.membership)) for kind in kinds]
    return Keyboard.flow(done, about_term(notice.audit, term, notice.membership))


def _for_both(line: _Line) -> Keyboard:
    """A button to the term of each report, because each is done by itself; tomorrow and the calendar are for both."""
    term, first = line.reminder.term, line.notices[0]
    halves = [Button(label("term_of_half", notice.framework), _to(notice, term)) for notice in line.notices]
    return Keyboard.flow(halves, about_term(first.audit, term, first.membership))


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
