"""What a closed case teaches, as a message without names to the auditors of the same certifying body.

💡 Laat ervan leren -> LESSON: as they would read it -> who gets it | WORDS: in other words -> sure? -> sent

Every text goes through the masking of storage once more, and who gets it is asked of storage when it is sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from conversations.case_desk import show_case
from conversations.case_taps import (
    CaseTap,
    LearnersTap,
    LearnerTap,
    LessonTap,
    LessonWordsTap,
    ShareLessonTap,
)
from conversations.cases import At as CaseAt
from conversations.decisions import refuses_personal_data
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, TextGiven, Turn, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.menu import RoleTap
from conversations.taps import way_back
from domain.cases import Lesson
from domain.complaints import ComplaintId, ComplaintRefused, Happening, Hindrance
from domain.roles import PersonId
from storage.case_interfaces import CaseLessons, Learner
from storage.complaint_interfaces import ComplaintChanged, Dossier
from templates.case_screens import (
    AskLessonWords,
    CaseTold,
    ChooseLearners,
    ConfirmLesson,
    LearnerLine,
    ShowLesson,
    TellLesson,
)
from templates.common_screens import Trouble
from templates.render import label, shorten

PER_PAGE = 10
MAX_WORDS = 2500
_KEY = "lesson"  # of our part of the data that a person's place holds


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LESSON = "lesson"
    WORDS = "lesson_words"


def _store(turn: Turn) -> CaseLessons:
    return turn.work.case_lessons(turn.actor)


def _kept(turn: Turn, complaint: ComplaintId) -> dict[str, Any]:
    """Return what was chosen for this case: who does not get it, and other words."""
    kept: dict[str, Any] = turn.data.get(_KEY) or {}
    return kept if kept.get("complaint") == complaint else {"complaint": complaint, "without": [], "words": ""}


def _chosen(learners: tuple[Learner, ...], kept: dict[str, Any]) -> tuple[Learner, ...]:
    without = frozenset(kept["without"])
    return tuple(one for one in learners if one.person not in without)


def _case(turn: Turn, complaint: ComplaintId) -> Dossier:
    return turn.work.complaints(turn.actor).get(complaint)


def _message(turn: Turn, lesson: Lesson) -> TellLesson:
    theme = turn.work.audit_rules.cases.theme_labels.get(lesson.theme, "")
    return TellLesson(turn.actor.organisation.name if turn.actor.organisation else "", theme, lesson)


def open_lesson(turn: Turn, tap: LessonTap) -> At:
    """Show it as auditors would read it."""
    if tap.is_own:
        turn.data[_KEY] = _kept(turn, tap.complaint) | {"words": ""}
    return _show(turn, tap.complaint)


def _show(turn: Turn, complaint: ComplaintId, refused: tuple[Hindrance, ...] = ()) -> At:
    store, kept = _store(turn), _kept(turn, complaint)
    lesson, learners = store.of(complaint, kept["words"]), store.learners(complaint)
    case, chosen = _case(turn, complaint), _chosen(learners, kept)
    before = sum(event.what == Happening.LESSON for event in case.events)
    screen = ShowLesson(case.number, _message(turn, lesson), len(chosen), len(learners), before, refused)
    seen = case.complaint.version
    share = [Button(label("share_lesson"), ShareLessonTap(complaint, seen, is_sure=False))] if chosen else []
    more = [
        Button(label("lesson_people"), LearnersTap(complaint)) if learners else None,
        Button(label("lesson_words"), LessonWordsTap(complaint)),
        Button(label("lesson_own"), LessonTap(complaint, is_own=True)) if kept["words"] else None,
    ]
    turn.show(screen, Keyboard.flow(share, more) + way_back(CaseTap(complaint)))
    return At.LESSON


def ask_words(turn: Turn, tap: LessonWordsTap) -> At:
    """Ask for other words."""
    _store(turn).learners(tap.complaint)  # refuses who may not
    turn.data[_KEY] = _kept(turn, tap.complaint)
    turn.show(AskLessonWords(_case(turn, tap.complaint).number), way_back(LessonTap(tap.complaint)))
    return At.WORDS


def take_words(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the words, unless they look like data of a person, and show them as auditors would read them."""
    kept: dict[str, Any] = turn.data.get(_KEY) or {}
    if "complaint" not in kept:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    complaint = ComplaintId(kept["complaint"])
    if refuses_personal_data(turn, given, LessonTap(complaint)):
        return None
    turn.data[_KEY] = kept | {"words": shorten(given.text.strip(), MAX_WORDS)}
    return _show(turn, complaint)


