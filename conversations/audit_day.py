"""The end of an audit day: three questions to the client, and on the last day what the team tells them.

day -> QUESTION (typed text is the answer, a button says how it was said) -> day
feedback, a page at a time: strong points, then improvement points, then tips
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from conversations.audit_taps import JudgeTap, NoteTap
from conversations.complaint_report import day_buttons, passed_on
from conversations.fallback import show_trouble
from conversations.judging_desk import JudgingDesk, at_desk, kept_at_desk
from conversations.judging_taps import DayQuestionTap, DayTap, FeedbackTap, MoodTap
from conversations.kit import Button, Conversation, Keyboard, TextGiven, on_tap, on_text
from conversations.taps import way_back
from domain.day_evaluation import DayAnswer, DayQuestion, Mood, days_to_evaluate, signals
from domain.feedback import FeedbackPoint, FeedbackSheet, feedback_sheet
from domain.roles import Permission
from storage.judging_interfaces import AnsweredMeanwhile
from templates.common_screens import Trouble
from templates.judging_screens import AskDayAnswer, DayLine, Section, SheetLine, ShowDay, ShowFeedback
from templates.render import label

PAGE = 6
_TEXTS = 3


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LOOKING = "looking"
    QUESTION = "question"


# ------------------------------------------------------------------------------------------ the questions


def open_day(desk: JudgingDesk, tap: DayTap) -> At:
    """Show the questions of a day; the first that lacks answers when none was named."""
    return show_day(desk, _read_day(desk, tap.day) or _day_now(desk))


def _read_day(desk: JudgingDesk, written: str | None) -> date | None:
    """Return the audit day that a tap names, None for anything else."""
    return next((day for day in desk.audit.days if day.isoformat() == written), None)


def _day_now(desk: JudgingDesk) -> date | None:
    """Return the day to evaluate now: the oldest that lacks answers, else the last that has come."""
    questions = desk.turn.work.audit_rules.day_questions
    waiting = days_to_evaluate(desk.audit, desk.turn.today, desk.store.day_answers(desk.audit), questions)
    come = [day for day in sorted(desk.audit.days) if day <= desk.turn.today]
    return next(iter(waiting), None) or next(reversed(come), None)


def show_day(desk: JudgingDesk, day: date | None) -> At:
    """Show the questions of a day with what was answered."""
    days = sorted(desk.audit.days)
    may_answer = desk.may(Permission.EVALUATE_DAY) and day is not None and day <= desk.turn.today
    lines = _lines(desk, day) if day else ()
    screen = ShowDay(
        organisation=desk.organisation,
        day=day,
        number=days.index(day) + 1 if day else 0,
        total=len(days),
        lines=lines,
        is_last=day is not None and day == desk.audit.last_day,
        may_answer=may_answer,
    )
    desk.show(screen, _day_keyboard(desk, day, lines if may_answer else ()) + way_back(JudgeTap()))
    return At.LOOKING


def _lines(desk: JudgingDesk, day: date) -> tuple[DayLine, ...]:
    questions = desk.turn.work.audit_rules.day_questions
    given = {answer.question: answer for answer in desk.store.day_answers(desk.audit) if answer.day == day}
    loud = {answer.question for answer in signals(given.values(), questions)}
    passed = passed_on(desk, day) if loud else frozenset()
    return tuple(
        DayLine(one, given.get(one.id), one.id in loud, one.id in loud and one.id in passed) for one in questions
    )


def _day_keyboard(desk: JudgingDesk, day: date | None, lines: tuple[DayLine, ...]) -> Keyboard:
    asked = [
        Button(label("day_question", str(index + 1)), DayQuestionTap(day.isoformat(), index))
        for index, _ in enumerate(lines)
        if day is not None
    ]
    others = [
        Button(label("audit_day", str(index + 1)), DayTap(other.isoformat()))
        for index, other in enumerate(sorted(desk.audit.days))
        if other != day
    ]
    passing = (
        day_buttons(desk, day, [line.is_signal and not line.is_passed for line in lines]) if day is not None else []
    )
    return Keyboard.flow(
        asked,
        passing,
        others[:12],
        [Button(label("oral_feedback"), FeedbackTap(0)), Button(label("audit_note"), NoteTap())],
    )


def open_question(desk: JudgingDesk, tap: DayQuestionTap) -> At:
    """Ask one question."""
    return _ask(desk, tap.day, tap.question)


def _ask(desk: JudgingDesk, written: str, index: int, *, is_changed: bool = False) -> At:
    day, questions = _read_day(desk, written), desk.turn.work.audit_rules.day_questions
    if day is None or day > desk.turn.today or not 0 <= index < len(questions):
        return show_day(desk, day)
    line = _lines(desk, day)[index]
    seen = line.answer.version if line.answer else 0
    now = line.answer.mood if line.answer else None
    moods = [
        Button(label("mood_given" if mood is now else "mood", mood), MoodTap(desk.audit.id, written, index, mood, seen))
        for mood in Mood
    ]
    passing = day_buttons(
        desk, day, [number == index and line.is_signal and not line.is_passed for number in range(len(questions))]
    )
    desk.show(AskDayAnswer(day, line, is_changed), Keyboard.flow(moods, passing) + way_back(DayTap(written)))
    desk.remember(day=written, question=index, seen=seen)
    return At.QUESTION


def record_mood(desk: JudgingDesk, tap: MoodTap) -> At:
    """Record how the client answered; what was written stays."""
    return _record(desk, tap.day, tap.question, mood=tap.mood, seen=tap.seen)


def take_answer(desk: JudgingDesk, given: TextGiven) -> At | None:
    """Keep what was typed as the answer of the client."""
    kept = desk.memory
    day, question, seen = kept.get("day"), kept.get("question"), kept.get("seen")
    if not isinstance(day, str) or not isinstance(question, int) or not isinstance(seen, int):
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    return _record(desk, day, question, text=given.text, seen=seen)


def _record(
    desk: JudgingDesk, written: str, index: int, *, mood: Mood | None = None, text: str | None = None, seen: int
) -> At:
    """Keep an answer; one that a colleague changed meanwhile is shown first."""
    day, questions = _read_day(desk, written), desk.turn.work.audit_rules.day_questions
    if day is None or day > desk.turn.today or not 0 <= index < len(questions):
        return show_day(desk, day)
    before = _lines(desk, day)[index].answer
    new_mood, new_text = _changed(before, mood, text)
    try:
        desk.store.answer_day(desk.audit.id, day, questions[index].id, new_mood, new_text, desk.turn.now, seen=seen)
    except AnsweredMeanwhile:
        return _ask(desk.anew(), written, index, is_changed=True)
    return _after_answer(desk.anew(), day, index, questions, is_typed=text is not None)


def _changed(before: DayAnswer | None, mood: Mood | None, text: str | None) -> tuple[Mood, str]:
    """Return mood and text with the given part changed; a first text is a remark until somebody says otherwise."""
    old_mood = before.mood if before else Mood.REMARK
    return mood or old_mood, (before.text if before else "") if text is None else text


def _after_answer(
    desk: JudgingDesk, day: date, index: int, questions: tuple[DayQuestion, ...], *, is_typed: bool
) -> At:
    """Go on to the day when a button was tapped; after typing the question stays open for the button."""
    if is_typed:
        return _ask(desk, day.isoformat(), index)
    answered = {line.question.id for line in _lines(desk, day) if line.answer}
    waiting = [number for number, question in enumerate(questions) if question.id not in answered]
    return _ask(desk, day.isoformat(), waiting[0]) if waiting else show_day(desk, day)


# ------------------------------------------------------------------------------------- the oral feedback


def show_feedback(desk: JudgingDesk, tap: FeedbackTap) -> At:
    """Show a page of what the team tells; only the findings on it are opened."""
    standing = {norm: found for norm, found in desk.consensus.items() if norm in desk.settled}
    sheet = feedback_sheet(desk.store.toned(desk.audit), standing, desk.framework)
    points = _in_order(sheet)
    pages = max(1, -(-len(points) // PAGE))
    page = min(max(tap.page, 0), pages - 1)
    screen = ShowFeedback(
        organisation=desk.organisation,
        counts={section: sum(found is section for found, _ in points) for section in Section},
        lines=_sheet_lines(desk, points[page * PAGE : (page + 1) * PAGE]),
        page=page,
        pages=pages,
        unplaced=len(sheet.unplaced),
    )
    turns = [
        Button(label("earlier_page"), FeedbackTap(page - 1)) if page else None,
        Button(label("later_page"), FeedbackTap(page + 1)) if page + 1 < pages else None,
    ]
    desk.show(screen, Keyboard.flow(turns) + way_back(JudgeTap()))
    return At.LOOKING


def _in_order(sheet: FeedbackSheet) -> list[tuple[Section, FeedbackPoint]]:
    """Return all points in the order in which they are told (handbook bijlage 9: strong points first)."""
    parts = ((Section.STRONG, sheet.strong), (Section.IMPROVEMENT, sheet.improvements), (Section.TIP, sheet.tips))
    return [(section, point) for section, points in parts for point in points]


def _sheet_lines(desk: JudgingDesk, points: list[tuple[Section, FeedbackPoint]]) -> tuple[SheetLine, ...]:
    """Open the texts of the findings that are shown, all in one statement."""
    wanted = [finding.id for _, point in points for finding in point.findings[:_TEXTS]]
    texts = desk.store.texts(desk.audit, list(dict.fromkeys(wanted)))
    return tuple(
        SheetLine(
            section,
            point,
            tuple(texts[finding.id] for finding in point.findings[:_TEXTS] if texts.get(finding.id)),
            max(0, len(point.findings) - _TEXTS),
        )
        for section, point in points
    )


AUDIT_DAY = Conversation(
    name="audit_day",
    entry_points=[
        on_tap(DayTap, at_desk(Permission.READ_AUDIT, open_day)),
        on_tap(DayQuestionTap, at_desk(Permission.EVALUATE_DAY, open_question)),
        on_tap(MoodTap, at_desk(Permission.EVALUATE_DAY, record_mood)),
        on_tap(FeedbackTap, at_desk(Permission.READ_AUDIT, show_feedback)),
    ],
    states={At.LOOKING: [], At.QUESTION: [on_text(kept_at_desk(Permission.EVALUATE_DAY, take_answer))]},
)
CONVERSATIONS = (AUDIT_DAY,)
