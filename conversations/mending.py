"""Changing one's mind: undoing, taking back, keeping after all, and editing a message that was sent."""

from __future__ import annotations

from conversations.answering import QUESTION_AFTER, QUESTIONS, show_norm, show_recap
from conversations.evaluation_desk import CONVERSATION, At, Desk, about_norm, sit_down
from conversations.evaluation_taps import Ask, KeepTap, UndoTap, UseWordsTap, WithdrawTap
from conversations.evaluation_views import show_again
from conversations.given import find_item, show_given
from conversations.kit import EditGiven, State, Turn
from conversations.receiving import contribute, kinds_in
from domain.framework import Norm, NormId
from domain.self_evaluation import ContributionId, ContributionKind, Purpose
from storage.interfaces import EvaluationClosed, Writing
from templates.evaluation_screens import Happened, Notice, Part, TellNotice

# ---------------------------------------------------------------------------- undo and take back


@about_norm
def undo(desk: Desk, norm: Norm, tap: UndoTap) -> At:
    """Undo a write while it is still the person's last and nobody changed it since."""
    if tap.part == Part.ALBUM:
        return undo_album(desk, norm, tap)
    last = desk.store.undoable(desk.evaluation)
    is_this = last is not None and _is_about(last, tap)
    is_undone = is_this and desk.store.undo(desk.evaluation, desk.turn.now) is not None
    desk.forget(norm.id)
    notice = Notice(Happened.UNDONE if is_undone else Happened.NOT_UNDONE, norm.id, receipt=tap.receipt)
    is_message = tap.receipt is not None
    return show_where_it_was(desk, norm, notice) if is_message else show_norm(desk, norm, notice)


def _is_about(writing: Writing, tap: UndoTap) -> bool:
    """A message is known by its receipt, whatever was done to it; other writes by what they are."""
    if writing.norm != tap.norm or writing.receipt != tap.receipt:
        return False
    return tap.receipt is not None or writing.what == tap.part


def undo_album(desk: Desk, norm: Norm, tap: UndoTap) -> At:
    """Take back all items of the album that was sent last."""
    album = desk.memory.album
    if album is None or album.receipts[:1] != (tap.receipt,):
        return show_norm(desk, norm, Notice(Happened.NOT_UNDONE, norm.id))
    for receipt in album.receipts:
        desk.store.withdraw(desk.evaluation, ContributionId(receipt), desk.turn.now)
    desk.remember(album=None)
    desk.forget(norm.id)
    return show_where_it_was(desk, norm, Notice(Happened.UNDONE, norm.id))


@about_norm
def withdraw(desk: Desk, norm: Norm, tap: WithdrawTap) -> At:
    """Take something back; its receipt number is never given out again."""
    desk.store.withdraw(desk.evaluation, tap.item, desk.turn.now)
    desk.forget(norm.id)
    notice = Notice(Happened.WITHDRAWN, norm.id, receipt=tap.item)
    return show_given(desk, norm, notice) if desk.state is At.ITEM else show_where_it_was(desk, norm, notice)


def show_where_it_was(desk: Desk, norm: Norm, notice: Notice) -> At:
    """Show the present screen again when it is about this norm, else the norm itself."""
    return show_again(desk, notice) if desk.norm is norm else show_norm(desk, norm, notice)


@about_norm
def keep_anyway(desk: Desk, norm: Norm, tap: KeepTap) -> At:
    """The norm id that was typed was meant as text after all: keep it where it was typed."""
    item = contribute(desk, norm, ContributionKind.TEXT, Purpose.EXPLANATION, tap.typed, message=tap.message or None)
    return show_norm(desk, norm, Notice(Happened.STORED, norm.id, receipt=item.id))


#: What can hold one's own words; a button with anything else was never made.
_IN_OWN_WORDS = frozenset({Ask.REASON, Ask.WHAT, Ask.WHO})


@about_norm
def use_my_words(desk: Desk, norm: Norm, tap: UseWordsTap) -> At:
    """Put one's own words in the place of a colleague's; both stay in the history."""
    item = find_item(desk, norm, tap.item)
    if item is None or item.author != desk.turn.actor.person or tap.ask not in _IN_OWN_WORDS:
        return show_norm(desk, norm, Notice(Happened.NOT_UNDONE, norm.id))
    desk.store.withdraw(desk.evaluation, item.id, desk.turn.now)
    part = rewrite(desk, norm.id, tap.ask, item.text)
    desk.forget(norm.id)
    notice = Notice(Happened.STORED, norm.id, part)
    following = QUESTION_AFTER.get(tap.ask)
    return QUESTIONS[following](desk, norm, notice) if following else show_recap(desk, norm, notice)


# ------------------------------------------------------------------------------------------ edits


def take_edit(turn: Turn, given: EditGiven) -> State | None:
    """Editing a message that was stored changes what was stored; any other edit stays unanswered."""
    message = turn.incoming.message_id
    if message is None:
        return None
    try:
        edited = turn.work.evaluations(turn.actor).edit_by_message(message, given.text, turn.now)
    except EvaluationClosed:
        return tell(turn, Notice(Happened.CLOSED))
    if edited is not None:
        _, item = edited
        notice = Notice(Happened.EDITED, item.norm, Part.EDIT, item.id, sensitive=kinds_in(given.text))
        return tell(turn, notice)
    return edit_own_words(turn, message, given.text)


def edit_own_words(turn: Turn, message: int, text: str) -> State | None:
    """The edit of a message that became a reason, a part of an improvement, or the line of an item."""
    desk = sit_down(turn)
    if desk is None or not desk.may_write:
        return None
    for known, norm, field in reversed(desk.memory.own_words):
        if known == message and desk.framework.has(norm):
            part = rewrite(desk, norm, field, text)
            return tell(turn, Notice(Happened.EDITED, norm, part, sensitive=kinds_in(text)))
    return None


def rewrite(desk: Desk, norm: NormId, field: str, text: str) -> Part:
    """Store the new words of a field and return which part of the answer that is."""
    evaluation, now = desk.evaluation, desk.turn.now
    match field:
        case "reason":
            desk.store.record_reason(evaluation, norm, text, now)
            return Part.REASON
        case "what":
            desk.store.record_improvement(evaluation, norm, now, what=text)
        case "who":
            desk.store.record_improvement(evaluation, norm, now, who=text)
        case item:
            desk.store.summarise(evaluation, ContributionId(int(item)), text, now)
            return Part.EDIT
    return Part.IMPROVEMENT


def tell(turn: Turn, notice: Notice) -> State | None:
    """Tell it on top of the present screen, in place; in another conversation as a message of its own."""
    desk = sit_down(turn)
    if desk is None or turn.place.conversation != CONVERSATION:
        turn.say(TellNotice(notice))
        return None
    desk.in_place = True
    return show_again(desk, notice)