def show_learners(turn: Turn, tap: LearnersTap) -> At:
    """Show who gets it."""
    complaint, kept = tap.complaint, _kept(turn, tap.complaint)
    learners = _store(turn).learners(complaint)
    chosen = {one.person for one in _chosen(learners, kept)}
    pages = max(1, -(-len(learners) // PER_PAGE))
    page = min(max(tap.page, 0), pages - 1)
    shown = learners[page * PER_PAGE : (page + 1) * PER_PAGE]
    signs = {True: "✅ ", False: "▫️ "}
    names = [
        Button(shorten(signs[one.person in chosen] + one.name, 24), LearnerTap(complaint, one.person, page))
        for one in shown
    ]
    around = [
        Button(label("earlier_page"), LearnersTap(complaint, page - 1)) if page else None,
        Button(label("later_page"), LearnersTap(complaint, page + 1)) if page + 1 < pages else None,
        Button(label("lesson_everybody"), LearnerTap(complaint, None, page)),
        Button(label("lesson_nobody"), LearnerTap(complaint, None, page, is_none=True)),
    ]
    lines = tuple(LearnerLine(one.name, one.person in chosen) for one in shown)
    screen = ChooseLearners(_case(turn, complaint).number, lines, len(chosen), page, pages)
    turn.show(screen, Keyboard.flow(names, around) + way_back(LessonTap(complaint)))
    return At.LESSON


def turn_learner(turn: Turn, tap: LearnerTap) -> At:
    """Let somebody get it, or not."""
    kept, learners = _kept(turn, tap.complaint), _store(turn).learners(tap.complaint)
    if tap.person is None:
        without = {one.person for one in learners} if tap.is_none else set[PersonId]()
    else:
        without = {PersonId(person) for person in kept["without"]} ^ {tap.person}
    turn.data[_KEY] = kept | {"without": sorted(without & {one.person for one in learners})}
    return show_learners(turn, LearnersTap(tap.complaint, tap.page))


def share(turn: Turn, tap: ShareLessonTap) -> AnyState | None:
    """Ask, and then send it to who was chosen."""
    store, kept, complaint = _store(turn), _kept(turn, tap.complaint), tap.complaint
    chosen = _chosen(store.learners(complaint), kept)
    if not tap.is_sure:
        message = _message(turn, store.of(complaint, kept["words"]))
        sure = Button(label("yes_share"), ShareLessonTap(complaint, tap.version, is_sure=True))
        screen = ConfirmLesson(_case(turn, complaint).number, message, len(chosen))
        turn.show(screen, Keyboard.flow([sure]) + way_back(LessonTap(complaint)))
        return At.LESSON
    try:
        lesson, heard = store.share(
            complaint, kept["words"], [one.person for one in chosen], turn.now, seen=tap.version
        )
    except ComplaintRefused as refusal:
        return _show(turn, complaint, refusal.hindrances)
    except ComplaintChanged:
        show_case(turn, _case(turn, complaint), CaseTold.CHANGED)
        return CaseAt.CASE
    turn.data.pop(_KEY, None)
    message = _message(turn, lesson)
    for one in heard:
        keyboard = Keyboard.flow([Button(label("go_on"), RoleTap(one.membership))]) + way_back(None)
        turn.say(message, keyboard, to_chat=one.chat)
    show_case(turn, _case(turn, complaint), CaseTold.SHARED)
    return CaseAt.CASE


LESSONS = Conversation(
    name="case_lessons",
    entry_points=[
        on_tap(LessonTap, open_lesson),
        on_tap(LessonWordsTap, ask_words),
        on_tap(LearnersTap, show_learners),
        on_tap(LearnerTap, turn_learner),
        on_tap(ShareLessonTap, share),
    ],
    states={At.LESSON: [], At.WORDS: [on_text(take_words)]},
)

CONVERSATIONS = (LESSONS,)
